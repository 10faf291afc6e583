/* The throw that is out: where it stands on the log, and its result (protocol A.2, C.6). */
#ifndef CONSENSUS_ROLLS_H
#define CONSENSUS_ROLLS_H

#include "consensus/execution.h"

/* After every call of the application: a throw that it has just accepted becomes the pending one,
 * of the op that is being executed. */
void rolls_note(struct execution *x);

/* The next block's execution knows what the throw's own could not: its view and digest. */
void rolls_bind(struct pending_roll *roll, uint64_t view, const struct digest *block);

/* What its shares are made over; the roll must be bound. */
struct beacon_place rolls_place(const struct pending_roll *roll, const struct digest *game_id);

/* Is `payload` (u64 roll || t shares) the result of that bound roll. Fills in the value. */
bool rolls_verify(const struct execution *x, const struct pending_roll *roll,
    const uint8_t *payload, size_t size, uint8_t out[BEACON_OUT_BYTES]);

/* RESULT as an op: false when it is not valid here. */
bool rolls_result(struct execution *x, const struct op *op);

#endif
