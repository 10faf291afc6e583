/* A replay as an asciicast: the screen's own drawing at a clock that only this file moves. */
#include "src/export.h"

#include "src/replay_port.h"
#include "ui/state.h"
#include "ui/theme.h"

#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { REST_MS = 3000 }; /* what the last picture may still change */
enum { ROWS = 24, COLS = 80, CELL_TEXT_MAX = 64, FRAME_TEXT_MAX = ROWS * COLS * CELL_TEXT_MAX };

struct cast {
    FILE *out;
    struct replay_port *replay;
    struct ui_port port;
    struct ui_state *state;
    struct canvas *shown; /* what the viewer's terminal has */
    char *text;           /* FRAME_TEXT_MAX: what changes it */
    size_t size;
    uint64_t now_ms;
    bool begun;
};

static uint64_t cast_now(void *self)
{
    return ((struct cast *)self)->now_ms;
}

static void put(struct cast *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct cast *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(c->text + c->size, FRAME_TEXT_MAX - c->size, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < FRAME_TEXT_MAX - c->size) {
        c->size += (size_t)n;
    }
}

static void put_attr(struct cast *c, unsigned attr)
{
    const struct setting_values *v = &c->state->now;
    struct theme_look look = theme_look(
        (enum setting_theme)v->choice[SETTING_THEME], CLOTH_PLAIN, attr & CELL_ROLE_MASK, false);
    put(c, "\x1b[0");
    if (look.bold || (attr & CELL_BOLD) != 0) {
        put(c, ";1");
    }
    if ((attr & CELL_DIM) != 0) {
        put(c, ";2");
    }
    if (look.reverse != ((attr & CELL_REVERSE) != 0)) {
        put(c, ";7");
    }
    if (look.fg256 >= 0) {
        put(c, ";38;5;%d", look.fg256);
    }
    if (look.bg256 >= 0) {
        put(c, ";48;5;%d", look.bg256);
    }
    put(c, "m");
}

static void put_changes(struct cast *c)
{
    const struct canvas *now = &c->state->canvas;
    unsigned attr = ~0u;
    int row_at = -1, col_at = -1; /* where the viewer's cursor stands */
    for (int row = 0; row < ROWS; row++) {
        for (int col = 0; col < COLS; col++) {
            const struct cell *cell = &now->cells[row][col];
            if (c->begun && memcmp(cell, &c->shown->cells[row][col], sizeof *cell) == 0) {
                continue;
            }
            if (row != row_at || col != col_at) {
                put(c, "\x1b[%d;%dH", row + 1, col + 1);
            }
            if (cell->attr != attr) {
                attr = cell->attr;
                put_attr(c, attr);
            }
            put(c, "%s", cell->text[0] == '\0' ? " " : cell->text);
            row_at = row;
            col_at = col + 1;
        }
    }
    *c->shown = *now;
    c->begun = true;
}

static bool write_frame(struct cast *c)
{
    ui_draw(&c->state->canvas, c->state, c->port.acquire(c->port.self));
    c->size = 0;
    if (!c->begun) {
        put(c, "\x1b[2J\x1b[?25l");
    }
    put_changes(c);
    if (c->size == 0) {
        return true;
    }
    json_t *line = json_pack("[f, s, s#]", (double)c->now_ms / 1000, "o", c->text, (int)c->size);
    if (line == NULL) {
        return false;
    }
    json_dumpf(line, c->out, JSON_COMPACT | JSON_REAL_PRECISION(9));
    fputc('\n', c->out);
    json_decref(line);
    return true;
}

static bool write_head(struct cast *c)
{
    const struct ui_model *m = c->port.acquire(c->port.self);
    json_t *head = json_pack("{s:i, s:i, s:i, s:s, s:{s:s}}", "version", 2, "width", COLS, "height",
        ROWS, "title", m->table_name, "env", "TERM", "xterm-256color");
    if (head == NULL) {
        return false;
    }
    json_dumpf(head, c->out, JSON_COMPACT);
    fputc('\n', c->out);
    json_decref(head);
    return true;
}

/* Everything first, so that no frame waits for the reading. */
static void wait_for_tape(struct cast *c, const struct cast_order *order, struct tape_status *s)
{
    replay_port_look(c->replay, s);
    while (!s->done && order->go_on()) {
        struct pollfd fd = {.fd = c->port.wake_fd, .events = POLLIN};
        if (poll(&fd, 1, 500) > 0) {
            c->port.clear(c->port.self);
        }
        replay_port_look(c->replay, s);
    }
}

static bool play(struct cast *c, const struct cast_order *order)
{
    struct ui_state *s = c->state;
    struct notice n;
    uint64_t lost;
    uint64_t end_ms = UINT64_MAX; /* dice that are out at the end of a record roll for ever */
    struct ui_command begin = {.kind = UI_REPLAY, .number = REPLAY_PLAY};
    c->port.acquire(c->port.self);
    c->port.command(c->port.self, &begin);
    while (order->go_on()) {
        const struct ui_model *m = c->port.acquire(c->port.self);
        ui_state_update(s, m, c->now_ms);
        while (c->port.notice(c->port.self, &n, &lost)) {
            ui_state_notice(s, &n, m);
        }
        if (!write_frame(c)) {
            return false;
        }
        uint64_t next = ui_state_next_ms(s, m);
        if (!m->replay.playing && end_ms == UINT64_MAX) {
            end_ms = c->now_ms + REST_MS;
        }
        if (!m->replay.playing && (next == 0 || next > end_ms)) {
            return true;
        }
        c->now_ms = next > c->now_ms ? next : c->now_ms + 1;
    }
    return true;
}

static enum err record_cast(
    struct cast *c, const struct cast_order *order, char *problem, size_t size)
{
    struct tape_status status;
    struct setting_values values;
    setting_values_init(&values);
    struct ui_options options = {.values = &values, .ascii = order->ascii};
    ui_state_init(c->state, &options, order->ascii);
    wait_for_tape(c, order, &status);
    snprintf(problem, size, "%s", status.problem);
    if (status.err != ERR_OK || status.frames == 0) {
        return status.err != ERR_OK ? status.err : ERR_FORMAT;
    }
    if (status.done && !status.checks) {
        return ERR_OK; /* the problem says so; nothing of it is shown */
    }
    return write_head(c) && play(c, order) ? ERR_OK : ERR_NO_MEMORY;
}

enum err export_cast(FILE *out, const struct cast_order *order, char *problem, size_t size)
{
    struct cast c = {.out = out,
        .state = calloc(1, sizeof *c.state),
        .shown = calloc(1, sizeof *c.shown),
        .text = malloc(FRAME_TEXT_MAX)};
    struct replay_port_order replay = {.tape = {.path = order->path, .to = order->to},
        .id = order->id,
        .records = "",
        .from = order->from,
        .speed = order->speed,
        .now_ms = cast_now,
        .now_self = &c};
    snprintf(problem, size, "There is not enough memory.");
    enum err err = c.state == NULL || c.shown == NULL || c.text == NULL
                       ? ERR_NO_MEMORY
                       : replay_port_open(&c.replay, &replay);
    if (err == ERR_OK) {
        c.port = replay_port_of(c.replay);
        err = record_cast(&c, order, problem, size);
        replay_port_close(c.replay);
    }
    free(c.state);
    free(c.shown);
    free(c.text);
    return err;
}
