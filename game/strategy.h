/* Bots and players whose bets a plan makes (cli.md, strategies): given the agreed table, what would this player do now.
 * Cosmetic randomness comes from a seeded generator; the dice never do. */
#ifndef GAME_STRATEGY_H
#define GAME_STRATEGY_H

#include "base/prng.h"
#include "game/live.h"
#include "game/plan.h"

/* Those with a name: the built-in plans in plan_builtin_name's order, and one that is no plan. */
enum strategy_kind {
    STRATEGY_IDLE,
    STRATEGY_PASS,
    STRATEGY_PASS_ODDS,
    STRATEGY_DONT_PASS,
    STRATEGY_PLACE_6_8,
    STRATEGY_IRON_CROSS,
    STRATEGY_THREE_POINT_MOLLY,
    STRATEGY_FIELD,
    STRATEGY_RANDOM, /* random legal and illegal commands, and the pass line */
    STRATEGY_COUNT
};

/* "pass-odds" and so on; -1 when unknown. */
int strategy_find(const char *name);
const char *strategy_name(enum strategy_kind kind);

struct strategy {
    struct plan plan;
    struct plan_run run;
    struct prng prng;
    bool random;
    bool varies; /* it has a name: its unit is 1 to 5 chips, another one for every come-out */
    bool began;  /* the run has; it does with the first window that is seen */
    bool crapless;
    uint64_t window;   /* the last one seen */
    uint32_t commands; /* given in it, bounded */
};

void strategy_init(struct strategy *s, enum strategy_kind kind, uint64_t seed);
void strategy_init_plan(struct strategy *s, const struct plan *plan, uint64_t seed);

/* What an agreed block did, in order: the plan learns what the dice did to its player's bets. */
void strategy_saw(struct strategy *s, const struct event *events, size_t count, uint32_t account);

/* The next command of the account in this state, or false when it waits. Call again after the command was final
 * (accepted or refused). Ends each window with LIVE_READY; never sends more than a bounded number of commands
 * in one window. All but idle put up a line bet on every come-out, bet 1 to 5 chips at a time and rebuy while the
 * table allows it; a plan of a file does what it says, and rebuys, too. After a plan's own end nothing comes any more. */
bool strategy_next(
    struct strategy *s, const struct live *l, uint32_t account, struct live_command *command);

/* Why the plan has ended by itself ("profit >= 500"), or NULL while it goes on. */
const char *strategy_ended(const struct strategy *s);

/* Begins anew with the next window: counters, ladders and what profit is counted from. */
void strategy_restart(struct strategy *s);

#endif
