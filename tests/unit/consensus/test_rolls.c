/* A throw on the log: where it stands, what its result must be, and what waits for it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/consensus/ledger_table.h"

enum { RESULT_MAX = 8 + MEMBERS_MAX * BEACON_SHARE_BYTES };

static void throw_dice(void)
{
    submit_game(0, TOY_THROW);
    advance();
    assert_int_equal(refusal_of(0), 0);
    assert_true(state()->roll.active);
}

static void test_result_gives_the_same_dice_to_everybody_at_every_size(void **unused)
{
    static const int sizes[] = {1, 2, 4};
    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        table_with_members(sizes[i]);
        for (unsigned roll = 1; roll <= 2; roll++) {
            throw_dice();
            assert_int_equal(state()->roll.roll, roll);
            offer_result();
            assert_true(ledger_has_work(T.ledger, &T.head));
            advance();
            assert_false(state()->roll.active);
            assert_int_equal(toy()->roll, roll);
        }
        const struct toy_state *other = ledger_app_state(T.other, NULL);
        assert_int_equal(other->dice_log, toy()->dice_log);
        assert_true(toy()->dice_log >= 1111);
    }
}

static void test_next_block_fills_in_where_the_throw_stands(void **unused)
{
    struct pending_roll early, late;
    (void)unused;
    table_with_members(2);
    submit_game(1, TOY_ADD);
    submit_game(0, TOY_ADD);
    submit_game(1, TOY_THROW);
    advance();
    assert_false(state()->roll.bound);
    assert_int_equal(state()->roll.op_index, 2);
    assert_true(ledger_roll_binding(T.ledger, &T.head, &early));
    assert_memory_equal(early.block.b, T.head.b, 32);
    assert_int_equal(early.view, T.view);
    assert_int_equal(early.epoch, state()->epoch);
    advance();
    assert_true(state()->roll.bound);
    assert_true(ledger_roll_binding(T.ledger, &T.head, &late));
    assert_memory_equal(late.block.b, early.block.b, 32);
    assert_int_equal(late.view, early.view);
    assert_int_equal(late.op_index, early.op_index);
    offer_result();
    advance();
    assert_false(ledger_roll_binding(T.ledger, &T.head, &late));
    assert_false(ledger_roll_binding(T.ledger, &T.digest, &late));
}

static void test_result_must_be_that_of_this_throw(void **unused)
{
    uint8_t body[RESULT_MAX], bad[RESULT_MAX];
    (void)unused;
    table_with_members(4);
    throw_dice();
    size_t size = make_result(body, sizeof body);
    assert_int_equal(size, 8 + 3 * BEACON_SHARE_BYTES);
    assert_true(block_op_applies(OP_RESULT, body, size));
    for (size_t at = 0; at < size; at += 5) {
        memcpy(bad, body, size);
        bad[at] ^= 1;
        assert_false(block_op_applies(OP_RESULT, bad, size));
    }
    for (size_t cut = 0; cut < size; cut += 7) {
        assert_false(block_op_applies(OP_RESULT, body, cut));
    }
    memcpy(bad, body, size);
    memcpy(bad + 8, bad + 8 + BEACON_SHARE_BYTES, BEACON_SHARE_BYTES);
    assert_false(block_op_applies(OP_RESULT, bad, size));
    assert_true(ledger_result_wrong(T.other));
    memcpy(bad, body, size);
    memcpy(bad + size, bad + 8, BEACON_SHARE_BYTES);
    assert_false(block_op_applies(OP_RESULT, bad, size + BEACON_SHARE_BYTES));
    offer_result();
    advance();
    assert_false(ledger_result_wrong(T.other));
    assert_false(block_op_applies(OP_RESULT, body, size));
    throw_dice();
    assert_false(block_op_applies(OP_RESULT, body, size));
}

static void test_offered_result_that_is_wrong_is_no_work_and_not_proposed(void **unused)
{
    uint8_t body[RESULT_MAX];
    (void)unused;
    table_with_members(2);
    throw_dice();
    size_t size = make_result(body, sizeof body);
    body[size - 1] ^= 1;
    ledger_offer_result(T.ledger, 1, body, size);
    assert_false(ledger_has_work(T.ledger, &T.head));
    advance();
    assert_int_equal(T.effects.op_count, 0);
    body[size - 1] ^= 1;
    ledger_offer_result(T.ledger, 1, body, size);
    assert_true(ledger_has_work(T.ledger, &T.head));
    ledger_offer_result(T.ledger, 1, NULL, 0);
    assert_false(ledger_has_work(T.ledger, &T.head));
}

static void test_trusted_share_counts_for_its_own_block_alone(void **unused)
{
    uint8_t body[RESULT_MAX];
    struct digest elsewhere = {{1}};
    (void)unused;
    table_with_members(1);
    throw_dice();
    size_t size = make_result(body, sizeof body);
    body[size - 1] ^= 1; /* a proof that nobody would take unseen */
    const uint8_t *share = body + 8;
    assert_false(block_op_applies(OP_RESULT, body, size));
    ledger_trust_share(T.other, 1, &elsewhere, share, BEACON_SHARE_BYTES);
    T.other->memo.result_set = false;
    assert_false(block_op_applies(OP_RESULT, body, size));
    ledger_trust_share(T.other, 2, &T.head, share, BEACON_SHARE_BYTES);
    T.other->memo.result_set = false;
    assert_false(block_op_applies(OP_RESULT, body, size));
    ledger_trust_share(T.other, 1, &T.head, share, BEACON_SHARE_BYTES - 1);
    T.other->memo.result_set = false;
    assert_false(block_op_applies(OP_RESULT, body, size));
    ledger_trust_share(T.other, 1, &T.head, share, BEACON_SHARE_BYTES);
    T.other->memo.result_set = false;
    assert_true(block_op_applies(OP_RESULT, body, size));
    /* What was trusted before for another block is forgotten, what comes for this one counts. */
    ledger_trust_share(T.other, 1, &elsewhere, share, BEACON_SHARE_BYTES);
    T.other->memo.result_set = false;
    assert_false(block_op_applies(OP_RESULT, body, size));
    uint8_t good[RESULT_MAX];
    make_result(good, sizeof good);
    ledger_trust_share(T.other, 1, &T.head, good + 8, BEACON_SHARE_BYTES);
    T.other->memo.result_set = false;
    assert_false(block_op_applies(OP_RESULT, body, size));
    ledger_trust_share(T.other, 1, &T.head, share, BEACON_SHARE_BYTES);
    T.other->memo.result_set = false;
    assert_true(block_op_applies(OP_RESULT, body, size));
}

static void test_result_of_one_branch_is_none_of_another(void **unused)
{
    static uint8_t block[BLOCK_BYTES_MAX];
    uint8_t body[RESULT_MAX];
    struct digest left, right;
    (void)unused;
    table_with_members(1);
    submit_game(0, TOY_THROW);
    assert_true(ledger_propose(T.ledger, &T.head, T.head_view, T.view + 1, false, block,
                    sizeof block, &left) > 0);
    assert_true(ledger_propose(T.ledger, &T.head, T.head_view, T.view + 2, false, block,
                    sizeof block, &right) > 0);
    struct digest head = T.head;
    T.head = left;
    size_t size = make_result(body, sizeof body);
    T.head = head;
    ledger_offer_result(T.ledger, 1, body, size);
    assert_true(ledger_has_work(T.ledger, &left));
    assert_false(ledger_has_work(T.ledger, &right));
    assert_true(ledger_has_work(T.ledger, &left));
}

static void test_result_never_stands_in_the_block_of_its_throw(void **unused)
{
    uint8_t throw_op[OP_BYTES_MAX], result_op[OP_BYTES_MAX], body[RESULT_MAX], command = TOY_THROW;
    uint8_t random[DLEQ_RANDOM_BYTES] = {1};
    struct beacon_roll roll;
    struct beacon_share share;
    uint16_t refusal;
    (void)unused;
    table_with_members(1);
    /* Shares over the place as the state has it before it is filled in. */
    struct beacon_place place = {.game_id = T.game_id, .epoch = 1, .roll_number = 1};
    beacon_roll_create(&roll, &place);
    assert_true(
        beacon_share_create(&share, &roll, &T.players[0].share, &state()->dice.X[0], random));
    struct writer w = writer_of(body, sizeof body);
    write_u64(&w, 1);
    beacon_result_write(&w, &share, 1);
    struct op op = {.kind = OP_RESULT, .payload = body, .payload_size = w.size};
    w = writer_of(result_op, sizeof result_op);
    op_encode(&op, &w);
    const uint8_t *list[] = {throw_op, result_op};
    size_t sizes[] = {make_op(throw_op, 0, OP_GAME, &command, 1), w.size};
    assert_int_equal(applies_in_turn(list, sizes, 2, &refusal), 1);
    assert_int_equal(refusal, 0);
}

static void test_seat_and_stand_up_wait_for_the_result(void **unused)
{
    (void)unused;
    table_with_members(2);
    throw_dice();
    submit_join(3, 0, true);
    submit(1, OP_LEAVE, NULL, 0);
    submit_game(0, TOY_ADD);
    submit_join(4, 0, false);
    advance();
    assert_int_equal(refusal_of(0), TOY_DICE_OUT);
    assert_int_equal(refusal_of(3), 0);
    assert_int_equal(refusal_of(1), 0);
    assert_int_equal(standing(1), STANDING_LEAVING);
    assert_int_equal(standing(4), STANDING_JOINING);
    assert_null(toy_find(toy(), T.players[3].pk));
    assert_true(toy_find(toy(), T.players[1].pk)->seated);
    assert_int_equal(state()->attempt.phase, ATTEMPT_KEYS);
    offer_result();
    advance();
    assert_true(toy_find(toy(), T.players[3].pk)->bot);
    assert_true(toy_find(toy(), T.players[3].pk)->seated);
    assert_false(toy_find(toy(), T.players[1].pk)->seated);
    assert_false(known(1)->leave_due || known(3)->seat_due);
    const struct toy_events *events = T.effects.events;
    assert_int_equal(events->dice, 1);
    assert_int_equal(events->seated, 1);
    assert_int_equal(events->left, 1);
}

static void test_switch_waits_for_the_result(void **unused)
{
    uint8_t payload[36];
    (void)unused;
    table_with_members(1);
    submit_join(1, 0, false);
    advance();
    run_to_ack();
    submit_ack(1);
    submit_game(0, TOY_THROW);
    advance();
    submit_ack(0);
    struct writer w = writer_of(payload, sizeof payload);
    write_u32(&w, state()->attempt.dkg_id);
    write_bytes(&w, state()->attempt.dkg_hash.b, 32);
    advance();
    assert_int_equal(state()->attempt.phase, ATTEMPT_READY);
    assert_false(toy()->dice_allowed);
    assert_false(T.effects.epoch_switched);
    assert_false(ledger_has_work(T.ledger, &T.head));
    assert_false(block_op_applies(OP_EPOCH_SWITCH, payload, 36));
    struct pending_roll roll;
    assert_true(ledger_roll_binding(T.ledger, &T.head, &roll));
    assert_int_equal(roll.epoch, 1);
}

static struct dkg_share kept;

static void test_result_and_switch_go_into_one_block(void **unused)
{
    uint8_t body[RESULT_MAX];
    (void)unused;
    table_with_members(1);
    kept = T.players[0].share;
    submit_join(1, 0, false);
    advance();
    run_to_ack();
    submit_ack(1);
    submit_game(0, TOY_THROW);
    advance();
    submit_ack(0);
    struct dkg_share next = T.players[0].share;
    T.players[0].share = kept;
    size_t size = make_result(body, sizeof body);
    advance();
    T.players[0].share = next;
    struct digest ready_hash = state()->attempt.dkg_hash;
    ledger_offer_result(T.ledger, 1, body, size);
    assert_true(ledger_has_work(T.ledger, &T.head));
    advance();
    assert_true(T.effects.epoch_switched);
    struct block b;
    assert_true(block_decode(&b, T.bytes, T.size));
    assert_memory_equal(b.header.dkg_hash.b, ready_hash.b, 32);
    assert_memory_equal(b.header.members_hash.b, state()->members_hash.b, 32);
    assert_int_equal(T.effects.op_count, 2);
    assert_int_equal(T.effects.ops[0].kind, OP_RESULT);
    assert_int_equal(T.effects.ops[1].kind, OP_EPOCH_SWITCH);
    assert_int_equal(toy()->roll, 1);
    assert_int_equal(toy_seated(toy()), 2);
}

static void test_throw_is_refused_between_the_last_ack_and_the_switch(void **unused)
{
    (void)unused;
    table_with_members(1);
    kept = T.players[0].share;
    submit_join(1, 0, false);
    advance();
    run_to_ack();
    submit_game(0, TOY_THROW);
    submit_ack(1);
    advance();
    submit_ack(0);
    struct dkg_share next = T.players[0].share;
    T.players[0].share = kept;
    uint8_t body[RESULT_MAX];
    size_t size = make_result(body, sizeof body);
    T.players[0].share = next;
    ledger_offer_result(T.ledger, 1, body, size);
    submit_game(0, TOY_THROW);
    /* RESULT, ACK (the last one), the throw, the switch. */
    advance();
    assert_int_equal(T.effects.op_count, 4);
    assert_int_equal(refusal_of(0), TOY_NO_DICE);
    assert_true(T.effects.epoch_switched);
}

static void test_waiting_throw_starts_with_the_first_block_of_the_epoch(void **unused)
{
    struct pending_roll roll;
    (void)unused;
    table_open(SEATS);
    submit_game(0, TOY_THROW_SOON);
    advance();
    assert_false(state()->roll.active);
    run_to_ack();
    all_candidates(submit_ack);
    advance();
    assert_true(T.effects.epoch_switched);
    assert_false(state()->roll.active);
    submit_game(0, TOY_ADD);
    advance();
    assert_int_equal(refusal_of(0), TOY_DICE_OUT);
    assert_true(ledger_roll_binding(T.ledger, &T.head, &roll));
    assert_int_equal(roll.epoch, 1);
    assert_int_equal(roll.view, 1);
    assert_int_equal(roll.op_index, 0);
    offer_result();
    advance();
    assert_int_equal(toy()->roll, 1);
}

static void test_throw_that_follows_a_throw_has_its_own_place(void **unused)
{
    uint8_t body[RESULT_MAX];
    (void)unused;
    table_with_members(1);
    /* The second waits while the first is out: the result starts it, as op 0 of that block. */
    throw_dice();
    ((struct toy_state *)ledger_app_state(T.ledger, NULL))->throw_waits = true;
    ((struct toy_state *)ledger_app_state(T.other, NULL))->throw_waits = true;
    size_t size = make_result(body, sizeof body);
    ledger_offer_result(T.ledger, 1, body, size);
    advance();
    assert_true(state()->roll.active);
    assert_int_equal(state()->roll.roll, 2);
    assert_int_equal(state()->roll.op_index, 0);
    assert_false(state()->roll.bound);
    assert_false(ledger_has_work(T.ledger, &T.head));
    offer_result();
    advance();
    assert_int_equal(toy()->roll, 2);
    assert_false(state()->roll.active);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_result_gives_the_same_dice_to_everybody_at_every_size),
        cmocka_unit_test(test_next_block_fills_in_where_the_throw_stands),
        cmocka_unit_test(test_result_must_be_that_of_this_throw),
        cmocka_unit_test(test_offered_result_that_is_wrong_is_no_work_and_not_proposed),
        cmocka_unit_test(test_trusted_share_counts_for_its_own_block_alone),
        cmocka_unit_test(test_result_of_one_branch_is_none_of_another),
        cmocka_unit_test(test_result_never_stands_in_the_block_of_its_throw),
        cmocka_unit_test(test_seat_and_stand_up_wait_for_the_result),
        cmocka_unit_test(test_switch_waits_for_the_result),
        cmocka_unit_test(test_result_and_switch_go_into_one_block),
        cmocka_unit_test(test_throw_is_refused_between_the_last_ack_and_the_switch),
        cmocka_unit_test(test_waiting_throw_starts_with_the_first_block_of_the_epoch),
        cmocka_unit_test(test_throw_that_follows_a_throw_has_its_own_place),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    table_close();
    return failed;
}
