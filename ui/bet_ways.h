/* What the next roll does to some bets: every one of the 36 throws is rolled on a copy of the table
 * with nothing else on it, so ways and chips are the engine's own. */
#ifndef UI_BET_WAYS_H
#define UI_BET_WAYS_H

#include "game/live.h"

enum { BET_WAYS_BETS_MAX = 8, THROWS = 36 };

/* Throws and totals (bit N: the total N can do it) that end so, and what they bring. */
struct bet_ways {
    unsigned win, lose, push, moves, nothing; /* of 36; "lose" is a loss on balance */
    uint16_t win_totals, lose_totals, push_totals;
    int64_t win_least_cents, win_most_cents; /* net, over the throws that win */
    int64_t lose_least_cents, lose_most_cents;
    int64_t each_cents[BET_WAYS_BETS_MAX]; /* net of each bet on the first throw that wins */
};

/* The bets of a player (an account, or -1: nobody's), each as high as `cents` says; a mark that the
 * player gave a bet counts. False when there is no bet, or the engine refuses to roll them. */
bool bet_ways(const struct live *l, int account, const struct bet_ref *bets, const int64_t *cents,
    unsigned count, struct bet_ways *out);

#endif
