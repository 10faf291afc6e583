/* Comparing what two members have, and making up for the difference (protocol F.3, anti-entropy):
 * whoever is asked and has the same says nothing. */
#include "net/gossip_internal.h"

enum { SYNC_ENTRY_BYTES = GOSSIP_TAG_BYTES + 4 + 4 + 4 + 4 + 1 + 8 };

/* A hash over every key in its order: equal where the maps are. Which order the members were met in does not matter. */
static struct digest map_digest(const struct gossip *g)
{
    uint8_t sum[DIGEST_BYTES] = {0};
    for (unsigned a = 0; a < g->author_count; a++) {
        for (unsigned key = 0; key < 2; key++) {
            const struct gossip_register *r = &g->authors[a].values[key];
            if (r->lamport > 0) {
                struct digest d = hash_tagged("craps/v1/talk-entry", r->raw, r->raw_size);
                for (unsigned i = 0; i < DIGEST_BYTES; i++) {
                    sum[i] ^= d.b[i];
                }
            }
        }
    }
    struct hash_state h;
    hash_begin(&h, "craps/v1/talk-map");
    hash_add(&h, sum, sizeof sum);
    hash_add(&h, g->topic.raw, g->topic.raw_size);
    return hash_end(&h);
}

/* The exclusive or of the first 8 bytes of the hashes of a stream's newest `count` items. */
static uint64_t trailing_sum(const struct gossip *g, unsigned stream, unsigned count)
{
    uint64_t sum = 0;
    uint32_t at = g->streams[stream].at;
    for (unsigned i = 0; i < g->kept_count; i++) {
        const struct kept *k = &g->kept[g->order[i]];
        if (k->stream == stream && k->number <= at && at - k->number < count) {
            struct reader r = reader_of(k->hash.b, 8);
            sum ^= read_u64(&r);
        }
    }
    return sum;
}

/* How many of the newest items of each stream are kept, without a hole. */
static void trailing_counts(const struct gossip *g, uint8_t counts[STREAMS_MAX])
{
    static _Thread_local uint64_t have[STREAMS_MAX];
    memset(have, 0, sizeof have);
    for (unsigned i = 0; i < g->kept_count; i++) {
        const struct kept *k = &g->kept[g->order[i]];
        uint32_t at = g->streams[k->stream].at;
        if (k->number <= at && at - k->number < TRAILING_MAX) {
            have[k->stream] |= UINT64_C(1) << (at - k->number);
        }
    }
    for (unsigned s = 0; s < STREAMS_MAX; s++) {
        counts[s] = ~have[s] == 0 ? TRAILING_MAX : (uint8_t)__builtin_ctzll(~have[s]);
    }
}

void gossip_sync_send(struct gossip *g, uint64_t links, uint8_t flags)
{
    static _Thread_local uint8_t message[GOSSIP_MESSAGE_MAX];
    uint8_t counts[STREAMS_MAX];
    struct writer w = writer_of(message, sizeof message);
    struct digest map = map_digest(g);
    if (links == 0) {
        return;
    }
    uint16_t used = 0;
    for (unsigned s = 0; s < STREAMS_MAX; s++) {
        used += g->streams[s].used && g->streams[s].at > 0;
    }
    trailing_counts(g, counts);
    write_u8(&w, MESSAGE_SYNC);
    write_u8(&w, flags | (g->now_ms < g->newcomer_until_ms ? SYNC_NEW : 0));
    write_bytes(&w, map.b, DIGEST_BYTES);
    write_u16(&w, used);
    for (unsigned k = 0; k < STREAMS_MAX; k++) {
        const struct stream *s = &g->streams[k];
        if (s->used && s->at > 0) {
            write_bytes(&w, g->authors[s->author].id, GOSSIP_TAG_BYTES);
            write_u32(&w, s->incarnation);
            write_u32(&w, s->at);
            write_u32(&w, gossip_stream_whole(g, s));
            write_u32(&w, s->base);
            write_u8(&w, counts[k]);
            write_u64(&w, trailing_sum(g, k, counts[k]));
        }
    }
    gossip_queue(g, links, message, w.bad ? 0 : w.size);
    g->counts.sent_unasked++;
}

/* Items for one link, as many messages as it takes. */
struct batch {
    struct gossip *g;
    uint64_t link;
    uint8_t flags;
    size_t empty;
    struct writer w;
};

static uint8_t *batch_bytes(void)
{
    static _Thread_local uint8_t bytes[GOSSIP_MESSAGE_MAX];
    return bytes;
}

static void batch_begin(struct batch *b)
{
    b->w = writer_of(batch_bytes(), GOSSIP_MESSAGE_MAX);
    write_u8(&b->w, MESSAGE_ITEMS);
    write_u8(&b->w, b->flags);
    if ((b->flags & ITEMS_HISTORY) != 0) {
        write_u64(&b->w, b->g->lamport);
    }
    b->empty = b->w.size;
}

static void batch_end(struct batch *b)
{
    gossip_queue(b->g, b->link, b->w.data, b->w.size > b->empty ? b->w.size : 0);
}

static void batch_add(struct batch *b, const uint8_t *bytes, size_t size)
{
    if (b->w.size + 2 + size > b->w.capacity) {
        batch_end(b);
        batch_begin(b);
    }
    write_lp(&b->w, bytes, size);
}

static void push_map(struct gossip *g, struct batch *b)
{
    for (unsigned a = 0; a < g->author_count; a++) {
        for (unsigned key = 0; key < 2; key++) {
            const struct gossip_register *r = &g->authors[a].values[key];
            if (r->raw_size > 0) {
                batch_add(b, r->raw, r->raw_size);
            }
        }
    }
    if (g->topic.raw_size > 0) {
        batch_add(b, g->topic.raw, g->topic.raw_size);
    }
}

struct comparison {
    uint32_t theirs[STREAMS_MAX], base[STREAMS_MAX]; /* what the other has: from base + 1 on */
    bool we_lack;
};

/* What the other lacks, in display order, which is a causal one; to a newcomer, and of what was said before it came, the
 * last of it. */
static void push_lines(struct gossip *g, struct batch *b, const struct comparison *c, bool newcomer)
{
    unsigned last = g->kept_count > GOSSIP_HISTORY_MAX ? g->kept_count - GOSSIP_HISTORY_MAX : 0;
    unsigned pushed = 0;
    for (unsigned i = newcomer ? last : 0; i < g->kept_count && pushed < PUSH_MAX; i++) {
        const struct kept *k = &g->kept[g->order[i]];
        if (k->number > c->theirs[k->stream] || (i >= last && k->number <= c->base[k->stream])) {
            batch_add(b, k->bytes, k->size);
            pushed++;
        }
    }
}

static bool compare(struct gossip *g, struct reader *r, struct comparison *c)
{
    uint8_t counts[STREAMS_MAX], tag[GOSSIP_TAG_BYTES];
    memset(c, 0, sizeof *c);
    trailing_counts(g, counts);
    uint16_t count = read_u16(r);
    if (count > STREAMS_MAX || reader_left(r) != (size_t)count * SYNC_ENTRY_BYTES) {
        return false;
    }
    for (uint16_t i = 0; i < count; i++) {
        read_bytes(r, tag, sizeof tag);
        uint32_t incarnation = read_u32(r), at = read_u32(r), whole = read_u32(r);
        uint32_t base = read_u32(r);
        uint8_t trailing = read_u8(r);
        uint64_t sum = read_u64(r);
        int author = gossip_author_by_tag(g, tag);
        int stream = author < 0 ? -1 : gossip_stream_find(g, author, incarnation);
        if (trailing > TRAILING_MAX) {
            return false;
        }
        if (stream < 0) {
            c->we_lack = true;
            continue;
        }
        const struct stream *own = &g->streams[stream];
        c->theirs[stream] = whole;
        c->base[stream] = base;
        c->we_lack =
            c->we_lack || at > own->at || whole > gossip_stream_whole(g, own) || base < own->base;
        bool comparable = at == own->at && trailing <= counts[stream];
        if (comparable && trailing_sum(g, (unsigned)stream, trailing) != sum) {
            c->theirs[stream] = at > trailing ? at - trailing : 0; /* one number, two items */
            c->we_lack = true;
        }
    }
    return !r->bad;
}

bool gossip_sync_hear(struct gossip *g, struct link *l, struct reader *r)
{
    static _Thread_local struct comparison c;
    struct digest theirs, ours = map_digest(g);
    uint8_t flags = read_u8(r);
    read_bytes(r, theirs.b, DIGEST_BYTES);
    if (r->bad || !compare(g, r, &c)) {
        return false;
    }
    bool newcomer = (flags & SYNC_NEW) != 0, map = !digest_equal(&theirs, &ours);
    struct batch b = {.g = g, .link = gossip_link_bit(g, l), .flags = newcomer ? ITEMS_HISTORY : 0};
    batch_begin(&b);
    if (map) {
        push_map(g, &b);
    }
    push_lines(g, &b, &c, newcomer);
    batch_end(&b);
    if ((map || c.we_lack) && (flags & SYNC_REPLY) == 0) {
        gossip_sync_send(g, b.link, SYNC_REPLY);
    }
    return true;
}

bool gossip_want_hear(struct gossip *g, struct link *l, struct reader *r)
{
    struct batch b = {.g = g, .link = gossip_link_bit(g, l)};
    uint8_t tag[GOSSIP_TAG_BYTES], count = read_u8(r);
    unsigned answered = 0;
    if (count > RANGES_MAX) {
        return false;
    }
    batch_begin(&b);
    for (uint8_t i = 0; i < count; i++) {
        read_bytes(r, tag, sizeof tag);
        uint32_t incarnation = read_u32(r), from = read_u32(r), to = read_u32(r);
        int author = gossip_author_by_tag(g, tag);
        int stream = author < 0 ? -1 : gossip_stream_find(g, author, incarnation);
        for (unsigned k = 0; k < g->kept_count && answered < ANSWER_MAX; k++) {
            const struct kept *item = &g->kept[g->order[k]];
            if ((int)item->stream == stream && item->number >= from && item->number <= to) {
                batch_add(&b, item->bytes, item->size);
                answered++;
            }
        }
    }
    if (!reader_done(r)) {
        return false;
    }
    batch_end(&b);
    return true;
}

struct range {
    uint8_t tag[GOSSIP_TAG_BYTES];
    uint32_t incarnation, from, to;
};

static void add_range(
    struct range *ranges, unsigned *count, const struct gossip *g, const struct gossip_at *wanted)
{
    int author = gossip_author_by_tag(g, wanted->tag);
    int stream = author < 0 ? -1 : gossip_stream_find(g, author, wanted->incarnation);
    uint32_t have = stream < 0 ? 0 : g->streams[stream].at;
    if (have >= wanted->number) {
        return;
    }
    for (unsigned i = 0; i < *count; i++) {
        struct range *r = &ranges[i];
        if (memcmp(r->tag, wanted->tag, GOSSIP_TAG_BYTES) == 0 &&
            r->incarnation == wanted->incarnation) {
            r->to = wanted->number > r->to ? wanted->number : r->to;
            return;
        }
    }
    if (*count < RANGES_MAX) {
        struct range *r = &ranges[(*count)++];
        memcpy(r->tag, wanted->tag, GOSSIP_TAG_BYTES);
        r->incarnation = wanted->incarnation;
        r->from = have + 1;
        r->to = wanted->number;
    }
}

void gossip_want_send(struct gossip *g)
{
    struct range ranges[RANGES_MAX];
    unsigned count = 0;
    uint8_t message[2 + RANGES_MAX * sizeof(struct range)];
    struct writer w = writer_of(message, sizeof message);
    const struct link *to = NULL;
    for (unsigned k = 0; k < g->waiting_count; k++) {
        const struct waiting *wait = &g->waiting[k];
        struct gossip_at own = {
            .incarnation = wait->item.incarnation, .number = wait->item.number - 1};
        memcpy(own.tag, wait->item.author, GOSSIP_TAG_BYTES);
        add_range(ranges, &count, g, &own);
        for (uint8_t d = 0; d < wait->item.dep_count; d++) {
            add_range(ranges, &count, g, &wait->item.deps[d]);
        }
        to = to == NULL && g->want_turn % 2 == 0 ? gossip_link_find(g, wait->from) : to;
    }
    /* First whoever brought it, then everybody else in turn. */
    for (unsigned i = 0; i < NET_PEERS_MAX && to == NULL; i++) {
        const struct link *l = &g->links[(g->want_turn + i) % NET_PEERS_MAX];
        to = l->used ? l : NULL;
    }
    g->want_turn++;
    if (count == 0 || to == NULL) {
        return;
    }
    write_u8(&w, MESSAGE_WANT);
    write_u8(&w, (uint8_t)count);
    for (unsigned i = 0; i < count; i++) {
        write_bytes(&w, ranges[i].tag, GOSSIP_TAG_BYTES);
        write_u32(&w, ranges[i].incarnation);
        write_u32(&w, ranges[i].from);
        write_u32(&w, ranges[i].to);
    }
    gossip_queue(g, gossip_link_bit(g, to), message, w.size);
}
