#include "consensus/state_chunk.h"

#include "base/check.h"
#include "base/pack.h"

_Static_assert(1 << STATE_PATH_MAX >= STATE_CHUNKS_MAX, "a path is long enough for every chunk");

struct digest state_chunk_leaf(uint32_t index, const uint8_t *bytes, size_t size)
{
    uint8_t leaf[4 + STATE_CHUNK_BYTES];
    struct writer w = writer_of(leaf, sizeof leaf);
    write_u32(&w, index);
    write_bytes(&w, bytes, size);
    CHECK(!w.bad);
    return merkle_leaf(leaf, w.size);
}

static uint64_t chunk_count(uint64_t size)
{
    return (size + STATE_CHUNK_BYTES - 1) / STATE_CHUNK_BYTES;
}

void state_meta_of(struct state_meta *meta, struct digest leaves[STATE_CHUNKS_MAX],
    const uint8_t *bytes, size_t size)
{
    CHECK(size > 0 && size <= STATE_BYTES_MAX);
    meta->size = size;
    meta->chunks = (uint32_t)chunk_count(size);
    for (uint32_t i = 0; i < meta->chunks; i++) {
        leaves[i] =
            state_chunk_leaf(i, bytes + (size_t)i * STATE_CHUNK_BYTES, state_chunk_size(meta, i));
    }
    meta->tree = merkle_root(leaves, meta->chunks);
}

struct digest state_meta_root(const struct state_meta *meta)
{
    uint8_t head[STATE_META_BYTES];
    struct writer w = writer_of(head, sizeof head);
    state_meta_encode(meta, &w);
    return hash_tagged("craps/v1/state", head, w.size);
}

void state_meta_encode(const struct state_meta *meta, struct writer *w)
{
    write_u64(w, meta->size);
    write_u32(w, meta->chunks);
    write_bytes(w, meta->tree.b, DIGEST_BYTES);
}

bool state_meta_decode(struct state_meta *meta, struct reader *r)
{
    meta->size = read_u64(r);
    meta->chunks = read_u32(r);
    read_bytes(r, meta->tree.b, DIGEST_BYTES);
    return !r->bad && meta->size > 0 && meta->size <= STATE_BYTES_MAX &&
           meta->chunks == chunk_count(meta->size);
}

size_t state_chunk_size(const struct state_meta *meta, uint32_t index)
{
    uint64_t left = meta->size - (uint64_t)index * STATE_CHUNK_BYTES;
    return left < STATE_CHUNK_BYTES ? (size_t)left : STATE_CHUNK_BYTES;
}

void state_piece_encode(const struct state_meta *meta, const struct digest *leaves,
    const uint8_t *bytes, uint32_t index, struct writer *w)
{
    uint8_t frame[STATE_FRAME_MAX];
    struct digest path[MERKLE_PATH_MAX];
    size_t size = pack_write(frame, sizeof frame, bytes + (size_t)index * STATE_CHUNK_BYTES,
        state_chunk_size(meta, index));
    size_t steps = merkle_path(path, leaves, meta->chunks, index);
    CHECK(size > 0 && steps <= STATE_PATH_MAX);
    write_lp(w, frame, size);
    write_u8(w, (uint8_t)steps);
    write_bytes(w, path, steps * DIGEST_BYTES);
}

bool state_piece_decode(
    const struct state_meta *meta, uint32_t index, uint8_t *out, struct reader *r)
{
    struct digest path[STATE_PATH_MAX];
    size_t size;
    const uint8_t *frame = read_lp(r, &size);
    uint8_t steps = read_u8(r);
    if (r->bad || index >= meta->chunks || size > STATE_FRAME_MAX || steps > STATE_PATH_MAX) {
        return false;
    }
    read_bytes(r, path, steps * DIGEST_BYTES);
    size_t chunk = state_chunk_size(meta, index);
    if (!reader_done(r) || !pack_read(out, chunk, frame, size)) {
        return false;
    }
    struct digest leaf = state_chunk_leaf(index, out, chunk);
    return merkle_path_verify(&meta->tree, meta->chunks, index, &leaf, path, steps);
}
