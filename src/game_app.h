/* The game as the agreement's application: wraps struct live in the interface of consensus/app.h. */
#ifndef SRC_GAME_APP_H
#define SRC_GAME_APP_H

#include "consensus/app.h"
#include "game/live.h"

enum { GAME_EVENTS_MAX = 4096 };

/* The application's events memory: the sink and its items. */
struct game_events {
    struct event_sink sink;
    struct event items[GAME_EVENTS_MAX];
};

extern const struct app game_app;

/* Profile bytes of an OP_JOIN or a genesis: the player's name, not NUL-terminated. */
static inline const struct live *game_state(const void *app_state)
{
    return app_state;
}

static inline const struct event_sink *game_events_of(const void *events)
{
    return &((const struct game_events *)events)->sink;
}

#endif
