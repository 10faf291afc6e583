#include "consensus/block.h"

#include "base/check.h"
#include "consensus/merkle.h"

void block_header_encode(const struct block_header *h, struct writer *w)
{
    write_u16(w, BLOCK_VERSION);
    write_bytes(w, h->game_id.b, DIGEST_BYTES);
    write_u32(w, h->epoch);
    write_u64(w, h->view);
    write_u64(w, h->height);
    write_u64(w, h->parent_view);
    write_bytes(w, h->parent.b, DIGEST_BYTES);
    write_bytes(w, h->ops_root.b, DIGEST_BYTES);
    write_bytes(w, h->log_root.b, DIGEST_BYTES);
    write_bytes(w, h->state_root.b, DIGEST_BYTES);
    write_bytes(w, h->members_hash.b, DIGEST_BYTES);
    write_bytes(w, h->dkg_hash.b, DIGEST_BYTES);
}

bool block_header_decode(struct block_header *h, struct reader *r)
{
    uint16_t version = read_u16(r);
    read_bytes(r, h->game_id.b, DIGEST_BYTES);
    h->epoch = read_u32(r);
    h->view = read_u64(r);
    h->height = read_u64(r);
    h->parent_view = read_u64(r);
    read_bytes(r, h->parent.b, DIGEST_BYTES);
    read_bytes(r, h->ops_root.b, DIGEST_BYTES);
    read_bytes(r, h->log_root.b, DIGEST_BYTES);
    read_bytes(r, h->state_root.b, DIGEST_BYTES);
    read_bytes(r, h->members_hash.b, DIGEST_BYTES);
    read_bytes(r, h->dkg_hash.b, DIGEST_BYTES);
    return !r->bad && version == BLOCK_VERSION;
}

struct digest block_digest(const struct block_header *h)
{
    uint8_t bytes[BLOCK_HEADER_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    block_header_encode(h, &w);
    CHECK(!w.bad && w.size == sizeof bytes);
    return hash_tagged("craps/v1/block", bytes, sizeof bytes);
}

bool block_header_follows(const struct block_header *next, const struct block_header *before,
    const struct digest *before_digest)
{
    bool grows = next->height == before->height || next->height == before->height + 1;
    return grows && digest_equal(&next->game_id, &before->game_id) &&
           next->epoch == before->epoch && digest_equal(&next->parent, before_digest) &&
           next->parent_view == before->view && next->view > before->view;
}

bool block_decode(struct block *b, const uint8_t *bytes, size_t size)
{
    struct reader r = reader_of(bytes, size);
    struct merkle_range leaves;
    struct op op;
    size_t offset = 0;
    *b = (struct block){.bytes = bytes, .size = size};
    if (size > BLOCK_HEADER_BYTES + BLOCK_BODY_BYTES_MAX || !block_header_decode(&b->header, &r)) {
        return false;
    }
    b->op_count = read_u16(&r);
    if (r.bad || b->op_count > BLOCK_OPS_MAX) {
        return false;
    }
    b->ops_size = reader_left(&r);
    b->ops = read_span(&r, b->ops_size);
    leaves.count = 0;
    while (block_next_op(b, &offset, &op)) {
        struct digest d = op_digest(&op);
        struct digest leaf = merkle_leaf(d.b, DIGEST_BYTES);
        merkle_range_add(&leaves, &leaf);
        if (leaves.count > b->op_count) {
            return false;
        }
    }
    struct digest root = merkle_range_root(&leaves);
    return offset == b->ops_size && leaves.count == b->op_count &&
           digest_equal(&root, &b->header.ops_root);
}

bool block_next_op(const struct block *b, size_t *offset, struct op *op)
{
    struct reader r = reader_of(b->ops, b->ops_size);
    size_t size;
    if (*offset >= b->ops_size) {
        return false;
    }
    r.offset = *offset;
    const uint8_t *bytes = read_lp(&r, &size);
    struct reader in = reader_of(bytes, size);
    if (r.bad || !op_decode(op, &in) || !reader_done(&in)) {
        return false;
    }
    *offset = r.offset;
    return true;
}
