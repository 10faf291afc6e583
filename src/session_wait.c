/* Too few answer: since when, for whom the table waits, and what is said about it (protocol B.5). */
#include "src/session_internal.h"
#include "ui/state_text.h"

#include <stdio.h>

static const struct known_peer *peer_of(const struct session *s, const uint8_t id[ID_BYTES])
{
    return session_peer((struct session *)s, id, false);
}

static bool answers(const struct session *s, const uint8_t id[ID_BYTES])
{
    const struct known_peer *p = peer_of(s, id);
    return memcmp(id, s->config.keys->id_pk, ID_BYTES) == 0 ||
           (p != NULL && session_linked(p) && !p->elsewhere);
}

void session_quorum(const struct session *s, unsigned *have, unsigned *need)
{
    const struct roster *members = &engine_protocol(s->nodes[0].engine)->roster;
    *have = 0;
    *need = quorum_size(members->count);
    for (uint16_t i = 0; i < members->count; i++) {
        *have += answers(s, members->members[i].id_pk);
    }
}

uint64_t session_missing_since_ms(const struct session *s)
{
    const struct roster *members = &engine_protocol(s->nodes[0].engine)->roster;
    uint64_t since = 0;
    for (uint16_t i = 0; i < members->count; i++) {
        const struct known_peer *p = peer_of(s, members->members[i].id_pk);
        if (!answers(s, members->members[i].id_pk)) {
            uint64_t down = p == NULL      ? clock_now_ms()
                            : p->elsewhere ? p->elsewhere_ms
                                           : p->down_ms;
            since = down > since ? down : since;
        }
    }
    return since;
}

bool session_waits(const struct session *s)
{
    return s->stalled || split_frozen(&s->split);
}

/* "Bo", "Bo and Cy", "Bo, Cy, Dee and 3 more" */
void session_names(const struct session *s, bool here, char *text, size_t size)
{
    enum { SHOWN = 3 };
    const struct roster *members = &engine_protocol(s->nodes[0].engine)->roster;
    const struct live *l = session_live(s);
    const uint8_t *listed[MEMBERS_MAX];
    unsigned count = 0;
    size_t n = 0;
    text[0] = '\0';
    for (uint16_t i = 0; i < members->count; i++) {
        const uint8_t *id = members->members[i].id_pk;
        bool own = memcmp(id, s->config.keys->id_pk, ID_BYTES) == 0;
        if (!own && answers(s, id) == here) {
            listed[count++] = id;
        }
    }
    for (unsigned i = 0; i < count && i < SHOWN && n < size; i++) {
        int64_t account = live_find(l, listed[i]);
        const char *between = i == 0 ? "" : i + 1 == count ? " and " : ", ";
        n += (size_t)snprintf(text + n, size - n, "%s%s", between,
            account < 0 ? "somebody" : session_shown_name(s, (uint32_t)account));
    }
    if (count > SHOWN && n < size) {
        snprintf(text + n, size - n, " and %u more", count - SHOWN);
    }
}

void session_waiting_text(const struct session *s, char *text, size_t size)
{
    char names[UI_TEXT_MAX / 2];
    unsigned have, need;
    unsigned members = engine_protocol(s->nodes[0].engine)->roster.count;
    session_quorum(s, &have, &need);
    session_names(s, false, names, sizeof names);
    if (have < need) {
        snprintf(text, size, "Waiting for %s: %u of %u answer, %u are needed. Bets are not taken.",
            names, have, members, need);
    } else if (live_rolling(session_live(s))) {
        snprintf(text, size,
            "The dice are out and a piece of them is missing, though %u of %u answer. Bets are not "
            "taken.",
            have, members);
    } else {
        snprintf(
            text, size, "The table cannot agree just now, though %u of %u answer.", have, members);
    }
}

static void report_stall(struct session *s)
{
    unsigned have, need;
    session_quorum(s, &have, &need);
    struct report r = {
        .kind = s->stalled ? REPORT_STALLED : REPORT_RESUMED,
        .t_ms = clock_now_ms(),
        .live = session_live(s),
        .have = (uint16_t)have,
        .quorum = (uint16_t)need,
        .latency_ms = -1,
    };
    reporter_send(&s->config.reporter, &r);
    if (s->stalled) {
        char text[UI_TEXT_MAX + 1];
        session_waiting_text(s, text, sizeof text);
        session_notice(s, NOTICE_WARNING, "%s", text);
    } else if (s->stalled_since_ms != 0) {
        uint64_t lost_s = (clock_now_ms() - s->stalled_since_ms) / 1000;
        char text[UI_TEXT_MAX + 1];
        state_text_together(session_live(s)->roll, lost_s, text, sizeof text);
        session_notice(s, NOTICE_INFO, "%s", text);
    }
}

static void offer(struct session *s)
{
    char names[UI_TEXT_MAX / 2];
    s->split.offered = true;
    session_names(s, false, names, sizeof names);
    session_notice(s, NOTICE_WARNING,
        "You can wait, split the table without %s (everybody here must agree), or leave with a "
        "receipt: "
        "wait, split, leave.",
        names[0] == '\0' ? "whoever holds it up" : names);
}

/* At two and three everybody's vote is needed: said once, before the first bet (requirement of B.4). */
static void tell_unanimous(struct session *s)
{
    unsigned members = engine_protocol(s->nodes[0].engine)->roster.count;
    if (s->split.told_unanimous || (members != 2 && members != 3) || s->practice) {
        return;
    }
    s->split.told_unanimous = true;
    session_notice(s, NOTICE_INFO,
        "You are %s: nothing counts without everybody's yes. Whoever goes silent with dice out "
        "loses "
        "his bets if the rest split off.",
        members == 2 ? "two" : "three");
}

/* A quorum lost at an idle table is lost all the same: links are asked, not only whether work goes on. */
void session_poll_wait(struct session *s)
{
    unsigned have, need;
    uint64_t now = clock_now_ms();
    struct engine_status st = engine_inspect(s->nodes[0].engine);
    tell_unanimous(s);
    session_quorum(s, &have, &need);
    bool lost = s->config.mesh != NULL && st.self >= 0 && have < need;
    if (lost && !s->split.lost) {
        s->split.lost_ms = session_missing_since_ms(s);
    }
    s->split.lost = lost;
    bool stalled = !s->broken && ((st.stalled && !split_frozen(&s->split)) ||
                                     (lost && now - s->split.lost_ms >= WAIT_SAY_MS));
    if (stalled != s->stalled) {
        s->stalled = stalled;
        s->dirty = true;
        if (stalled) {
            s->stalled_since_ms = lost ? s->split.lost_ms : now - WAIT_SAY_MS;
        }
        s->split.offered = false;
        report_stall(s);
    }
    if (s->stalled && !s->split.offered && s->config.mesh != NULL && !s->practice &&
        now - s->stalled_since_ms >= WAIT_OFFER_MS) {
        offer(s);
        s->dirty = true;
    }
}

bool session_refuse_waiting(struct session *s, uint32_t command_id, const char *command)
{
    char text[UI_TEXT_MAX + 1];
    if (!session_waits(s)) {
        return false;
    }
    session_waiting_text(s, text, sizeof text);
    session_notice(s, NOTICE_WARNING, "%s", text);
    s->count->refused[REFUSAL_TABLE_WAITS]++;
    const struct live *l = session_live(s);
    int64_t me = live_find(l, s->config.keys->id_pk);
    struct report r = {
        .kind = REPORT_REFUSED,
        .t_ms = clock_now_ms(),
        .live = l,
        .player = me < 0 ? "" : l->players[me].name,
        .refusal = REFUSAL_TABLE_WAITS,
        .command = command,
        .latency_ms = -1,
    };
    reporter_send(&s->config.reporter, &r);
    session_command_refused(s, command_id);
    return true;
}
