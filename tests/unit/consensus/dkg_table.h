/* Dealt tables for the tests of key generation and dice: honest ones, and deals made by hand that
 * the library would not make. Include after cmocka.h. */
#ifndef TESTS_DKG_TABLE_H
#define TESTS_DKG_TABLE_H

#include "base/hash.h"
#include "base/prng.h"
#include "consensus/dkg.h"

/* One finished attempt, with all its secrets. Too big for a stack. */
struct table {
    struct dkg_params params;
    struct dkg_key keys[DKG_MEMBERS_MAX];
    struct dkg_dealings dealings;
    struct dkg_public pub;
    struct dkg_share shares[DKG_MEMBERS_MAX];
};

static struct table table;

static inline uint16_t threshold(uint16_t n)
{
    return (uint16_t)(n - (n - 1) / 3);
}

static inline void open_table(struct prng *prng, uint16_t n, uint16_t t)
{
    table = (struct table){.params = {.dkg_id = 7, .n = n, .t = t}};
    prng_fill(prng, table.params.game_id.b, sizeof table.params.game_id.b);
    for (uint16_t j = 0; j < n; j++) {
        uint8_t random[DKG_KEY_RANDOM_BYTES];
        prng_fill(prng, random, sizeof random);
        assert_true(dkg_key_create(&table.keys[j], &table.params.EK[j], random));
    }
    assert_true(dkg_params_valid(&table.params));
}

static inline void deal_honestly(struct prng *prng, uint16_t dealer, struct dkg_deal *deal)
{
    uint8_t seed[DKG_SEED_BYTES];
    prng_fill(prng, seed, sizeof seed);
    assert_true(dkg_deal_create(deal, &table.params, dealer, seed));
}

static inline void run_table(struct prng *prng, uint16_t n, uint16_t t)
{
    open_table(prng, n, t);
    for (uint16_t i = 1; i <= n; i++) {
        struct dkg_deal deal;
        assert_false(dkg_dealings_complete(&table.dealings, &table.params));
        deal_honestly(prng, i, &deal);
        assert_int_equal(dkg_dealings_add(&table.dealings, &table.params, i, &deal), DKG_DEAL_OK);
    }
    assert_true(dkg_dealings_complete(&table.dealings, &table.params));
    assert_int_equal(dkg_public_create(&table.pub, &table.params, &table.dealings), ERR_OK);
    for (uint16_t j = 1; j <= n; j++) {
        assert_int_equal(dkg_share_create(&table.shares[j - 1], &table.params, &table.dealings,
                             &table.pub, j, &table.keys[j - 1]),
            ERR_OK);
    }
}

/* A dealer's own choices, for deals that the library would not make. */
struct hand {
    struct scalar a[DKG_MEMBERS_MAX];
    struct scalar e, r0, r1;
};

static inline void random_hand(struct prng *prng, struct hand *hand)
{
    for (size_t k = 0; k < DKG_MEMBERS_MAX + 3; k++) {
        uint8_t wide[GROUP_WIDE_BYTES];
        struct scalar *s[] = {&hand->e, &hand->r0, &hand->r1};
        prng_fill(prng, wide, sizeof wide);
        scalar_reduce(k < 3 ? s[k] : &hand->a[k - 3], wide);
    }
}

static inline void write_cx_by_hand(struct writer *w, uint16_t dealer)
{
    write_bytes(w, "\0\3DKG\0\40", 7);
    write_bytes(w, table.params.game_id.b, 32);
    write_bytes(w, "\0\4", 2);
    write_u32(w, table.params.dkg_id);
    write_bytes(w, "\0\2", 2);
    write_u16(w, dealer);
}

static inline void prove_by_hand(struct dkg_deal *deal, uint16_t dealer, const struct hand *hand)
{
    uint8_t text[4096], ct_hash[64];
    struct point R0, R1;
    struct writer w = writer_of(text, sizeof text);
    assert_true(group_mul_base(&R0, &hand->r0) && group_mul_base(&R1, &hand->r1));
    crypto_hash_sha512(ct_hash, deal->ct[0].b, 32ull * table.params.n);
    write_cx_by_hand(&w, dealer);
    for (size_t k = 0; k < table.params.t; k++) {
        write_lp(&w, deal->C[k].b, 32);
    }
    write_lp(&w, deal->E.b, 32);
    write_lp(&w, ct_hash, 64);
    write_lp(&w, R0.b, 32);
    write_lp(&w, R1.b, 32);
    write_bytes(&w, "PoP", 3);
    assert_false(w.bad);
    group_hash_to_scalar(&deal->pop_c, DKG_CONTEXT, text, w.size);
    scalar_mul(&deal->pop_z0, &deal->pop_c, &hand->a[0]);
    scalar_add(&deal->pop_z0, &deal->pop_z0, &hand->r0);
    scalar_mul(&deal->pop_z1, &deal->pop_c, &hand->e);
    scalar_add(&deal->pop_z1, &deal->pop_z1, &hand->r1);
}

/* The text of C.3 written once more. A nonzero victim gets a share that is off by one, under a
 * proof of possession that holds. */
static inline void deal_by_hand(
    struct dkg_deal *deal, uint16_t dealer, const struct hand *hand, uint16_t victim)
{
    *deal = (struct dkg_deal){.dkg_id = table.params.dkg_id};
    assert_true(group_mul_base(&deal->E, &hand->e));
    for (size_t k = 0; k < table.params.t; k++) {
        assert_true(group_mul_base(&deal->C[k], &hand->a[k]));
    }
    for (uint16_t j = 1; j <= table.params.n; j++) {
        uint8_t text[512];
        struct writer w = writer_of(text, sizeof text);
        struct point K;
        struct scalar pad, power = scalar_from_u64(1), x = scalar_from_u64(j);
        assert_true(group_mul(&K, &hand->e, &table.params.EK[j - 1]));
        write_cx_by_hand(&w, dealer);
        write_bytes(&w, "\0\2", 2);
        write_u16(&w, j);
        write_lp(&w, deal->E.b, 32);
        write_lp(&w, table.params.EK[j - 1].b, 32);
        write_lp(&w, K.b, 32);
        write_bytes(&w, "Pad", 3);
        group_hash_to_scalar(&pad, DKG_CONTEXT, text, w.size);
        struct scalar *ct = &deal->ct[j - 1];
        *ct = pad;
        for (size_t k = 0; k < table.params.t; k++) {
            struct scalar term;
            scalar_mul(&term, &hand->a[k], &power);
            scalar_add(ct, ct, &term);
            scalar_mul(&power, &power, &x);
        }
        if (j == victim) {
            struct scalar one = scalar_from_u64(1);
            scalar_add(ct, ct, &one);
        }
    }
    prove_by_hand(deal, dealer, hand);
}

#endif
