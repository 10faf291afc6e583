/* The hand: its counters (rule 13) and the side bets on it (rule 11). */
#ifndef GAME_HAND_H
#define GAME_HAND_H

#include "game/pay.h"
#include "game/resolve.h"

/* Counts a roll, before its bets are resolved. */
void hand_count_roll(struct hand_counters *hand, const struct table_config *config, unsigned die1,
    unsigned die2, unsigned point);

/* Clears what this roll ends, after its bets were resolved. */
void hand_finish_roll(struct hand_counters *hand, unsigned total, bool seven_out);

/* The verdict on a hand bet or muggsy; the pay to one in `pays` when it wins. */
enum verdict hand_judge(const struct roll_view *view, struct bet_ref bet, int32_t *pays);

/* Its pay to one on the most usual win, for hints. `point` matters to muggsy only. */
int32_t hand_usual_pay(const struct table_config *config, struct bet_ref bet, unsigned point);

#endif
