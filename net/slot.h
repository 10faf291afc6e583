/* What we remember of a slot of an ENet host beside what ENet does, and who may still have one of a lobby. */
#ifndef NET_SLOT_H
#define NET_SLOT_H

#include "net/address.h"
#include "net/hello.h"
#include "net/limits.h"

enum {
    SLOT_HESITATION_MS =
        100 /* without the second step of a connection, which takes one round trip */
};

struct slot {
    size_t waiting[NET_CHANNELS]; /* bytes in packets that ENet still holds */
    uint64_t half_open_ms;        /* since when, or 0 */
    bool used;
    bool dialled;
    bool stranger; /* came in, and has not proven anything */
    /* lobby: the cookie that the connection with this id from this address was opened with */
    uint8_t key[HELLO_KEY_BYTES];
    uint32_t connect_id;
    struct net_address address;
};

/* True when strangers of that address hold NET_LOBBY_STRANGERS_MAX slots. */
bool slots_crowded(const struct slot *slots, size_t count, uint32_t ip);

/* The one that has been half-open the longest, and for SLOT_HESITATION_MS at least: it makes room when there is no other.
 * `count` when there is none. */
size_t slots_hesitant(const struct slot *slots, size_t count, uint64_t now_ms);

#endif
