#include "net/cpace_core.h"

#include <sodium.h>

enum { SHA512_BLOCK_BYTES = 128 };

_Static_assert(CPACE_ISK_BYTES == crypto_hash_sha512_BYTES, "ISK is a SHA-512 output");
_Static_assert(CPACE_TAG_BYTES == crypto_auth_hmacsha512_BYTES, "tags are HMAC-SHA512 outputs");
_Static_assert(CPACE_POINT_BYTES == crypto_core_ristretto255_BYTES, "point size");

static const char dsi[] = "CPaceRistretto255";
static const char dsi_isk[] = "CPaceRistretto255_ISK";
static const char mac_label[] = "CPaceMac";

static size_t lv_size(size_t size)
{
    size_t n = 1;
    for (size_t rest = size >> 7; rest > 0; rest >>= 7) {
        n++;
    }
    return n + size;
}

static void write_leb128(struct writer *w, size_t v)
{
    for (; v > 0x7f; v >>= 7) {
        write_u8(w, (uint8_t)(0x80 | (v & 0x7f)));
    }
    write_u8(w, (uint8_t)v);
}

void cpace_write_lv(struct writer *w, const void *data, size_t size)
{
    write_leb128(w, size);
    write_bytes(w, data, size);
}

struct cpace_bytes cpace_read_lv(struct reader *r)
{
    size_t size = read_u8(r);
    if (size & 0x80) {
        uint8_t high = read_u8(r);
        r->bad = r->bad || high == 0 || high > 0x7f;
        size = (size & 0x7f) | (size_t)high << 7;
    }
    const uint8_t *data = read_span(r, size);
    return (struct cpace_bytes){data, data == NULL ? 0 : size};
}

void cpace_write_generator_string(
    struct writer *w, struct cpace_bytes prs, struct cpace_bytes ci, struct cpace_bytes sid)
{
    static const uint8_t zeros[SHA512_BLOCK_BYTES];
    size_t used = 1 + lv_size(prs.size) + lv_size(sizeof dsi - 1);
    cpace_write_lv(w, dsi, sizeof dsi - 1);
    cpace_write_lv(w, prs.data, prs.size);
    cpace_write_lv(w, zeros, used < SHA512_BLOCK_BYTES ? SHA512_BLOCK_BYTES - used : 0);
    cpace_write_lv(w, ci.data, ci.size);
    cpace_write_lv(w, sid.data, sid.size);
}

enum err cpace_generator(uint8_t g[static CPACE_POINT_BYTES], struct cpace_bytes prs,
    struct cpace_bytes ci, struct cpace_bytes sid)
{
    uint8_t text[CPACE_GENERATOR_STRING_MAX];
    uint8_t hash[crypto_hash_sha512_BYTES];
    if (prs.size > CPACE_PRS_MAX || ci.size > CPACE_CI_MAX || sid.size > CPACE_SID_MAX) {
        return ERR_RANGE;
    }
    struct writer w = writer_of(text, sizeof text);
    cpace_write_generator_string(&w, prs, ci, sid);
    crypto_hash_sha512(hash, text, w.size);
    int rc = crypto_core_ristretto255_from_hash(g, hash);
    sodium_memzero(text, sizeof text);
    sodium_memzero(hash, sizeof hash);
    return w.bad || rc != 0 ? ERR_RANGE : ERR_OK;
}

enum err cpace_multiply(uint8_t product[static CPACE_POINT_BYTES],
    const uint8_t scalar[static CPACE_SCALAR_BYTES], const uint8_t point[static CPACE_POINT_BYTES])
{
    return crypto_scalarmult_ristretto255(product, scalar, point) == 0 ? ERR_OK : ERR_AUTH;
}

void cpace_write_transcript(struct writer *w, const uint8_t ya[static CPACE_POINT_BYTES],
    struct cpace_bytes ad_a, const uint8_t yb[static CPACE_POINT_BYTES], struct cpace_bytes ad_b)
{
    cpace_write_lv(w, ya, CPACE_POINT_BYTES);
    cpace_write_lv(w, ad_a.data, ad_a.size);
    cpace_write_lv(w, yb, CPACE_POINT_BYTES);
    cpace_write_lv(w, ad_b.data, ad_b.size);
}

static void sha_add_lv(crypto_hash_sha512_state *sha, const void *data, size_t size)
{
    uint8_t head[10];
    struct writer w = writer_of(head, sizeof head);
    write_leb128(&w, size);
    crypto_hash_sha512_update(sha, head, w.size);
    crypto_hash_sha512_update(sha, data, size);
}

void cpace_session_key(uint8_t isk[static CPACE_ISK_BYTES], struct cpace_bytes sid,
    const uint8_t k[static CPACE_POINT_BYTES], struct cpace_bytes transcript)
{
    crypto_hash_sha512_state sha;
    crypto_hash_sha512_init(&sha);
    sha_add_lv(&sha, dsi_isk, sizeof dsi_isk - 1);
    sha_add_lv(&sha, sid.data, sid.size);
    sha_add_lv(&sha, k, CPACE_POINT_BYTES);
    crypto_hash_sha512_update(&sha, transcript.data, transcript.size);
    crypto_hash_sha512_final(&sha, isk);
    sodium_memzero(&sha, sizeof sha);
}

void cpace_tag(uint8_t tag[static CPACE_TAG_BYTES], struct cpace_bytes sid,
    const uint8_t isk[static CPACE_ISK_BYTES], const uint8_t share[static CPACE_POINT_BYTES],
    struct cpace_bytes ad)
{
    uint8_t key[crypto_hash_sha512_BYTES];
    uint8_t said[CPACE_TRANSCRIPT_MAX / 2];
    crypto_hash_sha512_state sha;
    crypto_hash_sha512_init(&sha);
    crypto_hash_sha512_update(&sha, (const uint8_t *)mac_label, sizeof mac_label - 1);
    crypto_hash_sha512_update(&sha, sid.data, sid.size);
    crypto_hash_sha512_update(&sha, isk, CPACE_ISK_BYTES);
    crypto_hash_sha512_final(&sha, key);

    struct writer w = writer_of(said, sizeof said);
    cpace_write_lv(&w, share, CPACE_POINT_BYTES);
    cpace_write_lv(&w, ad.data, ad.size);
    crypto_auth_hmacsha512_state mac;
    crypto_auth_hmacsha512_init(&mac, key, sizeof key);
    crypto_auth_hmacsha512_update(&mac, said, w.size);
    crypto_auth_hmacsha512_final(&mac, tag);
    sodium_memzero(key, sizeof key);
    sodium_memzero(&sha, sizeof sha);
    sodium_memzero(&mac, sizeof mac);
}
