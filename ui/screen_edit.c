/* One bet: odds, press, take down, working, exact amount; and the bet explained. */
#include "ui/bet_text.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { TOP = 3, LEFT = 10, ROWS = 13, COLS = 46 };

enum edit_item {
    EDIT_MORE,
    EDIT_MAX,
    EDIT_LESS,
    EDIT_PRESS,
    EDIT_TAKE,
    EDIT_WORKING,
    EDIT_EXACT,
    EDIT_EXPLAIN,
    EDIT_ITEMS
};

static struct bet_ref bet_now(const struct ui_state *s)
{
    return s->edit[s->edit_index % EDIT_BETS_MAX];
}

void edit_open(struct ui_state *s, const struct ui_model *m)
{
    s->edit_count = felt_bets(s->spot, s->moves.live, m->me, s->edit, EDIT_BETS_MAX);
    s->edit_index = 0;
    if (s->edit_count > 0) {
        popup_open(s, POPUP_EDIT);
    }
}

void edit_open_bet(struct ui_state *s, struct bet_ref bet)
{
    s->edit[0] = bet;
    s->edit_count = 1;
    s->edit_index = 0;
    popup_open(s, POPUP_EDIT);
}

/* What an item would leave on the bet, and why it cannot be done now. */
static enum refusal item_check(
    const struct ui_state *s, const struct ui_model *m, enum edit_item item, int64_t *after)
{
    const struct table *t = &s->moves.live->table;
    struct bet_ref bet = bet_now(s);
    uint32_t me = (uint32_t)m->me;
    int64_t lies = moves_own_cents(s->moves.live, m->me, bet);
    int64_t chip = chip_stake_cents(s, m, bet);
    int64_t less = bet_round_up_cents(bet, ui_chip_cents[s->chip]);
    *after = lies;
    if (m->me < 0) {
        return REFUSAL_NOT_SEATED;
    }
    int64_t cap = is_odds(bet) ? table_odds_cap_cents(t, me, bet) : 0;
    switch (item) {
    case EDIT_MORE:
        *after = lies + chip;
        return table_bet_check(t, me, bet, chip);
    case EDIT_MAX: {
        int64_t rack = t->players[me].balance_cents;
        int64_t room = cap - lies < rack ? cap - lies : rack;
        room = room >= 100 ? room / 100 * 100 : room;
        *after = lies + (room > 0 ? room : 0);
        return room > 0   ? table_bet_check(t, me, bet, room)
               : lies > 0 ? REFUSAL_ODDS_LIMIT
                          : REFUSAL_NO_BASE_BET;
    }
    case EDIT_LESS: {
        bool all = lies - less < t->config.min_cents;
        *after = all ? 0 : lies - less;
        return table_take_check(t, me, bet, !all, less);
    }
    case EDIT_PRESS:
        if (lies == 0) {
            return REFUSAL_NO_SUCH_BET;
        }
        *after = is_odds(bet) && 2 * lies > cap && cap > lies ? cap : 2 * lies;
        return table_bet_check(t, me, bet, *after - lies);
    case EDIT_TAKE:
        *after = 0;
        return table_take_check(t, me, bet, false, 0);
    case EDIT_WORKING:
        if (!bet_specs[bet.kind].markable) {
            return REFUSAL_ALWAYS_WORKING;
        }
        return lies > 0 ? REFUSAL_NONE : REFUSAL_NO_SUCH_BET;
    default:
        return REFUSAL_NONE;
    }
}

static void item_text(
    const struct ui_state *s, enum edit_item item, char *key, char *out, size_t size)
{
    static const char keys[EDIT_ITEMS] = {'+', 'O', '-', 'x', 't', 'w', 'e', 'i'};
    struct bet_ref bet = bet_now(s);
    const char *on = is_odds(bet) ? " on odds" : "";
    *key = keys[item];
    switch (item) {
    case EDIT_MORE:
        *key = is_odds(bet) ? 'o' : '+';
        snprintf(out, size, "one chip more%s", on);
        break;
    case EDIT_MAX:
        snprintf(out, size, "max odds");
        break;
    case EDIT_LESS:
        snprintf(out, size, "one chip less%s", on);
        break;
    case EDIT_PRESS:
        snprintf(out, size, "press ×2");
        break;
    case EDIT_TAKE:
        snprintf(out, size, is_odds(bet) ? "take the odds down" : "take it down");
        break;
    case EDIT_WORKING:
        snprintf(out, size, "works on the next roll");
        break;
    case EDIT_EXACT:
        snprintf(out, size, "exact amount...");
        break;
    default:
        snprintf(out, size, "explain this bet");
        break;
    }
}

static bool item_offered(const struct ui_state *s, enum edit_item item)
{
    struct bet_ref bet = bet_now(s);
    return (item != EDIT_MAX || is_odds(bet)) &&
           (item != EDIT_WORKING || bet_specs[bet.kind].markable);
}

static void title_text(const struct ui_state *s, const struct ui_model *m, char *out, size_t size)
{
    char name[BET_TEXT_MAX];
    char flat[MONEY_TEXT_MAX];
    char odds[MONEY_TEXT_MAX];
    struct bet_ref bet = bet_now(s);
    const struct live *l = s->moves.live;
    int64_t lies = moves_own_cents(l, m->me, bet);
    bool line = bet.kind == BET_PASS_ODDS || bet.kind == BET_DONT_PASS_ODDS;
    struct bet_ref base = {bet.kind == BET_PASS_ODDS ? BET_PASS : BET_DONT_PASS, 0};
    bet_text_name(line ? base : bet, name);
    for (char *p = name; *p != '\0'; p++) {
        *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
    }
    if (line) {
        snprintf(out, size, "%s   yours: %s + odds %s", name,
            money_text(moves_own_cents(l, m->me, base), flat), money_text(lies, odds));
    } else {
        snprintf(out, size, "%s   yours: %s", name, lies > 0 ? money_text(lies, flat) : "none");
    }
}

static void item_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m,
    enum edit_item item, int row)
{
    char key = ' ';
    char text[64];
    int64_t after = 0;
    enum refusal r = item_check(s, m, item, &after);
    item_text(s, item, &key, text, sizeof text);
    bool chosen = s->popup_index == (int)item;
    unsigned attr = chosen              ? (unsigned)ROLE_SELECTED
                    : r != REFUSAL_NONE ? (unsigned)ROLE_NORMAL | CELL_DIM
                                        : ROLE_NORMAL;
    int64_t lies = moves_own_cents(s->moves.live, m->me, bet_now(s));
    if (chosen) {
        canvas_text(c, row, LEFT + 2, attr, "▸");
    }
    canvas_printf(c, row, LEFT + 4, chosen ? attr : (unsigned)ROLE_KEY, "%c", key);
    canvas_text(c, row, LEFT + 7, attr, text);
    canvas_hit(c, row, LEFT + 1, 1, 44, UIHIT_LINE + (int32_t)item);
    if (item == EDIT_WORKING && lies > 0) {
        const struct live *l = s->moves.live;
        bool on = table_bet_works(&l->table, &l->players[m->me], bet_slot(bet_now(s)));
        canvas_text(c, row, LEFT + 34, attr, on ? "on → off" : "off → on");
    } else if (r == REFUSAL_NONE && item < EDIT_WORKING) {
        char before_text[MONEY_TEXT_MAX];
        char after_text[MONEY_TEXT_MAX];
        canvas_printf(c, row, LEFT + 34, attr, "%s → %s", money_short(lies, before_text),
            money_short(after, after_text));
    }
}

void edit_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char title[128];
    char pays[BET_TEXT_MAX];
    char edge[BET_TEXT_MAX];
    char text[SENTENCE_MAX];
    const struct live *l = s->moves.live;
    struct bet_ref bet = bet_now(s);
    title_text(s, m, title, sizeof title);
    widget_box(c, TOP, LEFT, ROWS, COLS, title);
    int row = TOP + 1;
    for (int i = 0; i < EDIT_ITEMS; i++) {
        if (item_offered(s, (enum edit_item)i)) {
            item_draw(c, s, m, (enum edit_item)i, row++);
        }
    }
    int64_t after = 0;
    enum refusal r = item_check(s, m, (enum edit_item)s->popup_index, &after);
    if (r != REFUSAL_NONE) {
        sentence_refusal(r, l, m->me, bet, text);
    } else {
        snprintf(text, sizeof text, "Pays %s, %s.",
            bet_text_pays(&l->table.config, bet, l->table.point, pays),
            bet_text_edge(&l->table.config, bet, edge));
    }
    /* Two lines of the frame's width. */
    size_t cut = strlen(text);
    if (cut > COLS - 6) {
        cut = COLS - 6;
        while (cut > 0 && text[cut] != ' ') {
            cut--;
        }
    }
    canvas_printf(c, TOP + 10, LEFT + 4, ROLE_NORMAL, "%.*s", (int)cut, text);
    canvas_text_cut(
        c, TOP + 11, LEFT + 4, COLS - 5, ROLE_NORMAL, text + cut + (text[cut] == ' ' ? 1 : 0));
    if (s->edit_count > 1) {
        canvas_printf(c, TOP + ROWS - 1, LEFT + 2, ROLE_KEY, " ◂ ▸ %u of %u bets here ",
            s->edit_index + 1, s->edit_count);
    }
    popup_keys(c, s,
        s->edit_count > 1
            ? "Enter do it    up/down choose    left/right other bets here    Esc close"
            : "Enter do it    up/down choose    letter = shortcut    Esc close");
}

static void item_do(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, enum edit_item item)
{
    struct bet_ref bet = bet_now(s);
    moves_begin(&s->moves);
    switch (item) {
    case EDIT_MORE:
        act_chip(s, port, m, bet);
        break;
    case EDIT_MAX:
        act_odds_max(s, port, m, bet);
        break;
    case EDIT_LESS:
        act_less(s, port, m, bet);
        break;
    case EDIT_PRESS:
        act_press(s, port, m, bet);
        break;
    case EDIT_TAKE:
        act_take(s, port, m, bet);
        break;
    case EDIT_WORKING:
        act_working(s, port, m, bet);
        break;
    case EDIT_EXACT:
        text_field_set(&s->field, "");
        s->popup = POPUP_AMOUNT;
        break;
    default:
        s->popup = POPUP_EXPLAIN;
        break;
    }
}

static void step(struct ui_state *s, int by)
{
    for (int i = 0; i < EDIT_ITEMS; i++) {
        s->popup_index = (s->popup_index + EDIT_ITEMS + by) % EDIT_ITEMS;
        if (item_offered(s, (enum edit_item)s->popup_index)) {
            return;
        }
    }
}

void edit_key(struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    char letter = ' ';
    char text[64];
    switch (key) {
    case UIKEY_UP:
    case UIKEY_DOWN:
        step(s, key == UIKEY_UP ? -1 : 1);
        return;
    case UIKEY_LEFT:
    case UIKEY_RIGHT:
        s->edit_index =
            (s->edit_index + (key == UIKEY_RIGHT ? 1 : s->edit_count - 1)) % s->edit_count;
        s->popup_index = EDIT_MORE;
        return;
    case UIKEY_ESC:
        s->popup = s->popup_under;
        s->popup_under = POPUP_NONE;
        s->popup_index = 0;
        return;
    case UIKEY_ENTER:
        item_do(s, port, m, (enum edit_item)s->popup_index);
        return;
    default:
        break;
    }
    for (int i = 0; i < EDIT_ITEMS; i++) {
        item_text(s, (enum edit_item)i, &letter, text, sizeof text);
        bool chip_more = i == EDIT_MORE && (key == '+' || key == '=' || key == 'o');
        if (item_offered(s, (enum edit_item)i) && (key == letter || chip_more)) {
            s->popup_index = i;
            item_do(s, port, m, (enum edit_item)i);
            return;
        }
    }
}
