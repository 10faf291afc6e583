/* The ring in memory between the members of this process: practice tables need no network. */
#include "src/session_internal.h"

#include "base/check.h"
#include "base/log.h"

/* One message in the local ring: header, then the bytes. */
struct local_header {
    uint32_t from, to;
    uint32_t size;
};

/* Full: dropped. The agreement survives lost messages and sends again (protocol A.4). */
void session_send_local(struct session *s, const struct node *from, const struct node *to,
    const uint8_t *data, uint32_t size)
{
    struct local_header h = {
        .from = (uint32_t)(from - s->nodes), .to = (uint32_t)(to - s->nodes), .size = size};
    if (s->ring_head == s->ring_tail) {
        s->ring_head = s->ring_tail = 0;
    }
    if (s->ring_tail + sizeof h + size > LOCAL_RING_BYTES) {
        memmove(s->ring, s->ring + s->ring_head, s->ring_tail - s->ring_head);
        s->ring_tail -= s->ring_head;
        s->ring_head = 0;
        if (s->ring_tail + sizeof h + size > LOCAL_RING_BYTES) {
            log_warn("local message dropped");
            return;
        }
    }
    memcpy(s->ring + s->ring_tail, &h, sizeof h);
    memcpy(s->ring + s->ring_tail + sizeof h, data, size);
    s->ring_tail += sizeof h + size;
}

/* Did a message from another member of this process not check. */
static void watch_local(struct session *s, const struct node *from)
{
    const struct engine_update *u = s->nodes[0].update;
    const struct roster *members = &engine_protocol(s->nodes[0].engine)->roster;
    int index = roster_find(members, from->keys.id_pk);
    if (u->malformed || (index >= 0 && (u->bad_shares >> index & 1) != 0)) {
        session_misbehaved(s, from);
    }
}

void session_deliver_local(struct session *s)
{
    /* Bounded: what is sent while these are delivered waits for the next poll. */
    size_t end = s->ring_tail;
    while (s->ring_head < end && s->state != SESSION_ENDED) {
        struct local_header h;
        memcpy(&h, s->ring + s->ring_head, sizeof h);
        static _Thread_local uint8_t message[MESSAGE_BYTES_MAX];
        CHECK(h.size <= sizeof message);
        memcpy(message, s->ring + s->ring_head + sizeof h, h.size);
        size_t before = s->ring_head + sizeof h + h.size;
        s->ring_head = before;
        struct engine_event event = {.kind = ENGINE_MESSAGE, .data = message, .size = h.size};
        memcpy(event.from, s->nodes[h.from].keys.id_pk, ID_BYTES);
        session_step(s, &s->nodes[h.to], &event);
        if (h.to == 0) {
            watch_local(s, &s->nodes[h.from]);
        }
        if (s->ring_head != before) {
            end -= before - s->ring_head; /* the ring was moved down */
        }
    }
}
