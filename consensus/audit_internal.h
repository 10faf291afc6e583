/* What audit.c and audit_proof.c share. */
#ifndef CONSENSUS_AUDIT_INTERNAL_H
#define CONSENSUS_AUDIT_INTERNAL_H

#include "consensus/audit.h"
#include "consensus/ledger_internal.h"

struct audit {
    const struct signer *signer;
    struct mempool *pool; /* stays empty: every signature is looked at here */
    struct ledger *ledger;
    struct final_effects effects;
    struct audit_fault fault;
    unsigned place;      /* of the fault in its block, as in struct audit_check */
    unsigned looking_at; /* what a fault that is found now would be about */
    struct audit_counts counts;
    struct audit_check *check; /* of the block at hand */
    struct audit_check own;
    uint64_t unproven; /* blocks since the last certificate */
    uint64_t signers;  /* of the certificate of the block at hand; 0 = it has none */
    /* What the last certificate's headers say comes next; zero when they say nothing. */
    bool expects;
    struct digest expected;
    uint64_t behind;
    struct digest dealings;
    /* The epoch chain so far, before the first block: who is believed to vote in that epoch. */
    struct roster linked;
    uint32_t linked_epoch;
    uint64_t linked_height;
    /* The throw that is out, and the last result. */
    uint64_t throw_height;
    uint8_t thrower[ID_BYTES];
    struct audit_roll roll;
};

/* A fault behind all of a block's operations: of its roots, or of the game. */
enum { PLACE_ROOTS = BLOCK_OPS_MAX + 1, PLACE_GAME };

/* The proof of a block whose place has been checked: a certificate by enough of these members, then headers up to the block it is for.
 * The signatures are left to the check. */
bool audit_proof(struct audit *a, const struct roster *voters, const struct block_header *header,
    const struct digest *digest, const uint8_t *bytes, size_t size);

/* A RESULT: the shape of its shares. Their proofs are left to the check. */
bool audit_result(struct audit *a, uint64_t height, const struct execution *x, const struct op *op);

/* After the ledger has taken it: the value that was played. */
void audit_result_played(struct audit *a);

#endif
