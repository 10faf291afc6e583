/* The statistics of bets, sessions and players. */
#include "ui/bet_text.h"
#include "ui/book.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>

static void money_right(struct canvas *c, int row, int end, int64_t cents, bool sign)
{
    char money[MONEY_TEXT_MAX];
    unsigned attr = !sign || cents == 0 ? (unsigned)ROLE_NORMAL
                    : cents > 0         ? (unsigned)ROLE_WIN
                                        : (unsigned)ROLE_LOSE;
    canvas_right(c, row, end, attr,
        sign ? money_signed(book_chips(cents), money) : money_text(book_chips(cents), money));
}

static void number_right(struct canvas *c, int row, int end, uint64_t number)
{
    char money[MONEY_TEXT_MAX];
    canvas_right(c, row, end, ROLE_NORMAL, money_text((int64_t)number * 100, money));
}

static int box_rows(const struct ui_state *s, int wide)
{
    return wide > UI_COLS_MIN ? 36 : s->rows > 30 ? s->rows - 6 : 18;
}

void stats_bets_draw(struct canvas *c, const struct ui_state *s, const struct ui_stats *p, int wide)
{
    int rows = box_rows(s, wide);
    int shown = rows - 5;
    int first = book_first(s, p->bet_count, shown);
    int64_t staked = 0, net = 0, expected = 0;
    widget_box(c, 1, 1, rows, wide - 2, "your bets that were decided, in chips");
    canvas_text(c, 2, 4, ROLE_NORMAL | CELL_DIM, "bet");
    canvas_right(c, 2, 33, ROLE_NORMAL | CELL_DIM, "times");
    canvas_right(c, 2, 41, ROLE_NORMAL | CELL_DIM, "won");
    canvas_right(c, 2, 52, ROLE_NORMAL | CELL_DIM, "staked");
    canvas_right(c, 2, 63, ROLE_NORMAL | CELL_DIM, "net");
    canvas_right(c, 2, 75, ROLE_NORMAL | CELL_DIM, "expected");
    for (int i = 0; i < p->bet_count; i++) {
        const struct ui_bet_row *b = &p->bets[i];
        staked += b->staked_cents;
        net += b->net_cents;
        expected += b->expected_cents;
        if (i < first || i >= first + shown) {
            continue;
        }
        int row = 3 + i - first;
        canvas_text_cut(c, row, 4, 24, ROLE_NORMAL, b->name);
        number_right(c, row, 33, b->times);
        number_right(c, row, 41, b->won);
        money_right(c, row, 52, b->staked_cents, false);
        money_right(c, row, 63, b->net_cents, true);
        canvas_printf(c, row, 66, ROLE_NORMAL, "%9.1f", (double)b->expected_cents / 100);
    }
    if (p->bet_count == 0) {
        canvas_text(c, 4, 4, ROLE_NORMAL, "No bet of yours has been decided yet.");
        return;
    }
    int row = rows - 1;
    canvas_text(c, row, 4, ROLE_TITLE, "all");
    money_right(c, row, 52, staked, false);
    money_right(c, row, 63, net, true);
    canvas_printf(c, row, 66, ROLE_NORMAL, "%9.1f", (double)expected / 100);
    canvas_text(c, rows + 2, 2, ROLE_NORMAL,
        "expected: what those stakes cost on average, by each bet's house edge.");
}

void stats_sessions_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_stats *p, int wide)
{
    char text[SENTENCE_MAX];
    int rows = box_rows(s, wide);
    int shown = rows - 3;
    int first = book_first(s, p->session_count, shown);
    widget_box(c, 1, 1, rows, wide - 2, "sessions, newest first");
    canvas_text(c, 2, 4, ROLE_NORMAL | CELL_DIM, "date        table");
    canvas_right(c, 2, 46, ROLE_NORMAL | CELL_DIM, "rolls");
    canvas_right(c, 2, 56, ROLE_NORMAL | CELL_DIM, "net");
    canvas_right(c, 2, 67, ROLE_NORMAL | CELL_DIM, "expected");
    canvas_right(c, 2, 76, ROLE_NORMAL | CELL_DIM, "hit rate");
    for (int i = first; i < p->session_count && i < first + shown; i++) {
        const struct ui_stats_session *e = &p->items[i];
        int row = 3 + i - first;
        bool chosen = i == s->book_index;
        unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
        canvas_text(c, row, 2, attr, chosen ? "▸" : " ");
        canvas_text(c, row, 4, attr, e->date);
        canvas_text_cut(c, row, 16, 24, attr, e->table[0] != '\0' ? e->table : e->file);
        canvas_hit(c, row, 2, 1, 40, BOOK_HIT_ROW + i);
        number_right(c, row, 46, e->rolls);
        if (e->own) {
            money_right(c, row, 56, e->net_cents, true);
            canvas_printf(c, row, 58, ROLE_NORMAL, "%9.1f", (double)e->expected_cents / 100);
        } else {
            canvas_text(c, row, 50, ROLE_NORMAL | CELL_DIM, "watched");
        }
        if (e->hit_permille >= 0) {
            canvas_printf(c, row, 72, ROLE_NORMAL, "%3d%%", (e->hit_permille + 5) / 10);
        }
        if (wide > UI_COLS_MIN) {
            canvas_text(c, row, 80, ROLE_NORMAL | CELL_DIM, e->practice ? "practice" : "");
            canvas_text_cut(c, row, 90, 27, ROLE_NORMAL | CELL_DIM, e->file);
        }
    }
    if (p->session_count == 0) {
        canvas_text(c, 4, 4, ROLE_NORMAL, "No table of yours has rolled yet.");
        return;
    }
    if (p->unread > 0) {
        snprintf(text, sizeof text, "! %u record%s not read to the end; craps verify says why.",
            p->unread, p->unread == 1 ? " was" : "s were");
        canvas_text(c, rows + 2, 2, ROLE_WARNING, text);
    }
}

void stats_players_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_stats *p, int wide)
{
    int rows = box_rows(s, wide);
    int shown = rows - 3;
    int first = book_first(s, p->player_count, shown);
    widget_box(c, 1, 1, rows, wide - 2, "people you have played with; bots are not listed");
    canvas_text(c, 2, 4, ROLE_NORMAL | CELL_DIM, "name");
    canvas_right(c, 2, 30, ROLE_NORMAL | CELL_DIM, "tables");
    canvas_right(c, 2, 39, ROLE_NORMAL | CELL_DIM, "thrown");
    canvas_right(c, 2, 53, ROLE_NORMAL | CELL_DIM, "longest hand");
    canvas_right(c, 2, 63, ROLE_NORMAL | CELL_DIM, "net");
    canvas_right(c, 2, 76, ROLE_NORMAL | CELL_DIM, "hit rate");
    for (int i = first; i < p->player_count && i < first + shown; i++) {
        const struct ui_stats_player *q = &p->players[i];
        int row = 3 + i - first;
        int used =
            canvas_text_cut(c, row, 4, 18, q->self ? (unsigned)ROLE_TITLE : ROLE_NORMAL, q->name);
        canvas_text(c, row, 5 + used, ROLE_NORMAL | CELL_DIM, q->self ? "(you)" : "");
        number_right(c, row, 30, q->tables);
        number_right(c, row, 39, q->rolls);
        number_right(c, row, 53, q->longest_hand);
        money_right(c, row, 63, q->net_cents, true);
        if (q->won + q->lost > 0) {
            canvas_printf(
                c, row, 72, ROLE_NORMAL, "%3.0f%%", 100.0 * q->won / ((double)q->won + q->lost));
        }
    }
    canvas_text(
        c, rows + 2, 2, ROLE_NORMAL, "Luck evens out: the house edge is the same for everybody.");
}
