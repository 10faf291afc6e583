#include "net/hello.h"

#include "base/bytes.h"

#include <sodium.h>

_Static_assert(crypto_shorthash_KEYBYTES == HELLO_KEY_BYTES, "SipHash-2-4 has 16 bytes of key");
_Static_assert(crypto_shorthash_BYTES == 8, "and 8 of output");

enum { MAC_BYTES = crypto_shorthash_BYTES, SIGNED_BYTES = HELLO_BYTES - MAC_BYTES };

void hello_write(uint8_t datagram[static HELLO_BYTES], const struct hello *hello,
    const uint8_t key[static HELLO_KEY_BYTES])
{
    memset(datagram, 0, HELLO_BYTES);
    struct writer w = writer_of(datagram, SIGNED_BYTES);
    write_u8(&w, 'C');
    write_u8(&w, 'R');
    write_u8(&w, hello->type);
    write_u8(&w, hello->state);
    write_u16(&w, hello->version);
    write_u16(&w, 0);
    write_u64(&w, hello->nonce);
    write_bytes(&w, hello->body, sizeof hello->body);
    crypto_shorthash(datagram + SIGNED_BYTES, datagram, SIGNED_BYTES, key);
}

bool hello_is(const uint8_t *datagram, size_t size)
{
    return size >= 2 && datagram[0] == 'C' && datagram[1] == 'R';
}

bool hello_read(struct hello *hello, const uint8_t *datagram, size_t size,
    const uint8_t key[static HELLO_KEY_BYTES])
{
    uint8_t mac[MAC_BYTES];
    if (size != HELLO_BYTES || !hello_is(datagram, size)) {
        return false;
    }
    crypto_shorthash(mac, datagram, SIGNED_BYTES, key);
    if (sodium_memcmp(mac, datagram + SIGNED_BYTES, MAC_BYTES) != 0) {
        return false;
    }
    struct reader r = reader_of(datagram + 2, SIGNED_BYTES - 2);
    hello->type = read_u8(&r);
    hello->state = read_u8(&r);
    hello->version = read_u16(&r);
    read_u16(&r);
    hello->nonce = read_u64(&r);
    read_bytes(&r, hello->body, sizeof hello->body);
    return !r.bad;
}

void hello_cookie(uint8_t cookie[static HELLO_COOKIE_BYTES],
    const uint8_t secret[static HELLO_KEY_BYTES], uint32_t ip, uint16_t port, uint64_t minute)
{
    uint8_t input[15];
    for (uint8_t half = 0; half < 2; half++) {
        struct writer w = writer_of(input, sizeof input);
        write_u8(&w, half);
        write_u32(&w, ip);
        write_u16(&w, port);
        write_u64(&w, minute);
        crypto_shorthash(cookie + half * MAC_BYTES, input, w.size, secret);
    }
}

uint32_t hello_checksum(
    const uint8_t key[static HELLO_KEY_BYTES], const uint8_t *datagram, size_t size)
{
    uint8_t mac[MAC_BYTES];
    crypto_shorthash(mac, datagram, size, key);
    struct reader r = reader_of(mac, sizeof mac);
    return read_u32(&r);
}
