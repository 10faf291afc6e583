/* Bots and scripted players (cli.md, strategies): given the agreed table, what would this player do now.
 * Cosmetic randomness comes from a seeded generator; the dice never do. */
#ifndef GAME_STRATEGY_H
#define GAME_STRATEGY_H

#include "base/prng.h"
#include "game/live.h"

enum strategy_kind {
    STRATEGY_IDLE,
    STRATEGY_PASS,
    STRATEGY_PASS_ODDS,
    STRATEGY_DONT_PASS,
    STRATEGY_PLACE_6_8,
    STRATEGY_IRON_CROSS,
    STRATEGY_THREE_POINT_MOLLY,
    STRATEGY_FIELD,
    STRATEGY_RANDOM,
    STRATEGY_COUNT
};

/* "pass-odds" and so on; -1 when unknown. */
int strategy_find(const char *name);
const char *strategy_name(enum strategy_kind kind);

struct strategy {
    uint8_t kind;
    struct prng prng;
    uint64_t roll_done; /* roll number for which this player has finished betting */
    uint32_t commands;  /* commands given in this window, bounded */
};

void strategy_init(struct strategy *s, enum strategy_kind kind, uint64_t seed);

/* The next command of the account in this state, or false when it waits. Call again after the command was final
 * (accepted or refused). Ends each window with LIVE_READY; never sends more than a bounded number of commands
 * in one window. All but idle put up a line bet on every come-out, bet 1 to 5 chips at a time and rebuy while the
 * table allows it. `random` mixes legal and illegal commands. */
bool strategy_next(
    struct strategy *s, const struct live *l, uint32_t account, struct live_command *command);

#endif
