/* Lines and their causal order (protocol F.2): a line is shown when everything that its
 * author had seen is, or after half a minute with a mark. All keep the same, in the same order:
 * (lamport, author, incarnation, number). */
#include "net/gossip_internal.h"

static const struct bucket_rate say_rate = {5, 256};

static struct gossip_news *tell_line(
    struct gossip *g, enum gossip_news_kind kind, const struct gossip_item *i)
{
    struct gossip_news *n = gossip_tell(g, kind);
    n->incarnation = i->incarnation;
    n->number = i->number;
    n->lamport = i->lamport;
    memcpy(n->author, i->author, NET_ID_BYTES);
    n->size = i->size;
    memcpy(n->text, i->text, i->size);
    return n;
}

static int stream_of(const struct gossip *g, const struct gossip_at *d)
{
    int author = gossip_author_by_tag(g, d->tag);
    return author < 0 ? -1 : gossip_stream_find(g, author, d->incarnation);
}

/* An honest clock runs ahead of what it has seen; who says otherwise wants a line of today among those of yesterday. */
static bool misdated(
    struct gossip *g, const struct stream *s, const struct gossip_item *i, bool late)
{
    bool bad = !late && s->at > 0 && i->lamport <= s->lamport;
    for (uint8_t d = 0; d < i->dep_count && !bad; d++) {
        int stream = stream_of(g, &i->deps[d]);
        struct kept *k =
            stream < 0 ? NULL : gossip_kept_find(g, (unsigned)stream, i->deps[d].number);
        bad = k != NULL && i->lamport <= k->lamport;
    }
    return bad;
}

static void advance(struct gossip *g, struct stream *s, const struct gossip_item *i, bool history)
{
    if (s->at == 0 || i->number > s->at) {
        bool first = history && s->at == 0;
        s->base = first ? i->number - 1 : s->base;
        s->whole = first ? s->base : s->whole;
        if (!first && i->number > s->at + 1) {
            s->hole_until_ms = g->now_ms + HOLE_MS;
        }
        s->at = i->number;
        s->lamport = i->lamport;
        s->covered = false;
    }
    while (s->base > 0 && gossip_kept_find(g, (unsigned)(s - g->streams), s->base) != NULL) {
        s->base--;
    }
    while (s->whole < s->at &&
           (s->whole + 1 == i->number ||
               gossip_kept_find(g, (unsigned)(s - g->streams), s->whole + 1) != NULL)) {
        s->whole++;
    }
}

struct arrival {
    bool gap, history, late;
};

static void deliver(struct gossip *g, unsigned stream, const struct gossip_item *i,
    const struct digest *hash, const uint8_t *bytes, size_t size, struct arrival how)
{
    struct stream *s = &g->streams[stream];
    bool silent = i->kind == GOSSIP_SEEN || misdated(g, s, i, how.late);
    uint32_t missing = how.gap && i->number > s->at + 1 ? i->number - s->at - 1 : 0;
    for (uint8_t d = 0; d < i->dep_count; d++) {
        int seen = stream_of(g, &i->deps[d]);
        if (seen >= 0 && g->streams[seen].at == i->deps[d].number) {
            g->streams[seen].covered = true;
        }
    }
    gossip_keep(g, stream, i, hash, bytes, size);
    advance(g, s, i, how.history);
    gossip_seen_lamport(g, i->lamport);
    gossip_touch(g);
    if (!silent) {
        struct gossip_news *n = tell_line(g, GOSSIP_NEWS_LINE, i);
        n->gap = how.gap;
        n->missing = missing;
        n->history = how.history;
    }
    g->counts.gaps += how.gap;
}

/* Was it seen here, what the author had seen. To a newcomer nothing comes of what was said long before. */
static bool dep_met(const struct gossip *g, const struct gossip_at *d, bool history)
{
    int author = gossip_author_by_tag(g, d->tag);
    int stream = author < 0 ? -1 : gossip_stream_find(g, author, d->incarnation);
    if (stream >= 0) {
        const struct stream *s = &g->streams[stream];
        return s->at >= d->number || (history && s->at == 0);
    }
    unsigned newer = 0;
    for (unsigned i = 0; i < STREAMS_MAX && author >= 0; i++) {
        const struct stream *s = &g->streams[i];
        newer += s->used && s->author == author && s->incarnation > d->incarnation;
    }
    return history || newer >= STREAMS_OF_AUTHOR_MAX; /* of lives that nobody remembers */
}

static bool ready(
    const struct gossip *g, const struct stream *s, const struct gossip_item *i, bool history)
{
    if (i->number != s->at + 1 && !(history && s->at == 0)) {
        return false;
    }
    for (uint8_t d = 0; d < i->dep_count; d++) {
        if (memcmp(i->deps[d].tag, i->author, GOSSIP_TAG_BYTES) == 0 &&
            i->deps[d].incarnation == i->incarnation) {
            continue; /* its own stream is in order by its numbers */
        }
        if (!dep_met(g, &i->deps[d], history)) {
            return false;
        }
    }
    return true;
}

/* Everything that waited for what has come. */
static void release(struct gossip *g)
{
    for (unsigned k = 0; k < g->waiting_count;) {
        struct waiting *w = &g->waiting[k];
        struct stream *s = &g->streams[w->stream];
        bool late = w->item.number <= s->at;
        if (!late && !ready(g, s, &w->item, false)) {
            k++;
            continue;
        }
        static _Thread_local struct waiting now;
        now = *w;
        gossip_waiting_drop(g, k);
        deliver(g, now.stream, &now.item, &now.hash, now.bytes, now.size,
            (struct arrival){.late = late});
        k = 0;
    }
    g->want_ms = g->waiting_count == 0 ? 0 : g->want_ms;
}

static void wait_for_more(struct gossip *g, const struct link *l, unsigned stream,
    const struct gossip_item *i, const struct digest *hash, const uint8_t *bytes, size_t size)
{
    struct author *a = &g->authors[g->streams[stream].author];
    if (a->waiting >= WAITING_OF_AUTHOR_MAX || g->waiting_count == GOSSIP_WAITING_MAX) {
        return; /* comparing brings it again */
    }
    struct waiting *w = &g->waiting[g->waiting_count++];
    w->stream = (uint16_t)stream;
    w->since_ms = g->now_ms;
    memcpy(w->from, l->id, NET_ID_BYTES);
    w->item = *i;
    w->hash = *hash;
    w->size = (uint16_t)size;
    memcpy(w->bytes, bytes, size);
    a->waiting++;
    g->want_ms = g->want_ms == 0 ? g->now_ms + 200 : g->want_ms;
}

/* A second item under a number that is taken: all keep the one with the smaller hash. */
static enum admit conflict(struct gossip *g, struct kept *k, const struct gossip_item *i,
    const struct digest *hash, const uint8_t *bytes, size_t size)
{
    bool replace = memcmp(hash->b, k->hash.b, DIGEST_BYTES) < 0;
    if (k->conflict && !replace) {
        return ADMIT_DROP;
    }
    enum admit admit = gossip_admit(g, i, bytes, size);
    if (admit != ADMIT_TAKE) {
        return admit;
    }
    g->counts.conflicts++;
    k->conflict = true;
    if (!replace) {
        struct gossip_item ours;
        if (gossip_item_decode(&ours, k->bytes, k->size)) {
            (void)tell_line(g, GOSSIP_NEWS_CONFLICT, &ours);
        }
        return ADMIT_TAKE;
    }
    unsigned at = 0;
    while (&g->kept[g->order[at]] != k) {
        at++;
    }
    uint16_t slot = gossip_order_remove(g, at);
    k->lamport = i->lamport;
    k->hash = *hash;
    k->size = (uint16_t)size;
    memcpy(k->bytes, bytes, size);
    gossip_order_insert(g, slot);
    gossip_seen_lamport(g, i->lamport);
    gossip_touch(g);
    (void)tell_line(g, GOSSIP_NEWS_REPLACED, i);
    return ADMIT_TAKE;
}

/* Lines of an earlier life of ours come back from others; should one be of this life or a later one, our files were
 * lost: we begin a new one. */
static void own_line(struct gossip *g, const struct gossip_item *i)
{
    int stream = gossip_stream_find(g, 0, g->config.incarnation);
    bool said = i->incarnation == g->config.incarnation && stream >= 0 &&
                i->number <= g->streams[stream].at;
    if (i->incarnation >= g->config.incarnation && !said && i->incarnation < UINT32_MAX) {
        g->config.incarnation = i->incarnation + 1;
    }
}

enum admit gossip_line_hear(struct gossip *g, struct link *l, const struct gossip_item *i,
    const uint8_t *bytes, size_t size, bool history)
{
    int author = gossip_author_find(g, i->author);
    int stream = author < 0 ? -1 : gossip_stream_find(g, author, i->incarnation);
    struct digest hash = gossip_item_hash(bytes, size);
    history = history && g->now_ms < g->newcomer_until_ms;
    if (stream >= 0) {
        struct kept *k = gossip_kept_find(g, (unsigned)stream, i->number);
        if (k != NULL) {
            return digest_equal(&k->hash, &hash) ? ADMIT_DROP
                                                 : conflict(g, k, i, &hash, bytes, size);
        }
        const struct stream *s = &g->streams[stream];
        bool before = i->number <= s->base; /* we came */
        if (before ? g->kept_count == GOSSIP_KEPT_MAX : i->number <= gossip_stream_whole(g, s)) {
            return ADMIT_DROP; /* was here, and is no longer kept */
        }
        history = history || before;
    }
    for (unsigned k = 0; k < g->waiting_count; k++) {
        const struct waiting *w = &g->waiting[k];
        if ((int)w->stream == stream && w->item.number == i->number &&
            memcmp(w->hash.b, hash.b, DIGEST_BYTES) <= 0) {
            return ADMIT_DROP; /* waits already, or a better one does */
        }
    }
    enum admit admit = gossip_admit(g, i, bytes, size);
    if (admit != ADMIT_TAKE) {
        return admit;
    }
    if (author == 0) {
        own_line(g, i);
    }
    stream = gossip_stream_open(g, author, i->incarnation);
    if (stream < 0) {
        return ADMIT_DROP;
    }
    for (unsigned k = g->waiting_count; k-- > 0;) {
        if ((int)g->waiting[k].stream == stream && g->waiting[k].item.number == i->number) {
            g->counts.conflicts++;
            gossip_waiting_drop(g, k);
        }
    }
    gossip_queue_item(g, gossip_links_missing(g, i->author, l), bytes, size);
    struct stream *s = &g->streams[stream];
    bool late = i->number <= s->at; /* fills a hole */
    if (late || ready(g, s, i, history)) {
        deliver(g, (unsigned)stream, i, &hash, bytes, size,
            (struct arrival){.late = late, .history = history});
        release(g);
    } else {
        wait_for_more(g, l, (unsigned)stream, i, &hash, bytes, size);
    }
    return ADMIT_TAKE;
}

/* Half a minute is over: what is missing has vanished with its author, or never was. */
static void give_up_waiting(struct gossip *g)
{
    for (;;) {
        int first = -1;
        for (unsigned k = 0; k < g->waiting_count; k++) {
            const struct waiting *w = &g->waiting[k];
            if (g->now_ms < w->since_ms + GOSSIP_GAP_MS) {
                continue;
            }
            const struct gossip_item *f = first < 0 ? NULL : &g->waiting[first].item;
            if (f == NULL || w->item.lamport < f->lamport ||
                (w->item.lamport == f->lamport &&
                    memcmp(w->item.author, f->author, NET_ID_BYTES) < 0)) {
                first = (int)k;
            }
        }
        if (first < 0) {
            return;
        }
        static _Thread_local struct waiting w;
        w = g->waiting[first];
        gossip_waiting_drop(g, (unsigned)first);
        deliver(g, w.stream, &w.item, &w.hash, w.bytes, w.size, (struct arrival){.gap = true});
        release(g);
    }
}

void gossip_lines_poll(struct gossip *g)
{
    give_up_waiting(g);
    if (g->want_ms != 0 && g->now_ms >= g->want_ms) {
        gossip_want_send(g);
        g->want_ms = g->waiting_count == 0 ? 0 : g->now_ms + 2000;
    }
}

uint64_t gossip_lines_deadline(const struct gossip *g)
{
    uint64_t at = g->want_ms == 0 ? UINT64_MAX : g->want_ms;
    for (unsigned k = 0; k < g->waiting_count; k++) {
        uint64_t over = g->waiting[k].since_ms + GOSSIP_GAP_MS;
        at = over < at ? over : at;
    }
    return at;
}

/* The newest items of others that nobody has named yet, at most `most`; returns how many. */
static uint8_t heads(struct gossip *g, unsigned own, struct gossip_item *i, size_t most)
{
    i->dep_count = 0;
    for (unsigned k = 0; k < STREAMS_MAX && i->dep_count < most; k++) {
        const struct stream *s = &g->streams[k];
        if (s->used && k != own && s->at > 0 && !s->covered) {
            struct gossip_at *d = &i->deps[i->dep_count++];
            memcpy(d->tag, g->authors[s->author].id, GOSSIP_TAG_BYTES);
            d->incarnation = s->incarnation;
            d->number = s->at;
        }
    }
    return i->dep_count;
}

static void utter(struct gossip *g, unsigned own, struct gossip_item *i)
{
    uint8_t bytes[GOSSIP_ITEM_BYTES_MAX];
    memcpy(i->author, g->config.id_pk, NET_ID_BYTES);
    i->incarnation = g->config.incarnation;
    i->number = g->streams[own].at + 1;
    i->lamport = g->lamport + 1;
    size_t size = gossip_item_encode(i, &g->config.scope, g->config.id_sk, bytes);
    struct digest hash = gossip_item_hash(bytes, size);
    deliver(g, own, i, &hash, bytes, size, (struct arrival){0});
    gossip_queue_item(g, gossip_links_all(g), bytes, size);
}

bool gossip_say(struct gossip *g, const void *text, size_t size, uint64_t now_ms)
{
    struct gossip_item i;
    g->now_ms = now_ms;
    int own = gossip_stream_open(g, 0, g->config.incarnation);
    if (own < 0 || size == 0 || size > GOSSIP_TEXT_MAX ||
        !bucket_take(&g->authors[0].talk, say_rate, 1, now_ms)) {
        return false;
    }
    /* More was seen than fits beside the text: said before it, without one. */
    while (heads(g, (unsigned)own, &i, GOSSIP_DEPS_MAX) > gossip_item_deps_fit(size)) {
        i.kind = GOSSIP_SEEN;
        i.size = 0;
        utter(g, (unsigned)own, &i);
    }
    i.kind = GOSSIP_LINE;
    i.size = (uint8_t)size;
    memcpy(i.text, text, size);
    utter(g, (unsigned)own, &i);
    return true;
}
