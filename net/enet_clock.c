#include "net/enet_clock.h"

#include <time.h>

enum { CARRY_MS = 250 };

/* Thread-local because ENet asks without a context (decision 14). */
static _Thread_local uint64_t told_ms;
static _Thread_local struct timespec told_at;

void enet_clock_set(uint64_t now_ms)
{
    clock_gettime(CLOCK_MONOTONIC, &told_at);
    told_ms = now_ms;
}

uint32_t enet_time_get(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t since_ms =
        (now.tv_sec - told_at.tv_sec) * 1000 + (now.tv_nsec - told_at.tv_nsec) / 1000000;
    int64_t carried_ms = since_ms < 0 ? 0 : since_ms > CARRY_MS ? CARRY_MS : since_ms;
    return (uint32_t)(told_ms + (uint64_t)carried_ms);
}
