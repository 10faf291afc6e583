/* Hashes of protocol part 0: H(tag, x) = first 32 bytes of SHA-512(lp(tag) || x). */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { DIGEST_BYTES = 32 };

struct digest {
    uint8_t b[DIGEST_BYTES];
};

/* H(tag, data). `tag` is a C string of at most 255 bytes. */
struct digest hash_tagged(const char *tag, const void *data, size_t size);

/* The same in pieces. */
struct hash_state {
    crypto_hash_sha512_state sha;
};
void hash_begin(struct hash_state *h, const char *tag);
void hash_add(struct hash_state *h, const void *data, size_t size);
struct digest hash_end(struct hash_state *h);

static inline bool digest_equal(const struct digest *a, const struct digest *b)
{
    return memcmp(a->b, b->b, DIGEST_BYTES) == 0;
}

bool digest_is_zero(const struct digest *d);

/* Writes `size` bytes as 2*size lower-case hex digits and a NUL; `text` holds 2*size+1 bytes. */
void hex_encode(char *text, const void *data, size_t size);

/* Reads exactly 2*size hex digits (either case); false on anything else. */
bool hex_decode(void *data, size_t size, const char *text, size_t text_size);

#endif
