#include "tests/sim/sim.h"

#include "base/check.h"

#include <stdlib.h>

static void record_free(struct sim_record *r)
{
    free((void *)r->p.data);
    free((void *)r->p.proof);
}

void sim_disk_clear(struct sim_disk *d)
{
    for (size_t i = 0; i < d->count; i++) {
        record_free(&d->records[i]);
    }
    free(d->records);
    *d = (struct sim_disk){0};
}

static const uint8_t *duplicate(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return NULL;
    }
    uint8_t *copy = malloc(size);
    CHECK(copy != NULL);
    memcpy(copy, data, size);
    return copy;
}

static void disk_add(struct sim_disk *d, const struct persist *p)
{
    if (d->count == d->capacity) {
        d->capacity = d->capacity == 0 ? 64 : 2 * d->capacity;
        d->records = realloc(d->records, d->capacity * sizeof d->records[0]);
        CHECK(d->records != NULL);
    }
    struct sim_record *r = &d->records[d->count++];
    r->p = *p;
    r->p.data = duplicate(p->data, p->size);
    r->p.proof = duplicate(p->proof, p->proof_size);
}

void sim_disk_copy(struct sim_disk *to, const struct sim_disk *from)
{
    sim_disk_clear(to);
    for (size_t i = 0; i < from->count; i++) {
        disk_add(to, &from->records[i].p);
    }
}

static bool forgotten(const struct persist *p, const struct persist *forget)
{
    switch (p->kind) {
    case PERSIST_KEYS:
        return p->dkg_id < forget->dkg_id;
    case PERSIST_VOTE:
    case PERSIST_PROPOSAL:
        return p->epoch < forget->epoch;
    default:
        return false;
    }
}

static void disk_forget(struct sim_disk *d, const struct persist *forget)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (forgotten(&d->records[i].p, forget)) {
            record_free(&d->records[i]);
        } else {
            d->records[kept++] = d->records[i];
        }
    }
    d->count = kept;
}

/* One transaction of one of the two files: all of a step's records for it, or none. */
void sim_persist(struct sim *s, struct sim_node *n, const struct engine_update *u, bool keys)
{
    for (uint32_t i = 0; i < u->persist_count; i++) {
        const struct persist *p = &u->persist[i];
        if (persist_is_record(p->kind) == keys) {
            continue;
        }
        if (p->kind == PERSIST_FORGET) {
            disk_forget(&n->keys, p);
        } else {
            disk_add(keys ? &n->keys : p->kind == PERSIST_BLOCK ? &n->blocks : &n->beside, p);
        }
        if (p->kind == PERSIST_BLOCK) {
            if (p->height != n->blocks.count) {
                sim_fail(s, "a block was stored out of order: %llu after %zu",
                    (unsigned long long)p->height, n->blocks.count - 1);
            }
            n->floor = p->height > n->floor ? p->height : n->floor;
        }
    }
}

static struct engine *create(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    struct engine_config c = {
        .app = s->app,
        .signer = s->signer,
        .genesis = s->genesis,
        .delta_ms = s->delta_ms,
        .shares_with_finalize = s->shares_with_finalize,
        .watcher = n->watcher,
        .op_rate = s->seed % 2 == 0 ? 0 : 10,
        .op_burst = 20,
    };
    struct digest seed = sim_secret(s->seed, node, "life", n->lives++);
    memcpy(c.id_sk, n->id_sk, sizeof c.id_sk);
    memcpy(c.net_pk, n->net_pk, sizeof c.net_pk);
    memcpy(c.seed, seed.b, sizeof c.seed);
    if (node == 0) {
        memcpy(c.founder_vote_sk, n->vote_sk, sizeof c.founder_vote_sk);
    }
    return engine_create(&c);
}

static bool restore(struct sim *s, struct sim_node *n)
{
    bool verify = prng_chance(&s->rng, 300);
    for (size_t i = 0; i < n->blocks.count; i++) {
        const struct persist *p = &n->blocks.records[i].p;
        if (!engine_restore_block(n->engine, p->data, p->size, p->proof, p->proof_size, verify)) {
            return false;
        }
    }
    for (size_t i = 0; i < n->keys.count; i++) {
        if (s->plant == PLANT_FORGET_JOURNAL &&
            (n->keys.records[i].p.kind == PERSIST_VOTE ||
                n->keys.records[i].p.kind == PERSIST_PROPOSAL)) {
            continue;
        }
        /* A liar's file may hold two operations with one number: that one does not come back. */
        if (!engine_restore_persist(n->engine, &n->keys.records[i].p) && n->liar == LIAR_NONE) {
            return false;
        }
    }
    return true;
}

/* Starts a node from what its disk holds. */
bool sim_boot(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    n->engine = create(s, node);
    if (n->engine == NULL) {
        sim_fail(s, "no memory for an engine");
        return false;
    }
    if (!restore(s, n)) {
        sim_fail(s, "node %u does not come back from its own disk", node);
        return false;
    }
    n->running = true;
    n->resume_ms = 0;
    n->amnesiac = n->amnesiac && n->keys.count == 0;
    for (unsigned k = 0; k < s->node_count; k++) {
        s->links[node][k].told = false;
    }
    engine_start(n->engine, !n->amnesiac, s->now_ms + n->skew_ms, s->update);
    sim_apply(s, node);
    for (unsigned k = 0; k < s->node_count; k++) {
        if (k != node && s->nodes[k].running) {
            sim_dial_later(s, node, k, 1 + prng_below(&s->rng, 300));
        }
    }
    return true;
}

void sim_crash(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    if (!n->running) {
        return;
    }
    n->running = false;
    n->poll_ms = UINT64_MAX;
    s->crashes++;
    engine_destroy(n->engine);
    n->engine = NULL;
    for (unsigned k = 0; k < s->node_count; k++) {
        sim_link_reset(s, node, k);
    }
}
