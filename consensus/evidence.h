/* Proof that somebody lied: two messages that no honest one ever signs both (protocol A.10, E1 to
 * E4). Not evidence: NOTARIZE with NULLIFY, NOTARIZE and FINALIZE of two blocks, or two different
 * signatures over the same content. */
#ifndef CONSENSUS_EVIDENCE_H
#define CONSENSUS_EVIDENCE_H

#include "consensus/message.h"

/* Numbered as in A.10; E5 is a complaint's ruling and needs no op of its own. Two JOINs with one
 * number are no E4: whoever's sponsor left before the JOIN was agreed has to ask another, and only
 * one of the two can ever be executed. */
enum evidence_kind {
    EVIDENCE_NONE,
    EVIDENCE_NOTARIZE_TWICE,
    EVIDENCE_FINALIZE_TWICE,
    EVIDENCE_NULLIFY_AND_FINALIZE,
    EVIDENCE_OP_TWICE,
    EVIDENCE_BAD_DEAL,
    EVIDENCE_KIND_COUNT,
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

/* Whom the payload accuses, by its structure alone: no signature is looked at. False when it can
 * accuse nobody (malformed, no such member, another epoch's votes). */
bool evidence_claims(uint32_t epoch, const struct roster *roster, const uint8_t *payload,
    size_t size, uint8_t culprit[ID_BYTES]);

/* Without a member list: do two votes of this very vote key convict it. `a` and `b` are filled in
 * when the kind is not EVIDENCE_NONE. */
enum evidence_kind evidence_judge_key(const struct signer *s, const struct digest *game_id,
    const uint8_t vote_pk[32], const uint8_t *payload, size_t size, struct vote *a, struct vote *b);

/* Two ops of one author with one number and other contents. */
enum evidence_kind evidence_judge_ops(const struct signer *s, const struct digest *game_id,
    const uint8_t *payload, size_t size, uint8_t culprit[ID_BYTES]);

#endif
