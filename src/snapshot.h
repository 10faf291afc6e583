/* The snapshot store: an atomic pointer to an immutable value of fixed size. Reads are wait-free.
 * An update copies the newest value, changes the copy and swaps it in by compare-and-swap; whoever
 * swaps takes along the changes that other threads have published meanwhile (flat combining:
 * Hendler, Incze, Shavit, Tzafrir, SPAA 2010), without its lock: which changes a value holds is
 * written in the value itself, so that a thread that waits in vain does its own, and a stopped one
 * stops nobody (P-Sim: Fatourou, Kallimanis, SPAA 2011). Old values come back through a small pool
 * when nobody can be reading them: epochs for who acquires, liburcu's QSBR for bursts. Any number of
 * reader and writer threads; every thread registers first. docs/snapshot.md says when this pays. */
#ifndef SRC_SNAPSHOT_H
#define SRC_SNAPSHOT_H

#include "base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snapshot_store;

/* Copies a value whose bytes need not all be copied every time; `to` holds an older value, or
 * zeroes. NULL = memcpy. Runs on every thread that updates, or combines. */
typedef void snapshot_copy(void *to, const void *from);

/* A store whose first version (1) is a copy of `initial`. NULL on no memory. */
struct snapshot_store *snapshot_create(size_t size, const void *initial, snapshot_copy *copy);
/* No thread may be inside, or use it afterwards; threads that did not end are forgotten. NULL is
 * fine. */
void snapshot_destroy(struct snapshot_store *s);

/* Every thread that reads or updates calls these around its life. False on no memory. */
bool snapshot_thread_begin(struct snapshot_store *s);
void snapshot_thread_end(struct snapshot_store *s);

/* Wait-free, and nobody waits for who is inside; valid until snapshot_release on the same thread. `version` may be NULL. Does not nest
 * in one store. Keep it short: what is replaced meanwhile stays in memory. */
const void *snapshot_acquire(struct snapshot_store *s, uint64_t *version);
void snapshot_release(struct snapshot_store *s);

/* Alters a copy of the newest value; false = this change is not wanted after all, whatever it did to
 * the copy. It may run several times, on a new copy each time. */
typedef bool snapshot_change(void *value, void *argument);

/* `change` runs on this thread alone and gets `argument` as it is. On a lost race it starts over
 * after a pause that grows with every loss, at most SNAPSHOT_RETRIES_MAX times, then ERR_AGAIN and
 * nothing changed. An unwanted change is ERR_OK. Not between acquire and release. Does not wait for
 * a reader that is inside: when the spare values are used up, ERR_AGAIN too. */
enum { SNAPSHOT_RETRIES_MAX = 64 };
enum err snapshot_update(struct snapshot_store *s, snapshot_change *change, void *argument);

/* The same for several writers at once: the first `size` bytes at `argument` (at most
 * SNAPSHOT_ARGUMENT_MAX, copied; what pointers in them point at is the caller's affair) go with
 * `change` wherever it runs. That can be ANY registered thread, also after this call has returned,
 * on copies that nobody will see: `change` depends on value and argument only, writes to the value
 * only, and does not block. Takes effect exactly once. At most 3 swaps are tried: wait-free but for
 * memory, and ERR_AGAIN (nothing changed) says only that the spare values are used up. The first
 * SNAPSHOT_SLOTS threads of a store combine; of others it is a snapshot_update. */
enum { SNAPSHOT_ARGUMENT_MAX = 48, SNAPSHOT_SLOTS = 12 };
enum err snapshot_combine(
    struct snapshot_store *s, snapshot_change *change, const void *argument, size_t size);

/* For a thread that reads or updates in a tight loop: between begin and end snapshot_peek costs one
 * load, and what it gave is valid until the thread's next step, update or end. Such a thread must
 * not block: updates elsewhere wait for its next step. */
void snapshot_burst_begin(struct snapshot_store *s);
void snapshot_burst_step(struct snapshot_store *s);
void snapshot_burst_end(struct snapshot_store *s);

/* What a store points at; laid open for snapshot_peek alone. One cache line, then the value. */
struct snapshot_value {
    uint64_t version;
    struct snapshot_value *next;      /* in a pool */
    uint32_t applied[SNAPSHOT_SLOTS]; /* the last request of each slot that this value holds */
    _Alignas(64) unsigned char bytes[];
};
struct snapshot_latest {
    _Atomic(struct snapshot_value *) value;
};

static inline const void *snapshot_peek(const struct snapshot_store *s, uint64_t *version)
{
    const struct snapshot_latest *latest = (const struct snapshot_latest *)(const void *)s;
    const struct snapshot_value *value = atomic_load_explicit(&latest->value, memory_order_acquire);
    if (version != NULL) {
        *version = value->version;
    }
    return value->bytes;
}

enum { SNAPSHOT_RETRY_BUCKETS = 8, SNAPSHOT_NS_BUCKETS = 32 };
struct snapshot_counters {
    uint64_t version;      /* one swap more than `swaps`; a swap can hold several changes or none */
    uint64_t swaps;        /* successful */
    uint64_t swaps_failed; /* lost races */
    uint64_t combined;     /* changes that were swapped in by another thread than their own */
    uint64_t
        waited_in_vain;   /* nobody took a published change along in time: done by its own thread */
    uint64_t gave_up;     /* ERR_AGAIN */
    uint64_t retries_max; /* of one update */
    uint64_t retries[SNAPSHOT_RETRY_BUCKETS];     /* updates with 0, 1, 2.., 4.., 8.. lost races */
    uint64_t update_ns_last, update_ns_max;       /* of those timed: done, outside bursts */
    uint64_t update_ns_sum, updates_timed;        /* likewise */
    uint64_t update_ns_log2[SNAPSHOT_NS_BUCKETS]; /* likewise: [i] took less than 2^i ns */
    uint64_t reclaimed;
};
/* Of all threads so far; any thread. */
struct snapshot_counters snapshot_counters(const struct snapshot_store *s);

#endif
