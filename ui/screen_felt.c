/* The felt with everybody's chips on it. */
#include "ui/bet_text.h"
#include "ui/felt_chips.h"
#include "ui/screen.h"
#include "ui/theme.h"

#include <stdio.h>
#include <string.h>

/* Writes the chips of all players on these kinds: the player's own first, the others as far as they
 * fit, then "+n". Returns the cells used. `center` puts them in the middle. */
static int layers_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m,
    const struct chips_layer *layers, unsigned layer_count, unsigned number, int row, int col,
    int width, bool center)
{
    struct chips_item items[12];
    uint16_t accounts[LIVE_ACCOUNTS_MAX];
    unsigned count = chips_order(s, m, accounts);
    unsigned shown = 0;
    unsigned hidden = 0;
    int used = 0;
    int gap = width > 20 ? 2 : 1;
    for (unsigned k = 0; k < count; k++) {
        bool counted = false;
        for (unsigned i = 0; i < layer_count; i++) {
            char text[CHIPS_TEXT_MAX];
            chips_text(s, m, accounts[k], &layers[i], number, "+", text);
            int wide = text_width(text);
            if (wide == 0) {
                continue;
            }
            /* Room for the "+n" of those who do not fit. */
            if (used + (used > 0 ? gap : 0) + wide > width - (used > 0 ? 3 : 0) || shown == 12 ||
                (hidden > 0)) {
                if (used == 0) {
                    snprintf(text + (width > 1 ? width - 1 : 0), 2, "+");
                } else {
                    hidden += !counted;
                    counted = true;
                    continue;
                }
            }
            snprintf(items[shown].text, CHIPS_TEXT_MAX, "%s", text);
            items[shown].attr = chips_attr(s, m, accounts[k], text);
            used += (used > 0 ? gap : 0) + text_width(text);
            shown++;
            counted = true;
        }
    }
    char more[16] = "";
    if (hidden > 0) {
        snprintf(more, sizeof more, "+%u", hidden);
        used += 1 + text_width(more);
    }
    int at = col + (center && used < width ? (width - used) / 2 : 0);
    int end = col + width;
    for (unsigned i = 0; i < shown; i++) {
        at += canvas_text_cut(c, row, at, end - at, items[i].attr, items[i].text);
        at += i + 1 < shown ? gap : 0;
    }
    if (more[0] != '\0') {
        canvas_text_cut(c, row, at + 1, end - at - 1, ROLE_NORMAL, more);
    }
    return used;
}

static void puck_draw(struct canvas *c, const struct ui_state *s)
{
    unsigned point = s->moves.live->table.point;
    if (point == 0) {
        canvas_text(c, 1, 37, ROLE_FRAME, "─ ");
        canvas_text(c, 1, 39, ROLE_BANNER, "(OFF)");
        canvas_text(c, 1, 44, ROLE_NORMAL, " come-out ");
        return;
    }
    struct bet_ref place = {BET_PLACE, (uint8_t)point};
    int spot = felt_spot_of(place);
    if (spot >= 0) {
        canvas_text(c, 3, felt_compact.places[spot].col + 1, ROLE_PUCK, "( ON )");
    } else {
        char text[16];
        snprintf(text, sizeof text, " ON %u ", point); /* crapless: a point without a box */
        canvas_text(c, 1, 39, ROLE_PUCK, text);
    }
}

static void box_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, unsigned spot)
{
    static const struct chips_layer places[] = {{BET_PLACE, BET_KIND_COUNT, ""},
        {BET_BUY, BET_KIND_COUNT, "b"}, {BET_LAY, BET_KIND_COUNT, "l"}};
    static const struct chips_layer comes[] = {{BET_COME, BET_COME_ODDS, "c"},
        {BET_DONT_COME, BET_DONT_COME_ODDS, "d"}, {BET_PUT, BET_PUT_ODDS, "p"}};
    static const struct chips_layer rest[] = {{BET_PLACE_TO_LOSE, BET_KIND_COUNT, "x"},
        {BET_YES, BET_KIND_COUNT, "y"}, {BET_NO, BET_KIND_COUNT, "n"},
        {BET_NEXT, BET_KIND_COUNT, ">"}};
    const struct felt_place *f = &felt_compact.places[spot];
    unsigned number = felt_spots[spot].bet.number;
    if (s->moves.live->table.point != number) {
        int used = layers_draw(c, s, m, rest, 4, number, f->row + 1, f->col, f->width, true);
        struct chips_layer big = {spot == FELT_BOX6 ? BET_BIG6 : BET_BIG8, BET_KIND_COUNT, "B"};
        if (used == 0 && (spot == FELT_BOX6 || spot == FELT_BOX8)) {
            layers_draw(c, s, m, &big, 1, 0, f->row + 1, f->col, f->width, true);
        }
    }
    layers_draw(c, s, m, places, 3, number, f->row + 2, f->col, f->width, true);
    layers_draw(c, s, m, comes, 3, number, f->row + 3, f->col, f->width, true);
}

static int spot_chips(struct canvas *c, const struct ui_state *s, const struct ui_model *m,
    unsigned spot, int row, int col, int width, bool center)
{
    struct chips_layer layer = {felt_spots[spot].bet.kind, BET_KIND_COUNT, ""};
    if (spot == FELT_PASS) {
        layer.odds = BET_PASS_ODDS;
    } else if (spot == FELT_DONT_PASS) {
        layer.odds = BET_DONT_PASS_ODDS;
    }
    return layers_draw(c, s, m, &layer, 1, felt_spots[spot].bet.number, row, col, width, center);
}

static void line_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, unsigned spot)
{
    const struct felt_place *f = &felt_compact.places[spot];
    const struct table_config *config = &s->moves.live->table.config;
    char label[64];
    snprintf(label, sizeof label, "%s", f->label);
    if (spot == FELT_FIELD) {
        char two[8] = "2";
        char twelve[8] = "12";
        snprintf(two, sizeof two, "2×%u", config->field2);
        snprintf(twelve, sizeof twelve, "12×%u", config->field12);
        snprintf(label, sizeof label, " FIELD  %s 3 4 9 10 11 %s", two, twelve);
    }
    canvas_text_cut(c, f->row, f->col, f->width, ROLE_NORMAL, label);
    int at = f->col + text_width(label) + 1;
    int end = f->col + f->width;
    int used = spot_chips(c, s, m, spot, f->row, at, end - at, false);
    if (spot == FELT_DONT_PASS && !config->crapless && at + used < end - 11) {
        canvas_right(c, f->row, end - 1, ROLE_NORMAL, "12 = push");
    }
}

static void prop_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, unsigned spot)
{
    const struct felt_place *f = &felt_compact.places[spot];
    char pays[BET_TEXT_MAX];
    bet_text_pays(&s->moves.live->table.config, felt_spots[spot].bet, 0, pays);
    canvas_text_cut(c, f->row, f->col, f->width, ROLE_NORMAL, f->label);
    bool hard = felt_spots[spot].bet.kind == BET_HARD;
    int row = hard ? f->row : f->row + 1;
    int at = hard ? f->col + text_width(f->label) : f->col;
    int width = f->col + f->width - at;
    if (spot_chips(c, s, m, spot, row, at, width, !hard) > 0) {
        return;
    }
    if (hard) {
        canvas_text_cut(c, row, at, width, ROLE_NORMAL, pays);
    } else {
        canvas_text_cut(c, row, at + (text_width(pays) > 4 ? 1 : 2), width, ROLE_NORMAL, pays);
    }
}

/* "A10 won", "E5 lost" of one roll in place of the chips. */
static void result_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    int at[FELT_SPOTS] = {0};
    for (unsigned i = 0; i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &m->payouts[i];
        int spot = felt_spot_of(p->bet);
        if (spot < 0 || p->player >= m->live.account_count || p->result == PAYOUT_TRAVEL ||
            is_odds(p->bet)) {
            continue;
        }
        const struct felt_place *f = &felt_compact.places[spot];
        bool narrow = spot <= FELT_BOX10 || spot >= FELT_ACES;
        bool hard = felt_spots[spot].bet.kind == BET_HARD;
        int row = spot <= FELT_BOX10 ? f->row + 2 : spot >= FELT_ACES ? f->row + 1 : f->row;
        int col = narrow ? f->col : f->col + (hard ? 1 : text_width(f->label) + 1);
        if (spot == FELT_FIELD) {
            col = f->col + 29;
        }
        int end = f->col + f->width - (spot == FELT_DONT_PASS ? 11 : 0);
        if (at[spot] == 0) {
            canvas_clear(c, row, col, 1, end - col, ROLE_NORMAL);
            at[spot] = col;
        }
        char text[64];
        char money[MONEY_TEXT_MAX];
        snprintf(text, sizeof text, "%c%s %s", chip_letter(s, m, p->player),
            money_short(p->amount_cents, money),
            p->result == PAYOUT_WIN    ? "won"
            : p->result == PAYOUT_PUSH ? "back"
                                       : "lost");
        if (p->result == PAYOUT_WIN && hard) {
            size_t used = strlen(text);
            snprintf(
                text + used, sizeof text - used, " %s", money_short(payout_net_cents(p), money));
        }
        unsigned attr = p->result == PAYOUT_WIN    ? ROLE_WIN
                        : p->result == PAYOUT_PUSH ? (unsigned)ROLE_NORMAL
                                                   : ROLE_LOSE;
        if (narrow && at[spot] == col && text_width(text) <= end - col) {
            canvas_center(c, row, col, end - col, attr, text);
            at[spot] = end;
        } else if (at[spot] + text_width(text) <= end) {
            at[spot] += canvas_text_cut(c, row, at[spot], end - at[spot], attr, text);
            at[spot] += narrow ? 1 : 2;
        } else if (narrow && at[spot] == col) {
            snprintf(text, sizeof text, "%c %s", chip_letter(s, m, p->player),
                p->result == PAYOUT_WIN ? "won" : "lost");
            at[spot] += canvas_text_cut(c, row, at[spot], end - at[spot], attr, text) + 1;
        }
    }
}

void felt_marks_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m,
    const struct felt_layout *layout)
{
    enum { FIELD_LABEL_COLS = 7 };
    for (unsigned i = 0; i < FELT_SPOTS; i++) {
        const struct felt_place *f = &layout->places[i];
        struct bet_ref bet = felt_bet(i, s->moves.live);
        int width = i <= FELT_BOX10 || i >= FELT_ACES ? f->width
                    : f->label[0] != '\0'             ? text_width(f->label)
                                                      : FIELD_LABEL_COLS;
        if (i == s->spot && !m->watching) {
            canvas_text(c, f->row, f->col, ROLE_SELECTED, "▸");
            canvas_paint(c, f->row, f->col, width, ROLE_SELECTED);
        } else if (s->rolling || bet_closed(s, m, bet) != REFUSAL_NONE) {
            canvas_paint(c, f->row, f->col, width, ROLE_NORMAL | CELL_DIM);
        } else {
            canvas_paint(c, f->row, f->col, width, ROLE_TITLE);
        }
    }
}

void felt_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    if (felt_layout_of(s->rows, s->cols) == &felt_wide) {
        felt_wide_draw(c, s, m);
        return;
    }
    for (int r = 0; r < felt_compact.frame_rows; r++) {
        canvas_text(c, felt_compact.frame_row + r, 0, ROLE_FRAME, felt_compact.frame[r]);
    }
    for (unsigned i = 0; i < FELT_SPOTS; i++) {
        if (i <= FELT_BOX10) {
            const struct felt_place *f = &felt_compact.places[i];
            canvas_text(c, f->row, f->col, ROLE_NORMAL, f->label);
            box_draw(c, s, m, i);
        } else if (i < FELT_HARD4) {
            line_draw(c, s, m, i);
        } else {
            prop_draw(c, s, m, i);
        }
    }
    puck_draw(c, s);
    felt_marks_draw(c, s, m, &felt_compact);
    if (s->result_shown) {
        result_draw(c, s, m);
    }
    canvas_felt(c, felt_compact.frame_row, 0, felt_compact.frame_rows, felt_compact.frame_cols);
}
