/* bench snapshot: the snapshot store beside other ways to share a value, all on this machine in turns
 * within one run, medians over the turns (docs/snapshot.md). */
#include "src/bench.h"

#include "src/bench_share.h"
#include "src/cli.h"
#include "src/snapshot.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS_MAX = 64, TURNS = 15, TURNS_BRIEF = 5, TURN_MS = 40, TURN_MS_BRIEF = 25, ROWS = 32 };

/* One thing measured in every turn. */
struct row {
    enum share_way way;
    unsigned readers, writers;
    bool whole;
    char name[BENCH_NAME_BYTES];
    double target; /* P10, millions a second; 0 = none */
    double turns[TURNS];
};

struct thread {
    pthread_t id;
    struct share_part part;
    enum share_way way;
    bool writes;
};

struct figures {
    double reads, updates, slowest; /* millions a second; the slowest writer's */
};

static void *thread_main(void *argument)
{
    struct thread *t = argument;
    (t->writes ? share_write : share_read)(t->way, &t->part);
    return NULL;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool take_turn(
    const struct row *row, struct thread *threads, unsigned ms, struct figures *out)
{
    atomic_bool stop = false;
    unsigned started = 0, count = row->readers + row->writers;
    memset(threads, 0, count * sizeof *threads);
    double began = now_s();
    for (; started < count; started++) {
        struct thread *t = &threads[started];
        t->way = row->way;
        t->writes = started >= row->readers;
        t->part.whole = row->whole;
        t->part.stop = &stop;
        if (pthread_create(&t->id, NULL, thread_main, t) != 0) {
            break;
        }
    }
    nanosleep(&(struct timespec){.tv_nsec = (long)ms * 1000000}, NULL);
    atomic_store(&stop, true);
    double seconds = now_s() - began;
    *out = (struct figures){0};
    for (unsigned i = 0; i < started; i++) {
        pthread_join(threads[i].id, NULL);
        /* One thread alone is not slower for what else runs here; several must run at once. */
        double took = count == 1 && threads[i].part.cpu_s > 0 ? threads[i].part.cpu_s : seconds;
        double rate = (double)threads[i].part.done / took / 1e6;
        *(i < row->readers ? &out->reads : &out->updates) += rate;
        if (i >= row->readers && (i == row->readers || rate < out->slowest)) {
            out->slowest = rate;
        }
    }
    return started == count;
}

static void add_row(struct row *rows, size_t *count, struct row row, const char *name)
{
    snprintf(row.name, sizeof row.name, "%s", name);
    rows[(*count)++] = row;
}

static size_t plan(struct row *rows, unsigned writers)
{
    static const char *const names[SHARE_WAYS] = {
        [SHARE_SNAPSHOT] = "",
        [SHARE_SNAPSHOT_SINGLE] = "single_",
        [SHARE_MUTEX] = "mutex_",
        [SHARE_MUTEX_COPY] = "mutex_copy_",
        [SHARE_RWLOCK] = "rwlock_",
        [SHARE_SEQLOCK] = "seqlock_",
    };
    char name[BENCH_NAME_BYTES];
    size_t count = 0;
    for (unsigned whole = 0; whole < 2; whole++) {
        for (unsigned way = 0; way < SHARE_WAYS; way++) {
            snprintf(
                name, sizeof name, "%s%sreads_beside_writer", names[way], whole ? "whole_" : "");
            double target = way == SHARE_SNAPSHOT && !whole ? 500 : 0;
            add_row(rows, &count, (struct row){way, 1, 1, whole == 1, .target = target}, name);
        }
    }
    for (unsigned threads = 1; threads <= writers; threads += writers > 1 ? writers - 1 : 1) {
        for (unsigned way = 0; way < SHARE_WAYS; way++) {
            if (way == SHARE_MUTEX_COPY) {
                continue; /* writes as the other mutex does */
            }
            snprintf(name, sizeof name, "%supdates_%u_thread%s", names[way], threads,
                threads == 1 ? "" : "s");
            double target = way != SHARE_SNAPSHOT ? 0 : threads == 1 ? 30 : threads == 2 ? 18 : 0;
            add_row(rows, &count, (struct row){way, 0, threads, .target = target}, name);
        }
    }
    return count;
}

/* What the store's writers did to each other; of the last kind of row with several of them. */
struct together {
    double swaps, failed, combined, slowest[TURNS];
    bool any;
};

static void watch(struct together *t, unsigned turn, const struct snapshot_counters *before,
    const struct figures *now)
{
    struct snapshot_counters after = share_counters();
    t->any = true;
    t->swaps += (double)(after.swaps - before->swaps);
    t->failed += (double)(after.swaps_failed - before->swaps_failed);
    t->combined += (double)(after.combined - before->combined);
    t->slowest[turn] = now->updates > 0 ? 100 * now->slowest / now->updates : 0;
}

static bool measure(const struct bench_run *run, struct row *rows, size_t count,
    struct thread *threads, struct together *together)
{
    unsigned turns = run->settings.brief ? TURNS_BRIEF : TURNS;
    unsigned ms = run->settings.brief ? TURN_MS_BRIEF : TURN_MS;
    for (unsigned turn = 0; turn < turns && !bench_stopped(); turn++) {
        for (size_t i = 0; i < count; i++) {
            struct figures now;
            struct snapshot_counters before = share_counters();
            if (!take_turn(&rows[i], threads, ms, &now)) {
                return false;
            }
            rows[i].turns[turn] = rows[i].readers > 0 ? now.reads : now.updates;
            if (rows[i].way == SHARE_SNAPSHOT && rows[i].writers > 1) {
                watch(together, turn, &before, &now);
            }
        }
    }
    return true;
}

static void report(struct bench_run *run, struct row *rows, size_t count, struct together *t)
{
    unsigned turns = run->settings.brief ? TURNS_BRIEF : TURNS;
    for (size_t i = 0; i < count; i++) {
        double median = bench_percentile(rows[i].turns, turns, 50);
        if (rows[i].target > 0) {
            bench_add_target(
                run, "P10", rows[i].name, median, "M/s", BENCH_AT_LEAST, rows[i].target);
        } else {
            bench_add(run, rows[i].name, median, "M/s");
        }
    }
    if (t->any && t->swaps > 0) {
        bench_add(run, "failed_swaps", 1000 * t->failed / t->swaps, "of 1000");
        bench_add(run, "combined", 100 * t->combined / (t->swaps + t->combined), "%");
        bench_add(run, "slowest_thread_share", bench_percentile(t->slowest, turns, 50), "%");
    }
}

int bench_snapshot(struct bench_run *run)
{
    unsigned writers = run->settings.threads == 0 ? 2 : (unsigned)run->settings.threads;
    struct row *rows = calloc(ROWS, sizeof *rows);
    struct thread *threads = aligned_alloc(128, THREADS_MAX * sizeof *threads);
    struct together together = {0};
    bool good = rows != NULL && threads != NULL && share_begin();
    if (good) {
        size_t count = plan(rows, writers);
        good = measure(run, rows, count, threads, &together);
        if (good) {
            report(run, rows, count, &together);
        }
        share_end();
    }
    free(rows);
    free(threads);
    return good ? 0 : cli_fail(EX_OSERR, "there is not enough memory for %u threads", writers);
}
