#include "ui/ui.h"

#include "base/check.h"
#include "ui/book.h"
#include "ui/coach.h"
#include "ui/farewell.h"
#include "ui/frames.h"
#include "ui/line.h"
#include "ui/screen.h"
#include "ui/terminal.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { QUIT_MS = 2000, KEYS_A_TURN = 64 };

struct loop {
    struct ui_port *port;
    const struct ui_options *options;
    enum terminal_symbols symbols;
    struct ui_state *state;
    bool quitting, done, dirty, lost;
    uint64_t quit_until_ms, next_ms;
    struct frames frames;
    bool key;       /* since the last frame */
    unsigned quits; /* how often the player asked */
    struct farewell farewell;
};

static void begin_quit(struct loop *l)
{
    l->state->want_quit = false;
    if (++l->quits > 1) {
        l->done = true;
        return;
    }
    struct ui_command command = {.kind = UI_QUIT};
    l->port->command(l->port->self, &command);
    l->quitting = true;
    l->quit_until_ms = l->port->now_ms(l->port->self) + QUIT_MS;
}

static void take_signals(struct loop *l, const struct ui_model *m, unsigned signals)
{
    /* A closed terminal says so several times; only the player's own keys hurry a leave that is under way. */
    if ((signals & TERMINAL_STOP) != 0 && !l->quitting) {
        begin_quit(l);
    }
    if ((signals & TERMINAL_INTERRUPT) != 0) {
        ui_state_key(l->state, l->port, m, UIKEY_CTRL_C);
    }
    if ((signals & TERMINAL_SUSPEND) != 0) {
        l->state->want_suspend = true;
    }
    if ((signals & TERMINAL_REDRAW) != 0) {
        terminal_forget();
    }
    l->dirty = l->dirty || signals != 0;
}

static void tell(const struct loop *l, enum ui_sight sight, uint64_t version)
{
    if (l->port->saw != NULL) {
        l->port->saw(l->port->self, sight, version);
    }
}

static void take_keys(struct loop *l, const struct ui_model *m)
{
    for (int i = 0; i < KEYS_A_TURN; i++) {
        struct terminal_event event = terminal_next();
        if (event.key == -1) {
            return;
        }
        l->dirty = true;
        l->key = true;
        tell(l, UI_SAW_KEY, 0);
        if (event.key == UIKEY_MOUSE) {
            if (event.button != 0) {
                ui_state_mouse(l->state, l->port, m, event.row, event.col, event.button);
            }
        } else if (event.key != 0 && event.key != UIKEY_RESIZE) {
            ui_state_key(l->state, l->port, m, event.key);
        }
        tell(l, UI_SAW_KEY_DONE, 0);
    }
}

static void take_wishes(struct loop *l)
{
    struct ui_state *s = l->state;
    if (s->want_quit) {
        begin_quit(l);
    }
    if (s->want_suspend) {
        s->want_suspend = false;
        terminal_suspend();
    }
    if (s->want_redraw) {
        s->want_redraw = false;
        terminal_forget();
    }
    if (s->want_look) {
        s->want_look = false;
        terminal_look(&s->now);
        ui_setting_coloured(s, terminal_coloured(), terminal_colours());
    }
    if (s->want_lessons) {
        s->want_lessons = !coach_keep(s, l->port);
    }
    if (s->want_bell) {
        s->want_bell = false;
        terminal_bell();
    }
    if (s->want_copy[0] != '\0') {
        terminal_copy(s->want_copy);
        s->want_copy[0] = '\0';
    }
}

static void take_notices(struct loop *l, const struct ui_model *m)
{
    struct notice notice;
    uint64_t lost = 0;
    while (l->port->notice(l->port->self, &notice, &lost)) {
        if (lost > 0) {
            char text[64];
            snprintf(text, sizeof text, "(%llu earlier lines are gone)", (unsigned long long)lost);
            feed_add(&l->state->feed, FEED_EVENT, 0, text);
        }
        ui_state_notice(l->state, &notice, m);
        l->dirty = true;
    }
}

/* The minute of the day, from 1 on: for table talk alone. */
static uint16_t minute_now(void)
{
    time_t now = time(NULL);
    struct tm day;
    return localtime_r(&now, &day) == NULL ? 0 : (uint16_t)(1 + day.tm_hour * 60 + day.tm_min);
}

/* One turn: picture, notices, keys, drawing. */
static void turn(struct loop *l, uint64_t *version)
{
    struct ui_state *s = l->state;
    uint64_t now = l->port->now_ms(l->port->self);
    const struct ui_model *m = l->port->acquire(l->port->self);
    /* First the signals, then the size: a change of size in between is signalled again. */
    unsigned signals = terminal_signals();
    int rows = s->rows;
    int cols = s->cols;
    terminal_size(&s->rows, &s->cols);
    l->dirty = l->dirty || rows != s->rows || cols != s->cols || m->version != *version ||
               (l->next_ms != 0 && now >= l->next_ms);
    *version = m->version;
    l->dirty = ui_pages_update(&s->pages, l->port) || l->dirty;
    ui_state_update(s, m, now);
    proof_update(s, l->port, m);
    s->feed.minute = m->stage == STAGE_REPLAY ? 0 : minute_now(); /* a record has no clock */
    take_signals(l, m, signals);
    take_notices(l, m);
    take_keys(l, m);
    take_wishes(l);
    farewell_note(&l->farewell, m);
    ui_state_update(s, m, now);
    book_wishes(s, l->port);
    figures_update(s, l->port);
    bool summary = s->book == BOOK_SUMMARY && !l->quitting; /* it stays until it is put away */
    l->done = l->done || (m->stage == STAGE_ENDED && !summary) ||
              (l->quitting && now >= l->quit_until_ms);
    l->next_ms = ui_state_next_ms(s, m);
    uint64_t due_ms = frames_due_ms(&l->frames, l->key);
    if (l->dirty && now < due_ms) {
        l->next_ms = due_ms;
    } else if (l->dirty && !l->done) {
        ui_draw(&s->canvas, s, m);
        terminal_show(&s->canvas);
        tell(l, UI_SAW_PICTURE, m->version);
        l->dirty = false;
        l->key = false;
        frames_drawn(&l->frames, now);
    }
    s->moves.live = NULL; /* the picture is given back */
    l->port->release(l->port->self);
}

static void wait_for_news(struct loop *l)
{
    struct pollfd fds[3] = {{STDIN_FILENO, POLLIN, 0}, {l->port->wake_fd, POLLIN, 0},
        {terminal_signal_fd(), POLLIN, 0}};
    uint64_t now = l->port->now_ms(l->port->self);
    uint64_t until = l->next_ms;
    if (l->quitting && (until == 0 || until > l->quit_until_ms)) {
        until = l->quit_until_ms;
    }
    int timeout = until == 0 ? -1 : until <= now ? 0 : (int)(until - now);
    if (poll(fds, 3, timeout) <= 0) {
        return;
    }
    if ((fds[1].revents & POLLIN) != 0) {
        l->port->clear(l->port->self);
    }
    if ((fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
        /* The terminal is gone: leave properly, draw no more. */
        l->lost = true;
        if (!l->quitting) {
            begin_quit(l);
        }
        struct pollfd rest[2] = {{l->port->wake_fd, POLLIN, 0}, {terminal_signal_fd(), POLLIN, 0}};
        poll(rest, 2, 100);
    }
}

/* The settings that the terminal has a say in. */
static void begin_look(struct ui_state *s, enum terminal_symbols symbols)
{
    s->ascii_only = symbols == TERMINAL_ASCII;
    ui_setting_apply(s, SETTING_SYMBOLS);
    terminal_look(&s->now);
    ui_setting_coloured(s, terminal_coloured(), terminal_colours());
    s->want_look = false;
}

static void run_loop(struct loop *l);

/* A saved table over this screen, with a state of its own; this one waits. */
static void run_replay(struct loop *l)
{
    struct ui_state *s = l->state;
    struct ui_port port;
    char path[UI_PATH_MAX];
    char problem[UI_TEXT_MAX + 1] = "There is not enough memory to show it.";
    struct ui_state *inner = calloc(1, sizeof *inner);
    snprintf(path, sizeof path, "%s", s->want_replay);
    s->want_replay[0] = '\0';
    l->dirty = true;
    if (inner == NULL || l->port->replay_open == NULL ||
        !l->port->replay_open(l->port->self, path, &port, problem)) {
        ui_say(s, true, "%s", problem);
        free(inner);
        return;
    }
    struct loop in = {
        .port = &port, .options = l->options, .symbols = l->symbols, .state = inner, .dirty = true};
    ui_state_init(inner, l->options, s->ascii);
    inner->now = s->now;
    begin_look(inner, l->symbols);
    run_loop(&in);
    l->port->replay_close(l->port->self, &port);
    l->lost = l->lost || in.lost;
    if (in.quitting) {
        begin_quit(l);
    }
    terminal_forget();
    free(inner);
}

static void run_loop(struct loop *l)
{
    uint64_t version = UINT64_MAX;
    while (!l->done && !l->state->want_line) {
        turn(l, &version);
        if (l->state->want_replay[0] != '\0') {
            run_replay(l);
        }
        if (!l->done && !l->state->want_line) {
            wait_for_news(l);
        }
    }
}

static int run_screen(
    struct ui_port *port, const struct ui_options *options, enum terminal_symbols symbols)
{
    struct ui_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        terminal_close();
        fputs("craps: not enough memory for the screen\n", stderr);
        return 70;
    }
    struct loop l = {
        .port = port, .options = options, .symbols = symbols, .state = state, .dirty = true};
    ui_state_init(state, options, symbols != TERMINAL_SYMBOLS);
    state->copies = terminal_copies();
    if (options->join) {
        screen_join_open(state, port);
    }
    begin_look(state, symbols);
    run_loop(&l);
    terminal_close();
    if (state->want_line && !l.done) {
        free(state);
        return line_run(port, options); /* the same seat, in lines from now on */
    }
    char last[FAREWELL_TEXT_MAX];
    bool heard = !l.lost || freopen("/dev/null", "w", stdout) != NULL; /* or nobody reads it */
    if (heard && farewell_text(&l.farewell, last)[0] != '\0') {
        puts(last);
    }
    if (heard && l.farewell.more[0] != '\0') {
        puts(l.farewell.more);
    }
    free(state);
    return 0;
}

int ui_run(struct ui_port *port, const struct ui_options *options)
{
    CHECK(port->clear != NULL);
    const char *term = getenv("TERM");
    const char *plain_symbols = getenv("CRAPS_ASCII");
    struct ui_options these = *options;
    enum terminal_symbols symbols = TERMINAL_ASCII;
    these.ascii = these.ascii || (plain_symbols != NULL && strcmp(plain_symbols, "1") == 0);
    bool plain = options->line || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || term == NULL ||
                 strcmp(term, "dumb") == 0;
    if (plain || !terminal_open(&symbols)) {
        return line_run(port, options);
    }
    return run_screen(port, &these, symbols);
}
