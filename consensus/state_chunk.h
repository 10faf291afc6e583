/* The canonical bytes of a state in chunks, and what the signed state root says of each (protocol
 * E.1, E.2). The root is H("craps/v1/state", u64 size || u32 chunks || Merkle root), a leaf of the
 * tree being u32 index || the chunk's bytes; every chunk but the last is STATE_CHUNK_BYTES long. */
#ifndef CONSENSUS_STATE_CHUNK_H
#define CONSENSUS_STATE_CHUNK_H

#include "consensus/merkle.h"

enum {
    STATE_CHUNK_BYTES = 16384,
    STATE_CHUNKS_MAX = 128,
    STATE_BYTES_MAX = STATE_CHUNK_BYTES * STATE_CHUNKS_MAX, /* a bigger state is not taken over */
    STATE_PATH_MAX = 7,                                     /* log2(STATE_CHUNKS_MAX) */
    STATE_META_BYTES = 8 + 4 + DIGEST_BYTES,
    STATE_FRAME_MAX = STATE_CHUNK_BYTES + 64, /* pack_bound(STATE_CHUNK_BYTES) is below */
    STATE_PIECE_BYTES_MAX = 2 + STATE_FRAME_MAX + 1 + STATE_PATH_MAX * DIGEST_BYTES,
};

/* The shape of a state. */
struct state_meta {
    uint64_t size;
    uint32_t chunks;
    struct digest tree; /* Merkle root over the chunks */
};

/* Leaf hash of a chunk; size <= STATE_CHUNK_BYTES. */
struct digest state_chunk_leaf(uint32_t index, const uint8_t *bytes, size_t size);

/* The shape of these bytes, and the leaf hash of every chunk. size is 1..STATE_BYTES_MAX. */
void state_meta_of(struct state_meta *meta, struct digest leaves[STATE_CHUNKS_MAX],
    const uint8_t *bytes, size_t size);

/* The state root that goes with a shape. */
struct digest state_meta_root(const struct state_meta *meta);

/* u64 size || u32 chunks || tree. False unless size and count are within the maxima above and go
 * with each other. */
void state_meta_encode(const struct state_meta *meta, struct writer *w);
bool state_meta_decode(struct state_meta *meta, struct reader *r);

/* Bytes of the chunk with that index; index < meta->chunks. */
size_t state_chunk_size(const struct state_meta *meta, uint32_t index);

/* One chunk on its way: lp(LZ4 frame) || u8 path length || path, the lowest sibling first. */
void state_piece_encode(const struct state_meta *meta, const struct digest *leaves,
    const uint8_t *bytes, uint32_t index, struct writer *w);

/* Unpacks a piece into `out`, which holds the chunk's size, and checks it against the shape. False,
 * and `out` is worth nothing, for anything but the chunk with that index. */
bool state_piece_decode(
    const struct state_meta *meta, uint32_t index, uint8_t *out, struct reader *r);

#endif
