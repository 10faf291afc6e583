#include "src/snapshot.h"

#include "base/check.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* liburcu's ordering is made of assembly that ThreadSanitizer cannot see: it gets the library's own
 * functions instead of the inlined ones, and is told of the one edge that matters here, from the
 * end of a read to the reuse of what was read. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#define READ_ENDS(s)    __tsan_release(s)
#define REUSE_BEGINS(s) __tsan_acquire(s)
#else
#define _LGPL_SOURCE    /* the inlined read side, itself under the LGPL */
#define READ_ENDS(s)    ((void)(s))
#define REUSE_BEGINS(s) ((void)(s))
#endif
#include <urcu-qsbr.h>

enum {
    BATCH_BYTES = 128 * 1024, /* values a thread gathers before it waits for a grace period */
    BATCH_MIN = 2,
    BATCH_MAX = 64,
    SPARE_BATCHES = 4, /* times the batch: how many values a thread may have out for slow readers */
    STORES_MAX = 8,    /* that one thread is registered with */
    PATIENCE_MAX = 12, /* back-off: up to 2^PATIENCE_MAX pauses */
    PATIENCE_OFFLINE = 6, /* from here on nobody waits for us while we back off */
    PATIENCE_YIELD = 10,
    CALM_SWAPS = 32, /* successful swaps in a row until patience shrinks again */
};

/* One registered thread. The counters are its own; others only read them. */
struct member {
    struct member *next;
    atomic_bool inside; /* between acquire and release */
    bool burst;
    struct snapshot_value *free, *limbo;
    unsigned limbo_count, made;
    unsigned patience, calm;
    uint32_t random;
    atomic_ullong swaps, failed, gave_up, last_ns, max_ns, sum_ns, timed, reclaimed;
};

struct snapshot_store {
    struct snapshot_latest latest; /* first: snapshot_peek */
    size_t size;
    snapshot_copy *copy;
    uint64_t id;
    unsigned batch;
    pthread_mutex_t
        lock; /* of what follows; taken at thread begin and end, and when values run out */
    struct member *members;
    struct snapshot_value *spare; /* of threads that ended */
    struct snapshot_counters ended;
};

struct registration {
    struct snapshot_store *store;
    uint64_t id;
    struct member *member;
};

static _Thread_local struct registration registrations[STORES_MAX];
static _Thread_local unsigned registered; /* with liburcu while above 0 */
static _Thread_local unsigned online;
static atomic_ullong next_id = 1;

static struct member *find(struct snapshot_store *s)
{
    for (unsigned i = 0; i < STORES_MAX; i++) {
        if (registrations[i].store == s && registrations[i].id == s->id) {
            return registrations[i].member;
        }
    }
    return NULL;
}

static struct member *self(struct snapshot_store *s)
{
    struct member *m = find(s);
    CHECK(m != NULL);
    return m;
}

static void go_online(void)
{
    if (online++ == 0) {
        urcu_qsbr_thread_online();
    }
}

static void go_offline(struct snapshot_store *s)
{
    READ_ENDS(s);
    if (--online == 0) {
        urcu_qsbr_thread_offline();
    }
}

static struct snapshot_value *value_new(const struct snapshot_store *s)
{
    size_t bytes = (sizeof(struct snapshot_value) + s->size + 63) / 64 * 64;
    struct snapshot_value *v = aligned_alloc(64, bytes);
    if (v != NULL) {
        memset(v, 0, bytes);
    }
    return v;
}

static void values_free(struct snapshot_value *v)
{
    while (v != NULL) {
        struct snapshot_value *next = v->next;
        free(v);
        v = next;
    }
}

static void copy_value(const struct snapshot_store *s, struct snapshot_value *to, const void *from)
{
    if (s->copy != NULL) {
        s->copy(to->bytes, from);
    } else {
        memcpy(to->bytes, from, s->size);
    }
}

struct snapshot_store *snapshot_create(size_t size, const void *initial, snapshot_copy *copy)
{
    struct snapshot_store *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return NULL;
    }
    s->size = size;
    s->copy = copy;
    size_t batch = BATCH_BYTES / (size + 1);
    s->batch = batch < BATCH_MIN ? BATCH_MIN : batch > BATCH_MAX ? BATCH_MAX : (unsigned)batch;
    s->id = atomic_fetch_add(&next_id, 1);
    struct snapshot_value *first = value_new(s);
    if (first == NULL || pthread_mutex_init(&s->lock, NULL) != 0) {
        free(first);
        free(s);
        return NULL;
    }
    copy_value(s, first, initial);
    first->version = 1;
    atomic_store_explicit(&s->latest.value, first, memory_order_release);
    return s;
}

void snapshot_destroy(struct snapshot_store *s)
{
    if (s == NULL) {
        return;
    }
    for (struct member *m = s->members, *next; m != NULL; m = next) {
        next = m->next;
        values_free(m->free);
        values_free(m->limbo);
        free(m);
    }
    values_free(s->spare);
    free(atomic_load(&s->latest.value));
    pthread_mutex_destroy(&s->lock);
    free(s);
}

bool snapshot_thread_begin(struct snapshot_store *s)
{
    struct registration *place = NULL;
    for (unsigned i = 0; i < STORES_MAX && place == NULL; i++) {
        struct registration *r = &registrations[i];
        place = r->store == NULL || r->store == s ? r : NULL;
    }
    CHECK(place != NULL && find(s) == NULL);
    struct member *m = calloc(1, sizeof *m);
    if (m == NULL) {
        return false;
    }
    m->random = (uint32_t)(uintptr_t)m >> 4 | 1;
    /* A store that was destroyed without this thread's end left its place behind, and the thread
     * known to liburcu. */
    if (place->store == NULL && registered++ == 0) {
        urcu_qsbr_register_thread();
        urcu_qsbr_thread_offline();
    }
    *place = (struct registration){.store = s, .id = s->id, .member = m};
    pthread_mutex_lock(&s->lock);
    m->next = s->members;
    s->members = m;
    pthread_mutex_unlock(&s->lock);
    return true;
}

static void add_counters(struct snapshot_counters *to, const struct member *m)
{
    to->swaps += atomic_load_explicit(&m->swaps, memory_order_relaxed);
    to->swaps_failed += atomic_load_explicit(&m->failed, memory_order_relaxed);
    to->gave_up += atomic_load_explicit(&m->gave_up, memory_order_relaxed);
    to->update_ns_sum += atomic_load_explicit(&m->sum_ns, memory_order_relaxed);
    to->updates_timed += atomic_load_explicit(&m->timed, memory_order_relaxed);
    to->reclaimed += atomic_load_explicit(&m->reclaimed, memory_order_relaxed);
    uint64_t last = atomic_load_explicit(&m->last_ns, memory_order_relaxed);
    uint64_t max = atomic_load_explicit(&m->max_ns, memory_order_relaxed);
    to->update_ns_last = last != 0 ? last : to->update_ns_last;
    to->update_ns_max = max > to->update_ns_max ? max : to->update_ns_max;
}

static void give_back(struct snapshot_store *s, struct snapshot_value *list)
{
    while (list != NULL) {
        struct snapshot_value *next = list->next;
        list->next = s->spare;
        s->spare = list;
        list = next;
    }
}

void snapshot_thread_end(struct snapshot_store *s)
{
    struct member *m = self(s);
    CHECK(!m->burst && !atomic_load_explicit(&m->inside, memory_order_relaxed));
    if (m->limbo != NULL) {
        urcu_qsbr_synchronize_rcu();
        REUSE_BEGINS(s);
    }
    pthread_mutex_lock(&s->lock);
    struct member **link = &s->members;
    while (*link != m) {
        link = &(*link)->next;
    }
    *link = m->next;
    add_counters(&s->ended, m);
    give_back(s, m->free);
    give_back(s, m->limbo);
    pthread_mutex_unlock(&s->lock);
    for (unsigned i = 0; i < STORES_MAX; i++) {
        if (registrations[i].store == s) {
            registrations[i] = (struct registration){0};
        }
    }
    free(m);
    if (--registered == 0) {
        urcu_qsbr_unregister_thread();
    }
}

const void *snapshot_acquire(struct snapshot_store *s, uint64_t *version)
{
    struct member *m = self(s);
    CHECK(!atomic_load_explicit(&m->inside, memory_order_relaxed));
    atomic_store_explicit(&m->inside, true, memory_order_relaxed);
    go_online();
    return snapshot_peek(s, version);
}

void snapshot_release(struct snapshot_store *s)
{
    struct member *m = self(s);
    CHECK(atomic_load_explicit(&m->inside, memory_order_relaxed));
    go_offline(s);
    atomic_store_explicit(&m->inside, false, memory_order_relaxed);
}

void snapshot_burst_begin(struct snapshot_store *s)
{
    struct member *m = self(s);
    CHECK(!m->burst);
    m->burst = true;
    go_online();
}

void snapshot_burst_step(struct snapshot_store *s)
{
    READ_ENDS(s);
    urcu_qsbr_quiescent_state();
}

void snapshot_burst_end(struct snapshot_store *s)
{
    struct member *m = self(s);
    CHECK(m->burst);
    m->burst = false;
    go_offline(s);
}

/* Is another thread reading right now? A guess: whoever comes in later is waited for. */
static bool somebody_inside(struct snapshot_store *s, const struct member *but)
{
    bool inside = false;
    pthread_mutex_lock(&s->lock);
    for (const struct member *m = s->members; m != NULL; m = m->next) {
        inside = inside || (m != but && atomic_load_explicit(&m->inside, memory_order_relaxed));
    }
    pthread_mutex_unlock(&s->lock);
    return inside;
}

static struct snapshot_value *take_spare(struct snapshot_store *s)
{
    pthread_mutex_lock(&s->lock);
    struct snapshot_value *v = s->spare;
    if (v != NULL) {
        s->spare = v->next;
    }
    pthread_mutex_unlock(&s->lock);
    return v;
}

/* A value nobody reads: recycled, or new up to the thread's share; NULL when slow readers hold them
 * all. */
static struct snapshot_value *obtain(struct snapshot_store *s, struct member *m)
{
    unsigned limit = m->limbo_count >= s->batch ? s->batch * SPARE_BATCHES : s->batch;
    if (m->free == NULL && m->limbo_count >= s->batch && !somebody_inside(s, m)) {
        urcu_qsbr_synchronize_rcu();
        REUSE_BEGINS(s);
        atomic_store_explicit(&m->reclaimed,
            atomic_load_explicit(&m->reclaimed, memory_order_relaxed) + m->limbo_count,
            memory_order_relaxed);
        m->free = m->limbo;
        m->limbo = NULL;
        m->limbo_count = 0;
    }
    struct snapshot_value *v = m->free;
    if (v != NULL) {
        m->free = v->next;
        return v;
    }
    v = take_spare(s);
    if (v == NULL && m->made <= limit) {
        v = value_new(s);
        m->made += v != NULL;
    }
    return v;
}

static void pause_once(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#else
    __asm__ __volatile__("" ::: "memory");
#endif
}

/* A lost race: leave the line alone for a while, longer each time; the winner then runs undisturbed
 * instead of dragging the value from core to core. */
static void back_off(struct snapshot_store *s, struct member *m)
{
    m->calm = 0;
    m->patience += m->patience < PATIENCE_MAX;
    m->random ^= m->random << 13;
    m->random ^= m->random >> 17;
    m->random ^= m->random << 5;
    unsigned pauses = (1u << m->patience) / 2 + m->random % (1u << m->patience);
    bool away = m->patience >= PATIENCE_OFFLINE && online == 1;
    if (away) {
        go_offline(s);
    }
    for (unsigned i = 0; i < pauses; i++) {
        pause_once();
    }
    if (m->patience >= PATIENCE_YIELD) {
        sched_yield();
    }
    if (away) {
        go_online();
    }
}

static void bump(atomic_ullong *counter, uint64_t by)
{
    /* One writer: no locked instruction needed. */
    atomic_store_explicit(
        counter, atomic_load_explicit(counter, memory_order_relaxed) + by, memory_order_relaxed);
}

static void retire(struct member *m, struct snapshot_value *old)
{
    old->next = m->limbo;
    m->limbo = old;
    m->limbo_count++;
    bump(&m->swaps, 1);
    if (m->patience > 0 && ++m->calm >= CALM_SWAPS) {
        m->patience--;
        m->calm = 0;
    }
}

enum outcome { SWAPPED, LOST, UNWANTED };

static enum outcome try_swap(struct snapshot_store *s, struct member *m,
    struct snapshot_value *fresh, snapshot_change *change, void *argument)
{
    struct snapshot_value *old = atomic_load_explicit(&s->latest.value, memory_order_acquire);
    copy_value(s, fresh, old->bytes);
    fresh->version = old->version + 1;
    if (!change(fresh->bytes, argument)) {
        return UNWANTED;
    }
    if (!atomic_compare_exchange_strong_explicit(
            &s->latest.value, &old, fresh, memory_order_acq_rel, memory_order_relaxed)) {
        return LOST;
    }
    retire(m, old);
    return SWAPPED;
}

static enum err update(
    struct snapshot_store *s, struct member *m, snapshot_change *change, void *argument)
{
    struct snapshot_value *fresh = obtain(s, m);
    for (unsigned i = 0; fresh != NULL && i <= SNAPSHOT_RETRIES_MAX; i++) {
        enum outcome outcome = try_swap(s, m, fresh, change, argument);
        if (outcome == SWAPPED) {
            return ERR_OK;
        }
        if (outcome == UNWANTED) {
            fresh->next = m->free;
            m->free = fresh;
            return ERR_OK;
        }
        bump(&m->failed, 1);
        back_off(s, m);
    }
    if (fresh != NULL) {
        fresh->next = m->free;
        m->free = fresh;
    }
    bump(&m->gave_up, 1);
    return ERR_AGAIN;
}

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

enum err snapshot_update(struct snapshot_store *s, snapshot_change *change, void *argument)
{
    struct member *m = self(s);
    if (m->burst) {
        enum err err = update(s, m, change, argument);
        snapshot_burst_step(s);
        return err;
    }
    CHECK(online == 0); /* to wait for a grace period ends what is read here, in any store */
    uint64_t began = now_ns(), swaps = atomic_load_explicit(&m->swaps, memory_order_relaxed);
    go_online();
    enum err err = update(s, m, change, argument);
    go_offline(s);
    if (atomic_load_explicit(&m->swaps, memory_order_relaxed) != swaps) {
        uint64_t took = now_ns() - began;
        atomic_store_explicit(&m->last_ns, took, memory_order_relaxed);
        if (took > atomic_load_explicit(&m->max_ns, memory_order_relaxed)) {
            atomic_store_explicit(&m->max_ns, took, memory_order_relaxed);
        }
        bump(&m->sum_ns, took);
        bump(&m->timed, 1);
    }
    return err;
}

struct snapshot_counters snapshot_counters(const struct snapshot_store *s)
{
    struct snapshot_store *open = (struct snapshot_store *)(uintptr_t)s;
    pthread_mutex_lock(&open->lock);
    struct snapshot_counters c = open->ended;
    for (const struct member *m = open->members; m != NULL; m = m->next) {
        add_counters(&c, m);
    }
    pthread_mutex_unlock(&open->lock);
    c.version = c.swaps + 1;
    return c;
}
