/* What a simulation plays: house rules, a plan or random moves, chips. And what of a plan can be remembered between rolls. */
#ifndef SRC_SIMULATE_GAME_H
#define SRC_SIMULATE_GAME_H

#include "base/prng.h"
#include "game/plan.h"
#include "src/simulate_tally.h"

struct sim_game {
    struct table_config config;
    const struct plan *plan; /* borrowed; NULL: random moves */
    int64_t bankroll_cents;
    uint64_t seed;
    struct sim_rows rows;
    bool remembers;  /* rolls can be looked up (simulate_states.h) */
    bool hand_apart; /* bets of rule 11 are rolled apart, see simulate_walk.c */
    /* Rolls and points of a hand that the plan can tell from more; 0: it does not look at them, 1: only whether there were any. */
    uint32_t hand_rolls_told, hand_points_told;
    /* What the plan compares the rack, and the rack plus the layout, with. */
    unsigned rack_limits, chips_limits;
    int64_t rack_limit_cents[PLAN_CONDITIONS_MAX], chips_limit_cents[PLAN_CONDITIONS_MAX];
    /* Numbers of rolls from which on the plan may move otherwise than before. */
    unsigned roll_limits;
    uint64_t roll_limit[2 * PLAN_CONDITIONS_MAX];
};

/* `engine_only`: every roll is worked out by the rules; `every_number`: see sim_rows_make. */
void sim_game_init(struct sim_game *g, const struct table_config *config, const struct plan *plan,
    int64_t bankroll_cents, uint64_t seed, bool engine_only, bool every_number);

/* The first of the limits beyond `rolls`, or UINT64_MAX; and how many are not. */
uint64_t sim_game_next_limit(const struct sim_game *g, uint64_t rolls);
uint8_t sim_game_limits_passed(const struct sim_game *g, uint64_t rolls);

/* A player that moves by itself. */
struct sim_player {
    struct plan_run run;
    struct prng prng; /* of random moves */
    bool leaving;     /* nothing is bet any more; line, come, put and hand bets are played out */
};

/* What a window came to. */
enum sim_window { SIM_WINDOW_DONE, SIM_WINDOW_STOPPED };

/* How far rack and chips moved from what they were when the window opened, while the plan still looked: lowest and highest. */
struct sim_swing {
    int64_t rack_low_cents, rack_high_cents, chips_low_cents, chips_high_cents;
    unsigned bets_made;
};

/* Makes all moves of a window at the table. */
enum sim_window sim_game_window(
    const struct sim_game *g, struct sim_player *player, struct table *t, struct sim_swing *swing);

#endif
