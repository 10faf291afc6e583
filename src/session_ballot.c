/* Who comes in and who has to go: what the members are asked (OP_BALLOT), said aloud, and answered. */
#include "src/session_internal.h"

#include "consensus/ballot.h"
#include "consensus/quorum.h"
#include "game/name.h"

#include <stdio.h>

enum { OWN_ANSWER_MS = 2000 };

/* How somebody is called who may not have a seat yet. */
static const char *name_of(
    const struct session *s, const struct identity *who, char name[static UI_NAME_MAX + 1])
{
    int64_t account = live_find(session_live(s), who->id_pk);
    if (account >= 0) {
        snprintf(name, UI_NAME_MAX + 1, "%s", session_shown_name(s, (uint32_t)account));
    } else {
        char clean[NAME_BYTES_MAX + 1];
        name_clean(clean, (const char *)who->profile, who->profile_size);
        snprintf(name, UI_NAME_MAX + 1, "%s", clean);
    }
    return name;
}

static struct ballot_count count_now(const struct session *s, const struct identity *who)
{
    return ballot_count(engine_protocol(s->nodes[0].engine), who);
}

static void answer(
    struct session *s, const uint8_t id[ID_BYTES], enum ballot_question question, bool yes)
{
    uint8_t payload[2 + ID_BYTES];
    struct writer w = writer_of(payload, sizeof payload);
    write_u8(&w, (uint8_t)question);
    write_u8(&w, yes);
    write_bytes(&w, id, ID_BYTES);
    if (s->frozen || !session_context(s).author_member) {
        session_notice(s, NOTICE_WARNING, "Who has no vote at this table is not asked.");
    } else if (!session_submit(s, &s->nodes[0], OP_BALLOT, payload, w.size, NULL, 0, NULL)) {
        session_notice(s, NOTICE_WARNING, "That could not be sent just now. Try again.");
    }
}

/* The one that a player's word means: by name, of those who are asked about. NULL, and it is said why. */
static const struct identity *find_named(
    struct session *s, const char *name, enum ballot_question question)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    const struct identity *found = NULL;
    unsigned count = 0;
    char shown[UI_NAME_MAX + 1];
    for (uint16_t i = 0; i < p->identity_count; i++) {
        const struct identity *who = &p->identities[i];
        if (ballot_asks(who) == question && strcmp(name_of(s, who, shown), name) == 0 &&
            memcmp(who->id_pk, s->config.keys->id_pk, ID_BYTES) != 0) {
            found = who;
            count++;
        }
    }
    if (count == 1) {
        return found;
    }
    session_notice(s, NOTICE_WARNING,
        count > 1                  ? "Two are called %.40s: choose on the page of key y."
        : question == BALLOT_ADMIT ? "Nobody called %.40s asks to come in."
                                   : "Nobody called %.40s sits here.",
        name);
    return NULL;
}

static void report_unknown(struct session *s, enum ui_ballot_answer what, const char *name)
{
    static const char *const words[] = {[UI_LET_IN] = "admit",
        [UI_KEEP_OUT] = "refuse",
        [UI_SEND_AWAY] = "expel",
        [UI_KEEP_HERE] = "keep"};
    char text[UI_TEXT_MAX + 16];
    snprintf(text, sizeof text, "%s %s", words[what], name);
    struct report r = {.kind = REPORT_REFUSED,
        .t_ms = clock_now_ms(),
        .live = session_live(s),
        .player = s->config.name,
        .refusal = REFUSAL_UNKNOWN_PLAYER,
        .command = text};
    reporter_send(&s->config.reporter, &r);
}

void session_ballot_command(struct session *s, const struct ui_command *command)
{
    static const uint8_t nobody[ID_BYTES];
    enum ui_ballot_answer what = (enum ui_ballot_answer)command->number;
    if (what < UI_LET_IN || what > UI_KEEP_HERE) {
        return;
    }
    bool admit = what == UI_LET_IN || what == UI_KEEP_OUT;
    bool yes = what == UI_LET_IN || what == UI_SEND_AWAY;
    enum ballot_question question = admit ? BALLOT_ADMIT : BALLOT_REMOVE;
    const uint8_t *id = command->live.subject;
    if (memcmp(id, nobody, ID_BYTES) == 0) {
        const struct identity *who = find_named(s, command->text, question);
        id = who == NULL ? NULL : who->id_pk;
    }
    if (id != NULL) {
        answer(s, id, question, yes);
    } else {
        report_unknown(s, what, command->text);
    }
}

static void report(struct session *s, const struct committed *c, const struct asked *a,
    struct ballot_count now, int decided)
{
    struct report r = {
        .kind = REPORT_BALLOT,
        .t_ms = clock_now_ms(),
        .live = session_live(s),
        .height = c->effects.height,
        .player = a->name,
        .text = a->question == BALLOT_ADMIT ? "admit" : "remove",
        .members = (uint16_t)now.yes,
        .have = (uint16_t)now.no,
        .quorum = (uint16_t)now.needed,
        .decided = (int8_t)decided,
    };
    reporter_send(&s->config.reporter, &r);
}

static void say_open(struct session *s, const struct asked *a, struct ballot_count now, bool first)
{
    if (a->question == BALLOT_REMOVE) {
        session_notice(s, NOTICE_WARNING, "%u of the %u that are needed want %s to go.", now.yes,
            now.needed, a->name);
    } else if (first) {
        session_notice(
            s, NOTICE_WARNING, "%s asks to come in: key y answers, in the lobby k.", a->name);
    } else {
        session_notice(s, NOTICE_INFO,
            "%s asks to come in: %u of the %u needed say yes, %u say no.", a->name, now.yes,
            now.needed, now.no);
    }
}

static void say_decided(struct session *s, const struct asked *a, bool yes)
{
    session_notice(s, NOTICE_WARNING,
        a->question == BALLOT_REMOVE ? "%s has to go: the others said so."
        : yes                        ? "%s may come in: the table said yes."
                                     : "%s does not come in.",
        a->name);
}

static struct asked *find_asked(struct session *s, const uint8_t id[ID_BYTES])
{
    for (uint16_t i = 0; i < s->asked_count; i++) {
        if (memcmp(s->asked[i].id, id, ID_BYTES) == 0) {
            return &s->asked[i];
        }
    }
    return NULL;
}

/* Answers that came since the last look, and questions that are new. */
static void look_at(struct session *s, const struct committed *c, const struct identity *who)
{
    enum ballot_question question = ballot_asks(who);
    struct asked *a = find_asked(s, who->id_pk);
    bool open =
        question == BALLOT_ADMIT || (question == BALLOT_REMOVE && (who->yes | who->no) != 0);
    if (a == NULL) {
        if (!open || s->asked_count == UI_BALLOTS_MAX) {
            return;
        }
        a = &s->asked[s->asked_count++];
        *a = (struct asked){.question = question};
        memcpy(a->id, who->id_pk, ID_BYTES);
        name_of(s, who, a->name);
    } else if (a->question == question && a->yes == who->yes && a->no == who->no) {
        return;
    }
    bool first = a->yes == 0 && a->no == 0;
    struct ballot_count now = count_now(s, who);
    struct ballot_count before = a->count; /* what the deciding answer came on top of */
    a->count = now;
    a->yes = who->yes;
    a->no = who->no;
    if (a->question == question && open) {
        say_open(s, a, now, first);
        report(s, c, a, now, -1);
        return;
    }
    bool yes = a->question == BALLOT_ADMIT ? question == BALLOT_REMOVE : who->sent_away;
    if (a->question == BALLOT_ADMIT || yes) {
        say_decided(s, a, yes);
        report(s, c, a, before, yes);
    }
    if (a->question == BALLOT_REMOVE && yes) {
        session_renew_words(s); /* whoever was sent away knows the old ones */
    }
    *a = s->asked[--s->asked_count];
}

void session_ballots_look(struct session *s, const struct committed *c)
{
    bool due = c->effects.epoch_switched || s->asked_count > 0;
    for (uint16_t i = 0; i < c->effects.op_count && !due; i++) {
        due = c->effects.ops[i].kind == OP_JOIN || c->effects.ops[i].kind == OP_BALLOT;
    }
    if (!due || s->join_step != JOIN_DONE) {
        return;
    }
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    for (uint16_t i = 0; i < p->identity_count; i++) {
        look_at(s, c, &p->identities[i]);
    }
    s->dirty = true;
}

/* A strategy has nobody to ask: it lets everybody in who knew the words. */
void session_poll_ballots(struct session *s)
{
    uint64_t now = clock_now_ms();
    if (s->config.strategy == NULL || s->autoplay.stopped || s->asked_count == 0 ||
        now < s->ballot_ms || s->frozen) {
        return;
    }
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    int self = roster_find(&p->roster, s->config.keys->id_pk);
    for (uint16_t i = 0; i < p->identity_count && self >= 0; i++) {
        const struct identity *who = &p->identities[i];
        if (ballot_asks(who) == BALLOT_ADMIT && ((who->yes | who->no) >> self & 1) == 0) {
            s->ballot_ms = now + OWN_ANSWER_MS;
            answer(s, who->id_pk, BALLOT_ADMIT, true);
            return;
        }
    }
}

static void fill_one(const struct session *s, struct ui_model *m, const struct identity *who)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    int self = roster_find(&p->roster, s->config.keys->id_pk);
    struct ballot_count now = count_now(s, who);
    struct ui_ballot *b = &m->ballots[m->ballot_count++];
    *b = (struct ui_ballot){.asks = ballot_asks(who) == BALLOT_ADMIT,
        .yes = (uint16_t)now.yes,
        .no = (uint16_t)now.no,
        .needed = (uint16_t)now.needed};
    memcpy(b->id, who->id_pk, ID_BYTES);
    name_of(s, who, b->name);
    b->own_yes = self >= 0 && (who->yes >> self & 1) != 0;
    b->own_no = self >= 0 && (who->no >> self & 1) != 0;
    m->asking += b->asks;
}

void session_fill_ballots(const struct session *s, struct ui_model *m)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    m->ballot_count = m->asking = 0;
    for (int round = BALLOT_ADMIT; round <= BALLOT_REMOVE; round++) {
        for (uint16_t i = 0; i < p->identity_count && m->ballot_count < UI_BALLOTS_MAX; i++) {
            const struct identity *who = &p->identities[i];
            bool self = memcmp(who->id_pk, s->config.keys->id_pk, ID_BYTES) == 0;
            if (!self && (int)ballot_asks(who) == round) {
                fill_one(s, m, who);
            }
        }
    }
}
