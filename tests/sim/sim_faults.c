/* What goes wrong with the network and the machines. */
#include "tests/sim/sim.h"

#include "consensus/quorum.h"

static void cut(struct sim *s, unsigned from, unsigned to, uint64_t until_ms)
{
    struct sim_link *l = &s->links[from][to];
    l->cut = true;
    l->cut_ms = until_ms;
    sim_schedule(
        s, (struct sim_event){
               .at_ms = until_ms, .kind = SIM_CUT_END, .from = (uint8_t)from, .to = (uint8_t)to});
    sim_schedule(s, (struct sim_event){.at_ms = s->now_ms + SIM_LINK_DEAD_MS,
                        .kind = SIM_LINK_CHECK,
                        .from = (uint8_t)from,
                        .to = (uint8_t)to,
                        .generation = l->generation});
}

/* Some on one side, the rest on the other; perhaps only one way. */
static void partition(struct sim *s)
{
    uint64_t side = prng_next(&s->rng), until = s->now_ms + 50 + prng_below(&s->rng, 5000);
    bool one_way = prng_chance(&s->rng, 300);
    for (unsigned a = 0; a < s->node_count; a++) {
        for (unsigned b = 0; b < s->node_count; b++) {
            bool cross = (side >> a & 1) != (side >> b & 1);
            if (cross && (!one_way || (side >> a & 1) != 0)) {
                cut(s, a, b, until);
            }
        }
    }
}

/* At n <= 3 everybody is needed, so who lost its keys comes back by a split alone (B.1.7). */
static bool may_forget(const struct sim *s)
{
    for (unsigned i = 0; i < s->node_count; i++) {
        const struct sim_node *n = &s->nodes[i];
        const struct protocol_state *p = n->running ? engine_protocol(n->engine) : NULL;
        if (p != NULL && (quorum_faulty(p->roster.count) == 0 ||
                             (p->attempt.phase != ATTEMPT_NONE &&
                                 quorum_faulty(p->attempt.roster.count) == 0))) {
            return false;
        }
    }
    return true;
}

/* The keys file is gone: the node must not vote on until the others gave it a new key. */
static void forget_keys(struct sim *s, unsigned node)
{
    sim_crash(s, node);
    sim_disk_clear(&s->nodes[node].keys);
    s->nodes[node].amnesiac = true;
    s->amnesiac = -1;
    unsigned kept = 0;
    for (unsigned i = 0; i < s->op_count; i++) {
        if (s->ops[i].node != node) {
            s->ops[kept++] = s->ops[i];
        }
    }
    s->op_count = kept;
    sim_schedule(s, (struct sim_event){.at_ms = s->now_ms + 10 + prng_below(&s->rng, 1000),
                        .kind = SIM_RESTART,
                        .from = (uint8_t)node});
}

/* A clock that somebody sets. */
static void set_clock(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    uint64_t by = prng_below(&s->rng, 5000);
    if (prng_chance(&s->rng, 500)) {
        n->skew_ms += by;
        n->poll_ms = s->now_ms; /* what was due at some hour may be due now */
    } else if (n->skew_ms > by) {
        n->skew_ms -= by;
    }
}

void sim_fault(struct sim *s)
{
    unsigned a = (unsigned)prng_below(&s->rng, s->node_count);
    unsigned b = (unsigned)prng_below(&s->rng, s->node_count);
    switch (prng_below(&s->rng, 11)) {
    case 0:
        partition(s);
        break;
    case 1:
        if (s->nodes[a].running) {
            sim_crash(s, a);
            /* Sometimes for so long that it comes back by a state. */
            uint64_t away_ms = s->seed % 2 == 0 && prng_chance(&s->rng, 300) ? 12000 : 3000;
            sim_schedule(
                s, (struct sim_event){.at_ms = s->now_ms + 10 + prng_below(&s->rng, away_ms),
                       .kind = SIM_RESTART,
                       .from = (uint8_t)a});
        }
        break;
    case 2:
        s->nodes[a].resume_ms = s->now_ms + prng_below(&s->rng, 3000);
        break;
    case 4:
        if (s->amnesiac == (int)a && !s->nodes[a].amnesiac && s->nodes[a].running &&
            may_forget(s)) {
            forget_keys(s, a);
            break;
        }
        sim_link_reset(s, a, b);
        break;
    case 8:
        set_clock(s, a);
        break;
    case 9:
        s->nodes[a].full_ms = s->now_ms + prng_below(&s->rng, 4000);
        break;
    case 10:
        s->nodes[a].disk_ms = s->nodes[a].disk_ms > 0 ? 0 : 1 + (unsigned)prng_below(&s->rng, 60);
        break;
    case 3:
        cut(s, a, b, s->now_ms + prng_below(&s->rng, 2000));
        break;
    default:
        sim_link_reset(s, a, b);
        break;
    }
}
