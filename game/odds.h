/* Exact odds of every bet: how often it wins, loses and is pushed, what it costs on average, and how many rolls it
 * takes. Nothing is typed in: every way a bet can go is rolled on a real table (table_roll), all 36 rolls at every step,
 * and a roll that leaves the bet as it was is divided out. The bets on a whole hand have too many ways for that at
 * play; theirs stand in odds_hands.inc, which a test works out anew from the same table. */
#ifndef GAME_ODDS_H
#define GAME_ODDS_H

#include "game/table.h"

enum { ODDS_FRACTION_MAX = 256 };

/* An exact number, in lowest terms. */
struct odds_value {
    int64_t num, den; /* den 0: it does not fit, see `text` */
    const char *text; /* "num/den" of what does not fit, else NULL */
    double value;     /* the nearest */
};

/* Of one bet made. win + lose + push = 1. A bet that stays up is over with its first decision. */
struct odds {
    struct odds_value win, lose, push;
    struct odds_value
        edge; /* what the house keeps of all that the bet costs, the upfront vig included */
    struct odds_value resolved; /* the same of bets that were not pushed */
    struct odds_value rolls;    /* rolls until it is decided */
};

/* The odds of a bet under these rules (pay, vig, crapless; limits and the least vig are left out: the stake is one that
 * pays in full). `point` stands in for the number of line odds. A bet that can be off is on. False when it is not offered
 * or the number is none of its numbers (come and don't come: 0). */
bool odds_of(
    const struct table_config *config, struct bet_ref bet, uint8_t point, struct odds *out);

/* What a roll does to a bet. */
enum odds_result { ODDS_NOTHING, ODDS_LOSE, ODDS_PUSH, ODDS_TRAVEL, ODDS_WIN };

struct odds_roll {
    uint8_t result;  /* enum odds_result */
    int64_t won, of; /* ODDS_WIN: winnings to one, as a fraction in lowest terms */
};

/* What each pair of dice, [die1 - 1][die2 - 1], does to the bet on the next roll. `point` is the table's: for line bets 0
 * means the come-out; for all others it does not matter. A come bet with a number lies there. Bets on a whole hand: false. */
bool odds_next(const struct table_config *config, struct bet_ref bet, uint8_t point,
    struct odds_roll out[6][6]);

/* What a bet on a whole hand pays when the hand ends with that count (pairs, points made, wins, rolls; replay: times that
 * one point was made, `number`), to one: -1 lost, 0 the stake comes back. all_small, all_tall, all and repeater: the pay
 * of the win, whatever the count. */
int32_t odds_hand_pays(
    const struct table_config *config, enum bet_kind kind, unsigned number, unsigned count);

/* "7/495", "0", "1"; `size` up to ODDS_FRACTION_MAX holds every one. */
const char *odds_text(const struct odds_value *value, char *out, size_t size);

#endif
