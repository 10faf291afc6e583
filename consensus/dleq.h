/* Proof that two logarithms are equal: B = kA and D[i] = kC[i] for one k (RFC 9497 2.2, batched
 * by random weights). Randomness enters by argument. */
#ifndef CONSENSUS_DLEQ_H
#define CONSENSUS_DLEQ_H

#include "consensus/group.h"

enum { DLEQ_PROOF_BYTES = 64, DLEQ_RANDOM_BYTES = 32 };

/* What is claimed. C and D are borrowed arrays of `count` points, 1 to 65535. */
struct dleq_claim {
    struct point A;
    struct point B;
    const struct point *C;
    const struct point *D;
    size_t count;
};

struct dleq_proof {
    struct scalar c;
    struct scalar s;
};

/* GenerateProof with a hedged nonce: r = SHA-512("dleq-nonce" || k || random || B || C || D) mod L
 * (protocol C.2), so that a weak generator alone never repeats r. A k serves one context and one A
 * only. False when a point of the claim is invalid or the identity, or k is zero; B = kA and
 * D = kC are the caller's business. */
bool dleq_prove(struct dleq_proof *proof, struct group_context context,
    const struct dleq_claim *claim, const struct scalar *k,
    const uint8_t random[DLEQ_RANDOM_BYTES]);

/* GenerateProof with a given r, for the published vectors. Two proofs with one r give k away. */
bool dleq_prove_with(struct dleq_proof *proof, struct group_context context,
    const struct dleq_claim *claim, const struct scalar *k, const struct scalar *r);

/* VerifyProof. Also false for an identity or undecodable point and for c or s not below L. */
bool dleq_verify(
    struct group_context context, const struct dleq_claim *claim, const struct dleq_proof *proof);

/* c || s, 64 bytes. Reading turns r bad when either is not canonical. */
void dleq_proof_write(struct writer *w, const struct dleq_proof *proof);
void dleq_proof_read(struct reader *r, struct dleq_proof *proof);

#endif
