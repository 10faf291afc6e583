/* What invariants.c and invariants_step.c share. */
#ifndef GAME_INVARIANTS_INTERNAL_H
#define GAME_INVARIANTS_INTERNAL_H

#include "game/invariants.h"

__extension__ typedef __int128 invariant_sum;

/* How a kind behaves when dice fall; the rest of rules 5 to 11 as far as a layout can show it. */
enum invariant_family {
    FAMILY_LINE, /* pass, dont_pass: made on the come-out, gone with the point */
    FAMILY_BOX,  /* come, dont_come: box, then a number */
    FAMILY_PUT,
    FAMILY_LINE_ODDS,
    FAMILY_ODDS,
    FAMILY_NUMBER, /* stays until it is decided */
    FAMILY_ONE_ROLL,
    FAMILY_HAND,
    FAMILY_MUGGSY,
};

struct invariant_kind {
    uint8_t family;    /* enum invariant_family */
    uint8_t multiple;  /* 10.4 */
    bool markable;     /* 9.1 */
    uint16_t numbers;  /* bit per number; hops have their own */
    uint16_t crapless; /* 0: not offered there */
};

extern const struct invariant_kind invariant_kinds[BET_KIND_COUNT];

bool invariant_fail(struct invariant_fault *fault, enum invariant kind, uint32_t player,
    const struct bet_ref *bet, int64_t have, int64_t want);

/* Rule 8: what a bet of that size holds in the bank besides, with the vig paid upfront. */
int64_t invariant_vig_cents(const struct table_config *c, struct bet_ref bet, int64_t amount_cents);

/* Rules 5.10, 11.1, 12.2: may it be neither reduced nor taken now. */
bool invariant_contract(struct bet_ref bet, uint8_t point, bool fresh_hand);

bool invariants_of_state(const struct live *l, uint32_t new_from, struct invariant_fault *fault);
bool invariants_of_step(const struct live *before, const struct live *after,
    const struct event_sink *events, struct invariant_fault *fault);

#endif
