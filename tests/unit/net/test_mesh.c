/* The member mesh: links, messages, silence, redialling. */
#include "mesh_fixture.h"

static void fill(uint8_t *data, size_t size, unsigned seed)
{
    struct prng p;
    prng_seed(&p, seed);
    prng_fill(&p, data, size);
}

static void test_mesh_delivers_in_order_when_four_are_linked(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 64, 1000, 1400, 5000, 60000};
    enum { SIZES = sizeof sizes / sizeof sizes[0] };
    static uint8_t data[NET_MESSAGE_BYTES_MAX];
    struct fixture *f = fixture_of(4);
    for (unsigned i = 0; i < 4; i++) {
        join_table(f, &f->nodes[i]);
        for (unsigned k = 0; k < 4; k++) {
            if (k != i) {
                /* everybody knows the addresses of the later ones alone */
                want(&f->nodes[i], &f->nodes[k], k > i);
            }
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        until(f, &f->nodes[i], MESH_LINK_UP, 3);
    }
    for (unsigned s = 0; s < SIZES; s++) {
        for (unsigned c = 0; c < NET_CHANNELS; c++) {
            fill(data, sizes[s], s * NET_CHANNELS + c);
            for (unsigned i = 0; i < 4; i++) {
                for (unsigned k = 0; k < 4; k++) {
                    enum err e = ERR_FULL;
                    for (unsigned tries = 0; k != i && e == ERR_FULL && tries < TURNS; tries++) {
                        e = mesh_send(
                            f->nodes[i].mesh, f->nodes[k].config.id_pk, c, data, sizes[s]);
                        if (e == ERR_FULL) {
                            turn(f);
                        }
                    }
                    assert_true(k == i || e == ERR_OK);
                }
            }
            turn(f);
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        unsigned next[NODES_MAX][NET_CHANNELS] = {0};
        until(f, &f->nodes[i], MESH_MESSAGE, 3 * SIZES * NET_CHANNELS);
        for (size_t n = 0; n < f->nodes[i].logged; n++) {
            const struct seen *s = &f->nodes[i].log[n];
            unsigned from = 0;
            if (s->kind != MESH_MESSAGE) {
                continue;
            }
            while (memcmp(f->nodes[from].config.id_pk, s->peer, 32) != 0) {
                from++;
            }
            unsigned number = next[from][s->channel]++;
            fill(data, sizes[number], number * NET_CHANNELS + s->channel);
            struct digest wanted = hash_tagged("test", data, sizes[number]);
            assert_int_equal(s->size, sizes[number]);
            assert_true(digest_equal(&s->data, &wanted));
        }
        assert_int_equal(count_of(&f->nodes[i], MESH_LINK_DOWN, -1), 0);
        assert_int_equal(count_of(&f->nodes[i], MESH_LINK_UP, -1), 3);
    }
    fixture_free(f);
}

static void test_mesh_refuses_what_it_cannot_send(void **state)
{
    (void)state;
    static uint8_t data[NET_MESSAGE_BYTES_MAX + 1];
    struct fixture *f = fixture_of(2);
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    assert_int_equal(mesh_send(a->mesh, b->config.id_pk, 0, "x", 1), ERR_CLOSED);
    connect_pair(f, a, b);
    assert_int_equal(mesh_send(a->mesh, b->config.id_pk, NET_CHANNELS, "x", 1), ERR_RANGE);
    assert_int_equal(mesh_send(a->mesh, b->config.id_pk, 0, "x", 0), ERR_RANGE);
    assert_int_equal(
        mesh_send(a->mesh, b->config.id_pk, 0, data, NET_MESSAGE_BYTES_MAX + 1), ERR_RANGE);
    /* until the window is full; then everything that was taken arrives */
    unsigned sent = 0;
    while (mesh_send(a->mesh, b->config.id_pk, 2, data, NET_MESSAGE_BYTES_MAX) == ERR_OK) {
        sent++;
        assert_true(sent < 100);
    }
    assert_true(sent >= 10);
    assert_int_equal(mesh_send(a->mesh, b->config.id_pk, 2, data, 60000), ERR_FULL);
    until(f, b, MESH_MESSAGE, sent);
    assert_int_equal(mesh_send(a->mesh, b->config.id_pk, 2, data, 60000), ERR_OK);
    until(f, b, MESH_MESSAGE, sent + 1);
    assert_int_equal(count_of(b, MESH_LINK_DOWN, -1), 0);
    fixture_free(f);
}

static void test_mesh_does_not_link_when_keys_differ(void **state)
{
    (void)state;
    for (unsigned what = 0; what < 4; what++) {
        struct fixture *f = fixture_of(2);
        struct node *a = &f->nodes[0], *b = &f->nodes[1];
        struct digest other_game = hash_tagged("test", "other", 5);
        uint8_t other_key[32] = {1};
        join_table(f, a);
        mesh_set_table(
            b->mesh, what == 0 ? &other_game : &f->game_id, what == 1 ? other_key : f->link_key);
        want(a, b, true);
        if (what == 2) {
            /* not who we think */
            mesh_want_peer(b->mesh, a->config.id_pk, b->config.net_pk, member_address(a));
        } else if (what != 3) {
            want(b, a, true);
        }
        run_ms(f, 3000);
        assert_int_equal(count_of(a, MESH_LINK_UP, -1) + count_of(b, MESH_LINK_UP, -1), 0);
        if (what == 1) {
            struct mesh_counters c = mesh_counters(a->mesh);
            assert_true(c.datagrams_bad_checksum > 0);
            assert_int_equal(c.handshakes_failed, 0);
        } else {
            assert_true(mesh_counters(b->mesh).handshakes_failed > 0);
        }
        fixture_free(f);
    }
}

static void test_mesh_links_again_when_a_peer_restarts_on_its_port(void **state)
{
    (void)state;
    for (unsigned who = 0; who < 2; who++) {
        for (unsigned killed = 0; killed < 2; killed++) {
            struct fixture *f = fixture_of(2);
            struct node *a = &f->nodes[who], *b = &f->nodes[1 - who];
            connect_pair(f, a, b);
            b->config.member_port = mesh_member_port(b->mesh);
            b->config.seed[5] = 99;
            if (killed) {
                /* it says nothing when it goes: its last datagrams are lost */
                int fds[5];
                int elsewhere = socket(AF_INET, SOCK_DGRAM, 0);
                mesh_descriptors(b->mesh, fds, 5);
                assert_true(dup2(elsewhere, fds[0]) >= 0);
                close(elsewhere);
            }
            mesh_destroy(b->mesh);
            assert_int_equal(mesh_create(&b->mesh, &b->config), ERR_OK);
            assert_int_equal(mesh_member_port(b->mesh), b->config.member_port);
            b->logged = 0;
            join_table(f, b);
            want(b, a, true);
            assert_true(until(f, a, MESH_LINK_UP, 2) < 600);
            until(f, b, MESH_LINK_UP, 1);
            run_ms(f, 1000);
            assert_int_equal(
                find(a, MESH_LINK_DOWN)->reason, killed ? MESH_REASON_REPLACED : MESH_REASON_LEFT);
            assert_int_equal(count_of(a, MESH_LINK_UP, -1), count_of(a, MESH_LINK_DOWN, -1) + 1);
            assert_int_equal(mesh_send(a->mesh, b->config.id_pk, 1, "x", 1), ERR_OK);
            until(f, b, MESH_MESSAGE, 1);
            fixture_free(f);
        }
    }
}

static void test_mesh_reports_silence_and_redials(void **state)
{
    (void)state;
    for (unsigned who = 0; who < 2; who++) {
        struct fixture *f = fixture_of(2);
        struct node *a = &f->nodes[who], *b = &f->nodes[1 - who];
        connect_pair(f, a, b);
        run_ms(f, 500);
        /* b is not served any more, its socket stays: a cut that only a notices */
        struct mesh *cut = b->mesh;
        b->mesh = NULL;
        unsigned ms = until(f, a, MESH_LINK_DOWN, 1);
        print_message("silence noticed after %u ms\n", ms);
        assert_true(ms <= 5500);
        assert_int_equal(find(a, MESH_LINK_DOWN)->reason, MESH_REASON_TIMEOUT);
        run_ms(f, 2000);
        b->mesh = cut;
        ms = until(f, a, MESH_LINK_UP, 2);
        print_message("healed after %u ms\n", ms);
        assert_true(ms < 1000);
        until(f, b, MESH_LINK_UP, 2);
        run_ms(f, 3000);
        assert_int_equal(count_of(a, MESH_LINK_DOWN, -1), 1);
        assert_int_equal(mesh_send(b->mesh, a->config.id_pk, 0, "x", 1), ERR_OK);
        until(f, a, MESH_MESSAGE, 1);
        fixture_free(f);
    }
}

static void test_mesh_keeps_one_link_when_both_dial_at_once(void **state)
{
    (void)state;
    unsigned replaced = 0;
    for (unsigned offset_ms = 0; offset_ms < 20; offset_ms++) {
        struct fixture *f = fixture_of(2);
        bool first_smaller = memcmp(f->nodes[0].config.id_pk, f->nodes[1].config.id_pk, 32) < 0;
        struct node *small = &f->nodes[first_smaller ? 0 : 1];
        struct node *large = &f->nodes[first_smaller ? 1 : 0];
        join_table(f, small);
        join_table(f, large);
        /* the larger one waits for 250 ms out of courtesy: the smaller dials then */
        want(large, small, true);
        run_ms(f, 240 + offset_ms);
        want(small, large, true);
        run_ms(f, 1500);
        for (unsigned i = 0; i < 2; i++) {
            struct node *n = &f->nodes[i];
            unsigned up = count_of(n, MESH_LINK_UP, -1);
            unsigned down = count_of(n, MESH_LINK_DOWN, -1);
            assert_int_equal(up, down + 1);
            assert_int_equal(down, count_of(n, MESH_LINK_DOWN, MESH_REASON_REPLACED));
            /* who dialled first was the smaller one: the other link never replaces it */
            assert_true(down <= (240 + offset_ms < 250 ? 0 : 1));
            replaced += down;
        }
        assert_int_equal(mesh_send(small->mesh, large->config.id_pk, 1, "x", 1), ERR_OK);
        assert_int_equal(mesh_send(large->mesh, small->config.id_pk, 1, "y", 1), ERR_OK);
        until(f, small, MESH_MESSAGE, 1);
        until(f, large, MESH_MESSAGE, 1);
        fixture_free(f);
    }
    print_message("%u links replaced by a simultaneous one\n", replaced);
    assert_true(replaced > 0);
}

static void test_mesh_drops_links_when_peer_or_table_is_dropped(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(3);
    struct node *a = &f->nodes[0];
    for (unsigned i = 1; i < 3; i++) {
        join_table(f, a);
        join_table(f, &f->nodes[i]);
        want(a, &f->nodes[i], true);
        want(&f->nodes[i], a, false);
        until(f, &f->nodes[i], MESH_LINK_UP, 1);
    }
    until(f, a, MESH_LINK_UP, 2);
    struct net_address seen;
    assert_true(mesh_peer_address(a->mesh, f->nodes[1].config.id_pk, &seen));
    assert_int_equal(seen.port, mesh_member_port(f->nodes[1].mesh));
    mesh_drop_peer(a->mesh, f->nodes[1].config.id_pk);
    until(f, &f->nodes[1], MESH_LINK_DOWN, 1);
    mesh_set_table(a->mesh, NULL, NULL);
    until(f, &f->nodes[2], MESH_LINK_DOWN, 1);
    run_ms(f, 2000);
    assert_int_equal(count_of(a, MESH_LINK_UP, -1), 2);
    assert_int_equal(count_of(&f->nodes[2], MESH_LINK_UP, -1), 1);
    fixture_free(f);
}

/* Decision 12, counted at the place of somebody who is not there. */
static void test_mesh_redials_fast_for_a_minute_and_then_slowly(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(1);
    struct stranger s;
    struct sockaddr_in own;
    socklen_t own_size = sizeof own;
    struct mesh_config absent;
    size_t before = 0;
    stranger_open(&s);
    assert_int_equal(getsockname(s.fd, (struct sockaddr *)&own, &own_size), 0);
    make_config(&absent, 5);
    join_table(f, &f->nodes[0]);
    mesh_want_peer(f->nodes[0].mesh, absent.id_pk, absent.net_pk,
        (struct net_address){.ip = LOOPBACK, .port = ntohs(own.sin_port)});
    for (unsigned minute = 0; minute < 3; minute++) {
        for (unsigned i = 0; i < 60000; i += 5) {
            f->now_ms += 4;
            turn(f);
            stranger_drain(&s);
        }
        size_t hellos = s.received_datagrams - before;
        before = s.received_datagrams;
        print_message("minute %u: dialled %zu times\n", minute, hellos);
        if (minute == 1) { /* asked to: at once, and as often as at first */
            assert_true(mesh_redial_at_ms(f->nodes[0].mesh) > f->now_ms);
            mesh_redial(f->nodes[0].mesh);
            assert_true(mesh_redial_at_ms(f->nodes[0].mesh) <= f->now_ms);
        }
        if (minute == 0 || minute == 2) {
            assert_in_range(hellos, 110, 150);
        } else {
            assert_in_range(hellos, 11, 13);
        }
    }
    close(s.fd);
    fixture_free(f);
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void test_mesh_measures_round_trips(void **state)
{
    (void)state;
    enum { TRIPS = 500 };
    static uint64_t took_us[TRIPS];
    struct fixture *f = fixture_of(2);
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    connect_pair(f, a, b);
    b->echo = true;
    for (unsigned i = 0; i < TRIPS; i++) {
        uint64_t begun_us = clock_us();
        assert_int_equal(mesh_send(a->mesh, b->config.id_pk, 1, &begun_us, sizeof begun_us), 0);
        mesh_flush(a->mesh);
        until(f, a, MESH_MESSAGE, i + 1);
        took_us[i] = clock_us() - begun_us;
    }
    qsort(took_us, TRIPS, sizeof took_us[0], compare_u64);
    print_message("round trip p50 %llu us, p99 %llu us; link says %u us\n",
        (unsigned long long)took_us[TRIPS / 2], (unsigned long long)took_us[TRIPS * 99 / 100],
        mesh_peer_rtt_us(a->mesh, b->config.id_pk));
    assert_true(mesh_peer_rtt_us(a->mesh, b->config.id_pk) > 0);
    assert_true(mesh_deadline_ms(a->mesh) <= f->now_ms + 1000);
    fixture_free(f);
}

static uint64_t datagrams_of(const struct node *n)
{
    return mesh_counters(n->mesh).packets_sent;
}

/* Question and answer take two datagrams: what is acknowledged rides along. Who has nothing to say acknowledges all the same,
 * before anything is sent again. */
static void test_mesh_acknowledges_with_what_it_says_next(void **state)
{
    (void)state;
    enum { TRIPS = 200, PINGS = 8 };
    struct fixture *f = fixture_of(2);
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    connect_pair(f, a, b);
    b->echo = true;
    run_ms(f, 20);
    uint64_t before = datagrams_of(a) + datagrams_of(b);
    for (unsigned i = 0; i < TRIPS; i++) {
        assert_int_equal(mesh_send(a->mesh, b->config.id_pk, 1, &i, sizeof i), ERR_OK);
        mesh_flush(a->mesh);
        until(f, a, MESH_MESSAGE, i + 1);
    }
    assert_true(datagrams_of(a) + datagrams_of(b) - before <= 2 * TRIPS + PINGS);
    b->echo = false;
    run_ms(f, 20);
    before = datagrams_of(b);
    uint64_t sent = datagrams_of(a);
    assert_int_equal(mesh_send(a->mesh, b->config.id_pk, 1, "?", 1), ERR_OK);
    mesh_flush(a->mesh);
    until(f, b, MESH_MESSAGE, TRIPS + 1);
    assert_int_equal(datagrams_of(b), before); /* not at once */
    assert_true(mesh_deadline_ms(b->mesh) <= f->now_ms + 10);
    run_ms(f, 20);
    assert_int_equal(datagrams_of(b), before + 1);
    assert_int_equal(datagrams_of(a), sent + 1);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mesh_delivers_in_order_when_four_are_linked),
        cmocka_unit_test(test_mesh_refuses_what_it_cannot_send),
        cmocka_unit_test(test_mesh_does_not_link_when_keys_differ),
        cmocka_unit_test(test_mesh_links_again_when_a_peer_restarts_on_its_port),
        cmocka_unit_test(test_mesh_reports_silence_and_redials),
        cmocka_unit_test(test_mesh_keeps_one_link_when_both_dial_at_once),
        cmocka_unit_test(test_mesh_drops_links_when_peer_or_table_is_dropped),
        cmocka_unit_test(test_mesh_redials_fast_for_a_minute_and_then_slowly),
        cmocka_unit_test(test_mesh_measures_round_trips),
        cmocka_unit_test(test_mesh_acknowledges_with_what_it_says_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
