#include "tests/sim/explorer_run.h"

#include "base/prng.h"
#include "tests/sim/explorer_node.h"

enum {
    STEPS_PER_MEMBER_VIEW = 40,
    STEPS_PER_MOOD = 40, /* the adversary changes its habits this often */
    TRIES = 8,           /* for something to deliver */
};

enum act { ACT_VOTE, ACT_CERT, ACT_CHEAT, ACT_BLOCK, ACT_TIMER, ACT_PROPOSE, ACT_COUNT };

/* One schedule and the adversary's habits of the moment. */
struct run {
    struct scene scene;
    struct prng prng;
    unsigned weight[ACT_COUNT];
    unsigned liked[VOTE_KINDS]; /* weights of the kinds that arrive */
    unsigned awake_per_mille[MODEL_MEMBERS_MAX];
    bool impatient[MODEL_MEMBERS_MAX]; /* whose timers fire */
};

/* The weight that a random pick falls on. */
static unsigned pick_weighted(struct prng *prng, const unsigned *weights, unsigned count)
{
    unsigned total = 0;
    for (unsigned k = 0; k < count; k++) {
        total += weights[k];
    }
    unsigned pick = (unsigned)prng_below(prng, total);
    unsigned k = 0;
    while (pick >= weights[k]) {
        pick -= weights[k++];
    }
    return k;
}

static unsigned cheater_mask(const struct model *m)
{
    return ((1u << m->members) - 1) & ~((1u << model_honest(m)) - 1);
}

static struct subject random_subject(struct run *r)
{
    struct subject what = {.kind = (enum vote_kind)pick_weighted(&r->prng, r->liked, VOTE_KINDS)};
    what.block = (unsigned)prng_below(&r->prng, r->scene.m->views * MODEL_VARIANTS);
    what.view = model_view_of(what.block);
    return what;
}

static void deliver_votes(struct run *r, unsigned i, struct subject what, unsigned mask)
{
    if (what.kind != VOTE_NULLIFY && r->scene.cast.parent[what.block] == MODEL_ABSENT) {
        return;
    }
    *node_received(&r->scene.nodes[i], what) |= (uint16_t)mask;
    scene_react(&r->scene, i);
}

/* One honest vote arrives. */
static void act_vote(struct run *r, unsigned i)
{
    for (unsigned k = 0; k < TRIES; k++) {
        struct subject what = random_subject(r);
        unsigned cast = *votes_of(&r->scene.cast, what);
        unsigned waiting = cast & ~(unsigned)*node_received(&r->scene.nodes[i], what);
        if (waiting != 0) {
            deliver_votes(r, i, what, waiting & (0u - waiting));
            return;
        }
    }
}

/* A whole certificate arrives, completed by the cheaters where they can. */
static void act_cert(struct run *r, unsigned i)
{
    for (unsigned k = 0; k < TRIES; k++) {
        struct subject what = random_subject(r);
        unsigned votes = *votes_of(&r->scene.cast, what) | cheater_mask(r->scene.m);
        unsigned missing = votes & ~(unsigned)*node_received(&r->scene.nodes[i], what);
        if (missing != 0 && model_bits(votes) >= r->scene.m->quorum) {
            deliver_votes(r, i, what, votes);
            return;
        }
    }
}

/* One cheater signs something for this member alone. */
static void act_cheat(struct run *r, unsigned i)
{
    if (r->scene.m->cheaters > 0) {
        unsigned cheater =
            model_honest(r->scene.m) + (unsigned)prng_below(&r->prng, r->scene.m->cheaters);
        deliver_votes(r, i, random_subject(r), 1u << cheater);
    }
}

/* A block arrives: mostly as the leader's PROPOSE, else fetched together with its ancestors. */
static void act_block(struct run *r, unsigned i)
{
    struct node *node = &r->scene.nodes[i];
    unsigned block = MODEL_GENESIS;
    for (unsigned k = 0; k < TRIES && block == MODEL_GENESIS; k++) {
        unsigned candidate = random_subject(r).block;
        if (r->scene.cast.parent[candidate] != MODEL_ABSENT && !node->held[candidate]) {
            block = candidate;
        }
    }
    if (block != MODEL_GENESIS && prng_chance(&r->prng, 700)) {
        scene_deliver_proposal(&r->scene, i, block);
    }
    for (; block != MODEL_GENESIS; block = r->scene.cast.parent[block]) {
        node->held[block] = true;
    }
    scene_react(&r->scene, i);
}

static void act_timer(struct run *r, unsigned i)
{
    unsigned view = scene_view_of(&r->scene, i);
    if (view <= r->scene.m->views && r->impatient[i] && scene_nullify(&r->scene, i, view)) {
        scene_react(&r->scene, i);
    }
}

/* A leader that cheats: any variant on any earlier block. */
static void propose_any(struct run *r, unsigned view)
{
    unsigned block = (view - 1) * MODEL_VARIANTS + (unsigned)prng_below(&r->prng, MODEL_VARIANTS);
    unsigned pick = (unsigned)prng_below(&r->prng, (view - 1) * MODEL_VARIANTS + 1);
    unsigned parent = pick == 0 ? (unsigned)MODEL_GENESIS : pick - 1;
    bool exists = parent == MODEL_GENESIS || r->scene.cast.parent[parent] != MODEL_ABSENT;
    if (r->scene.cast.parent[block] == MODEL_ABSENT && exists) {
        scene_create_block(&r->scene, block, parent);
    }
}

static void act_propose(struct run *r)
{
    unsigned view = 1 + (unsigned)prng_below(&r->prng, r->scene.m->views);
    unsigned leader = r->scene.leader[view];
    if (leader >= model_honest(r->scene.m)) {
        propose_any(r, view);
    } else {
        scene_propose(&r->scene, leader, view);
    }
}

/* New habits: what arrives often, what rarely, who hears little, whose timers fire. */
static void change_mood(struct run *r)
{
    static const unsigned most[ACT_COUNT] = {16, 12, 6, 12, 2, 6};
    for (unsigned k = 0; k < ACT_COUNT; k++) {
        r->weight[k] = 1 + (unsigned)prng_below(&r->prng, most[k]);
    }
    for (unsigned k = 0; k < VOTE_KINDS; k++) {
        r->liked[k] = 1 + (unsigned)prng_below(&r->prng, 8);
    }
    if (prng_chance(&r->prng, 600)) {
        r->liked[VOTE_NULLIFY] = 0;
    }
    for (unsigned i = 0; i < model_honest(r->scene.m); i++) {
        r->awake_per_mille[i] = prng_chance(&r->prng, 300) ? 40 : 1000;
        r->impatient[i] = prng_chance(&r->prng, 200);
    }
}

static void step(struct run *r)
{
    enum act act = (enum act)pick_weighted(&r->prng, r->weight, ACT_COUNT);
    if (act == ACT_PROPOSE) {
        act_propose(r);
        return;
    }
    static void (*const acts[])(struct run *, unsigned) = {
        act_vote, act_cert, act_cheat, act_block, act_timer};
    unsigned i = (unsigned)prng_below(&r->prng, model_honest(r->scene.m));
    if (prng_chance(&r->prng, r->awake_per_mille[i])) {
        acts[act](r, i);
    }
}

/* Leaders take turns in an order of the adversary's liking. */
static void begin(struct run *r, uint64_t seed)
{
    prng_seed(&r->prng, seed);
    unsigned order[MODEL_MEMBERS_MAX];
    for (unsigned i = 0; i < r->scene.m->members; i++) {
        unsigned k = (unsigned)prng_below(&r->prng, i + 1);
        order[i] = order[k];
        order[k] = i;
    }
    for (unsigned view = 1; view <= r->scene.m->views; view++) {
        r->scene.leader[view] = order[view % r->scene.m->members];
    }
    r->scene.late_votes = prng_chance(&r->prng, 500);
}

struct run_result run_play(const struct model *m, uint64_t seed, unsigned stop, bool trace)
{
    struct run r;
    scene_init(&r.scene, m, trace);
    begin(&r, seed);
    unsigned steps = m->views * m->members * STEPS_PER_MEMBER_VIEW;
    for (unsigned k = 0; k < steps && (r.scene.broken & stop) == 0; k++) {
        if (k % STEPS_PER_MOOD == 0) {
            change_mood(&r);
        }
        step(&r);
    }
    struct run_result result = {.broken = r.scene.broken};
    for (unsigned block = 0; block < m->views * MODEL_VARIANTS; block++) {
        result.finalized += votes_finalized(m, &r.scene.cast, block);
        result.evaluated +=
            r.scene.cast.parent[block] != MODEL_ABSENT && votes_evaluable(m, &r.scene.cast, block);
    }
    for (unsigned view = 1; view <= m->views; view++) {
        result.nullified += votes_nullified(m, &r.scene.cast, view);
    }
    return result;
}
