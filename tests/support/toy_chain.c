#include "tests/support/toy_chain.h"

#include "consensus/merkle.h"

static bool bit_of(const uint64_t *bits, unsigned i)
{
    return (bits[i / 64] >> (i % 64) & 1) != 0;
}

static void set_bit(uint64_t *bits, unsigned i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

static struct digest root_of(const struct toy_chain *t, const uint64_t *bits)
{
    struct digest root = hash_tagged("toy/state", bits, TOY_OPS / 8);
    root.b[0] ^= t->wrong_roots ? 1 : 0;
    return root;
}

void toy_chain_init(
    struct toy_chain *t, const struct digest *game_id, uint32_t epoch, const struct digest *base)
{
    memset(t, 0, sizeof *t);
    t->game_id = *game_id;
    t->epoch = epoch;
    t->final.digest = *base;
    t->final.root = root_of(t, t->final.bits);
}

void toy_chain_forget(struct toy_chain *t)
{
    memset(t->slots, 0, sizeof t->slots);
    memset(t->pool, 0, sizeof t->pool);
    t->next = 0;
}

void toy_chain_add_op(struct toy_chain *t, unsigned number)
{
    set_bit(t->pool, number);
}

bool toy_chain_has_op(const struct toy_chain *t, unsigned number)
{
    return bit_of(t->final.bits, number);
}

static const struct toy_state *find(const struct toy_chain *t, const struct digest *digest)
{
    if (digest_equal(&t->final.digest, digest)) {
        return &t->final;
    }
    for (unsigned i = 0; i < TOY_SLOTS; i++) {
        if (digest_equal(&t->slots[i].digest, digest)) {
            return &t->slots[i];
        }
    }
    return NULL;
}

/* Operations in a block are numbers in the payload of otherwise empty ops. */
static bool apply(const struct block *b, uint64_t *bits)
{
    struct op op;
    size_t offset = 0;
    while (block_next_op(b, &offset, &op)) {
        if (op.payload_size != 2) {
            return false;
        }
        unsigned number = (unsigned)op.payload[0] << 8 | op.payload[1];
        if (number >= TOY_OPS || bit_of(bits, number)) {
            return false;
        }
        set_bit(bits, number);
    }
    return true;
}

static bool after(const struct toy_chain *t, const struct block *b, struct toy_state *out)
{
    const struct toy_state *parent = find(t, &b->header.parent);
    if (parent == NULL) {
        return false;
    }
    *out = *parent;
    out->height++;
    out->digest = block_digest(&b->header);
    return apply(b, out->bits);
}

static enum verdict toy_execute(void *self, const struct block *b, const struct digest *digest)
{
    struct toy_chain *t = self;
    struct toy_state state;
    if (find(t, &b->header.parent) == NULL) {
        return VERDICT_MISSING;
    }
    if (!after(t, b, &state) || b->header.height != state.height) {
        return VERDICT_INVALID;
    }
    state.root = root_of(t, state.bits);
    if (!digest_equal(&state.root, &b->header.state_root)) {
        return VERDICT_DIFFERS;
    }
    t->executions++;
    state.digest = *digest;
    t->slots[t->next++ % TOY_SLOTS] = state;
    return VERDICT_OK;
}

static bool toy_executed(void *self, const struct digest *digest)
{
    return find(self, digest) != NULL;
}

static bool toy_has_work(void *self, const struct digest *parent)
{
    struct toy_chain *t = self;
    const struct toy_state *state = find(t, parent);
    for (unsigned i = 0; state != NULL && i < TOY_OPS / 64; i++) {
        if ((t->pool[i] & ~state->bits[i]) != 0) {
            return true;
        }
    }
    return false;
}

static bool toy_closes_epoch(void *self, const struct digest *digest)
{
    const struct toy_state *state = find(self, digest);
    return state != NULL && bit_of(state->bits, TOY_CLOSING_OP);
}

static void write_op(struct writer *w, struct merkle_range *leaves, unsigned number)
{
    uint8_t payload[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    uint8_t bytes[256];
    struct op op = {.kind = OP_GAME, .seq = 1, .payload = payload, .payload_size = 2};
    struct writer one = writer_of(bytes, sizeof bytes);
    op_encode(&op, &one);
    write_lp(w, bytes, one.size);
    struct digest d = op_digest(&op);
    struct digest leaf = merkle_leaf(d.b, DIGEST_BYTES);
    merkle_range_add(leaves, &leaf);
}

static size_t toy_propose(void *self, const struct digest *parent, uint64_t parent_view,
    uint64_t view, bool empty, uint8_t *out, size_t capacity, struct digest *digest)
{
    struct toy_chain *t = self;
    const struct toy_state *state = find(t, parent);
    if (state == NULL) {
        return 0;
    }
    struct toy_state next = *state;
    uint8_t ops[BLOCK_BODY_BYTES_MAX];
    struct writer body = writer_of(ops, sizeof ops);
    struct merkle_range leaves = {.count = 0};
    for (unsigned i = 0; !empty && i < TOY_OPS && leaves.count < 8; i++) {
        if (bit_of(t->pool, i) && !bit_of(state->bits, i)) {
            write_op(&body, &leaves, i);
            set_bit(next.bits, i);
        }
    }
    struct block_header h = {
        .game_id = t->game_id,
        .epoch = t->epoch,
        .view = view,
        .height = state->height + 1,
        .parent_view = parent_view,
        .parent = *parent,
        .ops_root = merkle_range_root(&leaves),
        .state_root = root_of(t, next.bits),
    };
    struct writer w = writer_of(out, capacity);
    block_header_encode(&h, &w);
    write_u16(&w, (uint16_t)leaves.count);
    write_bytes(&w, ops, body.size);
    next.height++;
    next.root = h.state_root;
    next.digest = *digest = block_digest(&h);
    t->slots[t->next++ % TOY_SLOTS] = next;
    return w.bad ? 0 : w.size;
}

static size_t toy_trailer(void *self, const struct digest *digest, uint8_t *out, size_t capacity)
{
    (void)self;
    memcpy(out, digest->b, capacity < 4 ? capacity : 4);
    return 4;
}

static void toy_on_trailer(
    void *self, unsigned voter, const struct digest *digest, const uint8_t *data, size_t size)
{
    struct toy_chain *t = self;
    (void)voter;
    t->trailers += size == 4 && memcmp(data, digest->b, 4) == 0;
}

struct chain toy_chain_callbacks(struct toy_chain *t)
{
    return (struct chain){
        .self = t,
        .execute = toy_execute,
        .executed = toy_executed,
        .has_work = toy_has_work,
        .propose = toy_propose,
        .closes_epoch = toy_closes_epoch,
        .finalize_trailer = toy_trailer,
        .on_trailer = toy_on_trailer,
    };
}

bool toy_chain_finalize(struct toy_chain *t, const uint8_t *bytes, size_t size)
{
    struct block b;
    struct toy_state state;
    if (!block_decode(&b, bytes, size) || !digest_equal(&b.header.parent, &t->final.digest) ||
        !after(t, &b, &state)) {
        return false;
    }
    t->final = state;
    return true;
}
