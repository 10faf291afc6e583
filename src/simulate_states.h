/* States that a simulated game was seen in, and what each of the 21 throws makes of them: a roll that was once worked out by the
 * rules (game/table.h) and the plan (game/plan.h) is looked up from then on.
 *
 * A state is everything that the next rolls can depend on except how many chips there are: the puck, the bets and their marks,
 * the counters of the hand where a bet or the plan looks at them, and the plan's mind. What the chips decide is in the bounds of
 * the step (see struct sim_step): within them the rack covers every bet of the step and every amount that the plan compares with
 * is as far away as it was when the step was worked out. Beyond them a step is not taken, and the roll is worked out again. */
#ifndef SRC_SIMULATE_STATES_H
#define SRC_SIMULATE_STATES_H

#include "base/err.h"
#include "game/plan.h"
#include "src/simulate_dice.h"
#include "src/simulate_tally.h"

#define SIM_STATE_NONE UINT32_MAX

enum {
    SIM_KEY_MAX = 4096,
    SIM_STEP_ITEMS_MAX = 128,
};

/* One throw from one state: where it leads and what it does to rack plus layout. Holds for low <= chips < low + span; a span of
 * 0 is never taken. */
struct sim_step {
    uint32_t next;
    uint32_t taken; /* since the last sim_states_flush */
    int64_t delta_cents;
    int64_t low_cents;
    uint64_t span_cents;
};

/* The decisions of the step, and whether it was worked out at all. */
struct sim_step_items {
    uint32_t first;
    uint16_t count;
    bool known;
};

/* What a run keeps between windows, beside the number of rolls. */
struct sim_mind {
    uint64_t hands;
    uint32_t values[PLAN_NAMES_MAX];
};

struct sim_state {
    uint32_t key, key_size; /* place in `keys` */
    int64_t hand_cents;     /* bets of rule 11 that were just made, see simulate_walk.c */
    struct sim_mind mind;
};

struct sim_states {
    uint32_t count, capacity, most;
    struct sim_state *states;
    struct sim_step *steps; /* SIM_THROWS a state */
    struct sim_step_items *step_items;
    uint32_t *touched; /* steps whose `taken` is not 0; room for every step */
    uint32_t touched_count;
    uint8_t *keys;
    size_t keys_size, keys_capacity;
    struct sim_item *items;
    size_t items_count, items_capacity;
    uint32_t *index; /* open hash of states, a power of two of places */
    uint32_t index_size;
};

/* Room for at most `most` states, taken as it is needed. ERR_NO_MEMORY: nothing is left allocated. */
enum err sim_states_init(struct sim_states *s, uint32_t most);
void sim_states_deinit(struct sim_states *s);

/* The state with that key; it is added with `mind` and `hand_cents` when it is new. SIM_STATE_NONE when there is no room. */
uint32_t sim_states_find(struct sim_states *s, const void *key, size_t size,
    const struct sim_mind *mind, int64_t hand_cents);

/* Keeps the decisions of a step; items of one row become one. False when there is no room. */
bool sim_states_keep_items(
    struct sim_states *s, uint32_t step, struct sim_item *items, size_t count);

/* Adds the steps taken since the last time to the tally's unit. */
void sim_states_flush(struct sim_states *s, struct sim_tally *tally);

#endif
