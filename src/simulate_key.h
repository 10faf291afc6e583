/* A game between two windows as bytes, and back: the keys of simulate_states.h. */
#ifndef SRC_SIMULATE_KEY_H
#define SRC_SIMULATE_KEY_H

#include "src/simulate_game.h"
#include "src/simulate_states.h"

/* Is it a bet of rule 11. */
bool sim_is_hand_slot(uint16_t slot);

/* A table with one player, an empty rack and nothing on the layout; what was issued is the bankroll. */
void sim_table_reset(const struct sim_game *g, struct table *t, struct table_player *rack);

void sim_mind_of(struct sim_mind *mind, const struct plan_run *run);

/* What of the game a state is. `limits_passed`: those of the number of rolls that the next window finds passed. The size, more than
 * SIM_KEY_MAX when it does not fit. */
size_t sim_key_write(const struct sim_game *g, const struct table *t,
    const struct sim_player *player, uint8_t limits_passed, uint8_t key[SIM_KEY_MAX]);

/* The table as it stands in a state, with an empty rack, without the bets that are rolled apart and without the number of rolls. */
void sim_key_read(const struct sim_game *g, const struct sim_states *s, uint32_t state,
    struct table *t, struct table_player *rack, struct sim_player *player);

#endif
