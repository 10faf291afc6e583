/* The wide table's list of what may be bet now: what it pays, what it costs, the least. */
#include "ui/bet_text.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/table_wide.h"
#include "ui/widget.h"

#include <stdio.h>

enum { NAME_COL = 5, PAYS_END = 26, EDGE_END = 35, MIN_END = 40, LIST_MAX = 48 };

struct entry {
    int32_t keys[2]; /* as the table of keys has them; 0: none */
    char name[BET_TEXT_MAX];
    struct bet_ref bet;
};

struct list {
    const struct ui_state *s;
    const struct ui_model *m;
    struct entry entries[LIST_MAX];
    int count;
};

static bool open_now(const struct list *list, struct bet_ref bet)
{
    return bet_closed(list->s, list->m, bet) == REFUSAL_NONE;
}

static void add(
    struct list *list, int32_t key, int32_t second, const char *name, struct bet_ref bet)
{
    if (list->count < LIST_MAX && open_now(list, bet)) {
        struct entry *e = &list->entries[list->count++];
        e->keys[0] = key;
        e->keys[1] = second;
        snprintf(e->name, sizeof e->name, "%s", name);
        e->bet = bet;
    }
}

/* Odds that could be more than they are. */
static void add_odds(struct list *list, struct bet_ref bet, const char *name)
{
    const struct live *l = list->s->moves.live;
    struct bet_ref by_key = act_odds_bet(list->s, list->m);
    bool o = by_key.kind == bet.kind && by_key.number == bet.number;
    if (list->m->me >= 0 && table_odds_cap_cents(&l->table, (uint32_t)list->m->me, bet) >
                                moves_own_cents(l, list->m->me, bet)) {
        add(list, o ? 'o' : 0, 0, name, bet);
    }
}

static void add_all_odds(struct list *list)
{
    const struct table *t = &list->s->moves.live->table;
    char name[BET_TEXT_MAX];
    if (t->point != 0) {
        snprintf(name, sizeof name, "odds on pass %u", t->point);
        add_odds(list, (struct bet_ref){BET_PASS_ODDS, 0}, name);
        snprintf(name, sizeof name, "odds on don't %u", t->point);
        add_odds(list, (struct bet_ref){BET_DONT_PASS_ODDS, 0}, name);
    }
    static const struct {
        uint8_t kind;
        const char *name;
    } odds[] = {{BET_COME_ODDS, "odds on come %u"}, {BET_DONT_COME_ODDS, "odds don't c. %u"},
        {BET_PUT_ODDS, "odds on put %u"}};
    for (size_t k = 0; k < sizeof odds / sizeof odds[0]; k++) {
        for (uint8_t number = 2; number <= 12; number++) {
            snprintf(name, sizeof name, odds[k].name, number);
            add_odds(list, (struct bet_ref){odds[k].kind, number}, name);
        }
    }
}

/* Two numbers that pay alike on one line. */
static void add_place(struct list *list, unsigned low, unsigned high)
{
    struct bet_ref bets[2] = {{BET_PLACE, (uint8_t)low}, {BET_PLACE, (uint8_t)high}};
    char name[BET_TEXT_MAX];
    bool first = open_now(list, bets[0]);
    bool both = first && open_now(list, bets[1]);
    unsigned number = first ? low : high;
    if (both) {
        snprintf(name, sizeof name, "place %s or %u", number_word(low), high);
    } else {
        snprintf(name, sizeof name, "place %s", number_word(number));
    }
    add(list, (int32_t)('0' + number % 10), both ? (int32_t)('0' + high % 10) : 0, name,
        bets[first ? 0 : 1]);
}

/* Each of the bets that have a popup of their own. */
static void add_props(struct list *list)
{
    const struct table_config *config = &list->s->moves.live->table.config;
    struct bet_ref bet;
    char name[BET_TEXT_MAX];
    for (int i = 0; props_nth(config, i, &bet); i++) {
        add(list, 0, 0, bet_text_name(bet, name), bet);
    }
}

static void collect(struct list *list)
{
    list->count = 0;
    add_all_odds(list);
    add(list, 'p', 0, "pass line", (struct bet_ref){BET_PASS, 0});
    add(list, 'd', 0, "don't pass", (struct bet_ref){BET_DONT_PASS, 0});
    add(list, 'c', 0, "come", (struct bet_ref){BET_COME, 0});
    add_place(list, 6, 8);
    add(list, 'f', 0, "field", (struct bet_ref){BET_FIELD, 0});
    add(list, 'n', 0, "don't come", (struct bet_ref){BET_DONT_COME, 0});
    add_place(list, 5, 9);
    add_place(list, 4, 10);
}

static void entry_draw(struct canvas *c, const struct list *list, const struct entry *e, int row)
{
    const struct table *t = &list->s->moves.live->table;
    char text[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    unsigned edge = bet_edge_hundredths(&t->config, e->bet);
    int at = NAME_COL;
    for (int i = 0; i < 2 && e->keys[i] != 0; i++) {
        char key[KEY_TEXT_MAX];
        key_text(key_map_now(&list->s->now.keys, e->keys[i]), key);
        canvas_text_cut(c, row, 2 + 2 * i, 2, ROLE_KEY, text_width(key) == 1 ? key : "");
        at = NAME_COL + i;
    }
    canvas_text_cut(c, row, at, 20, ROLE_NORMAL, e->name);
    canvas_right(c, row, PAYS_END, ROLE_NORMAL, bet_text_pays(&t->config, e->bet, t->point, text));
    snprintf(text, sizeof text, "%u.%02u%%", edge / 100, edge % 100);
    canvas_right(c, row, EDGE_END, ROLE_NORMAL, text);
    canvas_right(c, row, MIN_END, ROLE_NORMAL,
        money_text(bet_round_up_cents(e->bet, t->config.min_cents), money));
    canvas_hit(c, row, 1, 1, WIDE_BETS_COLS - 2, UIHIT_BET + bet_slot(e->bet));
}

/* The bets that have a popup of their own, in one line. */
static void props_line(struct canvas *c, const struct list *list, int row)
{
    const struct table_config *config = &list->s->moves.live->table.config;
    unsigned pays = 0;
    unsigned edge = 0;
    char text[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    unsigned open = props_open(list->s, list->m, &pays, &edge);
    if (open == 0) {
        return;
    }
    int32_t key = key_map_now(&list->s->now.keys, 'h');
    char key_word[KEY_TEXT_MAX];
    key_text(key, key_word);
    canvas_text_cut(c, row, 2, 2, ROLE_KEY, text_width(key_word) == 1 ? key_word : "");
    canvas_printf(c, row, NAME_COL, ROLE_NORMAL, "%u props", open);
    snprintf(text, sizeof text, "to %u:1", pays);
    canvas_right(c, row, PAYS_END, ROLE_NORMAL, text);
    snprintf(text, sizeof text, "%u%%+", edge / 100);
    canvas_right(c, row, EDGE_END, ROLE_NORMAL, text);
    canvas_right(c, row, MIN_END, ROLE_NORMAL, money_text(config->min_cents, money));
    canvas_hit(c, row, 1, 1, WIDE_BETS_COLS - 2, key);
}

void wide_bets_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int rows)
{
    struct list list = {.s = s, .m = m};
    widget_box(c, row, 0, rows, WIDE_BETS_COLS, "you may bet now");
    const char *none = m->me < 0 || m->watching               ? "Nothing: you watch."
                       : s->rolling                           ? "Nothing: the dice are out."
                       : m->stalled || m->cut_off || m->alarm ? "Nothing: the table waits."
                                                              : NULL;
    if (none != NULL) {
        canvas_text(c, row + 2, 2, ROLE_NORMAL, none);
        return;
    }
    unsigned head = ROLE_NORMAL | CELL_DIM;
    canvas_text(c, row + 1, NAME_COL, head, "bet");
    canvas_right(c, row + 1, PAYS_END, head, "pays");
    canvas_right(c, row + 1, EDGE_END - 1, head, "edge");
    canvas_right(c, row + 1, MIN_END, head, "min");
    collect(&list);
    int room = rows - 4; /* frame, head, and the line of the props */
    int shown = list.count < room ? list.count : room;
    add_props(&list);
    if (list.count <= room) {
        shown = list.count; /* there is room for all */
    }
    for (int i = 0; i < shown; i++) {
        entry_draw(c, &list, &list.entries[i], row + 2 + i);
    }
    props_line(c, &list, row + 2 + shown);
}
