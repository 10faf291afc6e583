/* Dice: the published VOPRF through a split key, every subset, every flipped bit, the fair map. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/beacon.h"
#include "tests/unit/consensus/dkg_table.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct beacon_place place = {.game_id = {{1, 2, 3}},
    .epoch = 0x01020304,
    .view = 0x1112131415161718,
    .block = {{4, 5, 6}},
    .op_index = 0x21222324,
    .roll_number = 0x3132333435363738};

static void unhex(void *out, size_t size, const char *text)
{
    assert_true(hex_decode(out, size, text, strlen(text)));
}

static void make_shares(
    struct prng *prng, const struct beacon_roll *roll, struct beacon_share *shares)
{
    for (size_t j = 0; j < table.params.n; j++) {
        uint8_t random[DLEQ_RANDOM_BYTES];
        prng_fill(prng, random, sizeof random);
        assert_true(
            beacon_share_create(&shares[j], roll, &table.shares[j], &table.pub.X[j], random));
        assert_true(beacon_share_verify(roll, &table.pub, &shares[j]));
    }
}

/* Combines every subset of t members and asserts that all give one value, which goes to out. */
static unsigned combine_every_subset(uint8_t out[BEACON_OUT_BYTES], const struct beacon_roll *roll,
    const struct beacon_share *shares)
{
    unsigned combined = 0;
    for (unsigned bits = 0; bits < 1u << table.params.n; bits++) {
        struct beacon_share chosen[DKG_MEMBERS_MAX];
        uint8_t got[BEACON_OUT_BYTES];
        size_t count = 0;
        for (size_t j = 0; j < table.params.n; j++) {
            if ((bits >> j & 1) != 0) {
                chosen[count++] = shares[j];
            }
        }
        bool enough = count == table.params.t;
        assert_int_equal(beacon_combine(got, roll, &table.pub, chosen, count), enough);
        if (enough && combined++ == 0) {
            memcpy(out, got, sizeof got);
        } else if (enough) {
            assert_memory_equal(out, got, sizeof got);
        }
    }
    return combined;
}

static void test_beacon_gives_one_value_for_every_subset(void **state)
{
    (void)state;
    static const unsigned subsets[] = {0, 1, 1, 1, 4, 5, 6, 21, 28, 36, 120};
    struct prng prng;
    prng_seed(&prng, 1);
    for (uint16_t n = 1; n <= 10; n++) {
        struct beacon_roll roll, other;
        struct beacon_place later = place;
        struct beacon_share shares[DKG_MEMBERS_MAX];
        uint8_t out[BEACON_OUT_BYTES], other_out[BEACON_OUT_BYTES];
        run_table(&prng, n, threshold(n));
        beacon_roll_create(&roll, &place);
        make_shares(&prng, &roll, shares);
        assert_int_equal(combine_every_subset(out, &roll, shares), subsets[n]);

        later.roll_number++;
        beacon_roll_create(&other, &later);
        make_shares(&prng, &other, shares);
        assert_true(beacon_combine(other_out, &other, &table.pub, shares, table.params.t));
        assert_memory_not_equal(out, other_out, sizeof out);
    }
}

static void test_beacon_rolls_at_a_full_table(void **state)
{
    (void)state;
    struct prng prng;
    struct beacon_roll roll;
    struct beacon_share shares[DKG_MEMBERS_MAX];
    uint8_t first[BEACON_OUT_BYTES], last[BEACON_OUT_BYTES];
    prng_seed(&prng, 2);
    run_table(&prng, 50, 34);
    beacon_roll_create(&roll, &place);
    make_shares(&prng, &roll, shares);
    assert_true(beacon_combine(first, &roll, &table.pub, shares, 34));
    assert_true(beacon_combine(last, &roll, &table.pub, shares + 16, 34));
    assert_memory_equal(first, last, sizeof first);
}

/* RFC 9497 A.1.2, mode 1, vectors 1 and 2: the key split among n, t of whom evaluate the input
 * without blinding, gives the published output. */
static void test_beacon_gives_the_published_output_from_a_split_key(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        const char *output;
    } rows[] = {{"00", "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d"
                       "a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c"},
        {"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
            "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60"
            "356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6"}};
    struct prng prng;
    prng_seed(&prng, 3);
    for (uint16_t n = 1; n <= 7; n++) {
        uint16_t t = threshold(n);
        struct scalar f[DKG_MEMBERS_MAX];
        struct point A[DKG_MEMBERS_MAX], pk;
        unhex(&f[0], 32, "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909");
        unhex(&pk, 32, "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e");
        for (uint16_t k = 0; k < t; k++) {
            uint8_t wide[GROUP_WIDE_BYTES];
            prng_fill(&prng, wide, sizeof wide);
            if (k > 0) {
                scalar_reduce(&f[k], wide);
            }
            assert_true(group_mul_base(&A[k], &f[k]));
        }
        table.params.n = n;
        table.params.t = t;
        dkg_public_load(&table.pub, n, t, A);
        assert_int_equal(dkg_public_finish(&table.pub), ERR_OK);
        assert_true(point_equal(&table.pub.A[0], &pk));
        for (uint16_t j = 1; j <= n; j++) {
            struct scalar x = scalar_from_u64(j);
            dkg_share_begin(&table.shares[j - 1], j);
            for (size_t k = t; k-- > 0;) {
                scalar_mul(&table.shares[j - 1].x, &table.shares[j - 1].x, &x);
                scalar_add(&table.shares[j - 1].x, &table.shares[j - 1].x, &f[k]);
            }
        }
        for (size_t i = 0; i < COUNT(rows); i++) {
            struct beacon_roll roll;
            struct beacon_share shares[DKG_MEMBERS_MAX];
            uint8_t input[17], output[BEACON_OUT_BYTES], out[BEACON_OUT_BYTES];
            size_t size = strlen(rows[i].input) / 2;
            unhex(input, size, rows[i].input);
            unhex(output, sizeof output, rows[i].output);
            assert_true(beacon_roll_create_with(
                &roll, GROUP_CONTEXT("OPRFV1-\1-ristretto255-SHA512"), input, size));
            make_shares(&prng, &roll, shares);
            combine_every_subset(out, &roll, shares);
            assert_memory_equal(out, output, sizeof out);
        }
    }
}

static void test_beacon_roll_encodes_its_place(void **state)
{
    (void)state;
    uint8_t expected[106];
    struct beacon_roll roll;
    struct point p;
    unhex(expected, sizeof expected,
        "0004524f4c4c"
        "00200102030000000000000000000000000000000000000000000000000000000000"
        "000401020304"
        "00081112131415161718"
        "00200405060000000000000000000000000000000000000000000000000000000000"
        "000421222324"
        "00083132333435363738");
    beacon_roll_create(&roll, &place);
    assert_int_equal(roll.m_size, sizeof expected);
    assert_memory_equal(roll.m, expected, sizeof expected);
    group_hash_to_point(
        &p, GROUP_CONTEXT("CRAPS-DVRF1-ristretto255-SHA512"), expected, sizeof expected);
    assert_true(point_equal(&p, &roll.P));
    for (int field = 0; field < 6; field++) {
        struct beacon_place moved = place;
        struct beacon_roll other;
        moved.game_id.b[31] ^= field == 0;
        moved.epoch ^= field == 1;
        moved.view ^= field == 2;
        moved.block.b[31] ^= field == 3;
        moved.op_index ^= field == 4;
        moved.roll_number ^= field == 5;
        beacon_roll_create(&other, &moved);
        assert_false(point_equal(&other.P, &roll.P));
    }
}

static void test_beacon_roll_refuses_an_oversized_input(void **state)
{
    (void)state;
    static const uint8_t m[BEACON_INPUT_BYTES_MAX + 1];
    struct beacon_roll roll;
    assert_true(beacon_roll_create_with(&roll, DKG_CONTEXT, m, BEACON_INPUT_BYTES_MAX));
    assert_false(beacon_roll_create_with(&roll, DKG_CONTEXT, m, sizeof m));
    assert_true(beacon_roll_create_with(&roll, DKG_CONTEXT, NULL, 0));
    assert_int_equal(roll.m_size, 0);
}

static void test_beacon_share_refuses_every_flipped_bit(void **state)
{
    (void)state;
    struct prng prng;
    struct beacon_roll roll;
    struct beacon_share shares[DKG_MEMBERS_MAX], got;
    uint8_t bytes[BEACON_SHARE_BYTES];
    prng_seed(&prng, 4);
    run_table(&prng, 4, 3);
    beacon_roll_create(&roll, &place);
    make_shares(&prng, &roll, shares);
    struct writer w = writer_of(bytes, sizeof bytes);
    beacon_share_write(&w, &shares[1]);
    assert_int_equal(w.size, 98);
    assert_false(w.bad);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        struct reader r = reader_of(bytes, size);
        beacon_share_read(&r, &got);
        assert_int_equal(reader_done(&r), size == sizeof bytes);
    }
    assert_memory_equal(&got, &shares[1], sizeof got);
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        struct reader r = reader_of(bytes, sizeof bytes);
        beacon_share_read(&r, &got);
        assert_false(reader_done(&r) && beacon_share_verify(&roll, &table.pub, &got));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_beacon_share_refuses_another_member_roll_or_key(void **state)
{
    (void)state;
    struct prng prng;
    struct beacon_roll roll, other;
    struct beacon_place moved = place;
    struct beacon_share shares[DKG_MEMBERS_MAX], share;
    static const uint8_t random[DLEQ_RANDOM_BYTES];
    prng_seed(&prng, 5);
    run_table(&prng, 4, 3);
    moved.block.b[0] ^= 1;
    beacon_roll_create(&roll, &place);
    beacon_roll_create(&other, &moved);
    make_shares(&prng, &roll, shares);
    for (uint16_t j = 0; j <= 5; j++) {
        share = shares[0];
        share.member = j;
        assert_int_equal(beacon_share_verify(&roll, &table.pub, &share), j == 1);
    }
    assert_false(beacon_share_verify(&other, &table.pub, &shares[0]));
    share = shares[0];
    share.sigma = (struct point){{0}};
    assert_false(beacon_share_verify(&roll, &table.pub, &share));

    struct dkg_share key = {.member = 1};
    assert_false(beacon_share_create(&share, &roll, &key, &table.pub.X[0], random));
    memset(key.x.b, 0xff, sizeof key.x.b);
    assert_false(beacon_share_create(&share, &roll, &key, &table.pub.X[0], random));

    /* A key that is not the dealt one gives a proof that holds for no X of this table. */
    key.x = scalar_from_u64(5);
    assert_true(beacon_share_create(&share, &roll, &key, &table.pub.X[0], random));
    assert_false(beacon_share_verify(&roll, &table.pub, &share));
}

static void test_beacon_combine_needs_exactly_t_different_members(void **state)
{
    (void)state;
    struct prng prng;
    struct beacon_roll roll;
    struct beacon_share shares[DKG_MEMBERS_MAX], chosen[4];
    uint8_t out[BEACON_OUT_BYTES];
    prng_seed(&prng, 6);
    run_table(&prng, 4, 3);
    beacon_roll_create(&roll, &place);
    make_shares(&prng, &roll, shares);
    for (size_t count = 0; count <= 4; count++) {
        assert_int_equal(beacon_combine(out, &roll, &table.pub, shares, count), count == 3);
    }
    for (unsigned triple = 0; triple < 64; triple++) {
        unsigned a = triple & 3, b = triple >> 2 & 3, c = triple >> 4;
        chosen[0] = shares[a];
        chosen[1] = shares[b];
        chosen[2] = shares[c];
        assert_int_equal(
            beacon_combine(out, &roll, &table.pub, chosen, 3), a != b && b != c && a != c);
    }
    chosen[0].member = 0;
    assert_false(beacon_combine(out, &roll, &table.pub, chosen, 3));
    memcpy(chosen, shares, sizeof chosen);
    chosen[1].sigma = (struct point){{1}};
    assert_false(beacon_combine(out, &roll, &table.pub, chosen, 3));
}

static void test_beacon_result_takes_t_valid_shares_and_nothing_else(void **state)
{
    (void)state;
    struct prng prng;
    struct beacon_roll roll;
    struct beacon_share shares[DKG_MEMBERS_MAX], wrong[3];
    uint8_t body[4 * BEACON_SHARE_BYTES], out[BEACON_OUT_BYTES], expected[BEACON_OUT_BYTES];
    size_t full = 3 * BEACON_SHARE_BYTES;
    prng_seed(&prng, 7);
    run_table(&prng, 4, 3);
    beacon_roll_create(&roll, &place);
    make_shares(&prng, &roll, shares);
    assert_true(beacon_combine(expected, &roll, &table.pub, shares + 1, 3));
    struct writer w = writer_of(body, sizeof body);
    beacon_result_write(&w, shares, 4);
    assert_int_equal(w.size, sizeof body);
    for (size_t size = 0; size <= sizeof body; size++) {
        assert_int_equal(beacon_result_verify(out, &roll, &table.pub, body, size, NULL, 0),
            size == full ? ERR_OK : ERR_FORMAT);
    }
    assert_int_equal(beacon_result_verify(out, &roll, &table.pub, body, full, NULL, 0), ERR_OK);
    assert_memory_equal(out, expected, sizeof out);
    for (size_t bit = 0; bit < 8 * full; bit += 5) {
        body[bit / 8] ^= (uint8_t)(1 << bit % 8);
        enum err e = beacon_result_verify(out, &roll, &table.pub, body, full, shares, 4);
        assert_true(e == ERR_AUTH || e == ERR_FORMAT);
        body[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t twin = 0; twin < 3; twin++) {
        memcpy(wrong, shares, sizeof wrong);
        wrong[twin] = wrong[(twin + 1) % 3];
        w = writer_of(body, sizeof body);
        beacon_result_write(&w, wrong, 3);
        assert_int_equal(
            beacon_result_verify(out, &roll, &table.pub, body, full, shares, 4), ERR_AUTH);
    }
}

static void test_beacon_result_skips_only_identical_known_shares(void **state)
{
    (void)state;
    struct prng prng;
    struct beacon_roll roll;
    struct beacon_share shares[DKG_MEMBERS_MAX], known;
    uint8_t body[3 * BEACON_SHARE_BYTES], out[BEACON_OUT_BYTES];
    prng_seed(&prng, 8);
    run_table(&prng, 4, 3);
    beacon_roll_create(&roll, &place);
    make_shares(&prng, &roll, shares);
    /* A broken proof shows whether it was looked at: called known, it is not. */
    shares[2].proof.s = scalar_from_u64(1);
    struct writer w = writer_of(body, sizeof body);
    beacon_result_write(&w, shares, 3);
    assert_int_equal(
        beacon_result_verify(out, &roll, &table.pub, body, sizeof body, NULL, 0), ERR_AUTH);
    assert_int_equal(
        beacon_result_verify(out, &roll, &table.pub, body, sizeof body, shares, 2), ERR_AUTH);
    assert_int_equal(
        beacon_result_verify(out, &roll, &table.pub, body, sizeof body, shares, 3), ERR_OK);
    known = shares[2];
    known.proof.c.b[0] ^= 1;
    assert_int_equal(
        beacon_result_verify(out, &roll, &table.pub, body, sizeof body, &known, 1), ERR_AUTH);
}

static void test_beacon_dice_gives_every_outcome_seven_bytes(void **state)
{
    (void)state;
    unsigned count[7][7] = {{0}};
    for (unsigned b = 0; b < 252; b++) {
        for (size_t at = 0; at < BEACON_OUT_BYTES; at++) {
            uint8_t out[BEACON_OUT_BYTES], die1 = 0, die2 = 0;
            memset(out, b % 4 + 252, at);
            memset(out + at, (int)b, 1);
            memset(out + at + 1, 0, sizeof out - at - 1);
            beacon_dice(out, &die1, &die2);
            assert_in_range(die1, 1, 6);
            assert_in_range(die2, 1, 6);
            assert_int_equal(die1, 1 + b % 36 / 6);
            assert_int_equal(die2, 1 + b % 6);
            count[die1][die2] += at == 0;
        }
    }
    for (unsigned die1 = 1; die1 <= 6; die1++) {
        for (unsigned die2 = 1; die2 <= 6; die2++) {
            assert_int_equal(count[die1][die2], 7);
        }
    }
}

static void test_beacon_dice_extends_a_value_without_a_usable_byte(void **state)
{
    (void)state;
    for (int b = 252; b <= 255; b++) {
        uint8_t out[BEACON_OUT_BYTES], text[18 + BEACON_OUT_BYTES], next[BEACON_OUT_BYTES];
        uint8_t die1, die2, expected1, expected2;
        memset(out, b, sizeof out);
        memcpy(text, "CRAPS-DICE1-extend", 18);
        memcpy(text + 18, out, sizeof out);
        crypto_hash_sha512(next, text, sizeof text);
        beacon_dice(out, &die1, &die2);
        beacon_dice(next, &expected1, &expected2);
        assert_int_equal(die1, expected1);
        assert_int_equal(die2, expected2);
    }
}

static void test_beacon_dice_are_fair_over_hashed_values(void **state)
{
    (void)state;
    enum { ROLLS = 180000, OUTCOMES = 36 };
    unsigned count[OUTCOMES] = {0};
    double chi_square = 0;
    for (uint32_t i = 0; i < ROLLS; i++) {
        uint8_t out[BEACON_OUT_BYTES], die1, die2;
        crypto_hash_sha512(out, (const uint8_t *)&i, sizeof i);
        beacon_dice(out, &die1, &die2);
        count[6 * (die1 - 1) + die2 - 1]++;
    }
    for (size_t k = 0; k < OUTCOMES; k++) {
        double off = (double)count[k] - ROLLS / OUTCOMES;
        chi_square += off * off / (ROLLS / OUTCOMES);
    }
    /* 35 degrees of freedom: outside these once in ten thousand, were the values random. */
    assert_true(chi_square > 10 && chi_square < 76);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beacon_gives_one_value_for_every_subset),
        cmocka_unit_test(test_beacon_rolls_at_a_full_table),
        cmocka_unit_test(test_beacon_gives_the_published_output_from_a_split_key),
        cmocka_unit_test(test_beacon_roll_encodes_its_place),
        cmocka_unit_test(test_beacon_roll_refuses_an_oversized_input),
        cmocka_unit_test(test_beacon_share_refuses_every_flipped_bit),
        cmocka_unit_test(test_beacon_share_refuses_another_member_roll_or_key),
        cmocka_unit_test(test_beacon_combine_needs_exactly_t_different_members),
        cmocka_unit_test(test_beacon_result_takes_t_valid_shares_and_nothing_else),
        cmocka_unit_test(test_beacon_result_skips_only_identical_known_shares),
        cmocka_unit_test(test_beacon_dice_gives_every_outcome_seven_bytes),
        cmocka_unit_test(test_beacon_dice_extends_a_value_without_a_usable_byte),
        cmocka_unit_test(test_beacon_dice_are_fair_over_hashed_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
