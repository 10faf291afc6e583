/* The voting rules of protocol A.3 one by one, from outside a single member. Member 0 is under
 * test; with seed 0 view v is led by member v mod n. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "tests/unit/consensus/simplex_solo.h"

static const struct digest nowhere = {.b = {77}};

static int teardown(void **state)
{
    (void)state;
    solo_free();
    return 0;
}

static void test_a_proposal_is_notarized_and_finalized_in_the_step_of_its_quorum(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest c = solo_propose(1, 0, &solo.params.base, 5);
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 1);
    assert_int_equal(solo.step.journal_count, 1);
    assert_int_equal(solo.step.proposal_count, 1);
    solo_vote(VOTE_NOTARIZE, 2, 1, &c);
    assert_int_equal(solo_count(MSG_FINALIZE, 1), 1);
    assert_int_equal(solo_view(), 2);
    assert_non_null(solo.step.journal[0].proof);
    solo_vote(VOTE_FINALIZE, 2, 1, &c);
    assert_int_equal(solo.finals, 0);
    solo_vote(VOTE_FINALIZE, 3, 1, &c);
    assert_int_equal(solo.finals, 1);
    assert_true(solo.step.final[0].certificate != NULL);
    assert_true(toy_chain_has_op(&solo.chain, 5));
}

static void test_a_leader_proposes_in_the_step_that_brings_work(void **state)
{
    (void)state;
    solo_start(4, 1, 0);
    solo_op(9);
    assert_int_equal(solo_count(MSG_PROPOSE, 1), 1);
    assert_int_equal(solo.step.proposal_count, 1);
    solo_op(10);
    assert_int_equal(solo_count(MSG_PROPOSE, 1), 1);
}

static void test_one_member_finalizes_alone_in_one_step(void **state)
{
    (void)state;
    solo_start(1, 0, 0);
    for (unsigned op = 0; op < 40; op++) {
        toy_chain_add_op(&solo.chain, op);
    }
    solo_poll(0);
    assert_int_equal(solo.finals, 5);
    assert_int_equal(solo.step.outbox->count, 0);
    assert_true(simplex_deadline_ms(solo.simplex) == UINT64_MAX);
}

static void test_a_second_proposal_is_never_voted_for(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    struct digest b = solo_build(1, 0, &solo.params.base, 2);
    solo_send_block(1, 1, &b);
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 1);
    assert_true(solo.step.evidence_count > 0);
    assert_memory_equal(&solo.step.evidence[0][0].digest, &a, DIGEST_BYTES);
    assert_memory_equal(&solo.step.evidence[0][1].digest, &b, DIGEST_BYTES);
    /* Who saw its leader equivocate gives the view up, and does not finalize what others
     * notarize. */
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 1);
    solo_cert(2, VOTE_NOTARIZE, 1, &a, 0xe);
    assert_int_equal(solo_count(MSG_FINALIZE, 1), 0);
    assert_int_equal(solo_view(), 2);
}

static void test_no_finalize_after_nullify(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_op(1);
    solo_poll(120);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 1);
    struct digest c = solo_propose(1, 0, &solo.params.base, 1);
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 0);
    solo_cert(2, VOTE_NOTARIZE, 1, &c, 0xe);
    assert_int_equal(solo_view(), 2);
    solo_poll(10);
    solo_cert(2, VOTE_NULLIFY, 1, &c, 0xe);
    assert_int_equal(solo_count(MSG_FINALIZE, 1), 0);
}

static void test_nullify_after_notarize_is_normal(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_op(1);
    solo_propose(1, 0, &solo.params.base, 1);
    solo_poll(179);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 0);
    solo_poll(1);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 1);
}

static void test_finalize_is_voted_without_an_own_notarize_once_the_block_is_here(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest c = solo_build(1, 0, &solo.params.base, 1);
    solo_cert(2, VOTE_NOTARIZE, 1, &c, 0xe);
    assert_int_equal(solo_view(), 2);
    assert_int_equal(solo_count(MSG_FINALIZE, 1), 0);
    solo_poll(15);
    assert_int_equal(solo_count(MSG_FETCH, 1), 1);
    assert_int_equal(solo.sent[solo.sent_count - 1].to, 1);
    /* The proposer does not answer: the next one is asked. */
    solo_poll(120);
    assert_int_equal(solo_count(MSG_FETCH, 1), 2);
    assert_int_equal(solo.sent[solo.sent_count - 1].to, 2);
    static uint8_t bytes[MESSAGE_BYTES_MAX];
    struct fetch f = {.kind = FETCH_BLOCK, .epoch = 2, .view = 1, .digest = c};
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, MSG_FETCH_RESP);
    fetch_encode(&f, &w);
    write_bytes(&w, solo.block, solo.block_size);
    assert_true(solo_message(2, bytes, w.size));
    assert_int_equal(solo_count(MSG_FINALIZE, 1), 1);
}

static void test_an_answer_with_another_block_is_a_lie(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest c = solo_build(1, 0, &solo.params.base, 1);
    solo_cert(2, VOTE_NOTARIZE, 1, &c, 0xe);
    solo_poll(15);
    solo_build(1, 0, &solo.params.base, 2);
    static uint8_t bytes[MESSAGE_BYTES_MAX];
    struct fetch f = {.kind = FETCH_BLOCK, .epoch = 2, .view = 1, .digest = c};
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, MSG_FETCH_RESP);
    fetch_encode(&f, &w);
    write_bytes(&w, solo.block, solo.block_size);
    assert_false(solo_message(1, bytes, w.size));
    assert_int_equal(solo_count(MSG_FINALIZE, 1), 0);
}

static void test_an_invalid_block_is_nullified_at_once(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo.chain.wrong_roots = true;
    solo_propose(1, 0, &solo.params.base, 1);
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 0);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 1);
    assert_false(solo.step.alarm);
}

static void test_a_notarized_block_with_another_state_raises_the_alarm(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo.chain.wrong_roots = true;
    struct digest c = solo_propose(1, 0, &solo.params.base, 1);
    solo_clear();
    solo_cert(2, VOTE_NOTARIZE, 1, &c, 0xe);
    assert_true(solo.step.alarm);
    assert_true(simplex_inspect(solo.simplex).stopped);
    solo_op(3);
    solo_poll(10000);
    assert_int_equal(solo_count(MSG_NULLIFY, 2), 0);
    assert_int_equal(solo_count(MSG_FINALIZE, 1), 0);
}

static void test_missing_data_is_fetched_and_never_nullified_for(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_build(1, 0, &solo.params.base, 1);
    /* Into view 3 by a nullification of 2 alone; view 1 is unknown here. */
    solo_cert(1, VOTE_NULLIFY, 2, &a, 0xe);
    assert_int_equal(solo_view(), 3);
    struct digest c = solo_propose(3, 1, &a, 3);
    assert_int_equal(solo_count(MSG_NOTARIZE, 3), 0);
    assert_int_equal(solo_count(MSG_NULLIFY, 3), 0);
    assert_int_equal(solo_count(MSG_FETCH, 1), 1);
    assert_int_equal(solo.sent[solo.sent_count - 1].to, 3);
    solo_cert(3, VOTE_NOTARIZE, 1, &a, 0xe);
    assert_int_equal(solo_count(MSG_NOTARIZE, 3), 0);
    solo_build(1, 0, &solo.params.base, 1);
    solo_send_block(1, 1, &a);
    assert_int_equal(solo_count(MSG_NOTARIZE, 3), 1);
    assert_int_equal(solo_count(MSG_FINALIZE, 1), 1);
    (void)c;
}

static void test_a_skipped_view_needs_its_nullification(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    /* Views 1 and 2 are left by nullifications, but that of 1 is not here. */
    solo_cert(1, VOTE_NULLIFY, 2, &nowhere, 0xe);
    solo_propose(3, 0, &solo.params.base, 3);
    assert_int_equal(solo_count(MSG_NOTARIZE, 3), 0);
    solo_cert(3, VOTE_NULLIFY, 1, &nowhere, 0xe);
    assert_int_equal(solo_count(MSG_NOTARIZE, 3), 1);
}

static void test_a_proposal_that_skips_what_is_final_is_refused(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    solo_cert(2, VOTE_FINALIZE, 1, &a, 0xe);
    assert_int_equal(solo.finals, 1);
    solo_propose(2, 0, &solo.params.base, 2);
    assert_int_equal(solo_count(MSG_NOTARIZE, 2), 0);
    assert_int_equal(solo_count(MSG_NULLIFY, 2), 1);
}

static void test_the_parent_must_be_the_block_that_was_notarized(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    solo_cert(2, VOTE_NOTARIZE, 1, &a, 0xe);
    solo_propose(2, 1, &solo.params.base, 2);
    assert_int_equal(solo_count(MSG_NOTARIZE, 2), 0);
    assert_int_equal(solo_count(MSG_NULLIFY, 2), 1);
}

static void test_leaders_take_the_highest_parent_they_can_prove(void **state)
{
    (void)state;
    solo_start(4, 0, 1); /* view 3 is member 0's */
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    solo_cert(2, VOTE_NOTARIZE, 1, &a, 0xe);
    solo_cert(2, VOTE_NULLIFY, 1, &a, 0xe);
    solo_op(7);
    solo_cert(2, VOTE_NULLIFY, 2, &a, 0xe);
    assert_int_equal(solo_view(), 3);
    assert_int_equal(solo_count(MSG_PROPOSE, 3), 1);
    struct block_header h;
    struct reader r = reader_of(solo.step.proposals[0].bytes, solo.step.proposals[0].size);
    assert_true(block_header_decode(&h, &r));
    assert_int_equal(h.parent_view, 1);
    assert_memory_equal(&h.parent, &a, DIGEST_BYTES);
}

static void test_one_nullify_only_arms_timers_when_nobody_may_fail(void **state)
{
    (void)state;
    solo_start(3, 0, 0);
    assert_true(simplex_deadline_ms(solo.simplex) == UINT64_MAX);
    solo_vote(VOTE_NULLIFY, 2, 1, NULL);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 0);
    assert_int_equal(simplex_deadline_ms(solo.simplex), 1120);
    solo_poll(119);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 0);
    solo_poll(1);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 1);
}

static void test_f_plus_one_nullify_make_one_join_in(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_vote(VOTE_NULLIFY, 2, 1, NULL);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 0);
    solo_vote(VOTE_NULLIFY, 3, 1, NULL);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 1);
    assert_int_equal(solo_view(), 2);
}

static void test_a_leader_that_gives_up_is_followed(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_vote(VOTE_NULLIFY, 1, 1, NULL);
    assert_int_equal(solo_count(MSG_NULLIFY, 1), 1);
}

static void test_a_leader_answers_a_lone_nullify_only_after_a_while(void **state)
{
    (void)state;
    solo_start(4, 1, 0);
    solo_vote(VOTE_NULLIFY, 2, 1, NULL);
    assert_int_equal(solo_count(MSG_PROPOSE, 1), 0);
    assert_int_equal(simplex_deadline_ms(solo.simplex), 1060);
    solo_poll(60);
    assert_int_equal(solo_count(MSG_PROPOSE, 1), 1);
}

static void test_a_long_tail_is_delivered_in_order_over_several_steps(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest parent = solo.params.base;
    for (uint64_t view = 1; view <= 70; view++) {
        struct digest digest = solo_build(view, view - 1, &parent, -1);
        if (view % 4 != 0) {
            solo_send_block((int)(view % 4), view, &digest);
        } else {
            static uint8_t bytes[MESSAGE_BYTES_MAX];
            struct fetch f = {.kind = FETCH_BLOCK, .epoch = 2, .view = view, .digest = digest};
            solo_cert(1, VOTE_NOTARIZE, view, &digest, 0xe);
            solo_poll(15);
            int asked = solo.sent[solo.sent_count - 1].to;
            struct writer w = writer_of(bytes, sizeof bytes);
            write_u8(&w, MSG_FETCH_RESP);
            fetch_encode(&f, &w);
            write_bytes(&w, solo.block, solo.block_size);
            assert_true(solo_message(asked, bytes, w.size));
        }
        solo_cert(1, VOTE_NOTARIZE, view, &digest, 0xe);
        parent = digest;
    }
    assert_int_equal(solo_view(), 71);
    solo_cert(1, VOTE_FINALIZE, 70, &parent, 0xe);
    assert_int_equal(solo.finals, FINAL_BLOCKS_MAX);
    assert_true(simplex_deadline_ms(solo.simplex) == solo.now_ms);
    solo_poll(0);
    solo_poll(0);
    assert_int_equal(solo.finals, 70);
    assert_non_null(solo.step.final[solo.step.final_count - 1].certificate);
}

static void test_a_finalization_waits_for_missing_ancestors(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_build(1, 0, &solo.params.base, 1);
    static uint8_t first[BLOCK_BYTES_MAX];
    size_t first_size = solo.block_size;
    memcpy(first, solo.block, first_size);
    struct digest b = solo_build(2, 1, &a, 2);
    solo_cert(2, VOTE_FINALIZE, 2, &b, 0xe);
    assert_int_equal(solo_view(), 3);
    solo_send_block(2, 2, &b);
    assert_int_equal(solo.finals, 0);
    solo_poll(15);
    assert_int_equal(solo_count(MSG_FETCH, 1), 1);
    memcpy(solo.block, first, first_size);
    solo.block_size = first_size;
    static uint8_t bytes[MESSAGE_BYTES_MAX];
    struct fetch f = {.kind = FETCH_BLOCK, .epoch = 2, .view = 1, .digest = a};
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, MSG_FETCH_RESP);
    fetch_encode(&f, &w);
    write_bytes(&w, first, first_size);
    assert_true(solo_message(1, bytes, w.size));
    assert_int_equal(solo.finals, 2);
    assert_true(solo.step.final[0].certificate == NULL);
    assert_true(solo.step.final[1].certificate != NULL);
}

static void test_catching_up_jumps_over_what_is_missing(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_build(1, 0, &solo.params.base, 1);
    struct digest a = solo_build(2, 0, &solo.params.base, 2);
    solo_cert(2, VOTE_FINALIZE, 2, &a, 0xe);
    struct certificate c = solo_make_cert(VOTE_FINALIZE, 2, &a, 0xe);
    assert_true(toy_chain_finalize(&solo.chain, solo.block, solo.block_size));
    simplex_advance(solo.simplex, &c, solo.now_ms, solo_step());
    assert_int_equal(solo.step.final_count, 0);
    assert_int_equal(simplex_inspect(solo.simplex).final_view, 2);
    solo_propose(3, 2, &a, 3);
    assert_int_equal(solo_count(MSG_NOTARIZE, 3), 1);
}

static void test_a_watcher_follows_and_says_nothing_of_its_own(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo.params.self = -1;
    solo_begin();
    solo_op(9);
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    solo_vote(VOTE_NOTARIZE, 2, 1, &a);
    solo_vote(VOTE_NOTARIZE, 3, 1, &a);
    solo_vote(VOTE_FINALIZE, 1, 1, &a);
    solo_vote(VOTE_FINALIZE, 2, 1, &a);
    solo_vote(VOTE_FINALIZE, 3, 1, &a);
    assert_int_equal(solo.finals, 1);
    solo_poll(1000);
    assert_int_equal(solo.sent_count, 0);
    assert_int_equal(solo.journal_count, 0);
    assert_true(simplex_deadline_ms(solo.simplex) == UINT64_MAX);
}

static void test_malformed_messages_change_nothing(void **state)
{
    (void)state;
    struct prng p;
    prng_seed(&p, 4);
    solo_start(4, 0, 0);
    struct digest c = solo_build(1, 0, &solo.params.base, 1);
    struct vote v = solo_signed(VOTE_NOTARIZE, 1, 1, &c);
    static uint8_t good[MESSAGE_BYTES_MAX], bytes[MESSAGE_BYTES_MAX];
    struct writer w = writer_of(good, sizeof good);
    write_u8(&w, MSG_PROPOSE);
    vote_encode(&v, &w);
    write_bytes(&w, solo.block, solo.block_size);
    for (size_t size = 1; size < w.size; size++) {
        assert_false(solo_message(1, good, size));
    }
    for (unsigned i = 0; i < 20000; i++) {
        size_t size = 1 + prng_below(&p, 300);
        prng_fill(&p, bytes, size);
        bytes[0] %= MSG_KIND_COUNT + 1;
        solo_message((int)prng_below(&p, 4), bytes, size);
    }
    assert_int_equal(solo_view(), 1);
    assert_int_equal(solo.journal_count, 0);
    assert_true(solo_message(1, good, w.size));
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_proposal_is_notarized_and_finalized_in_the_step_of_its_quorum),
        cmocka_unit_test(test_a_leader_proposes_in_the_step_that_brings_work),
        cmocka_unit_test(test_one_member_finalizes_alone_in_one_step),
        cmocka_unit_test(test_a_second_proposal_is_never_voted_for),
        cmocka_unit_test(test_no_finalize_after_nullify),
        cmocka_unit_test(test_nullify_after_notarize_is_normal),
        cmocka_unit_test(test_finalize_is_voted_without_an_own_notarize_once_the_block_is_here),
        cmocka_unit_test(test_an_answer_with_another_block_is_a_lie),
        cmocka_unit_test(test_an_invalid_block_is_nullified_at_once),
        cmocka_unit_test(test_a_notarized_block_with_another_state_raises_the_alarm),
        cmocka_unit_test(test_missing_data_is_fetched_and_never_nullified_for),
        cmocka_unit_test(test_a_skipped_view_needs_its_nullification),
        cmocka_unit_test(test_a_proposal_that_skips_what_is_final_is_refused),
        cmocka_unit_test(test_the_parent_must_be_the_block_that_was_notarized),
        cmocka_unit_test(test_leaders_take_the_highest_parent_they_can_prove),
        cmocka_unit_test(test_one_nullify_only_arms_timers_when_nobody_may_fail),
        cmocka_unit_test(test_f_plus_one_nullify_make_one_join_in),
        cmocka_unit_test(test_a_leader_that_gives_up_is_followed),
        cmocka_unit_test(test_a_leader_answers_a_lone_nullify_only_after_a_while),
        cmocka_unit_test(test_a_long_tail_is_delivered_in_order_over_several_steps),
        cmocka_unit_test(test_a_finalization_waits_for_missing_ancestors),
        cmocka_unit_test(test_catching_up_jumps_over_what_is_missing),
        cmocka_unit_test(test_a_watcher_follows_and_says_nothing_of_its_own),
        cmocka_unit_test(test_malformed_messages_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
