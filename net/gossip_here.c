/* Presence: a link tells of its two ends; of whom one has no link with, others tell. Heartbeats are
 * sent only by whoever misses somebody, and passed on only to those who miss him. They count, and
 * nobody compares clocks: a heartbeat is fresh for three of its periods on the receiver's clock. */
#include "net/gossip_internal.h"

enum { PERIOD_FIRST_S = 5, PERIOD_MOST_S = 40, FRESH_PERIODS = 3, SOON_MS = 1000 };

static void beat(struct gossip *g)
{
    struct gossip_item i = {.kind = GOSSIP_HERE,
        .incarnation = g->config.incarnation,
        .number = ++g->here_counter,
        .period_s = g->period_s,
        .missing_count = g->missing_count};
    uint8_t bytes[GOSSIP_ITEM_BYTES_MAX];
    memcpy(i.author, g->config.id_pk, NET_ID_BYTES);
    memcpy(i.missing, g->missing, sizeof i.missing);
    size_t size = gossip_item_encode(&i, &g->config.scope, g->config.id_sk, bytes);
    gossip_queue_item(g, gossip_links_all(g), bytes, size);
    g->counts.sent_unasked++;
}

void gossip_missing(
    struct gossip *g, const uint8_t (*ids)[NET_ID_BYTES], unsigned count, uint64_t now_ms)
{
    bool same = true;
    g->now_ms = now_ms;
    count = count < GOSSIP_MISSING_MAX ? count : GOSSIP_MISSING_MAX;
    same = count == g->missing_count;
    for (unsigned i = 0; i < count; i++) {
        same = same && memcmp(g->missing[i], ids[i], GOSSIP_TAG_BYTES) == 0;
        memcpy(g->missing[i], ids[i], GOSSIP_TAG_BYTES);
    }
    if (same) {
        return;
    }
    bool before = g->missing_count > 0;
    g->missing_count = (uint8_t)count;
    g->period_s = PERIOD_FIRST_S;
    g->here_ms = count == 0 ? 0 : now_ms + SOON_MS;
    if (before && count == 0) {
        beat(g); /* the last: nobody need be passed on to us any more */
    }
}

void gossip_here_poll(struct gossip *g)
{
    if (g->here_ms == 0 || g->now_ms < g->here_ms) {
        return;
    }
    beat(g);
    g->here_ms = g->now_ms + (uint64_t)g->period_s * 1000;
    g->period_s = g->period_s * 2 < PERIOD_MOST_S ? (uint8_t)(g->period_s * 2) : PERIOD_MOST_S;
}

static bool newer(const struct author *a, const struct gossip_item *i)
{
    return i->incarnation > a->here_incarnation ||
           (i->incarnation == a->here_incarnation && i->number > a->here_counter);
}

/* Its own link: whom it misses, it hears of through us. */
static void note_missing(struct gossip *g, struct link *l, const struct gossip_item *i)
{
    l->missing_until_ms = g->now_ms + (uint64_t)FRESH_PERIODS * i->period_s * 1000;
    l->missing_count = i->missing_count;
    memcpy(l->missing, i->missing, sizeof l->missing);
    for (unsigned k = 0; k < i->missing_count; k++) {
        int author = gossip_author_by_tag(g, i->missing[k]);
        const struct author *a = author < 0 ? NULL : &g->authors[author];
        if (a != NULL && a->here_size > 0 && g->now_ms < a->here_until_ms) {
            gossip_queue_item(g, gossip_link_bit(g, l), a->here, a->here_size);
        }
    }
}

enum admit gossip_here_hear(struct gossip *g, struct link *l, const struct gossip_item *i,
    const uint8_t *bytes, size_t size)
{
    int author = gossip_author_find(g, i->author);
    if (author <= 0 || i->period_s > PERIOD_MOST_S || !newer(&g->authors[author], i)) {
        return ADMIT_DROP;
    }
    enum admit admit = gossip_admit(g, i, bytes, size);
    if (admit != ADMIT_TAKE) {
        return admit;
    }
    struct author *a = &g->authors[author];
    a->here_incarnation = i->incarnation;
    a->here_counter = i->number;
    a->here_until_ms = g->now_ms + (uint64_t)FRESH_PERIODS * i->period_s * 1000;
    memcpy(a->here_via, l->id, NET_ID_BYTES);
    a->here_size = (uint16_t)size;
    memcpy(a->here, bytes, size);
    if (memcmp(l->id, i->author, NET_ID_BYTES) == 0) {
        note_missing(g, l, i);
    }
    gossip_queue_item(g, gossip_links_missing(g, i->author, l), bytes, size);
    return ADMIT_TAKE;
}

bool gossip_seen(const struct gossip *g, const uint8_t id[NET_ID_BYTES], uint64_t now_ms,
    uint8_t via[NET_ID_BYTES])
{
    int author = gossip_author_find(g, id);
    if (author < 0 || now_ms >= g->authors[author].here_until_ms ||
        memcmp(g->authors[author].here_via, id, NET_ID_BYTES) == 0) {
        return false;
    }
    memcpy(via, g->authors[author].here_via, NET_ID_BYTES);
    return true;
}
