#include "src/clock.h"

#include <stdatomic.h>
#include <time.h>

uint64_t clock_now_us(void)
{
    static _Atomic uint64_t origin_us;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t us = (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
    uint64_t unset = 0;
    /* One millisecond before the first call, so that 0 never is a time at which something happened. */
    atomic_compare_exchange_strong(&origin_us, &unset, us - 1000u);
    return us - atomic_load(&origin_us);
}

uint64_t clock_boot_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}
