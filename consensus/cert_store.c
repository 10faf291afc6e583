#include "consensus/cert_store.h"

#include "base/check.h"

#include <stdlib.h>

bool cert_store_init(struct cert_store *cs, uint32_t capacity, unsigned quorum)
{
    size_t slot_bytes = (size_t)quorum * SIG_BYTES;
    if (cs->sigs == NULL || cs->slot_bytes * cs->capacity < slot_bytes * capacity ||
        cs->capacity < capacity) {
        cert_store_deinit(cs);
        cs->sigs = calloc(capacity, slot_bytes);
        cs->free_slots = calloc(capacity, sizeof *cs->free_slots);
        if (cs->sigs == NULL || cs->free_slots == NULL) {
            cert_store_deinit(cs);
            return false;
        }
        cs->capacity = capacity;
    }
    cs->slot_bytes = slot_bytes;
    cs->free_count = 0;
    cs->fresh = 0;
    return true;
}

void cert_store_deinit(struct cert_store *cs)
{
    free(cs->sigs);
    free(cs->free_slots);
    *cs = (struct cert_store){0};
}

/* The signer set cut down to its `keep` lowest members. */
static uint64_t lowest_bits(uint64_t set, unsigned keep)
{
    uint64_t kept = 0;
    for (unsigned i = 0; i < keep && set != 0; i++) {
        uint64_t bit = set & (~set + 1);
        kept |= bit;
        set ^= bit;
    }
    return kept;
}

bool cert_store_put(struct cert_store *cs, struct held_cert *held, const struct certificate *c)
{
    uint32_t slot;
    if (cs->free_count > 0) {
        slot = cs->free_slots[--cs->free_count];
    } else if (cs->fresh < cs->capacity) {
        slot = cs->fresh++;
    } else {
        return false;
    }
    unsigned quorum = (unsigned)(cs->slot_bytes / SIG_BYTES);
    CHECK((unsigned)__builtin_popcountll(c->signers) >= quorum);
    held->held = true;
    held->slot = slot;
    held->digest = c->digest;
    held->signers = lowest_bits(c->signers, quorum);
    memcpy(cs->sigs + slot * cs->slot_bytes, c->sigs, cs->slot_bytes);
    return true;
}

void cert_store_drop(struct cert_store *cs, struct held_cert *held)
{
    if (held->held) {
        cs->free_slots[cs->free_count++] = held->slot;
        held->held = false;
    }
}

void cert_store_get(
    const struct cert_store *cs, const struct held_cert *held, struct certificate *out)
{
    out->digest = held->digest;
    out->signers = held->signers;
    memcpy(out->sigs, cs->sigs + held->slot * cs->slot_bytes, cs->slot_bytes);
}
