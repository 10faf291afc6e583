/* The first bytes of a table; their hash is the table's identity (protocol 0, B.1.5). */
#ifndef CONSENSUS_GENESIS_H
#define CONSENSUS_GENESIS_H

#include "base/bytes.h"
#include "base/hash.h"
#include "consensus/limits.h"

enum { PROTOCOL_VERSION = 1, RULES_BYTES_MAX = 512, GENESIS_BYTES_MAX = 1024 };

struct genesis {
    uint16_t version;
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

/* Refuses other versions (the version is still filled in), sizes out of range, trailing bytes. */
bool genesis_decode(struct genesis *g, struct reader *r);

/* game_id = H("craps/v1/genesis", encoded bytes). */
struct digest genesis_game_id(const struct genesis *g);

#endif
