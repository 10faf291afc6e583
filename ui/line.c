#include "ui/line.h"

#include "base/text.h"
#include "ui/line_parts.h"
#include "ui/terminal.h"
#include "ui/terminal_signal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { QUIT_MS = 2000, SETTLE_MS = 10000, AGAIN_MS = 50 };

void line_say(const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        size_t bytes = 0;
        int32_t point = utf8_next(text, size, &bytes);
        if (*text == '\n' || (point >= 0 && code_point_printable(point))) {
            fwrite(text, 1, bytes, stdout);
        }
        text += bytes;
        size -= bytes;
    }
    putchar('\n');
}

void line_send(struct line *l, enum ui_command_kind kind, uint32_t number, const char *text)
{
    struct ui_command command = {.kind = (uint8_t)kind, .number = number};
    snprintf(command.text, sizeof command.text, "%s", text);
    if (!l->port->command(l->port->self, &command)) {
        line_say("Busy just now, that was not sent. Try again.");
    }
}

void line_quit(struct line *l)
{
    if (l->quitting) {
        return;
    }
    line_send(l, UI_QUIT, 0, "");
    l->quitting = true;
    l->quit_until_ms = l->port->now_ms(l->port->self) + QUIT_MS;
}

/* The house's rate: a line waits for it instead of being refused. The table takes twice as many at
 * once as this, since what is sent one by one may get there in a heap. */
static bool rate_allows(struct line *l, const struct ui_model *m, unsigned moves)
{
    uint16_t rate = m->live.rules.rate;
    struct bucket_rate r = {.per_s = rate, .burst = rate};
    uint32_t cost = moves < r.burst ? moves : r.burst;
    return rate == 0 || rate == LIVE_ANY ||
           bucket_take(&l->rate, r, cost, l->port->now_ms(l->port->self));
}

static void say_ready(const struct line *l, const struct ui_model *m, bool ready)
{
    char text[SENTENCE_MAX] = "";
    char waiting[SENTENCE_MAX];
    sentence_add(text, ready ? "Ready." : "Not ready.");
    if (ready && !m->practice) {
        line_text_waiting(l->moves.live, m->me, waiting);
        sentence_add(text, "%s%s", waiting[0] != '\0' ? " " : "", waiting);
    }
    line_say(text);
}

/* The moves of a line, as many at once as the house takes. */
static void go_on(struct line *l, const struct ui_model *m)
{
    const struct words_action *a = &l->queued;
    char text[SENTENCE_MAX];
    while (l->queued_at < a->count && rate_allows(l, m, 1)) {
        const struct live_command *c = &a->commands[l->queued_at++];
        enum refusal r = moves_do(&l->moves, l->port, m, c);
        if (r == REFUSAL_NOT_SEATED && m->watching) {
            line_say("You watch here: bets and dice are for those who sit at the table.");
        } else if (r != REFUSAL_NONE) {
            line_say(sentence_refusal(r, l->moves.live, m->me, c->bet, text));
        } else if (c->kind == LIVE_READY) {
            say_ready(l, m, c->amount_cents != 0);
        }
    }
}

static unsigned moves_of(const struct moves *moves, bool repeat)
{
    unsigned count = 0;
    if (repeat) {
        for (unsigned slot = 0; slot < BET_SLOT_COUNT; slot++) {
            count += moves->repeat_cents[slot] != 0;
        }
        return count;
    }
    for (unsigned i = moves->undo_count; i > 0; i--) {
        count += moves->undo[i - 1].group == moves->undo[moves->undo_count - 1].group;
    }
    return count;
}

/* False: the house's rate does not allow it yet. */
static bool repeat_or_undo(struct line *l, const struct ui_model *m, bool repeat)
{
    enum refusal r = REFUSAL_NONE;
    char text[SENTENCE_MAX];
    if (!rate_allows(l, m, moves_of(&l->moves, repeat))) {
        return false;
    }
    moves_begin(&l->moves);
    if (repeat) {
        if (moves_repeat(&l->moves, l->port, m, 1, &r) == 0 && r == REFUSAL_NONE) {
            line_say("Nothing to repeat.");
        }
    } else if (!moves_undo(&l->moves, l->port, m, false, &r)) {
        line_say("Nothing to undo since the last roll.");
    }
    if (r != REFUSAL_NONE) {
        line_say(sentence_refusal(r, l->moves.live, m->me, (struct bet_ref){0}, text));
    }
    return true;
}

static void say_stats(const struct ui_model *m)
{
    char money[MONEY_TEXT_MAX];
    char text[SENTENCE_MAX];
    snprintf(text, sizeof text, "%llu roll%s at this table. Your result so far: %s.",
        (unsigned long long)m->live.roll, m->live.roll == 1 ? "" : "s",
        money_signed(m->session_cents, money));
    line_say(text);
}

static void say_help(const struct ui_model *m, const char *about)
{
    char text[LINE_TEXT_MAX];
    uint8_t kind = 0;
    if (about[0] == '\0') {
        fputs(line_help, stdout);
    } else if (strcasecmp(about, "bets") == 0) {
        for (kind = 0; kind < BET_KIND_COUNT; kind++) {
            line_help_bet(&m->live.table.config, kind, text);
            line_say(text);
        }
    } else if (words_bet_kind(about, &kind, text, sizeof text)) {
        line_help_bet(&m->live.table.config, kind, text);
        line_say(text);
    } else {
        line_say(text);
    }
}

static void say_look(const struct line *l, const struct ui_model *m, enum words_kind what)
{
    char text[LINE_TEXT_MAX];
    switch (what) {
    case WORDS_BETS:
        line_text_bets(l->moves.live, m->me, text);
        break;
    case WORDS_PLAYERS:
        line_text_players(m, text);
        break;
    case WORDS_HISTORY:
        line_text_history(m, text);
        break;
    case WORDS_RULES:
        line_help_rules(m, text);
        break;
    default:
        snprintf(text, sizeof text, "%s",
            m->broken          ? "This copy of craps made a mistake: this seat is stopped."
            : m->bad_roll != 0 ? "A roll does not check in your record: this seat is stopped."
            : m->alarm         ? "Your table and the others' differ: this seat has stopped voting."
                               : "No roll has been checked here yet.");
    }
    line_say(text);
}

/* False: not yet, the same line again. */
static bool table_line(struct line *l, const struct ui_model *m, const char *input)
{
    struct words_action action;
    char error[SENTENCE_MAX];
    if (!words_parse(l->moves.live, m->me, input, &action, error, sizeof error)) {
        line_say(error);
        return true;
    }
    switch (action.kind) {
    case WORDS_NOTHING:
        break;
    case WORDS_MOVES:
        l->queued = action;
        l->queued_at = 0;
        moves_begin(&l->moves);
        go_on(l, m);
        break;
    case WORDS_REPEAT:
    case WORDS_UNDO:
        return repeat_or_undo(l, m, action.kind == WORDS_REPEAT);
    case WORDS_SAY:
        line_send(l, UI_CHAT, 0, action.text);
        break;
    case WORDS_NAME:
        line_send(l, UI_SET_NAME, 0, action.text);
        break;
    case WORDS_COLOUR:
        line_send(l, UI_COLOUR, action.number, "");
        break;
    case WORDS_TOPIC:
        line_send(l, UI_TOPIC, 0, action.text);
        break;
    case WORDS_STATS:
        say_stats(m);
        line_ask(l, m, UI_PAGE_STATS);
        break;
    case WORDS_PROOF:
        if (!m->alarm && m->live.roll > 0 && m->record[0] != '\0') {
            line_ask(l, m, UI_PAGE_PROOF);
        } else {
            say_look(l, m, WORDS_PROOF);
        }
        break;
    case WORDS_HELP:
        say_help(m, action.text);
        break;
    case WORDS_INVITE:
        line_invite(l, m);
        break;
    case WORDS_AUTO:
        line_send(l, UI_AUTO, m->autoplay != UI_AUTO_PLAYS, "");
        break;
    case WORDS_BOT:
        line_send(l, UI_ADD_BOT, 0, "");
        break;
    case WORDS_ADMIT:
    case WORDS_REFUSE:
    case WORDS_EXPEL:
    case WORDS_KEEP:
        line_send(l, UI_BALLOT, (uint32_t)(UI_LET_IN + action.kind - WORDS_ADMIT), action.text);
        break;
    case WORDS_SPLIT:
    case WORDS_WAIT:
        line_send(l, action.kind == WORDS_SPLIT ? UI_SPLIT : UI_WAIT, 0, "");
        break;
    case WORDS_LEAVE:
        line_send(l, UI_LEAVE, 0, "");
        break;
    case WORDS_QUIT:
        line_quit(l);
        break;
    default:
        if (action.kind == WORDS_RULES && action.text[0] != '\0') {
            line_send(l, UI_RULE, 0, action.text);
        } else {
            say_look(l, m, (enum words_kind)action.kind);
        }
    }
    return true;
}

/* An empty line goes on with the lesson, or says again what it waits for. */
static void learn_line(struct line *l, const struct ui_model *m)
{
    if (learn_reads(&l->learn)) {
        learn_next(&l->learn, m);
    }
    if (l->learn.active) {
        line_learn(l, m);
    } else {
        line_say("The lesson is over, the table is yours. leave goes back to the menu.");
    }
}

static bool take_line(struct line *l, const struct ui_model *m, const char *text)
{
    if (m->stage == STAGE_TABLE) {
        if (l->learn.active && (text[0] == '\0' || strcasecmp(text, "next") == 0)) {
            learn_line(l, m);
            return true;
        }
        return table_line(l, m, text);
    }
    if (m->stage == STAGE_MENU) {
        line_menu(l, m, text);
    } else if (strncasecmp(text, "quit", 4) == 0) {
        line_quit(l);
    } else if (m->stage == STAGE_JOINING) {
        line_send(l, UI_CANCEL, 0, "");
    }
    return true;
}

/* The next whole line, if there is one; how many bytes it takes in the buffer. */
static size_t next_line(const struct line *l, char out[LINE_INPUT_MAX])
{
    const char *end = memchr(l->input, '\n', l->input_size);
    if (end == NULL && !(l->input_ended && l->input_size > 0) &&
        l->input_size < LINE_INPUT_MAX - 1) {
        return 0;
    }
    size_t size = end != NULL ? (size_t)(end - l->input) : l->input_size;
    memcpy(out, l->input, size);
    out[size] = '\0';
    out[strcspn(out, "\r")] = '\0';
    return end != NULL ? size + 1 : size;
}

static void drop_line(struct line *l, size_t bytes)
{
    memmove(l->input, l->input + bytes, l->input_size - bytes);
    l->input_size -= bytes;
}

/* A line waits until what the one before it began is done, so that a script reads like a conversation. */
static bool unsettled(struct line *l, const struct ui_model *m)
{
    l->going = l->going && m->stage == STAGE_MENU && m->error[0] == '\0';
    if (l->going || l->page_asked || m->stage == STAGE_OPENING || m->stage == STAGE_LEAVING) {
        return true;
    }
    if (m->alarm) {
        return false; /* nothing more is agreed here */
    }
    if (l->moves.pending_count > 0 || m->stage != STAGE_TABLE) {
        return l->moves.pending_count > 0;
    }
    bool thrown = m->practice && m->me >= 0 && m->live.accounts[m->me].ready &&
                  m->live.thrower != EVENT_NOBODY;
    return live_rolling(&m->live) || thrown;
}

/* One line a turn, so that each sees the picture that the one before it made. */
static void take_input(struct line *l, const struct ui_model *m)
{
    char text[LINE_INPUT_MAX];
    uint64_t now = l->port->now_ms(l->port->self);
    bool opening = m->stage == STAGE_OPENING; /* nothing can be said to a table yet */
    if (m->stage != STAGE_TABLE) {
        l->queued_at = l->queued.count = 0;
    }
    if (l->queued_at < l->queued.count) {
        go_on(l, m);
        l->settle_until_ms = now + SETTLE_MS;
        return;
    }
    if (l->quitting || opening || (unsettled(l, m) && now < l->settle_until_ms)) {
        return;
    }
    size_t bytes = next_line(l, text);
    if (bytes > 0) {
        l->going = false;
        if (take_line(l, m, text)) {
            drop_line(l, bytes);
        }
        l->settle_until_ms = now + SETTLE_MS;
    } else if (l->input_ended && l->input_size == 0) {
        line_quit(l);
    }
}

static void take_signals(struct line *l)
{
    unsigned signals = terminal_signals();
    if ((signals & (TERMINAL_STOP | TERMINAL_INTERRUPT)) != 0) {
        line_quit(l);
    }
    if ((signals & TERMINAL_SUSPEND) != 0) {
        raise(SIGSTOP);
    }
}

static void tell(const struct line *l, enum ui_sight sight, uint64_t version)
{
    if (l->port->saw != NULL) {
        l->port->saw(l->port->self, sight, version);
    }
}

/* Returns when the clock will have something to say; 0 never. */
static uint64_t turn(struct line *l)
{
    const struct ui_model *m = l->port->acquire(l->port->self);
    moves_update(&l->moves, m);
    line_news(l, m);
    farewell_note(&l->farewell, m);
    take_input(l, m);
    tell(l, UI_SAW_KEY_DONE, 0);
    take_signals(l);
    uint64_t now = l->port->now_ms(l->port->self);
    l->done = m->stage == STAGE_ENDED || (l->quitting && now >= l->quit_until_ms);
    uint64_t next_ms = line_news_next_ms(l, m);
    uint64_t version = m->version;
    l->moves.live = NULL;
    l->port->release(l->port->self);
    fflush(stdout);
    tell(l, UI_SAW_PICTURE, version);
    return next_ms;
}

static void read_input(struct line *l)
{
    ssize_t got = read(STDIN_FILENO, l->input + l->input_size, LINE_INPUT_MAX - 1 - l->input_size);
    if (got > 0) {
        l->input_size += (size_t)got;
        tell(l, UI_SAW_KEY, 0);
    } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
        l->input_ended = true;
    }
}

static int wait_ms(const struct line *l, uint64_t next_ms)
{
    uint64_t now = l->port->now_ms(l->port->self);
    bool ahead = memchr(l->input, '\n', l->input_size) != NULL || l->queued_at < l->queued.count ||
                 (l->input_ended && !l->quitting);
    uint64_t until = l->quitting ? l->quit_until_ms : next_ms;
    if (ahead && !l->quitting) {
        return AGAIN_MS; /* something was typed ahead; most often the wake-up comes first */
    }
    return until == 0 ? -1 : until > now ? (int)(until - now) : 0;
}

static void wait_for_news(struct line *l, uint64_t next_ms)
{
    bool want_input = !l->input_ended && l->input_size < LINE_INPUT_MAX - 1;
    struct pollfd fds[3] = {{l->port->wake_fd, POLLIN, 0}, {terminal_signal_fd(), POLLIN, 0},
        {want_input ? STDIN_FILENO : -1, POLLIN, 0}};
    if (poll(fds, 3, wait_ms(l, next_ms)) <= 0) {
        return;
    }
    if ((fds[0].revents & POLLIN) != 0) {
        l->port->clear(l->port->self);
    }
    if (fds[2].revents != 0) {
        read_input(l);
    }
}

static void say_farewell(const struct line *l)
{
    char last[FAREWELL_TEXT_MAX];
    if (farewell_text(&l->farewell, last)[0] != '\0') {
        line_say(last);
    }
    if (l->farewell.more[0] != '\0') {
        line_say(l->farewell.more);
    }
}

int line_run(struct ui_port *port, const struct ui_options *options)
{
    struct line *l = calloc(1, sizeof *l);
    if (l == NULL || !terminal_signal_open("")) {
        fputs("craps: not enough memory to begin\n", stderr);
        free(l);
        return 70;
    }
    l->port = port;
    l->options = options;
    moves_init(&l->moves);
    while (!l->done) {
        uint64_t next_ms = turn(l);
        if (!l->done) {
            wait_for_news(l, next_ms);
        }
    }
    say_farewell(l);
    terminal_signal_close();
    free(l);
    return 0;
}
