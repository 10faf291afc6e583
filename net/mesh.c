#include "net/mesh_internal.h"

#include "base/check.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEPS_A_SERVICE = 2048 };

/* Bytes of this run's generator; what made them is gone afterwards. */
void mesh_random(struct mesh *m, void *out, size_t size)
{
    uint8_t bytes[sizeof m->seed + 128];
    CHECK(size <= 128);
    randombytes_buf_deterministic(bytes, sizeof m->seed + size, m->seed);
    memcpy(m->seed, bytes, sizeof m->seed);
    memcpy(out, bytes + sizeof m->seed, size);
    sodium_memzero(bytes, sizeof bytes);
}

enum err mesh_open_transport(struct mesh *m, struct transport **out, enum gate_kind kind,
    uint16_t port, bool port_explicit, size_t slots)
{
    struct transport_config config = {.kind = kind,
        .ip = m->bind_ip,
        .port = port,
        .port_explicit = port_explicit,
        .slots = slots,
        .version = m->self.version,
        .now_ms = m->now_ms};
    mesh_random(m, config.cookie_secret, sizeof config.cookie_secret);
    mesh_random(m, &config.connect_seed, sizeof config.connect_seed);
    enum err e = transport_open(out, &config);
    sodium_memzero(&config, sizeof config);
    return e;
}

static void add_counters(struct transport_counters *sum, const struct transport *t)
{
    if (t == NULL) {
        return;
    }
    struct transport_counters c = transport_counters(t);
    sum->bad_checksum += c.bad_checksum;
    sum->bad_cookie += c.bad_cookie;
    sum->rate_limited += c.rate_limited;
    sum->bytes_sent += c.bytes_sent;
    sum->bytes_received += c.bytes_received;
    sum->packets_sent += c.packets_sent;
    sum->packets_received += c.packets_received;
}

void mesh_close_transport(struct mesh *m, struct transport **t, enum mesh_reason reason)
{
    add_counters(&m->closed, *t);
    transport_close(*t, (uint8_t)reason);
    *t = NULL;
}

enum err mesh_create(struct mesh **out, const struct mesh_config *config)
{
    *out = NULL;
    uint32_t bind_ip = config->bind_ip;
    if (config->bind_interface[0] != '\0') {
        char name[sizeof config->bind_interface + 1] = {0};
        memcpy(name, config->bind_interface, sizeof config->bind_interface);
        bind_ip = discovery_interface_address(name);
        if (bind_ip == 0) {
            return ERR_NOT_FOUND;
        }
    }
    struct mesh *m = calloc(1, sizeof *m);
    if (m == NULL) {
        return ERR_NO_MEMORY;
    }
    memcpy(m->self.id_pk, config->id_pk, sizeof m->self.id_pk);
    memcpy(m->self.id_sk, config->id_sk, sizeof m->self.id_sk);
    memcpy(m->self.net_pk, config->net_pk, sizeof m->self.net_pk);
    memcpy(m->self.net_sk, config->net_sk, sizeof m->self.net_sk);
    memcpy(m->seed, config->seed, sizeof m->seed);
    m->self.version = config->version;
    m->port = config->port;
    m->port_explicit = config->port_explicit;
    m->bind_ip = bind_ip;
    m->door.run = LINKS_MAX;
    mesh_random(m, &m->self.incarnation, sizeof m->self.incarnation);
    discovery_init(&m->discovery, config->discovery_port, config->version, bind_ip);
    enum err e =
        mesh_open_transport(m, &m->member, GATE_MEMBER, config->member_port, false, NET_PEERS_MAX);
    if (e != ERR_OK) {
        mesh_destroy(m);
        return e;
    }
    *out = m;
    return ERR_OK;
}

void mesh_destroy(struct mesh *m)
{
    if (m == NULL) {
        return;
    }
    transport_close(m->guest, MESH_REASON_LEFT);
    transport_close(m->lobby, MESH_REASON_LEFT);
    transport_close(m->member, MESH_REASON_LEFT);
    discovery_close(&m->discovery);
    for (size_t i = 0; i < m->events_count; i++) {
        transport_free(m->events[(m->events_first + i) % EVENTS_MAX].packet);
    }
    transport_free(m->held);
    sodium_memzero(m, sizeof *m);
    free(m);
}

size_t mesh_descriptors(const struct mesh *m, int *fds, size_t capacity)
{
    const int all[] = {transport_descriptor(m->member),
        m->lobby != NULL ? transport_descriptor(m->lobby) : -1,
        m->guest != NULL ? transport_descriptor(m->guest) : -1, m->discovery.listen_fd,
        m->discovery.ask_fd};
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0] && count < capacity; i++) {
        if (all[i] >= 0) {
            fds[count++] = all[i];
        }
    }
    return count;
}

void mesh_push(struct mesh *m, const struct mesh_event *event, void *packet)
{
    if (m->events_count == EVENTS_MAX) {
        transport_free(packet); /* nobody has taken events for long, and packets are held back */
        return;
    }
    size_t at = (m->events_first + m->events_count++) % EVENTS_MAX;
    m->events[at] = (struct queued_event){.event = *event, .packet = packet};
}

bool mesh_next_event(struct mesh *m, struct mesh_event *event)
{
    transport_free(m->held);
    m->held = NULL;
    if (m->events_count == 0) {
        return false;
    }
    struct queued_event *e = &m->events[m->events_first];
    *event = e->event;
    m->held = e->packet;
    e->packet = NULL;
    m->events_first = (m->events_first + 1) % EVENTS_MAX;
    m->events_count--;
    return true;
}

/* Reasons come unsealed from the other side: only those that it may give. */
static enum mesh_reason reason_given(uint8_t reason)
{
    switch (reason) {
    case 0:
        return MESH_REASON_TIMEOUT;
    case MESH_REASON_WORDS:
    case MESH_REASON_VERSION:
    case MESH_REASON_BUSY:
    case MESH_REASON_CLOSED:
    case MESH_REASON_PROTOCOL:
    case MESH_REASON_TIMEOUT:
    case MESH_REASON_REPLACED:
        return (enum mesh_reason)reason;
    default:
        return MESH_REASON_LEFT;
    }
}

static void connected(struct mesh *m, struct link *l, const struct transport_event *event)
{
    link_open(m, l, event);
    if (l->role == ROLE_MEMBER) {
        want_connected(m, l);
    } else if (l->role == ROLE_JOINER) {
        door_connected(m, l);
    } else {
        join_connected(m, l);
    }
}

/* A dial that never connected has no link yet. */
static void dial_failed(struct mesh *m, size_t base, size_t slot)
{
    if (base == LINKS_GUEST) {
        join_link_ended(m, MESH_REASON_UNREACHABLE, 0);
    }
    for (size_t i = 0; base == LINKS_MEMBER && i < NET_PEERS_MAX; i++) {
        struct want *w = &m->wants[i];
        w->dialling = w->dialling && w->slot != slot;
    }
}

static void received(struct mesh *m, struct link *l, struct transport_event *event)
{
    bool taken = false;
    if (!l->used) {
        /* the rest of a link that we ended */
    } else if (!l->proving) {
        link_receive_session(m, l, event, &taken);
    } else if (event->channel != 0) {
        link_end(m, l, MESH_REASON_PROTOCOL, true, true);
    } else if (l->role == ROLE_JOINER) {
        door_receive(m, l, event->data, event->size);
    } else {
        join_receive(m, l, event->data, event->size);
    }
    if (!taken) {
        transport_free(event->packet);
    }
}

static void dispatch(struct mesh *m, size_t base, struct transport_event *event)
{
    struct link *l = &m->links[base + event->slot];
    switch (event->kind) {
    case TRANSPORT_HELLO:
        if (base == LINKS_GUEST) {
            join_answered(m, event);
        } else {
            want_answered(m, event);
        }
        break;
    case TRANSPORT_CONNECTED:
        connected(m, l, event);
        break;
    case TRANSPORT_CLOSED:
        if (l->used) {
            link_gone(m, l, reason_given(event->reason));
        } else {
            dial_failed(m, base, event->slot);
        }
        break;
    case TRANSPORT_PACKET:
        received(m, l, event);
        break;
    }
}

/* While nobody takes the events, packets stay with ENet, which bounds them. */
static void service_transport(struct mesh *m, struct transport *t, size_t base)
{
    struct transport_event event;
    if (t == NULL) {
        return;
    }
    for (unsigned i = 0; i < STEPS_A_SERVICE; i++) {
        if (m->events_count + EVENTS_SPARE >= EVENTS_MAX) {
            transport_idle(t, m->now_ms);
            return;
        }
        if (!transport_step(t, m->now_ms, &event)) {
            return;
        }
        dispatch(m, base, &event);
    }
}

void mesh_service(struct mesh *m, uint64_t now_ms)
{
    m->now_ms = now_ms > m->now_ms ? now_ms : m->now_ms;
    service_transport(m, m->member, LINKS_MEMBER);
    service_transport(m, m->lobby, LINKS_LOBBY);
    service_transport(m, m->guest, LINKS_GUEST);
    if (m->events_count + EVENTS_SPARE < EVENTS_MAX) {
        link_tend(m);
        door_tend(m);
        join_tend(m);
        want_dial(m);
    }
    discovery_service(&m->discovery, m->now_ms);
    mesh_flush(m);
}

void mesh_flush(struct mesh *m)
{
    struct transport *all[] = {m->member, m->lobby, m->guest};
    for (size_t i = 0; i < 3; i++) {
        if (all[i] != NULL) {
            transport_flush(all[i]);
        }
    }
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t mesh_deadline_ms(const struct mesh *m)
{
    const struct transport *all[] = {m->member, m->lobby, m->guest};
    uint64_t at_ms =
        earlier(want_deadline_ms(m), earlier(door_deadline_ms(m), join_deadline_ms(m)));
    for (size_t i = 0; i < 3; i++) {
        if (all[i] != NULL) {
            at_ms = earlier(at_ms, transport_deadline_ms(all[i], m->now_ms));
        }
    }
    for (size_t i = 0; i < LINKS_MAX; i++) {
        if (m->links[i].used && !m->links[i].up) {
            at_ms = earlier(at_ms, m->links[i].deadline_ms);
        }
    }
    return at_ms;
}

enum err mesh_send(struct mesh *m, const uint8_t peer[NET_ID_BYTES], unsigned channel,
    const void *data, size_t size)
{
    if (channel >= NET_CHANNELS || size == 0 || size > NET_MESSAGE_BYTES_MAX) {
        return ERR_RANGE;
    }
    struct link *l = link_find(m, peer);
    if (l == NULL) {
        return ERR_CLOSED;
    }
    struct transport *t = link_transport(m, l);
    size_t slot = link_slot(m, l);
    size_t packet_size = record_packet_size(size);
    /* asked first: a record that is sealed and not sent would be missed by the other side */
    enum err e = transport_may_send(t, slot, (uint8_t)channel, packet_size);
    if (e == ERR_OK) {
        e = session_seal(
            &l->session, (uint8_t)channel, data, size, m->scratch, sizeof m->scratch, &packet_size);
    }
    if (e == ERR_OK) {
        e = transport_send(t, slot, (uint8_t)channel, m->scratch, packet_size);
        if (e != ERR_OK) {
            link_end(m, l, MESH_REASON_PROTOCOL, true, false);
        }
    }
    if (e == ERR_OK) {
        l->active_ms = m->now_ms;
        l->bytes_sent += size;
        m->counters.messages_sent++;
    } else {
        m->counters.sends_refused++;
    }
    return e;
}

void mesh_close_role(struct mesh *m, const uint8_t peer[NET_ID_BYTES], enum mesh_role role)
{
    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct link *l = &m->links[i];
        if (l->used && l->role == role && memcmp(l->session.peer_id, peer, NET_ID_BYTES) == 0) {
            link_end(m, l, MESH_REASON_LEFT, false, true);
        }
    }
}

void mesh_close(struct mesh *m, const uint8_t peer[NET_ID_BYTES])
{
    mesh_close_role(m, peer, ROLE_MEMBER);
    mesh_close_role(m, peer, ROLE_JOINER);
    mesh_close_role(m, peer, ROLE_SPONSOR);
}

static void set_member_key(struct mesh *m)
{
    uint8_t target[HELLO_TARGET_BYTES];
    struct digest key = hash_tagged("craps/v1/datagram-key", m->link_key, sizeof m->link_key);
    want_hello_key(m, m->self.id_pk, target);
    transport_set_key(m->member, key.b, target);
    sodium_memzero(&key, sizeof key);
}

void mesh_set_table(struct mesh *m, const struct digest *game_id, const uint8_t link_key[32])
{
    bool same = m->has_table && game_id != NULL && digest_equal(&m->game_id, game_id) &&
                sodium_memcmp(m->link_key, link_key, sizeof m->link_key) == 0;
    if (same) {
        return;
    }
    for (size_t i = LINKS_MEMBER; i < LINKS_LOBBY; i++) {
        if (m->links[i].used) {
            link_end(m, &m->links[i], MESH_REASON_LEFT, true, true);
        }
    }
    sodium_memzero(m->link_key, sizeof m->link_key);
    m->has_table = game_id != NULL;
    if (game_id == NULL) {
        memset(m->wants, 0, sizeof m->wants);
        transport_set_key(m->member, NULL, NULL);
        return;
    }
    m->game_id = *game_id;
    memcpy(m->link_key, link_key, sizeof m->link_key);
    set_member_key(m);
}

void mesh_want_peer(struct mesh *m, const uint8_t peer[NET_ID_BYTES], const uint8_t net_pk[32],
    struct net_address address)
{
    struct want *w = want_find(m, peer);
    if (memcmp(peer, m->self.id_pk, NET_ID_BYTES) == 0) {
        return;
    }
    for (size_t i = 0; w == NULL && i < NET_PEERS_MAX; i++) {
        if (!m->wants[i].used) {
            w = &m->wants[i];
            *w = (struct want){.used = true};
            memcpy(w->id, peer, sizeof w->id);
        }
    }
    if (w == NULL) {
        return;
    }
    memcpy(w->net_pk, net_pk, sizeof w->net_pk);
    if (address.port != 0 && !net_address_equal(address, w->address)) {
        w->address = address;
        w->missed_ms = 0;
        w->told_version = false;
    }
}

void mesh_drop_peer(struct mesh *m, const uint8_t peer[NET_ID_BYTES])
{
    struct want *w = want_find(m, peer);
    mesh_close_role(m, peer, ROLE_MEMBER);
    if (w != NULL) {
        memset(w, 0, sizeof *w);
    }
}

void mesh_redial(struct mesh *m)
{
    for (size_t i = 0; i < NET_PEERS_MAX; i++) {
        struct want *w = &m->wants[i];
        if (w->used && !w->linked) {
            w->missed_ms = m->now_ms;
            w->next_ms = m->now_ms;
        }
    }
}

uint64_t mesh_redial_at_ms(const struct mesh *m)
{
    uint64_t at = 0;
    for (size_t i = 0; m->has_table && i < NET_PEERS_MAX; i++) {
        const struct want *w = &m->wants[i];
        bool dialled = w->used && !w->linked && w->address.port != 0;
        at = dialled && (at == 0 || w->next_ms < at) ? w->next_ms : at;
    }
    return at;
}

uint16_t mesh_lobby_port(const struct mesh *m)
{
    return m->lobby != NULL ? transport_port(m->lobby) : 0;
}

uint16_t mesh_member_port(const struct mesh *m)
{
    return transport_port(m->member);
}

size_t mesh_local_addresses(const struct mesh *m, uint32_t *ips, size_t capacity)
{
    if (m->bind_ip != 0 && capacity > 0) {
        ips[0] = m->bind_ip;
        return 1;
    }
    return discovery_local_addresses(ips, capacity);
}

bool mesh_peer_address(
    const struct mesh *m, const uint8_t peer[NET_ID_BYTES], struct net_address *address)
{
    const struct link *l = link_find((struct mesh *)m, peer);
    if (l != NULL) {
        *address = l->address;
    }
    return l != NULL;
}

uint32_t mesh_peer_rtt_us(const struct mesh *m, const uint8_t peer[NET_ID_BYTES])
{
    const struct link *l = link_find((struct mesh *)m, peer);
    return l != NULL ? transport_rtt_us(link_transport(m, l), link_slot(m, l)) : 0;
}

unsigned mesh_peer_lost_permille(const struct mesh *m, const uint8_t peer[NET_ID_BYTES])
{
    const struct link *l = link_find((struct mesh *)m, peer);
    return l != NULL ? transport_lost_permille(link_transport(m, l), link_slot(m, l)) : 0;
}

void mesh_peer_bytes(
    const struct mesh *m, const uint8_t peer[NET_ID_BYTES], uint64_t *sent, uint64_t *received)
{
    const struct link *l = link_find((struct mesh *)m, peer);
    *sent = l == NULL ? 0 : l->bytes_sent;
    *received = l == NULL ? 0 : l->bytes_received;
}

void mesh_search(struct mesh *m, uint64_t now_ms)
{
    uint64_t nonce;
    mesh_random(m, &nonce, sizeof nonce);
    discovery_ask(&m->discovery, nonce, now_ms);
}

void mesh_check(const struct mesh *m, struct mesh_check *out)
{
    struct discovery_way ways[MESH_WAYS_MAX];
    *out = (struct mesh_check){.lobby_port = mesh_lobby_port(m),
        .member_port = mesh_member_port(m),
        .discovery_port = m->discovery.port,
        .listening = m->discovery.listen_fd >= 0,
        .bound = m->discovery.bind_ip != 0,
        .answers_heard = m->discovery.answers_heard,
        .questions_heard = m->discovery.questions_heard};
    out->way_count = discovery_ways(&m->discovery, ways, MESH_WAYS_MAX);
    for (size_t i = 0; i < out->way_count; i++) {
        memcpy(out->ways[i].name, ways[i].name, sizeof out->ways[i].name);
        out->ways[i].ip = ways[i].ip;
        out->ways[i].broadcast = ways[i].broadcast;
        out->ways[i].loopback = ways[i].loopback;
        out->ways[i].asked = ways[i].asked;
        out->ways[i].refused = ways[i].refused;
    }
}

void mesh_seek(struct mesh *m, const char *first_word)
{
    snprintf(m->discovery.sought, sizeof m->discovery.sought, "%s",
        first_word == NULL ? "" : first_word);
}

size_t mesh_found_tables(const struct mesh *m, struct mesh_found *out, size_t capacity)
{
    size_t count = m->discovery.found_count < capacity ? m->discovery.found_count : capacity;
    memcpy(out, m->discovery.found, count * sizeof *out);
    return count;
}

struct mesh_counters mesh_counters(const struct mesh *m)
{
    struct transport_counters sum = m->closed;
    struct mesh_counters c = m->counters;
    add_counters(&sum, m->member);
    add_counters(&sum, m->lobby);
    add_counters(&sum, m->guest);
    c.datagrams_bad_checksum = sum.bad_checksum;
    c.datagrams_bad_cookie = sum.bad_cookie;
    c.datagrams_rate_limited = sum.rate_limited;
    c.bytes_sent = sum.bytes_sent;
    c.bytes_received = sum.bytes_received;
    c.packets_sent = sum.packets_sent;
    c.packets_received = sum.packets_received;
    return c;
}
