#include "consensus/slots.h"

#include "base/check.h"

#include <stdlib.h>

static size_t aligned(size_t size)
{
    return (size + 63) / 64 * 64;
}

bool slots_init(struct slots *s, const struct app *app)
{
    s->app_memory = calloc(STATE_SLOTS + 1, aligned(app->state_bytes));
    s->events_memory =
        app->events_bytes == 0 ? NULL : calloc(STATE_SLOTS + 1, aligned(app->events_bytes));
    if (s->app_memory == NULL || (s->events_memory == NULL && app->events_bytes > 0)) {
        return false;
    }
    for (size_t i = 0; i <= STATE_SLOTS; i++) {
        s->state[i].app = s->app_memory + i * aligned(app->state_bytes);
        s->state[i].events =
            s->events_memory == NULL ? NULL : s->events_memory + i * aligned(app->events_bytes);
    }
    return true;
}

void slots_free(struct slots *s)
{
    free(s->app_memory);
    free(s->events_memory);
}

struct slot *slots_find(const struct slots *s, const struct digest *digest)
{
    for (size_t i = 0; i < STATE_SLOTS; i++) {
        if (s->slot[i].used && digest_equal(&s->slot[i].digest, digest)) {
            return (struct slot *)&s->slot[i];
        }
    }
    return NULL;
}

static void slot_drop(struct slot *slot)
{
    slot->used = false;
    slot->state->refs--;
    slot->state = NULL;
}

static bool has_child(const struct slots *s, const struct slot *slot)
{
    for (size_t i = 0; i < STATE_SLOTS; i++) {
        if (s->slot[i].used && digest_equal(&s->slot[i].parent, &slot->digest)) {
            return true;
        }
    }
    return false;
}

struct slot *slots_take(struct slots *s, const struct slot *parent)
{
    struct slot *oldest = NULL;
    for (size_t i = 0; i < STATE_SLOTS; i++) {
        struct slot *slot = &s->slot[i];
        if (!slot->used) {
            return slot;
        }
        if (slot != s->final && slot != parent && !has_child(s, slot) &&
            (oldest == NULL || slot->touched < oldest->touched)) {
            oldest = slot;
        }
    }
    if (oldest != NULL) {
        slot_drop(oldest);
    }
    return oldest;
}

struct slot_state *slots_take_state(struct slots *s)
{
    for (size_t i = 0; i <= STATE_SLOTS; i++) {
        if (s->state[i].refs == 0) {
            return &s->state[i];
        }
    }
    CHECK(!"more states in use than there are slots");
}

void slots_put(struct slots *s, struct slot *slot, struct slot_state *state,
    const struct digest *digest, const struct block_header *header, bool sealing)
{
    *slot = (struct slot){.used = true,
        .sealing = sealing,
        .digest = *digest,
        .parent = header->parent,
        .epoch = header->epoch,
        .view = header->view,
        .height = header->height,
        .touched = ++s->touches,
        .state = state};
    state->refs++;
}

/* Does the slot lead to `ancestor` by parents that are here. */
static bool descends(const struct slots *s, const struct slot *slot, const struct slot *ancestor)
{
    for (size_t steps = 0; slot != NULL && steps <= STATE_SLOTS; steps++) {
        if (slot == ancestor) {
            return true;
        }
        slot = slots_find(s, &slot->parent);
    }
    return false;
}

void slots_drop_unfinal(struct slots *s)
{
    for (size_t i = 0; i < STATE_SLOTS; i++) {
        if (s->slot[i].used && &s->slot[i] != s->final) {
            slot_drop(&s->slot[i]);
        }
    }
}

void slots_finalize(struct slots *s, struct slot *final)
{
    bool keep[STATE_SLOTS];
    for (size_t i = 0; i < STATE_SLOTS; i++) {
        keep[i] = s->slot[i].used && descends(s, &s->slot[i], final);
    }
    for (size_t i = 0; i < STATE_SLOTS; i++) {
        if (s->slot[i].used && !keep[i]) {
            slot_drop(&s->slot[i]);
        }
    }
    s->final = final;
}
