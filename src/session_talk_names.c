/* Who is called what. The agreed name is what the record says and nobody changes; the one shown may be another, as long as it
 * is nobody else's: then the agreed one is shown again, on every screen alike. */
#include "game/name.h"
#include "src/session_internal.h"
#include "ui/bet_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

/* A name as the eye takes it: without case, width and blanks. */
static void fold(const char *name, char out[NAME_BYTES_MAX + 1])
{
    utf8proc_uint8_t *folded = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)name);
    const char *from = folded == NULL ? name : (const char *)folded;
    size_t n = 0;
    for (size_t i = 0; from[i] != '\0' && n < NAME_BYTES_MAX; i++) {
        if (from[i] != ' ' && from[i] != '-' && from[i] != '_' && from[i] != '.') {
            out[n++] = from[i];
        }
    }
    out[n] = '\0';
    free(folded);
}

size_t session_talk_clean(char *out, size_t most, const void *text, size_t size)
{
    char bytes[GOSSIP_TEXT_MAX + 1];
    size = size < GOSSIP_TEXT_MAX ? size : GOSSIP_TEXT_MAX;
    memcpy(bytes, text, size);
    bytes[size] = '\0';
    /* A cell of the screen holds one code point: an e and its accent have to be one. */
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)bytes);
    const char *from = composed == NULL ? bytes : (const char *)composed;
    size_t length = text_clean(out, most, from, strlen(from));
    free(composed);
    return length;
}

struct names {
    char agreed[LIVE_ACCOUNTS_MAX][NAME_BYTES_MAX + 1]; /* folded */
    char wanted[LIVE_ACCOUNTS_MAX][NAME_BYTES_MAX + 1]; /* folded; "" = none */
    char text[LIVE_ACCOUNTS_MAX][NAME_BYTES_MAX + 1];
    uint64_t rank[LIVE_ACCOUNTS_MAX];
};

/* Of two that want one name, the first to ask has it. */
static bool yields(const struct live *l, const struct names *n, uint32_t a, uint32_t b)
{
    return n->rank[b] != n->rank[a]
               ? n->rank[b] < n->rank[a]
               : memcmp(l->accounts[b].id, l->accounts[a].id, LIVE_ID_BYTES) < 0;
}

static bool is_free(const struct live *l, const struct names *n, uint32_t account)
{
    for (uint32_t i = 0; i < l->account_count; i++) {
        bool theirs = strcmp(n->agreed[i], n->wanted[account]) == 0 ||
                      (strcmp(n->wanted[i], n->wanted[account]) == 0 && yields(l, n, account, i));
        if (i != account && theirs) {
            return false;
        }
    }
    return n->wanted[account][0] != '\0';
}

static void read_names(const struct session *s, const struct live *l, struct names *n)
{
    uint8_t value[GOSSIP_VALUE_MAX];
    for (uint32_t i = 0; i < l->account_count; i++) {
        fold(l->players[i].name, n->agreed[i]);
        n->wanted[i][0] = '\0';
        size_t size = gossip_value(s->talk.g, GOSSIP_NAME, l->accounts[i].id, value);
        if (size > 0 && gossip_value_rank(s->talk.g, GOSSIP_NAME, l->accounts[i].id, &n->rank[i])) {
            char whole[GOSSIP_VALUE_MAX + 1];
            size = session_talk_clean(whole, GOSSIP_VALUE_MAX, value, size);
            name_clean(n->text[i], whole, size);
            fold(n->text[i], n->wanted[i]);
        }
    }
}

bool session_talk_name_free(const struct session *s, uint32_t account, const char *name)
{
    static _Thread_local struct names n;
    const struct live *l = session_live(s);
    char folded[NAME_BYTES_MAX + 1];
    read_names(s, l, &n);
    fold(name, folded);
    for (uint32_t i = 0; i < l->account_count; i++) {
        if (i != account &&
            (strcmp(n.agreed[i], folded) == 0 || strcmp(n.wanted[i], folded) == 0)) {
            return false;
        }
    }
    return true;
}

static void tell(struct session *s, const struct live *l, uint32_t account, const char *before)
{
    uint8_t seat = l->accounts[account].seat;
    bool own = memcmp(l->accounts[account].id, s->config.keys->id_pk, ID_BYTES) == 0;
    char letter[8] = "";
    if (seat > 0) {
        snprintf(letter, sizeof letter, " (%c)", seat_letter(seat));
    }
    if (own) {
        session_notice(s, NOTICE_NAMES, "You are called %s now", s->talk.shown[account]);
    } else {
        session_notice(
            s, NOTICE_NAMES, "%s%s is called %s now", before, letter, s->talk.shown[account]);
    }
}

void session_talk_rename(struct session *s, bool silent)
{
    static _Thread_local struct names n; /* too large for a stack */
    const struct live *l = session_live(s);
    struct talk *t = &s->talk;
    read_names(s, l, &n);
    for (uint32_t i = 0; i < l->account_count; i++) {
        char before[NAME_BYTES_MAX + 1];
        bool known = i < t->accounts;
        snprintf(before, sizeof before, "%s", t->shown[i]);
        t->renamed[i] = is_free(l, &n, i);
        snprintf(
            t->shown[i], sizeof t->shown[i], "%s", t->renamed[i] ? n.text[i] : l->players[i].name);
        if (known && !silent && strcmp(before, t->shown[i]) != 0) {
            tell(s, l, i, before);
        }
    }
    t->accounts = l->account_count;
    s->dirty = true;
}

const char *session_shown_name(const struct session *s, uint32_t account)
{
    const struct live *l = session_live(s);
    return account >= l->account_count  ? ""
           : account < s->talk.accounts ? s->talk.shown[account]
                                        : l->players[account].name;
}

void session_talk_model(const struct session *s, struct ui_model *m)
{
    uint8_t value[GOSSIP_VALUE_MAX];
    m->topic[0] = '\0';
    memset(m->colours, 0, sizeof m->colours);
    memset(m->renamed, 0, sizeof m->renamed);
    if (s->talk.g == NULL) {
        return;
    }
    for (uint32_t i = 0; i < m->live.account_count && i < s->talk.accounts; i++) {
        uint8_t seat = m->live.accounts[i].seat;
        m->renamed[i] = s->talk.renamed[i];
        memcpy(m->live.players[i].name, s->talk.shown[i], sizeof m->live.players[i].name);
        bool chosen = gossip_value(s->talk.g, GOSSIP_COLOUR, m->live.accounts[i].id, value) == 1 &&
                      value[0] >= 1 && value[0] <= UI_COLOURS;
        if (chosen && seat <= LIVE_SEATS_MAX) {
            m->colours[seat] = value[0];
        }
    }
    size_t size = gossip_value(s->talk.g, GOSSIP_TOPIC, s->config.keys->id_pk, value);
    session_talk_clean(m->topic, UI_TOPIC_MAX, value, size);
}
