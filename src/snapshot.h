/* The snapshot store: an atomic pointer to an immutable value of fixed size. Reads are wait-free;
 * updates copy, change and compare-and-swap with a bounded number of retries and adaptive back-off;
 * old values come back through a small pool after a grace period of liburcu's QSBR flavour
 * (tests/bench/snapshot_bench.c compares it with Concurrency Kit). Any number of reader and writer
 * threads; every thread registers first. */
#ifndef SRC_SNAPSHOT_H
#define SRC_SNAPSHOT_H

#include "base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snapshot_store;

/* Copies a value whose bytes need not all be copied every time; `to` holds an older value, or
 * zeroes. NULL = memcpy. */
typedef void snapshot_copy(void *to, const void *from);

/* A store whose first version (1) is a copy of `initial`. NULL on no memory. */
struct snapshot_store *snapshot_create(size_t size, const void *initial, snapshot_copy *copy);
/* No thread may be inside, or use it afterwards; threads that did not end are forgotten. NULL is
 * fine. */
void snapshot_destroy(struct snapshot_store *s);

/* Every thread that reads or updates calls these around its life. False on no memory. */
bool snapshot_thread_begin(struct snapshot_store *s);
void snapshot_thread_end(struct snapshot_store *s);

/* Wait-free; valid until snapshot_release on the same thread. `version` may be NULL. Does not nest
 * in one store. Keep it short: what is replaced meanwhile stays in memory. */
const void *snapshot_acquire(struct snapshot_store *s, uint64_t *version);
void snapshot_release(struct snapshot_store *s);

/* Copies the latest value, lets `change` alter it, swaps it in; on a lost race it starts over, at
 * most SNAPSHOT_RETRIES_MAX times (then ERR_AGAIN and nothing changed). `change` may run several
 * times; returning false gives up (ERR_OK, nothing changed). Not between acquire and release. Does
 * not wait for a reader that is inside: when the spare values are used up, ERR_AGAIN too. */
enum { SNAPSHOT_RETRIES_MAX = 64 };
typedef bool snapshot_change(void *value, void *argument);
enum err snapshot_update(struct snapshot_store *s, snapshot_change *change, void *argument);

/* For a thread that reads or updates in a tight loop: between begin and end snapshot_peek costs one
 * load, and what it gave is valid until the thread's next step, update or end. Such a thread must
 * not block: updates elsewhere wait for its next step. */
void snapshot_burst_begin(struct snapshot_store *s);
void snapshot_burst_step(struct snapshot_store *s);
void snapshot_burst_end(struct snapshot_store *s);

/* What a store points at; laid open for snapshot_peek alone. */
struct snapshot_value {
    uint64_t version;
    struct snapshot_value *next; /* in a pool */
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

struct snapshot_counters {
    uint64_t version;
    uint64_t swaps;        /* successful */
    uint64_t swaps_failed; /* lost races */
    uint64_t gave_up;      /* ERR_AGAIN */
    uint64_t update_ns_last, update_ns_max,
        update_ns_sum; /* of those timed: successful ones outside bursts */
    uint64_t updates_timed;
    uint64_t reclaimed;
};
/* Of all threads so far; any thread. */
struct snapshot_counters snapshot_counters(const struct snapshot_store *s);

#endif
