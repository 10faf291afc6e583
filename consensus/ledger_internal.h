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
    struct vouching vouching;
    struct execution_memo memo;
    /* Block ops for the next proposal; size 0 = none. */
    uint64_t result_roll;
    size_t result_size;
    uint8_t result[OP_BYTES_MAX];
    struct evidence_set evidence;
    uint8_t *scratch; /* the canonical bytes of one state */
    size_t scratch_size;
    struct ledger_guard guard;
    bool differs; /* the last block whose roots are not ours is in `block` */
    size_t block_size;
    uint8_t block
        [BLOCK_BYTES_MAX]; /* for the evidence: what was executed when something did not hold */
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

/* Ends the block: the next attempt, the roots that the header has to carry, then the invariants of its state, and of the step
 * from `parent` (NULL: there is none). False: one is broken, l->guard says which, and nobody may sign for it. */
bool ledger_finish(struct ledger *l, const struct slot *parent, struct slot_state *state,
    struct block_header *header);

/* Keeps the block for the evidence. In ledger_guard.c, like the next. */
void ledger_note_block(struct ledger *l, const uint8_t *bytes, size_t size);
bool ledger_guard_holds(struct ledger *l, const struct slot_state *before,
    const struct slot_state *after, const struct block_header *header);

/* Executes the block's ops on a state that ledger_begin has begun. */
bool ledger_execute_ops(struct execution *x, struct slot_state *state, const struct block *b);

#endif
