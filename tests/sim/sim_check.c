/* What must hold after every step of every honest node (protocol G). */
#include "tests/sim/sim.h"

#include "consensus/engine_internal.h"

/* (1) one block a height, (6) one state a height, (5) every op once and in order. */
static void check_block(struct sim *s, unsigned node, const struct persist *p)
{
    struct block b;
    if (p->height >= SIM_HEIGHTS_MAX) {
        sim_fail(s, "blocks without end: height %llu", (unsigned long long)p->height);
        return;
    }
    if (!block_decode(&b, p->data, p->size) || p->height != b.header.height) {
        sim_fail(s, "node %u persists a damaged block", node);
        return;
    }
    struct digest digest = block_digest(&b.header);
    /* One certificate covers the blocks before it, once it has been looked at. */
    if (p->proof_size == 0 && p->height > s->nodes[node].engine->sync.covered_top) {
        sim_fail(
            s, "node %u persists height %llu without a proof", node, (unsigned long long)p->height);
    }
    if (p->height <= s->top) {
        if (!digest_equal(&s->heights[p->height], &digest)) {
            sim_fail(
                s, "agreement: two final blocks at height %llu", (unsigned long long)p->height);
        }
        return;
    }
    if (p->height != s->top + 1) {
        sim_fail(s, "node %u skips to height %llu", node, (unsigned long long)p->height);
        return;
    }
    sim_oracle_block(s, node, &b);
    s->top = p->height;
    s->heights[p->height] = digest;
    s->roots[p->height] = b.header.state_root;
}

static void check_order(struct sim *s, const struct op_outcome *op)
{
    static const uint8_t nobody[ID_BYTES];
    if (memcmp(op->author, nobody, ID_BYTES) == 0) {
        s->rolls += op->kind == OP_RESULT;
        s->epochs += op->kind == OP_EPOCH_SWITCH;
        s->evidence += op->kind == OP_EVIDENCE;
        return;
    }
    sim_oracle_outcome(s, op);
    s->ops_done++;
    s->ops_refused += op->refusal != 0;
    unsigned i = 0;
    while (i < s->author_count && memcmp(s->authors[i].id, op->author, ID_BYTES) != 0) {
        i++;
    }
    if (i == s->author_count) {
        if (i == sizeof s->authors / sizeof s->authors[0]) {
            sim_fail(s, "too many authors");
            return;
        }
        memcpy(s->authors[s->author_count++].id, op->author, ID_BYTES);
    }
    if (op->seq != s->authors[i].seq + 1) {
        sim_fail(s, "an author's operation %llu follows %llu", (unsigned long long)op->seq,
            (unsigned long long)s->authors[i].seq);
    }
    s->authors[i].seq = op->seq;
}

/* Can proof found now surely become an operation: evidence of votes counts in its own epoch, and a key
 * generation that runs may end that epoch with the very next block. */
static bool in_time(const struct sim *s, const struct engine *finder)
{
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct sim_node *n = &s->nodes[i];
        const struct protocol_state *p = n->running ? engine_protocol(n->engine) : NULL;
        if (p != NULL && (p->epoch > engine_protocol(finder)->epoch || p->closed ||
                             p->attempt.phase != ATTEMPT_NONE)) {
            return false;
        }
    }
    return true;
}

/* (13) nobody honest is ever convicted. */
static void check_lie(struct sim *s, unsigned node, const struct proven_lie *lie)
{
    int culprit = sim_find(s, lie->culprit);
    if (culprit < 0 || s->nodes[culprit].liar == LIAR_NONE) {
        sim_fail(s, "node %u holds proof E%u against node %d, which is honest", node, lie->kind,
            culprit);
    } else if (!s->nodes[culprit].convicted && in_time(s, s->nodes[node].engine)) {
        s->nodes[culprit].convicted = true;
        s->nodes[culprit].convicted_epoch = engine_protocol(s->nodes[node].engine)->epoch;
        s->proofs[lie->kind]++;
    }
}

void sim_check_update(struct sim *s, unsigned node, const struct engine_update *u)
{
    uint64_t before = s->top;
    for (uint32_t i = 0; i < u->persist_count && !s->failed; i++) {
        if (u->persist[i].kind == PERSIST_BLOCK) {
            check_block(s, node, &u->persist[i]);
        }
    }
    for (uint32_t i = 0; i < u->committed_count && !s->failed; i++) {
        const struct final_effects *e = &u->committed[i].effects;
        for (uint16_t k = 0; e->height > before && k < e->op_count; k++) {
            check_order(s, &e->ops[k]);
        }
    }
    for (uint32_t i = 0; i < u->lie_count && !s->failed; i++) {
        check_lie(s, node, &u->lies[i]);
    }
    if (u->alarm) {
        struct app_fault f = engine_inspect(s->nodes[node].engine).guard.fault;
        sim_fail(s, "node %u raised the alarm: invariant %u, of %u, %u: %lld, %lld", node, f.kind,
            f.who, f.what, (long long)f.have, (long long)f.want);
    }
}

void sim_check_state(struct sim *s, unsigned node)
{
    const struct sim_node *n = &s->nodes[node];
    struct digest root = ledger_state_root(n->engine->ledger);
    uint64_t height = ledger_height(n->engine->ledger);
    if (height > 0 && height <= s->top && !digest_equal(&root, &s->roots[height])) {
        sim_fail(s, "node %u has another state at height %llu", node, (unsigned long long)height);
    }
    if (height < n->floor) {
        sim_fail(s, "node %u went back from height %llu to %llu", node,
            (unsigned long long)n->floor, (unsigned long long)height);
    }
    sim_oracle_state(s, node);
    if (s->app->check != NULL && !s->app->check(engine_final_state(n->engine))) {
        sim_fail(s, "the table of node %u does not add up", node);
    }
}

static struct sim_vote *vote_slot(struct sim *s, unsigned node, uint32_t epoch, uint64_t view)
{
    uint64_t h = (node * 0x9e3779b97f4a7c15ULL) ^ (epoch * 0xc2b2ae3d27d4eb4fULL) ^
                 (view * 0x165667b19e3779f9ULL);
    for (size_t i = 0; i < SIM_VOTES_MAX; i++) {
        struct sim_vote *v = &s->votes[((h ^ h >> 29) + i) % SIM_VOTES_MAX];
        if (!v->used) {
            *v = (struct sim_vote){
                .used = true, .node = (uint8_t)node, .epoch = epoch, .view = view};
            return v;
        }
        if (v->node == node && v->epoch == epoch && v->view == view) {
            return v;
        }
    }
    sim_fail(s, "too many votes to remember");
    return NULL;
}

static bool on_disk(const struct sim_node *n, const struct vote *v)
{
    for (size_t i = n->keys.count; i-- > 0;) {
        const struct persist *p = &n->keys.records[i].p;
        if (p->kind == PERSIST_VOTE && p->flag == v->kind && p->epoch == v->epoch &&
            p->view == v->view) {
            return digest_equal(&p->digest, &v->digest);
        }
    }
    return false;
}

bool sim_has_signed(struct sim *s, unsigned node, const struct vote *v)
{
    const struct sim_vote *known = vote_slot(s, node, v->epoch, v->view);
    if (known == NULL) {
        return true;
    }
    bool sent = v->kind == VOTE_NULLIFY ? known->nullify
                : v->kind == VOTE_NOTARIZE
                    ? known->has_notarize && digest_equal(&known->notarize, &v->digest)
                    : known->has_finalize && digest_equal(&known->finalize, &v->digest);
    return sent || on_disk(&s->nodes[node], v);
}

/* (3) S1 and S2 over everything ever sent, across restarts, and nothing unjournaled. */
static void check_vote(struct sim *s, unsigned node, const struct vote *v)
{
    const struct sim_node *n = &s->nodes[node];
    struct sim_vote *known = vote_slot(s, node, v->epoch, v->view);
    if (known == NULL) {
        return;
    }
    bool *has = v->kind == VOTE_NOTARIZE ? &known->has_notarize : &known->has_finalize;
    struct digest *was = v->kind == VOTE_NOTARIZE ? &known->notarize : &known->finalize;
    if (v->kind == VOTE_NULLIFY) {
        known->nullify = true;
    } else if (*has && !digest_equal(was, &v->digest)) {
        sim_fail(s, "S1: node %u signed two %s votes in view %llu", node,
            v->kind == VOTE_NOTARIZE ? "NOTARIZE" : "FINALIZE", (unsigned long long)v->view);
    } else {
        *has = true;
        *was = v->digest;
    }
    if (known->nullify && known->has_finalize) {
        sim_fail(s, "S2: node %u signed NULLIFY and FINALIZE in view %llu", node,
            (unsigned long long)v->view);
    }
    if (v->epoch == n->engine->epoch && !on_disk(n, v)) {
        sim_fail(s, "node %u sent a vote of view %llu that is not on its disk", node,
            (unsigned long long)v->view);
    }
}

/* (19) no share leaves but with FINALIZE for the throw's own block, or once that is final. */
static void check_trailer(struct sim *s, unsigned node, const struct vote *v, size_t size)
{
    struct pending_roll roll;
    if (size <= 2) {
        return;
    }
    const struct ledger *l = s->nodes[node].engine->ledger;
    bool own = ledger_roll_binding(l, &v->digest, &roll) && digest_equal(&roll.block, &v->digest);
    struct digest final = ledger_final_digest(l);
    bool is_final = ledger_roll_binding(l, &final, &roll) && digest_equal(&roll.block, &v->digest);
    /* The block may be final and its result too by the end of the step. */
    bool gone = ledger_protocol(l, &v->digest) == NULL || digest_equal(&final, &v->digest);
    sim_oracle_share(s, node, v);
    if (!own && !is_final && !gone) {
        sim_fail(s, "node %u sent a dice share with a vote for another block", node);
    }
}

static void check_share(struct sim *s, unsigned node, const uint8_t *data, size_t size)
{
    struct reader r = reader_of(data, size);
    uint64_t number = read_u64(&r);
    const struct engine *e = s->nodes[node].engine;
    struct digest final = ledger_final_digest(e->ledger);
    struct pending_roll roll;
    if (!ledger_roll_binding(e->ledger, &final, &roll) || roll.roll != number) {
        sim_fail(s, "node %u sent a dice share before the throw was final", node);
    }
}

void sim_check_sent(struct sim *s, unsigned node, const uint8_t *data, size_t size)
{
    struct reader r = reader_of(data, size);
    uint8_t kind = read_u8(&r);
    struct vote v;
    struct op op;
    if (kind == MSG_OP && op_decode(&op, &r) && op.kind == OP_COMPLAIN &&
        memcmp(op.author, s->nodes[node].id_pk, ID_BYTES) == 0) {
        sim_oracle_complaint(s, node, &op);
    } else if (kind == MSG_SHARE) {
        check_share(s, node, data + 1, size - 1);
    } else if (kind == MSG_NOTARIZE || kind == MSG_NULLIFY || kind == MSG_FINALIZE ||
               kind == MSG_PROPOSE) {
        if (!vote_decode(&v, &r)) {
            sim_fail(s, "node %u sent a damaged vote", node);
            return;
        }
        const struct roster *roster = &engine_protocol(s->nodes[node].engine)->roster;
        bool own = v.epoch != s->nodes[node].engine->epoch ||
                   (v.voter < roster->count &&
                       memcmp(roster->members[v.voter].id_pk, s->nodes[node].id_pk, 32) == 0);
        if (own) {
            check_vote(s, node, &v);
        }
        if (kind == MSG_FINALIZE) {
            check_trailer(s, node, &v, reader_left(&r));
        }
    }
}
