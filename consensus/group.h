/* The group ristretto255 (RFC 9496) over libsodium, with the hashes of RFC 9380 and RFC 9497.
 *
 * libsodium 1.0.18 takes the identity for a valid point, ignores bit 255 of a point, takes scalars
 * above the order, and fails where a product is the identity. The functions here check and repair all of that, so
 * that every node gives the same verdict over the same bytes (protocol C.2, C.3). */
#ifndef CONSENSUS_GROUP_H
#define CONSENSUS_GROUP_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GROUP_SCALAR_BYTES = 32,
    GROUP_POINT_BYTES = 32,
    GROUP_WIDE_BYTES = 64,          /* uniform bytes that reduce to one scalar */
    GROUP_CONTEXT_BYTES_MAX = 240,  /* leaves room for "HashToScalar-" in a 255-byte DST */
    GROUP_EXPAND_BYTES_MAX = 16320, /* 255 blocks of SHA-512 */
    GROUP_SET_MAX = 64,             /* indices that one interpolation is over */
};

/* An integer modulo the group order L, little-endian. May be a secret: who made it, wipes it. */
struct scalar {
    uint8_t b[GROUP_SCALAR_BYTES];
};

/* An encoded element. Each element has one encoding; the identity is all zero. */
struct point {
    uint8_t b[GROUP_POINT_BYTES];
};

/* A context string (RFC 9497 3.1): says which protocol a hash belongs to. Borrowed bytes, at most
 * GROUP_CONTEXT_BYTES_MAX of them, which may contain zeros. */
struct group_context {
    const void *data;
    size_t size;
};

#define GROUP_CONTEXT(literal)                                                                     \
    ((struct group_context){.data = (literal), .size = sizeof(literal) - 1})

extern const struct point group_base;

/* True when the value is below L: the only encoding that is ever accepted. */
bool scalar_is_canonical(const struct scalar *s);
bool scalar_is_zero(const struct scalar *s);
bool scalar_equal(const struct scalar *a, const struct scalar *b);
struct scalar scalar_from_u64(uint64_t v);

/* 64 little-endian bytes modulo L. */
void scalar_reduce(struct scalar *out, const uint8_t wide[GROUP_WIDE_BYTES]);

/* Arithmetic modulo L on canonical scalars. `out` may be an operand. */
void scalar_add(struct scalar *out, const struct scalar *a, const struct scalar *b);
void scalar_sub(struct scalar *out, const struct scalar *a, const struct scalar *b);
void scalar_mul(struct scalar *out, const struct scalar *a, const struct scalar *b);

/* False (and zero) when a is zero. */
bool scalar_invert(struct scalar *out, const struct scalar *a);

/* Next 32 bytes of r; turns r bad when they are not below L. */
void scalar_read(struct reader *r, struct scalar *out);
void scalar_wipe(struct scalar *s);

bool point_is_identity(const struct point *p);
bool point_equal(const struct point *a, const struct point *b);

/* True for an element other than the identity in its only encoding (RFC 9496 4.3.1). */
bool point_is_valid(const struct point *p);

/* out = k P (mul0 of protocol C.3): k = 0 or the identity give the identity. False, and the
 * identity, only when P does not decode or k is not canonical. `out` may be P. */
bool group_mul(struct point *out, const struct scalar *k, const struct point *p);

/* out = m P for a small public m; faster than group_mul, not constant-time. */
bool group_mul_small(struct point *out, uint64_t m, const struct point *p);

/* out = k G. Same rules as group_mul. */
bool group_mul_base(struct point *out, const struct scalar *k);

/* False, and the identity, when an operand does not decode. `out` may be an operand. */
bool group_add(struct point *out, const struct point *a, const struct point *b);
bool group_sub(struct point *out, const struct point *a, const struct point *b);

/* out = sum over k of x^k C[k], count coefficients: a committed polynomial at the public point x
 * (Horner). False when a coefficient does not decode or count is 0. */
bool group_eval(struct point *out, const struct point *coefficients, size_t count, uint64_t x);

/* out[i] = lambda of set[i]: the product over the other k of k/(k - set[i]) mod L, which interpolates at 0.
 * False, and nothing to be used in `out`, when an index is 0 or stands twice, or there are more than GROUP_SET_MAX. */
bool group_lagrange(struct scalar *out, const uint16_t *set, size_t count);

/* expand_message_xmd with SHA-512 (RFC 9380 5.3.1). False, and nothing written, when size is
 * above GROUP_EXPAND_BYTES_MAX or the DST above 255 bytes. */
bool group_expand_message(uint8_t *out, size_t size, const void *message, size_t message_size,
    const void *dst, size_t dst_size);

/* The element of 64 uniform bytes (RFC 9496 4.3.4). */
void group_from_uniform(struct point *out, const uint8_t wide[GROUP_WIDE_BYTES]);

/* HashToGroup and HashToScalar of RFC 9497 4.1: DST "HashToGroup-" or "HashToScalar-", then the
 * context string. */
void group_hash_to_point(
    struct point *out, struct group_context context, const void *message, size_t size);
void group_hash_to_scalar(
    struct scalar *out, struct group_context context, const void *message, size_t size);

#endif
