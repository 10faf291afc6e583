#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/hash.h"
#include "net/noise.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Noise_XXpsk3_25519_ChaChaPoly_SHA512 of the cacophony vectors (haskell-cryptography/cacophony,
 * also in mcginty/snow). Rows 3 to 5 are transport messages, the responder's first. */
static const char prologue_hex[] = "4a6f686e2047616c74";
static const char psk_hex[] = "54686973206973206d7920417573747269616e20706572737065637469766521";
static const char initiator_static[] =
    "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1";
static const char initiator_ephemeral[] =
    "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a";
static const char responder_static[] =
    "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893";
static const char responder_ephemeral[] =
    "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";
static const char handshake_hash[] =
    "7c3c9f1c6bf6df12019313e7e5ed88a9fd9fbd3bf9b9a3f41989446da5226a128b5e91171ec81074"
    "de864386ac70fa712f216a96e64862ad992e766b038cb8cf";
static const struct {
    const char *payload;
    const char *message;
} vectors[] = {
    {"4c756477696720766f6e204d69736573",
        "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944634d3d6eb7eb4f1d"
        "66fb1c92cb371889048a7a4307def12417b49d58fd070ecd"},
    {"4d757272617920526f746862617264",
        "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843d5a5a3aa181cbf04"
        "10add27aa6604ad56aedc4ffd73d2cca8d98300a17a21efe9cafb1166e854bbb3f1fef6bfb183d37"
        "940f87b581a7065c58543d001575ef79bb1b8c1b646d068fa4519568a0a507"},
    {"462e20412e20486179656b",
        "27c8ea0ffea3c27d7553e0ef8d6ea8c55ef33327b36043dd2e9bbf13f0472b6bb10cd95b5ef4ad46"
        "06eff0ccc25a6f87bc92c403eeda28f6bba95c86d2b9c5e7083a94b9ad3c743b26d124"},
    {"4361726c204d656e676572", "f63969a0b8d38b5a066ddf598e87d4ad59fb01e32c0e1faeee3f8d"},
    {"4a65616e2d426170746973746520536179",
        "b9e0a25348481baa0c7325a0bdbd0dc93612e352c2e79307a9aac47120d8c36277"},
    {"457567656e2042f6686d20766f6e2042617765726b",
        "32dd9c9bc3276c1e3eafaf4bd6bd1dcb75992d776ce5b731c3b3a0342c6f88322301fd5fbb"},
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

static void assert_hex(const void *data, size_t size, const char *expected)
{
    struct hex_bytes h = unhex(expected);
    assert_int_equal(size, h.size);
    assert_memory_equal(data, h.b, size);
}

struct pair {
    struct noise a;
    struct noise b;
    uint8_t msg[512];
    struct writer w;
    uint8_t got[512];
    struct writer out;
};

static void setup_one(struct noise *n, enum noise_role role)
{
    bool initiator = role == NOISE_INITIATOR;
    struct hex_bytes prologue = unhex(prologue_hex);
    struct noise_setup s = {.role = role, .prologue = prologue.b, .prologue_size = prologue.size};
    memcpy(s.static_sk, unhex(initiator ? initiator_static : responder_static).b, 32);
    memcpy(s.ephemeral_sk, unhex(initiator ? initiator_ephemeral : responder_ephemeral).b, 32);
    memcpy(s.psk, unhex(psk_hex).b, 32);
    noise_init(n, &s);
}

static void pair_init(struct pair *p)
{
    setup_one(&p->a, NOISE_INITIATOR);
    setup_one(&p->b, NOISE_RESPONDER);
}

static void pair_write(struct pair *p, size_t step)
{
    struct hex_bytes payload = unhex(vectors[step].payload);
    p->w = writer_of(p->msg, sizeof p->msg);
    struct noise *from = step % 2 == 0 ? &p->a : &p->b;
    assert_int_equal(noise_write(from, payload.b, payload.size, &p->w), ERR_OK);
}

static enum err pair_read(struct pair *p, size_t step, size_t size)
{
    struct noise *to = step % 2 == 0 ? &p->b : &p->a;
    uint8_t *exact = malloc(size > 0 ? size : 1); /* so that a read too far is seen */
    memcpy(exact, p->msg, size);
    p->out = writer_of(p->got, sizeof p->got);
    enum err e = noise_read(to, exact, size, &p->out);
    free(exact);
    return e;
}

static void play_to(struct pair *p, size_t step)
{
    pair_init(p);
    for (size_t i = 0; i < step; i++) {
        pair_write(p, i);
        assert_int_equal(pair_read(p, i, p->w.size), ERR_OK);
    }
}

static void test_handshake_equals_published_vector(void **state)
{
    (void)state;
    struct pair p;
    pair_init(&p);
    for (size_t i = 0; i < NOISE_MESSAGES; i++) {
        pair_write(&p, i);
        assert_hex(p.msg, p.w.size, vectors[i].message);
        assert_int_equal(pair_read(&p, i, p.w.size), ERR_OK);
        assert_hex(p.got, p.out.size, vectors[i].payload);
        assert_int_equal(noise_remote_static(&p.a) != NULL, i >= 1);
        assert_int_equal(noise_remote_static(&p.b) != NULL, i >= 2);
    }
    uint8_t pk[32];
    crypto_scalarmult_base(pk, unhex(responder_static).b);
    assert_memory_equal(noise_remote_static(&p.a), pk, 32);
    crypto_scalarmult_base(pk, unhex(initiator_static).b);
    assert_memory_equal(noise_remote_static(&p.b), pk, 32);

    struct noise_keys a, b;
    assert_int_equal(noise_split(&p.a, &a), ERR_OK);
    assert_int_equal(noise_split(&p.b, &b), ERR_OK);
    assert_hex(a.hash, sizeof a.hash, handshake_hash);
    assert_hex(b.hash, sizeof b.hash, handshake_hash);
    assert_memory_equal(a.send, b.receive, 32);
    assert_memory_equal(b.send, a.receive, 32);
    for (size_t i = NOISE_MESSAGES; i < sizeof vectors / sizeof vectors[0]; i++) {
        uint8_t nonce[12] = {0};
        uint8_t sealed[256];
        unsigned long long size;
        struct hex_bytes payload = unhex(vectors[i].payload);
        nonce[4] = (uint8_t)((i - NOISE_MESSAGES) / 2);
        crypto_aead_chacha20poly1305_ietf_encrypt(sealed, &size, payload.b, payload.size, NULL, 0,
            NULL, nonce, i % 2 == 1 ? b.send : a.send);
        assert_hex(sealed, (size_t)size, vectors[i].message);
    }
}

static void test_handshake_waits_on_when_message_is_truncated_or_extended(void **state)
{
    (void)state;
    for (size_t step = 0; step < NOISE_MESSAGES; step++) {
        struct pair p;
        play_to(&p, step);
        pair_write(&p, step);
        for (size_t size = 0; size <= p.w.size + 1; size++) {
            if (size != p.w.size) {
                assert_int_not_equal(pair_read(&p, step, size), ERR_OK);
                assert_int_equal(p.out.size, 0);
            }
        }
        assert_int_equal(pair_read(&p, step, p.w.size), ERR_OK);
    }
}

static void test_handshake_waits_on_when_any_bit_of_a_message_changes(void **state)
{
    (void)state;
    for (size_t step = 0; step < NOISE_MESSAGES; step++) {
        struct pair p;
        play_to(&p, step);
        pair_write(&p, step);
        struct noise before = step % 2 == 0 ? p.b : p.a;
        for (size_t i = 0; i < 8 * p.w.size; i++) {
            p.msg[i / 8] ^= (uint8_t)(1U << i % 8);
            assert_int_not_equal(pair_read(&p, step, p.w.size), ERR_OK);
            assert_memory_equal(step % 2 == 0 ? &p.b : &p.a, &before, sizeof before);
            p.msg[i / 8] ^= (uint8_t)(1U << i % 8);
        }
        assert_int_equal(pair_read(&p, step, p.w.size), ERR_OK);
    }
}

/* Low-order points make crypto_scalarmult give zero; a peer that sends one gets no key. */
static void test_handshake_refuses_when_ephemeral_has_low_order(void **state)
{
    (void)state;
    static const char *const low[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    for (size_t i = 0; i < sizeof low / sizeof low[0]; i++) {
        struct pair p;
        pair_init(&p);
        memcpy(p.b.re, unhex(low[i]).b, 32);
        p.b.message = 1;
        p.w = writer_of(p.msg, sizeof p.msg);
        assert_int_equal(noise_write(&p.b, NULL, 0, &p.w), ERR_AUTH);
        assert_int_equal(p.w.size, 0);
        assert_int_equal(p.b.message, 1);
    }
}

static void test_last_message_fails_when_psk_differs(void **state)
{
    (void)state;
    struct pair p;
    pair_init(&p);
    p.b.psk[0] ^= 1;
    for (size_t i = 0; i < NOISE_MESSAGES; i++) {
        pair_write(&p, i);
        assert_int_equal(pair_read(&p, i, p.w.size), i == 2 ? ERR_AUTH : ERR_OK);
    }
    assert_null(noise_remote_static(&p.b));
    assert_false(noise_done(&p.b));
}

static void test_first_message_fails_when_prologue_differs(void **state)
{
    (void)state;
    struct pair p;
    pair_init(&p);
    struct noise_setup s = {.role = NOISE_RESPONDER,
        .prologue = (const uint8_t *)"other",
        .prologue_size = 5,
        .static_sk = {1},
        .ephemeral_sk = {2}};
    noise_init(&p.b, &s);
    pair_write(&p, 0);
    assert_int_equal(pair_read(&p, 0, p.w.size), ERR_AUTH);
}

static void test_handshake_refuses_when_not_our_turn(void **state)
{
    (void)state;
    struct pair p;
    struct noise_keys keys;
    pair_init(&p);
    for (size_t step = 0; step < NOISE_MESSAGES; step++) {
        struct noise *reader = step % 2 == 0 ? &p.b : &p.a;
        p.w = writer_of(p.msg, sizeof p.msg);
        assert_int_equal(noise_write(reader, NULL, 0, &p.w), ERR_AGAIN);
        assert_int_equal(pair_read(&p, step + 1, 48), ERR_AGAIN);
        assert_int_equal(noise_split(&p.a, &keys), ERR_AGAIN);
        pair_write(&p, step);
        assert_int_equal(pair_read(&p, step, p.w.size), ERR_OK);
    }
    assert_true(noise_done(&p.a) && noise_done(&p.b));
    assert_false(noise_may_read(&p.a) || noise_may_write(&p.a));
    assert_int_equal(noise_split(&p.a, &keys), ERR_OK);
    assert_true(sodium_is_zero((uint8_t *)&p.a, sizeof p.a));
    assert_int_equal(noise_split(&p.a, &keys), ERR_AGAIN);
    assert_false(noise_may_read(&p.a) || noise_may_write(&p.a));
}

static void test_write_and_read_change_nothing_when_room_is_short(void **state)
{
    (void)state;
    static const size_t overhead[] = {NOISE_OVERHEAD_1, NOISE_OVERHEAD_2, NOISE_OVERHEAD_3};
    struct pair p;
    pair_init(&p);
    for (size_t step = 0; step < NOISE_MESSAGES; step++) {
        struct noise *from = step % 2 == 0 ? &p.a : &p.b;
        struct noise *to = step % 2 == 0 ? &p.b : &p.a;
        struct hex_bytes payload = unhex(vectors[step].payload);
        size_t whole = payload.size + overhead[step];
        for (size_t room = 0; room <= whole; room++) {
            p.w = writer_of(p.msg, room);
            enum err e = noise_write(from, payload.b, payload.size, &p.w);
            assert_int_equal(e, room == whole ? ERR_OK : ERR_FULL);
            assert_int_equal(p.w.size, room == whole ? whole : 0);
        }
        for (size_t room = 0; room <= payload.size; room++) {
            p.out = writer_of(p.got, room);
            enum err e = noise_read(to, p.msg, whole, &p.out);
            assert_int_equal(e, room == payload.size ? ERR_OK : ERR_FULL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_handshake_equals_published_vector),
        cmocka_unit_test(test_handshake_waits_on_when_message_is_truncated_or_extended),
        cmocka_unit_test(test_handshake_waits_on_when_any_bit_of_a_message_changes),
        cmocka_unit_test(test_handshake_refuses_when_ephemeral_has_low_order),
        cmocka_unit_test(test_last_message_fails_when_psk_differs),
        cmocka_unit_test(test_first_message_fails_when_prologue_differs),
        cmocka_unit_test(test_handshake_refuses_when_not_our_turn),
        cmocka_unit_test(test_write_and_read_change_nothing_when_room_is_short),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
