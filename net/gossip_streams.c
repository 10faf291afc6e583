/* What is kept of the talk: a stream for each life of each author, and the last lines of all in display order. */
#include "net/gossip_internal.h"

int gossip_stream_find(const struct gossip *g, int author, uint32_t incarnation)
{
    for (unsigned i = 0; i < STREAMS_MAX; i++) {
        const struct stream *s = &g->streams[i];
        if (s->used && s->author == author && s->incarnation == incarnation) {
            return (int)i;
        }
    }
    return -1;
}

uint32_t gossip_stream_whole(const struct gossip *g, const struct stream *s)
{
    return s->whole < s->at && g->now_ms < s->hole_until_ms ? s->whole : s->at;
}

struct kept *gossip_kept_find(struct gossip *g, unsigned stream, uint32_t number)
{
    for (unsigned i = 0; i < g->kept_count; i++) {
        struct kept *k = &g->kept[g->order[i]];
        if (k->number == number && k->stream == stream) {
            return k;
        }
    }
    return NULL;
}

/* Display order of two kept items. */
static bool before(const struct gossip *g, const struct kept *a, const struct kept *b)
{
    const struct stream *s = &g->streams[a->stream], *t = &g->streams[b->stream];
    if (a->lamport != b->lamport) {
        return a->lamport < b->lamport;
    }
    if (s->author != t->author) {
        return memcmp(g->authors[s->author].id, g->authors[t->author].id, NET_ID_BYTES) < 0;
    }
    return s->incarnation != t->incarnation ? s->incarnation < t->incarnation
                                            : a->number < b->number;
}

void gossip_order_insert(struct gossip *g, uint16_t slot)
{
    unsigned at = g->kept_count;
    while (at > 0 && before(g, &g->kept[slot], &g->kept[g->order[at - 1]])) {
        g->order[at] = g->order[at - 1];
        at--;
    }
    g->order[at] = slot;
    g->kept_count++;
}

uint16_t gossip_order_remove(struct gossip *g, unsigned at)
{
    uint16_t slot = g->order[at];
    memmove(&g->order[at], &g->order[at + 1], (g->kept_count - at - 1) * sizeof g->order[0]);
    g->order[--g->kept_count] = slot; /* free slots stand behind those in use */
    return slot;
}

void gossip_waiting_drop(struct gossip *g, unsigned at)
{
    g->authors[g->streams[g->waiting[at].stream].author].waiting--;
    g->waiting[at] = g->waiting[--g->waiting_count];
}

/* Makes room for a new life of the same author. */
static void stream_forget(struct gossip *g, unsigned stream)
{
    for (unsigned i = g->kept_count; i-- > 0;) {
        if (g->kept[g->order[i]].stream == stream) {
            gossip_order_remove(g, i);
        }
    }
    for (unsigned i = g->waiting_count; i-- > 0;) {
        if (g->waiting[i].stream == stream) {
            gossip_waiting_drop(g, i);
        }
    }
    g->streams[stream].used = false;
}

int gossip_stream_open(struct gossip *g, int author, uint32_t incarnation)
{
    int found = gossip_stream_find(g, author, incarnation), oldest = -1, free = -1;
    unsigned of_author = 0;
    for (unsigned i = 0; i < STREAMS_MAX && found < 0; i++) {
        const struct stream *s = &g->streams[i];
        if (!s->used) {
            free = free < 0 ? (int)i : free;
        } else if (s->author == author) {
            of_author++;
            oldest =
                oldest < 0 || s->incarnation < g->streams[oldest].incarnation ? (int)i : oldest;
        }
    }
    if (found >= 0) {
        return found;
    }
    if (of_author >= STREAMS_OF_AUTHOR_MAX) {
        if (g->streams[oldest].incarnation > incarnation) {
            return -1;
        }
        stream_forget(g, (unsigned)oldest);
        free = oldest;
    }
    if (free >= 0) {
        g->streams[free] =
            (struct stream){.used = true, .author = (uint16_t)author, .incarnation = incarnation};
    }
    return free;
}

void gossip_keep(struct gossip *g, unsigned stream, const struct gossip_item *i,
    const struct digest *hash, const uint8_t *bytes, size_t size)
{
    if (g->kept_count == 0) {
        for (unsigned k = 0; k < GOSSIP_KEPT_MAX; k++) {
            g->order[k] = (uint16_t)k;
        }
    }
    if (g->kept_count == GOSSIP_KEPT_MAX) {
        gossip_order_remove(g, 0);
    }
    uint16_t slot = g->order[g->kept_count];
    struct kept *k = &g->kept[slot];
    *k = (struct kept){.stream = (uint16_t)stream,
        .number = i->number,
        .lamport = i->lamport,
        .hash = *hash,
        .size = (uint16_t)size};
    memcpy(k->bytes, bytes, size);
    gossip_order_insert(g, slot);
}
