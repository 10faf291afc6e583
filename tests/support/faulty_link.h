/* What one direction between two ports of the faulty switch does to the frames that take it: loses, delays, holds back, doubles, corrupts,
 * throttles and cuts them. One seeded generator decides; time is passed in. */
#ifndef TESTS_FAULTY_LINK_H
#define TESTS_FAULTY_LINK_H

#include "base/prng.h"
#include "tests/support/faulty_queue.h"

/* Frames larger than this carry a message: Ethernet, IP, UDP and ENet headers with pings and acknowledgements stay below, the smallest
 * sealed record alone has 89 bytes more. */
enum { FRAME_WITHOUT_MESSAGE_BYTES = 110 };

struct faulty_link {
    double loss, duplicate, reorder, corrupt; /* percent */
    double delay_ms, jitter_ms;               /* delay_ms +- jitter_ms; the order is kept */
    double rate;                     /* KB/s; 0 = any. More than 300 ms of it is not kept */
    double flap_ms;                  /* up so long, down so long; 0 = up */
    double burst_ms, burst_every_ms; /* nothing passes for burst_ms, about so often */
    bool cut, parted;                /* by hand, by a partition: nothing passes */

    uint64_t free_us;  /* when the throttled line has sent what it holds */
    uint64_t last_us;  /* when the frame sent last is due */
    uint64_t burst_us; /* when the next burst begins, or began */

    struct {
        uint64_t frames, bytes; /* offered */
        uint64_t messages;      /* IP frames large enough to carry one */
        uint64_t lost, cut, throttled, reordered, duplicated, corrupted;
    } count;
};

/* Sets one property by its name above (delay and jitter in ms without the suffix, flap, burst, every). False when there is none
 * of that name or the value makes no sense. */
bool faulty_link_set(struct faulty_link *l, const char *name, double value);

/* A frame enters; what comes out of it at the other end goes into the queue, for port `to`. */
void faulty_link_take(struct faulty_link *l, struct prng *random, struct faulty_queue *queue,
    unsigned to, const uint8_t *data, size_t size, uint64_t now_us);

#endif
