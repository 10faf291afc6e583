/* The members of one epoch, ordered by identity key (protocol 0). */
#ifndef CONSENSUS_ROSTER_H
#define CONSENSUS_ROSTER_H

#include "base/bytes.h"
#include "base/hash.h"
#include "consensus/limits.h"

struct member {
    uint8_t id_pk[ID_BYTES];
    uint8_t vote_pk[32]; /* Ed25519, of this epoch */
    uint8_t net_pk[32];  /* X25519 static */
};

struct roster {
    uint16_t count;
    struct member members[MEMBERS_MAX]; /* strictly increasing id_pk */
};

/* 0-based index or -1. The dice index of protocol C is this plus 1. */
int roster_find(const struct roster *r, const uint8_t id_pk[ID_BYTES]);

/* Inserts in order; false when full or already there. */
bool roster_add(struct roster *r, const struct member *m);
bool roster_remove(struct roster *r, const uint8_t id_pk[ID_BYTES]);

/* members_hash: H("craps/v1/members", count || {id_pk, vote_pk, net_pk}...). */
struct digest roster_hash(const struct roster *r);

/* Leader of a view: members[(view + seed) mod n], 0-based. Nothing else may influence it (A.3). */
unsigned roster_leader(const struct roster *r, uint64_t seed, uint64_t view);

void roster_encode(const struct roster *r, struct writer *w);
bool roster_decode(struct roster *r, struct reader *rd);

#endif
