/* A bounded queue of fixed-size items between exactly one producer thread and one consumer thread.
 * Wait-free on both sides; a full queue refuses the push, and the pusher sees it. */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue {
    uint8_t *items; /* capacity * item_size bytes, owned by the caller of queue_init */
    size_t item_size;
    size_t capacity;                 /* a power of two */
    _Alignas(64) atomic_size_t head; /* next to pop, moved by the consumer */
    _Alignas(64) atomic_size_t tail; /* next to push, moved by the producer */
    atomic_ullong refused;           /* pushes refused because the queue was full */
};

/* `items` is caller memory of capacity * item_size bytes; capacity must be a power of two. */
void queue_init(struct queue *q, void *items, size_t item_size, size_t capacity);

/* Copies one item in; false when full (counted). Producer thread only. */
bool queue_push(struct queue *q, const void *item);

/* Copies the oldest item out; false when empty. Consumer thread only. */
bool queue_pop(struct queue *q, void *item);

/* Items waiting; exact only on a thread that is producer or consumer. */
size_t queue_length(const struct queue *q);

#endif
