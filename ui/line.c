#include "ui/line.h"

#include "game/name.h"
#include "ui/bet_text.h"
#include "ui/join_words.h"
#include "ui/line_text.h"
#include "ui/terminal.h"
#include "ui/terminal_signal.h"
#include "ui/words.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { INPUT_MAX = 512, QUIT_MS = 2000, SETTLE_MS = 10000 };

struct line {
    struct ui_port *port;
    const struct ui_options *options;
    struct moves moves;
    char input[INPUT_MAX];
    size_t input_size;
    uint8_t stage;
    bool stage_known, seated_said, input_ended, quitting, done, failed_said;
    bool going; /* a table was asked for and is not there yet */
    uint64_t rolls_said, quit_until_ms, settle_until_ms;
    char error_said[UI_TEXT_MAX + 1], words_said[64];
    char farewell[UI_FAREWELL_MAX];
};

/* Only what is harmless reaches the output, whatever a name or message holds. */
static void say(const char *text)
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

static void send(struct line *l, enum ui_command_kind kind, uint32_t number, const char *text)
{
    struct ui_command command = {.kind = (uint8_t)kind, .number = number};
    snprintf(command.text, sizeof command.text, "%s", text);
    if (!l->port->command(l->port->self, &command)) {
        say("Busy just now, that was not sent. Try again.");
    }
}

/* Asks for a table: what is typed ahead is meant for it, not for the menu. */
static void go(struct line *l, enum ui_command_kind kind, uint32_t number, const char *text)
{
    send(l, kind, number, text);
    l->going = true;
}

static void quit(struct line *l)
{
    if (l->quitting) {
        return;
    }
    send(l, UI_QUIT, 0, "");
    l->quitting = true;
    l->quit_until_ms = l->port->now_ms(l->port->self) + QUIT_MS;
}

static void menu_line(struct line *l, const char *text)
{
    char word[16] = "";
    int used = 0;
    if (sscanf(text, "%15s %n", word, &used) < 1) {
        return;
    }
    const char *rest = text + used;
    if (strcasecmp(word, "solo") == 0 || strcasecmp(word, "play") == 0) {
        int bots = rest[0] >= '0' && rest[0] <= '9' ? atoi(rest) : 3;
        go(l, UI_SOLO, (uint32_t)(bots > 20 ? 20 : bots), "");
    } else if (strcasecmp(word, "host") == 0) {
        go(l, UI_HOST, 0, rest);
    } else if (strcasecmp(word, "join") == 0) {
        char words[JOIN_TEXT_MAX];
        char problem[SENTENCE_MAX];
        if (join_words_check(rest, l->options->words, words, problem)) {
            go(l, UI_JOIN, 0, words);
        } else {
            say(problem);
        }
    } else if (strcasecmp(word, "rejoin") == 0) {
        go(l, UI_REJOIN, 0, "");
    } else if (strcasecmp(word, "search") == 0) {
        send(l, UI_SEARCH, 0, "");
    } else if (strcasecmp(word, "name") == 0 && rest[0] != '\0') {
        send(l, UI_SET_NAME, 0, rest);
    } else if (strcasecmp(word, "quit") == 0 || strcasecmp(word, "leave") == 0) {
        quit(l);
    } else {
        say("Type solo, host NAME, join WORDS, rejoin, search, name NAME, or quit.");
    }
}

static void do_moves(struct line *l, const struct ui_model *m, const struct words_action *a)
{
    char text[SENTENCE_MAX];
    moves_begin(&l->moves);
    for (unsigned i = 0; i < a->count; i++) {
        enum refusal r = moves_do(&l->moves, l->port, m, &a->commands[i]);
        if (r != REFUSAL_NONE) {
            say(sentence_refusal(r, l->moves.live, m->me, a->commands[i].bet, text));
        } else if (a->commands[i].kind == LIVE_READY) {
            say(a->commands[i].amount_cents != 0 ? "Ready." : "Not ready.");
        }
    }
}

static void repeat_or_undo(struct line *l, const struct ui_model *m, bool repeat)
{
    enum refusal r = REFUSAL_NONE;
    char text[SENTENCE_MAX];
    moves_begin(&l->moves);
    if (repeat) {
        if (moves_repeat(&l->moves, l->port, m, 1, &r) == 0 && r == REFUSAL_NONE) {
            say("Nothing to repeat.");
        }
    } else if (!moves_undo(&l->moves, l->port, m, false, &r)) {
        say("Nothing to undo since the last roll.");
    }
    if (r != REFUSAL_NONE) {
        say(sentence_refusal(r, l->moves.live, m->me, (struct bet_ref){0}, text));
    }
}

static void say_stats(const struct ui_model *m)
{
    char money[MONEY_TEXT_MAX];
    char text[SENTENCE_MAX];
    snprintf(text, sizeof text, "%llu rolls at this table. Your result so far: %s.",
        (unsigned long long)m->live.roll, money_signed(m->session_cents, money));
    say(text);
}

static void table_line(struct line *l, const struct ui_model *m, const char *input)
{
    struct words_action action;
    char error[SENTENCE_MAX];
    char text[4 * SENTENCE_MAX];
    if (!words_parse(l->moves.live, m->me, input, &action, error, sizeof error)) {
        say(error);
        return;
    }
    switch (action.kind) {
    case WORDS_MOVES:
        do_moves(l, m, &action);
        break;
    case WORDS_REPEAT:
    case WORDS_UNDO:
        repeat_or_undo(l, m, action.kind == WORDS_REPEAT);
        break;
    case WORDS_SAY:
        send(l, UI_CHAT, 0, action.text);
        break;
    case WORDS_BETS:
        line_text_bets(l->moves.live, m->me, text);
        say(text);
        break;
    case WORDS_PLAYERS:
        line_text_players(m, text);
        say(text);
        break;
    case WORDS_HISTORY:
        line_text_history(m, text);
        say(text);
        break;
    case WORDS_PROOF:
        say(m->alarm ? "Your table and the others' differ: this seat has stopped voting."
            : m->dice_checked
                ? "The pieces of the last roll were checked on this computer: they fit."
                : "No roll has been checked here yet.");
        break;
    case WORDS_STATS:
        say_stats(m);
        break;
    case WORDS_HELP:
        fputs(line_help, stdout);
        break;
    case WORDS_SPLIT:
    case WORDS_WAIT:
        send(l, action.kind == WORDS_SPLIT ? UI_SPLIT : UI_WAIT, 0, "");
        break;
    case WORDS_LEAVE:
        send(l, UI_LEAVE, 0, "");
        break;
    case WORDS_QUIT:
        quit(l);
        break;
    default:
        break;
    }
}

static void take_line(struct line *l, const struct ui_model *m, const char *text)
{
    if (m->stage == STAGE_TABLE) {
        table_line(l, m, text);
    } else if (m->stage == STAGE_MENU) {
        menu_line(l, text);
    } else if (strncasecmp(text, "quit", 4) == 0) {
        quit(l);
    } else if (m->stage == STAGE_JOINING) {
        send(l, UI_CANCEL, 0, "");
    }
}

/* Whole lines only, one a turn, so that each sees the picture that the one before it made. */
static bool next_line(struct line *l, char out[INPUT_MAX])
{
    char *end = memchr(l->input, '\n', l->input_size);
    if (end == NULL && !(l->input_ended && l->input_size > 0) && l->input_size < INPUT_MAX - 1) {
        return false;
    }
    size_t size = end != NULL ? (size_t)(end - l->input) : l->input_size;
    memcpy(out, l->input, size);
    out[size] = '\0';
    size_t used = end != NULL ? size + 1 : size;
    memmove(l->input, l->input + used, l->input_size - used);
    l->input_size -= used;
    return true;
}

/* They change when somebody asks for new ones, or guessed too often. */
static void words_news(struct line *l, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    if (m->stage == STAGE_TABLE && m->words[0] != '\0' && strcmp(l->words_said, m->words) != 0) {
        snprintf(l->words_said, sizeof l->words_said, "%s", m->words);
        snprintf(text, sizeof text, "The three words for your friends: %s", m->words);
        if (m->address[0] != '\0') {
            sentence_add(text, "  or: craps join %s@%s", m->words, m->address);
        }
        say(text);
        char line[UI_QR_LINE_MAX];
        for (int row = 0; l->options->qr && row < qr_rows(&m->qr, l->options->ascii); row++) {
            if (m->qr.size > 0) {
                qr_line(&m->qr, l->options->ascii, false, row, line);
                say(line);
            }
        }
    }
}

static void stage_news(struct line *l, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    if ((l->stage_known && l->stage == m->stage) || l->quitting) {
        return;
    }
    l->stage = m->stage;
    l->stage_known = true;
    l->seated_said = false;
    switch (m->stage) {
    case STAGE_MENU:
        say("Craps. Type solo, host NAME, join WORDS, rejoin, name NAME, or quit.");
        break;
    case STAGE_OPENING:
        say("Opening the table.");
        break;
    case STAGE_JOINING:
        say("Looking for the table. Any line cancels.");
        break;
    case STAGE_TABLE:
        l->rolls_said = m->history_count;
        line_text_table(m, text);
        say(text);
        l->words_said[0] = '\0';
        words_news(l, m);
        say("Type a bet, or ready, or help.");
        break;
    case STAGE_LEAVING:
        say("Leaving the table properly.");
        break;
    default:
        break;
    }
}

static void roll_news(struct line *l, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    if (m->stage != STAGE_TABLE || m->history_count <= l->rolls_said) {
        return;
    }
    uint64_t news = m->history_count - l->rolls_said;
    unsigned shown = news > m->history_kept ? m->history_kept : (unsigned)news;
    for (unsigned i = m->history_kept - shown; i < m->history_kept; i++) {
        const struct ui_roll *r = &m->history[i];
        line_text_roll(r, strcmp(r->shooter, m->my_name) == 0, text);
        say(text);
    }
    l->rolls_said = m->history_count;
    line_text_result(m, text);
    if (text[0] != '\0') {
        say(text);
    }
    if (m->dice_checked) {
        snprintf(text, sizeof text, "Roll %llu checked: the dice are fair.",
            (unsigned long long)m->history[m->history_kept - 1].roll);
        say(text);
    }
}

/* `live` is the state with the moves that are on their way: the news may be ahead of the picture. */
static void own_bet(const struct live *live, const struct ui_model *m, const struct notice *n)
{
    char text[SENTENCE_MAX] = "";
    char name[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    char rack[MONEY_TEXT_MAX];
    const struct table *t = &live->table;
    int64_t total = moves_own_cents(live, m->me, n->game.bet);
    int64_t win = bet_winnings_cents(&t->config, n->game.bet, t->point, total);
    sentence_add(text, "%s %s.", bet_text_name(n->game.bet, name),
        line_text_money(n->game.amount_cents, money));
    if (win > 0) {
        sentence_add(text, " Wins %s.", line_text_money(win, money));
    }
    sentence_add(text, " Rack %s. Agreed by %u of %u.",
        line_text_money(live->players[m->me].balance_cents, rack), m->answering, m->members);
    text[0] = (char)(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 32 : text[0]);
    say(text);
}

static void take_notices(struct line *l, const struct ui_model *m)
{
    struct notice n;
    uint64_t lost = 0;
    char text[SENTENCE_MAX];
    while (l->port->notice(l->port->self, &n, &lost)) {
        bool game = n.kind == NOTICE_GAME;
        /* Rolls are told from the picture, where the result is complete. */
        if (game && (n.game.kind == EVENT_ROLL || n.game.kind == EVENT_THROW)) {
            continue;
        }
        if (game && n.game.kind == EVENT_BET && m->me >= 0 && n.game.player == m->me) {
            own_bet(l->moves.live, m, &n);
        } else if (sentence_notice(&n, m, text)) {
            size_t size = strlen(text);
            if (size + 1 < sizeof text && n.kind != NOTICE_CHAT && text[size - 1] != '.') {
                text[size] = '.';
                text[size + 1] = '\0';
            }
            say(text);
        }
    }
}

static void other_news(struct line *l, const struct ui_model *m)
{
    words_news(l, m);
    if (strcmp(l->error_said, m->error) != 0) {
        snprintf(l->error_said, sizeof l->error_said, "%s", m->error);
        if (m->error[0] != '\0') {
            say(m->error);
        }
    }
    bool failed = m->stage == STAGE_JOINING && m->joining.failed;
    if (failed && !l->failed_said) {
        say(m->joining.error);
    }
    l->failed_said = failed;
}

/* A line waits until what the one before it began is done, so that a script reads like a conversation. */
static bool unsettled(struct line *l, const struct ui_model *m)
{
    l->going = l->going && m->stage == STAGE_MENU && m->error[0] == '\0';
    if (l->going || l->moves.pending_count > 0 || m->stage == STAGE_OPENING ||
        m->stage == STAGE_LEAVING) {
        return true;
    }
    if (m->stage != STAGE_TABLE) {
        return false;
    }
    bool thrown = m->practice && m->me >= 0 && m->live.accounts[m->me].ready &&
                  m->live.thrower != EVENT_NOBODY;
    return live_rolling(&m->live) || thrown;
}

static void turn(struct line *l)
{
    char text[INPUT_MAX];
    const struct ui_model *m = l->port->acquire(l->port->self);
    moves_update(&l->moves, m);
    stage_news(l, m);
    take_notices(l, m);
    roll_news(l, m);
    other_news(l, m);
    if (m->stage == STAGE_TABLE || m->farewell[0] != '\0') {
        snprintf(l->farewell, sizeof l->farewell, "%s", m->farewell);
    }
    uint64_t now = l->port->now_ms(l->port->self);
    bool opening = m->stage == STAGE_OPENING; /* nothing can be said to a table yet */
    bool waiting = opening || (unsettled(l, m) && now < l->settle_until_ms);
    if (!l->quitting && !waiting && next_line(l, text)) {
        l->going = false;
        take_line(l, m, text);
        l->settle_until_ms = now + SETTLE_MS;
    } else if (l->input_ended && l->input_size == 0 && !waiting) {
        quit(l);
    }
    unsigned signals = terminal_signals();
    if ((signals & (TERMINAL_STOP | TERMINAL_INTERRUPT)) != 0) {
        quit(l);
    }
    if ((signals & TERMINAL_SUSPEND) != 0) {
        raise(SIGSTOP);
    }
    l->done = m->stage == STAGE_ENDED || (l->quitting && now >= l->quit_until_ms);
    l->moves.live = NULL;
    l->port->release(l->port->self);
    fflush(stdout);
}

static void read_input(struct line *l)
{
    ssize_t got = read(STDIN_FILENO, l->input + l->input_size, INPUT_MAX - 1 - l->input_size);
    if (got > 0) {
        l->input_size += (size_t)got;
    } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
        l->input_ended = true;
    }
}

static void wait_for_news(struct line *l, bool lines_wait)
{
    bool want_input = !l->input_ended && l->input_size < INPUT_MAX - 1;
    struct pollfd fds[3] = {{l->port->wake_fd, POLLIN, 0}, {terminal_signal_fd(), POLLIN, 0},
        {want_input ? STDIN_FILENO : -1, POLLIN, 0}};
    int timeout = -1;
    if (l->quitting) {
        uint64_t now = l->port->now_ms(l->port->self);
        timeout = l->quit_until_ms > now ? (int)(l->quit_until_ms - now) : 0;
    } else if (lines_wait || (l->input_ended && l->input_size == 0)) {
        timeout = 50; /* something was typed ahead; most often the wake-up comes first */
    }
    if (poll(fds, 3, timeout) <= 0) {
        return;
    }
    if ((fds[0].revents & POLLIN) != 0) {
        l->port->clear(l->port->self);
    }
    if (fds[2].revents != 0) {
        read_input(l);
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
        turn(l);
        if (!l->done) {
            wait_for_news(l, memchr(l->input, '\n', l->input_size) != NULL);
        }
    }
    if (l->farewell[0] != '\0') {
        say(l->farewell);
    }
    terminal_signal_close();
    free(l);
    return 0;
}
