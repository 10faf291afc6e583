#include "tests/sim/sim.h"

#include "base/check.h"

#include <stdlib.h>

static bool before(const struct sim_event *a, const struct sim_event *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

void sim_schedule(struct sim *s, struct sim_event event)
{
    CHECK(s->heap_count < SIM_EVENTS_MAX);
    event.order = s->order++;
    size_t i = s->heap_count++;
    while (i > 0 && before(&event, &s->heap[(i - 1) / 2])) {
        s->heap[i] = s->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    s->heap[i] = event;
}

bool sim_pop(struct sim *s, struct sim_event *event)
{
    if (s->heap_count == 0) {
        return false;
    }
    *event = s->heap[0];
    struct sim_event last = s->heap[--s->heap_count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= s->heap_count) {
            break;
        }
        if (child + 1 < s->heap_count && before(&s->heap[child + 1], &s->heap[child])) {
            child++;
        }
        if (!before(&s->heap[child], &last)) {
            break;
        }
        s->heap[i] = s->heap[child];
        i = child;
    }
    s->heap[i] = last;
    return true;
}

int sim_find(const struct sim *s, const uint8_t id[ID_BYTES])
{
    for (unsigned i = 0; i < s->node_count; i++) {
        if (memcmp(s->nodes[i].id_pk, id, ID_BYTES) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* In order on one channel of one link, in any order otherwise, like ENet's reliable channels. */
void sim_send(
    struct sim *s, unsigned from, unsigned to, unsigned channel, const uint8_t *data, size_t size)
{
    struct sim_link *l = &s->links[from][to];
    if (from == to || !l->up || channel >= CHANNEL_COUNT) {
        return;
    }
    s->messages++;
    unsigned copies = 1 + (prng_chance(&s->rng, s->duplicate_pm) ? 1 : 0);
    for (unsigned i = 0; i < copies; i++) {
        uint64_t at = s->now_ms + s->nodes[from].disk_ms + s->delay_ms +
                      prng_below(&s->rng, s->jitter_ms + 1);
        at = at > l->last_ms[channel] ? at : l->last_ms[channel];
        l->last_ms[channel] = at;
        struct sim_event e = {
            .at_ms = at,
            .kind = SIM_MESSAGE,
            .from = (uint8_t)from,
            .to = (uint8_t)to,
            .channel = (uint8_t)channel,
            .generation = l->generation,
            .size = size,
            .sent_ms = s->now_ms,
        };
        e.data = malloc(size > 0 ? size : 1);
        CHECK(e.data != NULL);
        memcpy(e.data, data, size);
        sim_schedule(s, e);
    }
    if (prng_chance(&s->rng, s->reset_pm)) {
        sim_link_reset(s, from, to);
    }
}

/* The first `limit` messages of an outbox: a crash may come between two of them. */
void sim_send_update(struct sim *s, unsigned from, const struct outbox *o, uint32_t limit)
{
    const struct sim_node *n = &s->nodes[from];
    for (uint32_t i = 0; i < o->count && i < limit && !s->failed; i++) {
        const struct outgoing *m = &o->messages[i];
        const uint8_t *data = o->arena + m->offset;
        int to = m->to_all ? -1 : sim_find(s, m->to);
        if (n->liar == LIAR_NONE) {
            sim_check_sent(s, from, data, m->size);
        } else if (sim_lie(s, from, to, m->channel, data, m->size)) {
            continue;
        }
        const struct roster *roster = &engine_protocol(n->engine)->roster;
        for (unsigned k = 0; k < s->node_count; k++) {
            /* An identity may have two nodes. */
            bool meant = m->to_all ? roster_find(roster, s->nodes[k].id_pk) >= 0
                                   : memcmp(s->nodes[k].id_pk, m->to, ID_BYTES) == 0;
            if (meant) {
                sim_send(s, from, k, m->channel, data, m->size);
            }
        }
    }
}

/* Everything on its way between the two is lost, and both sides learn of it. */
void sim_link_reset(struct sim *s, unsigned a, unsigned b)
{
    struct sim_link *ab = &s->links[a][b], *ba = &s->links[b][a];
    if (!ab->up) {
        return;
    }
    ab->up = ba->up = false;
    ab->generation = ba->generation = ab->generation + 1;
    memset(ab->last_ms, 0, sizeof ab->last_ms);
    memset(ba->last_ms, 0, sizeof ba->last_ms);
    for (unsigned side = 0; side < 2; side++) {
        sim_schedule(s, (struct sim_event){.at_ms = s->now_ms + prng_below(&s->rng, 200),
                            .kind = SIM_TELL_DOWN,
                            .from = (uint8_t)(side == 0 ? a : b),
                            .to = (uint8_t)(side == 0 ? b : a),
                            .generation = ab->generation});
    }
    sim_dial_later(s, a, b, 1 + prng_below(&s->rng, SIM_REDIAL_MS));
}

void sim_dial_later(struct sim *s, unsigned a, unsigned b, uint64_t delay_ms)
{
    sim_schedule(s,
        (struct sim_event){
            .at_ms = s->now_ms + delay_ms, .kind = SIM_DIAL, .from = (uint8_t)a, .to = (uint8_t)b});
}

static void tell(struct sim *s, unsigned node, unsigned peer, bool up)
{
    struct sim_link *l = &s->links[node][peer];
    if (l->told == up || !s->nodes[node].running) {
        return;
    }
    l->told = up;
    struct engine_event e = {.kind = up ? ENGINE_LINK_UP : ENGINE_LINK_DOWN};
    memcpy(e.from, s->nodes[peer].id_pk, ID_BYTES);
    sim_step(s, node, &e);
}

/* A watcher is linked to one member only (protocol 0). */
static bool wanted(const struct sim *s, unsigned a, unsigned b)
{
    const struct sim_node *x = &s->nodes[a], *y = &s->nodes[b];
    if (x->gone || y->gone || (x->watcher && y->watcher) ||
        memcmp(x->id_pk, y->id_pk, ID_BYTES) == 0) {
        return false;
    }
    if (x->watcher || y->watcher) {
        return (x->watcher ? b : a) == 0;
    }
    return true;
}

static void dial(struct sim *s, unsigned a, unsigned b)
{
    struct sim_link *ab = &s->links[a][b], *ba = &s->links[b][a];
    if (ab->up || !wanted(s, a, b)) {
        return;
    }
    if (!s->nodes[a].running || !s->nodes[b].running || ab->cut || ba->cut) {
        if (s->nodes[a].running || s->nodes[b].running) {
            sim_dial_later(s, a, b, SIM_REDIAL_MS);
        }
        return;
    }
    tell(s, a, b, false);
    tell(s, b, a, false);
    if (s->nodes[a].running && s->nodes[b].running) {
        ab->up = ba->up = true;
        ab->generation = ba->generation = ab->generation + 1;
        tell(s, a, b, true);
        tell(s, b, a, true);
    } else {
        sim_dial_later(s, a, b, SIM_REDIAL_MS);
    }
}

static void deliver_message(struct sim *s, struct sim_event *event)
{
    struct sim_link *l = &s->links[event->from][event->to];
    struct sim_node *to = &s->nodes[event->to];
    if (!l->up || l->generation != event->generation || !to->running) {
        return;
    }
    if (l->dead) {
        return;
    }
    if (l->cut || to->resume_ms > s->now_ms) {
        struct sim_event later = *event;
        later.at_ms = l->cut ? s->now_ms + 25 : to->resume_ms;
        event->data = NULL;
        sim_schedule(s, later);
        return;
    }
    struct engine_event e = {.kind = ENGINE_MESSAGE, .data = event->data, .size = event->size};
    memcpy(e.from, s->nodes[event->from].id_pk, ID_BYTES);
    sim_step(s, event->to, &e);
}

static void serve(struct sim *s, const struct sim_event *event)
{
    static uint8_t answer[MESSAGE_BYTES_MAX];
    struct sim_node *n = &s->nodes[event->from];
    struct writer w = writer_of(answer, sizeof answer);
    if (!n->running) {
        return;
    }
    const struct engine_serve *wanted = &event->serve;
    if (wanted->kind == FETCH_EPOCHS) {
        const struct persist *link;
        for (uint32_t epoch = wanted->epoch;
             (link = sim_beside(n, PERSIST_EPOCH, epoch)) != NULL && epochs_answer_add(&w, link);
             epoch++) {
        }
    } else {
        const struct persist *p = sim_block(n, wanted->height);
        size_t proven = 8;
        blocks_answer_begin(&w, p == NULL ? 0 : wanted->height);
        for (uint64_t k = 1;
             p != NULL && (wanted->count == 0 || k <= wanted->count || proven == 8) &&
             blocks_answer_add(&w, p->data, p->size, p->proof, p->proof_size);
             k++) {
            proven = p->proof_size > 0 ? w.size : proven;
            p = sim_block(n, wanted->height + k);
        }
        w.size = proven;
    }
    struct engine_event e = {
        .kind = ENGINE_BLOCKS, .data = w.data, .size = w.size, .op_kind = wanted->kind};
    memcpy(e.from, s->nodes[event->to].id_pk, ID_BYTES);
    sim_step(s, event->from, &e);
}

void sim_deliver(struct sim *s, struct sim_event *event)
{
    struct sim_link *l = &s->links[event->from][event->to];
    switch (event->kind) {
    case SIM_MESSAGE:
        deliver_message(s, event);
        break;
    case SIM_DIAL:
        dial(s, event->from, event->to);
        break;
    case SIM_TELL_DOWN:
        if (!l->up && l->generation == event->generation) {
            tell(s, event->from, event->to, false);
        }
        break;
    case SIM_RESTART:
        if (!s->nodes[event->from].running) {
            sim_boot(s, event->from);
        }
        break;
    case SIM_CUT_END:
        if (l->cut && s->now_ms >= l->cut_ms) {
            l->cut = false;
        }
        break;
    case SIM_LINK_CHECK:
        if (l->cut && l->up && l->generation == event->generation) {
            sim_link_reset(s, event->from, event->to);
        }
        break;
    default:
        serve(s, event);
        break;
    }
    free(event->data);
    event->data = NULL;
}
