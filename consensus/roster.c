#include "consensus/roster.h"

/* The first index whose id is not below `id_pk`. */
static unsigned lower_bound(const struct roster *r, const uint8_t id_pk[ID_BYTES])
{
    unsigned low = 0, high = r->count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (memcmp(r->members[middle].id_pk, id_pk, ID_BYTES) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int roster_find(const struct roster *r, const uint8_t id_pk[ID_BYTES])
{
    unsigned i = lower_bound(r, id_pk);
    bool found = i < r->count && memcmp(r->members[i].id_pk, id_pk, ID_BYTES) == 0;
    return found ? (int)i : -1;
}

bool roster_add(struct roster *r, const struct member *m)
{
    if (r->count >= MEMBERS_MAX || roster_find(r, m->id_pk) >= 0) {
        return false;
    }
    unsigned at = lower_bound(r, m->id_pk);
    memmove(&r->members[at + 1], &r->members[at], (r->count - at) * sizeof *m);
    r->members[at] = *m;
    r->count++;
    return true;
}

bool roster_remove(struct roster *r, const uint8_t id_pk[ID_BYTES])
{
    int at = roster_find(r, id_pk);
    if (at < 0) {
        return false;
    }
    unsigned behind = r->count - (unsigned)at - 1;
    memmove(&r->members[at], &r->members[at + 1], behind * sizeof r->members[0]);
    r->count--;
    memset(&r->members[r->count], 0, sizeof r->members[0]);
    return true;
}

struct digest roster_hash(const struct roster *r)
{
    uint8_t count[2] = {(uint8_t)(r->count >> 8), (uint8_t)r->count};
    struct hash_state h;
    hash_begin(&h, "craps/v1/members");
    hash_add(&h, count, sizeof count);
    for (unsigned i = 0; i < r->count; i++) {
        hash_add(&h, r->members[i].id_pk, ID_BYTES);
        hash_add(&h, r->members[i].vote_pk, sizeof r->members[i].vote_pk);
        hash_add(&h, r->members[i].net_pk, sizeof r->members[i].net_pk);
    }
    return hash_end(&h);
}

unsigned roster_leader(const struct roster *r, uint64_t seed, uint64_t view)
{
    /* The sum may wrap at 2^64; every member wraps alike. */
    return r->count == 0 ? 0 : (unsigned)((view + seed) % r->count);
}

void roster_encode(const struct roster *r, struct writer *w)
{
    write_u16(w, r->count);
    for (unsigned i = 0; i < r->count; i++) {
        write_bytes(w, r->members[i].id_pk, ID_BYTES);
        write_bytes(w, r->members[i].vote_pk, sizeof r->members[i].vote_pk);
        write_bytes(w, r->members[i].net_pk, sizeof r->members[i].net_pk);
    }
}

bool roster_decode(struct roster *r, struct reader *rd)
{
    memset(r, 0, sizeof *r);
    unsigned count = read_u16(rd);
    if (rd->bad || count > MEMBERS_MAX) {
        rd->bad = true;
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        struct member *m = &r->members[i];
        read_bytes(rd, m->id_pk, ID_BYTES);
        read_bytes(rd, m->vote_pk, sizeof m->vote_pk);
        read_bytes(rd, m->net_pk, sizeof m->net_pk);
        if (i > 0 && memcmp(r->members[i - 1].id_pk, m->id_pk, ID_BYTES) >= 0) {
            rd->bad = true;
        }
    }
    if (rd->bad) {
        memset(r, 0, sizeof *r);
        return false;
    }
    r->count = (uint16_t)count;
    return true;
}
