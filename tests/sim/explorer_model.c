#include "tests/sim/explorer_model.h"

#include <stddef.h>
#include <string.h>

bool model_init(struct model *m, unsigned members, unsigned cheaters, unsigned views)
{
    if (members < 1 || members > MODEL_MEMBERS_MAX || cheaters >= members || views < 1 ||
        views > MODEL_VIEWS_MAX) {
        return false;
    }
    *m = (struct model){.members = members, .cheaters = cheaters, .views = views};
    m->faulty = (members - 1) / 3;
    m->shares = members - m->faulty;
    model_plant(m, RULE_R1, FAULT_NONE);
    return true;
}

void model_plant(struct model *m, enum share_rule rule, enum vote_fault fault)
{
    m->rule = rule;
    m->fault = fault;
    m->quorum = m->members - m->faulty - (fault == FAULT_QUORUM_MINUS_ONE);
}

unsigned model_honest(const struct model *m)
{
    return m->members - m->cheaters;
}

unsigned model_view_of(unsigned block)
{
    return block == MODEL_GENESIS ? 0 : block / MODEL_VARIANTS + 1;
}

unsigned model_bits(unsigned mask)
{
    unsigned count = 0;
    for (; mask != 0; mask &= mask - 1) {
        count++;
    }
    return count;
}

const char *model_rule_name(enum share_rule rule)
{
    static const char *const names[RULE_COUNT] = {"r1", "r2", "ancestors", "notarize"};
    return rule < RULE_COUNT ? names[rule] : NULL;
}

const char *model_fault_name(enum vote_fault fault)
{
    static const char *const names[FAULT_COUNT] = {"none", "quorum-minus-one",
        "finalize-after-nullify", "nullify-after-finalize", "notarize-twice",
        "skip-without-nullification"};
    return fault < FAULT_COUNT ? names[fault] : NULL;
}

const char *model_broken_name(unsigned kind)
{
    static const char *const names[BROKEN_KINDS] = {
        "agreement", "exclusive", "s1", "s2", "early", "notarized", "guard"};
    return kind < BROKEN_KINDS ? names[kind] : NULL;
}

void votes_init(struct votes *s)
{
    *s = (struct votes){0};
    memset(s->parent, MODEL_ABSENT, sizeof(s->parent));
}

static bool reaches_quorum(const struct model *m, unsigned honest_mask)
{
    return model_bits(honest_mask) + m->cheaters >= m->quorum;
}

static unsigned all_honest(const struct model *m)
{
    return (1u << model_honest(m)) - 1;
}

static unsigned block_count(const struct model *m)
{
    return m->views * MODEL_VARIANTS;
}

static unsigned first_block(unsigned view)
{
    return (view - 1) * MODEL_VARIANTS;
}

/* The union of the masks of the blocks of one view. */
static unsigned mask_of_view(const uint16_t *by_block, unsigned view)
{
    unsigned mask = 0;
    for (unsigned k = 0; k < MODEL_VARIANTS; k++) {
        mask |= by_block[first_block(view) + k];
    }
    return mask;
}

bool votes_notarized(const struct model *m, const struct votes *s, unsigned block)
{
    return block == MODEL_GENESIS ||
           (s->parent[block] != MODEL_ABSENT && reaches_quorum(m, s->notarize[block]));
}

bool votes_nullified(const struct model *m, const struct votes *s, unsigned view)
{
    return reaches_quorum(m, s->nullify[view]);
}

bool votes_finalized(const struct model *m, const struct votes *s, unsigned block)
{
    return s->parent[block] != MODEL_ABSENT && reaches_quorum(m, s->finalize[block]);
}

bool votes_descends(const struct votes *s, unsigned block, unsigned ancestor)
{
    while (block != ancestor && block != MODEL_GENESIS && block != MODEL_ABSENT) {
        block = s->parent[block];
    }
    return block == ancestor;
}

bool votes_may_notarize(
    const struct model *m, const struct votes *s, unsigned member, unsigned block, unsigned parent)
{
    unsigned view = model_view_of(block);
    unsigned bit = 1u << member;
    unsigned voted =
        m->fault == FAULT_NOTARIZE_TWICE ? s->notarize[block] : mask_of_view(s->notarize, view);
    if (((voted | s->nullify[view]) & bit) != 0 || !votes_notarized(m, s, parent)) {
        return false;
    }
    for (unsigned u = model_view_of(parent) + 1; u < view; u++) {
        if (m->fault != FAULT_SKIP_WITHOUT_NULLIFICATION && !votes_nullified(m, s, u)) {
            return false;
        }
    }
    return true;
}

/* Whether some certificate lets a member enter the view. */
static bool can_enter(const struct model *m, const struct votes *s, unsigned view)
{
    if (view == 1 || votes_nullified(m, s, view - 1)) {
        return true;
    }
    for (unsigned k = 0; k < MODEL_VARIANTS; k++) {
        unsigned block = first_block(view - 1) + k;
        if (votes_notarized(m, s, block) || votes_finalized(m, s, block)) {
            return true;
        }
    }
    return false;
}

bool votes_may_nullify(const struct model *m, const struct votes *s, unsigned member, unsigned view)
{
    unsigned bit = 1u << member;
    unsigned bars = s->nullify[view];
    if (m->fault != FAULT_NULLIFY_AFTER_FINALIZE) {
        bars |= mask_of_view(s->finalize, view);
    }
    if ((bars & bit) != 0) {
        return false;
    }
    bool amplified = m->faulty >= 1 && model_bits(s->nullify[view]) + m->cheaters >= m->faulty + 1;
    return amplified || can_enter(m, s, view);
}

bool votes_may_finalize(
    const struct model *m, const struct votes *s, unsigned member, unsigned block)
{
    unsigned view = model_view_of(block);
    unsigned bars = mask_of_view(s->finalize, view);
    if (m->fault != FAULT_FINALIZE_AFTER_NULLIFY) {
        bars |= s->nullify[view];
    }
    return (bars & 1u << member) == 0 && votes_notarized(m, s, block);
}

/* Whether a finalization that can be formed now makes the block final. */
static bool is_final(const struct model *m, const struct votes *s, unsigned block)
{
    for (unsigned d = 0; d < block_count(m); d++) {
        if (votes_finalized(m, s, d) && votes_descends(s, d, block)) {
            return true;
        }
    }
    return false;
}

bool votes_evaluable(const struct model *m, const struct votes *s, unsigned block)
{
    unsigned holders = 0;
    if (is_final(m, s, block)) {
        holders = all_honest(m);
    } else if (m->rule == RULE_R1) {
        holders = s->finalize[block];
    } else if (m->rule == RULE_NOTARIZE) {
        holders = s->finalize[block] | s->notarize[block];
    } else if (m->rule == RULE_ANCESTORS) {
        for (unsigned d = 0; d < block_count(m); d++) {
            holders |= votes_descends(s, d, block) ? s->finalize[d] : 0;
        }
    }
    return model_bits(holders) + m->cheaters >= m->shares;
}

bool votes_locked(const struct model *m, const struct votes *s, unsigned block)
{
    unsigned view = model_view_of(block);
    unsigned honest = all_honest(m);
    if (reaches_quorum(m, s->nullify[view] | (honest & ~mask_of_view(s->finalize, view)))) {
        return false;
    }
    unsigned free_to_notarize = honest & ~mask_of_view(s->notarize, view);
    for (unsigned k = 0; k < MODEL_VARIANTS; k++) {
        unsigned other = first_block(view) + k;
        if (other != block && reaches_quorum(m, s->notarize[other] | free_to_notarize)) {
            return false;
        }
    }
    return true;
}

/* Dice known too soon. A roll known by its block's own FINALIZE votes needs that block locked. One
 * known otherwise needs a locked block at or above it: a final block's ancestor may well have been
 * nullified too, and is final all the same. */
static bool is_early(const struct model *m, const struct votes *s, unsigned block)
{
    if (!votes_evaluable(m, s, block)) {
        return false;
    }
    bool by_own_votes = model_bits(s->finalize[block]) + m->cheaters >= m->shares;
    if (m->rule == RULE_R1 && by_own_votes) {
        return !votes_locked(m, s, block);
    }
    for (unsigned d = 0; d < block_count(m); d++) {
        if (votes_descends(s, d, block) && votes_locked(m, s, d)) {
            return false;
        }
    }
    return true;
}

static unsigned broken_in_view(const struct model *m, const struct votes *s, unsigned view)
{
    unsigned c = first_block(view);
    unsigned other = c + 1;
    unsigned broken = 0;
    if (((s->notarize[c] & s->notarize[other]) | (s->finalize[c] & s->finalize[other])) != 0) {
        broken |= BROKEN_S1;
    }
    if ((s->nullify[view] & mask_of_view(s->finalize, view)) != 0) {
        broken |= BROKEN_S2;
    }
    if (votes_notarized(m, s, c) && votes_notarized(m, s, other)) {
        broken |= BROKEN_NOTARIZED;
    }
    if (votes_nullified(m, s, view) && (votes_finalized(m, s, c) || votes_finalized(m, s, other))) {
        broken |= BROKEN_EXCLUSIVE;
    }
    return broken;
}

unsigned votes_broken(const struct model *m, const struct votes *s)
{
    unsigned broken = 0;
    for (unsigned view = 1; view <= m->views; view++) {
        broken |= broken_in_view(m, s, view);
    }
    for (unsigned c = 0; c < block_count(m); c++) {
        if (s->parent[c] == MODEL_ABSENT) {
            continue;
        }
        if (is_early(m, s, c)) {
            broken |= BROKEN_EARLY;
        }
        for (unsigned d = c + 1; d < block_count(m) && votes_finalized(m, s, c); d++) {
            if (votes_finalized(m, s, d) && !votes_descends(s, d, c)) {
                broken |= BROKEN_AGREEMENT;
            }
        }
    }
    return broken;
}
