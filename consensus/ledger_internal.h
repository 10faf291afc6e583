/* What ledger.c, ledger_propose.c and ledger_split.c share. */
#ifndef CONSENSUS_LEDGER_INTERNAL_H
#define CONSENSUS_LEDGER_INTERNAL_H

#include "consensus/evidence_set.h"
#include "consensus/execution.h"
#include "consensus/slots.h"

struct ledger {
    const struct app *app;
    const struct signer *signer;
    struct mempool *pool;
    struct digest game_id;
    struct execution_memo memo;
    /* Block ops for the next proposal; size 0 = none. */
    uint64_t result_roll;
    size_t result_size;
    uint8_t result[OP_BYTES_MAX];
    struct evidence_set evidence;
    uint8_t *scratch; /* the canonical bytes of one state */
    size_t scratch_size;
    struct slots slots;
};

/* An execution over that state; `state` may be another's for questions that change nothing. */
struct execution ledger_execution(struct ledger *l, struct slot_state *state);

/* Copies the parent's state and starts the child block on it. */
struct execution ledger_begin(
    struct ledger *l, struct slot_state *state, const struct slot *parent, uint64_t parent_view);

/* The first state of a split table (B.5): false when its RECOVER does not check. In ledger_split.c. */
bool ledger_begin_split(struct ledger *l, struct slot_state *state, const struct genesis *g);

/* Executes one op and keeps its outcome. */
bool ledger_apply(struct execution *x, struct slot_state *state, const struct op *op);

/* Ends the block: the next attempt, invariants, then the roots that the header has to carry. */
void ledger_finish(struct ledger *l, struct slot_state *state, struct block_header *header);

#endif
