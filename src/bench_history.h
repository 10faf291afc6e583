/* What the benches of long nights share: a table of four that plays, and its record. */
#ifndef SRC_BENCH_HISTORY_H
#define SRC_BENCH_HISTORY_H

#include "src/bench_member.h"

enum { HISTORY_MEMBERS = 4, HISTORY_PATH_BYTES = 1200 };

/* Four members who play on by the strategy `random`, as fast as they can. 0 or an exit status, as bench_table_open. */
int bench_history_open(struct bench_table *t);

/* Waits until so many blocks are final for the host. False as bench_table_wait. */
bool bench_history_wait(struct bench_run *run, struct bench_table *t, uint64_t blocks);

/* The host's record; false when there is none. */
bool bench_history_path(const struct bench_table *t, char path[HISTORY_PATH_BYTES]);

/* Bytes of the blocks in it and of their proofs. */
double bench_history_bytes(const struct bench_table *t);

/* So many joins of a newcomer are measured, at a quarter, a half and the whole of --blocks; then the table ends. */
int bench_sync(struct bench_run *run);

/* craps verify on the record of such a table, and on one with full blocks. */
int bench_verify(struct bench_run *run);

#endif
