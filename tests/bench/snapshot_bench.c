/* What the snapshot store does on this machine, beside the same pointer swap over Concurrency Kit's
 * epochs (when libck-dev is there) and a mutex: reads beside a writer, updates of a 1 KiB value by
 * one and by two threads. Prints one line each.
 *
 *     cc -std=c17 -D_GNU_SOURCE -O3 -I. -DHAVE_CK tests/bench/snapshot_bench.c src/snapshot*.c base/check.c \
 *         -lurcu-qsbr -lck -lpthread */
#include "src/snapshot.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_CK
#include <ck_epoch.h>
#endif

enum { VALUE_BYTES = 1024, WORDS = VALUE_BYTES / 8, THREADS_MAX = 4, READS_A_STEP = 64 };

struct worker {
    _Alignas(64) pthread_t thread;
    void *(*run)(struct worker *w);
    uint64_t done;
    uint64_t failed;
};

static struct snapshot_store *store;
static atomic_bool go, stop;

static bool change(void *value, void *argument)
{
    (void)argument;
    uint64_t *words = value;
    words[0]++;
    words[1 + words[0] % (WORDS - 1)] += words[0];
    return true;
}

static bool running(void)
{
    return !atomic_load_explicit(&stop, memory_order_relaxed);
}

static void *read_burst(struct worker *w)
{
    snapshot_thread_begin(store);
    snapshot_burst_begin(store);
    uint64_t sum = 0;
    while (running()) {
        for (int i = 0; i < READS_A_STEP; i++) {
            sum += *(const volatile uint64_t *)snapshot_peek(store, NULL);
        }
        w->done += READS_A_STEP;
        snapshot_burst_step(store);
    }
    snapshot_burst_end(store);
    snapshot_thread_end(store);
    return (void *)(uintptr_t)sum;
}

static void *read_single(struct worker *w)
{
    snapshot_thread_begin(store);
    uint64_t sum = 0;
    for (; running(); w->done++) {
        sum += *(const volatile uint64_t *)snapshot_acquire(store, NULL);
        snapshot_release(store);
    }
    snapshot_thread_end(store);
    return (void *)(uintptr_t)sum;
}

static void *update_burst(struct worker *w)
{
    snapshot_thread_begin(store);
    snapshot_burst_begin(store);
    while (running()) {
        w->done += snapshot_update(store, change, NULL) == ERR_OK;
    }
    snapshot_burst_end(store);
    snapshot_thread_end(store);
    return NULL;
}

static void *combine_burst(struct worker *w)
{
    snapshot_thread_begin(store);
    snapshot_burst_begin(store);
    while (running()) {
        w->done += snapshot_combine(store, change, NULL, 0) == ERR_OK;
    }
    snapshot_burst_end(store);
    snapshot_thread_end(store);
    return NULL;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t locked[WORDS];

static void *update_mutex(struct worker *w)
{
    for (; running(); w->done++) {
        pthread_mutex_lock(&mutex);
        change(locked, NULL);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void *read_mutex(struct worker *w)
{
    uint64_t sum = 0;
    for (; running(); w->done++) {
        pthread_mutex_lock(&mutex);
        sum += locked[0];
        pthread_mutex_unlock(&mutex);
    }
    return (void *)(uintptr_t)sum;
}

#ifdef HAVE_CK
struct ck_value {
    ck_epoch_entry_t entry;
    struct ck_value *next;
    uint64_t words[WORDS];
};

static ck_epoch_t epoch;
static _Atomic(struct ck_value *) ck_latest;
static _Thread_local struct ck_value *ck_free;
static ck_epoch_record_t ck_records[64];
static atomic_uint ck_used;

static void ck_recycle(ck_epoch_entry_t *entry)
{
    struct ck_value *v = (struct ck_value *)(void *)entry;
    v->next = ck_free;
    ck_free = v;
}

static ck_epoch_record_t *ck_begin(void)
{
    ck_epoch_record_t *record = &ck_records[atomic_fetch_add(&ck_used, 1) % 64];
    ck_epoch_register(&epoch, record, NULL);
    return record;
}

static void *read_ck(struct worker *w)
{
    ck_epoch_record_t *record = ck_begin();
    uint64_t sum = 0;
    for (; running(); w->done++) {
        ck_epoch_begin(record, NULL);
        sum += *(const volatile uint64_t *)atomic_load_explicit(&ck_latest, memory_order_acquire)
                    ->words;
        ck_epoch_end(record, NULL);
    }
    return (void *)(uintptr_t)sum;
}

static void *update_ck(struct worker *w)
{
    ck_epoch_record_t *record = ck_begin();
    for (unsigned n = 1; running(); n++) {
        struct ck_value *fresh = ck_free, *old;
        if (fresh != NULL) {
            ck_free = fresh->next;
        } else if ((fresh = calloc(1, sizeof *fresh)) == NULL) {
            return NULL;
        }
        for (bool done = false; !done;) {
            ck_epoch_begin(record, NULL);
            old = atomic_load_explicit(&ck_latest, memory_order_acquire);
            memcpy(fresh->words, old->words, sizeof fresh->words);
            change(fresh->words, NULL);
            done = atomic_compare_exchange_strong(&ck_latest, &old, fresh);
            if (done) {
                ck_epoch_call(record, &old->entry, ck_recycle);
            }
            ck_epoch_end(record, NULL);
        }
        w->done++;
        if (n % 64 == 0) {
            ck_epoch_poll(record);
        }
    }
    return NULL;
}
#endif

static void *start(void *argument)
{
    struct worker *w = argument;
    while (!atomic_load(&go)) {
    }
    return w->run(w);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

typedef void *run_worker(struct worker *w);

/* Millions a second by the readers, and by the writers. */
static void measure(const char *name, run_worker *reader, int readers, run_worker *writer,
    int writers, double seconds)
{
    static struct worker workers[THREADS_MAX];
    memset(workers, 0, sizeof workers);
    atomic_store(&go, false);
    atomic_store(&stop, false);
    struct snapshot_counters before = snapshot_counters(store);
    for (int i = 0; i < readers + writers; i++) {
        workers[i].run = i < readers ? reader : writer;
        if (pthread_create(&workers[i].thread, NULL, start, &workers[i]) != 0) {
            exit(1);
        }
    }
    double began = now_s();
    atomic_store(&go, true);
    usleep((useconds_t)(seconds * 1e6));
    atomic_store(&stop, true);
    double took = now_s() - began, reads = 0, updates = 0;
    for (int i = 0; i < readers + writers; i++) {
        pthread_join(workers[i].thread, NULL);
        *(i < readers ? &reads : &updates) += (double)workers[i].done;
    }
    struct snapshot_counters after = snapshot_counters(store);
    double least = updates;
    for (int i = readers; i < readers + writers; i++) {
        least = (double)workers[i].done < least ? (double)workers[i].done : least;
    }
    printf("%-34s %9.1f M reads/s %8.2f M updates/s  slowest %8.2f  failed swaps %llu\n", name,
        reads / took / 1e6, updates / took / 1e6, least / took / 1e6,
        (unsigned long long)(after.swaps_failed - before.swaps_failed));
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 0.5;
    uint64_t initial[WORDS] = {0};
    store = snapshot_create(sizeof initial, initial, NULL);
    if (store == NULL) {
        return 1;
    }
    measure("qsbr: burst reads beside a writer", read_burst, 1, update_burst, 1, seconds);
    measure("qsbr: single reads beside a writer", read_single, 1, update_burst, 1, seconds);
    measure("qsbr: updates, 1 thread", NULL, 0, update_burst, 1, seconds);
    measure("qsbr: updates, 2 threads", NULL, 0, update_burst, 2, seconds);
    measure("qsbr: combined, 1 thread", NULL, 0, combine_burst, 1, seconds);
    measure("qsbr: combined, 2 threads", NULL, 0, combine_burst, 2, seconds);
#ifdef HAVE_CK
    ck_epoch_init(&epoch);
    struct ck_value *first = calloc(1, sizeof *first);
    if (first == NULL) {
        return 1;
    }
    atomic_store(&ck_latest, first);
    measure("ck epoch: reads beside a writer", read_ck, 1, update_ck, 1, seconds);
    measure("ck epoch: updates, 1 thread", NULL, 0, update_ck, 1, seconds);
    measure("ck epoch: updates, 2 threads", NULL, 0, update_ck, 2, seconds);
#endif
    measure("mutex: reads beside a writer", read_mutex, 1, update_mutex, 1, seconds);
    measure("mutex, in place: updates, 1 thread", NULL, 0, update_mutex, 1, seconds);
    measure("mutex, in place: updates, 2 threads", NULL, 0, update_mutex, 2, seconds);
    snapshot_destroy(store);
    return 0;
}
