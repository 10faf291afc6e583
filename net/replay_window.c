#include "net/replay_window.h"

#include <string.h>

static uint64_t *word_of(struct replay_window *w, uint64_t counter)
{
    return &w->seen[counter / 64 % REPLAY_WINDOW_WORDS];
}

enum replay_verdict replay_window_check(const struct replay_window *w, uint64_t counter)
{
    if (counter == UINT64_MAX) {
        return REPLAY_STALE;
    }
    if (counter >= w->next) {
        return REPLAY_FRESH;
    }
    if (w->next - counter > REPLAY_WINDOW_COUNTERS) {
        return REPLAY_STALE;
    }
    uint64_t word = w->seen[counter / 64 % REPLAY_WINDOW_WORDS];
    return word >> counter % 64 & 1 ? REPLAY_SEEN : REPLAY_FRESH;
}

enum replay_verdict replay_window_accept(struct replay_window *w, uint64_t counter)
{
    enum replay_verdict v = replay_window_check(w, counter);
    if (v != REPLAY_FRESH) {
        return v;
    }
    if (counter >= w->next) {
        /* The word of the highest counter so far stays; those after it, up to ours, start empty. */
        uint64_t last = w->next == 0 ? 0 : (w->next - 1) / 64;
        uint64_t steps = counter / 64 - last;
        if (steps >= REPLAY_WINDOW_WORDS) {
            memset(w->seen, 0, sizeof w->seen);
        } else {
            for (uint64_t i = 1; i <= steps; i++) {
                w->seen[(last + i) % REPLAY_WINDOW_WORDS] = 0;
            }
        }
        w->next = counter + 1;
    }
    *word_of(w, counter) |= UINT64_C(1) << counter % 64;
    return REPLAY_FRESH;
}
