#include "src/headless_input.h"

#include "ui/words.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FRESH_TRIES = 20, FRESH_WAIT_MS = 50 };

static void begin_looking(struct headless_input *in, struct manager *m)
{
    in->looking = in->looking || manager_port(m, &in->port);
}

void headless_input_begin(struct headless_input *in, struct manager *m, bool strategy)
{
    in->size = 0;
    in->ended = in->too_long = in->quit = in->looking = false;
    moves_init(&in->moves);
    if (!strategy) {
        begin_looking(in, m);
    }
}

/* Notices are for people at a screen; the events tell the same. */
static void drain(struct headless_input *in)
{
    struct notice notice;
    uint64_t lost;
    in->port.clear(in->port.self);
    while (in->port.notice(in->port.self, &notice, &lost)) {
    }
}

void headless_input_look(struct headless_input *in)
{
    drain(in);
    moves_update(&in->moves, in->port.acquire(in->port.self));
    in->port.release(in->port.self);
}

void headless_input_read(struct headless_input *in, int fd)
{
    if (in->size == sizeof in->buffer) {
        return; /* never: whole lines are taken out first, and longer ones are cut */
    }
    ssize_t n = read(fd, in->buffer + in->size, sizeof in->buffer - in->size);
    if (n > 0) {
        in->size += (size_t)n;
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        in->ended = true;
    }
}

/* Takes `size` bytes and the line end behind them out of the buffer. */
static void drop(struct headless_input *in, size_t size)
{
    memmove(in->buffer, in->buffer + size, in->size - size);
    in->size -= size;
}

bool headless_input_line(struct headless_input *in, char line[static INPUT_LINE_BYTES])
{
    while (in->size > 0) {
        const char *end = memchr(in->buffer, '\n', in->size);
        size_t length = end == NULL ? in->size : (size_t)(end - in->buffer);
        bool cut = end == NULL && length >= INPUT_LINE_BYTES;
        if (end == NULL && !cut && !in->ended) {
            return false;
        }
        bool skip = in->too_long; /* the rest of a line whose beginning was given out */
        in->too_long = cut;
        size_t shown = length < INPUT_LINE_BYTES - 1 ? length : INPUT_LINE_BYTES - 1;
        memcpy(line, in->buffer, shown);
        line[shown] = '\0';
        drop(in, length + (end != NULL));
        line[strcspn(line, "\r")] = '\0';
        if (!skip && line[strspn(line, " \t")] != '\0') {
            return true;
        }
    }
    return false;
}

/* The latest picture, at least as new as what was told already, or the latest there is after a
 * second. */
static const struct ui_model *acquire(struct headless_input *in, const struct input_seen *seen)
{
    const struct ui_model *model = in->port.acquire(in->port.self);
    for (int i = 0; i < FRESH_TRIES; i++) {
        if (model->height >= seen->height && (model->me >= 0 || !seen->joined)) {
            break;
        }
        in->port.release(in->port.self);
        struct pollfd fd = {.fd = in->port.wake_fd, .events = POLLIN};
        poll(&fd, 1, FRESH_WAIT_MS);
        drain(in);
        model = in->port.acquire(in->port.self);
    }
    moves_update(&in->moves, model);
    return model;
}

static struct input_answer answer_of(enum refusal refusal, const char *text)
{
    struct input_answer answer = {.refusal = refusal};
    snprintf(answer.text, sizeof answer.text, "%s", text);
    return answer;
}

/* Sends moves. What looks impossible from here is sent all the same: the table's own refusal is the
 * answer. */
static struct input_answer send_moves(struct headless_input *in, struct manager *m,
    const struct ui_model *model, const struct words_action *action)
{
    moves_begin(&in->moves);
    for (unsigned i = 0; i < action->count; i++) {
        enum refusal r = moves_do(&in->moves, &in->port, model, &action->commands[i]);
        struct ui_command raw = {.kind = UI_LIVE, .live = action->commands[i]};
        if (r != REFUSAL_NONE && (model->me < 0 || !manager_command(m, &raw))) {
            return answer_of(r, "");
        }
    }
    return answer_of(REFUSAL_NONE, "");
}

static struct input_answer repeat_or_undo(
    struct headless_input *in, const struct ui_model *model, bool repeat)
{
    enum refusal r = REFUSAL_NONE;
    moves_begin(&in->moves);
    bool done = repeat ? moves_repeat(&in->moves, &in->port, model, 1, &r) > 0
                       : moves_undo(&in->moves, &in->port, model, false, &r);
    if (done || r != REFUSAL_NONE) {
        return answer_of(r, "");
    }
    return answer_of(REFUSAL_NO_SUCH_BET,
        repeat ? "there is nothing to repeat" : "there is nothing to undo since the last roll");
}

/* What is no move at the table. */
static struct input_answer send_plain(
    struct manager *m, enum ui_command_kind kind, uint32_t number, const char *text)
{
    struct ui_command command = {.kind = (uint8_t)kind, .number = number};
    snprintf(command.text, sizeof command.text, "%s", text);
    return answer_of(manager_command(m, &command) ? REFUSAL_NONE : REFUSAL_RATE_LIMITED, "");
}

static struct input_answer act(struct headless_input *in, struct manager *m,
    const struct ui_model *model, const struct words_action *action)
{
    switch ((enum words_kind)action->kind) {
    case WORDS_MOVES:
        return send_moves(in, m, model, action);
    case WORDS_REPEAT:
    case WORDS_UNDO:
        return repeat_or_undo(in, model, action->kind == WORDS_REPEAT);
    case WORDS_SAY:
        return send_plain(m, UI_CHAT, 0, action->text);
    case WORDS_NAME:
        return send_plain(m, UI_SET_NAME, 0, action->text);
    case WORDS_COLOUR:
        return send_plain(m, UI_COLOUR, action->number, "");
    case WORDS_TOPIC:
        return send_plain(m, UI_TOPIC, 0, action->text);
    case WORDS_ADMIT:
    case WORDS_REFUSE:
    case WORDS_EXPEL:
    case WORDS_KEEP:
        return send_plain(
            m, UI_BALLOT, (uint32_t)(UI_LET_IN + action->kind - WORDS_ADMIT), action->text);
    case WORDS_SPLIT:
    case WORDS_WAIT:
        return send_plain(m, action->kind == WORDS_SPLIT ? UI_SPLIT : UI_WAIT, 0, "");
    case WORDS_LEAVE:
    case WORDS_QUIT:
        in->quit = true;
        return answer_of(REFUSAL_NONE, "");
    case WORDS_NOTHING:
        return answer_of(REFUSAL_NONE, "");
    case WORDS_BETS:
    case WORDS_PLAYERS:
    case WORDS_HISTORY:
    case WORDS_PROOF:
    case WORDS_STATS:
    case WORDS_HELP:
    case WORDS_INVITE:
    case WORDS_RULES:
        break;
    case WORDS_AUTO:
        return send_plain(m, UI_AUTO, model->autoplay != UI_AUTO_PLAYS, "");
    case WORDS_BOT:
        return send_plain(m, UI_ADD_BOT, 0, "");
    }
    return answer_of(REFUSAL_BAD_COMMAND,
        "the events on standard output say that already; use it in line mode (--line)");
}

struct input_answer headless_input_run(
    struct headless_input *in, struct manager *m, const char *line, const struct input_seen *seen)
{
    struct words_action action;
    char error[UI_TEXT_MAX + 1] = "";
    begin_looking(in, m);
    if (!in->looking) {
        return answer_of(REFUSAL_BAD_COMMAND, "there is not enough memory for a command");
    }
    const struct ui_model *model = acquire(in, seen);
    struct input_answer answer =
        words_parse(in->moves.live, model->me, line, &action, error, sizeof error)
            ? act(in, m, model, &action)
            : answer_of(REFUSAL_BAD_COMMAND, error);
    in->port.release(in->port.self);
    return answer;
}
