/* Honest members in a random schedule: what each has received, and the votes that protocol.md A.3
 * makes it cast on that. The adversary (explorer_run.c) decides what arrives when. */
#ifndef TESTS_SIM_EXPLORER_NODE_H
#define TESTS_SIM_EXPLORER_NODE_H

#include "tests/sim/explorer_model.h"

#include <stdbool.h>
#include <stdint.h>

enum vote_kind { VOTE_NOTARIZE, VOTE_NULLIFY, VOTE_FINALIZE, VOTE_KINDS };

/* The object of a vote: a view for NULLIFY, a block of that view for the others. */
struct subject {
    enum vote_kind kind;
    unsigned view;
    unsigned block;
};

/* What one honest member has received. Masks are of all members, cheaters included. */
struct node {
    uint16_t notarize[MODEL_BLOCKS_MAX];
    uint16_t finalize[MODEL_BLOCKS_MAX];
    uint16_t nullify[MODEL_VIEWS_MAX + 1];
    uint8_t proposal[MODEL_VIEWS_MAX + 1]; /* the first from the leader */
    bool equivocated[MODEL_VIEWS_MAX + 1]; /* two from the leader */
    bool held[MODEL_BLOCKS_MAX];
};

struct scene {
    const struct model *m;
    struct model sound; /* without the planted fault: what votes are measured by */
    struct votes cast;
    struct node nodes[MODEL_MEMBERS_MAX]; /* of the honest members */
    unsigned leader[MODEL_VIEWS_MAX + 1]; /* member index by view */
    bool late_votes; /* members also vote in views they have left, where A.3 leaves it open */
    unsigned broken; /* mask of enum broken, gathered after every vote */
    bool trace;      /* print blocks and votes */
};

/* No blocks, nothing received. Leaders and late_votes are the caller's to set. */
void scene_init(struct scene *s, const struct model *m, bool trace);

/* The masks that the vote goes into. */
uint16_t *node_received(struct node *node, struct subject what);
uint16_t *votes_of(struct votes *cast, struct subject what);

/* 1 to views + 1, by the certificates received. */
unsigned scene_view_of(const struct scene *s, unsigned i);

/* The leader creates the block; nobody has it yet. */
void scene_create_block(struct scene *s, unsigned block, unsigned parent);

/* Honest leader i of the view proposes if it is in that view and has what a parent needs. */
void scene_propose(struct scene *s, unsigned i, unsigned view);

/* The leader's PROPOSE reaches member i, with the leader's NOTARIZE in it. */
void scene_deliver_proposal(struct scene *s, unsigned i, unsigned block);

/* Timer of member i in the view. True when it voted NULLIFY. */
bool scene_nullify(struct scene *s, unsigned i, unsigned view);

/* Casts the votes that follow from what member i has received, until nothing more follows. */
void scene_react(struct scene *s, unsigned i);

#endif
