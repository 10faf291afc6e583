#include "src/bench_member.h"

#include "base/check.h"
#include "net/limits.h"
#include "src/cli.h"
#include "src/player_files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 100, QUIET_MS = 500, LEAVE_MS = 15000, AT_THE_DOOR_MAX = 2 };

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
        if (atomic_load(&p->counts->order) == BENCH_ORDER_LEAVE) {
            manager_stop(m);
        }
        carry_out(p, m);
    }
}

/* The life of a member's process; returns its exit status. */
static int live(struct player *p, struct manager_config *config, const char *folder, int order_fd)
{
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
    struct player *p = calloc(1, sizeof *p);
    if (p == NULL) {
        _exit(EX_SOFTWARE);
    }
    p->counts = m->counts;
    p->news_fd = t->news_fd;
    p->line_wanted = true;
    p->bet_cents = house_rules_default().table.min_cents;
    p->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    _exit(live(p, config, m->folder, fd));
}

static struct manager_config base_config(const struct bench_table *t, unsigned number)
{
    struct manager_config c = {.rules = house_rules_default()};
    snprintf(c.name, sizeof c.name, "P%u", number);
    snprintf(c.bind, sizeof c.bind, "%s", t->bind == NULL ? "127.0.0.1" : t->bind);
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
        struct pollfd fd = {.fd = t->news_fd, .events = POLLIN};
        uint64_t left = (end - now) / 1000 + 1;
        if (poll(&fd, 1, left < LOOK_MS ? (int)left : LOOK_MS) > 0) {
            quieten(t->news_fd);
        }
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

/* The door takes a few at a time. */
static bool door_is_free(void *context)
{
    const struct bench_table *t = context;
    return t->count - seated(t) < AT_THE_DOOR_MAX;
}

int bench_table_open(struct bench_table *t, unsigned members, const struct house_rules *rules)
{
    *t = (struct bench_table){.tries_left = members};
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

void bench_table_leave(struct bench_table *t)
{
    struct bench_member *m = &t->members[0];
    bench_member_order(m, BENCH_ORDER_LEAVE, 0, 0);
    for (unsigned waited = 0; waited < LEAVE_MS && m->pid > 0; waited += LOOK_MS) {
        struct timespec tick = {.tv_nsec = LOOK_MS * 1000000L};
        nanosleep(&tick, NULL);
        if (waitpid(m->pid, NULL, WNOHANG) == m->pid) {
            close(m->order_fd);
            m->pid = 0;
        }
    }
    bench_table_close(t);
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

void bench_wait_woken(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, timeout_ms) > 0) {
        quieten(fd);
    }
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
