/* One session after the other, roll by roll: by the rules and the plan, or by what was remembered of them.
 *
 * A session begins with the bankroll on the rack and ends ruined (no bet lies and the rack does not cover the next one), stopped
 * by the plan, or after its rolls. Then what may be taken down is, and line, come, put and hand bets are played out. */
#ifndef SRC_SIMULATE_WALK_H
#define SRC_SIMULATE_WALK_H

#include "src/simulate_game.h"
#include "src/simulate_states.h"

enum sim_end { SIM_GOES_ON, SIM_RUINED, SIM_STOPPED };

struct sim_walk {
    const struct sim_game *game;
    struct sim_tally tally;
    struct sim_states states;
    struct sim_dice dice;

    /* Rack and layout, without the bets that are rolled apart. */
    int64_t chips_cents;
    int64_t hand_cents; /* those bets */
    int64_t peak_cents, fall_cents;
    uint32_t losing,
        losing_most; /* rolls in a row that cost chips; a roll that moves none does not count */
    uint64_t rolled; /* of this session, those played out included */
    enum sim_end end;
    uint16_t stopped_line;
    bool over; /* nothing lies any more after leaving */

    uint64_t
        known_until; /* rolls of this session: then the plan may move otherwise, and the state is none */
    uint32_t state; /* or SIM_STATE_NONE: the table below is the game */
    struct table table;
    struct table_player rack;
    struct sim_player player;
    struct table hand_table; /* bets of rule 11 while a state is known */
    struct table_player hand_rack;
};

/* At most `states_most` states are remembered. ERR_NO_MEMORY. */
enum err sim_walk_init(struct sim_walk *w, const struct sim_game *g, uint32_t states_most);
void sim_walk_deinit(struct sim_walk *w);

void sim_walk_begin(struct sim_walk *w, uint64_t session);

/* Rolls up to `rolls` times, fewer when the session ends. Returns how often. */
uint64_t sim_walk_roll(struct sim_walk *w, uint64_t rolls);

/* Ends the session: plays out what lies. */
void sim_walk_leave(struct sim_walk *w);

/* Rack plus layout. */
static inline int64_t sim_walk_cents(const struct sim_walk *w)
{
    return w->chips_cents + w->hand_cents;
}

/* A unit of the tally is over (simulate_tally.h). */
void sim_walk_end_unit(struct sim_walk *w);

#endif
