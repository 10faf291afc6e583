/* Executing one operation after another on one state: who may say it, what it does, and what
 * follows from it. Internal to the ledger (protocol 0, A.2). */
#ifndef CONSENSUS_EXECUTION_H
#define CONSENSUS_EXECUTION_H

#include "consensus/app.h"
#include "consensus/beacon.h"
#include "consensus/mempool.h"
#include "consensus/protocol_state.h"

enum { TICKETS_KNOWN = 64 };

/* Results of pure checks that several states ask for again: never anything but a saving of time. */
struct execution_memo {
    /* The dice key that belongs to a dkg_hash. */
    bool dice_set;
    struct digest dice_hash;
    struct dkg_public dice;
    /* Shares verified before, of one roll of one block. */
    uint64_t trust_roll;
    struct digest trust_block;
    uint16_t trust_count;
    struct beacon_share trust[MEMBERS_MAX];
    /* The last RESULT body looked at, and whether it was right. */
    bool result_set, result_right;
    struct digest result_key;
    uint8_t result_out[BEACON_OUT_BYTES];
    /* Tickets looked at, a ring. */
    uint32_t ticket_next;
    struct digest ticket_key[TICKETS_KNOWN];
    bool ticket_right[TICKETS_KNOWN];
};

struct execution {
    const struct app *app;
    const struct signer *signer;
    const struct mempool *pool; /* signatures of its ops are known to be right */
    bool checked; /* every op's own signature and every share's proof is looked at elsewhere */
    const struct digest *game_id;
    struct execution_memo *memo;
    struct protocol_state *p;
    void *state;  /* the application's */
    void *events; /* the application's, or NULL */
    uint32_t op_index;
};

/* What the application is told about the agreement when `author` (NULL: nobody) acts. */
struct app_context execution_context(const struct execution *x, const uint8_t *author);

/* Starts a block on its parent's state: fills in the place of a throw in the parent block, and
 * opens the dice in the first block of an epoch. */
void execution_begin(struct execution *x, uint64_t parent_view, const struct digest *parent_digest);

/* Is a right signature by this author at this point enough to be in a block: a known identity, or
 * a JOIN with a ticket (protocol 0). */
bool execution_admits(const struct execution *x, const struct op *op);

/* Executes one op. False, and nothing changed, when it must not stand here: then the whole block
 * is invalid. *refusal tells whether the state took it (0) or only its sequence number. */
bool execution_apply(struct execution *x, const struct op *op, uint16_t *refusal);

/* Root over the canonical bytes, any number of them (protocol E.1, consensus/state_chunk.h). */
struct digest state_root_of(const uint8_t *bytes, size_t size);

#endif
