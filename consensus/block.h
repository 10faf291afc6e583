/* Blocks and their headers (protocol A.2). */
#ifndef CONSENSUS_BLOCK_H
#define CONSENSUS_BLOCK_H

#include "consensus/op.h"

enum { BLOCK_VERSION = 1, BLOCK_HEADER_BYTES = 2 + 32 + 4 + 8 + 8 + 8 + 6 * 32 };

struct block_header {
    struct digest game_id;
    uint32_t epoch;
    uint64_t view;
    uint64_t
        height; /* an empty block after a switch block carries the switch block's height (B.1.4) */
    uint64_t parent_view; /* 0 = the epoch's base block */
    struct digest parent;
    struct digest ops_root;     /* Merkle root over the ops' digests, RFC 6962 style */
    struct digest log_root;     /* Merkle mountain range over all ops so far, after this block */
    struct digest state_root;   /* after executing this block */
    struct digest members_hash; /* after this block */
    struct digest dkg_hash;     /* after this block */
};

/* A decoded block; `ops` points into the encoded bytes: u16 count || (u16 length || op)... */
struct block {
    struct block_header header;
    const uint8_t *bytes; /* whole encoding, header first */
    size_t size;
    uint16_t op_count;
    const uint8_t *ops;
    size_t ops_size;
};

void block_header_encode(const struct block_header *h, struct writer *w);
bool block_header_decode(struct block_header *h, struct reader *r);

/* digest = H("craps/v1/block", header bytes). */
struct digest block_digest(const struct block_header *h);

/* May `next` stand in a proof behind `before`, whose digest is given: of the same table and epoch, on it and on its view, of a
 * later view, and of its height or the next one (an epoch's end is sealed by blocks that are never applied: B.1.4). */
bool block_header_follows(const struct block_header *next, const struct block_header *before,
    const struct digest *before_digest);

/* Structure and limits, ops_root checked; no signatures, no execution. */
bool block_decode(struct block *b, const uint8_t *bytes, size_t size);

/* Walks the ops: returns false at the end or on damage. Start with *offset = 0. */
bool block_next_op(const struct block *b, size_t *offset, struct op *op);

#endif
