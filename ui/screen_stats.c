/* Statistics over the records: the frame of the four pages, and the dice. */
#include "ui/bet_text.h"
#include "ui/book.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

static const char *const page_names[STATS_PAGES] = {"dice", "bets", "sessions", "players"};

unsigned stats_ways(unsigned total)
{
    return total < 2 || total > 12 ? 0 : total <= 7 ? total - 1 : 13 - total;
}

static uint64_t total_of(const struct ui_stats *p, unsigned total)
{
    uint64_t sum = 0;
    for (unsigned a = 1; a <= 6; a++) {
        if (total > a && total - a <= 6) {
            sum += p->faces[a - 1][total - a - 1];
        }
    }
    return sum;
}

static void head_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_stats *p, int wide)
{
    char scope[SENTENCE_MAX];
    char text[32];
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    canvas_text(c, 0, 8, ROLE_NORMAL, "statistics");
    int at = wide > UI_COLS_MIN ? 61 : 21;
    for (int i = 0; i < STATS_PAGES; i++) {
        bool here = i == s->book_page;
        snprintf(text, sizeof text, here ? "[%s]" : "%s", page_names[i]);
        int used = canvas_text(c, 0, at, here ? (unsigned)ROLE_SELECTED : ROLE_NORMAL, text);
        canvas_hit(c, 0, at, 1, used, BOOK_HIT_PAGE + i);
        at += used + 2;
    }
    if (p->path[0] != '\0') {
        const char *slash = strrchr(p->path, '/');
        snprintf(scope, sizeof scope, "%.24s", slash == NULL ? p->path : slash + 1);
    } else {
        snprintf(scope, sizeof scope, "all time, %u session%s", p->sessions,
            p->sessions == 1 ? "" : "s");
    }
    canvas_right(c, 0, wide - 1, ROLE_NORMAL, scope);
}

static void bar_draw(
    struct canvas *c, int row, int width, double scale, uint64_t count, double mark)
{
    int cells = (int)((double)count * scale + 0.5);
    int fair = (int)(mark * scale + 0.5);
    for (int i = 0; i <= width; i++) {
        if (i == fair) {
            canvas_text(c, row, 7 + i, ROLE_KEY, "│");
        } else if (i < cells) {
            canvas_text(c, row, 7 + i, ROLE_NORMAL, "█");
        }
    }
}

static void totals_draw(struct canvas *c, const struct ui_stats *p, int wide)
{
    char title[64];
    char number[MONEY_TEXT_MAX];
    char text[64];
    int width = wide > UI_COLS_MIN ? 72 : 40;
    int end = wide - 27 - (wide > UI_COLS_MIN ? 8 : 0);
    double most = (double)p->rolls / 6;
    snprintf(title, sizeof title, "every roll %s: %s",
        p->path[0] != '\0' ? "of this session" : "you have seen",
        money_text((int64_t)p->rolls * 100, number));
    widget_box(c, 1, 1, 14, wide - 2, title);
    for (unsigned t = 2; t <= 12; t++) {
        most = (double)total_of(p, t) > most ? (double)total_of(p, t) : most;
    }
    for (unsigned t = 2; t <= 12; t++) {
        int row = (int)t;
        uint64_t count = total_of(p, t);
        double expected = (double)p->rolls * stats_ways(t) / 36;
        canvas_printf(c, row, 3, ROLE_TITLE, "%2u", t);
        if (p->rolls > 0) {
            bar_draw(c, row, width, width / most, count, expected);
        }
        snprintf(text, sizeof text, "%llu", (unsigned long long)count);
        canvas_right(c, row, end, ROLE_NORMAL, text);
        canvas_text(c, row, end + 2, ROLE_NORMAL | CELL_DIM, "exp");
        snprintf(text, sizeof text, "%.1f", expected);
        canvas_right(c, row, end + 11, ROLE_NORMAL, text);
        snprintf(text, sizeof text, "%+.1f", (double)count - expected);
        canvas_right(c, row, end + 19, ROLE_NORMAL, text);
    }
    int at = 4 + canvas_text(c, 13, 4, ROLE_KEY, "│");
    canvas_text(c, 13, at + 1, ROLE_NORMAL, "expected from fair dice");
    if (p->rolls > 0) {
        snprintf(text, sizeof text, "chi-square %.1f, p = %.2f: ", p->dice.chi_square, p->dice.p);
        at = 32 + canvas_text(c, 13, 32, ROLE_NORMAL, text);
        canvas_text_cut(c, 13, at, wide - 3 - at,
            p->dice.verdict == 2 ? (unsigned)ROLE_WARNING : ROLE_TITLE, p->dice.words);
    }
}

static void last_text(const struct ui_stats *p, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < p->last_count; i++) {
        used += (size_t)snprintf(out + used, size - used, "%s%u", i == 0 ? "" : " ", p->last[i]);
    }
}

static void facts_draw(struct canvas *c, const struct ui_stats *p)
{
    char text[SENTENCE_MAX];
    uint64_t sevens = total_of(p, 7);
    uint64_t points = p->points_made + p->points_missed;
    canvas_text(c, 16, 2, ROLE_NORMAL, "sevens");
    canvas_text(c, 17, 2, ROLE_NORMAL, "longest");
    canvas_text(c, 16, 48, ROLE_NORMAL, "points made");
    canvas_text(c, 17, 48, ROLE_NORMAL, "average hand");
    canvas_text(c, 19, 2, ROLE_NORMAL, "last 20");
    if (sevens > 0) {
        canvas_printf(c, 16, 14, ROLE_NORMAL, "1 in %.2f   (fair 1 in 6.00)",
            (double)p->rolls / (double)sevens);
    }
    if (p->longest_rolls > 0) {
        snprintf(text, sizeof text, "%u rolls, %s, %s", p->longest_rolls, p->longest_name,
            p->longest_date);
        canvas_text_cut(c, 17, 14, 33, ROLE_NORMAL, text);
    }
    if (points > 0) {
        canvas_printf(c, 16, 64, ROLE_NORMAL, "%.0f%% (40.6%%)",
            100 * (double)p->points_made / (double)points);
    }
    if (p->hands > 0) {
        canvas_printf(
            c, 17, 64, ROLE_NORMAL, "%.1f (8.53)", (double)p->hand_rolls / (double)p->hands);
    }
    double pair = (double)p->rolls / 36;
    snprintf(text, sizeof text, "hard six    %u (%.1f)   hard eight  %u (%.1f)   yo  %llu (%.1f)",
        p->faces[2][2], pair, p->faces[3][3], pair, (unsigned long long)total_of(p, 11), 2 * pair);
    canvas_text_cut(c, 18, 2, 77, ROLE_NORMAL, text);
    last_text(p, text, sizeof text);
    canvas_text_cut(c, 19, 14, 65, ROLE_NORMAL, text);
}

static void faces_draw(struct canvas *c, const struct ui_stats *p)
{
    char text[SENTENCE_MAX];
    double expected = (double)p->rolls / 36;
    /* One standard deviation to either side. */
    double off = 0;
    while (off * off < expected * 35 / 36) {
        off += 0.5;
    }
    unsigned low = expected > off ? (unsigned)(expected - off + 0.5) : 0;
    unsigned high = (unsigned)(expected + off);
    snprintf(text, sizeof text, "the 36 faces: how often each pair came up   (expected %.1f each)",
        expected);
    widget_box(c, 21, 1, 15, 118, text);
    canvas_text(c, 22, 8, ROLE_NORMAL, "2nd die");
    for (unsigned b = 0; b < 6; b++) {
        canvas_printf(c, 22, 23 + 9 * (int)b, ROLE_TITLE, "%u", b + 1);
    }
    for (unsigned a = 0; a < 6; a++) {
        canvas_printf(c, 24 + (int)a, 8, ROLE_NORMAL, "1st %u", a + 1);
        for (unsigned b = 0; b < 6; b++) {
            unsigned count = p->faces[a][b];
            snprintf(text, sizeof text, "%u %s", count,
                count < low    ? "░░"
                : count > high ? "▓▓"
                               : "▒▒");
            canvas_right(c, 24 + (int)a, 24 + 9 * (int)b, ROLE_NORMAL, text);
        }
    }
    snprintf(text, sizeof text, "░░ under %u    ▒▒ %u-%u    ▓▓ over %u", low, low, high, high);
    canvas_text_cut(c, 26, 76, 42, ROLE_NORMAL, text);
    snprintf(text, sizeof text, "%s (36 tests, adjusted, smallest p = %.2f).",
        p->dice.face_p < 0.001 ? "A pair is further off than chance allows"
                               : "No pair is further off than chance allows",
        p->dice.face_p);
    canvas_text(c, 31, 8, ROLE_NORMAL, text);
    canvas_text(c, 33, 4, ROLE_NORMAL,
        "Dice have no memory: past rolls never change the next one. This page checks the dice. It "
        "is not a tip sheet.");
    canvas_text(c, 34, 4, ROLE_NORMAL,
        "p is for one look. \"Fair\" allows for any number of looks: fair dice lose it in 1 of "
        "1,000 lifetimes at most.");
}

static void dice_draw(struct canvas *c, const struct ui_stats *p, int wide)
{
    totals_draw(c, p, wide);
    facts_draw(c, p);
    if (wide > UI_COLS_MIN) {
        faces_draw(c, p);
        return;
    }
    canvas_text(
        c, 21, 2, ROLE_NORMAL, "Dice have no memory: past rolls never change the next one.");
    canvas_text(c, 22, 2, ROLE_NORMAL | CELL_DIM,
        "p is for one look; \"fair\" holds for any number of looks.");
}

void screen_stats_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    const struct ui_stats *p = &s->pages.stats;
    int wide = book_begin(c, s);
    (void)m;
    head_draw(c, s, p, wide);
    if (p->head.state == PAGE_FAILED) {
        canvas_text_cut(c, 4, 4, wide - 8, ROLE_WARNING, p->head.problem);
    } else if (s->book_page == STATS_DICE) {
        dice_draw(c, p, wide);
    } else if (s->book_page == STATS_BETS) {
        stats_bets_draw(c, s, p, wide);
    } else if (s->book_page == STATS_SESSIONS) {
        stats_sessions_draw(c, s, p, wide);
    } else {
        stats_players_draw(c, s, p, wide);
    }
    book_making(c, s, &p->head, 20, wide);
    if (s->popup == POPUP_NONE) {
        book_keys(c, s, wide,
            s->book_page == STATS_SESSIONS
                ? "Tab next page    Enter this one    2 all    w watch it    Esc menu    ? help"
                : "Tab next page    1 this session    2 all    e export    Esc menu    ? help");
    }
}

void screen_stats_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    const struct ui_stats *p = &s->pages.stats;
    (void)m;
    if (key >= BOOK_HIT_PAGE && key < BOOK_HIT_PAGE + STATS_PAGES) {
        s->book_page = (uint8_t)(key - BOOK_HIT_PAGE);
        s->book_index = 0;
    } else if (key == UIKEY_TAB || key == UIKEY_RIGHT || key == UIKEY_BACK_TAB ||
               key == UIKEY_LEFT) {
        int by = key == UIKEY_TAB || key == UIKEY_RIGHT ? 1 : STATS_PAGES - 1;
        s->book_page = (uint8_t)((s->book_page + by) % STATS_PAGES);
        s->book_index = 0;
    } else if (key == '1' || key == '2') {
        book_ask(s, port, UI_PAGE_STATS, key == '1' ? book_this_session(s) : "");
    } else if (key == UIKEY_ENTER && s->book_page == STATS_SESSIONS) {
        if (s->book_index < p->session_count) {
            book_ask(s, port, UI_PAGE_STATS, p->items[s->book_index].file);
        }
    } else if (key == 'w' && s->book_page == STATS_SESSIONS && s->book_index < p->session_count) {
        book_watch(s, p->items[s->book_index].file);
    } else if (key == 'e') {
        ui_say(s, false, "craps stats --json, or craps export FILE: see craps help export");
    } else if (!book_list_key(s, key,
                   s->book_page == STATS_SESSIONS  ? p->session_count
                   : s->book_page == STATS_PLAYERS ? p->player_count
                                                   : p->bet_count)) {
        book_key(s, key);
    }
}
