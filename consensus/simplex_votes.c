#include "consensus/simplex_internal.h"

/* Votes are kept for a window of views that ends VIEWS_AHEAD above the current one (A.8). */
static bool in_window(const struct simplex *s, uint64_t view)
{
    uint64_t top = s->cur_view + VIEWS_AHEAD;
    return view != 0 && view <= top && top - view < VOTE_SETS &&
           view + VIEWS_BEHIND >= s->final_view;
}

struct voteset *votes_of(struct simplex *s, uint64_t view)
{
    if (!in_window(s, view)) {
        return NULL;
    }
    struct voteset *set = &s->sets[view % VOTE_SETS];
    if (set->view != view) {
        voteset_reset(set, view);
    }
    return set;
}

void certificate_keep(struct simplex *s, const struct certificate *c)
{
    if (c->view <= s->final_view) {
        return;
    }
    if (c->kind == VOTE_FINALIZE) {
        s->final_view = c->view;
        s->final = c->digest;
        s->final_cert = *c;
        s->has_final_cert = true;
        if (s->highest_notarized < c->view) {
            s->highest_notarized = c->view;
        }
        timers_progress(s);
    } else {
        struct view_record *rec = view_record_open(s, c->view);
        if (rec == NULL || c->view - s->final_view > CERTS_ABOVE_FINAL_MAX ||
            rec->held[c->kind].held || !cert_store_put(&s->certs, &rec->held[c->kind], c)) {
            return;
        }
        if (c->kind == VOTE_NULLIFY) {
            s->views_nullified++;
        } else {
            rec->notarized_ms = s->now_ms;
            if (s->highest_notarized <= s->final_view) {
                s->status_ms = s->now_ms + 2 * timers_delta(s);
            }
            if (s->highest_notarized < c->view) {
                s->highest_notarized = c->view;
            }
        }
    }
    if (s->top_cert_view < c->view) {
        s->top_cert_view = c->view;
    }
}

void certificate_held(
    const struct simplex *s, const struct view_record *rec, unsigned kind, struct certificate *out)
{
    out->kind = (uint8_t)kind;
    out->epoch = s->params.epoch;
    out->view = rec->view;
    cert_store_get(&s->certs, &rec->held[kind], out);
}

static bool certified(const struct simplex *s, uint64_t view, unsigned kind)
{
    const struct view_record *rec = record_find(s, view);
    return view <= s->final_view || (kind != VOTE_FINALIZE && rec != NULL && rec->held[kind].held);
}

/* At a quorum: verify what is not verified yet, evict and blame, and form the certificate if q are
 * left (A.7). */
void votes_try_certificate(struct simplex *s, struct voteset *set, unsigned kind,
    const struct digest *digest, struct simplex_step *step)
{
    if (certified(s, set->view, kind) || voteset_count(set, kind, digest) < s->q) {
        return;
    }
    uint64_t bad = voteset_verify(set, &s->votes, kind, digest);
    if (bad != 0) {
        s->suspects |= bad;
        step->blamed |= bad;
        s->votes_bad += (unsigned)__builtin_popcountll(bad);
    }
    if (voteset_certificate(set, &s->votes, kind, digest, s->q, &s->scratch_cert)) {
        certificate_keep(s, &s->scratch_cert);
    }
}

/* Votes of a quorum that is not there yet: all of them will have to be verified when its last one comes. */
static struct voteset_entry *waiting_vote(
    struct simplex *s, struct voteset **set, unsigned *kind, unsigned *voter)
{
    uint64_t first = s->cur_view > 1 ? s->cur_view - 1 : 1;
    for (uint64_t view = first; view <= s->cur_view; view++) {
        *set = &s->sets[view % VOTE_SETS];
        for (*kind = VOTE_NOTARIZE; *kind < VOTE_KIND_COUNT && (*set)->view == view; ++*kind) {
            bool wanted = *kind != VOTE_NULLIFY && !certified(s, view, *kind);
            for (*voter = 0; wanted && *voter < s->n; ++*voter) {
                struct voteset_entry *e = voteset_at(*set, *kind, *voter);
                if (e->state == VOTE_COUNTED) {
                    return e;
                }
            }
        }
    }
    return NULL;
}

bool simplex_has_idle_work(struct simplex *s)
{
    struct voteset *set;
    unsigned kind, voter;
    return s->begun && !s->stopped && !s->ended && waiting_vote(s, &set, &kind, &voter) != NULL;
}

void simplex_idle(struct simplex *s)
{
    struct voteset *set;
    unsigned kind, voter;
    if (simplex_has_idle_work(s) && waiting_vote(s, &set, &kind, &voter) != NULL &&
        !voteset_verify_one(set, &s->votes, kind, voter)) {
        s->suspects |= UINT64_C(1) << voter;
        s->votes_bad++;
    }
}

static void report_evidence(struct simplex *s, struct voteset *set, const struct vote *a,
    const struct vote *b, struct simplex_step *step)
{
    uint64_t bit = UINT64_C(1) << a->voter;
    if (a->kind == VOTE_NOTARIZE && b->kind == VOTE_NOTARIZE &&
        a->voter == simplex_leader(s, a->view)) {
        struct view_record *rec = view_record_open(s, a->view);
        if (rec != NULL) {
            rec->equivocated = true;
        }
    }
    if ((set->convicted & bit) == 0 && step->evidence_count < EVIDENCE_PAIRS_MAX) {
        step->evidence[step->evidence_count][0] = *a;
        step->evidence[step->evidence_count++][1] = *b;
        set->convicted |= bit;
    }
}

static bool verify_now(struct simplex *s, const struct vote *v)
{
    return vote_verify(
        s->params.signer, v, &s->params.game_id, s->params.roster.members[v->voter].vote_pk);
}

static void blame(struct simplex *s, unsigned voter, struct simplex_step *step)
{
    s->suspects |= UINT64_C(1) << voter;
    step->blamed |= UINT64_C(1) << voter;
    s->votes_bad++;
}

/* A second vote of the kind for another block: one of the two may be badly signed; if neither is,
 * it is evidence. */
static bool receive_conflict(struct simplex *s, struct voteset *set, const struct vote *v,
    bool verified, struct simplex_step *step)
{
    bool convicted = (set->convicted >> v->voter & 1) != 0;
    if (convicted) {
        return true;
    }
    if (!verified && !verify_now(s, v)) {
        blame(s, v->voter, step);
        return false;
    }
    if (!voteset_verify_one(set, &s->votes, v->kind, v->voter)) {
        blame(s, v->voter, step);
        voteset_add(set, v, true);
        votes_try_certificate(s, set, v->kind, &v->digest, step);
        return true;
    }
    struct vote first = voteset_vote(set, s->params.epoch, v->kind, v->voter);
    report_evidence(s, set, &first, v, step);
    return true;
}

/* E3: NULLIFY and FINALIZE of one view by one member. */
static void look_for_both(
    struct simplex *s, struct voteset *set, const struct vote *v, struct simplex_step *step)
{
    unsigned other = v->kind == VOTE_NULLIFY ? VOTE_FINALIZE : VOTE_NULLIFY;
    if (v->kind == VOTE_NOTARIZE || voteset_at(set, other, v->voter)->state == VOTE_ABSENT ||
        (set->convicted >> v->voter & 1) != 0) {
        return;
    }
    bool good = voteset_verify_one(set, &s->votes, v->kind, v->voter);
    bool other_good = voteset_verify_one(set, &s->votes, other, v->voter);
    if (!good || !other_good) {
        blame(s, v->voter, step);
        return;
    }
    struct vote a = voteset_vote(set, s->params.epoch, VOTE_NULLIFY, v->voter);
    struct vote b = voteset_vote(set, s->params.epoch, VOTE_FINALIZE, v->voter);
    report_evidence(s, set, &a, &b, step);
}

static void note_peer(struct simplex *s, int from, uint64_t view)
{
    struct peer_state *peer = sync_peer(s, from);
    peer->view = view > peer->view ? view : peer->view;
    peer->heard_view = s->cur_view;
}

/* A vote for a view that was left a while ago says that its sender is behind; one that is only late
 * does not. */
static void answer_if_behind(
    struct simplex *s, int from, const struct vote *v, struct simplex_step *step)
{
    if (v->view >= s->cur_view || (v->kind == VOTE_FINALIZE && v->view > s->final_view)) {
        return;
    }
    const struct view_record *rec = record_find(s, v->view);
    uint64_t since = v->view <= s->final_view ? s->final_ms : rec != NULL ? rec->left_ms : 0;
    if (s->now_ms - since >= s->params.delta_ms) {
        sync_answer_behind(s, from, v->epoch, v->view, step);
    }
}

bool votes_receive(struct simplex *s, int from, const struct vote *v, const uint8_t *trailer,
    size_t trailer_size, struct simplex_step *step)
{
    if (v->epoch != s->params.epoch) {
        if (v->epoch < s->params.epoch) {
            sync_answer_behind(s, from, v->epoch, v->view, step);
        }
        return true;
    }
    if (v->voter >= s->n) {
        return false;
    }
    if (from < 0 || (int)v->voter == s->params.self) {
        return true;
    }
    bool own_link = from == (int)v->voter;
    if (own_link) {
        /* Who finalizes v has its notarization, so has left it. */
        note_peer(s, from, v->kind == VOTE_FINALIZE ? v->view + 1 : v->view);
        answer_if_behind(s, from, v, step);
    }
    struct voteset *set = votes_of(s, v->view);
    if (set == NULL) {
        if (own_link && v->view > s->cur_view) {
            sync_answer_ahead(s, from, step);
        }
        return true;
    }
    const struct voteset_entry *known = voteset_at(set, v->kind, v->voter);
    if (known->state == VOTE_VERIFIED && digest_equal(&known->digest, &v->digest)) {
        return true;
    }
    bool verified = !own_link || (s->suspects >> v->voter & 1) != 0;
    if (verified && !verify_now(s, v)) {
        blame(s, own_link ? v->voter : (unsigned)from, step);
        return false;
    }
    if (own_link && trailer_size > 0 && s->params.chain.on_trailer != NULL) {
        s->params.chain.on_trailer(
            s->params.chain.self, v->voter, &v->digest, trailer, trailer_size);
    }
    switch (voteset_add(set, v, verified)) {
    case VOTESET_CONFLICT:
        return receive_conflict(s, set, v, verified, step);
    case VOTESET_DUPLICATE:
        return true;
    case VOTESET_ADDED:
        break;
    }
    look_for_both(s, set, v, step);
    witness_vote(s, set, v, step);
    votes_try_certificate(s, set, v->kind, &v->digest, step);
    return true;
}

/* A block is kept for the current view and the few ahead, one a view, and wherever it is known to
 * be missing. */
static bool proposal_wanted(const struct simplex *s, uint64_t view, const struct digest *digest)
{
    if (view <= s->done_view || view > s->cur_view + VIEWS_AHEAD) {
        return false;
    }
    const struct view_record *rec = record_find(s, view);
    bool first = view >= s->cur_view && (rec == NULL || !rec->has_proposal);
    bool notarized = rec != NULL && rec->held[VOTE_NOTARIZE].held &&
                     digest_equal(&rec->held[VOTE_NOTARIZE].digest, digest);
    return first || notarized || fetch_wants_block(s, view, digest);
}

bool votes_receive_proposal(
    struct simplex *s, int from, const uint8_t *data, size_t size, struct simplex_step *step)
{
    struct reader r = reader_of(data, size);
    struct vote vote;
    struct block_header header;
    if (!vote_decode(&vote, &r) || vote.kind != VOTE_NOTARIZE) {
        return false;
    }
    if (vote.epoch != s->params.epoch || from < 0) {
        return votes_receive(s, from, &vote, NULL, 0, step);
    }
    size_t block_size = reader_left(&r);
    const uint8_t *block = read_span(&r, block_size);
    struct reader header_reader = reader_of(block, block_size);
    if (!block_header_decode(&header, &header_reader)) {
        return false;
    }
    struct digest digest = block_digest(&header);
    if (vote.voter != simplex_leader(s, vote.view) || !digest_equal(&digest, &vote.digest) ||
        header.view != vote.view || header.epoch != vote.epoch ||
        header.parent_view >= header.view || !digest_equal(&header.game_id, &s->params.game_id)) {
        return false;
    }
    if ((int)vote.voter == s->params.self || !votes_receive(s, from, &vote, NULL, 0, step)) {
        return (int)vote.voter == s->params.self;
    }
    if (!proposal_wanted(s, vote.view, &digest)) {
        return true;
    }
    struct block_slot *slot = chain_store(s, block, block_size);
    if (slot == NULL) {
        struct block malformed;
        return block_decode(&malformed, block, block_size);
    }
    struct view_record *rec = view_record_open(s, vote.view);
    if (rec != NULL && !rec->has_proposal) {
        rec->has_proposal = true;
        rec->proposal = digest;
    }
    return true;
}

bool certificate_right(struct simplex *s, const struct certificate *c)
{
    unsigned count = (unsigned)__builtin_popcountll(c->signers);
    if (c->signers >> s->n != 0 || count < s->q) {
        return false;
    }
    struct voteset *set = votes_of(s, c->view);
    struct vote v = {.kind = c->kind, .epoch = c->epoch, .view = c->view, .digest = c->digest};
    unsigned at = 0;
    for (unsigned i = 0; i < s->n; i++) {
        if ((c->signers >> i & 1) == 0) {
            continue;
        }
        v.voter = (uint16_t)i;
        memcpy(v.sig, c->sigs[at++], SIG_BYTES);
        const struct voteset_entry *e = set == NULL ? NULL : voteset_at(set, c->kind, i);
        bool known = e != NULL && e->state == VOTE_VERIFIED &&
                     digest_equal(&e->digest, &c->digest) && memcmp(e->sig, v.sig, SIG_BYTES) == 0;
        if (!known && !verify_now(s, &v)) {
            return false;
        }
    }
    return true;
}

static void learn_vote(
    struct simplex *s, struct voteset *set, const struct vote *v, struct simplex_step *step)
{
    switch (voteset_add(set, v, true)) {
    case VOTESET_CONFLICT:
        receive_conflict(s, set, v, true, step);
        break;
    case VOTESET_ADDED:
        look_for_both(s, set, v, step);
        witness_vote(s, set, v, step);
        break;
    case VOTESET_DUPLICATE:
        break;
    }
}

/* Would that vote, if it is signed, convict its voter of something new. */
static bool contradicts(const struct voteset *set, const struct vote *v)
{
    if ((set->convicted >> v->voter & 1) != 0) {
        return false;
    }
    const struct voteset_entry *same = voteset_at(set, v->kind, v->voter);
    unsigned other = v->kind == VOTE_NULLIFY ? VOTE_FINALIZE : VOTE_NULLIFY;
    bool twice = same->state != VOTE_ABSENT && !digest_equal(&same->digest, &v->digest);
    bool both = v->kind != VOTE_NOTARIZE && same->state == VOTE_ABSENT &&
                voteset_at(set, other, v->voter)->state != VOTE_ABSENT;
    return twice || both;
}

/* The votes in a certificate count like others: they may show that a member voted twice. Those of a
 * certificate that is not needed any more (`right` false: nobody looked at it) are verified only
 * where they contradict what is held. False when one of these is no signature. */
static bool learn_votes(
    struct simplex *s, const struct certificate *c, bool right, struct simplex_step *step)
{
    struct voteset *set = votes_of(s, c->view);
    struct vote v = {.kind = c->kind, .epoch = c->epoch, .view = c->view, .digest = c->digest};
    unsigned at = 0;
    for (unsigned i = 0; set != NULL && i < s->n; i++) {
        if ((c->signers >> i & 1) == 0) {
            continue;
        }
        v.voter = (uint16_t)i;
        memcpy(v.sig, c->sigs[at++], SIG_BYTES);
        if ((int)i == s->params.self || (!right && !contradicts(set, &v))) {
            continue;
        }
        if (!right && !verify_now(s, &v)) {
            return false;
        }
        learn_vote(s, set, &v, step);
    }
    return true;
}

bool votes_receive_certificate(
    struct simplex *s, int from, const struct certificate *c, struct simplex_step *step)
{
    if (c->epoch != s->params.epoch) {
        return true;
    }
    if (certified(s, c->view, c->kind)) {
        return c->signers >> s->n != 0 || learn_votes(s, c, false, step);
    }
    if (c->kind != VOTE_FINALIZE && c->view - s->final_view > CERTS_ABOVE_FINAL_MAX) {
        return true;
    }
    if (!certificate_right(s, c)) {
        return false;
    }
    if (from >= 0) {
        note_peer(s, from, c->view + 1);
    }
    certificate_keep(s, c);
    learn_votes(s, c, true, step);
    return true;
}
