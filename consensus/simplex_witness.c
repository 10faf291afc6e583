/* Bringing the two halves of a lie together (A.10). Whoever signs two things sends them to different
 * members, each of whom holds one honest-looking vote. So a vote that does not fit is passed on to
 * those who may hold the other: the leader's own vote to whoever votes for another block than the
 * leader's, and after a view a vote that does not go with how it ended to all. Where nobody lies and
 * no timer fires nothing is sent; what is sent is bounded per voter. */
#include "consensus/simplex_internal.h"

enum {
    WITNESS_WINDOW_MS = 1000,
    WITNESS_PER_WINDOW = 8, /* votes of one voter passed on to all in a window */
    WITNESS_AUDIENCE = 16,  /* about how many members hear of an odd vote */
    WITNESS_FINAL_LAG = 3,  /* votes of views far behind the final one are taken by nobody */
};

static void send_witness(struct simplex *s, struct voteset *set, unsigned kind, unsigned voter,
    int to, struct simplex_step *step)
{
    struct vote v = voteset_vote(set, s->params.epoch, kind, voter);
    struct writer w = outbox_begin(step->outbox);
    write_u8(&w, (uint8_t)(MSG_NOTARIZE + kind));
    vote_encode(&v, &w);
    if (kind == VOTE_FINALIZE) {
        write_lp(&w, NULL, 0);
    }
    sync_send(s, step, &w, to, CHANNEL_VOTES);
}

static bool present(const struct voteset *set, unsigned kind, unsigned voter)
{
    return voteset_at(set, kind, voter)->state != VOTE_ABSENT;
}

static bool may_witness(struct simplex *s, unsigned voter)
{
    struct peer_state *peer = &s->peers[voter];
    if (peer->witness_ms == 0 || s->now_ms - peer->witness_ms >= WITNESS_WINDOW_MS) {
        peer->witness_ms = s->now_ms > 0 ? s->now_ms : 1;
        peer->witnessed = 0;
    }
    return peer->witnessed++ < WITNESS_PER_WINDOW;
}

void witness_vote(
    struct simplex *s, struct voteset *set, const struct vote *v, struct simplex_step *step)
{
    unsigned leader = simplex_leader(s, v->view);
    if (v->kind != VOTE_NOTARIZE || s->params.self < 0 || (int)leader == s->params.self ||
        !present(set, VOTE_NOTARIZE, leader)) {
        return;
    }
    /* An honest member votes for what the leader signed: if that is not what it signed for us, the
     * two of us hold both halves. */
    for (unsigned i = 0; i < s->n; i++) {
        bool asked = v->voter == leader || i == v->voter;
        const struct voteset_entry *own = voteset_at(set, VOTE_NOTARIZE, leader);
        const struct voteset_entry *e = voteset_at(set, VOTE_NOTARIZE, i);
        if (asked && i != leader && (int)i != s->params.self && e->state != VOTE_ABSENT &&
            !digest_equal(&e->digest, &own->digest)) {
            if (!voteset_verify_one(set, &s->votes, VOTE_NOTARIZE, leader)) {
                return;
            }
            send_witness(s, set, VOTE_NOTARIZE, leader, (int)i, step);
        }
    }
}

void witness_nullified(struct simplex *s, uint64_t view, struct simplex_step *step)
{
    struct voteset *set = votes_of(s, view);
    unsigned leader = simplex_leader(s, view);
    if (set != NULL && (int)leader != s->params.self && present(set, VOTE_NOTARIZE, leader) &&
        (set->convicted >> leader & 1) == 0 &&
        voteset_verify_one(set, &s->votes, VOTE_NOTARIZE, leader) && may_witness(s, leader)) {
        send_witness(s, set, VOTE_NOTARIZE, leader, TO_ALL, step);
    }
}

/* The block that most of the members seen voted for; false when nobody voted. */
static bool favourite(const struct voteset *set, unsigned n, struct digest *digest)
{
    unsigned best = 0;
    for (unsigned i = 0; i < n; i++) {
        const struct voteset_entry *e = voteset_at(set, VOTE_NOTARIZE, i);
        unsigned count =
            best < n && e->state != VOTE_ABSENT ? voteset_count(set, VOTE_NOTARIZE, &e->digest) : 0;
        if (count > best) {
            best = count;
            *digest = e->digest;
        }
    }
    return best > 0;
}

static void show(struct simplex *s, struct voteset *set, unsigned kind, unsigned voter,
    struct simplex_step *step)
{
    if (!voteset_verify_one(set, &s->votes, kind, voter) || !may_witness(s, voter)) {
        return;
    }
    unsigned stride = 1 + s->n / (WITNESS_AUDIENCE + 1);
    if (stride == 1) {
        send_witness(s, set, kind, voter, TO_ALL, step);
        return;
    }
    for (unsigned i = (unsigned)(set->view + voter + (unsigned)s->params.self) % stride; i < s->n;
         i += stride) {
        if ((int)i != s->params.self && i != voter) {
            send_witness(s, set, kind, voter, (int)i, step);
        }
    }
}

static void look_at_view(struct simplex *s, uint64_t view, struct simplex_step *step)
{
    struct voteset *set = &s->sets[view % VOTE_SETS];
    const struct view_record *rec = record_find(s, view);
    struct digest block;
    if (set->view != view || (rec != NULL && rec->equivocated)) {
        return;
    }
    bool voted = favourite(set, s->n, &block);
    bool final = view <= s->final_view;
    bool nullified = rec != NULL && rec->held[VOTE_NULLIFY].held;
    for (unsigned i = 0; i < s->n; i++) {
        const struct voteset_entry *notarize = voteset_at(set, VOTE_NOTARIZE, i);
        const struct voteset_entry *finalize = voteset_at(set, VOTE_FINALIZE, i);
        if ((int)i == s->params.self || (set->convicted >> i & 1) != 0) {
            continue;
        }
        if (notarize->state != VOTE_ABSENT && !digest_equal(&notarize->digest, &block)) {
            show(s, set, VOTE_NOTARIZE, i, step);
        }
        if (finalize->state != VOTE_ABSENT &&
            (nullified || !voted || !digest_equal(&finalize->digest, &block))) {
            show(s, set, VOTE_FINALIZE, i, step);
        }
        if (final && present(set, VOTE_NULLIFY, i)) {
            show(s, set, VOTE_NULLIFY, i, step);
        }
    }
}

/* When the view at the cursor is to be looked at. */
static uint64_t due_ms(const struct simplex *s)
{
    uint64_t view = s->witness_view;
    if (view >= s->cur_view || s->n == 1 || !simplex_active(s)) {
        return UINT64_MAX;
    }
    const struct view_record *rec = record_find(s, view);
    if (view + WITNESS_FINAL_LAG <= s->final_view || rec == NULL) {
        return s->now_ms;
    }
    return rec->left_ms + s->params.delta_ms;
}

uint64_t witness_deadline_ms(const struct simplex *s)
{
    return due_ms(s);
}

void witness_odd(struct simplex *s, struct simplex_step *step)
{
    if (s->witness_view + VOTE_SETS < s->cur_view) {
        s->witness_view = s->cur_view - VOTE_SETS;
    }
    while (due_ms(s) <= s->now_ms) {
        look_at_view(s, s->witness_view++, step);
    }
}
