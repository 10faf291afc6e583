/* The bare round that commits are compared with: tests/bench/floor.c, a program of its own. It stands still between its
 * turns, so that it costs nothing while something else is measured. */
#ifndef SRC_BENCH_FLOOR_H
#define SRC_BENCH_FLOOR_H

#include "src/bench.h"

#include <sys/types.h>

struct bench_floor {
    pid_t pid; /* 0: does not run */
    int to, from;
    char why[BENCH_WHY_BYTES]; /* it does not run because ... */
};

/* Starts it with so many members; false with `why` filled in. It looks next to the program in a build, then where an
 * installation puts it. */
bool bench_floor_start(struct bench_floor *f, unsigned members);

/* Makes `rounds` (at most 65536) blocks of `batch` operations, `rate` a second (0: one after the other); microseconds of each
 * into us. False with `why` when it did not. */
bool bench_floor_run(struct bench_floor *f, unsigned rounds, unsigned batch, unsigned rate,
    double *us, double *seconds);

void bench_floor_stop(struct bench_floor *f);

#endif
