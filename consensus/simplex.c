#include "consensus/simplex_internal.h"

#include <stdlib.h>

struct simplex *simplex_create(void)
{
    return calloc(1, sizeof(struct simplex));
}

void simplex_destroy(struct simplex *s)
{
    if (s == NULL) {
        return;
    }
    free(s->records);
    free(s->entries);
    cert_store_deinit(&s->certs);
    block_store_deinit(&s->blocks);
    sodium_memzero(s, sizeof *s);
    free(s);
}

struct view_record *record_find(const struct simplex *s, uint64_t view)
{
    struct view_record *rec = &s->records[view % VIEW_RECORDS];
    return view != 0 && rec->view == view ? rec : NULL;
}

/* Takes the ring's place for a view unless a higher one has it. */
static struct view_record *record_place(struct simplex *s, uint64_t view)
{
    struct view_record *rec = &s->records[view % VIEW_RECORDS];
    if (view == 0 || rec->view > view) {
        return NULL;
    }
    if (rec->view < view) {
        cert_store_drop(&s->certs, &rec->held[VOTE_NOTARIZE]);
        cert_store_drop(&s->certs, &rec->held[VOTE_NULLIFY]);
        *rec = (struct view_record){.view = view};
    }
    return rec;
}

struct view_record *view_record_open(struct simplex *s, uint64_t view)
{
    if (view <= s->final_view || view - s->final_view > CERTS_ABOVE_FINAL_MAX + VIEWS_AHEAD) {
        return NULL;
    }
    return record_place(s, view);
}

static bool allocate(struct simplex *s, unsigned n)
{
    size_t needed = (size_t)VOTE_SETS * VOTE_KIND_COUNT * n;
    if (s->entry_capacity < needed) {
        free(s->entries);
        s->entries = calloc(needed, sizeof *s->entries);
        s->entry_capacity = s->entries == NULL ? 0 : needed;
    }
    if (s->records == NULL) {
        s->records = malloc(VIEW_RECORDS * sizeof *s->records);
    }
    if (s->records != NULL) {
        /* Written at once, so that a member needs all of its memory when it begins, not in the middle of a night. */
        for (unsigned i = 0; i < VIEW_RECORDS; i++) {
            s->records[i] = (struct view_record){0};
        }
    }
    /* A view has a notarization and a nullification only after a stall: twice the views bounds
     * both. */
    return s->entries != NULL && s->records != NULL &&
           cert_store_init(&s->certs, 2 * CERTS_ABOVE_FINAL_MAX, quorum_size(n)) &&
           block_store_init(&s->blocks);
}

static void reset_sets(struct simplex *s)
{
    size_t stride = (size_t)VOTE_KIND_COUNT * s->n;
    for (unsigned i = 0; i < VOTE_SETS; i++) {
        s->sets[i] = (struct voteset){
            .members = (uint16_t)s->n,
            .entries = s->entries + i * stride,
        };
        voteset_reset(&s->sets[i], 0);
    }
}

/* The former epoch's last finalization stays at hand for members that still wait for it (A.4). */
static void keep_boundary(struct simplex *s, uint32_t next_epoch)
{
    s->has_boundary = s->begun && s->has_final_cert && s->params.epoch + 1 == next_epoch;
    if (s->has_boundary) {
        s->boundary = s->final_cert;
    }
}

static void reset_progress(struct simplex *s)
{
    s->cur_view = 1;
    s->top_cert_view = s->top_own_view = 0;
    s->final_view = s->done_view = s->highest_notarized = s->pruned_view = 0;
    s->final = s->done = s->params.base;
    s->has_final_cert = false;
    s->now_ms = s->final_ms = 0;
    s->done_height = 0;
    s->delivered_count = 0;
    s->stopped = s->ended = s->unsettled = s->recount = false;
    s->work = s->armed = false;
    s->standstill_ms = s->standstill_cursor = 0;
    s->standstill_interval_ms = STANDSTILL_MS;
    s->status_ms = UINT64_MAX;
    s->relay_view = 0;
    s->witness_view = 1;
    s->suspects = 0;
    memset(s->wants, 0, sizeof s->wants);
    memset(s->peers, 0, sizeof s->peers);
}

bool simplex_begin(struct simplex *s, const struct simplex_params *params)
{
    unsigned n = params->roster.count;
    keep_boundary(s, params->epoch);
    s->begun = false;
    sodium_memzero(s->params.vote_sk, sizeof s->params.vote_sk);
    if (n == 0 || n > MEMBERS_MAX || params->self >= (int)n || !allocate(s, n)) {
        return false;
    }
    s->params = *params;
    s->n = n;
    s->f = quorum_faulty(n);
    s->q = quorum_size(n);
    s->votes = (struct vote_context){
        .signer = s->params.signer,
        .game_id = &s->params.game_id,
        .roster = &s->params.roster,
        .epoch = s->params.epoch,
    };
    reset_sets(s);
    reset_progress(s);
    s->begun = true;
    return true;
}

void simplex_restore_vote(struct simplex *s, const struct journal_record *r)
{
    /* Records of other epochs would bring back old votes (A.9). */
    if (!s->begun || r->epoch != s->params.epoch || r->kind >= VOTE_KIND_COUNT ||
        r->view <= s->final_view) {
        return;
    }
    /* Not bounded by the final view, which may be restored later; of two views that share a place
     * the higher one is the one above the floor. */
    struct view_record *rec = record_place(s, r->view);
    if (rec == NULL || rec->voted[r->kind]) {
        return;
    }
    rec->voted[r->kind] = true;
    rec->own[r->kind] = r->digest;
    s->top_own_view = r->view > s->top_own_view ? r->view : s->top_own_view;
    s->recount = true;
    struct certificate *c = &s->scratch_cert;
    struct reader proof = reader_of(r->proof, r->proof != NULL ? r->proof_size : 0);
    if (r->kind == VOTE_FINALIZE && certificate_decode(c, &proof) && c->kind == VOTE_NOTARIZE &&
        c->epoch == r->epoch && c->view == r->view && digest_equal(&c->digest, &r->digest) &&
        certificate_right(s, c)) {
        certificate_keep(s, c);
    }
}

void simplex_restore_proposal(struct simplex *s, uint64_t view, const uint8_t *bytes, size_t size)
{
    if (!s->begun || view <= s->final_view) {
        return;
    }
    struct block_slot *slot = chain_store(s, bytes, size);
    if (slot == NULL) {
        return;
    }
    struct view_record *rec = slot->view == view ? record_place(s, view) : NULL;
    if (rec == NULL || slot->block.header.epoch != s->params.epoch ||
        !digest_equal(&slot->block.header.game_id, &s->params.game_id)) {
        block_store_drop(&s->blocks, slot);
        return;
    }
    rec->has_proposal = true;
    rec->proposal = slot->digest;
}

/* The floor without delivering anything: everything up to it is final and executed by the owner. */
static void jump_to(struct simplex *s, uint64_t view, const struct digest *digest,
    const struct certificate *certificate)
{
    s->done_view = s->final_view = view;
    s->done = s->final = *digest;
    s->has_final_cert = certificate != NULL;
    if (certificate != NULL) {
        s->final_cert = *certificate;
    }
    s->highest_notarized = s->highest_notarized > view ? s->highest_notarized : view;
    s->top_cert_view = s->top_cert_view > view ? s->top_cert_view : view;
    timers_progress(s);
}

void simplex_restore_final(struct simplex *s, uint64_t view, const struct digest *digest,
    const struct certificate *certificate)
{
    if (!s->begun || view <= s->final_view) {
        return;
    }
    jump_to(s, view, digest, certificate);
    s->cur_view = view + 1;
}

void simplex_raise_alarm(struct simplex *s, struct simplex_step *step)
{
    s->stopped = true;
    step->alarm = true;
}

void simplex_stop(struct simplex *s)
{
    s->stopped = true;
}

void simplex_settle(struct simplex *s, struct simplex_step *step)
{
    bool changed = !s->ended;
    s->unsettled = false;
    for (unsigned i = 0; changed && !s->ended; i++) {
        if (i == SETTLE_ROUNDS_MAX) {
            s->unsettled = true;
            break;
        }
        votes_recount_own(s, step);
        changed = chain_deliver(s, step);
        changed |= chain_execute_pending(s, step);
        changed |= views_finalize(s, step);
        changed |= views_advance(s, step);
        timers_arm(s);
        changed |= views_propose(s, step);
        changed |= views_notarize(s, step);
        changed |= views_nullify(s, step);
    }
    if (s->ended) {
        s->unsettled = s->unsettled && s->done_view != s->final_view;
        return;
    }
    timers_run(s, step);
    sync_relay(s, step);
    witness_odd(s, step);
    fetch_update(s, step);
}

static void enter_call(struct simplex *s, uint64_t now_ms)
{
    /* Time never goes back here, whatever the owner's clock does. */
    s->now_ms = now_ms > s->now_ms ? now_ms : s->now_ms;
    s->call_view = s->cur_view;
    chain_prune(s);
}

static bool dispatch(struct simplex *s, int from, uint8_t kind, const uint8_t *data, size_t size,
    struct simplex_step *step)
{
    struct reader r = reader_of(data, size);
    struct vote vote;
    struct status status;
    struct fetch fetch;
    switch (kind) {
    case MSG_PROPOSE:
        return votes_receive_proposal(s, from, data, size, step);
    case MSG_NOTARIZE:
    case MSG_NULLIFY:
    case MSG_FINALIZE: {
        size_t trailer_size = 0;
        const uint8_t *trailer = NULL;
        vote_decode(&vote, &r);
        if (kind == MSG_FINALIZE) {
            trailer = read_lp(&r, &trailer_size);
        }
        return reader_done(&r) && vote.kind == kind - MSG_NOTARIZE &&
               votes_receive(s, from, &vote, trailer, trailer_size, step);
    }
    case MSG_CERT:
        certificate_decode(&s->received_cert, &r);
        return reader_done(&r) && votes_receive_certificate(s, from, &s->received_cert, step);
    case MSG_STATUS:
        status_decode(&status, &r);
        return reader_done(&r) && sync_receive_status(s, from, &status, step);
    case MSG_FETCH:
        fetch_decode(&fetch, &r);
        return reader_done(&r) && fetch_serve(s, from, &fetch, step);
    case MSG_FETCH_RESP:
        return fetch_receive(s, from, data, size, step);
    default:
        return false;
    }
}

bool simplex_message(struct simplex *s, int from, uint8_t kind, const uint8_t *data, size_t size,
    uint64_t now_ms, struct simplex_step *step)
{
    if (!s->begun || from == s->params.self || from >= (int)s->n) {
        return !s->begun || from == -1;
    }
    enter_call(s, now_ms);
    bool fine = dispatch(s, from < 0 ? -1 : from, kind, data, size, step);
    simplex_settle(s, step);
    return fine;
}

void simplex_poll(struct simplex *s, uint64_t now_ms, struct simplex_step *step)
{
    if (s->begun) {
        enter_call(s, now_ms);
        simplex_settle(s, step);
    }
}

void simplex_link(
    struct simplex *s, unsigned member, bool up, uint64_t now_ms, struct simplex_step *step)
{
    if (!s->begun || member >= s->n || (int)member == s->params.self) {
        return;
    }
    enter_call(s, now_ms);
    struct peer_state *peer = &s->peers[member];
    peer->down = !up;
    if (up) {
        /* What was in flight on the old link is lost, and the peer may have restarted. */
        peer->view = 0;
        peer->answered_ms = 0;
        sync_send_status(s, (int)member, step);
        uint64_t top = s->top_own_view > s->cur_view ? s->top_own_view : s->cur_view;
        uint64_t from = top > ANSWER_CERTS_MAX ? top - ANSWER_CERTS_MAX : 1;
        sync_resend_own(s, from, ANSWER_CERTS_MAX + 1, (int)member, step);
    }
    simplex_settle(s, step);
}

void simplex_advance(struct simplex *s, const struct certificate *finalization, uint64_t now_ms,
    struct simplex_step *step)
{
    if (!s->begun || finalization->epoch != s->params.epoch ||
        finalization->kind != VOTE_FINALIZE || finalization->view <= s->done_view) {
        return;
    }
    enter_call(s, now_ms);
    if (finalization->view >= s->final_view) {
        jump_to(s, finalization->view, &finalization->digest, finalization);
    } else {
        s->done_view = finalization->view;
        s->done = finalization->digest;
    }
    s->ended = s->params.chain.closes_epoch(s->params.chain.self, &s->done);
    simplex_settle(s, step);
}

void simplex_rearm(struct simplex *s, uint64_t now_ms)
{
    if (!s->begun) {
        return;
    }
    s->now_ms = now_ms > s->now_ms ? now_ms : s->now_ms;
    uint64_t now = s->now_ms;
    s->armed_ms = s->standstill_ms = s->final_ms = now;
    s->resend_ms = now + 4 * timers_delta(s);
    struct view_record *rec = record_find(s, s->highest_notarized);
    if (rec != NULL) {
        rec->notarized_ms = now;
    }
    if (s->status_ms != UINT64_MAX) {
        s->status_ms = now + 2 * timers_delta(s);
    }
    for (unsigned i = 0; i < WANTS_MAX; i++) {
        s->wants[i].next_ms = now;
    }
}

uint64_t simplex_deadline_ms(const struct simplex *s)
{
    if (!s->begun || (s->ended && !s->unsettled)) {
        return UINT64_MAX;
    }
    if (s->unsettled) {
        return s->now_ms;
    }
    uint64_t deadline = timers_deadline(s);
    uint64_t fetch = fetch_deadline(s);
    uint64_t relay = sync_relay_ms(s);
    uint64_t witness = witness_deadline_ms(s);
    deadline = fetch < deadline ? fetch : deadline;
    deadline = witness < deadline ? witness : deadline;
    return relay < deadline ? relay : deadline;
}

struct simplex_view simplex_inspect(const struct simplex *s)
{
    struct simplex_view v = {0};
    if (!s->begun) {
        return v;
    }
    const struct view_record *rec = record_find(s, s->cur_view);
    const struct view_record *top = record_find(s, s->highest_notarized);
    bool above = s->highest_notarized > s->final_view && top != NULL;
    v.view = s->cur_view;
    v.final_view = s->done_view;
    v.final = s->done;
    v.notarized_view = above ? s->highest_notarized : s->final_view;
    v.notarized = above ? top->held[VOTE_NOTARIZE].digest : s->final;
    v.leader = simplex_leader(s, s->cur_view);
    v.voted_notarize = rec != NULL && rec->voted[VOTE_NOTARIZE];
    v.voted_nullify = rec != NULL && rec->voted[VOTE_NULLIFY];
    v.stopped = s->stopped;
    for (unsigned i = 0; i < s->n; i++) {
        bool heard = s->peers[i].heard_view != 0 && s->peers[i].heard_view + 1 >= s->cur_view;
        v.heard |= heard ? UINT64_C(1) << i : 0;
    }
    v.messages_sent = s->messages_sent;
    v.votes_bad = s->votes_bad;
    v.views_nullified = s->views_nullified;
    return v;
}

bool simplex_best_final(const struct simplex *s, struct certificate *out)
{
    if (!s->begun || !s->has_final_cert) {
        return false;
    }
    *out = s->final_cert;
    return true;
}
