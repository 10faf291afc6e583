#include "src/bench_share.h"

#include "src/snapshot.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

enum { A_STEP = 64 }; /* so many reads or updates between two looks at the clock's word */

static struct snapshot_store *store;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static _Alignas(128) uint64_t locked[SHARE_WORDS];
static _Alignas(128) struct {
    atomic_uint number;
    atomic_ullong words[SHARE_WORDS];
} sequenced;

bool share_begin(void)
{
    memset(locked, 0, sizeof locked);
    memset(&sequenced, 0, sizeof sequenced);
    store = snapshot_create(sizeof locked, locked, NULL);
    return store != NULL;
}

void share_end(void)
{
    snapshot_destroy(store);
    store = NULL;
}

struct snapshot_counters share_counters(void)
{
    return snapshot_counters(store);
}

static bool change(void *value, void *argument)
{
    (void)argument;
    uint64_t *words = value;
    words[0]++;
    words[1 + words[0] % (SHARE_WORDS - 1)] += words[0];
    return true;
}

static bool going_on(const struct share_part *part)
{
    return !atomic_load_explicit(part->stop, memory_order_relaxed);
}

static uint64_t look(const uint64_t *words, bool whole)
{
    uint64_t sum = *(const volatile uint64_t *)words;
    for (size_t i = 1; whole && i < SHARE_WORDS; i++) {
        sum += words[i];
    }
    return sum;
}

static void read_burst(struct share_part *part)
{
    snapshot_burst_begin(store);
    while (going_on(part)) {
        for (int i = 0; i < A_STEP; i++) {
            part->seen += look(snapshot_peek(store, NULL), part->whole);
        }
        part->done += A_STEP;
        snapshot_burst_step(store);
    }
    snapshot_burst_end(store);
}

static void write_burst(struct share_part *part)
{
    snapshot_burst_begin(store);
    while (going_on(part)) {
        part->done += snapshot_combine(store, change, NULL, 0) == ERR_OK;
    }
    snapshot_burst_end(store);
}

static void read_single(struct share_part *part)
{
    for (; going_on(part); part->done++) {
        part->seen += look(snapshot_acquire(store, NULL), part->whole);
        snapshot_release(store);
    }
}

static void write_single(struct share_part *part)
{
    while (going_on(part)) {
        part->done += snapshot_combine(store, change, NULL, 0) == ERR_OK;
    }
}

static void read_mutex(struct share_part *part)
{
    for (; going_on(part); part->done++) {
        pthread_mutex_lock(&mutex);
        part->seen += look(locked, part->whole);
        pthread_mutex_unlock(&mutex);
    }
}

static void read_mutex_copy(struct share_part *part)
{
    for (; going_on(part); part->done++) {
        uint64_t own[SHARE_WORDS];
        pthread_mutex_lock(&mutex);
        memcpy(own, locked, sizeof own);
        pthread_mutex_unlock(&mutex);
        part->seen += look(own, part->whole);
    }
}

static void write_mutex(struct share_part *part)
{
    for (; going_on(part); part->done++) {
        pthread_mutex_lock(&mutex);
        change(locked, NULL);
        pthread_mutex_unlock(&mutex);
    }
}

static void read_rwlock(struct share_part *part)
{
    for (; going_on(part); part->done++) {
        pthread_rwlock_rdlock(&rwlock);
        part->seen += look(locked, part->whole);
        pthread_rwlock_unlock(&rwlock);
    }
}

static void write_rwlock(struct share_part *part)
{
    for (; going_on(part); part->done++) {
        pthread_rwlock_wrlock(&rwlock);
        change(locked, NULL);
        pthread_rwlock_unlock(&rwlock);
    }
}

/* Reads again when a writer was there meanwhile. */
static void read_seqlock(struct share_part *part)
{
    size_t words = part->whole ? SHARE_WORDS : 1;
    while (going_on(part)) {
        uint64_t sum = 0;
        unsigned before = atomic_load_explicit(&sequenced.number, memory_order_acquire);
        for (size_t i = 0; i < words; i++) {
            sum += atomic_load_explicit(&sequenced.words[i], memory_order_acquire);
        }
        unsigned after = atomic_load_explicit(&sequenced.number, memory_order_relaxed);
        if (before == after && before % 2 == 0) {
            part->seen += sum;
            part->done++;
        }
    }
}

static void write_seqlock(struct share_part *part)
{
    for (; going_on(part); part->done++) {
        pthread_mutex_lock(&mutex);
        unsigned number = atomic_load_explicit(&sequenced.number, memory_order_relaxed);
        atomic_store_explicit(&sequenced.number, number + 1, memory_order_relaxed);
        uint64_t first = atomic_load_explicit(&sequenced.words[0], memory_order_relaxed) + 1;
        atomic_ullong *other = &sequenced.words[1 + first % (SHARE_WORDS - 1)];
        atomic_store_explicit(&sequenced.words[0], first, memory_order_release);
        atomic_store_explicit(
            other, atomic_load_explicit(other, memory_order_relaxed) + first, memory_order_release);
        atomic_store_explicit(&sequenced.number, number + 2, memory_order_release);
        pthread_mutex_unlock(&mutex);
    }
}

typedef void share_loop(struct share_part *part);
static const struct {
    share_loop *read, *write;
} ways[SHARE_WAYS] = {
    [SHARE_SNAPSHOT] = {read_burst, write_burst},
    [SHARE_SNAPSHOT_SINGLE] = {read_single, write_single},
    [SHARE_MUTEX] = {read_mutex, write_mutex},
    [SHARE_MUTEX_COPY] = {read_mutex_copy, write_mutex},
    [SHARE_RWLOCK] = {read_rwlock, write_rwlock},
    [SHARE_SEQLOCK] = {read_seqlock, write_seqlock},
};

static void run(share_loop *loop, struct share_part *part)
{
    if (snapshot_thread_begin(store)) {
        struct timespec t = {0};
        loop(part);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        part->cpu_s = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
        snapshot_thread_end(store);
    }
}

void share_read(enum share_way way, struct share_part *part)
{
    run(ways[way].read, part);
}

void share_write(enum share_way way, struct share_part *part)
{
    run(ways[way].write, part);
}
