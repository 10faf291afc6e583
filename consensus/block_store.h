/* The bytes of blocks around the floor: a few slots for blocks with ops, many for empty ones. */
#ifndef CONSENSUS_BLOCK_STORE_H
#define CONSENSUS_BLOCK_STORE_H

#include "consensus/block.h"

enum {
    BLOCKS_LARGE = 64,   /* of BLOCK_BYTES_MAX */
    BLOCKS_SMALL = 1024, /* of BLOCK_SMALL_BYTES: empty blocks, of which a long stall makes many */
    BLOCK_SMALL_BYTES = 512,
    BLOCK_SLOTS = BLOCKS_LARGE + BLOCKS_SMALL,
};

enum block_judgement { BLOCK_UNKNOWN, BLOCK_GOOD, BLOCK_BAD };

struct block_slot {
    bool used;
    bool final;        /* delivered: kept a while for peers that lag */
    uint8_t judgement; /* enum block_judgement: what executing it said */
    uint64_t view;
    struct digest digest;
    struct block block; /* decoded; points into `bytes` */
    uint8_t *bytes;
};

struct block_store {
    struct block_slot *slots; /* large ones first */
    uint8_t *bytes;
    unsigned large_end, small_end; /* nothing used from there on in either class */
};

/* False when there is no memory. Keeps what it has and empties it. */
bool block_store_init(struct block_store *bs);
void block_store_deinit(struct block_store *bs);

/* NULL when it is not there. */
struct block_slot *block_store_find(
    const struct block_store *bs, uint64_t view, const struct digest *digest);

/* Copies and decodes a block, or finds it; NULL when it is malformed or nothing is free. */
struct block_slot *block_store_put(struct block_store *bs, const uint8_t *bytes, size_t size);

void block_store_drop(struct block_store *bs, struct block_slot *slot);

#endif
