#include "tests/attack/kinds.h"

#include "base/bytes.h"
#include "net/discovery.h"
#include "net/gate.h"

#include <arpa/inet.h>
#include <string.h>

const char *const KIND_NAMES[KINDS] = {"random", "mutated", "replayed", "truncated", "extended",
    "crossed", "forged", "hello", "cookie", "discovery"};

static uint64_t below(struct attack *a, uint64_t bound)
{
    return prng_below(&a->random, bound);
}

static struct stranger *any_stranger(struct attack *a)
{
    return &a->wire->strangers[below(a, WIRE_STRANGERS)];
}

static struct net_address at(uint16_t port)
{
    return (struct net_address){.ip = WIRE_LOOPBACK, .port = port};
}

static struct net_address any_target(struct attack *a)
{
    return at(a->targets[below(a, a->target_count)]);
}

/* One of the datagrams heard lately, or NULL. */
static const struct heard *any_heard(struct attack *a)
{
    uint64_t count = a->wire->heard_count < WIRE_HEARD ? a->wire->heard_count : WIRE_HEARD;
    return count == 0 ? NULL : &a->wire->heard[below(a, count)];
}

static void account(struct attack *a, enum kind kind, size_t size)
{
    a->sent[kind]++;
    a->bytes[kind] += size;
}

static void from_stranger(
    struct attack *a, enum kind kind, struct net_address to, const void *data, size_t size)
{
    wire_send(a->wire, any_stranger(a), to, data, size);
    account(a, kind, size);
}

/* In the name of the real sender where that is possible, else, and now and then, in our own. */
static void from_either(struct attack *a, enum kind kind, const struct heard *original,
    struct net_address to, const void *data, size_t size)
{
    if (a->wire->mouth >= 0 && prng_chance(&a->random, 700)) {
        wire_spoof(a->wire, original->from, to, data, size);
        account(a, kind, size);
    } else {
        from_stranger(a, kind, to, data, size);
    }
}

size_t attack_change(
    struct attack *a, uint8_t out[static WIRE_DATAGRAM_MAX], const struct heard *original)
{
    size_t size = original->size;
    memcpy(out, original->data, size);
    if (size == 0) {
        out[0] = 0;
        return 1;
    }
    switch (below(a, 4)) {
    case 0: /* one bit */
        out[below(a, size)] ^= (uint8_t)(1u << below(a, 8));
        break;
    case 1: /* a few bytes */
        for (unsigned i = 0; i < 4; i++) {
            out[below(a, size)] ^= (uint8_t)(1 + below(a, 255));
        }
        break;
    case 2: /* the header: peer id, session, flags, time, checksum */
        out[below(a, size < 8 ? size : 8)] ^= (uint8_t)(1 + below(a, 255));
        break;
    default: /* a command, its channel or its number */
        out[size < 14 ? below(a, size) : 8 + below(a, 6)] ^= (uint8_t)(1 + below(a, 255));
        break;
    }
    return size;
}

static void fire_random(struct attack *a)
{
    uint8_t data[1500];
    size_t size = 1 + below(a, prng_chance(&a->random, 900) ? 160 : sizeof data);
    prng_fill(&a->random, data, size);
    from_stranger(a, KIND_RANDOM, any_target(a), data, size);
}

static bool fire_heard(struct attack *a, enum kind kind)
{
    uint8_t data[WIRE_DATAGRAM_MAX];
    const struct heard *h = any_heard(a);
    if (h == NULL) {
        return false;
    }
    struct net_address to = h->to;
    size_t size = h->size;
    memcpy(data, h->data, size);
    switch (kind) {
    case KIND_MUTATED:
        size = attack_change(a, data, h);
        break;
    case KIND_TRUNCATED:
        size = below(a, size + 1);
        break;
    case KIND_EXTENDED: {
        size_t more = 1 + below(a, 64);
        more = size + more > sizeof data ? sizeof data - size : more;
        prng_fill(&a->random, data + size, more);
        size += more;
        break;
    }
    case KIND_CROSSED:
        to = any_target(a);
        break;
    default:
        break;
    }
    from_either(a, kind, h, to, data, size);
    return true;
}

/* A CONNECT as ENet 1.3 sends it, 56 bytes. */
static size_t write_connect(uint8_t *out, uint32_t connect_id)
{
    struct writer w = writer_of(out, 64);
    write_u16(&w, 0x8fff);
    write_u16(&w, 1);
    write_u32(&w, 0);
    write_u32(&w, 0x82ff0001);
    write_u32(&w, 0x0000ffff);
    write_u32(&w, 1400);
    write_u32(&w, 65536);
    write_u32(&w, NET_CHANNELS);
    write_u32(&w, 0);
    write_u32(&w, 0);
    write_u32(&w, 5000);
    write_u32(&w, 2);
    write_u32(&w, 2);
    write_u32(&w, connect_id);
    write_u32(&w, 0);
    return w.size;
}

/* CONNECT, DISCONNECT, ACKNOWLEDGE, PING, BANDWIDTH_LIMIT, THROTTLE_CONFIGURE, SEND_RELIABLE to a peer id that may exist. */
static bool fire_forged(struct attack *a)
{
    static const struct {
        uint8_t command;
        size_t size;
    } commands[] = {
        {0x84, 8}, {0x44, 8}, {0x01, 8}, {0x85, 4}, {0x8a, 12}, {0x8b, 16}, {0x86, 22}, {0x83, 44}};
    uint8_t data[96];
    const struct heard *h = any_heard(a);
    if (h == NULL || below(a, 8) == 0) {
        size_t size = write_connect(data, (uint32_t)below(a, 1u << 31));
        prng_fill(&a->random, data + 4, 4);
        from_stranger(a, KIND_FORGED, any_target(a), data, size);
        return true;
    }
    size_t row = below(a, sizeof commands / sizeof commands[0]);
    struct writer w = writer_of(data, sizeof data);
    write_u16(&w, (uint16_t)(0x8000 | below(a, 4) << 12 | below(a, 8)));
    write_u16(&w, (uint16_t)below(a, 65536));
    write_u32(&w, (uint32_t)below(a, 1ull << 32));
    write_u8(&w, commands[row].command);
    write_u8(&w, below(a, 2) ? 0xff : (uint8_t)below(a, NET_CHANNELS));
    write_u16(&w, (uint16_t)below(a, 65536));
    prng_fill(&a->random, data + w.size, commands[row].size);
    if (h->size >= 4 && below(a, 2)) {
        memcpy(data, h->data, 4); /* the peer id and session that are really used */
    }
    from_either(a, KIND_FORGED, h, h->to, data, w.size + commands[row].size - 4);
    return true;
}

/* Now and then in somebody else's name, and mostly to the lobby, whose HELLO anybody can make. */
static bool fire_hello(struct attack *a)
{
    static const uint8_t no_key[HELLO_KEY_BYTES];
    uint8_t data[HELLO_BYTES];
    struct hello hello = {.type = below(a, 16) ? HELLO_ASK : HELLO_ANSWER,
        .state = (uint8_t)below(a, 4),
        .version = below(a, 16) ? a->version : (uint16_t)below(a, 65536),
        .nonce = prng_next(&a->random)};
    if (hello.type == HELLO_ANSWER) {
        prng_fill(&a->random, hello.body, sizeof hello.body);
    }
    hello_write(data, &hello, no_key);
    struct net_address to = a->lobby != 0 && below(a, 4) ? at(a->lobby) : any_target(a);
    from_stranger(a, KIND_HELLO, to, data, sizeof data);
    if (below(a, 4) == 0) {
        wire_move(a->wire, &a->random);
    }
    return true;
}

void attack_hear(void *attack, struct stranger *s, const uint8_t *data, size_t size)
{
    static const uint8_t no_key[HELLO_KEY_BYTES];
    struct attack *a = attack;
    struct hello hello;
    if (hello_is(data, size) && hello_read(&hello, data, size, no_key) &&
        hello.type == HELLO_ANSWER) {
        a->known = s;
        memcpy(a->cookie, hello.body, sizeof a->cookie);
    }
}

static bool fire_cookie(struct attack *a)
{
    uint8_t data[96];
    struct stranger *s = a->known;
    if (s == NULL || a->lobby == 0) {
        return false;
    }
    size_t size = write_connect(data, ++a->connect_id);
    memcpy(data + size - 4, a->cookie, 4);
    uint32_t sum = gate_checksum(a->cookie, data, size);
    memcpy(data + 4, &sum, sizeof sum);
    wire_send(a->wire, s, at(a->lobby), data, size);
    account(a, KIND_COOKIE, size);
    return true;
}

static bool fire_discovery(struct attack *a)
{
    uint8_t data[DISCOVERY_BYTES];
    if (a->discovery == 0) {
        return false;
    }
    size_t size = discovery_write_query(data, a->version, prng_next(&a->random));
    if (below(a, 2)) {
        struct mesh_found own = {.address.port = 1, .version = a->version};
        size = discovery_write_answer(data, &own, prng_next(&a->random));
    }
    if (below(a, 3) == 0) {
        data[below(a, size)] ^= (uint8_t)(1 + below(a, 255));
    }
    size = below(a, 4) == 0 ? below(a, size) : size;
    from_stranger(a, KIND_DISCOVERY, below(a, 8) ? at(a->discovery) : any_target(a), data, size);
    return true;
}

bool attack_fire(struct attack *a, enum kind kind)
{
    switch (kind) {
    case KIND_RANDOM:
        fire_random(a);
        return true;
    case KIND_FORGED:
        return fire_forged(a);
    case KIND_HELLO:
        return fire_hello(a);
    case KIND_COOKIE:
        return fire_cookie(a);
    case KIND_DISCOVERY:
        return fire_discovery(a);
    default:
        return fire_heard(a, kind);
    }
}
