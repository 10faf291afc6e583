#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "net/session.h"

#include <sodium.h>
#include <string.h>

enum { CAPACITY = 70000 };

struct end {
    struct session_identity self;
    struct session session;
    struct session_output out;
    uint8_t data[CAPACITY];
    size_t size;
    enum session_verdict verdict;
};

struct pair {
    struct end a, b; /* a is the initiator */
    struct digest game_id;
    uint8_t psk[32];
};

static void identity(struct session_identity *id, uint8_t number)
{
    uint8_t seed[32] = {0, number};
    crypto_sign_seed_keypair(id->id_pk, id->id_sk, seed);
    seed[2] = 1;
    memcpy(id->net_sk, seed, sizeof seed);
    crypto_scalarmult_base(id->net_pk, id->net_sk);
    id->version = 1;
    id->incarnation = number;
}

static struct pair P;

static struct session_setup setup_of(struct pair *p, bool initiator, bool expected)
{
    struct end *self = initiator ? &p->a : &p->b;
    struct end *peer = initiator ? &p->b : &p->a;
    struct session_setup s = {.kind = SESSION_MEMBER,
        .initiator = initiator,
        .self = &self->self,
        .game_id = &p->game_id,
        .peer_id = expected ? peer->self.id_pk : NULL,
        .peer_net_pk = expected ? peer->self.net_pk : NULL};
    memcpy(s.psk, p->psk, 32);
    memset(s.ephemeral_sk, initiator ? 1 : 2, 32);
    return s;
}

static void reset(void)
{
    memset(&P, 0, sizeof P);
    identity(&P.a.self, 1);
    identity(&P.b.self, 2);
    P.game_id = hash_tagged("test", "g", 1);
    memset(P.psk, 9, 32);
}

static void begin(struct session_setup a, struct session_setup b)
{
    session_begin(&P.a.session, &a, &P.a.out);
    session_begin(&P.b.session, &b, &P.b.out);
}

/* Gives what one end has to send to the other; accepts claims. Message number `damage` (from 0 on,
 * -1: none) loses one bit. False when somebody failed. */
static bool exchange(int damage, size_t bit)
{
    int number = 0;
    for (unsigned round = 0; round < 8; round++) {
        struct end *from = round % 2 == 0 ? &P.a : &P.b;
        struct end *to = round % 2 == 0 ? &P.b : &P.a;
        struct session_output sending = from->out;
        from->out.count = 0;
        struct session_output all = {0};
        for (size_t i = 0; i < sending.count; i++) {
            if (number++ == damage) {
                sending.packets[i][bit / 8 % sending.sizes[i]] ^= (uint8_t)(1u << bit % 8);
            }
            to->verdict = session_receive(&to->session, 0, sending.packets[i], sending.sizes[i],
                &to->out, to->data, CAPACITY, &to->size);
            if (to->verdict == SESSION_CLAIM) {
                session_accept(&to->session, &to->out);
            }
            for (size_t k = 0; k < to->out.count; k++) {
                memcpy(all.packets[all.count], to->out.packets[k], to->out.sizes[k]);
                all.sizes[all.count++] = to->out.sizes[k];
            }
            if (to->verdict == SESSION_FAILED) {
                return false;
            }
        }
        to->out = all;
    }
    return P.a.session.state == SESSION_UP && P.b.session.state == SESSION_UP;
}

static void start(void)
{
    reset();
    begin(setup_of(&P, true, true), setup_of(&P, false, false));
    assert_true(exchange(-1, 0));
}

static void test_session_comes_up_when_everything_matches(void **state)
{
    (void)state;
    for (unsigned expected = 0; expected < 2; expected++) {
        reset();
        begin(setup_of(&P, true, true), setup_of(&P, false, expected == 1));
        assert_true(exchange(-1, 0));
        assert_memory_equal(P.b.session.peer_id, P.a.self.id_pk, 32);
        assert_memory_equal(P.b.session.peer_net_pk, P.a.self.net_pk, 32);
        assert_int_equal(P.b.session.peer_incarnation, 1);
        assert_int_equal(P.a.session.peer_incarnation, 2);
        assert_memory_equal(P.a.session.hash, P.b.session.hash, NOISE_HASH_BYTES);
    }
}

static void test_session_fails_when_any_bit_of_the_handshake_flips(void **state)
{
    (void)state;
    for (int message = 0; message < 6; message++) {
        for (size_t bit = 0; bit < 8 * 160; bit += 5) {
            reset();
            begin(setup_of(&P, true, true), setup_of(&P, false, false));
            assert_false(exchange(message, bit));
        }
    }
}

static void test_session_fails_when_parameters_differ(void **state)
{
    (void)state;
    for (unsigned what = 0; what < 8; what++) {
        reset();
        struct session_setup a = setup_of(&P, true, true);
        struct session_setup b = setup_of(&P, false, true);
        struct session_identity other;
        struct digest other_game = {{1}};
        identity(&other, 3);
        switch (what) {
        case 0:
            a.psk[31] ^= 1;
            break;
        case 1:
            b.game_id = &other_game;
            break;
        case 2:
            a.kind = SESSION_JOIN;
            break;
        case 3:
            P.b.self.version = 2;
            break;
        case 4: /* another identity than was dialled */
            a.peer_id = other.id_pk;
            break;
        case 5: /* the right identity with another static key */
            a.peer_net_pk = other.net_pk;
            break;
        case 6:
            b.peer_id = other.id_pk;
            break;
        default:
            b.peer_net_pk = other.net_pk;
            break;
        }
        begin(a, b);
        assert_false(exchange(-1, 0));
        assert_true(P.a.session.state == SESSION_DEAD || P.b.session.state == SESSION_DEAD);
    }
}

static void test_session_fails_when_identity_is_borrowed(void **state)
{
    (void)state;
    /* b's static key and psk, but a signature key that is not that identity's */
    for (unsigned liar = 0; liar < 2; liar++) {
        reset();
        struct session_identity other;
        identity(&other, 4);
        struct end *e = liar == 0 ? &P.a : &P.b;
        memcpy(e->self.id_sk, other.id_sk, sizeof e->self.id_sk);
        begin(setup_of(&P, true, true), setup_of(&P, false, true));
        assert_false(exchange(-1, 0));
    }
}

static void test_session_fails_when_it_talks_to_itself(void **state)
{
    (void)state;
    reset();
    P.b.self = P.a.self;
    begin(setup_of(&P, true, true), setup_of(&P, false, false));
    assert_false(exchange(-1, 0));
}

static void test_session_carries_messages_of_every_size_on_every_channel(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 59, 60, 61, 1000, 1024, 60000, NET_MESSAGE_BYTES_MAX};
    static uint8_t text[NET_MESSAGE_BYTES_MAX], packet[CAPACITY];
    struct prng p;
    prng_seed(&p, 1);
    prng_fill(&p, text, sizeof text);
    start();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (uint8_t c = 0; c < NET_CHANNELS; c++) {
            for (unsigned back = 0; back < 2; back++) {
                struct end *from = back ? &P.b : &P.a, *to = back ? &P.a : &P.b;
                size_t size;
                assert_int_equal(
                    session_seal(&from->session, c, text, sizes[i], packet, sizeof packet, &size),
                    ERR_OK);
                assert_int_equal(session_receive(&to->session, c, packet, size, &to->out, to->data,
                                     CAPACITY, &to->size),
                    SESSION_MESSAGE);
                assert_int_equal(to->size, sizes[i]);
                assert_memory_equal(to->data, text, sizes[i]);
            }
        }
    }
}

static void test_session_dies_on_reliable_and_shrugs_on_unreliable_when_a_record_is_bad(
    void **state)
{
    (void)state;
    for (uint8_t c = 0; c < NET_CHANNELS; c++) {
        for (unsigned what = 0; what < 3; what++) {
            uint8_t packet[256];
            size_t size;
            start();
            for (unsigned i = 0; i < 2; i++) {
                assert_int_equal(
                    session_seal(&P.a.session, c, "hi", 2, packet, sizeof packet, &size), ERR_OK);
                if (what == 0 && i == 0) {
                    continue; /* one is missing */
                }
                if (what == 1 && i == 1) {
                    packet[size - 1] ^= 1;
                }
                P.b.verdict = session_receive(
                    &P.b.session, c, packet, size, &P.b.out, P.b.data, CAPACITY, &P.b.size);
            }
            if (what == 2) { /* the same once more */
                P.b.verdict = session_receive(
                    &P.b.session, c, packet, size, &P.b.out, P.b.data, CAPACITY, &P.b.size);
            }
            enum session_verdict wanted = c != NET_CHANNEL_UNRELIABLE ? SESSION_FAILED
                                          : what == 0                 ? SESSION_MESSAGE
                                                                      : SESSION_IGNORED;
            assert_int_equal(P.b.verdict, wanted);
            assert_int_equal(
                P.b.session.state, wanted == SESSION_FAILED ? SESSION_DEAD : SESSION_UP);
        }
    }
}

static void test_session_refuses_to_seal_when_it_may_not(void **state)
{
    (void)state;
    uint8_t packet[256];
    size_t size;
    reset();
    begin(setup_of(&P, true, true), setup_of(&P, false, false));
    assert_int_equal(
        session_seal(&P.a.session, 0, "x", 1, packet, sizeof packet, &size), ERR_CLOSED);
    assert_true(exchange(-1, 0));
    assert_int_equal(session_seal(&P.a.session, 0, "", 0, packet, sizeof packet, &size), ERR_RANGE);
    assert_int_equal(
        session_seal(&P.a.session, NET_CHANNELS, "x", 1, packet, sizeof packet, &size), ERR_RANGE);
    session_wipe(&P.a.session);
    assert_int_equal(
        session_seal(&P.a.session, 0, "x", 1, packet, sizeof packet, &size), ERR_CLOSED);
    assert_int_equal(
        session_receive(&P.a.session, 0, packet, 100, &P.a.out, P.a.data, CAPACITY, &P.a.size),
        SESSION_FAILED);
}

static void test_session_fails_when_a_record_overtakes_the_handshake(void **state)
{
    (void)state;
    for (uint8_t c = 1; c < NET_CHANNELS; c++) {
        reset();
        begin(setup_of(&P, true, true), setup_of(&P, false, false));
        assert_int_equal(session_receive(&P.b.session, c, P.a.out.packets[0], P.a.out.sizes[0],
                             &P.b.out, P.b.data, CAPACITY, &P.b.size),
            SESSION_FAILED);
    }
}

/* The first record after the binds may be a message on any channel: it overtook the empty one. */
static void test_session_is_ready_with_the_first_record_when_the_empty_one_is_late(void **state)
{
    (void)state;
    for (uint8_t c = 1; c < NET_CHANNELS; c++) {
        uint8_t packet[256];
        size_t size;
        reset();
        begin(setup_of(&P, true, true), setup_of(&P, false, true));
        struct session_output ready = {0};
        for (unsigned round = 0; round < 4 && P.a.session.state != SESSION_UP; round++) {
            struct end *from = round % 2 == 0 ? &P.a : &P.b, *to = round % 2 == 0 ? &P.b : &P.a;
            struct session_output sending = from->out, all = {0};
            for (size_t i = 0; i < sending.count; i++) {
                assert_int_not_equal(session_receive(&to->session, 0, sending.packets[i],
                                         sending.sizes[i], &to->out, to->data, CAPACITY, &to->size),
                    SESSION_FAILED);
                if (to->out.count > 0) {
                    all = to->out;
                }
            }
            to->out = all;
            ready = all;
        }
        assert_int_equal(P.b.session.state, SESSION_CONFIRM);
        assert_int_equal(ready.count, 1);
        assert_int_equal(
            session_seal(&P.b.session, c, "no", 2, packet, sizeof packet, &size), ERR_CLOSED);
        assert_int_equal(
            session_seal(&P.a.session, c, "hi", 2, packet, sizeof packet, &size), ERR_OK);
        assert_int_equal(
            session_receive(&P.b.session, c, packet, size, &P.b.out, P.b.data, CAPACITY, &P.b.size),
            SESSION_READY);
        assert_int_equal(P.b.size, 2);
        assert_int_equal(session_receive(&P.b.session, 0, ready.packets[0], ready.sizes[0],
                             &P.b.out, P.b.data, CAPACITY, &P.b.size),
            SESSION_IGNORED);
        assert_int_equal(P.b.session.state, SESSION_UP);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_session_comes_up_when_everything_matches),
        cmocka_unit_test(test_session_fails_when_any_bit_of_the_handshake_flips),
        cmocka_unit_test(test_session_fails_when_parameters_differ),
        cmocka_unit_test(test_session_fails_when_identity_is_borrowed),
        cmocka_unit_test(test_session_fails_when_it_talks_to_itself),
        cmocka_unit_test(test_session_carries_messages_of_every_size_on_every_channel),
        cmocka_unit_test(
            test_session_dies_on_reliable_and_shrugs_on_unreliable_when_a_record_is_bad),
        cmocka_unit_test(test_session_refuses_to_seal_when_it_may_not),
        cmocka_unit_test(test_session_fails_when_a_record_overtakes_the_handshake),
        cmocka_unit_test(test_session_is_ready_with_the_first_record_when_the_empty_one_is_late),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
