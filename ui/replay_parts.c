#include "ui/replay_parts.h"

#include "ui/bet_text.h"
#include "ui/screen.h"
#include "ui/theme.h"
#include "ui/widget.h"

#include <inttypes.h>
#include <stdio.h>

enum { SCRUB_COL = 2 };

static uint64_t span_of(const struct ui_replay *r)
{
    return r->last > r->first && r->first > 0 ? r->last - r->first + 1 : 1;
}

/* The cell of a roll; the beginning is the first cell. */
static int place_of(const struct ui_replay *r, uint64_t roll, int width)
{
    uint64_t done = roll + 1 > r->first && r->first > 0 ? roll + 1 - r->first : 0;
    return (int)(done * (uint64_t)(width - 1) / span_of(r));
}

uint64_t replay_scrub_roll(const struct ui_replay *r, int part)
{
    uint64_t done = (uint64_t)part * span_of(r) / REPLAY_SCRUB_PARTS;
    return r->first == 0 ? 0 : r->first - 1 + done;
}

static void speed_text(const struct ui_replay *r, char out[16])
{
    snprintf(
        out, 16, r->speed_percent % 100 == 0 ? "%g×" : "%.2g×", (double)r->speed_percent / 100);
}

/* 1, 2 or 5 times a power of ten, so that at most one number stands in eight cells. */
static uint64_t step_of(uint64_t span, int width)
{
    static const uint8_t round[] = {1, 2, 5};
    uint64_t step = 1;
    for (unsigned i = 1; span / step > (uint64_t)(width / 8); i++) {
        uint64_t power = 1;
        for (unsigned k = 0; k < i / 3; k++) {
            power *= 10;
        }
        step = round[i % 3] * power;
    }
    return step;
}

/* Nothing but blanks in these cells. */
static bool is_free(const bool used[], int at, int cells)
{
    for (int i = at - 1; i <= at + cells; i++) {
        if (i >= 0 && used[i]) {
            return false;
        }
    }
    return true;
}

static void numbers_draw(struct canvas *c, const struct ui_replay *r, int row, int width)
{
    char text[24];
    bool used[CANVAS_COLS_MAX + 32] = {false};
    uint64_t step = step_of(span_of(r), width);
    for (int i = 0; i < r->moment_count; i++) {
        int at = place_of(r, r->moments[i].roll, width);
        canvas_text(c, row, SCRUB_COL + at, ROLE_KEY, "*");
        used[at] = true;
    }
    for (uint64_t roll = r->first; roll > 0 && roll <= r->last; roll = (roll / step + 1) * step) {
        snprintf(text, sizeof text, "%" PRIu64, roll);
        int at = place_of(r, roll, width), cells = text_width(text);
        if (at + cells <= width && is_free(used, at, cells)) {
            canvas_text(c, row, SCRUB_COL + at, ROLE_NORMAL | CELL_DIM, text);
        }
    }
    canvas_text(c, row, SCRUB_COL + width + 2, ROLE_NORMAL | CELL_DIM, "* moment");
}

void replay_scrub_draw(struct canvas *c, const struct ui_model *m, int row, int width)
{
    const struct ui_replay *r = &m->replay;
    char text[32];
    char speed[16];
    int here = place_of(r, r->roll, width);
    for (int i = 0; i < width; i++) {
        canvas_text(c, row, SCRUB_COL + i, i == here ? (unsigned)ROLE_KEY : ROLE_FRAME,
            i == here ? "●" : "─");
        canvas_hit(
            c, row, SCRUB_COL + i, 1, 1, REPLAY_HIT_SCRUB + i * REPLAY_SCRUB_PARTS / (width - 1));
    }
    speed_text(r, speed);
    uint64_t done = r->roll + 1 > r->first && r->first > 0 ? r->roll + 1 - r->first : 0;
    snprintf(text, sizeof text, "%u%%  %s", (unsigned)(done * 100 / span_of(r)), speed);
    canvas_right(c, row, SCRUB_COL + width + 11, ROLE_NORMAL, text);
    numbers_draw(c, r, row + 1, width);
}

void replay_record_draw(
    struct canvas *c, const struct ui_model *m, int row, int col, int rows, int cols)
{
    const struct ui_replay *r = &m->replay;
    char text[64];
    widget_box(c, row, col, rows, cols, "record");
    if (r->members > 0) {
        snprintf(text, sizeof text, "signed by %u of %u here", r->signed_by, r->members);
        canvas_text_cut(c, row + 1, col + 2, cols - 4, ROLE_NORMAL, text);
    }
    snprintf(text, sizeof text, "%" PRIu64 " rolls checked%s",
        r->last + 1 > r->first && r->first > 0 ? r->last + 1 - r->first : 0,
        r->done ? "" : " so far");
    canvas_text_cut(c, row + 2, col + 2, cols - 4, ROLE_NORMAL, text);
    canvas_text_cut(c, row + 3, col + 2, cols - 4, r->checks ? ROLE_NORMAL : ROLE_WARNING,
        !r->checks ? "what follows does not check"
        : r->done  ? "everything checks to its end"
                   : "the rest is being checked");
    if (rows > 5) {
        canvas_text_cut(c, row + 4, col + 2, cols - 4, ROLE_NORMAL,
            m->practice ? "one computer: practice dice" : "v shows any roll's proof");
    }
}

void replay_bets_draw(
    struct canvas *c, const struct ui_model *m, int row, int col, int rows, int cols)
{
    char text[SENTENCE_MAX];
    int line = row + 1;
    widget_box(c, row, col, rows, cols, "on the table");
    for (unsigned seat = 1; seat <= LIVE_SEATS_MAX; seat++) {
        for (uint32_t i = 0; i < m->live.account_count; i++) {
            if (m->live.accounts[i].seat != seat || line >= row + rows - 1) {
                continue;
            }
            int at = col + 2;
            at += canvas_text_cut(
                c, line, at, 9, theme_seat(seat) | CELL_BOLD, m->live.players[i].name);
            if (!sentence_bets(&m->live, (int)i, text)) {
                snprintf(text, sizeof text, "no bets");
            }
            at = col + 12;
            line += widget_wrapped(
                c, line, at, row + rows - 1 - line, col + cols - 2 - at, ROLE_NORMAL, text);
        }
    }
}
