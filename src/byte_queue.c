#include "src/byte_queue.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum err byte_queue_init(struct byte_queue *q, size_t capacity)
{
    CHECK(capacity > 0 && (capacity & (capacity - 1)) == 0);
    q->bytes = malloc(capacity);
    q->capacity = capacity;
    q->base = 0;
    atomic_init(&q->head, 0);
    atomic_init(&q->tail, 0);
    atomic_init(&q->dropped, 0);
    return q->bytes == NULL ? ERR_NO_MEMORY : ERR_OK;
}

void byte_queue_deinit(struct byte_queue *q)
{
    free(q->bytes);
    q->bytes = NULL;
}

bool byte_queue_push(struct byte_queue *q, const void *data, size_t size, size_t spare)
{
    size_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);
    size_t head = atomic_load_explicit(&q->head, memory_order_acquire);
    size_t room = q->capacity - (tail - head);
    if (size > room || spare > room - size) {
        atomic_fetch_add_explicit(&q->dropped, 1, memory_order_relaxed);
        return false;
    }
    if (head == tail) {
        q->base = tail; /* from the start again: memory touched is what ever waited at once */
    }
    size_t at = (tail - q->base) & (q->capacity - 1);
    size_t first = size < q->capacity - at ? size : q->capacity - at;
    memcpy(q->bytes + at, data, first);
    memcpy(q->bytes, (const uint8_t *)data + first, size - first);
    atomic_store_explicit(&q->tail, tail + size, memory_order_release);
    return true;
}

size_t byte_queue_size(const struct byte_queue *q)
{
    size_t head = atomic_load_explicit(&q->head, memory_order_relaxed);
    return atomic_load_explicit(&q->tail, memory_order_acquire) - head;
}

size_t byte_queue_peek(const struct byte_queue *q, const uint8_t **run)
{
    size_t size = byte_queue_size(q);
    if (size == 0) {
        *run = q->bytes;
        return 0; /* the producer may be moving the base just now */
    }
    size_t head = atomic_load_explicit(&q->head, memory_order_relaxed);
    size_t at = (head - q->base) & (q->capacity - 1);
    *run = q->bytes + at;
    return size < q->capacity - at ? size : q->capacity - at;
}

void byte_queue_pop(struct byte_queue *q, size_t size)
{
    size_t head = atomic_load_explicit(&q->head, memory_order_relaxed);
    atomic_store_explicit(&q->head, head + size, memory_order_release);
}
