#include "src/replay_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { ROLL_MS = 2500, THROW_MS = 900, EVENT_MS = 250, TALK_FRAMES = 12, MOMENT_WINS = 5 };

static const uint16_t speeds[] = {25, 50, 100, 200, 400, 800, 1600};
enum { SPEEDS = sizeof speeds / sizeof speeds[0] };

enum err replay_place_init(struct replay_place *p, const struct replay_port_order *order)
{
    p->model = calloc(1, sizeof *p->model);
    p->events = calloc(REPLAY_EVENTS, sizeof *p->events);
    p->last = calloc(1, sizeof *p->last);
    if (p->model == NULL || p->events == NULL || p->last == NULL) {
        return ERR_NO_MEMORY;
    }
    struct ui_model *m = p->model;
    struct house_rules rules = house_rules_default();
    live_init(&m->live, &rules);
    m->stage = STAGE_REPLAY;
    m->me = -1;
    m->watching = true;
    m->replay.checks = true;
    m->replay.playing = order->playing;
    m->replay.speed_percent = 100;
    for (unsigned i = 0; i < SPEEDS; i++) {
        if (order->speed > 0 && speeds[i] <= order->speed * 100 + 0.5) {
            m->replay.speed_percent = speeds[i];
        }
    }
    snprintf(m->record, sizeof m->record, "%s", order->tape.path);
    p->wanted_roll = order->from;
    struct stat st;
    struct tm local;
    if (stat(order->tape.path, &st) == 0 && localtime_r(&st.st_mtime, &local) != NULL) {
        strftime(m->replay.date, sizeof m->replay.date, "%Y-%m-%d", &local);
    }
    p->known = order->id != NULL;
    if (p->known) {
        memcpy(p->id, order->id, LIVE_ID_BYTES);
    }
    return ERR_OK;
}

void replay_place_deinit(struct replay_place *p)
{
    free(p->model);
    free(p->last);
    free(p->events);
}

static const char *name_of(const struct live *l, uint16_t account)
{
    return account < l->account_count ? l->players[account].name : "";
}

static void say(struct replay_place *p, const struct event *e)
{
    struct notice *n = &p->notices[p->notice_tail % REPLAY_NOTICES];
    *n = (struct notice){.kind = NOTICE_GAME, .seat = e->seat, .game = *e};
    snprintf(n->who, sizeof n->who, "%s", name_of(&p->model->live, e->player));
    p->notice_tail++;
    if (p->notice_tail - p->notice_head > REPLAY_NOTICES) {
        p->notice_head = p->notice_tail - REPLAY_NOTICES;
    }
}

bool replay_place_notice(struct replay_place *p, struct notice *out)
{
    if (p->notice_head == p->notice_tail) {
        return false;
    }
    *out = p->notices[p->notice_head++ % REPLAY_NOTICES];
    return true;
}

static void fill_history(struct replay_place *p, struct tape *t, uint32_t rolls)
{
    struct ui_model *m = p->model;
    m->history_count = rolls;
    m->history_kept = (uint16_t)(rolls < UI_HISTORY_MAX ? rolls : UI_HISTORY_MAX);
    for (uint16_t i = 0; i < m->history_kept; i++) {
        struct tape_roll r;
        struct ui_roll *h = &m->history[i];
        if (!tape_roll(t, rolls - m->history_kept + i, &r)) {
            memset(&r, 0, sizeof r);
        }
        *h = (struct ui_roll){.roll = r.roll,
            .die1 = r.die1,
            .die2 = r.die2,
            .point_before = r.point_before,
            .point_after = r.point_after,
            .seven_out = r.seven_out,
            .point_made = r.point_made,
            .natural = r.natural,
            .craps = r.craps};
        snprintf(h->shooter, sizeof h->shooter, "%s", name_of(&m->live, r.shooter));
    }
}

static void fill_payouts(struct replay_place *p)
{
    struct ui_model *m = p->model;
    m->payout_count = 0;
    m->replay.result = false;
    for (size_t i = 0; i < p->event_count; i++) {
        const struct event *e = &p->events[i];
        m->replay.result = m->replay.result || e->kind == EVENT_ROLL;
        if (e->kind == EVENT_PAYOUT && m->payout_count < UI_PAYOUTS_MAX) {
            m->payouts[m->payout_count++] = (struct ui_payout){.player = e->player,
                .bet = e->bet,
                .result = (uint8_t)e->value,
                .amount_cents = e->amount_cents,
                .paid_cents = e->paid_cents};
        }
    }
}

/* The seat of whoever watches, while it is there; who has stood up watches from no seat. */
static void fill_seat(struct replay_place *p)
{
    struct ui_model *m = p->model;
    const struct live *l = &m->live;
    if (!p->own_seat && p->known) {
        int64_t own = live_find(l, p->id);
        p->own_seat = own >= 0;
        m->replay.seat_view = own >= 0 ? l->accounts[own].seat : 0;
    }
    m->me = -1;
    for (uint32_t i = 0; i < l->account_count; i++) {
        if (m->replay.seat_view != 0 && l->accounts[i].seat == m->replay.seat_view) {
            m->me = (int16_t)i;
        }
    }
}

static void show(struct replay_place *p, struct tape *t, uint32_t frame)
{
    struct ui_model *m = p->model;
    struct tape_roll r;
    uint32_t rolls = tape_rolls_at(t, frame);
    if (!tape_frame(t, frame, &m->live, p->events, REPLAY_EVENTS, &p->event_count)) {
        return;
    }
    p->shown = true;
    p->frame = frame;
    m->version++;
    snprintf(m->table_name, sizeof m->table_name, "%s", m->live.rules.name);
    m->practice = m->live.rules.solo;
    fill_history(p, t, rolls);
    fill_payouts(p);
    fill_seat(p);
    m->dice_checked = rolls > 0;
    m->replay.roll = rolls > 0 && tape_roll(t, rolls - 1, &r) ? r.roll : m->live.roll;
    if (rolls > 0) {
        m->replay.signed_by = r.signed_by;
        m->replay.members = r.members;
    }
}

static void say_frame(struct replay_place *p)
{
    for (size_t i = 0; i < p->event_count; i++) {
        say(p, &p->events[i]);
    }
}

/* What led here is said again, as table talk would still have it. */
static void jump(struct replay_place *p, struct tape *t, uint32_t frame)
{
    uint32_t from = frame > TALK_FRAMES ? frame - TALK_FRAMES : 0;
    p->notice_head = p->notice_tail;
    for (uint32_t i = from; i < frame; i++) {
        if (tape_frame(t, i, &p->model->live, p->events, REPLAY_EVENTS, &p->event_count)) {
            say_frame(p);
        }
    }
    show(p, t, frame);
    say_frame(p);
    p->model->replay.jumps++;
}

static uint64_t pace_ms(const struct replay_place *p)
{
    const struct ui_model *m = p->model;
    uint64_t ms = m->replay.result ? ROLL_MS : live_rolling(&m->live) ? THROW_MS : EVENT_MS;
    return ms * 100 / m->replay.speed_percent + 1;
}

/* The biggest wins, the longest hand, the last roll: in their order. */
static void choose_moments(struct replay_place *p, struct tape *t, const struct tape_status *s)
{
    struct ui_model *m = p->model;
    struct tape_roll best[UI_MOMENTS_MAX] = {{0}}, longest = {0}, r;
    struct event unused;
    size_t none;
    unsigned count = 0;
    if (s->frames > 0) {
        tape_frame(t, s->frames - 1, p->last, &unused, 1, &none);
    }
    for (uint32_t i = 0; tape_roll(t, i, &r); i++) {
        longest = r.hand_rolls > longest.hand_rolls ? r : longest;
        unsigned at = count < MOMENT_WINS ? count : MOMENT_WINS;
        while (at > 0 && best[at - 1].won_cents < r.won_cents) {
            at--;
        }
        if (r.won_cents > 0 && at < MOMENT_WINS) {
            memmove(&best[at + 1], &best[at], (MOMENT_WINS - at) * sizeof best[0]);
            best[at] = r;
            count += count < MOMENT_WINS;
        }
    }
    best[count++] = longest;
    bool last = s->rolls > 0 && s->done && tape_roll(t, s->rolls - 1, &best[count]);
    count += last;
    m->replay.moment_count = 0;
    uint64_t after = 0;
    for (unsigned k = 0; k < count; k++) {
        unsigned next = count;
        for (unsigned i = 0; i < count; i++) {
            bool later = best[i].roll > after;
            next = later && (next == count || best[i].roll < best[next].roll) ? i : next;
        }
        if (next == count) {
            break;
        }
        const struct tape_roll *b = &best[next];
        struct ui_moment *moment = &m->replay.moments[m->replay.moment_count++];
        moment->roll = after = b->roll;
        if (b->roll == longest.roll) {
            snprintf(moment->text, sizeof moment->text, "longest hand: %u, %.16s",
                longest.hand_rolls, name_of(p->last, longest.shooter));
        } else if (b->won_cents > 0) {
            snprintf(moment->text, sizeof moment->text, "%s%.16s +%lld",
                last && next == count - 1 ? "last roll: " : "", name_of(p->last, b->winner),
                (long long)(b->won_cents / 100));
        } else {
            snprintf(moment->text, sizeof moment->text, "last roll");
        }
    }
}

static void take_status(struct replay_place *p, struct tape *t)
{
    struct ui_model *m = p->model;
    struct tape_status s;
    struct tape_roll first, last;
    tape_look(t, &s);
    if (s.percent != m->replay.percent || s.done != m->replay.done) {
        m->version++;
    }
    m->replay.percent = s.percent;
    m->replay.done = s.done;
    m->replay.checks = !s.done || s.checks;
    snprintf(m->replay.problem, sizeof m->replay.problem, "%.*s", UI_TEXT_MAX, s.problem);
    if (s.rolls > 0 && tape_roll(t, 0, &first) && tape_roll(t, s.rolls - 1, &last)) {
        m->replay.first = first.roll;
        m->replay.last = last.roll;
    }
    if (s.done ? p->moments_rolls != s.rolls + 1 : s.rolls >= p->moments_rolls * 2 + 64) {
        p->moments_rolls = s.rolls + s.done;
        choose_moments(p, t, &s);
    }
}

/* The frame of a roll; of the one before the first its beginning. */
static bool frame_of_roll(
    const struct replay_place *p, struct tape *t, uint64_t roll, uint32_t *out)
{
    struct tape_roll r;
    uint64_t first = p->model->replay.first;
    if (roll < first || first == 0) {
        *out = 0;
        return true;
    }
    bool there = tape_roll(t, (uint32_t)(roll - first), &r);
    *out = there ? r.frame : 0;
    return there;
}

static void go(struct replay_place *p, struct tape *t, uint64_t roll, uint64_t now_ms)
{
    uint32_t frame;
    if (frame_of_roll(p, t, roll, &frame)) {
        p->wanted_roll = 0;
        jump(p, t, frame);
        p->due_ms = now_ms + pace_ms(p);
        return;
    }
    p->wanted_roll = roll; /* as soon as it has been read */
    if (p->model->replay.done && p->model->replay.last > 0) {
        go(p, t, p->model->replay.last, now_ms);
    }
}

static void play(struct replay_place *p, struct tape *t, uint64_t now_ms)
{
    struct ui_replay *r = &p->model->replay;
    struct tape_status s;
    tape_look(t, &s);
    while (r->playing && now_ms >= p->due_ms && p->frame + 1 < s.frames) {
        show(p, t, p->frame + 1);
        say_frame(p);
        p->due_ms = (p->due_ms + 1000 < now_ms ? now_ms : p->due_ms) + pace_ms(p);
    }
    if (r->playing && s.done && p->frame + 1 >= s.frames) {
        r->playing = false;
        p->model->version++;
    }
    r->next_ms = r->playing && p->frame + 1 < s.frames ? p->due_ms : 0;
}

void replay_place_update(struct replay_place *p, struct tape *t, uint64_t now_ms)
{
    struct ui_model *m = p->model;
    struct tape_status s;
    m->now_ms = now_ms;
    take_status(p, t);
    tape_look(t, &s);
    if (!p->shown && s.frames > 0) {
        show(p, t, 0);
        say_frame(p);
        p->due_ms = now_ms + pace_ms(p);
    }
    if (p->wanted_roll != 0 && p->shown && (m->replay.last >= p->wanted_roll || s.done)) {
        go(p, t, p->wanted_roll, now_ms);
    }
    if (p->shown) {
        play(p, t, now_ms);
    }
    m->stage = p->left ? STAGE_ENDED : STAGE_REPLAY;
}

/* Hands begin behind a seven-out: the last roll of the hand before, or where the tape begins. */
static uint64_t hand_from(const struct replay_place *p, struct tape *t, int64_t by)
{
    const struct ui_replay *here = &p->model->replay;
    struct tape_roll r;
    uint64_t roll = here->roll;
    uint64_t most = here->last;
    do {
        if (by < 0 && roll + 1 <= here->first) {
            return 0;
        }
        if (by > 0 && roll >= most) {
            return most;
        }
        roll += by < 0 ? -1 : 1;
    } while (
        roll >= here->first && tape_roll(t, (uint32_t)(roll - here->first), &r) && !r.seven_out);
    return roll;
}

static void next_seat(struct replay_place *p)
{
    struct ui_model *m = p->model;
    uint16_t best = 0, lowest = 0;
    for (uint32_t i = 0; i < m->live.account_count; i++) {
        uint16_t seat = m->live.accounts[i].seat;
        lowest = seat != 0 && (lowest == 0 || seat < lowest) ? seat : lowest;
        best = seat > m->replay.seat_view && (best == 0 || seat < best) ? seat : best;
    }
    p->own_seat = true;
    m->replay.seat_view = best != 0 ? best : lowest;
}

static void change_speed(struct ui_replay *r, int64_t by)
{
    for (unsigned i = 0; i < SPEEDS; i++) {
        if (speeds[i] == r->speed_percent) {
            int64_t at = (int64_t)i + by;
            r->speed_percent = speeds[at < 0 ? 0 : at >= SPEEDS ? SPEEDS - 1 : at];
            return;
        }
    }
}

void replay_place_move(struct replay_place *p, struct tape *t, enum ui_replay_move move,
    int64_t argument, uint64_t now_ms)
{
    struct ui_replay *r = &p->model->replay;
    struct tape_status s;
    tape_look(t, &s);
    p->model->version++;
    if (move == REPLAY_LEAVE) {
        p->left = true;
    } else if (!p->shown) {
        return;
    } else if (move == REPLAY_PLAY) {
        r->playing = !r->playing;
        p->due_ms = now_ms;
        if (r->playing && s.done && p->frame + 1 >= s.frames) {
            go(p, t, 0, now_ms); /* once more from the beginning */
        }
    } else if (move == REPLAY_PAUSE) {
        r->playing = false;
    } else if (move == REPLAY_GO) {
        go(p, t, (uint64_t)(argument < 0 ? 0 : argument), now_ms);
    } else if (move == REPLAY_ROLLS) {
        int64_t roll = (int64_t)r->roll + argument;
        uint64_t least = r->first == 0 ? 0 : r->first - 1;
        go(p, t, roll < (int64_t)least ? least : (uint64_t)roll, now_ms);
    } else if (move == REPLAY_HANDS) {
        go(p, t, hand_from(p, t, argument), now_ms);
    } else if (move == REPLAY_STEPS) {
        int64_t frame = (int64_t)p->frame + argument;
        jump(p, t, frame < 0 ? 0 : frame >= s.frames ? s.frames - 1 : (uint32_t)frame);
    } else if (move == REPLAY_SPEED) {
        change_speed(r, argument);
    } else if (move == REPLAY_SEAT) {
        r->seat_view = 0;
        p->own_seat = true;
        if (argument > 0) {
            r->seat_view =
                (uint16_t)(p->model->me >= 0 ? p->model->live.accounts[p->model->me].seat : 0);
            next_seat(p);
        }
        fill_seat(p);
    }
}
