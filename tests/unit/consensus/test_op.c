/* Operations on the wire: structure, limits, and what the signature covers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/op.h"

static const struct digest game = {{7, 7, 7}};

static void make_keys(uint8_t pk[32], uint8_t sk[64])
{
    uint8_t seed[32] = {9};
    signer_ed25519.keypair(pk, sk, seed);
}

static size_t encode(uint8_t out[2 * OP_BYTES_MAX], const struct op *op)
{
    struct writer w = writer_of(out, 2 * OP_BYTES_MAX);
    op_encode(op, &w);
    assert_false(w.bad);
    return w.size;
}

static bool decodes(struct op *op, const uint8_t *bytes, size_t size)
{
    struct reader r = reader_of(bytes, size);
    return op_decode(op, &r) && reader_done(&r);
}

static void test_op_of_every_kind_survives_its_encoding(void **unused)
{
    uint8_t payload[100], bytes[2 * OP_BYTES_MAX];
    (void)unused;
    memset(payload, 0x5a, sizeof payload);
    for (uint8_t kind = OP_GAME; kind < OP_KIND_COUNT; kind++) {
        struct op op = {.kind = kind, .payload = payload, .payload_size = sizeof payload}, back;
        if (!op_is_block_op(kind)) {
            op.seq = 0x0102030405060708;
            memset(op.author, 0x11, sizeof op.author);
            memset(op.sig, 0x22, sizeof op.sig);
        }
        size_t size = encode(bytes, &op);
        assert_int_equal(size, op_is_block_op(kind) ? 103 : 207);
        assert_true(decodes(&back, bytes, size));
        assert_int_equal(back.kind, kind);
        assert_int_equal(back.seq, op.seq);
        assert_memory_equal(back.author, op.author, 32);
        assert_memory_equal(back.sig, op.sig, 64);
        assert_int_equal(back.payload_size, sizeof payload);
        assert_memory_equal(back.payload, payload, sizeof payload);
        struct digest whole = hash_tagged("craps/v1/op", bytes, size), d = op_digest(&back);
        assert_memory_equal(d.b, whole.b, 32);
        for (size_t cut = 0; cut < size; cut++) {
            assert_false(decodes(&back, bytes, cut));
        }
    }
}

static void test_op_of_an_unknown_kind_does_not_decode(void **unused)
{
    uint8_t bytes[2 * OP_BYTES_MAX];
    struct op op = {.kind = OP_GAME, .seq = 1}, back;
    (void)unused;
    size_t size = encode(bytes, &op);
    for (unsigned kind = 0; kind < 256; kind++) {
        bytes[0] = (uint8_t)kind;
        bool authored = kind >= OP_GAME && kind < OP_KIND_COUNT && !op_is_block_op((uint8_t)kind);
        assert_int_equal(decodes(&back, bytes, size), authored);
    }
}

static void test_op_without_a_sequence_number_does_not_decode(void **unused)
{
    uint8_t bytes[2 * OP_BYTES_MAX];
    struct op op = {.kind = OP_LEAVE, .seq = 0}, back;
    (void)unused;
    assert_false(decodes(&back, bytes, encode(bytes, &op)));
    op.seq = UINT64_MAX;
    assert_true(decodes(&back, bytes, encode(bytes, &op)));
}

static void test_op_keeps_the_size_limit_of_its_kind(void **unused)
{
    enum { HEAD = 1 + 32 + 8 + 2 + 64, BLOCK_HEAD = 1 + 2 };
    static uint8_t payload[OP_BYTES_MAX], bytes[2 * OP_BYTES_MAX];
    (void)unused;
    for (uint8_t kind = OP_GAME; kind < OP_KIND_COUNT; kind++) {
        struct op op = {.kind = kind, .seq = 1, .payload = payload}, back;
        size_t limit = kind == OP_GAME ? OP_GAME_BYTES_MAX : OP_BYTES_MAX;
        op.payload_size = limit - (op_is_block_op(kind) ? BLOCK_HEAD : HEAD);
        assert_true(decodes(&back, bytes, encode(bytes, &op)));
        op.payload_size++;
        assert_false(decodes(&back, bytes, encode(bytes, &op)));
    }
}

static void test_signature_covers_every_field_and_the_game(void **unused)
{
    uint8_t pk[32], sk[64], bytes[2 * OP_BYTES_MAX], payload[3] = {1, 2, 3};
    struct op op = {.kind = OP_GAME, .seq = 5, .payload = payload, .payload_size = 3}, back;
    struct digest other = game;
    (void)unused;
    make_keys(pk, sk);
    memcpy(op.author, pk, 32);
    op_sign(&signer_ed25519, &op, &game, sk);
    assert_true(op_verify(&signer_ed25519, &op, &game));
    other.b[0] ^= 1;
    assert_false(op_verify(&signer_ed25519, &op, &other));
    size_t size = encode(bytes, &op);
    for (size_t bit = 0; bit < size * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(decodes(&back, bytes, size) && op_verify(&signer_ed25519, &back, &game));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_signature_does_not_depend_on_the_epoch(void **unused)
{
    uint8_t pk[32], sk[64], sig[64], payload[1] = {4}, body[1 + 32 + 1] = {OP_GAME};
    struct op op = {.kind = OP_GAME, .seq = 77, .payload = payload, .payload_size = 1};
    (void)unused;
    make_keys(pk, sk);
    memcpy(op.author, pk, 32);
    op_sign(&signer_ed25519, &op, &game, sk);
    memcpy(body + 1, pk, 32);
    body[33] = 4;
    sign_message(&signer_ed25519, sig, "op", &game, 0, 77, body, sizeof body, sk);
    assert_memory_equal(sig, op.sig, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_op_of_every_kind_survives_its_encoding),
        cmocka_unit_test(test_op_of_an_unknown_kind_does_not_decode),
        cmocka_unit_test(test_op_without_a_sequence_number_does_not_decode),
        cmocka_unit_test(test_op_keeps_the_size_limit_of_its_kind),
        cmocka_unit_test(test_signature_covers_every_field_and_the_game),
        cmocka_unit_test(test_signature_does_not_depend_on_the_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
