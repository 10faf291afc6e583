#include "src/session_talk.h"

#include "base/log.h"
#include "game/name.h"
#include "src/session_internal.h"

#include <stdio.h>
#include <time.h>

enum {
    LAMPORTS_AHEAD = 64,
    KEEP_MS = 1000, /* nobody makes us write more often, however his clock runs */
    TALK_SECRET_BYTES = 12,
};

static const char talk_secret[] = "talk";

/* Written down ahead, so that it is not done for every line: a new life begins above every number of the last one. */
static void keep_numbers(struct session *s)
{
    struct talk *t = &s->talk;
    uint8_t bytes[TALK_SECRET_BYTES];
    struct writer w = writer_of(bytes, sizeof bytes);
    uint64_t now = clock_now_ms();
    bool same = t->kept == s->nodes[0].store && gossip_incarnation(t->g) == t->kept_incarnation;
    bool kept = same && (gossip_lamport(t->g) <= t->kept_lamport || now < t->kept_ms + KEEP_MS);
    if (kept || s->practice || s->nodes[0].store == NULL) {
        return;
    }
    t->kept_ms = now;
    t->kept = s->nodes[0].store;
    t->kept_lamport = gossip_lamport(t->g) + LAMPORTS_AHEAD;
    t->kept_incarnation = gossip_incarnation(t->g);
    write_u32(&w, t->kept_incarnation);
    write_u64(&w, t->kept_lamport);
    enum err e = store_put_secret(s->nodes[0].store, talk_secret, bytes, w.size);
    if (e != ERR_OK) {
        log_warn("where table talk has got to was not kept: %s", err_name(e));
    }
}

/* The clock of the wall makes a number that no earlier life had, should the file be gone; nobody compares it with his own. */
static void begin(struct session *s)
{
    struct gossip_config c = {.incarnation = (uint32_t)time(NULL)};
    uint8_t bytes[TALK_SECRET_BYTES];
    size_t size = 0;
    if (s->nodes[0].store != NULL &&
        store_get_secret(s->nodes[0].store, talk_secret, bytes, sizeof bytes, &size) == ERR_OK) {
        struct reader r = reader_of(bytes, size);
        uint32_t last = read_u32(&r);
        c.incarnation = last >= c.incarnation ? last + 1 : c.incarnation;
        c.lamport = read_u64(&r);
    }
    memcpy(c.id_pk, s->config.keys->id_pk, sizeof c.id_pk);
    memcpy(c.id_sk, s->config.keys->id_sk, sizeof c.id_sk);
    c.scope = s->has_link_key ? s->link_id : s->game_id;
    s->talk.g = gossip_create(&c);
    sodium_memzero(&c, sizeof c);
    for (size_t i = 0; i < PEERS_KEPT && s->talk.g != NULL; i++) {
        if (s->peers[i].used && s->peers[i].link_member) {
            gossip_link(s->talk.g, s->peers[i].id, true, clock_now_ms());
        }
    }
}

/* True when there is a table to talk at. Who watches has no link key: at a table that was split it does not know the first
 * one's name, and hears nothing. */
static bool talks(struct session *s)
{
    bool named = s->config.mesh == NULL || s->has_link_key ||
                 (s->config.watch && s->genesis.recover == NULL);
    if (s->nodes[0].engine == NULL || !named) {
        return false;
    }
    if (s->talk.g == NULL) {
        begin(s);
    }
    return s->talk.g != NULL;
}

static void show_line(struct session *s, const struct gossip_news *news)
{
    const struct live *l = session_live(s);
    int64_t account = live_find(l, news->author);
    struct notice n = {.kind = NOTICE_CHAT, .t_ms = clock_now_ms()};
    size_t size = session_talk_clean(n.text, UI_TEXT_MAX, news->text, news->size);
    bool line = news->kind == GOSSIP_NEWS_LINE;
    if (account < 0 || (line && size == 0)) {
        return;
    }
    snprintf(n.who, sizeof n.who, "%s", session_shown_name(s, (uint32_t)account));
    n.seat = l->accounts[account].seat;
    n.talk = (struct ui_talk){.lamport = news->lamport,
        .incarnation = news->incarnation,
        .number = news->number,
        .missing = news->missing,
        .gap = news->gap,
        .history = news->history,
        .replaces = !line,
        .twice = !line,
        .renamed = s->talk.renamed[account]};
    memcpy(n.talk.author, news->author, sizeof n.talk.author);
    bus_publish(s->config.bus, &n);
    if (line) { /* scripts know players by their agreed names */
        struct report r = {.kind = REPORT_CHAT,
            .t_ms = n.t_ms,
            .live = l,
            .player = l->players[account].name,
            .text = n.text};
        reporter_send(&s->config.reporter, &r);
    } else {
        session_notice(s, NOTICE_INFO,
            "%s has said two different lines in one place; everybody keeps the same one.", n.who);
    }
}

static void show_value(struct session *s, const struct gossip_news *news)
{
    char topic[GOSSIP_VALUE_MAX + 1];
    int64_t account = live_find(session_live(s), news->author);
    if (news->key == GOSSIP_NAME) {
        session_talk_rename(s, false);
    } else if (news->key == GOSSIP_TOPIC && account >= 0) {
        const char *who = session_shown_name(s, (uint32_t)account);
        if (session_talk_clean(topic, GOSSIP_VALUE_MAX, news->text, news->size) > 0) {
            session_notice(s, NOTICE_NAMES, "%s: the topic is \"%s\"", who, topic);
        } else {
            session_notice(s, NOTICE_NAMES, "%s took the topic away", who);
        }
    }
}

/* Sends and shows what the last call made; to be done after each. */
static void drain(struct session *s)
{
    struct gossip_send out;
    struct gossip_news news;
    uint8_t bytes[1 + GOSSIP_MESSAGE_MAX];
    while (gossip_next_send(s->talk.g, &out)) {
        bytes[0] = PAYLOAD_TALK;
        memcpy(bytes + 1, out.data, out.size);
        session_send(s, out.to, CHANNEL_GOSSIP, bytes, 1 + out.size);
    }
    while (gossip_next_news(s->talk.g, &news)) {
        if (news.kind == GOSSIP_NEWS_VALUE) {
            show_value(s, &news);
        } else {
            show_line(s, &news);
        }
        s->dirty = true;
    }
    keep_numbers(s);
}

/* Whoever has an account was a member in some epoch, or is about to be; bots have nothing to say. */
static void know_members(struct session *s)
{
    const struct live *l = session_live(s);
    if (s->talk.accounts == l->account_count) {
        return;
    }
    for (uint32_t i = 0; i < l->account_count; i++) {
        if (!l->accounts[i].bot) {
            (void)gossip_member(s->talk.g, l->accounts[i].id);
        }
    }
    session_talk_rename(s, s->talk.accounts == 0);
}

void session_talk_link(struct session *s, const uint8_t id[NET_ID_BYTES], bool up)
{
    bool linked_already = s->talk.g == NULL && up && !s->config.watch;
    if (!talks(s)) {
        return;
    }
    if (!linked_already && !(s->config.watch && up && s->talk.watching)) {
        gossip_link(s->talk.g, id, up, clock_now_ms());
    }
    s->talk.watching = s->config.watch && up;
    know_members(s);
    drain(s);
}

bool session_talk_hear(
    struct session *s, const uint8_t from[NET_ID_BYTES], const uint8_t *data, size_t size)
{
    if (!talks(s)) {
        return true;
    }
    know_members(s);
    if (s->config.watch && !s->talk.watching && memcmp(from, s->sponsor, ID_BYTES) == 0) {
        session_talk_link(s, from, true); /* it began before we were ready */
    }
    bool good = gossip_hear(s->talk.g, from, data, size, clock_now_ms());
    drain(s);
    return good;
}

/* What is said too fast for the others is not said, and that is told. */
static void refuse_talk(struct session *s)
{
    const struct live *l = session_live(s);
    int64_t me = live_find(l, s->config.keys->id_pk);
    struct report r = {.kind = REPORT_REFUSED,
        .t_ms = clock_now_ms(),
        .live = l,
        .player = me < 0 ? "" : l->players[me].name,
        .refusal = REFUSAL_RATE_LIMITED,
        .command = "chat"};
    reporter_send(&s->config.reporter, &r);
    session_notice(s, NOTICE_WARNING, "Not said: 5 lines a second are heard.");
}

/* Does this program's player have a voice here. */
static bool has_voice(struct session *s)
{
    if (talks(s) && live_find(session_live(s), s->config.keys->id_pk) >= 0) {
        know_members(s);
        return true;
    }
    session_notice(s, NOTICE_WARNING, "You can talk here as soon as you have a seat.");
    return false;
}

void session_say(struct session *s, const char *text)
{
    char clean[GOSSIP_TEXT_MAX + 1];
    size_t size = text_clean(clean, GOSSIP_TEXT_MAX, text, strlen(text));
    if (size == 0 || !has_voice(s)) {
        return;
    }
    if (gossip_say(s->talk.g, clean, size, clock_now_ms())) {
        drain(s);
    } else {
        refuse_talk(s);
    }
}

static void set(struct session *s, enum gossip_key key, const void *value, size_t size)
{
    if (gossip_set(s->talk.g, key, value, size, clock_now_ms())) {
        drain(s);
    } else {
        refuse_talk(s);
    }
}

void session_talk_name(struct session *s, const char *name)
{
    char clean[NAME_BYTES_MAX + 1];
    const struct live *l = s->nodes[0].engine == NULL ? NULL : session_live(s);
    int64_t me = l == NULL ? -1 : live_find(l, s->config.keys->id_pk);
    if (me < 0 || !has_voice(s)) {
        return; /* it is the name to come in with */
    }
    name_clean(clean, name, strlen(name));
    if (strcmp(clean, session_shown_name(s, (uint32_t)me)) == 0) {
        return;
    }
    if (!session_talk_name_free(s, (uint32_t)me, clean)) {
        session_notice(s, NOTICE_WARNING, "Somebody at this table is called %s: you stay %s here.",
            clean, session_shown_name(s, (uint32_t)me));
        return;
    }
    bool agreed = strcmp(clean, l->players[me].name) == 0;
    set(s, GOSSIP_NAME, clean, agreed ? 0 : strlen(clean));
}

void session_talk_colour(struct session *s, uint32_t colour)
{
    uint8_t value = (uint8_t)colour;
    if (colour <= UI_COLOURS && has_voice(s)) {
        set(s, GOSSIP_COLOUR, &value, colour != 0);
    }
}

void session_talk_topic(struct session *s, const char *topic)
{
    char clean[GOSSIP_VALUE_MAX + 1];
    size_t size = text_clean(clean, UI_TOPIC_MAX, topic, strlen(topic));
    if (has_voice(s)) {
        set(s, GOSSIP_TOPIC, clean, size);
    }
}

void session_talk_poll(struct session *s)
{
    uint8_t missing[PEERS_KEPT][ID_BYTES], via[ID_BYTES];
    uint64_t now = clock_now_ms(), seen = 0;
    unsigned count = 0;
    if (!talks(s)) {
        return;
    }
    know_members(s);
    for (size_t i = 0; i < PEERS_KEPT; i++) {
        const struct known_peer *p = &s->peers[i];
        if (p->used && p->wanted && !p->link_member) {
            memcpy(missing[count++], p->id, ID_BYTES);
            seen |= (uint64_t)gossip_seen(s->talk.g, p->id, now, via) << i;
        }
    }
    s->dirty = s->dirty || seen != s->talk.seen;
    s->talk.seen = seen;
    gossip_missing(s->talk.g, (const uint8_t(*)[ID_BYTES])missing, count, now);
    if (gossip_deadline_ms(s->talk.g) <= now) {
        gossip_poll(s->talk.g, now);
    }
    drain(s);
}

uint64_t session_talk_deadline_ms(const struct session *s)
{
    return s->talk.g == NULL ? UINT64_MAX : gossip_deadline_ms(s->talk.g);
}

void session_talk_end(struct session *s)
{
    gossip_destroy(s->talk.g);
    s->talk.g = NULL;
}

void session_talk_via(
    const struct session *s, const uint8_t id[NET_ID_BYTES], char name[UI_NAME_MAX + 1])
{
    uint8_t via[NET_ID_BYTES];
    name[0] = '\0';
    if (s->talk.g != NULL && gossip_seen(s->talk.g, id, clock_now_ms(), via)) {
        int64_t account = live_find(session_live(s), via);
        snprintf(name, UI_NAME_MAX + 1, "%s",
            account < 0 ? "somebody" : session_shown_name(s, (uint32_t)account));
    }
}
