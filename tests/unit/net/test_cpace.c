#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/hash.h"
#include "net/cpace.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct vector {
    const char *prs;
    const char *ci;
    const char *sid;
    const char *g;
    const char *scalar_a;
    const char *ad_a;
    const char *share_a;
    const char *scalar_b;
    const char *ad_b;
    const char *share_b;
    const char *k;
    const char *isk_ir;
    const char *isk_oc;
};

/* draft-irtf-cfrg-cpace, test vectors for CPACE-RISTR255-SHA512: testvectors.json, then the listing
 * in testvectors.md with CI in ordered form. */
static const struct vector vectors[] = {
    {
        .prs = "50617373776f7264",
        .ci = "0b415f696e69746961746f720b425f726573706f6e646572",
        .sid = "7e4b4791d6a8ef019b936c79fb7f2c57",
        .g = "222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56",
        .scalar_a = "da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08",
        .ad_a = "414461",
        .share_a = "d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157",
        .scalar_b = "d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d",
        .ad_b = "414462",
        .share_b = "3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258",
        .k = "80b69a8a76457ab6a4d7f887a4bf6b55a2f80ac19c333f917a05fc9887c8b40f",
        .isk_ir = "b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd2b38950a39dfd5d4"
                  "a79164614c2984f7daa460b588c1e80c3fa2068af7900447",
        .isk_oc = "544199d71f62f8d9a1fee55727e24fe4a45844593c2b6013c4fa3969d0e5debb2244675c0b43397c"
                  "bb68d342b01fc0f98fc961469a25134de9f0f813c1a57476",
    },
    {
        .prs = "50617373776f7264",
        .ci = "6f630b425f726573706f6e6465720b415f696e69746961746f72",
        .sid = "7e4b4791d6a8ef019b936c79fb7f2c57",
        .g = "a6fc82c3b8968fbb2e06fee81ca858586dea50d248f0c7ca6a18b0902a30b36b",
        .scalar_a = "da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08",
        .ad_a = "414461",
        .share_a = "d40fb265a7abeaee7939d91a585fe59f7053f982c296ec413c624c669308f87a",
        .scalar_b = "d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d",
        .ad_b = "414462",
        .share_b = "08bcf6e9777a9c313a3db6daa510f2d398403319c2341bd506a92e672eb7e307",
        .k = "e22b1ef7788f661478f3cddd4c600774fc0f41e6b711569190ff88fa0e607e09",
        .isk_ir = "4c5469a16b2364c4b944ebc1a79e51d1674ad47db26e8718154f59faebfaa52d8346f30aa5837711"
                  "7eb20d527f2cbc5c76381f7fd372e89df8239f87f2e02ed1",
        .isk_oc = "980dcc5a1c52ceea031e75f38ed266586616488c5c5780285fcbcf79087c7bcdbd993502eee606b7"
                  "18ba31e840a000a7b7befe15ea427c5cfe88344fa1237f35",
    },
};

struct hex_bytes {
    uint8_t b[256];
    size_t size;
};

static struct hex_bytes unhex(const char *text)
{
    struct hex_bytes h = {.size = strlen(text) / 2};
    assert_true(h.size <= sizeof h.b && hex_decode(h.b, h.size, text, strlen(text)));
    return h;
}

static struct cpace_bytes view(const struct hex_bytes *h)
{
    return (struct cpace_bytes){h->b, h->size};
}

static struct cpace_bytes text_bytes(const char *text)
{
    return (struct cpace_bytes){(const uint8_t *)text, strlen(text)};
}

static void assert_hex(const void *data, size_t size, const char *expected)
{
    struct hex_bytes h = unhex(expected);
    assert_int_equal(size, h.size);
    assert_memory_equal(data, h.b, size);
}

static void test_lv_matches_draft_when_sizes_cross_127(void **state)
{
    (void)state;
    uint8_t data[400] = {0};
    uint8_t out[410];
    static const struct {
        size_t size;
        const char *head;
    } rows[] = {{0, "00"}, {1, "01"}, {126, "7e"}, {127, "7f"}, {128, "8001"}, {129, "8101"},
        {255, "ff01"}, {256, "8002"}, {400, "9003"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct writer w = writer_of(out, sizeof out);
        cpace_write_lv(&w, data, rows[i].size);
        assert_hex(out, w.size - rows[i].size, rows[i].head);
        struct reader r = reader_of(out, w.size);
        assert_int_equal(cpace_read_lv(&r).size, rows[i].size);
        assert_true(reader_done(&r));
        r = reader_of(out, w.size - 1);
        assert_int_equal(cpace_read_lv(&r).size, 0);
        assert_true(r.bad);
    }
}

static void test_lv_read_refuses_when_length_is_not_minimal(void **state)
{
    (void)state;
    static const uint8_t rows[][4] = {
        {0x81, 0x00, 1, 1}, {0x80, 0x80, 0x01, 0}, {0xff, 0xff, 1, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reader r = reader_of(rows[i], sizeof rows[i]);
        cpace_read_lv(&r);
        assert_true(r.bad);
    }
}

static void test_generator_string_equals_published_one(void **state)
{
    (void)state;
    uint8_t out[CPACE_GENERATOR_STRING_MAX];
    uint8_t hash[crypto_hash_sha512_BYTES];
    struct hex_bytes prs = unhex(vectors[0].prs);
    struct hex_bytes ci = unhex(vectors[0].ci);
    struct hex_bytes sid = unhex(vectors[0].sid);
    struct writer w = writer_of(out, sizeof out);
    cpace_write_generator_string(&w, view(&prs), view(&ci), view(&sid));
    assert_hex(out, w.size,
        "11435061636552697374726574746f3235350850617373776f726464000000000000000000000000"
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "0000000000000000180b415f696e69746961746f720b425f726573706f6e646572107e4b4791d6a8"
        "ef019b936c79fb7f2c57");
    crypto_hash_sha512(hash, out, w.size);
    assert_hex(hash, sizeof hash,
        "da6d3ddc8802fca9058755ffd3ebde08a9c2c74945901a258482a288b6663af06bf645c93cd1c515"
        "12307199c80e84908916d983b34af77205f90851a657ee27");
}

static void test_operations_equal_published_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        const struct vector *v = &vectors[i];
        struct hex_bytes prs = unhex(v->prs);
        struct hex_bytes ci = unhex(v->ci);
        struct hex_bytes sid = unhex(v->sid);
        struct hex_bytes a = unhex(v->scalar_a);
        struct hex_bytes b = unhex(v->scalar_b);
        struct hex_bytes ad_a = unhex(v->ad_a);
        struct hex_bytes ad_b = unhex(v->ad_b);
        uint8_t g[32], ya[32], yb[32], k[32], isk[64];
        uint8_t transcript[2 + CPACE_TRANSCRIPT_MAX] = {'o', 'c'};
        assert_int_equal(cpace_generator(g, view(&prs), view(&ci), view(&sid)), ERR_OK);
        assert_hex(g, sizeof g, v->g);
        assert_int_equal(cpace_multiply(ya, a.b, g), ERR_OK);
        assert_hex(ya, sizeof ya, v->share_a);
        assert_int_equal(cpace_multiply(yb, b.b, g), ERR_OK);
        assert_hex(yb, sizeof yb, v->share_b);
        assert_int_equal(cpace_multiply(k, a.b, yb), ERR_OK);
        assert_hex(k, sizeof k, v->k);
        assert_int_equal(cpace_multiply(k, b.b, ya), ERR_OK);
        assert_hex(k, sizeof k, v->k);
        struct writer w = writer_of(transcript + 2, CPACE_TRANSCRIPT_MAX);
        cpace_write_transcript(&w, ya, view(&ad_a), yb, view(&ad_b));
        cpace_session_key(isk, view(&sid), k, (struct cpace_bytes){transcript + 2, w.size});
        assert_hex(isk, sizeof isk, v->isk_ir);
        /* In both sets Ya is the greater share, so "oc" only goes in front. */
        cpace_session_key(isk, view(&sid), k, (struct cpace_bytes){transcript, w.size + 2});
        assert_hex(isk, sizeof isk, v->isk_oc);
    }
}

static void test_transcript_equals_published_one(void **state)
{
    (void)state;
    uint8_t out[CPACE_TRANSCRIPT_MAX];
    struct hex_bytes ya = unhex(vectors[0].share_a);
    struct hex_bytes yb = unhex(vectors[0].share_b);
    struct writer w = writer_of(out, sizeof out);
    cpace_write_transcript(&w, ya.b, text_bytes("ADa"), yb.b, text_bytes("ADb"));
    assert_hex(out, w.size,
        "20d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b915703414461203ea7"
        "e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f725803414462");
}

static void test_tags_equal_recomputed_vectors(void **state)
{
    (void)state;
    uint8_t tag[CPACE_TAG_BYTES];
    struct hex_bytes sid = unhex(vectors[0].sid);
    struct hex_bytes isk = unhex(vectors[0].isk_ir);
    struct hex_bytes ya = unhex(vectors[0].share_a);
    struct hex_bytes yb = unhex(vectors[0].share_b);
    cpace_tag(tag, view(&sid), isk.b, ya.b, text_bytes("ADa"));
    assert_hex(tag, sizeof tag,
        "30478d28d83ae3b214295e91f4a3eb62999a8ed94575075db4a7d3bc3e4d26f16c51adba12dc7771"
        "372637a46b5134e0937cddd7d820bfdd83be335e339eb57a");
    cpace_tag(tag, view(&sid), isk.b, yb.b, text_bytes("ADb"));
    assert_hex(tag, sizeof tag,
        "e927a7da291676f8878caae9cb70407d2f14117e6f9ff9adcfda797c4bcf2bd2fefd2ca3f2ddcce8"
        "1b7386996c895b2f359010cc92069d5ff4ad49a977de79a6");
}

static void test_multiply_refuses_when_point_is_invalid(void **state)
{
    (void)state;
    uint8_t out[32];
    struct hex_bytes s = unhex("7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05");
    struct hex_bytes x = unhex("2c3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c");
    assert_int_equal(cpace_multiply(out, s.b, x.b), ERR_OK);
    assert_hex(out, sizeof out, "7c13645fe790a468f62c39beb7388e541d8405d1ade69d1778c5fe3e7f6b600e");
    x.b[0] = 0x2b;
    assert_int_equal(cpace_multiply(out, s.b, x.b), ERR_AUTH);
    memset(x.b, 0, sizeof x.b);
    assert_int_equal(cpace_multiply(out, s.b, x.b), ERR_AUTH);
}

/* A joiner and a sponsor with fixed seeds and real CI and AD. */
struct pair {
    struct cpace a;
    struct cpace b;
    uint8_t ci[CPACE_CI_MAX];
    uint8_t ad_a[CPACE_AD_MAX];
    uint8_t ad_b[CPACE_AD_MAX];
    uint8_t msg[CPACE_SHARE_MAX];
    struct writer w;
};

static void pair_start(struct pair *p, const char *prs_a, const char *prs_b)
{
    uint8_t game[32] = {7}, sponsor[32] = {9}, sid[32] = {3};
    uint8_t seed_a[CPACE_SEED_BYTES] = {1}, seed_b[CPACE_SEED_BYTES] = {2};
    struct cpace_party a = {.id_pk = {1}, .x25519_pk = {2}, .extra = text_bytes("version")};
    struct cpace_party b = {.id_pk = {9}, .x25519_pk = {4}, .extra = text_bytes("checkpoint")};
    struct cpace_setup s = {.role = CPACE_JOINER, .prs = text_bytes(prs_a), .sid = {sid, 32}};
    s.ci = (struct cpace_bytes){p->ci, cpace_join_context(p->ci, game, sponsor)};
    s.ad = (struct cpace_bytes){p->ad_a, cpace_party_encode(p->ad_a, &a)};
    assert_int_equal(cpace_start(&p->a, &s, seed_a), ERR_OK);
    s.role = CPACE_SPONSOR;
    s.prs = text_bytes(prs_b);
    s.ad = (struct cpace_bytes){p->ad_b, cpace_party_encode(p->ad_b, &b)};
    assert_int_equal(cpace_start(&p->b, &s, seed_b), ERR_OK);
}

/* Step 0: Ya ADa, 1: Yb ADb, 2: Ta, 3: Tb. Leaves the message in p->msg. */
static void pair_write(struct pair *p, int step)
{
    struct cpace *from = step % 2 == 0 ? &p->a : &p->b;
    p->w = writer_of(p->msg, sizeof p->msg);
    enum cpace_verdict v = step < 2 ? cpace_write_share(from, &p->w) : cpace_write_tag(from, &p->w);
    assert_int_equal(v, CPACE_OK);
    assert_false(p->w.bad);
}

static enum cpace_verdict pair_read(struct pair *p, int step, size_t size)
{
    struct cpace *to = step % 2 == 0 ? &p->b : &p->a;
    uint8_t *exact = malloc(size > 0 ? size : 1); /* so that a read too far is seen */
    memcpy(exact, p->msg, size);
    enum cpace_verdict v =
        step < 2 ? cpace_read_share(to, exact, size) : cpace_read_tag(to, exact, size);
    free(exact);
    return v;
}

static enum cpace_verdict pair_step(struct pair *p, int step)
{
    pair_write(p, step);
    return pair_read(p, step, p->w.size);
}

static void test_run_gives_one_psk_when_secrets_agree(void **state)
{
    (void)state;
    struct pair p;
    uint8_t psk_a[32], psk_b[32];
    pair_start(&p, "canyon-velvet", "canyon-velvet");
    for (int step = 0; step < 4; step++) {
        assert_int_equal(cpace_psk(&p.a, psk_a), ERR_AUTH);
        assert_int_equal(pair_step(&p, step), CPACE_OK);
    }
    assert_true(cpace_done(&p.a) && cpace_done(&p.b));
    assert_int_equal(cpace_psk(&p.a, psk_a), ERR_OK);
    assert_int_equal(cpace_psk(&p.b, psk_b), ERR_OK);
    assert_memory_equal(psk_a, psk_b, 32);
    struct digest d = hash_tagged("craps/v1/cpace-psk", p.a.isk, sizeof p.a.isk);
    assert_memory_equal(psk_a, d.b, 32);

    struct cpace_party party;
    assert_int_equal(cpace_party_decode(&party, cpace_peer_ad(&p.a)), ERR_OK);
    assert_int_equal(party.id_pk[0], 9);
    assert_int_equal(party.x25519_pk[0], 4);
    assert_int_equal(party.extra.size, strlen("checkpoint"));
    assert_memory_equal(party.extra.data, "checkpoint", party.extra.size);
    cpace_wipe(&p.a);
    assert_true(sodium_is_zero((uint8_t *)&p.a, sizeof p.a));
}

static void test_run_scalar_and_k_are_gone_when_share_was_read(void **state)
{
    (void)state;
    struct pair p;
    pair_start(&p, "a", "a");
    pair_step(&p, 0);
    pair_step(&p, 1);
    assert_true(sodium_is_zero(p.a.scalar, 32) && sodium_is_zero(p.b.scalar, 32));
}

static void test_sponsor_says_nothing_when_words_differ(void **state)
{
    (void)state;
    struct pair p;
    uint8_t psk[32];
    pair_start(&p, "canyon-velvet", "canyon-vector");
    assert_int_equal(pair_step(&p, 0), CPACE_OK);
    assert_int_equal(pair_step(&p, 1), CPACE_OK);
    struct writer w = writer_of(p.msg, sizeof p.msg);
    assert_int_equal(cpace_write_tag(&p.b, &w), CPACE_OUT_OF_ORDER);
    assert_int_equal(w.size, 0);
    assert_int_equal(pair_step(&p, 2), CPACE_WRONG_SECRET);
    assert_int_equal(cpace_write_tag(&p.b, &w), CPACE_OUT_OF_ORDER);
    assert_int_equal(cpace_psk(&p.b, psk), ERR_AUTH);
    assert_true(sodium_is_zero((uint8_t *)&p.b, sizeof p.b));
}

/* Every context the run is bound to, changed alone at the joiner. */
static void test_run_fails_when_any_context_differs(void **state)
{
    (void)state;
    for (int what = 0; what < 4; what++) {
        struct pair p;
        pair_start(&p, "a", "a");
        uint8_t game[32] = {7}, sponsor[32] = {9}, sid[32] = {3};
        game[31] = what == 0;
        sponsor[31] = what == 1;
        sid[31] = what == 2;
        struct cpace_setup s = {.role = CPACE_JOINER, .prs = text_bytes("a"), .sid = {sid, 32}};
        s.ci = (struct cpace_bytes){p.ci, cpace_join_context(p.ci, game, sponsor)};
        s.ad = (struct cpace_bytes){p.ad_a, 60};
        assert_int_equal(cpace_start(&p.a, &s, (const uint8_t[CPACE_SEED_BYTES]){5}), ERR_OK);
        assert_int_equal(pair_step(&p, 0), CPACE_OK);
        assert_int_equal(pair_step(&p, 1), CPACE_OK);
        assert_int_equal(pair_step(&p, 2), what < 3 ? CPACE_WRONG_SECRET : CPACE_OK);
    }
}

static void test_read_share_refuses_when_point_is_bad_or_our_own(void **state)
{
    (void)state;
    for (int what = 0; what < 3; what++) {
        struct pair p;
        pair_start(&p, "a", "a");
        pair_write(&p, 0);
        if (what == 0) {
            memset(p.msg, 0, 32);
        } else if (what == 1) {
            memset(p.msg, 0xff, 32);
        } else {
            memcpy(p.msg, p.b.own_share, 32);
        }
        assert_int_equal(pair_read(&p, 0, p.w.size), CPACE_BAD_POINT);
        assert_int_equal(p.b.step, CPACE_DEAD);
    }
}

static void test_run_refuses_when_out_of_order(void **state)
{
    (void)state;
    struct pair p;
    uint8_t tag[CPACE_TAG_BYTES] = {0};
    pair_start(&p, "a", "a");
    p.w = writer_of(p.msg, sizeof p.msg);
    assert_int_equal(cpace_read_tag(&p.a, tag, sizeof tag), CPACE_OUT_OF_ORDER);
    assert_int_equal(cpace_read_tag(&p.b, tag, sizeof tag), CPACE_OUT_OF_ORDER);
    assert_int_equal(cpace_read_share(&p.a, p.msg, 32), CPACE_OUT_OF_ORDER);
    assert_int_equal(cpace_write_share(&p.b, &p.w), CPACE_OUT_OF_ORDER);
    assert_int_equal(cpace_write_tag(&p.a, &p.w), CPACE_OUT_OF_ORDER);
    for (int step = 0; step < 4; step++) {
        assert_int_equal(pair_step(&p, step), CPACE_OK);
        assert_int_equal(pair_read(&p, step, p.w.size), CPACE_OUT_OF_ORDER);
    }
}

static void play_to(struct pair *p, int step)
{
    pair_start(p, "canyon-velvet", "canyon-velvet");
    for (int i = 0; i < step; i++) {
        assert_int_equal(pair_step(p, i), CPACE_OK);
    }
    pair_write(p, step);
}

/* True when the rest of the run, from the reader's answer on, completes at both ends. */
static bool rest_completes(struct pair *p, int step, size_t size)
{
    if (pair_read(p, step, size) != CPACE_OK) {
        return false;
    }
    for (int i = step + 1; i < 4; i++) {
        if (pair_step(p, i) != CPACE_OK) {
            return false;
        }
    }
    return true;
}

static void test_run_fails_when_any_message_is_truncated_or_extended(void **state)
{
    (void)state;
    for (int step = 0; step < 4; step++) {
        struct pair p;
        play_to(&p, step);
        size_t whole = p.w.size;
        for (size_t size = 0; size <= whole + 1 && size <= sizeof p.msg; size++) {
            struct pair q = p;
            assert_true(rest_completes(&q, step, size) == (size == whole));
        }
    }
}

static void test_run_fails_when_any_byte_of_any_message_changes(void **state)
{
    (void)state;
    for (int step = 0; step < 4; step++) {
        struct pair p;
        play_to(&p, step);
        for (size_t i = 0; i < p.w.size; i++) {
            for (unsigned bit = 0; bit < 8; bit += step < 2 ? 7 : 1) {
                struct pair q = p;
                q.msg[i] ^= (uint8_t)(1U << bit);
                assert_false(rest_completes(&q, step, q.w.size));
            }
        }
    }
}

static void test_start_refuses_when_input_is_too_long(void **state)
{
    (void)state;
    static const uint8_t zeros[CPACE_AD_MAX + 1];
    static const uint8_t seed[CPACE_SEED_BYTES] = {1};
    static const size_t max[4] = {CPACE_PRS_MAX, CPACE_CI_MAX, CPACE_SID_MAX, CPACE_AD_MAX};
    for (size_t what = 0; what < 4; what++) {
        for (size_t over = 0; over <= 1; over++) {
            struct cpace c;
            struct cpace_setup s = {.role = CPACE_JOINER};
            struct cpace_bytes *fields[4] = {&s.prs, &s.ci, &s.sid, &s.ad};
            *fields[what] = (struct cpace_bytes){zeros, max[what] + over};
            assert_int_equal(cpace_start(&c, &s, seed), over ? ERR_RANGE : ERR_OK);
            assert_int_equal(c.step, over ? CPACE_DEAD : CPACE_SEND_SHARE);
        }
    }
    struct cpace c;
    struct cpace_setup s = {.role = CPACE_JOINER};
    assert_int_equal(cpace_start(&c, &s, zeros), ERR_RANGE); /* a scalar of zero */
}

static void test_party_decode_refuses_when_not_exact(void **state)
{
    (void)state;
    struct cpace_party party = {.id_pk = {1}, .extra = text_bytes("v")};
    uint8_t ad[CPACE_AD_MAX];
    size_t size = cpace_party_encode(ad, &party);
    assert_int_equal(size, 68);
    for (size_t n = 0; n <= size + 1; n++) {
        enum err e = cpace_party_decode(&party, (struct cpace_bytes){ad, n});
        assert_int_equal(e, n == size ? ERR_OK : ERR_FORMAT);
    }
    static const uint8_t zeros[CPACE_AD_MAX];
    party.extra = (struct cpace_bytes){zeros, CPACE_AD_MAX - 67};
    assert_int_equal(cpace_party_encode(ad, &party), 0);
    party.extra.size--; /* its length takes two bytes */
    assert_int_equal(cpace_party_encode(ad, &party), CPACE_AD_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lv_matches_draft_when_sizes_cross_127),
        cmocka_unit_test(test_lv_read_refuses_when_length_is_not_minimal),
        cmocka_unit_test(test_generator_string_equals_published_one),
        cmocka_unit_test(test_operations_equal_published_vectors),
        cmocka_unit_test(test_transcript_equals_published_one),
        cmocka_unit_test(test_tags_equal_recomputed_vectors),
        cmocka_unit_test(test_multiply_refuses_when_point_is_invalid),
        cmocka_unit_test(test_run_gives_one_psk_when_secrets_agree),
        cmocka_unit_test(test_run_scalar_and_k_are_gone_when_share_was_read),
        cmocka_unit_test(test_sponsor_says_nothing_when_words_differ),
        cmocka_unit_test(test_run_fails_when_any_context_differs),
        cmocka_unit_test(test_read_share_refuses_when_point_is_bad_or_our_own),
        cmocka_unit_test(test_run_refuses_when_out_of_order),
        cmocka_unit_test(test_run_fails_when_any_message_is_truncated_or_extended),
        cmocka_unit_test(test_run_fails_when_any_byte_of_any_message_changes),
        cmocka_unit_test(test_start_refuses_when_input_is_too_long),
        cmocka_unit_test(test_party_decode_refuses_when_not_exact),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
