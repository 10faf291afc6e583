#include "consensus/signing.h"

#include "base/bytes.h"
#include "base/check.h"

enum {
    KIND_CHARS_MAX = 16,
    HEAD_BYTES_MAX = 9 + KIND_CHARS_MAX + 1 + DIGEST_BYTES + 4 + 8,
    /* The longest signed body is an op's: kind, author, payload. */
    SIGNED_BYTES_MAX = HEAD_BYTES_MAX + OP_BYTES_MAX + 64,
};

static void ed25519_sign(
    uint8_t sig[SIG_BYTES], const uint8_t *data, size_t size, const uint8_t sk[64])
{
    crypto_sign_detached(sig, NULL, data, size, sk);
}

static bool ed25519_verify(
    const uint8_t sig[SIG_BYTES], const uint8_t *data, size_t size, const uint8_t pk[32])
{
    return crypto_sign_verify_detached(sig, data, size, pk) == 0;
}

static void ed25519_keypair(uint8_t pk[32], uint8_t sk[64], const uint8_t seed[32])
{
    crypto_sign_seed_keypair(pk, sk, seed);
}

const struct signer signer_ed25519 = {
    .sign = ed25519_sign,
    .verify = ed25519_verify,
    .keypair = ed25519_keypair,
};

/* Lays out the signed bytes; 0 when the body is longer than anything we ever sign. */
static size_t signed_bytes(uint8_t out[SIGNED_BYTES_MAX], const char *kind,
    const struct digest *game_id, uint32_t epoch, uint64_t view, const void *body, size_t body_size)
{
    struct writer w = writer_of(out, SIGNED_BYTES_MAX);
    size_t kind_size = strlen(kind);
    CHECK(kind_size <= KIND_CHARS_MAX);
    write_bytes(&w, "craps/v1/", 9);
    write_bytes(&w, kind, kind_size + 1);
    write_bytes(&w, game_id->b, DIGEST_BYTES);
    write_u32(&w, epoch);
    write_u64(&w, view);
    write_bytes(&w, body, body_size);
    return w.bad ? 0 : w.size;
}

void sign_message(const struct signer *s, uint8_t sig[SIG_BYTES], const char *kind,
    const struct digest *game_id, uint32_t epoch, uint64_t view, const void *body, size_t body_size,
    const uint8_t sk[64])
{
    uint8_t data[SIGNED_BYTES_MAX];
    size_t size = signed_bytes(data, kind, game_id, epoch, view, body, body_size);
    CHECK(size > 0);
    s->sign(sig, data, size, sk);
}

bool verify_message(const struct signer *s, const uint8_t sig[SIG_BYTES], const char *kind,
    const struct digest *game_id, uint32_t epoch, uint64_t view, const void *body, size_t body_size,
    const uint8_t pk[32])
{
    uint8_t data[SIGNED_BYTES_MAX];
    size_t size = signed_bytes(data, kind, game_id, epoch, view, body, body_size);
    return size > 0 && s->verify(sig, data, size, pk);
}
