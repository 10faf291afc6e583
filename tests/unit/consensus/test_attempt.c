/* Key generation on the log: what KEYS, DEAL, ACK and COMPLAIN must be, and what a lie costs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/consensus/dkg_table.h"
#include "tests/unit/consensus/ledger_table.h"

static void run_to_deal(void)
{
    all_candidates(submit_keys);
    advance();
    assert_int_equal(state()->attempt.phase, ATTEMPT_DEAL);
}

static void test_keys_are_refused_unless_due(void **unused)
{
    uint8_t keys[64] = {1};
    struct point EK = group_base;
    (void)unused;
    table_with_members(2);
    memcpy(keys + 32, EK.b, 32);
    assert_int_equal(attempt_op(0, OP_KEYS, 2, keys, 64), LEDGER_REFUSED_WRONG_ATTEMPT);
    submit_join(2, 0, false);
    submit_join(5, 0, true);
    advance();
    uint32_t id = state()->attempt.dkg_id;
    assert_int_equal(attempt_op(0, OP_KEYS, id, keys, 64), 0);
    assert_int_equal(attempt_op(0, OP_KEYS, id - 1, keys, 64), LEDGER_REFUSED_WRONG_ATTEMPT);
    assert_int_equal(attempt_op(0, OP_KEYS, id + 1, keys, 64), LEDGER_REFUSED_WRONG_ATTEMPT);
    assert_int_equal(attempt_op(0, OP_KEYS, id, keys, 63), LEDGER_REFUSED_MALFORMED);
    assert_int_equal(attempt_op(0, OP_KEYS, id, keys, 0), LEDGER_REFUSED_MALFORMED);
    assert_int_equal(attempt_op(5, OP_KEYS, id, keys, 64), LEDGER_REFUSED_NOT_CANDIDATE);
    memset(keys + 32, 0, 32); /* the identity */
    assert_int_equal(attempt_op(0, OP_KEYS, id, keys, 64), LEDGER_REFUSED_MALFORMED);
    memset(keys + 32, 0xff, 32);
    assert_int_equal(attempt_op(0, OP_KEYS, id, keys, 64), LEDGER_REFUSED_MALFORMED);
    memcpy(keys + 32, EK.b, 32);
    submit_keys(0);
    advance();
    assert_int_equal(attempt_op(0, OP_KEYS, id, keys, 64), LEDGER_REFUSED_ALREADY);
    submit_keys(1);
    submit_keys(2);
    advance();
    assert_int_equal(attempt_op(0, OP_KEYS, id, keys, 64), LEDGER_REFUSED_WRONG_PHASE);
}

static void test_deal_is_refused_unless_right(void **unused)
{
    struct dkg_params params;
    struct dkg_deal deal;
    uint8_t bytes[DKG_DEAL_BYTES_MAX];
    (void)unused;
    table_with_members(2);
    submit_join(2, 0, false);
    submit_join(5, 0, true);
    advance();
    uint32_t id = state()->attempt.dkg_id;
    assert_int_equal(attempt_op(0, OP_DEAL, id, NULL, 0), LEDGER_REFUSED_WRONG_PHASE);
    run_to_deal();
    make_deal(0, &params, &deal);
    struct writer w = writer_of(bytes, sizeof bytes);
    dkg_deal_write(&w, &params, &deal);
    assert_int_equal(w.size, dkg_deal_size(&params));
    assert_int_equal(outcome(0, OP_DEAL, bytes, w.size), 0);
    assert_int_equal(outcome(1, OP_DEAL, bytes, w.size), LEDGER_REFUSED_BAD_DEAL);
    assert_int_equal(outcome(5, OP_DEAL, bytes, w.size), LEDGER_REFUSED_NOT_CANDIDATE);
    assert_int_equal(outcome(0, OP_DEAL, bytes, 3), LEDGER_REFUSED_MALFORMED);
    assert_int_equal(outcome(0, OP_DEAL, bytes, w.size - 1), LEDGER_REFUSED_BAD_DEAL);
    for (size_t at = 4; at < w.size; at += 9) {
        bytes[at] ^= 1;
        assert_int_equal(outcome(0, OP_DEAL, bytes, w.size), LEDGER_REFUSED_BAD_DEAL);
        bytes[at] ^= 1;
    }
    assert_int_equal(attempt_op(0, OP_DEAL, id + 1, NULL, 0), LEDGER_REFUSED_WRONG_ATTEMPT);
    submit_deal(0, &params, &deal);
    advance();
    assert_int_equal(outcome(0, OP_DEAL, bytes, w.size), LEDGER_REFUSED_ALREADY);
    assert_int_equal(attempt_op(0, OP_ACK, id, bytes, 32), LEDGER_REFUSED_WRONG_PHASE);
}

/* A deal by hand, for the attempt that runs. */
static void hand_deal(int player, int victim, struct hand *hand, struct dkg_deal *deal)
{
    int i = roster_find(&state()->attempt.roster, T.players[player].pk);
    int v = victim < 0 ? -1 : roster_find(&state()->attempt.roster, T.players[victim].pk);
    attempt_params(&table.params, &state()->attempt, &T.game_id);
    deal_by_hand(deal, (uint16_t)(i + 1), hand, (uint16_t)(v + 1));
}

static void test_deal_with_a_copied_one_time_key_is_refused(void **unused)
{
    struct hand hand, other;
    struct dkg_deal deal;
    uint8_t bytes[DKG_DEAL_BYTES_MAX];
    (void)unused;
    table_with_members(1);
    submit_join(1, 0, false);
    advance();
    run_to_deal();
    random_hand(&T.prng, &hand);
    random_hand(&T.prng, &other);
    other.e = hand.e;
    hand_deal(0, -1, &hand, &deal);
    submit_deal(0, &table.params, &deal);
    advance();
    assert_int_equal(refusal_of(0), 0);
    hand_deal(1, -1, &other, &deal);
    struct writer w = writer_of(bytes, sizeof bytes);
    dkg_deal_write(&w, &table.params, &deal);
    assert_int_equal(outcome(1, OP_DEAL, bytes, w.size), LEDGER_REFUSED_BAD_DEAL);
}

static void test_ack_is_refused_unless_for_these_deals(void **unused)
{
    uint8_t hash[32];
    (void)unused;
    table_with_members(1);
    submit_join(1, 0, false);
    submit_join(5, 0, true);
    advance();
    run_to_ack();
    uint32_t id = state()->attempt.dkg_id;
    memcpy(hash, state()->attempt.dkg_hash.b, 32);
    struct digest members = roster_hash(&state()->attempt.roster);
    struct dkg_params params;
    attempt_params(&params, &state()->attempt, &T.game_id);
    struct digest want = dkg_dealings_hash(&T.dealings, &params, &members);
    assert_memory_equal(hash, want.b, 32);
    assert_int_equal(attempt_op(0, OP_ACK, id, hash, 32), 0);
    assert_int_equal(attempt_op(0, OP_ACK, id, hash, 31), LEDGER_REFUSED_MALFORMED);
    assert_int_equal(attempt_op(5, OP_ACK, id, hash, 32), LEDGER_REFUSED_NOT_CANDIDATE);
    assert_int_equal(attempt_op(0, OP_ACK, id + 1, hash, 32), LEDGER_REFUSED_WRONG_ATTEMPT);
    hash[0] ^= 1;
    assert_int_equal(attempt_op(0, OP_ACK, id, hash, 32), LEDGER_REFUSED_WRONG_ATTEMPT);
    hash[0] ^= 1;
    submit_ack(0);
    advance();
    assert_int_equal(attempt_op(0, OP_ACK, id, hash, 32), LEDGER_REFUSED_ALREADY);
    assert_int_equal(state()->attempt.phase, ATTEMPT_ACK);
}

static void test_an_attempt_waits_for_the_last_ack(void **unused)
{
    (void)unused;
    table_with_members(4);
    submit_join(4, 0, false);
    advance();
    run_to_ack();
    for (int i = 0; i < 4; i++) { /* a quorum of the five */
        submit_ack(i);
    }
    advance();
    assert_int_equal(state()->attempt.phase, ATTEMPT_ACK);
    submit_ack(4);
    advance();
    assert_int_not_equal(state()->attempt.phase, ATTEMPT_ACK);
}

static size_t make_complaint(uint8_t out[DKG_COMPLAINT_BYTES], int player, int dealer)
{
    const struct attempt *a = &state()->attempt;
    struct dkg_params params;
    struct dkg_deal deal;
    struct dkg_complaint complaint;
    uint8_t random[DLEQ_RANDOM_BYTES];
    int j = roster_find(&a->roster, T.players[player].pk);
    int i = roster_find(&a->roster, T.players[dealer].pk);
    struct writer w = writer_of(out, DKG_COMPLAINT_BYTES);
    attempt_params(&params, a, &T.game_id);
    prng_fill(&T.prng, random, sizeof random);
    assert_int_equal(dkg_deal_read(&deal, &params, a->deals[i], a->deal_size[i]), ERR_OK);
    assert_true(dkg_complaint_create(&complaint, &params, (uint16_t)(i + 1), &deal,
        (uint16_t)(j + 1), &T.players[player].key, random));
    dkg_complaint_write(&w, &complaint);
    return w.size;
}

static void test_upheld_complaint_ejects_the_dealer_and_starts_over_without(void **unused)
{
    struct hand hand;
    struct dkg_deal deal;
    uint8_t bytes[DKG_COMPLAINT_BYTES];
    (void)unused;
    table_with_members(4);
    submit_join(4, 0, false);
    advance();
    run_to_deal();
    random_hand(&T.prng, &hand);
    hand_deal(2, 1, &hand, &deal);
    submit_deal(2, &table.params, &deal);
    submit_honest_deal(0);
    submit_honest_deal(1);
    submit_honest_deal(3);
    submit_honest_deal(4);
    advance();
    assert_int_equal(state()->attempt.phase, ATTEMPT_ACK);
    uint32_t attempt = state()->attempt.dkg_id;
    submit(1, OP_COMPLAIN, bytes, make_complaint(bytes, 1, 2));
    advance();
    assert_int_equal(refusal_of(1), 0);
    assert_int_equal(standing(2), STANDING_EJECTED);
    assert_true(in_roster(2));
    assert_int_equal(state()->attempt.dkg_id, attempt + 1);
    assert_int_equal(state()->attempt.phase, ATTEMPT_KEYS);
    assert_false(is_candidate(2));
    assert_true(is_candidate(4));
    assert_true(toy_find(toy(), T.players[2].pk)->seated);
    assert_int_equal(outcome(2, OP_GAME, "\1\0\0\0\1", 5), LEDGER_REFUSED_EJECTED);
    run_switch();
    assert_false(in_roster(2));
    assert_int_equal(state()->roster.count, 4);
    assert_false(toy_find(toy(), T.players[2].pk)->seated);
    uint8_t payload[256];
    size_t size = join_payload(payload, 2, 0, false);
    assert_int_equal(outcome(2, OP_JOIN, payload, size), LEDGER_REFUSED_EJECTED);
}

static void test_false_complaint_ejects_the_complainer(void **unused)
{
    uint8_t bytes[DKG_COMPLAINT_BYTES];
    (void)unused;
    table_with_members(2);
    submit_join(2, 0, false);
    submit_join(5, 0, true);
    advance();
    run_to_ack();
    size_t size = make_complaint(bytes, 2, 1);
    assert_int_equal(outcome(0, OP_COMPLAIN, bytes, size), LEDGER_REFUSED_BAD_COMPLAINT);
    assert_int_equal(outcome(5, OP_COMPLAIN, bytes, size), LEDGER_REFUSED_NOT_CANDIDATE);
    assert_int_equal(outcome(2, OP_COMPLAIN, bytes, size - 1), LEDGER_REFUSED_MALFORMED);
    bytes[size - 1] ^= 0x01;
    assert_int_not_equal(outcome(2, OP_COMPLAIN, bytes, size), 0);
    bytes[size - 1] ^= 0x01;
    bytes[5] = 9; /* no such dealer */
    assert_int_equal(outcome(2, OP_COMPLAIN, bytes, size), LEDGER_REFUSED_BAD_COMPLAINT);
    bytes[5] = 0;
    assert_int_equal(outcome(2, OP_COMPLAIN, bytes, size), LEDGER_REFUSED_BAD_COMPLAINT);
    bytes[3] ^= 1;
    assert_int_equal(outcome(2, OP_COMPLAIN, bytes, size), LEDGER_REFUSED_WRONG_ATTEMPT);
    size = make_complaint(bytes, 2, 1);
    submit(2, OP_COMPLAIN, bytes, size);
    advance();
    assert_int_equal(standing(2), STANDING_EJECTED);
    assert_int_equal(state()->attempt.phase, ATTEMPT_NONE);
    assert_int_equal(standing(1), STANDING_MEMBER);
}

static void test_complaint_after_its_own_ack_is_refused(void **unused)
{
    uint8_t bytes[DKG_COMPLAINT_BYTES];
    (void)unused;
    table_with_members(1);
    submit_join(1, 0, false);
    advance();
    run_to_ack();
    submit_ack(1);
    advance();
    size_t size = make_complaint(bytes, 1, 0);
    assert_int_equal(outcome(1, OP_COMPLAIN, bytes, size), LEDGER_REFUSED_ALREADY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_are_refused_unless_due),
        cmocka_unit_test(test_deal_is_refused_unless_right),
        cmocka_unit_test(test_deal_with_a_copied_one_time_key_is_refused),
        cmocka_unit_test(test_ack_is_refused_unless_for_these_deals),
        cmocka_unit_test(test_an_attempt_waits_for_the_last_ack),
        cmocka_unit_test(test_upheld_complaint_ejects_the_dealer_and_starts_over_without),
        cmocka_unit_test(test_false_complaint_ejects_the_complainer),
        cmocka_unit_test(test_complaint_after_its_own_ack_is_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    table_close();
    return failed;
}
