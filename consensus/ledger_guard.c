/* The invariants of each block that a ledger executes, and what is kept of the first that does not hold. */
#include "consensus/guard.h"
#include "consensus/ledger_internal.h"
#include "consensus/membership.h"

#include <string.h>

static bool application_holds(struct ledger *l, const struct slot_state *before,
    const struct slot_state *after, struct app_fault *fault)
{
    const void *was = before == NULL ? NULL : before->app;
    if (l->app->audit != NULL) {
        return l->app->audit(was, after->app, after->events, fault);
    }
    if (!l->app->check(after->app)) {
        *fault = (struct app_fault){.kind = 1};
        return false;
    }
    return true;
}

bool ledger_guard_holds(struct ledger *l, const struct slot_state *before,
    const struct slot_state *after, const struct block_header *header)
{
    struct app_fault fault = {0};
    l->guard.checked++;
    if (guard_state(&after->p, l->app->rolling(after->app), &fault) &&
        (before == NULL ||
            guard_step(&before->p, &after->p, after->ops, after->op_count, &fault)) &&
        application_holds(l, before, after, &fault)) {
        return true;
    }
    l->differs = false;
    if (l->guard.fault.kind == 0) {
        l->guard.height = header->height;
        l->guard.view = header->view;
        l->guard.epoch = header->epoch;
    }
    ledger_guard_break(l, &fault);
    return false;
}

const struct ledger_guard *ledger_guard(const struct ledger *l)
{
    return &l->guard;
}

void ledger_guard_break(struct ledger *l, const struct app_fault *fault)
{
    struct ledger_guard *g = &l->guard;
    g->broken++;
    if (g->fault.kind != 0) {
        return;
    }
    g->fault = *fault;
    if (g->height == 0) {
        g->height = l->slots.final->height;
        g->view = l->slots.final->view;
        g->epoch = l->slots.final->epoch;
    }
}

void ledger_note_block(struct ledger *l, const uint8_t *bytes, size_t size)
{
    if (size <= sizeof l->block && (l->block_size == 0 || l->guard.broken <= 1)) {
        memcpy(l->block, bytes, size);
        l->block_size = size;
    }
}

void ledger_guard_differs(struct ledger *l)
{
    struct block b;
    if (l->guard.fault.kind != 0 || !l->differs || !block_decode(&b, l->block, l->block_size)) {
        return;
    }
    l->guard.height = b.header.height;
    l->guard.view = b.header.view;
    l->guard.epoch = b.header.epoch;
    ledger_guard_break(l, &(struct app_fault){.kind = GUARD_ROOT});
}

static void write_state(struct ledger *l, const struct slot_state *state, struct writer *w)
{
    protocol_encode(&state->p, w);
    l->app->encode(state->app, w);
}

void ledger_guard_evidence(
    struct ledger *l, struct writer *before, struct writer *block, struct writer *after)
{
    struct block b;
    bool whole = block_decode(&b, l->block, l->block_size);
    const struct slot *parent = whole ? slots_find(&l->slots, &b.header.parent) : NULL;
    if (parent == NULL) { /* about a state, or of a block whose parent has gone */
        write_state(l, l->slots.final->state, before);
        write_bytes(block, l->block, l->block_size);
        return;
    }
    struct slot_state *state = slots_take_state(&l->slots);
    struct execution x = ledger_begin(l, state, parent, b.header.parent_view);
    write_state(l, parent->state, before);
    write_bytes(block, b.bytes, b.size);
    if (ledger_execute_ops(&x, state, &b)) {
        membership_end_block(&state->p);
        write_state(l, state, after);
    }
}

bool ledger_guard_root(struct ledger *l, const struct digest *root)
{
    size_t size;
    const uint8_t *bytes = ledger_state_bytes(l, &size);
    struct digest own = state_root_of(bytes, size);
    return digest_equal(&own, root);
}

size_t ledger_slots_used(const struct ledger *l)
{
    size_t used = 0;
    for (size_t i = 0; i < STATE_SLOTS; i++) {
        used += l->slots.slot[i].used;
    }
    return used;
}
