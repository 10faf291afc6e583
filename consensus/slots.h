/* The executed blocks that may still become final, each with the state after it. A fixed number,
 * all allocated at once; internal to the ledger. */
#ifndef CONSENSUS_SLOTS_H
#define CONSENSUS_SLOTS_H

#include "consensus/ledger.h"

struct slot_state {
    struct protocol_state p;
    void *app;
    void *events;  /* NULL when the application has none */
    unsigned refs; /* slots that stand on it: a switch block and the empty blocks behind it */
    struct digest root;
    uint16_t op_count;
    struct op_outcome ops[BLOCK_OPS_MAX];
};

struct slot {
    bool used;
    bool sealing; /* an empty block behind a switch block: never applied, no state of its own */
    struct digest digest, parent;
    uint32_t epoch;
    uint64_t view, height;
    uint64_t touched;
    struct slot_state *state;
};

struct slots {
    struct slot slot[STATE_SLOTS];
    struct slot_state state[STATE_SLOTS + 1]; /* one more than can be stood on */
    struct slot *final;
    uint64_t touches;
    uint8_t *app_memory, *events_memory;
};

/* False on no memory. slots is zero. */
bool slots_init(struct slots *s, const struct app *app);
void slots_free(struct slots *s);

/* NULL when that block is not here. */
struct slot *slots_find(const struct slots *s, const struct digest *digest);

/* A slot for a child of `parent`, not yet marked used; when all are taken, that of the block
 * without children that was looked at longest ago. NULL when nothing may go. */
struct slot *slots_take(struct slots *s, const struct slot *parent);

/* A state that no slot stands on: there is always one. */
struct slot_state *slots_take_state(struct slots *s);

/* Fills the slot in and marks it used. */
void slots_put(struct slots *s, struct slot *slot, struct slot_state *state,
    const struct digest *digest, const struct block_header *header, bool sealing);

/* Drops every slot but the last final one: its state and nothing else stays in use. */
void slots_drop_unfinal(struct slots *s);

/* The new last final block; everything that does not descend from it goes. */
void slots_finalize(struct slots *s, struct slot *final);

#endif
