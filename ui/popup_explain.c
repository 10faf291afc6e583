/* One bet explained: what wins and how often, what it pays, what it costs, what is allowed now. */
#include "ui/explain_text.h"
#include "ui/odds_text.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum {
    TOP = 3,
    LEFT = 8,
    ROWS = 15,
    COLS = 62,
    TEXT = LEFT + 2,
    WIDTH = COLS - 4,
    WHAT = TEXT + 13,
    WAYS = TEXT + 25,
    VALUE = TEXT + 12,
    LABELS_MAX = 6,
};

static struct bet_ref bet_now(const struct ui_state *s)
{
    return s->edit[s->edit_index % EDIT_BETS_MAX];
}

/* Where the puck stands for this bet: a line bet that lies there, or its odds. */
static uint8_t point_of(const struct ui_state *s)
{
    return s->moves.live->table.point;
}

static const char *does_word(const struct odds_row *row)
{
    switch (row->result) {
    case ODDS_LOSE:
        return "loses";
    case ODDS_PUSH:
        return "back";
    case ODDS_TRAVEL:
        return "goes to";
    case ODDS_NOTHING:
        return strstr(row->does, "point") != NULL ? "point" : "nothing";
    default:
        return row->does;
    }
}

static int rows_draw(struct canvas *c, const struct ui_state *s, int row)
{
    struct odds_row rows[ODDS_ROWS_MAX];
    char text[4 * BET_TEXT_MAX];
    struct bet_ref bet = bet_now(s);
    const struct table_config *config = &s->moves.live->table.config;
    unsigned count = odds_rows(config, bet, point_of(s), rows);
    for (unsigned i = 0; i < count; i++) {
        canvas_text(c, row, TEXT, ROLE_NORMAL, does_word(&rows[i]));
        canvas_text(c, row, WHAT, ROLE_TITLE, rows[i].what);
        canvas_text_cut(
            c, row, WAYS, 24, ROLE_NORMAL, text_width(rows[i].ways) > 24 ? "" : rows[i].ways);
        snprintf(text, sizeof text, "%u of 36", rows[i].count);
        canvas_right(c, row++, LEFT + COLS - 2, ROLE_NORMAL, text);
    }
    if (odds_text_hand(config, bet, text)[0] != '\0') {
        row += widget_wrapped(c, row, TEXT, 3, WIDTH, ROLE_NORMAL, text);
    }
    return row;
}

/* What the player has, may have, and whether it works. */
static void now_text(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX])
{
    const struct live *l = s->moves.live;
    const struct table_config *config = &l->table.config;
    struct bet_ref bet = bet_now(s);
    char money[MONEY_TEXT_MAX];
    char most[MONEY_TEXT_MAX];
    int64_t lies = moves_own_cents(l, m->me, bet);
    enum refusal r = bet_closed(s, m, bet);
    bool travelled = bet_specs[bet.kind].form == BET_NUMBER_TRAVELLED && bet.number != 0;
    out[0] = '\0';
    if (lies > 0) {
        sentence_add(out, "you have %s on it", money_text(lies, money));
        if (table_take_check(&l->table, (uint32_t)m->me, bet, false, 0) == REFUSAL_CONTRACT) {
            sentence_add(out, ", which stays until it is decided");
        }
    } else if (travelled) {
        sentence_add(out, "a come bet gets there by itself, from the box");
        return;
    }
    if (r == REFUSAL_NONE && !travelled) {
        int64_t cap = is_odds(bet) && m->me >= 0
                          ? table_odds_cap_cents(&l->table, (uint32_t)m->me, bet)
                          : config->max_cents;
        sentence_add(out, lies > 0 ? ", up to %s%s" : "you may bet %s to %s",
            lies > 0 ? money_text(cap, most) : money_text(config->min_cents, money),
            lies > 0 ? "" : money_text(cap, most));
    } else if (lies == 0) {
        sentence_refusal(r, l, m->me, bet, out);
        return;
    }
    if (bet_specs[bet.kind].markable) {
        bool on = lies > 0 ? table_bet_works(&l->table, &l->players[m->me], bet_slot(bet))
                           : l->table.point != 0 || !bet_specs[bet.kind].off_on_come_out;
        sentence_add(out, !on                                ? ", it is off until a point is set"
                          : lies == 0 && l->table.point != 0 ? ", it is on (point is set)"
                                                             : ", it is on");
    }
}

static void pays_text(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX])
{
    const struct live *l = s->moves.live;
    const struct table_config *config = &l->table.config;
    struct bet_ref bet = bet_now(s);
    char pays[4 * BET_TEXT_MAX];
    char stake[MONEY_TEXT_MAX];
    char wins[MONEY_TEXT_MAX];
    int64_t lies = moves_own_cents(l, m->me, bet);
    int64_t cents = lies > 0 ? lies : chip_stake_cents(s, m, bet);
    int64_t win = bet_winnings_cents(config, bet, l->table.point, cents);
    int64_t step = bet_round_up_cents(bet, 1);
    out[0] = '\0';
    if (odds_text_hand(config, bet, pays)[0] != '\0') {
        sentence_add(out, "by that list, to one");
    } else {
        odds_text_pays(config, bet, l->table.point, pays);
        sentence_add(out, "%.60s", pays);
        if (win > 0 && strchr(pays, ',') == NULL) {
            sentence_add(out, "    %s wins %s.", money_text(cents, stake), money_text(win, wins));
        }
    }
    if (step > 1) {
        sentence_add(out, " Bet in steps of %s.", money_text(step, stake));
    }
}

/* A label and up to `rows` lines behind it; the next row. */
static int labelled(struct canvas *c, int row, int rows, const char *label, const char *text)
{
    if (text[0] == '\0' || row > TOP + ROWS - 2) {
        return row;
    }
    int room = TOP + ROWS - 1 - row;
    canvas_text(c, row, TEXT, ROLE_NORMAL | CELL_DIM, label);
    return row + widget_wrapped(c, row, VALUE, rows < room ? rows : room, LEFT + COLS - 1 - VALUE,
                     ROLE_NORMAL, text);
}

static int lines_of(const char *text, int width)
{
    int lines = 0;
    while (*text != '\0') {
        size_t next = 0;
        widget_break(text, width, &next);
        text += next;
        lines++;
    }
    return lines;
}

void explain_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    const struct table_config *config = &s->moves.live->table.config;
    struct bet_ref bet = bet_now(s);
    char text[SENTENCE_MAX];
    char title[SENTENCE_MAX + 16];
    char labels[LABELS_MAX][SENTENCE_MAX] = {"", "", "", "", "", ""};
    int64_t lies = moves_own_cents(s->moves.live, m->me, bet);
    static const char *const names[LABELS_MAX] = {"pays", "edge", "now", "come-out", "better"};
    pays_text(s, m, labels[0]);
    explain_edge(
        config, bet, point_of(s), lies > 0 ? lies : chip_stake_cents(s, m, bet), labels[1]);
    now_text(s, m, labels[2]);
    explain_come_out(config, bet, labels[3]);
    explain_better(config, bet, point_of(s), labels[4]);
    snprintf(title, sizeof title, "%s   explained", explain_title(bet, text));
    widget_box(c, TOP, LEFT, ROWS, COLS, title);
    int row = TOP + 1;
    row += widget_wrapped(
        c, row, TEXT, 2, WIDTH, ROLE_TITLE, explain_wins(config, bet, point_of(s), text));
    struct odds_row rows[ODDS_ROWS_MAX];
    char hand[4 * BET_TEXT_MAX];
    int below = (int)odds_rows(config, bet, point_of(s), rows);
    below += lines_of(odds_text_hand(config, bet, hand), WIDTH);
    for (int i = 0; i < LABELS_MAX - 1; i++) {
        below += lines_of(labels[i], LEFT + COLS - 1 - VALUE);
    }
    int spare = TOP + ROWS - 1 - row - below;
    row += spare > 0 ? 1 : 0;
    int first = row;
    row = rows_draw(c, s, row);
    row += spare > 1 && row > first ? 1 : 0;
    for (int i = 0; i < LABELS_MAX - 1; i++) {
        row = labelled(c, row, 2, names[i], labels[i]);
    }
    popup_keys(
        c, s, "left/right other bets    up/down other kinds    Enter bet one chip    Esc close");
}

/* The bets of this table in the order of the rules: the next one, or the first of the next kind. */
static struct bet_ref step(const struct table_config *config, struct bet_ref bet, bool kind, int by)
{
    struct bet_ref all[BET_SLOT_COUNT];
    int count = 0;
    int at = 0;
    for (unsigned k = 0; k < BET_KIND_COUNT; k++) {
        bool offered = !config->crapless || bet_specs[k].crapless != 0;
        for (uint16_t slot = 0; offered && slot < BET_SLOT_COUNT; slot++) {
            struct bet_ref one = bet_of_slot(slot);
            bool box = bet_specs[k].form == BET_NUMBER_TRAVELLED && one.number != 0;
            if (one.kind == k && !box && bet_number_allowed(one, config->crapless)) {
                at = one.kind == bet.kind && (one.number == bet.number || at == 0) ? count : at;
                all[count++] = one;
            }
        }
    }
    int next = at;
    do {
        next = (next + count + by) % count;
    } while (kind && next != at &&
             (all[next].kind == bet.kind || (next > 0 && all[next].kind == all[next - 1].kind)));
    return all[next];
}

void explain_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    struct bet_ref bet = bet_now(s);
    switch (key) {
    case UIKEY_LEFT:
    case UIKEY_RIGHT:
    case UIKEY_UP:
    case UIKEY_DOWN: {
        bool kind = key == UIKEY_UP || key == UIKEY_DOWN;
        bool on = key == UIKEY_RIGHT || key == UIKEY_DOWN;
        s->edit[0] = step(&s->moves.live->table.config, bet, kind, on ? 1 : -1);
        s->edit_index = 0;
        s->edit_count = 1;
        int spot = felt_spot_of(s->edit[0]);
        s->spot = spot >= 0 ? (uint8_t)spot : s->spot;
        break;
    }
    case UIKEY_ENTER:
        if (bet_specs[bet.kind].form == BET_NUMBER_TRAVELLED) {
            bet.number = 0;
        }
        s->popup = s->popup_under;
        moves_begin(&s->moves);
        act_chip(s, port, m, bet);
        break;
    case UIKEY_ESC:
    case 'i':
        s->popup = s->popup_under;
        s->popup_under = POPUP_NONE;
        break;
    default:
        break;
    }
}
