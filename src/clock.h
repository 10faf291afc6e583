/* The one place where this program reads a clock: monotonic, since the first call. */
#ifndef SRC_CLOCK_H
#define SRC_CLOCK_H

#include <stdint.h>

uint64_t clock_now_us(void);

static inline uint64_t clock_now_ms(void)
{
    return clock_now_us() / 1000;
}

#endif
