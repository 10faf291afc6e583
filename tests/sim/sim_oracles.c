/* What only somebody who sees the whole table can check (protocol G): whose votes are in a
 * certificate, when the dice can be known, which epochs follow each other, how a key generation
 * treats the honest. */
#include "consensus/engine_internal.h"
#include "tests/sim/sim.h"

static bool is_honest(const struct sim *s, const uint8_t id[ID_BYTES], int *node)
{
    *node = sim_find(s, id);
    return *node >= 0 && s->nodes[*node].liar == LIAR_NONE;
}

/* (14) one epoch a height: the next one begins behind a switch and only there. */
void sim_oracle_block(struct sim *s, unsigned node, const struct block *b)
{
    uint64_t height = b->header.height;
    size_t offset = 0;
    struct op op = {0};
    while (block_next_op(b, &offset, &op)) {
        if (s->closes[height]) {
            sim_fail(s, "height %llu goes on behind its switch", (unsigned long long)height);
        }
        s->closes[height] = op.kind == OP_EPOCH_SWITCH;
    }
    s->epoch_of[height] = b->header.epoch;
    if (height > 1 && b->header.epoch != s->epoch_of[height - 1] + s->closes[height - 1]) {
        sim_fail(s, "node %u: height %llu is of epoch %u, the one before of epoch %u", node,
            (unsigned long long)height, b->header.epoch, s->epoch_of[height - 1]);
    }
}

static const struct roster *roster_of(const struct sim *s, uint32_t epoch)
{
    return epoch < SIM_EPOCHS_MAX && s->rosters[epoch].count > 0 ? &s->rosters[epoch] : NULL;
}

/* Written down here once more: the engine's own may be the one with the fault. */
static unsigned quorum_of(const struct roster *r)
{
    return r->count - (r->count - 1U) / 3;
}

/* (15) no throw is pending at a switch; E is every dealer's own (C.4); the honest stay (13). */
void sim_oracle_state(struct sim *s, unsigned node)
{
    const struct protocol_state *p = engine_protocol(s->nodes[node].engine);
    const struct attempt *a = &p->attempt;
    size_t place = 4 + (size_t)quorum_of(&a->roster) * GROUP_POINT_BYTES; /* of E in a deal */
    if (p->epoch < SIM_EPOCHS_MAX && s->rosters[p->epoch].count == 0) {
        s->rosters[p->epoch] = p->roster;
    }
    if (p->closed && p->roll.active) {
        sim_fail(s, "node %u: a throw is out while the epoch ends", node);
    }
    for (unsigned i = 0; i < p->identity_count; i++) {
        int who;
        if (p->identities[i].standing == STANDING_EJECTED &&
            is_honest(s, p->identities[i].id_pk, &who)) {
            sim_fail(s, "node %d is honest and was ejected", who);
        }
    }
    for (unsigned i = 0; a->phase != ATTEMPT_NONE && i < a->roster.count; i++) {
        const uint8_t *E = a->deals[i] + place;
        for (unsigned k = 0; (a->deals_in >> i & 1) != 0 && k < i; k++) {
            if ((a->deals_in >> k & 1) != 0 &&
                memcmp(E, a->deals[k] + place, GROUP_POINT_BYTES) == 0) {
                sim_fail(s, "two deals with one one-time key");
            }
        }
    }
}

/* (22) an honest dealer is never disqualified, whatever the others deal. */
void sim_oracle_outcome(struct sim *s, const struct op_outcome *op)
{
    int who;
    if (is_honest(s, op->author, &who) &&
        ((op->kind == OP_DEAL && op->refusal == LEDGER_REFUSED_BAD_DEAL) ||
            (op->kind == OP_COMPLAIN && op->refusal == LEDGER_REFUSED_BAD_COMPLAINT))) {
        sim_fail(s, "node %d is honest and its %s was refused", who,
            op->kind == OP_DEAL ? "deal" : "complaint");
    }
}

/* (22) an honest complaint opens no honest dealer's share. */
void sim_oracle_complaint(struct sim *s, unsigned node, const struct op *op)
{
    const struct attempt *a = &engine_protocol(s->nodes[node].engine)->attempt;
    struct dkg_complaint c;
    int who;
    if (dkg_complaint_read(&c, op->payload, op->payload_size) != ERR_OK || a->dkg_id != c.dkg_id ||
        c.dealer < 1 || c.dealer > a->roster.count) {
        return;
    }
    if (is_honest(s, a->roster.members[c.dealer - 1].id_pk, &who)) {
        sim_fail(s, "node %u complains about node %d, which is honest", node, who);
    }
}

/* (17) whoever honest stands in a certificate has signed just that: nobody else's, former or forged
 * vote counts. */
static void check_certificate(struct sim *s, unsigned node, const struct certificate *c)
{
    const struct roster *roster = roster_of(s, c->epoch);
    unsigned count = (unsigned)__builtin_popcountll(c->signers);
    if (roster == NULL || roster->count == 1) {
        return; /* alone it tells nobody */
    }
    if (count < quorum_of(roster)) {
        sim_fail(s, "node %u: %u of %u votes make a block final", node, count, roster->count);
    }
    for (unsigned i = 0; i < roster->count && !s->failed; i++) {
        int who;
        if ((c->signers >> i & 1) == 0 || !is_honest(s, roster->members[i].id_pk, &who)) {
            continue;
        }
        struct vote v = {.kind = c->kind, .epoch = c->epoch, .view = c->view, .digest = c->digest};
        if (!sim_has_signed(s, (unsigned)who, &v)) {
            sim_fail(s, "node %u: the proof of view %llu has a vote that node %d never gave", node,
                (unsigned long long)c->view, who);
        }
    }
}

void sim_oracle_proofs(struct sim *s, unsigned node, const struct engine_update *u)
{
    struct certificate c;
    for (uint32_t i = 0; i < u->persist_count && !s->failed; i++) {
        const struct persist *p = &u->persist[i];
        struct reader r = reader_of(p->proof, p->proof_size);
        if (p->kind == PERSIST_BLOCK && certificate_decode(&c, &r)) {
            check_certificate(s, node, &c);
        }
    }
}

static struct sim_release *release_of(struct sim *s, const struct vote *v)
{
    for (unsigned i = 0; i < SIM_RELEASES_MAX; i++) {
        struct sim_release *r = &s->releases[i];
        if (r->epoch == v->epoch && r->view == v->view && digest_equal(&r->block, &v->digest)) {
            return r;
        }
    }
    struct sim_release *r = &s->releases[s->release_next++ % SIM_RELEASES_MAX];
    *r = (struct sim_release){.epoch = v->epoch, .view = v->view, .block = v->digest};
    return r;
}

/* (19) at the moment when the liars together with what was released can know the dice, too few are
 * left who could still nullify the throw's view. `v` is an honest FINALIZE with a share. */
void sim_oracle_share(struct sim *s, unsigned node, const struct vote *v)
{
    const struct roster *roster = roster_of(s, v->epoch);
    struct sim_release *r = release_of(s, v);
    r->nodes |= UINT64_C(1) << node;
    if (roster == NULL) {
        return;
    }
    unsigned liars = 0, may_nullify = 0;
    for (unsigned i = 0; i < roster->count; i++) {
        int who;
        if (is_honest(s, roster->members[i].id_pk, &who)) {
            may_nullify += !sim_has_signed(s, (unsigned)who, v);
        } else {
            liars++;
        }
    }
    unsigned known = liars + (unsigned)__builtin_popcountll(r->nodes);
    unsigned quorum = quorum_of(roster);
    if (known >= quorum && may_nullify + liars >= quorum) {
        sim_fail(s, "the dice of view %llu can be known, and %u of %u can still nullify it",
            (unsigned long long)v->view, may_nullify + liars, roster->count);
    }
}

/* (13) who was proved to lie is out by now. */
void sim_oracle_convicted(struct sim *s)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct sim_node *n = &s->nodes[i];
        const struct identity *id = protocol_identity(p, n->id_pk);
        if (n->convicted && id != NULL && roster_find(&p->roster, n->id_pk) >= 0) {
            sim_fail(s, "node %u (%s) was proved to lie in epoch %u and votes in epoch %u", i,
                sim_liar_name(n->liar), n->convicted_epoch, p->epoch);
        }
    }
}
