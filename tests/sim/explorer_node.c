#include "tests/sim/explorer_node.h"

#include <stdio.h>
#include <string.h>

void scene_init(struct scene *s, const struct model *m, bool trace)
{
    *s = (struct scene){.m = m, .sound = *m, .trace = trace};
    model_plant(&s->sound, m->rule, FAULT_NONE);
    votes_init(&s->cast);
    for (unsigned i = 0; i < MODEL_MEMBERS_MAX; i++) {
        memset(s->nodes[i].proposal, MODEL_ABSENT, sizeof(s->nodes[i].proposal));
    }
}

uint16_t *node_received(struct node *node, struct subject what)
{
    switch (what.kind) {
    case VOTE_NOTARIZE:
        return &node->notarize[what.block];
    case VOTE_FINALIZE:
        return &node->finalize[what.block];
    default:
        return &node->nullify[what.view];
    }
}

uint16_t *votes_of(struct votes *cast, struct subject what)
{
    switch (what.kind) {
    case VOTE_NOTARIZE:
        return &cast->notarize[what.block];
    case VOTE_FINALIZE:
        return &cast->finalize[what.block];
    default:
        return &cast->nullify[what.view];
    }
}

static bool has_notarization(const struct scene *s, const struct node *node, unsigned block)
{
    return block == MODEL_GENESIS || model_bits(node->notarize[block]) >= s->m->quorum ||
           model_bits(node->finalize[block]) >= s->m->quorum;
}

static bool has_nullification(const struct scene *s, const struct node *node, unsigned view)
{
    return model_bits(node->nullify[view]) >= s->m->quorum;
}

unsigned scene_view_of(const struct scene *s, unsigned i)
{
    const struct node *node = &s->nodes[i];
    for (unsigned view = s->m->views; view >= 1; view--) {
        unsigned c = (view - 1) * MODEL_VARIANTS;
        if (has_nullification(s, node, view) || has_notarization(s, node, c) ||
            has_notarization(s, node, c + 1)) {
            return view + 1;
        }
    }
    return 1;
}

/* Whether the member has the block and all its ancestors, so that it can execute it. */
static bool can_execute(const struct scene *s, const struct node *node, unsigned block)
{
    for (; block != MODEL_GENESIS; block = s->cast.parent[block]) {
        if (!node->held[block]) {
            return false;
        }
    }
    return true;
}

static bool skips_are_proved(
    const struct scene *s, const struct node *node, unsigned parent, unsigned view)
{
    for (unsigned u = model_view_of(parent) + 1; u < view; u++) {
        if (!has_nullification(s, node, u) && s->m->fault != FAULT_SKIP_WITHOUT_NULLIFICATION) {
            return false;
        }
    }
    return true;
}

static bool may_cast(const struct scene *s, unsigned i, struct subject what)
{
    switch (what.kind) {
    case VOTE_NOTARIZE:
        return votes_may_notarize(&s->sound, &s->cast, i, what.block, s->cast.parent[what.block]);
    case VOTE_FINALIZE:
        return votes_may_finalize(&s->sound, &s->cast, i, what.block);
    default:
        return votes_may_nullify(&s->sound, &s->cast, i, what.view);
    }
}

static void cast_vote(struct scene *s, unsigned i, struct subject what)
{
    static const char *const names[VOTE_KINDS] = {"NOTARIZE", "NULLIFY", "FINALIZE"};
    unsigned broken = may_cast(s, i, what) ? 0 : BROKEN_GUARD;
    *votes_of(&s->cast, what) |= (uint16_t)(1u << i);
    *node_received(&s->nodes[i], what) |= (uint16_t)(1u << i);
    broken |= votes_broken(s->m, &s->cast);
    if (s->trace) {
        printf("  member %u %s view %u", i, names[what.kind], what.view);
        printf(what.kind == VOTE_NULLIFY ? "\n" : " block %u\n", what.block);
        for (unsigned k = 0; k < BROKEN_KINDS; k++) {
            if ((broken & ~s->broken & 1u << k) != 0) {
                printf("  ! %s broken\n", model_broken_name(k));
            }
        }
    }
    s->broken |= broken;
}

static bool has_cast(const struct scene *s, unsigned i, enum vote_kind kind, unsigned view)
{
    const struct votes *cast = &s->cast;
    unsigned c = (view - 1) * MODEL_VARIANTS;
    unsigned mask = cast->nullify[view];
    if (kind == VOTE_NOTARIZE) {
        mask = cast->notarize[c] | cast->notarize[c + 1];
    } else if (kind == VOTE_FINALIZE) {
        mask = cast->finalize[c] | cast->finalize[c + 1];
    }
    return (mask >> i & 1) != 0;
}

static bool try_notarize(struct scene *s, unsigned i, unsigned block)
{
    struct node *node = &s->nodes[i];
    unsigned view = model_view_of(block);
    unsigned parent = s->cast.parent[block];
    bool twice = s->m->fault == FAULT_NOTARIZE_TWICE;
    bool voted =
        twice ? (s->cast.notarize[block] >> i & 1) != 0 : has_cast(s, i, VOTE_NOTARIZE, view);
    if (voted || has_cast(s, i, VOTE_NULLIFY, view) || !has_notarization(s, node, parent) ||
        !skips_are_proved(s, node, parent, view) || !can_execute(s, node, block)) {
        return false;
    }
    cast_vote(s, i, (struct subject){VOTE_NOTARIZE, view, block});
    return true;
}

bool scene_nullify(struct scene *s, unsigned i, unsigned view)
{
    if (has_cast(s, i, VOTE_NULLIFY, view) ||
        (s->m->fault != FAULT_NULLIFY_AFTER_FINALIZE && has_cast(s, i, VOTE_FINALIZE, view))) {
        return false;
    }
    cast_vote(s, i, (struct subject){VOTE_NULLIFY, view, 0});
    return true;
}

static bool try_finalize(struct scene *s, unsigned i, unsigned block)
{
    const struct node *node = &s->nodes[i];
    unsigned view = model_view_of(block);
    bool nullified =
        s->m->fault != FAULT_FINALIZE_AFTER_NULLIFY && has_cast(s, i, VOTE_NULLIFY, view);
    if (s->cast.parent[block] == MODEL_ABSENT || nullified || has_cast(s, i, VOTE_FINALIZE, view) ||
        node->equivocated[view] || !has_notarization(s, node, block) ||
        !can_execute(s, node, block)) {
        return false;
    }
    cast_vote(s, i, (struct subject){VOTE_FINALIZE, view, block});
    return true;
}

static bool try_view(struct scene *s, unsigned i, unsigned view)
{
    struct node *node = &s->nodes[i];
    unsigned leader_bit = 1u << s->leader[view];
    unsigned c = (view - 1) * MODEL_VARIANTS;
    unsigned now = scene_view_of(s, i);
    if ((node->notarize[c] & node->notarize[c + 1] & leader_bit) != 0) {
        node->equivocated[view] = true;
    }
    bool moved = try_finalize(s, i, c) || try_finalize(s, i, c + 1);
    if (view != now && !s->late_votes) {
        return moved;
    }
    bool all = s->m->fault == FAULT_NOTARIZE_TWICE;
    for (unsigned block = c; block < c + MODEL_VARIANTS && view <= now; block++) {
        bool wanted = all ? node->held[block] : node->proposal[view] == block;
        moved = (wanted && try_notarize(s, i, block)) || moved;
    }
    bool amplified = s->m->faulty >= 1 && model_bits(node->nullify[view]) > s->m->faulty;
    bool by_leader = view == now && (node->nullify[view] & leader_bit) != 0;
    if (amplified || by_leader) {
        moved = scene_nullify(s, i, view) || moved;
    }
    return moved;
}

/* What the member does of its own accord after a delivery, until nothing more follows. */
void scene_react(struct scene *s, unsigned i)
{
    bool moved = true;
    while (moved) {
        moved = false;
        for (unsigned view = 1; view <= s->m->views; view++) {
            moved = try_view(s, i, view) || moved;
        }
    }
}

void scene_create_block(struct scene *s, unsigned block, unsigned parent)
{
    s->cast.parent[block] = (uint8_t)parent;
    if (s->trace) {
        printf("  leader %u of view %u proposes block %u on ", s->leader[model_view_of(block)],
            model_view_of(block), block);
        printf(parent == MODEL_GENESIS ? "the genesis\n" : "block %u\n", parent);
    }
}

/* The parent an honest leader takes, or MODEL_ABSENT while it lacks a certificate or a block. */
static unsigned choose_parent(const struct scene *s, const struct node *node, unsigned view)
{
    for (unsigned p = view - 1; p >= 1; p--) {
        for (unsigned k = 0; k < MODEL_VARIANTS; k++) {
            unsigned block = (p - 1) * MODEL_VARIANTS + k;
            if (has_notarization(s, node, block)) {
                bool ready = s->cast.parent[block] != MODEL_ABSENT && can_execute(s, node, block);
                return ready ? block : (unsigned)MODEL_ABSENT;
            }
        }
        if (!has_nullification(s, node, p)) {
            return MODEL_ABSENT;
        }
    }
    return MODEL_GENESIS;
}

void scene_propose(struct scene *s, unsigned i, unsigned view)
{
    struct node *node = &s->nodes[i];
    unsigned block = (view - 1) * MODEL_VARIANTS;
    if (s->cast.parent[block] != MODEL_ABSENT || scene_view_of(s, i) != view ||
        has_cast(s, i, VOTE_NULLIFY, view)) {
        return;
    }
    unsigned parent = choose_parent(s, node, view);
    if (parent != MODEL_ABSENT) {
        scene_create_block(s, block, parent);
        node->held[block] = true;
        node->proposal[view] = (uint8_t)block;
        scene_react(s, i);
    }
}

void scene_deliver_proposal(struct scene *s, unsigned i, unsigned block)
{
    struct node *node = &s->nodes[i];
    unsigned view = model_view_of(block);
    if (node->proposal[view] == MODEL_ABSENT) {
        node->proposal[view] = (uint8_t)block;
    } else if (node->proposal[view] != block) {
        node->equivocated[view] = true;
    }
    bool cheats = s->leader[view] >= model_honest(s->m);
    if (cheats || (s->cast.notarize[block] >> s->leader[view] & 1) != 0) {
        node->notarize[block] |= (uint16_t)(1u << s->leader[view]);
    }
    node->held[block] = true;
}
