#include "game/strategy.h"

enum { COMMANDS_PER_WINDOW_MAX = 24, RANDOM_COMMANDS_MAX = 5 };

static const char *const names[STRATEGY_COUNT] = {
    [STRATEGY_IDLE] = "idle",
    [STRATEGY_PASS] = "pass",
    [STRATEGY_PASS_ODDS] = "pass-odds",
    [STRATEGY_DONT_PASS] = "dont-pass",
    [STRATEGY_PLACE_6_8] = "place-6-8",
    [STRATEGY_IRON_CROSS] = "iron-cross",
    [STRATEGY_THREE_POINT_MOLLY] = "three-point-molly",
    [STRATEGY_FIELD] = "field",
    [STRATEGY_RANDOM] = "random",
};

int strategy_find(const char *name)
{
    for (int i = 0; i < STRATEGY_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

const char *strategy_name(enum strategy_kind kind)
{
    return kind < STRATEGY_COUNT ? names[kind] : "unknown";
}

void strategy_init(struct strategy *s, enum strategy_kind kind, uint64_t seed)
{
    *s = (struct strategy){.kind = (uint8_t)kind};
    prng_seed(&s->prng, seed);
}

static int64_t bet_now(const struct live *l, uint32_t account, enum bet_kind kind, unsigned number)
{
    uint16_t slot = bet_slot((struct bet_ref){.kind = (uint8_t)kind, .number = (uint8_t)number});
    return slot == BET_SLOT_NONE ? 0 : l->players[account].bet_cents[slot];
}

/* 1 to 5 chips, as cli.md says, inside the table's limits. */
static int64_t unit_cents(struct strategy *s, const struct live *l, int64_t step_cents)
{
    int64_t chips = (int64_t)prng_below(&s->prng, 5) + 1;
    int64_t cents = chips * 100;
    cents = (cents + step_cents - 1) / step_cents * step_cents;
    int64_t low = (l->table.config.min_cents + step_cents - 1) / step_cents * step_cents;
    return cents < low ? low : cents;
}

/* Fills in a bet when it is missing and the table would take it. */
static bool want(struct strategy *s, const struct live *l, uint32_t account, enum bet_kind kind,
    unsigned number, int64_t step_cents, struct live_command *c)
{
    if (bet_now(l, account, kind, number) > 0) {
        return false;
    }
    struct bet_ref bet = {.kind = (uint8_t)kind, .number = (uint8_t)number};
    int64_t cents = unit_cents(s, l, step_cents);
    if (table_bet_check(&l->table, account, bet, cents) != REFUSAL_NONE) {
        cents = l->table.config.min_cents;
        if (table_bet_check(&l->table, account, bet, cents) != REFUSAL_NONE) {
            return false;
        }
    }
    *c = (struct live_command){
        .kind = LIVE_BET, .bet = bet, .has_amount = true, .amount_cents = cents};
    return true;
}

/* Odds on a base: what the cap allows of 1 to 5 chips. */
static bool want_odds(struct strategy *s, const struct live *l, uint32_t account,
    enum bet_kind kind, unsigned number, struct live_command *c)
{
    struct bet_ref bet = {.kind = (uint8_t)kind, .number = (uint8_t)number};
    int64_t cap = table_odds_cap_cents(&l->table, account, bet);
    int64_t cents = unit_cents(s, l, 100);
    cents = cents > cap ? cap : cents;
    if (cap <= 0 || bet_now(l, account, kind, number) > 0 ||
        table_bet_check(&l->table, account, bet, cents) != REFUSAL_NONE) {
        return false;
    }
    *c = (struct live_command){
        .kind = LIVE_BET, .bet = bet, .has_amount = true, .amount_cents = cents};
    return true;
}

static bool want_line(
    struct strategy *s, const struct live *l, uint32_t account, struct live_command *c)
{
    enum bet_kind kind = s->kind == STRATEGY_DONT_PASS ? BET_DONT_PASS : BET_PASS;
    if (l->table.config.crapless) {
        kind = BET_PASS;
    }
    bool has_line =
        bet_now(l, account, BET_PASS, 0) > 0 || bet_now(l, account, BET_DONT_PASS, 0) > 0;
    return l->table.point == 0 && !has_line && want(s, l, account, kind, 0, 100, c);
}

static bool want_molly(
    struct strategy *s, const struct live *l, uint32_t account, struct live_command *c)
{
    static const uint8_t numbers[] = {4, 5, 6, 8, 9, 10};
    if (l->table.point == 0) {
        return false;
    }
    if (want_odds(s, l, account, BET_PASS_ODDS, 0, c)) {
        return true;
    }
    unsigned comes = bet_now(l, account, BET_COME, 0) > 0;
    for (size_t i = 0; i < sizeof numbers; i++) {
        comes += bet_now(l, account, BET_COME, numbers[i]) > 0;
        if (want_odds(s, l, account, BET_COME_ODDS, numbers[i], c)) {
            return true;
        }
    }
    return comes < 2 && want(s, l, account, BET_COME, 0, 100, c);
}

static bool want_places(struct strategy *s, const struct live *l, uint32_t account,
    const uint8_t *numbers, size_t count, struct live_command *c)
{
    for (size_t i = 0; l->table.point != 0 && i < count; i++) {
        int64_t step = numbers[i] == 6 || numbers[i] == 8 ? 600 : 500;
        if (numbers[i] != l->table.point && want(s, l, account, BET_PLACE, numbers[i], step, c)) {
            return true;
        }
    }
    return false;
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
        int64_t chips = (int64_t)prng_below(&s->prng, 5) + 1;
        c->amount_cents =
            chips * (bet_specs[bet.kind].multiple > 1 ? 100 : l->table.config.min_cents);
        if (prng_chance(&s->prng, 100)) {
            static const int64_t odd_cents[] = {0, 7, 99, 60000, 99999999};
            c->amount_cents = odd_cents[prng_below(&s->prng, 5)];
        }
    }
}

/* Everything is on the layout and nothing is left for a line bet: something has to come down, or nobody could throw. */
static bool free_chips(const struct live *l, uint32_t account, struct live_command *c)
{
    const struct table_player *p = &l->players[account];
    bool has_line =
        bet_now(l, account, BET_PASS, 0) > 0 || bet_now(l, account, BET_DONT_PASS, 0) > 0;
    if (l->table.point != 0 || has_line || p->balance_cents >= l->table.config.min_cents) {
        return false;
    }
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        struct bet_ref bet = bet_of_slot(slot);
        if (p->bet_cents[slot] > 0 &&
            table_take_check(&l->table, account, bet, false, 0) == REFUSAL_NONE) {
            *c = (struct live_command){.kind = LIVE_TAKE, .bet = bet};
            return true;
        }
    }
    return false;
}

static bool next_bet(
    struct strategy *s, const struct live *l, uint32_t account, struct live_command *c)
{
    static const uint8_t six_eight[] = {6, 8};
    static const uint8_t cross[] = {5, 6, 8};
    if (s->kind == STRATEGY_IDLE) {
        return false;
    }
    if (free_chips(l, account, c) || want_line(s, l, account, c)) {
        return true;
    }
    switch (s->kind) {
    case STRATEGY_PASS_ODDS:
        return want_odds(s, l, account, BET_PASS_ODDS, 0, c);
    case STRATEGY_DONT_PASS:
        return want_odds(s, l, account, BET_DONT_PASS_ODDS, 0, c);
    case STRATEGY_PLACE_6_8:
        return want_places(s, l, account, six_eight, sizeof six_eight, c);
    case STRATEGY_IRON_CROSS:
        return want_places(s, l, account, cross, sizeof cross, c) ||
               (l->table.point != 0 && want(s, l, account, BET_FIELD, 0, 100, c));
    case STRATEGY_THREE_POINT_MOLLY:
        return want_molly(s, l, account, c);
    case STRATEGY_FIELD:
        return want(s, l, account, BET_FIELD, 0, 100, c);
    case STRATEGY_RANDOM:
        if (s->commands <= RANDOM_COMMANDS_MAX && prng_chance(&s->prng, 600)) {
            random_command(s, l, c);
            return true;
        }
        return false;
    default:
        return false;
    }
}

bool strategy_next(
    struct strategy *s, const struct live *l, uint32_t account, struct live_command *command)
{
    if (account >= l->account_count || l->accounts[account].seat == 0 || live_rolling(l)) {
        return false;
    }
    const struct live_account *a = &l->accounts[account];
    const struct table_player *p = &l->players[account];
    uint64_t window = l->window_instance + 1;
    if (s->roll_done != window) {
        s->roll_done = window;
        s->commands = 0;
    }
    if (a->ready && s->commands >= COMMANDS_PER_WINDOW_MAX) {
        return false;
    }
    s->commands++;
    bool broke = p->balance_cents + table_layout_cents(p) < l->table.config.min_cents;
    bool may_rebuy = l->rules.rebuys == LIVE_ANY || a->rebuys < l->rules.rebuys;
    if (broke && may_rebuy && s->kind != STRATEGY_IDLE && s->commands < COMMANDS_PER_WINDOW_MAX) {
        *command = (struct live_command){.kind = LIVE_REBUY};
        return true;
    }
    if (!a->ready && s->commands < COMMANDS_PER_WINDOW_MAX && next_bet(s, l, account, command)) {
        return true;
    }
    if (!a->ready) {
        *command = (struct live_command){.kind = LIVE_READY, .amount_cents = 1};
        return true;
    }
    s->commands--; /* waiting costs nothing */
    return false;
}
