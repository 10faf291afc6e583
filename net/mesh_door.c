#include "net/mesh_internal.h"

#include "base/check.h"

#include <sodium.h>

enum {
    KNOCK_MS = 3000,       /* for a connection to say what it wants */
    ASK_MS = 250,          /* between two HELLOs to a lobby */
    UNREACHABLE_MS = 3000, /* without an answer */
    PAUSE_MIN_MS =
        300 /* before knocking again; up to 255 * 2 ms more, so that friends do not meet */
};

static void push_door(
    struct mesh *m, enum mesh_event_kind kind, struct net_address address, uint32_t count)
{
    struct mesh_event e = {
        .kind = (uint8_t)kind, .role = ROLE_JOINER, .address = address, .count = count};
    mesh_push(m, &e, NULL);
}

/* ---- the door we hold ---- */

static void show_door(struct mesh *m)
{
    bool open = lobby_is_open(&m->door.lobby);
    if (m->lobby != NULL) {
        transport_set_state(m->lobby, open ? HELLO_OPEN : HELLO_CLOSED);
    }
    if (!open || m->lobby == NULL) {
        discovery_quiet(&m->discovery);
        return;
    }
    struct mesh_found own = {
        .address.port = transport_port(m->lobby), .info = m->door.info, .game_id = m->door.game_id};
    discovery_announce(&m->discovery, &own, m->now_ms);
}

enum err mesh_lobby_open(struct mesh *m, const struct digest *game_id, const char *secret,
    const struct mesh_table_info *info, uint32_t failures_so_far)
{
    size_t size = strlen(secret);
    if (size == 0 || size > SECRET_MAX) {
        return ERR_RANGE;
    }
    if (m->lobby == NULL) {
        enum err e = mesh_open_transport(
            m, &m->lobby, GATE_LOBBY, m->port, m->port_explicit, NET_LOBBY_PEERS_MAX);
        if (e != ERR_OK) {
            return e;
        }
    }
    sodium_memzero(m->door.secret, sizeof m->door.secret);
    memcpy(m->door.secret, secret, size);
    m->door.game_id = *game_id;
    m->door.info = *info;
    lobby_open(&m->door.lobby, failures_so_far);
    show_door(m);
    return ERR_OK;
}

enum err mesh_lobby_checkpoint(struct mesh *m, const void *data, size_t size)
{
    if (size > sizeof m->door.checkpoint) {
        return ERR_RANGE;
    }
    if (size > 0) {
        memcpy(m->door.checkpoint, data, size);
    }
    m->door.checkpoint_size = size;
    return ERR_OK;
}

void mesh_lobby_info(struct mesh *m, const struct mesh_table_info *info)
{
    m->door.info = *info;
    show_door(m);
}

/* Everybody who has not proven anything is sent away. */
static void clear_line(struct mesh *m)
{
    for (size_t i = LINKS_LOBBY; i < LINKS_GUEST; i++) {
        if (m->links[i].used && m->links[i].proving && i != m->door.run) {
            link_end(m, &m->links[i], MESH_REASON_CLOSED, true, true);
        }
    }
}

void mesh_lobby_close(struct mesh *m)
{
    lobby_close(&m->door.lobby);
    clear_line(m);
    if (m->door.run != LINKS_MAX) {
        link_end(m, &m->links[m->door.run], MESH_REASON_CLOSED, true, true);
    }
    sodium_memzero(m->door.secret, sizeof m->door.secret);
    show_door(m);
}

void door_connected(struct mesh *m, struct link *l)
{
    l->proving = true;
    l->deadline_ms = m->now_ms + KNOCK_MS;
    admission_expect(&l->admission);
    if (!lobby_is_open(&m->door.lobby)) {
        link_end(m, l, MESH_REASON_CLOSED, true, true);
    }
}

static void guess_failed(struct mesh *m, const struct link *l)
{
    m->door.run = LINKS_MAX;
    bool burned = lobby_fail_run(&m->door.lobby, m->now_ms);
    push_door(m, MESH_GUESS_FAILED, l->address, m->door.lobby.failures);
    if (burned) {
        push_door(m, MESH_WORDS_BURNED, l->address, m->door.lobby.failures);
        show_door(m);
    }
}

/* However the link of the current run ended: once the shares were out it was a guess. */
void door_link_ended(struct mesh *m, struct link *l)
{
    if (m->door.run != (size_t)(l - m->links)) {
        return;
    }
    lobby_blame(&m->door.lobby, l->address.ip, m->now_ms);
    if (l->admission.step == ADMISSION_PROVING || l->admission.step == ADMISSION_REFUSED) {
        guess_failed(m, l);
    } else {
        m->door.run = LINKS_MAX;
        lobby_end_run(&m->door.lobby);
    }
}

static void joiner_proven(struct mesh *m, struct link *l)
{
    m->door.run = LINKS_MAX;
    lobby_end_run(&m->door.lobby);
    l->proving = false;
    transport_trust(m->lobby, link_slot(m, l));
    link_begin_session(m, l, SESSION_JOIN, &l->admission.game_id, l->admission.psk,
        l->admission.peer_id, l->admission.peer_net_pk);
    admission_wipe(&l->admission);
}

void door_receive(struct mesh *m, struct link *l, const uint8_t *data, size_t size)
{
    uint8_t reply[ADMISSION_MESSAGE_MAX];
    uint8_t random[ADMISSION_RANDOM_BYTES] = {0}; /* a sponsor's comes with the offer */
    struct writer out = writer_of(reply, sizeof reply);
    enum admission_step before = l->admission.step;
    enum admission_verdict verdict =
        admission_receive(&l->admission, &m->self, data, size, random, &out);
    switch (verdict) {
    case ADMISSION_IN_LINE:
        l->deadline_ms = m->now_ms + LOBBY_WAIT_MS;
        break;
    case ADMISSION_GOES_ON:
        link_send_raw(m, l, out.data, out.size);
        if (before == ADMISSION_OFFERED) {
            push_door(m, MESH_TYPING, l->address, m->door.lobby.failures);
        }
        break;
    case ADMISSION_PROVEN:
        link_send_raw(m, l, out.data, out.size);
        joiner_proven(m, l);
        break;
    case ADMISSION_VERSION:
        link_end(m, l, MESH_REASON_VERSION, true, true);
        break;
    case ADMISSION_WRONG:
        m->counters.handshakes_failed++;
        link_end(m, l, MESH_REASON_WORDS, true, true);
        break;
    case ADMISSION_IMPOSTOR:
    case ADMISSION_MALFORMED:
        m->counters.handshakes_failed++;
        if (before < ADMISSION_PROVING) {
            l->admission.step = ADMISSION_IDLE; /* nothing was guessed */
        }
        link_end(m, l, MESH_REASON_PROTOCOL, true, true);
        break;
    }
}

/* Whoever has waited longest; but somebody whose runs came to nothing lately lets the others go first. */
static struct link *first_in_line(struct mesh *m)
{
    struct link *first = NULL;
    uint32_t fewest = 0;
    for (size_t i = LINKS_LOBBY; i < LINKS_GUEST; i++) {
        struct link *l = &m->links[i];
        if (!l->used || !l->proving || l->admission.step != ADMISSION_KNOCKED) {
            continue;
        }
        uint32_t blamed = lobby_blamed(&m->door.lobby, l->address.ip, m->now_ms);
        if (first == NULL || blamed < fewest ||
            (blamed == fewest && l->deadline_ms < first->deadline_ms)) {
            first = l;
            fewest = blamed;
        }
    }
    return first;
}

static void begin_run(struct mesh *m, struct link *l)
{
    uint8_t text[ADMISSION_MESSAGE_MAX];
    uint8_t random[ADMISSION_RANDOM_BYTES];
    struct writer out = writer_of(text, sizeof text);
    const struct offer offer = {.self = &m->self,
        .game_id = &m->door.game_id,
        .secret = m->door.secret,
        .checkpoint = m->door.checkpoint,
        .checkpoint_size = m->door.checkpoint_size};
    mesh_random(m, random, sizeof random);
    admission_offer(&l->admission, &offer, random, &out);
    sodium_memzero(random, sizeof random);
    m->door.run = (size_t)(l - m->links);
    l->deadline_ms = m->now_ms + LOBBY_RUN_MS;
    link_send_raw(m, l, out.data, out.size);
}

void door_tend(struct mesh *m)
{
    if (m->lobby == NULL) {
        return;
    }
    if (!lobby_is_open(&m->door.lobby)) {
        clear_line(m);
        /* admitted joiners and watchers keep a closed door's host alive */
        if (!m->door.lobby.open && transport_counters(m->lobby).slots_held == 0) {
            mesh_close_transport(m, &m->lobby, MESH_REASON_CLOSED);
        }
        return;
    }
    struct link *l = first_in_line(m);
    if (l != NULL && lobby_begin_run(&m->door.lobby, m->now_ms)) {
        begin_run(m, l);
    }
}

uint64_t door_deadline_ms(const struct mesh *m)
{
    const struct lobby *lobby = &m->door.lobby;
    bool waiting = first_in_line((struct mesh *)m) != NULL;
    return waiting && !lobby->running && lobby_is_open(lobby) ? lobby->not_before_ms : UINT64_MAX;
}

/* ---- the door we knock at ---- */

enum err mesh_join(struct mesh *m, struct net_address address, const char *secret)
{
    struct join *j = &m->join;
    size_t size = strlen(secret);
    if (size == 0 || size > SECRET_MAX || address.port == 0) {
        return ERR_RANGE;
    }
    if (j->step != JOIN_IDLE) {
        return ERR_BUSY;
    }
    if (m->guest == NULL) {
        enum err e = mesh_open_transport(m, &m->guest, GATE_GUEST, 0, false, 1);
        if (e != ERR_OK) {
            return e;
        }
    }
    *j = (struct join){.step = JOIN_ASKING, .address = address};
    memcpy(j->secret, secret, size);
    return ERR_OK;
}

void mesh_join_end(struct mesh *m)
{
    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct link *l = &m->links[i];
        if (l->used && l->role == ROLE_SPONSOR) {
            link_end(m, l, MESH_REASON_LEFT, true, true);
        }
    }
    m->join.step = JOIN_IDLE;
    sodium_memzero(m->join.secret, sizeof m->join.secret);
}

static void join_failed(struct mesh *m, enum mesh_reason reason, uint16_t version)
{
    struct mesh_event e = {.kind = MESH_JOIN_FAILED,
        .role = ROLE_SPONSOR,
        .reason = (uint8_t)reason,
        .version = version,
        .address = m->join.address};
    m->join.step = JOIN_IDLE;
    sodium_memzero(m->join.secret, sizeof m->join.secret);
    mesh_push(m, &e, NULL);
}

static void pause_join(struct mesh *m)
{
    uint8_t jitter;
    mesh_random(m, &jitter, sizeof jitter);
    m->join.step = JOIN_PAUSED;
    m->join.next_ms = m->now_ms + PAUSE_MIN_MS + 2u * jitter;
}

/* Too many at the door, or the network lost too much: knocked again for a while before anybody is told. */
static void refused_for_now(struct mesh *m, enum mesh_reason reason)
{
    if (m->now_ms - m->join.begun_ms < LOBBY_WAIT_MS) {
        pause_join(m);
    } else {
        join_failed(m, reason, 0);
    }
}

void join_answered(struct mesh *m, const struct transport_event *event)
{
    struct join *j = &m->join;
    size_t slot;
    if (j->step != JOIN_ASKING || j->nonce != event->hello.nonce ||
        !net_address_equal(j->address, event->address)) {
        return;
    }
    j->heard = true;
    j->nonce = 0;
    if (event->hello.version != m->self.version) {
        join_failed(m, MESH_REASON_VERSION, event->hello.version);
    } else if (event->hello.state == HELLO_FULL) {
        refused_for_now(m, MESH_REASON_BUSY);
    } else if (event->hello.state != HELLO_OPEN) {
        join_failed(m, MESH_REASON_CLOSED, 0);
    } else {
        transport_set_key(m->guest, event->hello.body, NULL);
        if (transport_connect(m->guest, j->address, event->hello.body, &slot) == ERR_OK) {
            j->step = JOIN_CONNECTING;
        } else {
            refused_for_now(m, MESH_REASON_BUSY);
        }
    }
}

void join_connected(struct mesh *m, struct link *l)
{
    uint8_t text[ADMISSION_MESSAGE_MAX];
    uint8_t nonce[CPACE_NONCE_BYTES];
    struct writer out = writer_of(text, sizeof text);
    if (m->join.step != JOIN_CONNECTING) {
        link_end(m, l, MESH_REASON_LEFT, true, true);
        return;
    }
    l->proving = true;
    l->deadline_ms = m->now_ms + LOBBY_WAIT_MS + KNOCK_MS; /* the sponsor ends it earlier */
    mesh_random(m, nonce, sizeof nonce);
    admission_knock(&l->admission, &m->self, m->join.secret, nonce, &out);
    link_send_raw(m, l, out.data, out.size);
}

static void sponsor_proven(struct mesh *m, struct link *l)
{
    struct admission *a = &l->admission;
    memcpy(m->join.checkpoint, a->checkpoint, sizeof m->join.checkpoint);
    m->join.checkpoint_size = a->checkpoint_size;
    l->proving = false;
    link_begin_session(m, l, SESSION_JOIN, &a->game_id, a->psk, a->peer_id, a->peer_net_pk);
    admission_wipe(a);
}

void join_receive(struct mesh *m, struct link *l, const uint8_t *data, size_t size)
{
    uint8_t reply[ADMISSION_MESSAGE_MAX];
    uint8_t random[ADMISSION_RANDOM_BYTES];
    struct writer out = writer_of(reply, sizeof reply);
    mesh_random(m, random, sizeof random);
    enum admission_verdict verdict =
        admission_receive(&l->admission, &m->self, data, size, random, &out);
    sodium_memzero(random, sizeof random);
    switch (verdict) {
    case ADMISSION_GOES_ON:
        l->deadline_ms = m->now_ms + LOBBY_RUN_MS;
        link_send_raw(m, l, out.data, out.size);
        break;
    case ADMISSION_PROVEN:
        sponsor_proven(m, l);
        break;
    case ADMISSION_VERSION:
        link_end(m, l, MESH_REASON_VERSION, true, true);
        break;
    case ADMISSION_IMPOSTOR:
        link_end(m, l, MESH_REASON_WORDS, true, true);
        break;
    case ADMISSION_IN_LINE:
    case ADMISSION_WRONG:
    case ADMISSION_MALFORMED:
        link_end(m, l, MESH_REASON_PROTOCOL, true, true);
        break;
    }
}

void join_up(struct mesh *m)
{
    m->join.step = JOIN_UP;
    sodium_memzero(m->join.secret, sizeof m->join.secret);
}

/* The connection to the lobby is no more: after a success that was reported already. */
void join_link_ended(struct mesh *m, enum mesh_reason reason, uint16_t version)
{
    if (m->join.step == JOIN_UP) {
        m->join.step = JOIN_IDLE;
    } else if (m->join.step == JOIN_CONNECTING &&
               (reason == MESH_REASON_BUSY || reason == MESH_REASON_TIMEOUT ||
                   reason == MESH_REASON_UNREACHABLE)) {
        refused_for_now(m, reason);
    } else if (m->join.step == JOIN_CONNECTING) {
        join_failed(m, reason, version);
    }
}

void join_tend(struct mesh *m)
{
    struct join *j = &m->join;
    static const uint8_t nobody[HELLO_TARGET_BYTES];
    if (j->step == JOIN_IDLE && m->guest != NULL && transport_counters(m->guest).slots_held == 0) {
        mesh_close_transport(m, &m->guest, MESH_REASON_LEFT);
    }
    if (j->step != JOIN_ASKING && j->step != JOIN_PAUSED) {
        return;
    }
    if (j->begun_ms == 0) {
        j->begun_ms = m->now_ms;
    }
    if (!j->heard && m->now_ms - j->begun_ms >= UNREACHABLE_MS) {
        join_failed(m, MESH_REASON_UNREACHABLE, 0);
        return;
    }
    if (m->now_ms - j->begun_ms >= LOBBY_WAIT_MS + UNREACHABLE_MS) {
        join_failed(m, MESH_REASON_BUSY, 0);
        return;
    }
    if (m->now_ms >= j->next_ms) {
        j->step = JOIN_ASKING;
        if (j->nonce == 0) { /* kept until the answer: the way may be longer than ASK_MS */
            mesh_random(m, &j->nonce, sizeof j->nonce);
            j->nonce |= 1;
        }
        transport_hello(m->guest, j->address, j->nonce, nobody);
        j->next_ms = m->now_ms + ASK_MS;
    }
}

uint64_t join_deadline_ms(const struct mesh *m)
{
    bool asking = m->join.step == JOIN_ASKING || m->join.step == JOIN_PAUSED;
    return asking ? m->join.next_ms : UINT64_MAX;
}
