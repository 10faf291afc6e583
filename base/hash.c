#include "base/hash.h"

#include "base/check.h"

void hash_begin(struct hash_state *h, const char *tag)
{
    size_t n = strlen(tag);
    CHECK(n <= 255);
    uint8_t lp[2] = {0, (uint8_t)n};
    crypto_hash_sha512_init(&h->sha);
    crypto_hash_sha512_update(&h->sha, lp, sizeof lp);
    crypto_hash_sha512_update(&h->sha, (const uint8_t *)tag, n);
}

void hash_add(struct hash_state *h, const void *data, size_t size)
{
    if (size > 0) {
        crypto_hash_sha512_update(&h->sha, data, size);
    }
}

struct digest hash_end(struct hash_state *h)
{
    uint8_t full[crypto_hash_sha512_BYTES];
    struct digest d;
    crypto_hash_sha512_final(&h->sha, full);
    memcpy(d.b, full, sizeof d.b);
    return d;
}

struct digest hash_tagged(const char *tag, const void *data, size_t size)
{
    struct hash_state h;
    hash_begin(&h, tag);
    hash_add(&h, data, size);
    return hash_end(&h);
}

bool digest_is_zero(const struct digest *d)
{
    return sodium_is_zero(d->b, sizeof d->b) == 1;
}

void hex_encode(char *text, const void *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *p = data;
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[p[i] >> 4];
        text[2 * i + 1] = digits[p[i] & 15];
    }
    text[2 * size] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

bool hex_decode(void *data, size_t size, const char *text, size_t text_size)
{
    uint8_t *p = data;
    if (text_size != 2 * size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        int hi = hex_value(text[2 * i]);
        int lo = hex_value(text[2 * i + 1]);
        if (hi < 0 || lo < 0) {
            return false;
        }
        p[i] = (uint8_t)(hi << 4 | lo);
    }
    return true;
}
