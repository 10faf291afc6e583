/* Ways for threads to share one value of 1 KiB, for the snapshot bench to compare: the snapshot
 * store, in bursts and with single calls; a mutex that holds it in place; a mutex under which readers
 * copy it out; a read-write lock; a seqlock. The same change and the same reads in each. */
#ifndef SRC_BENCH_SHARE_H
#define SRC_BENCH_SHARE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { SHARE_BYTES = 1024, SHARE_WORDS = SHARE_BYTES / 8 };

enum share_way {
    SHARE_SNAPSHOT,
    SHARE_SNAPSHOT_SINGLE,
    SHARE_MUTEX,
    SHARE_MUTEX_COPY,
    SHARE_RWLOCK,
    SHARE_SEQLOCK,
    SHARE_WAYS,
};

/* One thread's part in a run. `done` is its own until the run has ended. */
struct share_part {
    _Alignas(128) uint64_t done;
    double cpu_s;  /* processor time it had */
    uint64_t seen; /* of what was read, so that reading is not left out */
    bool whole;    /* reads all words, not one */
    atomic_bool *stop;
};

/* The value all ways share anew. False on no memory. */
bool share_begin(void);
void share_end(void);

/* Both return when `stop` is set. */
void share_read(enum share_way way, struct share_part *part);
void share_write(enum share_way way, struct share_part *part);

/* Of the snapshot store, since share_begin. */
struct snapshot_counters share_counters(void);

#endif
