/* What members tell each other beside the agreement: addresses, words, the link key; and what of it is
 * kept for coming back. */
#include "src/session_internal.h"

#include "base/log.h"

void session_announce(struct session *s, const uint8_t to[ID_BYTES])
{
    struct control c = {.kind = CONTROL_ANNOUNCE, .port = mesh_member_port(s->config.mesh)};
    c.local_count = (uint8_t)mesh_local_addresses(s->config.mesh, c.local, CONTROL_LOCAL_MAX);
    session_send_control(s, to, &c);
}

void session_send_addresses(struct session *s, const uint8_t to[ID_BYTES])
{
    struct control c = {.kind = CONTROL_ADDRESSES};
    for (size_t i = 0; i < PEERS_KEPT && c.address_count < CONTROL_ADDRESSES_MAX; i++) {
        const struct known_peer *p = &s->peers[i];
        if (p->used && p->wanted && p->address.port != 0 && memcmp(p->id, to, ID_BYTES) != 0) {
            struct control_address *a = &c.addresses[c.address_count++];
            memcpy(a->id, p->id, ID_BYTES);
            a->ip = p->address.ip;
            a->port = p->address.port;
        }
    }
    session_send_control(s, to, &c);
}

void session_send_words(struct session *s, const uint8_t to[ID_BYTES])
{
    if (!s->has_words) {
        return;
    }
    struct control c = {.kind = CONTROL_WORDS, .failures = s->words_failed};
    char text[INVITE_TEXT_SIZE];
    invite_format(&s->words, text);
    snprintf(c.words, sizeof c.words, "%s", text);
    session_send_control(s, to, &c);
    sodium_memzero(text, sizeof text);
    sodium_memzero(&c, sizeof c);
}

void session_tell_words(struct session *s)
{
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        if (s->peers[i].used && s->peers[i].link_member) {
            session_send_words(s, s->peers[i].id);
        }
    }
}

static void on_announce(struct session *s, struct known_peer *p, const struct control *c)
{
    struct net_address seen;
    if (c->port == 0 || !mesh_peer_address(s->config.mesh, p->id, &seen)) {
        return;
    }
    struct net_address now = {.ip = seen.ip, .port = c->port};
    if (now.ip == p->address.ip && now.port == p->address.port) {
        return;
    }
    p->address = now;
    if (p->wanted && !p->link_member) {
        mesh_want_peer(s->config.mesh, p->id, p->net_pk, p->address);
    }
    session_save_net(s);
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        if (s->peers[i].used && session_linked(&s->peers[i]) && &s->peers[i] != p &&
            s->peers[i].wanted) {
            session_send_addresses(s, s->peers[i].id);
        }
    }
}

enum { LOOPBACK_NET = 127 };

static void on_addresses(struct session *s, const struct known_peer *from, const struct control *c)
{
    struct net_address seen;
    bool have_seen = mesh_peer_address(s->config.mesh, from->id, &seen);
    for (uint8_t i = 0; i < c->address_count; i++) {
        const struct control_address *a = &c->addresses[i];
        if (memcmp(a->id, s->config.keys->id_pk, ID_BYTES) == 0 || a->port == 0) {
            continue;
        }
        struct known_peer *p = session_peer(s, a->id, true);
        if (p == NULL || p->link_member) {
            continue;
        }
        struct net_address address = {.ip = a->ip, .port = a->port};
        /* "This computer" as the sender sees it is the sender's computer. */
        bool local = address.ip == 0 || address.ip >> 24 == LOOPBACK_NET;
        if (local && have_seen) {
            address.ip = seen.ip;
        }
        p->address = address;
        if (p->wanted) {
            mesh_want_peer(s->config.mesh, p->id, p->net_pk, p->address);
        }
    }
    session_save_net(s);
}

static void on_words(struct session *s, const struct control *c)
{
    struct invite words;
    if (s->door_open || invite_parse(&words, NULL, c->words, strlen(c->words)) != ERR_OK) {
        return;
    }
    words.host[0] = '\0';
    words.port = 0;
    s->words = words;
    s->has_words = true;
    if (c->failures > s->words_failed) {
        s->words_failed = c->failures;
    }
    session_save_net(s);
}

void session_hear_control(struct session *s, const struct mesh_event *e, const struct control *c)
{
    struct known_peer *p = session_peer(s, e->peer, true);
    if (p == NULL) {
        return;
    }
    switch (c->kind) {
    case CONTROL_HELLO:
    case CONTROL_WELCOME:
    case CONTROL_REFUSED:
        session_join_control(s, e->peer, c);
        break;
    case CONTROL_KEYCARD:
        if (!s->has_link_key && memcmp(s->sponsor, e->peer, ID_BYTES) == 0) {
            memcpy(s->link_key, c->link_key, sizeof s->link_key);
            s->link_id = c->link_id;
            s->has_link_key = true;
            session_set_links(s);
            session_sync_peers(s);
            session_announce(s, e->peer);
            session_save_net(s);
        }
        break;
    case CONTROL_ANNOUNCE:
        on_announce(s, p, c);
        break;
    case CONTROL_ADDRESSES:
        on_addresses(s, p, c);
        break;
    case CONTROL_WORDS:
        on_words(s, c);
        break;
    case CONTROL_DONE:
        p->done_height = c->height > p->done_height ? c->height : p->done_height;
        break;
    default:
        break;
    }
}

enum { NET_BLOB_VERSION = 1, NET_BLOB_BYTES = 32 + 64 + 16 + PEERS_KEPT * (32 + 32 + 6) };

bool session_save_net(struct session *s)
{
    uint8_t blob[NET_BLOB_BYTES];
    struct writer w = writer_of(blob, sizeof blob);
    if (s->nodes[0].store == NULL) {
        return true;
    }
    char words[INVITE_TEXT_SIZE] = "";
    if (s->has_words) {
        invite_format(&s->words, words);
    }
    write_u8(&w, NET_BLOB_VERSION);
    write_u8(&w, s->has_link_key);
    write_bytes(&w, s->link_key, sizeof s->link_key);
    write_lp(&w, words, strlen(words));
    write_u32(&w, s->words_failed);
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        const struct known_peer *p = &s->peers[i];
        if (p->used && p->wanted) {
            write_bytes(&w, p->id, sizeof p->id);
            write_bytes(&w, p->net_pk, sizeof p->net_pk);
            write_u32(&w, p->address.ip);
            write_u16(&w, p->address.port);
        }
    }
    bool saved =
        s->genesis.recover == NULL || !s->has_link_key ||
        store_put_secret(s->nodes[0].store, "link_id", s->link_id.b, DIGEST_BYTES) == ERR_OK;
    saved = saved && (w.bad || store_put_secret(s->nodes[0].store, "net", blob, w.size) == ERR_OK);
    if (!saved) {
        log_warn("the table's addresses could not be saved");
    }
    sodium_memzero(blob, sizeof blob);
    sodium_memzero(words, sizeof words);
    return saved;
}

void session_set_links(struct session *s)
{
    mesh_set_table(s->config.mesh, &s->link_id, s->link_key);
}

void session_load_net(struct session *s)
{
    uint8_t blob[NET_BLOB_BYTES];
    size_t size = 0;
    if (store_get_secret(s->nodes[0].store, "link_id", s->link_id.b, DIGEST_BYTES, &size) !=
            ERR_OK ||
        size != DIGEST_BYTES) {
        s->link_id = s->game_id;
    }
    if (store_get_secret(s->nodes[0].store, "net", blob, sizeof blob, &size) != ERR_OK) {
        return;
    }
    struct reader r = reader_of(blob, size);
    bool known = read_u8(&r) == NET_BLOB_VERSION;
    s->has_link_key = read_u8(&r) == 1 && known;
    read_bytes(&r, s->link_key, sizeof s->link_key);
    size_t words_size;
    const uint8_t *words = read_lp(&r, &words_size);
    s->has_words = words != NULL && words_size > 0 &&
                   invite_parse(&s->words, NULL, (const char *)words, words_size) == ERR_OK;
    s->words_failed = read_u32(&r);
    while (known && reader_left(&r) >= 32 + 32 + 6) {
        uint8_t id[ID_BYTES], net_pk[32];
        read_bytes(&r, id, sizeof id);
        read_bytes(&r, net_pk, sizeof net_pk);
        uint32_t ip = read_u32(&r);
        uint16_t port = read_u16(&r);
        struct known_peer *p = session_peer(s, id, true);
        if (p != NULL) {
            memcpy(p->net_pk, net_pk, sizeof net_pk);
            p->address = (struct net_address){.ip = ip, .port = port};
            p->down_ms = clock_now_ms();
        }
    }
    sodium_memzero(blob, sizeof blob);
}
