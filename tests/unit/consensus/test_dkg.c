/* Key generation: every table size, every validity rule broken in turn. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/consensus/dkg_table.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void assert_key_matches_shares(void)
{
    uint16_t set[DKG_MEMBERS_MAX];
    struct scalar secret = {{0}};
    struct point p;
    for (uint16_t j = 1; j <= table.params.n; j++) {
        assert_true(group_mul_base(&p, &table.shares[j - 1].x));
        assert_true(point_equal(&p, &table.pub.X[j - 1]));
        assert_true(group_eval(&p, table.pub.A, table.params.t, j));
        assert_true(point_equal(&p, &table.pub.X[j - 1]));
    }
    /* The last t members interpolate the secret whose public key is PK = A_0. */
    for (uint16_t i = 0; i < table.params.t; i++) {
        set[i] = (uint16_t)(table.params.n - i);
    }
    struct scalar lambda[DKG_MEMBERS_MAX];
    assert_true(group_lagrange(lambda, set, table.params.t));
    for (uint16_t i = 0; i < table.params.t; i++) {
        scalar_mul(&lambda[i], &lambda[i], &table.shares[set[i] - 1].x);
        scalar_add(&secret, &secret, &lambda[i]);
    }
    assert_true(group_mul_base(&p, &secret));
    assert_true(point_equal(&p, &table.pub.A[0]));
}

static void test_dkg_gives_one_key_at_every_table_size(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 1);
    for (uint16_t n = 1; n <= 10; n++) {
        run_table(&prng, n, threshold(n));
        assert_key_matches_shares();
    }
    run_table(&prng, 50, threshold(50));
    assert_int_equal(table.params.t, 34);
    assert_key_matches_shares();
}

static void test_dkg_gives_one_key_at_every_threshold(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 2);
    for (uint16_t n = 1; n <= 5; n++) {
        for (uint16_t t = 1; t <= n; t++) {
            run_table(&prng, n, t);
            assert_key_matches_shares();
        }
    }
}

static void test_dkg_params_refuse_bad_shapes_and_keys(void **state)
{
    (void)state;
    struct prng prng;
    struct dkg_deal deal;
    static const uint8_t seed[DKG_SEED_BYTES];
    prng_seed(&prng, 3);
    open_table(&prng, 50, 34);
    struct dkg_params params = table.params;
    for (uint16_t n = 0; n <= 52; n++) {
        for (uint16_t t = 0; t <= 52; t++) {
            params.n = n;
            params.t = t;
            if (n <= 50 || t == 0) {
                assert_int_equal(dkg_params_valid(&params), t >= 1 && t <= n && n <= 50);
            }
        }
    }
    params.n = 51;
    params.t = 34;
    assert_false(dkg_params_valid(&params));
    params = table.params;
    for (size_t j = 0; j < 50; j++) {
        params.EK[j] = (struct point){{0}};
        assert_false(dkg_params_valid(&params));
        assert_false(dkg_deal_create(&deal, &params, 1, seed));
        params.EK[j] = (struct point){{1}};
        assert_false(dkg_params_valid(&params));
        params.EK[j] = table.params.EK[j];
    }
    assert_false(dkg_deal_create(&deal, &params, 0, seed));
    assert_false(dkg_deal_create(&deal, &params, 51, seed));
    assert_true(dkg_deal_create(&deal, &params, 50, seed));
}

static void test_dkg_key_refuses_zero(void **state)
{
    (void)state;
    uint8_t random[DKG_KEY_RANDOM_BYTES] = {0};
    struct dkg_key key;
    struct point EK;
    assert_false(dkg_key_create(&key, &EK, random));
    random[63] = 1;
    assert_true(dkg_key_create(&key, &EK, random));
    assert_true(point_is_valid(&EK));
    dkg_key_wipe(&key);
    assert_true(scalar_is_zero(&key.ek));
}

static void test_dkg_deal_depends_on_seed_and_attempt_alone(void **state)
{
    (void)state;
    struct prng prng;
    struct dkg_deal first, again;
    uint8_t seed[DKG_SEED_BYTES] = {1};
    prng_seed(&prng, 4);
    open_table(&prng, 4, 3);
    struct dkg_params params = table.params;
    assert_true(dkg_deal_create(&first, &params, 1, seed));
    assert_true(dkg_deal_create(&again, &params, 1, seed));
    assert_memory_equal(&first, &again, sizeof first);
    for (int change = 0; change < 7; change++) {
        params = table.params;
        seed[0] = change == 0 ? 2 : 1;
        params.dkg_id += change == 1;
        params.game_id.b[0] ^= change == 2;
        params.t = change == 3 ? 2 : 3;
        params.n = change == 4 ? 3 : 4;
        params.EK[3] = change == 5 ? group_base : params.EK[3];
        assert_true(dkg_deal_create(&again, &params, change == 6 ? 2 : 1, seed));
        assert_false(point_equal(&first.C[0], &again.C[0]));
        assert_false(point_equal(&first.E, &again.E));
    }
}

static void test_dkg_deal_survives_its_encoding(void **state)
{
    (void)state;
    static const struct {
        uint16_t n;
        size_t size; /* C.3 counts these without the four bytes of dkg_id */
    } rows[] = {{1, 192}, {4, 352}, {10, 672}, {50, 2816}};
    struct prng prng;
    prng_seed(&prng, 5);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dkg_deal deal, got;
        uint8_t bytes[DKG_DEAL_BYTES_MAX + 1] = {0};
        open_table(&prng, rows[i].n, threshold(rows[i].n));
        deal_honestly(&prng, 1, &deal);
        struct writer w = writer_of(bytes, sizeof bytes);
        dkg_deal_write(&w, &table.params, &deal);
        assert_false(w.bad);
        assert_int_equal(w.size, rows[i].size + 4);
        assert_int_equal(w.size, dkg_deal_size(&table.params));
        for (size_t size = 0; size <= w.size + 1; size++) {
            enum err expected = size == w.size ? ERR_OK : ERR_FORMAT;
            assert_int_equal(dkg_deal_read(&got, &table.params, bytes, size), expected);
        }
        assert_int_equal(dkg_deal_read(&got, &table.params, bytes, w.size), ERR_OK);
        assert_memory_equal(&got, &deal, sizeof got);
        struct digest a = dkg_deal_digest(&table.params, &deal);
        struct digest b = hash_tagged("craps/v1/deal", bytes, w.size);
        assert_true(digest_equal(&a, &b));

        /* Every scalar must be below the order: set the top byte of each. */
        size_t scalars = 4 + 32 * (table.params.t + 1u);
        for (size_t at = scalars; at < w.size; at += 32) {
            uint8_t kept = bytes[at + 31];
            bytes[at + 31] = 0x20;
            assert_int_equal(dkg_deal_read(&got, &table.params, bytes, w.size), ERR_FORMAT);
            bytes[at + 31] = kept;
        }
    }
}

static void test_dkg_accepts_a_deal_made_by_hand(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 6);
    open_table(&prng, 5, 4);
    for (uint16_t i = 1; i <= 5; i++) {
        struct hand hand;
        struct dkg_deal deal;
        random_hand(&prng, &hand);
        deal_by_hand(&deal, i, &hand, 0);
        assert_int_equal(dkg_dealings_add(&table.dealings, &table.params, i, &deal), DKG_DEAL_OK);
        for (uint16_t j = 1; j <= 5; j++) {
            struct scalar s;
            assert_true(dkg_deal_open(&s, &table.params, i, &deal, j, &table.keys[j - 1]));
            assert_true(dkg_share_matches(deal.C, 4, j, &s));
            s.b[0] ^= 1;
            assert_false(dkg_share_matches(deal.C, 4, j, &s));
        }
    }
}

static void expect_verdict(uint16_t dealer, const struct dkg_deal *deal, enum dkg_verdict expected)
{
    struct dkg_dealings before = table.dealings;
    assert_int_equal(dkg_dealings_add(&table.dealings, &table.params, dealer, deal), expected);
    assert_memory_equal(&before, &table.dealings, sizeof before);
}

static void test_dkg_deal_verify_names_each_broken_rule(void **state)
{
    (void)state;
    static const struct point bad_points[] = {{{0}}, {{1}}, {{[31] = 0x80}}};
    struct scalar high;
    memset(high.b, 0xff, sizeof high.b);
    struct prng prng;
    struct dkg_deal good, deal;
    prng_seed(&prng, 7);
    open_table(&prng, 4, 3);
    deal_honestly(&prng, 2, &good);
    for (size_t b = 0; b < COUNT(bad_points); b++) {
        for (size_t k = 0; k < 3; k++) {
            deal = good;
            deal.C[k] = bad_points[b];
            expect_verdict(2, &deal, DKG_DEAL_COMMITMENT);
        }
        deal = good;
        deal.E = bad_points[b];
        expect_verdict(2, &deal, DKG_DEAL_KEY);
    }
    for (size_t j = 0; j < 4; j++) {
        deal = good;
        deal.ct[j] = high;
        expect_verdict(2, &deal, DKG_DEAL_SHARE);
        deal.ct[j] = scalar_from_u64(j);
        expect_verdict(2, &deal, DKG_DEAL_PROOF);
    }
    for (int place = 0; place < 3; place++) {
        deal = good;
        struct scalar *proof[] = {&deal.pop_c, &deal.pop_z0, &deal.pop_z1};
        *proof[place] = high;
        expect_verdict(2, &deal, DKG_DEAL_PROOF);
        *proof[place] = (struct scalar){{0}};
        expect_verdict(2, &deal, DKG_DEAL_PROOF);
    }
    deal = good;
    deal.dkg_id++;
    expect_verdict(2, &deal, DKG_DEAL_ATTEMPT);
    expect_verdict(0, &good, DKG_DEAL_DEALER);
    expect_verdict(5, &good, DKG_DEAL_DEALER);
    assert_int_equal(dkg_deal_verify(&table.params, 0, &good), DKG_DEAL_DEALER);
    assert_int_equal(dkg_deal_verify(&table.params, 5, &good), DKG_DEAL_DEALER);
    assert_int_equal(dkg_dealings_add(&table.dealings, &table.params, 2, &good), DKG_DEAL_OK);
    expect_verdict(2, &good, DKG_DEAL_REPEATED);
}

static void test_dkg_proof_of_possession_binds_the_whole_deal(void **state)
{
    (void)state;
    struct prng prng;
    struct dkg_deal good, deal;
    uint8_t bytes[DKG_DEAL_BYTES_MAX];
    prng_seed(&prng, 8);
    open_table(&prng, 3, 3);
    deal_honestly(&prng, 1, &good);
    struct writer w = writer_of(bytes, sizeof bytes);
    dkg_deal_write(&w, &table.params, &good);
    for (size_t bit = 0; bit < 8 * w.size; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_true(dkg_deal_read(&deal, &table.params, bytes, w.size) != ERR_OK ||
                    dkg_deal_verify(&table.params, 1, &deal) != DKG_DEAL_OK);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(dkg_deal_verify(&table.params, 1, &good), DKG_DEAL_OK);
    assert_int_equal(dkg_deal_verify(&table.params, 2, &good), DKG_DEAL_PROOF);
    struct dkg_params other = table.params;
    other.game_id.b[5] ^= 1;
    assert_int_equal(dkg_deal_verify(&other, 1, &good), DKG_DEAL_PROOF);
    other = table.params;
    other.dkg_id++;
    deal = good;
    deal.dkg_id++;
    assert_int_equal(dkg_deal_verify(&other, 1, &deal), DKG_DEAL_PROOF);
}

/* The rogue key: the last dealer commits to a value minus everybody else's, without knowing it. */
static void test_dkg_refuses_a_rogue_commitment(void **state)
{
    (void)state;
    struct prng prng;
    struct dkg_deal first, rogue;
    struct hand hand;
    prng_seed(&prng, 9);
    open_table(&prng, 2, 2);
    deal_honestly(&prng, 1, &first);
    random_hand(&prng, &hand);
    deal_by_hand(&rogue, 2, &hand, 0);
    assert_true(group_sub(&rogue.C[0], &rogue.C[0], &first.C[0]));
    prove_by_hand(&rogue, 2, &hand);
    assert_int_equal(dkg_deal_verify(&table.params, 2, &rogue), DKG_DEAL_PROOF);
}

static void test_dkg_refuses_a_copied_deal_key(void **state)
{
    (void)state;
    struct prng prng;
    struct dkg_deal honest, copy;
    struct hand hand;
    prng_seed(&prng, 10);
    open_table(&prng, 4, 3);
    deal_honestly(&prng, 3, &honest);
    assert_int_equal(dkg_dealings_add(&table.dealings, &table.params, 3, &honest), DKG_DEAL_OK);
    random_hand(&prng, &hand);
    deal_by_hand(&copy, 1, &hand, 0);
    copy.E = honest.E;
    prove_by_hand(&copy, 1, &hand);
    expect_verdict(1, &copy, DKG_DEAL_COPIED_KEY);
    assert_int_equal(dkg_deal_verify(&table.params, 1, &copy), DKG_DEAL_PROOF);
    expect_verdict(1, &honest, DKG_DEAL_COPIED_KEY);

    /* Even a dealer who knows e, being two members at once, may not use it twice. */
    deal_by_hand(&copy, 1, &hand, 0);
    assert_int_equal(dkg_dealings_add(&table.dealings, &table.params, 1, &copy), DKG_DEAL_OK);
    deal_by_hand(&copy, 4, &hand, 0);
    assert_int_equal(dkg_deal_verify(&table.params, 4, &copy), DKG_DEAL_OK);
    expect_verdict(4, &copy, DKG_DEAL_COPIED_KEY);
}

static void commit(struct point *A, const int *coefficients, uint16_t t)
{
    struct scalar zero = {{0}};
    for (uint16_t k = 0; k < t; k++) {
        int a = coefficients[k];
        struct scalar s = scalar_from_u64((uint64_t)(a < 0 ? -a : a));
        if (a < 0) {
            scalar_sub(&s, &zero, &s);
        }
        assert_true(group_mul_base(&A[k], &s));
    }
}

static void test_dkg_refuses_a_key_with_an_identity(void **state)
{
    (void)state;
    /* Coefficients whose polynomial is zero at `root` (6: nowhere in 0..5). */
    static const struct {
        int f[3];
        int root;
    } rows[] = {{{0, 3, 1}, 0}, {{-1, 1, 0}, 1}, {{6, -5, 1}, 2}, {{-9, 0, 1}, 3}, {{4, -1, 0}, 4},
        {{-25, 0, 1}, 5}, {{1, 0, 0}, 6}, {{42, -13, 1}, 6}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct point A[3];
        struct dkg_public pub;
        commit(A, rows[i].f, 3);
        dkg_public_load(&pub, 5, 3, A);
        enum err expected = rows[i].root <= 5 ? ERR_RANGE : ERR_OK;
        assert_int_equal(dkg_public_finish(&pub), expected);
        assert_int_equal(dkg_public_step(&pub), expected);
        assert_int_equal(dkg_public_finish(&pub), expected);
    }
    static const int good[] = {1, 2, 3};
    for (size_t k = 0; k < 3; k++) {
        struct point A[3];
        struct dkg_public pub;
        commit(A, good, 3);
        A[k] = (struct point){{1}};
        dkg_public_load(&pub, 5, 3, A);
        assert_int_equal(dkg_public_finish(&pub), ERR_RANGE);

        struct dkg_deal deal = {0};
        memcpy(deal.C, A, sizeof A);
        dkg_public_begin(&pub, 5, 3);
        dkg_public_add(&pub, &deal);
        assert_int_equal(dkg_public_finish(&pub), ERR_RANGE);
    }
}

/* Two dealers whose constants cancel: each deal is valid alone and the key is refused. */
static void test_dkg_refuses_deals_that_cancel(void **state)
{
    (void)state;
    struct prng prng;
    struct scalar zero = {{0}};
    struct hand hands[2];
    prng_seed(&prng, 15);
    open_table(&prng, 2, 2);
    random_hand(&prng, &hands[0]);
    random_hand(&prng, &hands[1]);
    scalar_sub(&hands[1].a[0], &zero, &hands[0].a[0]);
    for (uint16_t i = 1; i <= 2; i++) {
        struct dkg_deal deal;
        deal_by_hand(&deal, i, &hands[i - 1], 0);
        assert_int_equal(dkg_dealings_add(&table.dealings, &table.params, i, &deal), DKG_DEAL_OK);
    }
    assert_int_equal(dkg_public_create(&table.pub, &table.params, &table.dealings), ERR_RANGE);
}

static void test_dkg_public_comes_in_slices(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 16);
    for (uint16_t n = 1; n <= 8; n++) {
        struct dkg_public pub;
        run_table(&prng, n, threshold(n));
        dkg_public_begin(&pub, n, threshold(n));
        for (size_t i = n; i-- > 0;) {
            dkg_public_add(&pub, &table.dealings.deal[i]);
        }
        for (uint16_t step = 1; step < threshold(n) - 1 + n; step++) {
            assert_int_equal(dkg_public_step(&pub), ERR_AGAIN);
        }
        assert_int_equal(dkg_public_step(&pub), ERR_OK);
        assert_memory_equal(pub.X, table.pub.X, sizeof pub.X);
        assert_int_equal(dkg_public_step(&pub), ERR_OK);
        dkg_public_load(&pub, n, threshold(n), table.pub.A);
        assert_int_equal(dkg_public_finish(&pub), ERR_OK);
        assert_memory_equal(pub.X, table.pub.X, sizeof pub.X);
    }
}

static void test_dkg_hash_covers_attempt_members_and_every_deal(void **state)
{
    (void)state;
    struct prng prng;
    struct digest members = {{9}}, digests[3];
    uint8_t text[4 + 4 * 32];
    prng_seed(&prng, 17);
    run_table(&prng, 3, 3);
    struct writer w = writer_of(text, sizeof text);
    write_u32(&w, table.params.dkg_id);
    write_bytes(&w, members.b, 32);
    for (size_t i = 0; i < 3; i++) {
        digests[i] = dkg_deal_digest(&table.params, &table.dealings.deal[i]);
        write_bytes(&w, digests[i].b, 32);
    }
    struct digest expected = hash_tagged("craps/v1/dkg", text, w.size);
    struct digest whole = dkg_dealings_hash(&table.dealings, &table.params, &members);
    struct digest parts = dkg_hash(table.params.dkg_id, &members, digests, 3);
    assert_true(digest_equal(&whole, &expected));
    assert_true(digest_equal(&parts, &expected));
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] ^= 1;
        struct reader r = reader_of(text, sizeof text);
        uint32_t id = read_u32(&r);
        read_bytes(&r, members.b, 32);
        read_bytes(&r, digests, sizeof digests);
        parts = dkg_hash(id, &members, digests, 3);
        assert_false(digest_equal(&parts, &expected));
        text[i] ^= 1;
    }
}

static void test_dkg_share_refuses_another_members_key(void **state)
{
    (void)state;
    struct prng prng;
    struct dkg_share share;
    prng_seed(&prng, 18);
    run_table(&prng, 4, 3);
    for (uint16_t j = 1; j <= 4; j++) {
        for (uint16_t k = 1; k <= 4; k++) {
            assert_int_equal(dkg_share_create(&share, &table.params, &table.dealings, &table.pub, j,
                                 &table.keys[k - 1]),
                j == k ? ERR_OK : ERR_AUTH);
        }
    }
    dkg_share_wipe(&table.shares[0]);
    assert_true(scalar_is_zero(&table.shares[0].x));
    struct scalar s;
    struct dkg_deal deal = table.dealings.deal[0];
    deal.E = (struct point){{1}};
    assert_false(dkg_deal_open(&s, &table.params, 1, &deal, 1, &table.keys[0]));
    assert_true(scalar_is_zero(&s));
    deal = table.dealings.deal[0];
    memset(deal.ct[0].b, 0xff, sizeof deal.ct[0].b);
    assert_false(dkg_deal_open(&s, &table.params, 1, &deal, 1, &table.keys[0]));
    table.dealings.deal[2].E = (struct point){{1}};
    assert_int_equal(
        dkg_share_create(&share, &table.params, &table.dealings, &table.pub, 1, &table.keys[0]),
        ERR_AUTH);
    assert_int_equal(dkg_find_bad_dealer(&table.params, &table.dealings, 1, &table.keys[0], 1), 3);
}

static void test_dkg_share_matches_only_proper_values(void **state)
{
    (void)state;
    struct point C[2] = {group_base, group_base};
    struct scalar s = scalar_from_u64(4), high;
    memset(high.b, 0xff, sizeof high.b);
    assert_true(dkg_share_matches(C, 2, 3, &s));
    assert_false(dkg_share_matches(C, 2, 4, &s));
    assert_false(dkg_share_matches(C, 2, 3, &high));
    C[1] = (struct point){{1}};
    assert_false(dkg_share_matches(C, 2, 3, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dkg_gives_one_key_at_every_table_size),
        cmocka_unit_test(test_dkg_gives_one_key_at_every_threshold),
        cmocka_unit_test(test_dkg_params_refuse_bad_shapes_and_keys),
        cmocka_unit_test(test_dkg_key_refuses_zero),
        cmocka_unit_test(test_dkg_deal_depends_on_seed_and_attempt_alone),
        cmocka_unit_test(test_dkg_deal_survives_its_encoding),
        cmocka_unit_test(test_dkg_accepts_a_deal_made_by_hand),
        cmocka_unit_test(test_dkg_deal_verify_names_each_broken_rule),
        cmocka_unit_test(test_dkg_proof_of_possession_binds_the_whole_deal),
        cmocka_unit_test(test_dkg_refuses_a_rogue_commitment),
        cmocka_unit_test(test_dkg_refuses_a_copied_deal_key),
        cmocka_unit_test(test_dkg_refuses_a_key_with_an_identity),
        cmocka_unit_test(test_dkg_refuses_deals_that_cancel),
        cmocka_unit_test(test_dkg_public_comes_in_slices),
        cmocka_unit_test(test_dkg_hash_covers_attempt_members_and_every_deal),
        cmocka_unit_test(test_dkg_share_refuses_another_members_key),
        cmocka_unit_test(test_dkg_share_matches_only_proper_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
