/* The first state of a split table (protocol B.5, B.1.5): the state after the split block, with the survivors as its electorate
 * of epoch 0, no dice yet, and whatever was under way given up. */
#include "consensus/ledger_internal.h"
#include "consensus/membership.h"

static bool read_state(struct ledger *l, struct slot_state *state, const struct recover *r)
{
    struct digest root = state_root_of(r->state, r->state_size);
    struct reader in = reader_of(r->state, r->state_size);
    return digest_equal(&root, &r->header.state_root) && protocol_decode(&state->p, &in) &&
           l->app->decode(state->app, &in) && reader_done(&in) &&
           digest_equal(&state->p.members_hash, &r->header.members_hash);
}

/* What the old table was in the middle of. Sequence numbers go on: an old operation can never be said again. */
static void give_up(struct protocol_state *p)
{
    p->epoch = 0;
    p->dkg_hash = (struct digest){{0}};
    p->has_dice = false;
    p->dkg_id = 0;
    p->attempt.phase = ATTEMPT_NONE;
    p->roll = (struct pending_roll){0};
    p->closed = p->ended = false;
    p->rekey_wanted = true;
    p->log.count = 0;
}

static void split_application(struct execution *x, const struct roster *survivors)
{
    uint8_t ids[MEMBERS_MAX][ID_BYTES];
    struct app_context ctx = execution_context(x, NULL);
    for (uint16_t i = 0; i < survivors->count; i++) {
        memcpy(ids[i], survivors->members[i].id_pk, ID_BYTES);
    }
    x->app->split(x->state, &ctx, (const uint8_t(*)[ID_BYTES])ids, survivors->count, x->events);
    membership_settle(x);
    ctx = execution_context(x, NULL);
    x->app->context_changed(x->state, &ctx, x->events);
}

bool ledger_begin_split(struct ledger *l, struct slot_state *state, const struct genesis *g)
{
    struct recover r;
    struct execution x = ledger_execution(l, state);
    struct protocol_state *p = &state->p;
    if (!recover_decode(&r, g->recover, g->recover_size) || !read_state(l, state, &r) || p->ended ||
        r.void_roll != (p->roll.active ? p->roll.roll : 0) ||
        !recover_check(l->signer, &r, &p->roster) || !membership_split(&x, &r.survivors)) {
        return false;
    }
    if (state->events != NULL) {
        l->app->events_clear(state->events);
    }
    give_up(p);
    split_application(&x, &r.survivors);
    return l->app->check(state->app) && !x.app->rolling(x.state);
}
