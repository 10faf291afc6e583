#include "net/enet_transport.h"

#include "base/check.h"
#include "net/enet_clock.h"
#include "net/enet_internal.h"
#include "net/limits.h"

#include <enet/time.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    TIMEOUT_LIMIT = 8,
    TIMEOUT_MIN_MS = 1500,
    TIMEOUT_MAX_MS = 2500,     /* nothing at all was acknowledged for so long: the link is dead */
    TIMEOUT_BORN_MS = 800,     /* the other side forgot us before we were there (HALF_OPEN_MS) */
    FIRST_ROUND_TRIP_MS = 150, /* taken for granted until one was measured; ENet's own is 500 */
    RESEND_LEAST_MS = 250,     /* a lost packet is sent again at least so often */
    PING_MS = 500,
    HALF_OPEN_MS = 450,    /* before ENet's first retransmission: never more out than in */
    VARIANCE_FLOOR_MS = 8, /* a retransmission is worth 32 ms of patience */
    FAILED_SENDS_MAX = 2 * NET_PEERS_MAX,
    REASON_GIVEN = 0x100, /* marks a disconnect of ours: ENet's own have data 0 */
    IDLE_DEADLINE_MS = 1000
};

_Thread_local struct transport *enet_current;

static ENetHost *use(struct transport *t)
{
    enet_current = t;
    return t->host;
}

static void set_time(struct transport *t, uint64_t now_ms)
{
    t->now_ms = now_ms > t->now_ms ? now_ms : t->now_ms;
    enet_clock_set(t->now_ms);
}

static ENetHost *create_host(const struct transport_config *config, uint16_t port)
{
    ENetAddress address = {.host = ENET_HOST_TO_NET_32(config->ip), .port = port};
    errno = 0;
    return enet_host_create(&address, config->slots, NET_CHANNELS, 0, 0);
}

/* ENet would abort the program; its callers all check for NULL. */
static void no_memory(void)
{
}

static bool start_enet(void)
{
    static const ENetCallbacks callbacks = {.no_memory = no_memory};
    return enet_initialize_with_callbacks(ENET_VERSION, &callbacks) == 0;
}

enum err transport_open(struct transport **out, const struct transport_config *config)
{
    CHECK(config->slots > 0 && config->slots <= NET_PEERS_MAX);
    struct transport *t = calloc(1, sizeof *t);
    *out = NULL;
    if (t == NULL || !start_enet()) {
        free(t);
        return ERR_NO_MEMORY;
    }
    gate_init(&t->gate, config->kind, config->version, config->cookie_secret);
    set_time(t, config->now_ms);
    enet_current = t;
    t->host = create_host(config, config->port);
    if (t->host == NULL && config->port != 0 && !config->port_explicit) {
        t->host = create_host(config, 0);
    }
    if (t->host == NULL) {
        enum err e = errno == EADDRINUSE ? ERR_BUSY : err_from_errno(errno != 0 ? errno : ENOMEM);
        sodium_memzero(t, sizeof *t);
        free(t);
        enet_current = NULL;
        return e;
    }
    t->host->randomSeed = config->connect_seed;
    t->host->maximumPacketSize = TRANSPORT_PACKET_MAX;
    t->host->maximumWaitingData = TRANSPORT_WAITING_MAX;
    enet_acks_init(t);
    t->host->checksum = enet_filter_checksum;
    t->host->intercept = enet_filter_intercept;
    *out = t;
    return ERR_OK;
}

void transport_close(struct transport *t, uint8_t reason)
{
    if (t == NULL) {
        return;
    }
    ENetHost *host = use(t);
    enet_host_flush(host);
    for (size_t i = 0; i < host->peerCount; i++) {
        enet_peer_disconnect_now(&host->peers[i], REASON_GIVEN | reason);
    }
    enet_host_destroy(host);
    enet_current = NULL;
    sodium_memzero(t, sizeof *t);
    free(t);
}

int transport_descriptor(const struct transport *t)
{
    return t->host->socket;
}

uint16_t transport_port(const struct transport *t)
{
    return t->host->address.port;
}

void transport_set_key(struct transport *t, const uint8_t key[HELLO_KEY_BYTES],
    const uint8_t target[HELLO_TARGET_BYTES])
{
    gate_set_key(&t->gate, key, target);
}

void transport_set_state(struct transport *t, enum hello_state state)
{
    t->gate.state = state;
}

/* ENet 1.3.17 forgets to subtract unreliable packets that it drops and would one day take nothing
 * more from that peer. */
static void recount_waiting(ENetPeer *peer)
{
    if (peer->totalWaitingData == 0 || !enet_list_empty(&peer->dispatchedCommands)) {
        return;
    }
    for (size_t c = 0; c < peer->channelCount; c++) {
        if (!enet_list_empty(&peer->channels[c].incomingReliableCommands) ||
            !enet_list_empty(&peer->channels[c].incomingUnreliableCommands)) {
            return;
        }
    }
    peer->totalWaitingData = 0;
}

/* ENet doubles its patience with every loss of a packet and closes the link at the fourth: with one
 * datagram in ten lost that is every few seconds. Patience ends at twice the usual here, and a link
 * dies of silence alone. `next` becomes the earliest moment at which one is sent again. */
static void limit_patience(ENetList *commands, enet_uint32 most_ms, enet_uint32 *next)
{
    for (ENetListIterator i = enet_list_begin(commands); i != enet_list_end(commands);
         i = enet_list_next(i)) {
        ENetOutgoingCommand *c = (ENetOutgoingCommand *)i;
        if (c->roundTripTimeout > most_ms) {
            c->roundTripTimeout = most_ms;
        }
        if (next != NULL && ENET_TIME_LESS(c->sentTime + c->roundTripTimeout, *next)) {
            *next = c->sentTime + c->roundTripTimeout;
        }
    }
}

static void tend_resends(ENetPeer *peer)
{
    enet_uint32 most_ms = 2 * (peer->roundTripTime + 4 * peer->roundTripTimeVariance);
    most_ms = most_ms > RESEND_LEAST_MS ? most_ms : RESEND_LEAST_MS;
    peer->timeoutMaximum = peer->lastReceiveTime == 0 ? TIMEOUT_BORN_MS : TIMEOUT_MAX_MS;
    limit_patience(&peer->outgoingCommands, most_ms, NULL);
    if (!enet_list_empty(&peer->sentReliableCommands)) {
        limit_patience(&peer->sentReliableCommands, most_ms, &peer->nextTimeout);
    }
}

/* Half-open slots go before ENet would answer them a second time; a retransmission waits a little
 * even when every round trip so far took the same time. */
static void tend_slots(struct transport *t)
{
    for (size_t i = 0; i < t->host->peerCount; i++) {
        ENetPeer *peer = &t->host->peers[i];
        struct slot *s = &t->slots[i];
        s->used = peer->state != ENET_PEER_STATE_DISCONNECTED;
        if (peer->state != ENET_PEER_STATE_ACKNOWLEDGING_CONNECT) {
            s->half_open_ms = 0;
        } else if (s->half_open_ms == 0) {
            s->half_open_ms = t->now_ms;
            s->dialled = false;
        } else if (t->now_ms - s->half_open_ms > HALF_OPEN_MS) {
            s->half_open_ms = 0;
            enet_peer_reset(peer);
        }
        if (peer->state == ENET_PEER_STATE_CONNECTED) {
            if (peer->roundTripTimeVariance < VARIANCE_FLOOR_MS) {
                peer->roundTripTimeVariance = VARIANCE_FLOOR_MS;
            }
            tend_resends(peer);
            recount_waiting(peer);
        }
    }
}

/* One call of ENet's service. A send that fails (no route, interface gone) or an oversized datagram
 * makes it return early: that must not starve the peers behind. */
static int service(struct transport *t, ENetEvent *event)
{
    ENetHost *host = use(t);
    int result = -1;
    enet_acks_hold(t);
    for (unsigned i = 0; result < 0 && i < FAILED_SENDS_MAX; i++) {
        result = enet_host_service(host, event, 0);
    }
    enet_acks_give_back(t);
    t->bytes_sent += host->totalSentData;
    t->bytes_received += host->totalReceivedData;
    t->packets_sent += host->totalSentPackets;
    t->packets_received += host->totalReceivedPackets;
    host->totalSentData = host->totalReceivedData = 0;
    host->totalSentPackets = host->totalReceivedPackets = 0;
    return result;
}

static void welcome(ENetPeer *peer)
{
    enet_peer_timeout(peer, TIMEOUT_LIMIT, TIMEOUT_MIN_MS, TIMEOUT_MAX_MS);
    enet_peer_ping_interval(peer, PING_MS);
    /* no back-off on varying round trips: it would shrink the reliable window to one packet */
    enet_peer_throttle_configure(
        peer, ENET_PEER_PACKET_THROTTLE_INTERVAL, ENET_PEER_PACKET_THROTTLE_ACCELERATION, 0);
    enet_peer_ping(peer);
}

static bool translate(struct transport *t, const ENetEvent *from, struct transport_event *event)
{
    *event = (struct transport_event){
        .slot = enet_slot_of(t, from->peer), .address = enet_net_address(from->peer->address)};
    switch (from->type) {
    case ENET_EVENT_TYPE_CONNECT:
        welcome(from->peer);
        event->kind = TRANSPORT_CONNECTED;
        event->incoming = !t->slots[event->slot].dialled;
        return true;
    case ENET_EVENT_TYPE_DISCONNECT:
        event->kind = TRANSPORT_CLOSED;
        event->reason = from->data & REASON_GIVEN ? (uint8_t)from->data : 0;
        sodium_memzero(t->slots[event->slot].key, HELLO_KEY_BYTES);
        return true;
    case ENET_EVENT_TYPE_RECEIVE:
        event->kind = TRANSPORT_PACKET;
        event->channel = from->channelID;
        event->packet = from->packet;
        event->data = from->packet->data;
        event->size = from->packet->dataLength;
        return true;
    case ENET_EVENT_TYPE_NONE:
        break;
    }
    return false;
}

bool transport_step(struct transport *t, uint64_t now_ms, struct transport_event *event)
{
    ENetEvent enet_event;
    set_time(t, now_ms);
    tend_slots(t);
    if (t->answers_count == 0 && service(t, &enet_event) > 0) {
        return translate(t, &enet_event, event);
    }
    if (t->answers_count > 0) {
        *event = t->answers[t->answers_first++ % ANSWERS_MAX];
        t->answers_count--;
        return true;
    }
    return false;
}

void transport_idle(struct transport *t, uint64_t now_ms)
{
    set_time(t, now_ms);
    tend_slots(t);
    service(t, NULL);
}

void transport_free(void *packet)
{
    if (packet != NULL) {
        enet_packet_destroy(packet);
    }
}

void transport_flush(struct transport *t)
{
    ENetHost *host = use(t);
    enet_acks_hold(t);
    enet_host_flush(host);
    enet_acks_give_back(t);
    tend_slots(t); /* what was just sent says when to come back */
}

uint64_t transport_deadline_ms(const struct transport *t, uint64_t now_ms)
{
    uint64_t deadline_ms = UINT64_MAX;
    for (size_t i = 0; i < t->host->peerCount; i++) {
        const ENetPeer *peer = &t->host->peers[i];
        if (peer->state == ENET_PEER_STATE_DISCONNECTED) {
            continue;
        }
        enet_uint32 now = (enet_uint32)now_ms;
        enet_uint32 next = peer->lastReceiveTime + peer->pingInterval;
        if (peer->state == ENET_PEER_STATE_ACKNOWLEDGING_CONNECT) {
            next = now + HALF_OPEN_MS;
        } else if (!enet_list_empty((ENetList *)&peer->sentReliableCommands)) {
            next = peer->nextTimeout;
        } else if (!enet_list_empty((ENetList *)&peer->outgoingCommands)) {
            next = now;
        }
        uint64_t at_ms = ENET_TIME_LESS_EQUAL(next, now) ? now_ms + 1 : now_ms + (next - now);
        uint64_t acks_ms = enet_acks_due_ms(t, i);
        at_ms = acks_ms < at_ms ? acks_ms : at_ms;
        deadline_ms = at_ms < deadline_ms ? at_ms : deadline_ms;
    }
    return deadline_ms;
}

void transport_hello(struct transport *t, struct net_address address, uint64_t nonce,
    const uint8_t target[HELLO_TARGET_BYTES])
{
    uint8_t datagram[HELLO_BYTES];
    gate_write_hello(&t->gate, datagram, nonce, target);
    enet_send_datagram(t, address, datagram, sizeof datagram);
}

enum err transport_connect(struct transport *t, struct net_address address,
    const uint8_t cookie[HELLO_COOKIE_BYTES], size_t *slot)
{
    ENetAddress to = enet_host_address(address);
    enet_uint32 data;
    memcpy(&data, cookie, sizeof data);
    ENetPeer *peer = enet_host_connect(use(t), &to, NET_CHANNELS, ENET_NET_TO_HOST_32(data));
    if (peer == NULL) {
        return ERR_FULL;
    }
    enet_peer_timeout(peer, TIMEOUT_LIMIT, TIMEOUT_MIN_MS, TIMEOUT_MAX_MS);
    peer->roundTripTime = FIRST_ROUND_TRIP_MS;
    peer->roundTripTimeVariance = VARIANCE_FLOOR_MS;
    *slot = enet_slot_of(t, peer);
    t->slots[*slot].dialled = true;
    t->slots[*slot].stranger = false;
    return ERR_OK;
}

static void ENET_CALLBACK packet_gone(ENetPacket *packet)
{
    *(size_t *)packet->userData -= packet->dataLength;
}

size_t transport_waiting(const struct transport *t, size_t slot)
{
    size_t sum = 0;
    for (size_t c = 0; c < NET_CHANNELS; c++) {
        sum += t->slots[slot].waiting[c];
    }
    return sum;
}

enum err transport_may_send(const struct transport *t, size_t slot, uint8_t channel, size_t size)
{
    CHECK(channel < NET_CHANNELS && size <= TRANSPORT_PACKET_MAX);
    if (!transport_connected(t, slot)) {
        return ERR_CLOSED;
    }
    bool full = transport_waiting(t, slot) + size > TRANSPORT_SEND_MAX ||
                (channel == TRANSPORT_CHANNEL_BULK &&
                    t->slots[slot].waiting[channel] >= TRANSPORT_BULK_MAX);
    return full ? ERR_FULL : ERR_OK;
}

enum err transport_send(
    struct transport *t, size_t slot, uint8_t channel, const void *data, size_t size)
{
    size_t *waiting = &t->slots[slot].waiting[channel];
    enum err e = transport_may_send(t, slot, channel, size);
    if (e != ERR_OK) {
        return e;
    }
    ENetPacket *packet = enet_packet_create(data, size,
        channel == NET_CHANNEL_UNRELIABLE ? ENET_PACKET_FLAG_UNRELIABLE_FRAGMENT
                                          : ENET_PACKET_FLAG_RELIABLE);
    if (packet == NULL) {
        return ERR_NO_MEMORY;
    }
    packet->userData = waiting;
    packet->freeCallback = packet_gone;
    *waiting += size;
    use(t);
    if (enet_peer_send(&t->host->peers[slot], channel, packet) < 0) {
        enet_packet_destroy(packet);
        return ERR_CLOSED;
    }
    return ERR_OK;
}

void transport_disconnect(struct transport *t, size_t slot, uint8_t reason, bool at_once)
{
    ENetPeer *peer = &use(t)->peers[slot];
    if (peer->state == ENET_PEER_STATE_DISCONNECTED) {
        return;
    }
    if (at_once) {
        enet_peer_disconnect_now(peer, REASON_GIVEN | reason);
    } else {
        enet_peer_disconnect_later(peer, REASON_GIVEN | reason);
    }
}

bool transport_connected(const struct transport *t, size_t slot)
{
    return t->host->peers[slot].state == ENET_PEER_STATE_CONNECTED;
}

uint32_t transport_rtt_us(const struct transport *t, size_t slot)
{
    const ENetPeer *peer = &t->host->peers[slot];
    return transport_connected(t, slot) && peer->lastReceiveTime != 0 ? peer->roundTripTime * 1000
                                                                      : 0;
}

unsigned transport_lost_permille(const struct transport *t, size_t slot)
{
    const ENetPeer *peer = &t->host->peers[slot];
    return (unsigned)((uint64_t)peer->packetLoss * 1000 / ENET_PEER_PACKET_LOSS_SCALE);
}

void transport_trust(struct transport *t, size_t slot)
{
    t->slots[slot].stranger = false;
}

void transport_set_ping(struct transport *t, size_t slot, uint32_t interval_ms)
{
    enet_peer_ping_interval(&t->host->peers[slot], interval_ms);
}

struct transport_counters transport_counters(const struct transport *t)
{
    struct transport_counters c = {.bad_checksum = t->gate.bad_checksum,
        .bad_cookie = t->gate.bad_cookie,
        .rate_limited = t->gate.rate_limited,
        .bytes_sent = t->bytes_sent,
        .bytes_received = t->bytes_received,
        .packets_sent = t->packets_sent,
        .packets_received = t->packets_received};
    for (size_t i = 0; i < t->host->peerCount; i++) {
        c.slots_held += t->host->peers[i].state != ENET_PEER_STATE_DISCONNECTED;
    }
    return c;
}
