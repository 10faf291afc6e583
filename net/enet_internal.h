/* The transport's two halves share this: enet_transport.c drives an ENet host, enet_filter.c stands in front of it. The only
 * place where ENet's own names come in. */
#ifndef NET_ENET_INTERNAL_H
#define NET_ENET_INTERNAL_H

#include "net/enet_transport.h"
#include "net/slot.h"

#include <enet/enet.h>

enum { ANSWERS_MAX = 16 };

/* Acknowledgements of one peer that wait, for the length of one call into ENet. */
struct held_acks {
    ENetList held;
    enet_uint32 connect_id;
    uint64_t since_ms; /* the oldest that ENet has not sent; 0 = there is none */
};

struct transport {
    ENetHost *host;
    struct gate gate;
    uint64_t now_ms;
    enet_uint32 received_checksum; /* of the datagram that the gate let pass last */
    uint64_t bytes_sent, bytes_received, packets_sent, packets_received;
    struct slot slots[NET_PEERS_MAX];
    struct held_acks acks[NET_PEERS_MAX];
    struct transport_event answers[ANSWERS_MAX];
    size_t answers_first, answers_count;
    uint8_t gathered[ENET_PROTOCOL_MAXIMUM_MTU];
};

/* ENet's checksum function takes no context (decision 14): the host that the next ENet call is about. Set before every call into
 * ENet. */
extern _Thread_local struct transport *enet_current;

static inline struct net_address enet_net_address(ENetAddress a)
{
    return (struct net_address){.ip = ENET_NET_TO_HOST_32(a.host), .port = a.port};
}

static inline ENetAddress enet_host_address(struct net_address a)
{
    return (ENetAddress){.host = ENET_HOST_TO_NET_32(a.ip), .port = a.port};
}

static inline size_t enet_slot_of(const struct transport *t, const ENetPeer *peer)
{
    return (size_t)(peer - t->host->peers);
}

/* Called by ENet for every datagram that arrived: answers HELLO, and lets pass what the gate admits. */
int ENET_CALLBACK enet_filter_intercept(ENetHost *host, ENetEvent *event);

/* Called by ENet for what it sends; and for what it received, after enet_filter_intercept has let it pass: then the verdict is in
 * already. */
enet_uint32 ENET_CALLBACK enet_filter_checksum(const ENetBuffer *buffers, size_t count);

/* Around every call in which ENet may send: acknowledgements that may wait are out of its sight (enet_acks.c). */
void enet_acks_init(struct transport *t);
void enet_acks_hold(struct transport *t);
void enet_acks_give_back(struct transport *t);
/* When they leave at the latest; UINT64_MAX without any. */
uint64_t enet_acks_due_ms(const struct transport *t, size_t slot);

/* Beside ENet, through its socket. Errors are ignored: datagrams get lost anyway. */
void enet_send_datagram(struct transport *t, struct net_address to, uint8_t *data, size_t size);

#endif
