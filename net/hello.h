/* The datagrams in front of a link and the keyed checksum of all others (protocol D.7). A
 * stranger says HELLO and gets a cookie, computed and not stored; only who can hear at the
 * address he claims can connect. A HELLO is never shorter than its answer.
 *
 *   u8 'C' || u8 'R' || u8 type || u8 state || u16 version || u16 0 || u64 nonce || body || u64 mac
 *
 * 'C' sets ENet's compression flag, which no datagram of ours has: the two kinds cannot be
 * mixed up. Member hosts key the mac with the table's key and stay silent towards everybody
 * else; at the lobby the key is zero and the mac only a checksum. */
#ifndef NET_HELLO_H
#define NET_HELLO_H

#include "net/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HELLO_BYTES = 64,
    HELLO_KEY_BYTES = 16,
    HELLO_COOKIE_BYTES = 16,
    HELLO_TARGET_BYTES = 16,
    HELLO_COOKIE_MS = 60000 /* a cookie is good for this long, and as long again */
};

enum hello_type { HELLO_ASK = 1, HELLO_ANSWER = 2 };

/* What the answer says about the door. */
enum hello_state { HELLO_OPEN, HELLO_FULL, HELLO_CLOSED };

struct hello {
    uint8_t type;
    uint8_t state;
    uint16_t version;
    uint64_t nonce;
    /* HELLO_ASK: the beginning of the wanted identity, zeros at a lobby; HELLO_ANSWER: the
     * cookie */
    uint8_t body[HELLO_COOKIE_BYTES];
};

/* Writes one datagram of exactly HELLO_BYTES. */
void hello_write(uint8_t datagram[static HELLO_BYTES], const struct hello *hello,
    const uint8_t key[static HELLO_KEY_BYTES]);

/* True for bytes that are to be read by hello_read and never by ENet. */
bool hello_is(const uint8_t *datagram, size_t size);

/* False for anything that hello_write with this key did not make. */
bool hello_read(struct hello *hello, const uint8_t *datagram, size_t size,
    const uint8_t key[static HELLO_KEY_BYTES]);

/* SipHash(secret, ip, port, minute), twice for 16 bytes. */
void hello_cookie(uint8_t cookie[static HELLO_COOKIE_BYTES],
    const uint8_t secret[static HELLO_KEY_BYTES], uint32_t ip, uint16_t port, uint64_t minute);

/* SipHash-2-4 of a datagram, cut to 32 bits: what stands in ENet's checksum field. */
uint32_t hello_checksum(
    const uint8_t key[static HELLO_KEY_BYTES], const uint8_t *datagram, size_t size);

#endif
