/* Every bet that has no place of its own on the felt, in three pages: one roll and hardways,
 * numbers, the whole hand. */
#include "ui/bet_text.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum {
    LINES_SHOWN = 13,
    TOP = 2,
    LEFT = 8,
    ROWS = 16,
    COLS = 62,
    CHOICE_NUMBERS = 1,
    CHOICE_HOP,
    CHOICE_HIGH
};

struct prop_line {
    char key;
    uint8_t kind, number;
    uint8_t choice; /* what left and right turn through */
    const char *name;
    const char *note;
};

static const struct prop_line one_roll[] = {
    {'a', BET_ANY_SEVEN, 0, 0, "any seven", ""},
    {'c', BET_ANY_CRAPS, 0, 0, "any craps 2 3 12", ""},
    {'2', BET_ACES, 0, 0, "aces", ""},
    {'3', BET_ACE_DEUCE, 0, 0, "ace-deuce", ""},
    {'y', BET_YO, 0, 0, "yo 11", ""},
    {'0', BET_BOXCARS, 0, 0, "boxcars 12", ""},
    {'e', BET_C_AND_E, 0, 0, "C & E", "by 2"},
    {'n', BET_HORN, 0, 0, "horn 2 3 11 12", "by 4"},
    {'4', BET_HARD, 4, 0, "hard 4", "stays"},
    {'6', BET_HARD, 6, 0, "hard 6", "stays"},
    {'8', BET_HARD, 8, 0, "hard 8", "stays"},
    {'t', BET_HARD, 10, 0, "hard 10", "stays"},
    {'o', BET_HOP, 0, CHOICE_HOP, "hop", ""},
    {'w', BET_WORLD, 0, 0, "world 2 3 7 11 12", "by 5"},
    {'h', BET_HORN_HIGH_2, 0, CHOICE_HIGH, "horn high", "by 5"},
};

static const struct prop_line numbers[] = {
    {'p', BET_PLACE, 0, CHOICE_NUMBERS, "place", "stays"},
    {'b', BET_BUY, 0, CHOICE_NUMBERS, "buy", "stays"},
    {'l', BET_LAY, 0, CHOICE_NUMBERS, "lay", ""},
    {'x', BET_PLACE_TO_LOSE, 0, CHOICE_NUMBERS, "place to lose", ""},
    {'u', BET_PUT, 0, CHOICE_NUMBERS, "put", ""},
    {'v', BET_PUT_ODDS, 0, CHOICE_NUMBERS, "odds on put", ""},
    {'c', BET_COME_ODDS, 0, CHOICE_NUMBERS, "odds on come", ""},
    {'d', BET_DONT_COME_ODDS, 0, CHOICE_NUMBERS, "odds on don't c.", ""},
    {'y', BET_YES, 0, CHOICE_NUMBERS, "yes", ""},
    {'n', BET_NO, 0, CHOICE_NUMBERS, "no", ""},
    {'t', BET_NEXT, 0, CHOICE_NUMBERS, "next", ""},
    {'6', BET_BIG6, 0, 0, "big 6", "stays"},
    {'8', BET_BIG8, 0, 0, "big 8", "stays"},
};

static const struct prop_line hand[] = {
    {'s', BET_ALL_SMALL, 0, 0, "all small", ""},
    {'t', BET_ALL_TALL, 0, 0, "all tall", ""},
    {'a', BET_ALL, 0, 0, "all", ""},
    {'r', BET_REPEATER, 0, CHOICE_NUMBERS, "repeater", ""},
    {'d', BET_DIFFERENT_DOUBLES, 0, 0, "diff. doubles", ""},
    {'f', BET_FIRE, 0, 0, "fire", ""},
    {'l', BET_RIDE_THE_LINE, 0, 0, "ride the line", ""},
    {'p', BET_REPLAY, 0, 0, "replay", ""},
    {'h', BET_HOT_SHOOTER, 0, 0, "hot shooter", ""},
    {'m', BET_MUGGSY, 0, 0, "muggsy", ""},
};

static const struct {
    const char *title;
    const struct prop_line *lines;
    int count;
} pages[PROPS_PAGES] = {
    {"PROPS AND HARDWAYS", one_roll, sizeof one_roll / sizeof one_roll[0]},
    {"NUMBERS", numbers, sizeof numbers / sizeof numbers[0]},
    {"THE WHOLE HAND", hand, sizeof hand / sizeof hand[0]},
};

static unsigned choices_of(
    const struct prop_line *line, const struct table_config *config, uint8_t out[24])
{
    unsigned count = 0;
    if (line->choice == CHOICE_NUMBERS) {
        uint16_t mask =
            config->crapless ? bet_specs[line->kind].crapless : bet_specs[line->kind].numbers;
        mask = mask == 0 ? bet_specs[line->kind].numbers : mask;
        for (unsigned n = 2; n <= 12; n++) {
            if ((mask >> n & 1) != 0) {
                out[count++] = (uint8_t)n;
            }
        }
    } else if (line->choice == CHOICE_HOP) {
        for (unsigned low = 1; low <= 6; low++) {
            for (unsigned high = low; high <= 6; high++) {
                out[count++] = (uint8_t)(10 * low + high);
            }
        }
    } else if (line->choice == CHOICE_HIGH) {
        for (unsigned kind = BET_HORN_HIGH_2; kind <= BET_HORN_HIGH_12; kind++) {
            out[count++] = (uint8_t)kind;
        }
    }
    return count;
}

static struct bet_ref bet_of(const struct ui_state *s, const struct table_config *config, int index)
{
    const struct prop_line *line = &pages[s->popup_page].lines[index];
    uint8_t choices[24];
    unsigned count = choices_of(line, config, choices);
    struct bet_ref bet = {line->kind, line->number};
    if (count > 0) {
        uint8_t choice = choices[s->prop_choice[s->popup_page][index] % count];
        if (line->choice == CHOICE_HIGH) {
            bet.kind = choice;
        } else {
            bet.number = choice;
        }
    }
    return bet;
}

static void name_of(
    const struct prop_line *line, struct bet_ref bet, bool arrows, char *out, size_t size)
{
    static const uint8_t highs[4] = {2, 3, 11, 12};
    if (line->choice == 0) {
        snprintf(out, size, "%s", line->name);
        return;
    }
    const char *left = arrows ? "◂" : " ";
    const char *right = arrows ? "▸" : "";
    if (line->choice == CHOICE_HOP) {
        snprintf(
            out, size, "%s %s%u-%u%s", line->name, left, bet.number / 10, bet.number % 10, right);
    } else {
        unsigned number =
            line->choice == CHOICE_HIGH ? highs[(bet.kind - BET_HORN_HIGH_2) % 4] : bet.number;
        snprintf(out, size, "%s %s%u%s", line->name, left, number, right);
    }
}

static void line_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int index, int row)
{
    const struct live *l = s->moves.live;
    const struct prop_line *line = &pages[s->popup_page].lines[index];
    struct bet_ref bet = bet_of(s, &l->table.config, index);
    bool chosen = index == s->popup_index;
    enum refusal closed = bet_closed(s, m, bet);
    unsigned attr = closed != REFUSAL_NONE ? (unsigned)ROLE_NORMAL | CELL_DIM : ROLE_NORMAL;
    char name[64];
    char text[BET_TEXT_MAX];
    int col = LEFT + 1;
    if (chosen) {
        canvas_text(c, row, col + 1, ROLE_SELECTED, "▸");
    }
    canvas_hit(c, row, LEFT + 1, 1, COLS - 2, UIHIT_LINE + index);
    canvas_printf(c, row, col + 2, chosen ? (unsigned)ROLE_SELECTED : ROLE_KEY, "%c", line->key);
    name_of(line, bet, chosen, name, sizeof name);
    canvas_text_cut(c, row, col + 5, 21, chosen ? (unsigned)ROLE_SELECTED : attr, name);
    canvas_text_cut(
        c, row, col + 26, 12, attr, bet_text_pays(&l->table.config, bet, l->table.point, text));
    unsigned edge = bet_edge_hundredths(&l->table.config, bet);
    if (edge > 0) {
        snprintf(text, sizeof text, "%u.%02u%%", edge / 100, edge % 100);
        canvas_right(c, row, col + 44, attr, text);
    } else {
        canvas_text(c, row, col + 40, attr, "none");
    }
    canvas_text(c, row, col + 46, attr, line->note);
    uint16_t slot = bet_slot(bet);
    int at = col + 53;
    for (uint32_t i = 0; slot != BET_SLOT_NONE && i < l->account_count; i++) {
        if (l->players[i].bet_cents[slot] > 0 && at < LEFT + COLS - 2) {
            char money[MONEY_TEXT_MAX];
            bool pending = (int)i == m->me && i < m->live.account_count &&
                           m->live.players[i].bet_cents[slot] != l->players[i].bet_cents[slot];
            snprintf(text, sizeof text, "%s%c%s", pending ? "~" : "", chip_letter(s, m, i),
                money_short(l->players[i].bet_cents[slot], money));
            at += canvas_text_cut(c, row, at, LEFT + COLS - 1 - at,
                      (int)i == m->me ? (unsigned)ROLE_TITLE : ROLE_NORMAL, text) +
                  1;
        }
    }
}

static void info(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row)
{
    const struct live *l = s->moves.live;
    struct bet_ref bet = bet_of(s, &l->table.config, s->popup_index);
    char name[BET_TEXT_MAX];
    char how[BET_TEXT_MAX];
    char stake[MONEY_TEXT_MAX];
    char wins[MONEY_TEXT_MAX];
    char text[SENTENCE_MAX];
    enum refusal closed = bet_closed(s, m, bet);
    popup_row_begin(c, s, row, 2);
    bet_text_name(bet, name);
    for (char *p = name; *p != '\0'; p++) {
        *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
    }
    text[0] = '\0';
    int64_t cents = chip_stake_cents(s, m, bet);
    int64_t win = bet_winnings_cents(&l->table.config, bet, l->table.point, cents);
    sentence_add(text, "%s  %s", name, bet_text_how(&l->table.config, bet, l->table.point, how));
    if (closed == REFUSAL_NONE && win > 0) {
        sentence_add(text, " %s wins %s.", money_text(cents, stake), money_text(win, wins));
    }
    canvas_text_cut(c, row, 2, 77, ROLE_NORMAL, text);
    unsigned edge = bet_edge_hundredths(&l->table.config, bet);
    if (closed != REFUSAL_NONE) {
        char reason[SENTENCE_MAX];
        sentence_refusal(closed, l, m->me, bet, reason);
        canvas_text_cut(c, row + 1, 1, 78, ROLE_NORMAL, reason);
    } else if (s->coach && edge > 500) {
        canvas_printf(c, row + 1, 1, ROLE_NORMAL,
            "Coach: fun, but %u.%02u%% edge. Odds on your pass line cost nothing.", edge / 100,
            edge % 100);
    }
    popup_row_end(c, s);
}

void props_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char title[96];
    char money[MONEY_TEXT_MAX];
    int count = pages[s->popup_page].count;
    int first = s->popup_index >= LINES_SHOWN ? s->popup_index - LINES_SHOWN + 1 : 0;
    snprintf(title, sizeof title, "%s    chip %s", pages[s->popup_page].title,
        money_text(ui_chip_cents[s->chip], money));
    widget_box(c, TOP, LEFT, ROWS, COLS, title);
    canvas_text(c, TOP + 1, LEFT + 2, ROLE_NORMAL | CELL_DIM,
        "key bet                  pays        edge    chips");
    for (int i = 0; i < LINES_SHOWN && first + i < count; i++) {
        line_draw(c, s, m, first + i, TOP + 2 + i);
    }
    if (first + LINES_SHOWN < count) {
        canvas_printf(c, TOP + ROWS - 1, LEFT + COLS - 18, ROLE_KEY, " %d more below ",
            count - first - LINES_SHOWN);
    }
    if (s->say[0] == '\0') {
        info(c, s, m, popup_lines_row(s));
    }
    char keys[128];
    snprintf(keys, sizeof keys, "letter bets %s    Bksp less    E edit    Tab %s    Esc close",
        money_text(ui_chip_cents[s->chip], money),
        s->popup_page == 0   ? "numbers"
        : s->popup_page == 1 ? "whole hand"
                             : "one roll");
    popup_keys(c, s, keys);
}

bool props_nth(const struct table_config *config, int n, struct bet_ref *bet)
{
    uint8_t choices[24];
    if (n < 0 || n >= pages[0].count) {
        return false;
    }
    const struct prop_line *line = &pages[0].lines[n];
    *bet = (struct bet_ref){line->kind, line->number};
    if (choices_of(line, config, choices) > 0 && line->choice != CHOICE_HIGH) {
        bet->number = choices[0];
    }
    return true;
}

unsigned props_open(const struct ui_state *s, const struct ui_model *m, unsigned *pays_to_one,
    unsigned *edge_hundredths)
{
    enum { STAKE_CENTS = 60000 }; /* divides by every way to split a bet */
    const struct table_config *config = &s->moves.live->table.config;
    struct bet_ref bet;
    unsigned open = 0;
    *pays_to_one = 0;
    *edge_hundredths = 10000;
    for (int i = 0; props_nth(config, i, &bet); i++) {
        if (bet_closed(s, m, bet) != REFUSAL_NONE) {
            continue;
        }
        unsigned edge = bet_edge_hundredths(config, bet);
        unsigned pays = (unsigned)(bet_winnings_cents(config, bet, 0, STAKE_CENTS) / STAKE_CENTS);
        *pays_to_one = pays > *pays_to_one ? pays : *pays_to_one;
        *edge_hundredths = edge < *edge_hundredths ? edge : *edge_hundredths;
        open++;
    }
    return open;
}

static void turn(struct ui_state *s, const struct table_config *config, int step)
{
    uint8_t choices[24];
    unsigned count = choices_of(&pages[s->popup_page].lines[s->popup_index], config, choices);
    uint8_t *choice = &s->prop_choice[s->popup_page][s->popup_index];
    if (count > 0) {
        *choice = (uint8_t)((*choice % count + count + (unsigned)step) % count);
    }
}

/* Beyond the last line of a page is the first of the next: arrows get everywhere. */
static void next_line(struct ui_state *s, int step)
{
    int to = s->popup_index + step;
    if (to < 0 || to >= pages[s->popup_page].count) {
        s->popup_page = (s->popup_page + PROPS_PAGES + step) % PROPS_PAGES;
        to = step > 0 ? 0 : pages[s->popup_page].count - 1;
    }
    s->popup_index = to;
}

void props_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    const struct table_config *config = &s->moves.live->table.config;
    int count = pages[s->popup_page].count;
    moves_begin(&s->moves);
    switch (key) {
    case UIKEY_UP:
    case UIKEY_DOWN:
        next_line(s, key == UIKEY_UP ? -1 : 1);
        return;
    case UIKEY_HOME:
    case UIKEY_PAGE_UP:
        s->popup_index = 0;
        return;
    case UIKEY_END:
    case UIKEY_PAGE_DOWN:
        s->popup_index = count - 1;
        return;
    case UIKEY_LEFT:
    case UIKEY_RIGHT:
        turn(s, config, key == UIKEY_LEFT ? -1 : 1);
        return;
    case UIKEY_TAB:
    case UIKEY_BACK_TAB:
        s->popup_page = (s->popup_page + (key == UIKEY_TAB ? 1 : PROPS_PAGES - 1)) % PROPS_PAGES;
        s->popup_index = 0;
        return;
    case UIKEY_ESC:
        s->popup = POPUP_NONE;
        return;
    case '+':
    case '=':
        s->chip += s->chip < UI_CHIPS - 1;
        return;
    case '-':
        s->chip -= s->chip > 0;
        return;
    case UIKEY_ENTER:
        act_chip(s, port, m, bet_of(s, config, s->popup_index));
        return;
    case UIKEY_BACKSPACE:
    case UIKEY_DELETE:
        act_less(s, port, m, bet_of(s, config, s->popup_index));
        return;
    default:
        break;
    }
    for (int i = 0; i < count; i++) {
        if (pages[s->popup_page].lines[i].key == key) {
            s->popup_index = i;
            act_chip(s, port, m, bet_of(s, config, i));
            return;
        }
    }
    if (key == 'E' || key == 'i') {
        edit_open_bet(s, bet_of(s, config, s->popup_index));
        s->popup_under = POPUP_PROPS;
        s->popup = key == 'i' ? POPUP_EXPLAIN : POPUP_EDIT;
    } else if (key == '?' || key == UIKEY_F1) {
        popup_open(s, POPUP_HELP);
    }
}
