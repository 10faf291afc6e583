/* The second half of a run: the faults end, and everything must come to its end. */
#include "consensus/engine_internal.h"
#include "consensus/quorum.h"
#include "tests/sim/sim.h"

#include <stdio.h>

enum { LIVENESS_MS = 120000, QUIET_MS = 600000 };

/* Honest, running, and nothing left to do: no own op waits, no attempt, no throw, all at one
 * height. */
static bool settled(struct sim *s, char *why, size_t size)
{
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct sim_node *n = &s->nodes[i];
        if (!n->used || n->gone || n->broken || n->liar != LIAR_NONE) {
            continue;
        }
        if (!n->running || ledger_height(n->engine->ledger) != s->top) {
            snprintf(why, size, "node %u is at height %llu of %llu", i,
                (unsigned long long)(n->running ? ledger_height(n->engine->ledger) : 0),
                (unsigned long long)s->top);
            return false;
        }
        const struct protocol_state *p = engine_protocol(n->engine);
        if (p->attempt.phase != ATTEMPT_NONE || p->roll.active) {
            snprintf(why, size, "node %u: attempt phase %u, roll %d", i, p->attempt.phase,
                p->roll.active);
            return false;
        }
        if (sim_is_member(s, i) && n->engine->own_count > 0) {
            snprintf(why, size, "node %u still has %zu own operations", i, n->engine->own_count);
            return false;
        }
    }
    return true;
}

/* No more faults, but for those that stay broken. */
static void heal(struct sim *s)
{
    s->calm = true;
    s->reset_pm = s->duplicate_pm = 0;
    s->delay_ms = 1;
    s->jitter_ms = 2;
    for (unsigned i = 0; i < s->node_count; i++) {
        s->nodes[i].resume_ms = s->nodes[i].full_ms = s->nodes[i].disk_ms = 0;
        s->nodes[i].wants_in = s->nodes[i].wants_in && s->nodes[i].liar == LIAR_NONE;
        for (unsigned k = 0; k < s->node_count; k++) {
            s->links[i][k].cut = false;
        }
        if (s->nodes[i].used && !s->nodes[i].running && !s->nodes[i].broken) {
            sim_boot(s, i);
        }
    }
}

static void check_ops(struct sim *s)
{
    for (unsigned i = 0; i < s->op_count; i++) {
        const struct sim_node *n = &s->nodes[s->ops[i].node];
        if (sim_is_member(s, s->ops[i].node)) {
            const struct identity *id =
                protocol_identity(engine_protocol(s->nodes[0].engine), n->id_pk);
            if (id == NULL || id->seq < s->ops[i].seq) {
                sim_fail(s, "operation %llu of node %u was lost", (unsigned long long)s->ops[i].seq,
                    s->ops[i].node);
            }
        }
    }
}

static void wait_settled(struct sim *s, const char *when)
{
    char why[128] = "";
    uint64_t end = s->now_ms + LIVENESS_MS;
    while (!s->failed && s->now_ms < end && !settled(s, why, sizeof why)) {
        sim_run_until(s, s->now_ms + 100);
    }
    if (!s->failed && !settled(s, why, sizeof why)) {
        sim_fail(s, "%s: no progress in %d s: %s", when, LIVENESS_MS / 1000, why);
    }
}

/* Somebody throws, and the dice come. */
static void throw_once(struct sim *s)
{
    uint64_t rolls = s->rolls;
    for (unsigned i = 0; i < 400 && s->rolls == rolls && !s->failed; i++) {
        uint8_t payload[256];
        unsigned k = i % s->node_count;
        bool bot = k == 0 && s->bot && i / s->node_count % 2 == 1; /* it may be the shooter */
        const uint8_t *id = bot ? s->bot_sk + 32 : s->nodes[k].id_pk;
        bool plays = s->nodes[k].running && sim_standing(s, k) != STANDING_NONE;
        size_t size = plays ? sim_table_op(s, k, id, &s->rng, true, payload, sizeof payload) : 0;
        if (size > 0 && bot) {
            sim_submit_bot(s, OP_GAME, payload, size);
        } else if (size > 0) {
            sim_submit(s, k, OP_GAME, payload, size);
        }
        sim_run_until(s, s->now_ms + 100);
    }
    if (s->rolls == rolls) {
        sim_fail(s, "no throw could be completed");
    }
}

/* Is the table one where f members may stay away: no liars, nobody on the way in or out. */
static bool may_break(const struct sim *s)
{
    bool top = false;
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct sim_node *n = &s->nodes[i];
        const struct protocol_state *p = n->running ? engine_protocol(n->engine) : NULL;
        if (n->liar != LIAR_NONE || n->amnesiac ||
            (p != NULL &&
                (p->attempt.phase != ATTEMPT_NONE || quorum_faulty(p->roster.count) == 0))) {
            return false;
        }
        for (unsigned k = 0; p != NULL && k < p->identity_count; k++) {
            uint8_t standing = p->identities[k].standing;
            if (standing == STANDING_JOINING || standing == STANDING_LEAVING) {
                return false;
            }
        }
        top = top || (p != NULL && ledger_height(n->engine->ledger) == s->top);
    }
    return top;
}

/* Down, or deaf, or dumb, until the others have shown that they do without it. */
static void break_down(struct sim *s, unsigned node)
{
    uint64_t how = prng_below(&s->rng, 3);
    s->nodes[node].broken = true;
    if (how == 0) {
        sim_crash(s, node);
    }
    for (unsigned k = 0; k < s->node_count && how > 0; k++) {
        struct sim_link *l = how == 1 ? &s->links[node][k] : &s->links[k][node];
        l->cut = l->dead = true;
    }
}

/* First only n - f members heal, and they must go on without the others; then these come back. */
static void core(struct sim *s)
{
    if (!may_break(s)) {
        return;
    }
    heal(s);
    unsigned faulty = quorum_faulty(engine_protocol(s->nodes[0].engine)->roster.count);
    for (unsigned i = s->node_count; i-- > 1 && faulty > 0;) {
        if (s->nodes[i].running && sim_is_member(s, i)) {
            break_down(s, i);
            faulty--;
        }
    }
    wait_settled(s, "healed without f members");
    sim_play(s, 1000, 60, 0);
    wait_settled(s, "after play without f members");
    if (s->toy) { /* at the other table it may be their turn */
        throw_once(s);
    }
    for (unsigned i = 0; i < s->node_count; i++) {
        s->nodes[i].broken = false;
        for (unsigned k = 0; k < s->node_count; k++) {
            s->links[i][k].dead = false;
        }
    }
}

/* With the faults gone everything ends, and a throw still can be made. */
void sim_liveness(struct sim *s)
{
    core(s);
    heal(s);
    wait_settled(s, "healed");
    sim_play(s, 1000, 60, 0);
    wait_settled(s, "after play");
    throw_once(s);
    wait_settled(s, "after the throw");
    check_ops(s);
    if (!s->failed) {
        sim_oracle_convicted(s);
    }
}

void sim_quiet(struct sim *s)
{
    for (unsigned i = 0; i < s->node_count; i++) {
        if (s->nodes[i].liar != LIAR_NONE) {
            return; /* a liar may make noise for ever */
        }
    }
    sim_run_until(s, s->now_ms + 60000);
    uint64_t before = s->messages, steps = s->steps;
    sim_run_until(s, s->now_ms + QUIET_MS);
    if (s->messages != before || s->steps != steps) {
        sim_fail(s, "an idle table sent %llu messages in %llu steps in ten minutes",
            (unsigned long long)(s->messages - before), (unsigned long long)(s->steps - steps));
    }
}
