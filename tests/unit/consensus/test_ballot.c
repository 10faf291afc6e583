/* Ballots: who is let in and who is sent away, for every number of members. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/consensus/ledger_table.h"

static int ballot(int player, int about, uint8_t question, uint8_t yes)
{
    uint8_t payload[2 + ID_BYTES];
    return outcome(player, OP_BALLOT, payload, ballot_payload(payload, about, question, yes));
}

/* A table of so many members that asks its members; players[members] has asked to come in. */
static void table_that_is_asked(int members)
{
    table_open(SEATS | TOY_BY_BALLOT);
    run_switch();
    for (int i = 1; i <= members; i++) {
        submit_join(i, 0, false);
        advance();
        assert_int_equal(refusal_of(i), 0);
        assert_int_equal(standing(i), STANDING_WAITING);
        if (i < members) {
            for (int voter = 0; voter < i && standing(i) == STANDING_WAITING; voter++) {
                submit_ballot(voter, i, BALLOT_ADMIT, true);
                advance();
            }
            run_switch();
        }
    }
    assert_int_equal(state()->roster.count, members);
}

static void test_sizes_for_every_table(void **unused)
{
    (void)unused;
    for (unsigned n = 1; n <= MEMBERS_MAX; n++) {
        unsigned in = quorum_admission(n), out = quorum_removal(n);
        assert_true(2 * in > n && 2 * (in - 1) <= n);
        assert_true(n < 3 ? out > n : out <= n - 1);
        /* Liars alone send nobody away; all honest others do without them, where liars are borne. */
        assert_true(n < 3 || out > quorum_faulty(n));
        assert_true(n < 4 || out <= n - quorum_faulty(n));
    }
}

static void test_majority_lets_a_newcomer_in(void **unused)
{
    (void)unused;
    for (int n = 1; n < SEATS; n++) {
        table_that_is_asked(n);
        int needed = n / 2 + 1;
        for (int voter = 0; voter < needed; voter++) {
            assert_int_equal(standing(n), STANDING_WAITING);
            assert_int_equal(state()->attempt.phase, ATTEMPT_NONE);
            submit_ballot(voter, n, BALLOT_ADMIT, true);
            advance();
            assert_int_equal(refusal_of(voter), 0);
        }
        assert_int_equal(standing(n), STANDING_JOINING);
        run_switch();
        assert_true(in_roster(n));
        assert_int_equal(standing(n), STANDING_MEMBER);
    }
}

static void test_newcomer_is_refused_when_no_majority_is_left(void **unused)
{
    (void)unused;
    for (int n = 1; n < SEATS; n++) {
        table_that_is_asked(n);
        for (int against = 1; n - (against - 1) >= n / 2 + 1; against++) {
            assert_int_equal(standing(n), STANDING_WAITING);
            submit_ballot(n - against, n, BALLOT_ADMIT, false);
            advance();
        }
        assert_int_equal(standing(n), STANDING_NONE);
        assert_int_equal(ballot(0, n, BALLOT_ADMIT, true), LEDGER_REFUSED_NOT_CANDIDATE);
        /* He may ask again, and is asked about again. */
        submit_join(n, 0, false);
        advance();
        assert_int_equal(standing(n), STANDING_WAITING);
        assert_int_equal(known(n)->no, 0);
    }
}

static void test_last_word_of_a_member_stands(void **unused)
{
    (void)unused;
    table_that_is_asked(4);
    submit_ballot(0, 4, BALLOT_ADMIT, true);
    advance();
    assert_int_equal(ballot(0, 4, BALLOT_ADMIT, true), LEDGER_REFUSED_ALREADY);
    submit_ballot(0, 4, BALLOT_ADMIT, false);
    submit_ballot(1, 4, BALLOT_ADMIT, true);
    submit_ballot(2, 4, BALLOT_ADMIT, true);
    advance();
    assert_int_equal(standing(4), STANDING_WAITING);
    assert_int_equal(__builtin_popcountll(known(4)->yes), 2);
    assert_int_equal(__builtin_popcountll(known(4)->no), 1);
    submit_ballot(0, 4, BALLOT_ADMIT, true);
    advance();
    assert_int_equal(standing(4), STANDING_JOINING);
}

static void test_only_members_and_only_the_question_that_is_asked(void **unused)
{
    uint8_t payload[3 + ID_BYTES] = {BALLOT_ADMIT, 1};
    (void)unused;
    table_that_is_asked(3);
    assert_int_equal(ballot(3, 3, BALLOT_ADMIT, 1), LEDGER_REFUSED_NOT_MEMBER);
    assert_int_equal(ballot(0, 3, BALLOT_REMOVE, 1), LEDGER_REFUSED_NOT_CANDIDATE);
    assert_int_equal(ballot(0, 1, BALLOT_ADMIT, 1), LEDGER_REFUSED_NOT_CANDIDATE);
    assert_int_equal(ballot(0, 0, BALLOT_REMOVE, 1), LEDGER_REFUSED_NOT_CANDIDATE);
    assert_int_equal(ballot(0, 7, BALLOT_ADMIT, 1), LEDGER_REFUSED_NOT_CANDIDATE);
    assert_int_equal(ballot(0, 3, 0, 1), LEDGER_REFUSED_MALFORMED);
    assert_int_equal(ballot(0, 3, 3, 1), LEDGER_REFUSED_MALFORMED);
    assert_int_equal(ballot(0, 3, BALLOT_ADMIT, 2), LEDGER_REFUSED_MALFORMED);
    assert_int_equal(outcome(0, OP_BALLOT, payload, 1 + ID_BYTES), LEDGER_REFUSED_MALFORMED);
    assert_int_equal(outcome(0, OP_BALLOT, payload, 3 + ID_BYTES), LEDGER_REFUSED_MALFORMED);
    /* Who waits has no seat to play from, and may give up waiting. */
    submit(3, OP_LEAVE, NULL, 0);
    advance();
    assert_int_equal(standing(3), STANDING_NONE);
}

static void test_bots_come_in_unasked(void **unused)
{
    (void)unused;
    table_open(SEATS | TOY_BY_BALLOT);
    run_switch();
    submit_join(1, 0, true);
    advance();
    assert_int_equal(standing(1), STANDING_PLAYER);
}

static void test_others_send_one_of_them_away(void **unused)
{
    (void)unused;
    for (int n = 1; n <= SEATS; n++) {
        table_with_members(n);
        int needed = (int)quorum_removal((unsigned)n);
        for (int voter = 0; voter < n - 1 && voter < needed; voter++) {
            assert_int_equal(standing(n - 1), STANDING_MEMBER);
            submit_ballot(voter, n - 1, BALLOT_REMOVE, true);
            advance();
        }
        if (n < 3) {
            assert_int_equal(standing(n - 1), STANDING_MEMBER);
            continue;
        }
        assert_int_equal(standing(n - 1), STANDING_LEAVING);
        assert_false(toy_find(toy(), T.players[n - 1].pk)->seated);
        run_switch();
        assert_int_equal(state()->roster.count, n - 1);
        assert_int_equal(standing(n - 1), STANDING_PLAYER);
    }
}

static void test_who_was_sent_away_needs_the_words_again(void **unused)
{
    (void)unused;
    table_with_members(4);
    for (int voter = 0; voter < 3; voter++) {
        submit_ballot(voter, 3, BALLOT_REMOVE, true);
    }
    advance();
    run_switch();
    assert_int_equal(outcome(3, OP_REKEY, NULL, 0), LEDGER_REFUSED_SENT_AWAY);
    submit_join(3, 0, false);
    advance();
    assert_int_equal(refusal_of(3), 0);
    assert_int_equal(standing(3), STANDING_JOINING);
    assert_false(known(3)->sent_away);
    run_switch();
    assert_int_equal(standing(3), STANDING_MEMBER);
    assert_int_equal(known(3)->yes, 0);
}

static void test_sent_away_from_a_table_that_asks_is_asked_about_again(void **unused)
{
    (void)unused;
    table_that_is_asked(4);
    for (int voter = 0; voter < 3; voter++) {
        submit_ballot(voter, 3, BALLOT_REMOVE, true);
        submit_ballot(voter, 4, BALLOT_ADMIT, true);
    }
    advance();
    run_switch();
    assert_int_equal(standing(3), STANDING_PLAYER);
    assert_int_equal(standing(4), STANDING_MEMBER);
    submit_join(3, 0, false);
    advance();
    assert_int_equal(standing(3), STANDING_WAITING);
}

/* Three of four want one to go, one of them a newcomer's voter: ballots keep their voters when
 * places move, and a smaller table may find that they suffice. */
static void test_ballots_follow_their_voters_into_the_next_electorate(void **unused)
{
    (void)unused;
    table_with_members(5);
    submit_ballot(0, 1, BALLOT_REMOVE, true);
    submit_ballot(2, 1, BALLOT_REMOVE, true);
    submit_ballot(3, 1, BALLOT_REMOVE, true);
    submit_ballot(0, 2, BALLOT_REMOVE, true);
    submit_ballot(1, 2, BALLOT_REMOVE, false);
    submit(4, OP_LEAVE, NULL, 0);
    advance();
    assert_int_equal(standing(1), STANDING_MEMBER); /* of five: four */
    run_switch();
    assert_int_equal(state()->roster.count, 4);
    assert_int_equal(standing(1), STANDING_LEAVING); /* of four: three */
    int zero = roster_find(&state()->roster, T.players[0].pk);
    int one = roster_find(&state()->roster, T.players[1].pk);
    assert_int_equal(known(2)->yes, UINT64_C(1) << zero);
    assert_int_equal(known(2)->no, UINT64_C(1) << one);
}

static void test_state_with_ballots_reads_back(void **unused)
{
    static uint8_t bytes[PROTOCOL_BYTES_MAX];
    static struct protocol_state back;
    (void)unused;
    table_that_is_asked(3);
    submit_ballot(0, 3, BALLOT_ADMIT, true);
    submit_ballot(1, 3, BALLOT_ADMIT, false);
    submit_ballot(0, 2, BALLOT_REMOVE, true);
    advance();
    struct writer w = writer_of(bytes, sizeof bytes);
    protocol_encode(state(), &w);
    struct reader r = reader_of(bytes, w.size);
    assert_true(protocol_decode(&back, &r));
    assert_true(reader_done(&r));
    const struct identity *asked = protocol_identity(&back, T.players[3].pk);
    assert_int_equal(asked->yes, known(3)->yes);
    assert_int_equal(asked->no, known(3)->no);
    /* Bits of nobody, of both sides, and none at all are no state. */
    struct protocol_state *bad = &back;
    struct identity *subject = protocol_identity_mut(bad, T.players[3].pk);
    static const uint64_t wrong[][2] = {{8, 0}, {0, 8}, {1, 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        static struct protocol_state out;
        subject->yes = wrong[i][0];
        subject->no = wrong[i][1];
        w = writer_of(bytes, sizeof bytes);
        protocol_encode(bad, &w);
        r = reader_of(bytes, w.size);
        assert_false(protocol_decode(&out, &r));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_for_every_table),
        cmocka_unit_test(test_majority_lets_a_newcomer_in),
        cmocka_unit_test(test_newcomer_is_refused_when_no_majority_is_left),
        cmocka_unit_test(test_last_word_of_a_member_stands),
        cmocka_unit_test(test_only_members_and_only_the_question_that_is_asked),
        cmocka_unit_test(test_bots_come_in_unasked),
        cmocka_unit_test(test_others_send_one_of_them_away),
        cmocka_unit_test(test_who_was_sent_away_needs_the_words_again),
        cmocka_unit_test(test_sent_away_from_a_table_that_asks_is_asked_about_again),
        cmocka_unit_test(test_ballots_follow_their_voters_into_the_next_electorate),
        cmocka_unit_test(test_state_with_ballots_reads_back),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    table_close();
    return failed;
}
