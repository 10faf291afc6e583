/* What a winning bet pays, the vig, and the most odds a base bet carries (rules 1.4, 6 to 8, 14). */
#ifndef GAME_PAY_H
#define GAME_PAY_H

#include "game/table.h"

/* Profit per unit of stake. A zero numerator means that there is no such pay. */
struct ratio {
    int32_t num;
    int32_t den;
};

/* Winnings, rounded down (rule 1.4). */
static inline int64_t pay_of_ratio(struct ratio r, int64_t amount_cents)
{
    int64_t product = amount_cents * r.num;
    return r.den == 1 ? product : product / r.den;
}

/* The pay of a bet that runs between a number and the seven, or that names the next total: all kinds from
 * BET_PASS to BET_NO, and BET_NEXT. `point` stands in for the number of line odds. */
struct ratio pay_ratio(struct bet_ref bet, unsigned point);

/* What a one-roll bet other than hop and next gets back on `total`, in units of amount / multiple, stake included; 0 is a loss
 * (rules 10.1, 10.4). */
unsigned pay_returned_units(const struct table_config *config, unsigned kind, unsigned total);

/* Rule 8.1: the vig of a buy or lay of that amount; 0 for an amount of 0 and for every other kind. */
int64_t pay_vig_cents(const struct table_config *config, struct bet_ref bet, int64_t amount_cents);

/* Rule 8.3: what making it that big has cost beside the amount; 0 unless vig is upfront. */
static inline int64_t pay_upfront_cents(
    const struct table_config *config, struct bet_ref bet, int64_t amount_cents)
{
    return config->vig_upfront ? pay_vig_cents(config, bet, amount_cents) : 0;
}

/* Winnings of a race bet less the vig that a win pays (rules 1.4, 8). */
int64_t pay_race_winnings_cents(
    const struct table_config *config, struct bet_ref bet, unsigned point, int64_t amount_cents);

/* Rule 6.3: the most odds on a base bet of that amount. `point` stands in for the number of line odds. */
int64_t pay_odds_cap_cents(
    const struct table_config *config, struct bet_ref odds, unsigned point, int64_t base_cents);

#endif
