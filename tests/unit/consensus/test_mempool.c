/* The pool: what comes in, what stays out, how much fits, whose turn it is. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/mempool.h"

static const struct digest game = {{1, 2, 3}};
static struct mempool *pool;
static unsigned verified;

/* A stand-in for Ed25519: the signature is a hash under the public key. */
static void toy_sign(uint8_t sig[SIG_BYTES], const uint8_t *data, size_t size, const uint8_t sk[64])
{
    struct hash_state h;
    hash_begin(&h, "toy");
    hash_add(&h, sk + 32, 32);
    hash_add(&h, data, size);
    struct digest d = hash_end(&h);
    memset(sig, 0, SIG_BYTES);
    memcpy(sig, d.b, 32);
}

static bool toy_verify(
    const uint8_t sig[SIG_BYTES], const uint8_t *data, size_t size, const uint8_t pk[32])
{
    uint8_t sk[64] = {0}, want[SIG_BYTES];
    memcpy(sk + 32, pk, 32);
    toy_sign(want, data, size, sk);
    verified++;
    return memcmp(sig, want, 32) == 0; /* the other half is free, to sign one thing twice */
}

static const struct signer toy_signer = {.sign = toy_sign, .verify = toy_verify};

static void author_key(uint8_t sk[64], unsigned author)
{
    memset(sk, 0, 64);
    sk[32] = (uint8_t)author;
    sk[33] = (uint8_t)(author >> 8);
    sk[34] = 1;
}

static size_t make_op(uint8_t out[2 * OP_BYTES_MAX], unsigned author, uint64_t seq, uint8_t kind,
    size_t payload_size, uint8_t fill)
{
    static uint8_t payload[OP_BYTES_MAX];
    uint8_t sk[64];
    struct op op = {.kind = kind, .seq = seq, .payload = payload, .payload_size = payload_size};
    struct writer w = writer_of(out, 2 * OP_BYTES_MAX);
    author_key(sk, author);
    memset(payload, fill, sizeof payload);
    memcpy(op.author, sk + 32, 32);
    op_sign(&toy_signer, &op, &game, sk);
    op_encode(&op, &w);
    return w.size;
}

static const uint8_t *other;
static size_t other_size;

static enum err add(unsigned author, uint64_t seq, uint64_t last_seq)
{
    uint8_t bytes[2 * OP_BYTES_MAX];
    size_t size = make_op(bytes, author, seq, OP_GAME, 4, 0);
    return mempool_add(pool, bytes, size, last_seq, &other, &other_size);
}

static int open_pool(void **unused)
{
    (void)unused;
    pool = mempool_create(&toy_signer, &game);
    verified = 0;
    return pool == NULL;
}

static int close_pool(void **unused)
{
    (void)unused;
    mempool_destroy(pool);
    return 0;
}

static void test_pool_keeps_an_op_and_knows_it_again(void **unused)
{
    uint8_t bytes[2 * OP_BYTES_MAX];
    size_t found_size, size = make_op(bytes, 1, 1, OP_GAME, 4, 0);
    struct op op;
    (void)unused;
    assert_int_equal(mempool_add(pool, bytes, size, 0, &other, &other_size), ERR_OK);
    const uint8_t *found = mempool_find(pool, bytes + 1, 1, &found_size);
    assert_non_null(found);
    assert_int_equal(found_size, size);
    assert_memory_equal(found, bytes, size);
    assert_null(mempool_find(pool, bytes + 1, 2, &found_size));
    assert_null(mempool_find(pool, bytes + 1, 0, &found_size));
    assert_null(mempool_find(pool, bytes + 1, 1 + POOL_OPS_PER_AUTHOR, &found_size));
    struct reader r = reader_of(bytes, size);
    assert_true(op_decode(&op, &r));
    assert_true(mempool_knows(pool, &op));
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 1;
        r = reader_of(bytes, size);
        assert_false(op_decode(&op, &r) && mempool_knows(pool, &op));
        bytes[i] ^= 1;
    }
    assert_int_equal(mempool_add(pool, bytes, size, 0, &other, &other_size), ERR_EXISTS);
    assert_int_equal(verified, 1);
    assert_int_equal(mempool_count(pool), 1);
}

static void test_pool_refuses_what_is_malformed_or_unsigned(void **unused)
{
    uint8_t bytes[2 * OP_BYTES_MAX];
    size_t size = make_op(bytes, 1, 1, OP_GAME, 4, 0);
    (void)unused;
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_equal(mempool_add(pool, bytes, cut, 0, &other, &other_size), ERR_FORMAT);
    }
    assert_int_equal(mempool_add(pool, bytes, size + 1, 0, &other, &other_size), ERR_FORMAT);
    bytes[size - 64] ^= 1;
    assert_int_equal(mempool_add(pool, bytes, size, 0, &other, &other_size), ERR_AUTH);
    size = make_op(bytes, 1, 1, OP_JOIN, OP_BYTES_MAX, 0);
    assert_int_equal(mempool_add(pool, bytes, size, 0, &other, &other_size), ERR_FORMAT);
    for (uint8_t kind = OP_RESULT; kind <= OP_EVIDENCE; kind++) {
        struct op op = {.kind = kind};
        struct writer w = writer_of(bytes, sizeof bytes);
        op_encode(&op, &w);
        assert_int_equal(mempool_add(pool, bytes, w.size, 0, &other, &other_size), ERR_FORMAT);
    }
    assert_int_equal(mempool_count(pool), 0);
}

static void test_pool_window_follows_the_last_executed_op(void **unused)
{
    (void)unused;
    assert_int_equal(add(1, 10, 10), ERR_EXISTS);
    assert_int_equal(add(1, 11, 10), ERR_OK);
    assert_int_equal(add(1, 10 + POOL_OPS_PER_AUTHOR, 10), ERR_OK);
    assert_int_equal(add(1, 11 + POOL_OPS_PER_AUTHOR, 10), ERR_RANGE);
    assert_int_equal(add(1, 11 + POOL_OPS_PER_AUTHOR, 11), ERR_OK);
    assert_int_equal(mempool_count(pool), 2);
    assert_int_equal(add(1, UINT64_MAX, 10), ERR_RANGE);
}

static void test_pool_holds_a_full_window_and_no_more(void **unused)
{
    (void)unused;
    for (uint64_t seq = 1; seq <= POOL_OPS_PER_AUTHOR; seq++) {
        assert_int_equal(add(1, seq, 0), ERR_OK);
    }
    assert_int_equal(add(1, POOL_OPS_PER_AUTHOR + 1, 0), ERR_RANGE);
    assert_int_equal(add(2, 1, 0), ERR_OK);
    assert_int_equal(mempool_count(pool), POOL_OPS_PER_AUTHOR + 1);
}

static void test_pool_reports_two_ops_with_one_sequence_number(void **unused)
{
    uint8_t bytes[2 * OP_BYTES_MAX], first[2 * OP_BYTES_MAX];
    size_t first_size = make_op(first, 1, 1, OP_GAME, 4, 0);
    (void)unused;
    assert_int_equal(mempool_add(pool, first, first_size, 0, &other, &other_size), ERR_OK);
    size_t size = make_op(bytes, 1, 1, OP_GAME, 4, 1);
    assert_int_equal(mempool_add(pool, bytes, size, 0, &other, &other_size), ERR_BUSY);
    assert_int_equal(other_size, first_size);
    assert_memory_equal(other, first, first_size);
    bytes[size - 64] ^= 1;
    assert_int_equal(mempool_add(pool, bytes, size, 0, &other, &other_size), ERR_AUTH);
    /* One content under two signatures is no lie. */
    first[first_size - 1] ^= 1;
    assert_int_equal(mempool_add(pool, first, first_size, 0, &other, &other_size), ERR_EXISTS);
    assert_int_equal(mempool_count(pool), 1);
}

static void expect_order(const unsigned *authors, size_t count)
{
    uint8_t id[32], sk[64];
    size_t cursor = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(mempool_next_author(pool, &cursor, id));
        author_key(sk, authors[i]);
        assert_memory_equal(id, sk + 32, 32);
    }
    assert_false(mempool_next_author(pool, &cursor, id));
}

static void test_pool_names_authors_by_their_oldest_op(void **unused)
{
    uint8_t sk[64];
    (void)unused;
    expect_order(NULL, 0);
    assert_int_equal(add(3, 1, 0), ERR_OK);
    assert_int_equal(add(1, 1, 0), ERR_OK);
    assert_int_equal(add(2, 1, 0), ERR_OK);
    assert_int_equal(add(3, 2, 0), ERR_OK);
    expect_order((unsigned[]){3, 1, 2}, 3);
    author_key(sk, 3);
    mempool_prune(pool, sk + 32, 1);
    expect_order((unsigned[]){1, 2, 3}, 3);
    author_key(sk, 1);
    mempool_prune(pool, sk + 32, 0);
    expect_order((unsigned[]){1, 2, 3}, 3);
    mempool_prune(pool, sk + 32, 9);
    expect_order((unsigned[]){2, 3}, 2);
    assert_int_equal(mempool_count(pool), 2);
}

static void test_pool_lets_no_author_take_all_the_large_cells(void **unused)
{
    uint8_t bytes[2 * OP_BYTES_MAX], sk[64];
    unsigned taken = 0;
    (void)unused;
    for (uint64_t seq = 1; seq <= POOL_OPS_PER_AUTHOR; seq++) {
        size_t size = make_op(bytes, 1, seq, OP_DEAL, 4000, 0);
        taken += mempool_add(pool, bytes, size, 0, &other, &other_size) == ERR_OK;
    }
    assert_int_equal(taken, 8);
    author_key(sk, 1);
    mempool_prune(pool, sk + 32, POOL_OPS_PER_AUTHOR);
    size_t size = make_op(bytes, 1, 200, OP_DEAL, 4000, 0);
    assert_int_equal(
        mempool_add(pool, bytes, size, POOL_OPS_PER_AUTHOR, &other, &other_size), ERR_OK);
}

static void test_pool_is_bounded_in_authors_and_gives_room_back(void **unused)
{
    uint8_t sk[64];
    (void)unused;
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned author = 0; author < IDENTITIES_MAX; author++) {
            assert_int_equal(add(author, 1, 0), ERR_OK);
        }
        assert_int_equal(add(IDENTITIES_MAX, 1, 0), ERR_FULL);
        for (unsigned author = 0; author < IDENTITIES_MAX; author++) {
            author_key(sk, author);
            mempool_prune(pool, sk + 32, 1);
        }
        assert_int_equal(mempool_count(pool), 0);
    }
}

static void test_pool_is_bounded_in_bytes(void **unused)
{
    unsigned taken = 0;
    (void)unused;
    for (unsigned author = 0; author < IDENTITIES_MAX; author++) {
        for (uint64_t seq = 1; seq <= POOL_OPS_PER_AUTHOR; seq += 1) {
            enum err e = add(author, seq, 0);
            assert_true(e == ERR_OK || e == ERR_FULL);
            taken += e == ERR_OK;
        }
    }
    assert_int_equal(taken, 64 * POOL_OPS_PER_AUTHOR);
    assert_int_equal(mempool_count(pool), taken);
}

int main(void)
{
#define POOL_TEST(f) cmocka_unit_test_setup_teardown(f, open_pool, close_pool)
    const struct CMUnitTest tests[] = {
        POOL_TEST(test_pool_keeps_an_op_and_knows_it_again),
        POOL_TEST(test_pool_refuses_what_is_malformed_or_unsigned),
        POOL_TEST(test_pool_window_follows_the_last_executed_op),
        POOL_TEST(test_pool_holds_a_full_window_and_no_more),
        POOL_TEST(test_pool_reports_two_ops_with_one_sequence_number),
        POOL_TEST(test_pool_names_authors_by_their_oldest_op),
        POOL_TEST(test_pool_lets_no_author_take_all_the_large_cells),
        POOL_TEST(test_pool_is_bounded_in_authors_and_gives_room_back),
        POOL_TEST(test_pool_is_bounded_in_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
