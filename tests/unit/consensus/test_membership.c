/* Who sits and who votes: tables that grow and shrink by operations alone, and every refusal. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/consensus/ledger_table.h"

static void test_table_grows_to_four_and_shrinks_to_three_by_operations_alone(void **unused)
{
    (void)unused;
    table_open(SEATS);
    run_switch();
    for (int i = 1; i < 4; i++) {
        submit_join(i, i - 1, false);
        advance();
        assert_int_equal(refusal_of(i), 0);
        assert_int_equal(standing(i), STANDING_JOINING);
        assert_int_equal(toy_seated(toy()), i);
        assert_false(in_roster(i));
        run_switch();
        assert_int_equal(state()->roster.count, i + 1);
        assert_int_equal(standing(i), STANDING_MEMBER);
        assert_true(in_roster(i));
        assert_int_equal(toy_seated(toy()), i + 1);
        assert_int_equal(toy()->members, i + 1);
        assert_int_equal(toy()->faulty, i == 3);
        assert_true(toy()->dice_allowed);
        assert_int_equal(state()->attempt.phase, ATTEMPT_NONE);
    }
    struct digest hash = roster_hash(&state()->roster);
    assert_memory_equal(hash.b, state()->members_hash.b, 32);
    submit(2, OP_LEAVE, NULL, 0);
    advance();
    assert_int_equal(standing(2), STANDING_LEAVING);
    assert_true(in_roster(2));
    assert_false(toy_find(toy(), T.players[2].pk)->seated);
    run_switch();
    assert_int_equal(state()->epoch, 5);
    assert_int_equal(state()->roster.count, 3);
    assert_int_equal(standing(2), STANDING_PLAYER);
    assert_false(in_roster(2));
    assert_int_equal(toy()->members, 3);
    submit_game(0, TOY_THROW);
    advance();
    offer_result();
    advance();
    assert_int_equal(toy()->roll, 1);
    /* The one who left comes back with a new ticket and finds its stack. */
    submit_join(2, 0, false);
    advance();
    run_switch();
    assert_int_equal(state()->roster.count, 4);
    assert_true(toy_find(toy(), T.players[2].pk)->seated);
    assert_int_equal(known(2)->seq, T.players[2].seq);
}

static void test_changes_during_an_attempt_wait_for_the_next(void **unused)
{
    (void)unused;
    table_with_members(2);
    submit_join(2, 0, false);
    advance();
    uint32_t attempt = state()->attempt.dkg_id;
    submit_join(3, 0, false);
    submit(1, OP_LEAVE, NULL, 0);
    advance();
    assert_int_equal(state()->attempt.dkg_id, attempt);
    assert_int_equal(state()->attempt.roster.count, 3);
    run_switch();
    assert_int_equal(state()->roster.count, 3);
    assert_int_equal(standing(1), STANDING_LEAVING);
    assert_int_equal(standing(3), STANDING_JOINING);
    assert_int_equal(state()->attempt.phase, ATTEMPT_KEYS);
    assert_int_equal(state()->attempt.dkg_id, attempt + 1);
    assert_true(is_candidate(0) && is_candidate(2) && is_candidate(3) && !is_candidate(1));
    run_switch();
    assert_int_equal(state()->roster.count, 3);
    assert_int_equal(standing(1), STANDING_PLAYER);
    assert_int_equal(standing(3), STANDING_MEMBER);
}

static void test_join_needs_a_ticket_of_a_member_for_exactly_this(void **unused)
{
    uint8_t payload[256];
    (void)unused;
    table_with_members(2);
    size_t size = join_payload(payload, 3, 1, false);
    assert_int_equal(outcome(3, OP_JOIN, payload, size), 0);
    assert_int_equal(outcome(4, OP_JOIN, payload, size), -1);
    for (size_t at = 0; at < size; at++) {
        payload[at] ^= 1;
        assert_int_equal(outcome(3, OP_JOIN, payload, size), -1);
        payload[at] ^= 1;
    }
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_equal(outcome(3, OP_JOIN, payload, cut), -1);
    }
    size = join_payload(payload, 3, 5, false); /* of a stranger */
    assert_int_equal(outcome(3, OP_JOIN, payload, size), -1);
    size = join_payload(payload, 3, 3, false);
    assert_int_equal(outcome(3, OP_JOIN, payload, size), -1);
    /* Who is known gets a refusal instead. */
    size = join_payload(payload, 1, 5, false);
    assert_int_equal(outcome(1, OP_JOIN, payload, size), LEDGER_REFUSED_BAD_TICKET);
    assert_int_equal(outcome(1, OP_JOIN, payload, 3), LEDGER_REFUSED_MALFORMED);
    size = join_payload(payload, 1, 0, false);
    assert_int_equal(outcome(1, OP_JOIN, payload, size), LEDGER_REFUSED_ALREADY);
    /* A bot sponsors nobody. */
    submit_join(3, 0, true);
    advance();
    size = join_payload(payload, 4, 3, false);
    assert_int_equal(outcome(4, OP_JOIN, payload, size), -1);
}

static void test_bot_sits_at_once_and_changes_no_electorate(void **unused)
{
    uint8_t payload[256];
    (void)unused;
    table_with_members(2);
    submit_join(5, 1, true);
    submit_game(5, TOY_ADD);
    advance();
    assert_int_equal(refusal_of(5), 0);
    assert_int_equal(standing(5), STANDING_PLAYER);
    assert_true(known(5)->bot);
    assert_memory_equal(known(5)->sponsor, T.players[1].pk, 32);
    assert_int_equal(state()->attempt.phase, ATTEMPT_NONE);
    assert_int_equal(toy()->total, 7);
    size_t size = join_payload(payload, 5, 1, false);
    assert_int_equal(outcome(5, OP_JOIN, payload, size), LEDGER_REFUSED_ALREADY);
    assert_int_equal(outcome(5, OP_REKEY, NULL, 0), LEDGER_REFUSED_NOT_MEMBER);
    submit(5, OP_LEAVE, NULL, 0);
    advance();
    assert_false(toy_find(toy(), T.players[5].pk)->seated);
    assert_int_equal(state()->attempt.phase, ATTEMPT_NONE);
    submit_join(5, 1, true);
    advance();
    assert_true(toy_find(toy(), T.players[5].pk)->seated);
    /* It goes with the member that signs for it. */
    submit(1, OP_LEAVE, NULL, 0);
    advance();
    assert_false(toy_find(toy(), T.players[5].pk)->seated);
}

static void test_full_table_refuses_and_keeps_only_the_sequence_number(void **unused)
{
    (void)unused;
    table_open(2);
    submit_join(1, 0, true);
    submit_join(2, 0, false);
    submit_join(3, 0, true);
    advance();
    assert_int_equal(refusal_of(1), 0);
    assert_int_equal(refusal_of(2), TOY_TABLE_FULL);
    assert_int_equal(refusal_of(3), TOY_TABLE_FULL);
    assert_int_equal(standing(2), STANDING_NONE);
    assert_int_equal(standing(3), STANDING_NONE);
    assert_int_equal(known(2)->seq, 1);
    assert_int_equal(outcome(2, OP_GAME, "\1\0\0\0\1", 5), -1);
    submit(1, OP_LEAVE, NULL, 0);
    advance();
    submit_join(2, 0, false);
    advance();
    assert_int_equal(refusal_of(2), 0);
    assert_int_equal(standing(2), STANDING_JOINING);
}

static void test_leaver_of_a_waiting_seat_is_a_stranger_again(void **unused)
{
    (void)unused;
    table_with_members(1);
    submit_join(1, 0, false);
    advance();
    uint32_t attempt = state()->attempt.dkg_id;
    submit(1, OP_LEAVE, NULL, 0);
    advance();
    assert_int_equal(refusal_of(1), 0);
    assert_int_equal(standing(1), STANDING_NONE);
    assert_int_equal(state()->attempt.phase, ATTEMPT_NONE);
    assert_int_equal(state()->attempt.dkg_id, attempt);
    assert_int_equal(outcome(1, OP_LEAVE, NULL, 0), -1);
}

static void test_last_leave_ends_the_table(void **unused)
{
    (void)unused;
    table_with_members(2);
    assert_int_equal(outcome(0, OP_LEAVE, "x", 1), LEDGER_REFUSED_MALFORMED);
    submit(0, OP_LEAVE, NULL, 0);
    advance();
    assert_int_equal(outcome(0, OP_LEAVE, NULL, 0), LEDGER_REFUSED_ALREADY);
    assert_false(state()->ended);
    submit(1, OP_LEAVE, NULL, 0);
    submit_game(1, TOY_ADD);
    advance();
    assert_true(state()->ended);
    assert_int_equal(T.effects.op_count, 1);
    assert_int_equal(state()->attempt.phase, ATTEMPT_NONE);
    T.players[1].seq = known(1)->seq;
    assert_int_equal(outcome(1, OP_GAME, "\1\0\0\0\1", 5), -1);
    assert_false(ledger_has_work(T.ledger, &T.head));
    advance();
    assert_int_equal(T.effects.op_count, 0);
}

static void test_last_leave_during_a_throw_waits_for_its_result(void **unused)
{
    (void)unused;
    table_with_members(1);
    submit_game(0, TOY_THROW);
    submit(0, OP_LEAVE, NULL, 0);
    advance();
    assert_false(state()->ended);
    offer_result();
    advance();
    assert_true(state()->ended);
    assert_int_equal(toy_seated(toy()), 0);
}

static void test_silent_joiner_is_dropped_by_witnesses_and_may_try_again(void **unused)
{
    (void)unused;
    table_with_members(4);
    submit_join(4, 0, false);
    submit_join(5, 0, true);
    advance();
    for (int i = 0; i < 4; i++) {
        submit_keys(i);
    }
    advance();
    uint32_t attempt = state()->attempt.dkg_id;
    uint8_t id[32];
    memcpy(id, T.players[4].pk, 32);
    assert_int_equal(attempt_op(5, OP_ABSENT, attempt, id, 32), LEDGER_REFUSED_NOT_MEMBER);
    assert_int_equal(attempt_op(0, OP_ABSENT, attempt + 1, id, 32), LEDGER_REFUSED_WRONG_ATTEMPT);
    assert_int_equal(attempt_op(0, OP_ABSENT, attempt, id, 31), LEDGER_REFUSED_MALFORMED);
    assert_int_equal(
        attempt_op(0, OP_ABSENT, attempt, T.players[5].pk, 32), LEDGER_REFUSED_NOT_CANDIDATE);
    assert_int_equal(
        attempt_op(0, OP_ABSENT, attempt, T.players[0].pk, 32), LEDGER_REFUSED_NOT_CANDIDATE);
    assert_int_equal(
        attempt_op(0, OP_ABSENT, attempt, T.players[1].pk, 32), LEDGER_REFUSED_WRONG_PHASE);
    submit_absent(0, 4);
    advance();
    assert_int_equal(refusal_of(0), 0);
    assert_int_equal(standing(4), STANDING_JOINING);
    assert_int_equal(attempt_op(0, OP_ABSENT, attempt, id, 32), LEDGER_REFUSED_ALREADY);
    submit_absent(2, 4);
    advance();
    assert_int_equal(standing(4), STANDING_NONE);
    assert_int_equal(state()->attempt.phase, ATTEMPT_NONE);
    submit_join(4, 1, false);
    advance();
    assert_int_equal(standing(4), STANDING_JOINING);
    assert_int_equal(state()->attempt.dkg_id, attempt + 1);
    /* Saying something takes the marks away. */
    submit_absent(0, 4);
    advance();
    submit_keys(4);
    submit_absent(1, 0);
    advance();
    submit_absent(2, 1);
    advance();
    assert_int_equal(standing(4), STANDING_JOINING);
    assert_int_equal(
        state()->attempt.absent[roster_find(&state()->attempt.roster, T.players[4].pk)], 0);
}

static void test_silent_member_is_dropped_by_a_quorum_and_keeps_its_seat(void **unused)
{
    (void)unused;
    table_with_members(4);
    submit_join(4, 0, false);
    advance();
    uint32_t attempt = state()->attempt.dkg_id;
    submit_absent(0, 3);
    submit_absent(1, 3);
    advance();
    assert_int_equal(standing(3), STANDING_MEMBER);
    submit_absent(2, 3);
    advance();
    assert_int_equal(standing(3), STANDING_PLAYER);
    assert_true(in_roster(3));
    assert_true(toy_find(toy(), T.players[3].pk)->seated);
    assert_int_equal(state()->attempt.dkg_id, attempt + 1);
    assert_false(is_candidate(3));
    run_switch();
    assert_false(in_roster(3));
    assert_int_equal(state()->roster.count, 4);
    assert_true(toy_find(toy(), T.players[3].pk)->seated);
    submit_game(3, TOY_ADD);
    advance();
    assert_int_equal(refusal_of(3), 0);
    /* Back without a ticket. */
    submit(3, OP_REKEY, NULL, 0);
    advance();
    assert_int_equal(refusal_of(3), 0);
    assert_int_equal(standing(3), STANDING_JOINING);
    assert_int_equal(outcome(3, OP_REKEY, "x", 1), LEDGER_REFUSED_MALFORMED);
    run_switch();
    assert_int_equal(state()->roster.count, 5);
    assert_true(in_roster(3));
    assert_int_equal(toy_seated(toy()), 5);
}

static void test_rekey_before_its_keys_keeps_the_attempt(void **unused)
{
    (void)unused;
    table_with_members(2);
    submit_join(2, 0, false);
    advance();
    uint32_t attempt = state()->attempt.dkg_id;
    submit_keys(0);
    submit(1, OP_REKEY, NULL, 0);
    advance();
    assert_int_equal(refusal_of(1), 0);
    assert_int_equal(state()->attempt.dkg_id, attempt);
    assert_int_equal(
        state()->attempt.keys_in, 1u << roster_find(&state()->attempt.roster, T.players[0].pk));
    assert_false(state()->rekey_wanted);
}

static void test_silent_leaver_stays_a_leaver(void **unused)
{
    (void)unused;
    table_with_members(4);
    submit_join(4, 0, false);
    advance();
    submit(3, OP_LEAVE, NULL, 0);
    advance();
    assert_true(is_candidate(3));
    for (int i = 0; i < 3; i++) {
        submit_absent(i, 3);
    }
    advance();
    assert_int_equal(standing(3), STANDING_LEAVING);
    assert_false(is_candidate(3));
    run_switch();
    assert_int_equal(standing(3), STANDING_PLAYER);
    assert_int_equal(state()->roster.count, 4);
}

static void test_dropped_member_sponsors_nobody(void **unused)
{
    uint8_t payload[256];
    (void)unused;
    table_with_members(4);
    submit_join(4, 0, false);
    advance();
    for (int i = 0; i < 3; i++) {
        submit_absent(i, 3);
    }
    advance();
    assert_true(in_roster(3));
    size_t size = join_payload(payload, 5, 3, false);
    assert_int_equal(outcome(5, OP_JOIN, payload, size), -1);
}

static void test_two_members_cannot_drop_each_other(void **unused)
{
    (void)unused;
    table_with_members(2);
    submit_join(2, 0, false);
    advance();
    submit_absent(0, 1);
    advance();
    assert_int_equal(standing(1), STANDING_MEMBER);
    submit_absent(0, 2);
    submit_absent(1, 2);
    advance();
    assert_int_equal(standing(2), STANDING_NONE);
}

static void test_rekey_starts_an_attempt_with_the_same_roster_once_an_epoch(void **unused)
{
    (void)unused;
    table_with_members(2);
    uint32_t attempt = state()->dkg_id;
    submit(1, OP_REKEY, NULL, 0);
    advance();
    assert_int_equal(refusal_of(1), 0);
    assert_int_equal(state()->attempt.phase, ATTEMPT_KEYS);
    assert_int_equal(state()->attempt.dkg_id, attempt + 1);
    assert_int_equal(state()->attempt.roster.count, 2);
    assert_int_equal(outcome(1, OP_REKEY, NULL, 0), LEDGER_REFUSED_ALREADY);
    /* Who has posted no keys yet posts its new ones in the attempt that runs. */
    assert_int_equal(outcome(0, OP_REKEY, NULL, 0), 0);
    submit_keys(0);
    advance();
    /* Keys that are lost after they were posted start the attempt over. */
    submit(0, OP_REKEY, NULL, 0);
    advance();
    assert_int_equal(state()->attempt.dkg_id, attempt + 2);
    run_switch();
    assert_int_equal(state()->roster.count, 2);
    assert_int_equal(state()->attempt.phase, ATTEMPT_NONE);
    assert_int_equal(outcome(1, OP_REKEY, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_grows_to_four_and_shrinks_to_three_by_operations_alone),
        cmocka_unit_test(test_changes_during_an_attempt_wait_for_the_next),
        cmocka_unit_test(test_join_needs_a_ticket_of_a_member_for_exactly_this),
        cmocka_unit_test(test_bot_sits_at_once_and_changes_no_electorate),
        cmocka_unit_test(test_full_table_refuses_and_keeps_only_the_sequence_number),
        cmocka_unit_test(test_leaver_of_a_waiting_seat_is_a_stranger_again),
        cmocka_unit_test(test_last_leave_ends_the_table),
        cmocka_unit_test(test_last_leave_during_a_throw_waits_for_its_result),
        cmocka_unit_test(test_silent_joiner_is_dropped_by_witnesses_and_may_try_again),
        cmocka_unit_test(test_silent_member_is_dropped_by_a_quorum_and_keeps_its_seat),
        cmocka_unit_test(test_rekey_before_its_keys_keeps_the_attempt),
        cmocka_unit_test(test_silent_leaver_stays_a_leaver),
        cmocka_unit_test(test_dropped_member_sponsors_nobody),
        cmocka_unit_test(test_two_members_cannot_drop_each_other),
        cmocka_unit_test(test_rekey_starts_an_attempt_with_the_same_roster_once_an_epoch),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    table_close();
    return failed;
}
