#include "consensus/simplex_internal.h"

void sync_send(
    struct simplex *s, struct simplex_step *step, struct writer *w, int to, enum channel channel)
{
    static const uint8_t outsider[ID_BYTES];
    const uint8_t *id = NULL;
    if (to == TO_ALL && s->n == 1 && s->params.self == 0) {
        return;
    }
    if (to != TO_ALL) {
        id = to == TO_OUTSIDER ? outsider : s->params.roster.members[to].id_pk;
    }
    if (outbox_send(step->outbox, w, id, channel)) {
        s->messages_sent += to == TO_ALL ? s->n - (s->params.self >= 0) : 1;
    }
}

void sync_send_certificate(
    struct simplex *s, const struct certificate *c, int to, struct simplex_step *step)
{
    struct writer w = outbox_begin(step->outbox);
    write_u8(&w, MSG_CERT);
    certificate_encode(c, &w);
    sync_send(s, step, &w, to, CHANNEL_VOTES);
}

static void send_held(struct simplex *s, const struct view_record *rec, unsigned kind, int to,
    struct simplex_step *step)
{
    certificate_held(s, rec, kind, &s->scratch_cert);
    sync_send_certificate(s, &s->scratch_cert, to, step);
}

unsigned sync_send_completions(struct simplex *s, uint64_t from_view, uint64_t to_view,
    unsigned limit, int to, struct simplex_step *step)
{
    unsigned sent = 0;
    if (from_view <= s->final_view) {
        if (s->has_final_cert) {
            sync_send_certificate(s, &s->final_cert, to, step);
            sent++;
        }
        from_view = s->final_view + 1;
    }
    for (uint64_t v = from_view; v <= to_view && sent < limit; v++) {
        const struct view_record *rec = record_find(s, v);
        for (unsigned kind = 0; rec != NULL && kind <= VOTE_NULLIFY && sent < limit; kind++) {
            if (rec->held[kind].held) {
                send_held(s, rec, kind, to, step);
                sent++;
            }
        }
    }
    return sent;
}

void sync_send_status(struct simplex *s, int to, struct simplex_step *step)
{
    struct simplex_view v = simplex_inspect(s);
    const struct chain *chain = &s->params.chain;
    struct status st = {
        .epoch = s->params.epoch,
        .view = s->cur_view,
        .height = chain->height != NULL ? chain->height(chain->self) : s->done_height,
        .final_view = s->final_view,
        .final = s->final,
        .notarized_view = v.notarized_view,
        .notarized = v.notarized,
    };
    struct writer w = outbox_begin(step->outbox);
    write_u8(&w, MSG_STATUS);
    status_encode(&st, &w);
    sync_send(s, step, &w, to, CHANNEL_CONTROL);
}

/* One answer to a peer in half a Delta: whatever it sends, it gets no more out of us. */
static bool may_answer(struct simplex *s, int from)
{
    struct peer_state *peer = sync_peer(s, from);
    uint64_t gap = s->params.delta_ms / 2;
    if (peer->answered_ms != 0 && s->now_ms - peer->answered_ms < gap) {
        return false;
    }
    peer->answered_ms = s->now_ms > 0 ? s->now_ms : 1;
    return true;
}

void sync_answer_behind(
    struct simplex *s, int from, uint32_t epoch, uint64_t view, struct simplex_step *step)
{
    bool former = s->has_boundary && epoch == s->boundary.epoch;
    if ((!former && epoch != s->params.epoch) || !may_answer(s, from)) {
        return;
    }
    if (former) {
        sync_send_certificate(s, &s->boundary, sync_back(from), step);
    } else {
        sync_send_completions(s, view, s->cur_view - 1, ANSWER_CERTS_MAX, sync_back(from), step);
    }
}

void sync_answer_ahead(struct simplex *s, int from, struct simplex_step *step)
{
    if (may_answer(s, from)) {
        sync_send_status(s, sync_back(from), step);
    }
}

bool sync_receive_status(
    struct simplex *s, int from, const struct status *st, struct simplex_step *step)
{
    if (st->epoch != s->params.epoch) {
        sync_answer_behind(s, from, st->epoch, st->view, step);
        return true;
    }
    struct peer_state *peer = sync_peer(s, from);
    peer->view = st->view; /* not a maximum: it may have restarted */
    peer->heard_view = s->cur_view;
    bool final_behind = st->final_view < s->final_view;
    bool behind =
        final_behind || st->view < s->cur_view || st->notarized_view < s->highest_notarized;
    bool ahead = st->final_view > s->final_view || st->view > s->cur_view ||
                 st->notarized_view > s->highest_notarized;
    if ((!behind && !ahead) || !may_answer(s, from)) {
        return true;
    }
    if (behind) {
        uint64_t need = st->view < s->cur_view ? st->view : s->cur_view - 1;
        if (st->notarized_view < s->highest_notarized && s->highest_notarized < need) {
            need = s->highest_notarized;
        }
        need = final_behind ? s->final_view : need;
        sync_send_completions(s, need, s->cur_view - 1, ANSWER_CERTS_MAX, sync_back(from), step);
    }
    if (ahead && from >= 0) {
        sync_send_status(s, from, step);
    }
    return true;
}

void sync_resend_own(
    struct simplex *s, uint64_t from_view, unsigned limit, int to, struct simplex_step *step)
{
    uint64_t top = s->top_own_view > s->cur_view ? s->top_own_view : s->cur_view;
    uint64_t from = from_view > s->final_view ? from_view : s->final_view + 1;
    for (uint64_t v = from; v <= top && v - from < limit; v++) {
        const struct view_record *rec = record_find(s, v);
        for (unsigned kind = 0; rec != NULL && kind < VOTE_KIND_COUNT; kind++) {
            vote_resend(s, rec, kind, to, step);
        }
    }
}

void sync_standstill(struct simplex *s, struct simplex_step *step)
{
    enum { VIEWS_AN_ATTEMPT = RESEND_CERTS_MAX / 2 };
    uint64_t top = s->top_own_view > s->cur_view ? s->top_own_view : s->cur_view;
    uint64_t from = s->standstill_cursor;
    if (from <= s->final_view || from > top) {
        from = s->final_view + 1;
    }
    uint64_t to = from + VIEWS_AN_ATTEMPT - 1;
    if (s->has_final_cert) {
        sync_send_certificate(s, &s->final_cert, TO_ALL, step);
    }
    sync_send_completions(s, from, to, RESEND_CERTS_MAX - 2, TO_ALL, step);
    sync_resend_own(s, from, VIEWS_AN_ATTEMPT, TO_ALL, step);
    if (s->cur_view > to) {
        sync_send_completions(s, s->cur_view - 1, s->cur_view - 1, 1, TO_ALL, step);
        sync_resend_own(s, s->cur_view, 1, TO_ALL, step);
    }
    s->standstill_cursor = to + 1;
}

uint64_t sync_relay_ms(const struct simplex *s)
{
    if (s->relay_view == 0 || !simplex_active(s)) {
        return UINT64_MAX;
    }
    const struct view_record *rec = record_find(s, s->relay_view);
    return (rec != NULL ? rec->left_ms : s->final_ms) + s->params.delta_ms;
}

/* One view's way out to everybody who has not shown to have left it. */
static void relay_view(struct simplex *s, uint64_t view, struct simplex_step *step)
{
    for (unsigned i = 0; i < s->n; i++) {
        struct peer_state *peer = &s->peers[i];
        if ((int)i != s->params.self && !peer->down && peer->view <= view) {
            sync_send_completions(s, view, view, 1, (int)i, step);
        }
    }
}

void sync_relay(struct simplex *s, struct simplex_step *step)
{
    for (unsigned i = 0; i < RESEND_CERTS_MAX && sync_relay_ms(s) <= s->now_ms; i++) {
        /* What is final takes everybody up to there in one certificate. */
        uint64_t view = s->relay_view > s->final_view ? s->relay_view : s->final_view;
        relay_view(s, view, step);
        s->relay_view = view + 1 < s->cur_view ? view + 1 : 0;
    }
}
