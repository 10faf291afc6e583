#include "tests/sim/sim.h"

#include "base/check.h"
#include "consensus/engine_internal.h"
#include "consensus/quorum.h"
#include "tests/sim/sim_plants.h"
#include "tests/support/signer_fast.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    SAFETY_MS = 10000,
    SAFETY_LARGE_MS = 5000, /* from 7 members on: their arithmetic costs most of a run */
};

void sim_submit(struct sim *s, unsigned node, uint8_t kind, const uint8_t *data, size_t size)
{
    struct engine_event e = {.kind = ENGINE_SUBMIT, .op_kind = kind, .data = data, .size = size};
    sim_step(s, node, &e);
}

bool sim_is_member(const struct sim *s, unsigned node)
{
    const struct sim_node *n = &s->nodes[node];
    return n->running && roster_find(&engine_protocol(n->engine)->roster, n->id_pk) >= 0;
}

enum identity_standing sim_standing(const struct sim *s, unsigned node)
{
    const struct sim_node *n = &s->nodes[node];
    const struct identity *id = protocol_identity(engine_protocol(n->engine), n->id_pk);
    return id == NULL ? STANDING_NONE : id->standing;
}

static size_t join_payload(struct sim *s, const struct sim_node *sponsor,
    const uint8_t id[ID_BYTES], const uint8_t net_pk[32], bool bot, uint8_t name, uint8_t *payload,
    size_t capacity)
{
    struct writer w = writer_of(payload, capacity);
    uint8_t ticket[SIG_BYTES];
    ticket_sign(s->signer, ticket, &s->game_id, id, net_pk, &name, 1, bot, sponsor->id_sk);
    write_u8(&w, bot);
    write_bytes(&w, net_pk, 32);
    write_lp(&w, &name, 1);
    write_bytes(&w, sponsor->id_pk, ID_BYTES);
    write_bytes(&w, ticket, sizeof ticket);
    return w.bad ? 0 : w.size;
}

/* A member that is there signs the ticket; the joiner puts it in its JOIN. */
static void join(struct sim *s, unsigned node)
{
    struct sim_node *n = &s->nodes[node];
    uint8_t payload[512];
    for (unsigned k = 0; k < s->node_count; k++) {
        if (k != node && sim_is_member(s, k) && s->nodes[k].liar == LIAR_NONE) {
            size_t size = join_payload(s, &s->nodes[k], n->id_pk, n->net_pk, false,
                (uint8_t)('a' + node), payload, sizeof payload);
            sim_submit(s, node, OP_JOIN, payload, size);
            return;
        }
    }
}

void sim_submit_bot(struct sim *s, uint8_t kind, const uint8_t *data, size_t size)
{
    struct engine_event e = {
        .kind = ENGINE_SUBMIT, .op_kind = kind, .data = data, .size = size, .bot_sk = s->bot_sk};
    unsigned ops = s->op_count;
    sim_step(s, 0, &e);
    s->op_count = ops; /* not numbered by its node */
}

/* The founder's bot sits down, and then plays. */
static void act_bot(struct sim *s)
{
    uint8_t payload[512];
    static const uint8_t no_net[32];
    const uint8_t *id = s->bot_sk + 32;
    if (protocol_identity(engine_protocol(s->nodes[0].engine), id) != NULL) {
        size_t size = sim_table_op(s, 0, id, &s->rng, false, payload, sizeof payload);
        sim_submit_bot(s, OP_GAME, payload, size);
    } else if (s->nodes[0].engine->own_count == 0) {
        size_t size = join_payload(s, &s->nodes[0], id, no_net, true, 'B', payload, sizeof payload);
        sim_submit_bot(s, OP_JOIN, payload, size);
    }
}

static bool synced(const struct sim *s, unsigned node)
{
    return s->nodes[node].running && ledger_height(s->nodes[node].engine->ledger) + 3 >= s->top;
}

static void add_node(struct sim *s, bool watcher)
{
    unsigned i = s->node_count++;
    struct sim_node *n = &s->nodes[i];
    struct digest id = sim_secret(s->seed, i, "id", 0), vote = sim_secret(s->seed, i, "vote", 0);
    struct digest net = sim_secret(s->seed, i, "net", 0);
    n->used = true;
    n->watcher = watcher;
    n->wants_in = !watcher;
    n->poll_ms = UINT64_MAX;
    n->skew_ms = prng_below(&s->rng, 100000);
    s->signer->keypair(n->id_pk, n->id_sk, id.b);
    s->signer->keypair(n->vote_pk, n->vote_sk, vote.b);
    memcpy(n->net_pk, net.b, sizeof n->net_pk);
}

static void found(struct sim *s)
{
    struct sim_node *n = &s->nodes[0];
    uint8_t bot_pk[32];
    struct digest bot = sim_secret(s->seed, 0, "bot", 0);
    s->signer->keypair(bot_pk, s->bot_sk, bot.b);
    struct genesis *g = &s->genesis;
    struct digest nonce = sim_secret(s->seed, 0, "nonce", 0);
    g->version = PROTOCOL_VERSION;
    g->rules_size = sim_table_rules(s, g->rules, sizeof g->rules);
    memcpy(g->founder_id, n->id_pk, ID_BYTES);
    memcpy(g->founder_net_pk, n->net_pk, 32);
    memcpy(g->founder_vote_pk, n->vote_pk, 32);
    g->profile_size = 2;
    memcpy(g->profile, "pa", 2);
    memcpy(g->nonce, nonce.b, sizeof g->nonce);
    s->game_id = genesis_game_id(g);
}

/* Somebody plays, comes, or goes. */
static void act(struct sim *s)
{
    unsigned i = (unsigned)prng_below(&s->rng, s->node_count);
    struct sim_node *n = &s->nodes[i];
    uint8_t payload[256];
    if (!n->running || n->watcher || n->resume_ms > s->now_ms || !synced(s, i)) {
        return;
    }
    enum identity_standing st = sim_standing(s, i);
    if ((st == STANDING_NONE || st == STANDING_PLAYER) && n->wants_in) {
        if (n->engine->own_count == 0) {
            join(s, i);
        }
        return;
    }
    if (st != STANDING_MEMBER) {
        return;
    }
    if (n->liar != LIAR_NONE && sim_lie_act(s, i)) {
        return;
    }
    if (s->attempts && !s->calm && n->liar == LIAR_NONE && prng_chance(&s->rng, 20)) {
        sim_submit(s, i, OP_REKEY, NULL, 0);
        return;
    }
    if (i == 0 && s->bot && prng_chance(&s->rng, 200)) {
        act_bot(s);
        return;
    }
    if (!s->calm && i > 0 && n->liar == LIAR_NONE && prng_chance(&s->rng, 4)) {
        n->wants_in = prng_chance(&s->rng, 700);
        sim_submit(s, i, OP_LEAVE, NULL, 0);
        return;
    }
    size_t size = sim_table_op(
        s, i, n->id_pk, &s->rng, prng_chance(&s->rng, s->toy ? 60 : 140), payload, sizeof payload);
    if (size > 0) {
        sim_submit(s, i, OP_GAME, payload, size);
    }
}

void sim_play(struct sim *s, uint64_t duration_ms, unsigned act_ms, unsigned fault_ms)
{
    uint64_t end = s->now_ms + duration_ms;
    uint64_t next_act = s->now_ms, next_fault = s->now_ms + fault_ms;
    while (!s->failed && s->now_ms < end) {
        uint64_t next = next_act < next_fault ? next_act : next_fault;
        sim_run_until(s, next < end ? next : end);
        if (s->now_ms >= next_act) {
            act(s);
            next_act = s->now_ms + 1 + prng_below(&s->rng, 2 * act_ms);
        }
        if (s->now_ms >= next_fault) {
            if (fault_ms > 0 && !s->calm) {
                sim_fault(s);
            }
            next_fault = s->now_ms + 1 + prng_below(&s->rng, 2 * (uint64_t)fault_ms + 1000);
        }
    }
}

static void add_twin(struct sim *s, unsigned of)
{
    unsigned i = s->node_count++;
    struct sim_node *n = &s->nodes[i];
    *n = s->nodes[of];
    n->twin = true;
    n->twin_of = (uint8_t)of;
    n->wants_in = false;
    n->skew_ms = prng_below(&s->rng, 100000);
}

/* f liars of whatever kinds, or of the kind that is asked for: one with odd seeds. */
static unsigned add_liars(struct sim *s, unsigned n, enum sim_liar kind)
{
    unsigned liars = prng_chance(&s->rng, 600) || kind != LIAR_NONE ? quorum_faulty(n) : 0;
    if (kind != LIAR_NONE && s->seed % 2 == 1 && liars > 1) {
        liars = 1;
    }
    for (unsigned i = 0; i < liars; i++) {
        enum sim_liar any = (enum sim_liar)(1 + prng_below(&s->rng, LIAR_COUNT - 1));
        struct sim_node *liar = &s->nodes[n - 1 - i];
        liar->liar = kind != LIAR_NONE ? kind : any;
        liar->join_lies = prng_chance(&s->rng, 300);
        s->attempts |= (liar->liar >= LIAR_COPIED_KEY && liar->liar <= LIAR_SILENT_ACKER) ||
                       liar->liar == LIAR_BAD_DEAL;
    }
    for (unsigned i = 0; i < liars; i++) {
        if (s->nodes[n - 1 - i].liar == LIAR_TWIN) {
            add_twin(s, n - 1 - i);
        }
    }
    return liars;
}

static void set_up(struct sim *s, const struct sim_options *options)
{
    unsigned members = options->members;
    static const unsigned sizes[] = {1, 2, 3, 4, 4, 4, 5, 6, 7, 10};
    unsigned n = members > 0 ? members : sizes[s->seed % 10];
    s->real_keys = s->seed % 25 == 3;
    s->signer = s->real_keys ? &signer_ed25519 : &signer_fast;
    s->toy = s->seed % 3 == 0;
    s->app = sim_table_app(s);
    s->delta_ms = prng_chance(&s->rng, 500) ? 60 : 120;
    s->delay_ms = 1 + (unsigned)prng_below(&s->rng, 20);
    s->jitter_ms = (unsigned)prng_below(&s->rng, prng_chance(&s->rng, 200) ? 300 : 20);
    s->duplicate_pm = (unsigned)prng_below(&s->rng, 60);
    s->reset_pm = prng_chance(&s->rng, 500) ? (unsigned)prng_below(&s->rng, 6) : 0;
    s->crash_pm = prng_chance(&s->rng, 600) ? (unsigned)prng_below(&s->rng, 12) : 0;
    s->shares_with_finalize = prng_chance(&s->rng, 700);
    for (unsigned i = 0; i < n; i++) {
        add_node(s, false);
    }
    unsigned liars = add_liars(s, n, options->liar);
    s->amnesiac = n >= 4 && liars == 0 && prng_chance(&s->rng, 400)
                      ? 1 + (int)prng_below(&s->rng, n - 1)
                      : -1;
    s->bot = prng_chance(&s->rng, 300);
    if (prng_chance(&s->rng, 300)) {
        add_node(s, true);
    }
    found(s);
}

/* All who want to sit down do, before anything goes wrong. */
static void gather(struct sim *s)
{
    s->calm = s->gathering = true;
    for (unsigned i = 0; i < s->node_count && !s->failed; i++) {
        if (!s->nodes[i].twin) {
            sim_boot(s, i);
        }
    }
    for (unsigned round = 0; round < 900 && !s->failed; round++) {
        bool all = true;
        sim_run_until(s, s->now_ms + 100);
        for (unsigned i = 0; i < s->node_count; i++) {
            struct sim_node *n = &s->nodes[i];
            if (!n->wants_in || sim_is_member(s, i)) {
                continue;
            }
            enum identity_standing st = sim_standing(s, i);
            all = all && st == STANDING_EJECTED;
            if (synced(s, i) && n->engine->own_count == 0 &&
                (st == STANDING_NONE || st == STANDING_PLAYER)) {
                join(s, i);
            }
        }
        if (all) {
            s->calm = s->gathering = false;
            return;
        }
    }
    for (unsigned i = 0; i < s->node_count && !s->failed; i++) {
        const struct protocol_state *p = engine_protocol(s->nodes[i].engine);
        if (s->nodes[i].wants_in && !sim_is_member(s, i)) {
            sim_fail(s,
                "node %u (liar %u) could not sit down: standing %u, %zu own ops, attempt %u", i,
                s->nodes[i].liar, sim_standing(s, i), s->nodes[i].engine->own_count,
                p->attempt.phase);
        }
    }
}

static void tear_down(struct sim *s)
{
    struct sim_event event;
    for (unsigned i = 0; i < s->node_count; i++) {
        engine_destroy(s->nodes[i].engine);
        sim_disk_clear(&s->nodes[i].keys);
        sim_disk_clear(&s->nodes[i].blocks);
        sim_disk_clear(&s->nodes[i].beside);
        for (unsigned k = 0; k < SIM_OLD_MAX; k++) {
            free(s->nodes[i].old[k].data);
        }
    }
    while (sim_pop(s, &event)) {
        free(event.data);
    }
    free(s->heap);
    free(s->votes);
    free(s->update);
}

bool sim_run(uint64_t seed, const struct sim_options *options, char *why, size_t why_size)
{
    struct sim *s = calloc(1, sizeof *s);
    CHECK(s != NULL);
    s->seed = seed;
    s->plant = options->plant;
    sim_plant_quorum = s->plant == PLANT_QUORUM_MINUS_ONE;
    s->now_ms = 1000;
    prng_seed(&s->rng, seed);
    s->heap = calloc(SIM_EVENTS_MAX, sizeof *s->heap);
    s->votes = calloc(SIM_VOTES_MAX, sizeof *s->votes);
    s->update = calloc(1, sizeof *s->update);
    CHECK(s->heap != NULL && s->votes != NULL && s->update != NULL);
    set_up(s, options);
    gather(s);
    sim_twins_wake(s);
    sim_play(s, s->node_count < 7 ? SAFETY_MS : SAFETY_LARGE_MS, 40, 400);
    if (!s->failed) {
        sim_liveness(s);
    }
    if (!s->failed) {
        sim_quiet(s);
    }
    if (options->verbose) {
        printf(
            "seed %llu: %u nodes, height %llu, %llu steps, %llu messages, %llu ops (%llu refused), "
            "%llu throws, %llu epochs, %llu crashes (%llu final blocks gone with the power), "
            "%llu states taken over, %llu lies, "
            "%llu proofs of lies "
            "(E1 %llu, E2 %llu, E3 %llu, E4 %llu, E5 %llu)\n",
            (unsigned long long)seed, s->node_count, (unsigned long long)s->top,
            (unsigned long long)s->steps, (unsigned long long)s->messages,
            (unsigned long long)s->ops_done, (unsigned long long)s->ops_refused,
            (unsigned long long)s->rolls, (unsigned long long)s->epochs,
            (unsigned long long)s->crashes, (unsigned long long)s->blocks_lost,
            (unsigned long long)s->adopted, (unsigned long long)s->lies,
            (unsigned long long)s->evidence, (unsigned long long)s->proofs[1],
            (unsigned long long)s->proofs[2], (unsigned long long)s->proofs[3],
            (unsigned long long)s->proofs[4], (unsigned long long)s->proofs[5]);
    }
    snprintf(why, why_size, "%s", s->failure);
    bool ok = !s->failed;
    tear_down(s);
    free(s);
    return ok;
}
