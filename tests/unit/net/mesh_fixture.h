/* Real meshes over 127.0.0.1 in one process. Time is ours: a turn of the loop is one millisecond,
 * however long it takes. */
#ifndef TESTS_UNIT_NET_MESH_FIXTURE_H
#define TESTS_UNIT_NET_MESH_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/prng.h"
#include "net/hello.h"
#include "net/mesh.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { NODES_MAX = 8, LOG_MAX = 4096, TURNS = 20000, LOOPBACK = 0x7f000001, VERSION = 1 };

struct seen {
    uint8_t kind, role, reason, channel;
    uint16_t version;
    uint32_t count;
    uint8_t peer[32];
    size_t size;
    struct digest data; /* hash of it */
};

struct node {
    struct mesh *mesh;
    struct mesh_config config;
    struct seen log[LOG_MAX];
    size_t logged;
    bool echo; /* sends every message back */
    bool deaf; /* messages are taken and not noted */
};

struct fixture {
    struct node nodes[NODES_MAX];
    uint64_t now_ms;
    struct digest game_id;
    uint8_t link_key[32];
};

static inline void make_config(struct mesh_config *c, unsigned number)
{
    uint8_t seed[32] = {0, 0, (uint8_t)(number + 1)};
    memset(c, 0, sizeof *c);
    crypto_sign_seed_keypair(c->id_pk, c->id_sk, seed);
    seed[1] = 1;
    memcpy(c->net_sk, seed, 32);
    crypto_scalarmult_base(c->net_pk, c->net_sk);
    seed[1] = 2;
    memcpy(c->seed, seed, 32);
    c->version = VERSION;
    c->bind_ip = LOOPBACK;
}

static inline struct fixture *fixture_of(unsigned nodes)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    assert_true(sodium_init() >= 0);
    f->now_ms = 1000000;
    f->game_id = hash_tagged("test", "game", 4);
    memset(f->link_key, 7, sizeof f->link_key);
    for (unsigned i = 0; i < nodes; i++) {
        make_config(&f->nodes[i].config, i);
        assert_int_equal(mesh_create(&f->nodes[i].mesh, &f->nodes[i].config), ERR_OK);
    }
    return f;
}

static inline void fixture_free(struct fixture *f)
{
    for (unsigned i = 0; i < NODES_MAX; i++) {
        mesh_destroy(f->nodes[i].mesh);
    }
    free(f);
}

static inline void take_events(struct node *n)
{
    struct mesh_event e;
    while (mesh_next_event(n->mesh, &e)) {
        if (n->deaf && e.kind == MESH_MESSAGE) {
            continue;
        }
        assert_true(n->logged < LOG_MAX);
        struct seen *s = &n->log[n->logged++];
        *s = (struct seen){.kind = e.kind,
            .role = e.role,
            .reason = e.reason,
            .channel = e.channel,
            .version = e.version,
            .count = e.count,
            .size = e.size};
        memcpy(s->peer, e.peer, sizeof s->peer);
        s->data = hash_tagged("test", e.data, e.size);
        if (n->echo && e.kind == MESH_MESSAGE) {
            assert_int_equal(mesh_send(n->mesh, e.peer, e.channel, e.data, e.size), ERR_OK);
            mesh_flush(n->mesh);
            return; /* the data is gone now */
        }
    }
}

/* One millisecond of everybody. */
static inline void turn(struct fixture *f)
{
    struct pollfd fds[NODES_MAX * 5];
    nfds_t count = 0;
    f->now_ms++;
    for (unsigned i = 0; i < NODES_MAX; i++) {
        int own[5];
        size_t n = f->nodes[i].mesh != NULL ? mesh_descriptors(f->nodes[i].mesh, own, 5) : 0;
        for (size_t k = 0; k < n; k++) {
            fds[count++] = (struct pollfd){.fd = own[k], .events = POLLIN};
        }
    }
    poll(fds, count, 0);
    for (unsigned i = 0; i < NODES_MAX; i++) {
        if (f->nodes[i].mesh != NULL) {
            mesh_service(f->nodes[i].mesh, f->now_ms);
            take_events(&f->nodes[i]);
        }
    }
}

static inline void run_ms(struct fixture *f, unsigned ms)
{
    for (unsigned i = 0; i < ms; i++) {
        turn(f);
    }
}

static inline unsigned count_of(const struct node *n, enum mesh_event_kind kind, int reason)
{
    unsigned count = 0;
    for (size_t i = 0; i < n->logged; i++) {
        count += n->log[i].kind == kind && (reason < 0 || n->log[i].reason == reason);
    }
    return count;
}

static inline const struct seen *find(const struct node *n, enum mesh_event_kind kind)
{
    for (size_t i = 0; i < n->logged; i++) {
        if (n->log[i].kind == kind) {
            return &n->log[i];
        }
    }
    return NULL;
}

/* Turns until there are `count` such events; returns how many milliseconds it took. */
static inline unsigned until(
    struct fixture *f, const struct node *n, enum mesh_event_kind kind, unsigned count)
{
    for (unsigned i = 0; i < TURNS; i++) {
        if (count_of(n, kind, -1) >= count) {
            return i;
        }
        turn(f);
    }
    fail_msg("event %d never came", kind);
    return 0;
}

static inline struct net_address member_address(const struct node *n)
{
    return (struct net_address){.ip = LOOPBACK, .port = mesh_member_port(n->mesh)};
}

static inline struct net_address lobby_address(const struct node *n)
{
    return (struct net_address){.ip = LOOPBACK, .port = mesh_lobby_port(n->mesh)};
}

static inline void want(struct node *who, const struct node *whom, bool with_address)
{
    struct net_address a = {0, 0};
    mesh_want_peer(who->mesh, whom->config.id_pk, whom->config.net_pk,
        with_address ? member_address(whom) : a);
}

static inline void join_table(struct fixture *f, struct node *n)
{
    mesh_set_table(n->mesh, &f->game_id, f->link_key);
}

static const struct mesh_table_info DOOR_INFO = {
    .first_word = "otter", .name = "Friday", .host = "Ann", .seats = 8, .seated = 1};

static inline void open_door(struct fixture *f, struct node *n)
{
    assert_int_equal(mesh_lobby_open(n->mesh, &f->game_id, "canyon-velvet", &DOOR_INFO, 0), ERR_OK);
}

static inline void connect_pair(struct fixture *f, struct node *a, struct node *b)
{
    join_table(f, a);
    join_table(f, b);
    want(a, b, true);
    want(b, a, true);
    until(f, a, MESH_LINK_UP, 1);
    until(f, b, MESH_LINK_UP, 1);
}

/* A socket that belongs to no mesh, and what went through it. */
struct stranger {
    int fd;
    size_t sent, received, sent_datagrams, received_datagrams;
};

static inline void stranger_open_at(struct stranger *s, uint32_t ip)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(ip)};
    memset(s, 0, sizeof *s);
    s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_true(s->fd >= 0);
    assert_int_equal(bind(s->fd, (struct sockaddr *)&a, sizeof a), 0);
}

static inline void stranger_open(struct stranger *s)
{
    stranger_open_at(s, LOOPBACK);
}

static inline void stranger_send(struct stranger *s, uint16_t port, const void *data, size_t size)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(LOOPBACK)};
    ssize_t sent = sendto(s->fd, data, size, 0, (struct sockaddr *)&a, sizeof a);
    if (sent > 0) {
        s->sent += (size_t)sent;
        s->sent_datagrams++;
    }
}

static inline void stranger_drain(struct stranger *s)
{
    uint8_t data[4096];
    ssize_t size;
    while ((size = recv(s->fd, data, sizeof data, 0)) >= 0) {
        s->received += (size_t)size;
        s->received_datagrams++;
    }
}

#endif
