/* The dice: a threshold, unblinded VOPRF (protocol C.2, C.6) and its map to two dice (C.7). Any t
 * of n members' shares over one input give one 64-byte value, the same for every such set.
 * When a share may leave (rules R1 and R2 of C.6) is the engine's business. */
#ifndef CONSENSUS_BEACON_H
#define CONSENSUS_BEACON_H

#include "consensus/dkg.h"

enum {
    BEACON_INPUT_BYTES_MAX = 256,
    BEACON_SHARE_BYTES = 2 + GROUP_POINT_BYTES + DLEQ_PROOF_BYTES,
    BEACON_OUT_BYTES = 64,
};

/* Which roll: the place of the ROLL op on the log, and its number at this table. */
struct beacon_place {
    struct digest game_id;
    uint32_t epoch;
    uint64_t view;
    struct digest block;
    uint32_t op_index;
    uint64_t roll_number;
};

/* A roll's input m and its point P = HashToGroup(m), computed once. */
struct beacon_roll {
    struct group_context context;
    size_t m_size;
    uint8_t m[BEACON_INPUT_BYTES_MAX];
    struct point P;
};

/* Member j's contribution: sigma = x_j P and the proof for X_j. Public once sent. */
struct beacon_share {
    uint16_t member;
    struct point sigma;
    struct dleq_proof proof;
};

/* m = lp("ROLL") || lp(game_id) || lp(u32 epoch) || lp(u64 view) || lp(block digest) ||
 * lp(u32 op index) || lp(u64 roll number), under DKG_CONTEXT. */
void beacon_roll_create(struct beacon_roll *roll, const struct beacon_place *place);

/* The same machine over any input and context string (RFC 9497 3.3.2 without blinding). The
 * context's bytes stay borrowed. False when m is longer than BEACON_INPUT_BYTES_MAX. */
bool beacon_roll_create_with(
    struct beacon_roll *roll, struct group_context context, const void *m, size_t m_size);

/* Makes key->member's share. X is its verification key. False for a zero key or identity. */
bool beacon_share_create(struct beacon_share *share, const struct beacon_roll *roll,
    const struct dkg_share *key, const struct point *X, const uint8_t random[DLEQ_RANDOM_BYTES]);

/* u16 member || sigma || c || s, 98 bytes. */
void beacon_share_write(struct writer *w, const struct beacon_share *share);

/* Turns r bad when it is short or a scalar is not canonical. Verify before use. */
void beacon_share_read(struct reader *r, struct beacon_share *share);

/* True when the share is of a member 1..n and its proof holds. pub is finished. */
bool beacon_share_verify(
    const struct beacon_roll *roll, const struct dkg_public *pub, const struct beacon_share *share);

/* out = SHA-512(lp(m) || lp(sk P) || "Finalize") from `count` shares, each verified before. False
 * unless they are exactly pub->t different members. */
bool beacon_combine(uint8_t out[BEACON_OUT_BYTES], const struct beacon_roll *roll,
    const struct dkg_public *pub, const struct beacon_share *shares, size_t count);

/* Body of the RESULT op: t shares, 98 t bytes, for `count` = pub->t shares. */
void beacon_result_write(struct writer *w, const struct beacon_share *shares, size_t count);

/* Accepts a RESULT body: exactly t valid shares of different members, whose value goes to out.
 * Shares that stand byte-identical in `known` are not verified again: those that were verified
 * for this very roll before (may be NULL with known_count 0). ERR_FORMAT or ERR_AUTH. */
enum err beacon_result_verify(uint8_t out[BEACON_OUT_BYTES], const struct beacon_roll *roll,
    const struct dkg_public *pub, const void *body, size_t size, const struct beacon_share *known,
    size_t known_count);

/* The value of a RESULT body whose shares' proofs somebody else looks at: exactly t shares of different members. ERR_FORMAT or
 * ERR_AUTH. */
enum err beacon_result_value(uint8_t out[BEACON_OUT_BYTES], const struct beacon_roll *roll,
    const struct dkg_public *pub, const void *body, size_t size);

/* Two fair dice, 1..6 each (C.7): the first byte below 252 = 7 * 36 decides; a value without one
 * is hashed on. */
void beacon_dice(const uint8_t out[BEACON_OUT_BYTES], uint8_t *die1, uint8_t *die2);

#endif
