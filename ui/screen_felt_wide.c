/* The felt of the wide layout: everybody's chips written out, and after a roll what became of them. */
#include "ui/bet_text.h"
#include "ui/felt_chips.h"
#include "ui/screen.h"

#include <stdio.h>
#include <string.h>

enum { RESULT_LAYER = 0xff, LINE_GAP = 5, BOX_GAP = 2, MORE_COLS = 3 };

struct list {
    struct chips_item items[CHIPS_ITEMS_MAX];
    unsigned count;
    unsigned hidden; /* that did not fit, in the list or on the felt */
};

static struct chips_item *list_next(struct list *list)
{
    if (list->count == CHIPS_ITEMS_MAX) {
        list->hidden++;
        return NULL;
    }
    return &list->items[list->count++];
}

/* The odds of a flat bet on this felt, BET_KIND_COUNT for a bet without. */
static uint8_t odds_of_kind(uint8_t kind)
{
    return kind <= BET_PUT ? (uint8_t)(kind + BET_ODDS_OFFSET) : (uint8_t)BET_KIND_COUNT;
}

static const struct ui_payout *odds_payout(const struct ui_model *m, const struct ui_payout *base)
{
    for (unsigned i = 0; i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &m->payouts[i];
        if (p->player == base->player && p->bet.number == base->bet.number &&
            p->bet.kind == odds_of_kind(base->bet.kind)) {
            return p;
        }
    }
    return NULL;
}

/* "A10 +20  won 34", "E5 lost"; `between` as in chips_text. */
static void result_add(struct list *list, const struct ui_state *s, const struct ui_model *m,
    const struct ui_payout *p, const char *between)
{
    const struct ui_payout *odds = odds_payout(m, p);
    char flat_text[MONEY_TEXT_MAX];
    char odds_text[MONEY_TEXT_MAX];
    char net_text[MONEY_TEXT_MAX];
    int64_t net = payout_net_cents(p) + (odds == NULL ? 0 : payout_net_cents(odds));
    struct chips_item *item = list_next(list);
    if (item == NULL) {
        return;
    }
    snprintf(item->text, sizeof item->text, "%c%s%s%s %s%s%s", chip_letter(s, m, p->player),
        money_short(p->amount_cents, flat_text), odds == NULL ? "" : between,
        odds == NULL ? "" : money_short(odds->amount_cents, odds_text),
        between[0] == ' ' && odds != NULL ? " " : "",
        net > 0   ? "won "
        : net < 0 ? "lost"
                  : "back",
        net > 0 ? money_short(net, net_text) : "");
    item->attr = net > 0 ? (unsigned)ROLE_WIN : net < 0 ? (unsigned)ROLE_LOSE : ROLE_NORMAL;
    item->account = p->player;
    item->layer = RESULT_LAYER;
}

/* What the last roll decided on a spot. */
static void results_collect(struct list *list, const struct ui_state *s, const struct ui_model *m,
    unsigned spot, const char *between)
{
    for (unsigned i = 0; s->result_shown && i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &m->payouts[i];
        if (p->player < m->live.account_count && p->result != PAYOUT_TRAVEL && !is_odds(p->bet) &&
            felt_spot_of(p->bet) == (int)spot) {
            result_add(list, s, m, p, between);
        }
    }
}

/* Come bets that the last roll moved: "D10 → six". */
static void travels_collect(
    struct list *list, const struct ui_state *s, const struct ui_model *m, uint8_t kind)
{
    for (unsigned i = 0; s->result_shown && i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &m->payouts[i];
        char money[MONEY_TEXT_MAX];
        if (p->result != PAYOUT_TRAVEL || p->bet.kind != kind ||
            p->player >= m->live.account_count) {
            continue;
        }
        struct chips_item *item = list_next(list);
        if (item != NULL) {
            *item = (struct chips_item){
                .attr = ROLE_NORMAL, .account = p->player, .layer = RESULT_LAYER};
            snprintf(item->text, sizeof item->text, "%c%s → %s", chip_letter(s, m, p->player),
                money_short(p->amount_cents, money), number_word(p->bet.number));
        }
    }
}

/* A bet that won and stays up is told by what it won. */
static bool told(
    const struct ui_state *s, const struct ui_model *m, unsigned account, struct bet_ref bet)
{
    for (unsigned i = 0; s->result_shown && i < m->payout_count && i < UI_PAYOUTS_MAX; i++) {
        const struct ui_payout *p = &m->payouts[i];
        if (p->player == account && p->bet.kind == bet.kind && p->bet.number == bet.number &&
            p->result == PAYOUT_WIN && bet_specs[bet.kind].stays_up) {
            return true;
        }
    }
    return false;
}

/* Everybody's chips on one layer. */
static void layer_collect(struct list *list, const struct ui_state *s, const struct ui_model *m,
    const struct chips_layer *layer, uint8_t index, unsigned number, const char *between)
{
    uint16_t accounts[LIVE_ACCOUNTS_MAX];
    unsigned count = chips_order(s, m, accounts);
    for (unsigned k = 0; k < count; k++) {
        char text[CHIPS_TEXT_MAX];
        struct chips_layer plain = {layer->kind, layer->odds, ""};
        chips_text(s, m, accounts[k], &plain, number, between, text);
        bool shown = told(s, m, accounts[k], (struct bet_ref){layer->kind, (uint8_t)number});
        struct chips_item *item = text[0] == '\0' || shown ? NULL : list_next(list);
        if (item != NULL) {
            snprintf(item->text, sizeof item->text, "%s", text);
            item->attr = chips_attr(s, m, accounts[k], text);
            item->account = accounts[k];
            item->layer = index;
        }
    }
}

/* Writes the list into a line from `col` to `end`; what does not fit is counted at its end. */
static void line_flow(struct canvas *c, struct list *list, int row, int col, int end)
{
    int at = col;
    for (unsigned i = 0; i < list->count; i++) {
        int wide = text_width(list->items[i].text);
        int gap = at > col ? LINE_GAP : 0;
        bool last = i + 1 == list->count && list->hidden == 0;
        if (list->hidden > 0 || at + gap + wide > end - (last ? 0 : LINE_GAP)) {
            list->hidden++;
            continue;
        }
        at += gap;
        at += canvas_text_cut(c, row, at, end - at, list->items[i].attr, list->items[i].text);
    }
    if (list->hidden > 0) {
        canvas_printf(c, row, at + 1, ROLE_NORMAL, "+%u", list->hidden);
    }
}

/* The long lines: come, don't come, field, pass, don't pass. */
static void line_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, unsigned spot)
{
    const struct felt_place *f = &felt_wide.places[spot];
    const struct table_config *config = &s->moves.live->table.config;
    uint8_t kind = felt_spots[spot].bet.kind;
    struct chips_layer layer = {kind, odds_of_kind(kind), ""};
    struct list list = {.count = 0};
    bool dont = spot == FELT_DONT_PASS || spot == FELT_DONT_COME;
    canvas_text(c, f->row, f->col, ROLE_NORMAL, f->label);
    results_collect(&list, s, m, spot, " +");
    if (spot == FELT_COME || spot == FELT_DONT_COME) {
        travels_collect(&list, s, m, kind);
    }
    layer_collect(&list, s, m, &layer, 0, 0, " +");
    for (unsigned i = 0; i < list.count; i++) {
        /* "+20 odds": the word for what stands behind the line. */
        char *text = list.items[i].text;
        if (list.items[i].layer == 0 && strstr(text, " +") != NULL) {
            size_t used = strlen(text);
            snprintf(text + used, CHIPS_TEXT_MAX - used, " odds");
        }
    }
    int end = f->col + f->width;
    if (dont && !config->crapless) {
        canvas_text(
            c, f->row, spot == FELT_DONT_PASS ? end - 9 : f->col + 13, ROLE_NORMAL, "12 push");
        end -= spot == FELT_DONT_PASS ? 10 : 0;
    }
    if (spot == FELT_FIELD) {
        canvas_printf(c, f->row, f->col + 16, ROLE_NORMAL,
            "2 pays %u:1    3   4   9   10   11    12 pays %u:1", config->field2, config->field12);
    }
    int row = f->row + f->rows - 1;
    int at = f->rows > 1 ? f->col + 2 : f->col + text_width(f->label) + 2;
    line_flow(c, &list, row, at, end);
}

static void prop_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, unsigned spot)
{
    const struct felt_place *f = &felt_wide.places[spot];
    struct bet_ref bet = felt_spots[spot].bet;
    struct chips_layer layer = {bet.kind, BET_KIND_COUNT, ""};
    struct list list = {.count = 0};
    char pays[BET_TEXT_MAX];
    bool hard = bet.kind == BET_HARD;
    bet_text_pays(&s->moves.live->table.config, bet, 0, pays);
    int at = f->col + canvas_text(c, f->row, f->col, ROLE_NORMAL, f->label);
    if (hard) {
        canvas_text_cut(c, f->row, at + 2, f->col + f->width - at - 2, ROLE_NORMAL, pays);
    }
    results_collect(&list, s, m, spot, "+");
    layer_collect(&list, s, m, &layer, 0, bet.number, "+");
    int row = f->row + 1;
    if (list.count == 0) {
        if (!hard) {
            canvas_center(c, row, f->col, f->width, ROLE_NORMAL, pays);
        }
        return;
    }
    int used = 0;
    unsigned shown = 0;
    for (; shown < list.count; shown++) {
        int wide = text_width(list.items[shown].text) + (shown > 0 ? 1 : 0);
        bool last = shown + 1 == list.count;
        if (shown > 0 && used + wide > f->width - (last ? 0 : MORE_COLS)) {
            break;
        }
        used += wide;
    }
    char more[16] = "";
    if (shown < list.count) {
        snprintf(more, sizeof more, " +%u", list.count - shown);
        used += text_width(more);
    }
    at = f->col + (used < f->width ? (f->width - used) / 2 : 0);
    for (unsigned i = 0; i < shown; i++) {
        at += canvas_text_cut(
                  c, row, at, f->col + f->width - at, list.items[i].attr, list.items[i].text) +
              (i + 1 < shown);
    }
    canvas_text_cut(c, row, at, f->col + f->width - at, ROLE_NORMAL, more);
}

static const struct chips_layer box_layers[] = {
    {BET_PLACE, BET_KIND_COUNT, ""},
    {BET_BUY, BET_KIND_COUNT, "buy "},
    {BET_LAY, BET_KIND_COUNT, "lay "},
    {BET_COME, BET_COME_ODDS, "come "},
    {BET_DONT_COME, BET_DONT_COME_ODDS, "don't "},
    {BET_PUT, BET_PUT_ODDS, "put "},
    {BET_PLACE_TO_LOSE, BET_KIND_COUNT, "lose "},
    {BET_YES, BET_KIND_COUNT, "yes "},
    {BET_NO, BET_KIND_COUNT, "no "},
    {BET_NEXT, BET_KIND_COUNT, "next "},
    {BET_BIG6, BET_KIND_COUNT, "big "},
    {BET_BIG8, BET_KIND_COUNT, "big "},
};

enum { BOX_LAYERS = sizeof box_layers / sizeof box_layers[0] };

/* An item that does not fit, and whether its player was counted before. */
struct hidden {
    struct account_set seen;
    unsigned players;
};

static void hide(struct hidden *h, unsigned account)
{
    uint64_t bit = UINT64_C(1) << account % 64;
    if ((h->seen.bits[account / 64] & bit) == 0) {
        h->seen.bits[account / 64] |= bit;
        h->players++;
    }
}

/* Writes the list into the rows of a box from `row` on, each kind of bet on a row of its own. Where
 * the word of the kind does not fit before the chips, its first letter stands for it. Returns how
 * many players have chips that did not fit; without a canvas nothing is drawn. */
static unsigned box_flow(
    struct canvas *c, const struct list *list, const struct felt_place *f, int row)
{
    struct hidden hidden = {.players = list->hidden};
    int end = f->row + f->rows;
    int at = 0;
    uint8_t layer = RESULT_LAYER - 1;
    for (unsigned i = 0; i < list->count; i++) {
        const struct chips_item *item = &list->items[i];
        const char *mark = item->layer == RESULT_LAYER ? "" : box_layers[item->layer].mark;
        int wide = text_width(item->text);
        bool fresh = item->layer != layer;
        if (at > 0 && (fresh || at + BOX_GAP + wide > f->width)) {
            row++;
            at = 0;
        }
        if (row >= end) {
            hide(&hidden, item->account);
            continue;
        }
        char text[CHIPS_TEXT_MAX + 8];
        if (at > 0 || mark[0] == '\0') {
            snprintf(text, sizeof text, "%s", item->text);
        } else if (1 + text_width(mark) + wide <= f->width) {
            snprintf(text, sizeof text, "%s%s", mark, item->text);
        } else {
            snprintf(text, sizeof text, "%c%s", mark[0], item->text);
        }
        at += at > 0 ? BOX_GAP : 1;
        if (c != NULL) {
            canvas_text_cut(c, row, f->col + at, f->width - at, item->attr, text);
        }
        at += text_width(text);
        layer = item->layer;
    }
    return hidden.players;
}

/* The items of one account before all others. */
static void bring_forward(struct list *list, int account)
{
    struct list sorted = {.hidden = list->hidden};
    for (int own = 1; own >= 0; own--) {
        for (unsigned i = 0; i < list->count; i++) {
            if (((int)list->items[i].account == account) == (own == 1)) {
                sorted.items[sorted.count++] = list->items[i];
            }
        }
    }
    *list = sorted;
}

static void box_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, unsigned spot)
{
    const struct felt_place *f = &felt_wide.places[spot];
    unsigned number = felt_spots[spot].bet.number;
    struct list list = {.count = 0};
    canvas_text(c, f->row, f->col, ROLE_NORMAL, f->label);
    results_collect(&list, s, m, spot, "+");
    for (uint8_t i = 0; i < BOX_LAYERS; i++) {
        bool big = box_layers[i].kind == BET_BIG6 || box_layers[i].kind == BET_BIG8;
        if (!big || felt_spot_of((struct bet_ref){box_layers[i].kind, 0}) == (int)spot) {
            layer_collect(&list, s, m, &box_layers[i], i, big ? 0 : number, "+");
        }
    }
    if (box_flow(NULL, &list, f, f->row + 2) > 0) {
        /* What is one's own is never left out, nor whose bets are looked for. */
        for (uint32_t i = 0; i < s->moves.live->account_count; i++) {
            if (s->shown_seat != 0 && s->moves.live->accounts[i].seat == s->shown_seat) {
                bring_forward(&list, (int)i);
            }
        }
        bring_forward(&list, m->me);
    }
    unsigned hidden = box_flow(c, &list, f, f->row + 2);
    if (hidden > 0) {
        char more[16];
        snprintf(more, sizeof more, "+%u", hidden);
        canvas_right(c, f->row, f->col + f->width, ROLE_NORMAL, more);
    }
}

static void puck_draw(struct canvas *c, const struct ui_state *s)
{
    unsigned point = s->moves.live->table.point;
    int top = felt_wide.frame_row;
    int end = felt_wide.frame_cols - 1;
    if (point == 0) {
        canvas_text(c, top, end - 16, ROLE_NORMAL, " ");
        canvas_text(c, top, end - 15, ROLE_BANNER, "(OFF)");
        canvas_text(c, top, end - 10, ROLE_NORMAL, " come-out ");
        return;
    }
    int spot = felt_spot_of((struct bet_ref){BET_PLACE, (uint8_t)point});
    if (spot >= 0) {
        const struct felt_place *f = &felt_wide.places[spot];
        canvas_text(c, f->row + 1, f->col + 3, ROLE_PUCK, "( ON )");
    } else {
        char text[24];
        snprintf(text, sizeof text, " ON %u ", point); /* crapless: a point without a box */
        canvas_text(c, top, end - 16, ROLE_PUCK, text);
    }
}

void felt_wide_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    for (int r = 0; r < felt_wide.frame_rows; r++) {
        canvas_text(c, felt_wide.frame_row + r, 0, ROLE_FRAME, felt_wide.frame[r]);
    }
    for (unsigned i = 0; i < FELT_SPOTS; i++) {
        if (i <= FELT_BOX10) {
            box_draw(c, s, m, i);
        } else if (i < FELT_HARD4) {
            line_draw(c, s, m, i);
        } else {
            prop_draw(c, s, m, i);
        }
    }
    puck_draw(c, s);
    felt_marks_draw(c, s, m, &felt_wide);
    canvas_felt(c, felt_wide.frame_row, 0, felt_wide.frame_rows, felt_wide.frame_cols);
}
