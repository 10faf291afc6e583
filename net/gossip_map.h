/* One key of the map of names, colours and the topic: the last writer wins, and who that is depends
 * on nothing but what was written (protocol F.3): greatest (lamport, author, hash of the value). */
#ifndef NET_GOSSIP_MAP_H
#define NET_GOSSIP_MAP_H

#include "net/gossip_item.h"

struct gossip_register { /* zero is one that nobody has written */
    uint64_t lamport;
    uint8_t author[NET_ID_BYTES];
    struct digest hash; /* of the value */
    uint8_t size;       /* 0: put back to what it was; kept, so that it wins over older values */
    uint8_t value[GOSSIP_VALUE_MAX];
    uint16_t raw_size; /* the signed bytes, for others */
    uint8_t raw[GOSSIP_ENTRY_BYTES_MAX];
};

/* An entry as a register; `bytes` are its signed form, which was read and checked. */
void gossip_register_of(
    struct gossip_register *r, const struct gossip_item *i, const uint8_t *bytes, size_t size);

/* Below, equal or above zero as a loses, is the same, or wins. A total order. */
int gossip_register_compare(const struct gossip_register *a, const struct gossip_register *b);

/* Keeps the winner; true when that is a new one. */
bool gossip_register_merge(struct gossip_register *into, const struct gossip_register *from);

#endif
