/* The checks of an auditor (consensus/audit.h) on all cores: it goes on executing while others look at signatures and dice proofs. Checks
 * are collected in the order in which they were handed in, so that the first fault is the first one. Works with no further thread too. */
#ifndef SRC_AUDIT_POOL_H
#define SRC_AUDIT_POOL_H

#include "consensus/audit.h"

/* One block on its way: copies of its bytes, its check, and what the owner wants to know when it comes back. */
struct audit_task {
    struct audit_check check;
    uint8_t *bytes;
    size_t size, capacity, proof_size; /* the proof stands behind the block */
    uint64_t payouts;
    bool done;
};

struct audit_pool;

/* As many threads as there are further cores, as far as they can be had. NULL on no memory. */
struct audit_pool *audit_pool_create(void);
void audit_pool_destroy(struct audit_pool *p);

/* A free task with copies of these bytes; NULL when all are on their way (collect first) or there is no memory (*out_of_memory). */
struct audit_task *audit_pool_take(struct audit_pool *p, const uint8_t *bytes, size_t size,
    const uint8_t *proof, size_t proof_size, bool *out_of_memory);

/* Hands in the task that was taken last. */
void audit_pool_submit(struct audit_pool *p);

/* The oldest task that was handed in, when it is done, helping meanwhile; good until the next take. NULL when there is none. */
struct audit_task *audit_pool_collect(struct audit_pool *p);

#endif
