/* The table at 120x40 and more: the same rows as the compact one written out, and the panels that it
 * has no room for. A larger window has it in the middle and gives its rows to the lists and to table
 * talk. */
#include "ui/bet_text.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/state_text.h"
#include "ui/table_panel.h"
#include "ui/table_wide.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { LAST = WIDE_COLS - 1, TEXT_COLS = WIDE_COLS - 2, COACH_COLS = 98, CLOCK_COLS = 26 };

static void odds_rule_text(const struct table_config *config, char *out, size_t size)
{
    if (config->odds == 345) {
        snprintf(out, size, "odds 3-4-5×");
    } else {
        snprintf(out, size, "odds %u×", config->odds);
    }
}

/* "Bo (9th roll)" while a hand lasts. */
static void shooter_text(const struct live *l, char *out, size_t size)
{
    unsigned next = l->table.hand.rolls + 1;
    const char *end = next % 100 / 10 == 1 ? "th"
                      : next % 10 == 1     ? "st"
                      : next % 10 == 2     ? "nd"
                      : next % 10 == 3     ? "rd"
                                           : "th";
    if (next > 1) {
        snprintf(out, size, "shooter %s (%u%s roll)", account_name(l, l->thrower), next, end);
    } else {
        snprintf(out, size, "shooter %s", account_name(l, l->thrower));
    }
}

static void status_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    const struct live *l = s->moves.live;
    const struct table_config *config = &l->table.config;
    char badge[128];
    char right[192] = "";
    char text[160];
    char low[MONEY_TEXT_MAX];
    char high[MONEY_TEXT_MAX];
    table_badge(m, badge, sizeof badge);
    size_t used = 0;
    for (const char *p = badge; *p != '\0' && used + 4 < sizeof right; p++) {
        right[used++] = *p;
        if (p[0] == ' ' && p[1] != ' ' && p > badge && p[-1] == ' ') {
            right[used++] = ' '; /* there is room for wider gaps */
        }
    }
    int end = LAST - text_width(right) - 1;
    canvas_right(c, 0, LAST,
        m->alarm || m->cut_off || m->answering < m->needed ? (unsigned)ROLE_WARNING : ROLE_NORMAL,
        right);
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    int at = 9;
    unsigned attr = m->practice ? (unsigned)ROLE_WARNING : ROLE_NORMAL;
    if (m->autoplay == UI_AUTO_PLAYS) {
        at += canvas_printf(c, 0, at, ROLE_SELECTED, "auto: %s", m->auto_name) + 2;
    }
    if (m->practice && strstr(m->table_name, "ractice") == NULL) {
        at += canvas_text(c, 0, at, ROLE_WARNING, "practice ");
    }
    at += canvas_text_cut(c, 0, at, 24, attr, m->table_name) + 3;
    at += canvas_printf(c, 0, at, ROLE_NORMAL, "roll %llu", (unsigned long long)l->roll + 1) + 3;
    if (m->stalled) {
        canvas_printf(c, 0, at, ROLE_WARNING, "PAUSED at roll %llu", (unsigned long long)l->roll);
        return;
    }
    if (m->catching_up) {
        snprintf(text, sizeof text, "catching up");
    } else if (l->thrower == EVENT_NOBODY) {
        snprintf(text, sizeof text, "no shooter");
    } else {
        shooter_text(l, text, sizeof text);
    }
    at += canvas_text_cut(c, 0, at, end - at, ROLE_NORMAL, text) + 3;
    snprintf(text, sizeof text, "bets %s-%s", money_text(config->min_cents, low),
        money_text(config->max_cents, high));
    if (at + text_width(text) <= end) {
        at += canvas_text(c, 0, at, ROLE_NORMAL, text) + 3;
        odds_rule_text(config, text, sizeof text);
        canvas_text_cut(c, 0, at, at + text_width(text) <= end ? end - at : 0, ROLE_NORMAL, text);
    }
}

/* The line over the rack, two when what has to be said is long; returns how many. Draws nothing when
 * `row` is negative. */
static int message(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row)
{
    char first[SENTENCE_MAX] = "";
    char second[SENTENCE_MAX] = "";
    unsigned attr = ROLE_NORMAL;
    if (s->popup == POPUP_PROPS && s->say[0] == '\0') {
        return 2; /* the popup describes its bet there */
    }
    if (s->popup == POPUP_PAUSED) {
        return 1; /* the popup says it all */
    }
    enum state_lines lines = state_text_lines(s, m, first, second);
    if (lines != STATE_LINES_NONE) {
        if (row >= 0) {
            bool alert = lines == STATE_LINES_ESC;
            canvas_text_cut(c, row, 1, TEXT_COLS, ROLE_WARNING, first);
            canvas_text_cut(c, row + 1, 1, TEXT_COLS, ROLE_NORMAL, second);
            if (alert) {
                alert_keys_draw(c, m, row + 1, LAST + 1);
            }
        }
        return 2;
    }
    if (s->say[0] != '\0') {
        snprintf(first, sizeof first, "%s%.240s", s->say_warning ? "! " : "", s->say);
        attr = s->say_warning ? (unsigned)ROLE_WARNING : ROLE_NORMAL;
    } else if (m->me < 0 || m->watching) {
        snprintf(first, sizeof first, "%s",
            m->pending_member ? "Your seat comes before the next roll. Until then you watch."
            : m->watching_for_seat
                ? "You watch until a seat is free; then it is yours. Every roll is checked here."
                : "You watch: every roll is checked here, nothing is bet.");
    } else if (s->rolling) {
        snprintf(first, sizeof first, "%s",
            m->practice
                ? "Practice dice: made on this computer alone, with the bots."
                : "These dice come from a key nobody has. No one, host included, can steer them.");
    } else if (s->coach) {
        info_coach_line(s, m, second);
        if (second[0] != '\0' && row >= 0) {
            char line[SENTENCE_MAX];
            int at = 1 + canvas_text(c, row, 1, ROLE_TITLE, "Coach: ");
            canvas_text_cut(c, row, at, COACH_COLS - at, ROLE_NORMAL,
                key_map_sentence(&s->now.keys, second, line, sizeof line));
            key_map_line(&s->now.keys, "g hides this line", line, sizeof line);
            widget_keys(c, row, LAST - text_width(line), text_width(line) + 1, line);
        }
        return 1;
    }
    int rows = text_width(first) > TEXT_COLS ? 2 : 1;
    if (row >= 0) {
        widget_wrapped(c, row, 1, rows, TEXT_COLS, attr, first);
    }
    return rows;
}

static void history_line(struct canvas *c, const struct ui_model *m)
{
    static const char legend[] = "w won  x seven-out  * made";
    int row = WIDE_HISTORY_ROW;
    if (m->history_kept == 0) {
        const char *all = sentence_unanimous(m);
        canvas_text_cut(c, row, 1, felt_wide.frame_cols - 2, ROLE_NORMAL | CELL_DIM,
            all[0] != '\0'     ? all
            : m->live.roll > 0 ? "the rolls before you came are in the record"
                               : "no rolls yet            ( ) = the puck shows the point");
        return;
    }
    canvas_text(c, row, 1, ROLE_NORMAL, "rolls");
    int end = felt_wide.frame_cols - 1;
    int left = end - (int)sizeof legend;
    history_items_draw(c, m, row, 8, left - 9);
    canvas_right(c, row, end, ROLE_NORMAL | CELL_DIM, legend);
}

static void rack_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row)
{
    const struct live *l = s->moves.live;
    char clock[64];
    char money[MONEY_TEXT_MAX];
    table_clock_text(s, m, clock, sizeof clock);
    if (m->stalled && m->stalled_since_ms != 0 && m->stalled_since_ms <= s->now_ms) {
        unsigned long long held = (s->now_ms - m->stalled_since_ms) / 1000;
        snprintf(clock, sizeof clock, "paused %llu:%02llu", held / 60, held % 60);
    }
    bool soon = m->window_closes_ms > s->now_ms && m->window_closes_ms - s->now_ms <= 3000;
    if (m->me >= 0 && (uint32_t)m->me < l->account_count) {
        const struct table_player *p = &l->players[m->me];
        int at = 1 + canvas_text(c, row, 1, ROLE_NORMAL, "Rack ");
        at += canvas_text(c, row, at, ROLE_TITLE, money_text(p->balance_cents, money));
        at = at < 11 ? 15 : at + 4;
        at += canvas_printf(
            c, row, at, ROLE_NORMAL, "on table %s", money_text(table_layout_cents(p), money));
        at += 4;
        canvas_printf(c, row, at, ROLE_NORMAL, "session %s", money_signed(m->session_cents, money));
    }
    if (!m->watching) {
        enum { CHIPS_COL = 47, CHIPS_GAP = 3 };
        int at = CHIPS_COL + canvas_text(c, row, CHIPS_COL, ROLE_NORMAL, "chips ") + CHIPS_GAP - 1;
        for (unsigned i = 0; i < UI_CHIPS; i++) {
            at += table_chip_draw(c, s, i, row, at) + CHIPS_GAP;
        }
    }
    canvas_right(c, row, LAST, soon ? (unsigned)ROLE_WARNING : ROLE_NORMAL, clock);
}

void screen_table_wide_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    canvas_origin(c, 0, felt_left(&felt_wide, s->cols));
    int rack_row = s->rows - 2;
    int message_row = rack_row - message(c, s, m, -1);
    status_draw(c, s, m);
    felt_draw(c, s, m);
    history_line(c, m);
    wide_side_draw(c, s, m, message_row);
    wide_bets_draw(c, s, m, WIDE_LISTS_ROW, message_row - WIDE_LISTS_ROW);
    wide_spot_draw(c, s, m, WIDE_LISTS_ROW, message_row - WIDE_LISTS_ROW);
    message(c, s, m, message_row);
    rack_draw(c, s, m, rack_row);
    if (s->popup == POPUP_NONE) {
        table_keys_draw(c, s, m, s->rows - 1);
    }
}
