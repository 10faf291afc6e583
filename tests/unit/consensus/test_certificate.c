#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/message.h"
#include "consensus/quorum.h"
#include "consensus/voteset.h"
#include "tests/support/signer_fast.h"

static const struct digest game = {.b = {1}};
static const struct digest block = {.b = {2}};
static struct roster roster;
static uint8_t secrets[MEMBERS_MAX][64];
static const struct signer *signer;

static void make_roster(unsigned n, const struct signer *with)
{
    signer = with;
    memset(&roster, 0, sizeof roster);
    for (unsigned i = 0; i < n; i++) {
        struct member m = {.id_pk = {(uint8_t)(i + 1)}};
        uint8_t seed[32] = {(uint8_t)(i + 1)};
        signer->keypair(m.vote_pk, secrets[i], seed);
        assert_true(roster_add(&roster, &m));
    }
}

/* By the lowest `count` members. */
static struct certificate make(unsigned kind, unsigned count)
{
    struct certificate c = {.kind = (uint8_t)kind, .epoch = 3, .view = 9};
    if (kind != VOTE_NULLIFY) {
        c.digest = block;
    }
    for (unsigned i = 0; i < count; i++) {
        struct vote v = {.kind = c.kind, .epoch = 3, .view = 9, .digest = c.digest};
        vote_sign(signer, &v, &game, secrets[i]);
        c.signers |= UINT64_C(1) << i;
        memcpy(c.sigs[i], v.sig, SIG_BYTES);
    }
    return c;
}

static bool right(const struct certificate *c)
{
    return certificate_verify(signer, c, &game, &roster);
}

static void test_certificate_needs_exactly_a_quorum_for_every_n(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= MEMBERS_MAX; n++) {
        make_roster(n, &signer_fast);
        for (unsigned count = 0; count <= n; count++) {
            struct certificate c = make((n + count) % VOTE_KIND_COUNT, count);
            assert_int_equal(right(&c), count >= quorum_size(n));
        }
    }
}

static void test_certificate_refuses_any_change(void **state)
{
    (void)state;
    make_roster(4, &signer_ed25519);
    struct certificate good = make(VOTE_FINALIZE, 3), c;
    assert_true(right(&good));
    c = good;
    c.view++;
    assert_false(right(&c));
    c = good;
    c.epoch++;
    assert_false(right(&c));
    c = good;
    c.digest.b[0] ^= 1;
    assert_false(right(&c));
    for (unsigned kind = 0; kind < 256; kind++) {
        c = good;
        c.kind = (uint8_t)kind;
        assert_int_equal(right(&c), kind == VOTE_FINALIZE);
    }
    for (unsigned bit = 0; bit < 3 * 8 * SIG_BYTES; bit += 5) {
        c = good;
        c.sigs[bit / 8 / SIG_BYTES][bit / 8 % SIG_BYTES] ^= (uint8_t)(1 << bit % 8);
        assert_false(right(&c));
    }
    /* Every other set of signers over the same signatures. */
    for (uint64_t signers = 0; signers < 256; signers++) {
        c = good;
        c.signers = signers;
        assert_int_equal(right(&c), signers == good.signers);
    }
}

static void test_certificate_refuses_duplicates_and_strangers(void **state)
{
    (void)state;
    make_roster(4, &signer_ed25519);
    struct certificate c = make(VOTE_NOTARIZE, 2);
    /* The second member's signature once more in a third one's name. */
    c.signers |= 1 << 2;
    memcpy(c.sigs[2], c.sigs[1], SIG_BYTES);
    assert_false(right(&c));
    c.signers = 1 | 2 | 1 << 4;
    assert_false(right(&c));
    c = make(VOTE_NOTARIZE, 3);
    c.signers |= UINT64_C(1) << 63;
    assert_false(right(&c));
    /* Right signatures of another table's members. */
    struct certificate other = make(VOTE_NOTARIZE, 3);
    for (unsigned i = 0; i < 4; i++) {
        roster.members[i].vote_pk[0] ^= 1;
    }
    assert_false(right(&other));
    memset(&roster, 0, sizeof roster);
    assert_false(right(&other));
}

static void test_certificate_round_trips_and_refuses_truncation(void **state)
{
    (void)state;
    static uint8_t bytes[CERT_BYTES_MAX + 1];
    static struct certificate back;
    for (unsigned n = 1; n <= MEMBERS_MAX; n += 7) {
        make_roster(n, &signer_fast);
        struct certificate c = make(VOTE_NOTARIZE, quorum_size(n));
        struct writer w = writer_of(bytes, sizeof bytes);
        certificate_encode(&c, &w);
        assert_int_equal(w.size, 53 + SIG_BYTES * quorum_size(n));
        struct reader r = reader_of(bytes, w.size);
        assert_true(certificate_decode(&back, &r) && reader_done(&r));
        assert_true(right(&back));
        for (size_t size = 0; size < w.size; size++) {
            r = reader_of(bytes, size);
            assert_false(certificate_decode(&back, &r));
        }
    }
}

static void test_certificate_decode_refuses_impossible_heads(void **state)
{
    (void)state;
    static uint8_t bytes[CERT_BYTES_MAX];
    static struct certificate back;
    make_roster(4, &signer_fast);
    struct certificate good = make(VOTE_NULLIFY, 3);
    static const unsigned at[] = {0, 12, 13, 45};
    for (unsigned i = 0; i < 4; i++) {
        struct writer w = writer_of(bytes, sizeof bytes);
        certificate_encode(&good, &w);
        /* kind 3; view 0; a digest on a nullification; a signer above the limit */
        bytes[at[i]] = (uint8_t)(i == 0 ? 3 : i == 1 ? 0 : 255);
        struct reader r = reader_of(bytes, w.size);
        assert_false(certificate_decode(&back, &r));
    }
}

static void test_voteset_evicts_bad_votes_and_certifies_only_verified_ones(void **state)
{
    (void)state;
    make_roster(7, &signer_ed25519);
    static struct voteset_entry entries[VOTE_KIND_COUNT * 7];
    struct voteset set = {.members = 7, .entries = entries};
    struct vote_context ctx = {.signer = signer, .game_id = &game, .roster = &roster, .epoch = 3};
    struct certificate c;
    voteset_reset(&set, 9);
    for (unsigned i = 0; i < 6; i++) {
        struct vote v = {.kind = VOTE_NOTARIZE, .epoch = 3, .view = 9, .digest = block};
        v.voter = (uint16_t)i;
        vote_sign(signer, &v, &game, secrets[i == 4 ? 0 : i]);
        v.sig[0] ^= i == 1;
        assert_int_equal(voteset_add(&set, &v, false), VOTESET_ADDED);
        assert_int_equal(voteset_add(&set, &v, false), VOTESET_DUPLICATE);
        v.digest.b[5] ^= 1;
        assert_int_equal(voteset_add(&set, &v, false), VOTESET_CONFLICT);
    }
    assert_int_equal(voteset_count(&set, VOTE_NOTARIZE, &block), 6);
    assert_int_equal(voteset_count(&set, VOTE_FINALIZE, &block), 0);
    assert_false(voteset_certificate(&set, &ctx, VOTE_NOTARIZE, &block, 5, &c));
    assert_int_equal(voteset_verify(&set, &ctx, VOTE_NOTARIZE, &block), 1 << 1 | 1 << 4);
    assert_int_equal(voteset_count(&set, VOTE_NOTARIZE, &block), 4);
    assert_false(voteset_certificate(&set, &ctx, VOTE_NOTARIZE, &block, 5, &c));
    struct vote last = {.kind = VOTE_NOTARIZE, .epoch = 3, .view = 9, .digest = block};
    last.voter = 6;
    vote_sign(signer, &last, &game, secrets[6]);
    voteset_add(&set, &last, true);
    assert_true(voteset_certificate(&set, &ctx, VOTE_NOTARIZE, &block, 5, &c));
    assert_true(right(&c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_certificate_needs_exactly_a_quorum_for_every_n),
        cmocka_unit_test(test_certificate_refuses_any_change),
        cmocka_unit_test(test_certificate_refuses_duplicates_and_strangers),
        cmocka_unit_test(test_certificate_round_trips_and_refuses_truncation),
        cmocka_unit_test(test_certificate_decode_refuses_impossible_heads),
        cmocka_unit_test(test_voteset_evicts_bad_votes_and_certifies_only_verified_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
