#include "src/headless.h"

#include "base/check.h"
#include "src/byte_queue.h"
#include "src/cli.h"
#include "src/clock.h"
#include "src/headless_input.h"
#include "src/json_report.h"
#include "src/qr_code.h"
#include "src/text_report.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    QUEUE_BYTES = 4 << 20,
    ANSWER_BYTES = 1 << 16,
    SUMMARY_SPARE_BYTES = 64 << 10, /* the last line always finds room */
    WRITE_BYTES = 4096,             /* what a pipe that polls writable takes without blocking */
    STUCK_MS = 5000, /* a reader that takes nothing for so long after a signal is given up */
};

struct headless {
    struct headless_options options;
    struct byte_queue events;   /* manager's thread to main thread */
    struct byte_queue answers;  /* main thread to itself: about lines of input */
    struct byte_queue *writing; /* whose whole lines are under way */
    size_t writing_left;
    int wake_fd;
    char player[UI_NAME_MAX + 1]; /* the agreed name; written before `joined` */
    atomic_bool joined;
    atomic_ullong height; /* of the last event */
    bool output_gone;
    uint64_t progress_ms;
    struct headless_input input;
};

/* What the signal handler asks to end; set while headless_run runs. */
static struct manager *volatile signal_target;
static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
    (void)number;
    signalled = 1;
    if (signal_target != NULL) {
        manager_stop(signal_target);
    }
}

static void catch_signals(struct manager *m)
{
    struct sigaction act = {.sa_handler = on_signal};
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    sigemptyset(&act.sa_mask);
    signal_target = m;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sigaction(numbers[i], &act, NULL);
    }
}

static void push(struct byte_queue *q, const struct report *r, bool json)
{
    size_t spare = r->kind == REPORT_SUMMARY ? 0 : SUMMARY_SPARE_BYTES;
    spare = q->capacity > 2 * (size_t)SUMMARY_SPARE_BYTES ? spare : 0;
    size_t size = 0;
    if (json) {
        char *line = json_report_line(r, &size);
        line = line == NULL && size > 0 ? json_report_line(r, &size) : line;
        if (line == NULL && size > 0) {
            atomic_fetch_add(&q->dropped, 1); /* told at the end */
        }
        if (line != NULL) {
            byte_queue_push(q, line, size, spare);
        }
        free(line);
        return;
    }
    char line[TEXT_REPORT_BYTES];
    size = text_report(r, line);
    if (size > 0) {
        byte_queue_push(q, line, size, spare);
    }
}

/* --qr: for whoever looks at a headless host's output (cli.md). */
static void push_qr(struct headless *h, const struct report *r)
{
    char text[96], line[UI_QR_LINE_MAX + 1];
    struct ui_qr qr;
    snprintf(text, sizeof text, "craps join %s", r->words);
    if (!qr_code_make(&qr, text)) {
        return;
    }
    for (int row = 0; row < qr_rows(&qr, h->options.ascii); row++) {
        qr_line(&qr, h->options.ascii, false, row, line);
        strcat(line, "\n");
        byte_queue_push(&h->events, line, strlen(line), SUMMARY_SPARE_BYTES);
    }
}

/* On the manager's thread. */
static void on_report(void *self, const struct report *r)
{
    struct headless *h = self;
    push(&h->events, r, h->options.json);
    bool words = r->kind == REPORT_TABLE_OPEN && r->words != NULL && r->words[0] != '\0';
    if (words && h->options.qr && !h->options.json) {
        push_qr(h, r);
    }
    if (r->height > atomic_load(&h->height)) {
        atomic_store(&h->height, r->height);
    }
    if (r->kind == REPORT_JOINED && !atomic_load(&h->joined)) {
        snprintf(h->player, sizeof h->player, "%s", r->player == NULL ? "" : r->player);
        atomic_store(&h->joined, true);
    }
    uint64_t one = 1;
    (void)!write(h->wake_fd, &one, sizeof one); /* full means that it is readable already */
}

struct headless *headless_create(const struct headless_options *options)
{
    struct headless *h = aligned_alloc(64, (sizeof *h + 63) / 64 * 64);
    if (h == NULL) {
        return NULL;
    }
    memset(h, 0, sizeof *h);
    h->options = *options;
    h->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum err a = byte_queue_init(&h->events, QUEUE_BYTES);
    enum err b = byte_queue_init(&h->answers, ANSWER_BYTES);
    if (h->wake_fd < 0 || a != ERR_OK || b != ERR_OK) {
        headless_destroy(h);
        return NULL;
    }
    return h;
}

void headless_destroy(struct headless *h)
{
    if (h == NULL) {
        return;
    }
    byte_queue_deinit(&h->events);
    byte_queue_deinit(&h->answers);
    if (h->wake_fd >= 0) {
        close(h->wake_fd);
    }
    free(h);
}

struct reporter headless_reporter(struct headless *h)
{
    return (struct reporter){.self = h, .report = on_report};
}

/* Between whole lines: which queue is written next. */
static bool choose_queue(struct headless *h)
{
    if (h->writing_left > 0) {
        return true;
    }
    h->writing = byte_queue_size(&h->answers) > 0 ? &h->answers : &h->events;
    h->writing_left = byte_queue_size(h->writing);
    return h->writing_left > 0;
}

static void lose_output(struct headless *h, struct manager *m)
{
    h->output_gone = true;
    manager_stop(m);
}

static void write_some(struct headless *h, struct manager *m)
{
    const uint8_t *run;
    size_t size = byte_queue_peek(h->writing, &run);
    size = size < h->writing_left ? size : h->writing_left;
    size = size < WRITE_BYTES ? size : WRITE_BYTES;
    ssize_t n = write(STDOUT_FILENO, run, size);
    if (n > 0) {
        byte_queue_pop(h->writing, (size_t)n);
        h->writing_left -= (size_t)n;
        h->progress_ms = clock_now_ms();
    } else if (n < 0 && errno != EINTR && errno != EAGAIN) {
        lose_output(h, m);
    }
}

/* An own line of input that cannot be carried out: the same event as the table's own refusals. */
static void refuse(struct headless *h, const char *line, const struct input_answer *answer)
{
    struct report r = {
        .kind = REPORT_REFUSED,
        .t_ms = clock_now_ms(),
        .player = atomic_load(&h->joined) ? h->player : h->options.name,
        .command = line,
        .refusal = (uint16_t)answer->refusal,
    };
    push(&h->answers, &r, h->options.json);
    if (answer->text[0] != '\0') {
        cli_fail(0, "%s", answer->text);
    }
}

static void read_commands(struct headless *h, struct manager *m)
{
    char line[INPUT_LINE_BYTES];
    headless_input_read(&h->input, STDIN_FILENO);
    while (headless_input_line(&h->input, line)) {
        struct input_seen seen = {atomic_load(&h->joined), atomic_load(&h->height)};
        struct input_answer answer = headless_input_run(&h->input, m, line, &seen);
        if (answer.refusal != REFUSAL_NONE) {
            refuse(h, line, &answer);
        }
    }
}

/* False when there is nothing more to wait for. */
static bool wait_for_something(struct headless *h, struct manager *m)
{
    bool finished = manager_finished(m);
    bool pending = !h->output_gone && choose_queue(h);
    if (finished && !pending) {
        return false;
    }
    struct pollfd fds[] = {
        {.fd = h->wake_fd, .events = POLLIN},
        {.fd = finished ? -1 : manager_finished_fd(m), .events = POLLIN},
        {.fd = h->input.ended || finished ? -1 : STDIN_FILENO, .events = POLLIN},
        {.fd = pending ? STDOUT_FILENO : -1, .events = POLLOUT},
        {.fd = h->input.looking ? h->input.port.wake_fd : -1, .events = POLLIN},
    };
    int timeout_ms = finished && signalled ? 100 : -1;
    if (poll(fds, sizeof fds / sizeof fds[0], timeout_ms) < 0 && errno != EINTR) {
        return false;
    }
    if (fds[0].revents != 0) {
        uint64_t ignored;
        (void)!read(h->wake_fd, &ignored, sizeof ignored);
    }
    if (fds[4].revents != 0) {
        headless_input_look(&h->input);
    }
    if (fds[2].revents != 0) {
        read_commands(h, m);
    }
    if ((fds[3].revents & (POLLERR | POLLNVAL)) != 0) {
        lose_output(h, m);
    } else if (fds[3].revents != 0) {
        write_some(h, m);
    }
    bool stuck = finished && signalled && clock_now_ms() - h->progress_ms > STUCK_MS;
    return !stuck;
}

int headless_run(struct headless *h, struct manager *m)
{
    bool asked = false;
    catch_signals(m);
    h->progress_ms = clock_now_ms();
    headless_input_begin(&h->input, m, h->options.strategy);
    while (wait_for_something(h, m)) {
        bool leave = h->input.ended && !h->options.strategy && atomic_load(&h->joined);
        if ((leave || h->input.quit) && !asked) {
            asked = true;
            manager_stop(m);
        }
    }
    signal_target = NULL;
    unsigned long long dropped = atomic_load(&h->events.dropped);
    if (dropped > 0) {
        cli_fail(
            0, "%llu lines were left out because standard output was read too slowly", dropped);
    }
    return h->output_gone ? cli_fail(EX_IOERR, "standard output cannot be written any more") : 0;
}
