#include "net/enet_internal.h"

#include <string.h>

_Static_assert(sizeof(ENetProtocolConnect) == 48 && sizeof(ENetProtocolHeader) == 4 &&
                   (int)ENET_PROTOCOL_MAXIMUM_PEER_ID == (int)GATE_NO_PEER,
    "net/gate.c knows what these look like");

/* The key of datagrams to and from a connection, or NULL when there is none. */
static const uint8_t *key_of(const struct transport *t, const ENetPeer *peer)
{
    if (t->gate.kind != GATE_LOBBY) {
        return t->gate.has_key ? t->gate.key : NULL;
    }
    const struct slot *s = &t->slots[enet_slot_of(t, peer)];
    bool same = s->connect_id == peer->connectID &&
                net_address_equal(s->address, enet_net_address(peer->address));
    return same ? s->key : NULL;
}

/* Whom a datagram that is about to leave is for: ENet preset its checksum field to the connect
 * id. */
static const uint8_t *key_of_outgoing(const struct transport *t, const ENetBuffer *header)
{
    enet_uint32 connect_id;
    memcpy(&connect_id, (const uint8_t *)header->data + header->dataLength - sizeof connect_id,
        sizeof connect_id);
    for (size_t i = 0; i < t->host->peerCount; i++) {
        const ENetPeer *peer = &t->host->peers[i];
        if (t->gate.kind != GATE_LOBBY ||
            (peer->state != ENET_PEER_STATE_DISCONNECTED && peer->connectID == connect_id)) {
            return key_of(t, peer);
        }
    }
    return NULL;
}

enet_uint32 ENET_CALLBACK enet_filter_checksum(const ENetBuffer *buffers, size_t count)
{
    struct transport *t = enet_current;
    if (buffers != t->host->buffers) {
        return t->received_checksum;
    }
    const uint8_t *key = key_of_outgoing(t, &buffers[0]);
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (buffers[i].dataLength > sizeof t->gathered - size) {
            return 0;
        }
        memcpy(t->gathered + size, buffers[i].data, buffers[i].dataLength);
        size += buffers[i].dataLength;
    }
    return key == NULL ? 0 : gate_checksum(key, t->gathered, size);
}

void enet_send_datagram(struct transport *t, struct net_address to, uint8_t *data, size_t size)
{
    ENetBuffer buffer = {.data = data, .dataLength = size};
    ENetAddress address = enet_host_address(to);
    int sent = enet_socket_send(t->host->socket, &address, &buffer, 1);
    t->bytes_sent += sent > 0 ? (uint64_t)sent : 0;
    t->packets_sent += sent > 0;
}

static ENetPeer *free_peer(const struct transport *t)
{
    for (size_t i = 0; i < t->host->peerCount; i++) {
        if (t->host->peers[i].state == ENET_PEER_STATE_DISCONNECTED) {
            return &t->host->peers[i];
        }
    }
    return NULL;
}

/* The first free one; in a full lobby whoever hesitates makes room. */
static ENetPeer *peer_for(struct transport *t, uint32_t ip)
{
    ENetPeer *peer = free_peer(t);
    size_t count = t->host->peerCount;
    if (t->gate.kind != GATE_LOBBY) {
        return peer;
    }
    if (slots_crowded(t->slots, count, ip)) {
        return NULL;
    }
    size_t hesitant = slots_hesitant(t->slots, count, t->now_ms);
    if (peer == NULL && hesitant < count &&
        t->host->peers[hesitant].state == ENET_PEER_STATE_ACKNOWLEDGING_CONNECT) {
        peer = &t->host->peers[hesitant];
    }
    return peer;
}

static void take_hello(struct transport *t, const struct gate_datagram *d)
{
    uint8_t reply[HELLO_BYTES];
    struct hello answer;
    bool full = peer_for(t, d->from.ip) == NULL;
    switch (gate_take_hello(&t->gate, d, full, reply, &answer)) {
    case GATE_REPLY:
        enet_send_datagram(t, d->from, reply, sizeof reply);
        break;
    case GATE_ANSWER:
        if (t->answers_count < ANSWERS_MAX) {
            size_t at = (t->answers_first + t->answers_count++) % ANSWERS_MAX;
            t->answers[at] = (struct transport_event){
                .kind = TRANSPORT_HELLO, .address = d->from, .hello = answer};
        }
        break;
    case GATE_DROP:
        break;
    }
}

/* A connect id that is in use belongs to that connection: ENet knows its repetitions, and a lobby
 * finds the key of what it sends by it. */
static bool connect_id_used(const struct transport *t, enet_uint32 connect_id)
{
    for (size_t i = 0; i < t->host->peerCount; i++) {
        const ENetPeer *peer = &t->host->peers[i];
        if (peer->state != ENET_PEER_STATE_DISCONNECTED && peer->connectID == connect_id &&
            !t->slots[i].dialled) {
            return true;
        }
    }
    return false;
}

/* ENet will put it into the first free slot. */
static bool take_connect(
    struct transport *t, const struct gate_datagram *d, const struct gate_header *header)
{
    uint8_t key[HELLO_KEY_BYTES];
    uint32_t connect_id;
    ENetPeer *peer = peer_for(t, d->from.ip);
    if (!gate_admit_connect(&t->gate, d, header, &connect_id, &t->received_checksum, key) ||
        peer == NULL || connect_id_used(t, connect_id) ||
        !gate_open_once(&t->gate, d->from, connect_id)) {
        return false;
    }
    enet_peer_reset(peer); /* somebody who hesitated, perhaps */
    struct slot *s = &t->slots[enet_slot_of(t, peer)];
    s->half_open_ms = 0;
    s->used = true;
    memcpy(s->key, key, sizeof s->key);
    s->connect_id = connect_id;
    s->address = d->from;
    s->stranger = true;
    return true;
}

int ENET_CALLBACK enet_filter_intercept(ENetHost *host, ENetEvent *event)
{
    struct transport *t = enet_current;
    struct gate_header header;
    const struct gate_datagram d = {.from = enet_net_address(host->receivedAddress),
        .data = host->receivedData,
        .size = host->receivedDataLength,
        .now_ms = t->now_ms};
    (void)event;
    if (hello_is(d.data, d.size)) {
        take_hello(t, &d);
        return 1;
    }
    if (!gate_parse(&t->gate, &d, &header)) {
        return 1;
    }
    if (header.peer == GATE_NO_PEER) {
        return take_connect(t, &d, &header) ? 0 : 1;
    }
    const ENetPeer *peer = header.peer < host->peerCount ? &host->peers[header.peer] : NULL;
    bool known = peer != NULL && peer->state != ENET_PEER_STATE_DISCONNECTED &&
                 net_address_equal(enet_net_address(peer->address), d.from);
    return gate_admit(&t->gate, &d, &header, known ? peer->connectID : 0,
               known ? key_of(t, peer) : NULL, &t->received_checksum)
               ? 0
               : 1;
}
