#include "game/live_internal.h"

enum { PASSED_OVER_LIMIT = 2 };

static bool account_set_has(const struct account_set *s, int64_t account)
{
    return account >= 0 && (s->bits[account / 64] >> (account % 64) & 1) != 0;
}

static void account_set_add(struct account_set *s, int64_t account)
{
    s->bits[account / 64] |= UINT64_C(1) << (account % 64);
}

static unsigned account_set_count(const struct account_set *s)
{
    unsigned n = 0;
    for (size_t i = 0; i < sizeof s->bits / sizeof s->bits[0]; i++) {
        n += (unsigned)__builtin_popcountll(s->bits[i]);
    }
    return n;
}

/* max(f + 1, min(n, 2)) of rule 16.5. */
static unsigned witnesses(const struct live_context *ctx)
{
    unsigned least = ctx->members < 2 ? ctx->members : 2;
    unsigned honest = ctx->faulty + 1u;
    return honest > least ? honest : least;
}

/* Rule 16.6: at n = 2 the one other member is enough. */
static unsigned away_witnesses(const struct live_context *ctx)
{
    return ctx->members == 2 ? 1 : witnesses(ctx);
}

bool live_window_timed(const struct live *l)
{
    return !l->rules.solo && l->rules.window_s > 0;
}

void live_open_window(struct live *l, struct event_sink *sink)
{
    l->window_open = l->rules.solo || l->rules.window_s > 0;
    l->window_instance++;
    memset(&l->window_votes, 0, sizeof l->window_votes);
    live_emit(l, sink, EVENT_WINDOW, -1, (struct event){.flag = true});
}

void live_new_shooter_clock(struct live *l)
{
    l->shooter_instance++;
    memset(&l->shooter_votes, 0, sizeof l->shooter_votes);
}

void live_close_window(struct live *l, struct event_sink *sink)
{
    l->window_open = false;
    live_new_shooter_clock(l);
    live_emit(l, sink, EVENT_WINDOW, -1, (struct event){.flag = false});
}

/* Rule 16.4: the thrower's clock has run out. */
static void pass_over(struct live *l, struct event_sink *sink)
{
    uint16_t thrower = l->thrower;
    struct live_account *a = &l->accounts[thrower];
    live_emit(l, sink, EVENT_PASSED_OVER, thrower, (struct event){0});
    a->passed_over++;
    table_pass_dice(&l->table);
    if (a->passed_over >= PASSED_OVER_LIMIT) {
        live_sit_out(l, thrower, sink);
    }
    live_new_shooter_clock(l);
}

enum refusal live_apply_elapsed(struct live *l, const struct live_context *ctx, int64_t voter,
    const struct live_command *c, struct event_sink *sink)
{
    int64_t subject = c->timer == LIVE_TIMER_GRACE ? live_find(l, c->subject) : 0;
    if (subject < 0 || c->timer < LIVE_TIMER_WINDOW || c->timer > LIVE_TIMER_GRACE) {
        return REFUSAL_BAD_COMMAND;
    }
    enum live_timer timer = (enum live_timer)c->timer;
    if (!live_timer_runs(l, ctx, timer, (uint32_t)subject) ||
        c->instance != live_timer_instance(l, timer, (uint32_t)subject)) {
        return REFUSAL_BAD_COMMAND; /* of an instance that is over: late, and harmless */
    }
    struct account_set *votes = timer == LIVE_TIMER_WINDOW    ? &l->window_votes
                                : timer == LIVE_TIMER_SHOOTER ? &l->shooter_votes
                                                              : &l->accounts[subject].grace_votes;
    account_set_add(votes, voter);
    if (account_set_count(votes) < witnesses(ctx)) {
        return REFUSAL_NONE;
    }
    switch (timer) {
    case LIVE_TIMER_WINDOW:
        live_close_window(l, sink);
        break;
    case LIVE_TIMER_SHOOTER:
        pass_over(l, sink);
        break;
    case LIVE_TIMER_GRACE:
        live_unseat_with_bots(l, (uint32_t)subject, sink);
        break;
    }
    return REFUSAL_NONE;
}

enum refusal live_apply_away(struct live *l, const struct live_context *ctx, int64_t voter,
    const struct live_command *c, struct event_sink *sink)
{
    int64_t subject = live_find(l, c->subject);
    if (subject < 0 || subject == voter || l->accounts[subject].bot ||
        l->accounts[subject].seat == 0 || l->accounts[subject].away) {
        return REFUSAL_BAD_COMMAND;
    }
    account_set_add(&l->accounts[subject].away_votes, voter);
    if (account_set_count(&l->accounts[subject].away_votes) >= away_witnesses(ctx)) {
        live_set_away_with_bots(l, (uint32_t)subject, true, sink);
    }
    return REFUSAL_NONE;
}

bool live_timer_runs(
    const struct live *l, const struct live_context *ctx, enum live_timer timer, uint32_t account)
{
    switch (timer) {
    case LIVE_TIMER_WINDOW:
        return live_window_timed(l) && l->window_open && live_may_throw_now(l, ctx);
    case LIVE_TIMER_SHOOTER:
        return !l->rules.solo && !l->window_open && live_may_throw_now(l, ctx) &&
               !l->accounts[l->thrower].ready;
    case LIVE_TIMER_GRACE:
        return account < l->account_count && l->accounts[account].away && !l->accounts[account].bot;
    }
    return false;
}

uint64_t live_timer_instance(const struct live *l, enum live_timer timer, uint32_t account)
{
    switch (timer) {
    case LIVE_TIMER_WINDOW:
        return l->window_instance;
    case LIVE_TIMER_SHOOTER:
        return l->shooter_instance;
    case LIVE_TIMER_GRACE:
        return account < l->account_count ? l->accounts[account].graces : 0;
    }
    return 0;
}

uint16_t live_timer_seconds(const struct live *l, enum live_timer timer)
{
    return timer == LIVE_TIMER_WINDOW    ? l->rules.window_s
           : timer == LIVE_TIMER_SHOOTER ? l->rules.shooter_clock_s
                                         : l->rules.grace_s;
}

bool live_timer_voted(
    const struct live *l, enum live_timer timer, uint32_t account, const uint8_t id[LIVE_ID_BYTES])
{
    int64_t voter = live_find(l, id);
    switch (timer) {
    case LIVE_TIMER_WINDOW:
        return account_set_has(&l->window_votes, voter);
    case LIVE_TIMER_SHOOTER:
        return account_set_has(&l->shooter_votes, voter);
    case LIVE_TIMER_GRACE:
        return account < l->account_count &&
               account_set_has(&l->accounts[account].grace_votes, voter);
    }
    return false;
}

bool live_away_voted(const struct live *l, uint32_t account, const uint8_t id[LIVE_ID_BYTES])
{
    return account < l->account_count &&
           account_set_has(&l->accounts[account].away_votes, live_find(l, id));
}
