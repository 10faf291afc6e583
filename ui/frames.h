/* When the screen may be drawn again: at most 30 times in any second. What happens by itself may take
 * 20 of these, and comes not sooner than 33 ms after the frame before; so a key is answered at once. */
#ifndef UI_FRAMES_H
#define UI_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

enum { FRAMES_A_SECOND = 30, FRAMES_BY_ITSELF = 20, FRAMES_APART_MS = 33 };

/* Zero: none was drawn yet. */
struct frames {
    uint64_t at_ms[FRAMES_A_SECOND]; /* the last ones, a ring */
    uint64_t count;
};

/* A second after the frame that was drawn `back` frames ago; 0 when there were not as many. */
static inline uint64_t frames_second_after(const struct frames *f, unsigned back)
{
    return f->count < back ? 0 : f->at_ms[(f->count - back) % FRAMES_A_SECOND] + 1000;
}

/* From when on the next frame may be drawn. */
static inline uint64_t frames_due_ms(const struct frames *f, bool for_a_key)
{
    uint64_t due_ms = frames_second_after(f, for_a_key ? FRAMES_A_SECOND : FRAMES_BY_ITSELF);
    if (f->count > 0 && !for_a_key) {
        uint64_t apart_ms = f->at_ms[(f->count - 1) % FRAMES_A_SECOND] + FRAMES_APART_MS;
        due_ms = apart_ms > due_ms ? apart_ms : due_ms;
    }
    return due_ms;
}

static inline void frames_drawn(struct frames *f, uint64_t now_ms)
{
    f->at_ms[f->count++ % FRAMES_A_SECOND] = now_ms;
}

#endif
