#include "net/gossip_map.h"

void gossip_register_of(
    struct gossip_register *r, const struct gossip_item *i, const uint8_t *bytes, size_t size)
{
    memset(r, 0, sizeof *r);
    r->lamport = i->lamport;
    memcpy(r->author, i->author, sizeof r->author);
    r->hash = hash_tagged("craps/v1/talk-value", i->text, i->size);
    r->size = i->size < sizeof r->value ? i->size : (uint8_t)sizeof r->value;
    memcpy(r->value, i->text, r->size);
    if (size <= sizeof r->raw) {
        r->raw_size = (uint16_t)size;
        memcpy(r->raw, bytes, size);
    }
}

int gossip_register_compare(const struct gossip_register *a, const struct gossip_register *b)
{
    if (a->lamport != b->lamport) {
        return a->lamport < b->lamport ? -1 : 1;
    }
    int order = memcmp(a->author, b->author, sizeof a->author);
    return order != 0 ? order : memcmp(a->hash.b, b->hash.b, DIGEST_BYTES);
}

bool gossip_register_merge(struct gossip_register *into, const struct gossip_register *from)
{
    if (gossip_register_compare(from, into) <= 0) {
        return false;
    }
    *into = *from;
    return true;
}
