/* Messages between managers that are neither agreement nor game: who comes in, where everybody listens, the words at the
 * door, who has finished. They travel on CHANNEL_CONTROL of sealed links; the sender is authenticated, the content hostile. */
#ifndef SRC_CONTROL_H
#define SRC_CONTROL_H

#include "base/bytes.h"
#include "base/hash.h"
#include "consensus/genesis.h"

/* First byte of every payload on a link: what the rest is. */
enum payload_family {
    PAYLOAD_ENGINE = 1,
    PAYLOAD_CONTROL,
    PAYLOAD_TALK,         /* net/gossip.h */
    PAYLOAD_SPLIT = 16,   /* session_split.c */
    PAYLOAD_ENGINE_SPLIT, /* at a split table: PAYLOAD_TAG_BYTES of its id, then as PAYLOAD_ENGINE */
    PAYLOAD_RECEIPT,      /* session_receipt.c */
};
enum { PAYLOAD_TAG_BYTES = 4 };

enum control_kind {
    CONTROL_HELLO = 1, /* joiner: version, name, watch */
    CONTROL_WELCOME,   /* sponsor: genesis, ticket, height */
    CONTROL_REFUSED,   /* sponsor: enum control_refusal */
    CONTROL_KEYCARD,   /* sponsor: link key and id, once the JOIN is final */
    CONTROL_ANNOUNCE,  /* everybody: own member port and local addresses */
    CONTROL_ADDRESSES, /* everybody: where the others were seen */
    CONTROL_WORDS,     /* sponsor to members: words and failures so far */
    CONTROL_DONE,      /* everybody with --rolls: finished at that height */
    CONTROL_KIND_COUNT
};

enum control_refusal { CONTROL_TABLE_FULL = 1, CONTROL_VERSION, CONTROL_EJECTED };

enum {
    CONTROL_ADDRESSES_MAX = 50,
    CONTROL_LOCAL_MAX = 8,
    CONTROL_BYTES_MAX = GENESIS_BYTES_MAX + 256
};

struct control_address {
    uint8_t id[32];
    uint32_t ip;
    uint16_t port;
};

struct control {
    uint8_t kind;
    uint16_t version;
    uint8_t refusal;
    bool watch;
    uint8_t profile_size;
    uint8_t profile[PROFILE_BYTES_MAX];
    const uint8_t *genesis; /* in place */
    size_t genesis_size;
    uint8_t ticket[64];
    uint64_t height;
    uint8_t link_key[32];
    struct digest
        link_id; /* under which the members' links are made: the first table's id, through all splits */
    uint16_t port;
    uint8_t local_count;
    uint32_t local[CONTROL_LOCAL_MAX];
    uint8_t address_count;
    struct control_address addresses[CONTROL_ADDRESSES_MAX];
    char words[64];
    uint32_t failures;
};

/* Writes family byte, kind and content. */
void control_encode(const struct control *c, struct writer *w);

/* Reads what follows the family byte; false on anything malformed. */
bool control_decode(struct control *c, struct reader *r);

#endif
