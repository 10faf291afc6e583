/* Equality proofs against RFC 9497 A.1.2 and A.1.3, and everything that must not verify. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/hash.h"
#include "consensus/dleq.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void unhex(void *out, size_t size, const char *text)
{
    assert_true(hex_decode(out, size, text, strlen(text)));
}

static struct point point_of(const char *text)
{
    struct point p;
    unhex(p.b, sizeof p.b, text);
    return p;
}

static struct scalar scalar_of(const char *text)
{
    struct scalar s;
    unhex(s.b, sizeof s.b, text);
    return s;
}

#define VOPRF_KEY "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909"
#define POPRF_KEY "145c79c108538421ac164ecbe131942136d5570b16d8bf41a24d4337da981e07"
#define NONCE_1   "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"
#define NONCE_2   "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c"

/* RFC 9497 A.1.2 (mode 1, vectors 1 to 3) and A.1.3 (mode 2, vectors 1 to 3). In mode 2 the key is
 * tweaked by the info and the two lists change places (3.3.3). */
static const struct vector {
    uint8_t mode;
    size_t count;
    const char *blinded[2];
    const char *evaluated[2];
    const char *r;
    const char *proof;
} vectors[] = {
    {1, 1, {"863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945", NULL},
        {"aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e", NULL}, NONCE_1,
        "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd06"
        "6d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d"},
    {1, 1, {"cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c", NULL},
        {"60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468", NULL}, NONCE_1,
        "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a"
        "67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02"},
    {1, 2,
        {"863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
            "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654"},
        {"aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
            "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a"},
        NONCE_2,
        "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a"
        "5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08"},
    {2, 1, {"c8713aa89241d6989ac142f22dba30596db635c772cbf25021fdd8f3d461f715", NULL},
        {"1a4b860d808ff19624731e67b5eff20ceb2df3c3c03b906f5693e2078450d874", NULL}, NONCE_1,
        "41ad1a291aa02c80b0915fbfbb0c0afa15a57e2970067a602ddb9e8fd6b7100d"
        "e32e1ecff943a36f0b10e3dae6bd266cdeb8adf825d86ef27dbc6c0e30c52206"},
    {2, 1, {"f0f0b209dd4d5f1844dac679acc7761b91a2e704879656cb7c201e82a99ab07d", NULL},
        {"8c3c9d064c334c6991e99f286ea2301d1bde170b54003fb9c44c6d7bd6fc1540", NULL}, NONCE_1,
        "4c39992d55ffba38232cdac88fe583af8a85441fefd7d1d4a8d0394cd1de7701"
        "8bf135c174f20281b3341ab1f453fe72b0293a7398703384bed822bfdeec8908"},
    {2, 2,
        {"c8713aa89241d6989ac142f22dba30596db635c772cbf25021fdd8f3d461f715",
            "423a01c072e06eb1cce96d23acce06e1ea64a609d7ec9e9023f3049f2d64e50c"},
        {"1a4b860d808ff19624731e67b5eff20ceb2df3c3c03b906f5693e2078450d874",
            "aa1f16e903841036e38075da8a46655c94fc92341887eb5819f46312adfc0504"},
        NONCE_2,
        "43fdb53be399cbd3561186ae480320caa2b9f36cca0e5b160c4a677b8bbf4301"
        "b28f12c36aa8e11e5a7ef551da0781e863a6dc8c0b2bf5a149c9e00621f02006"},
};

struct proven {
    struct group_context context;
    struct dleq_claim claim;
    struct point C[2];
    struct point D[2];
    struct scalar k;
    struct dleq_proof proof;
};

static void load_vector(struct proven *out, const struct vector *v)
{
    *out =
        (struct proven){.context = v->mode == 1 ? GROUP_CONTEXT("OPRFV1-\1-ristretto255-SHA512")
                                                : GROUP_CONTEXT("OPRFV1-\2-ristretto255-SHA512")};
    out->k = scalar_of(v->mode == 1 ? VOPRF_KEY : POPRF_KEY);
    if (v->mode == 2) {
        struct scalar tweak;
        group_hash_to_scalar(&tweak, out->context, "Info\0\x09test info", 15);
        scalar_add(&out->k, &out->k, &tweak);
    }
    for (size_t i = 0; i < v->count; i++) {
        struct point blinded = point_of(v->blinded[i]), evaluated = point_of(v->evaluated[i]);
        out->C[i] = v->mode == 1 ? blinded : evaluated;
        out->D[i] = v->mode == 1 ? evaluated : blinded;
    }
    out->claim = (struct dleq_claim){.A = group_base, .C = out->C, .D = out->D, .count = v->count};
    assert_true(group_mul_base(&out->claim.B, &out->k));
    unhex(&out->proof, sizeof out->proof, v->proof);
}

static void test_dleq_proves_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct proven p;
        struct dleq_proof proof;
        struct scalar r = scalar_of(vectors[i].r);
        load_vector(&p, &vectors[i]);
        assert_true(dleq_prove_with(&proof, p.context, &p.claim, &p.k, &r));
        assert_memory_equal(&proof, &p.proof, sizeof proof);
        assert_true(dleq_verify(p.context, &p.claim, &proof));
    }
    struct proven p;
    struct point pk = point_of("c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e");
    load_vector(&p, &vectors[0]);
    assert_true(point_equal(&p.claim.B, &pk));
}

static void test_dleq_refuses_every_flipped_bit(void **state)
{
    (void)state;
    struct proven p;
    load_vector(&p, &vectors[2]);
    uint8_t *places[] = {
        (uint8_t *)&p.proof, p.claim.A.b, p.claim.B.b, p.C[0].b, p.C[1].b, p.D[0].b, p.D[1].b};
    for (size_t i = 0; i < COUNT(places); i++) {
        for (size_t bit = 0; bit < (i == 0 ? 512 : 256); bit++) {
            places[i][bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(dleq_verify(p.context, &p.claim, &p.proof));
            places[i][bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
    assert_true(dleq_verify(p.context, &p.claim, &p.proof));
}

static void test_dleq_refuses_another_statement(void **state)
{
    (void)state;
    struct proven p;
    load_vector(&p, &vectors[2]);
    assert_false(dleq_verify(GROUP_CONTEXT("OPRFV1-\2-ristretto255-SHA512"), &p.claim, &p.proof));
    p.claim.count = 1;
    assert_false(dleq_verify(p.context, &p.claim, &p.proof));
    p.claim.count = 0;
    assert_false(dleq_verify(p.context, &p.claim, &p.proof));
    p.claim.count = 2;
    struct point swap = p.D[0];
    p.D[0] = p.D[1];
    p.D[1] = swap;
    assert_false(dleq_verify(p.context, &p.claim, &p.proof));

    /* Errors that cancel in a plain sum do not cancel under the weights. */
    load_vector(&p, &vectors[2]);
    assert_true(group_add(&p.D[0], &p.D[0], &group_base));
    assert_true(group_sub(&p.D[1], &p.D[1], &group_base));
    assert_false(dleq_verify(p.context, &p.claim, &p.proof));
}

static void test_dleq_refuses_no_points_or_too_many(void **state)
{
    (void)state;
    static struct point many[UINT16_MAX + 1];
    static const uint8_t random[DLEQ_RANDOM_BYTES];
    struct scalar one = scalar_from_u64(1);
    struct dleq_proof proof;
    struct dleq_claim claim = {.A = group_base, .B = group_base, .C = many, .D = many};
    for (size_t i = 0; i < COUNT(many); i++) {
        many[i] = group_base;
    }
    assert_false(dleq_prove(&proof, GROUP_CONTEXT("test"), &claim, &one, random));
    claim.count = COUNT(many);
    assert_false(dleq_prove(&proof, GROUP_CONTEXT("test"), &claim, &one, random));
    claim.count = 3;
    assert_true(dleq_prove(&proof, GROUP_CONTEXT("test"), &claim, &one, random));
    assert_true(dleq_verify(GROUP_CONTEXT("test"), &claim, &proof));
    claim.count = 2;
    assert_false(dleq_verify(GROUP_CONTEXT("test"), &claim, &proof));
}

/* s + L for a canonical s: the same residue in other bytes. */
static struct scalar plus_order(struct scalar s)
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c,
        0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    unsigned carry = 0;
    for (size_t i = 0; i < sizeof s.b; i++) {
        carry += s.b[i] + order[i];
        s.b[i] = (uint8_t)carry;
        carry >>= 8;
    }
    return s;
}

static void test_dleq_refuses_scalars_not_below_the_order(void **state)
{
    (void)state;
    struct proven p;
    load_vector(&p, &vectors[0]);
    for (int i = 0; i < 2; i++) {
        struct dleq_proof proof = p.proof;
        uint8_t bytes[DLEQ_PROOF_BYTES];
        struct scalar *s = i == 0 ? &proof.c : &proof.s;
        *s = plus_order(*s);
        assert_false(dleq_verify(p.context, &p.claim, &proof));
        struct writer w = writer_of(bytes, sizeof bytes);
        dleq_proof_write(&w, &proof);
        assert_false(w.bad);
        struct reader r = reader_of(bytes, sizeof bytes);
        dleq_proof_read(&r, &proof);
        assert_true(r.bad);
    }
}

static void test_dleq_refuses_identity_and_undecodable_points(void **state)
{
    (void)state;
    static const struct point bad[] = {{{0}}, {{1}}, {{[31] = 0x80}}};
    for (size_t b = 0; b < COUNT(bad); b++) {
        for (int place = 0; place < 6; place++) {
            struct proven p;
            struct dleq_proof proof;
            struct scalar r = scalar_of(NONCE_1);
            load_vector(&p, &vectors[2]);
            struct point *points[] = {&p.claim.A, &p.claim.B, &p.C[0], &p.C[1], &p.D[0], &p.D[1]};
            *points[place] = bad[b];
            assert_false(dleq_verify(p.context, &p.claim, &p.proof));
            assert_false(dleq_prove_with(&proof, p.context, &p.claim, &p.k, &r));
        }
    }
}

/* With all of B, C or D the identity, k = 0 would satisfy every equation. */
static void test_dleq_refuses_a_zero_key(void **state)
{
    (void)state;
    struct proven p;
    struct dleq_proof proof;
    struct scalar zero = {{0}}, one = scalar_from_u64(1), high;
    memset(high.b, 0xff, sizeof high.b);
    load_vector(&p, &vectors[0]);
    assert_false(dleq_prove_with(&proof, p.context, &p.claim, &zero, &one));
    assert_false(dleq_prove_with(&proof, p.context, &p.claim, &high, &one));
    assert_false(dleq_prove_with(&proof, p.context, &p.claim, &p.k, &zero));
    assert_false(dleq_prove_with(&proof, p.context, &p.claim, &p.k, &high));
    assert_true(dleq_prove_with(&proof, p.context, &p.claim, &p.k, &one));
}

static void test_dleq_hedges_the_nonce_with_key_and_statement(void **state)
{
    (void)state;
    struct proven p;
    struct dleq_proof first, second;
    uint8_t random[DLEQ_RANDOM_BYTES] = {0}, wide[GROUP_WIDE_BYTES], text[10 + 6 * 32];
    load_vector(&p, &vectors[1]);
    assert_true(dleq_prove(&first, p.context, &p.claim, &p.k, random));
    assert_true(dleq_verify(p.context, &p.claim, &first));

    /* Protocol C.2: r = SHA512("dleq-nonce" || k || random || B || C || D) mod L. */
    struct writer w = writer_of(text, sizeof text);
    struct scalar r;
    write_bytes(&w, "dleq-nonce", 10);
    write_bytes(&w, p.k.b, 32);
    write_bytes(&w, random, 32);
    write_bytes(&w, p.claim.B.b, 32);
    write_bytes(&w, p.C[0].b, 32);
    write_bytes(&w, p.D[0].b, 32);
    crypto_hash_sha512(wide, text, w.size);
    scalar_reduce(&r, wide);
    assert_true(dleq_prove_with(&second, p.context, &p.claim, &p.k, &r));
    assert_memory_equal(&first, &second, sizeof first);

    random[31] = 1;
    assert_true(dleq_prove(&second, p.context, &p.claim, &p.k, random));
    assert_true(dleq_verify(p.context, &p.claim, &second));
    assert_memory_not_equal(&first, &second, sizeof first);
}

static void test_dleq_proves_over_any_first_point(void **state)
{
    (void)state;
    struct proven p;
    static const uint8_t random[DLEQ_RANDOM_BYTES] = {7};
    load_vector(&p, &vectors[2]);
    p.claim.A = p.C[1];
    p.claim.B = p.D[1];
    assert_false(dleq_verify(p.context, &p.claim, &p.proof));
    assert_true(dleq_prove(&p.proof, p.context, &p.claim, &p.k, random));
    assert_true(dleq_verify(p.context, &p.claim, &p.proof));
}

static void test_dleq_proof_survives_its_encoding(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct proven p;
        struct dleq_proof got;
        uint8_t bytes[DLEQ_PROOF_BYTES];
        load_vector(&p, &vectors[i]);
        struct writer w = writer_of(bytes, sizeof bytes);
        dleq_proof_write(&w, &p.proof);
        assert_false(w.bad);
        assert_int_equal(w.size, DLEQ_PROOF_BYTES);
        for (size_t size = 0; size <= sizeof bytes; size++) {
            struct reader r = reader_of(bytes, size);
            dleq_proof_read(&r, &got);
            assert_int_equal(reader_done(&r), size == sizeof bytes);
        }
        assert_memory_equal(&got, &p.proof, sizeof got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dleq_proves_as_published),
        cmocka_unit_test(test_dleq_refuses_every_flipped_bit),
        cmocka_unit_test(test_dleq_refuses_another_statement),
        cmocka_unit_test(test_dleq_refuses_no_points_or_too_many),
        cmocka_unit_test(test_dleq_refuses_scalars_not_below_the_order),
        cmocka_unit_test(test_dleq_refuses_identity_and_undecodable_points),
        cmocka_unit_test(test_dleq_refuses_a_zero_key),
        cmocka_unit_test(test_dleq_hedges_the_nonce_with_key_and_statement),
        cmocka_unit_test(test_dleq_proves_over_any_first_point),
        cmocka_unit_test(test_dleq_proof_survives_its_encoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
