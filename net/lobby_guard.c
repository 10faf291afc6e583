#include "net/lobby_guard.h"

bool lobby_guard_failed(struct lobby_guard *g, uint64_t now_ms)
{
    bool was_shut = g->shut;
    if (g->guesses == 0 || now_ms - g->since_ms >= LOBBY_GUESSES_MS) {
        g->guesses = 0;
        g->since_ms = now_ms;
    }
    g->guesses++;
    g->shut = g->shut || g->guesses >= LOBBY_GUESSES_MAX;
    return g->shut && !was_shut;
}

bool lobby_guard_burned(struct lobby_guard *g, uint64_t now_ms)
{
    bool was_shut = g->shut;
    g->burned_ms[g->burnings++ % LOBBY_BURNINGS_MAX] = now_ms;
    uint64_t first_ms = g->burned_ms[g->burnings % LOBBY_BURNINGS_MAX];
    g->shut =
        g->shut || (g->burnings >= LOBBY_BURNINGS_MAX && now_ms - first_ms < LOBBY_BURNINGS_MS);
    return g->shut && !was_shut;
}

void lobby_guard_open(struct lobby_guard *g)
{
    *g = (struct lobby_guard){0};
}
