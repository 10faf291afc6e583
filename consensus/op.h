/* Operations: what the table agrees on, one after another (protocol 0, A.2). */
#ifndef CONSENSUS_OP_H
#define CONSENSUS_OP_H

#include "base/bytes.h"
#include "base/hash.h"
#include "consensus/limits.h"
#include "consensus/signing.h"

enum op_kind {
    OP_GAME = 1, /* payload opaque to this layer */
    OP_JOIN,     /* u8 bot || net_pk || lp(profile) || sponsor id || ticket signature */
    OP_LEAVE,    /* empty */
    OP_KEYS,     /* u32 dkg_id || vote_pk || EK */
    OP_REKEY,    /* empty */
    OP_DEAL,     /* deal as dkg_deal_write makes it: it starts with u32 dkg_id */
    OP_ACK,      /* u32 dkg_id || dkg_hash */
    OP_COMPLAIN, /* complaint as dkg_complaint_write makes it: u32 dkg_id || u16 dealer || K || proof */
    OP_ABSENT,       /* u32 dkg_id || member or joiner id: silent in this attempt (B.1.3) */
    OP_RESULT,       /* block op: u64 roll || t shares */
    OP_EPOCH_SWITCH, /* block op: u32 dkg_id || dkg_hash */
    OP_EVIDENCE,     /* block op: two signed votes, or two signed ops (A.10) */
    OP_BALLOT,       /* u8 question || u8 yes || id: shall that one come in, or go (B.1.1, D.4) */
    OP_KIND_COUNT
};

/* What an OP_BALLOT is about. */
enum ballot_question { BALLOT_NONE, BALLOT_ADMIT, BALLOT_REMOVE };

static inline bool op_is_block_op(uint8_t kind)
{
    return kind == OP_RESULT || kind == OP_EPOCH_SWITCH || kind == OP_EVIDENCE;
}

/* Decoded in place: payload points into the encoded bytes. Block ops have a zero author, seq and sig. */
struct op {
    uint8_t kind;
    uint8_t author[ID_BYTES];
    uint64_t seq;
    const uint8_t *payload;
    size_t payload_size;
    uint8_t sig[SIG_BYTES];
};

/* Wire: u8 kind || author || u64 seq || lp(payload) || sig; block ops: u8 kind || lp(payload). */
void op_encode(const struct op *op, struct writer *w);

/* Structure and size limits only (A.7); signatures are op_verify's. Trailing bytes are left to the caller. */
bool op_decode(struct op *op, struct reader *r);

/* kind "op", epoch 0, view = seq, body = u8 kind || author || payload. */
void op_sign(
    const struct signer *s, struct op *op, const struct digest *game_id, const uint8_t sk[64]);
bool op_verify(const struct signer *s, const struct op *op, const struct digest *game_id);

/* H("craps/v1/op", encoded bytes): the leaf of ops_root and log_root. */
struct digest op_digest(const struct op *op);

#endif
