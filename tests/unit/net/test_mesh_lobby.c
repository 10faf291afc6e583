/* Joining through the door of a table. */
#include "mesh_fixture.h"

#include "net/lobby.h"

static void test_lobby_links_joiner_when_words_are_right(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(2);
    struct node *host = &f->nodes[0], *guest = &f->nodes[1];
    open_door(f, host);
    assert_int_equal(mesh_lobby_checkpoint(host->mesh, "checkpoint", 10), ERR_OK);
    assert_int_equal(mesh_join(guest->mesh, lobby_address(host), "canyon-velvet"), ERR_OK);
    assert_int_equal(mesh_join(guest->mesh, lobby_address(host), "canyon-velvet"), ERR_BUSY);
    unsigned ms = until(f, guest, MESH_LINK_UP, 1);
    until(f, host, MESH_LINK_UP, 1);
    print_message("join took %u turns\n", ms);
    const struct seen *up = find(guest, MESH_LINK_UP);
    assert_int_equal(up->role, ROLE_SPONSOR);
    assert_memory_equal(up->peer, host->config.id_pk, 32);
    struct digest checkpoint = hash_tagged("test", "checkpoint", 10);
    assert_true(digest_equal(&up->data, &checkpoint));
    up = find(host, MESH_LINK_UP);
    assert_int_equal(up->role, ROLE_JOINER);
    assert_memory_equal(up->peer, guest->config.id_pk, 32);
    assert_int_equal(count_of(host, MESH_TYPING, -1), 1);
    assert_int_equal(count_of(host, MESH_GUESS_FAILED, -1), 0);

    /* both ways, and it outlives the door */
    assert_int_equal(mesh_send(guest->mesh, host->config.id_pk, 0, "hello", 5), ERR_OK);
    until(f, host, MESH_MESSAGE, 1);
    mesh_lobby_close(host->mesh);
    assert_int_equal(mesh_send(host->mesh, guest->config.id_pk, 5, "welcome", 7), ERR_OK);
    until(f, guest, MESH_MESSAGE, 1);
    assert_int_not_equal(mesh_lobby_port(host->mesh), 0);

    /* closed by the sponsor after what is queued */
    assert_int_equal(mesh_send(host->mesh, guest->config.id_pk, 0, "bye", 3), ERR_OK);
    mesh_close(host->mesh, guest->config.id_pk);
    until(f, guest, MESH_LINK_DOWN, 1);
    assert_int_equal(count_of(guest, MESH_MESSAGE, -1), 2);
    assert_int_equal(find(guest, MESH_LINK_DOWN)->reason, MESH_REASON_LEFT);
    run_ms(f, 50);
    assert_int_equal(mesh_lobby_port(host->mesh), 0);
    fixture_free(f);
}

static void test_lobby_burns_words_when_five_guesses_fail(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(3);
    struct node *host = &f->nodes[0], *guest = &f->nodes[1], *friend = &f->nodes[2];
    open_door(f, host);
    uint64_t last_ms = 0;
    for (unsigned i = 1; i <= 5; i++) {
        assert_int_equal(mesh_join(guest->mesh, lobby_address(host), "canyon-basket"), ERR_OK);
        until(f, host, MESH_GUESS_FAILED, i);
        if (i > 1) {
            assert_true(f->now_ms - last_ms >= 1000);
        }
        last_ms = f->now_ms;
        until(f, guest, MESH_JOIN_FAILED, i);
        assert_int_equal(count_of(guest, MESH_JOIN_FAILED, MESH_REASON_WORDS), i);
        assert_int_equal(host->log[host->logged - (i == 5 ? 2 : 1)].count, i);
    }
    assert_int_equal(count_of(host, MESH_WORDS_BURNED, -1), 1);
    /* the right words do not help any more */
    assert_int_equal(mesh_join(friend->mesh, lobby_address(host), "canyon-velvet"), ERR_OK);
    until(f, friend, MESH_JOIN_FAILED, 1);
    assert_int_equal(find(friend, MESH_JOIN_FAILED)->reason, MESH_REASON_CLOSED);
    /* new words do */
    assert_int_equal(
        mesh_lobby_open(host->mesh, &f->game_id, "basket-velvet", &DOOR_INFO, 0), ERR_OK);
    assert_int_equal(mesh_join(friend->mesh, lobby_address(host), "basket-velvet"), ERR_OK);
    until(f, friend, MESH_LINK_UP, 1);
    assert_int_equal(count_of(guest, MESH_LINK_UP, -1), 0);
    fixture_free(f);
}

static void test_lobby_lets_all_in_when_three_join_at_once(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(8);
    struct node *host = &f->nodes[0];
    open_door(f, host);
    for (unsigned i = 1; i < 8; i++) {
        const char *words = i == 4 ? "wrong-words" : "canyon-velvet";
        assert_int_equal(mesh_join(f->nodes[i].mesh, lobby_address(host), words), ERR_OK);
    }
    until(f, host, MESH_LINK_UP, 6);
    for (unsigned i = 1; i < 8; i++) {
        until(f, &f->nodes[i], i == 4 ? MESH_JOIN_FAILED : MESH_LINK_UP, 1);
    }
    assert_int_equal(count_of(host, MESH_GUESS_FAILED, -1), 1);
    fixture_free(f);
}

static void test_lobby_counts_a_failure_when_the_joiner_goes_silent_after_the_shares(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(2);
    struct node *host = &f->nodes[0], *guest = &f->nodes[1];
    open_door(f, host);
    assert_int_equal(mesh_join(guest->mesh, lobby_address(host), "canyon-velvet"), ERR_OK);
    until(f, host, MESH_TYPING, 1);
    mesh_destroy(guest->mesh);
    guest->mesh = NULL;
    until(f, host, MESH_GUESS_FAILED, 1);
    fixture_free(f);
}

/* Three of one address stand in line: one guesses wrong, the others will say nothing at their turn. */
static void test_lobby_lets_a_friend_pass_those_who_waste_its_time(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(5);
    struct node *host = &f->nodes[0], *friend = &f->nodes[4];
    struct mesh *silent[2];
    open_door(f, host);
    for (unsigned i = 1; i <= 3; i++) {
        struct node *n = &f->nodes[i];
        mesh_destroy(n->mesh);
        n->config.bind_ip = LOOPBACK + 8;
        assert_int_equal(mesh_create(&n->mesh, &n->config), ERR_OK);
        assert_int_equal(mesh_join(n->mesh, lobby_address(host), "canyon-basket"), ERR_OK);
    }
    until(f, host, MESH_GUESS_FAILED, 1);
    for (unsigned i = 0, k = 0; i < 3; i++) {
        struct node *n = &f->nodes[1 + i];
        if (count_of(n, MESH_JOIN_FAILED, -1) == 0 && k < 2) {
            silent[k++] = n->mesh; /* asleep from now on */
            n->mesh = NULL;
        }
    }
    assert_int_equal(mesh_join(friend->mesh, lobby_address(host), "canyon-velvet"), ERR_OK);
    assert_true(until(f, friend, MESH_LINK_UP, 1) < LOBBY_PAUSE_MS + 500);
    mesh_destroy(silent[0]);
    mesh_destroy(silent[1]);
    fixture_free(f);
}

/* Refused, or had enough of waiting: the next attempt need not wait for the end of the first. */
static void test_join_begins_again_when_the_first_was_ended(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(2);
    struct node *host = &f->nodes[0], *guest = &f->nodes[1];
    open_door(f, host);
    mesh_join_end(guest->mesh); /* nothing to end */
    assert_int_equal(mesh_join(guest->mesh, lobby_address(host), "canyon-velvet"), ERR_OK);
    run_ms(f, 1);
    mesh_join_end(guest->mesh);
    for (unsigned i = 1; i <= 3; i++) {
        assert_int_equal(mesh_join(guest->mesh, lobby_address(host), "canyon-velvet"), ERR_OK);
        until(f, guest, MESH_LINK_UP, i);
        until(f, host, MESH_LINK_UP, i);
        mesh_join_end(guest->mesh);
    }
    until(f, host, MESH_LINK_DOWN, 3);
    assert_int_equal(count_of(host, MESH_GUESS_FAILED, -1), 0);
    assert_int_equal(count_of(guest, MESH_JOIN_FAILED, -1), 0);
    fixture_free(f);
}

static void test_check_tells_ports_and_ways(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(1);
    struct mesh_check check;
    mesh_check(f->nodes[0].mesh, &check);
    assert_int_equal(check.lobby_port, 0);
    assert_int_equal(check.member_port, mesh_member_port(f->nodes[0].mesh));
    assert_int_not_equal(check.member_port, 0);
    open_door(f, &f->nodes[0]);
    mesh_check(f->nodes[0].mesh, &check);
    assert_int_equal(check.lobby_port, mesh_lobby_port(f->nodes[0].mesh));
    assert_int_equal(check.listening, check.discovery_port != 0);
    bool loopback = false;
    for (size_t i = 0; i < check.way_count; i++) {
        loopback = loopback || (check.ways[i].loopback && check.ways[i].ip >> 24 == 127);
        assert_false(check.ways[i].refused); /* nothing was asked yet */
    }
    assert_true(loopback);
    fixture_free(f);
}

static void test_join_fails_when_nobody_is_there(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(2);
    struct net_address nowhere = member_address(&f->nodes[0]);
    assert_int_equal(mesh_join(f->nodes[1].mesh, nowhere, "canyon-velvet"), ERR_OK);
    until(f, &f->nodes[1], MESH_JOIN_FAILED, 1);
    assert_int_equal(find(&f->nodes[1], MESH_JOIN_FAILED)->reason, MESH_REASON_UNREACHABLE);
    fixture_free(f);
}

static void test_join_fails_when_the_version_differs(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(1);
    struct node *guest = &f->nodes[1];
    open_door(f, &f->nodes[0]);
    make_config(&guest->config, 1);
    guest->config.version = VERSION + 1;
    assert_int_equal(mesh_create(&guest->mesh, &guest->config), ERR_OK);
    assert_int_equal(mesh_join(guest->mesh, lobby_address(&f->nodes[0]), "canyon-velvet"), ERR_OK);
    until(f, guest, MESH_JOIN_FAILED, 1);
    assert_int_equal(find(guest, MESH_JOIN_FAILED)->reason, MESH_REASON_VERSION);
    assert_int_equal(find(guest, MESH_JOIN_FAILED)->version, VERSION);
    assert_int_equal(count_of(&f->nodes[0], MESH_GUESS_FAILED, -1), 0);
    fixture_free(f);
}

static void test_join_fails_when_it_is_our_own_door(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(1);
    open_door(f, &f->nodes[0]);
    assert_int_equal(
        mesh_join(f->nodes[0].mesh, lobby_address(&f->nodes[0]), "canyon-velvet"), ERR_OK);
    until(f, &f->nodes[0], MESH_JOIN_FAILED, 1);
    assert_int_equal(find(&f->nodes[0], MESH_JOIN_FAILED)->reason, MESH_REASON_PROTOCOL);
    fixture_free(f);
}

static void test_lobby_says_busy_when_an_explicit_port_is_taken(void **state)
{
    (void)state;
    struct fixture *f = fixture_of(2);
    open_door(f, &f->nodes[0]);
    uint16_t taken = mesh_lobby_port(f->nodes[0].mesh);
    for (unsigned explicit = 0; explicit < 2; explicit ++) {
        struct node *n = &f->nodes[2 + explicit];
        make_config(&n->config, 2 + explicit);
        n->config.port = taken;
        n->config.port_explicit = explicit == 1;
        assert_int_equal(mesh_create(&n->mesh, &n->config), ERR_OK);
        enum err e = mesh_lobby_open(n->mesh, &f->game_id, "canyon-velvet", &DOOR_INFO, 0);
        assert_int_equal(e, explicit == 1 ? ERR_BUSY : ERR_OK);
    }
    assert_int_not_equal(mesh_lobby_port(f->nodes[2].mesh), taken);
    assert_int_equal(mesh_lobby_port(f->nodes[3].mesh), 0);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lobby_links_joiner_when_words_are_right),
        cmocka_unit_test(test_lobby_burns_words_when_five_guesses_fail),
        cmocka_unit_test(test_lobby_lets_all_in_when_three_join_at_once),
        cmocka_unit_test(test_lobby_counts_a_failure_when_the_joiner_goes_silent_after_the_shares),
        cmocka_unit_test(test_lobby_lets_a_friend_pass_those_who_waste_its_time),
        cmocka_unit_test(test_join_begins_again_when_the_first_was_ended),
        cmocka_unit_test(test_check_tells_ports_and_ways),
        cmocka_unit_test(test_join_fails_when_nobody_is_there),
        cmocka_unit_test(test_join_fails_when_the_version_differs),
        cmocka_unit_test(test_join_fails_when_it_is_our_own_door),
        cmocka_unit_test(test_lobby_says_busy_when_an_explicit_port_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
