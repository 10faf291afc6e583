#include "net/gate.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <string.h>

/* ENet 1.3's datagram: u16 flags and peer id, u16 sent time if flagged, u32 checksum, commands. */
enum {
    FLAG_SENT_TIME = 0x8000,
    FLAG_COMPRESSED = 0x4000,
    PEER_MASK = 0x0fff,
    CHECKSUM_BYTES = 4,
    CONNECT_BYTES = 48,
    CONNECT_ID_OFFSET = 40,
    CONNECT_DATA_OFFSET = 44,
    CONNECT_COMMAND = 0x82 /* CONNECT, to be acknowledged */
};

static const uint8_t NO_KEY[HELLO_KEY_BYTES];

void gate_init(struct gate *g, enum gate_kind kind, uint16_t version,
    const uint8_t cookie_secret[static HELLO_KEY_BYTES])
{
    bool member = kind == GATE_MEMBER;
    memset(g, 0, sizeof *g);
    g->kind = kind;
    g->version = version;
    memcpy(g->cookie_secret, cookie_secret, sizeof g->cookie_secret);
    /* An answer costs no memory and is no longer than the question: newcomers are limited only so far that a flood from
     * invented addresses leaves room for the friend who asks four times a second. */
    ratelimit_init(&g->limits,
        member ? (struct bucket_rate){200, 400} : (struct bucket_rate){20, 40},
        (struct bucket_rate){2000, 4000});
}

void gate_set_key(
    struct gate *g, const uint8_t key[HELLO_KEY_BYTES], const uint8_t target[HELLO_TARGET_BYTES])
{
    g->has_key = key != NULL;
    sodium_memzero(g->key, sizeof g->key);
    sodium_memzero(g->target, sizeof g->target);
    if (key != NULL) {
        memcpy(g->key, key, sizeof g->key);
    }
    if (target != NULL) {
        memcpy(g->target, target, sizeof g->target);
    }
}

static const uint8_t *hello_key(const struct gate *g)
{
    return g->kind == GATE_MEMBER ? g->key : NO_KEY;
}

static bool cookie_for(const struct gate *g, uint8_t cookie[HELLO_COOKIE_BYTES],
    const struct gate_datagram *d, unsigned age)
{
    uint64_t minute = d->now_ms / HELLO_COOKIE_MS;
    if (minute < age) {
        return false;
    }
    hello_cookie(cookie, g->cookie_secret, d->from.ip, d->from.port, minute - age);
    return true;
}

static bool asks_for_us(const struct gate *g, const struct hello *ask)
{
    return g->kind == GATE_LOBBY ||
           (g->kind == GATE_MEMBER && memcmp(ask->body, g->target, sizeof g->target) == 0);
}

enum gate_hello_verdict gate_take_hello(struct gate *g, const struct gate_datagram *d, bool full,
    uint8_t reply[static HELLO_BYTES], struct hello *answer)
{
    struct hello hello;
    if ((g->kind == GATE_MEMBER && !g->has_key) ||
        !hello_read(&hello, d->data, d->size, hello_key(g))) {
        g->bad_checksum++;
        return GATE_DROP;
    }
    if (hello.type == HELLO_ANSWER && g->kind != GATE_LOBBY) {
        *answer = hello;
        return GATE_ANSWER;
    }
    if (hello.type != HELLO_ASK || !asks_for_us(g, &hello)) {
        return GATE_DROP;
    }
    if (!ratelimit_admit(&g->limits, d->from.ip, d->now_ms)) {
        g->rate_limited++;
        return GATE_DROP;
    }
    struct hello own = {.type = HELLO_ANSWER,
        .state = (uint8_t)(g->state == HELLO_OPEN && full ? HELLO_FULL : g->state),
        .version = g->version,
        .nonce = hello.nonce};
    cookie_for(g, own.body, d, 0);
    hello_write(reply, &own, hello_key(g));
    return GATE_REPLY;
}

void gate_write_hello(const struct gate *g, uint8_t out[static HELLO_BYTES], uint64_t nonce,
    const uint8_t target[static HELLO_TARGET_BYTES])
{
    struct hello ask = {.type = HELLO_ASK, .version = g->version, .nonce = nonce};
    memcpy(ask.body, target, sizeof ask.body);
    hello_write(out, &ask, hello_key(g));
}

bool gate_parse(struct gate *g, const struct gate_datagram *d, struct gate_header *header)
{
    uint16_t id = 0;
    if (d->size >= sizeof id) {
        id = (uint16_t)(d->data[0] << 8 | d->data[1]);
    }
    header->field = (id & FLAG_SENT_TIME) != 0 ? 4 : 2;
    header->peer = id & PEER_MASK;
    if (d->size < header->field + CHECKSUM_BYTES || (id & FLAG_COMPRESSED) != 0) {
        g->bad_checksum++;
        return false;
    }
    return true;
}

uint32_t gate_checksum(const uint8_t key[static HELLO_KEY_BYTES], const uint8_t *data, size_t size)
{
    return htonl(hello_checksum(key, data, size));
}

static bool matches(const struct gate_datagram *d, const struct gate_header *header,
    uint32_t preset, const uint8_t key[HELLO_KEY_BYTES], uint32_t *checksum)
{
    uint32_t found;
    memcpy(&found, d->data + header->field, sizeof found);
    memcpy(d->data + header->field, &preset, sizeof preset);
    *checksum = gate_checksum(key, d->data, d->size);
    memcpy(d->data + header->field, &found, sizeof found);
    return found == *checksum;
}

bool gate_admit(struct gate *g, const struct gate_datagram *d, const struct gate_header *header,
    uint32_t connect_id, const uint8_t *key, uint32_t *checksum)
{
    bool ok = key != NULL && matches(d, header, connect_id, key, checksum);
    g->bad_checksum += !ok;
    return ok;
}

bool gate_admit_connect(struct gate *g, const struct gate_datagram *d,
    const struct gate_header *header, uint32_t *connect_id, uint32_t *checksum,
    uint8_t key[static HELLO_KEY_BYTES])
{
    const uint8_t *command = d->data + header->field + CHECKSUM_BYTES;
    if (g->kind == GATE_GUEST || (g->kind == GATE_MEMBER && !g->has_key) || header->field != 4 ||
        d->size != header->field + CHECKSUM_BYTES + CONNECT_BYTES ||
        command[0] != CONNECT_COMMAND) {
        g->bad_checksum++;
        return false;
    }
    memcpy(connect_id, command + CONNECT_ID_OFFSET, sizeof *connect_id);
    for (unsigned age = 0; age < 2; age++) {
        uint8_t cookie[HELLO_COOKIE_BYTES];
        if (!cookie_for(g, cookie, d, age) ||
            memcmp(command + CONNECT_DATA_OFFSET, cookie, CHECKSUM_BYTES) != 0) {
            continue;
        }
        memcpy(key, g->kind == GATE_LOBBY ? cookie : g->key, HELLO_KEY_BYTES);
        if (matches(d, header, 0, key, checksum)) {
            return true;
        }
    }
    g->bad_cookie++;
    return false;
}

bool gate_open_once(struct gate *g, struct net_address from, uint32_t connect_id)
{
    for (size_t i = 0; i < GATE_CONNECTS_SEEN; i++) {
        struct gate_seen *s = &g->seen[i];
        if (s->times > 0 && s->connect_id == connect_id && net_address_equal(s->address, from)) {
            return s->times++ < GATE_CONNECT_REPEATS;
        }
    }
    g->seen[g->seen_next++ % GATE_CONNECTS_SEEN] =
        (struct gate_seen){.connect_id = connect_id, .address = from, .times = 1};
    return true;
}
