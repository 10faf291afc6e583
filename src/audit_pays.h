/* Rules 5 to 10 and 14 a second time, for the auditor only: written from the tables of the rules, in another form than game/ has them,
 * and sharing nothing with it but names and the kinds' list. */
#ifndef SRC_AUDIT_PAYS_H
#define SRC_AUDIT_PAYS_H

#include "game/event.h"
#include "game/table.h"

/* One roll: dice, and the point before it (0 = come-out). */
struct pay_roll {
    uint64_t number;
    const struct table_config *config;
    unsigned die1, die2, point;
};

struct pay_decision {
    bool known; /* false: a bet on a whole hand (rule 11), whose counters this page does not keep */
    bool decided;   /* false: the bet lies on */
    uint8_t result; /* enum payout_result */
    int64_t paid_cents;
};

/* What a bet that lay there before the roll comes to. A bet in the box that is to travel is not decided. */
struct pay_decision pays_decide(
    const struct pay_roll *r, struct bet_ref bet, int64_t amount_cents, bool works);

/* Rules 6.6, 7.6 and 9: does it count this roll. */
bool pays_works(const struct pay_roll *r, struct bet_ref bet, unsigned mark);

/* May a come bet have gone from the box to that number on this roll (4.4). */
bool pays_travels(const struct pay_roll *r, struct bet_ref to);

/* Does a payout of a bet on a whole hand pay one of the amounts that its table has (rule 11). */
bool pays_plausible(const struct pay_roll *r, const struct event *payout);

/* Rule 8.1; 0 for what carries none. */
int64_t pays_vig_cents(const struct table_config *config, struct bet_ref bet, int64_t amount_cents);

#endif
