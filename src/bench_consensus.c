/* bench consensus: what one agreed operation costs among N members, each a process, beside the bare round of tests/bench. */
#include "src/bench_consensus.h"

#include "src/bench_floor.h"
#include "src/cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MEMBERS_DEFAULT = 4,
    RATE_DEFAULT = 20,
    OPERATIONS_DEFAULT = 300,
    OPERATIONS_BRIEF = 60,
    BATCHES_DEFAULT = 20, /* blocks' worth of operations */
    BATCHES_BRIEF = 6,
    MEMBERS_BRIEF_MAX = 10,
    SLICES = 5,
    DEPTH_MAX = 100, /* below what one author may have on its way */
    OPERATION_MS = 60000,
    SETTLE_MS = 300, /* what a member counts is at most a tenth of a second old */
    TRIALS = 5,
    TRIALS_BRIEF = 2,
    MISSED_TARGET = 10000, /* P6 */
    MISSED_STEP = 50,
    VISIT_MS = 60000,
    VISIT_RATE = 5, /* half of what the usual house rule allows one player */
    VISIT_OPERATIONS = 50,
};

/* One measurement. */
struct work {
    struct bench_run *run;
    struct bench_table *table;
    struct bench_floor *floor;
    unsigned members, rate, batch;
    size_t operations, count, floor_count, capacity;
    double *ms, *floor_us;
    double seconds, floor_seconds;
    uint64_t next; /* whose operation is next */
};

struct settled {
    struct bench_counts *counts;
    uint64_t wanted;
};

static bool is_settled(void *context)
{
    const struct settled *s = context;
    return atomic_load(&s->counts->settled) >= s->wanted;
}

void bench_pause_ms(unsigned ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    while (nanosleep(&t, &t) != 0 && !bench_stopped()) {
    }
}

void bench_pause_until(uint64_t due_us)
{
    uint64_t now = bench_now_us();
    while (now < due_us && !bench_stopped()) {
        struct timespec t = {.tv_sec = (time_t)((due_us - now) / 1000000),
            .tv_nsec = (long)((due_us - now) % 1000000) * 1000};
        nanosleep(&t, NULL);
        now = bench_now_us();
    }
}

bool bench_operation(struct bench_table *t, struct bench_member *m, uint64_t timeout_ms, double *ms)
{
    struct bench_counts *c = m->counts;
    uint64_t wanted = atomic_load(&c->submitted) + 1;
    struct settled s = {c, wanted};
    bench_member_order(m, BENCH_ORDER_BETS, wanted, 1);
    if (!bench_table_wait(t, timeout_ms, is_settled, &s)) {
        return false;
    }
    *ms = (double)c->samples[(atomic_load(&c->sample_count) - 1) % BENCH_SAMPLES_MAX];
    return true;
}

/* One operation at a time, every time another member's. */
static bool slice_single(struct work *w, size_t operations)
{
    uint64_t begin = bench_now_us();
    for (size_t i = 0; i < operations; i++) {
        bench_pause_until(begin + i * 1000000 / w->rate);
        struct bench_member *m = &w->table->members[w->next++ % w->members];
        if (!bench_operation(w->table, m, OPERATION_MS, &w->ms[w->count])) {
            return false;
        }
        w->count++;
    }
    w->seconds += (double)(bench_now_us() - begin) / 1e6;
    return true;
}

struct all_settled {
    struct bench_table *table;
    uint64_t wanted[BENCH_MEMBERS_MAX];
};

static bool are_settled(void *context)
{
    const struct all_settled *a = context;
    for (unsigned i = 0; i < a->table->count; i++) {
        if (a->table->members[i].pid > 0 &&
            atomic_load(&a->table->members[i].counts->settled) < a->wanted[i]) {
            return false;
        }
    }
    return true;
}

bool bench_operations(struct bench_table *t, uint64_t each, unsigned depth, uint64_t timeout_ms)
{
    struct all_settled a = {.table = t};
    for (unsigned i = 0; i < t->count; i++) {
        if (t->members[i].pid > 0) {
            a.wanted[i] = atomic_load(&t->members[i].counts->submitted) + each;
            bench_member_order(&t->members[i], BENCH_ORDER_BETS, a.wanted[i], depth);
        }
    }
    return bench_table_wait(t, timeout_ms, are_settled, &a);
}

/* All members at once, so many on their way that a block can be full. */
static bool slice_batch(struct work *w, size_t operations)
{
    unsigned depth = (w->batch + w->members - 1) / w->members;
    depth = depth > DEPTH_MAX ? DEPTH_MAX : depth;
    size_t each = (operations + w->members - 1) / w->members;
    unsigned before[BENCH_MEMBERS_MAX];
    for (unsigned i = 0; i < w->members; i++) {
        before[i] = atomic_load(&w->table->members[i].counts->sample_count);
    }
    uint64_t begin = bench_now_us();
    if (!bench_operations(w->table, each, depth, OPERATION_MS + operations)) {
        return false;
    }
    w->seconds += (double)(bench_now_us() - begin) / 1e6;
    w->operations += each * w->members;
    for (unsigned i = 0; i < w->members; i++) {
        const struct bench_counts *c = w->table->members[i].counts;
        unsigned after = atomic_load(&c->sample_count);
        for (unsigned k = before[i]; k != after && w->count < w->capacity; k++) {
            w->ms[w->count++] = (double)c->samples[k % BENCH_SAMPLES_MAX];
        }
    }
    return true;
}

struct sent {
    uint64_t messages, bytes, refused;
};

static struct sent sum_sent(const struct bench_table *t)
{
    struct sent s = {0};
    bench_pause_ms(SETTLE_MS);
    for (unsigned i = 0; i < t->count; i++) {
        s.messages += atomic_load(&t->members[i].counts->messages);
        s.bytes += atomic_load(&t->members[i].counts->bytes);
        s.refused += atomic_load(&t->members[i].counts->refused);
    }
    return s;
}

/* Ours and the floor take turns, so that what else the machine does meets both. */
static bool measure_slices(struct work *w, size_t operations)
{
    bool batch = w->batch > 1;
    for (unsigned k = 0; k < SLICES; k++) {
        size_t part = operations / SLICES + (k < operations % SLICES);
        size_t rounds = batch ? (part + w->batch - 1) / w->batch : part;
        if (part > 0 && !(batch ? slice_batch : slice_single)(w, part)) {
            return false;
        }
        double seconds = 0;
        if (rounds > 0 && bench_floor_run(w->floor, (unsigned)rounds, w->batch, batch ? 0 : w->rate,
                              w->floor_us + w->floor_count, &seconds)) {
            w->floor_count += rounds;
            w->floor_seconds += seconds;
        }
    }
    return true;
}

/* What the targets say of so many members: P1 at four, P2 at ten and fifty. */
static const char *goal_of(unsigned members, double *factor)
{
    *factor = members == 50 ? 1.3 : 1.6;
    return members == 4 ? "P1" : members == 10 || members == 50 ? "P2" : "";
}

static void add_single(struct work *w)
{
    struct bench_run *run = w->run;
    double factor, floor_ms = bench_percentile(w->floor_us, w->floor_count, 50) / 1000;
    const char *goal = goal_of(w->members, &factor);
    double p50 = bench_percentile(w->ms, w->count, 50);
    if (goal[0] != '\0' && w->floor_count > 0) {
        bench_add_target(run, goal, "commit_p50", p50, "ms", BENCH_AT_MOST, factor * floor_ms);
    } else {
        bench_add(run, "commit_p50", p50, "ms");
    }
    bench_add(run, "commit_p95", bench_percentile(w->ms, w->count, 95), "ms");
    double p99 = bench_percentile(w->ms, w->count, 99);
    if (w->members == 4) {
        bench_add_target(run, "P1", "commit_p99", p99, "ms", BENCH_AT_MOST, 20);
    } else {
        bench_add(run, "commit_p99", p99, "ms");
    }
    bench_add(run, "operations_per_s", (double)w->count / w->seconds, "1/s");
    if (w->members == 50) {
        bench_add_target(run, "P9", "playable_p50", p50, "ms", BENCH_AT_MOST, 300);
    }
}

static void add_batch(struct work *w)
{
    struct bench_run *run = w->run;
    double floor = (double)w->floor_count * w->batch / w->floor_seconds;
    double rate = (double)w->operations / w->seconds;
    bench_add(run, "commit_p50", bench_percentile(w->ms, w->count, 50), "ms");
    bench_add(run, "commit_p95", bench_percentile(w->ms, w->count, 95), "ms");
    bench_add(run, "commit_p99", bench_percentile(w->ms, w->count, 99), "ms");
    if (w->floor_count > 0) {
        bench_add_target(run, w->members == 4 ? "P3" : "", "operations_per_s", rate, "1/s",
            BENCH_AT_LEAST, 0.75 * floor);
        bench_add(run, "floor_operations_per_s", floor, "1/s");
    } else {
        bench_add(run, "operations_per_s", rate, "1/s");
    }
}

static void add_rows(struct work *w, const struct sent *before, const struct sent *after)
{
    struct bench_run *run = w->run;
    bool batch = w->batch > 1;
    (batch ? add_batch : add_single)(w);
    double operations = (double)(batch ? w->operations : w->count);
    bench_add(run, "bytes_per_operation", (double)(after->bytes - before->bytes) / operations, "B");
    bench_add(run, "messages_per_operation",
        (double)(after->messages - before->messages) / operations, "1");
    double resident = 0;
    for (unsigned i = 0; i < w->members; i++) {
        resident = fmax(resident, bench_member_resident_mib(&w->table->members[i]));
    }
    bench_add(run, "resident", resident, "MiB");
    if (w->floor_count > 0) {
        bench_add(run, "floor_p50", bench_percentile(w->floor_us, w->floor_count, 50) / 1000, "ms");
    } else {
        bench_add_missing(run, "", "floor_p50", "ms", "%s", w->floor->why);
    }
}

/* The leader of a quiet table is killed, then somebody bets: until that bet is agreed. */
static int crash_one(struct work *w, double *recovery_ms, double *return_ms, uint64_t missed)
{
    struct bench_table *t = w->table;
    unsigned victim = 0;
    bench_pause_ms(SETTLE_MS); /* the table is quiet: nothing is on its way */
    const struct bench_counts *seen = t->members[w->next % w->members].counts;
    uint8_t leader[32];
    for (size_t i = 0; i < sizeof leader; i++) {
        leader[i] = atomic_load(&seen->leader[i]);
    }
    for (unsigned i = 0; i < t->count; i++) {
        victim = memcmp(t->members[i].counts->id, leader, sizeof leader) == 0 ? i : victim;
    }
    struct bench_member *other = &t->members[(victim + 1) % w->members];
    double ignored;
    uint64_t begin = bench_now_us();
    bench_member_kill(&t->members[victim]);
    if (!bench_operation(t, other, OPERATION_MS, &ignored)) {
        return cli_fail(EX_SOFTWARE, "the table did not go on without its leader");
    }
    *recovery_ms = (double)(atomic_load(&other->counts->settled_us) - begin) / 1000;
    uint64_t height = atomic_load(&other->counts->height);
    while (atomic_load(&other->counts->height) < height + missed) {
        if (!bench_operations(t, missed < MISSED_STEP ? 1 : MISSED_STEP, 1, OPERATION_MS * 10)) {
            return cli_fail(EX_SOFTWARE, "the table did not go on without its leader");
        }
    }
    return bench_return(t, &t->members[victim], other, return_ms);
}

struct back {
    struct bench_counts *counts;
    uint64_t height;
};

static bool is_back(void *context)
{
    const struct back *b = context;
    return atomic_load(&b->counts->joined) != 0 && atomic_load(&b->counts->height) >= b->height;
}

int bench_return(
    struct bench_table *t, struct bench_member *m, struct bench_member *other, double *ms)
{
    struct back b = {m->counts, atomic_load(&other->counts->height)};
    uint64_t begin = bench_now_us();
    double ignored;
    atomic_store(&m->counts->height, 0);
    int status = bench_member_return(t, m);
    /* With one operation after it came back it has seen a block, and knows where the table is. */
    struct bench_member *any = other;
    if (status == 0 && !bench_operation(t, any, OPERATION_MS, &ignored)) {
        status = cli_fail(EX_SOFTWARE, "the table did not go on");
    }
    b.height = atomic_load(&other->counts->height);
    if (status == 0 && !bench_table_wait(t, OPERATION_MS, is_back, &b)) {
        status = cli_fail(EX_SOFTWARE, "the killed member did not come back");
    }
    *ms = (double)(bench_now_us() - begin) / 1000;
    return status;
}

static int crash_leaders(struct work *w)
{
    double recovery[TRIALS], back[TRIALS];
    unsigned trials = w->run->settings.brief ? TRIALS_BRIEF : TRIALS;
    uint64_t missed = w->run->settings.blocks;
    trials = missed > 0 ? 1 : trials; /* a long absence once */
    int status = 0;
    for (unsigned i = 0; i < trials && status == 0; i++) {
        status = crash_one(w, &recovery[i], &back[i], missed);
    }
    if (status == 0) {
        bench_add_target(w->run, "P6", "recovery_ms", bench_percentile(recovery, trials, 99), "ms",
            BENCH_AT_MOST, 1000);
        bench_add(w->run, "recovery_p50_ms", bench_percentile(recovery, trials, 50), "ms");
        double return_ms = bench_percentile(back, trials, 50);
        if (missed >= MISSED_TARGET) {
            bench_add_target(w->run, "P6", "return_ms", return_ms, "ms", BENCH_AT_MOST, 5000);
        } else {
            bench_add(w->run, "return_ms", return_ms, "ms");
        }
        bench_add(w->run, "blocks_missed", (double)missed, "1");
    }
    return status;
}

static bool make_room(struct work *w, size_t operations)
{
    w->capacity = operations + BENCH_MEMBERS_MAX + SLICES;
    w->ms = calloc(w->capacity, sizeof *w->ms);
    w->floor_us = calloc(w->capacity, sizeof *w->floor_us);
    return w->ms != NULL && w->floor_us != NULL;
}

static int measure(struct work *w, size_t operations)
{
    double ignored;
    (void)bench_table_settle(w->table, OPERATION_MS); /* as quiet as it gets */
    for (unsigned i = 0; i < w->members; i++) {       /* everybody once before it counts */
        if (!bench_operation(w->table, &w->table->members[i], OPERATION_MS, &ignored)) {
            return bench_stopped() ? EX_TEMPFAIL
                                   : cli_fail(EX_SOFTWARE, "the table does not agree");
        }
    }
    struct sent before = sum_sent(w->table);
    if (!measure_slices(w, operations)) {
        return bench_stopped() ? EX_TEMPFAIL : cli_fail(EX_SOFTWARE, "the table stopped agreeing");
    }
    struct sent after = sum_sent(w->table);
    if (after.refused != before.refused) {
        return cli_fail(EX_SOFTWARE, "the table refused operations of the bench");
    }
    add_rows(w, &before, &after);
    return w->run->settings.crash_leader ? crash_leaders(w) : 0;
}

static size_t operations_of(const struct bench_settings *s, unsigned batch)
{
    if (s->operations != 0) {
        return (size_t)s->operations;
    }
    if (batch > 1) {
        return (size_t)batch * (s->brief ? BATCHES_BRIEF : BATCHES_DEFAULT);
    }
    return s->brief ? OPERATIONS_BRIEF : OPERATIONS_DEFAULT;
}

/* As one more member of a table that is open elsewhere: only own operations can be seen from here. */
static int visit(struct work *w, size_t operations)
{
    const struct bench_settings *s = &w->run->settings;
    if (s->words == NULL || s->words[0] == '\0') {
        return cli_fail(EX_USAGE,
            "--lan needs the words of the table; for example: craps bench consensus "
            "--lan otter canyon velvet");
    }
    int status = bench_table_visit(w->table, s->words, s->at, s->bind, VISIT_MS);
    if (status != 0) {
        return status;
    }
    struct sent before = sum_sent(w->table);
    bool done = slice_single(w, operations);
    struct sent after = sum_sent(w->table);
    unsigned members = atomic_load(&w->table->members[0].counts->members);
    if (done && after.refused == before.refused) {
        add_single(w);
        bench_add(w->run, "own_bytes_per_operation",
            (double)(after.bytes - before.bytes) / (double)w->count, "B");
        bench_add(w->run, "own_messages_per_operation",
            (double)(after.messages - before.messages) / (double)w->count, "1");
        bench_add(w->run, "table_members", members, "1");
    } else if (!bench_stopped()) {
        status = cli_fail(EX_TEMPFAIL, "the table did not take %s; try again while nobody rolls",
            done ? "every bet" : "the bets");
    }
    bench_table_leave(w->table);
    return bench_stopped() ? EX_TEMPFAIL : status;
}

int bench_consensus(struct bench_run *run)
{
    const struct bench_settings *s = &run->settings;
    static struct bench_table table;
    struct bench_floor floor = {0};
    struct work w = {
        .run = run,
        .table = &table,
        .floor = &floor,
        .members = s->members == 0 ? MEMBERS_DEFAULT : (unsigned)s->members,
        .rate = s->rate == 0 ? RATE_DEFAULT : (unsigned)s->rate,
        .batch = s->batch == 0 ? 1 : (unsigned)s->batch,
    };
    if (s->crash_leader && w.members < 4) {
        return cli_fail(EX_USAGE,
            "a table of %u cannot lose a member and go on; use --members 4 or more", w.members);
    }
    if (s->brief && w.members > MEMBERS_BRIEF_MAX) {
        static const char why[] = "it takes minutes; see: craps bench consensus --members 50";
        bench_add_missing(run, "P2", "commit_p50", "ms", "%s", why);
        bench_add_missing(run, "P9", "playable_p50", "ms", "%s", why);
        return 0;
    }
    size_t operations = operations_of(s, w.batch);
    struct house_rules rules = bench_rules(w.members);
    if (!make_room(&w, operations)) {
        free(w.ms);
        free(w.floor_us);
        return cli_fail(EX_SOFTWARE, "there is not enough memory to measure");
    }
    int status;
    if (s->lan) {
        w.members = 1;
        w.rate = s->rate == 0 ? VISIT_RATE : w.rate;
        status = visit(&w, s->operations == 0 ? VISIT_OPERATIONS : operations);
    } else {
        bench_floor_start(&floor, w.members);
        status = bench_table_open(&table, w.members, &rules);
        if (status == 0) {
            status = measure(&w, operations);
            bench_table_close(&table);
        }
        bench_floor_stop(&floor);
    }
    free(w.ms);
    free(w.floor_us);
    return status;
}
