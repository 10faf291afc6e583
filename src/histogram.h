/* Latencies in fixed buckets, as monitoring counts them. Plain counters: one thread adds, others see copies. */
#ifndef SRC_HISTOGRAM_H
#define SRC_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_BOUNDS = 14 };

/* Upper bounds, inclusive, in microseconds, rising; one bucket more holds what is above the last. */
extern const uint32_t histogram_bounds_us[HISTOGRAM_BOUNDS];

struct histogram {
    uint64_t buckets[HISTOGRAM_BOUNDS + 1]; /* not cumulative */
    uint64_t count, sum_us;
};

void histogram_add(struct histogram *h, uint64_t us);

#endif
