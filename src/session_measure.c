/* What a table looks like in figures: its gauges, and what its engine has counted. */
#include "src/session_internal.h"

#include "src/metrics.h"

void session_count_begin(struct session *s)
{
    s->count_from = engine_inspect(s->nodes[0].engine);
}

void session_count_engine(struct session *s)
{
    if (s->nodes[0].engine == NULL) {
        return;
    }
    struct counters *c = s->count;
    const struct engine_status now = engine_inspect(s->nodes[0].engine);
    const struct engine_status *from = &s->count_from;
    c->views += now.views - from->views;
    c->views_nullified += now.views_nullified - from->views_nullified;
    c->operations_limited += now.ops_limited - from->ops_limited;
    c->states_adopted += now.adopted - from->adopted;
    for (size_t i = 0; i < MSG_KIND_COUNT; i++) {
        c->rejected[i] += now.rejected[i] - from->rejected[i];
    }
    for (size_t i = 0; i < LIE_COUNT; i++) {
        c->lied[i] += now.lies[i] - from->lies[i];
    }
    s->count_from = now;
}

static uint64_t count_links(const struct session *s)
{
    uint64_t links = 0;
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        links += s->peers[i].used && session_linked(&s->peers[i]);
    }
    return links;
}

static uint64_t count_pending(const struct session *s)
{
    uint64_t pending = 0;
    for (size_t i = 0; i < INFLIGHT_MAX; i++) {
        pending += s->inflight[i].seq != 0;
    }
    return pending;
}

void session_measure(struct session *s, struct metrics_values *v)
{
    v->links = count_links(s);
    if (s->nodes[0].engine == NULL) {
        return;
    }
    session_count_engine(s);
    const struct engine_status *st = &s->count_from;
    const struct live *l = session_live(s);
    v->at_table = s->state == SESSION_PLAYING || s->state == SESSION_LEAVING;
    v->epoch = st->epoch;
    v->height = st->height;
    v->known_height = st->known_height > st->height ? st->known_height : st->height;
    v->view = st->view;
    v->roll = l->roll;
    v->members = st->members;
    v->faulty = st->faulty;
    v->quorum = st->quorum;
    v->away = st->members > st->answering ? st->members - st->answering : 0;
    v->voting = st->voting;
    v->stalled = s->stalled || st->stalled;
    v->catching_up = st->catching_up;
    v->pool = st->pool;
    v->pending = count_pending(s);
    for (uint32_t i = 0; i < l->account_count; i++) {
        v->seated += l->accounts[i].seat != 0;
    }
}
