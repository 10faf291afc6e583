#include "src/bench_player.h"

#include "src/cli.h"
#include "src/player_files.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 100 };

/* What a member's process knows. */
struct player {
    struct bench_counts *counts;
    int news_fd, wake_fd; /* wake: of the thread that gives commands */
    struct manager *_Atomic manager;
    atomic_ullong thrown_us; /* 0: no own throw is on its way */
    uint64_t unseen_us; /* when the throw was made whose dice are not in the picture yet, or 0 */
    uint64_t throwing;  /* the number of the own roll */
    bool looking;       /* `port` is there: the pictures are looked at as a screen does */
    struct ui_port port;
    atomic_llong bet_cents;  /* the least that the table takes */
    atomic_bool line_wanted; /* the next roll is a come-out: it needs a bet on the line */
};

uint64_t bench_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

void bench_wake(int fd)
{
    uint64_t one = 1;
    (void)!write(fd, &one, sizeof one); /* full means that it is readable already */
}

static void quieten(int fd)
{
    uint64_t ignored;
    (void)!read(fd, &ignored, sizeof ignored);
}

void bench_wait_woken(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, timeout_ms) > 0) {
        quieten(fd);
    }
}

static void count_committed(struct player *p, const struct report *r, const struct manager *m)
{
    struct bench_counts *c = p->counts;
    if (r->own_operations > 0) {
        unsigned i = atomic_load(&c->sample_count);
        c->samples[i % BENCH_SAMPLES_MAX] = (float)r->latency_ms;
        atomic_store(&c->sample_count, i + 1);
        atomic_store(&c->settled_us, bench_now_us());
        atomic_fetch_add(&c->settled, r->own_operations);
    }
    uint8_t leader[32];
    if (m != NULL && manager_leader(m, leader)) {
        for (size_t i = 0; i < sizeof leader; i++) {
            atomic_store_explicit(&c->leader[i], leader[i], memory_order_relaxed);
        }
    }
    atomic_fetch_add(&c->operations, r->operations);
    atomic_fetch_add(&c->blocks, r->operations > 0);
    atomic_store(&c->height, r->height);
}

static void count_roll(struct player *p, const struct report *r)
{
    struct bench_counts *c = p->counts;
    uint64_t thrown_us = atomic_exchange(&p->thrown_us, 0);
    atomic_store(&p->line_wanted, r->live->table.point == 0);
    if (thrown_us != 0) {
        unsigned i = atomic_load(&c->roll_count);
        c->rolls_ms[i % BENCH_SAMPLES_MAX] = (float)(bench_now_us() - thrown_us) / 1000;
        atomic_store(&c->roll_count, i + 1);
    }
    atomic_store(&c->rolls, r->event.roll);
}

/* On the manager's thread. */
static void on_report(void *self, const struct report *r)
{
    struct player *p = self;
    struct bench_counts *c = p->counts;
    const struct manager *m = atomic_load(&p->manager);
    if (r->live != NULL) {
        atomic_store(&p->bet_cents, r->live->rules.table.min_cents);
    }
    switch (r->kind) {
    case REPORT_TABLE_OPEN:
        snprintf(c->words, sizeof c->words, "%s", r->words == NULL ? "" : r->words);
        c->port = r->port;
        atomic_store(&c->open, 1);
        break;
    case REPORT_JOINED:
        memcpy(c->id, r->member, sizeof c->id);
        atomic_store(&c->joined, 1);
        break;
    case REPORT_EPOCH:
        atomic_store(&c->members, r->members);
        break;
    case REPORT_COMMITTED:
        count_committed(p, r, m);
        break;
    case REPORT_ROLL:
        count_roll(p, r);
        break;
    case REPORT_REFUSED:
        atomic_fetch_add(&c->refused, 1);
        break;
    default:
        return;
    }
    bench_wake(p->wake_fd);
    bench_wake(p->news_fd);
}

struct live_command bench_bet(uint64_t number)
{
    return (struct live_command){
        .kind = number % 2 == 0 ? LIVE_BET : LIVE_TAKE,
        .bet = {.kind = BET_FIELD},
        .has_amount = true,
        .amount_cents = 100,
    };
}

static bool submit(struct player *p, struct manager *m, const struct live_command *move)
{
    struct ui_command command = {.kind = UI_LIVE, .live = *move};
    command.id = (uint32_t)(atomic_fetch_add(&p->counts->submitted, 1) + 1);
    return manager_command(m, &command);
}

/* Are the dice of the own throw in the picture by now? */
static void look(struct player *p)
{
    struct bench_counts *c = p->counts;
    p->port.clear(p->port.self);
    const struct ui_model *picture = p->port.acquire(p->port.self);
    uint64_t now_us = bench_now_us();
    uint64_t rolled = picture == NULL ? 0 : picture->live.roll;
    bool there =
        rolled >= p->throwing || (picture != NULL && picture->preview && rolled + 1 == p->throwing);
    if (picture != NULL) {
        p->port.release(p->port.self);
    }
    if (there && p->unseen_us != 0) {
        unsigned i = atomic_load(&c->dice_count);
        c->dice_ms[i % BENCH_SAMPLES_MAX] = (float)(now_us - p->unseen_us) / 1000;
        atomic_store(&c->dice_count, i + 1);
        p->unseen_us = 0;
    }
}

/* One operation at a time: what there must be on the line, then the throw. */
static void throw_dice(struct player *p, struct manager *m, uint64_t wanted)
{
    struct bench_counts *c = p->counts;
    bool waiting = p->unseen_us != 0 || atomic_load(&p->thrown_us) != 0 ||
                   atomic_load(&c->settled) < atomic_load(&c->submitted);
    if (!p->looking) {
        p->looking = manager_port(m, &p->port);
    }
    if (waiting || atomic_load(&c->roll_count) >= wanted) {
        return;
    }
    struct live_command line = {
        .kind = LIVE_BET, .bet = {.kind = BET_PASS}, .has_amount = true, .amount_cents = 100};
    struct live_command dice = {.kind = LIVE_THROW};
    bool bet = atomic_exchange(&p->line_wanted, false);
    if (!bet) {
        p->throwing = atomic_load(&c->rolls) + 1;
        p->unseen_us = bench_now_us();
        atomic_store(&p->thrown_us, p->unseen_us);
    }
    submit(p, m, bet ? &line : &dice);
}

static void carry_out(struct player *p, struct manager *m)
{
    struct bench_counts *c = p->counts;
    uint64_t wanted = atomic_load(&c->wanted), depth = atomic_load(&c->depth);
    if (atomic_load(&c->order) == BENCH_ORDER_THROW) {
        throw_dice(p, m, wanted);
    }
    if (atomic_load(&c->order) != BENCH_ORDER_BETS) {
        return;
    }
    uint64_t submitted = atomic_load(&c->submitted);
    while (submitted < wanted && submitted < atomic_load(&c->settled) + depth) {
        struct live_command move = bench_bet(submitted);
        move.amount_cents = atomic_load(&p->bet_cents);
        if (!submit(p, m, &move)) {
            break;
        }
        submitted++;
    }
}

static void play(struct player *p, struct manager *m, int order_fd)
{
    struct pollfd fds[] = {
        {.fd = order_fd, .events = POLLIN},
        {.fd = p->wake_fd, .events = POLLIN},
        {.fd = manager_finished_fd(m), .events = POLLIN},
        {.fd = -1, .events = POLLIN},
    };
    while (!manager_finished(m)) {
        fds[3].fd = p->looking ? p->port.wake_fd : -1;
        if (poll(fds, sizeof fds / sizeof fds[0], LOOK_MS) > 0) {
            quieten(order_fd);
            quieten(p->wake_fd);
        }
        if (p->looking) {
            look(p);
        }
        struct manager_traffic sent = manager_traffic(m);
        atomic_store(&p->counts->messages, sent.messages);
        atomic_store(&p->counts->bytes, sent.bytes);
        atomic_store(&p->counts->received, sent.received);
        if (atomic_load(&p->counts->order) == BENCH_ORDER_LEAVE) {
            manager_stop(m);
        }
        carry_out(p, m);
    }
}

int bench_player_live(struct bench_counts *counts, struct manager_config *config,
    const char *folder, int news_fd, int order_fd)
{
    struct player *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return EX_SOFTWARE;
    }
    p->counts = counts;
    p->news_fd = news_fd;
    p->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    p->line_wanted = true;
    p->bet_cents = house_rules_default().table.min_cents;
    char log[PATH_BYTES_MAX];
    snprintf(log, sizeof log, "%.900s/craps.log", folder);
    struct options o = {.data_dir = folder, .log_file = log, .quiet = true};
    struct player_files files;
    int status = player_files_find(&files, &o);
    status = status == 0 ? player_files_lock(&files) : status;
    status = status == 0 ? player_files_settings(&files) : status;
    status = status == 0 ? player_files_log(&files, &o) : status;
    status = status == 0 ? player_files_identity(&files, &config->keys) : status;
    if (status != 0) {
        return status;
    }
    config->paths = files.paths;
    config->settings = files.settings;
    config->delta_ms = (uint32_t)strtoul(settings_get(files.settings, "delta_ms"), NULL, 10);
    config->reporter = (struct reporter){.self = p, .report = on_report};
    struct manager *m;
    if (manager_create(&m, config) != ERR_OK) {
        return EX_SOFTWARE;
    }
    atomic_store(&p->manager, m);
    play(p, m, order_fd);
    const char *text;
    status = manager_exit(m, &text);
    snprintf(p->counts->problem, sizeof p->counts->problem, "%s", text);
    p->counts->exit_status = status;
    return status;
}

/* Our parent's end is ours, its signals are its own business. */
void bench_become_child(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(EX_TEMPFAIL);
    }
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
    }
}
