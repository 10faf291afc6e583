#include "src/histogram.h"

const uint32_t histogram_bounds_us[HISTOGRAM_BOUNDS] = {500, 1000, 2000, 5000, 10000, 20000, 50000,
    100000, 200000, 500000, 1000000, 2000000, 5000000, 10000000};

void histogram_add(struct histogram *h, uint64_t us)
{
    unsigned i = 0;
    while (i < HISTOGRAM_BOUNDS && us > histogram_bounds_us[i]) {
        i++;
    }
    h->buckets[i]++;
    h->count++;
    h->sum_us += us;
}
