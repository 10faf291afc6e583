#include "consensus/engine_internal.h"

#include "base/check.h"

static enum verdict chain_execute(void *self, const struct block *b, const struct digest *digest)
{
    struct engine *e = self;
    enum verdict v = ledger_execute(e->ledger, b, digest);
    engine_guard_act(e);
    return v;
}

static bool chain_executed(void *self, const struct digest *digest)
{
    return ledger_executed(((struct engine *)self)->ledger, digest);
}

static bool chain_has_work(void *self, const struct digest *parent)
{
    return ledger_has_work(((struct engine *)self)->ledger, parent);
}

static size_t chain_propose(void *self, const struct digest *parent, uint64_t parent_view,
    uint64_t view, bool empty, uint8_t *out, size_t capacity, struct digest *digest)
{
    struct engine *e = self;
    size_t size =
        ledger_propose(e->ledger, parent, parent_view, view, empty, out, capacity, digest);
    engine_guard_act(e);
    return size;
}

static bool chain_closes_epoch(void *self, const struct digest *digest)
{
    return ledger_closes_epoch(((struct engine *)self)->ledger, digest);
}

static size_t chain_finalize_trailer(
    void *self, const struct digest *digest, uint8_t *out, size_t capacity)
{
    return engine_dice_trailer(self, digest, out, capacity);
}

static void chain_on_trailer(
    void *self, unsigned voter, const struct digest *digest, const uint8_t *data, size_t size)
{
    struct engine *e = self;
    (void)digest; /* a share is checked against the roll's final block */
    if (!engine_dice_receive(e, voter, data, size)) {
        e->rejected[MSG_SHARE]++;
    }
}

struct chain engine_chain(struct engine *e)
{
    return (struct chain){
        .self = e,
        .execute = chain_execute,
        .executed = chain_executed,
        .has_work = chain_has_work,
        .propose = chain_propose,
        .closes_epoch = chain_closes_epoch,
        .finalize_trailer = chain_finalize_trailer,
        .on_trailer = chain_on_trailer,
    };
}

struct key_set *engine_keys_by_vote(struct engine *e, const uint8_t vote_pk[32])
{
    for (size_t i = 0; i < KEY_SETS_MAX; i++) {
        if (e->keys[i].used && memcmp(e->keys[i].vote_pk, vote_pk, 32) == 0) {
            return &e->keys[i];
        }
    }
    return NULL;
}

struct key_set *engine_keys_by_attempt(struct engine *e, uint32_t dkg_id)
{
    for (size_t i = 0; i < KEY_SETS_MAX; i++) {
        if (e->keys[i].used && e->keys[i].dkg_id == dkg_id) {
            return &e->keys[i];
        }
    }
    return NULL;
}

static bool keys_in_use(const struct engine *e, const struct key_set *k)
{
    const struct protocol_state *p = engine_final(e);
    int me = roster_find(&p->roster, e->self_id);
    return me >= 0 && memcmp(p->roster.members[me].vote_pk, k->vote_pk, 32) == 0;
}

/* A free place, or that of the oldest attempt which is not this epoch's. */
struct key_set *engine_keys_add(struct engine *e, uint32_t dkg_id)
{
    struct key_set *best = NULL;
    for (size_t i = 0; i < KEY_SETS_MAX; i++) {
        struct key_set *k = &e->keys[i];
        if (!k->used) {
            best = k;
            break;
        }
        if (!keys_in_use(e, k) && (best == NULL || k->dkg_id < best->dkg_id)) {
            best = k;
        }
    }
    CHECK(best != NULL);
    sodium_memzero(best, sizeof *best);
    best->used = true;
    best->dkg_id = dkg_id;
    return best;
}

static void prune_pool(struct engine *e, const struct final_effects *effects)
{
    static const uint8_t nobody[ID_BYTES];
    for (size_t i = 0; i < effects->op_count; i++) {
        const struct op_outcome *op = &effects->ops[i];
        if (memcmp(op->author, nobody, ID_BYTES) != 0) {
            mempool_prune(e->pool, op->author, op->seq);
        }
    }
    engine_own_prune(e);
}

static void publish(struct engine *e, const struct digest *digest, const uint8_t *bytes,
    size_t size, const uint8_t *proof, size_t proof_size)
{
    struct committed *c = &e->up->committed[e->up->committed_count];
    c->events_slot = (uint8_t)e->up->committed_count++;
    if (c->effects.events != NULL && e->events[c->events_slot] != NULL) {
        e->config.app->events_copy(e->events[c->events_slot], c->effects.events);
    }
    c->effects.events = e->events[c->events_slot];
    struct persist *p = engine_persist(e, PERSIST_BLOCK);
    p->height = c->effects.height;
    p->epoch = c->effects.epoch;
    p->view = c->effects.view;
    p->digest = *digest;
    p->data = engine_keep(e, bytes, size);
    p->size = size;
    p->proof = proof;
    p->proof_size = proof_size;
}

/* The next block on the last final one. False when it is not that: already final, or an empty block
 * behind a switch, which is never applied (B.1.4). `proof` lives in the arena, or anywhere when
 * nothing is published. */
bool engine_finalize(struct engine *e, const struct digest *digest, const uint8_t *bytes,
    size_t size, const uint8_t *proof, size_t proof_size)
{
    struct block b;
    if (e->switched || !block_decode(&b, bytes, size) ||
        b.header.height != ledger_height(e->ledger) + 1) {
        return false;
    }
    bool switches = ledger_closes_epoch(e->ledger, digest);
    if (switches) {
        /* The deals leave the state with the switch, and the own share is computed from them. */
        e->deals.valid = engine_load_deals(e, &engine_final(e)->attempt);
        e->former = engine_final(e)->roster;
    }
    if (e->up != NULL) {
        engine_evidence_compare(e, &b);
    }
    struct final_effects *effects =
        e->up != NULL ? &e->up->committed[e->up->committed_count].effects : &e->effects;
    if (!ledger_finalize(e->ledger, digest, effects)) {
        return false;
    }
    e->final_view = switches ? 0 : b.header.view;
    e->switched = switches;
    e->base = switches ? *digest : e->base;
    e->final_ms = e->now_ms;
    e->sync.push_due = true;
    prune_pool(e, effects);
    engine_guard_final(e, &b.header, digest, proof, proof_size, switches);
    if (e->up != NULL) {
        publish(e, digest, bytes, size, proof, proof_size);
        engine_evidence_final(e, &b);
        engine_dice_final(e);
    }
    if (e->up != NULL && switches && proof_size > 0) {
        engine_persist_epoch(e, &b.header, &engine_final(e)->roster, proof, proof_size);
        engine_persist_deals(e, engine_final(e)->epoch);
    }
    engine_snapshot_take(e, &b.header, digest, proof, proof_size, switches);
    return true;
}

/* The certificate that covers a block: its own, or the best finalization with the headers on the
 * way to it. Empty when that way is too long: then the proof of a later block has to do. */
static const uint8_t *final_proof(struct engine *e, const struct final_block *f, size_t *size)
{
    uint8_t *at = e->arena + e->arena_used;
    struct writer w = writer_of(at, ARENA_BYTES - e->arena_used);
    *size = 0;
    if (f->certificate != NULL) {
        certificate_encode(f->certificate, &w);
    } else if (simplex_best_final(e->simplex, &e->final_cert)) {
        certificate_encode(&e->final_cert, &w);
        if (!simplex_final_path(e->simplex, &f->digest, SEALS_MAX, &w)) {
            return NULL;
        }
    }
    CHECK(!w.bad);
    e->arena_used += w.size;
    *size = w.size;
    return at;
}

static void absorb_journal(struct engine *e)
{
    const struct simplex_step *s = &e->step;
    for (uint32_t i = 0; i < s->proposal_count; i++) {
        struct block b;
        struct persist *p = engine_persist(e, PERSIST_PROPOSAL);
        p->epoch = e->epoch;
        p->view = s->proposals[i].view;
        p->data = engine_keep(e, s->proposals[i].bytes, s->proposals[i].size);
        p->size = s->proposals[i].size;
        if (block_decode(&b, p->data, p->size)) {
            p->digest = block_digest(&b.header);
        }
    }
    for (uint32_t i = 0; i < s->journal_count; i++) {
        struct persist *p = engine_persist(e, PERSIST_VOTE);
        p->flag = s->journal[i].kind;
        p->epoch = s->journal[i].epoch;
        p->view = s->journal[i].view;
        p->digest = s->journal[i].digest;
        if (s->journal[i].proof_size > 0) {
            p->data = engine_keep(e, s->journal[i].proof, s->journal[i].proof_size);
            p->size = s->journal[i].proof_size;
        }
    }
}

/* Takes over what a call of simplex left in e->step. */
void engine_absorb(struct engine *e)
{
    struct simplex_step *s = &e->step;
    absorb_journal(e);
    for (uint32_t i = 0; i < s->final_count; i++) {
        const struct final_block *f = &s->final[i];
        size_t proof_size;
        const uint8_t *proof = final_proof(e, f, &proof_size);
        if (engine_finalize(e, &f->digest, f->bytes, f->size, proof, proof_size)) {
            e->final_cert_valid = f->certificate != NULL;
            if (e->final_cert_valid) {
                e->final_cert = *f->certificate;
            }
        }
    }
    if (s->alarm) {
        e->alarm = true;
        ledger_guard_differs(e->ledger);
    }
    for (uint32_t i = 0; i < s->evidence_count; i++) {
        engine_report_votes(e, s->evidence[i]);
    }
    s->journal_count = s->proposal_count = s->final_count = 0;
    s->evidence_count = 0;
    if (e->switched) {
        engine_begin_epoch(e);
    }
}

static void tell_links(struct engine *e, const struct roster *roster)
{
    for (int i = 0; i < roster->count; i++) {
        const struct peer *p = engine_peer(e, roster->members[i].id_pk, false);
        if (memcmp(roster->members[i].id_pk, e->self_id, ID_BYTES) != 0 && p != NULL && p->linked) {
            engine_begin_step(e);
            simplex_link(e->simplex, (unsigned)i, true, e->now_ms, &e->step);
            engine_absorb(e);
        }
    }
}

/* Simplex starts anew from the last final block, which ended the former epoch (B.1.4). */
void engine_begin_epoch(struct engine *e)
{
    const struct protocol_state *p = engine_final(e);
    bool restart = !e->switched;
    struct simplex_params *params = &e->params;
    memset(params, 0, sizeof *params);
    params->game_id = e->game_id;
    params->epoch = e->epoch = p->epoch;
    params->base = e->base;
    struct reader seed = reader_of(e->base.b, sizeof e->base.b);
    params->seed = read_u64(&seed);
    params->roster = p->roster;
    params->signer = e->config.signer;
    params->chain = engine_chain(e);
    params->delta_ms = e->config.delta_ms;
    e->self = roster_find(&p->roster, e->self_id);
    const struct key_set *k =
        e->self < 0 ? NULL : engine_keys_by_vote(e, p->roster.members[e->self].vote_pk);
    bool distrusted = e->duty.distrusted && e->duty.distrusted_epoch == p->epoch;
    e->voting = k != NULL && !distrusted && !e->config.watcher && !p->ended;
    params->self = e->voting ? e->self : -1;
    if (e->voting) {
        memcpy(params->vote_sk, k->vote_sk, sizeof params->vote_sk);
    }
    e->views_before += simplex_inspect(e->simplex).view;
    bool begun = simplex_begin(e->simplex, params);
    sodium_memzero(params, sizeof *params);
    e->switched = false;
    engine_guard_act(e);
    if (!begun) {
        e->alarm = e->no_memory = true;
        e->voting = false;
        e->self = -1;
    }
    engine_feed_journal(e);
    engine_make_share(e);
    if (!restart) {
        engine_dice_reset(e);
        e->forget_due = true;
        e->final_cert_valid = false;
        e->replay_due = true;
        tell_links(e, &p->roster);
    }
}
