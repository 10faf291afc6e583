/* Merkle trees: the shape of RFC 6962 at every size up to 20, every path, every flipped bit. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/merkle.h"

enum { LEAVES = 20 };

static void make_leaves(struct digest *leaves)
{
    for (uint8_t i = 0; i < LEAVES; i++) {
        leaves[i] = merkle_leaf(&i, 1);
    }
}

/* RFC 6962 2.1, word by word. */
static struct digest by_definition(const struct digest *leaves, size_t n)
{
    if (n == 1) {
        return leaves[0];
    }
    size_t k = 1;
    while (k * 2 < n) {
        k *= 2;
    }
    struct digest left = by_definition(leaves, k), right = by_definition(leaves + k, n - k);
    return merkle_node(&left, &right);
}

static void test_root_is_that_of_the_definition_at_every_size(void **unused)
{
    struct digest leaves[LEAVES];
    struct merkle_range range = {0};
    (void)unused;
    make_leaves(leaves);
    struct digest none = hash_tagged("craps/v1/merkle", "", 0);
    struct digest root = merkle_root(leaves, 0);
    assert_memory_equal(root.b, none.b, 32);
    for (size_t n = 1; n <= LEAVES; n++) {
        struct digest want = by_definition(leaves, n);
        merkle_range_add(&range, &leaves[n - 1]);
        root = merkle_root(leaves, n);
        assert_memory_equal(root.b, want.b, 32);
        root = merkle_range_root(&range);
        assert_memory_equal(root.b, want.b, 32);
    }
}

static void test_leaf_and_node_have_their_prefixes(void **unused)
{
    uint8_t leaf[] = {0x00, 'x'}, node[65] = {0x01};
    struct digest a = merkle_leaf("x", 1), b = hash_tagged("craps/v1/merkle", leaf, 2);
    (void)unused;
    assert_memory_equal(a.b, b.b, 32);
    memcpy(node + 1, a.b, 32);
    memcpy(node + 33, a.b, 32);
    struct digest c = merkle_node(&a, &a), d = hash_tagged("craps/v1/merkle", node, 65);
    assert_memory_equal(c.b, d.b, 32);
}

static void test_doubled_last_leaf_gives_another_root(void **unused)
{
    struct digest leaves[LEAVES];
    (void)unused;
    make_leaves(leaves);
    for (size_t n = 1; n + 1 < LEAVES; n++) {
        struct digest before = merkle_root(leaves, n);
        leaves[n] = leaves[n - 1];
        struct digest after = merkle_root(leaves, n + 1);
        assert_memory_not_equal(before.b, after.b, 32);
        make_leaves(leaves);
    }
}

static void test_path_proves_its_leaf_and_no_other(void **unused)
{
    struct digest leaves[LEAVES], path[MERKLE_PATH_MAX];
    (void)unused;
    make_leaves(leaves);
    for (size_t n = 1; n <= LEAVES; n++) {
        struct digest root = merkle_root(leaves, n);
        for (size_t i = 0; i < n; i++) {
            size_t length = merkle_path(path, leaves, n, i);
            assert_true(merkle_path_verify(&root, n, i, &leaves[i], path, length));
            for (size_t other = 0; other < n; other++) {
                if (other != i) {
                    assert_false(merkle_path_verify(&root, n, other, &leaves[i], path, length));
                    assert_false(merkle_path_verify(&root, n, i, &leaves[other], path, length));
                }
            }
            assert_false(merkle_path_verify(&root, n, n, &leaves[i], path, length));
            assert_false(merkle_path_verify(&root, n, i, &leaves[i], path, length + 1));
            if (length > 0) {
                assert_false(merkle_path_verify(&root, n, i, &leaves[i], path, length - 1));
                path[length - 1].b[31] ^= 1;
                assert_false(merkle_path_verify(&root, n, i, &leaves[i], path, length));
            }
        }
    }
}

static void test_range_survives_its_encoding(void **unused)
{
    struct digest leaves[LEAVES];
    struct merkle_range range = {0};
    uint8_t bytes[8 + 64 * 32];
    (void)unused;
    make_leaves(leaves);
    for (size_t n = 0; n < LEAVES; n++) {
        struct writer w = writer_of(bytes, sizeof bytes);
        struct merkle_range back;
        merkle_range_encode(&range, &w);
        struct reader r = reader_of(bytes, w.size);
        assert_true(merkle_range_decode(&back, &r));
        assert_true(reader_done(&r));
        struct digest a = merkle_range_root(&range), b = merkle_range_root(&back);
        assert_memory_equal(a.b, b.b, 32);
        for (size_t cut = 0; cut < w.size; cut++) {
            r = reader_of(bytes, cut);
            assert_false(merkle_range_decode(&back, &r));
        }
        merkle_range_add(&range, &leaves[n]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_root_is_that_of_the_definition_at_every_size),
        cmocka_unit_test(test_leaf_and_node_have_their_prefixes),
        cmocka_unit_test(test_doubled_last_leaf_gives_another_root),
        cmocka_unit_test(test_path_proves_its_leaf_and_no_other),
        cmocka_unit_test(test_range_survives_its_encoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
