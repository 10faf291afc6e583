/* What a table came to: shown when it ends or is left, and for any saved one. */
#include "ui/bet_text.h"
#include "ui/book.h"
#include "ui/screen.h"
#include "ui/theme.h"
#include "ui/widget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMPACT_PLAYERS = 5, CHART_LEFT = 10, FEW_ROLLS = 30 };

/* Cells of a list: from 10,000 chips on in short. */
static const char *cell(int64_t cents, char out[MONEY_TEXT_MAX])
{
    return cents >= 1000000 ? money_short(book_chips(cents), out)
                            : money_text(book_chips(cents), out);
}

static const char *chips(int64_t cents, char out[MONEY_TEXT_MAX])
{
    return money_text(book_chips(cents), out);
}

static const char *signed_chips(int64_t cents, char out[MONEY_TEXT_MAX])
{
    return money_signed(book_chips(cents), out);
}

static void head_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_summary *p, int wide)
{
    char text[SENTENCE_MAX];
    char number[MONEY_TEXT_MAX];
    int at =
        8 + canvas_text(c, 0, 8, ROLE_NORMAL, s->table_took_s > 0 ? "that was " : "summary of ");
    canvas_text_cut(c, 0, at, 34, p->practice ? (unsigned)ROLE_WARNING : ROLE_TITLE,
        p->table[0] != '\0' ? p->table : p->file);
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    money_text((int64_t)p->rolls * 100, number);
    size_t used =
        (size_t)snprintf(text, sizeof text, "%s roll%s", number, p->rolls == 1 ? "" : "s");
    unsigned long long took = (unsigned long long)s->table_took_s;
    if (took >= 3600) {
        snprintf(
            text + used, sizeof text - used, " in %llu h %02llu min", took / 3600, took / 60 % 60);
    } else if (took >= 60) {
        snprintf(text + used, sizeof text - used, " in %llu min", took / 60);
    } else if (took > 0) {
        snprintf(text + used, sizeof text - used, " in %llu s", took);
    }
    canvas_right(c, 0, wide - 1, ROLE_NORMAL, text);
}

/* Filled eighths of one column's height. */
static void column_draw(struct canvas *c, int col, int bottom, int rows, int eighths)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    for (int r = 0; r < rows; r++) {
        int left = eighths - r * 8;
        int part = left <= 0 ? 0 : left >= 8 ? 8 : left;
        if (part > 0) {
            /* Without eighths a cell is full or not there. */
            canvas_text(c, bottom - r, col, ROLE_NORMAL,
                c->ascii ? (part >= 4 || r == 0 ? "█" : " ") : blocks[part]);
        }
    }
}

static void chart_draw(struct canvas *c, const struct ui_summary *p, int wide, int rows)
{
    char text[SENTENCE_MAX];
    char a[MONEY_TEXT_MAX];
    char b[MONEY_TEXT_MAX];
    char d[MONEY_TEXT_MAX];
    char e[MONEY_TEXT_MAX];
    int width = wide - 18;
    widget_box(c, 1, 1, rows + 4, wide - 2, "your chips, roll by roll");
    if (!p->own || p->chart_count == 0) {
        canvas_text(c, 3, 4, ROLE_NORMAL, "You watched: there are no chips of yours here.");
        return;
    }
    int64_t span = p->high_cents - p->low_cents;
    int most = rows * 8;
    for (int i = 0; i < width; i++) {
        int at = p->chart_count == 1 ? 0 : i * (p->chart_count - 1) / (width - 1);
        int64_t over = p->chart_cents[at] - p->low_cents;
        int eighths =
            span == 0 ? most / 2 : 1 + (int)((double)over * (most - 1) / (double)span + 0.5);
        column_draw(c, CHART_LEFT + i, 2 + rows, rows, eighths);
    }
    canvas_right(c, 3, CHART_LEFT - 1, ROLE_NORMAL, cell(p->high_cents, a));
    canvas_right(c, 2 + rows, CHART_LEFT - 1, ROLE_NORMAL, cell(p->low_cents, a));
    canvas_printf(c, 3 + rows, CHART_LEFT, ROLE_NORMAL, "%llu", (unsigned long long)p->chart_from);
    snprintf(text, sizeof text, "start %s   low %s   high %s   end %s", chips(p->start_cents, a),
        chips(p->low_cents, b), chips(p->high_cents, d), chips(p->end_cents, e));
    canvas_center(c, 3 + rows, CHART_LEFT, width, ROLE_NORMAL, text);
    snprintf(text, sizeof text, "%llu", (unsigned long long)p->rolls);
    canvas_right(c, 3 + rows, CHART_LEFT + width, ROLE_NORMAL, text);
}

static void player_draw(struct canvas *c, const struct ui_summary_player *q, int row)
{
    char text[64];
    char money[MONEY_TEXT_MAX];
    int64_t net = q->end_cents - q->start_cents;
    snprintf(text, sizeof text, "%c", q->seat == 0 ? '-' : seat_letter(q->seat));
    canvas_text(
        c, row, 2, (q->seat == 0 ? (unsigned)ROLE_NORMAL : theme_seat(q->seat)) | CELL_BOLD, text);
    canvas_text_cut(c, row, 4, 6, q->self ? (unsigned)ROLE_TITLE : ROLE_NORMAL, q->name);
    canvas_right(c, row, 15, ROLE_NORMAL, cell(q->start_cents, money));
    canvas_right(c, row, 22, ROLE_NORMAL, cell(q->end_cents, money));
    canvas_right(c, row, 30,
        net > 0   ? (unsigned)ROLE_WIN
        : net < 0 ? (unsigned)ROLE_LOSE
                  : (unsigned)ROLE_NORMAL,
        signed_chips(net, money));
    if (q->best_cents > 0) {
        snprintf(text, sizeof text, "%s #%llu", signed_chips(q->best_cents, money),
            (unsigned long long)q->best_roll);
        canvas_right(c, row, 42, ROLE_NORMAL, text);
    }
    if (q->hit_permille >= 0) {
        canvas_printf(c, row, 48, ROLE_NORMAL, "%4d%%", (q->hit_permille + 5) / 10);
    }
}

/* Best net first; oneself is among those who are shown. */
static void players_list_draw(struct canvas *c, const struct ui_summary *p, int row, int room)
{
    int own = -1;
    canvas_text(
        c, row, 2, ROLE_NORMAL | CELL_DIM, "who     start    end     net   best roll   hit rate");
    for (int i = 0; i < p->player_count; i++) {
        own = p->players[i].self ? i : own;
    }
    for (int i = 0; i < p->player_count && i < room; i++) {
        bool last = i == room - 1;
        player_draw(c, &p->players[last && own > i ? own : i], row + 1 + i);
    }
}

static void fact(struct canvas *c, int row, const char *name, unsigned attr, const char *text)
{
    int at = 56 + canvas_text(c, row, 56, ROLE_NORMAL, name) + 2;
    canvas_text_cut(c, row, at < 70 ? 70 : at, 12, attr, text);
}

static void facts_draw(struct canvas *c, const struct ui_summary *p, int row)
{
    char text[64];
    char money[MONEY_TEXT_MAX];
    int64_t luck = p->net_cents - p->expected_cents;
    snprintf(text, sizeof text, "%.6s, %u", p->longest_name, p->longest_rolls);
    fact(c, row, "longest hand", ROLE_NORMAL, p->longest_rolls > 0 ? text : "");
    snprintf(text, sizeof text, "%llu (%.1f)", (unsigned long long)p->sevens, (double)p->rolls / 6);
    fact(c, row + 1, "sevens", ROLE_NORMAL, text);
    snprintf(text, sizeof text, "p %.2f", p->dice.p);
    fact(c, row + 2,
        p->dice.verdict == 2   ? "dice look ODD"
        : p->rolls < FEW_ROLLS ? "too few rolls"
                               : "dice look fair",
        p->dice.verdict == 2 ? (unsigned)ROLE_WARNING : ROLE_NORMAL, text);
    if (p->own) {
        snprintf(text, sizeof text, "%.1f", (double)p->expected_cents / 100);
        fact(c, row + 3, "your bets cost", ROLE_NORMAL, text);
        fact(c, row + 4, "your luck", luck > 0 ? (unsigned)ROLE_WIN : ROLE_NORMAL,
            signed_chips(luck, money));
    }
}

static void verified_draw(struct canvas *c, const struct ui_summary *p, int row)
{
    char text[SENTENCE_MAX * 2];
    char number[MONEY_TEXT_MAX];
    if (!p->checks) {
        snprintf(text, sizeof text, "! The record does not check: %s", p->fault);
        canvas_text_cut(c, row, 2, 76, ROLE_WARNING, text);
        return;
    }
    snprintf(text, sizeof text,
        p->members == 1
            ? "All %s rolls verified on this computer. You alone signed the record."
            : "All %s rolls verified on this computer. Record signed by %u of %u or more.",
        money_text((int64_t)p->rolls * 100, number), p->needed, p->members);
    canvas_text_cut(c, row, 2, 76, ROLE_TITLE, text);
}

static void bets_draw(struct canvas *c, const struct ui_summary *p, int row)
{
    char money[MONEY_TEXT_MAX];
    widget_box(c, row, 1, 6, 118, "what your bets cost or earned");
    for (int side = 0; side < 2; side++) {
        canvas_text(c, row + 1, 4 + 51 * side, ROLE_NORMAL | CELL_DIM,
            "bet            times  staked     net  expected");
    }
    /* Six places; what was staked most comes first when there are more. */
    uint8_t order[UI_BET_ROWS_MAX];
    for (uint8_t i = 0; i < p->bet_count; i++) {
        uint8_t at = i;
        for (; at > 0 && p->bets[order[at - 1]].staked_cents < p->bets[i].staked_cents; at--) {
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
    for (int i = 0; i < p->bet_count && i < 6; i++) {
        const struct ui_bet_row *b = &p->bets[order[i]];
        int col = 4 + 51 * (i % 2);
        int line = row + 2 + i / 2;
        canvas_text_cut(c, line, col, 14, ROLE_NORMAL, b->name);
        canvas_printf(c, line, col + 14, ROLE_NORMAL, "%6u", b->times);
        canvas_right(c, line, col + 28, ROLE_NORMAL, chips(b->staked_cents, money));
        canvas_right(c, line, col + 36,
            b->net_cents < 0   ? (unsigned)ROLE_LOSE
            : b->net_cents > 0 ? ROLE_WIN
                               : ROLE_NORMAL,
            signed_chips(b->net_cents, money));
        canvas_printf(c, line, col + 37, ROLE_NORMAL, "%9.1f", (double)b->expected_cents / 100);
    }
    if (p->bet_count > 6) {
        canvas_printf(c, row + 4, 106, ROLE_NORMAL | CELL_DIM, "and %u more", p->bet_count - 6);
    }
}

/* "~/..." for what lies at home is not told apart here: the path as it is, its end in sight. */
static void path_draw(struct canvas *c, int row, int col, int width, const char *path)
{
    int over = text_width(path) - width;
    while (over > 0 && *path != '\0') {
        path++;
        while (((unsigned char)*path & 0xc0) == 0x80) {
            path++;
        }
        over = text_width(path) - width;
    }
    canvas_text_cut(c, row, col, width, ROLE_NORMAL, path);
}

static void keep_draw(struct canvas *c, const struct ui_summary *p, int row)
{
    char text[SENTENCE_MAX];
    char number[MONEY_TEXT_MAX];
    widget_box(c, row, 1, 6, 118, "keep it");
    static const char *const labels[] = {"saved", "verify", "replay", "export"};
    for (int i = 0; i < 4; i++) {
        canvas_text(c, row + 1 + i, 4, ROLE_NORMAL | CELL_DIM, labels[i]);
    }
    snprintf(text, sizeof text, "(%s rolls, %llu KiB)", money_text((int64_t)p->rolls * 100, number),
        (unsigned long long)(p->bytes + 1023) / 1024);
    path_draw(c, row + 1, 14, 76, p->path);
    canvas_right(c, row + 1, 117, ROLE_NORMAL, text);
    canvas_printf(c, row + 2, 14, ROLE_NORMAL, "craps verify %s", p->file);
    canvas_printf(c, row + 3, 14, ROLE_NORMAL, "craps replay %s", p->file);
    canvas_text(c, row + 4, 14, ROLE_NORMAL, "e  CSV, JSON or an asciicast");
}

void screen_summary_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    const struct ui_summary *p = &s->pages.summary;
    int wide = book_begin(c, s);
    bool big = wide > UI_COLS_MIN;
    if (p->head.state == PAGE_READY) {
        int top = big ? 16 : 12;
        head_draw(c, s, p, wide);
        chart_draw(c, p, wide, big ? 10 : 6);
        players_list_draw(c, p, top, COMPACT_PLAYERS);
        facts_draw(c, p, top);
        verified_draw(c, p, top + 6);
        if (big) {
            bets_draw(c, p, 24);
            keep_draw(c, p, 31);
        } else {
            canvas_text(c, 20, 2, ROLE_NORMAL, "saved");
            path_draw(c, 20, 9, 70, p->path);
            canvas_text(
                c, 21, 2, ROLE_NORMAL, "verify craps verify FILE      replay craps replay FILE");
        }
    } else {
        canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
        canvas_text(c, 0, 8, ROLE_NORMAL, "summary");
        widget_box(c, 8, 10, 5, wide - 20, NULL);
        canvas_center(c, 10, 11, wide - 22,
            p->head.state == PAGE_FAILED ? (unsigned)ROLE_WARNING : ROLE_NORMAL,
            p->head.state == PAGE_FAILED
                ? p->head.problem
                : "Adding up the table, and checking every roll of it ...");
        if (p->head.state != PAGE_FAILED && p->head.percent > 0) {
            char text[16];
            snprintf(text, sizeof text, "%u%%", p->head.percent);
            canvas_center(c, 11, 11, wide - 22, ROLE_NORMAL, text);
        }
    }
    if (s->popup == POPUP_NONE) {
        book_keys(c, s, wide,
            m->stage == STAGE_MENU
                ? "p play again    v verify now   w watch replay   e export   q menu"
                : "v verify now   w watch replay   e export   q leave craps");
    }
}

void screen_summary_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    const struct ui_summary *p = &s->pages.summary;
    bool ready = p->head.state == PAGE_READY;
    if (key == 'v') {
        /* It is made by checking everything. */
        book_open(s, port, BOOK_SUMMARY, p->path[0] != '\0' ? p->path : s->last_record);
    } else if (key == 'w' && ready) {
        book_watch(s, p->path);
    } else if (key == 'e' && ready) {
        book_csv_open(s, p->path, p->file);
    } else if (key == 'p' && ready && m->stage == STAGE_MENU) {
        bool again = !p->practice && m->last_table[0] != '\0';
        book_close(s);
        ui_send(s, port,
            p->practice ? UI_SOLO
            : again     ? UI_REJOIN
                        : UI_HOST,
            p->practice ? 3 : 0, p->practice || again ? "" : p->table);
    } else {
        book_key(s, key);
    }
}
