#include "consensus/group.h"

#include "base/check.h"

#include <sodium.h>
#include <string.h>

enum { SHA512_BLOCK_BYTES = 128, SHA512_BYTES = 64, DST_BYTES_MAX = 255 };

_Static_assert(GROUP_EXPAND_BYTES_MAX == 255 * SHA512_BYTES, "RFC 9380 5.3.1 allows 255 blocks");
_Static_assert(GROUP_CONTEXT_BYTES_MAX + sizeof "HashToScalar-" - 1 <= DST_BYTES_MAX, "DST fits");

const struct point group_base = {{0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84, 0xa9,
    0x61, 0xc5, 0x00, 0x51, 0x5f, 0x58, 0xe3, 0x0b, 0x6a, 0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59,
    0x45, 0xe0, 0x8d, 0x2d, 0x76}};

bool scalar_is_canonical(const struct scalar *s)
{
    uint8_t wide[GROUP_WIDE_BYTES] = {0};
    struct scalar reduced;
    memcpy(wide, s->b, sizeof s->b);
    scalar_reduce(&reduced, wide);
    bool same = sodium_memcmp(reduced.b, s->b, sizeof s->b) == 0;
    sodium_memzero(wide, sizeof wide);
    scalar_wipe(&reduced);
    return same;
}

bool scalar_is_zero(const struct scalar *s)
{
    return sodium_is_zero(s->b, sizeof s->b) == 1;
}

bool scalar_equal(const struct scalar *a, const struct scalar *b)
{
    return sodium_memcmp(a->b, b->b, sizeof a->b) == 0;
}

struct scalar scalar_from_u64(uint64_t v)
{
    struct scalar s = {{0}};
    for (size_t i = 0; i < sizeof v; i++) {
        s.b[i] = (uint8_t)(v >> 8 * i);
    }
    return s;
}

void scalar_reduce(struct scalar *out, const uint8_t wide[GROUP_WIDE_BYTES])
{
    crypto_core_ristretto255_scalar_reduce(out->b, wide);
}

void scalar_add(struct scalar *out, const struct scalar *a, const struct scalar *b)
{
    crypto_core_ristretto255_scalar_add(out->b, a->b, b->b);
}

void scalar_sub(struct scalar *out, const struct scalar *a, const struct scalar *b)
{
    crypto_core_ristretto255_scalar_sub(out->b, a->b, b->b);
}

void scalar_mul(struct scalar *out, const struct scalar *a, const struct scalar *b)
{
    crypto_core_ristretto255_scalar_mul(out->b, a->b, b->b);
}

bool scalar_invert(struct scalar *out, const struct scalar *a)
{
    return crypto_core_ristretto255_scalar_invert(out->b, a->b) == 0;
}

void scalar_read(struct reader *r, struct scalar *out)
{
    read_bytes(r, out->b, sizeof out->b);
    if (!scalar_is_canonical(out)) {
        r->bad = true;
        *out = (struct scalar){{0}};
    }
}

void scalar_wipe(struct scalar *s)
{
    sodium_memzero(s, sizeof *s);
}

bool point_is_identity(const struct point *p)
{
    return sodium_is_zero(p->b, sizeof p->b) == 1;
}

bool point_equal(const struct point *a, const struct point *b)
{
    return sodium_memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* libsodium 1.0.18 ignores bit 255, which would give every element a second encoding. */
static bool bit_255_is_clear(const struct point *p)
{
    return (p->b[GROUP_POINT_BYTES - 1] & 0x80) == 0;
}

static bool point_decodes(const struct point *p)
{
    return bit_255_is_clear(p) && crypto_core_ristretto255_is_valid_point(p->b) == 1;
}

bool point_is_valid(const struct point *p)
{
    return !point_is_identity(p) && point_decodes(p);
}

/* libsodium reports an identity result as an error; for a prime order that is k = 0 or P = 0. */
bool group_mul(struct point *out, const struct scalar *k, const struct point *p)
{
    struct point product = {{0}};
    bool ok = scalar_is_canonical(k) && bit_255_is_clear(p);
    if (ok && scalar_is_zero(k)) {
        ok = point_decodes(p);
    } else if (ok && !point_is_identity(p)) {
        ok = crypto_scalarmult_ristretto255(product.b, k->b, p->b) == 0;
    }
    *out = ok ? product : (struct point){{0}};
    sodium_memzero(&product, sizeof product);
    return ok;
}

bool group_mul_small(struct point *out, uint64_t m, const struct point *p)
{
    /* Every addition decodes and encodes, at more than a quarter of a multiplication's price. */
    static const uint8_t chain_worth_up_to = 6;
    if (m == 0 || m > chain_worth_up_to) {
        struct scalar k = scalar_from_u64(m);
        return group_mul(out, &k, p);
    }
    struct point base = *p;
    struct point sum = base;
    unsigned bit = m >= 4 ? 4 : m >= 2 ? 2 : 1;
    bool ok = point_decodes(&base);
    while (ok && bit > 1) {
        bit /= 2;
        CHECK(group_add(&sum, &sum, &sum));
        if ((m & bit) != 0) {
            CHECK(group_add(&sum, &sum, &base));
        }
    }
    *out = ok ? sum : (struct point){{0}};
    return ok;
}

bool group_mul_base(struct point *out, const struct scalar *k)
{
    *out = (struct point){{0}};
    if (!scalar_is_canonical(k)) {
        return false;
    }
    CHECK(scalar_is_zero(k) || crypto_scalarmult_ristretto255_base(out->b, k->b) == 0);
    return true;
}

bool group_add(struct point *out, const struct point *a, const struct point *b)
{
    struct point sum;
    bool ok = bit_255_is_clear(a) && bit_255_is_clear(b) &&
              crypto_core_ristretto255_add(sum.b, a->b, b->b) == 0;
    *out = ok ? sum : (struct point){{0}};
    return ok;
}

bool group_sub(struct point *out, const struct point *a, const struct point *b)
{
    struct point difference;
    bool ok = bit_255_is_clear(a) && bit_255_is_clear(b) &&
              crypto_core_ristretto255_sub(difference.b, a->b, b->b) == 0;
    *out = ok ? difference : (struct point){{0}};
    return ok;
}

bool group_eval(struct point *out, const struct point *coefficients, size_t count, uint64_t x)
{
    struct point sum = {{0}};
    bool ok = count > 0;
    for (size_t k = count; ok && k-- > 0;) {
        CHECK(group_mul_small(&sum, x, &sum));
        ok = group_add(&sum, &sum, &coefficients[k]);
    }
    *out = ok ? sum : (struct point){{0}};
    return ok;
}

/* Numerator and denominator of set[which]'s coefficient; an index that stands twice makes the denominator zero. */
static void lagrange_fraction(struct scalar *numerator, struct scalar *denominator,
    const uint16_t *set, size_t count, size_t which)
{
    struct scalar j = scalar_from_u64(set[which]);
    *numerator = *denominator = scalar_from_u64(1);
    for (size_t k = 0; k < count; k++) {
        if (k != which) {
            struct scalar i = scalar_from_u64(set[k]);
            struct scalar difference;
            scalar_sub(&difference, &i, &j);
            scalar_mul(numerator, numerator, &i);
            scalar_mul(denominator, denominator, &difference);
        }
    }
}

/* One inversion for all of them: it costs half a multiplication of a point. */
bool group_lagrange(struct scalar *out, const uint16_t *set, size_t count)
{
    struct scalar denominator[GROUP_SET_MAX], before[GROUP_SET_MAX];
    struct scalar product = scalar_from_u64(1);
    bool ok = count <= GROUP_SET_MAX;
    for (size_t i = 0; ok && i < count; i++) {
        ok = set[i] != 0;
        lagrange_fraction(&out[i], &denominator[i], set, count, i);
        before[i] = product;
        scalar_mul(&product, &product, &denominator[i]);
    }
    if (!ok || !scalar_invert(&product, &product)) {
        return false;
    }
    for (size_t i = count; i-- > 0;) {
        struct scalar inverse;
        scalar_mul(&inverse, &product, &before[i]);
        scalar_mul(&product, &product, &denominator[i]);
        scalar_mul(&out[i], &out[i], &inverse);
    }
    return true;
}

/* DST' = DST || u8(len DST). */
static void hash_add_dst(crypto_hash_sha512_state *sha, const void *dst, size_t dst_size)
{
    uint8_t size_byte = (uint8_t)dst_size;
    crypto_hash_sha512_update(sha, dst, dst_size);
    crypto_hash_sha512_update(sha, &size_byte, 1);
}

static void expand_first_block(uint8_t b0[SHA512_BYTES], size_t size, const void *message,
    size_t message_size, const void *dst, size_t dst_size)
{
    static const uint8_t zero_pad[SHA512_BLOCK_BYTES];
    const uint8_t length[3] = {(uint8_t)(size >> 8), (uint8_t)size, 0};
    crypto_hash_sha512_state sha;
    crypto_hash_sha512_init(&sha);
    crypto_hash_sha512_update(&sha, zero_pad, sizeof zero_pad);
    crypto_hash_sha512_update(&sha, message, message_size);
    crypto_hash_sha512_update(&sha, length, sizeof length);
    hash_add_dst(&sha, dst, dst_size);
    crypto_hash_sha512_final(&sha, b0);
    sodium_memzero(&sha, sizeof sha);
}

bool group_expand_message(uint8_t *out, size_t size, const void *message, size_t message_size,
    const void *dst, size_t dst_size)
{
    if (size > GROUP_EXPAND_BYTES_MAX || dst_size > DST_BYTES_MAX) {
        return false;
    }
    uint8_t b0[SHA512_BYTES];
    uint8_t block[SHA512_BYTES] = {0};
    expand_first_block(b0, size, message, message_size, dst, dst_size);
    for (size_t offset = 0; offset < size; offset += sizeof block) {
        crypto_hash_sha512_state sha;
        uint8_t number = (uint8_t)(offset / sizeof block + 1);
        for (size_t i = 0; i < sizeof block; i++) {
            block[i] ^= b0[i];
        }
        crypto_hash_sha512_init(&sha);
        crypto_hash_sha512_update(&sha, block, sizeof block);
        crypto_hash_sha512_update(&sha, &number, 1);
        hash_add_dst(&sha, dst, dst_size);
        crypto_hash_sha512_final(&sha, block);
        memcpy(out + offset, block, size - offset < sizeof block ? size - offset : sizeof block);
        sodium_memzero(&sha, sizeof sha);
    }
    sodium_memzero(b0, sizeof b0);
    sodium_memzero(block, sizeof block);
    return true;
}

void group_from_uniform(struct point *out, const uint8_t wide[GROUP_WIDE_BYTES])
{
    crypto_core_ristretto255_from_hash(out->b, wide);
}

static void hash_to_wide(uint8_t wide[GROUP_WIDE_BYTES], const char *prefix,
    struct group_context context, const void *message, size_t size)
{
    uint8_t dst[DST_BYTES_MAX];
    struct writer w = writer_of(dst, sizeof dst);
    write_bytes(&w, prefix, strlen(prefix));
    write_bytes(&w, context.data, context.size);
    CHECK(!w.bad && context.size <= GROUP_CONTEXT_BYTES_MAX);
    CHECK(group_expand_message(wide, GROUP_WIDE_BYTES, message, size, dst, w.size));
}

void group_hash_to_point(
    struct point *out, struct group_context context, const void *message, size_t size)
{
    uint8_t wide[GROUP_WIDE_BYTES];
    hash_to_wide(wide, "HashToGroup-", context, message, size);
    group_from_uniform(out, wide);
    sodium_memzero(wide, sizeof wide);
}

void group_hash_to_scalar(
    struct scalar *out, struct group_context context, const void *message, size_t size)
{
    uint8_t wide[GROUP_WIDE_BYTES];
    hash_to_wide(wide, "HashToScalar-", context, message, size);
    scalar_reduce(out, wide);
    sodium_memzero(wide, sizeof wide);
}
