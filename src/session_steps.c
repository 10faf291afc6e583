#include "src/session_internal.h"

#include <stdio.h>

static struct ui_step *add(struct session *s, enum ui_step_kind kind)
{
    struct ui_step *step = &s->steps.ring[s->steps.count++ % UI_STEPS_MAX];
    *step = (struct ui_step){.kind = (uint8_t)kind, .t_ms = clock_now_ms()};
    return step;
}

static struct ui_step *last(struct session *s)
{
    return s->steps.count == 0 ? NULL : &s->steps.ring[(s->steps.count - 1) % UI_STEPS_MAX];
}

static uint32_t since_lock_us(const struct session *s)
{
    uint64_t us = s->steps.locked_us == 0 ? 0 : clock_now_us() - s->steps.locked_us;
    return us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

/* Pieces come one by one: the line is there from the first on, and grows. */
static void note_pieces(struct session *s)
{
    const struct live *l = session_live(s);
    unsigned came =
        live_rolling(l) ? (unsigned)__builtin_popcountll(engine_shares_in(s->nodes[0].engine)) : 0;
    struct ui_step *step = last(s);
    if (came == 0 || s->steps.locked_us == 0) {
        return;
    }
    if (step == NULL || step->kind != UI_STEP_PIECES || step->roll != l->roll + 1) {
        step = add(s, UI_STEP_PIECES);
        step->roll = l->roll + 1;
    }
    if (came > step->signers) {
        step->signers = (uint16_t)came;
        step->members = (uint16_t)quorum_size(s->steps.roster.count);
        step->took_us = came > step->members ? step->took_us : since_lock_us(s);
        s->dirty = true;
    }
}

/* The signatures that the block is kept with. */
static uint64_t signers_of(
    const struct session *s, const struct engine_update *u, const struct committed *c)
{
    static _Thread_local struct certificate certificate;
    if (s->steps.roster.count == 0) {
        return 0; /* the first ever: of how many is not known here */
    }
    for (uint32_t i = 0; i < u->persist_count; i++) {
        const struct persist *p = &u->persist[i];
        struct reader r = reader_of(p->proof, p->proof_size);
        if (p->kind == PERSIST_BLOCK && p->height == c->effects.height && p->proof_size > 0 &&
            certificate_decode(&certificate, &r) && certificate.epoch == s->steps.epoch) {
            return certificate.signers;
        }
    }
    return 0;
}

static void note_signers(struct session *s, uint64_t signers, uint64_t roll)
{
    const struct roster *r = &s->steps.roster;
    for (unsigned i = 0; i < r->count; i++) {
        struct signed_to *to = &s->steps.signed_to[i];
        if (memcmp(to->id, r->members[i].id_pk, ID_BYTES) != 0) {
            *to = (struct signed_to){0};
            memcpy(to->id, r->members[i].id_pk, ID_BYTES);
        }
        to->roll = (signers >> i & 1) != 0 && roll > to->roll ? roll : to->roll;
    }
}

static void note_event(
    struct session *s, const struct committed *c, const struct event *e, uint64_t signers)
{
    struct ui_step *step = NULL;
    switch (e->kind) {
    case EVENT_THROW:
        step = add(s, UI_STEP_LOCK);
        s->steps.locked_us = clock_now_us();
        break;
    case EVENT_ROLL:
        step = add(s, UI_STEP_ROLL);
        step->die1 = e->die1;
        step->die2 = e->die2;
        step->took_us = since_lock_us(s);
        s->steps.locked_us = 0;
        break;
    case EVENT_AWAY:
    case EVENT_BACK:
    case EVENT_SEATED:
    case EVENT_LEFT:
        step = add(s, e->kind == EVENT_AWAY     ? UI_STEP_AWAY
                      : e->kind == EVENT_BACK   ? UI_STEP_BACK
                      : e->kind == EVENT_SEATED ? UI_STEP_SEATED
                                                : UI_STEP_LEFT);
        const struct live *l = session_live(s);
        snprintf(step->who, sizeof step->who, "%s",
            e->player < l->account_count ? l->players[e->player].name : "");
        break;
    default:
        return;
    }
    step->roll = e->roll;
    step->height = c->effects.height;
    step->signers = (uint16_t)__builtin_popcountll(signers);
    step->members = s->steps.roster.count;
}

void session_note_steps(struct session *s, const struct engine_update *u)
{
    const struct protocol_state *p = engine_protocol(s->nodes[0].engine);
    note_pieces(s);
    for (uint32_t i = 0; i < u->committed_count; i++) {
        const struct committed *c = &u->committed[i];
        uint64_t signers = signers_of(s, u, c);
        const struct event_sink *sink =
            game_events_of(engine_events(s->nodes[0].engine, c->events_slot));
        for (size_t k = 0; k < sink->count; k++) {
            note_event(s, c, &sink->items[k], signers);
        }
        note_signers(s, signers, session_live(s)->roll);
        if (c->effects.epoch_switched) {
            struct ui_step *step = add(s, UI_STEP_MEMBERS);
            step->height = c->effects.height;
            step->signers = (uint16_t)__builtin_popcountll(signers);
            step->members = s->steps.roster.count;
            step->roll = p->roster.count;
        }
    }
    if (s->steps.epoch != p->epoch || s->steps.roster.count != p->roster.count) {
        s->steps.epoch = p->epoch;
        s->steps.roster = p->roster;
    }
}

void session_fill_steps(const struct session *s, struct ui_model *m)
{
    m->step_count = (uint16_t)(s->steps.count < UI_STEPS_MAX ? s->steps.count : UI_STEPS_MAX);
    for (uint16_t i = 0; i < m->step_count; i++) {
        m->steps[i] = s->steps.ring[(s->steps.count - m->step_count + i) % UI_STEPS_MAX];
    }
}

uint64_t session_signed_roll(const struct session *s, const uint8_t id[ID_BYTES])
{
    for (unsigned i = 0; i < s->steps.roster.count; i++) {
        if (memcmp(s->steps.signed_to[i].id, id, ID_BYTES) == 0) {
            return s->steps.signed_to[i].roll;
        }
    }
    return 0;
}
