/* What a step wants sent: a bounded list of messages in one arena. What does not fit is dropped and
 * counted: agreement survives lost messages (A.4). */
#ifndef CONSENSUS_OUTBOX_H
#define CONSENSUS_OUTBOX_H

#include "base/bytes.h"
#include "consensus/limits.h"

enum { OUTBOX_MESSAGES_MAX = 512, OUTBOX_ARENA_BYTES = 1 << 20 };

struct outgoing {
    uint8_t to[ID_BYTES]; /* identity; ignored when to_all; zero = back to whose message this is */
    bool to_all;          /* every other member of the current epoch */
    uint8_t channel;      /* enum channel */
    uint32_t offset, size;
};

struct outbox {
    uint32_t count;
    uint32_t used;
    uint32_t dropped;
    struct outgoing messages[OUTBOX_MESSAGES_MAX];
    uint8_t arena[OUTBOX_ARENA_BYTES];
};

static inline void outbox_clear(struct outbox *o)
{
    o->count = o->used = 0;
}

/* A writer over the arena's free part, capped at MESSAGE_BYTES_MAX; finish with outbox_send. */
static inline struct writer outbox_begin(struct outbox *o)
{
    size_t room = OUTBOX_ARENA_BYTES - o->used;
    return writer_of(o->arena + o->used, room < MESSAGE_BYTES_MAX ? room : MESSAGE_BYTES_MAX);
}

/* Queues what the writer holds. `to` NULL = to all. False when it did not fit. */
static inline bool outbox_send(
    struct outbox *o, const struct writer *w, const uint8_t *to, enum channel channel)
{
    if (w->bad || o->count == OUTBOX_MESSAGES_MAX) {
        o->dropped++;
        return false;
    }
    struct outgoing *m = &o->messages[o->count++];
    m->to_all = to == NULL;
    memset(m->to, 0, sizeof m->to);
    if (to != NULL) {
        memcpy(m->to, to, sizeof m->to);
    }
    m->channel = (uint8_t)channel;
    m->offset = o->used;
    m->size = (uint32_t)w->size;
    o->used += (uint32_t)w->size;
    return true;
}

#endif
