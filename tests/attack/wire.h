/* The attacker's sockets: many addresses of 127.0.0.0/8 of his own, an ear on the loopback interface, and a mouth for datagrams
 * that claim to come from somebody else. */
#ifndef TESTS_ATTACK_WIRE_H
#define TESTS_ATTACK_WIRE_H

#include "base/prng.h"
#include "net/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_DATAGRAM_MAX = 2048,
    WIRE_STRANGERS = 128,
    WIRE_HEARD = 1024,
    WIRE_PORTS = 16,
    WIRE_LOOPBACK = 0x7f000001
};

/* A datagram that passed between two others. */
struct heard {
    struct net_address from, to;
    size_t size;
    uint8_t data[WIRE_DATAGRAM_MAX];
};

struct stranger {
    int fd;
    struct net_address address;
    uint64_t sent, received; /* bytes */
};

struct wire {
    int ear, mouth; /* -1: not permitted here */
    struct stranger strangers[WIRE_STRANGERS];
    size_t oldest;
    uint16_t ports[WIRE_PORTS]; /* traffic of these is listened to; none: all */
    size_t port_count;
    struct heard heard[WIRE_HEARD]; /* the latest */
    uint64_t heard_count;
    uint64_t bytes_sent, bytes_received, spoofed;
    double worst_ratio; /* bytes answered / bytes sent, of one address */
};

/* False when not even a UDP socket can be had. */
bool wire_open(struct wire *w);

/* Takes what passed on the interface into `heard`; returns how many are new. */
size_t wire_listen(struct wire *w);

/* From one of our own addresses, whose answers are counted. */
void wire_send(
    struct wire *w, struct stranger *s, struct net_address to, const void *data, size_t size);

/* As if it came from `from`. */
void wire_spoof(
    struct wire *w, struct net_address from, struct net_address to, const void *data, size_t size);

/* Takes every answer. `take` may be NULL. */
typedef void wire_take_fn(void *context, struct stranger *s, const uint8_t *data, size_t size);
void wire_drain(struct wire *w, wire_take_fn *take, void *context);

/* Gives one of our addresses up for another one. */
void wire_move(struct wire *w, struct prng *random);

void wire_close(struct wire *w);

#endif
