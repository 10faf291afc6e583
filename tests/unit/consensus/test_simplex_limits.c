/* Hostile votes, certificates and proposals, and what a member answers (protocol A.4, A.7, A.8). */
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

static void test_bad_votes_over_their_own_link_are_evicted_and_blamed_at_the_quorum(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest c = solo_propose(1, 0, &solo.params.base, 1);
    struct vote bad = solo_signed(VOTE_NOTARIZE, 2, 1, &c);
    bad.sig[9] ^= 1;
    assert_true(solo_send_vote(2, &bad));
    assert_int_equal(solo.step.blamed, 1 << 2);
    assert_int_equal(solo_view(), 1);
    /* From now on its votes are looked at as they come. */
    assert_false(solo_send_vote(2, &bad));
    assert_true(solo_vote(VOTE_NOTARIZE, 2, 1, &c));
    assert_int_equal(solo_view(), 2);
    assert_int_equal(simplex_inspect(solo.simplex).votes_bad, 2);
}

/* In an idle moment; the vote of a quorum that is not there yet, once, and what it says is not acted on. */
static void test_votes_that_wait_are_verified_in_idle_moments(void **state)
{
    (void)state;
    solo_start(7, 0, 0); /* q = 5 */
    uint64_t before = simplex_inspect(solo.simplex).votes_bad;
    assert_false(simplex_has_idle_work(solo.simplex));
    struct digest c = solo_propose(1, 0, &solo.params.base, 1);
    struct vote bad = solo_signed(VOTE_NOTARIZE, 2, 1, &c);
    bad.sig[9] ^= 1;
    assert_true(solo_send_vote(2, &bad));
    for (unsigned calls = 0; simplex_has_idle_work(solo.simplex); calls++) {
        assert_true(calls < 2); /* the leader's, and the bad one */
        simplex_idle(solo.simplex);
    }
    assert_int_equal(simplex_inspect(solo.simplex).votes_bad, before + 1);
    assert_int_equal(solo_view(), 1);
    /* It is not in the way of a good one, and from now on its votes are looked at as they come. */
    assert_false(solo_send_vote(2, &bad));
    assert_true(solo_vote(VOTE_NOTARIZE, 2, 1, &c));
    assert_false(simplex_has_idle_work(solo.simplex));
    assert_true(solo_vote(VOTE_NOTARIZE, 3, 1, &c));
    assert_true(simplex_has_idle_work(solo.simplex));
    assert_int_equal(solo_view(), 1);
    assert_true(solo_vote(VOTE_NOTARIZE, 4, 1, &c));
    assert_int_equal(solo_view(), 2);
    assert_false(simplex_has_idle_work(solo.simplex)); /* the certificate is there */
}

static void test_votes_passed_on_by_others_are_verified_at_once(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest c = solo_propose(1, 0, &solo.params.base, 1);
    struct vote v = solo_signed(VOTE_NOTARIZE, 2, 1, &c);
    v.sig[0] ^= 1;
    assert_false(solo_send_vote(3, &v));
    v.sig[0] ^= 1;
    assert_true(solo_send_vote(3, &v));
    assert_int_equal(solo_view(), 2);
    v = solo_signed(VOTE_FINALIZE, 2, 1, &c);
    v.voter = 4;
    assert_false(solo_send_vote(3, &v));
}

static void test_nullify_and_finalize_of_one_member_are_evidence(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_vote(VOTE_FINALIZE, 2, 1, &nowhere);
    assert_false(solo.step.evidence_count > 0);
    solo_vote(VOTE_NULLIFY, 2, 1, NULL);
    assert_true(solo.step.evidence_count > 0);
    assert_int_equal(solo.step.evidence[0][0].kind, VOTE_NULLIFY);
    assert_int_equal(solo.step.evidence[0][1].kind, VOTE_FINALIZE);
    solo_vote(VOTE_NULLIFY, 2, 1, NULL);
    assert_false(solo.step.evidence_count > 0);
}

static void test_what_is_legal_is_no_evidence(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest c = solo_propose(1, 0, &solo.params.base, 1);
    solo_vote(VOTE_NOTARIZE, 2, 1, &c);
    assert_false(solo.step.evidence_count > 0);
    solo_vote(VOTE_NULLIFY, 2, 1, NULL);
    assert_false(solo.step.evidence_count > 0);
    solo_vote(VOTE_NOTARIZE, 3, 1, &c);
    solo_vote(VOTE_FINALIZE, 3, 1, &nowhere);
    assert_false(solo.step.evidence_count > 0);
    /* A forged second vote convicts nobody. */
    struct vote forged = solo_signed(VOTE_NOTARIZE, 3, 1, &nowhere);
    forged.sig[0] ^= 1;
    assert_false(solo_send_vote(2, &forged));
    assert_false(solo.step.evidence_count > 0);
}

static void test_votes_too_far_ahead_are_dropped_with_one_status(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    for (uint64_t view = 6; view < 60; view++) {
        solo_vote(VOTE_NULLIFY, 2, view, NULL);
        solo_vote(VOTE_NULLIFY, 3, view, NULL);
    }
    assert_int_equal(solo_count(MSG_STATUS, 1), 2);
    assert_int_equal(solo_view(), 1);
    solo_vote(VOTE_NULLIFY, 2, UINT64_MAX, NULL);
    solo_vote(VOTE_NULLIFY, 2, UINT64_MAX - 3, NULL);
    assert_int_equal(solo_view(), 1);
}

static void test_certificates_are_kept_up_to_a_bound_only(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    assert_true(solo_cert(2, VOTE_NULLIFY, CERTS_ABOVE_FINAL_MAX + 1, NULL, 0xe));
    assert_int_equal(solo_view(), 1);
    assert_true(solo_cert(2, VOTE_NULLIFY, CERTS_ABOVE_FINAL_MAX, NULL, 0xe));
    assert_int_equal(solo_view(), CERTS_ABOVE_FINAL_MAX + 1);
    /* Only a finalization leads on from here. */
    solo_op(1);
    solo_poll(100000);
    assert_true(solo_cert(2, VOTE_NULLIFY, CERTS_ABOVE_FINAL_MAX + 1, NULL, 0xe));
    assert_int_equal(solo_view(), CERTS_ABOVE_FINAL_MAX + 1);
    assert_true(solo_cert(2, VOTE_FINALIZE, UINT64_MAX - 10, &nowhere, 0xe));
    assert_true(solo_view() == UINT64_MAX - 9);
}

static void test_bad_certificates_are_lies(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    assert_false(solo_cert(2, VOTE_NULLIFY, 1, NULL, 0x6));
    assert_false(solo_cert(2, VOTE_NULLIFY, 1, NULL, 0x16));
    struct certificate c = solo_make_cert(VOTE_NULLIFY, 1, NULL, 0xe);
    static uint8_t bytes[1 + CERT_BYTES_MAX];
    for (unsigned i = 0; i < 3; i++) {
        c.sigs[i][0] ^= 1;
        struct writer w = writer_of(bytes, sizeof bytes);
        write_u8(&w, MSG_CERT);
        certificate_encode(&c, &w);
        assert_false(solo_message(2, bytes, w.size));
        c.sigs[i][0] ^= 1;
    }
    assert_int_equal(solo_view(), 1);
    assert_true(solo_cert(2, VOTE_NULLIFY, 1, NULL, 0xe));
    assert_int_equal(solo_view(), 2);
}

static void test_a_high_certificate_answers_no_lower_question(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_cert(1, VOTE_NULLIFY, 2, &nowhere, 0xe);
    solo_propose(3, 0, &solo.params.base, 3);
    assert_int_equal(solo_count(MSG_FETCH, 1), 1);
    solo_clear();
    solo_cert(3, VOTE_NULLIFY, 9, &nowhere, 0xe);
    assert_int_equal(solo_view(), 10);
    solo_cert(3, VOTE_NULLIFY, 8, &nowhere, 0xe);
    assert_int_equal(solo_count(MSG_NOTARIZE, 3), 0);
}

static void test_proposals_of_anyone_but_the_leader_are_lies(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest c = solo_build(1, 0, &solo.params.base, 1);
    solo.params.seed = 1; /* signs as member 2 */
    assert_false(solo_send_block(2, 1, &c));
    solo.params.seed = 0;
    assert_false(solo_send_block(1, 1, &nowhere));
    assert_false(solo_send_block(1, 5, &c));
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 0);
    assert_true(solo_send_block(1, 1, &c));
    assert_int_equal(solo_count(MSG_NOTARIZE, 1), 1);
}

static unsigned certs_to(int to)
{
    unsigned count = 0;
    for (unsigned i = 0; i < solo.sent_count; i++) {
        count += solo.sent[i].kind == MSG_CERT && solo.sent[i].to == to;
    }
    return count;
}

static bool solo_status(int from, uint32_t epoch, uint64_t view)
{
    uint8_t bytes[256];
    struct status st = {.epoch = epoch, .view = view};
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u8(&w, MSG_STATUS);
    status_encode(&st, &w);
    return solo_message(from, bytes, w.size);
}

static void test_who_is_behind_gets_certificates_but_not_often(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    solo_cert(2, VOTE_FINALIZE, 1, &a, 0xe);
    solo_cert(2, VOTE_NULLIFY, 2, NULL, 0xe);
    solo_cert(2, VOTE_NULLIFY, 3, NULL, 0xe);
    solo_clear();
    assert_true(solo_status(3, 2, 1));
    assert_int_equal(certs_to(3), 3);
    for (unsigned i = 0; i < 50; i++) {
        assert_true(solo_status(3, 2, 1));
    }
    assert_int_equal(certs_to(3), 3);
    solo_poll(100);
    solo_clear();
    solo_vote(VOTE_NULLIFY, 3, 2, NULL);
    assert_int_equal(certs_to(3), 2);
    /* A stranger on a link is answered too: to nobody means back to it. */
    solo_clear();
    assert_true(solo_status(-1, 2, 1));
    assert_int_equal(solo_count(MSG_CERT, 1), 1);
    assert_true(solo.sent[0].to_nobody);
}

static void test_late_votes_of_a_moment_ago_are_not_answered(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_propose(1, 0, &solo.params.base, 1);
    solo_vote(VOTE_NOTARIZE, 2, 1, &a);
    solo_clear();
    solo.now_ms += 20;
    solo_vote(VOTE_NOTARIZE, 3, 1, &a);
    assert_int_equal(certs_to(3), 0);
}

static void test_certificates_go_at_once_to_the_next_leader_and_later_to_who_lacks_them(
    void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    solo_cert(1, VOTE_NULLIFY, 1, NULL, 0xe);
    assert_int_equal(certs_to(2), 1);
    assert_int_equal(certs_to(3), 0);
    solo_vote(VOTE_NULLIFY, 2, 2, NULL);
    solo_poll(60);
    assert_int_equal(certs_to(1), 0); /* sent it */
    assert_int_equal(certs_to(2), 1); /* votes in view 2 */
    assert_int_equal(certs_to(3), 1);
}

static void test_the_former_epochs_last_finalization_is_still_given(void **state)
{
    (void)state;
    solo_start(4, 0, 0);
    struct digest a = solo_propose(1, 0, &solo.params.base, TOY_CLOSING_OP);
    solo_vote(VOTE_NOTARIZE, 2, 1, &a);
    solo_op(1);
    solo_clear();
    solo_cert(2, VOTE_FINALIZE, 1, &a, 0xe);
    assert_int_equal(solo.finals, 1);
    /* The epoch is over: no timers and no votes, whatever work there is. */
    assert_true(simplex_deadline_ms(solo.simplex) == UINT64_MAX);
    solo_poll(100000);
    assert_int_equal(solo.sent_count, 0);
    solo.params.epoch = 3;
    solo.params.base = a;
    solo_begin();
    assert_true(solo_status(3, 2, 2));
    assert_int_equal(solo_count(MSG_CERT, 1), 1);
    solo_clear();
    assert_true(solo_status(3, 1, 2));
    assert_int_equal(solo.sent_count, 0);
}

static void test_only_empty_blocks_follow_the_one_that_closes_the_epoch(void **state)
{
    (void)state;
    solo_start(4, 0, 2); /* view 2 is member 0's */
    struct digest a = solo_propose(1, 0, &solo.params.base, TOY_CLOSING_OP);
    solo_op(1);
    solo_vote(VOTE_NOTARIZE, 3, 1, &a);
    solo_vote(VOTE_NOTARIZE, 2, 1, &a);
    assert_int_equal(solo_view(), 2);
    assert_int_equal(solo_count(MSG_PROPOSE, 2), 0);
    /* Its finalization does not come: the tail is work, and an empty block carries it. */
    solo_poll(500);
    assert_int_equal(solo_count(MSG_PROPOSE, 2), 1);
    struct block b;
    assert_int_equal(solo.step.proposal_count, 1);
    assert_true(block_decode(&b, solo.step.proposals[0].bytes, solo.step.proposals[0].size));
    assert_int_equal(b.op_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_votes_over_their_own_link_are_evicted_and_blamed_at_the_quorum),
        cmocka_unit_test(test_votes_that_wait_are_verified_in_idle_moments),
        cmocka_unit_test(test_votes_passed_on_by_others_are_verified_at_once),
        cmocka_unit_test(test_nullify_and_finalize_of_one_member_are_evidence),
        cmocka_unit_test(test_what_is_legal_is_no_evidence),
        cmocka_unit_test(test_votes_too_far_ahead_are_dropped_with_one_status),
        cmocka_unit_test(test_certificates_are_kept_up_to_a_bound_only),
        cmocka_unit_test(test_bad_certificates_are_lies),
        cmocka_unit_test(test_a_high_certificate_answers_no_lower_question),
        cmocka_unit_test(test_proposals_of_anyone_but_the_leader_are_lies),
        cmocka_unit_test(test_who_is_behind_gets_certificates_but_not_often),
        cmocka_unit_test(test_late_votes_of_a_moment_ago_are_not_answered),
        cmocka_unit_test(
            test_certificates_go_at_once_to_the_next_leader_and_later_to_who_lacks_them),
        cmocka_unit_test(test_the_former_epochs_last_finalization_is_still_given),
        cmocka_unit_test(test_only_empty_blocks_follow_the_one_that_closes_the_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
