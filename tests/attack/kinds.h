/* What the attacker says: one function a kind of hostile datagram. */
#ifndef TESTS_ATTACK_KINDS_H
#define TESTS_ATTACK_KINDS_H

#include "net/hello.h"
#include "tests/attack/wire.h"

enum kind {
    KIND_RANDOM,
    KIND_MUTATED,
    KIND_REPLAYED,
    KIND_TRUNCATED,
    KIND_EXTENDED,
    KIND_CROSSED, /* a real one, to a port that it was not for */
    KIND_FORGED,  /* ENet's commands in the name of a peer */
    KIND_HELLO,   /* well formed, from everywhere */
    KIND_COOKIE,  /* a CONNECT with the cookie that the address was given, and then silence */
    KIND_DISCOVERY,
    KINDS
};

extern const char *const KIND_NAMES[KINDS];

struct attack {
    struct wire *wire;
    struct prng random;
    uint16_t targets[WIRE_PORTS]; /* every port that may be shot at */
    size_t target_count;
    uint16_t lobby, discovery; /* 0: none */
    uint16_t version;
    /* of the addresses that hold a cookie of the lobby */
    struct stranger *known;
    uint8_t cookie[HELLO_COOKIE_BYTES];
    uint32_t connect_id;
    uint64_t sent[KINDS], bytes[KINDS];
};

/* Sends one datagram; false when this kind has nothing to go by yet. */
bool attack_fire(struct attack *a, enum kind kind);

/* An answer to one of our own addresses: a cookie is kept. */
void attack_hear(void *attack, struct stranger *s, const uint8_t *data, size_t size);

/* A changed copy of `original`; returns the size. */
size_t attack_change(
    struct attack *a, uint8_t out[static WIRE_DATAGRAM_MAX], const struct heard *original);

#endif
