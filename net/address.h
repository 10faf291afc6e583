/* Where a socket is. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

/* An IPv4 address in host byte order and a UDP port. */
struct net_address {
    uint32_t ip;
    uint16_t port;
};

static inline bool net_address_equal(struct net_address a, struct net_address b)
{
    return a.ip == b.ip && a.port == b.port;
}

#endif
