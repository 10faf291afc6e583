/* What is true of every state of the agreement, of every step from one to the next, and of every buffer: looked at after each
 * executed block, before a vote, in release too. A fault is our own bug, never a peer's doing: what a peer sends has been
 * judged before. Pure checks; who acts on them is the engine. */
#ifndef CONSENSUS_GUARD_H
#define CONSENSUS_GUARD_H

#include "consensus/app.h"
#include "consensus/block.h"
#include "consensus/protocol_state.h"

/* Above all kinds of the application. */
enum guard_kind {
    GUARD_FIRST = 0x100,
    GUARD_SEQUENCE = GUARD_FIRST, /* an author's numbers are strictly consecutive (protocol 0) */
    GUARD_LOG,                    /* the log grew by the block's operations */
    GUARD_EPOCH,                  /* one further with a switch block, else the same */
    GUARD_IDENTITIES,             /* strictly ordered, nobody is forgotten, standings are known */
    GUARD_ROSTER,       /* 1 to MEMBERS_MAX identities in order; the same all epoch long */
    GUARD_QUORUM,       /* n >= 3f + 1, and two quorums share an honest member */
    GUARD_DICE_KEY,     /* of as many members, with as many shares as the quorum */
    GUARD_ROLL,         /* a throw is out for both layers or for neither; numbers go up */
    GUARD_ENDED,        /* a table that has ended stays so */
    GUARD_HEIGHT,       /* final heights are consecutive */
    GUARD_PARENT,       /* a final block stands on the one before it */
    GUARD_VIEW,         /* views go up within an epoch */
    GUARD_ROOT,         /* the header's root is that of the own state */
    GUARD_CERTIFICATE,  /* the certificate is of that block and has a quorum */
    GUARD_LIMIT_OUTBOX, /* from here on: more than its limit */
    GUARD_LIMIT_OUTBOX_BYTES,
    GUARD_LIMIT_PERSIST,
    GUARD_LIMIT_COMMITTED,
    GUARD_LIMIT_ARENA,
    GUARD_LIMIT_OWN_OPS,
    GUARD_LIMIT_POOL,
    GUARD_LIMIT_AUTHORS,
    GUARD_LIMIT_SERVES,
    GUARD_LIMIT_ANSWERS,
    GUARD_LIMIT_EVIDENCE,
    GUARD_LIMIT_SLOTS,
    GUARD_LIMIT_COMMANDS, /* the owner's two */
    GUARD_LIMIT_RING,
    GUARD_END
};

/* "sequence", "limit_pool": one word. */
const char *guard_name(unsigned kind);
/* What it says, for a sentence. */
const char *guard_rule(unsigned kind);

struct op_outcome;

/* `rolling`: the application says that a throw is out. */
bool guard_state(const struct protocol_state *p, bool rolling, struct app_fault *fault);
bool guard_step(const struct protocol_state *before, const struct protocol_state *after,
    const struct op_outcome *ops, size_t op_count, struct app_fault *fault);

/* A final block behind the last one. */
struct guard_place {
    bool known;
    uint64_t height, view;
    uint32_t epoch;
    struct digest digest;
};
bool guard_chain(
    const struct guard_place *last, const struct block_header *h, struct app_fault *fault);

/* Sizes of an electorate, as quorum.h gives them. */
bool guard_quorum(unsigned n, unsigned f, unsigned q, struct app_fault *fault);

/* A buffer and what may be in it. */
struct guard_limit {
    uint16_t kind;
    uint64_t have, limit;
};
bool guard_limits(const struct guard_limit *limits, size_t count, struct app_fault *fault);

#endif
