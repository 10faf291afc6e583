/* The insides of the snapshot store, for snapshot.c (threads, reads, figures), snapshot_values.c
 * (memory) and snapshot_update.c (swapping and combining) alone. */
#ifndef SRC_SNAPSHOT_INTERNAL_H
#define SRC_SNAPSHOT_INTERNAL_H

#include "src/snapshot.h"

#include <pthread.h>
#include <string.h>

/* Who may still be reading an old value? Two answers, and a value comes back when both say nobody.
 * Between acquire and release, and in a single update, a thread shows the epoch in which it came in
 * (Fraser, "Practical lock-freedom", 2004): that is asked and never waited for. A burst has no such
 * marks around its reads; liburcu's QSBR waits for its next step.
 *
 * liburcu's ordering is made of assembly that ThreadSanitizer cannot see: it gets the library's own
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

/* What two threads write to stands at least this far apart: processors fetch lines in pairs. */
enum { SNAPSHOT_APART = 128, SNAPSHOT_WORDS = SNAPSHOT_ARGUMENT_MAX / 8 };

/* Where one thread publishes a change. `number` is 0 while the rest is being written (a seqlock); a
 * request is pending while its number is not the one in the newest value. It can come round only
 * after 2^32 swaps, and nobody who reads here can sleep through more of them than there are values:
 * it holds up their reuse. */
struct snapshot_slot {
    _Alignas(SNAPSHOT_APART) atomic_uint number;
    atomic_uint size;
    _Atomic(snapshot_change *) change;
    atomic_ullong words[SNAPSHOT_WORDS];
    /* Written by whoever swapped the change in; a hint, so that waiting leaves the value alone. */
    _Alignas(SNAPSHOT_APART) atomic_uint answered;
};

/* A thread's own; others only read it. */
struct snapshot_figures {
    atomic_ullong swaps, failed, combined, in_vain, gave_up, retries_max;
    atomic_ullong retries[SNAPSHOT_RETRY_BUCKETS];
    atomic_ullong last_ns, max_ns, sum_ns, timed, ns_log2[SNAPSHOT_NS_BUCKETS];
    atomic_ullong reclaimed;
};

/* One registered thread. */
struct snapshot_member {
    struct snapshot_member *next;
    _Alignas(SNAPSHOT_APART) atomic_ullong inside; /* since this epoch; 0 = outside */
    bool burst;
    int slot;                            /* -1 = none was left */
    struct snapshot_value *free, *limbo; /* limbo: swapped out since the last epoch of ours began */
    struct snapshot_value *closed;       /* swapped out before epoch `closing` */
    uint64_t closing;
    unsigned limbo_count, closed_count, made;
    unsigned back_off, calm; /* after lost races of its own changes */
    unsigned patience; /* pauses for which a published change waits for others; 0 = not published */
    uint32_t random;
    struct snapshot_figures figures;
};

struct snapshot_store {
    struct snapshot_latest latest;        /* first: snapshot_peek; every read loads this line */
    atomic_ullong epoch;                  /* begins anew when a thread has a batch to take back */
    _Alignas(SNAPSHOT_APART) size_t size; /* from here on seldom written */
    snapshot_copy *copy;
    uint64_t id;
    unsigned batch;
    atomic_uint slots_known; /* slots from here on were never used */
    struct snapshot_slot slots[SNAPSHOT_SLOTS];
    _Alignas(SNAPSHOT_APART) pthread_mutex_t
        lock; /* of what follows; taken at thread begin and end, and when values run out */
    bool slot_taken[SNAPSHOT_SLOTS];
    struct snapshot_member *members;
    struct snapshot_value *spare;   /* of threads that ended */
    struct snapshot_value *orphans; /* likewise, swapped out before epoch `orphans_closing` */
    uint64_t orphans_closing;
    struct snapshot_counters ended;
};

/* The caller's own counter: one writer, no locked instruction needed. */
static inline void snapshot_bump(atomic_ullong *counter, uint64_t by)
{
    atomic_store_explicit(
        counter, atomic_load_explicit(counter, memory_order_relaxed) + by, memory_order_relaxed);
}

struct snapshot_member *snapshot_self(struct snapshot_store *s);

/* liburcu's idea of this thread, for all stores together: in so many bursts. */
void snapshot_go_online(void);
void snapshot_go_offline(struct snapshot_store *s);
unsigned snapshot_online(void);

/* Sequentially consistent, as are the swaps and the loads of what is newest: whoever looks for
 * readers after a swap sees this, or this thread sees the swap. */
static inline void snapshot_come_in(struct snapshot_store *s, struct snapshot_member *m)
{
    atomic_store(&m->inside, atomic_load(&s->epoch));
}

static inline void snapshot_leave(struct snapshot_member *m)
{
    atomic_store_explicit(&m->inside, 0, memory_order_release);
}

/* Memory for one value, all zeroes; NULL on no memory. A list of such freed. */
struct snapshot_value *snapshot_value_new(const struct snapshot_store *s);
void snapshot_values_free(struct snapshot_value *list);
/* Moves all of `values` to a list. */
void snapshot_put(struct snapshot_value **list, struct snapshot_value *values);

/* Copies the bytes alone. */
static inline void snapshot_value_copy(
    const struct snapshot_store *s, struct snapshot_value *to, const void *from)
{
    if (s->copy != NULL) {
        s->copy(to->bytes, from);
    } else {
        memcpy(to->bytes, from, s->size);
    }
}

/* When the thread has none left: recycled, or new up to its share; NULL when slow readers hold them
 * all. Ends what this thread has read. */
struct snapshot_value *snapshot_reclaim(struct snapshot_store *s, struct snapshot_member *m);

/* A value nobody reads. */
static inline struct snapshot_value *snapshot_obtain(
    struct snapshot_store *s, struct snapshot_member *m)
{
    struct snapshot_value *v = m->free;
    if (v == NULL) {
        return snapshot_reclaim(s, m);
    }
    m->free = v->next;
    return v;
}

/* Back unused. */
static inline void snapshot_return(struct snapshot_member *m, struct snapshot_value *value)
{
    value->next = m->free;
    m->free = value;
}

/* Was swapped out: others may still read it. */
static inline void snapshot_retire(struct snapshot_member *m, struct snapshot_value *old)
{
    old->next = m->limbo;
    m->limbo = old;
    m->limbo_count++;
}

#endif
