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

/* Nothing is left over and nothing is missing. */
bool beside_end(const struct beside *b, struct audit *a);

#endif
