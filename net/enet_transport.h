/* One ENet host with every limit of protocol D.7: slots with reliable and unreliable channels,
 * a filter in front of them that answers HELLO and drops what does not carry the right keyed
 * checksum, and a bound on what waits to be sent. With enet_filter.c the only one that knows ENet (1.3.17;
 * decision 10). */
#ifndef NET_ENET_TRANSPORT_H
#define NET_ENET_TRANSPORT_H

#include "base/err.h"
#include "net/address.h"
#include "net/gate.h"
#include "net/hello.h"

enum {
    TRANSPORT_PACKET_MAX = 256 * 1024,
    TRANSPORT_WAITING_MAX = 1024 * 1024,
    TRANSPORT_SEND_MAX = 1024 * 1024, /* bytes of one slot that are not yet acknowledged */
    TRANSPORT_BULK_MAX = 64 * 1024,   /* of these on the bulk channel, before one more is refused */
    TRANSPORT_CHANNEL_BULK = 5
};

struct transport_config {
    enum gate_kind kind;
    uint32_t ip; /* 0 = any */
    uint16_t port;
    bool port_explicit; /* a busy port is an error; else any free one is taken */
    size_t slots;       /* at most NET_PEERS_MAX */
    uint16_t version;
    uint8_t cookie_secret[HELLO_KEY_BYTES];
    uint32_t connect_seed; /* ENet's connect ids count up from here */
    uint64_t now_ms;
};

struct transport;

/* ERR_BUSY when the port is taken and explicit, ERR_PERMISSION, ERR_NO_MEMORY, ERR_IO. */
enum err transport_open(struct transport **out, const struct transport_config *config);

/* Tells everybody connected (reason as in transport_disconnect) and closes the socket. */
void transport_close(struct transport *t, uint8_t reason);

int transport_descriptor(const struct transport *t);
uint16_t transport_port(const struct transport *t);

/* The checksum key of a member or guest host. NULL: nothing is accepted or answered. A member host
 * answers no HELLO that names another target (NULL at a guest: it answers none). */
void transport_set_key(struct transport *t, const uint8_t key[HELLO_KEY_BYTES],
    const uint8_t target[HELLO_TARGET_BYTES]);

/* What a lobby's answer to HELLO says; a full one says so by itself. */
void transport_set_state(struct transport *t, enum hello_state state);

enum transport_event_kind {
    TRANSPORT_HELLO,     /* an answer to a HELLO: address, hello */
    TRANSPORT_CONNECTED, /* slot, address, incoming */
    TRANSPORT_CLOSED,    /* slot, reason (0: it went silent) */
    TRANSPORT_PACKET     /* slot, channel, data; `packet` is to be given to transport_free */
};

struct transport_event {
    enum transport_event_kind kind;
    size_t slot;
    struct net_address address;
    struct hello hello;
    bool incoming;
    uint8_t reason;
    uint8_t channel;
    void *packet;
    uint8_t *data; /* may be overwritten in place */
    size_t size;
};

/* Receives, retransmits, times out, and takes the oldest event; false when there is none. Call it
 * until it says so. */
bool transport_step(struct transport *t, uint64_t now_ms, struct transport_event *event);

/* The same without taking events: they stay where they are, bounded. */
void transport_idle(struct transport *t, uint64_t now_ms);

void transport_free(void *packet);

/* Sends what is queued. */
void transport_flush(struct transport *t);

/* When transport_step must be called at the latest; UINT64_MAX when only a datagram can change
 * anything. */
uint64_t transport_deadline_ms(const struct transport *t, uint64_t now_ms);

/* Asks the host at `address` for a cookie. Errors are ignored: datagrams get lost anyway. */
void transport_hello(struct transport *t, struct net_address address, uint64_t nonce,
    const uint8_t target[HELLO_TARGET_BYTES]);

/* Connects with the cookie that the other host gave. ERR_FULL when no slot is free. The outcome is
 * TRANSPORT_CONNECTED or TRANSPORT_CLOSED. */
enum err transport_connect(struct transport *t, struct net_address address,
    const uint8_t cookie[HELLO_COOKIE_BYTES], size_t *slot);

/* What transport_send would say about `size` bytes, memory aside. */
enum err transport_may_send(const struct transport *t, size_t slot, uint8_t channel, size_t size);

/* Queues one packet. ERR_FULL when too much waits already, ERR_CLOSED when the slot is not
 * connected, ERR_NO_MEMORY. */
enum err transport_send(
    struct transport *t, size_t slot, uint8_t channel, const void *data, size_t size);

/* Closes a slot after what is queued was sent, or (at_once) without waiting. No TRANSPORT_CLOSED is
 * promised for it. The reason travels unsealed: it is a courtesy, nothing to rely on. */
void transport_disconnect(struct transport *t, size_t slot, uint8_t reason, bool at_once);

bool transport_connected(const struct transport *t, size_t slot);
size_t transport_waiting(const struct transport *t, size_t slot); /* bytes not acknowledged */
uint32_t transport_rtt_us(const struct transport *t, size_t slot);
/* Of the packets sent lately, in thousandths, as ENet counts it. */
unsigned transport_lost_permille(const struct transport *t, size_t slot);
/* The other end of this slot has proven the words: it does not count as a stranger of its address any more. */
void transport_trust(struct transport *t, size_t slot);
void transport_set_ping(struct transport *t, size_t slot, uint32_t interval_ms);

struct transport_counters {
    uint64_t bad_checksum, bad_cookie, rate_limited, bytes_sent, bytes_received;
    uint64_t packets_sent, packets_received; /* datagrams */
    size_t slots_held;                       /* right now, half-open ones included */
};
struct transport_counters transport_counters(const struct transport *t);

#endif
