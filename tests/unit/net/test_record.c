#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "net/record.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { RELIABLE = 0x2b, FIRST_RELIABLE = 0, FIRST_UNRELIABLE = 2 };

static const uint8_t split_key[RECORD_KEY_BYTES] = {1, 2, 3};

struct link {
    struct record_sealer sealer;
    struct record_opener opener;
    uint8_t packet[4096];
    size_t packet_size;
    uint8_t data[4096];
    size_t data_size;
};

static void link_init(struct link *l)
{
    record_sealer_init(&l->sealer, split_key);
    record_opener_init(&l->opener, split_key, RELIABLE);
}

static void link_seal(struct link *l, uint8_t channel, const void *data, size_t size)
{
    assert_int_equal(
        record_seal(&l->sealer, channel, data, size, l->packet, sizeof l->packet, &l->packet_size),
        ERR_OK);
}

static enum record_verdict link_open_size(struct link *l, uint8_t channel, size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1); /* so that a read too far is seen */
    memcpy(exact, l->packet, size);
    enum record_verdict v =
        record_open(&l->opener, channel, exact, size, l->data, sizeof l->data, &l->data_size);
    free(exact);
    return v;
}

static enum record_verdict link_open(struct link *l, uint8_t channel)
{
    return link_open_size(l, channel, l->packet_size);
}

/* Seals one packet under a chosen counter of an unreliable channel and opens it. */
static enum record_verdict link_pass_at(struct link *l, uint8_t channel, uint64_t counter)
{
    struct record_sealer fresh;
    record_sealer_init(&fresh, split_key);
    fresh.next[channel] = counter;
    assert_int_equal(record_seal(&fresh, channel, (const uint8_t *)"x", 1, l->packet,
                         sizeof l->packet, &l->packet_size),
        ERR_OK);
    return link_open(l, channel);
}

/* The construction of protocol D.5, spelled out once more with libsodium alone. */
static void test_seal_makes_specified_bytes_on_every_channel(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    for (uint8_t c = 0; c < RECORD_CHANNELS; c++) {
        for (uint64_t counter = 0; counter < 2; counter++) {
            uint8_t key[64], label[5] = {'c', 'h', 'a', 'n', c};
            crypto_auth_hmacsha512_state mac;
            crypto_auth_hmacsha512_init(&mac, split_key, sizeof split_key);
            crypto_auth_hmacsha512_update(&mac, label, sizeof label);
            crypto_auth_hmacsha512_final(&mac, key);
            uint8_t header[9] = {c, 0, 0, 0, 0, 0, 0, 0, (uint8_t)counter};
            uint8_t nonce[12] = {0, 0, 0, 0, (uint8_t)counter};
            uint8_t plain[64] = {0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o'};
            uint8_t sealed[80];
            crypto_aead_chacha20poly1305_ietf_encrypt(
                sealed, NULL, plain, sizeof plain, header, sizeof header, NULL, nonce, key);
            link_seal(&l, c, "hello", 5);
            assert_int_equal(l.packet_size, 89);
            assert_memory_equal(l.packet, header, 9);
            assert_memory_equal(l.packet + 9, sealed, 80);
            assert_int_equal(link_open(&l, c), RECORD_OK);
            assert_int_equal(l.data_size, 5);
            assert_memory_equal(l.data, "hello", 5);
        }
    }
}

static void test_packet_size_steps_when_data_crosses_a_step(void **state)
{
    (void)state;
    static const struct {
        size_t data;
        size_t sealed;
    } rows[] = {{0, 64}, {1, 64}, {60, 64}, {61, 128}, {124, 128}, {125, 256}, {252, 256},
        {253, 512}, {508, 512}, {509, 1024}, {1020, 1024}, {1021, 2048}, {2044, 2048}, {2045, 3072},
        {3068, 3072}, {3069, 4096}, {RECORD_DATA_MAX, 255 * 1024}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(record_packet_size(rows[i].data), 9 + rows[i].sealed + 16);
    }
    assert_int_equal(record_packet_size(RECORD_DATA_MAX), RECORD_PACKET_MAX);
}

static void test_open_returns_data_when_any_size_was_sealed(void **state)
{
    (void)state;
    struct link l;
    struct prng prng;
    uint8_t data[3000];
    link_init(&l);
    prng_seed(&prng, 1);
    prng_fill(&prng, data, sizeof data);
    for (size_t size = 0; size <= sizeof data; size += size < 1100 ? 1 : 37) {
        link_seal(&l, 1, data, size);
        assert_int_equal(l.packet_size, record_packet_size(size));
        assert_int_equal(link_open(&l, 1), RECORD_OK);
        assert_int_equal(l.data_size, size);
        assert_memory_equal(l.data, data, size);
    }
}

static void test_seal_and_open_agree_when_data_is_largest(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    uint8_t *data = calloc(1, RECORD_DATA_MAX + 1);
    uint8_t *packet = malloc(RECORD_PACKET_MAX + 1);
    uint8_t *out = malloc(RECORD_PACKET_MAX);
    size_t size, got;
    assert_int_equal(
        record_seal(&l.sealer, 0, data, RECORD_DATA_MAX + 1, packet, RECORD_PACKET_MAX + 1, &size),
        ERR_RANGE);
    assert_int_equal(
        record_seal(&l.sealer, 0, data, RECORD_DATA_MAX, packet, RECORD_PACKET_MAX - 1, &size),
        ERR_RANGE);
    assert_int_equal(
        record_seal(&l.sealer, 0, data, RECORD_DATA_MAX, packet, RECORD_PACKET_MAX, &size), ERR_OK);
    assert_int_equal(record_open(&l.opener, 0, packet, size + 1, out, RECORD_PACKET_MAX, &got),
        RECORD_MALFORMED);
    assert_int_equal(
        record_open(&l.opener, 0, packet, size, out, RECORD_PACKET_MAX, &got), RECORD_OK);
    assert_int_equal(got, RECORD_DATA_MAX);
    free(data);
    free(packet);
    free(out);
}

static void test_open_needs_next_counter_when_channel_is_reliable(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    static const struct {
        uint64_t counter;
        enum record_verdict verdict;
    } rows[] = {{1, RECORD_OUT_OF_ORDER}, {0, RECORD_OK}, {0, RECORD_REPLAYED},
        {2, RECORD_OUT_OF_ORDER}, {1, RECORD_OK}, {0, RECORD_REPLAYED}, {2, RECORD_OK},
        {4, RECORD_OUT_OF_ORDER}, {3, RECORD_OK}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum record_verdict v = link_pass_at(&l, FIRST_RELIABLE, rows[i].counter);
        assert_int_equal(v, rows[i].verdict);
        assert_int_equal(record_is_fatal(&l.opener, FIRST_RELIABLE, v), v != RECORD_OK);
    }
}

static void test_open_keeps_window_when_channel_is_unreliable(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    static const struct {
        uint64_t counter;
        enum record_verdict verdict;
    } rows[] = {{5, RECORD_OK}, {5, RECORD_REPLAYED}, {0, RECORD_OK}, {0, RECORD_REPLAYED},
        {1023, RECORD_OK}, {1, RECORD_OK}, {1024, RECORD_OK}, {2, RECORD_OK}, {1026, RECORD_OK},
        {2, RECORD_REPLAYED}, {3, RECORD_OK}, {3, RECORD_REPLAYED}, {5000, RECORD_OK},
        {3976, RECORD_REPLAYED}, {3977, RECORD_OK}, {4999, RECORD_OK}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum record_verdict v = link_pass_at(&l, FIRST_UNRELIABLE, rows[i].counter);
        assert_int_equal(v, rows[i].verdict);
        assert_false(record_is_fatal(&l.opener, FIRST_UNRELIABLE, v));
    }
}

/* Counters on both sides of a key's end; late packets of the key before still open. */
static void test_open_follows_rekey_when_channel_is_unreliable(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    const uint64_t end = UINT64_C(1) << RECORD_REKEY_SHIFT;
    static const struct {
        int64_t offset; /* from the end of the first key */
        enum record_verdict verdict;
    } rows[] = {{-2, RECORD_OK}, {1, RECORD_OK}, {-1, RECORD_OK}, {0, RECORD_OK},
        {-1, RECORD_REPLAYED}, {-1000, RECORD_OK}, {1 << RECORD_REKEY_SHIFT, RECORD_OK},
        {2, RECORD_REPLAYED}, {3 << RECORD_REKEY_SHIFT, RECORD_OUT_OF_ORDER},
        {(2 << RECORD_REKEY_SHIFT) + 9, RECORD_OK}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t counter = end + (uint64_t)rows[i].offset;
        assert_int_equal(link_pass_at(&l, FIRST_UNRELIABLE, counter), rows[i].verdict);
    }
}

static void test_open_follows_rekey_when_channel_is_reliable(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    const uint64_t end = UINT64_C(1) << RECORD_REKEY_SHIFT;
    uint8_t first[RECORD_KEY_BYTES], expected[RECORD_KEY_BYTES + RECORD_TAG_BYTES];
    uint8_t zeros[RECORD_KEY_BYTES] = {0}, nonce[12];
    memcpy(first, l.sealer.keys[0].k, sizeof first);
    l.sealer.next[0] = l.opener.next[0] = end - 2;
    for (int i = 0; i < 4; i++) {
        link_seal(&l, 0, "x", 1);
        assert_int_equal(l.sealer.keys[0].number, i >= 2);
        assert_int_equal(link_open(&l, 0), RECORD_OK);
    }
    memset(nonce, 0, 4);
    memset(nonce + 4, 0xff, 8);
    crypto_aead_chacha20poly1305_ietf_encrypt(
        expected, NULL, zeros, sizeof zeros, NULL, 0, NULL, nonce, first);
    assert_memory_equal(l.opener.keys[0].k, expected, RECORD_KEY_BYTES);
}

static void test_open_ignores_key_change_when_packet_is_forged(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    uint8_t packet[89] = {FIRST_UNRELIABLE, 0, 0, 0, 0, 0, 0x10, 0, 0};
    struct record_opener before = l.opener;
    memcpy(l.packet, packet, sizeof packet);
    assert_int_equal(link_open_size(&l, FIRST_UNRELIABLE, sizeof packet), RECORD_FORGED);
    assert_memory_equal(&before, &l.opener, sizeof before);
}

static void test_open_refuses_when_any_bit_changes(void **state)
{
    (void)state;
    for (uint8_t c = 0; c < RECORD_CHANNELS; c++) {
        struct link l;
        link_init(&l);
        link_seal(&l, c, "secret", 6);
        struct record_opener before = l.opener;
        for (size_t i = 0; i < 8 * l.packet_size; i++) {
            l.packet[i / 8] ^= (uint8_t)(1U << i % 8);
            assert_int_not_equal(link_open(&l, c), RECORD_OK);
            assert_int_equal(l.data_size, 0);
            l.packet[i / 8] ^= (uint8_t)(1U << i % 8);
        }
        assert_memory_equal(&before, &l.opener, sizeof before);
        assert_int_equal(link_open(&l, c), RECORD_OK);
    }
}

static void test_open_refuses_when_truncated_or_extended(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    link_seal(&l, 0, "secret", 6);
    for (size_t size = 0; size < l.packet_size + 3; size++) {
        if (size != l.packet_size) {
            assert_int_not_equal(link_open_size(&l, 0, size), RECORD_OK);
        }
    }
    assert_int_equal(link_open(&l, 0), RECORD_OK);
}

static void test_open_refuses_when_channel_differs(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    link_seal(&l, 0, "secret", 6);
    for (unsigned c = 1; c < 256; c++) {
        assert_int_equal(link_open(&l, (uint8_t)c), RECORD_MALFORMED);
        l.packet[0] = (uint8_t)c;
        assert_int_not_equal(link_open(&l, (uint8_t)c), RECORD_OK);
        l.packet[0] = 0;
    }
    assert_int_equal(
        record_seal(&l.sealer, RECORD_CHANNELS, NULL, 0, l.packet, sizeof l.packet, &l.packet_size),
        ERR_RANGE);
}

/* Plaintexts that only a holder of the key can make, and that our sealer never does. */
static void test_open_refuses_when_padding_is_not_canonical(void **state)
{
    (void)state;
    static const struct {
        uint32_t size; /* the field */
        size_t plain;  /* sealed bytes */
        size_t set;    /* a byte that is made 1; 0 for none */
        enum record_verdict verdict;
    } rows[] = {{1, 64, 4, RECORD_OK}, {1, 64, 5, RECORD_MALFORMED}, {1, 64, 63, RECORD_MALFORMED},
        {60, 64, 63, RECORD_OK}, {61, 64, 0, RECORD_MALFORMED}, {60, 128, 0, RECORD_MALFORMED},
        {61, 128, 0, RECORD_OK}, {UINT32_MAX, 64, 0, RECORD_MALFORMED}, {0, 4, 0, RECORD_MALFORMED},
        {0, 63, 0, RECORD_MALFORMED}, {0, 65, 0, RECORD_MALFORMED},
        {UINT32_MAX - 3, 64, 0, RECORD_MALFORMED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct link l;
        link_init(&l);
        uint8_t plain[128] = {0};
        uint8_t nonce[12] = {0};
        for (unsigned b = 0; b < 4; b++) {
            plain[b] = (uint8_t)(rows[i].size >> (24 - 8 * b));
        }
        if (rows[i].set > 0) {
            plain[rows[i].set] = 1;
        }
        memset(l.packet, 0, RECORD_HEADER_BYTES);
        crypto_aead_chacha20poly1305_ietf_encrypt(
            l.packet + 9, NULL, plain, rows[i].plain, l.packet, 9, NULL, nonce, l.sealer.keys[0].k);
        assert_int_equal(link_open_size(&l, 0, 9 + rows[i].plain + 16), rows[i].verdict);
    }
}

static void test_seal_stops_when_counters_are_used_up(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    l.sealer.next[0] = UINT64_C(1) << 63;
    assert_int_equal(
        record_seal(&l.sealer, 0, NULL, 0, l.packet, sizeof l.packet, &l.packet_size), ERR_RANGE);
}

static void test_wipe_leaves_nothing(void **state)
{
    (void)state;
    struct link l;
    link_init(&l);
    record_sealer_wipe(&l.sealer);
    record_opener_wipe(&l.opener);
    assert_true(sodium_is_zero((uint8_t *)&l.sealer, sizeof l.sealer));
    assert_true(sodium_is_zero((uint8_t *)&l.opener, sizeof l.opener));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seal_makes_specified_bytes_on_every_channel),
        cmocka_unit_test(test_packet_size_steps_when_data_crosses_a_step),
        cmocka_unit_test(test_open_returns_data_when_any_size_was_sealed),
        cmocka_unit_test(test_seal_and_open_agree_when_data_is_largest),
        cmocka_unit_test(test_open_needs_next_counter_when_channel_is_reliable),
        cmocka_unit_test(test_open_keeps_window_when_channel_is_unreliable),
        cmocka_unit_test(test_open_follows_rekey_when_channel_is_unreliable),
        cmocka_unit_test(test_open_follows_rekey_when_channel_is_reliable),
        cmocka_unit_test(test_open_ignores_key_change_when_packet_is_forged),
        cmocka_unit_test(test_open_refuses_when_any_bit_changes),
        cmocka_unit_test(test_open_refuses_when_truncated_or_extended),
        cmocka_unit_test(test_open_refuses_when_channel_differs),
        cmocka_unit_test(test_open_refuses_when_padding_is_not_canonical),
        cmocka_unit_test(test_seal_stops_when_counters_are_used_up),
        cmocka_unit_test(test_wipe_leaves_nothing),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
