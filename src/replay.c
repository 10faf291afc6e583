#include "src/replay.h"

#include "consensus/quorum.h"
#include "src/clock.h"
#include "src/game_app.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { ROLL_PACE_MS = 2500, EVENT_PACE_MS = 150 };

struct replay {
    const struct replay_options *options;
    const struct reporter *to;
    const char *path;
    bool showing;
    bool stopped;
    bool begun; /* at the kept state */
    uint64_t rolls;
    struct report last; /* what the summary says, with balances in `shown` */
    struct live *shown;
};

/* In slices, so that an end that is asked for comes at once. */
static void pause_for(const struct replay *r, double ms)
{
    if (r->options->speed <= 0) {
        return;
    }
    uint64_t end_ms = clock_now_ms() + (uint64_t)fmin(ms / r->options->speed, 1e9);
    for (uint64_t now = clock_now_ms(); now < end_ms && r->options->go_on(); now = clock_now_ms()) {
        uint64_t left = end_ms - now < 100 ? end_ms - now : 100;
        struct timespec t = {.tv_nsec = (long)left * 1000000};
        nanosleep(&t, NULL);
    }
}

static struct report begin(const struct audit *a, int kind)
{
    const struct final_effects *e = audit_effects(a);
    return (struct report){
        .kind = (uint8_t)kind,
        .t_ms = clock_now_ms(),
        .live = audit_live(a),
        .table = ledger_game_id(audit_ledger(a)),
        .height = e->height,
        .view = e->view,
        .epoch = e->epoch,
        .operations = e->op_count,
        .latency_ms = -1,
    };
}

static void report_open(const struct replay *r, const struct audit *a)
{
    uint8_t rules[RULES_BYTES_MAX];
    struct writer w = writer_of(rules, sizeof rules);
    struct report open = begin(a, REPORT_TABLE_OPEN);
    house_rules_encode(&open.live->rules, &w);
    open.table_name = open.live->rules.name;
    open.hash = hash_tagged("craps/v1/rules", rules, w.size);
    reporter_send(r->to, &open);
}

static void report_epoch(const struct replay *r, const struct audit *a)
{
    const struct protocol_state *p = ledger_protocol(audit_ledger(a), NULL);
    struct report epoch = begin(a, REPORT_EPOCH);
    epoch.epoch = p->epoch;
    epoch.members = p->roster.count;
    epoch.faulty = (uint16_t)quorum_faulty(p->roster.count);
    epoch.quorum = (uint16_t)quorum_size(p->roster.count);
    reporter_send(r->to, &epoch);
}

static const char *name_of(const struct live *l, uint16_t account)
{
    return account < l->account_count ? l->players[account].name : "";
}

/* Payouts and balances that follow a roll. */
static size_t details_of(const struct event_sink *events, size_t at)
{
    size_t n = 0;
    while (at + 1 + n < events->count && (events->items[at + 1 + n].kind == EVENT_PAYOUT ||
                                             events->items[at + 1 + n].kind == EVENT_BALANCE)) {
        n++;
    }
    return n;
}

/* As the members' own summary after `--rolls`: the balances are those of the roll, the rest is the block's. */
static void keep_balances(struct replay *r, const struct event *details, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (details[i].kind == EVENT_BALANCE && details[i].player < r->shown->account_count) {
            r->shown->players[details[i].player].balance_cents = details[i].amount_cents;
        }
    }
}

static void show_event(
    struct replay *r, const struct audit *a, const struct event_sink *events, size_t at)
{
    const struct event *e = &events->items[at];
    struct report out = begin(a, e->kind == EVENT_ROLL ? REPORT_ROLL : REPORT_GAME);
    out.event = *e;
    out.player = name_of(out.live, e->player);
    out.seat = e->seat;
    if (e->kind == EVENT_ROLL) {
        out.details = e + 1;
        out.detail_count = details_of(events, at);
        pause_for(r, ROLL_PACE_MS);
    } else if (e->kind == EVENT_BET || e->kind == EVENT_TAKE || e->kind == EVENT_SEATED) {
        pause_for(r, EVENT_PACE_MS);
    }
    reporter_send(r->to, &out);
}

/* The state after the block: what a summary would say now. */
static void note_state(struct replay *r, const struct audit *a)
{
    const struct ledger *l = audit_ledger(a);
    r->last = begin(a, REPORT_SUMMARY);
    live_copy(r->shown, r->last.live);
    r->last.live = r->shown;
    r->last.height = ledger_height(l);
    r->last.epoch = ledger_protocol(l, NULL)->epoch;
    r->last.hash = ledger_state_root(l);
    r->last.bank_cents = r->shown->table.bank_cents;
    r->last.rolls = r->shown->roll;
    r->last.conserved = live_check(audit_live(a));
    r->last.record = r->path;
}

/* The genesis and the kept state show nothing but what table it is. */
static bool is_before(struct replay *r, const struct audit *a)
{
    bool genesis = audit_effects(a)->height == 0;
    if (r->options->begin == 0 || r->begun) {
        return false;
    }
    r->begun = !genesis;
    r->rolls = audit_live(a)->roll;
    return true;
}

static bool on_block(void *self, const struct audit *a)
{
    struct replay *r = self;
    const struct final_effects *e = audit_effects(a);
    const struct event_sink *events = game_events_of(e->events);
    if (e->height == 0) {
        report_open(r, a);
    }
    note_state(r, a);
    if (is_before(r, a)) {
        return r->options->go_on();
    }
    r->showing = r->showing || r->rolls + 1 >= r->options->from;
    if (r->showing && e->height > 0) {
        struct report committed = begin(a, REPORT_COMMITTED);
        reporter_send(r->to, &committed);
    }
    for (size_t i = 0; i < events->count && r->options->go_on(); i++) {
        const struct event *event = &events->items[i];
        if (event->kind == EVENT_ROLL) {
            r->rolls = event->roll;
            r->showing = r->showing || r->rolls >= r->options->from;
        }
        if (r->showing && event->kind != EVENT_PAYOUT && event->kind != EVENT_BALANCE) {
            show_event(r, a, events, i);
        }
        if (event->kind == EVENT_ROLL && event->roll == r->options->to) {
            keep_balances(r, event + 1, details_of(events, i));
            r->last.epoch = e->epoch;
            r->last.bank_cents = event->paid_cents;
            r->stopped = true;
        }
    }
    if (r->showing && e->epoch_switched) {
        report_epoch(r, a);
    }
    r->stopped = r->stopped || !r->options->go_on();
    return !r->stopped;
}

enum err replay_run(const char *path, const struct replay_options *options,
    const struct reporter *to, struct record_findings *found, char *problem)
{
    char *absolute = realpath(path, NULL);
    struct replay r = {.options = options,
        .to = to,
        .path = absolute == NULL ? path : absolute,
        .shown = calloc(1, sizeof *r.shown)};
    struct record_listener listener = {
        .self = &r, .seen = on_block, .begin = options->begin, .prompt = true};
    enum err err = r.shown == NULL ? ERR_NO_MEMORY : audit_record(path, &listener, found, problem);
    if (err == ERR_OK && found->fault.what == AUDIT_NOTHING) {
        r.last.t_ms = clock_now_ms();
        reporter_send(to, &r.last);
    }
    free(r.shown);
    free(absolute);
    return err;
}
