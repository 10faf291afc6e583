/* What a record keeps beside its blocks, for quick restarts and newcomers: the last states, the epoch chain, the deals of the last key.
 * All of it follows from the blocks, so the auditor compares every row with them (protocol E.2). */
#ifndef SRC_AUDIT_BESIDE_H
#define SRC_AUDIT_BESIDE_H

#include "consensus/audit.h"
#include "src/store.h"

struct beside;

/* Reads what is there. ERR_FORMAT: a row is not what was written, with `problem` saying which. */
enum err beside_open(struct beside **out, struct store *s, char *problem);
void beside_close(struct beside *b);

/* Compares what is about the block that `a` has just taken, `p` being its row. False: audit_fail was called. */
bool beside_block(struct beside *b, struct audit *a, const struct persist *p);

/* The heights of the states that are kept, lowest first; returns how many. */
enum { BESIDE_STATES_MAX = 2 };
size_t beside_states(const struct beside *b, uint64_t heights[BESIDE_STATES_MAX]);

/* The audit began at the state kept at that height: what is about it and the blocks before it is not compared. */
void beside_skip(struct beside *b, uint64_t height, uint32_t epoch);

/* Blocks that the record says are still to be fetched, first and last; 0 and 0 when it misses none. */
struct beside_gap {
    uint64_t from, to;
};
struct beside_gap beside_gap(const struct beside *b);

/* Nothing is left over and nothing is missing. */
bool beside_end(const struct beside *b, struct audit *a);

#endif
