#include "game/live_internal.h"

enum { ROLL_PAYOUTS_MAX = 4000 };

void live_init(struct live *l, const struct house_rules *rules)
{
    memset(l, 0, offsetof(struct live, accounts));
    l->rules = *rules;
    l->thrower = EVENT_NOBODY;
    l->window_open = rules->solo || rules->window_s > 0;
    table_init(&l->table, &rules->table, l->players, LIVE_ACCOUNTS_MAX);
}

void live_copy(struct live *to, const struct live *from)
{
    memcpy(to, from, offsetof(struct live, accounts));
    memcpy(to->accounts, from->accounts, from->account_count * sizeof from->accounts[0]);
    memcpy(to->players, from->players, from->account_count * sizeof from->players[0]);
    table_rebase(&to->table, to->players, LIVE_ACCOUNTS_MAX);
}

bool live_rolling(const struct live *l)
{
    return l->phase == LIVE_ROLLING;
}

void live_emit(struct live *l, struct event_sink *sink, int kind, int64_t account, struct event e)
{
    e.kind = (uint8_t)kind;
    e.player = account < 0 ? EVENT_NOBODY : (uint16_t)account;
    e.seat = account < 0 ? 0 : l->accounts[account].seat;
    if (e.roll == 0) {
        e.roll = l->roll + 1;
    }
    event_emit(sink, e);
}

bool live_acts(const struct live_account *a)
{
    return a->seat != 0 && !a->away && !a->sitting_out;
}

bool live_all_ready(const struct live *l)
{
    bool any = false;
    for (uint32_t i = 0; i < l->account_count; i++) {
        if (live_acts(&l->accounts[i])) {
            if (!l->accounts[i].ready) {
                return false;
            }
            any = true;
        }
    }
    return any;
}

bool live_may_throw_now(const struct live *l, const struct live_context *ctx)
{
    return ctx->dice_allowed && l->phase == LIVE_BETTING && l->started &&
           l->thrower != EVENT_NOBODY;
}

/* Brings everything that follows from the rest up to date: who may throw, who throws next, whether the window has to
 * open again (16.3), and carries out a throw that waits. Runs after every accepted change. */
void live_settle(struct live *l, const struct live_context *ctx, struct event_sink *sink)
{
    if (l->phase == LIVE_ROLLING) {
        return;
    }
    l->started = l->started || live_seated(l) >= l->rules.start;
    for (uint32_t i = 0; i < l->account_count; i++) {
        l->players[i].may_throw = live_acts(&l->accounts[i]);
    }
    if (l->table.point != 0 && !l->players[l->table.shooter].may_throw) {
        table_pass_dice(&l->table); /* 16.4: in the point phase too */
    }
    int64_t next = table_thrower(&l->table);
    if (next >= 0 && !l->players[next].may_throw) {
        next = -1;
    }
    uint16_t thrower = next < 0 ? EVENT_NOBODY : (uint16_t)next;
    if (thrower != l->thrower) {
        l->thrower = thrower;
        live_new_shooter_clock(l);
        live_emit(l, sink, EVENT_SHOOTER, next, (struct event){0});
    }
    if (next < 0 && !l->window_open && live_window_timed(l)) {
        live_open_window(l, sink);
    }
    bool free = !l->window_open || live_all_ready(l);
    if (live_may_throw_now(l, ctx) && free && l->accounts[l->thrower].ready) {
        l->phase = LIVE_ROLLING;
        live_emit(l, sink, EVENT_THROW, l->thrower, (struct event){0});
    }
}

void live_context_changed(struct live *l, const struct live_context *ctx, struct event_sink *sink)
{
    live_settle(l, ctx, sink);
}

static enum refusal apply_bet(
    struct live *l, uint32_t account, const struct live_command *c, struct event_sink *sink)
{
    enum refusal r = table_bet(&l->table, account, c->bet, c->amount_cents);
    if (r == REFUSAL_NONE) {
        live_emit(l, sink, EVENT_BET, account,
            (struct event){.bet = c->bet, .amount_cents = c->amount_cents});
    }
    return r;
}

static enum refusal apply_take(
    struct live *l, uint32_t account, const struct live_command *c, struct event_sink *sink)
{
    uint16_t slot = bet_slot(c->bet);
    int64_t before = slot == BET_SLOT_NONE ? 0 : l->players[account].bet_cents[slot];
    enum refusal r = table_take(&l->table, account, c->bet, c->has_amount, c->amount_cents);
    if (r == REFUSAL_NONE) {
        live_emit(l, sink, EVENT_TAKE, account,
            (struct event){
                .bet = c->bet,
                .amount_cents = before - l->players[account].bet_cents[slot],
            });
    }
    return r;
}

static enum refusal apply_mark(
    struct live *l, uint32_t account, const struct live_command *c, struct event_sink *sink)
{
    enum refusal r = table_mark(&l->table, account, c->bet, (enum bet_mark)c->mark);
    if (r == REFUSAL_NONE) {
        live_emit(l, sink, EVENT_MARK, account, (struct event){.bet = c->bet, .value = c->mark});
    }
    return r;
}

static enum refusal apply_throw(struct live *l, uint32_t account, struct event_sink *sink)
{
    if (!l->started) {
        return REFUSAL_WAITING_FOR_PLAYERS;
    }
    if (l->thrower != account) {
        return REFUSAL_NO_SHOOTER;
    }
    bool was = l->accounts[account].ready;
    l->accounts[account].ready = true;
    if (l->window_open && !live_all_ready(l)) {
        l->accounts[account].ready = was;
        return REFUSAL_WINDOW_OPEN;
    }
    live_emit(l, sink, EVENT_READY, account, (struct event){.flag = true});
    return REFUSAL_NONE;
}

static enum refusal apply_ready(
    struct live *l, uint32_t account, bool ready, struct event_sink *sink)
{
    if (l->accounts[account].ready != ready) {
        l->accounts[account].ready = ready;
        live_emit(l, sink, EVENT_READY, account, (struct event){.flag = ready});
    }
    return REFUSAL_NONE;
}

enum refusal live_sit_out(struct live *l, uint32_t account, struct event_sink *sink)
{
    if (!l->accounts[account].sitting_out) {
        l->accounts[account].sitting_out = true;
        l->accounts[account].ready = false;
        live_emit(l, sink, EVENT_SIT_OUT, account, (struct event){0});
    }
    return REFUSAL_NONE;
}

static void sit_in(struct live *l, uint32_t account, struct event_sink *sink)
{
    l->accounts[account].passed_over = 0;
    if (l->accounts[account].sitting_out) {
        l->accounts[account].sitting_out = false;
        live_emit(l, sink, EVENT_SIT_IN, account, (struct event){0});
    }
}

/* Rule 16.1. */
static enum refusal apply_rebuy(struct live *l, uint32_t account, struct event_sink *sink)
{
    struct live_account *a = &l->accounts[account];
    struct table_player *p = &l->players[account];
    bool used_up = l->rules.rebuys != LIVE_ANY && a->rebuys >= l->rules.rebuys;
    if (used_up || p->balance_cents + table_layout_cents(p) >= l->table.config.min_cents) {
        return REFUSAL_NO_REBUY;
    }
    a->rebuys += a->rebuys < UINT16_MAX;
    p->balance_cents += l->rules.buy_in_cents;
    p->issued_cents += l->rules.buy_in_cents;
    live_emit(l, sink, EVENT_REBUY, account, (struct event){.amount_cents = l->rules.buy_in_cents});
    return REFUSAL_NONE;
}

static enum refusal apply_player(
    struct live *l, uint32_t account, const struct live_command *c, struct event_sink *sink)
{
    switch (c->kind) {
    case LIVE_BET:
        return apply_bet(l, account, c, sink);
    case LIVE_TAKE:
        return apply_take(l, account, c, sink);
    case LIVE_MARK:
        return apply_mark(l, account, c, sink);
    case LIVE_READY:
        return apply_ready(l, account, c->amount_cents != 0, sink);
    case LIVE_THROW:
        return apply_throw(l, account, sink);
    case LIVE_SIT_OUT:
        return live_sit_out(l, account, sink);
    case LIVE_REBUY:
        return apply_rebuy(l, account, sink);
    case LIVE_LEAVE:
        live_unseat_with_bots(l, account, sink);
        return REFUSAL_NONE;
    case LIVE_SIT_IN:
    case LIVE_BACK:
        return REFUSAL_NONE;
    default:
        return REFUSAL_BAD_COMMAND;
    }
}

enum refusal live_apply(struct live *l, const struct live_context *ctx,
    const struct live_command *command, struct event_sink *sink)
{
    int64_t account = live_find(l, ctx->author);
    if (account < 0) {
        return REFUSAL_NOT_SEATED;
    }
    if (l->phase == LIVE_ROLLING) {
        return REFUSAL_DICE_OUT;
    }
    enum refusal r;
    if (command->kind == LIVE_ELAPSED || command->kind == LIVE_AWAY) {
        if (!ctx->author_member) {
            return REFUSAL_NOT_SEATED;
        }
        r = command->kind == LIVE_ELAPSED ? live_apply_elapsed(l, ctx, account, command, sink)
                                          : live_apply_away(l, ctx, account, command, sink);
    } else {
        if (l->accounts[account].seat == 0) {
            return REFUSAL_NOT_SEATED;
        }
        r = apply_player(l, (uint32_t)account, command, sink);
        if (r == REFUSAL_NONE && command->kind != LIVE_SIT_OUT && command->kind != LIVE_LEAVE) {
            sit_in(l, (uint32_t)account, sink); /* acting again (16.4) */
        }
    }
    if (r == REFUSAL_NONE) {
        bool by_player = command->kind != LIVE_ELAPSED && command->kind != LIVE_AWAY;
        if (by_player || !l->accounts[account].bot) {
            live_set_away_with_bots(l, (uint32_t)account, false, sink); /* back is implied (16) */
        }
        live_settle(l, ctx, sink);
    }
    return r;
}

static void emit_roll(struct live *l, const struct roll_result *result, struct event_sink *sink)
{
    live_emit(l, sink, EVENT_ROLL, result->shooter,
        (struct event){
            .roll = l->roll,
            .die1 = result->die1,
            .die2 = result->die2,
            .value = result->point_after,
            .flag = result->seven_out,
            .paid_cents = l->table.bank_cents,
        });
    size_t listed = result->payout_count < result->payout_capacity ? result->payout_count
                                                                   : result->payout_capacity;
    for (size_t i = 0; i < listed; i++) {
        const struct payout *p = &result->payouts[i];
        live_emit(l, sink, EVENT_PAYOUT, p->player,
            (struct event){
                .roll = l->roll,
                .bet = p->bet,
                .value = p->result,
                .amount_cents = p->amount_cents,
                .paid_cents = p->paid_cents,
            });
    }
    for (uint32_t i = 0; i < l->account_count; i++) {
        live_emit(l, sink, EVENT_BALANCE, i,
            (struct event){.roll = l->roll, .amount_cents = l->players[i].balance_cents});
    }
}

void live_dice(struct live *l, const struct live_context *ctx, unsigned die1, unsigned die2,
    struct event_sink *sink)
{
    struct payout payouts[ROLL_PAYOUTS_MAX];
    struct roll_result result = {.payouts = payouts, .payout_capacity = ROLL_PAYOUTS_MAX};
    if (l->phase != LIVE_ROLLING) {
        return;
    }
    l->phase = LIVE_BETTING;
    if (table_roll(&l->table, die1, die2, &result) == REFUSAL_NONE) {
        l->roll++;
        l->accounts[result.shooter].passed_over = 0;
        emit_roll(l, &result, sink);
    }
    for (uint32_t i = 0; i < l->account_count; i++) {
        l->accounts[i].ready = false;
    }
    live_open_window(l, sink);
    live_new_shooter_clock(l);
    live_settle(l, ctx, sink);
}

bool live_check(const struct live *l)
{
    uint64_t seats = 0;
    for (uint32_t i = 0; i < l->account_count; i++) {
        unsigned seat = l->accounts[i].seat;
        if (seat > LIVE_SEATS_MAX || (seat != 0 && (seats >> seat & 1) != 0)) {
            return false;
        }
        seats |= seat == 0 ? 0 : UINT64_C(1) << seat;
        if (l->players[i].seated != (seat != 0) || l->players[i].balance_cents < 0) {
            return false;
        }
    }
    return l->account_count == l->table.player_count && l->account_count <= LIVE_ACCOUNTS_MAX &&
           l->phase <= LIVE_ROLLING &&
           (l->thrower == EVENT_NOBODY || l->thrower < l->account_count) &&
           table_conserved(&l->table);
}
