#include "consensus/op.h"

#include "base/check.h"

/* The part of an op that is signed: u8 kind || author || payload. */
enum { OP_BODY_BYTES_MAX = 1 + ID_BYTES + OP_BYTES_MAX };

void op_encode(const struct op *op, struct writer *w)
{
    write_u8(w, op->kind);
    if (op_is_block_op(op->kind)) {
        write_lp(w, op->payload, op->payload_size);
        return;
    }
    write_bytes(w, op->author, ID_BYTES);
    write_u64(w, op->seq);
    write_lp(w, op->payload, op->payload_size);
    write_bytes(w, op->sig, SIG_BYTES);
}

bool op_decode(struct op *op, struct reader *r)
{
    size_t start = r->offset;
    *op = (struct op){.kind = read_u8(r)};
    bool block_op = op_is_block_op(op->kind);
    if (!block_op) {
        read_bytes(r, op->author, ID_BYTES);
        op->seq = read_u64(r);
    }
    op->payload = read_lp(r, &op->payload_size);
    if (!block_op) {
        read_bytes(r, op->sig, SIG_BYTES);
    }
    if (r->bad || op->kind < OP_GAME || op->kind >= OP_KIND_COUNT) {
        return false;
    }
    size_t limit = op->kind == OP_GAME ? OP_GAME_BYTES_MAX : OP_BYTES_MAX;
    return r->offset - start <= limit && (block_op || op->seq > 0);
}

static size_t signed_body(const struct op *op, uint8_t body[OP_BODY_BYTES_MAX])
{
    struct writer w = writer_of(body, OP_BODY_BYTES_MAX);
    write_u8(&w, op->kind);
    write_bytes(&w, op->author, ID_BYTES);
    write_bytes(&w, op->payload, op->payload_size);
    return w.bad ? 0 : w.size;
}

void op_sign(
    const struct signer *s, struct op *op, const struct digest *game_id, const uint8_t sk[64])
{
    uint8_t body[OP_BODY_BYTES_MAX];
    size_t size = signed_body(op, body);
    CHECK(size > 0);
    sign_message(s, op->sig, "op", game_id, 0, op->seq, body, size, sk);
}

bool op_verify(const struct signer *s, const struct op *op, const struct digest *game_id)
{
    uint8_t body[OP_BODY_BYTES_MAX];
    size_t size = signed_body(op, body);
    return size > 0 &&
           verify_message(s, op->sig, "op", game_id, 0, op->seq, body, size, op->author);
}

struct digest op_digest(const struct op *op)
{
    uint8_t head[1 + ID_BYTES + 8 + 2];
    struct writer w = writer_of(head, sizeof head);
    struct hash_state h;
    bool block_op = op_is_block_op(op->kind);
    write_u8(&w, op->kind);
    if (!block_op) {
        write_bytes(&w, op->author, ID_BYTES);
        write_u64(&w, op->seq);
    }
    write_u16(&w, (uint16_t)op->payload_size);
    hash_begin(&h, "craps/v1/op");
    hash_add(&h, head, w.size);
    hash_add(&h, op->payload, op->payload_size);
    if (!block_op) {
        hash_add(&h, op->sig, SIG_BYTES);
    }
    return hash_end(&h);
}
