#include "net/noise.h"

#include <sodium.h>
#include <string.h>

_Static_assert(NOISE_KEY_BYTES == crypto_scalarmult_BYTES, "DHLEN");
_Static_assert(NOISE_HASH_BYTES == crypto_hash_sha512_BYTES, "HASHLEN");
_Static_assert(NOISE_TAG_BYTES == crypto_aead_chacha20poly1305_ietf_ABYTES, "tag size");

static const char protocol_name[] = "Noise_XXpsk3_25519_ChaChaPoly_SHA512";
_Static_assert(sizeof protocol_name - 1 <= NOISE_HASH_BYTES, "a longer name would be hashed");

static void hmac(uint8_t out[static NOISE_HASH_BYTES], const uint8_t key[static NOISE_HASH_BYTES],
    const uint8_t *data, size_t size, const uint8_t *last)
{
    crypto_auth_hmacsha512_state state;
    crypto_auth_hmacsha512_init(&state, key, NOISE_HASH_BYTES);
    crypto_auth_hmacsha512_update(&state, data, size);
    crypto_auth_hmacsha512_update(&state, last, last == NULL ? 0 : 1);
    crypto_auth_hmacsha512_final(&state, out);
    sodium_memzero(&state, sizeof state);
}

/* HKDF(chaining_key, input_key_material, count); `out` may begin with the chaining key itself. */
static void hkdf(uint8_t out[][NOISE_HASH_BYTES], uint8_t count,
    const uint8_t chaining_key[static NOISE_HASH_BYTES], const uint8_t *material, size_t size)
{
    uint8_t temp_key[NOISE_HASH_BYTES];
    hmac(temp_key, chaining_key, material, size, NULL);
    for (uint8_t i = 1; i <= count; i++) {
        hmac(out[i - 1], temp_key, i == 1 ? NULL : out[i - 2], i == 1 ? 0 : NOISE_HASH_BYTES, &i);
    }
    sodium_memzero(temp_key, sizeof temp_key);
}

static void initialize_key(struct noise *n, const uint8_t key[static NOISE_KEY_BYTES])
{
    memcpy(n->k, key, NOISE_KEY_BYTES);
    n->has_key = true;
    n->n = 0;
}

static void mix_hash(struct noise *n, const uint8_t *data, size_t size)
{
    crypto_hash_sha512_state sha;
    crypto_hash_sha512_init(&sha);
    crypto_hash_sha512_update(&sha, n->h, sizeof n->h);
    crypto_hash_sha512_update(&sha, data, size);
    crypto_hash_sha512_final(&sha, n->h);
}

static void mix_key(struct noise *n, const uint8_t material[static NOISE_KEY_BYTES])
{
    uint8_t out[2][NOISE_HASH_BYTES];
    hkdf(out, 2, n->ck, material, NOISE_KEY_BYTES);
    memcpy(n->ck, out[0], sizeof n->ck);
    initialize_key(n, out[1]);
    sodium_memzero(out, sizeof out);
}

static void mix_key_and_hash(struct noise *n, const uint8_t material[static NOISE_KEY_BYTES])
{
    uint8_t out[3][NOISE_HASH_BYTES];
    hkdf(out, 3, n->ck, material, NOISE_KEY_BYTES);
    memcpy(n->ck, out[0], sizeof n->ck);
    mix_hash(n, out[1], NOISE_HASH_BYTES);
    initialize_key(n, out[2]);
    sodium_memzero(out, sizeof out);
}

/* 4 zero bytes, then the counter in little-endian order. */
static void make_nonce(uint8_t nonce[static 12], uint64_t counter)
{
    memset(nonce, 0, 4);
    for (unsigned i = 0; i < 8; i++) {
        nonce[4 + i] = (uint8_t)(counter >> 8 * i);
    }
}

static enum err encrypt_and_hash(
    struct noise *n, const uint8_t *plain, size_t size, struct writer *w)
{
    uint8_t nonce[12];
    if (w->bad || size > SIZE_MAX - NOISE_TAG_BYTES ||
        size + NOISE_TAG_BYTES > w->capacity - w->size) {
        return ERR_FULL;
    }
    uint8_t *sealed = w->data + w->size;
    make_nonce(nonce, n->n++);
    crypto_aead_chacha20poly1305_ietf_encrypt(
        sealed, NULL, plain, size, n->h, sizeof n->h, NULL, nonce, n->k);
    w->size += size + NOISE_TAG_BYTES;
    mix_hash(n, sealed, size + NOISE_TAG_BYTES);
    return ERR_OK;
}

static enum err decrypt_and_hash(
    struct noise *n, const uint8_t *sealed, size_t size, struct writer *w)
{
    uint8_t nonce[12];
    if (sealed == NULL || size < NOISE_TAG_BYTES) {
        return ERR_FORMAT;
    }
    if (w->bad || size - NOISE_TAG_BYTES > w->capacity - w->size) {
        return ERR_FULL;
    }
    make_nonce(nonce, n->n++);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(
            w->data + w->size, NULL, NULL, sealed, size, n->h, sizeof n->h, nonce, n->k) != 0) {
        return ERR_AUTH;
    }
    w->size += size - NOISE_TAG_BYTES;
    mix_hash(n, sealed, size);
    return ERR_OK;
}

static enum err mix_dh(struct noise *n, const uint8_t sk[static NOISE_KEY_BYTES],
    const uint8_t pk[static NOISE_KEY_BYTES])
{
    uint8_t shared[NOISE_KEY_BYTES];
    int rc = crypto_scalarmult(shared, sk, pk);
    if (rc == 0) {
        mix_key(n, shared);
    }
    sodium_memzero(shared, sizeof shared);
    return rc == 0 ? ERR_OK : ERR_AUTH;
}

static enum err mix_ee(struct noise *n)
{
    return mix_dh(n, n->e_sk, n->re);
}

/* "es" is initiator's ephemeral with responder's static, whoever computes it. */
static enum err mix_es(struct noise *n)
{
    return n->role == NOISE_INITIATOR ? mix_dh(n, n->e_sk, n->rs) : mix_dh(n, n->s_sk, n->re);
}

static enum err mix_se(struct noise *n)
{
    return n->role == NOISE_INITIATOR ? mix_dh(n, n->s_sk, n->re) : mix_dh(n, n->e_sk, n->rs);
}

static enum err write_e(struct noise *n, struct writer *w)
{
    write_bytes(w, n->e, sizeof n->e);
    mix_hash(n, n->e, sizeof n->e);
    mix_key(n, n->e);
    return w->bad ? ERR_FULL : ERR_OK;
}

static enum err read_e(struct noise *n, struct reader *r)
{
    read_bytes(r, n->re, sizeof n->re);
    mix_hash(n, n->re, sizeof n->re);
    mix_key(n, n->re);
    return r->bad ? ERR_FORMAT : ERR_OK;
}

static enum err read_s(struct noise *n, struct reader *r)
{
    struct writer w = writer_of(n->rs, sizeof n->rs);
    const size_t size = NOISE_KEY_BYTES + NOISE_TAG_BYTES;
    return decrypt_and_hash(n, read_span(r, size), size, &w);
}

void noise_init(struct noise *n, const struct noise_setup *setup)
{
    *n = (struct noise){.role = setup->role, .live = true};
    memcpy(n->h, protocol_name, sizeof protocol_name - 1);
    memcpy(n->ck, n->h, sizeof n->ck);
    mix_hash(n, setup->prologue, setup->prologue_size);
    memcpy(n->s_sk, setup->static_sk, sizeof n->s_sk);
    memcpy(n->e_sk, setup->ephemeral_sk, sizeof n->e_sk);
    memcpy(n->psk, setup->psk, sizeof n->psk);
    crypto_scalarmult_base(n->s, n->s_sk);
    crypto_scalarmult_base(n->e, n->e_sk);
}

bool noise_may_write(const struct noise *n)
{
    return n->live && !noise_done(n) && (n->message % 2 == 0) == (n->role == NOISE_INITIATOR);
}

bool noise_may_read(const struct noise *n)
{
    return n->live && !noise_done(n) && !noise_may_write(n);
}

bool noise_done(const struct noise *n)
{
    return n->message >= NOISE_MESSAGES;
}

static enum err write_tokens(struct noise *n, struct writer *w)
{
    enum err e = ERR_OK;
    switch (n->message) {
    case 0:
        return write_e(n, w);
    case 1:
        e = write_e(n, w);
        e = e != ERR_OK ? e : mix_ee(n);
        e = e != ERR_OK ? e : encrypt_and_hash(n, n->s, sizeof n->s, w);
        return e != ERR_OK ? e : mix_es(n);
    default:
        e = encrypt_and_hash(n, n->s, sizeof n->s, w);
        e = e != ERR_OK ? e : mix_se(n);
        if (e == ERR_OK) {
            mix_key_and_hash(n, n->psk);
        }
        return e;
    }
}

static enum err read_tokens(struct noise *n, struct reader *r)
{
    enum err e = ERR_OK;
    switch (n->message) {
    case 0:
        return read_e(n, r);
    case 1:
        e = read_e(n, r);
        e = e != ERR_OK ? e : mix_ee(n);
        e = e != ERR_OK ? e : read_s(n, r);
        return e != ERR_OK ? e : mix_es(n);
    default:
        e = read_s(n, r);
        e = e != ERR_OK ? e : mix_se(n);
        if (e == ERR_OK) {
            mix_key_and_hash(n, n->psk);
        }
        return e;
    }
}

enum err noise_write(
    struct noise *n, const uint8_t *payload, size_t payload_size, struct writer *message)
{
    if (!noise_may_write(n)) {
        return ERR_AGAIN;
    }
    if (payload_size > NOISE_MESSAGE_MAX - NOISE_OVERHEAD_2) {
        return ERR_FULL;
    }
    struct noise next = *n;
    struct writer w = *message;
    enum err e = write_tokens(&next, &w);
    e = e != ERR_OK ? e : encrypt_and_hash(&next, payload, payload_size, &w);
    if (e == ERR_OK) {
        next.message++;
        *n = next;
        *message = w;
    }
    noise_wipe(&next);
    return e;
}

enum err noise_read(struct noise *n, const uint8_t *message, size_t size, struct writer *payload)
{
    if (!noise_may_read(n)) {
        return ERR_AGAIN;
    }
    if (size > NOISE_MESSAGE_MAX) {
        return ERR_FORMAT;
    }
    struct noise next = *n;
    struct reader r = reader_of(message, size);
    struct writer w = *payload;
    enum err e = read_tokens(&next, &r);
    if (e == ERR_OK) {
        size_t left = reader_left(&r);
        e = decrypt_and_hash(&next, read_span(&r, left), left, &w);
    }
    if (e == ERR_OK) {
        next.message++;
        *n = next;
        *payload = w;
    }
    noise_wipe(&next);
    return e;
}

const uint8_t *noise_remote_static(const struct noise *n)
{
    unsigned known_after = n->role == NOISE_INITIATOR ? 2 : 3;
    return n->message >= known_after ? n->rs : NULL;
}

enum err noise_split(struct noise *n, struct noise_keys *keys)
{
    if (!noise_done(n)) {
        return ERR_AGAIN;
    }
    uint8_t out[2][NOISE_HASH_BYTES];
    bool initiator = n->role == NOISE_INITIATOR;
    hkdf(out, 2, n->ck, NULL, 0);
    memcpy(keys->send, out[initiator ? 0 : 1], sizeof keys->send);
    memcpy(keys->receive, out[initiator ? 1 : 0], sizeof keys->receive);
    memcpy(keys->hash, n->h, sizeof keys->hash);
    sodium_memzero(out, sizeof out);
    noise_wipe(n);
    return ERR_OK;
}

void noise_wipe(struct noise *n)
{
    sodium_memzero(n, sizeof *n);
}
