/* What members say beside the agreement, to the byte (docs/protocol.md 14.6): lines, entries of the
 * map of names, heartbeats. Each is signed by its author's identity. Protocol F.1 to F.3. */
#ifndef NET_GOSSIP_ITEM_H
#define NET_GOSSIP_ITEM_H

#include "base/hash.h"
#include "net/limits.h"

enum gossip_kind {
    GOSSIP_LINE = 1, /* a line of talk */
    GOSSIP_SEEN,  /* no text: only what its author has seen, when that does not fit into one line */
    GOSSIP_ENTRY, /* one key of the map */
    GOSSIP_HERE,  /* a heartbeat of whoever misses a link */
};

enum gossip_key { GOSSIP_NAME = 1, GOSSIP_COLOUR, GOSSIP_TOPIC, GOSSIP_KEY_END };

enum {
    GOSSIP_ITEM_BYTES_MAX = 512,
    GOSSIP_TEXT_MAX = 200,
    GOSSIP_VALUE_MAX = 64,
    GOSSIP_TAG_BYTES = 8, /* the first bytes of an identity */
    GOSSIP_DEPS_MAX = 24, /* as many as fit beside no text */
    GOSSIP_MISSING_MAX = 50,
    GOSSIP_SIG_BYTES = 64,
    GOSSIP_ENTRY_BYTES_MAX = 1 + NET_ID_BYTES + 8 + 1 + 1 + GOSSIP_VALUE_MAX + GOSSIP_SIG_BYTES,
};

/* One place in somebody's stream of lines: the number-th item of one incarnation. */
struct gossip_at {
    uint8_t tag[GOSSIP_TAG_BYTES];
    uint32_t incarnation, number;
};

struct gossip_item {
    uint8_t kind; /* enum gossip_kind */
    uint8_t author[NET_ID_BYTES];
    uint32_t incarnation, number; /* not of an entry; both at least 1 */
    uint64_t lamport;             /* not of a heartbeat; at least 1 */
    uint8_t key;                  /* entry: enum gossip_key */
    uint8_t period_s;             /* heartbeat: how long until the next */
    uint8_t dep_count, missing_count;
    struct gossip_at deps[GOSSIP_DEPS_MAX]; /* the newest items its author had seen */
    uint8_t missing[GOSSIP_MISSING_MAX][GOSSIP_TAG_BYTES]; /* whom it has no link with */
    uint8_t size;
    uint8_t text[GOSSIP_TEXT_MAX]; /* of a line, or an entry's value; hostile bytes */
};

/* Writes and signs; returns the size, 0 when it would be too long. */
size_t gossip_item_encode(const struct gossip_item *i, const struct digest *scope,
    const uint8_t sk[64], uint8_t out[GOSSIP_ITEM_BYTES_MAX]);

/* Reads the form alone; false on anything that no honest author writes. */
bool gossip_item_decode(struct gossip_item *i, const uint8_t *bytes, size_t size);

/* Is the signature at its end its author's, for that table. */
bool gossip_item_verify(const uint8_t *bytes, size_t size, const uint8_t author[NET_ID_BYTES],
    const struct digest *scope);

/* H("craps/v1/talk-item", everything before the signature). */
struct digest gossip_item_hash(const uint8_t *bytes, size_t size);

/* How many places of others fit beside `size` bytes of text. */
size_t gossip_item_deps_fit(size_t size);

#endif
