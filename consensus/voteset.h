/* The votes of one view: at most one a member and kind, counted as they come and verified in one
 * pass when a quorum stands (protocol A.7, A.8). */
#ifndef CONSENSUS_VOTESET_H
#define CONSENSUS_VOTESET_H

#include "consensus/message.h"

enum vote_state {
    VOTE_ABSENT,
    VOTE_COUNTED, /* came over its signer's own link; signature not looked at yet */
    VOTE_VERIFIED,
};

struct voteset_entry {
    uint8_t state; /* enum vote_state */
    struct digest digest;
    uint8_t sig[SIG_BYTES];
};

struct voteset {
    uint64_t view; /* 0 = unused */
    uint16_t members;
    uint64_t convicted;            /* voters whose double vote was reported already */
    struct voteset_entry *entries; /* VOTE_KIND_COUNT * members, borrowed */
};

/* What the signatures are checked against; all borrowed. */
struct vote_context {
    const struct signer *signer;
    const struct digest *game_id;
    const struct roster *roster;
    uint32_t epoch;
};

enum voteset_result { VOTESET_ADDED, VOTESET_DUPLICATE, VOTESET_CONFLICT };

/* Empties the set for another view. */
void voteset_reset(struct voteset *set, uint64_t view);

/* `voter` is below `members`. */
struct voteset_entry *voteset_at(const struct voteset *set, unsigned kind, unsigned voter);

/* The first vote of a member and kind stands; the same digest again is a duplicate (a verified one
 * then replaces an unverified one), another digest a conflict that changes nothing. */
enum voteset_result voteset_add(struct voteset *set, const struct vote *v, bool verified);

/* The entry as a vote. */
struct vote voteset_vote(const struct voteset *set, uint32_t epoch, unsigned kind, unsigned voter);

/* Members with a vote of that kind for that digest, verified or not. */
unsigned voteset_count(const struct voteset *set, unsigned kind, const struct digest *digest);

/* Verifies one entry once; a bad one is evicted. True when it stands. */
bool voteset_verify_one(
    struct voteset *set, const struct vote_context *ctx, unsigned kind, unsigned voter);

/* Verifies every unverified vote for that digest, evicts the bad ones and returns them as a bit set
 * of voters. */
uint64_t voteset_verify(struct voteset *set, const struct vote_context *ctx, unsigned kind,
    const struct digest *digest);

/* Fills in a certificate of exactly `quorum` verified votes; false when there are fewer. */
bool voteset_certificate(const struct voteset *set, const struct vote_context *ctx, unsigned kind,
    const struct digest *digest, unsigned quorum, struct certificate *out);

#endif
