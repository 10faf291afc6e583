#include "consensus/execution.h"

#include "base/check.h"
#include "consensus/ledger.h"
#include "consensus/membership.h"
#include "consensus/quorum.h"
#include "consensus/rolls.h"
#include "consensus/state_chunk.h"

/* False in epoch 0, from the last ACK on, and until the first block of a new epoch (B.1.3). */
static bool dice_allowed(const struct protocol_state *p)
{
    return p->has_dice && p->attempt.phase != ATTEMPT_READY && !p->closed;
}

struct app_context execution_context(const struct execution *x, const uint8_t *author)
{
    struct app_context ctx = {.members = x->p->roster.count,
        .faulty = (uint16_t)quorum_faulty(x->p->roster.count),
        .dice_allowed = dice_allowed(x->p)};
    if (author != NULL) {
        memcpy(ctx.author, author, ID_BYTES);
        ctx.author_member = roster_find(&x->p->roster, author) >= 0;
    }
    return ctx;
}

/* Tells the application when something of this changed since `before`. */
static void follow_context(struct execution *x, const struct app_context *before)
{
    struct app_context now = execution_context(x, NULL);
    if (now.members != before->members || now.faulty != before->faulty ||
        now.dice_allowed != before->dice_allowed) {
        x->app->context_changed(x->state, &now, x->events);
        rolls_note(x);
    }
}

void execution_begin(struct execution *x, uint64_t parent_view, const struct digest *parent_digest)
{
    struct app_context before = execution_context(x, NULL);
    x->op_index = 0;
    x->p->closed = false;
    rolls_bind(&x->p->roll, parent_view, parent_digest);
    follow_context(x, &before);
}

bool execution_admits(const struct execution *x, const struct op *op)
{
    const struct identity *identity = protocol_identity(x->p, op->author);
    struct join j;
    if (x->p->ended) {
        return false;
    }
    if (identity != NULL && identity->standing != STANDING_NONE) {
        return true;
    }
    return op->kind == OP_JOIN && (identity != NULL || x->p->identity_count < IDENTITIES_MAX) &&
           join_decode(&j, op->payload, op->payload_size) &&
           membership_ticket_right(x, op->author, &j);
}

static uint16_t apply_game(struct execution *x, const struct op *op)
{
    struct app_context ctx = execution_context(x, op->author);
    uint16_t refusal = x->app->apply(x->state, &ctx, op->payload, op->payload_size, x->events);
    rolls_note(x);
    return refusal;
}

static uint16_t apply_authored(struct execution *x, const struct op *op)
{
    if (protocol_identity(x->p, op->author)->standing == STANDING_EJECTED) {
        return LEDGER_REFUSED_EJECTED;
    }
    switch (op->kind) {
    case OP_GAME:
        return apply_game(x, op);
    case OP_JOIN:
        return membership_join(x, op);
    case OP_LEAVE:
        return membership_leave(x, op);
    case OP_REKEY:
        return membership_rekey(x, op);
    case OP_ABSENT:
        return membership_absent(x, op);
    case OP_BALLOT:
        return membership_ballot(x, op);
    case OP_KEYS:
        return attempt_keys(x, op);
    case OP_DEAL:
        return attempt_deal(x, op);
    case OP_ACK:
        return attempt_ack(x, op);
    case OP_COMPLAIN:
        return attempt_complain(x, op);
    default:
        return LEDGER_REFUSED_MALFORMED;
    }
}

static bool apply_block_op(struct execution *x, const struct op *op)
{
    if (x->p->ended) {
        return false;
    }
    switch (op->kind) {
    case OP_RESULT:
        return rolls_result(x, op);
    case OP_EVIDENCE:
        return membership_evidence(x, op);
    default:
        return membership_switch(x, op);
    }
}

/* An authored op that may stand here: author, sequence number, signature. */
static bool is_includable(const struct execution *x, const struct op *op)
{
    const struct identity *identity = protocol_identity(x->p, op->author);
    uint64_t last = identity == NULL ? 0 : identity->seq;
    return op->seq == last + 1 && execution_admits(x, op) &&
           (x->checked || mempool_knows(x->pool, op) || op_verify(x->signer, op, x->game_id));
}

bool execution_apply(struct execution *x, const struct op *op, uint16_t *refusal)
{
    struct app_context before = execution_context(x, NULL);
    *refusal = 0;
    if (x->p->closed) {
        return false;
    }
    if (op_is_block_op(op->kind)) {
        if (!apply_block_op(x, op)) {
            return false;
        }
    } else {
        if (!is_includable(x, op)) {
            return false;
        }
        if (protocol_identity(x->p, op->author) == NULL) {
            CHECK(protocol_add_identity(x->p, op->author) != NULL);
        }
        *refusal = apply_authored(x, op);
        protocol_identity_mut(x->p, op->author)->seq = op->seq;
    }
    if (op->kind != OP_GAME) {
        membership_settle(x);
    }
    follow_context(x, &before);
    struct digest digest = op_digest(op);
    struct digest leaf = merkle_leaf(digest.b, DIGEST_BYTES);
    merkle_range_add(&x->p->log, &leaf);
    x->op_index++;
    return true;
}

struct digest state_root_of(const uint8_t *bytes, size_t size)
{
    struct merkle_range tree;
    struct state_meta meta = {.size = size};
    tree.count = 0;
    for (size_t offset = 0; offset < size; offset += STATE_CHUNK_BYTES) {
        size_t left = size - offset;
        struct digest leaf = state_chunk_leaf(
            meta.chunks++, bytes + offset, left < STATE_CHUNK_BYTES ? left : STATE_CHUNK_BYTES);
        merkle_range_add(&tree, &leaf);
    }
    meta.tree = merkle_range_root(&tree);
    return state_meta_root(&meta);
}
