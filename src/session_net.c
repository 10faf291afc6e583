/* Links of a table: who is wanted and what they say. */
#include "src/session_internal.h"

#include "base/log.h"
#include "ui/state_text.h"

#include <stdio.h>

bool session_linked(const struct known_peer *p)
{
    return p->link_member || p->link_lobby;
}

struct known_peer *session_peer(struct session *s, const uint8_t id[ID_BYTES], bool add)
{
    struct known_peer *free = NULL;
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        struct known_peer *p = &s->peers[i];
        if (p->used && memcmp(p->id, id, ID_BYTES) == 0) {
            return p;
        }
        bool idle = p->used && !session_linked(p) && !p->wanted;
        if (!p->used && (free == NULL || free->used)) {
            free = p;
        } else if (idle && free == NULL) {
            free = p; /* makes room only when there is no other */
        }
    }
    if (!add || free == NULL) {
        return NULL;
    }
    memset(free, 0, sizeof *free);
    free->used = true;
    memcpy(free->id, id, ID_BYTES);
    free->down_ms = clock_now_ms();
    return free;
}

void session_send(struct session *s, const uint8_t to[ID_BYTES], unsigned channel,
    const uint8_t *data, size_t size)
{
    if (s->config.mesh == NULL) {
        return;
    }
    enum err e = mesh_send(s->config.mesh, to, channel, data, size);
    if (e != ERR_OK && e != ERR_CLOSED) {
        log_debug("a message of %zu bytes was not sent: %s", size, err_name(e));
    }
}

void session_send_control(struct session *s, const uint8_t to[ID_BYTES], const struct control *c)
{
    static _Thread_local uint8_t bytes[CONTROL_BYTES_MAX];
    struct writer w = writer_of(bytes, sizeof bytes);
    control_encode(c, &w);
    if (!w.bad) {
        session_send(s, to, CHANNEL_CONTROL, bytes, w.size);
    }
}

static void engine_link(struct session *s, const uint8_t id[ID_BYTES], bool up)
{
    struct engine_event event = {.kind = up ? ENGINE_LINK_UP : ENGINE_LINK_DOWN};
    if (s->nodes[0].engine == NULL) {
        return;
    }
    memcpy(event.from, id, ID_BYTES);
    session_step(s, &s->nodes[0], &event);
}

/* Should there be a link to that identity: it votes, or will, or its seat is kept for it (rule 16.6). */
static bool belongs(const struct session *s, const struct identity *id)
{
    if (id->bot || memcmp(id->id_pk, s->config.keys->id_pk, ID_BYTES) == 0) {
        return false;
    }
    if (id->standing == STANDING_JOINING || id->standing == STANDING_MEMBER ||
        id->standing == STANDING_LEAVING) {
        return true;
    }
    for (uint16_t i = 0; i < s->split.absent_count; i++) {
        if (memcmp(id->id_pk, s->split.absent[i], ID_BYTES) == 0 &&
            id->standing == STANDING_PLAYER) {
            return true; /* he may be on his way back to the table that was split */
        }
    }
    int64_t account = live_find(session_live(s), id->id_pk);
    return id->standing == STANDING_PLAYER && account >= 0 &&
           session_live(s)->accounts[account].seat != 0;
}

static void want(struct session *s, struct known_peer *p, const uint8_t net_pk[32])
{
    bool news = !p->wanted || memcmp(p->net_pk, net_pk, 32) != 0;
    memcpy(p->net_pk, net_pk, 32);
    if (news && s->has_link_key) {
        p->wanted = true;
        mesh_want_peer(s->config.mesh, p->id, p->net_pk, p->address);
    }
}

/* A joiner whose JOIN is final gets the table's link key and everybody's address over the link it came by. */
static void send_keycard(struct session *s, struct known_peer *p)
{
    struct control c = {.kind = CONTROL_KEYCARD};
    memcpy(c.link_key, s->link_key, sizeof c.link_key);
    c.link_id = s->link_id;
    session_send_control(s, p->id, &c);
    sodium_memzero(&c, sizeof c);
    session_announce(s, p->id);
    session_send_addresses(s, p->id);
    session_send_words(s, p->id);
    p->card_sent = true;
}

void session_sync_peers(struct session *s)
{
    if (s->config.mesh == NULL || s->nodes[0].engine == NULL) {
        return;
    }
    const struct protocol_state *state = engine_protocol(s->nodes[0].engine);
    for (uint16_t i = 0; i < state->identity_count; i++) {
        const struct identity *id = &state->identities[i];
        bool wanted = belongs(s, id);
        struct known_peer *p = session_peer(s, id->id_pk, wanted);
        if (p == NULL) {
            continue;
        }
        wanted = wanted && p->limit.barred_until_ms == 0;
        if (wanted) {
            want(s, p, id->net_pk);
        } else if (p->wanted) {
            p->wanted = false;
            mesh_drop_peer(s->config.mesh, p->id);
        }
        if (wanted && p->joiner && p->link_lobby && !p->card_sent && s->has_link_key) {
            send_keycard(s, p);
        }
    }
}

/* Who it is stands in the record; the log says where. */
static void log_link(const struct mesh_event *e, bool up)
{
    static const char *const reasons[] = {"", "unreachable", "wrong words", "another version",
        "busy", "closed", "lost: unauthentic bytes", "lost: silent", "ended by the other side",
        "replaced by a newer one"};
    const char *reason = e->reason < sizeof reasons / sizeof reasons[0] ? reasons[e->reason] : "";
    log_info("link with %02x%02x%02x%02x at %u.%u.%u.%u:%u %s%s", e->peer[0], e->peer[1],
        e->peer[2], e->peer[3], e->address.ip >> 24, e->address.ip >> 16 & 255,
        e->address.ip >> 8 & 255, e->address.ip & 255, e->address.port, up ? "is up" : "", reason);
}

static void on_link_up(struct session *s, const struct mesh_event *e)
{
    struct known_peer *p = session_peer(s, e->peer, true);
    if (p == NULL || link_limit_barred(&p->limit, clock_now_ms())) {
        mesh_close(s->config.mesh, e->peer);
        return;
    }
    bool before = session_linked(p);
    p->link_member = p->link_member || e->role == ROLE_MEMBER;
    p->link_lobby = p->link_lobby || e->role != ROLE_MEMBER;
    log_link(e, true);
    p->joiner = p->joiner || e->role == ROLE_JOINER;
    p->down_ms = 0;
    p->silent = false;
    s->dirty = true;
    if (e->role == ROLE_SPONSOR) {
        struct control hello = {
            .kind = CONTROL_HELLO, .version = PROTOCOL_VERSION, .watch = s->config.watch};
        hello.profile_size = (uint8_t)strnlen(s->config.name, PROFILE_BYTES_MAX);
        memcpy(hello.profile, s->config.name, hello.profile_size);
        memcpy(s->sponsor, e->peer, ID_BYTES);
        s->sponsor_address = e->address;
        s->join_step = JOIN_HELLO;
        session_send_control(s, e->peer, &hello);
    }
    if (e->role == ROLE_JOINER) {
        p->card_sent = p->hello_seen = false;
        s->proving_ms = 0;
        memcpy(p->net_pk, e->peer_net_pk, sizeof p->net_pk);
        return; /* the engine hears of it with the WELCOME */
    }
    if (e->role == ROLE_MEMBER) {
        if (p->link_lobby && !p->joiner) {
            mesh_close_role(
                s->config.mesh, e->peer, ROLE_SPONSOR); /* room at the door for the next */
            p->link_lobby = false;
        }
        session_announce(s, e->peer);
        session_send_addresses(s, e->peer);
        session_talk_link(s, e->peer, true);
        if (s->door_open) {
            session_send_words(s, e->peer);
        }
        p->here = p->elsewhere = false;
        session_split_link(s, e->peer);
        if (s->final.valid) {
            struct control done = {.kind = CONTROL_DONE, .height = s->final.height};
            session_send_control(s, e->peer, &done);
        }
    }
    if (!before || e->role == ROLE_MEMBER) {
        engine_link(s, e->peer, true);
    }
}

/* The link to the sponsor went silent before the seat was sure: the words open the door once more. False when they cannot. */
static bool knock_again(struct session *s)
{
    char secret[INVITE_PRS_MAX + 1] = {0};
    invite_prs(&s->words, (uint8_t *)secret);
    enum err e = mesh_join(s->config.mesh, s->sponsor_address, secret);
    sodium_memzero(secret, sizeof secret);
    if (e == ERR_OK) {
        log_info("the link to the table broke while coming in: knocking again");
        s->join_step = JOIN_LINKING;
    }
    return e == ERR_OK;
}

void session_link_lost(struct session *s, struct known_peer *p)
{
    p->link_member = p->link_lobby = false;
    session_talk_link(s, p->id, false);
    p->down_ms = clock_now_ms();
    s->dirty = true;
    engine_link(s, p->id, false);
}

static void on_link_down(struct session *s, const struct mesh_event *e)
{
    struct known_peer *p = session_peer(s, e->peer, false);
    if (p == NULL) {
        return;
    }
    if (e->role == ROLE_MEMBER) {
        p->link_member = false;
        session_talk_link(s, p->id, false);
    } else {
        p->link_lobby = false;
        if (p->watches || s->config.watch) {
            session_talk_link(s, p->id, false);
        }
    }
    s->dirty = true;
    log_link(e, false);
    if (session_linked(p)) {
        return;
    }
    /* A link that timed out had been silent for a while before that. */
    uint64_t now = clock_now_ms();
    bool silent = e->reason == MESH_REASON_TIMEOUT;
    uint64_t since = silent ? LINK_SILENCE_MS : 0;
    p->down_ms = now > since ? now - since : 1;
    engine_link(s, e->peer, false);
    bool needed = s->state == SESSION_JOINING && !s->resumed &&
                  (s->join_step <= JOIN_CATCHING_UP || !s->has_link_key) &&
                  memcmp(s->sponsor, e->peer, ID_BYTES) == 0;
    if (needed && !(silent && knock_again(s))) {
        session_fail(s, 69, "The table hung up while you were coming in. Try again: craps join");
    }
}

static void on_message(struct session *s, const struct mesh_event *e)
{
    struct reader r = reader_of(e->data, e->size);
    uint8_t family = read_u8(&r);
    struct known_peer *p = session_peer(s, e->peer, true);
    bool good = true;
    if (p == NULL || !session_guard_takes(s, p, e->size)) {
        return;
    }
    bool split = s->genesis.recover != NULL;
    uint8_t tag[PAYLOAD_TAG_BYTES] = {0};
    if (family == PAYLOAD_ENGINE_SPLIT) {
        read_bytes(&r, tag, sizeof tag);
    }
    bool here = split ? family == PAYLOAD_ENGINE_SPLIT && !r.bad &&
                            memcmp(tag, s->game_id.b, sizeof tag) == 0
                      : family == PAYLOAD_ENGINE;
    if (here && s->nodes[0].engine != NULL) {
        struct engine_event event = {.kind = ENGINE_MESSAGE,
            .data = e->data + (e->size - reader_left(&r)),
            .size = reader_left(&r)};
        memcpy(event.from, e->peer, ID_BYTES);
        session_look_ahead(s, event.data, event.size);
        session_step(s, &s->nodes[0], &event);
        good = !s->step_malformed;
    } else if (family == PAYLOAD_CONTROL) {
        static _Thread_local struct control c;
        good = control_decode(&c, &r);
        if (good) {
            session_hear_control(s, e, &c);
        }
        sodium_memzero(&c, sizeof c);
    } else if (family == PAYLOAD_SPLIT && s->nodes[0].engine != NULL) {
        session_split_message(s, e->peer, e->data + 1, e->size - 1);
    } else if (family == PAYLOAD_RECEIPT && s->nodes[0].engine != NULL) {
        session_receipt_message(s, e->peer, e->data + 1, e->size - 1);
    } else if (family == PAYLOAD_TALK && s->nodes[0].engine != NULL) {
        good = session_talk_hear(s, e->peer, e->data + 1, e->size - 1);
    } else {
        good = family == PAYLOAD_ENGINE || family == PAYLOAD_TALK || family == PAYLOAD_SPLIT ||
               family == PAYLOAD_ENGINE_SPLIT;
    }
    if (!good && s->state != SESSION_ENDED) {
        session_guard_blames(s, p);
    }
}

static void on_join_failed(struct session *s, const struct mesh_event *e)
{
    char host[24];
    char text[UI_TEXT_MAX + 1];
    int status = 69;
    snprintf(host, sizeof host, "%u.%u.%u.%u:%u", e->address.ip >> 24, e->address.ip >> 16 & 255,
        e->address.ip >> 8 & 255, e->address.ip & 255, e->address.port);
    switch (e->reason) {
    case MESH_REASON_WORDS:
        status = 77;
        state_text_wrong_words(s->config.table, text, sizeof text);
        break;
    case MESH_REASON_VERSION:
        status = 76;
        state_text_version(e->version, PROTOCOL_VERSION, text, sizeof text);
        break;
    case MESH_REASON_BUSY:
        session_fail(s, 75, "Somebody else is at the door just now. Try again in a moment.");
        return;
    case MESH_REASON_CLOSED:
        session_fail(s, 77, "That table's door is closed. Ask the host for new words.");
        return;
    default:
        state_text_silent_host(host, text, sizeof text);
        break;
    }
    session_fail(s, status, "%s", text);
}

void session_mesh_event(struct session *s, const struct mesh_event *e)
{
    if (s->state == SESSION_ENDED) {
        return;
    }
    switch (e->kind) {
    case MESH_LINK_UP:
        on_link_up(s, e);
        break;
    case MESH_LINK_DOWN:
        on_link_down(s, e);
        break;
    case MESH_MESSAGE:
        on_message(s, e);
        break;
    case MESH_GUESS_FAILED:
        s->proving_ms = 0;
        session_guess_failed(s, e->count);
        break;
    case MESH_WORDS_BURNED:
        session_words_burned(s);
        break;
    case MESH_TYPING:
        s->proving_ms = clock_now_ms();
        s->dirty = true;
        session_notice(s, NOTICE_INFO, "Somebody is at the door, proving the words.");
        break;
    case MESH_JOIN_FAILED:
        if (s->state == SESSION_JOINING) {
            on_join_failed(s, e);
        }
        break;
    default:
        break;
    }
}
