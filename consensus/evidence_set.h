/* The proofs of lies that wait for a block: at most one a culprit, a few in all, each verified before
 * it is kept (A.8, A.10). */
#ifndef CONSENSUS_EVIDENCE_SET_H
#define CONSENSUS_EVIDENCE_SET_H

#include "consensus/evidence.h"
#include "consensus/protocol_state.h"

/* Above f of the largest table. Beyond it a proof is refused; whoever sent it offers it again. */
enum { EVIDENCE_KEPT = 24 };

struct evidence_item {
    uint8_t kind; /* enum evidence_kind */
    uint8_t culprit[ID_BYTES];
    uint16_t size;
    uint8_t payload[OP_BYTES_MAX]; /* of OP_EVIDENCE */
};

struct evidence_set {
    uint32_t count;
    struct evidence_item items[EVIDENCE_KEPT];
};

/* What became of a proof that was offered. */
enum evidence_offer {
    OFFER_NEW,   /* kept: the last of items */
    OFFER_KNOWN, /* that culprit's lie is known here already, or nobody here; nothing was verified */
    OFFER_NOTHING, /* proves nothing in this state */
    OFFER_FULL,
};

/* Can a block on this state still carry a proof against `culprit`. */
bool evidence_wanted(const struct protocol_state *p, const uint8_t culprit[ID_BYTES]);

enum evidence_offer evidence_set_offer(struct evidence_set *set, const struct signer *s,
    const struct digest *game_id, const struct protocol_state *p, const uint8_t *payload,
    size_t size);

/* Forgets those whose culprit is out, and the votes of a former epoch. */
void evidence_set_prune(struct evidence_set *set, const struct protocol_state *p);

#endif
