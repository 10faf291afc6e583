/* The one place where this program reads its clocks: the monotonic one, since the first call. */
#ifndef SRC_CLOCK_H
#define SRC_CLOCK_H

#include <stdint.h>

uint64_t clock_now_us(void);

/* Milliseconds of a clock that goes on while the machine is suspended; for telling that it was. */
uint64_t clock_boot_ms(void);

static inline uint64_t clock_now_ms(void)
{
    return clock_now_us() / 1000;
}

#endif
