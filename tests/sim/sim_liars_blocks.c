/* Leaders that propose what must not be, or to whom they like. */
#include "tests/sim/sim_liars.h"

static uint8_t lie_bytes[MESSAGE_BYTES_MAX];

/* The proposal of a block under that header, whatever its body says, signed by its leader. */
static bool sign_proposal(struct sim *s, unsigned from, const struct block_header *h,
    const uint8_t *body, size_t body_size, struct writer *w)
{
    struct engine *e = s->nodes[from].engine;
    struct vote v = {.kind = VOTE_NOTARIZE,
        .epoch = e->epoch,
        .view = h->view,
        .digest = block_digest(h),
        .voter = (uint16_t)e->self};
    uint8_t sk[64];
    if (!liar_key(e, sk)) {
        return false;
    }
    vote_sign(s->signer, &v, &s->game_id, sk);
    write_u8(w, MSG_PROPOSE);
    vote_encode(&v, w);
    block_header_encode(h, w);
    write_bytes(w, body, body_size);
    return !w->bad;
}

/* Another valid block of the same view: the empty one on the same parent. */
static bool other_block(struct sim *s, unsigned from, const struct block *b, struct writer *w)
{
    static uint8_t bytes[BLOCK_BYTES_MAX];
    struct engine *e = s->nodes[from].engine;
    struct digest first = block_digest(&b->header), digest;
    struct block other;
    size_t size = ledger_propose(e->ledger, &b->header.parent, b->header.parent_view,
        b->header.view, true, bytes, sizeof bytes, &digest);
    return size > 0 && !digest_equal(&digest, &first) && block_decode(&other, bytes, size) &&
           sign_proposal(
               s, from, &other.header, bytes + BLOCK_HEADER_BYTES, size - BLOCK_HEADER_BYTES, w);
}

static bool equivocate(struct sim *s, unsigned from, const struct block *b, const uint8_t *data,
    size_t size, struct writer *w)
{
    struct vote v;
    if (!other_block(s, from, b, w)) {
        return false;
    }
    s->lies++;
    liar_send(s, from, CHANNEL_BLOCKS, data, size, 0);
    liar_send(s, from, CHANNEL_BLOCKS, w->data, w->size, 1);
    struct reader again = reader_of(w->data + 1, w->size - 1);
    if (vote_decode(&v, &again)) {
        liar_vote(s, from, VOTE_NOTARIZE, v.view, &v.digest, 1);
        liar_vote(s, from, VOTE_FINALIZE, v.view, &v.digest, 1);
    }
    return true;
}

/* One operation more than there was, of a kind that may not stand there or that nobody signed. */
static bool bad_body(struct sim *s, const struct block *b, struct block_header *h, struct writer *w)
{
    static const uint8_t kinds[] = {OP_RESULT, OP_EPOCH_SWITCH, OP_EVIDENCE, OP_GAME, OP_LEAVE};
    uint8_t junk[100] = {0}, bytes[OP_BYTES_MAX];
    struct writer added = writer_of(bytes, sizeof bytes);
    struct merkle_range leaves = {0};
    struct op op = {.kind = kinds[h->view % sizeof kinds], .payload = junk};
    op.payload_size = op.kind == OP_LEAVE ? 0 : 40 + h->view % 60;
    memcpy(op.author, s->nodes[0].id_pk, ID_BYTES);
    op.seq = 1 + h->view;
    op_encode(&op, &added);
    size_t offset = 0;
    struct op old;
    while (block_next_op(b, &offset, &old)) {
        struct digest d = op_digest(&old), leaf = merkle_leaf(d.b, DIGEST_BYTES);
        merkle_range_add(&leaves, &leaf);
    }
    struct digest d = op_digest(&op), leaf = merkle_leaf(d.b, DIGEST_BYTES);
    merkle_range_add(&leaves, &leaf);
    h->ops_root = merkle_range_root(&leaves);
    /* Now and then the count is a lie too: that block does not even decode. */
    write_u16(w, (uint16_t)(b->op_count + (h->view % 7 == 0 ? BLOCK_OPS_MAX : 1)));
    write_bytes(w, b->ops, b->ops_size);
    write_lp(w, added.data, added.size);
    return !w->bad && !added.bad;
}

static bool forge(struct sim *s, unsigned from, const struct block *b, struct writer *w)
{
    static uint8_t body[BLOCK_BYTES_MAX + OP_BYTES_MAX];
    struct writer rest = writer_of(body, sizeof body);
    struct block_header h = b->header;
    enum sim_liar liar = s->nodes[from].liar;
    if (liar == LIAR_BAD_BLOCK) {
        if (!bad_body(s, b, &h, &rest)) {
            return false;
        }
    } else {
        write_u16(&rest, (uint16_t)b->op_count);
        write_bytes(&rest, b->ops, b->ops_size);
    }
    if (liar == LIAR_WRONG_ROOT) {
        struct digest *roots[] = {&h.state_root, &h.log_root, &h.members_hash, &h.dkg_hash};
        roots[h.view % 4]->b[h.view % DIGEST_BYTES] ^= 1;
    } else if (liar == LIAR_WRONG_PARENT) {
        h.parent = s->heights[s->top == 0 ? 0 : h.view % s->top];
        h.parent_view -= h.view % 2 == 0 && h.parent_view > 0;
    }
    return sign_proposal(s, from, &h, rest.data, rest.size, w);
}

static void withhold(struct sim *s, unsigned from, const uint8_t *data, size_t size)
{
    for (unsigned k = 0; k < s->node_count; k++) {
        if (s->links[from][k].up) {
            sim_send(s, from, k, CHANNEL_BLOCKS, data, size);
            return;
        }
    }
}

bool lie_proposal(struct sim *s, unsigned from, const uint8_t *data, size_t size)
{
    const struct sim_node *n = &s->nodes[from];
    struct reader r = reader_of(data + 1, size - 1);
    struct writer w = writer_of(lie_bytes, sizeof lie_bytes);
    struct vote v;
    struct block b;
    if (!vote_decode(&v, &r) || v.epoch != n->engine->epoch ||
        !block_decode(&b, data + 1 + r.offset, reader_left(&r))) {
        return false;
    }
    switch (n->liar) {
    case LIAR_SUBSET:
        liar_send(s, from, CHANNEL_BLOCKS, data, size, 0);
        break;
    case LIAR_WITHHOLDS_BLOCK:
        withhold(s, from, data, size);
        break;
    case LIAR_EQUIVOCATES:
        return equivocate(s, from, &b, data, size, &w);
    case LIAR_WRONG_ROOT:
    case LIAR_WRONG_PARENT:
    case LIAR_BAD_BLOCK:
        if (!forge(s, from, &b, &w)) {
            return false;
        }
        liar_send(s, from, CHANNEL_BLOCKS, w.data, w.size, 2);
        break;
    default:
        return false;
    }
    s->lies++;
    return true;
}
