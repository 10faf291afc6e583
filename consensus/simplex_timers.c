#include "consensus/simplex_internal.h"

/* D_v = min(D_0 * 1.5^k, 8 s), k = views since the last finalized one, not since the last good view
 * (A.5). */
uint64_t timers_delta(const struct simplex *s)
{
    uint64_t delta = s->params.delta_ms;
    uint64_t k = s->cur_view > s->final_view + 1 ? s->cur_view - s->final_view - 1 : 0;
    for (uint64_t i = 0; i < k && delta < BACKOFF_MAX_MS; i++) {
        delta += delta / 2 + (delta < 2);
    }
    return delta < BACKOFF_MAX_MS ? delta : BACKOFF_MAX_MS;
}

bool timers_chain_work(const struct simplex *s, const struct digest *parent)
{
    const struct chain *chain = &s->params.chain;
    /* Behind a block that ends the epoch there is nothing to put on (B.1.4). */
    return !chain->closes_epoch(chain->self, parent) && chain->has_work(chain->self, parent);
}

/* When a notarized block becomes work for having stayed unfinalized (A.6 b); UINT64_MAX without
 * one. */
static uint64_t tail_ms(const struct simplex *s)
{
    const struct view_record *rec = record_find(s, s->highest_notarized);
    if (s->highest_notarized <= s->final_view || rec == NULL) {
        return UINT64_MAX;
    }
    return rec->notarized_ms + 2 * timers_delta(s);
}

bool timers_tail(const struct simplex *s)
{
    return s->now_ms >= tail_ms(s);
}

uint64_t timers_reply_ms(const struct simplex *s)
{
    return s->armed ? s->armed_ms + timers_delta(s) : UINT64_MAX;
}

/* A.6, and a vote already given in this view: then the view has begun, here or before a restart. */
bool timers_work(struct simplex *s)
{
    const struct view_record *rec = record_find(s, s->cur_view);
    uint64_t parent_view, missing;
    struct digest parent;
    if (!simplex_active(s)) {
        return false;
    }
    if ((rec != NULL && (rec->voted[VOTE_NOTARIZE] || rec->voted[VOTE_NULLIFY])) ||
        views_nullify_count(s) > 0 || timers_tail(s)) {
        return true;
    }
    if (views_parent(s, s->cur_view, &parent_view, &parent, &missing) &&
        chain_executed(s, &parent)) {
        return timers_chain_work(s, &parent);
    }
    /* Behind what is final the pool may hold what long is done: that must not disturb the
     * others. */
    return s->done_view == s->final_view && chain_executed(s, &s->done) &&
           timers_chain_work(s, &s->done);
}

static bool leader_silent(const struct simplex *s)
{
    unsigned leader = simplex_leader(s, s->cur_view), up = 0;
    for (unsigned i = 0; i < s->n; i++) {
        up += (int)i == s->params.self || !s->peers[i].down;
    }
    return s->peers[leader].down && up >= s->q;
}

/* When the current view is given up: t_l without a proposal, t_a with one, at once when its leader
 * is gone (A.3). */
static uint64_t timeout_ms(const struct simplex *s, const struct view_record *rec)
{
    bool proposal = rec != NULL && rec->has_proposal;
    if (!proposal && leader_silent(s)) {
        return s->armed_ms;
    }
    return s->armed_ms + (proposal ? 3 : 2) * timers_delta(s);
}

bool timers_expired(const struct simplex *s, const struct view_record *rec)
{
    return s->armed && s->now_ms >= timeout_ms(s, rec);
}

/* The next of the timers that run only while there is work. */
static uint64_t armed_deadline(const struct simplex *s)
{
    const struct view_record *rec = record_find(s, s->cur_view);
    uint64_t deadline = s->standstill_ms + s->standstill_interval_ms;
    uint64_t next = UINT64_MAX;
    if (rec != NULL && rec->voted[VOTE_NULLIFY]) {
        next = s->resend_ms;
    } else if (rec == NULL || vote_permitted(s, rec, VOTE_NULLIFY)) {
        next = timeout_ms(s, rec);
    }
    uint64_t reply = timers_reply_ms(s);
    if (simplex_leads(s, s->cur_view) && reply > s->now_ms && reply < next) {
        next = reply;
    }
    return next < deadline ? next : deadline;
}

void timers_arm(struct simplex *s)
{
    if (s->armed && s->now_ms < armed_deadline(s)) {
        return;
    }
    bool work = timers_work(s);
    if (work && !s->work) {
        s->standstill_ms = s->now_ms;
        s->standstill_interval_ms = STANDSTILL_MS;
    }
    if (work && !s->armed) {
        s->armed_ms = s->now_ms;
        s->resend_count = 0;
        s->resend_ms = s->now_ms + 4 * timers_delta(s);
    }
    s->work = s->armed = work;
}

void timers_progress(struct simplex *s)
{
    s->final_ms = s->now_ms;
    s->standstill_ms = s->now_ms;
    s->standstill_interval_ms = STANDSTILL_MS;
    s->standstill_cursor = 0;
    bool tail = s->highest_notarized > s->final_view;
    s->status_ms = tail ? s->now_ms + 2 * timers_delta(s) : UINT64_MAX;
}

/* Stuck after NULLIFY: the vote and what let us into the view again, ever more slowly; a link that
 * comes back speaks at once. */
static void resend_nullify(
    struct simplex *s, const struct view_record *rec, struct simplex_step *step)
{
    vote_resend(s, rec, VOTE_NULLIFY, TO_ALL, step);
    sync_send_completions(s, s->cur_view - 1, s->cur_view - 1, 1, TO_ALL, step);
    uint64_t wait = 4 * timers_delta(s);
    for (unsigned i = 0; i < s->resend_count && wait < BACKOFF_MAX_MS; i++) {
        wait += wait / 2;
    }
    s->resend_count++;
    s->resend_ms = s->now_ms + wait;
}

void timers_run(struct simplex *s, struct simplex_step *step)
{
    if (s->stopped) {
        return;
    }
    const struct view_record *rec = record_find(s, s->cur_view);
    if (s->armed && rec != NULL && rec->voted[VOTE_NULLIFY] && s->now_ms >= s->resend_ms) {
        resend_nullify(s, rec, step);
    }
    if (s->armed && s->now_ms >= s->standstill_ms + s->standstill_interval_ms) {
        sync_standstill(s, step);
        s->standstill_ms = s->now_ms;
        uint64_t doubled = 2 * s->standstill_interval_ms;
        s->standstill_interval_ms = doubled < STANDSTILL_MAX_MS ? doubled : STANDSTILL_MAX_MS;
    }
    if (s->now_ms >= s->status_ms) {
        sync_send_status(s, TO_ALL, step);
        s->status_ms = s->now_ms + 4 * timers_delta(s);
    }
}

uint64_t timers_deadline(const struct simplex *s)
{
    if (s->stopped) {
        return UINT64_MAX;
    }
    uint64_t deadline = s->status_ms;
    uint64_t tail = simplex_active(s) ? tail_ms(s) : UINT64_MAX;
    if (tail > s->now_ms && tail < deadline) {
        deadline = tail;
    }
    uint64_t armed = s->armed ? armed_deadline(s) : UINT64_MAX;
    return armed < deadline ? armed : deadline;
}
