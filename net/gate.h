/* What stands in front of an ENet host (protocol D.7): answers HELLO without remembering
 * anybody, admits a CONNECT only from an address that holds a fresh cookie, and every other
 * datagram only with the keyed checksum of its connection. Looks at bytes; never at ENet. */
#ifndef NET_GATE_H
#define NET_GATE_H

#include "net/address.h"
#include "net/hello.h"
#include "net/ratelimit.h"

enum gate_kind {
    GATE_MEMBER, /* dials and is dialled; every datagram keyed with the table's key */
    GATE_LOBBY,  /* is dialled; every address has its cookie as key */
    GATE_GUEST   /* dials one lobby; the cookie it was given is the key */
};

enum {
    GATE_CONNECTS_SEEN = 256,
    GATE_CONNECT_REPEATS = 4, /* as often as ENet repeats one CONNECT whose answer is lost */
    GATE_NO_PEER = 0xfff      /* the peer id of a CONNECT */
};

/* A CONNECT that was let in, so that a recording of it opens nothing later. */
struct gate_seen {
    uint32_t connect_id;
    struct net_address address;
    unsigned times;
};

struct gate {
    enum gate_kind kind;
    uint16_t version;
    enum hello_state state; /* what a lobby answers */
    uint8_t cookie_secret[HELLO_KEY_BYTES];
    bool has_key;
    uint8_t key[HELLO_KEY_BYTES];
    uint8_t target[HELLO_TARGET_BYTES];
    struct ratelimit limits;
    struct gate_seen seen[GATE_CONNECTS_SEEN];
    size_t seen_next;
    uint64_t bad_checksum, bad_cookie, rate_limited;
};

void gate_init(struct gate *g, enum gate_kind kind, uint16_t version,
    const uint8_t cookie_secret[static HELLO_KEY_BYTES]);

/* The key of everything to come, and whom a HELLO must name (see transport_set_key). Either may be NULL. */
void gate_set_key(
    struct gate *g, const uint8_t key[HELLO_KEY_BYTES], const uint8_t target[HELLO_TARGET_BYTES]);

/* A datagram that arrived. */
struct gate_datagram {
    struct net_address from;
    uint8_t *data; /* written to while computing, and restored */
    size_t size;
    uint64_t now_ms;
};

enum gate_hello_verdict { GATE_DROP, GATE_REPLY, GATE_ANSWER };

/* A datagram for which hello_is() holds. GATE_REPLY: `reply` goes back to the sender. GATE_ANSWER:
 * `answer` answers a HELLO, perhaps one of ours. `full`: there is no free slot. */
enum gate_hello_verdict gate_take_hello(struct gate *g, const struct gate_datagram *d, bool full,
    uint8_t reply[static HELLO_BYTES], struct hello *answer);

/* The HELLO of ours. */
void gate_write_hello(const struct gate *g, uint8_t out[static HELLO_BYTES], uint64_t nonce,
    const uint8_t target[static HELLO_TARGET_BYTES]);

/* ENet's header: the peer id it is for and where the checksum stands. False when ENet is not to see
 * the datagram at all. */
struct gate_header {
    uint16_t peer;
    size_t field;
};
bool gate_parse(struct gate *g, const struct gate_datagram *d, struct gate_header *header);

/* A datagram of a connection: the checksum, made with the field preset to `connect_id` (both as
 * they stand in memory), or false. `key` NULL: there is no such connection. */
bool gate_admit(struct gate *g, const struct gate_datagram *d, const struct gate_header *header,
    uint32_t connect_id, const uint8_t *key, uint32_t *checksum);

/* A CONNECT: exactly what ENet's looks like, with a cookie of this or the last minute. Gives the
 * connect id, the checksum, and the key of the connection to be. */
bool gate_admit_connect(struct gate *g, const struct gate_datagram *d,
    const struct gate_header *header, uint32_t *connect_id, uint32_t *checksum,
    uint8_t key[static HELLO_KEY_BYTES]);

/* Whether an admitted CONNECT may open a slot: a few times, then never again. */
bool gate_open_once(struct gate *g, struct net_address from, uint32_t connect_id);

/* The checksum as it stands in memory. */
uint32_t gate_checksum(const uint8_t key[static HELLO_KEY_BYTES], const uint8_t *data, size_t size);

#endif
