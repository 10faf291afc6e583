/* bench tables: many tables on one node, which is one process: each with its player and three members more, who vote in the same
 * process, and with synced files of its own. Every table bets ten times a second. */
#include "src/bench_consensus.h"

#include "base/log.h"
#include "src/cli.h"
#include "src/player_files.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    COUNT_DEFAULT = 100,
    RATE_DEFAULT = 10, /* operations a second of each table */
    MEMBERS_DEFAULT = 4,
    TABLE_MEMBERS_MAX = 9,
    OPERATIONS_DEFAULT = 100, /* of each table */
    OPERATIONS_BRIEF = 20,
    SAMPLES_MAX = 1 << 20,
    BEGIN_S = 120,
    TICK_MS = 100,
};

/* Shared between the bench and its node. */
struct node_counts {
    atomic_uint seated;
    atomic_ullong blocks, settled;
    double seconds, resident_mib, cpu_s;
    float ms[SAMPLES_MAX];
};

/* One of the node's tables. */
struct seat {
    struct node_counts *counts;
    int wake_fd;
    struct manager *manager;
    struct manager_config config;
    struct player_files files;
    bool complete;
};

struct node {
    struct node_counts *counts;
    unsigned count, members, rate, operations;
    int wake_fd;
    struct seat *seats;
};

/* On that table's thread. */
static void on_report(void *self, const struct report *r)
{
    struct seat *s = self;
    if (r->kind == REPORT_EPOCH && !s->complete && r->members > s->config.bots) {
        s->complete = true;
        atomic_fetch_add(&s->counts->seated, 1);
        bench_wake(s->wake_fd);
    }
    if (r->kind == REPORT_COMMITTED && r->own_operations > 0) {
        uint64_t i = atomic_fetch_add(&s->counts->blocks, 1);
        s->counts->ms[i % SAMPLES_MAX] = (float)r->latency_ms;
        atomic_fetch_add(&s->counts->settled, r->own_operations);
        bench_wake(s->wake_fd);
    }
}

/* A player with a folder of his own sits down at a practice table. */
static bool open_table(struct node *n, unsigned number)
{
    struct seat *s = &n->seats[number];
    char folder[PATH_BYTES_MAX];
    snprintf(folder, sizeof folder, "%s/table-%u", bench_folder(), number);
    struct options o = {.data_dir = folder};
    s->counts = n->counts;
    s->wake_fd = n->wake_fd;
    s->config.start = START_SOLO;
    s->config.rules = bench_rules(n->members);
    s->config.rules.start = 1;
    s->config.bots = n->members - 1;
    s->config.reporter = (struct reporter){.self = s, .report = on_report};
    snprintf(s->config.name, sizeof s->config.name, "P");
    if (player_files_find(&s->files, &o) != 0 || player_files_settings(&s->files) != 0 ||
        player_files_identity(&s->files, &s->config.keys) != 0) {
        return false;
    }
    s->config.paths = s->files.paths;
    s->config.settings = s->files.settings;
    s->config.delta_ms = (uint32_t)strtoul(settings_get(s->files.settings, "delta_ms"), NULL, 10);
    return manager_create(&s->manager, &s->config) == ERR_OK;
}

static bool wait_for(
    const struct node *n, const atomic_ullong *what, uint64_t wanted, unsigned seconds)
{
    uint64_t end = bench_now_us() + seconds * 1000000ULL;
    while (atomic_load(what) < wanted && bench_now_us() < end) {
        bench_wait_woken(n->wake_fd, TICK_MS);
    }
    return atomic_load(what) >= wanted;
}

static bool wait_seated(const struct node *n)
{
    uint64_t end = bench_now_us() + BEGIN_S * 1000000ULL;
    while (atomic_load(&n->counts->seated) < n->count && bench_now_us() < end) {
        bench_wait_woken(n->wake_fd, TICK_MS);
    }
    return atomic_load(&n->counts->seated) == n->count;
}

/* Bets come when they are due, whether the tables keep up or not. */
static bool play(const struct node *n)
{
    uint64_t total = (uint64_t)n->operations * n->count;
    uint64_t begin = bench_now_us();
    for (uint64_t k = 0; k < total; k++) {
        bench_pause_until(begin + k * 1000000 / ((uint64_t)n->rate * n->count));
        struct live_command move = bench_bet(k / n->count);
        struct ui_command c = {.kind = UI_LIVE, .id = (uint32_t)(k / n->count) + 1, .live = move};
        if (!manager_command(n->seats[k % n->count].manager, &c)) {
            return false;
        }
    }
    bool done = wait_for(n, &n->counts->settled, total, BEGIN_S);
    n->counts->seconds = (double)(bench_now_us() - begin) / 1e6;
    return done;
}

static int live(struct node *n)
{
    double before;
    for (unsigned i = 0; i < n->count; i++) {
        if (!open_table(n, i)) {
            return EX_SOFTWARE;
        }
    }
    if (!wait_seated(n)) {
        return EX_TEMPFAIL;
    }
    struct bench_member self = {.pid = getpid()};
    before = bench_member_cpu_s(&self);
    bool done = play(n);
    n->counts->cpu_s = bench_member_cpu_s(&self) - before;
    n->counts->resident_mib = bench_member_resident_mib(&self);
    return done ? 0 : EX_SOFTWARE;
}

static void become_node(struct node *n, pid_t parent)
{
    bench_become_child(parent);
    log_open("/dev/null", LOG_ERROR);
    n->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    n->seats = calloc(n->count, sizeof *n->seats);
    _exit(n->seats == NULL || n->wake_fd < 0 ? EX_SOFTWARE : live(n));
}

static int add_rows(struct bench_run *run, const struct node *n)
{
    const struct node_counts *c = n->counts;
    size_t blocks = (size_t)atomic_load(&c->blocks);
    size_t count = blocks < SAMPLES_MAX ? blocks : SAMPLES_MAX;
    double *ms = malloc((count + 1) * sizeof *ms);
    if (ms == NULL) {
        return cli_fail(EX_SOFTWARE, "there is not enough memory to measure");
    }
    for (size_t i = 0; i < count; i++) {
        ms[i] = (double)c->ms[i];
    }
    bench_add(run, "commit_p50", bench_percentile(ms, count, 50), "ms");
    double p99 = bench_percentile(ms, count, 99);
    if (n->count >= COUNT_DEFAULT && n->rate >= RATE_DEFAULT) {
        bench_add_target(run, "P9", "commit_p99", p99, "ms", BENCH_AT_MOST, 100);
    } else {
        bench_add(run, "commit_p99", p99, "ms");
    }
    bench_add(run, "operations_per_s", (double)atomic_load(&c->settled) / c->seconds, "1/s");
    bench_add(run, "tables", n->count, "1");
    bench_add(run, "cpu_percent", 100 * c->cpu_s / c->seconds, "%");
    bench_add(run, "resident_per_table", c->resident_mib / n->count, "MiB");
    free(ms);
    return 0;
}

/* The node's exit status, or -1 when it was ended or the bench is to stop. */
static int run_node(struct node *n)
{
    pid_t parent = getpid();
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        become_node(n, parent);
    }
    int status = 0;
    while (pid > 0 && waitpid(pid, &status, bench_stopped() ? 0 : WNOHANG) == 0) {
        if (bench_stopped()) {
            kill(pid, SIGKILL);
        }
        bench_pause_ms(TICK_MS / 2);
    }
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int bench_tables(struct bench_run *run)
{
    const struct bench_settings *s = &run->settings;
    struct node n = {
        .count = s->count == 0 ? COUNT_DEFAULT : (unsigned)s->count,
        .members = s->members == 0 ? MEMBERS_DEFAULT : (unsigned)s->members,
        .rate = s->rate == 0 ? RATE_DEFAULT : (unsigned)s->rate,
        .operations = s->operations != 0 ? (unsigned)s->operations
                      : s->brief         ? OPERATIONS_BRIEF
                                         : OPERATIONS_DEFAULT,
    };
    if (n.members > TABLE_MEMBERS_MAX) {
        return cli_fail(EX_USAGE, "--members %u: a table of this bench has at most %d", n.members,
            TABLE_MEMBERS_MAX);
    }
    if (bench_folder() == NULL) {
        return EX_CANTCREAT;
    }
    n.counts =
        mmap(NULL, sizeof *n.counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (n.counts == MAP_FAILED) {
        return cli_fail(EX_SOFTWARE, "there is not enough memory to measure");
    }
    int status = run_node(&n);
    if (status == 0) {
        status = add_rows(run, &n);
    } else {
        status =
            bench_stopped() ? EX_TEMPFAIL : cli_fail(EX_SOFTWARE, "the tables did not keep up");
    }
    munmap(n.counts, sizeof *n.counts);
    return status;
}
