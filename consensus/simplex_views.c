#include "consensus/simplex_internal.h"

bool views_parent(const struct simplex *s, uint64_t view, uint64_t *parent_view,
    struct digest *parent, uint64_t *missing)
{
    for (uint64_t u = view - 1; u > s->final_view; u--) {
        const struct view_record *rec = record_find(s, u);
        if (rec != NULL && rec->held[VOTE_NOTARIZE].held) {
            *parent_view = u;
            *parent = rec->held[VOTE_NOTARIZE].digest;
            return true;
        }
        if (rec == NULL || !rec->held[VOTE_NULLIFY].held) {
            *missing = u;
            return false;
        }
    }
    *parent_view = s->final_view;
    *parent = s->final;
    return true;
}

enum parent_state views_parent_of(
    const struct simplex *s, const struct block_header *h, uint64_t *missing)
{
    uint64_t p = h->parent_view;
    if (p < s->final_view || (p == s->final_view && !digest_equal(&h->parent, &s->final))) {
        return PARENT_WRONG;
    }
    for (uint64_t u = h->view - 1; u > p; u--) {
        const struct view_record *rec = record_find(s, u);
        if (rec == NULL || !rec->held[VOTE_NULLIFY].held) {
            *missing = u;
            return PARENT_UNKNOWN;
        }
    }
    if (p == s->final_view) {
        return PARENT_READY;
    }
    const struct view_record *rec = record_find(s, p);
    if (rec == NULL || !rec->held[VOTE_NOTARIZE].held) {
        *missing = p;
        return PARENT_UNKNOWN;
    }
    return digest_equal(&rec->held[VOTE_NOTARIZE].digest, &h->parent) ? PARENT_READY : PARENT_WRONG;
}

unsigned views_nullify_count(struct simplex *s)
{
    const struct voteset *set = votes_of(s, s->cur_view);
    unsigned count = 0;
    for (unsigned i = 0; set != NULL && i < s->n; i++) {
        count += voteset_at(set, VOTE_NULLIFY, i)->state != VOTE_ABSENT;
    }
    return count;
}

/* The certificate that let us in goes at once to the one who must act on it (A.4). */
static void tell_leader(struct simplex *s, struct simplex_step *step)
{
    unsigned leader = simplex_leader(s, s->cur_view);
    if (simplex_active(s) && (int)leader != s->params.self && !s->peers[leader].down &&
        s->peers[leader].view < s->cur_view) {
        sync_send_completions(s, s->cur_view - 1, s->cur_view - 1, 1, (int)leader, step);
    }
}

bool views_advance(struct simplex *s, struct simplex_step *step)
{
    uint64_t entered = s->top_cert_view + 1;
    if (entered <= s->cur_view) {
        return false;
    }
    uint64_t left = s->cur_view;
    if (entered - left > VIEW_RECORDS) {
        left = entered - VIEW_RECORDS;
    }
    for (uint64_t v = left; v < entered; v++) {
        struct view_record *rec = record_find(s, v);
        if (rec != NULL) {
            rec->left_ms = s->now_ms;
        }
    }
    if (s->relay_view == 0 && s->n > 1) {
        s->relay_view = entered - 1;
    }
    s->cur_view = entered;
    s->armed = false;
    s->recount = s->top_own_view >= entered;
    tell_leader(s, step);
    return true;
}

/* A restarted leader proposes what it has journaled, or nothing (A.9). */
static void propose_again(struct simplex *s, struct view_record *rec, struct simplex_step *step)
{
    if (!rec->proposal_sent &&
        block_store_find(&s->blocks, rec->view, &rec->own[VOTE_NOTARIZE]) != NULL) {
        rec->proposal_sent = true;
        vote_resend(s, rec, VOTE_NOTARIZE, TO_ALL, step);
    }
}

/* Journals the bytes of a block with the vote for it; false when the step is full. */
static bool journal_block(
    struct simplex *s, const struct block_slot *slot, struct simplex_step *step)
{
    if (step->proposal_count == PROPOSALS_MAX || step->journal_count == JOURNAL_RECORDS_MAX) {
        s->unsettled = true;
        return false;
    }
    unsigned at = step->proposal_count++;
    step->proposals[at].view = slot->view;
    step->proposals[at].bytes = slot->bytes;
    step->proposals[at].size = slot->block.size;
    return true;
}

static struct block_slot *build(
    struct simplex *s, uint64_t parent_view, const struct digest *parent, bool empty)
{
    const struct chain *chain = &s->params.chain;
    struct digest digest;
    size_t size = chain->propose(chain->self, parent, parent_view, s->cur_view, empty, s->scratch,
        sizeof s->scratch, &digest);
    if (size == 0) {
        return NULL;
    }
    struct block_slot *slot = chain_store(s, s->scratch, size);
    if (slot != NULL) {
        CHECK(digest_equal(&slot->digest, &digest) && slot->view == s->cur_view);
        slot->judgement = BLOCK_GOOD;
    }
    return slot;
}

bool views_propose(struct simplex *s, struct simplex_step *step)
{
    uint64_t parent_view, missing;
    struct digest parent;
    if (!simplex_active(s) || !simplex_leads(s, s->cur_view)) {
        return false;
    }
    struct view_record *rec = view_record_open(s, s->cur_view);
    if (rec == NULL || rec->voted[VOTE_NOTARIZE]) {
        if (rec != NULL) {
            propose_again(s, rec, step);
        }
        return false;
    }
    if (rec->has_proposal || !vote_permitted(s, rec, VOTE_NOTARIZE) || !timers_work(s) ||
        !views_parent(s, s->cur_view, &parent_view, &parent, &missing) ||
        !chain_executed(s, &parent)) {
        return false;
    }
    if (step->proposal_count == PROPOSALS_MAX || step->journal_count == JOURNAL_RECORDS_MAX) {
        s->unsettled = true;
        return false;
    }
    bool work = timers_chain_work(s, &parent);
    if (!work && !timers_tail(s) && s->now_ms < timers_reply_ms(s)) {
        return false;
    }
    bool empty =
        !work || chain_depth(s, parent_view, &parent, PIPELINE_DEPTH_MAX) >= PIPELINE_DEPTH_MAX;
    struct block_slot *slot = build(s, parent_view, &parent, empty);
    if (slot == NULL || !journal_block(s, slot, step)) {
        return false;
    }
    rec->has_proposal = true;
    rec->proposal = slot->digest;
    rec->proposal_sent = true;
    return vote_cast(s, VOTE_NOTARIZE, rec, &slot->digest, step);
}

bool views_notarize(struct simplex *s, struct simplex_step *step)
{
    struct view_record *rec = record_find(s, s->cur_view);
    uint64_t missing;
    if (rec == NULL || !rec->has_proposal || !vote_permitted(s, rec, VOTE_NOTARIZE) ||
        simplex_leads(s, s->cur_view)) {
        return false;
    }
    struct block_slot *slot = block_store_find(&s->blocks, rec->view, &rec->proposal);
    if (slot == NULL || slot->judgement == BLOCK_BAD) {
        return false;
    }
    switch (views_parent_of(s, &slot->block.header, &missing)) {
    case PARENT_UNKNOWN:
        return false;
    case PARENT_WRONG:
        slot->judgement = BLOCK_BAD;
        return true;
    case PARENT_READY:
        break;
    }
    enum block_judgement judgement = chain_judge(s, slot);
    if (judgement != BLOCK_GOOD) {
        return judgement == BLOCK_BAD;
    }
    return journal_block(s, slot, step) && vote_cast(s, VOTE_NOTARIZE, rec, &slot->digest, step);
}

/* Did the leader itself give up, or show that nothing good comes of its view. */
static bool leader_failed(struct simplex *s, const struct view_record *rec)
{
    struct voteset *set = votes_of(s, rec->view);
    unsigned leader = simplex_leader(s, rec->view);
    if (rec->equivocated || voteset_at(set, VOTE_NULLIFY, leader)->state != VOTE_ABSENT) {
        return true;
    }
    const struct block_slot *slot =
        rec->has_proposal ? block_store_find(&s->blocks, rec->view, &rec->proposal) : NULL;
    return slot != NULL && slot->judgement == BLOCK_BAD;
}

bool views_nullify(struct simplex *s, struct simplex_step *step)
{
    static const struct digest none;
    struct view_record *rec = view_record_open(s, s->cur_view);
    if (rec == NULL || !vote_permitted(s, rec, VOTE_NULLIFY)) {
        return false;
    }
    /* With f = 0 another's NULLIFY only arms timers: one cheater could otherwise spin views at
     * network speed. */
    bool amplified = s->f >= 1 && views_nullify_count(s) >= s->f + 1;
    if (!timers_expired(s, rec) && !amplified && !leader_failed(s, rec)) {
        return false;
    }
    if (!vote_cast(s, VOTE_NULLIFY, rec, &none, step)) {
        return false;
    }
    s->resend_count = 0;
    s->resend_ms = s->now_ms + 4 * timers_delta(s);
    witness_nullified(s, rec->view, step);
    return true;
}

bool views_finalize(struct simplex *s, struct simplex_step *step)
{
    bool changed = false;
    for (uint64_t v = s->final_view + 1; v <= s->highest_notarized; v++) {
        struct view_record *rec = record_find(s, v);
        if (rec == NULL || !rec->held[VOTE_NOTARIZE].held ||
            !vote_permitted(s, rec, VOTE_FINALIZE)) {
            continue;
        }
        struct digest digest = rec->held[VOTE_NOTARIZE].digest;
        const struct block_slot *slot = block_store_find(&s->blocks, v, &digest);
        if (slot != NULL && slot->judgement == BLOCK_GOOD) {
            changed |= vote_cast(s, VOTE_FINALIZE, rec, &digest, step);
        }
    }
    return changed;
}
