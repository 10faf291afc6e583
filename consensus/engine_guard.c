/* Invariants around the ledger: the chain of final blocks, its certificates, the kept state, and every buffer's limit. */
#include "consensus/engine_internal.h"

/* Every block's root is compared when it is executed. That the state is still the same later is looked at now and then. */
enum { ROOT_AGAIN_BLOCKS = 16 };

void engine_guard_act(struct engine *e)
{
    if (ledger_guard(e->ledger)->fault.kind != 0) {
        e->alarm = true;
        simplex_stop(e->simplex);
    }
}

void engine_guard_break(struct engine *e, const struct app_fault *fault)
{
    ledger_guard_break(e->ledger, fault);
    engine_guard_act(e);
}

static bool certificate_holds(const struct block_header *h, const struct digest *digest,
    const uint8_t *proof, size_t proof_size, unsigned quorum, struct app_fault *fault)
{
    struct certificate c;
    struct block_header next;
    struct reader r = reader_of(proof, proof_size);
    if (proof_size == 0) {
        return true; /* a later block's covers it */
    }
    bool right = certificate_decode(&c, &r) && c.epoch == h->epoch &&
                 (unsigned)__builtin_popcountll(c.signers) >= quorum &&
                 (digest_equal(&c.digest, digest) ||
                     (block_header_decode(&next, &r) && digest_equal(&next.parent, digest)));
    if (!right) {
        *fault = (struct app_fault){.kind = GUARD_CERTIFICATE,
            .have = __builtin_popcountll(c.signers),
            .want = (int64_t)quorum};
    }
    return right;
}

void engine_guard_final(struct engine *e, const struct block_header *h, const struct digest *digest,
    const uint8_t *proof, size_t proof_size, bool switches)
{
    struct app_fault fault = {0};
    struct guard_place *last = &e->guard.last;
    const struct roster *voters = switches ? &e->former : &engine_final(e)->roster;
    bool again = switches || h->height % ROOT_AGAIN_BLOCKS == 0;
    bool holds = guard_chain(last, h, &fault) && certificate_holds(h, digest, proof, proof_size,
                                                     quorum_size(voters->count), &fault);
    if (holds && again && !ledger_guard_root(e->ledger, &h->state_root)) {
        fault = (struct app_fault){.kind = GUARD_ROOT};
        holds = false;
    }
    *last = (struct guard_place){
        .known = true, .height = h->height, .view = h->view, .epoch = h->epoch, .digest = *digest};
    if (!holds) {
        engine_guard_break(e, &fault);
    }
}

void engine_guard_limits(struct engine *e)
{
    struct app_fault fault;
    const struct engine_update *up = e->up;
    const struct guard_limit limits[] = {
        {GUARD_LIMIT_OUTBOX, up->outbox.count, OUTBOX_MESSAGES_MAX},
        {GUARD_LIMIT_OUTBOX_BYTES, up->outbox.used, OUTBOX_ARENA_BYTES},
        {GUARD_LIMIT_PERSIST, up->persist_count, PERSIST_MAX},
        {GUARD_LIMIT_COMMITTED, up->committed_count, COMMITTED_MAX},
        {GUARD_LIMIT_ARENA, e->arena_used, ARENA_BYTES},
        {GUARD_LIMIT_OWN_OPS, e->own_count, OWN_OPS_MAX},
        {GUARD_LIMIT_POOL, mempool_count(e->pool), POOL_OPS_MAX},
        {GUARD_LIMIT_AUTHORS, e->budget_count, IDENTITIES_MAX},
        {GUARD_LIMIT_SERVES, up->serve_count, sizeof up->serve / sizeof up->serve[0]},
        {GUARD_LIMIT_ANSWERS, e->sync.answer_count, SERVES_MAX},
        {GUARD_LIMIT_EVIDENCE, ledger_evidence(e->ledger)->count, EVIDENCE_KEPT},
        {GUARD_LIMIT_SLOTS, ledger_slots_used(e->ledger), STATE_SLOTS},
    };
    if (!guard_limits(limits, sizeof limits / sizeof limits[0], &fault)) {
        engine_guard_break(e, &fault);
    }
}

void engine_guard_evidence(
    struct engine *e, struct writer *before, struct writer *block, struct writer *after)
{
    ledger_guard_evidence(e->ledger, before, block, after);
}

size_t engine_guard_capacity(const struct engine *e)
{
    return ledger_state_capacity(e->ledger);
}
