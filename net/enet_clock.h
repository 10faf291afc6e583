/* ENet's clock. Its own reads the wall clock: a stepped clock must not cut links, and tests own
 * their time. enet_time_get() is defined here instead, which the loader prefers to the library's. */
#ifndef NET_ENET_CLOCK_H
#define NET_ENET_CLOCK_H

#include <stdint.h>

/* Tells this thread what time it is. Until it is told again the monotonic clock carries it on, by
 * at most a quarter of a second: work between receiving and sending takes time, too. */
void enet_clock_set(uint64_t now_ms);

/* ENet's name and type for it: milliseconds, modulo 2^32. */
uint32_t enet_time_get(void);

#endif
