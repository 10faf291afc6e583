#include "base/queue.h"

#include "base/check.h"

#include <string.h>

void queue_init(struct queue *q, void *items, size_t item_size, size_t capacity)
{
    CHECK(capacity > 0 && (capacity & (capacity - 1)) == 0);
    CHECK(item_size > 0);
    q->items = items;
    q->item_size = item_size;
    q->capacity = capacity;
    atomic_init(&q->head, 0);
    atomic_init(&q->tail, 0);
    atomic_init(&q->refused, 0);
}

bool queue_push(struct queue *q, const void *item)
{
    size_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);
    size_t head = atomic_load_explicit(&q->head, memory_order_acquire);
    if (tail - head == q->capacity) {
        atomic_fetch_add_explicit(&q->refused, 1, memory_order_relaxed);
        return false;
    }
    memcpy(q->items + (tail & (q->capacity - 1)) * q->item_size, item, q->item_size);
    atomic_store_explicit(&q->tail, tail + 1, memory_order_release);
    return true;
}

bool queue_pop(struct queue *q, void *item)
{
    size_t head = atomic_load_explicit(&q->head, memory_order_relaxed);
    size_t tail = atomic_load_explicit(&q->tail, memory_order_acquire);
    if (head == tail) {
        return false;
    }
    memcpy(item, q->items + (head & (q->capacity - 1)) * q->item_size, q->item_size);
    atomic_store_explicit(&q->head, head + 1, memory_order_release);
    return true;
}

size_t queue_length(const struct queue *q)
{
    size_t tail = atomic_load_explicit(&q->tail, memory_order_acquire);
    size_t head = atomic_load_explicit(&q->head, memory_order_acquire);
    return tail - head;
}
