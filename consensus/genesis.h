/* The first bytes of a table; their hash is the table's identity (protocol 0, B.1.5). */
#ifndef CONSENSUS_GENESIS_H
#define CONSENSUS_GENESIS_H

#include "base/bytes.h"
#include "base/hash.h"
#include "consensus/recover.h"

enum {
    PROTOCOL_VERSION = 1,
    RULES_BYTES_MAX = 512,
    GENESIS_FOUNDED_BYTES_MAX = 1024, /* of a founder's table */
    GENESIS_BYTES_MAX = RECOVER_BYTES_MAX,
};

/* A founder's, or a RECOVER (protocol B.5): then nothing but the version and these bytes mean anything. */
struct genesis {
    uint16_t version;
    const uint8_t *recover; /* borrowed; NULL for a founder's */
    size_t recover_size;
    uint16_t rules_size;
    uint8_t rules[RULES_BYTES_MAX]; /* opaque to this layer */
    uint8_t founder_id[ID_BYTES];
    uint8_t founder_net_pk[32];
    uint8_t founder_vote_pk[32]; /* of epoch 0 */
    uint8_t profile_size;
    uint8_t profile[PROFILE_BYTES_MAX];
    uint8_t nonce[32];
};

void genesis_encode(const struct genesis *g, struct writer *w);

/* Refuses other versions (the version is still filled in), sizes out of range, trailing bytes. What a RECOVER says is checked
 * by the ledger that begins with it; its bytes stay the reader's. */
bool genesis_decode(struct genesis *g, struct reader *r);

/* game_id = H("craps/v1/genesis", encoded bytes); of a split table recover_game_id. */
struct digest genesis_game_id(const struct genesis *g);

#endif
