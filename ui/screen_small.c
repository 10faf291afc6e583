/* A window too small for the table: what it needs, that nothing is lost while it waits, and what must not be missed. */
#include "ui/screen.h"
#include "ui/state_text.h"
#include "ui/widget.h"

#include <stdio.h>

static void safe_text(const struct ui_state *s, const struct ui_model *m, char *out, size_t size)
{
    unsigned long long left =
        m->window_closes_ms > s->now_ms ? (m->window_closes_ms - s->now_ms + 999) / 1000 : 0;
    if (left > 0 && !m->stalled && !m->cut_off) {
        snprintf(out, size, "Your seat and bets are safe; time runs: bets close in %llu:%02llu",
            left / 60, left % 60);
    } else {
        snprintf(out, size, "Your seat and bets are safe.");
    }
}

/* Centred, over as many rows as it takes; returns those. */
static int wrapped(struct canvas *c, int row, int rows, unsigned attr, const char *text)
{
    int used = 0;
    while (*text != '\0' && used < rows) {
        char part[SENTENCE_MAX];
        size_t next = 0;
        size_t size = widget_break(text, c->cols, &next);
        snprintf(part, sizeof part, "%.*s", (int)size, text);
        canvas_center(c, row + used, 0, c->cols, attr, part);
        text += next;
        used++;
    }
    return used;
}

static int gap(const struct canvas *c)
{
    return c->rows > 8 ? 2 : 1;
}

void screen_small_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    char news[SENTENCE_MAX];
    char more[SENTENCE_MAX];
    bool table = m->stage == STAGE_TABLE;
    bool alert = table && state_text_lines(s, m, news, more) != STATE_LINES_NONE;
    int row = c->rows > 12 ? (c->rows - 6) / 2 - (alert ? 2 : 0) : 0;
    snprintf(text, sizeof text, "The table needs %d × %d. This window is %d × %d.", UI_COLS_MIN,
        UI_ROWS_MIN, s->cols, s->rows);
    row += wrapped(c, row, c->rows - row, ROLE_TITLE, text) - 1 + gap(c);
    if (alert) {
        row += wrapped(c, row, c->rows - row, ROLE_WARNING, news);
        row += wrapped(c, row, c->rows - row, ROLE_NORMAL, more[0] == ' ' ? more + 2 : more);
        row += gap(c) - 1;
    } else {
        row += wrapped(c, row, c->rows - row, ROLE_NORMAL, "Make it bigger or use a smaller font.");
        row += gap(c) - 1;
    }
    if (table && !alert) {
        safe_text(s, m, text, sizeof text);
        row += wrapped(c, row, c->rows - row, ROLE_NORMAL, text) - 1 + gap(c);
    }
    if (row >= c->rows) {
        row = c->rows - 1; /* how to go on is what is left out last */
    }
    bool seated = table && m->me >= 0 && !m->watching;
    snprintf(text, sizeof text, "%s%s%s", seated ? "Space ready    " : "",
        c->cols >= 50 ? "l line mode (fits any size)    " : "l line mode  ",
        table ? "q leave" : "q quit");
    canvas_clear(c, row, 0, 1, c->cols, ROLE_NORMAL);
    char own[SENTENCE_MAX];
    key_map_line(&s->now.keys, text, own, sizeof own);
    int width = text_width(own);
    widget_keys(c, row, width < c->cols ? (c->cols - width) / 2 : 0, c->cols, own);
}

void screen_small_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    key = key_map_usual(&s->now.keys, key);
    if (key == 'q' || key == 'Q') {
        s->want_quit = true;
    } else if (key == 'l' || key == 'L') {
        s->want_line = true;
    } else if (key == ' ' && s->screen == SCREEN_TABLE && !m->watching) {
        table_action(s, port, m, ACTION_READY, key);
    }
}
