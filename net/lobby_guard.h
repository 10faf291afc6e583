/* Guesses over many sets of words: the third set burned within ten minutes, or twenty wrong guesses in one evening, shut the
 * door until somebody opens it by hand (D.1, D.4). All zero: nothing has happened yet. */
#ifndef NET_LOBBY_GUARD_H
#define NET_LOBBY_GUARD_H

#include <stdbool.h>
#include <stdint.h>

enum {
    LOBBY_BURNINGS_MAX = 3,
    LOBBY_BURNINGS_MS = 10 * 60 * 1000,
    LOBBY_GUESSES_MAX = 20,
    LOBBY_GUESSES_MS = 12 * 3600 * 1000
};

struct lobby_guard {
    bool shut;
    unsigned burnings;
    uint64_t burned_ms[LOBBY_BURNINGS_MAX]; /* the latest, a ring */
    uint32_t guesses;                       /* wrong ones since then */
    uint64_t since_ms;
};

/* A guess was wrong; a set of words is burned. True when that shuts the door. */
bool lobby_guard_failed(struct lobby_guard *g, uint64_t now_ms);
bool lobby_guard_burned(struct lobby_guard *g, uint64_t now_ms);

/* By hand: everything is forgotten. */
void lobby_guard_open(struct lobby_guard *g);

#endif
