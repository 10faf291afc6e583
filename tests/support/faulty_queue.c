#include "tests/support/faulty_queue.h"

#include <stdlib.h>
#include <string.h>

bool faulty_queue_init(struct faulty_queue *q)
{
    *q = (struct faulty_queue){.heap = calloc(FRAMES_MAX, sizeof *q->heap)};
    return q->heap != NULL;
}

void faulty_queue_deinit(struct faulty_queue *q)
{
    for (size_t i = 0; i < q->count; i++) {
        free(q->heap[i].data);
    }
    free(q->heap);
    *q = (struct faulty_queue){0};
}

static bool before(const struct frame *a, const struct frame *b)
{
    return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

static void swap(struct faulty_queue *q, size_t a, size_t b)
{
    struct frame f = q->heap[a];
    q->heap[a] = q->heap[b];
    q->heap[b] = f;
}

bool faulty_queue_push(
    struct faulty_queue *q, uint64_t due_us, unsigned to, const uint8_t *data, size_t size)
{
    uint8_t *copy = q->count < FRAMES_MAX ? malloc(size) : NULL;
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, data, size);
    size_t at = q->count++;
    q->heap[at] = (struct frame){due_us, q->arrivals++, to, size, copy};
    while (at > 0 && before(&q->heap[at], &q->heap[(at - 1) / 2])) {
        swap(q, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
    return true;
}

uint64_t faulty_queue_due_us(const struct faulty_queue *q)
{
    return q->count > 0 ? q->heap[0].due_us : UINT64_MAX;
}

struct frame faulty_queue_pop(struct faulty_queue *q)
{
    struct frame first = q->heap[0];
    q->heap[0] = q->heap[--q->count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
            if (child < q->count && before(&q->heap[child], &q->heap[least])) {
                least = child;
            }
        }
        if (least == at) {
            return first;
        }
        swap(q, at, least);
        at = least;
    }
}
