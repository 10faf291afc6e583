/* Proofs of a lie: which ones count, and what follows for the liar. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/consensus/ledger_table.h"

static struct vote make_vote(int player, uint8_t kind, uint64_t view, uint8_t block)
{
    struct vote v = {.kind = kind, .epoch = state()->epoch, .view = view};
    v.voter = (uint16_t)roster_find(&state()->roster, T.players[player].pk);
    v.digest.b[0] = kind == VOTE_NULLIFY ? 0 : block;
    vote_sign(signer, &v, &T.game_id, T.players[player].vote_sk);
    return v;
}

static bool votes_convict(const struct vote *a, const struct vote *b)
{
    uint8_t payload[512];
    struct writer w = writer_of(payload, sizeof payload);
    evidence_encode_votes(&w, a, b);
    assert_false(w.bad);
    return block_op_applies(OP_EVIDENCE, payload, w.size);
}

static void test_votes_convict_exactly_by_the_list(void **unused)
{
    (void)unused;
    table_with_members(4);
    for (uint8_t a = 0; a < VOTE_KIND_COUNT; a++) {
        for (uint8_t b = 0; b < VOTE_KIND_COUNT; b++) {
            for (int same = 0; same < 2; same++) {
                struct vote x = make_vote(3, a, 9, 1), y = make_vote(3, b, 9, same ? 1 : 2);
                bool twice = a == b && a != VOTE_NULLIFY && !same;
                bool both = (a == VOTE_NULLIFY && b == VOTE_FINALIZE) ||
                            (a == VOTE_FINALIZE && b == VOTE_NULLIFY);
                assert_int_equal(votes_convict(&x, &y), twice || both);
            }
        }
    }
    struct vote x = make_vote(3, VOTE_NOTARIZE, 9, 1), y = make_vote(3, VOTE_NOTARIZE, 9, 2);
    struct vote bad = make_vote(3, VOTE_NOTARIZE, 10, 2);
    assert_false(votes_convict(&x, &bad));
    bad = make_vote(2, VOTE_NOTARIZE, 9, 2);
    assert_false(votes_convict(&x, &bad));
    bad.voter = x.voter;
    assert_false(votes_convict(&x, &bad));
    bad = y;
    bad.sig[0] ^= 1;
    assert_false(votes_convict(&x, &bad));
    assert_false(votes_convict(&bad, &x));
    struct vote old_x = x, old_y = y;
    old_x.epoch = old_y.epoch = state()->epoch - 1;
    vote_sign(signer, &old_x, &T.game_id, T.players[3].vote_sk);
    vote_sign(signer, &old_y, &T.game_id, T.players[3].vote_sk);
    assert_false(votes_convict(&old_x, &old_y));
    for (unsigned voter = 4; voter < 65536; voter += 1 + voter) {
        x.voter = y.voter = (uint16_t)voter;
        assert_false(votes_convict(&x, &y));
    }
}

static void test_evidence_ejects_at_the_next_switch_and_only_once(void **unused)
{
    uint8_t payload[512];
    (void)unused;
    table_with_members(4);
    submit_join(5, 3, true);
    advance();
    struct vote a = make_vote(3, VOTE_FINALIZE, 9, 1), b = make_vote(3, VOTE_NULLIFY, 9, 0);
    struct writer w = writer_of(payload, sizeof payload);
    evidence_encode_votes(&w, &a, &b);
    ledger_offer_evidence(T.ledger, payload, w.size);
    assert_true(ledger_has_work(T.ledger, &T.head));
    advance();
    assert_int_equal(T.effects.op_count, 1);
    assert_int_equal(T.effects.ops[0].kind, OP_EVIDENCE);
    assert_int_equal(standing(3), STANDING_EJECTED);
    assert_true(in_roster(3));
    assert_int_equal(state()->attempt.phase, ATTEMPT_KEYS);
    assert_int_equal(state()->attempt.roster.count, 3);
    assert_false(ledger_has_work(T.ledger, &T.head));
    assert_false(block_op_applies(OP_EVIDENCE, payload, w.size));
    for (size_t cut = 0; cut < w.size; cut++) {
        assert_false(block_op_applies(OP_EVIDENCE, payload, cut));
    }
    assert_true(toy_find(toy(), T.players[3].pk)->seated);
    uint8_t join[256];
    size_t size = join_payload(join, 6, 3, false);
    assert_int_equal(outcome(6, OP_JOIN, join, size), -1);
    run_switch();
    assert_int_equal(state()->roster.count, 3);
    assert_false(toy_find(toy(), T.players[3].pk)->seated);
    assert_false(toy_find(toy(), T.players[5].pk)->seated);
    assert_int_equal(outcome(6, OP_JOIN, join, size), -1);
}

static void test_lying_bot_loses_its_seat_at_once(void **unused)
{
    uint8_t first[OP_BYTES_MAX], second[OP_BYTES_MAX], payload[OP_BYTES_MAX];
    (void)unused;
    table_with_members(2);
    submit_join(5, 1, true);
    advance();
    size_t a = make_op(first, 5, OP_GAME, "\1\0\0\0\1", 5);
    T.players[5].seq--;
    size_t b = make_op(second, 5, OP_GAME, "\1\0\0\0\2", 5);
    struct writer w = writer_of(payload, sizeof payload);
    evidence_encode_ops(&w, first, a, second, b);
    ledger_offer_evidence(T.ledger, payload, w.size);
    advance();
    assert_int_equal(standing(5), STANDING_EJECTED);
    assert_false(toy_find(toy(), T.players[5].pk)->seated);
    assert_true(toy_find(toy(), T.players[1].pk)->seated);
    assert_int_equal(state()->attempt.phase, ATTEMPT_NONE);
}

static void test_two_ops_with_one_number_convict_their_author(void **unused)
{
    uint8_t first[OP_BYTES_MAX], second[OP_BYTES_MAX], payload[OP_BYTES_MAX];
    (void)unused;
    table_with_members(2);
    size_t a = make_op(first, 1, OP_GAME, "\1\0\0\0\1", 5);
    T.players[1].seq--;
    size_t b = make_op(second, 1, OP_GAME, "\1\0\0\0\2", 5);
    struct writer w = writer_of(payload, sizeof payload);
    evidence_encode_ops(&w, first, a, first, a);
    assert_false(block_op_applies(OP_EVIDENCE, payload, w.size));
    size_t c = make_op(second, 1, OP_GAME, "\1\0\0\0\2", 5);
    w = writer_of(payload, sizeof payload);
    evidence_encode_ops(&w, first, a, second, c);
    assert_false(block_op_applies(OP_EVIDENCE, payload, w.size));
    T.players[1].seq -= 2;
    b = make_op(second, 1, OP_GAME, "\1\0\0\0\2", 5);
    w = writer_of(payload, sizeof payload);
    evidence_encode_ops(&w, first, a, second, b);
    assert_true(block_op_applies(OP_EVIDENCE, payload, w.size));
    second[b - 1] ^= 1;
    w = writer_of(payload, sizeof payload);
    evidence_encode_ops(&w, first, a, second, b);
    assert_false(block_op_applies(OP_EVIDENCE, payload, w.size));
    ledger_offer_evidence(T.ledger, payload, w.size);
    assert_false(ledger_has_work(T.ledger, &T.head));
    second[b - 1] ^= 1;
    w = writer_of(payload, sizeof payload);
    evidence_encode_ops(&w, first, a, second, b);
    ledger_offer_evidence(T.ledger, payload, w.size);
    advance();
    assert_int_equal(standing(1), STANDING_EJECTED);
    T.players[1].seq = known(1)->seq;
    run_switch();
    assert_int_equal(state()->roster.count, 1);
}

static void test_ejected_candidate_ends_the_attempt_that_held_it(void **unused)
{
    uint8_t payload[512];
    (void)unused;
    table_with_members(4);
    submit_join(4, 0, false);
    advance();
    uint32_t attempt = state()->attempt.dkg_id;
    struct vote a = make_vote(3, VOTE_NOTARIZE, 9, 1), b = make_vote(3, VOTE_NOTARIZE, 9, 2);
    run_to_ack();
    all_candidates(submit_ack);
    struct writer w = writer_of(payload, sizeof payload);
    evidence_encode_votes(&w, &a, &b);
    ledger_offer_evidence(T.ledger, payload, w.size);
    advance();
    assert_false(T.effects.epoch_switched);
    assert_int_equal(state()->attempt.dkg_id, attempt + 1);
    assert_true(toy()->dice_allowed);
    assert_int_equal(refusal_of(0), LEDGER_REFUSED_WRONG_ATTEMPT);
    run_switch();
    assert_int_equal(state()->roster.count, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_votes_convict_exactly_by_the_list),
        cmocka_unit_test(test_evidence_ejects_at_the_next_switch_and_only_once),
        cmocka_unit_test(test_lying_bot_loses_its_seat_at_once),
        cmocka_unit_test(test_two_ops_with_one_number_convict_their_author),
        cmocka_unit_test(test_ejected_candidate_ends_the_attempt_that_held_it),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    table_close();
    return failed;
}
