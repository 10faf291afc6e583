/* The state that was fetched takes the place of ours (E.2). What we have signed stays signed: in the
 * epoch we are in simplex only jumps forward, as with any certificate; another epoch begins as after
 * a restart, with what the journal holds of it. */
#include "consensus/engine_internal.h"

#include "base/check.h"

/* Ops that the state has already are no longer ours to bring in. */
static void prune_ops(struct engine *e)
{
    const struct protocol_state *p = engine_final(e);
    for (uint16_t i = 0; i < p->identity_count; i++) {
        mempool_prune(e->pool, p->identities[i].id_pk, p->identities[i].seq);
    }
    engine_own_prune(e);
}

static void remember_gap(struct engine *e, const struct roster *roster)
{
    struct backfill *b = &e->fill;
    b->low = ledger_height(e->ledger);
    b->low_digest = ledger_final_digest(e->ledger);
    b->high = e->take.header.height;
    b->high_digest = block_digest(&e->take.header);
    b->epoch = e->epoch;
    b->roster = *roster;
    b->need_roster = false;
    b->peer = -1;
    b->next_ms = e->now_ms + BACKFILL_PACE_MS;
    b->size = b->offset = 0;
    b->covered_height = 0;
}

static void persist_gap(struct engine *e)
{
    const struct block_header *h = &e->take.header;
    uint8_t low[8];
    struct writer w = writer_of(low, sizeof low);
    write_u64(&w, e->fill.low);
    struct persist *p = engine_persist(e, PERSIST_GAP);
    p->height = h->height;
    p->epoch = h->epoch;
    p->view = h->view;
    p->digest = block_digest(h);
    p->data = engine_keep(e, low, sizeof low);
    p->size = sizeof low;
}

static void go_on(struct engine *e, uint32_t former)
{
    if (engine_final(e)->epoch == former) {
        CHECK(e->final_cert_valid); /* only such states are kept within an epoch */
        engine_begin_step(e);
        simplex_advance(e->simplex, &e->final_cert, e->now_ms, &e->step);
        engine_absorb(e);
        return;
    }
    bool direct = e->final_cert_valid;
    e->switched = true;
    engine_begin_epoch(e);
    e->final_cert_valid = direct;
}

bool engine_adopt(struct engine *e)
{
    const struct takeover *t = &e->take;
    uint64_t from = ledger_height(e->ledger);
    uint32_t former = e->epoch;
    struct certificate cert;
    struct reader r = reader_of(t->proof, t->proof_size);
    struct digest digest = block_digest(&t->header);
    bool inside = t->header.epoch == former && !digest_equal(&digest, &t->base);
    if (t->header.height <= from) {
        return false; /* agreement was faster */
    }
    if (inside && (!certificate_decode(&cert, &r) || !reader_done(&r))) {
        return false; /* an honest member keeps no such state */
    }
    /* The deals of the key generation that ran when we left: perhaps they made the key. */
    if (engine_final(e)->attempt.phase >= ATTEMPT_ACK && t->epoch != former) {
        e->deals.valid = engine_load_deals(e, &engine_final(e)->attempt);
    }
    struct backfill before = e->fill;
    remember_gap(e, &engine_final(e)->roster);
    if (!ledger_adopt(e->ledger, &t->header, t->bytes, (size_t)t->meta.size)) {
        e->fill = before;
        return false;
    }
    engine_follow_state(e, &t->header, &t->base, t->proof, t->proof_size);
    if (!engine_deals_right(e)) {
        e->deals.valid = false;
    }
    e->sync.answer_count = 0;
    e->sync.covered_height = 0;
    persist_gap(e);
    engine_persist_deals(e, engine_final(e)->epoch);
    engine_keep_state(e, &t->header, t->proof, t->proof_size, t->bytes, (size_t)t->meta.size);
    prune_ops(e);
    e->adopted++;
    e->up->adopted_height = t->header.height;
    e->up->adopted_from = from;
    e->final_ms = e->now_ms;
    e->sync.push_due = true;
    go_on(e, former);
    engine_dice_final(e);
    e->again = true;
    return true;
}
