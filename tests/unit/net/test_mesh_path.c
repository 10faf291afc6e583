/* Somebody on the path between two members: he sees every datagram, and sends it late, twice, out of order and changed; or keeps
 * it and sends it again much later. */
#include "mesh_fixture.h"

enum { QUEUE = 4096, KEPT = 4096, DATAGRAM_MAX = 2048, DELAY_MS = 20 };

struct passing {
    uint64_t at_ms; /* 0: empty */
    bool to_b;
    size_t size;
    uint8_t data[DATAGRAM_MAX];
};

struct path {
    struct stranger socket;
    struct sockaddr_in own, a, b;
    struct prng random;
    bool tampers;
    uint64_t seen, changed;
    struct passing queue[QUEUE];
    struct passing kept[KEPT]; /* the first ones to b */
    size_t kept_count;
};

static struct path PATH;

static void path_open(struct fixture *f)
{
    socklen_t size = sizeof PATH.own;
    memset(&PATH, 0, sizeof PATH);
    prng_seed(&PATH.random, 77);
    stranger_open(&PATH.socket);
    assert_int_equal(getsockname(PATH.socket.fd, (struct sockaddr *)&PATH.own, &size), 0);
    PATH.b = (struct sockaddr_in){.sin_family = AF_INET,
        .sin_port = htons(mesh_member_port(f->nodes[1].mesh)),
        .sin_addr.s_addr = htonl(LOOPBACK)};
    join_table(f, &f->nodes[0]);
    join_table(f, &f->nodes[1]);
    mesh_want_peer(f->nodes[0].mesh, f->nodes[1].config.id_pk, f->nodes[1].config.net_pk,
        (struct net_address){.ip = LOOPBACK, .port = ntohs(PATH.own.sin_port)});
    want(&f->nodes[1], &f->nodes[0], false);
}

static void pass(bool to_b, const uint8_t *data, size_t size)
{
    const struct sockaddr_in *to = to_b ? &PATH.b : &PATH.a;
    sendto(PATH.socket.fd, data, size, 0, (const struct sockaddr *)to, sizeof *to);
}

static void pass_later(const struct fixture *f, bool to_b, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < QUEUE; i++) {
        struct passing *p = &PATH.queue[i];
        if (p->at_ms == 0) {
            p->at_ms = f->now_ms + 1 + prng_below(&PATH.random, DELAY_MS);
            p->to_b = to_b;
            p->size = size;
            memcpy(p->data, data, size);
            return;
        }
    }
}

static void pass_changed(bool to_b, const uint8_t *data, size_t size)
{
    uint8_t copy[DATAGRAM_MAX + 16];
    memcpy(copy, data, size);
    switch (prng_below(&PATH.random, 4)) {
    case 0:
        size = prng_below(&PATH.random, size);
        break;
    case 1:
        prng_fill(&PATH.random, copy + size, 16);
        size += 16;
        break;
    default:
        copy[prng_below(&PATH.random, size)] ^= (uint8_t)(1u << prng_below(&PATH.random, 8));
        break;
    }
    pass(to_b, copy, size);
    PATH.changed++;
}

/* Of each tenth a changed copy goes before it and another after it; some are late, some come twice. */
static void tamper(const struct fixture *f, bool to_b, const uint8_t *data, size_t size)
{
    bool tenth = PATH.seen % 10 == 0;
    if (tenth) {
        pass_changed(to_b, data, size);
    }
    if (prng_chance(&PATH.random, 200)) {
        pass_later(f, to_b, data, size);
    } else {
        pass(to_b, data, size);
    }
    if (prng_chance(&PATH.random, 100)) {
        pass_later(f, to_b, data, size);
    }
    if (tenth) {
        pass_changed(to_b, data, size);
    }
}

static void path_turn(struct fixture *f)
{
    uint8_t data[DATAGRAM_MAX];
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    ssize_t size;
    turn(f);
    while ((size = recvfrom(
                PATH.socket.fd, data, sizeof data, 0, (struct sockaddr *)&from, &from_size)) >= 0) {
        bool to_b = from.sin_port != PATH.b.sin_port;
        PATH.seen++;
        if (to_b) {
            PATH.a = from;
        }
        if (to_b && PATH.kept_count < KEPT) {
            struct passing *k = &PATH.kept[PATH.kept_count++];
            k->size = (size_t)size;
            memcpy(k->data, data, (size_t)size);
        }
        if (PATH.tampers && size > 0) {
            tamper(f, to_b, data, (size_t)size);
        } else {
            pass(to_b, data, (size_t)size);
        }
    }
    for (size_t i = 0; i < QUEUE; i++) {
        struct passing *p = &PATH.queue[i];
        if (p->at_ms != 0 && p->at_ms <= f->now_ms) {
            p->at_ms = 0;
            pass(p->to_b, p->data, p->size);
        }
    }
}

static void path_until(
    struct fixture *f, const struct node *n, enum mesh_event_kind kind, unsigned count)
{
    for (unsigned i = 0; i < TURNS && count_of(n, kind, -1) < count; i++) {
        path_turn(f);
    }
    assert_true(count_of(n, kind, -1) >= count);
}

static void test_changed_copies_end_no_link(void **state)
{
    (void)state;
    enum { MESSAGES = 1500 };
    struct fixture *f = fixture_of(2);
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    path_open(f);
    PATH.tampers = true;
    path_until(f, a, MESH_LINK_UP, 1);
    path_until(f, b, MESH_LINK_UP, 1);
    for (unsigned i = 0; i < MESSAGES; i++) {
        uint8_t text[900];
        memset(text, (int)i, sizeof text);
        memcpy(text, &i, sizeof i);
        size_t size = sizeof i + prng_below(&PATH.random, sizeof text - sizeof i);
        assert_int_equal(mesh_send(a->mesh, b->config.id_pk, i % 4, text, size), ERR_OK);
        assert_int_equal(mesh_send(b->mesh, a->config.id_pk, 5, text, size), ERR_OK);
        path_turn(f);
    }
    path_until(f, a, MESH_MESSAGE, MESSAGES);
    path_until(f, b, MESH_MESSAGE, MESSAGES);
    struct mesh_counters at_a = mesh_counters(a->mesh), at_b = mesh_counters(b->mesh);
    print_message("on the path: %llu datagrams, %llu changed copies; %llu refused\n",
        (unsigned long long)PATH.seen, (unsigned long long)PATH.changed,
        (unsigned long long)(at_a.datagrams_bad_checksum + at_b.datagrams_bad_checksum));
    assert_true(PATH.changed > 200);
    assert_true(at_a.datagrams_bad_checksum > 50 && at_b.datagrams_bad_checksum > 50);
    assert_int_equal(at_a.records_rejected + at_b.records_rejected, 0);
    assert_int_equal(at_a.handshakes_failed + at_b.handshakes_failed, 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(count_of(&f->nodes[i], MESH_LINK_DOWN, -1), 0);
        assert_int_equal(count_of(&f->nodes[i], MESH_MESSAGE, -1), MESSAGES);
    }
    close(PATH.socket.fd);
    fixture_free(f);
}

/* ENet counts reliable packets with 16 bits: what was kept for 65,536 packets would be taken for new. The link begins anew long
 * before that, and with it the key of its datagrams' checksums. */
static void test_old_datagrams_are_worth_nothing_when_numbers_begin_again(void **state)
{
    (void)state;
    enum { PACKETS = 65536, A_TURN = 128 };
    struct fixture *f = fixture_of(2);
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    a->deaf = b->deaf = true;
    path_open(f);
    path_until(f, a, MESH_LINK_UP, 1);
    path_until(f, b, MESH_LINK_UP, 1);
    unsigned sent = 0;
    for (unsigned i = 0; i < TURNS && sent < PACKETS; i++) {
        for (unsigned k = 0; k < A_TURN && sent < PACKETS; k++) {
            if (mesh_send(a->mesh, b->config.id_pk, 1, "x", 1) != ERR_OK) {
                break;
            }
            sent++;
        }
        path_turn(f);
    }
    assert_int_equal(sent, PACKETS);
    for (unsigned i = 0; i < 1000; i++) {
        path_turn(f);
    }
    unsigned before = count_of(b, MESH_LINK_DOWN, -1);
    assert_true(before >= 1 && before <= 3);
    assert_int_equal(count_of(b, MESH_LINK_DOWN, MESH_REASON_REPLACED), before);
    assert_int_equal(count_of(b, MESH_LINK_UP, -1), before + 1);
    /* everything that was kept, again, while there is a little traffic */
    for (size_t i = 0; i < PATH.kept_count; i++) {
        pass(true, PATH.kept[i].data, PATH.kept[i].size);
        if (i % 16 == 0) {
            (void)mesh_send(a->mesh, b->config.id_pk, 1, "x", 1);
            path_turn(f);
        }
    }
    for (unsigned i = 0; i < 3000; i++) {
        path_turn(f);
    }
    for (unsigned i = 0; i < 2; i++) {
        const struct node *n = &f->nodes[i];
        unsigned down = count_of(n, MESH_LINK_DOWN, -1);
        assert_in_range(down, before, before + 1);
        assert_int_equal(count_of(n, MESH_LINK_DOWN, MESH_REASON_REPLACED), down);
    }
    assert_int_equal(count_of(a, MESH_LINK_DOWN, MESH_REASON_PROTOCOL), 0);
    assert_int_equal(mesh_counters(b->mesh).records_rejected, 0);
    assert_int_equal(mesh_send(a->mesh, b->config.id_pk, 1, "x", 1), ERR_OK);
    close(PATH.socket.fd);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changed_copies_end_no_link),
        cmocka_unit_test(test_old_datagrams_are_worth_nothing_when_numbers_begin_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
