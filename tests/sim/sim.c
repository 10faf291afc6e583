#include "tests/sim/sim.h"

#include "consensus/engine_internal.h"

#include <stdarg.h>
#include <stdio.h>

enum { SPIN_MAX = 20000 }; /* steps without time passing */

const char *sim_plant_name(enum sim_plant plant)
{
    static const char *const names[PLANT_COUNT] = {
        [PLANT_NONE] = "none",
        [PLANT_VOTE_BEFORE_PERSIST] = "vote-before-persist",
        [PLANT_QUORUM_MINUS_ONE] = "quorum-minus-one",
        [PLANT_SHARE_WITH_NOTARIZE] = "share-with-notarize",
        [PLANT_FORGET_JOURNAL] = "forget-journal",
    };
    return names[plant];
}

void sim_fail(struct sim *s, const char *format, ...)
{
    if (s->failed) {
        return;
    }
    va_list args;
    s->failed = true;
    int at = snprintf(s->failure, sizeof s->failure, "at %llu ms: ", (unsigned long long)s->now_ms);
    va_start(args, format);
    vsnprintf(s->failure + at, sizeof s->failure - (size_t)at, format, args);
    va_end(args);
}

struct digest sim_secret(uint64_t seed, unsigned node, const char *what, uint32_t life)
{
    uint8_t bytes[64] = {0};
    struct writer w = writer_of(bytes, sizeof bytes);
    write_u64(&w, seed);
    write_u32(&w, node);
    write_u32(&w, life);
    write_lp(&w, what, strlen(what));
    return hash_tagged("craps/sim", bytes, w.size);
}

/* A planted fault: the share leaves with NOTARIZE for the block that holds the throw. */
static void plant_share(struct sim *s, unsigned node)
{
    const struct engine_update *u = s->update;
    struct engine *e = s->nodes[node].engine;
    for (uint32_t i = 0; i < u->persist_count; i++) {
        uint8_t bytes[1 + SHARE_MESSAGE_BYTES] = {MSG_SHARE};
        if (u->persist[i].kind != PERSIST_VOTE || u->persist[i].flag != VOTE_NOTARIZE) {
            continue;
        }
        size_t size = engine_dice_trailer(e, &u->persist[i].digest, bytes + 1, sizeof bytes - 1);
        if (size > 0) {
            sim_check_sent(s, node, bytes, size + 1);
        }
    }
}

static void sim_serve(struct sim *s, unsigned node)
{
    for (uint32_t i = 0; i < s->update->serve_count; i++) {
        int to = sim_find(s, s->update->serve[i].to);
        if (to >= 0) {
            sim_schedule(s, (struct sim_event){.at_ms = s->now_ms + prng_below(&s->rng, 4),
                                .kind = SIM_SERVE,
                                .from = (uint8_t)node,
                                .to = (uint8_t)to,
                                .serve = s->update->serve[i]});
        }
    }
}

void sim_apply(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    const struct engine_update *u = s->update;
    unsigned point = 4;
    s->steps++;
    s->adopted += u->adopted_height > 0;
    n->poll_ms = u->deadline_ms == UINT64_MAX              ? UINT64_MAX
                 : u->deadline_ms < s->now_ms + n->skew_ms ? s->now_ms
                                                           : u->deadline_ms - n->skew_ms;
    if (!s->calm && u->persist_count > 0 && prng_chance(&s->rng, s->crash_pm)) {
        point = (unsigned)prng_below(&s->rng, 4);
    }
    if (u->persist_count > 0 && s->now_ms < n->full_ms) {
        point = prng_chance(&s->rng, 500) ? 0 : 3; /* the journal's file, or the record's */
    }
    if (n->liar == LIAR_NONE && point > 0) { /* else nobody ever heard of this step */
        sim_check_update(s, node, u);
        sim_check_state(s, node);
    }
    /* As the session does it: the journal, what it binds to, then the record. */
    bool early = s->plant == PLANT_VOTE_BEFORE_PERSIST && n->liar == LIAR_NONE;
    if (early) {
        sim_send_update(s, node, &u->outbox, UINT32_MAX);
    }
    if (point > 0) {
        sim_persist(s, n, u, true);
    }
    if (point > 1 && !early) {
        uint32_t some =
            point == 2 ? (uint32_t)prng_below(&s->rng, u->outbox.count + 1) : UINT32_MAX;
        sim_send_update(s, node, &u->outbox, some);
    }
    if (point > 2 && n->liar == LIAR_NONE) {
        sim_oracle_proofs(s, node, u);
    }
    if (point > 3) {
        sim_persist(s, n, u, false);
    }
    if (u->persist_count > 0 && n->disk_ms > 0) {
        n->resume_ms = s->now_ms + n->disk_ms;
    }
    if (point < 4) {
        sim_crash(s, node);
        sim_schedule(s, (struct sim_event){.at_ms = s->now_ms + 20 + prng_below(&s->rng, 2500),
                            .kind = SIM_RESTART,
                            .from = (uint8_t)node});
        return;
    }
    if (s->plant == PLANT_SHARE_WITH_NOTARIZE && n->liar == LIAR_NONE) {
        plant_share(s, node);
    }
    if (n->liar != LIAR_NONE) {
        sim_lie_unasked(s, node);
    }
    sim_serve(s, node);
    if (u->submitted && n->liar == LIAR_NONE && s->op_count < SIM_OPS_MAX) {
        s->ops[s->op_count++] = (struct sim_op){.node = (uint8_t)node, .seq = u->submitted_seq};
    }
}

void sim_step(struct sim *s, unsigned node, struct engine_event *event)
{
    struct sim_node *n = &s->nodes[node];
    if (!n->running || s->failed) {
        return;
    }
    event->now_ms = s->now_ms + n->skew_ms;
    engine_step(n->engine, event, s->update);
    sim_apply(s, node);
}

/* Runs until that time, or until something failed. */
void sim_run_until(struct sim *s, uint64_t until_ms)
{
    uint64_t spin_ms = s->now_ms, spins = 0;
    while (!s->failed) {
        uint64_t next = s->heap_count > 0 ? s->heap[0].at_ms : UINT64_MAX;
        unsigned node = SIM_NODES_MAX;
        for (unsigned i = 0; i < s->node_count; i++) {
            struct sim_node *n = &s->nodes[i];
            uint64_t at = n->poll_ms > n->resume_ms ? n->poll_ms : n->resume_ms;
            if (n->running && n->poll_ms != UINT64_MAX && at < next) {
                next = at;
                node = i;
            }
        }
        if (next > until_ms) {
            break;
        }
        s->now_ms = next > s->now_ms ? next : s->now_ms;
        spins = s->now_ms == spin_ms ? spins + 1 : 0;
        spin_ms = s->now_ms;
        if (spins > SPIN_MAX) {
            sim_fail(s, "steps without end (node %u)", node);
        }
        struct sim_event event;
        if (node < SIM_NODES_MAX) {
            struct engine_event e = {.kind = ENGINE_POLL};
            sim_step(s, node, &e);
        } else if (sim_pop(s, &event)) {
            sim_deliver(s, &event);
        }
    }
    s->now_ms = s->now_ms > until_ms ? s->now_ms : until_ms;
}
