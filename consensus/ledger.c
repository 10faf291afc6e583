#include "consensus/ledger.h"

#include "base/check.h"
#include "consensus/ledger_internal.h"
#include "consensus/membership.h"
#include "consensus/rolls.h"

#include <stdlib.h>

struct execution ledger_execution(struct ledger *l, struct slot_state *state)
{
    return (struct execution){.app = l->app,
        .signer = l->signer,
        .pool = l->pool,
        .game_id = &l->game_id,
        .memo = &l->memo,
        .p = &state->p,
        .state = state->app,
        .events = state->events};
}

static void clear_events(const struct ledger *l, struct slot_state *state)
{
    if (state->events != NULL) {
        l->app->events_clear(state->events);
    }
}

struct execution ledger_begin(
    struct ledger *l, struct slot_state *state, const struct slot *parent, uint64_t parent_view)
{
    struct execution x = ledger_execution(l, state);
    protocol_copy(&state->p, &parent->state->p);
    l->app->copy(state->app, parent->state->app);
    clear_events(l, state);
    state->op_count = 0;
    execution_begin(&x, parent_view, &parent->digest);
    return x;
}

bool ledger_apply(struct execution *x, struct slot_state *state, const struct op *op)
{
    uint16_t refusal;
    if (!execution_apply(x, op, &refusal)) {
        return false;
    }
    struct op_outcome *outcome = &state->ops[state->op_count++];
    *outcome = (struct op_outcome){.kind = op->kind, .seq = op->seq, .refusal = refusal};
    memcpy(outcome->author, op->author, ID_BYTES);
    return true;
}

static size_t encode_state(struct ledger *l, const struct slot_state *state)
{
    struct writer w = writer_of(l->scratch, l->scratch_size);
    protocol_encode(&state->p, &w);
    l->app->encode(state->app, &w);
    CHECK(!w.bad);
    return w.size;
}

bool ledger_finish(struct ledger *l, const struct slot *parent, struct slot_state *state,
    struct block_header *header)
{
    membership_end_block(&state->p);
    size_t size = encode_state(l, state);
    state->root = state_root_of(l->scratch, size);
    header->state_root = state->root;
    header->log_root = merkle_range_root(&state->p.log);
    header->members_hash = state->p.members_hash;
    header->dkg_hash = state->p.dkg_hash;
    return ledger_guard_holds(l, parent == NULL ? NULL : parent->state, state, header);
}

/* The table of one: the founder sits and votes, and attempt 1 runs at once (B.1.5). */
static bool execute_genesis(struct ledger *l, struct slot_state *state, const struct genesis *g)
{
    struct execution x = ledger_execution(l, state);
    struct protocol_state *p = &state->p;
    struct member founder = {{0}};
    memcpy(founder.id_pk, g->founder_id, ID_BYTES);
    memcpy(founder.vote_pk, g->founder_vote_pk, sizeof founder.vote_pk);
    memcpy(founder.net_pk, g->founder_net_pk, sizeof founder.net_pk);
    CHECK(roster_add(&p->roster, &founder));
    p->members_hash = roster_hash(&p->roster);
    struct identity *identity = protocol_add_identity(p, g->founder_id);
    memcpy(identity->net_pk, g->founder_net_pk, sizeof identity->net_pk);
    identity->standing = STANDING_MEMBER;
    identity->profile_size = g->profile_size;
    memcpy(identity->profile, g->profile, g->profile_size);
    identity->stack = true;
    clear_events(l, state);
    struct app_context ctx = execution_context(&x, g->founder_id);
    if (g->profile_size > PROFILE_BYTES_MAX || g->rules_size > RULES_BYTES_MAX ||
        !l->app->init(state->app, g->rules, g->rules_size) ||
        l->app->seat(state->app, &ctx, g->founder_id, g->profile, g->profile_size, NULL,
            state->events) != 0) {
        return false;
    }
    ctx = execution_context(&x, NULL);
    l->app->context_changed(state->app, &ctx, state->events);
    p->rekey_wanted = true;
    return true;
}

struct ledger *ledger_create(const struct app *app, const struct signer *signer,
    const struct genesis *genesis, struct mempool *pool)
{
    struct ledger *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return NULL;
    }
    l->app = app;
    l->signer = signer;
    l->pool = pool;
    l->scratch_size = PROTOCOL_BYTES_MAX + 2 * app->state_bytes + 65536;
    l->scratch = calloc(1, l->scratch_size);
    struct slot_state *state = &l->slots.state[0];
    if (l->scratch == NULL || !slots_init(&l->slots, app) ||
        genesis->profile_size > PROFILE_BYTES_MAX || genesis->rules_size > RULES_BYTES_MAX) {
        ledger_destroy(l);
        return NULL;
    }
    l->game_id = genesis_game_id(genesis);
    bool begun = genesis->recover != NULL ? ledger_begin_split(l, state, genesis)
                                          : execute_genesis(l, state, genesis);
    if (!begun) {
        ledger_destroy(l);
        return NULL;
    }
    struct block_header header = {.game_id = l->game_id};
    if (!ledger_finish(l, NULL, state, &header)) {
        ledger_destroy(l);
        return NULL;
    }
    slots_put(&l->slots, &l->slots.slot[0], state, &l->game_id, &header, false);
    l->slots.final = &l->slots.slot[0];
    return l;
}

void ledger_destroy(struct ledger *l)
{
    if (l != NULL) {
        slots_free(&l->slots);
        free(l->scratch);
        free(l);
    }
}

struct digest ledger_game_id(const struct ledger *l)
{
    return l->game_id;
}

void ledger_take_word(struct ledger *l, const struct vouching *vouching)
{
    l->vouching = *vouching;
}

/* Behind a switch block nothing may happen: same height, same everything (B.1.4). */
static enum verdict execute_sealing(
    struct ledger *l, const struct block *b, const struct digest *digest, const struct slot *parent)
{
    const struct block_header *h = &b->header;
    struct slot_state *state = parent->state;
    struct digest log_root = merkle_range_root(&state->p.log);
    if (b->op_count != 0 || h->height != parent->height || h->parent_view != parent->view ||
        h->view <= parent->view || !digest_equal(&h->state_root, &state->root) ||
        !digest_equal(&h->log_root, &log_root) ||
        !digest_equal(&h->members_hash, &state->p.members_hash) ||
        !digest_equal(&h->dkg_hash, &state->p.dkg_hash)) {
        return VERDICT_INVALID;
    }
    struct slot *slot = slots_take(&l->slots, parent);
    if (slot == NULL) {
        return VERDICT_MISSING;
    }
    slots_put(&l->slots, slot, state, digest, h, true);
    return VERDICT_OK;
}

/* Does the block stand where its header says: view 0 is that of an epoch's base (A.2, B.1.4). */
static bool follows(const struct block_header *h, const struct slot *parent)
{
    uint64_t parent_view = parent->state->p.closed ? 0 : parent->view;
    return !parent->sealing && h->epoch == parent->state->p.epoch &&
           h->height == parent->height + 1 && h->parent_view == parent_view &&
           h->view > parent_view;
}

bool ledger_execute_ops(struct execution *x, struct slot_state *state, const struct block *b)
{
    struct op op;
    size_t offset = 0;
    while (block_next_op(b, &offset, &op)) {
        if (state->op_count == BLOCK_OPS_MAX || !ledger_apply(x, state, &op)) {
            return false;
        }
    }
    return state->op_count == b->op_count;
}

enum verdict ledger_execute(struct ledger *l, const struct block *b, const struct digest *digest)
{
    const struct block_header *h = &b->header;
    struct slot *known = slots_find(&l->slots, digest);
    if (known != NULL) {
        known->touched = ++l->slots.touches;
        return VERDICT_OK;
    }
    if (l->guard.fault.kind != 0) {
        return VERDICT_MISSING;
    }
    if (!digest_equal(&h->game_id, &l->game_id)) {
        return VERDICT_INVALID;
    }
    struct slot *parent = slots_find(&l->slots, &h->parent);
    if (parent == NULL) {
        return VERDICT_MISSING;
    }
    parent->touched = ++l->slots.touches;
    if (parent->state->p.closed && h->epoch == parent->epoch) {
        return execute_sealing(l, b, digest, parent);
    }
    if (!follows(h, parent)) {
        return VERDICT_INVALID;
    }
    struct slot *slot = slots_take(&l->slots, parent);
    if (slot == NULL) {
        return VERDICT_MISSING;
    }
    struct slot_state *state = slots_take_state(&l->slots);
    struct execution x = ledger_begin(l, state, parent, h->parent_view);
    x.checked =
        l->vouching.vouched != NULL && l->vouching.vouched(l->vouching.self, h->height, digest);
    if (!ledger_execute_ops(&x, state, b)) {
        return VERDICT_INVALID;
    }
    struct block_header own = *h;
    if (!ledger_finish(l, parent, state, &own)) {
        ledger_note_block(l, b->bytes, b->size);
        return VERDICT_INVALID;
    }
    if (!digest_equal(&own.state_root, &h->state_root) ||
        !digest_equal(&own.log_root, &h->log_root) ||
        !digest_equal(&own.members_hash, &h->members_hash) ||
        !digest_equal(&own.dkg_hash, &h->dkg_hash)) {
        ledger_note_block(l, b->bytes, b->size);
        l->differs = true;
        return VERDICT_INVALID;
    }
    slots_put(&l->slots, slot, state, digest, h, false);
    return VERDICT_OK;
}

bool ledger_result_wrong(const struct ledger *l)
{
    return l->memo.result_set && !l->memo.result_right;
}

bool ledger_executed(const struct ledger *l, const struct digest *digest)
{
    return slots_find(&l->slots, digest) != NULL;
}

bool ledger_closes_epoch(const struct ledger *l, const struct digest *digest)
{
    const struct slot *slot = slots_find(&l->slots, digest);
    return slot != NULL && slot != l->slots.final && slot->state->p.closed;
}

static void fill_effects(const struct slot *slot, struct final_effects *effects)
{
    const struct slot_state *state = slot->state;
    effects->height = slot->height;
    effects->epoch = slot->epoch;
    effects->view = slot->view;
    effects->op_count = state->op_count;
    memcpy(effects->ops, state->ops, state->op_count * sizeof state->ops[0]);
    effects->events = state->events;
    effects->epoch_switched = state->p.closed;
}

bool ledger_finalize(struct ledger *l, const struct digest *digest, struct final_effects *effects)
{
    struct slot *slot = slots_find(&l->slots, digest);
    if (slot == NULL || slot->sealing || !digest_equal(&slot->parent, &l->slots.final->digest)) {
        return false;
    }
    slots_finalize(&l->slots, slot);
    fill_effects(slot, effects);
    for (uint16_t i = 0; i < effects->op_count; i++) {
        if (!op_is_block_op(effects->ops[i].kind)) {
            mempool_prune(l->pool, effects->ops[i].author, effects->ops[i].seq);
        }
    }
    evidence_set_prune(&l->evidence, &l->slots.final->state->p);
    return true;
}

const uint8_t *ledger_state_bytes(struct ledger *l, size_t *size)
{
    *size = encode_state(l, l->slots.final->state);
    return l->scratch;
}

bool ledger_write_state(struct ledger *l, const struct digest *digest, struct writer *w)
{
    const struct slot *slot = slots_find(&l->slots, digest);
    if (slot == NULL) {
        return false;
    }
    write_bytes(w, l->scratch, encode_state(l, slot->state));
    return !w->bad;
}

size_t ledger_state_capacity(const struct ledger *l)
{
    return l->scratch_size;
}

/* Does the header say of that state what its own execution would have said. */
static bool describes(const struct block_header *h, const struct protocol_state *p)
{
    struct digest log_root = merkle_range_root(&p->log);
    return h->epoch + (p->closed ? 1 : 0) == p->epoch && digest_equal(&h->log_root, &log_root) &&
           digest_equal(&h->members_hash, &p->members_hash) &&
           digest_equal(&h->dkg_hash, &p->dkg_hash);
}

bool ledger_adopt(
    struct ledger *l, const struct block_header *header, const uint8_t *bytes, size_t size)
{
    struct digest root = state_root_of(bytes, size);
    struct reader r = reader_of(bytes, size);
    if (!digest_equal(&header->game_id, &l->game_id) || !digest_equal(&header->state_root, &root)) {
        return false;
    }
    struct app_fault fault;
    struct slot_state *state = slots_take_state(&l->slots);
    if (!protocol_decode(&state->p, &r) || !l->app->decode(state->app, &r) || !reader_done(&r) ||
        !describes(header, &state->p) || !l->app->check(state->app) ||
        (l->app->audit != NULL && !l->app->audit(NULL, state->app, NULL, &fault))) {
        return false;
    }
    slots_drop_unfinal(&l->slots);
    clear_events(l, state);
    state->op_count = 0;
    state->root = root;
    struct digest digest = block_digest(header);
    struct slot *slot = slots_take(&l->slots, l->slots.final);
    slots_put(&l->slots, slot, state, &digest, header, false);
    slots_finalize(&l->slots, slot);
    return true;
}

static const struct slot *slot_or_final(const struct ledger *l, const struct digest *digest)
{
    return digest == NULL ? l->slots.final : slots_find(&l->slots, digest);
}

const struct protocol_state *ledger_protocol(const struct ledger *l, const struct digest *digest)
{
    const struct slot *slot = slot_or_final(l, digest);
    return slot == NULL ? NULL : &slot->state->p;
}

const void *ledger_app_state(const struct ledger *l, const struct digest *digest)
{
    const struct slot *slot = slot_or_final(l, digest);
    return slot == NULL ? NULL : slot->state->app;
}

bool ledger_place(const struct ledger *l, const struct digest *digest, struct block_place *out)
{
    const struct slot *slot = slot_or_final(l, digest);
    if (slot != NULL) {
        *out = (struct block_place){slot->epoch, slot->view, slot->height};
    }
    return slot != NULL;
}

uint64_t ledger_height(const struct ledger *l)
{
    return l->slots.final->height;
}

struct digest ledger_final_digest(const struct ledger *l)
{
    return l->slots.final->digest;
}

struct digest ledger_state_root(const struct ledger *l)
{
    return l->slots.final->state->root;
}

bool ledger_roll_binding(
    const struct ledger *l, const struct digest *digest, struct pending_roll *out)
{
    const struct slot *slot = slots_find(&l->slots, digest);
    if (slot == NULL || !slot->state->p.roll.active) {
        return false;
    }
    *out = slot->state->p.roll;
    rolls_bind(out, slot->view, &slot->digest);
    return true;
}
