/* A chain for agreement tests: real block bytes, numbered operations, a state that is the set of
 * those executed. */
#ifndef TESTS_SUPPORT_TOY_CHAIN_H
#define TESTS_SUPPORT_TOY_CHAIN_H

#include "consensus/simplex.h"

enum { TOY_OPS = 256, TOY_SLOTS = 128, TOY_CLOSING_OP = TOY_OPS - 1 };

struct toy_state {
    struct digest digest; /* of the block this is the state after */
    uint64_t height;
    uint64_t bits[TOY_OPS / 64]; /* operations executed */
    struct digest root;
};

struct toy_chain {
    struct digest game_id;
    uint32_t epoch;
    struct toy_state final;
    struct toy_state slots[TOY_SLOTS]; /* a ring: old forks fall out */
    unsigned next;
    uint64_t pool[TOY_OPS / 64];
    unsigned executions, trailers;
    bool wrong_roots; /* planted: computes other state roots than everybody else */
};

void toy_chain_init(
    struct toy_chain *t, const struct digest *game_id, uint32_t epoch, const struct digest *base);

/* The callbacks for simplex. `t` outlives them. */
struct chain toy_chain_callbacks(struct toy_chain *t);

/* A restart: everything but what is final is gone. */
void toy_chain_forget(struct toy_chain *t);

void toy_chain_add_op(struct toy_chain *t, unsigned number);
bool toy_chain_has_op(const struct toy_chain *t, unsigned number); /* in the final state */

/* What the owner does with a delivered block. */
bool toy_chain_finalize(struct toy_chain *t, const uint8_t *bytes, size_t size);

#endif
