/* Sets of slots by total, so that a roll visits only the bets that it can decide. */
#ifndef GAME_SLOT_SETS_H
#define GAME_SLOT_SETS_H

#include "game/table.h"

enum { SLOT_TOTALS = 13 };

/* One-roll bets (rule 10). */
extern const uint64_t slots_one_roll[BET_SLOT_WORDS];

/* One-roll bets other than hops that get something back on that total. */
extern const uint64_t slots_paid_on[SLOT_TOTALS][BET_SLOT_WORDS];

/* All other bets that the total decides or moves in some phase; the rest it leaves alone in every phase. */
extern const uint64_t slots_touched_by[SLOT_TOTALS][BET_SLOT_WORDS];

#endif
