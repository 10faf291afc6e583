#include "consensus/block_store.h"

#include <stdlib.h>

bool block_store_init(struct block_store *bs)
{
    if (bs->slots == NULL) {
        bs->slots = calloc(BLOCK_SLOTS, sizeof *bs->slots);
        bs->bytes = calloc(
            1, (size_t)BLOCKS_LARGE * BLOCK_BYTES_MAX + (size_t)BLOCKS_SMALL * BLOCK_SMALL_BYTES);
        if (bs->slots == NULL || bs->bytes == NULL) {
            block_store_deinit(bs);
            return false;
        }
        for (unsigned i = 0; i < BLOCK_SLOTS; i++) {
            size_t small = i < BLOCKS_LARGE ? 0 : i - BLOCKS_LARGE;
            size_t large = i < BLOCKS_LARGE ? i : BLOCKS_LARGE;
            bs->slots[i].bytes = bs->bytes + large * BLOCK_BYTES_MAX + small * BLOCK_SMALL_BYTES;
        }
    }
    for (unsigned i = 0; i < BLOCK_SLOTS; i++) {
        bs->slots[i].used = false;
    }
    bs->large_end = 0;
    bs->small_end = BLOCKS_LARGE;
    return true;
}

void block_store_deinit(struct block_store *bs)
{
    free(bs->slots);
    free(bs->bytes);
    *bs = (struct block_store){0};
}

static struct block_slot *find_in(const struct block_store *bs, unsigned from, unsigned end,
    uint64_t view, const struct digest *digest)
{
    for (unsigned i = from; i < end; i++) {
        struct block_slot *slot = &bs->slots[i];
        if (slot->used && slot->view == view && digest_equal(&slot->digest, digest)) {
            return slot;
        }
    }
    return NULL;
}

struct block_slot *block_store_find(
    const struct block_store *bs, uint64_t view, const struct digest *digest)
{
    struct block_slot *slot = find_in(bs, 0, bs->large_end, view, digest);
    return slot != NULL ? slot : find_in(bs, BLOCKS_LARGE, bs->small_end, view, digest);
}

/* The lowest free slot, so that the used ones stay together. */
static struct block_slot *take_free(struct block_store *bs, bool small)
{
    unsigned from = small ? BLOCKS_LARGE : 0;
    unsigned to = small ? BLOCK_SLOTS : BLOCKS_LARGE;
    unsigned *end = small ? &bs->small_end : &bs->large_end;
    for (unsigned i = from; i < to; i++) {
        if (i >= *end || !bs->slots[i].used) {
            *end = i >= *end ? i + 1 : *end;
            return &bs->slots[i];
        }
    }
    return NULL;
}

struct block_slot *block_store_put(struct block_store *bs, const uint8_t *bytes, size_t size)
{
    struct block decoded;
    if (size > BLOCK_BYTES_MAX || !block_decode(&decoded, bytes, size)) {
        return NULL;
    }
    struct digest digest = block_digest(&decoded.header);
    struct block_slot *slot = block_store_find(bs, decoded.header.view, &digest);
    if (slot != NULL) {
        return slot;
    }
    slot = take_free(bs, size <= BLOCK_SMALL_BYTES);
    if (slot == NULL) {
        return NULL;
    }
    memcpy(slot->bytes, bytes, size);
    slot->used = true;
    slot->final = false;
    slot->judgement = BLOCK_UNKNOWN;
    slot->view = decoded.header.view;
    slot->digest = digest;
    slot->block = decoded;
    slot->block.bytes = slot->bytes;
    slot->block.ops = slot->bytes + (decoded.ops - bytes);
    return slot;
}

void block_store_drop(struct block_store *bs, struct block_slot *slot)
{
    slot->used = false;
    unsigned i = (unsigned)(slot - bs->slots);
    unsigned from = i < BLOCKS_LARGE ? 0 : BLOCKS_LARGE;
    unsigned *end = i < BLOCKS_LARGE ? &bs->large_end : &bs->small_end;
    while (*end > from && !bs->slots[*end - 1].used) {
        (*end)--;
    }
}
