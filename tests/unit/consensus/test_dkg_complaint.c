/* Complaints about dealt shares (protocol C.4): upheld, false, and proving nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/consensus/dkg_table.h"

static struct dkg_complaint complain(struct prng *prng, uint16_t member, uint16_t dealer)
{
    struct dkg_complaint complaint, got;
    uint8_t random[DLEQ_RANDOM_BYTES], bytes[DKG_COMPLAINT_BYTES + 1] = {0};
    prng_fill(prng, random, sizeof random);
    assert_true(dkg_complaint_create(&complaint, &table.params, dealer,
        &table.dealings.deal[dealer - 1], member, &table.keys[member - 1], random));
    struct writer w = writer_of(bytes, sizeof bytes);
    dkg_complaint_write(&w, &complaint);
    assert_int_equal(w.size, DKG_COMPLAINT_BYTES);
    for (size_t size = 0; size < sizeof bytes; size++) {
        enum err expected = size == DKG_COMPLAINT_BYTES ? ERR_OK : ERR_FORMAT;
        assert_int_equal(dkg_complaint_read(&got, bytes, size), expected);
    }
    assert_int_equal(dkg_complaint_read(&got, bytes, sizeof bytes), ERR_FORMAT);
    assert_int_equal(dkg_complaint_read(&got, bytes, DKG_COMPLAINT_BYTES), ERR_OK);
    return got;
}

static enum dkg_ruling judge(uint16_t member, uint16_t dealer, const struct dkg_complaint *c)
{
    return dkg_complaint_judge(&table.params, member, &table.dealings.deal[dealer - 1], c);
}

/* Dealer `cheat` gives `victim` a wrong share; everybody else deals honestly. */
static void run_cheated_table(struct prng *prng, uint16_t n, uint16_t cheat, uint16_t victim)
{
    open_table(prng, n, threshold(n));
    for (uint16_t i = 1; i <= n; i++) {
        struct dkg_deal deal;
        struct hand hand;
        if (i == cheat) {
            random_hand(prng, &hand);
            deal_by_hand(&deal, i, &hand, victim);
        } else {
            deal_honestly(prng, i, &deal);
        }
        assert_int_equal(dkg_dealings_add(&table.dealings, &table.params, i, &deal), DKG_DEAL_OK);
    }
    assert_int_equal(dkg_public_create(&table.pub, &table.params, &table.dealings), ERR_OK);
}

static void test_dkg_upholds_the_complaint_over_a_bad_share(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 11);
    for (uint16_t cheat = 1; cheat <= 4; cheat++) {
        uint16_t victim = (uint16_t)(1 + cheat % 4);
        run_cheated_table(&prng, 4, cheat, victim);
        for (uint16_t j = 1; j <= 4; j++) {
            const struct dkg_key *key = &table.keys[j - 1];
            enum err expected = j == victim ? ERR_AUTH : ERR_OK;
            uint16_t bad = j == victim ? cheat : 0;
            struct dkg_share share;
            assert_int_equal(
                dkg_share_create(&share, &table.params, &table.dealings, &table.pub, j, key),
                expected);
            assert_int_equal(scalar_is_zero(&share.x), j == victim);
            assert_int_equal(dkg_find_bad_dealer(&table.params, &table.dealings, j, key, 0), bad);
            assert_int_equal(
                dkg_find_bad_dealer(&table.params, &table.dealings, j, key, (uint16_t)(cheat + 1)),
                0);
            for (uint16_t i = 1; i <= 4; i++) {
                struct dkg_complaint complaint = complain(&prng, j, i);
                assert_int_equal(judge(j, i, &complaint),
                    j == victim && i == cheat ? DKG_COMPLAINT_UPHELD : DKG_COMPLAINT_FALSE);
            }
        }
    }
}

static void test_dkg_complaint_proves_nothing_when_altered(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 12);
    run_cheated_table(&prng, 4, 2, 3);
    struct dkg_complaint good = complain(&prng, 3, 2);
    assert_int_equal(judge(3, 2, &good), DKG_COMPLAINT_UPHELD);
    assert_int_equal(judge(1, 2, &good), DKG_COMPLAINT_INVALID);
    assert_int_equal(judge(0, 2, &good), DKG_COMPLAINT_INVALID);
    assert_int_equal(judge(5, 2, &good), DKG_COMPLAINT_INVALID);
    assert_int_equal(judge(3, 1, &good), DKG_COMPLAINT_INVALID);
    uint8_t bytes[DKG_COMPLAINT_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    dkg_complaint_write(&w, &good);
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        struct dkg_complaint bad;
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        enum err e = dkg_complaint_read(&bad, bytes, sizeof bytes);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (e != ERR_OK) {
            continue;
        }
        /* Under another dealer's number it meets another dealer's deal. */
        uint16_t dealer = bad.dealer >= 1 && bad.dealer <= 4 ? bad.dealer : 2;
        assert_int_equal(judge(3, dealer, &bad), DKG_COMPLAINT_INVALID);
    }
    struct dkg_complaint identity = good;
    identity.K = (struct point){{0}};
    assert_int_equal(judge(3, 2, &identity), DKG_COMPLAINT_INVALID);
    struct dkg_deal deal = table.dealings.deal[1];
    memset(deal.ct[2].b, 0xff, 32);
    assert_int_equal(dkg_complaint_judge(&table.params, 3, &deal, &good), DKG_COMPLAINT_INVALID);
}

/* A proof made under the dice context must not pass for a complaint, nor the other way round. */
static void test_dkg_complaint_has_its_own_context(void **state)
{
    (void)state;
    struct prng prng;
    static const uint8_t random[DLEQ_RANDOM_BYTES] = {1};
    prng_seed(&prng, 13);
    run_cheated_table(&prng, 4, 2, 3);
    struct dkg_complaint complaint = complain(&prng, 3, 2);
    struct dleq_claim claim = {.A = group_base,
        .B = table.params.EK[2],
        .C = &table.dealings.deal[1].E,
        .D = &complaint.K,
        .count = 1};
    assert_true(dleq_prove(&complaint.proof, DKG_CONTEXT, &claim, &table.keys[2].ek, random));
    assert_int_equal(judge(3, 2, &complaint), DKG_COMPLAINT_INVALID);
    assert_false(dkg_complaint_create(
        &complaint, &table.params, 2, &table.dealings.deal[1], 0, &table.keys[2], random));
    struct dkg_deal undecodable = {.E = {{1}}};
    assert_false(dkg_complaint_create(
        &complaint, &table.params, 2, &undecodable, 3, &table.keys[2], random));
}

/* A dealer can make Horner's rule pass through the identity; the deal is good all the same, and a
 * complaint and its verdict must agree about it (C.3). */
static void test_dkg_takes_a_polynomial_that_passes_the_identity(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 14);
    for (uint16_t j = 1; j <= 4; j++) {
        struct hand hand;
        struct dkg_deal deal;
        struct scalar s, x = scalar_from_u64(j);
        struct scalar zero = {{0}};
        open_table(&prng, 4, 3);
        random_hand(&prng, &hand);
        scalar_mul(&hand.a[1], &hand.a[2], &x);
        scalar_sub(&hand.a[1], &zero, &hand.a[1]);
        deal_by_hand(&deal, 1, &hand, 0);
        assert_int_equal(dkg_dealings_add(&table.dealings, &table.params, 1, &deal), DKG_DEAL_OK);
        assert_true(dkg_deal_open(&s, &table.params, 1, &deal, j, &table.keys[j - 1]));
        assert_true(scalar_equal(&s, &hand.a[0]));
        assert_true(dkg_share_matches(deal.C, 3, j, &s));
        struct dkg_complaint complaint = complain(&prng, j, 1);
        assert_int_equal(judge(j, 1, &complaint), DKG_COMPLAINT_FALSE);

        /* The whole share may be zero too: then the identity is what both sides give. */
        hand.a[0] = zero;
        deal_by_hand(&deal, 1, &hand, 0);
        assert_int_equal(dkg_deal_verify(&table.params, 1, &deal), DKG_DEAL_COMMITMENT);
        assert_true(dkg_share_matches(deal.C, 3, j, &zero));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dkg_upholds_the_complaint_over_a_bad_share),
        cmocka_unit_test(test_dkg_complaint_proves_nothing_when_altered),
        cmocka_unit_test(test_dkg_complaint_has_its_own_context),
        cmocka_unit_test(test_dkg_takes_a_polynomial_that_passes_the_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
