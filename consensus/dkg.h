/* Distributed key generation on the log: Joint-Feldman with proofs of possession (protocol C.3)
 * and publicly verifiable complaints (C.4). Pure functions over the caller's memory: n members
 * with indices 1..n (0 is the secret's own evaluation point), any t of which make a roll.
 *
 * Order of use: every member makes a key (KEYS); the roster is frozen in dkg_params; each member
 * deals (DEAL) and all check every deal into dkg_dealings and dkg_public; each adds up its own
 * share and acknowledges dkg_dealings_hash (ACK) or complains (COMPLAIN). */
#ifndef CONSENSUS_DKG_H
#define CONSENSUS_DKG_H

#include "base/err.h"
#include "base/hash.h"
#include "consensus/dleq.h"
#include "consensus/group.h"
#include "consensus/limits.h"

/* CTX of protocol C.2, for dealings and rolls, and CTX' of C.4, for complaints alone. */
#define DKG_CONTEXT           GROUP_CONTEXT("CRAPS-DVRF1-ristretto255-SHA512")
#define DKG_COMPLAINT_CONTEXT GROUP_CONTEXT("CRAPS-DKGC1-ristretto255-SHA512")

enum {
    DKG_MEMBERS_MAX = MEMBERS_MAX,
    DKG_KEY_RANDOM_BYTES = 64,
    DKG_SEED_BYTES = 32,
    DKG_DEAL_BYTES_MAX = 4 + 32 * (DKG_MEMBERS_MAX + 1 + DKG_MEMBERS_MAX) + 96,
    DKG_COMPLAINT_BYTES = 4 + 2 + GROUP_POINT_BYTES + DLEQ_PROOF_BYTES,
};

/* The share-encryption key of one attempt. Secret; never used for anything else. */
struct dkg_key {
    struct scalar ek;
};

/* x_j: member j's share of the table's key. Secret; recomputed from the log, never stored. */
struct dkg_share {
    uint16_t member;
    struct scalar x;
};

/* What an attempt is about, frozen before the first deal. EK[j - 1] belongs to member j. */
struct dkg_params {
    struct digest game_id;
    uint32_t dkg_id; /* strictly increasing in a game, never reused */
    uint16_t n;
    uint16_t t;
    struct point EK[DKG_MEMBERS_MAX];
};

/* One dealing: t commitments, the dealer's one-time key, n encrypted shares, and the proof that
 * the dealer knows C[0] and E. Public. */
struct dkg_deal {
    uint32_t dkg_id;
    struct point C[DKG_MEMBERS_MAX];
    struct point E;
    struct scalar ct[DKG_MEMBERS_MAX];
    struct scalar pop_c;
    struct scalar pop_z0;
    struct scalar pop_z1;
};

enum dkg_verdict {
    DKG_DEAL_OK = 0,
    DKG_DEAL_ATTEMPT,    /* another dkg_id */
    DKG_DEAL_DEALER,     /* no such member */
    DKG_DEAL_REPEATED,   /* this member has dealt already */
    DKG_DEAL_COMMITMENT, /* a commitment does not decode or is the identity */
    DKG_DEAL_KEY,        /* E does not decode or is the identity */
    DKG_DEAL_COPIED_KEY, /* E stands in another deal of this attempt */
    DKG_DEAL_SHARE,      /* an encrypted share not below L */
    DKG_DEAL_PROOF,      /* the proof of possession fails */
};

/* The accepted deals of one attempt; deal[i - 1] is dealer i's when bit i - 1 is set. */
struct dkg_dealings {
    uint64_t present;
    struct dkg_deal deal[DKG_MEMBERS_MAX];
};

/* The public outcome. A is the sum of the accepted commitments, A[0] the table's key PK;
 * X[j - 1] verifies member j's shares, and holds for j <= ready. */
struct dkg_public {
    uint16_t n;
    uint16_t t;
    uint16_t ready;
    uint16_t pass; /* rows of the difference table that are done, plus one */
    bool refused;  /* PK or an X is the identity, or an A does not decode */
    struct point A[DKG_MEMBERS_MAX];
    struct point difference[DKG_MEMBERS_MAX];
    struct point X[DKG_MEMBERS_MAX];
};

struct dkg_complaint {
    uint32_t dkg_id;
    uint16_t dealer;
    struct point K; /* ek_j E_i, which opens this one share and no other */
    struct dleq_proof proof;
};

enum dkg_ruling {
    DKG_COMPLAINT_INVALID, /* proves nothing: refuse it */
    DKG_COMPLAINT_UPHELD,  /* the dealer is proven bad */
    DKG_COMPLAINT_FALSE,   /* the proof holds and the share is good: the complainer is bad */
};

/* ek from 64 uniform bytes, and EK = ek G. False for the one input class that gives zero. */
bool dkg_key_create(
    struct dkg_key *key, struct point *EK, const uint8_t random[DKG_KEY_RANDOM_BYTES]);
void dkg_key_wipe(struct dkg_key *key);

/* 1 <= t <= n <= DKG_MEMBERS_MAX and every EK a valid point. Everything below expects it. */
bool dkg_params_valid(const struct dkg_params *params);

/* Makes dealer's deal. Every secret in it is drawn from 32 random bytes, bound to all of params
 * and the dealer, and wiped before return. False when params or dealer are not valid. */
bool dkg_deal_create(struct dkg_deal *deal, const struct dkg_params *params, uint16_t dealer,
    const uint8_t seed[DKG_SEED_BYTES]);

/* u32 dkg_id || C[t] || E || ct[n] || c || z0 || z1: 100 + 32 (t + 1 + n) bytes. */
size_t dkg_deal_size(const struct dkg_params *params);
void dkg_deal_write(struct writer *w, const struct dkg_params *params, const struct dkg_deal *deal);

/* ERR_FORMAT unless the bytes are exactly one deal of this shape with canonical scalars. */
enum err dkg_deal_read(
    struct dkg_deal *deal, const struct dkg_params *params, const void *data, size_t size);

/* H("craps/v1/deal", encoding). */
struct digest dkg_deal_digest(const struct dkg_params *params, const struct dkg_deal *deal);

/* The validity list of C.3 as far as it concerns this deal alone. */
enum dkg_verdict dkg_deal_verify(
    const struct dkg_params *params, uint16_t dealer, const struct dkg_deal *deal);

/* The whole list, against the deals accepted so far; keeps the deal when it is DKG_DEAL_OK. */
enum dkg_verdict dkg_dealings_add(struct dkg_dealings *dealings, const struct dkg_params *params,
    uint16_t dealer, const struct dkg_deal *deal);
bool dkg_dealings_complete(const struct dkg_dealings *dealings, const struct dkg_params *params);

/* H("craps/v1/dkg", u32 dkg_id || members_hash || n digests of deals in index order). */
struct digest dkg_hash(uint32_t dkg_id, const struct digest *members_hash,
    const struct digest *deal_digests, size_t n);
struct digest dkg_dealings_hash(const struct dkg_dealings *dealings,
    const struct dkg_params *params, const struct digest *members_hash);

/* Sums commitments in any order, one accepted deal at a time. */
void dkg_public_begin(struct dkg_public *pub, uint16_t n, uint16_t t);
void dkg_public_add(struct dkg_public *pub, const struct dkg_deal *deal);

/* Starts from the t commitments that the state carries. */
void dkg_public_load(struct dkg_public *pub, uint16_t n, uint16_t t, const struct point *A);

/* One slice (2 ms at n = 50) of computing all X by a table of differences. ERR_AGAIN while there
 * is more to do, ERR_OK when every X holds, ERR_RANGE when this key must be refused. */
enum err dkg_public_step(struct dkg_public *pub);

/* All remaining slices: ERR_OK or ERR_RANGE. */
enum err dkg_public_finish(struct dkg_public *pub);

/* Begin, add and finish over complete dealings. */
enum err dkg_public_create(
    struct dkg_public *pub, const struct dkg_params *params, const struct dkg_dealings *dealings);

/* s G = sum over k of j^k C[k]: the one check that shares, complaints and verdicts go through. */
bool dkg_share_matches(
    const struct point *commitments, uint16_t t, uint16_t j, const struct scalar *s);

/* s_ij: what dealer's accepted deal says to member j. False when E does not decode. */
bool dkg_deal_open(struct scalar *s, const struct dkg_params *params, uint16_t dealer,
    const struct dkg_deal *deal, uint16_t j, const struct dkg_key *key);

/* x_j as a running sum: begin, add every dealer once, check. */
void dkg_share_begin(struct dkg_share *share, uint16_t member);
bool dkg_share_add(struct dkg_share *share, const struct dkg_params *params, uint16_t dealer,
    const struct dkg_deal *deal, const struct dkg_key *key);
void dkg_share_wipe(struct dkg_share *share);

/* The aggregate check x_j G = sum j^k A[k]. */
bool dkg_share_check(const struct dkg_share *share, const struct dkg_public *pub);

/* Begin, add and check over complete dealings. ERR_AUTH (and a wiped share) when a dealer lied:
 * dkg_find_bad_dealer tells which. */
enum err dkg_share_create(struct dkg_share *share, const struct dkg_params *params,
    const struct dkg_dealings *dealings, const struct dkg_public *pub, uint16_t member,
    const struct dkg_key *key);

/* The first dealer from `from` (1..n) on whose share for `member` does not match, 0 for none. */
uint16_t dkg_find_bad_dealer(const struct dkg_params *params, const struct dkg_dealings *dealings,
    uint16_t member, const struct dkg_key *key, uint16_t from);

/* COMPLAIN by member against dealer. An honest member sends one only after a failed check. */
bool dkg_complaint_create(struct dkg_complaint *complaint, const struct dkg_params *params,
    uint16_t dealer, const struct dkg_deal *deal, uint16_t member, const struct dkg_key *key,
    const uint8_t random[DLEQ_RANDOM_BYTES]);

/* u32 dkg_id || u16 dealer || K || proof, DKG_COMPLAINT_BYTES. */
void dkg_complaint_write(struct writer *w, const struct dkg_complaint *complaint);
enum err dkg_complaint_read(struct dkg_complaint *complaint, const void *data, size_t size);

/* Rules on `member`'s complaint. `deal` is the accepted deal of complaint->dealer. */
enum dkg_ruling dkg_complaint_judge(const struct dkg_params *params, uint16_t member,
    const struct dkg_deal *deal, const struct dkg_complaint *complaint);

#endif
