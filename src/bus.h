/* The event bus: one producer (the manager), several subscribers, each at its own pace. Bounded: a
 * slow subscriber loses its oldest events and is told how many. Neither side ever waits. */
#ifndef SRC_BUS_H
#define SRC_BUS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BUS_SUBSCRIBERS_MAX = 8 };

struct bus;

/* Items of fixed size; capacity a power of two. NULL on no memory. */
struct bus *bus_create(size_t item_size, size_t capacity);
void bus_destroy(struct bus *b);

/* Producer thread only. Never fails: it overwrites the oldest. */
void bus_publish(struct bus *b, const void *item);

/* A subscriber starts with what is published after it subscribed. -1 when there are too many. Any
 * thread. */
int bus_subscribe(struct bus *b);
void bus_unsubscribe(struct bus *b, int subscriber);

/* The subscriber's next item; false when there is none. *lost = how many were overwritten before
 * it. One thread per subscriber. An item torn by the producer while it is copied counts as lost,
 * never as an item; `item` holds nothing when false comes back. */
bool bus_next(struct bus *b, int subscriber, void *item, uint64_t *lost);

/* A descriptor that becomes readable after a publish (eventfd), one a subscriber. bus_clear empties
 * it: clear first, then take everything bus_next has, then wait again. -1 for one that is not
 * subscribed. */
int bus_fd(const struct bus *b, int subscriber);
void bus_clear(struct bus *b, int subscriber);

/* Items that the slowest subscriber has not taken yet (at most the capacity), and how many have been overwritten untaken, of all
 * subscribers. Any thread: what is moving meanwhile is seen as it was a moment ago. */
uint64_t bus_waiting(const struct bus *b);
uint64_t bus_lost(const struct bus *b);

/* Makes the descriptor readable without an item: something else is new. Any thread. */
void bus_wake(struct bus *b, int subscriber);

#endif
