/* Which of the last 1,024 counters of an unreliable channel have been seen (after RFC 6479: a ring
 * of words, so that moving on clears words instead of shifting bits). */
#ifndef NET_REPLAY_WINDOW_H
#define NET_REPLAY_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

enum {
    REPLAY_WINDOW_COUNTERS = 1024,
    /* one word more than the window, so that the oldest word is never half forgotten */
    REPLAY_WINDOW_WORDS = REPLAY_WINDOW_COUNTERS / 64 + 1
};

/* All zero is a window that has seen nothing. */
struct replay_window {
    uint64_t next; /* one above the highest counter seen */
    uint64_t seen[REPLAY_WINDOW_WORDS];
};

enum replay_verdict {
    REPLAY_FRESH,
    REPLAY_SEEN, /* within the window, and seen */
    REPLAY_STALE /* too old to tell, or UINT64_MAX, which no counter may be */
};

/* Looks without changing anything, before the packet has proven itself. */
enum replay_verdict replay_window_check(const struct replay_window *w, uint64_t counter);

/* Marks `counter` as seen if it is fresh; returns what it was. */
enum replay_verdict replay_window_accept(struct replay_window *w, uint64_t counter);

#endif
