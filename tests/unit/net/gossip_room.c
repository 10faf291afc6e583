#include "tests/unit/net/gossip_room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct message {
    uint64_t at_ms, turn;
    unsigned from, to;
    size_t size;
    uint8_t *bytes;
};

static struct message flying[ROOM_MESSAGES_MAX];
static unsigned flying_count;
static uint64_t flown;

/* Which lines each line's author had shown when it was said: text -> how many, and which. */
static struct {
    char text[GOSSIP_TEXT_MAX + 1];
    unsigned count;
    uint16_t seen[ROOM_LINES_MAX];
} said[ROOM_LINES_MAX];
static unsigned said_count;

static int said_find(const char *text)
{
    for (unsigned i = 0; i < said_count; i++) {
        if (strcmp(said[i].text, text) == 0) {
            return (int)i;
        }
    }
    return -1;
}

struct room *room_open(unsigned count, uint64_t seed)
{
    struct room *r = calloc(1, sizeof *r);
    prng_seed(&r->random, seed);
    r->scope = hash_tagged("test", "table", 5);
    r->now_ms = 1000;
    r->count = count;
    r->check_causal = true;
    said_count = 0;
    for (unsigned i = 0; i < count; i++) {
        uint8_t key[32];
        prng_fill(&r->random, key, sizeof key);
        crypto_sign_seed_keypair(r->members[i].pk, r->members[i].sk, key);
    }
    for (unsigned i = 0; i < count; i++) {
        room_start(r, i, 1, 0);
    }
    return r;
}

void room_close(struct room *r)
{
    for (unsigned i = 0; i < r->count; i++) {
        gossip_destroy(r->members[i].g);
    }
    while (flying_count > 0) {
        free(flying[--flying_count].bytes);
    }
    free(r);
}

static void drain(struct room *r, unsigned who);

void room_start(struct room *r, unsigned who, uint32_t incarnation, uint64_t lamport)
{
    struct gossip_config c = {.scope = r->scope, .incarnation = incarnation, .lamport = lamport};
    struct room_member *m = &r->members[who];
    memcpy(c.id_pk, m->pk, sizeof c.id_pk);
    memcpy(c.id_sk, m->sk, sizeof c.id_sk);
    m->g = gossip_create(&c);
    m->count = m->values = m->conflicts = 0;
    assert_non_null(m->g);
    for (unsigned i = 0; i < r->count; i++) {
        assert_true(gossip_member(m->g, r->members[i].pk));
    }
    for (unsigned i = 0; i < r->count; i++) {
        if (i != who && r->members[i].g != NULL) {
            room_link(r, who, i, true);
        }
    }
}

void room_stop(struct room *r, unsigned who)
{
    for (unsigned i = 0; i < r->count; i++) {
        room_link(r, who, i, false);
    }
    gossip_destroy(r->members[who].g);
    r->members[who].g = NULL;
}

void room_link(struct room *r, unsigned a, unsigned b, bool up)
{
    if (a == b || r->linked[a][b] == up) {
        return;
    }
    r->linked[a][b] = r->linked[b][a] = up;
    for (unsigned i = flying_count; i-- > 0;) {
        struct message *m = &flying[i];
        if ((m->from == a && m->to == b) || (m->from == b && m->to == a)) {
            free(m->bytes);
            *m = flying[--flying_count];
        }
    }
    if (r->members[a].g != NULL) {
        gossip_link(r->members[a].g, r->members[b].pk, up, r->now_ms);
        drain(r, a);
    }
    if (r->members[b].g != NULL) {
        gossip_link(r->members[b].g, r->members[a].pk, up, r->now_ms);
        drain(r, b);
    }
}

static int member_of(const struct room *r, const uint8_t id[NET_ID_BYTES])
{
    for (unsigned i = 0; i < r->count; i++) {
        if (memcmp(r->members[i].pk, id, NET_ID_BYTES) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static void fly(struct room *r, unsigned from, unsigned to, const uint8_t *data, size_t size)
{
    assert_true(flying_count < ROOM_MESSAGES_MAX);
    struct message *m = &flying[flying_count++];
    *m = (struct message){.at_ms = r->now_ms + prng_below(&r->random, r->delay_ms + 1),
        .turn = flown++,
        .from = from,
        .to = to,
        .size = size,
        .bytes = malloc(size)};
    memcpy(m->bytes, data, size);
}

/* Shown: nothing that its author had seen may be missing, unless the line says so. */
static void expect_causal(const struct room *r, const struct room_member *m, const char *text)
{
    int line = said_find(text);
    for (unsigned i = 0; r->check_causal && line >= 0 && i < said[line].count; i++) {
        bool shown = false;
        for (unsigned k = 0; k + 1 < m->count && !shown; k++) {
            shown = strcmp(m->lines[k].text, said[said[line].seen[i]].text) == 0;
        }
        if (!shown) {
            fail_msg("%s was shown before %s", text, said[said[line].seen[i]].text);
        }
    }
}

static void show(struct room *r, struct room_member *m, const struct gossip_news *n)
{
    struct room_line line = {.incarnation = n->incarnation,
        .number = n->number,
        .lamport = n->lamport,
        .gap = n->gap,
        .history = n->history,
        .missing = n->missing};
    memcpy(line.author, n->author, sizeof line.author);
    memcpy(line.text, n->text, n->size);
    if (n->kind == GOSSIP_NEWS_VALUE) {
        m->values++;
        return;
    }
    m->conflicts += n->kind != GOSSIP_NEWS_LINE;
    for (unsigned i = 0; i < m->count && n->kind != GOSSIP_NEWS_LINE; i++) {
        struct room_line *l = &m->lines[i];
        if (memcmp(l->author, n->author, NET_ID_BYTES) == 0 && l->number == n->number &&
            l->incarnation == n->incarnation) {
            *l = line;
            l->conflict = true;
        }
    }
    if (n->kind == GOSSIP_NEWS_LINE) {
        assert_true(m->count < ROOM_LINES_MAX);
        m->lines[m->count++] = line;
        if (!n->gap && !n->history) {
            expect_causal(r, m, line.text);
        }
    }
}

static void drain(struct room *r, unsigned who)
{
    struct room_member *m = &r->members[who];
    struct gossip_send s;
    struct gossip_news n;
    while (gossip_next_send(m->g, &s)) {
        int to = member_of(r, s.to);
        r->sent++;
        assert_true(to >= 0 && s.size <= GOSSIP_MESSAGE_MAX);
        if (!r->linked[who][to] || prng_chance(&r->random, r->lose)) {
            r->lost++;
            continue;
        }
        fly(r, who, (unsigned)to, s.data, s.size);
        if (prng_chance(&r->random, r->twice)) {
            fly(r, who, (unsigned)to, s.data, s.size);
        }
    }
    while (gossip_next_news(m->g, &n)) {
        show(r, m, &n);
    }
}

bool room_say(struct room *r, unsigned who, const char *text)
{
    struct room_member *m = &r->members[who];
    assert_true(said_count < ROOM_LINES_MAX);
    snprintf(said[said_count].text, sizeof said[0].text, "%s", text);
    said[said_count].count = 0;
    for (unsigned i = 0; i < m->count; i++) {
        int line = said_find(m->lines[i].text);
        if (line >= 0) {
            said[said_count].seen[said[said_count].count++] = (uint16_t)line;
        }
    }
    bool done = gossip_say(m->g, text, strlen(text), r->now_ms);
    said_count += done;
    drain(r, who);
    return done;
}

bool room_whisper(struct room *r, unsigned to, unsigned from, const uint8_t *item, size_t size)
{
    uint8_t bytes[GOSSIP_ITEM_BYTES_MAX + 4] = {1, 0, (uint8_t)(size >> 8), (uint8_t)size};
    memcpy(bytes + 4, item, size);
    bool good = gossip_hear(r->members[to].g, r->members[from].pk, bytes, size + 4, r->now_ms);
    drain(r, to);
    return good;
}

static void arrive(struct room *r)
{
    for (;;) {
        unsigned ripe[64], count = 0;
        for (unsigned i = 0; i < flying_count && count < 64; i++) {
            if (flying[i].at_ms <= r->now_ms) {
                ripe[count++] = i;
            }
        }
        if (count == 0) {
            return;
        }
        unsigned i = ripe[prng_below(&r->random, count)];
        for (unsigned k = 0; k < count && r->delay_ms == 0; k++) {
            i = flying[ripe[k]].turn < flying[i].turn ? ripe[k] : i; /* in order, as a link is */
        }
        struct message m = flying[i];
        flying[i] = flying[--flying_count];
        if (r->members[m.to].g != NULL) {
            assert_true(
                gossip_hear(r->members[m.to].g, r->members[m.from].pk, m.bytes, m.size, r->now_ms));
            drain(r, m.to);
        }
        free(m.bytes);
    }
}

void room_run(struct room *r, uint64_t ms)
{
    for (uint64_t until = r->now_ms + ms; r->now_ms < until;) {
        r->now_ms += 100;
        arrive(r);
        for (unsigned i = 0; i < r->count; i++) {
            if (r->members[i].g != NULL && gossip_deadline_ms(r->members[i].g) <= r->now_ms) {
                gossip_poll(r->members[i].g, r->now_ms);
                drain(r, i);
            }
        }
    }
}

static int compare(const void *a, const void *b)
{
    const struct room_line *x = a, *y = b;
    if (x->lamport != y->lamport) {
        return x->lamport < y->lamport ? -1 : 1;
    }
    int order = memcmp(x->author, y->author, NET_ID_BYTES);
    return order != 0                         ? order
           : x->incarnation != y->incarnation ? (x->incarnation < y->incarnation ? -1 : 1)
           : x->number < y->number            ? -1
                                              : x->number > y->number;
}

void room_display(const struct room *r, unsigned who, char *out, size_t size)
{
    const struct room_member *m = &r->members[who];
    struct room_line *sorted = malloc((m->count + 1) * sizeof *sorted);
    size_t used = 0;
    memcpy(sorted, m->lines, m->count * sizeof *sorted);
    qsort(sorted, m->count, sizeof *sorted, compare);
    out[0] = '\0';
    for (unsigned i = 0; i < m->count && used < size; i++) {
        used += (size_t)snprintf(out + used, size - used, "%s|", sorted[i].text);
    }
    free(sorted);
}

void room_expect_same(const struct room *r)
{
    static char first[1 << 18], other[1 << 18];
    bool have = false;
    for (unsigned i = 0; i < r->count; i++) {
        if (r->members[i].g == NULL) {
            continue;
        }
        room_display(r, i, have ? other : first, sizeof first);
        if (have) {
            assert_string_equal(first, other);
        }
        have = true;
    }
}
