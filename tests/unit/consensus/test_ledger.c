/* Blocks in, agreed state out: what may be in a block, where a block may stand, what a refusal is,
 * and that everybody who executes the same blocks has the same state. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/consensus/ledger_table.h"

static void test_genesis_seats_the_founder_and_opens_attempt_one(void **unused)
{
    (void)unused;
    table_open(SEATS);
    assert_int_equal(state()->epoch, 0);
    assert_int_equal(state()->roster.count, 1);
    assert_int_equal(standing(0), STANDING_MEMBER);
    assert_int_equal(toy_seated(toy()), 1);
    assert_int_equal(state()->attempt.phase, ATTEMPT_KEYS);
    assert_int_equal(state()->attempt.dkg_id, 1);
    assert_false(state()->has_dice);
    assert_false(ledger_has_work(T.ledger, &T.head));
    T.genesis.rules[0] = 0;
    assert_null(ledger_create(&toy_app, signer, &T.genesis, T.pool));
}

static void test_refused_op_moves_its_sequence_number_and_nothing_else(void **unused)
{
    (void)unused;
    table_open(SEATS);
    submit_game(0, TOY_ADD);
    advance();
    assert_int_equal(refusal_of(0), 0);
    assert_int_equal(toy()->total, 7);
    submit_game(0, TOY_REFUSED);
    advance();
    assert_int_equal(refusal_of(0), TOY_REFUSAL);
    assert_int_equal(toy()->total, 7);
    assert_int_equal(known(0)->seq, 2);
    assert_int_equal(((const struct toy_events *)T.effects.events)->refused, 1);
    submit_game(0, TOY_ADD);
    advance();
    assert_int_equal(toy()->total, 14);
    assert_int_equal(mempool_count(T.pool), 0);
}

static void test_op_stands_only_at_the_next_sequence_number(void **unused)
{
    uint8_t bytes[OP_BYTES_MAX], add[5] = {TOY_ADD, 0, 0, 0, 7};
    uint16_t refusal;
    (void)unused;
    table_open(SEATS);
    submit_game(0, TOY_ADD);
    advance();
    for (uint64_t last = 0; last < 4; last++) {
        T.players[0].seq = last;
        size_t size = make_op(bytes, 0, OP_GAME, add, 5);
        assert_int_equal(applies(bytes, size, &refusal), last == 1);
    }
}

static void test_op_needs_its_authors_signature(void **unused)
{
    uint8_t bytes[OP_BYTES_MAX], add[5] = {TOY_ADD, 0, 0, 0, 7};
    uint16_t refusal;
    (void)unused;
    table_open(SEATS);
    size_t size = make_op(bytes, 0, OP_GAME, add, 5);
    assert_true(applies(bytes, size, &refusal));
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 1;
        assert_false(applies(bytes, size, &refusal));
        bytes[i] ^= 1;
    }
}

static void test_stranger_may_only_join(void **unused)
{
    uint8_t payload[256], one = TOY_ADD;
    (void)unused;
    table_open(SEATS);
    size_t size = join_payload(payload, 1, 0, false);
    assert_int_equal(outcome(1, OP_JOIN, payload, size), 0);
    for (uint8_t kind = OP_GAME; kind < OP_RESULT; kind++) {
        if (kind != OP_JOIN) {
            assert_int_equal(outcome(1, kind, &one, 1), -1);
            assert_int_equal(outcome(1, kind, NULL, 0), -1);
        }
    }
}

/* Every header byte with every bit flipped. The view alone may be another one: it is not state. */
static void test_block_with_a_flipped_header_bit_does_not_execute(void **unused)
{
    enum { VIEW_AT = 2 + 32 + 4 };
    uint8_t bytes[BLOCK_BYTES_MAX];
    (void)unused;
    table_open(SEATS);
    advance();
    submit_game(0, TOY_ADD);
    propose_block(false);
    for (size_t i = 0; i < BLOCK_HEADER_BYTES * 8; i++) {
        memcpy(bytes, T.bytes, T.size);
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        if (i / 8 < VIEW_AT || i / 8 >= VIEW_AT + 8) {
            assert_int_not_equal(execute_bytes(T.other, bytes, T.size), VERDICT_OK);
        }
    }
    for (uint64_t view = 0; view <= 1; view++) {
        memset(bytes + VIEW_AT, 0, 8);
        memcpy(bytes, T.bytes, T.size);
        bytes[VIEW_AT + 7] = (uint8_t)view;
        assert_int_equal(execute_bytes(T.other, bytes, T.size), VERDICT_INVALID);
    }
    assert_int_equal(execute_bytes(T.other, T.bytes, T.size), VERDICT_OK);
}

/* Writes a block of those ops with right roots for the ops and the header of the last proposal. */
static size_t rewrite_ops(
    uint8_t *out, const uint8_t *const *ops, const size_t *sizes, size_t count)
{
    struct block b;
    struct digest leaves[8];
    assert_true(block_decode(&b, T.bytes, T.size));
    for (size_t i = 0; i < count; i++) {
        struct reader r = reader_of(ops[i], sizes[i]);
        struct op op;
        assert_true(op_decode(&op, &r));
        struct digest d = op_digest(&op);
        leaves[i] = merkle_leaf(d.b, 32);
    }
    b.header.ops_root = merkle_root(leaves, count);
    struct writer w = writer_of(out, BLOCK_BYTES_MAX);
    block_header_encode(&b.header, &w);
    write_u16(&w, (uint16_t)count);
    for (size_t i = 0; i < count; i++) {
        write_lp(&w, ops[i], sizes[i]);
    }
    assert_false(w.bad);
    return w.size;
}

static void test_block_with_reordered_missing_or_repeated_ops_does_not_execute(void **unused)
{
    static uint8_t bytes[BLOCK_BYTES_MAX];
    uint8_t ops[3][OP_BYTES_MAX], add[5] = {TOY_ADD, 0, 0, 0, 7};
    const uint8_t *list[4];
    size_t sizes[4];
    (void)unused;
    table_open(SEATS);
    submit_join(1, 0, true);
    advance();
    size_t a = make_op(ops[0], 0, OP_GAME, add, 5), b = make_op(ops[1], 0, OP_GAME, add, 5);
    size_t c = make_op(ops[2], 1, OP_GAME, add, 5);
    size_t size[] = {a, b, c};
    const uint8_t *other;
    size_t other_size;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(mempool_add(T.pool, ops[i], size[i], i == 2, &other, &other_size), ERR_OK);
    }
    propose_block(false);
    static const int orders[][5] = {{3, 1, 0, 2}, {3, 2, 1, 0}, {3, 1, 2, 0}, {2, 0, 2, 0},
        {2, 0, 1, 0}, {4, 0, 2, 1, 1}, {4, 0, 0, 2, 1}, {1, 2, 0, 0}, {0, 0, 0, 0}};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        for (int k = 0; k < orders[i][0]; k++) {
            list[k] = ops[orders[i][k + 1]];
            sizes[k] = size[orders[i][k + 1]];
        }
        size_t n = rewrite_ops(bytes, list, sizes, (size_t)orders[i][0]);
        assert_int_equal(execute_bytes(T.other, bytes, n), VERDICT_INVALID);
    }
    assert_int_equal(execute_bytes(T.other, T.bytes, T.size), VERDICT_OK);
}

static unsigned verifications;

static bool counting_verify(
    const uint8_t sig[SIG_BYTES], const uint8_t *data, size_t size, const uint8_t pk[32])
{
    verifications++;
    return signer_ed25519.verify(sig, data, size, pk);
}

static void test_pooled_op_is_verified_once(void **unused)
{
    struct signer counting = signer_ed25519;
    uint8_t bytes[OP_BYTES_MAX], add[5] = {TOY_ADD, 0, 0, 0, 7};
    static uint8_t block[BLOCK_BYTES_MAX];
    const uint8_t *other;
    size_t other_size;
    struct digest d;
    (void)unused;
    table_open(SEATS);
    counting.verify = counting_verify;
    struct mempool *pool = mempool_create(&counting, &T.game_id);
    struct ledger *l = ledger_create(&toy_app, &counting, &T.genesis, pool);
    size_t size = make_op(bytes, 0, OP_GAME, add, 5);
    assert_int_equal(mempool_add(pool, bytes, size, 0, &other, &other_size), ERR_OK);
    assert_int_equal(verifications, 1);
    size = ledger_propose(l, &T.game_id, 0, 1, false, block, sizeof block, &d);
    assert_int_equal(size > BLOCK_HEADER_BYTES + 2, 1);
    assert_int_equal(verifications, 1);
    ledger_destroy(l);
    mempool_destroy(pool);
}

static void test_proposal_gives_every_author_its_turns_within_the_limits(void **unused)
{
    unsigned turns[5] = {0};
    (void)unused;
    table_open(SEATS);
    for (int i = 1; i < 5; i++) {
        submit_join(i, 0, true);
    }
    advance();
    for (int i = 0; i < 5; i++) {
        for (int k = 0; k < POOL_OPS_PER_AUTHOR; k++) {
            submit_game(i, TOY_ADD);
        }
    }
    advance();
    assert_int_equal(T.effects.op_count, BLOCK_OPS_MAX - 1);
    for (unsigned i = 0; i < T.effects.op_count; i++) {
        for (int k = 0; k < 5; k++) {
            turns[k] += memcmp(T.effects.ops[i].author, T.players[k].pk, 32) == 0;
        }
    }
    for (int k = 0; k < 5; k++) {
        assert_in_range(turns[k], (BLOCK_OPS_MAX - 1) / 5, BLOCK_OPS_MAX / 5 + 1);
    }
    advance();
    assert_int_equal(T.effects.op_count, 5 * POOL_OPS_PER_AUTHOR - (BLOCK_OPS_MAX - 1));
    assert_int_equal(toy()->total, 7 * 5 * POOL_OPS_PER_AUTHOR);
    assert_false(ledger_has_work(T.ledger, &T.head));
}

static void test_proposal_keeps_the_byte_limit(void **unused)
{
    uint8_t payload[900] = {TOY_ADD};
    (void)unused;
    table_open(SEATS);
    for (int k = 0; k < 100; k++) {
        submit(0, OP_GAME, payload, sizeof payload);
    }
    advance();
    assert_in_range(T.size, BLOCK_HEADER_BYTES + BLOCK_BODY_BYTES_MAX - 1100,
        BLOCK_HEADER_BYTES + BLOCK_BODY_BYTES_MAX);
    assert_int_equal(refusal_of(0), TOY_BAD_COMMAND);
    advance();
    assert_int_equal(known(0)->seq, 100);
}

static void test_empty_block_changes_no_root(void **unused)
{
    (void)unused;
    table_open(SEATS);
    struct digest before = ledger_state_root(T.ledger);
    submit_game(0, TOY_ADD);
    propose_block(true);
    assert_int_equal(T.size, BLOCK_HEADER_BYTES + 2);
    assert_int_equal(execute_bytes(T.other, T.bytes, T.size), VERDICT_OK);
    finalize_block();
    struct digest after = ledger_state_root(T.ledger);
    assert_memory_equal(before.b, after.b, 32);
    assert_int_equal(ledger_height(T.ledger), 1);
}

static void test_finality_frees_the_other_branch(void **unused)
{
    struct digest left, right, child, d;
    static uint8_t bytes[BLOCK_BYTES_MAX];
    (void)unused;
    table_open(SEATS);
    submit_game(0, TOY_ADD);
    assert_true(ledger_propose(T.ledger, &T.head, 0, 1, false, bytes, sizeof bytes, &left) > 0);
    assert_true(ledger_propose(T.ledger, &T.head, 0, 2, true, bytes, sizeof bytes, &right) > 0);
    assert_true(ledger_has_work(T.ledger, &right));
    assert_false(ledger_has_work(T.ledger, &left));
    assert_true(ledger_propose(T.ledger, &right, 2, 3, false, bytes, sizeof bytes, &child) > 0);
    assert_false(ledger_finalize(T.ledger, &child, &T.effects));
    assert_true(ledger_finalize(T.ledger, &right, &T.effects));
    assert_false(ledger_finalize(T.ledger, &right, &T.effects));
    assert_false(ledger_executed(T.ledger, &left));
    assert_true(ledger_executed(T.ledger, &right));
    assert_true(ledger_executed(T.ledger, &child));
    assert_false(ledger_finalize(T.ledger, &left, &T.effects));
    assert_true(ledger_finalize(T.ledger, &child, &T.effects));
    assert_int_equal(toy()->total, 7);
    d = ledger_final_digest(T.ledger);
    assert_memory_equal(d.b, child.b, 32);
}

static void test_block_on_an_unknown_parent_waits(void **unused)
{
    (void)unused;
    table_open(SEATS);
    propose_block(true);
    T.head = T.digest;
    T.head_view = T.view;
    static uint8_t first[BLOCK_BYTES_MAX];
    size_t first_size = T.size;
    memcpy(first, T.bytes, T.size);
    propose_block(true);
    assert_int_equal(execute_bytes(T.other, T.bytes, T.size), VERDICT_MISSING);
    assert_int_equal(execute_bytes(T.other, first, first_size), VERDICT_OK);
    assert_int_equal(execute_bytes(T.other, T.bytes, T.size), VERDICT_OK);
    assert_int_equal(execute_bytes(T.other, T.bytes, T.size), VERDICT_OK);
}

static void test_slots_make_room_among_branches_but_never_on_the_way_to_the_head(void **unused)
{
    struct digest first, d, head;
    static uint8_t bytes[BLOCK_BYTES_MAX];
    (void)unused;
    table_open(SEATS);
    for (uint64_t view = 1; view <= 3 * STATE_SLOTS; view++) {
        assert_true(ledger_propose(T.ledger, &T.head, 0, view, true, bytes, sizeof bytes, &d) > 0);
        first = view == 1 ? d : first;
    }
    assert_false(ledger_executed(T.ledger, &first));
    assert_true(ledger_executed(T.ledger, &T.head));
    table_open(SEATS);
    head = T.head;
    for (uint64_t view = 1; view < STATE_SLOTS; view++) {
        assert_true(
            ledger_propose(T.ledger, &head, view - 1, view, true, bytes, sizeof bytes, &d) > 0);
        head = d;
    }
    assert_int_equal(ledger_propose(T.ledger, &head, STATE_SLOTS - 1, STATE_SLOTS, true, bytes,
                         sizeof bytes, &d),
        0);
    assert_true(ledger_executed(T.ledger, &head));
}

static void test_only_empty_blocks_of_the_same_height_follow_a_switch(void **unused)
{
    static uint8_t bytes[BLOCK_BYTES_MAX], seal[BLOCK_BYTES_MAX];
    struct digest first, second, d;
    uint8_t op[OP_BYTES_MAX], add[5] = {TOY_ADD, 0, 0, 0, 7};
    const uint8_t *list[] = {op};
    (void)unused;
    table_open(SEATS);
    run_to_ack();
    all_candidates(submit_ack);
    propose_block(false);
    assert_int_equal(execute_bytes(T.other, T.bytes, T.size), VERDICT_OK);
    submit_game(0, TOY_ADD);
    struct digest b = T.digest;
    uint64_t b_view = T.view;
    assert_true(ledger_closes_epoch(T.ledger, &b));
    assert_false(ledger_has_work(T.ledger, &b));
    size_t size =
        ledger_propose(T.ledger, &b, b_view, b_view + 1, false, seal, sizeof seal, &first);
    assert_int_equal(size, BLOCK_HEADER_BYTES + 2);
    assert_int_equal(execute_bytes(T.other, seal, size), VERDICT_OK);
    assert_true(ledger_closes_epoch(T.other, &first));
    assert_false(ledger_has_work(T.ledger, &first));
    size = ledger_propose(
        T.ledger, &first, b_view + 1, b_view + 2, false, bytes, sizeof bytes, &second);
    assert_int_equal(execute_bytes(T.other, bytes, size), VERDICT_OK);
    struct block decoded;
    assert_true(block_decode(&decoded, bytes, size));
    assert_int_equal(decoded.header.epoch, 0);
    assert_int_equal(decoded.header.height, ledger_height(T.ledger) + 1);
    /* Not with an op in it, not higher, not with another root. */
    size_t sizes[] = {make_op(op, 0, OP_GAME, add, 5)};
    memcpy(T.bytes, seal, BLOCK_HEADER_BYTES + 2);
    T.size = BLOCK_HEADER_BYTES + 2;
    size = rewrite_ops(bytes, list, sizes, 1);
    assert_int_equal(execute_bytes(T.other, bytes, size), VERDICT_INVALID);
    enum { HEIGHT_LAST = 2 + 32 + 4 + 8 + 7, STATE_ROOT = 2 + 32 + 4 + 24 + 96 };
    for (int i = 0; i < 5; i++) {
        memcpy(bytes, seal, T.size);
        bytes[i == 0 ? HEIGHT_LAST : STATE_ROOT + 32 * (i - 2)] ^= 1;
        assert_int_equal(execute_bytes(T.other, bytes, T.size), VERDICT_INVALID);
    }
    /* Nor out of line with its parent. */
    assert_true(block_decode(&decoded, seal, T.size));
    for (int i = 0; i < 3; i++) {
        struct block_header h = decoded.header;
        h.view = i == 0 ? b_view : h.view;
        h.parent_view = i == 1 ? b_view - 1 : h.parent_view;
        h.view += i == 2;
        struct writer out = writer_of(bytes, sizeof bytes);
        block_header_encode(&h, &out);
        write_u16(&out, 0);
        assert_int_equal(
            execute_bytes(T.other, bytes, out.size), i == 2 ? VERDICT_OK : VERDICT_INVALID);
    }
    /* The next epoch starts from the switch block itself, from view 1. */
    assert_true(ledger_finalize(T.ledger, &b, &T.effects));
    assert_true(T.effects.epoch_switched);
    assert_false(ledger_finalize(T.ledger, &first, &T.effects));
    assert_false(ledger_closes_epoch(T.ledger, &b));
    assert_true(ledger_has_work(T.ledger, &b));
    size = ledger_propose(T.ledger, &b, 0, 1, false, bytes, sizeof bytes, &d);
    assert_int_equal(execute_bytes(T.other, bytes, size), VERDICT_OK);
    assert_true(block_decode(&decoded, bytes, size));
    assert_int_equal(decoded.header.epoch, 1);
    assert_int_equal(decoded.op_count, 1);
    decoded.header.parent = first;
    struct writer w = writer_of(bytes, sizeof bytes);
    block_header_encode(&decoded.header, &w);
    assert_int_equal(execute_bytes(T.other, bytes, size), VERDICT_INVALID);
    decoded.header.parent = b;
    decoded.header.parent_view = b_view;
    w = writer_of(bytes, sizeof bytes);
    block_header_encode(&decoded.header, &w);
    assert_int_equal(execute_bytes(T.other, bytes, size), VERDICT_INVALID);
    assert_true(ledger_finalize(T.ledger, &d, &T.effects));
    assert_false(ledger_executed(T.ledger, &first));
    assert_false(ledger_has_work(T.ledger, &d));
}

static void test_switch_stands_last_in_its_block(void **unused)
{
    uint8_t payload[36], add[5] = {TOY_ADD, 0, 0, 0, 7}, switch_op[64], ack[OP_BYTES_MAX];
    uint8_t game[OP_BYTES_MAX];
    static uint8_t bytes[BLOCK_BYTES_MAX];
    struct writer w = writer_of(payload, sizeof payload);
    (void)unused;
    table_open(SEATS);
    run_to_ack();
    write_u32(&w, state()->attempt.dkg_id);
    write_bytes(&w, state()->attempt.dkg_hash.b, 32);
    assert_false(block_op_applies(OP_EPOCH_SWITCH, payload, 36));
    size_t ack_size = make_op(ack, 0, OP_ACK, payload, 36);
    const uint8_t *other;
    size_t other_size;
    assert_int_equal(
        mempool_add(T.pool, ack, ack_size, known(0)->seq, &other, &other_size), ERR_OK);
    propose_block(false);
    assert_int_equal(execute_bytes(T.other, T.bytes, T.size), VERDICT_OK);
    struct op op = {.kind = OP_EPOCH_SWITCH, .payload = payload, .payload_size = 36};
    w = writer_of(switch_op, sizeof switch_op);
    op_encode(&op, &w);
    size_t game_size = make_op(game, 0, OP_GAME, add, 5);
    const uint8_t *list[] = {ack, switch_op, game};
    size_t sizes[] = {ack_size, w.size, game_size};
    size_t size = rewrite_ops(bytes, list, sizes, 2);
    assert_int_equal(size, T.size);
    assert_memory_equal(bytes, T.bytes, size);
    size = rewrite_ops(bytes, list, sizes, 3);
    assert_int_equal(execute_bytes(T.other, bytes, size), VERDICT_INVALID);
    uint16_t refusal;
    assert_int_equal(applies_in_turn(list, sizes, 3, &refusal), 2);
    /* Another number or another hash is another attempt's. */
    for (size_t at = 5; at < w.size; at++) {
        switch_op[at] ^= 1;
        assert_int_equal(applies_in_turn(list, sizes, 2, &refusal), 1);
        switch_op[at] ^= 1;
    }
}

static void test_full_block_keeps_room_for_the_switch(void **unused)
{
    uint8_t payload[905] = {TOY_ADD};
    (void)unused;
    table_open(SEATS);
    run_to_ack();
    submit_ack(0);
    /* With the ACK's 145 bytes and 1014 each, 59 of them would leave 27. */
    for (int i = 0; i < 59; i++) {
        submit(0, OP_GAME, payload, sizeof payload);
    }
    advance();
    assert_int_equal(T.effects.op_count, 1 + 58 + 1);
    assert_true(T.effects.epoch_switched);
}

static void test_pool_admits_whom_a_block_could(void **unused)
{
    uint8_t bytes[OP_BYTES_MAX], payload[256], add[5] = {TOY_ADD, 0, 0, 0, 7};
    struct op op;
    uint64_t last;
    (void)unused;
    table_open(SEATS);
    submit_game(0, TOY_ADD);
    advance();
    struct {
        int player;
        uint8_t kind;
        bool ticket;
        bool may;
    } cases[] = {{0, OP_GAME, false, true}, {1, OP_GAME, false, false}, {1, OP_JOIN, false, false},
        {1, OP_JOIN, true, true}};
    for (size_t i = 0; i < 4; i++) {
        size_t size = cases[i].ticket ? join_payload(payload, 1, 0, false) : 5;
        size =
            make_op(bytes, cases[i].player, cases[i].kind, cases[i].ticket ? payload : add, size);
        struct reader r = reader_of(bytes, size);
        assert_true(op_decode(&op, &r));
        assert_int_equal(ledger_may_pool(T.ledger, &op, &last), cases[i].may);
        assert_int_equal(last, cases[i].player == 0 ? 1 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_genesis_seats_the_founder_and_opens_attempt_one),
        cmocka_unit_test(test_refused_op_moves_its_sequence_number_and_nothing_else),
        cmocka_unit_test(test_op_stands_only_at_the_next_sequence_number),
        cmocka_unit_test(test_op_needs_its_authors_signature),
        cmocka_unit_test(test_stranger_may_only_join),
        cmocka_unit_test(test_block_with_a_flipped_header_bit_does_not_execute),
        cmocka_unit_test(test_block_with_reordered_missing_or_repeated_ops_does_not_execute),
        cmocka_unit_test(test_pooled_op_is_verified_once),
        cmocka_unit_test(test_proposal_gives_every_author_its_turns_within_the_limits),
        cmocka_unit_test(test_proposal_keeps_the_byte_limit),
        cmocka_unit_test(test_empty_block_changes_no_root),
        cmocka_unit_test(test_finality_frees_the_other_branch),
        cmocka_unit_test(test_block_on_an_unknown_parent_waits),
        cmocka_unit_test(test_slots_make_room_among_branches_but_never_on_the_way_to_the_head),
        cmocka_unit_test(test_only_empty_blocks_of_the_same_height_follow_a_switch),
        cmocka_unit_test(test_switch_stands_last_in_its_block),
        cmocka_unit_test(test_full_block_keeps_room_for_the_switch),
        cmocka_unit_test(test_pool_admits_whom_a_block_could),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    table_close();
    return failed;
}
