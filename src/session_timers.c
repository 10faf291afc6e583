/* The member's own clocks for rule 16: no clock is agreed, every member says when its own has run out (16.5). */
#include "src/session_internal.h"

static const uint8_t nobody[LIVE_ID_BYTES];

static void submit_elapsed(struct session *s, enum live_timer timer, uint64_t instance,
    const uint8_t subject[LIVE_ID_BYTES])
{
    struct live_command c = {.kind = LIVE_ELAPSED, .timer = (uint8_t)timer, .instance = instance};
    memcpy(c.subject, subject, sizeof c.subject);
    session_submit_live(s, &s->nodes[0], NULL, &c, 0);
}

/* Starts, stops and fires one clock by what the agreed state says about it. */
static void poll_timer(
    struct session *s, struct member_timer *t, enum live_timer timer, uint32_t account)
{
    const struct live *l = session_live(s);
    struct live_context ctx = session_context(s);
    uint64_t instance = live_timer_instance(l, timer, account);
    bool runs = live_timer_runs(l, &ctx, timer, account);
    if (!runs) {
        t->running = false;
        return;
    }
    if (!t->running || t->instance != instance) {
        *t = (struct member_timer){
            .running = true, .instance = instance, .started_ms = clock_now_ms()};
    }
    uint64_t length_ms = live_timer_seconds(l, timer) * UINT64_C(1000);
    if (!t->submitted && clock_now_ms() >= t->started_ms + length_ms && ctx.author_member &&
        !live_timer_voted(l, timer, account, s->config.keys->id_pk)) {
        t->submitted = true;
        submit_elapsed(
            s, timer, instance, timer == LIVE_TIMER_GRACE ? l->accounts[account].id : nobody);
    }
}

uint64_t session_timer_deadline(
    const struct session *s, const struct member_timer *t, enum live_timer timer)
{
    if (!t->running || t->submitted || s->frozen || s->nodes[0].engine == NULL) {
        return UINT64_MAX;
    }
    return t->started_ms + live_timer_seconds(session_live(s), timer) * UINT64_C(1000);
}

/* Rule 16.6: a member whose links are silent for three seconds is away, if enough members see it so. */
static void poll_away(struct session *s)
{
    const struct live *l = session_live(s);
    struct live_context ctx = session_context(s);
    uint64_t now = clock_now_ms();
    if (!ctx.author_member || live_rolling(l)) {
        return;
    }
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        struct known_peer *p = &s->peers[i];
        if (!p->used || p->down_ms == 0 || now - p->down_ms < AWAY_MS ||
            now - p->away_ms < AWAY_MS) {
            continue;
        }
        int64_t account = live_find(l, p->id);
        if (account < 0 || l->accounts[account].seat == 0 || l->accounts[account].away ||
            live_away_voted(l, (uint32_t)account, ctx.author)) {
            continue;
        }
        p->away_ms = now;
        struct live_command c = {.kind = LIVE_AWAY};
        memcpy(c.subject, p->id, sizeof c.subject);
        session_submit_live(s, &s->nodes[0], NULL, &c, 0);
        l = session_live(s);
    }
}

/* Rule 16.6: after half a minute the next epoch is prepared without the silent vote. A member's REKEY begins the attempt; the silent
 * one is then dropped from it by a quorum's ABSENT (protocol B.1.3). The first member that can be reached asks. */
static void poll_without(struct session *s)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    struct engine_status st = engine_inspect(s->nodes[0].engine);
    uint64_t now = clock_now_ms();
    if (st.self < 0 || p->attempt.phase != ATTEMPT_NONE || st.answering < st.quorum ||
        now < s->rejoin_ms) {
        return;
    }
    bool missing = false;
    for (uint16_t i = 0; i < p->roster.count; i++) {
        const struct known_peer *k = session_peer(s, p->roster.members[i].id_pk, false);
        bool linked = (int)i == st.self || (k != NULL && session_linked(k));
        if (linked && (int)i < st.self) {
            return; /* somebody before us will ask */
        }
        missing = missing || (!linked && k != NULL && now - k->down_ms >= ABSENT_MS);
    }
    if (missing) {
        s->rejoin_ms = now + ABSENT_MS;
        session_submit(s, &s->nodes[0], OP_REKEY, NULL, 0, NULL, 0, NULL);
    }
}

/* Our vote went on without us while we were away, our seat is kept: ask for the vote again (protocol B.1.7). */
static void poll_rejoin(struct session *s)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    const struct identity *me = protocol_identity(p, s->config.keys->id_pk);
    const struct live *l = session_live(s);
    int64_t account = live_find(l, s->config.keys->id_pk);
    uint64_t now = clock_now_ms();
    if (me == NULL || me->standing != STANDING_PLAYER || account < 0 ||
        l->accounts[account].seat == 0 || now < s->rejoin_ms) {
        return;
    }
    s->rejoin_ms = now + REJOIN_MS;
    session_submit(s, &s->nodes[0], OP_REKEY, NULL, 0, NULL, 0, NULL);
}

/* Back again: the table took us for away, and here we are. */
static void poll_back(struct session *s)
{
    const struct live *l = session_live(s);
    int64_t me = live_find(l, s->config.keys->id_pk);
    uint64_t now = clock_now_ms();
    if (me < 0 || !l->accounts[me].away || live_rolling(l) || now < s->back_ms ||
        s->join_step != JOIN_DONE) {
        return;
    }
    s->back_ms = now + 2000;
    struct live_command c = {.kind = LIVE_BACK};
    session_submit_live(s, &s->nodes[0], NULL, &c, 0);
}

void session_poll_timers(struct session *s)
{
    if (s->join_step != JOIN_DONE || s->config.watch) {
        return;
    }
    session_poll_wait(s);
    if (s->frozen || split_frozen(&s->split) || s->state != SESSION_PLAYING) {
        return;
    }
    poll_timer(s, &s->window_timer, LIVE_TIMER_WINDOW, 0);
    poll_timer(s, &s->shooter_timer, LIVE_TIMER_SHOOTER, 0);
    uint32_t accounts = session_live(s)->account_count;
    for (uint32_t i = 0; i < accounts && i < LIVE_ACCOUNTS_MAX; i++) {
        poll_timer(s, &s->grace_timers[i], LIVE_TIMER_GRACE, i);
    }
    if (s->config.mesh != NULL) {
        poll_away(s);
        poll_without(s);
        poll_rejoin(s);
        poll_back(s);
    }
}
