/* What the kinds of liars share. Included by tests/sim/sim_liars*.c alone. */
#ifndef TESTS_SIM_SIM_LIARS_H
#define TESTS_SIM_SIM_LIARS_H

#include "consensus/engine_internal.h"
#include "tests/sim/sim.h"

/* The vote key of the running epoch; false when it has none. */
bool liar_key(const struct engine *e, uint8_t vote_sk[64]);

/* To the members for whose index mod 2 is `half`, or to all with half > 1. */
void liar_send(struct sim *s, unsigned from, unsigned channel, const uint8_t *data, size_t size,
    unsigned half);
void liar_vote(struct sim *s, unsigned from, enum vote_kind kind, uint64_t view,
    const struct digest *digest, unsigned half);
void liar_send_vote(struct sim *s, unsigned from, const struct vote *v, unsigned half);

/* While people come and go there may be more liars than the table of the moment can bear (f of n):
 * then they behave. */
bool liar_bearable(const struct sim *s, unsigned from);

/* Each gets a message that an honest engine would send; true when it sent something instead. */
bool lie_proposal(struct sim *s, unsigned from, const uint8_t *data, size_t size);
bool lie_op_twice(struct sim *s, unsigned from, int to, const uint8_t *data, size_t size);
bool lie_attempt(struct sim *s, unsigned from, const uint8_t *data, size_t size);
void lie_rush(struct sim *s, unsigned node);

/* Sent once a view of one's own accord. */
void lie_impersonate(struct sim *s, unsigned node, uint64_t view);
void lie_flood(struct sim *s, unsigned node, uint64_t view);
void lie_removed(struct sim *s, unsigned node, uint64_t view);
void lie_stale(struct sim *s, unsigned node, uint64_t view);
void lie_remember(struct sim *s, unsigned node, unsigned channel, const uint8_t *data, size_t size);

#endif
