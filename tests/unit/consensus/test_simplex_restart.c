/* Timers and restarts of a single member (protocol A.5, A.6, A.9). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/consensus/simplex_solo.h"

static const struct digest nowhere = {.b = {77}};

static int teardown(void **state)
{
    (void)state;
    solo_free();
    return 0;
}

static void test_backoff_grows_with_views_since_the_last_final_one(void **state)
{
    (void)state;
    static const uint64_t delta[] = {60, 90, 135, 202, 303};
    solo_start(4, 0, 3); /* led by others up to view 4 */
    solo_op(1);
    for (uint64_t view = 1; view <= 4; view++) {
        assert_true(simplex_deadline_ms(solo.simplex) >= solo.now_ms);
        if (roster_leader(&solo.params.roster, 3, view) != 0) {
            uint64_t entered = solo.now_ms;
            solo_poll(2 * delta[view - 1] - 1);
            assert_int_equal(solo_count(MSG_NULLIFY, view), 0);
            solo_poll(1);
            assert_int_equal(solo_count(MSG_NULLIFY, view), 1);
            assert_true(solo.now_ms == entered + 2 * delta[view - 1]);
        }
        solo_cert(1, VOTE_NULLIFY, view, NULL, 0xe);
    }
}

static void test_the_backoff_stops_at_eight_seconds(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_cert(1, VOTE_NULLIFY, 1001, NULL, 0xe);
    solo_op(1);
    solo_poll(15999);
    assert_int_equal(solo_count(MSG_NULLIFY, 1002), 0);
    solo_poll(1);
    assert_int_equal(solo_count(MSG_NULLIFY, 1002), 1);
}

static void test_a_leader_whose_link_is_down_is_not_waited_for(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    simplex_link(solo.simplex, 1, false, solo.now_ms, solo_step());
    solo_absorb();
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 0);
    solo_op(1);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 1);
    /* Without a quorum that answers, nobody is called silent. */
    solo_start(4, 0, 0);
    simplex_link(solo.simplex, 1, false, solo.now_ms, solo_step());
    simplex_link(solo.simplex, 2, false, solo.now_ms, solo_step());
    solo_op(1);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 0);
}

static void test_a_suspend_arms_timers_anew_instead_of_firing(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_op(1);
    simplex_rearm(solo.simplex, solo.now_ms + 3600000);
    solo_poll(3600000);
    assert_int_equal(solo.sent_count, 0);
    assert_int_equal(simplex_deadline_ms(solo.simplex), solo.now_ms + 120);
}

static void test_an_unfinal_tail_asks_and_asks_again(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    solo_cert(1, VOTE_NOTARIZE, 1, &a, 0xe);
    solo_clear();
    solo_poll(119);
    assert_int_equal(solo_count(MSG_STATUS, 2), 0);
    solo_poll(200);
    assert_int_equal(solo_count(MSG_STATUS, 2), 1);
    solo_poll(400);
    assert_int_equal(solo_count(MSG_STATUS, 2), 2);
}

static void test_a_standstill_resends_everything_but_ever_less_often(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_op(1);
    unsigned attempts = 0;
    for (unsigned i = 0; i < 6000; i++) {
        solo_clear();
        solo_poll(10);
        attempts += solo.sent_count > 2;
    }
    assert_true(attempts <= 8);
    assert_true(simplex_inspect(solo.simplex).messages_sent < 400);
}

static void test_a_standstill_resends_every_own_vote(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_propose(1, 0, &solo.params.base, 1);
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 1);
    for (unsigned i = 0; i < 50; i++) {
        solo_poll(10);
    }
    assert_true(solo_count(MSG_NULLIFY, 1) > 0);
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 1);
    for (unsigned i = 0; i < 100; i++) {
        solo_poll(10);
    }
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 2);
}

static void restart(void)
{
    struct journal_record kept[256];
    memcpy(kept, solo.journal, sizeof kept);
    toy_chain_forget(&solo.chain);
    solo_begin();
    solo_clear();
    for (unsigned i = solo.journal_count; i > 0; i--) {
        simplex_restore_vote(solo.simplex, &kept[i - 1]);
    }
}

static void link_all(void)
{
    for (unsigned i = 0; i < solo.n; i++) {
        if (i != solo.self) {
            simplex_link(solo.simplex, i, true, solo.now_ms, solo_step());
            solo_absorb();
        }
    }
}

static void test_a_restarted_member_repeats_its_votes_and_gives_no_other(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    restart();
    struct digest b = solo_propose(1, 0, &solo.params.base, 2);
    assert_int_equal(solo.step.journal_count, 0);
    link_all();
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 3);
    for (unsigned i = 0; i < solo.sent_count; i++) {
        bool other = digest_equal(&solo.sent[i].digest, &b);
        assert_false(solo.sent[i].kind == MSG_NOTARIZE && other);
    }
    (void)a;
}

static void test_a_restored_nullify_forbids_finalize(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_op(1);
    solo_poll(120);
    restart();
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    solo_cert(2, VOTE_NOTARIZE, 1, &a, 0xe);
    assert_int_equal(solo_view(), 2);
    assert_int_equal(solo_count(MSG_FINALIZE, 1), 0);
}

static void test_a_restored_finalize_forbids_nullify(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    solo_vote(VOTE_NOTARIZE, 2, 1, &a);
    restart();
    solo_op(2);
    solo_poll(500);
    solo_vote(VOTE_NULLIFY, 1, 1, NULL);
    solo_vote(VOTE_NULLIFY, 2, 1, NULL);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 0);
}

static void test_restored_own_votes_count_at_home(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_op(1);
    solo_poll(120);
    restart();
    solo_vote(VOTE_NULLIFY, 2, 1, NULL);
    solo_vote(VOTE_NULLIFY, 3, 1, NULL);
    assert_int_equal(solo_view(), 2);
    solo_start(1, 0, 0);
    toy_chain_add_op(&solo.chain, 1);
    struct journal_record r = {.kind = VOTE_NULLIFY, .epoch = 2, .view = 1};
    simplex_restore_vote(solo.simplex, &r);
    solo_poll(0);
    assert_int_equal(solo_view(), 3);
    assert_int_equal(solo.finals, 1);
}

static void test_timers_run_again_for_a_restored_nullify(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_op(1);
    solo_poll(120);
    restart();
    solo_poll(0);
    assert_int_equal(simplex_deadline_ms(solo.simplex), solo.now_ms + 240);
    solo_poll(240);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 1);
    assert_int_equal(solo.step.journal_count, 0);
}

static void test_a_restarted_leader_proposes_the_same_bytes_or_nothing(void **state)
{
    (void)state;
    for (unsigned with_bytes = 0; with_bytes < 2; with_bytes++) {
        solo_start(4, 1, 0);
        solo_op(4);
        static uint8_t bytes[BLOCK_BYTES_MAX];
        size_t size = solo.step.proposals[0].size;
        memcpy(bytes, solo.step.proposals[0].bytes, size);
        struct digest first = solo.sent[0].digest;
        restart();
        if (with_bytes != 0) {
            simplex_restore_proposal(solo.simplex, 1, bytes, size);
        }
        solo_op(5);
        assert_int_equal(solo_count(MSG_PROPOSE, 1), with_bytes);
        assert_int_equal(solo.step.journal_count, 0);
        assert_int_equal(solo.step.proposal_count, 0);
        if (with_bytes != 0) {
            assert_memory_equal(&solo.sent[0].digest, &first, DIGEST_BYTES);
        }
        solo_poll(1);
        assert_int_equal(solo_count(MSG_PROPOSE, 1), with_bytes);
    }
}

static void test_votes_of_other_epochs_and_below_the_floor_are_not_restored(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct journal_record old = {.kind = VOTE_NULLIFY, .epoch = 1, .view = 1};
    simplex_restore_vote(solo.simplex, &old);
    solo_poll(0);
    assert_true(simplex_deadline_ms(solo.simplex) == UINT64_MAX);
    simplex_restore_final(solo.simplex, 7, &nowhere, NULL);
    old.epoch = 2;
    simplex_restore_vote(solo.simplex, &old);
    solo_poll(0);
    assert_int_equal(solo_view(), 8);
    assert_true(simplex_deadline_ms(solo.simplex) == UINT64_MAX);
    /* The floor never moves back. */
    simplex_restore_final(solo.simplex, 3, &nowhere, NULL);
    assert_int_equal(solo_view(), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backoff_grows_with_views_since_the_last_final_one),
        cmocka_unit_test(test_the_backoff_stops_at_eight_seconds),
        cmocka_unit_test(test_a_leader_whose_link_is_down_is_not_waited_for),
        cmocka_unit_test(test_a_suspend_arms_timers_anew_instead_of_firing),
        cmocka_unit_test(test_an_unfinal_tail_asks_and_asks_again),
        cmocka_unit_test(test_a_standstill_resends_everything_but_ever_less_often),
        cmocka_unit_test(test_a_standstill_resends_every_own_vote),
        cmocka_unit_test(test_a_restarted_member_repeats_its_votes_and_gives_no_other),
        cmocka_unit_test(test_a_restored_nullify_forbids_finalize),
        cmocka_unit_test(test_a_restored_finalize_forbids_nullify),
        cmocka_unit_test(test_restored_own_votes_count_at_home),
        cmocka_unit_test(test_timers_run_again_for_a_restored_nullify),
        cmocka_unit_test(test_a_restarted_leader_proposes_the_same_bytes_or_nothing),
        cmocka_unit_test(test_votes_of_other_epochs_and_below_the_floor_are_not_restored),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
