#include "src/simulate_game.h"

#include "game/pay.h"

static bool looks_at(const struct plan_bets *bets, uint64_t kinds)
{
    return bets->which != PLAN_THESE || (kinds >> bets->kind & 1) != 0;
}

static uint64_t hand_kinds(void)
{
    uint64_t kinds = 0;
    for (unsigned kind = 0; kind < BET_KIND_COUNT; kind++) {
        kinds |= (uint64_t)bet_specs[kind].hand_bet << kind;
    }
    return kinds;
}

static bool condition_sees_hand(const struct plan_condition *c, uint64_t kinds)
{
    switch (c->subject) {
    case PLAN_UP:
    case PLAN_NUMBER_OF:
    case PLAN_AMOUNT_OF:
        return looks_at(&c->bets, kinds);
    default:
        return c->subject == PLAN_LAYOUT;
    }
}

/* Up to which count the comparison tells one from the next. */
static uint32_t told_by(const struct plan_condition *c)
{
    uint32_t value = (uint32_t)c->value.value;
    return c->compare == PLAN_LESS || c->compare == PLAN_AT_LEAST ? value : value + 1;
}

/* Could anything that the plan does between two hands depend on the bets of rule 11 that lie? It may make them: that is refused
 * once the hand has begun, whatever lies (rule 11.1). */
static bool sees_hand_bets(const struct plan *plan)
{
    uint64_t kinds = hand_kinds();
    for (unsigned i = 0; i < plan->rule_count; i++) {
        const struct plan_rule *r = &plan->rules[i];
        bool decisions = r->event == PLAN_WIN || r->event == PLAN_LOSE || r->event == PLAN_PUSH;
        if (decisions && looks_at(&r->bets, kinds)) {
            return true;
        }
    }
    for (unsigned i = 0; i < plan->condition_count; i++) {
        if (condition_sees_hand(&plan->conditions[i], kinds)) {
            return true;
        }
    }
    for (unsigned i = 0; i < plan->action_count; i++) {
        const struct plan_do *a = &plan->actions[i];
        if (a->verb < PLAN_RAISE_NAME && a->verb != PLAN_BET && a->bets.which != PLAN_IT &&
            looks_at(&a->bets, kinds)) {
            return true;
        }
    }
    return false;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void find_limits(struct sim_game *g)
{
    for (unsigned i = 0; i < g->plan->condition_count; i++) {
        const struct plan_condition *c = &g->plan->conditions[i];
        int64_t scale = c->value.form == PLAN_UNITS ? g->plan->unit_cents : 1;
        int64_t value = c->value.value * scale;
        switch (c->subject) {
        case PLAN_BALANCE:
            g->rack_limit_cents[g->rack_limits++] = value;
            break;
        case PLAN_TOTAL:
            g->chips_limit_cents[g->chips_limits++] = value;
            break;
        case PLAN_PROFIT:
            g->chips_limit_cents[g->chips_limits++] = g->bankroll_cents + value;
            break;
        case PLAN_LOSS:
            g->chips_limit_cents[g->chips_limits++] = g->bankroll_cents - value;
            break;
        case PLAN_ROLLS:
            g->roll_limit[g->roll_limits++] = (uint64_t)value;
            g->roll_limit[g->roll_limits++] = (uint64_t)value + 1;
            break;
        case PLAN_HAND_ROLLS:
            g->hand_rolls_told = most(g->hand_rolls_told, told_by(c));
            break;
        case PLAN_HAND_POINTS:
            g->hand_points_told = most(g->hand_points_told, told_by(c));
            break;
        default:
            break;
        }
    }
}

uint64_t sim_game_next_limit(const struct sim_game *g, uint64_t rolls)
{
    uint64_t next = UINT64_MAX;
    for (unsigned i = 0; i < g->roll_limits; i++) {
        next = g->roll_limit[i] > rolls && g->roll_limit[i] < next ? g->roll_limit[i] : next;
    }
    return next;
}

uint8_t sim_game_limits_passed(const struct sim_game *g, uint64_t rolls)
{
    uint8_t passed = 0;
    for (unsigned i = 0; i < g->roll_limits; i++) {
        passed = (uint8_t)(passed + (g->roll_limit[i] <= rolls));
    }
    return passed;
}

void sim_game_init(struct sim_game *g, const struct table_config *config, const struct plan *plan,
    int64_t bankroll_cents, uint64_t seed, bool engine_only, bool every_number)
{
    *g = (struct sim_game){.config = *config,
        .plan = plan,
        .bankroll_cents = bankroll_cents,
        .seed = seed,
        .remembers = plan != NULL && !engine_only};
    g->config.line_required = false;
    sim_rows_make(&g->rows, &g->config, plan == NULL ? ~UINT64_C(0) : plan->makes, every_number);
    if (g->remembers) {
        find_limits(g);
        g->hand_apart =
            (plan->makes & hand_kinds()) != 0 && !plan_reads_balance(plan) && !sees_hand_bets(plan);
    }
}

/* Bets that are worth on every roll what they were when they were made can be left as they lie; the others are played out, or the
 * edge would be measured of bets that were cut off when they stood well or badly. */
static bool played_out(unsigned kind)
{
    return bet_is_base(kind) || bet_specs[kind].hand_bet || kind == BET_MUGGSY;
}

static void take_down(struct table *t)
{
    const struct table_player *p = &t->players[0];
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        struct bet_ref bet = bet_of_slot(slot);
        if (p->bet_cents[slot] != 0 && !played_out(bet.kind)) {
            table_take(t, 0, bet, false, 0);
        }
    }
}

/* One random move: any kind, number and amount, many of which the table refuses. */
static void random_move(struct sim_player *player, const struct table *t, struct plan_move *move)
{
    static const uint8_t kinds[] = {
        PLAN_MOVE_BET, PLAN_MOVE_BET, PLAN_MOVE_BET, PLAN_MOVE_BET, PLAN_MOVE_TAKE, PLAN_MOVE_MARK};
    struct bet_ref bet = bet_of_slot((uint16_t)prng_below(&player->prng, BET_SLOT_COUNT));
    int64_t chips = (int64_t)prng_below(&player->prng, 5) + 1;
    *move = (struct plan_move){
        .kind = kinds[prng_below(&player->prng, sizeof kinds)],
        .mark = (uint8_t)prng_below(&player->prng, 3),
        .bet = bet,
        .has_amount = prng_chance(&player->prng, 700),
        .amount_cents = chips * t->config.min_cents * bet_specs[bet.kind].multiple,
    };
    if (move->kind == PLAN_MOVE_BET && bet_specs[bet.kind].form == BET_NUMBER_TRAVELLED) {
        move->bet.number = 0;
    }
}

/* A line bet on every come-out, then a few random moves. */
static enum plan_step random_next(
    struct sim_player *player, const struct table *t, struct plan_move *move)
{
    enum { MOVES_MAX = 6 };
    const struct table_player *p = &t->players[0];
    struct bet_ref pass = {BET_PASS, 0};
    if (player->run.moves >= MOVES_MAX) {
        return PLAN_STEP_DONE;
    }
    if (player->run.moves++ == 0 && t->point == 0 && p->bet_cents[bet_slot(pass)] == 0) {
        *move = (struct plan_move){.kind = PLAN_MOVE_BET,
            .bet = pass,
            .has_amount = true,
            .amount_cents = t->config.min_cents};
        return PLAN_STEP_MOVE;
    }
    random_move(player, t, move);
    return prng_chance(&player->prng, 600) ? PLAN_STEP_MOVE : PLAN_STEP_DONE;
}

static bool make_move(struct table *t, const struct plan_move *move)
{
    switch (move->kind) {
    case PLAN_MOVE_BET:
        return table_bet(t, 0, move->bet, move->amount_cents) == REFUSAL_NONE;
    case PLAN_MOVE_TAKE:
        table_take(t, 0, move->bet, move->has_amount, move->amount_cents);
        return false;
    default:
        table_mark(t, 0, move->bet, (enum bet_mark)move->mark);
        return false;
    }
}

static void note_swing(struct sim_swing *swing, int64_t rack_cents, int64_t chips_cents)
{
    swing->rack_low_cents = rack_cents < swing->rack_low_cents ? rack_cents : swing->rack_low_cents;
    swing->rack_high_cents =
        rack_cents > swing->rack_high_cents ? rack_cents : swing->rack_high_cents;
    swing->chips_low_cents =
        chips_cents < swing->chips_low_cents ? chips_cents : swing->chips_low_cents;
    swing->chips_high_cents =
        chips_cents > swing->chips_high_cents ? chips_cents : swing->chips_high_cents;
}

/* What a move did to rack plus layout: the vig that it cost or gave back. */
static int64_t slot_vig(const struct table *t, struct bet_ref bet)
{
    uint16_t slot = bet_slot(bet);
    return slot == BET_SLOT_NONE
               ? 0
               : pay_upfront_cents(&t->config, bet, t->players[0].bet_cents[slot]);
}

enum sim_window sim_game_window(
    const struct sim_game *g, struct sim_player *player, struct table *t, struct sim_swing *swing)
{
    *swing = (struct sim_swing){0};
    if (player->leaving) {
        take_down(t);
        return SIM_WINDOW_DONE;
    }
    int64_t rack = t->players[0].balance_cents, chips = 0;
    for (;;) {
        struct plan_move move;
        enum plan_step step = g->plan == NULL ? random_next(player, t, &move)
                                              : plan_next(&player->run, g->plan, t, 0, &move);
        if (step != PLAN_STEP_MOVE) {
            return step == PLAN_STEP_STOPPED ? SIM_WINDOW_STOPPED : SIM_WINDOW_DONE;
        }
        int64_t vig = slot_vig(t, move.bet);
        swing->bets_made += make_move(t, &move);
        chips += vig - slot_vig(t, move.bet);
        note_swing(swing, t->players[0].balance_cents - rack, chips);
    }
}
