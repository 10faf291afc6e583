#include "net/mesh_internal.h"

#include "base/check.h"

#include <sodium.h>

enum {
    ACTIVE_MS = 10000, /* a link without messages for so long is pinged rarely */
    PING_ACTIVE_MS = 500,
    PING_IDLE_MS = 5000,
    SIMULTANEOUS_MS = 2000,
    REDIAL_MS = 500,
    REDIAL_FAST_MS = 60000,
    REDIAL_SLOW_MS = 5000,
    COURTESY_MS = 250, /* the larger identity lets the smaller one dial first */
    REHANDSHAKE_MS = 12 * 3600 * 1000,
    REHANDSHAKE_PACKETS = 32768
};

struct transport *link_transport(const struct mesh *m, const struct link *l)
{
    size_t i = (size_t)(l - m->links);
    return i >= LINKS_GUEST ? m->guest : i >= LINKS_LOBBY ? m->lobby : m->member;
}

size_t link_slot(const struct mesh *m, const struct link *l)
{
    size_t i = (size_t)(l - m->links);
    return i >= LINKS_GUEST ? i - LINKS_GUEST : i >= LINKS_LOBBY ? i - LINKS_LOBBY : i;
}

/* The links are ordered members first: with several to one identity that one is found. */
struct link *link_find(struct mesh *m, const uint8_t peer[NET_ID_BYTES])
{
    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct link *l = &m->links[i];
        if (l->used && l->up && memcmp(l->session.peer_id, peer, NET_ID_BYTES) == 0) {
            return l;
        }
    }
    return NULL;
}

static enum mesh_role role_of(const struct mesh *m, const struct link *l)
{
    size_t i = (size_t)(l - m->links);
    return i >= LINKS_GUEST ? ROLE_SPONSOR : i >= LINKS_LOBBY ? ROLE_JOINER : ROLE_MEMBER;
}

struct link *link_open(struct mesh *m, struct link *l, const struct transport_event *event)
{
    sodium_memzero(l, sizeof *l);
    l->used = true;
    l->dialled = !event->incoming;
    l->role = role_of(m, l);
    l->address = event->address;
    l->since_ms = l->active_ms = m->now_ms;
    l->deadline_ms = m->now_ms + HANDSHAKE_MS;
    return l;
}

static void wipe(struct link *l)
{
    sodium_memzero(l, sizeof *l);
}

static struct mesh_event event_of(
    const struct link *l, enum mesh_event_kind kind, enum mesh_reason reason)
{
    struct mesh_event e = {.kind = (uint8_t)kind,
        .role = (uint8_t)l->role,
        .reason = (uint8_t)reason,
        .address = l->address};
    memcpy(e.peer, l->session.peer_id, sizeof e.peer);
    memcpy(e.peer_net_pk, l->session.peer_net_pk, sizeof e.peer_net_pk);
    return e;
}

/* Everything that hangs on a link that is no more. */
static void unhook(struct mesh *m, struct link *l, enum mesh_reason reason, bool silent)
{
    bool was_up = l->up;
    uint16_t version = l->admission.peer_version;
    if (was_up) {
        m->counters.links_lost += !silent;
        struct mesh_event e = event_of(l, MESH_LINK_DOWN, reason);
        if (!silent) {
            mesh_push(m, &e, NULL);
        }
    }
    if (l->role == ROLE_MEMBER) {
        for (size_t i = 0; i < NET_PEERS_MAX; i++) {
            struct want *w = &m->wants[i];
            if (w->used && w->dialling && w->slot == link_slot(m, l)) {
                w->dialling = false;
            }
            if (w->used && was_up && memcmp(w->id, l->session.peer_id, NET_ID_BYTES) == 0) {
                w->linked = false;
                w->missed_ms = 0; /* counted from the next service on */
            }
        }
    } else if (l->role == ROLE_JOINER) {
        door_link_ended(m, l);
    }
    bool guest = l->role == ROLE_SPONSOR;
    wipe(l);
    if (guest) {
        join_link_ended(m, was_up ? MESH_REASON_NONE : reason, version);
    }
}

void link_end(struct mesh *m, struct link *l, enum mesh_reason reason, bool at_once, bool silent)
{
    transport_disconnect(link_transport(m, l), link_slot(m, l), (uint8_t)reason, at_once);
    unhook(m, l, reason, silent);
}

void link_gone(struct mesh *m, struct link *l, enum mesh_reason reason)
{
    unhook(m, l, reason, false);
}

void link_send_raw(struct mesh *m, struct link *l, const void *data, size_t size)
{
    /* a fresh link is never full; one that just closed will be reported as such */
    (void)transport_send(link_transport(m, l), link_slot(m, l), 0, data, size);
}

static void send_output(struct mesh *m, struct link *l, const struct session_output *out)
{
    for (size_t i = 0; i < out->count; i++) {
        link_send_raw(m, l, out->packets[i], out->sizes[i]);
    }
}

void link_begin_session(struct mesh *m, struct link *l, enum session_kind kind,
    const struct digest *game_id, const uint8_t psk[32], const uint8_t *peer_id,
    const uint8_t *peer_net_pk)
{
    struct session_output out;
    struct session_setup setup = {.kind = kind,
        .initiator = l->dialled,
        .self = &m->self,
        .game_id = game_id,
        .peer_id = peer_id,
        .peer_net_pk = peer_net_pk};
    memcpy(setup.psk, psk, sizeof setup.psk);
    mesh_random(m, setup.ephemeral_sk, sizeof setup.ephemeral_sk);
    session_begin(&l->session, &setup, &out);
    sodium_memzero(&setup, sizeof setup);
    l->deadline_ms = m->now_ms + HANDSHAKE_MS;
    send_output(m, l, &out);
}

/* Two links to one identity. A new run of the other program, or a link that has been up for a while
 * (the other side dials only when it has none), gives way to the new one. Two that came up together
 * are a simultaneous open: the one whose initiator is smaller stays, at both ends (D.3). */
static bool newer_wins(const struct mesh *m, const struct link *old, const struct link *new)
{
    if (old->session.peer_incarnation != new->session.peer_incarnation ||
        old->dialled == new->dialled || m->now_ms - old->since_ms > SIMULTANEOUS_MS) {
        return true;
    }
    bool we_are_smaller = memcmp(m->self.id_pk, new->session.peer_id, NET_ID_BYTES) < 0;
    return new->dialled == we_are_smaller;
}

static struct link *find_duplicate(struct mesh *m, const struct link *l)
{
    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct link *other = &m->links[i];
        if (other != l && other->used && other->up && other->role == l->role &&
            memcmp(other->session.peer_id, l->session.peer_id, NET_ID_BYTES) == 0) {
            return other;
        }
    }
    return NULL;
}

/* False when the link lost against an older one and is gone. */
static bool link_up(struct mesh *m, struct link *l)
{
    struct link *old = find_duplicate(m, l);
    if (old != NULL && !newer_wins(m, old, l)) {
        link_end(m, l, MESH_REASON_REPLACED, true, true);
        return false;
    }
    if (old != NULL) {
        link_end(m, old, MESH_REASON_REPLACED, true, false);
    }
    struct want *w = want_find(m, l->session.peer_id);
    if (w != NULL && l->role == ROLE_MEMBER) {
        w->dialling = w->dialling && w->slot != link_slot(m, l);
        w->linked = true;
        w->address = l->address;
    }
    l->up = true;
    l->since_ms = l->active_ms = m->now_ms;
    struct mesh_event e = event_of(l, MESH_LINK_UP, MESH_REASON_NONE);
    if (l->role == ROLE_SPONSOR) {
        join_up(m);
        e.data = m->join.checkpoint;
        e.size = m->join.checkpoint_size;
    }
    mesh_push(m, &e, NULL);
    return true;
}

/* The packet carries the message on: decrypted beside it, copied back into it. */
static void deliver(
    struct mesh *m, struct link *l, struct transport_event *event, size_t size, bool *taken)
{
    struct mesh_event e = event_of(l, MESH_MESSAGE, MESH_REASON_NONE);
    memcpy(event->data, m->scratch, size);
    e.channel = event->channel;
    e.data = event->data;
    e.size = size;
    l->active_ms = m->now_ms;
    l->bytes_received += size;
    m->counters.messages_received++;
    mesh_push(m, &e, event->packet);
    *taken = true;
}

static void receive_claim(struct mesh *m, struct link *l)
{
    const struct want *w = want_find(m, l->session.peer_id);
    struct session_output out = {0};
    if (w == NULL || memcmp(w->net_pk, l->session.peer_net_pk, sizeof w->net_pk) != 0) {
        m->counters.handshakes_failed++;
        link_end(m, l, MESH_REASON_PROTOCOL, true, true);
        return;
    }
    session_accept(&l->session, &out);
    send_output(m, l, &out);
}

static void receive_failed(struct mesh *m, struct link *l)
{
    if (l->up) {
        m->counters.records_rejected++;
    } else {
        m->counters.handshakes_failed++;
    }
    link_end(m, l, MESH_REASON_PROTOCOL, true, false);
}

void link_receive_session(
    struct mesh *m, struct link *l, struct transport_event *event, bool *taken)
{
    struct session_output out;
    size_t size = 0;
    enum session_verdict verdict =
        event->size > sizeof m->scratch
            ? SESSION_FAILED
            : session_receive(&l->session, event->channel, event->data, event->size, &out,
                  m->scratch, sizeof m->scratch, &size);
    switch (verdict) {
    case SESSION_GOES_ON:
        send_output(m, l, &out);
        break;
    case SESSION_CLAIM:
        receive_claim(m, l);
        break;
    case SESSION_READY:
        send_output(m, l, &out);
        if (link_up(m, l) && size > 0) {
            deliver(m, l, event, size, taken);
        }
        break;
    case SESSION_MESSAGE:
        deliver(m, l, event, size, taken);
        break;
    case SESSION_IGNORED:
        m->counters.records_rejected += event->channel == NET_CHANNEL_UNRELIABLE;
        break;
    case SESSION_FAILED:
        receive_failed(m, l);
        break;
    }
}

/* A link begins anew twice a day, and before ENet's numbers of a channel, 16 bits, come near the ones that somebody on the path
 * may have kept: ENet would take those datagrams for new as soon as they are less than 28,672 ahead. */
static bool worn_out(const struct mesh *m, const struct link *l)
{
    uint64_t packets = 0;
    for (unsigned c = 0; c < RECORD_CHANNELS; c++) {
        uint64_t sent = l->session.sealer.next[c], received = l->session.opener.next[c];
        packets = sent > packets ? sent : packets;
        packets = received > packets ? received : packets;
    }
    return m->now_ms - l->since_ms > REHANDSHAKE_MS || packets > REHANDSHAKE_PACKETS;
}

/* Handshakes that take too long, pings, the handshake anew. */
void link_tend(struct mesh *m)
{
    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct link *l = &m->links[i];
        if (!l->used) {
            continue;
        }
        if (!l->up) {
            if (m->now_ms >= l->deadline_ms) {
                bool in_line = l->role == ROLE_JOINER && l->admission.step == ADMISSION_KNOCKED;
                m->counters.handshakes_failed += !in_line;
                link_end(m, l, in_line ? MESH_REASON_BUSY : MESH_REASON_TIMEOUT, true, true);
            }
            continue;
        }
        bool idle = m->now_ms - l->active_ms > ACTIVE_MS;
        if (idle != l->idle) {
            l->idle = idle;
            transport_set_ping(
                link_transport(m, l), link_slot(m, l), idle ? PING_IDLE_MS : PING_ACTIVE_MS);
        }
        if (l->role == ROLE_MEMBER && l->dialled && worn_out(m, l)) {
            link_end(m, l, MESH_REASON_REPLACED, false, false);
        }
    }
}

struct want *want_find(struct mesh *m, const uint8_t peer[NET_ID_BYTES])
{
    for (size_t i = 0; i < NET_PEERS_MAX; i++) {
        if (m->wants[i].used && memcmp(m->wants[i].id, peer, NET_ID_BYTES) == 0) {
            return &m->wants[i];
        }
    }
    return NULL;
}

/* What a HELLO says instead of the identity: only who has the table's key can tell whom it
 * means. */
void want_hello_key(
    const struct mesh *m, const uint8_t id[NET_ID_BYTES], uint8_t target[HELLO_TARGET_BYTES])
{
    struct hash_state h;
    hash_begin(&h, "craps/v1/hello-target");
    hash_add(&h, m->link_key, sizeof m->link_key);
    hash_add(&h, id, NET_ID_BYTES);
    struct digest d = hash_end(&h);
    memcpy(target, d.b, HELLO_TARGET_BYTES);
}

static void dial(struct mesh *m, struct want *w)
{
    uint8_t target[HELLO_TARGET_BYTES];
    uint8_t jitter;
    mesh_random(m, &jitter, sizeof jitter);
    if (w->nonce == 0) { /* kept until the answer: the way may be longer than REDIAL_MS */
        mesh_random(m, &w->nonce, sizeof w->nonce);
        w->nonce |= 1;
    }
    want_hello_key(m, w->id, target);
    transport_hello(m->member, w->address, w->nonce, target);
    bool fast = m->now_ms - w->missed_ms < REDIAL_FAST_MS;
    w->next_ms = m->now_ms + (fast ? REDIAL_MS - jitter / 4 : REDIAL_SLOW_MS);
}

/* Decision 12: twice a second for a minute, then every five seconds. */
void want_dial(struct mesh *m)
{
    for (size_t i = 0; m->has_table && i < NET_PEERS_MAX; i++) {
        struct want *w = &m->wants[i];
        if (!w->used || w->dialling || w->address.port == 0 || w->linked) {
            continue;
        }
        if (w->missed_ms == 0) {
            bool larger = memcmp(m->self.id_pk, w->id, NET_ID_BYTES) > 0;
            w->missed_ms = m->now_ms;
            w->next_ms = m->now_ms + (larger ? COURTESY_MS : 0);
        }
        if (m->now_ms >= w->next_ms) {
            dial(m, w);
        }
    }
}

void want_answered(struct mesh *m, const struct transport_event *event)
{
    for (size_t i = 0; i < NET_PEERS_MAX; i++) {
        struct want *w = &m->wants[i];
        if (!w->used || w->nonce == 0 || w->nonce != event->hello.nonce || w->dialling ||
            !net_address_equal(w->address, event->address) || w->linked) {
            continue;
        }
        w->nonce = 0;
        if (event->hello.version != m->self.version) {
            struct mesh_event e = {.kind = MESH_LINK_DOWN,
                .role = ROLE_MEMBER,
                .reason = MESH_REASON_VERSION,
                .version = event->hello.version,
                .address = event->address};
            memcpy(e.peer, w->id, sizeof e.peer);
            if (!w->told_version) {
                mesh_push(m, &e, NULL);
            }
            w->told_version = true;
            return;
        }
        w->dialling =
            transport_connect(m->member, w->address, event->hello.body, &w->slot) == ERR_OK;
        return;
    }
}

/* A connection of the member host: ours goes to whom we dialled, others say who they are later. */
void want_connected(struct mesh *m, struct link *l)
{
    size_t pending = 0;
    if (l->dialled) {
        for (size_t i = 0; i < NET_PEERS_MAX; i++) {
            const struct want *w = &m->wants[i];
            if (w->used && w->dialling && w->slot == link_slot(m, l)) {
                link_begin_session(
                    m, l, SESSION_MEMBER, &m->game_id, m->link_key, w->id, w->net_pk);
                return;
            }
        }
        link_end(m, l, MESH_REASON_LEFT, true, true);
        return;
    }
    for (size_t i = 0; i < NET_PEERS_MAX; i++) {
        pending += m->links[i].used && !m->links[i].up && !m->links[i].dialled;
    }
    if (pending > PENDING_MAX || !m->has_table) {
        link_end(m, l, MESH_REASON_BUSY, true, true);
        return;
    }
    link_begin_session(m, l, SESSION_MEMBER, &m->game_id, m->link_key, NULL, NULL);
}

uint64_t want_deadline_ms(const struct mesh *m)
{
    uint64_t deadline_ms = UINT64_MAX;
    for (size_t i = 0; m->has_table && i < NET_PEERS_MAX; i++) {
        const struct want *w = &m->wants[i];
        if (w->used && !w->dialling && !w->linked && w->address.port != 0 &&
            w->next_ms < deadline_ms) {
            deadline_ms = w->next_ms;
        }
    }
    return deadline_ms;
}
