#include "tests/support/fake_port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static void wake(struct fake_port *f)
{
    uint64_t one = 1;
    ssize_t sent = write(f->port.wake_fd, &one, sizeof one);
    (void)sent;
}

static const struct ui_model *acquire(void *self)
{
    struct fake_port *f = self;
    return &f->model;
}

static void release(void *self)
{
    (void)self;
}

static void clear(void *self)
{
    struct fake_port *f = self;
    uint64_t count;
    ssize_t got = read(f->port.wake_fd, &count, sizeof count);
    (void)got;
}

static uint64_t now_ms(void *self)
{
    struct fake_port *f = self;
    if (f->real_clock) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        f->now_ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
    }
    return f->now_ms;
}

static bool ask(void *self, const struct ui_question *question)
{
    struct fake_port *f = self;
    if (f->asked_count < sizeof f->asked / sizeof f->asked[0]) {
        f->asked[f->asked_count++] = *question;
    }
    return true;
}

static bool answer(void *self, enum ui_page page, uint64_t *seen, void *out, size_t size)
{
    struct fake_port *f = self;
    size_t have = 0;
    const void *made = ui_pages_place(&f->pages, page, &have);
    if (made == NULL || have != size || f->pages.version[page] <= *seen) {
        return false;
    }
    memcpy(out, made, size);
    *seen = f->pages.version[page];
    return true;
}

static void push(struct fake_port *f, struct notice n)
{
    f->notices[f->notice_head++ % FAKE_NOTICES] = n;
    if (f->notice_head - f->notice_tail > FAKE_NOTICES) {
        f->notice_tail = f->notice_head - FAKE_NOTICES;
    }
    wake(f);
}

static bool notice(void *self, struct notice *out, uint64_t *lost)
{
    struct fake_port *f = self;
    *lost = 0;
    if (f->notice_tail == f->notice_head) {
        return false;
    }
    *out = f->notices[f->notice_tail++ % FAKE_NOTICES];
    return true;
}

static void note_roll(struct fake_port *f, const struct event *e, uint8_t point_before)
{
    struct ui_model *m = &f->model;
    if (m->history_kept == UI_HISTORY_MAX) {
        memmove(m->history, m->history + 1, sizeof m->history - sizeof m->history[0]);
        m->history_kept--;
    }
    unsigned total = e->die1 + e->die2;
    struct ui_roll *r = &m->history[m->history_kept++];
    *r = (struct ui_roll){.roll = e->roll,
        .die1 = e->die1,
        .die2 = e->die2,
        .point_before = point_before,
        .point_after = (uint8_t)e->value,
        .seven_out = e->flag,
        .point_made = point_before != 0 && total == point_before,
        .natural = point_before == 0 && (total == 7 || total == 11),
        .craps = point_before == 0 && (total == 2 || total == 3 || total == 12)};
    memcpy(r->shooter, m->live.players[e->player].name, NAME_BYTES_MAX + 1);
    m->history_count++;
    m->payout_count = 0;
    m->dice_checked = true;
}

static void tell(struct fake_port *f, const struct event_sink *sink, uint8_t point_before)
{
    struct ui_model *m = &f->model;
    for (size_t i = 0; i < sink->count; i++) {
        const struct event *e = &sink->items[i];
        struct notice n = {.kind = NOTICE_GAME, .seat = e->seat, .game = *e, .t_ms = f->now_ms};
        if (e->kind == EVENT_ROLL) {
            note_roll(f, e, point_before);
        } else if (e->kind == EVENT_PAYOUT && m->payout_count < UI_PAYOUTS_MAX) {
            m->payouts[m->payout_count++] = (struct ui_payout){.player = e->player,
                .bet = e->bet,
                .result = (uint8_t)e->value,
                .amount_cents = e->amount_cents,
                .paid_cents = e->paid_cents};
        }
        if (e->player < m->live.account_count) {
            snprintf(n.who, sizeof n.who, "%s", m->live.players[e->player].name);
        }
        push(f, n);
    }
    m->version++;
    wake(f);
}

enum refusal fake_port_apply(struct fake_port *f, unsigned account, struct live_command command)
{
    struct event items[256];
    struct event_sink sink = {.items = items, .capacity = 256};
    struct live *l = &f->model.live;
    memcpy(f->context.author, l->accounts[account].id, LIVE_ID_BYTES);
    enum refusal r = live_apply(l, &f->context, &command, &sink);
    tell(f, &sink, l->table.point);
    return r;
}

static void throw_dice(struct fake_port *f)
{
    struct event items[512];
    struct event_sink sink = {.items = items, .capacity = 512};
    uint8_t before = f->model.live.table.point;
    unsigned die1 = (unsigned)prng_below(&f->prng, 6) + 1;
    unsigned die2 = (unsigned)prng_below(&f->prng, 6) + 1;
    if (f->dice_at < f->dice_count) {
        die1 = f->dice[f->dice_at][0];
        die2 = f->dice[f->dice_at++][1];
    }
    live_dice(&f->model.live, &f->context, die1, die2, &sink);
    tell(f, &sink, before);
    if (f->model.live.rules.window_s > 0 && !f->model.live.rules.solo) {
        f->model.window_closes_ms = f->now_ms + f->model.live.rules.window_s * 1000u;
    }
}

static void own(struct fake_port *f, const struct ui_command *c)
{
    enum refusal r = REFUSAL_NOT_SEATED;
    if (f->model.me >= 0) {
        r = fake_port_apply(f, (unsigned)f->model.me, c->live);
    }
    f->model.done_id = c->id;
    if (r != REFUSAL_NONE) {
        push(f, (struct notice){.kind = NOTICE_REFUSED,
                    .id = c->id,
                    .refusal = (uint16_t)r,
                    .game = {.bet = c->live.bet}});
    }
    f->model.version++;
}

static bool command(void *self, const struct ui_command *c)
{
    struct fake_port *f = self;
    if (f->refuse) {
        return false;
    }
    wake(f);
    if (c->kind == UI_LIVE) {
        if (f->held_count == FAKE_COMMANDS) {
            return false;
        }
        f->held[f->held_count++] = *c;
        return true;
    }
    if (f->other_count < FAKE_COMMANDS) {
        f->other[f->other_count++] = *c;
    }
    struct ui_model *m = &f->model;
    struct notice n;
    m->version++;
    switch (c->kind) {
    case UI_SET_NAME:
        snprintf(m->my_name, sizeof m->my_name, "%.40s", c->text);
        m->first_run = false;
        break;
    case UI_SOLO:
        if (f->solo_starts) {
            const char *names[] = {m->my_name, "Bo", "Cy", "Dee"};
            f->solo = true;
            fake_port_sit(f, "Practice", names, 4, 0);
            f->bot_count = 4;
            for (unsigned i = 1; i < 4; i++) {
                m->live.accounts[i].bot = true;
                strategy_init(&f->bots[i], (enum strategy_kind)(STRATEGY_PASS + i), i);
            }
        }
        break;
    case UI_CHAT:
        n = (struct notice){.kind = NOTICE_CHAT, .seat = 1};
        snprintf(n.who, sizeof n.who, "%s", m->my_name);
        snprintf(n.text, sizeof n.text, "%.190s", c->text);
        push(f, n);
        break;
    case UI_LEAVE:
    case UI_CANCEL:
        m->stage = STAGE_MENU;
        m->me = -1;
        break;
    case UI_QUIT:
        m->stage = STAGE_ENDED;
        break;
    default:
        break;
    }
    return true;
}

struct fake_port *fake_port_create(void)
{
    struct fake_port *f = calloc(1, sizeof *f);
    struct house_rules rules = house_rules_default();
    f->now_ms = 1000000;
    f->port = (struct ui_port){f, acquire, release, command, notice,
        eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), clear, now_ms, ask, answer};
    f->model.me = -1;
    f->model.version = 1;
    snprintf(f->model.my_name, sizeof f->model.my_name, "Ann");
    live_init(&f->model.live, &rules);
    prng_seed(&f->prng, 7);
    f->context = (struct live_context){.author_member = true, .members = 1, .dice_allowed = true};
    return f;
}

void fake_port_destroy(struct fake_port *f)
{
    close(f->port.wake_fd);
    free(f);
}

void fake_port_sit(struct fake_port *f, const char *table, const char *const *names, unsigned count,
    unsigned window_s)
{
    struct ui_model *m = &f->model;
    struct house_rules rules = house_rules_default();
    struct event items[64];
    struct event_sink sink = {.items = items, .capacity = 64};
    rules.window_s = (uint16_t)window_s;
    rules.start = 1;
    rules.solo = f->solo;
    f->model.practice = f->solo;
    rules.table.min_cents = 500;
    snprintf(rules.name, sizeof rules.name, "%s", table);
    live_init(&m->live, &rules);
    m->stage = STAGE_TABLE;
    m->me = 0;
    m->history_kept = 0;
    m->history_count = 0;
    m->payout_count = 0;
    snprintf(m->table_name, sizeof m->table_name, "%s", table);
    for (unsigned i = 0; i < count; i++) {
        uint8_t id[LIVE_ID_BYTES] = {(uint8_t)(i + 1)};
        live_seat(&m->live, id, names[i], false, NULL, &sink);
        m->peers[i] = (struct ui_peer){
            .seat = (uint8_t)(i + 1), .self = i == 0, .linked = true, .rtt_us = i * 3000};
        snprintf(m->peers[i].name, sizeof m->peers[i].name, "%s", names[i]);
    }
    m->peer_count = (uint16_t)count;
    f->context.members = (uint16_t)count;
    f->context.faulty = (uint16_t)((count - 1) / 3);
    m->members = m->answering = (uint16_t)count;
    m->faulty = f->context.faulty;
    m->needed = (uint16_t)(count - m->faulty);
    m->worst_ping_us = 12000;
    if (window_s > 0) {
        m->window_closes_ms = f->now_ms + window_s * 1000u;
    }
    live_context_changed(&m->live, &f->context, &sink);
    m->version++;
    wake(f);
}

void fake_port_roll(struct fake_port *f, unsigned die1, unsigned die2)
{
    f->dice[0][0] = (uint8_t)die1;
    f->dice[0][1] = (uint8_t)die2;
    f->dice_count = 1;
    f->dice_at = 0;
    struct live_command ready = {.kind = LIVE_READY, .has_amount = true, .amount_cents = 1};
    for (unsigned i = 0; i < f->model.live.account_count && !live_rolling(&f->model.live); i++) {
        fake_port_apply(f, i, ready);
    }
    if (live_rolling(&f->model.live)) {
        throw_dice(f);
    }
}

void fake_port_step(struct fake_port *f)
{
    struct live *l = &f->model.live;
    if (!f->hold) {
        for (unsigned i = 0; i < f->held_count; i++) {
            own(f, &f->held[i]);
        }
        f->held_count = 0;
    }
    for (unsigned i = 1; i < f->bot_count && !live_rolling(l); i++) {
        struct live_command c;
        for (int k = 0; k < 8 && !live_rolling(l) && strategy_next(&f->bots[i], l, i, &c); k++) {
            fake_port_apply(f, i, c);
        }
    }
    if (live_rolling(l) && !f->hold_dice) {
        throw_dice(f);
    }
}
