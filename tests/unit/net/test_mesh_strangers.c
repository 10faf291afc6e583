/* Hostile datagrams at a live table. */
#include "mesh_fixture.h"

/* ENet's CONNECT as a bare ENet 1.3.17 without or with a checksum field sends it. */
static size_t plain_connect(uint8_t *out, bool with_checksum, uint32_t id)
{
    struct writer w = writer_of(out, 64);
    write_u16(&w, 0x8fff);
    write_u16(&w, (uint16_t)id);
    if (with_checksum) {
        write_u32(&w, id * 2654435761u);
    }
    write_u8(&w, 0x82);
    write_u8(&w, 0xff);
    write_u16(&w, 1);
    write_u16(&w, 0);
    write_u16(&w, 0xffff);
    write_u32(&w, 1400);
    write_u32(&w, 65536);
    write_u32(&w, 6);
    write_u32(&w, 0);
    write_u32(&w, 0);
    write_u32(&w, 5000);
    write_u32(&w, 2);
    write_u32(&w, 2);
    write_u32(&w, id);
    write_u32(&w, 0);
    assert_false(w.bad);
    return w.size;
}

static void test_strangers_change_nothing(void **state)
{
    (void)state;
    enum { ROUNDS = 100000 };
    struct fixture *f = fixture_of(3);
    struct node *host = &f->nodes[0], *member = &f->nodes[1], *guest = &f->nodes[2];
    struct stranger s;
    struct prng p;
    prng_seed(&p, 20240611);
    connect_pair(f, host, member);
    open_door(f, host);
    assert_int_equal(mesh_join(guest->mesh, lobby_address(host), "canyon-velvet"), ERR_OK);
    until(f, host, MESH_LINK_UP, 2);
    until(f, guest, MESH_LINK_UP, 1);
    stranger_open(&s);
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint8_t data[5000];
        size_t size = prng_below(&p, 100);
        uint16_t port = i & 1 ? mesh_lobby_port(host->mesh) : mesh_member_port(host->mesh);
        prng_fill(&p, data, sizeof data);
        switch (i / 2 % 8) {
        case 0:
            break;
        case 1:
            size = plain_connect(data, false, i);
            break;
        case 2:
            size = plain_connect(data, true, i);
            break;
        case 3: /* a truncated one */
            size = prng_below(&p, plain_connect(data, true, i));
            break;
        case 4: /* HELLO, valid at the lobby */
        {
            uint8_t none[16] = {0};
            hello_write(data, &(struct hello){.type = HELLO_ASK, .version = 1, .nonce = i}, none);
            size = HELLO_BYTES;
            break;
        }
        case 5: /* to a peer that exists */
            data[0] = 0x80 | (data[0] & 0x30);
            data[1] = (uint8_t)prng_below(&p, 4);
            break;
        case 6: /* compressed, or nearly HELLO */
            data[0] = prng_chance(&p, 500) ? 'C' : 0x40;
            data[1] = 'R';
            size = HELLO_BYTES;
            break;
        default: /* larger than anything of ours */
            size = prng_chance(&p, 100) ? sizeof data : 1500;
            break;
        }
        stranger_send(&s, port, data, size);
        if (i % 64 == 0) {
            turn(f);
            stranger_drain(&s);
            assert_true(s.received <= s.sent);
        }
    }
    run_ms(f, 20);
    stranger_drain(&s);
    print_message("strangers: %zu datagrams, %zu bytes in; %zu datagrams, %zu bytes out\n",
        s.sent_datagrams, s.sent, s.received_datagrams, s.received);
    assert_true(s.received_datagrams > 0);
    assert_true(s.received <= s.sent / 4);
    struct mesh_counters c = mesh_counters(host->mesh);
    assert_true(c.datagrams_bad_checksum > 1000 && c.datagrams_bad_cookie > 1000);
    assert_true(c.datagrams_rate_limited > 0);
    assert_int_equal(c.handshakes_failed, 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(count_of(&f->nodes[i], MESH_LINK_DOWN, -1), 0);
    }
    /* the links live, and the door still opens: no slot is held */
    assert_int_equal(mesh_send(host->mesh, member->config.id_pk, 1, "x", 1), ERR_OK);
    assert_int_equal(mesh_send(host->mesh, guest->config.id_pk, 1, "x", 1), ERR_OK);
    until(f, member, MESH_MESSAGE, 1);
    until(f, guest, MESH_MESSAGE, 1);
    run_ms(f, 3000);
    assert_int_equal(mesh_join(member->mesh, lobby_address(host), "canyon-velvet"), ERR_OK);
    until(f, member, MESH_LINK_UP, 2);
    close(s.fd);
    fixture_free(f);
}

/* The ten half-open connections of somebody who does have a cookie and then says nothing. */
static void test_half_open_slots_are_freed_and_answered_once(void **state)
{
    (void)state;
    static const uint8_t none[HELLO_KEY_BYTES];
    struct fixture *f = fixture_of(2);
    struct node *host = &f->nodes[0], *guest = &f->nodes[1];
    struct stranger s[2];
    uint8_t cookies[2][HELLO_COOKIE_BYTES];
    uint8_t data[256];
    struct hello hello = {.type = HELLO_ASK, .version = VERSION, .nonce = 3};
    open_door(f, host);
    uint16_t port = mesh_lobby_port(host->mesh);
    for (unsigned i = 0; i < 2; i++) {
        stranger_open_at(&s[i], LOOPBACK + 1 + i);
        hello_write(data, &hello, none);
        stranger_send(&s[i], port, data, HELLO_BYTES);
        turn(f);
        assert_int_equal(recv(s[i].fd, data, sizeof data, 0), HELLO_BYTES);
        struct hello answer;
        assert_true(hello_read(&answer, data, HELLO_BYTES, none));
        assert_int_equal(answer.state, HELLO_OPEN);
        memcpy(cookies[i], answer.body, HELLO_COOKIE_BYTES);
        s[i].sent = 0;
    }
    /* three, the same ids from the other address, and more than one address may hold, twice */
    static const struct {
        unsigned who;
        uint32_t first, last;
        size_t answers;
    } rows[] = {{0, 1, 3, 3}, {1, 1, 3, 0}, {0, 4, 12, NET_LOBBY_STRANGERS_MAX},
        {1, 21, 32, NET_LOBBY_STRANGERS_MAX}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        struct stranger *who = &s[rows[r].who];
        for (uint32_t id = rows[r].first; id <= rows[r].last; id++) {
            size_t size = plain_connect(data, true, id);
            memcpy(data + 52, cookies[rows[r].who], 4);
            memset(data + 4, 0, 4);
            uint32_t sum = htonl(hello_checksum(cookies[rows[r].who], data, size));
            memcpy(data + 4, &sum, 4);
            stranger_send(who, port, data, size);
        }
        turn(f);
        stranger_drain(who);
        assert_int_equal(who->received_datagrams, rows[r].answers);
    }
    /* full now, and there is room for who means it without another word to anybody */
    run_ms(f, 110);
    assert_int_equal(mesh_join(guest->mesh, lobby_address(host), "canyon-velvet"), ERR_OK);
    assert_true(until(f, guest, MESH_LINK_UP, 1) < 100);
    run_ms(f, 3000);
    for (unsigned i = 0; i < 2; i++) {
        stranger_drain(&s[i]);
        assert_true(s[i].received <= s[i].sent);
        close(s[i].fd);
    }
    assert_int_equal(
        s[0].received_datagrams + s[1].received_datagrams, 2 * NET_LOBBY_STRANGERS_MAX);
    fixture_free(f);
}

/* A man in the middle of a's dial to b: records what passes, then says it again from elsewhere. */
struct relay {
    int fd;
    struct sockaddr_in a, b;
    uint8_t recorded[256][2048];
    size_t sizes[256];
    unsigned from_a[256];
    unsigned count;
};

static void relay_pass(struct relay *r)
{
    uint8_t data[2048];
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    ssize_t size;
    while (
        (size = recvfrom(r->fd, data, sizeof data, 0, (struct sockaddr *)&from, &from_size)) >= 0) {
        bool from_b = from.sin_port == r->b.sin_port;
        if (!from_b) {
            r->a = from;
        }
        if (r->count < 256) {
            memcpy(r->recorded[r->count], data, (size_t)size);
            r->sizes[r->count] = (size_t)size;
            r->from_a[r->count++] = !from_b;
        }
        const struct sockaddr_in *to = from_b ? &r->a : &r->b;
        sendto(r->fd, data, (size_t)size, 0, (const struct sockaddr *)to, sizeof *to);
    }
}

static void test_replayed_datagrams_open_nothing(void **state)
{
    (void)state;
    static struct relay r;
    struct fixture *f = fixture_of(3);
    struct node *a = &f->nodes[0], *b = &f->nodes[1], *c = &f->nodes[2];
    struct stranger s;
    stranger_open(&s);
    struct sockaddr_in own;
    socklen_t own_size = sizeof own;
    r = (struct relay){.fd = s.fd,
        .b = {.sin_family = AF_INET,
            .sin_port = htons(mesh_member_port(b->mesh)),
            .sin_addr.s_addr = htonl(LOOPBACK)}};
    assert_int_equal(getsockname(s.fd, (struct sockaddr *)&own, &own_size), 0);
    join_table(f, a);
    join_table(f, b);
    join_table(f, c);
    mesh_want_peer(a->mesh, b->config.id_pk, b->config.net_pk,
        (struct net_address){.ip = LOOPBACK, .port = ntohs(own.sin_port)});
    want(b, a, false);
    want(c, a, false);
    for (unsigned i = 0; i < 600; i++) {
        relay_pass(&r);
        turn(f);
    }
    assert_int_equal(count_of(a, MESH_LINK_UP, -1), 1);
    assert_int_equal(count_of(b, MESH_LINK_UP, -1), 1);
    assert_true(r.count > 5);
    /* everything again: to b from the relay and from elsewhere, and to c */
    struct stranger other;
    stranger_open(&other);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < r.count; i++) {
            stranger_send(&other, mesh_member_port(b->mesh), r.recorded[i], r.sizes[i]);
            stranger_send(&other, mesh_member_port(c->mesh), r.recorded[i], r.sizes[i]);
            sendto(r.fd, r.recorded[i], r.sizes[i], 0, (struct sockaddr *)&r.b, sizeof r.b);
        }
        for (unsigned i = 0; i < 100; i++) {
            relay_pass(&r);
            turn(f);
            stranger_drain(&other);
        }
    }
    assert_true(other.received <= other.sent);
    print_message("replays: %zu bytes in, %zu out\n", other.sent, other.received);
    assert_int_equal(count_of(b, MESH_LINK_DOWN, -1), 0);
    assert_int_equal(count_of(b, MESH_LINK_UP, -1), 1);
    assert_int_equal(count_of(c, MESH_LINK_UP, -1), 0);
    assert_int_equal(mesh_counters(b->mesh).handshakes_failed, 0);
    assert_int_equal(mesh_counters(c->mesh).handshakes_failed, 0);
    assert_int_equal(mesh_send(a->mesh, b->config.id_pk, 1, "x", 1), ERR_OK);
    for (unsigned i = 0; i < 100; i++) {
        relay_pass(&r);
        turn(f);
    }
    assert_int_equal(count_of(b, MESH_MESSAGE, -1), 1);
    close(s.fd);
    close(other.fd);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strangers_change_nothing),
        cmocka_unit_test(test_half_open_slots_are_freed_and_answered_once),
        cmocka_unit_test(test_replayed_datagrams_open_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
