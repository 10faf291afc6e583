/* What benches of tables share: operations of the members of a bench's table. */
#ifndef SRC_BENCH_CONSENSUS_H
#define SRC_BENCH_CONSENSUS_H

#include "src/bench_member.h"

void bench_pause_ms(unsigned ms);
void bench_pause_until(uint64_t due_us);

/* One operation of that member from submission until it is final for it, in milliseconds. False as bench_table_wait. */
bool bench_operation(
    struct bench_table *t, struct bench_member *m, uint64_t timeout_ms, double *ms);

/* So many operations of each member that runs, `depth` of each on their way at once. False as bench_table_wait. */
bool bench_operations(struct bench_table *t, uint64_t each, unsigned depth, uint64_t timeout_ms);

/* Starts a killed member and measures until it is in its seat again and has every block that `other` has. */
int bench_return(
    struct bench_table *t, struct bench_member *m, struct bench_member *other, double *ms);

int bench_consensus(struct bench_run *run);
int bench_dice(struct bench_run *run);
int bench_etcd(struct bench_run *run);
int bench_growth(struct bench_run *run);
int bench_idle(struct bench_run *run);
int bench_simulator(struct bench_run *run);
int bench_tables(struct bench_run *run);

#endif
