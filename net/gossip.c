#include "net/gossip_internal.h"

#include <stdlib.h>

/* Lines of one member (protocol F.1); a pasted page is heard whole. */
static const struct bucket_rate talk_rate = {5, 256};
/* Items over one link, of whatever authors: a comparison may bring everything that is kept. */
static const struct bucket_rate item_rate = {500, 2500};
/* Comparisons and questions, which cost an answer. */
static const struct bucket_rate ask_rate = {2, 20};

static const uint64_t lamport_ahead_max = UINT64_C(1) << 20;
static const uint64_t lamport_most = UINT64_C(1) << 56;

struct gossip *gossip_create(const struct gossip_config *config)
{
    struct gossip *g = calloc(1, sizeof *g);
    if (g == NULL) {
        return NULL;
    }
    g->config = *config;
    g->config.incarnation += config->incarnation == 0;
    g->lamport = config->lamport;
    gossip_member(g, config->id_pk);
    return g;
}

void gossip_destroy(struct gossip *g)
{
    if (g != NULL) {
        sodium_memzero(&g->config, sizeof g->config);
        free(g);
    }
}

int gossip_author_find(const struct gossip *g, const uint8_t id[NET_ID_BYTES])
{
    for (unsigned i = 0; i < g->author_count; i++) {
        if (memcmp(g->authors[i].id, id, NET_ID_BYTES) == 0) {
            return (int)i;
        }
    }
    return -1;
}

int gossip_author_by_tag(const struct gossip *g, const uint8_t tag[GOSSIP_TAG_BYTES])
{
    for (unsigned i = 0; i < g->author_count; i++) {
        if (memcmp(g->authors[i].id, tag, GOSSIP_TAG_BYTES) == 0) {
            return (int)i;
        }
    }
    return -1;
}

bool gossip_member(struct gossip *g, const uint8_t id[NET_ID_BYTES])
{
    if (gossip_author_find(g, id) >= 0) {
        return true;
    }
    /* Two that share a tag were made so, by one who wants to be taken for the other. */
    if (g->author_count == GOSSIP_AUTHORS_MAX || gossip_author_by_tag(g, id) >= 0) {
        return false;
    }
    memcpy(g->authors[g->author_count++].id, id, NET_ID_BYTES);
    if (gossip_links_all(g) != 0) {
        gossip_touch(g); /* what it has said came to us as a stranger's */
    }
    return true;
}

struct link *gossip_link_find(struct gossip *g, const uint8_t id[NET_ID_BYTES])
{
    for (unsigned i = 0; i < NET_PEERS_MAX; i++) {
        if (g->links[i].used && memcmp(g->links[i].id, id, NET_ID_BYTES) == 0) {
            return &g->links[i];
        }
    }
    return NULL;
}

uint64_t gossip_link_bit(const struct gossip *g, const struct link *l)
{
    return UINT64_C(1) << (l - g->links);
}

uint64_t gossip_links_all(const struct gossip *g)
{
    uint64_t all = 0;
    for (unsigned i = 0; i < NET_PEERS_MAX; i++) {
        all |= g->links[i].used ? UINT64_C(1) << i : 0;
    }
    return all;
}

uint64_t gossip_links_missing(
    const struct gossip *g, const uint8_t author[NET_ID_BYTES], const struct link *from)
{
    uint64_t links = 0;
    for (unsigned i = 0; i < NET_PEERS_MAX; i++) {
        const struct link *l = &g->links[i];
        bool fresh = l->used && l != from && g->now_ms < l->missing_until_ms;
        for (unsigned k = 0; fresh && k < l->missing_count; k++) {
            if (memcmp(l->missing[k], author, GOSSIP_TAG_BYTES) == 0) {
                links |= UINT64_C(1) << i;
            }
        }
    }
    return links;
}

void gossip_link(struct gossip *g, const uint8_t id[NET_ID_BYTES], bool up, uint64_t now_ms)
{
    struct link *l = gossip_link_find(g, id);
    g->now_ms = now_ms;
    if (!up) {
        if (l != NULL) {
            for (unsigned i = 0; i < g->out_count; i++) {
                g->out[(g->out_first + i) % OUT_MAX].links &= ~gossip_link_bit(g, l);
            }
            l->used = false;
        }
        return;
    }
    for (unsigned i = 0; i < NET_PEERS_MAX && l == NULL; i++) {
        l = g->links[i].used ? NULL : &g->links[i];
    }
    if (l == NULL) {
        return;
    }
    *l = (struct link){.used = true};
    memcpy(l->id, id, NET_ID_BYTES);
    if (g->newcomer_until_ms == 0) {
        g->newcomer_until_ms = now_ms + NEWCOMER_MS;
    }
    /* One of the two begins: the other answers if there is any difference. */
    if (memcmp(g->config.id_pk, id, NET_ID_BYTES) < 0) {
        gossip_sync_send(g, gossip_link_bit(g, l), 0);
    }
}

void gossip_queue(struct gossip *g, uint64_t links, const uint8_t *data, size_t size)
{
    if (links == 0 || size == 0 || g->out_count == OUT_MAX || size > GOSSIP_MESSAGE_MAX) {
        return;
    }
    struct out *o = &g->out[(g->out_first + g->out_count++) % OUT_MAX];
    o->links = links;
    o->size = (uint16_t)size;
    memcpy(o->bytes, data, size);
}

void gossip_queue_item(struct gossip *g, uint64_t links, const uint8_t *bytes, size_t size)
{
    uint8_t message[2 + 2 + GOSSIP_ITEM_BYTES_MAX];
    struct writer w = writer_of(message, sizeof message);
    write_u8(&w, MESSAGE_ITEMS);
    write_u8(&w, 0);
    write_lp(&w, bytes, size);
    gossip_queue(g, links, message, w.bad ? 0 : w.size);
}

bool gossip_next_send(struct gossip *g, struct gossip_send *send)
{
    while (g->out_count > 0) {
        struct out *o = &g->out[g->out_first];
        if (o->links == 0) {
            g->out_first = (g->out_first + 1) % OUT_MAX;
            g->out_count--;
            continue;
        }
        unsigned i = (unsigned)__builtin_ctzll(o->links);
        o->links &= o->links - 1;
        memcpy(send->to, g->links[i].id, NET_ID_BYTES);
        send->data = o->bytes;
        send->size = o->size;
        g->counts.sent++;
        return true;
    }
    return false;
}

struct gossip_news *gossip_tell(struct gossip *g, enum gossip_news_kind kind)
{
    if (g->news_count == NEWS_MAX) { /* nobody takes them: the oldest go */
        g->news_first = (g->news_first + 1) % NEWS_MAX;
        g->news_count--;
    }
    struct gossip_news *n = &g->news[(g->news_first + g->news_count++) % NEWS_MAX];
    memset(n, 0, sizeof *n);
    n->kind = (uint8_t)kind;
    return n;
}

bool gossip_next_news(struct gossip *g, struct gossip_news *news)
{
    if (g->news_count == 0) {
        return false;
    }
    *news = g->news[g->news_first];
    g->news_first = (g->news_first + 1) % NEWS_MAX;
    g->news_count--;
    return true;
}

void gossip_seen_lamport(struct gossip *g, uint64_t lamport)
{
    g->lamport = lamport > g->lamport ? lamport : g->lamport;
}

void gossip_touch(struct gossip *g)
{
    if (!g->dirty) {
        uint64_t next = g->synced_ms + GOSSIP_SYNC_MS;
        uint64_t settled = g->now_ms + SETTLE_MS;
        g->dirty = true;
        g->sync_ms = g->synced_ms != 0 && next > settled ? next : settled;
    }
}

enum admit gossip_admit(
    struct gossip *g, const struct gossip_item *i, const uint8_t *bytes, size_t size)
{
    int author = gossip_author_find(g, i->author);
    if (author < 0) {
        g->counts.dropped_strangers++;
        return ADMIT_DROP;
    }
    uint64_t told = g->now_ms < g->newcomer_until_ms ? g->told_lamport : 0;
    if (i->lamport > (told > g->lamport ? told : g->lamport) + lamport_ahead_max) {
        return ADMIT_DROP; /* a clock that far ahead would hide whatever comes after */
    }
    struct author *a = &g->authors[author];
    if (!bucket_has(&a->talk, talk_rate, 1, g->now_ms)) {
        g->counts.dropped_rate++;
        return ADMIT_DROP;
    }
    if (!gossip_item_verify(bytes, size, i->author, &g->config.scope)) {
        g->counts.bad_signatures++;
        return ADMIT_BLAME;
    }
    (void)bucket_take(&a->talk, talk_rate, 1, g->now_ms);
    return ADMIT_TAKE;
}

static struct gossip_register *register_of(struct gossip *g, unsigned key, int author)
{
    return key == GOSSIP_TOPIC ? &g->topic : &g->authors[author].values[key - GOSSIP_NAME];
}

static void tell_value(struct gossip *g, unsigned key, const struct gossip_register *r)
{
    struct gossip_news *n = gossip_tell(g, GOSSIP_NEWS_VALUE);
    n->key = (uint8_t)key;
    n->lamport = r->lamport;
    memcpy(n->author, r->author, NET_ID_BYTES);
    n->size = r->size;
    memcpy(n->text, r->value, r->size);
    gossip_touch(g);
}

/* Only its owner writes a key, and the author is the owner by the form of an entry; the topic is everybody's. */
static enum admit entry_hear(struct gossip *g, struct link *l, const struct gossip_item *i,
    const uint8_t *bytes, size_t size)
{
    struct gossip_register r;
    int author = gossip_author_find(g, i->author);
    gossip_register_of(&r, i, bytes, size);
    if (author < 0 || r.raw_size == 0 ||
        gossip_register_compare(&r, register_of(g, i->key, author)) <= 0) {
        return ADMIT_DROP; /* known, or older */
    }
    enum admit admit = gossip_admit(g, i, bytes, size);
    if (admit != ADMIT_TAKE) {
        return admit;
    }
    gossip_seen_lamport(g, i->lamport);
    (void)gossip_register_merge(register_of(g, i->key, author), &r);
    tell_value(g, i->key, &r);
    gossip_queue_item(g, gossip_links_missing(g, i->author, l), bytes, size);
    return ADMIT_TAKE;
}

static bool items_hear(struct gossip *g, struct link *l, struct reader *r)
{
    static _Thread_local struct gossip_item item;
    bool history = (read_u8(r) & ITEMS_HISTORY) != 0;
    uint64_t told = history ? read_u64(r) : 0;
    if (told != 0 && told < lamport_most && (g->told_lamport == 0 || told < g->told_lamport)) {
        g->told_lamport = told;
    }
    while (reader_left(r) > 0) {
        size_t size;
        const uint8_t *bytes = read_lp(r, &size);
        if (bytes == NULL || !gossip_item_decode(&item, bytes, size)) {
            return false;
        }
        if (!bucket_take(&l->items, item_rate, 1, g->now_ms)) {
            g->counts.dropped_rate++;
            continue;
        }
        enum admit admit = item.kind == GOSSIP_ENTRY ? entry_hear(g, l, &item, bytes, size)
                           : item.kind == GOSSIP_HERE
                               ? gossip_here_hear(g, l, &item, bytes, size)
                               : gossip_line_hear(g, l, &item, bytes, size, history);
        if (admit == ADMIT_BLAME) {
            return false;
        }
    }
    return !r->bad;
}

bool gossip_hear(struct gossip *g, const uint8_t from[NET_ID_BYTES], const uint8_t *data,
    size_t size, uint64_t now_ms)
{
    struct reader r = reader_of(data, size);
    struct link *l = gossip_link_find(g, from);
    g->now_ms = now_ms;
    if (l == NULL) {
        return true; /* on its way when the link went */
    }
    uint8_t kind = read_u8(&r);
    if (kind == MESSAGE_ITEMS) {
        return items_hear(g, l, &r);
    }
    if (!bucket_take(&l->asks, ask_rate, 1, now_ms)) {
        g->counts.dropped_rate++;
        return true;
    }
    return kind == MESSAGE_SYNC   ? gossip_sync_hear(g, l, &r)
           : kind == MESSAGE_WANT ? gossip_want_hear(g, l, &r)
                                  : false;
}

bool gossip_set(
    struct gossip *g, enum gossip_key key, const void *value, size_t size, uint64_t now_ms)
{
    struct gossip_item i = {.kind = GOSSIP_ENTRY, .key = (uint8_t)key, .lamport = g->lamport + 1};
    struct gossip_register r;
    uint8_t bytes[GOSSIP_ITEM_BYTES_MAX];
    g->now_ms = now_ms;
    if (size > GOSSIP_VALUE_MAX || !bucket_take(&g->authors[0].talk, talk_rate, 1, now_ms)) {
        return false;
    }
    memcpy(i.author, g->config.id_pk, NET_ID_BYTES);
    i.size = (uint8_t)size;
    memcpy(i.text, value, size);
    size_t bytes_size = gossip_item_encode(&i, &g->config.scope, g->config.id_sk, bytes);
    gossip_register_of(&r, &i, bytes, bytes_size);
    gossip_seen_lamport(g, i.lamport);
    (void)gossip_register_merge(register_of(g, key, 0), &r);
    tell_value(g, key, &r);
    gossip_queue_item(g, gossip_links_all(g), bytes, bytes_size);
    return true;
}

static const struct gossip_register *value_of(
    const struct gossip *g, enum gossip_key key, const uint8_t *id)
{
    int author = key == GOSSIP_TOPIC ? 0 : gossip_author_find(g, id);
    if (author < 0) {
        return NULL;
    }
    return key == GOSSIP_TOPIC ? &g->topic : &g->authors[author].values[key - GOSSIP_NAME];
}

size_t gossip_value(const struct gossip *g, enum gossip_key key, const uint8_t id[NET_ID_BYTES],
    uint8_t out[GOSSIP_VALUE_MAX])
{
    const struct gossip_register *r = value_of(g, key, id);
    if (r == NULL) {
        return 0;
    }
    memcpy(out, r->value, r->size);
    return r->size;
}

bool gossip_value_rank(
    const struct gossip *g, enum gossip_key key, const uint8_t id[NET_ID_BYTES], uint64_t *lamport)
{
    const struct gossip_register *r = value_of(g, key, id);
    *lamport = r == NULL ? 0 : r->lamport;
    return r != NULL && r->size > 0;
}

void gossip_poll(struct gossip *g, uint64_t now_ms)
{
    g->now_ms = now_ms;
    gossip_lines_poll(g);
    gossip_here_poll(g);
    if (g->dirty && now_ms >= g->sync_ms) {
        g->dirty = false;
        g->synced_ms = now_ms;
        gossip_sync_send(g, gossip_links_all(g), 0);
    }
}

uint64_t gossip_deadline_ms(const struct gossip *g)
{
    uint64_t at = gossip_lines_deadline(g);
    if (g->dirty && g->sync_ms < at) {
        at = g->sync_ms;
    }
    return g->here_ms != 0 && g->here_ms < at ? g->here_ms : at;
}

uint64_t gossip_lamport(const struct gossip *g)
{
    return g->lamport;
}

uint32_t gossip_incarnation(const struct gossip *g)
{
    return g->config.incarnation;
}

struct gossip_counts gossip_counts(const struct gossip *g)
{
    struct gossip_counts c = g->counts;
    c.kept = g->kept_count;
    c.waiting = g->waiting_count;
    return c;
}
