/* Codecs: what goes in comes out, every truncation is refused, no change of a byte is read past its
 * end or reads as the same. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "consensus/message.h"
#include "consensus/signing.h"

enum { BYTES = 512 };

static const struct digest game = {.b = {7}};

static struct vote vote_of(unsigned kind)
{
    struct vote v = {.kind = (uint8_t)kind, .epoch = 5, .view = 0x123456789a, .voter = 49};
    if (kind != VOTE_NULLIFY) {
        memset(v.digest.b, 0xab, DIGEST_BYTES);
    }
    memset(v.sig, 0xcd, SIG_BYTES);
    return v;
}

static void test_vote_round_trips_and_refuses_truncation(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < VOTE_KIND_COUNT; kind++) {
        uint8_t bytes[BYTES];
        struct vote v = vote_of(kind), back;
        struct writer w = writer_of(bytes, sizeof bytes);
        vote_encode(&v, &w);
        assert_int_equal(w.size, 1 + 4 + 8 + 32 + 2 + 64);
        struct reader r = reader_of(bytes, w.size);
        assert_true(vote_decode(&back, &r) && reader_done(&r));
        assert_int_equal(back.kind, v.kind);
        assert_int_equal(back.epoch, v.epoch);
        assert_true(back.view == v.view);
        assert_int_equal(back.voter, v.voter);
        assert_memory_equal(&back.digest, &v.digest, DIGEST_BYTES);
        assert_memory_equal(back.sig, v.sig, SIG_BYTES);
        for (size_t size = 0; size < w.size; size++) {
            r = reader_of(bytes, size);
            assert_false(vote_decode(&back, &r));
        }
    }
}

static bool vote_reads(const struct vote *v)
{
    uint8_t bytes[BYTES];
    struct vote back;
    struct writer w = writer_of(bytes, sizeof bytes);
    vote_encode(v, &w);
    struct reader r = reader_of(bytes, w.size);
    return vote_decode(&back, &r);
}

static void test_vote_decode_refuses_what_no_one_signs(void **state)
{
    (void)state;
    struct vote v = vote_of(VOTE_NOTARIZE);
    v.kind = VOTE_KIND_COUNT;
    assert_false(vote_reads(&v));
    v = vote_of(VOTE_NOTARIZE);
    v.view = 0;
    assert_false(vote_reads(&v));
    v = vote_of(VOTE_NOTARIZE);
    v.voter = MEMBERS_MAX;
    assert_false(vote_reads(&v));
    v = vote_of(VOTE_NULLIFY);
    v.digest.b[31] = 1;
    assert_false(vote_reads(&v));
}

static void test_vote_signature_binds_every_field_and_the_kind(void **state)
{
    (void)state;
    uint8_t pk[32], sk[64], seed[32] = {1};
    signer_ed25519.keypair(pk, sk, seed);
    for (unsigned kind = 0; kind < VOTE_KIND_COUNT; kind++) {
        struct vote v = vote_of(kind);
        vote_sign(&signer_ed25519, &v, &game, sk);
        assert_true(vote_verify(&signer_ed25519, &v, &game, pk));
        struct vote other = v;
        other.epoch++;
        assert_false(vote_verify(&signer_ed25519, &other, &game, pk));
        other = v;
        other.view++;
        assert_false(vote_verify(&signer_ed25519, &other, &game, pk));
        other = v;
        other.digest.b[3] ^= 1;
        assert_int_equal(vote_verify(&signer_ed25519, &other, &game, pk), kind == VOTE_NULLIFY);
        for (unsigned as = 0; as <= VOTE_KIND_COUNT; as++) {
            other = v;
            other.kind = (uint8_t)as;
            assert_int_equal(vote_verify(&signer_ed25519, &other, &game, pk), as == kind);
        }
        struct digest another_game = {.b = {8}};
        assert_false(vote_verify(&signer_ed25519, &v, &another_game, pk));
        for (unsigned bit = 0; bit < 8 * SIG_BYTES; bit++) {
            other = v;
            other.sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(vote_verify(&signer_ed25519, &other, &game, pk));
        }
    }
}

static void test_signed_bytes_differ_when_a_body_moves_into_the_header(void **state)
{
    (void)state;
    uint8_t pk[32], sk[64], seed[32] = {2}, sig[SIG_BYTES], body[12] = {0};
    signer_ed25519.keypair(pk, sk, seed);
    sign_message(&signer_ed25519, sig, "op", &game, 0, 1, body, sizeof body, sk);
    assert_true(verify_message(&signer_ed25519, sig, "op", &game, 0, 1, body, sizeof body, pk));
    assert_false(verify_message(&signer_ed25519, sig, "op", &game, 0, 1, body, 11, pk));
    assert_false(verify_message(&signer_ed25519, sig, "ticket", &game, 0, 1, body, 12, pk));
    static uint8_t huge[3 * OP_BYTES_MAX];
    assert_false(verify_message(&signer_ed25519, sig, "op", &game, 0, 1, huge, sizeof huge, pk));
}

static void test_status_round_trips_and_refuses_truncation(void **state)
{
    (void)state;
    uint8_t bytes[BYTES];
    struct status s = {.epoch = 1,
                      .view = 2,
                      .height = 3,
                      .final_view = 4,
                      .final = {{5}},
                      .notarized_view = 6,
                      .notarized = {{7}}},
                  back;
    struct writer w = writer_of(bytes, sizeof bytes);
    status_encode(&s, &w);
    struct reader r = reader_of(bytes, w.size);
    assert_true(status_decode(&back, &r) && reader_done(&r));
    assert_memory_equal(&back.final, &s.final, DIGEST_BYTES);
    assert_memory_equal(&back.notarized, &s.notarized, DIGEST_BYTES);
    assert_true(back.epoch == 1 && back.view == 2 && back.height == 3);
    assert_true(back.final_view == 4 && back.notarized_view == 6);
    for (size_t size = 0; size < w.size; size++) {
        r = reader_of(bytes, size);
        assert_false(status_decode(&back, &r));
    }
}

static void test_fetch_round_trips_and_refuses_unknown_kinds(void **state)
{
    (void)state;
    uint8_t bytes[BYTES];
    for (unsigned kind = 0; kind < 256; kind++) {
        struct fetch f = {.kind = (uint8_t)kind, .epoch = 1, .view = 2, .height = 3}, back;
        struct writer w = writer_of(bytes, sizeof bytes);
        fetch_encode(&f, &w);
        struct reader r = reader_of(bytes, w.size);
        bool known = kind >= FETCH_CERT_NULLIFY && kind < FETCH_KIND_COUNT;
        assert_int_equal(fetch_decode(&back, &r), known);
        assert_true(!known || (back.view == 2 && back.height == 3 && back.epoch == 1));
        for (size_t size = 0; size < w.size; size++) {
            r = reader_of(bytes, size);
            assert_false(fetch_decode(&back, &r));
        }
    }
}

/* A change is refused or seen: no two byte strings read as one message. */
static void test_messages_have_one_encoding_when_bytes_change(void **state)
{
    (void)state;
    uint8_t bytes[BYTES], again[BYTES];
    struct vote v = vote_of(VOTE_FINALIZE), back;
    struct writer w = writer_of(bytes, sizeof bytes);
    vote_encode(&v, &w);
    for (size_t i = 0; i < w.size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes[i] ^= (uint8_t)(1 << bit);
            struct reader r = reader_of(bytes, w.size);
            if (vote_decode(&back, &r)) {
                struct writer w2 = writer_of(again, sizeof again);
                vote_encode(&back, &w2);
                assert_memory_equal(bytes, again, w.size);
            }
            bytes[i] ^= (uint8_t)(1 << bit);
        }
    }
}

static void test_decoders_survive_random_bytes(void **state)
{
    (void)state;
    struct prng p;
    prng_seed(&p, 99);
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t bytes[BYTES];
        size_t size = prng_below(&p, sizeof bytes);
        prng_fill(&p, bytes, size);
        struct vote v;
        struct status s;
        struct fetch f;
        static struct certificate c;
        struct reader r = reader_of(bytes, size);
        vote_decode(&v, &r);
        r = reader_of(bytes, size);
        status_decode(&s, &r);
        r = reader_of(bytes, size);
        fetch_decode(&f, &r);
        bytes[0] %= 4;
        r = reader_of(bytes, size);
        certificate_decode(&c, &r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vote_round_trips_and_refuses_truncation),
        cmocka_unit_test(test_vote_decode_refuses_what_no_one_signs),
        cmocka_unit_test(test_vote_signature_binds_every_field_and_the_kind),
        cmocka_unit_test(test_signed_bytes_differ_when_a_body_moves_into_the_header),
        cmocka_unit_test(test_status_round_trips_and_refuses_truncation),
        cmocka_unit_test(test_fetch_round_trips_and_refuses_unknown_kinds),
        cmocka_unit_test(test_messages_have_one_encoding_when_bytes_change),
        cmocka_unit_test(test_decoders_survive_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
