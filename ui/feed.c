#include "ui/feed.h"

#include "ui/talk.h"
#include "ui/theme.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

void feed_add(struct feed *f, enum feed_kind kind, unsigned seat, const char *text)
{
    struct feed_line *line = &f->lines[f->count % FEED_LINES_MAX];
    line->kind = (uint8_t)kind;
    line->seat = (uint8_t)seat;
    line->minute = f->minute;
    line->late = false;
    line->mark_size = 0;
    line->talk = (struct ui_talk){0};
    snprintf(line->text, sizeof line->text, "%s", text);
    f->count++;
    if (f->scroll > 0) {
        f->scroll++; /* what is being read stays in place */
    }
}

void feed_notice(struct feed *f, const struct notice *n, const struct ui_model *model)
{
    char text[SENTENCE_MAX];
    if (!sentence_notice(n, model, text)) {
        return;
    }
    if (n->kind == NOTICE_CHAT) {
        feed_talk(f, n, talk_colour(model, n->seat), text);
        return;
    }
    enum feed_kind kind = n->kind == NOTICE_WARNING || n->kind == NOTICE_REFUSED ? FEED_WARNING
                          : n->kind == NOTICE_GAME && n->game.kind == EVENT_ROLL ? FEED_ROLL
                                                                                 : FEED_EVENT;
    feed_add(f, kind, n->seat, text);
}

static unsigned attr_of(const struct feed_line *line)
{
    switch (line->kind) {
    case FEED_CHAT:
        return theme_seat(line->seat) | CELL_BOLD;
    case FEED_ROLL:
        return ROLE_TITLE;
    case FEED_WARNING:
        return ROLE_WARNING;
    default:
        return ROLE_NORMAL;
    }
}

/* "19:40 Dee: hot table tonight". */
static void line_text(const struct feed_line *line, bool times, char *out, size_t size)
{
    unsigned minute = line->minute - 1u;
    if (times && line->minute != 0) {
        snprintf(out, size, "%02u:%02u %s", minute / 60 % 24, minute % 60, line->text);
    } else {
        snprintf(out, size, "%s", line->text);
    }
}

static void draw(
    const struct feed *f, struct canvas *c, int row, int col, int rows, int cols, bool times)
{
    int bottom = row + rows - 1 + (int)f->scroll;
    uint64_t kept = f->count < FEED_LINES_MAX ? f->count : FEED_LINES_MAX;
    for (uint64_t back = 0; back < kept && bottom >= row; back++) {
        const struct feed_line *line = &f->lines[(f->count - 1 - back) % FEED_LINES_MAX];
        char text[SENTENCE_MAX + 8];
        line_text(line, times, text, sizeof text);
        size_t starts[16];
        size_t sizes[16];
        int parts = 0;
        for (size_t at = 0; text[at] != '\0' && parts < 16;) {
            int width = parts == 0 ? cols : cols - 1;
            size_t next = 0;
            starts[parts] = at;
            sizes[parts] = widget_break(text + at, width, &next);
            at += next;
            parts++;
        }
        for (int i = parts - 1; i >= 0; i--, bottom--) {
            if (bottom >= row && bottom < row + rows) {
                char part[SENTENCE_MAX];
                snprintf(part, sizeof part, "%.*s", (int)sizes[i], text + starts[i]);
                canvas_text_cut(c, bottom, col + (i > 0), cols - (i > 0), attr_of(line), part);
            }
        }
    }
}

void feed_draw(const struct feed *f, struct canvas *c, int row, int col, int rows, int cols)
{
    draw(f, c, row, col, rows, cols, false);
}

void feed_draw_times(const struct feed *f, struct canvas *c, int row, int col, int rows, int cols)
{
    draw(f, c, row, col, rows, cols, true);
}
