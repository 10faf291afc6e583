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
    struct audit_counts counts;
    uint64_t unproven; /* blocks since the last certificate */
    /* What the last certificate's headers say comes next; zero when they say nothing. */
    bool expects;
    struct digest expected;
    uint64_t behind;
    /* The throw that is out, and the last result. */
    uint64_t throw_height;
    uint8_t thrower[ID_BYTES];
    struct audit_roll roll;
};

/* The proof of a block whose place has been checked: certificate, then the headers up to the one it is for. */
bool audit_proof(struct audit *a, const struct block_header *header, const struct digest *digest,
    const uint8_t *bytes, size_t size);

/* A RESULT, by its shares alone: fills in a->roll and makes the shares known to the ledger. */
bool audit_result(struct audit *a, uint64_t height, const struct execution *x, const struct op *op);

#endif
