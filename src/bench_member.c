#include "src/bench_player.h"

#include "base/check.h"
#include "net/limits.h"
#include "src/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 100, QUIET_MS = 500, LEAVE_MS = 15000, AT_THE_DOOR_MAX = 8, TRIES = 20 };

static int start(struct bench_table *t, struct bench_member *m, struct manager_config *config)
{
    pid_t parent = getpid();
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    fflush(stdout);
    pid_t pid = fd < 0 ? -1 : fork();
    if (pid < 0) {
        if (fd >= 0) {
            close(fd);
        }
        return cli_fail(EX_OSERR, "a member cannot be started (%s)", strerror(errno));
    }
    m->order_fd = fd;
    m->pid = pid;
    if (pid > 0) {
        return 0;
    }
    bench_become_child(parent);
    _exit(bench_player_live(m->counts, config, m->folder, t->news_fd, fd));
}

static struct manager_config base_config(const struct bench_table *t, unsigned number)
{
    struct manager_config c = {.rules = house_rules_default()};
    snprintf(c.name, sizeof c.name, "P%u", number);
    snprintf(c.bind, sizeof c.bind, "%s", t->bind == NULL ? "127.0.0.1" : t->bind);
    char problem[CLI_PROBLEM_BYTES];
    CHECK(strategy_choose(&c.strategy, t->plan, problem) == 0);
    return c;
}

struct house_rules bench_rules(unsigned members)
{
    struct house_rules r = house_rules_default();
    r.seats = (uint16_t)(members < 2 ? 2 : members);
    r.start = (uint16_t)members;
    r.window_s = 0;
    r.rebuys = LIVE_ANY;
    r.rate = LIVE_ANY;
    snprintf(r.name, sizeof r.name, "Bench");
    return r;
}

/* A place in the table, with its counts and its folder. */
static struct bench_member *add_member(struct bench_table *t)
{
    CHECK(t->count < BENCH_MEMBERS_MAX);
    struct bench_member *m = &t->members[t->count];
    const char *folder = bench_folder();
    if (folder == NULL) {
        return NULL;
    }
    *m = (struct bench_member){.order_fd = -1};
    m->counts =
        mmap(NULL, sizeof *m->counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (m->counts == MAP_FAILED) {
        m->counts = NULL;
        cli_fail(0, "there is not enough memory for a member");
        return NULL;
    }
    snprintf(m->folder, sizeof m->folder, "%s/%d-%u", folder, (int)getpid(), t->serial++);
    t->count++;
    return m;
}

/* Goes to the door with the table's words. */
static int knock(struct bench_table *t, struct bench_member *m)
{
    struct manager_config c = base_config(t, (unsigned)(m - t->members) + 1);
    c.start = START_JOIN;
    c.discovery_port = strchr(t->words, '@') == NULL ? NET_DISCOVERY_PORT_DEFAULT : 0;
    if (invite_parse(&c.words, NULL, t->words, strlen(t->words)) != ERR_OK) {
        return cli_fail(EX_USAGE, "those are not the words of a table");
    }
    int status = start(t, m, &c);
    invite_wipe(&c.words);
    return status;
}

/* Was it only turned away, by a door where nobody had time: then it tries again, as a player would. */
static bool tries_again(struct bench_table *t, struct bench_member *m, int status)
{
    bool busy = WIFEXITED(status) &&
                (WEXITSTATUS(status) == EX_UNAVAILABLE || WEXITSTATUS(status) == EX_TEMPFAIL);
    bool again = busy && t->tries_left > 0 && atomic_load(&m->counts->joined) == 0;
    t->tries_left -= again;
    return again && knock(t, m) == 0;
}

/* Did somebody who should run end? It is said. */
static bool somebody_ended(struct bench_table *t)
{
    for (unsigned i = 0; i < t->count; i++) {
        struct bench_member *m = &t->members[i];
        int status;
        if (m->pid > 0 && waitpid(m->pid, &status, WNOHANG) == m->pid) {
            m->pid = 0;
            close(m->order_fd);
            if (tries_again(t, m, status)) {
                continue;
            }
            if (WIFSIGNALED(status)) {
                cli_fail(0, "member %u was ended by signal %d", i + 1, WTERMSIG(status));
            } else {
                cli_fail(0, "member %u ended with status %d%s%s", i + 1, WEXITSTATUS(status),
                    m->counts->problem[0] == '\0' ? "" : ": ", m->counts->problem);
            }
            return true;
        }
    }
    return false;
}

bool bench_table_wait(
    struct bench_table *t, uint64_t timeout_ms, bool (*condition)(void *context), void *context)
{
    uint64_t end = bench_now_us() + timeout_ms * 1000;
    while (!condition(context)) {
        uint64_t now = bench_now_us();
        if (bench_stopped() || somebody_ended(t) || now >= end) {
            return false;
        }
        uint64_t left = (end - now) / 1000 + 1;
        bench_wait_woken(t->news_fd, left < LOOK_MS ? (int)left : LOOK_MS);
    }
    return true;
}

static bool host_is_open(void *context)
{
    const struct bench_table *t = context;
    return atomic_load(&t->members[0].counts->open) != 0;
}

static bool all_vote(void *context)
{
    const struct bench_table *t = context;
    for (unsigned i = 0; i < t->count; i++) {
        const struct bench_counts *c = t->members[i].counts;
        if (atomic_load(&c->joined) == 0 || atomic_load(&c->members) != t->count) {
            return false;
        }
    }
    return true;
}

static int start_host(struct bench_table *t, const struct house_rules *rules)
{
    struct bench_member *m = add_member(t);
    struct manager_config c = base_config(t, 1);
    c.start = START_HOST;
    c.rules = *rules;
    int status = m == NULL ? EX_CANTCREAT : start(t, m, &c);
    if (status == 0 && !bench_table_wait(t, 30000, host_is_open, t)) {
        status = bench_stopped() ? EX_TEMPFAIL : cli_fail(EX_SOFTWARE, "the table did not open");
    }
    if (status == 0) {
        snprintf(t->words, sizeof t->words, "%s@127.0.0.1:%u", m->counts->words, m->counts->port);
    }
    return status;
}

static int start_joiner(struct bench_table *t)
{
    struct bench_member *m = add_member(t);
    return m == NULL ? EX_CANTCREAT : knock(t, m);
}

static bool news_open(struct bench_table *t)
{
    t->news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (t->news_fd < 0) {
        cli_fail(0, "no descriptor is left (%s)", strerror(errno));
    }
    return t->news_fd >= 0;
}

static unsigned seated(const struct bench_table *t)
{
    unsigned count = 0;
    for (unsigned i = 0; i < t->count; i++) {
        count += atomic_load(&t->members[i].counts->joined) != 0;
    }
    return count;
}

/* The door takes one after the other; the more wait, the fewer keys have to be made on the way to a full table. */
static bool door_is_free(void *context)
{
    const struct bench_table *t = context;
    return t->count - seated(t) < AT_THE_DOOR_MAX;
}

int bench_table_open(struct bench_table *t, unsigned members, const struct house_rules *rules)
{
    return bench_table_open_playing(t, members, rules, NULL);
}

int bench_table_open_playing(
    struct bench_table *t, unsigned members, const struct house_rules *rules, const char *plan)
{
    *t = (struct bench_table){.tries_left = TRIES * members, .plan = plan};
    int status = news_open(t) ? start_host(t, rules) : EX_OSERR;
    uint64_t wait_ms = 60000 + 12000ULL * members; /* keys of fifty members take their time */
    bool good = true;
    while (status == 0 && good && t->count < members) {
        good = bench_table_wait(t, wait_ms, door_is_free, t);
        status = good ? start_joiner(t) : 0;
    }
    if (status == 0 && (!good || !bench_table_wait(t, wait_ms, all_vote, t))) {
        status = bench_stopped()
                     ? EX_TEMPFAIL
                     : cli_fail(EX_TEMPFAIL, "%u members did not come together; %u are there",
                           members, seated(t));
    }
    t->tries_left = 0;
    if (status != 0) {
        bench_table_close(t);
    }
    return status;
}

static void leave(struct bench_member *m)
{
    bench_member_order(m, BENCH_ORDER_LEAVE, 0, 0);
    for (unsigned waited = 0; waited < LEAVE_MS && m->pid > 0; waited += LOOK_MS) {
        struct timespec tick = {.tv_nsec = LOOK_MS * 1000000L};
        nanosleep(&tick, NULL);
        if (waitpid(m->pid, NULL, WNOHANG) == m->pid) {
            close(m->order_fd);
            m->pid = 0;
        }
    }
    bench_member_kill(m);
}

void bench_table_leave(struct bench_table *t)
{
    leave(&t->members[0]);
    bench_table_close(t);
}

static bool last_is_seated(void *context)
{
    const struct bench_table *t = context;
    return atomic_load(&t->members[t->count - 1].counts->joined) != 0;
}

int bench_table_newcomer(struct bench_table *t, uint64_t timeout_ms, double *ms, double *bytes)
{
    const char *plan = t->plan;
    uint64_t begin = bench_now_us();
    t->plan = NULL;
    int status = start_joiner(t);
    t->plan = plan;
    if (status != 0) {
        return status;
    }
    struct bench_member *m = &t->members[t->count - 1];
    bool seated = bench_table_wait(t, timeout_ms, last_is_seated, t);
    *ms = (double)(bench_now_us() - begin) / 1000;
    if (seated) {
        bench_table_rest(t, 2 * LOOK_MS); /* what it counts is as old as that */
        *bytes = (double)atomic_load(&m->counts->received);
        leave(m);
    }
    bench_member_kill(m);
    munmap(m->counts, sizeof *m->counts);
    t->count--;
    return seated            ? 0
           : bench_stopped() ? EX_TEMPFAIL
                             : cli_fail(EX_SOFTWARE, "the newcomer found no seat");
}

static bool visitor_votes(void *context)
{
    const struct bench_table *t = context;
    return atomic_load(&t->members[0].counts->joined) != 0 &&
           atomic_load(&t->members[0].counts->members) > 1;
}

int bench_table_visit(
    struct bench_table *t, const char *words, const char *at, const char *bind, uint64_t wait_ms)
{
    *t = (struct bench_table){.bind = bind == NULL ? "" : bind};
    snprintf(t->words, sizeof t->words, "%.64s%s%.253s", words, at == NULL ? "" : "@",
        at == NULL ? "" : at);
    int status = news_open(t) ? start_joiner(t) : EX_OSERR;
    if (status == 0 && !bench_table_wait(t, wait_ms, visitor_votes, t)) {
        int why = t->members[0].counts->exit_status;
        status = bench_stopped() ? EX_TEMPFAIL : why != 0 ? why : EX_UNAVAILABLE;
        bench_table_close(t);
    }
    return status;
}

static bool time_is_up(void *context)
{
    const uint64_t *end_us = context;
    return bench_now_us() >= *end_us;
}

bool bench_table_rest(struct bench_table *t, uint64_t ms)
{
    uint64_t end_us = bench_now_us() + ms * 1000;
    return bench_table_wait(t, ms + LOOK_MS * 100, time_is_up, &end_us);
}

struct quiet {
    const struct bench_table *table;
    uint64_t sent, since_us;
};

static bool is_quiet(void *context)
{
    struct quiet *q = context;
    uint64_t sent = 0, now = bench_now_us();
    for (unsigned i = 0; i < q->table->count; i++) {
        sent += atomic_load(&q->table->members[i].counts->messages);
    }
    q->since_us = sent == q->sent ? q->since_us : now;
    q->sent = sent;
    return now - q->since_us >= QUIET_MS * 1000;
}

bool bench_table_settle(struct bench_table *t, uint64_t timeout_ms)
{
    struct quiet q = {.table = t, .sent = UINT64_MAX};
    return bench_table_wait(t, timeout_ms, is_quiet, &q);
}

void bench_member_kill(struct bench_member *m)
{
    if (m->pid > 0) {
        kill(m->pid, SIGKILL);
        while (waitpid(m->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        close(m->order_fd);
        m->pid = 0;
        m->order_fd = -1;
    }
}

void bench_table_close(struct bench_table *t)
{
    for (unsigned i = 0; i < t->count; i++) {
        if (t->members[i].pid > 0) {
            kill(t->members[i].pid, SIGKILL); /* all at once: nobody waits for the others */
        }
    }
    for (unsigned i = 0; i < t->count; i++) {
        bench_member_kill(&t->members[i]);
        munmap(t->members[i].counts, sizeof *t->members[i].counts);
    }
    if (t->news_fd >= 0) {
        close(t->news_fd);
    }
    *t = (struct bench_table){.news_fd = -1};
}

int bench_member_return(struct bench_table *t, struct bench_member *m)
{
    struct manager_config c = base_config(t, (unsigned)(m - t->members) + 1);
    c.start = START_LAST;
    atomic_store(&m->counts->joined, 0);
    atomic_store(&m->counts->submitted, 0);
    atomic_store(&m->counts->settled, 0);
    atomic_store(&m->counts->wanted, 0);
    return start(t, m, &c);
}

void bench_member_order(
    struct bench_member *m, enum bench_order order, uint64_t wanted, unsigned depth)
{
    atomic_store(&m->counts->order, (unsigned)order);
    atomic_store(&m->counts->depth, depth);
    atomic_store(&m->counts->wanted, wanted);
    bench_wake(m->order_fd);
}

double bench_member_resident_mib(const struct bench_member *m)
{
    char path[64], line[128];
    long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)m->pid);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        long part = 0;
        bool own =
            sscanf(line, "RssAnon: %ld", &part) == 1 || sscanf(line, "RssFile: %ld", &part) == 1;
        kib += own ? part : 0;
    }
    if (f != NULL) {
        fclose(f);
    }
    return (double)kib / 1024;
}

double bench_member_cpu_s(const struct bench_member *m)
{
    clockid_t clock;
    struct timespec t;
    bool known = clock_getcpuclockid(m->pid, &clock) == 0 && clock_gettime(clock, &t) == 0;
    return known ? (double)t.tv_sec + (double)t.tv_nsec / 1e9 : 0;
}
