#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/lobby.h"
#include "net/lobby_guard.h"

#include <sodium.h>
#include <string.h>

static struct session_identity ANN, BEN; /* sponsor, joiner */
static struct digest GAME;
static struct admission SPONSOR, JOINER;
static uint8_t RANDOM_A[ADMISSION_RANDOM_BYTES], RANDOM_B[ADMISSION_RANDOM_BYTES];

/* The six messages of a run, in order. */
enum { MESSAGES = 6 };
static uint8_t bytes[MESSAGES][ADMISSION_MESSAGE_MAX];
static size_t sizes[MESSAGES];

static void identity(struct session_identity *id, uint8_t number)
{
    uint8_t seed[32] = {0, number};
    memset(id, 0, sizeof *id);
    crypto_sign_seed_keypair(id->id_pk, id->id_sk, seed);
    crypto_scalarmult_base(id->net_pk, seed);
    id->version = 1;
}

static void reset(void)
{
    identity(&ANN, 1);
    identity(&BEN, 2);
    GAME = hash_tagged("test", "g", 1);
    memset(RANDOM_A, 5, sizeof RANDOM_A);
    memset(RANDOM_B, 6, sizeof RANDOM_B);
    memset(sizes, 0, sizeof sizes);
}

static enum admission_verdict give(struct admission *to, unsigned message)
{
    struct session_identity *self = to == &SPONSOR ? &ANN : &BEN;
    struct writer out = message + 1 < MESSAGES
                            ? writer_of(bytes[message + 1], ADMISSION_MESSAGE_MAX)
                            : writer_of(NULL, 0);
    enum admission_verdict v = admission_receive(
        to, self, bytes[message], sizes[message], to == &SPONSOR ? RANDOM_A : RANDOM_B, &out);
    if (v == ADMISSION_IN_LINE) {
        const struct offer offer = {.self = &ANN,
            .game_id = &GAME,
            .secret = "canyon-velvet",
            .checkpoint = (const uint8_t *)"chk",
            .checkpoint_size = 3};
        admission_offer(&SPONSOR, &offer, RANDOM_A, &out);
    }
    if (message + 1 < MESSAGES) {
        sizes[message + 1] = out.size;
    }
    return v;
}

/* KNOCK, OFFER, SHARE, SHARE, TAG, TAG up to but not including message `stop`. */
static void run_until(const char *words, unsigned stop)
{
    struct writer out = writer_of(bytes[0], ADMISSION_MESSAGE_MAX);
    admission_knock(&JOINER, &BEN, words, RANDOM_B, &out);
    sizes[0] = out.size;
    admission_expect(&SPONSOR);
    for (unsigned i = 0; i < stop; i++) {
        enum admission_verdict v = give(i % 2 == 0 ? &SPONSOR : &JOINER, i);
        assert_in_range(v, ADMISSION_GOES_ON, ADMISSION_PROVEN);
    }
}

static void test_admission_gives_both_the_same_key_when_words_match(void **state)
{
    (void)state;
    reset();
    run_until("canyon-velvet", 4);
    assert_int_equal(give(&SPONSOR, 4), ADMISSION_PROVEN);
    assert_int_equal(give(&JOINER, 5), ADMISSION_PROVEN);
    assert_memory_equal(SPONSOR.psk, JOINER.psk, sizeof SPONSOR.psk);
    assert_memory_equal(SPONSOR.peer_id, BEN.id_pk, 32);
    assert_memory_equal(SPONSOR.peer_net_pk, BEN.net_pk, 32);
    assert_memory_equal(JOINER.peer_id, ANN.id_pk, 32);
    assert_memory_equal(JOINER.peer_net_pk, ANN.net_pk, 32);
    assert_memory_equal(JOINER.checkpoint, "chk", 3);
    assert_int_equal(JOINER.checkpoint_size, 3);
    assert_true(digest_equal(&JOINER.game_id, &GAME));
}

static void test_sponsor_refuses_and_reveals_nothing_when_words_differ(void **state)
{
    (void)state;
    static const char *const wrong[] = {"canyon-velve", "velvet-canyon", "Canyon-velvet", "x"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        reset();
        run_until(wrong[i], 4);
        assert_int_equal(give(&SPONSOR, 4), ADMISSION_WRONG);
        assert_int_equal(sizes[5], 0);
        assert_int_equal(SPONSOR.step, ADMISSION_REFUSED);
    }
}

static void test_joiner_refuses_an_impostor(void **state)
{
    (void)state;
    reset();
    run_until("canyon-velvet", 4);
    assert_int_equal(give(&SPONSOR, 4), ADMISSION_PROVEN);
    bytes[5][10] ^= 1;
    assert_int_equal(give(&JOINER, 5), ADMISSION_IMPOSTOR);
}

/* Any flipped bit anywhere ends in a refusal by somebody. */
static void test_admission_fails_when_any_bit_flips(void **state)
{
    (void)state;
    for (unsigned message = 0; message < MESSAGES; message++) {
        reset();
        run_until("canyon-velvet", message);
        for (size_t bit = 0; bit < 8 * sizes[message]; bit += 3) {
            reset();
            run_until("canyon-velvet", message);
            bytes[message][bit / 8] ^= (uint8_t)(1u << bit % 8);
            enum admission_verdict v = ADMISSION_GOES_ON;
            for (unsigned i = message; i < MESSAGES && v <= ADMISSION_PROVEN; i++) {
                v = give(i % 2 == 0 ? &SPONSOR : &JOINER, i);
            }
            assert_true(v > ADMISSION_PROVEN);
        }
    }
}

static void test_admission_fails_when_messages_are_cut_or_out_of_order(void **state)
{
    (void)state;
    for (unsigned message = 0; message < MESSAGES; message++) {
        reset();
        run_until("canyon-velvet", message);
        size_t whole = sizes[message];
        for (size_t size = 0; size < whole; size++) {
            reset();
            run_until("canyon-velvet", message);
            sizes[message] = size;
            assert_true(give(message % 2 == 0 ? &SPONSOR : &JOINER, message) > ADMISSION_PROVEN);
        }
        for (unsigned other = 0; other < MESSAGES; other++) {
            reset();
            run_until("canyon-velvet", 5);
            uint8_t type = bytes[other][0];
            reset();
            run_until("canyon-velvet", message);
            if (type == bytes[message][0]) {
                continue;
            }
            bytes[message][0] = type;
            assert_true(give(message % 2 == 0 ? &SPONSOR : &JOINER, message) > ADMISSION_PROVEN);
        }
    }
}

static void test_admission_names_the_version_when_it_differs(void **state)
{
    (void)state;
    reset();
    BEN.version = 7;
    run_until("canyon-velvet", 0);
    assert_int_equal(give(&SPONSOR, 0), ADMISSION_VERSION);
    assert_int_equal(SPONSOR.peer_version, 7);
    reset();
    run_until("canyon-velvet", 1);
    bytes[1][2] = 9;
    assert_int_equal(give(&JOINER, 1), ADMISSION_VERSION);
    assert_int_equal(JOINER.peer_version, 9);
}

static void test_admission_fails_when_it_is_our_own_door(void **state)
{
    (void)state;
    reset();
    BEN = ANN;
    run_until("canyon-velvet", 1);
    assert_int_equal(give(&JOINER, 1), ADMISSION_MALFORMED);
}

static void test_lobby_admits_one_run_at_a_time_and_pauses_after_a_failure(void **state)
{
    (void)state;
    struct lobby l = {0};
    assert_false(lobby_begin_run(&l, 0));
    lobby_open(&l, 0);
    assert_true(lobby_begin_run(&l, 100));
    assert_false(lobby_begin_run(&l, 100));
    lobby_end_run(&l);
    assert_true(lobby_begin_run(&l, 100)); /* friends do not wait for each other */
    assert_false(lobby_fail_run(&l, 200));
    assert_false(lobby_begin_run(&l, 200 + LOBBY_PAUSE_MS - 1));
    lobby_open(&l, l.failures); /* opening again is no way around */
    assert_false(lobby_begin_run(&l, 200 + LOBBY_PAUSE_MS - 1));
    assert_true(lobby_begin_run(&l, 200 + LOBBY_PAUSE_MS));
    lobby_close(&l);
    lobby_end_run(&l);
    assert_false(lobby_begin_run(&l, 10000));
}

static void test_lobby_burns_after_five_failures_however_many_came_before(void **state)
{
    (void)state;
    for (uint32_t before = 0; before <= LOBBY_FAILURES_MAX + 1; before++) {
        struct lobby l = {0};
        lobby_open(&l, before);
        for (uint32_t i = before; i < LOBBY_FAILURES_MAX; i++) {
            assert_true(lobby_begin_run(&l, i * 10000));
            assert_int_equal(lobby_fail_run(&l, i * 10000), i + 1 == LOBBY_FAILURES_MAX);
        }
        assert_false(lobby_is_open(&l));
        assert_false(lobby_begin_run(&l, 1000000));
        lobby_open(&l, 0);
        assert_true(lobby_begin_run(&l, 1000000));
    }
}

static void test_lobby_blames_an_address_for_a_minute_and_remembers_the_latest(void **state)
{
    (void)state;
    struct lobby l = {0};
    lobby_open(&l, 0);
    assert_int_equal(lobby_blamed(&l, 7, 0), 0);
    lobby_blame(&l, 7, 1000);
    lobby_blame(&l, 7, 2000);
    assert_int_equal(lobby_blamed(&l, 7, 2000), 2);
    assert_int_equal(lobby_blamed(&l, 8, 2000), 0);
    lobby_open(&l, 0);
    assert_int_equal(lobby_blamed(&l, 7, 2000 + LOBBY_BLAME_MS - 1), 2);
    assert_int_equal(lobby_blamed(&l, 7, 2000 + LOBBY_BLAME_MS), 0);
    lobby_blame(&l, 7, 2000 + LOBBY_BLAME_MS);
    assert_int_equal(lobby_blamed(&l, 7, 2000 + LOBBY_BLAME_MS), 1); /* forgiven, and new */
    for (uint32_t ip = 100; ip < 100 + LOBBY_BLAMED_MAX; ip++) {
        lobby_blame(&l, ip, 100000 + ip);
        assert_int_equal(lobby_blamed(&l, ip, 100000 + ip), 1);
    }
    assert_int_equal(lobby_blamed(&l, 7, 100200), 0); /* displaced by the others */
    assert_int_equal(lobby_blamed(&l, 100, 100200), 1);
}

static void test_guard_shuts_at_the_third_burning_within_ten_minutes(void **state)
{
    (void)state;
    struct lobby_guard g = {0};
    assert_false(lobby_guard_burned(&g, 0));
    assert_false(lobby_guard_burned(&g, 1000));
    assert_false(lobby_guard_burned(&g, LOBBY_BURNINGS_MS)); /* ten minutes after the first */
    assert_false(g.shut);
    assert_true(lobby_guard_burned(&g, LOBBY_BURNINGS_MS + 999)); /* the third of these ten */
    assert_true(g.shut);
    assert_false(lobby_guard_burned(&g, LOBBY_BURNINGS_MS + 1000)); /* said once */
    lobby_guard_open(&g);
    assert_false(g.shut);
    assert_false(lobby_guard_burned(&g, LOBBY_BURNINGS_MS + 1001));
}

static void test_guard_shuts_at_twenty_guesses_of_an_evening(void **state)
{
    (void)state;
    struct lobby_guard g = {0};
    for (unsigned i = 1; i < LOBBY_GUESSES_MAX; i++) {
        assert_false(lobby_guard_failed(&g, i * 1000));
    }
    struct lobby_guard next_evening = g;
    assert_true(lobby_guard_failed(&g, LOBBY_GUESSES_MS + 999));
    assert_false(lobby_guard_failed(&next_evening, LOBBY_GUESSES_MS + 1000));
    assert_int_equal(next_evening.guesses, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_admission_gives_both_the_same_key_when_words_match),
        cmocka_unit_test(test_sponsor_refuses_and_reveals_nothing_when_words_differ),
        cmocka_unit_test(test_joiner_refuses_an_impostor),
        cmocka_unit_test(test_admission_fails_when_any_bit_flips),
        cmocka_unit_test(test_admission_fails_when_messages_are_cut_or_out_of_order),
        cmocka_unit_test(test_admission_names_the_version_when_it_differs),
        cmocka_unit_test(test_admission_fails_when_it_is_our_own_door),
        cmocka_unit_test(test_lobby_admits_one_run_at_a_time_and_pauses_after_a_failure),
        cmocka_unit_test(test_lobby_burns_after_five_failures_however_many_came_before),
        cmocka_unit_test(test_guard_shuts_at_the_third_burning_within_ten_minutes),
        cmocka_unit_test(test_guard_shuts_at_twenty_guesses_of_an_evening),
        cmocka_unit_test(test_lobby_blames_an_address_for_a_minute_and_remembers_the_latest),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
