/* What the agreement layer itself agrees on, beside the application's state: who is known with
 * which sequence number, who votes, the key generation that runs, the throw that is out
 * (protocol 0, B.1, C.3, E.1). A value: copied per block, encoded canonically into the state root.
 * It holds no clock, no height, and no view but that of the roll. */
#ifndef CONSENSUS_PROTOCOL_STATE_H
#define CONSENSUS_PROTOCOL_STATE_H

#include "consensus/dkg.h"
#include "consensus/merkle.h"
#include "consensus/roster.h"

enum identity_standing {
    STANDING_NONE = 0, /* only its sequence number is kept; it may JOIN again */
    STANDING_PLAYER,   /* known, no vote: a bot, or somebody who left or was dropped */
    STANDING_JOINING,  /* JOIN is final, waits for a switch */
    STANDING_MEMBER,
    STANDING_LEAVING, /* LEAVE is final, votes until the switch */
    STANDING_EJECTED, /* proven bad; votes until the switch, never comes back */
    STANDING_WAITING, /* JOIN is final, the members are asked (house rule `admission`) */
    STANDING_COUNT
};

struct identity {
    uint8_t id_pk[ID_BYTES];
    uint8_t net_pk[32];
    uint8_t sponsor[ID_BYTES]; /* bots: the member that signs for it; joiners: who admitted them */
    uint64_t seq;              /* last executed */
    uint8_t standing;          /* enum identity_standing */
    bool bot;
    bool stack;       /* was seated once: the application keeps chips for it */
    bool seat_due;    /* joined while a throw was out: seated after its result */
    bool leave_due;   /* left while a throw was out: taken down after its result */
    bool rekeyed;     /* a member's one REKEY of this epoch is used up */
    bool sent_away;   /* by ballot: comes back with a new ticket only */
    uint64_t yes, no; /* ballots, bit per current member: WAITING asks for admission, JOINING and
                         MEMBER for removal; zero in any other standing */
    uint8_t profile_size;
    uint8_t profile[PROFILE_BYTES_MAX];
};

enum attempt_phase {
    ATTEMPT_NONE,
    ATTEMPT_KEYS,
    ATTEMPT_DEAL,
    ATTEMPT_ACK,
    ATTEMPT_READY,
    ATTEMPT_PHASE_COUNT
};

/* One key generation for a candidate roster (B.1.2, C.3). `roster` is ordered and frozen;
 * vote_pk is filled in by KEYS. Whoever turns out bad or silent ends the attempt; the next one
 * goes without. */
struct attempt {
    uint8_t phase; /* enum attempt_phase; nothing below means anything in ATTEMPT_NONE */
    uint32_t dkg_id;
    struct roster roster;
    uint8_t ek_pk[MEMBERS_MAX][32];
    uint64_t keys_in, deals_in, acks_in; /* bit per candidate */
    uint32_t deal_size[MEMBERS_MAX];
    uint8_t deals[MEMBERS_MAX][DKG_DEAL_BYTES_MAX]; /* encoded, as in the op */
    uint64_t absent[MEMBERS_MAX]; /* per candidate: bit per current member that said ABSENT */
    struct digest dkg_hash;       /* from phase ACK on */
};

/* A throw that waits for its result. The block's view and digest are known one block later
 * (A.2). */
struct pending_roll {
    bool active;
    bool bound; /* view and digest filled in */
    uint64_t roll;
    uint32_t epoch;
    uint64_t view;
    struct digest block;
    uint32_t op_index;
};

struct protocol_state {
    uint32_t epoch;
    struct roster roster;
    struct digest members_hash, dkg_hash;
    bool has_dice;
    uint32_t dkg_id;        /* the last attempt's number */
    struct dkg_public dice; /* of this epoch, when has_dice */
    uint16_t identity_count;
    struct identity identities[IDENTITIES_MAX]; /* strictly increasing id_pk */
    bool rekey_wanted;
    struct attempt attempt;
    struct pending_roll roll;
    bool closed; /* the block that gave this state switched the epoch: only empty blocks follow in
                    the old one */
    bool ended;  /* the last member left (B.1.6): only empty blocks follow */
    struct merkle_range log; /* over all ops so far */
};

/* Upper bound of protocol_encode's output. */
enum {
    ATTEMPT_BYTES_MAX = 256 + MEMBERS_MAX * (3 * 32 + 32 + 4 + DKG_DEAL_BYTES_MAX + 8),
    IDENTITY_BYTES_MAX = 3 * 32 + 8 + 8 + PROFILE_BYTES_MAX + 2 * 8,
    PROTOCOL_BYTES_MAX =
        4096 + MEMBERS_MAX * 5 * 32 + IDENTITIES_MAX * IDENTITY_BYTES_MAX + ATTEMPT_BYTES_MAX,
};

/* Identity by key, or NULL. Pointers hold until the next protocol_add_identity. */
const struct identity *protocol_identity(
    const struct protocol_state *p, const uint8_t id[ID_BYTES]);
struct identity *protocol_identity_mut(struct protocol_state *p, const uint8_t id[ID_BYTES]);

/* Adds a new one in order, zero but for its key; NULL when IDENTITIES_MAX are known already. */
struct identity *protocol_add_identity(struct protocol_state *p, const uint8_t id[ID_BYTES]);

/* Another standing; ballots about a question that is not asked in it are void. */
void identity_stand(struct identity *identity, enum identity_standing standing);

/* Copies what means something; the unused tails of arrays are left alone. */
void protocol_copy(struct protocol_state *to, const struct protocol_state *from);

/* The one byte string for this state. Bits and arrays beyond their counts never enter it. */
void protocol_encode(const struct protocol_state *p, struct writer *w);

/* The reverse; false on anything that protocol_encode could not have written. The dice key's
 * members are recomputed from its commitments (C.3). Reads from r and leaves what follows. */
bool protocol_decode(struct protocol_state *p, struct reader *r);

#endif
