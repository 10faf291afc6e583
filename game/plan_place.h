/* What the parts of a running plan share. */
#ifndef GAME_PLAN_PLACE_H
#define GAME_PLAN_PLACE_H

#include "game/layout.h"
#include "game/plan.h"

/* A run at its table. */
struct place {
    struct plan_run *run;
    const struct plan *plan;
    const struct table *t;
    uint32_t player;
    const struct table_player *me;
};

static inline bool plan_in_set(const uint64_t set[BET_SLOT_WORDS], uint16_t slot)
{
    return (set[slot / 64] & slot_bit(slot)) != 0;
}

bool plan_belongs(const struct plan_bets *bets, struct bet_ref bet);

/* The first slot from `slot` on that is in the set and belongs to the bets; BET_SLOT_COUNT when there is none. */
uint16_t plan_next_of_set(
    const uint64_t set[BET_SLOT_WORDS], const struct plan_bets *bets, uint16_t slot);

/* What an event's bets were, or NULL when the event is about none. */
const uint64_t *plan_decided(const struct plan_run *run, unsigned event);

/* Do its event and all of its conditions hold. */
bool plan_rule_applies(const struct place *at, const struct plan_rule *rule);

/* What the player has and had on the table, as profit is counted. */
int64_t plan_total_cents(const struct table_player *p);

/* What the last roll did is told once, in the window after it. */
void plan_forget(struct plan_run *run);

#endif
