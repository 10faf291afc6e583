/* Help at 120x40 and more: the keys, what the felt and the top line mean, every bet, and how a round
 * goes, on one page. */
#include "ui/bet_text.h"
#include "ui/help_parts.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { COLS = FELT_WIDE_COLS, SECOND = 40, THIRD = 82, PAYS_END = 108, EDGE_END = 116 };

static bool in_first(const char *section)
{
    return strcmp(section, "MOVE") == 0 || strcmp(section, "CHIPS") == 0;
}

static int heading(struct canvas *c, int row, int col, const char *text)
{
    canvas_text(c, row, col, ROLE_TITLE, text);
    return row + 1;
}

/* The sections of the table of keys; returns the rows after the last of each column. */
static void keys_draw(struct canvas *c, const struct ui_state *s, int end[2])
{
    const char *section = "";
    end[0] = end[1] = 1;
    for (size_t i = 0; i < key_row_count; i++) {
        bool right = !in_first(key_rows[i].section);
        int col = right ? SECOND + 4 : 3;
        if (strcmp(section, key_rows[i].section) != 0) {
            section = key_rows[i].section;
            end[right] = heading(c, end[right] + 1, col, section);
        }
        help_key_row_draw(c, s, i, end[right]++, col + 2, right ? 11 : 12);
    }
}

static int lines_draw(
    struct canvas *c, int row, int col, int last, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count && row < last; i++) {
        bool head = i == 0;
        canvas_text(c, row++, col, head ? (unsigned)ROLE_TITLE : ROLE_NORMAL, lines[i]);
    }
    return row;
}

/* Bets that share pay and edge on one line, with the engine's numbers. */
static int bets_draw(struct canvas *c, int row, const struct table_config *config)
{
    static const struct {
        const char *name;
        struct bet_ref bet;
        uint8_t point;
    } rows[] = {{"pass, come", {BET_PASS, 0}, 0}, {"don't pass/come", {BET_DONT_PASS, 0}, 0},
        {"odds 4 10", {BET_PASS_ODDS, 0}, 4}, {"odds 5 9", {BET_PASS_ODDS, 0}, 5},
        {"odds 6 8", {BET_PASS_ODDS, 0}, 6}, {"place 6 8", {BET_PLACE, 6}, 0},
        {"place 5 9", {BET_PLACE, 5}, 0}, {"place 4 10", {BET_PLACE, 4}, 0},
        {"buy 4 10", {BET_BUY, 4}, 0}, {"lay 4 10", {BET_LAY, 4}, 0}, {"field", {BET_FIELD, 0}, 0},
        {"hard 6 8", {BET_HARD, 6}, 0}, {"hard 4 10", {BET_HARD, 4}, 0},
        {"any craps", {BET_ANY_CRAPS, 0}, 0}, {"yo, ace-deuce", {BET_YO, 0}, 0},
        {"aces, boxcars", {BET_ACES, 0}, 0}, {"any seven", {BET_ANY_SEVEN, 0}, 0}};
    row = heading(c, row, THIRD + 3, "EVERY BET");
    canvas_right(c, row - 1, PAYS_END, ROLE_TITLE, "pays");
    canvas_right(c, row - 1, EDGE_END, ROLE_TITLE, "edge %");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[BET_TEXT_MAX];
        if (config->crapless && bet_specs[rows[i].bet.kind].crapless == 0) {
            continue;
        }
        unsigned edge = bet_edge_hundredths(config, rows[i].bet);
        canvas_text(c, row, THIRD + 3, ROLE_NORMAL, rows[i].name);
        canvas_right(
            c, row, PAYS_END, ROLE_NORMAL, bet_text_pays(config, rows[i].bet, rows[i].point, text));
        snprintf(text, sizeof text, "%u.%02u", edge / 100, edge % 100);
        canvas_right(c, row, EDGE_END, ROLE_NORMAL, text);
        row++;
    }
    canvas_text(c, row++, THIRD + 3, ROLE_NORMAL | CELL_DIM, "Tab: all of them");
    return row;
}

static void page_draw(
    struct canvas *c, const struct ui_state *s, const struct table_config *config, int last)
{
    static const char *const chips[] = {"YOUR CHIPS ON THE FELT", "A12      you, 12 on a place bet",
        "~A12     sent, not yet agreed", "come A10+20   come 10, odds 20",
        "don't A10     don't come", "buy A20   lay A40", "A12z     off, not working",
        "+2       two others too"};
    static const char *const top[] = {"THE TOP LINE", "●●●●○     players who answer now",
        "4/5 agree 4 of 5 are there to vote", "12 ms     slowest friend",
        "dice OK   you recomputed every roll", "PAUSED    too few to agree, wait"};
    static const char *const mouse[] = {"MOUSE", "click     bets, keys, chips, lists",
        "right     edits a bet", "wheel     one chip, or the talk", "a player  shows his bets"};
    static const char *const round[] = {"HOW A ROUND GOES", "1 come-out: 7 11 win, 2 3 12",
        "  lose, else that is the point", "2 point on: point again wins,",
        "  7 loses, dice pass on", "3 nothing else ends it"};
    static const char *const crapless[] = {"HOW A ROUND GOES", "1 come-out: only 7 wins, every",
        "  other total is the point", "2 point on: point again wins,", "  7 loses, dice pass on",
        "3 nothing else ends it"};
    int end[2];
    for (int r = 1; r < last; r++) {
        canvas_text(c, r, SECOND, ROLE_FRAME, "│");
        canvas_text(c, r, THIRD, ROLE_FRAME, "│");
    }
    keys_draw(c, s, end);
    lines_draw(c, end[0] + 1, 3, last, chips, sizeof chips / sizeof chips[0]);
    int row = lines_draw(c, end[1] + 1, SECOND + 4, last, top, sizeof top / sizeof top[0]);
    if (s->mouse) {
        lines_draw(c, row + 1, SECOND + 4, last, mouse, sizeof mouse / sizeof mouse[0]);
    }
    row = bets_draw(c, 2, config);
    lines_draw(c, row + 1, THIRD + 3, last, config->crapless ? crapless : round,
        sizeof round / sizeof round[0]);
}

int help_list_rows(const struct ui_state *s)
{
    enum { COMPACT_ROWS = 20, AROUND = 5 };
    return felt_layout_of(s->rows, s->cols) == &felt_wide ? s->rows - AROUND : COMPACT_ROWS;
}

/* The list of all bets in two columns. */
static void list_draw(struct canvas *c, const struct ui_state *s, const struct table_config *config)
{
    static const char head[] = "bet                      pays        edge %";
    int rows = help_list_rows(s);
    bool found = true;
    for (int half = 0; half < 2 && found; half++) {
        int col = half == 0 ? 4 : COLS / 2 + 4;
        canvas_text(c, 2, col, ROLE_TITLE, head);
        for (int i = 0; i < rows; i++) {
            char text[128];
            struct bet_ref bet =
                help_nth_bet(config, (unsigned)(s->popup_scroll + half * rows + i), &found);
            if (!found) {
                break;
            }
            help_bet_line(config, bet, text, sizeof text);
            canvas_text(c, 3 + i, col, ROLE_NORMAL, text);
        }
    }
}

void help_wide_draw(struct canvas *c, const struct ui_state *s, const struct table_config *config)
{
    int last = s->rows - 2;
    canvas_origin(c, 0, 0);
    canvas_clear(c, 0, 0, s->rows, s->cols, ROLE_NORMAL);
    canvas_origin(c, 0, felt_left(&felt_wide, s->cols));
    widget_box(c, 0, 0, s->rows - 1, COLS, s->help_bets ? "HELP: every bet" : "HELP: the table");
    if (s->field.size > 0) {
        int at = 3 + canvas_text(c, 1, 3, ROLE_KEY, "search: ");
        at += canvas_text(c, 1, at, ROLE_NORMAL, s->field.text);
        canvas_text(c, 1, at, ROLE_SELECTED, "_");
        help_found_draw(c, s, config, last);
    } else if (s->help_bets) {
        list_draw(c, s, config);
    } else {
        page_draw(c, s, config, last);
    }
}
