/* Frames on their way, in the order in which they are due. For the faulty switch. */
#ifndef TESTS_FAULTY_QUEUE_H
#define TESTS_FAULTY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_BYTES_MAX = 2048, FRAMES_MAX = 1 << 16 };

struct frame {
    uint64_t due_us;
    uint64_t order; /* of arrival, among those due at one time */
    unsigned to;
    size_t size;
    uint8_t *data; /* owned */
};

struct faulty_queue {
    struct frame *heap;
    size_t count;
    uint64_t arrivals;
};

/* False without memory. */
bool faulty_queue_init(struct faulty_queue *q);
void faulty_queue_deinit(struct faulty_queue *q);

/* Copies the frame. False when the queue is full or memory is short. */
bool faulty_queue_push(
    struct faulty_queue *q, uint64_t due_us, unsigned to, const uint8_t *data, size_t size);

/* When the next frame is due; UINT64_MAX without one. */
uint64_t faulty_queue_due_us(const struct faulty_queue *q);

/* The next frame, whose data the caller frees. There must be one. */
struct frame faulty_queue_pop(struct faulty_queue *q);

#endif
