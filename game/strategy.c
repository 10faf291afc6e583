#include "game/strategy.h"

#include "base/check.h"

enum {
    RANDOM_COMMANDS_MAX = 5,
    COMMANDS_PER_WINDOW_MAX = PLAN_MOVES_MAX + 8, /* and rebuys, and ready */
    CHIPS_MAX = 5,
};

int strategy_find(const char *name)
{
    for (int i = 0; i < STRATEGY_COUNT; i++) {
        if (strcmp(name, strategy_name((enum strategy_kind)i)) == 0) {
            return i;
        }
    }
    return -1;
}

const char *strategy_name(enum strategy_kind kind)
{
    const char *name = kind < STRATEGY_RANDOM ? plan_builtin_name(kind) : "random";
    return kind >= STRATEGY_COUNT || name == NULL ? "unknown" : name;
}

void strategy_init_plan(struct strategy *s, const struct plan *plan, uint64_t seed)
{
    *s = (struct strategy){.plan = *plan};
    prng_seed(&s->prng, seed);
}

void strategy_init(struct strategy *s, enum strategy_kind kind, uint64_t seed)
{
    static const enum strategy_kind base_of_random = STRATEGY_PASS;
    struct plan_problem problem;
    bool random = kind == STRATEGY_RANDOM;
    const char *text = plan_builtin_text(strategy_name(random ? base_of_random : kind));
    *s = (struct strategy){.random = random, .varies = true};
    prng_seed(&s->prng, seed);
    bool good = text != NULL && plan_parse(&s->plan, text, strlen(text), &problem);
    CHECK(good); /* a text of ours, which a test reads */
}

void strategy_saw(struct strategy *s, const struct event *events, size_t count, uint32_t account)
{
    for (size_t i = 0; i < count && s->began; i++) {
        const struct event *e = &events[i];
        if (e->kind == EVENT_ROLL) {
            struct bet_ref box = {BET_PLACE, (uint8_t)(e->die1 + e->die2)};
            struct plan_roll roll = {
                .total = box.number,
                .seven_out = e->flag,
                .point_made = e->value == 0 && bet_number_allowed(box, s->crapless),
                .point_set = e->value == box.number,
            };
            plan_saw_roll(&s->run, &roll);
        } else if (e->kind == EVENT_PAYOUT && e->player == account) {
            plan_saw_payout(
                &s->run, e->bet, (enum payout_result)e->value, e->amount_cents, e->paid_cents);
        }
    }
}

/* Any kind, any number, any amount: many of them are refused, which is the point. */
static void random_command(struct strategy *s, const struct live *l, struct live_command *c)
{
    static const uint8_t kinds[] = {
        LIVE_BET, LIVE_BET, LIVE_BET, LIVE_BET, LIVE_BET, LIVE_BET, LIVE_TAKE, LIVE_MARK};
    *c = (struct live_command){.kind = kinds[prng_below(&s->prng, sizeof kinds)]};
    struct bet_ref bet = bet_of_slot((uint16_t)prng_below(&s->prng, BET_SLOT_COUNT));
    if (c->kind == LIVE_BET && (bet.kind == BET_COME || bet.kind == BET_DONT_COME)) {
        bet.number = 0;
    }
    c->bet = bet;
    c->mark = (uint8_t)prng_below(&s->prng, 3);
    c->has_amount = c->kind == LIVE_BET || prng_chance(&s->prng, 300);
    if (c->has_amount) {
        int64_t chips = (int64_t)prng_below(&s->prng, CHIPS_MAX) + 1;
        c->amount_cents =
            chips * (bet_specs[bet.kind].multiple > 1 ? 100 : l->table.config.min_cents);
        if (prng_chance(&s->prng, 100)) {
            static const int64_t odd_cents[] = {0, 7, 99, 60000, 99999999};
            c->amount_cents = odd_cents[prng_below(&s->prng, 5)];
        }
    }
}

static struct live_command command_of(const struct plan_move *m)
{
    struct live_command c = {
        .kind = m->kind == PLAN_MOVE_BET    ? LIVE_BET
                : m->kind == PLAN_MOVE_TAKE ? LIVE_TAKE
                                            : LIVE_MARK,
        .bet = m->bet,
        .mark = m->mark,
        .has_amount = m->has_amount,
        .amount_cents = m->amount_cents,
    };
    return c;
}

static bool next_bet(
    struct strategy *s, const struct live *l, uint32_t account, struct live_command *c)
{
    struct plan_move move;
    if (s->random) {
        plan_window(&s->run); /* what it took down by chance is put up again */
    }
    if (plan_next(&s->run, &s->plan, &l->table, account, &move) == PLAN_STEP_MOVE) {
        *c = command_of(&move);
        return true;
    }
    if (s->random && s->commands <= RANDOM_COMMANDS_MAX && prng_chance(&s->prng, 600)) {
        random_command(s, l, c);
        return true;
    }
    return false;
}

static void see_window(struct strategy *s, const struct live *l, uint32_t account)
{
    uint64_t window = l->window_instance + 1;
    if (s->began && s->window == window) {
        return;
    }
    s->window = window;
    s->commands = 0;
    if (!s->began) {
        s->began = true;
        s->crapless = l->table.config.crapless;
        plan_begin(&s->run, &s->plan, &l->table, account);
    }
    plan_window(&s->run);
    if (s->varies && l->table.point == 0) {
        int64_t cents = ((int64_t)prng_below(&s->prng, CHIPS_MAX) + 1) * 100;
        int64_t least = l->table.config.min_cents;
        s->run.unit_cents = cents < least ? least : cents;
    }
}

static bool wants_chips(const struct strategy *s, const struct live *l, uint32_t account)
{
    const struct table_player *p = &l->players[account];
    const struct live_account *a = &l->accounts[account];
    bool broke = p->balance_cents + table_layout_cents(p) < l->table.config.min_cents;
    bool may_rebuy = l->rules.rebuys == LIVE_ANY || a->rebuys < l->rules.rebuys;
    return broke && may_rebuy && s->plan.makes != 0;
}

bool strategy_next(
    struct strategy *s, const struct live *l, uint32_t account, struct live_command *command)
{
    if (account >= l->account_count || l->accounts[account].seat == 0 || live_rolling(l)) {
        return false;
    }
    see_window(s, l, account);
    bool ready = l->accounts[account].ready;
    bool room = s->commands < COMMANDS_PER_WINDOW_MAX;
    if (strategy_ended(s) != NULL || (ready && !room)) {
        return false;
    }
    s->commands++;
    if (room && wants_chips(s, l, account)) {
        *command = (struct live_command){.kind = LIVE_REBUY};
        return true;
    }
    if (!ready && room && next_bet(s, l, account, command)) {
        return true;
    }
    if (!ready && strategy_ended(s) == NULL) {
        *command = (struct live_command){.kind = LIVE_READY, .amount_cents = 1};
        return true;
    }
    s->commands--; /* waiting costs nothing */
    return false;
}

const char *strategy_ended(const struct strategy *s)
{
    return s->run.stopped_line == 0 ? NULL : plan_stop_reason(&s->run, &s->plan);
}

void strategy_restart(struct strategy *s)
{
    s->began = false;
    s->run.stopped_line = 0;
}
