/* Blocks and the genesis on the wire: structure, limits, and which bytes the digest covers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/block.h"
#include "consensus/genesis.h"
#include "consensus/merkle.h"

static uint8_t bytes[2 * BLOCK_BYTES_MAX];

/* A block of `count` game ops with payloads of that size, `claimed` in its count field. */
static size_t make_block(uint16_t count, size_t payload_size, uint16_t claimed)
{
    static uint8_t payload[OP_BYTES_MAX];
    static struct digest leaves[BLOCK_OPS_MAX + 1];
    struct block_header h = {.epoch = 3, .view = 5, .height = 9, .parent_view = 4};
    struct writer w = writer_of(bytes, sizeof bytes);
    w.size = BLOCK_HEADER_BYTES;
    write_u16(&w, claimed);
    for (uint16_t i = 0; i < count; i++) {
        struct op op = {
            .kind = OP_GAME, .seq = i + 1u, .payload = payload, .payload_size = payload_size};
        uint8_t encoded[OP_BYTES_MAX];
        struct writer one = writer_of(encoded, sizeof encoded);
        op_encode(&op, &one);
        write_lp(&w, encoded, one.size);
        struct digest d = op_digest(&op);
        leaves[i] = merkle_leaf(d.b, 32);
    }
    h.ops_root = merkle_root(leaves, count);
    struct writer head = writer_of(bytes, BLOCK_HEADER_BYTES);
    block_header_encode(&h, &head);
    assert_false(w.bad || head.bad);
    return w.size;
}

static bool decodes(size_t size)
{
    struct block b;
    return block_decode(&b, bytes, size);
}

static void test_block_gives_its_ops_back_in_order(void **unused)
{
    struct block b;
    struct op op;
    (void)unused;
    for (uint16_t count = 0; count < 6; count++) {
        size_t offset = 0, size = make_block(count, 10, count);
        assert_true(block_decode(&b, bytes, size));
        assert_int_equal(b.op_count, count);
        assert_int_equal(b.header.epoch, 3);
        assert_int_equal(b.header.view, 5);
        assert_int_equal(b.header.height, 9);
        assert_int_equal(b.header.parent_view, 4);
        for (uint16_t i = 0; i < count; i++) {
            assert_true(block_next_op(&b, &offset, &op));
            assert_int_equal(op.seq, i + 1);
        }
        assert_false(block_next_op(&b, &offset, &op));
    }
}

static void test_block_cut_short_or_with_more_behind_it_does_not_decode(void **unused)
{
    (void)unused;
    size_t size = make_block(3, 10, 3);
    for (size_t cut = 0; cut < size; cut++) {
        assert_false(decodes(cut));
    }
    bytes[size] = 0;
    assert_false(decodes(size + 1));
    assert_true(decodes(size));
}

static void test_block_must_hold_as_many_ops_as_it_says(void **unused)
{
    (void)unused;
    for (uint16_t claimed = 0; claimed < 6; claimed++) {
        size_t size = make_block(3, 10, claimed);
        assert_int_equal(decodes(size), claimed == 3);
    }
}

static void test_block_keeps_its_limits(void **unused)
{
    (void)unused;
    assert_true(decodes(make_block(BLOCK_OPS_MAX, 0, BLOCK_OPS_MAX)));
    assert_false(decodes(make_block(BLOCK_OPS_MAX + 1, 0, BLOCK_OPS_MAX + 1)));
    /* 107 bytes around a payload and 2 in front: 59 ops of 1015 bytes, and room for 113 more. */
    size_t size = make_block(59, 906, 59);
    assert_int_equal(size, BLOCK_HEADER_BYTES + 2 + 59 * 1015);
    assert_true(decodes(size));
    assert_false(decodes(make_block(60, 906, 60)));
    assert_in_range(make_block(60, 906, 60), BLOCK_HEADER_BYTES + BLOCK_BODY_BYTES_MAX, UINT32_MAX);
}

static void test_block_body_may_not_change_under_its_header(void **unused)
{
    (void)unused;
    size_t size = make_block(3, 10, 3);
    for (size_t bit = BLOCK_HEADER_BYTES * 8; bit < size * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(decodes(size));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_true(decodes(size));
}

static void test_digest_covers_every_header_bit(void **unused)
{
    struct block_header h;
    (void)unused;
    make_block(0, 0, 0);
    struct reader r = reader_of(bytes, BLOCK_HEADER_BYTES);
    assert_true(block_header_decode(&h, &r));
    assert_true(reader_done(&r));
    struct digest d = block_digest(&h),
                  want = hash_tagged("craps/v1/block", bytes, BLOCK_HEADER_BYTES);
    assert_memory_equal(d.b, want.b, 32);
    for (size_t bit = 0; bit < BLOCK_HEADER_BYTES * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        r = reader_of(bytes, BLOCK_HEADER_BYTES);
        bool ok = block_header_decode(&h, &r);
        assert_int_equal(ok, bit >= 16);
        struct digest other = block_digest(&h);
        assert_true(!ok || !digest_equal(&d, &other));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static struct genesis make_genesis(void)
{
    struct genesis g = {.version = PROTOCOL_VERSION, .rules_size = RULES_BYTES_MAX};
    g.profile_size = PROFILE_BYTES_MAX;
    memset(g.rules, 1, sizeof g.rules);
    memset(g.founder_id, 2, sizeof g.founder_id);
    memset(g.founder_net_pk, 3, sizeof g.founder_net_pk);
    memset(g.founder_vote_pk, 4, sizeof g.founder_vote_pk);
    memset(g.profile, 5, sizeof g.profile);
    memset(g.nonce, 6, sizeof g.nonce);
    return g;
}

static void test_genesis_survives_its_encoding_and_names_the_table(void **unused)
{
    struct genesis g = make_genesis(), back;
    uint8_t out[GENESIS_BYTES_MAX + 1] = {0};
    struct writer w = writer_of(out, GENESIS_BYTES_MAX);
    (void)unused;
    genesis_encode(&g, &w);
    assert_false(w.bad);
    struct reader r = reader_of(out, w.size);
    assert_true(genesis_decode(&back, &r));
    struct digest a = genesis_game_id(&g), b = genesis_game_id(&back);
    assert_memory_equal(a.b, b.b, 32);
    for (size_t cut = 0; cut <= w.size + 1; cut++) {
        r = reader_of(out, cut);
        assert_int_equal(genesis_decode(&back, &r), cut == w.size);
    }
    for (size_t at = 2; at < w.size; at++) {
        out[at] ^= 1;
        r = reader_of(out, w.size);
        if (genesis_decode(&back, &r)) {
            b = genesis_game_id(&back);
            assert_memory_not_equal(a.b, b.b, 32);
        }
        out[at] ^= 1;
    }
}

static void test_genesis_of_another_version_is_refused_by_name(void **unused)
{
    struct genesis g = make_genesis(), back;
    uint8_t out[GENESIS_BYTES_MAX];
    struct writer w = writer_of(out, sizeof out);
    (void)unused;
    g.version = PROTOCOL_VERSION + 1;
    genesis_encode(&g, &w);
    struct reader r = reader_of(out, w.size);
    assert_false(genesis_decode(&back, &r));
    assert_int_equal(back.version, PROTOCOL_VERSION + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_block_gives_its_ops_back_in_order),
        cmocka_unit_test(test_block_cut_short_or_with_more_behind_it_does_not_decode),
        cmocka_unit_test(test_block_must_hold_as_many_ops_as_it_says),
        cmocka_unit_test(test_block_keeps_its_limits),
        cmocka_unit_test(test_block_body_may_not_change_under_its_header),
        cmocka_unit_test(test_digest_covers_every_header_bit),
        cmocka_unit_test(test_genesis_survives_its_encoding_and_names_the_table),
        cmocka_unit_test(test_genesis_of_another_version_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
