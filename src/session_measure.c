/* What a table looks like in figures: its gauges, and what its engine has counted. */
#include "src/session_internal.h"

#include "src/metrics.h"

#include <stdio.h>

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
    c->invariants_checked += now.guard.checked - from->guard.checked;
    c->invariants_broken += now.guard.broken - from->guard.broken;
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

static struct ui_times times_of(const struct samples *all)
{
    struct report_times t = samples_times(all);
    return (struct ui_times){.p50_us = (uint32_t)(t.p50 * 1000),
        .p95_us = (uint32_t)(t.p95 * 1000),
        .p99_us = (uint32_t)(t.p99 * 1000),
        .count = t.count};
}

void session_figures(const struct session *s, struct ui_figures *f)
{
    f->commit = times_of(&s->commit_ms);
    f->roll = times_of(&s->roll_ms);
    f->link_count = 0;
    for (size_t i = 0; s->config.mesh != NULL && i < PEERS_KEPT; i++) {
        const struct known_peer *p = &s->peers[i];
        if (!p->used || !session_linked(p) || f->link_count == LIVE_SEATS_MAX ||
            s->nodes[0].engine == NULL) {
            continue;
        }
        struct ui_link *l = &f->links[f->link_count++];
        int64_t account = live_find(session_live(s), p->id);
        snprintf(l->name, sizeof l->name, "%s",
            account < 0 ? "somebody coming in" : session_shown_name(s, (uint32_t)account));
        mesh_peer_bytes(s->config.mesh, p->id, &l->sent, &l->received);
    }
}
