/* Messages between members (protocol A.2). The link has authenticated the sender; every content is
 * hostile. */
#ifndef CONSENSUS_MESSAGE_H
#define CONSENSUS_MESSAGE_H

#include "consensus/block.h"
#include "consensus/roster.h"

enum message_kind {
    MSG_OP = 1,  /* one encoded op */
    MSG_PROPOSE, /* the leader's NOTARIZE vote, then the block bytes */
    MSG_NOTARIZE,
    MSG_NULLIFY,
    MSG_FINALIZE, /* vote, then an unsigned trailer: lp(dice shares) (C.6 R1) */
    MSG_CERT,
    MSG_STATUS,
    MSG_FETCH,
    MSG_FETCH_RESP,
    MSG_SHARE, /* u64 roll || 98-byte share (C.6) */
    MSG_EVIDENCE,
    MSG_KIND_COUNT
};

enum vote_kind { VOTE_NOTARIZE, VOTE_NULLIFY, VOTE_FINALIZE, VOTE_KIND_COUNT };

struct vote {
    uint8_t kind; /* enum vote_kind; also the type of a certificate */
    uint32_t epoch;
    uint64_t view;
    struct digest digest; /* zero for nullify */
    uint16_t voter;       /* 0-based index in the epoch's roster */
    uint8_t sig[SIG_BYTES];
};

/* Signed body: the 32 digest bytes (notarize, finalize) or nothing (nullify); kind, game, epoch,
 * view in the header of signing.h. */
void vote_sign(const struct signer *s, struct vote *v, const struct digest *game_id,
    const uint8_t vote_sk[64]);
bool vote_verify(const struct signer *s, const struct vote *v, const struct digest *game_id,
    const uint8_t vote_pk[32]);

/* u8 kind || u32 epoch || u64 view || digest || u16 voter || sig. */
void vote_encode(const struct vote *v, struct writer *w);
bool vote_decode(struct vote *v, struct reader *r);

/* q votes for one thing. sigs are in increasing voter order, one per set bit. */
struct certificate {
    uint8_t kind; /* enum vote_kind */
    uint32_t epoch;
    uint64_t view;
    struct digest digest;
    uint64_t signers; /* bit i = voter i */
    uint8_t sigs[MEMBERS_MAX][SIG_BYTES];
};

enum { CERT_BYTES_MAX = 1 + 4 + 8 + 32 + 8 + MEMBERS_MAX * SIG_BYTES };

void certificate_encode(const struct certificate *c, struct writer *w);
bool certificate_decode(struct certificate *c, struct reader *r);

/* At least q distinct members of the roster, every signature right. */
bool certificate_verify(const struct signer *s, const struct certificate *c,
    const struct digest *game_id, const struct roster *roster);

struct status {
    uint32_t epoch;
    uint64_t view;   /* current view */
    uint64_t height; /* last final height */
    uint64_t final_view;
    struct digest final;
    uint64_t notarized_view; /* highest notarized */
    struct digest notarized;
};

void status_encode(const struct status *s, struct writer *w);
bool status_decode(struct status *s, struct reader *r);

enum fetch_kind {
    FETCH_CERT_NULLIFY = 1, /* epoch, view */
    FETCH_CERT_NOTARIZE,    /* epoch, view */
    FETCH_BLOCK,            /* epoch, view, digest: a block not yet final */
    FETCH_HEIGHTS, /* from height, at most `view` of them (0 = as many as fit): final blocks with
                    * their proofs, from the record */
    FETCH_SHARES,  /* view field = roll number */
    FETCH_EPOCHS,  /* the epoch chain from that epoch on, from the record (E.2) */
    FETCH_STATE,   /* the newest state kept above that height: header, proof, shape */
    FETCH_PIECE,   /* view = index: that chunk of the state kept at that height */
    FETCH_KIND_COUNT
};

struct fetch {
    uint8_t kind;
    uint32_t epoch;
    uint64_t view;
    uint64_t height;
    struct digest digest;
};

/* Answers (MSG_FETCH_RESP) begin with the question, as it was asked, and for the last four go on:
 *   HEIGHTS u64 first height || (u32 size || block || u32 size || proof)..., ending with a block
 *           that has a proof; first height 0 = not in this record
 *   EPOCHS  (header of the block that ended an epoch || u32 size || proof || members of the next
 *           one, roster_encode)..., in order
 *   STATE   header || u32 size || proof || shape (state_meta_encode); nothing = none is kept
 *   PIECE   state_piece_encode; nothing = not kept (any more)
 * A proof is that of consensus/engine_proof.c. */
void fetch_encode(const struct fetch *f, struct writer *w);
bool fetch_decode(struct fetch *f, struct reader *r);

#endif
