/* A state's pieces on their way, and a ledger that takes one over. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/pack.h"
#include "consensus/state_chunk.h"
#include "tests/unit/consensus/ledger_table.h"

static uint8_t bytes[STATE_BYTES_MAX], out[STATE_CHUNK_BYTES], piece[STATE_PIECE_BYTES_MAX];
static struct digest leaves[STATE_CHUNKS_MAX];

static void fill(size_t size)
{
    struct prng rng;
    prng_seed(&rng, size);
    prng_fill(&rng, bytes, size);
    memset(bytes, 7, size / 2);
}

static size_t make_piece(const struct state_meta *meta, uint32_t index)
{
    struct writer w = writer_of(piece, sizeof piece);
    state_piece_encode(meta, leaves, bytes, index, &w);
    assert_false(w.bad);
    return w.size;
}

static bool take(const struct state_meta *meta, uint32_t index, size_t size)
{
    struct reader r = reader_of(piece, size);
    return state_piece_decode(meta, index, out, &r);
}

static void test_state_pieces_give_every_chunk_of_every_size(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {1, 2, STATE_CHUNK_BYTES - 1, STATE_CHUNK_BYTES,
        STATE_CHUNK_BYTES + 1, 5 * STATE_CHUNK_BYTES - 3, STATE_BYTES_MAX};
    assert_true(pack_bound(STATE_CHUNK_BYTES) <= STATE_FRAME_MAX);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct state_meta meta;
        fill(sizes[i]);
        state_meta_of(&meta, leaves, bytes, sizes[i]);
        struct digest root = state_meta_root(&meta), want = state_root_of(bytes, sizes[i]);
        assert_memory_equal(root.b, want.b, DIGEST_BYTES);
        for (uint32_t k = 0; k < meta.chunks; k++) {
            size_t size = make_piece(&meta, k);
            assert_true(take(&meta, k, size));
            assert_memory_equal(
                out, bytes + (size_t)k * STATE_CHUNK_BYTES, state_chunk_size(&meta, k));
            assert_false(take(&meta, k + 1, size));
            assert_false(k > 0 && take(&meta, k - 1, size));
        }
    }
}

/* LZ4 can tell some bytes in two ways: then the chunk is still the chunk. Nothing else passes. */
static void test_state_piece_with_a_flipped_bit_is_refused(void **unused)
{
    (void)unused;
    struct state_meta meta;
    fill(2 * STATE_CHUNK_BYTES + 500);
    state_meta_of(&meta, leaves, bytes, 2 * STATE_CHUNK_BYTES + 500);
    for (uint32_t k = 0; k < meta.chunks; k += 2) {
        size_t size = make_piece(&meta, k), refused = 0;
        for (size_t bit = 0; bit < 8 * size; bit++) {
            piece[bit / 8] ^= (uint8_t)(1U << bit % 8);
            bool taken = take(&meta, k, size);
            assert_true(!taken || memcmp(out, bytes + (size_t)k * STATE_CHUNK_BYTES,
                                      state_chunk_size(&meta, k)) == 0);
            refused += !taken;
            piece[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        assert_true(refused + 32 >= 8 * size);
        for (size_t cut = 0; cut < size; cut++) {
            assert_false(take(&meta, k, cut));
        }
        assert_true(take(&meta, k, size));
        piece[size] = 0;
        assert_false(take(&meta, k, size + 1));
    }
}

static bool decodes(uint64_t size, uint32_t chunks)
{
    uint8_t raw[STATE_META_BYTES];
    struct state_meta meta = {.size = size, .chunks = chunks}, back;
    struct writer w = writer_of(raw, sizeof raw);
    state_meta_encode(&meta, &w);
    struct reader r = reader_of(raw, w.size);
    return state_meta_decode(&back, &r);
}

static void test_state_meta_keeps_to_its_maxima(void **unused)
{
    (void)unused;
    assert_true(decodes(1, 1));
    assert_true(decodes(STATE_BYTES_MAX, STATE_CHUNKS_MAX));
    assert_true(decodes(STATE_CHUNK_BYTES + 1, 2));
    assert_false(decodes(0, 0));
    assert_false(decodes(0, 1));
    assert_false(decodes(STATE_BYTES_MAX + 1, STATE_CHUNKS_MAX + 1));
    assert_false(decodes(UINT64_MAX, UINT32_MAX));
    assert_false(decodes(UINT64_MAX, 0));
    assert_false(decodes(STATE_CHUNK_BYTES, 2));
    assert_false(decodes(STATE_CHUNK_BYTES + 1, 1));
}

/* A table that has played, its last header, and a ledger that knows nothing of it. */
static struct ledger *played(struct block_header *header, const uint8_t **state_bytes, size_t *size)
{
    struct block b;
    table_with_members(4);
    submit_game(0, TOY_ADD);
    advance();
    assert_true(block_decode(&b, T.bytes, T.size));
    *header = b.header;
    *state_bytes = ledger_state_bytes(T.ledger, size);
    return ledger_create(&toy_app, signer, &T.genesis, T.other_pool);
}

static void test_ledger_takes_a_state_over_and_goes_on_as_the_others(void **unused)
{
    (void)unused;
    struct block_header header;
    const uint8_t *state_bytes;
    size_t size;
    struct block b;
    struct ledger *l = played(&header, &state_bytes, &size);
    assert_true(ledger_adopt(l, &header, state_bytes, size));
    assert_int_equal(ledger_height(l), ledger_height(T.ledger));
    for (unsigned i = 0; i < 5; i++) {
        submit_game(0, TOY_ADD);
        advance();
        assert_true(block_decode(&b, T.bytes, T.size));
        assert_int_equal(ledger_execute(l, &b, &T.digest), VERDICT_OK);
        static struct final_effects effects;
        assert_true(ledger_finalize(l, &T.digest, &effects));
        struct digest here = ledger_state_root(l), there = ledger_state_root(T.ledger);
        assert_memory_equal(here.b, there.b, DIGEST_BYTES);
    }
    ledger_destroy(l);
    table_close();
}

static void same_as_before(struct ledger *l, const struct digest *root, const struct digest *final)
{
    struct digest now = ledger_state_root(l), last = ledger_final_digest(l);
    assert_memory_equal(now.b, root->b, DIGEST_BYTES);
    assert_memory_equal(last.b, final->b, DIGEST_BYTES);
    assert_int_equal(ledger_height(l), 0);
}

/* Every bit of the bytes, and a header that says anything else, also with a root that fits. */
static void test_ledger_takes_no_wrong_state_over_and_stays_as_it_was(void **unused)
{
    (void)unused;
    struct block_header header;
    const uint8_t *state_bytes;
    static uint8_t copy[1 << 16];
    size_t size;
    struct ledger *l = played(&header, &state_bytes, &size);
    struct digest root = ledger_state_root(l), final = ledger_final_digest(l);
    assert_true(size < sizeof copy);
    memcpy(copy, state_bytes, size);
    for (size_t bit = 0; bit < 8 * size; bit += 3) {
        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(ledger_adopt(l, &header, copy, size));
        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    assert_false(ledger_adopt(l, &header, copy, size - 1));
    struct block_header h = header;
    h.game_id.b[0] ^= 1;
    assert_false(ledger_adopt(l, &h, copy, size));
    h = header;
    h.epoch++;
    assert_false(ledger_adopt(l, &h, copy, size));
    h = header;
    h.members_hash.b[5] ^= 1;
    assert_false(ledger_adopt(l, &h, copy, size));
    h = header;
    h.log_root.b[5] ^= 1;
    assert_false(ledger_adopt(l, &h, copy, size));
    /* A root for bytes that are no state. */
    for (size_t cut = 0; cut < size; cut += size / 13) {
        h = header;
        h.state_root = state_root_of(copy, cut);
        assert_false(ledger_adopt(l, &h, copy, cut));
    }
    h.state_root = state_root_of(copy, size + 1);
    assert_false(ledger_adopt(l, &h, copy, size + 1));
    same_as_before(l, &root, &final);
    assert_true(ledger_adopt(l, &header, copy, size));
    ledger_destroy(l);
    table_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state_pieces_give_every_chunk_of_every_size),
        cmocka_unit_test(test_state_piece_with_a_flipped_bit_is_refused),
        cmocka_unit_test(test_state_meta_keeps_to_its_maxima),
        cmocka_unit_test(test_ledger_takes_a_state_over_and_goes_on_as_the_others),
        cmocka_unit_test(test_ledger_takes_no_wrong_state_over_and_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
