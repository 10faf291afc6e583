/* A bounded queue of bytes between one producer thread and one consumer thread, for whole lines of
 * any length. Wait-free on both sides; a line that does not fit is dropped whole and counted. */
#ifndef SRC_BYTE_QUEUE_H
#define SRC_BYTE_QUEUE_H

#include "base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_queue {
    uint8_t *bytes;
    size_t capacity; /* a power of two */
    size_t base;     /* count of bytes at the start of the ring; the producer moves it when empty */
    _Alignas(64) atomic_size_t head; /* bytes ever popped, moved by the consumer */
    _Alignas(64) atomic_size_t tail; /* bytes ever pushed, moved by the producer */
    atomic_ullong dropped;           /* lines that did not fit */
};

/* `capacity` must be a power of two. ERR_NO_MEMORY. */
enum err byte_queue_init(struct byte_queue *q, size_t capacity);
void byte_queue_deinit(struct byte_queue *q);

/* All of it or nothing; `spare` bytes stay free (for a line that must not be lost). Producer thread
 * only. */
bool byte_queue_push(struct byte_queue *q, const void *data, size_t size, size_t spare);

/* Bytes waiting. Whatever was pushed at once is counted at once: the bytes up to here end with a
 * whole line. */
size_t byte_queue_size(const struct byte_queue *q);

/* The longest run of waiting bytes that lies in one piece; 0 when empty. Consumer thread only. */
size_t byte_queue_peek(const struct byte_queue *q, const uint8_t **run);
void byte_queue_pop(struct byte_queue *q, size_t size);

#endif
