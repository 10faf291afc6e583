/* Proof that somebody lied: two messages that no honest one ever signs both (protocol A.10, E1 to
 * E4). Not evidence: NOTARIZE with NULLIFY, NOTARIZE and FINALIZE of two blocks, or two different
 * signatures over the same content. */
#ifndef CONSENSUS_EVIDENCE_H
#define CONSENSUS_EVIDENCE_H

#include "consensus/message.h"

/* Numbered as in A.10; E5 is a complaint's ruling and needs no op of its own. */
enum evidence_kind {
    EVIDENCE_NONE,
    EVIDENCE_NOTARIZE_TWICE,
    EVIDENCE_FINALIZE_TWICE,
    EVIDENCE_NULLIFY_AND_FINALIZE,
    EVIDENCE_OP_TWICE,
};

/* Payload of OP_EVIDENCE: u8 1 || vote || vote, or u8 2 || lp(op) || lp(op). */
void evidence_encode_votes(struct writer *w, const struct vote *a, const struct vote *b);
void evidence_encode_ops(
    struct writer *w, const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size);

/* What the payload proves and against whom; EVIDENCE_NONE when nothing. Votes count only when they
 * are of `epoch`, whose members `roster` lists. */
enum evidence_kind evidence_judge(const struct signer *s, const struct digest *game_id,
    uint32_t epoch, const struct roster *roster, const uint8_t *payload, size_t size,
    uint8_t culprit[ID_BYTES]);

#endif
