#include "tests/sim/sim.h"

#include "base/check.h"
#include "consensus/engine_internal.h"

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

static struct sim_record *disk_add(struct sim_disk *d, const struct persist *p)
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
    r->transaction = 0;
    return r;
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

const struct persist *sim_block(const struct sim_node *n, uint64_t height)
{
    const struct persist *p =
        height > 0 && height <= n->blocks.count ? &n->blocks.records[height - 1].p : NULL;
    return p != NULL && p->data != NULL ? p : NULL;
}

const struct persist *sim_beside(const struct sim_node *n, uint8_t kind, uint32_t epoch)
{
    for (size_t i = n->beside.count; i-- > 0;) {
        const struct persist *p = &n->beside.records[i].p;
        if (p->kind == kind && (epoch == 0 || p->epoch == epoch)) {
            return p;
        }
    }
    return NULL;
}

/* A gap leaves places that are filled one after the other, from below. */
static void disk_gap(struct sim *s, struct sim_node *n, const struct persist *p)
{
    struct reader r = reader_of(p->data, p->size);
    uint64_t low = read_u64(&r);
    n->gap_low = low == p->height ? 0 : low;
    n->gap_high = low == p->height ? 0 : p->height;
    n->gap_digest = p->digest;
    if (low != p->height && low != n->blocks.count) {
        sim_fail(
            s, "a gap begins at %llu, with %zu blocks", (unsigned long long)low, n->blocks.count);
    }
    while (n->blocks.count < n->gap_high) {
        struct persist place = {.kind = PERSIST_BLOCK, .height = n->blocks.count + 1};
        disk_add(&n->blocks, &place);
    }
    n->floor = p->height > n->floor ? p->height : n->floor;
}

static void disk_fill(struct sim *s, struct sim_node *n, const struct persist *p)
{
    if (p->height != n->gap_low + 1 || p->height > n->gap_high) {
        sim_fail(s, "block %llu fills no gap", (unsigned long long)p->height);
        return;
    }
    struct sim_record *r = &n->blocks.records[p->height - 1];
    r->p = *p;
    r->p.kind = PERSIST_BLOCK;
    r->p.data = duplicate(p->data, p->size);
    r->p.proof = duplicate(p->proof, p->proof_size);
    n->gap_low++;
}

static void persist_one(struct sim *s, struct sim_node *n, const struct persist *p)
{
    switch (p->kind) {
    case PERSIST_FORGET:
        disk_forget(&n->keys, p);
        break;
    case PERSIST_BLOCK:
        disk_add(&n->blocks, p)->transaction = s->steps;
        if (p->height != n->blocks.count) {
            sim_fail(s, "a block was stored out of order: %llu after %zu",
                (unsigned long long)p->height, n->blocks.count - 1);
        }
        n->floor = p->height > n->floor ? p->height : n->floor;
        break;
    case PERSIST_GAP:
        disk_gap(s, n, p);
        break;
    case PERSIST_FILL:
        disk_fill(s, n, p);
        break;
    default:
        disk_add(persist_is_record(p->kind) ? &n->beside : &n->keys, p);
        break;
    }
}

/* Wherever a crash leaves the record, it ends with a proof, or its next stretch without any could grow too long for an answer
 * (engine_has_room_for). */
static void check_end(struct sim *s, const struct engine_update *u)
{
    const struct persist *last = NULL;
    for (uint32_t i = 0; i < u->persist_count; i++) {
        last = u->persist[i].kind == PERSIST_BLOCK ? &u->persist[i] : last;
    }
    if (last != NULL && last->proof_size == 0) {
        sim_fail(
            s, "a step ends with block %llu, which has no proof", (unsigned long long)last->height);
    }
}

/* One transaction of one of the two files: all of a step's records for it, or none. As in src/store.h, blocks alone are not
 * synced by it, and nothing is forgotten before they are. */
void sim_persist(struct sim *s, struct sim_node *n, const struct engine_update *u, bool keys)
{
    if (!keys) {
        check_end(s, u);
    }
    for (uint32_t i = 0; i < u->persist_count; i++) {
        if (u->persist[i].kind == PERSIST_FORGET && keys) {
            n->synced = n->blocks.count;
        }
    }
    for (uint32_t i = 0; i < u->persist_count; i++) {
        if (persist_is_record(u->persist[i].kind) != keys) {
            persist_one(s, n, &u->persist[i]);
        }
    }
    for (uint32_t i = 0; i < u->persist_count; i++) {
        if (u->persist[i].kind > PERSIST_BLOCK && !keys) {
            n->synced = n->blocks.count;
        }
    }
}

/* Every other crash is one of the computer: it takes some of the transactions that were not synced yet, the last ones and each as a
 * whole, as the log of SQLite does; with no regard to the 50 ms after which they would be synced. Drawn beside the run's own
 * sequence of random numbers. */
static void cut_power(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    struct digest draw = sim_secret(s->seed, node, "power", n->lives);
    size_t most = n->blocks.count - n->synced;
    size_t lost = draw.b[0] % 2 == 0 || most == 0 ? 0 : 1 + draw.b[1] % most;
    size_t left = n->blocks.count - lost;
    while (left > n->synced && lost > 0 &&
           n->blocks.records[left].transaction == n->blocks.records[left - 1].transaction) {
        left--;
    }
    while (n->blocks.count > left) {
        record_free(&n->blocks.records[--n->blocks.count]);
        s->blocks_lost++;
    }
    n->synced = n->blocks.count;
    n->floor = n->floor < n->blocks.count ? n->floor : n->blocks.count;
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
        /* Runs are short: in every other one, states are kept and taken over that much earlier. */
        .snapshot_blocks = s->seed % 2 == 0 ? 8 : 0,
        .takeover_blocks = s->seed % 2 == 0 ? 16 : 0,
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

/* From the newest state on disk; always so while there is a gap before it. */
static bool restore_state(const struct sim_node *n)
{
    const struct persist *p = sim_beside(n, PERSIST_SNAPSHOT, 0);
    const struct persist *link = NULL;
    for (size_t i = 0; p != NULL && i < n->beside.count; i++) {
        const struct persist *l = &n->beside.records[i].p;
        link = l->kind == PERSIST_EPOCH && l->height <= p->height ? l : link;
    }
    if (p == NULL ||
        !engine_restore_snapshot(n->engine, p, link, sim_beside(n, PERSIST_DEALS, 0))) {
        return false;
    }
    if (n->gap_high > 0) {
        uint8_t low[8];
        struct writer w = writer_of(low, sizeof low);
        struct persist gap = *sim_beside(n, PERSIST_SNAPSHOT, 0);
        const struct persist *below = sim_block(n, n->gap_low);
        const struct persist *members =
            below == NULL || below->epoch == 0 ? NULL : sim_beside(n, PERSIST_EPOCH, below->epoch);
        struct roster roster;
        write_u64(&w, n->gap_low);
        gap.height = n->gap_high;
        gap.digest = n->gap_digest;
        if (members != NULL) {
            struct reader r = reader_of(members->data, members->size);
            roster_decode(&roster, &r);
        }
        engine_restore_gap(n->engine, &gap, below, members == NULL ? NULL : &roster);
    }
    return true;
}

static bool restore(struct sim *s, struct sim_node *n)
{
    bool verify = prng_chance(&s->rng, 300);
    bool state = n->gap_high > 0 || (!verify && prng_chance(&s->rng, 700));
    if (state && !restore_state(n) && n->gap_high > 0) {
        return false;
    }
    for (size_t i = ledger_height(n->engine->ledger); i < n->blocks.count; i++) {
        const struct persist *p = &n->blocks.records[i].p;
        if (!engine_restore_block(
                n->engine, p->data, p->size, p->proof, p->proof_size, verify && n->gap_high == 0)) {
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
    cut_power(s, node);
    engine_destroy(n->engine);
    n->engine = NULL;
    for (unsigned k = 0; k < s->node_count; k++) {
        sim_link_reset(s, node, k);
    }
}
