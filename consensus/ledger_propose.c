#include "base/check.h"
#include "consensus/ledger.h"
#include "consensus/ledger_internal.h"
#include "consensus/membership.h"
#include "consensus/rolls.h"

/* A block that is being put together. */
struct proposal {
    struct ledger *l;
    struct execution x;
    struct slot_state *state;
    struct writer body; /* from the op count on */
    struct merkle_range leaves;
};

/* Room that an EPOCH_SWITCH at the end needs: u16 length, kind, lp(u32 dkg_id || dkg_hash). */
enum { SWITCH_PAYLOAD_BYTES = 4 + DIGEST_BYTES, SWITCH_BYTES = 2 + 1 + 2 + SWITCH_PAYLOAD_BYTES };

void ledger_offer_result(struct ledger *l, uint64_t roll, const uint8_t *payload, size_t size)
{
    l->result_size = size <= sizeof l->result ? size : 0;
    l->result_roll = roll;
    if (l->result_size > 0) {
        memcpy(l->result, payload, size);
    }
}

enum evidence_offer ledger_offer_evidence(struct ledger *l, const uint8_t *payload, size_t size)
{
    const struct protocol_state *p = &l->slots.final->state->p;
    return evidence_set_offer(&l->evidence, l->signer, &l->game_id, p, payload, size);
}

const struct evidence_set *ledger_evidence(const struct ledger *l)
{
    return &l->evidence;
}

void ledger_trust_share(
    struct ledger *l, uint64_t roll, const struct digest *block, const uint8_t *share, size_t size)
{
    struct execution_memo *memo = &l->memo;
    struct reader r = reader_of(share, size);
    struct beacon_share read;
    beacon_share_read(&r, &read);
    if (!reader_done(&r)) {
        return;
    }
    if (memo->trust_roll != roll || !digest_equal(&memo->trust_block, block)) {
        memo->trust_roll = roll;
        memo->trust_block = *block;
        memo->trust_count = 0;
    }
    if (memo->trust_count < MEMBERS_MAX) {
        memo->trust[memo->trust_count++] = read;
    }
}

/* Would the offered RESULT be valid in a child of that block. */
static bool result_is_due(struct ledger *l, const struct slot *parent)
{
    struct execution x = ledger_execution(l, parent->state);
    struct pending_roll roll;
    uint8_t out[BEACON_OUT_BYTES];
    return l->result_size > 0 && ledger_roll_binding(l, &parent->digest, &roll) &&
           roll.roll == l->result_roll && rolls_verify(&x, &roll, l->result, l->result_size, out);
}

static bool evidence_is_due(const struct ledger *l, const struct protocol_state *p)
{
    for (uint32_t i = 0; i < l->evidence.count; i++) {
        if (evidence_wanted(p, l->evidence.items[i].culprit)) {
            return true;
        }
    }
    return false;
}

static bool switch_is_due(const struct protocol_state *p)
{
    return p->attempt.phase == ATTEMPT_READY && !p->roll.active && !p->closed && !p->ended;
}

/* The author's next op in the pool, when it may be in the next block on that state. */
static const uint8_t *next_op(
    const struct execution *x, const uint8_t author[ID_BYTES], struct op *op, size_t *size)
{
    const struct identity *identity = protocol_identity(x->p, author);
    uint64_t last = identity == NULL ? 0 : identity->seq;
    const uint8_t *bytes = mempool_find(x->pool, author, last + 1, size);
    if (bytes == NULL) {
        return NULL;
    }
    struct reader r = reader_of(bytes, *size);
    return op_decode(op, &r) && execution_admits(x, op) ? bytes : NULL;
}

bool ledger_has_work(struct ledger *l, const struct digest *parent)
{
    const struct slot *slot = slots_find(&l->slots, parent);
    if (slot == NULL) {
        return false;
    }
    const struct protocol_state *p = &slot->state->p;
    if (p->ended) {
        return false;
    }
    /* Behind an unfinal switch nothing is left to do; the first block of an epoch opens its
     * dice. */
    if (p->closed) {
        return slot == l->slots.final;
    }
    if (switch_is_due(p) || evidence_is_due(l, p) || result_is_due(l, slot)) {
        return true;
    }
    struct execution x = ledger_execution(l, slot->state);
    uint8_t author[ID_BYTES];
    size_t cursor = 0, size;
    struct op op;
    while (mempool_next_author(l->pool, &cursor, author)) {
        if (next_op(&x, author, &op, &size) != NULL) {
            return true;
        }
    }
    return false;
}

static bool fits(const struct proposal *b, size_t op_size, size_t reserve)
{
    return b->state->op_count + (reserve > 0) < BLOCK_OPS_MAX &&
           b->body.capacity - b->body.size >= 2 + op_size + reserve;
}

/* Executes the op and, when it may stand there, writes it down. */
static bool add_op(struct proposal *b, const struct op *op, const uint8_t *bytes, size_t size)
{
    if (!ledger_apply(&b->x, b->state, op)) {
        return false;
    }
    struct digest digest = op_digest(op);
    struct digest leaf = merkle_leaf(digest.b, DIGEST_BYTES);
    merkle_range_add(&b->leaves, &leaf);
    write_lp(&b->body, bytes, size);
    CHECK(!b->body.bad);
    return true;
}

static bool add_block_op(
    struct proposal *b, enum op_kind kind, const uint8_t *payload, size_t payload_size)
{
    uint8_t bytes[OP_BYTES_MAX];
    struct op op = {.kind = (uint8_t)kind, .payload = payload, .payload_size = payload_size};
    struct writer w = writer_of(bytes, sizeof bytes);
    op_encode(&op, &w);
    size_t reserve = kind == OP_EPOCH_SWITCH ? 0 : SWITCH_BYTES;
    return !w.bad && fits(b, w.size, reserve) && add_op(b, &op, bytes, w.size);
}

/* One op of every author in turn until nobody has another: who sends much takes no turns away. */
static void add_pooled(struct proposal *b)
{
    bool any = true;
    while (any && !b->x.p->ended) {
        uint8_t author[ID_BYTES];
        size_t cursor = 0, size;
        struct op op;
        any = false;
        while (mempool_next_author(b->l->pool, &cursor, author)) {
            const uint8_t *bytes = next_op(&b->x, author, &op, &size);
            if (bytes != NULL && fits(b, size, SWITCH_BYTES) && add_op(b, &op, bytes, size)) {
                any = true;
            }
        }
    }
}

static void add_ops(struct proposal *b)
{
    struct ledger *l = b->l;
    const struct protocol_state *p = b->x.p;
    if (l->result_size > 0 && p->roll.active && p->roll.roll == l->result_roll) {
        add_block_op(b, OP_RESULT, l->result, l->result_size);
    }
    for (uint32_t i = 0; i < l->evidence.count; i++) {
        const struct evidence_item *item = &l->evidence.items[i];
        if (evidence_wanted(p, item->culprit)) {
            add_block_op(b, OP_EVIDENCE, item->payload, item->size);
        }
    }
    add_pooled(b);
    if (switch_is_due(p)) {
        uint8_t payload[SWITCH_PAYLOAD_BYTES];
        struct writer w = writer_of(payload, sizeof payload);
        write_u32(&w, p->attempt.dkg_id);
        write_bytes(&w, p->attempt.dkg_hash.b, DIGEST_BYTES);
        add_block_op(b, OP_EPOCH_SWITCH, payload, w.size);
    }
}

/* Header in front, op count behind it, the ops are there already. */
static size_t write_block(const struct proposal *b, const struct block_header *h, uint8_t *out)
{
    struct writer head = writer_of(out, BLOCK_HEADER_BYTES + 2);
    block_header_encode(h, &head);
    write_u16(&head, (uint16_t)b->leaves.count);
    CHECK(!head.bad && head.size == BLOCK_HEADER_BYTES + 2);
    return BLOCK_HEADER_BYTES + b->body.size;
}

static size_t propose_sealing(struct proposal *b, struct slot *slot, const struct slot *parent,
    struct block_header *h, uint8_t *out, struct digest *digest)
{
    struct slot_state *state = parent->state;
    h->epoch = parent->epoch;
    h->height = parent->height;
    h->log_root = merkle_range_root(&state->p.log);
    h->state_root = state->root;
    h->members_hash = state->p.members_hash;
    h->dkg_hash = state->p.dkg_hash;
    *digest = block_digest(h);
    if (slots_find(&b->l->slots, digest) == NULL) {
        slots_put(&b->l->slots, slot, state, digest, h, true);
    }
    return write_block(b, h, out);
}

size_t ledger_propose(struct ledger *l, const struct digest *parent_digest, uint64_t parent_view,
    uint64_t view, bool empty, uint8_t *out, size_t capacity, struct digest *digest)
{
    struct proposal b = {.l = l};
    struct slot *parent = slots_find(&l->slots, parent_digest);
    if (parent == NULL || capacity < BLOCK_BYTES_MAX || l->guard.fault.kind != 0) {
        return 0;
    }
    struct slot *slot = slots_take(&l->slots, parent);
    if (slot == NULL) {
        return 0;
    }
    parent->touched = ++l->slots.touches;
    struct block_header h = {.game_id = l->game_id,
        .epoch = parent->state->p.epoch,
        .view = view,
        .height = parent->height + 1,
        .parent_view = parent_view,
        .parent = *parent_digest,
        .ops_root = merkle_root(NULL, 0)};
    b.body = writer_of(out + BLOCK_HEADER_BYTES, BLOCK_BODY_BYTES_MAX);
    write_u16(&b.body, 0);
    if (parent->sealing || (parent->state->p.closed && parent_view != 0)) {
        return propose_sealing(&b, slot, parent, &h, out, digest);
    }
    b.state = slots_take_state(&l->slots);
    b.x = ledger_begin(l, b.state, parent, parent_view);
    if (!empty) {
        add_ops(&b);
    }
    h.ops_root = merkle_range_root(&b.leaves);
    if (!ledger_finish(l, parent, b.state, &h)) {
        ledger_note_block(l, out, write_block(&b, &h, out));
        return 0;
    }
    *digest = block_digest(&h);
    if (slots_find(&l->slots, digest) == NULL) {
        slots_put(&l->slots, slot, b.state, digest, &h, false);
    }
    return write_block(&b, &h, out);
}

static bool chain_executed(void *self, const struct digest *digest)
{
    return ledger_executed(self, digest);
}

static bool chain_has_work(void *self, const struct digest *parent)
{
    return ledger_has_work(self, parent);
}

static enum verdict chain_execute(void *self, const struct block *b, const struct digest *digest)
{
    return ledger_execute(self, b, digest);
}

static size_t chain_propose(void *self, const struct digest *parent, uint64_t parent_view,
    uint64_t view, bool empty, uint8_t *out, size_t capacity, struct digest *digest)
{
    return ledger_propose(self, parent, parent_view, view, empty, out, capacity, digest);
}

static bool chain_closes_epoch(void *self, const struct digest *digest)
{
    return ledger_closes_epoch(self, digest);
}

struct chain ledger_chain(struct ledger *l)
{
    return (struct chain){.self = l,
        .execute = chain_execute,
        .executed = chain_executed,
        .has_work = chain_has_work,
        .propose = chain_propose,
        .closes_epoch = chain_closes_epoch};
}

bool ledger_may_pool(struct ledger *l, const struct op *op, uint64_t *last_seq)
{
    const struct identity *identity = protocol_identity(&l->slots.final->state->p, op->author);
    *last_seq = identity == NULL ? 0 : identity->seq;
    for (size_t i = 0; i < STATE_SLOTS; i++) {
        if (l->slots.slot[i].used) {
            struct execution x = ledger_execution(l, l->slots.slot[i].state);
            if (execution_admits(&x, op)) {
                return true;
            }
        }
    }
    return false;
}
