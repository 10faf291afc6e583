#include "game/plan_place.h"

static int64_t amount_cents(
    const struct place *at, const struct plan_amount *a, struct bet_ref bet, uint16_t from)
{
    switch (a->form) {
    case PLAN_UNITS:
        return a->value * at->run->unit_cents;
    case PLAN_MOST:
        return bet_is_odds(bet.kind) ? table_odds_cap_cents(at->t, at->player, bet)
                                     : at->t->config.max_cents;
    case PLAN_TIMES: {
        struct bet_ref base = {(uint8_t)(bet.kind - BET_ODDS_OFFSET), bet.number};
        return bet_is_odds(bet.kind) ? a->value * layout_amount(at->me, base) : 0;
    }
    case PLAN_RUNG: {
        const struct plan_name *ladder = &at->plan->names[a->name];
        uint32_t rung = at->run->values[a->name];
        return ladder->rung_cents[rung == 0 ? 0 : rung - 1];
    }
    case PLAN_WINNINGS:
        return plan_in_set(at->run->won, from) ? at->run->won_cents[from] : 0;
    default:
        return a->value;
    }
}

/* The amount that the table takes in place of the one that was asked for: at least its minimum, by a whole multiple of what was
 * asked; at most its maximum or the odds' cap; a split bet's multiple. 0 when there is none. */
static int64_t fitted(const struct place *at, struct bet_ref bet, int64_t cents)
{
    const struct table_config *c = &at->t->config;
    int64_t unit = bet_specs[bet.kind].multiple;
    int64_t most =
        bet_is_odds(bet.kind) ? table_odds_cap_cents(at->t, at->player, bet) : c->max_cents;
    if (cents <= 0 || cents > AMOUNT_CENTS_MAX) {
        cents = cents <= 0 ? 0 : AMOUNT_CENTS_MAX;
    } else if (cents < c->min_cents) {
        cents *= (c->min_cents + cents - 1) / cents;
    }
    cents = (cents + unit - 1) / unit * unit;
    cents = cents > most ? most / unit * unit : cents;
    return cents < c->min_cents ? 0 : cents;
}

static bool make(const struct place *at, struct bet_ref bet, int64_t cents, struct plan_move *move)
{
    if (cents <= 0 || table_bet_check(at->t, at->player, bet, cents) != REFUSAL_NONE) {
        return false;
    }
    *move = (struct plan_move){
        .kind = PLAN_MOVE_BET, .bet = bet, .has_amount = true, .amount_cents = cents};
    return true;
}

/* A new bet; with too few chips for it, at the table's minimum. */
static bool make_new(
    const struct place *at, struct bet_ref bet, int64_t cents, struct plan_move *move)
{
    int64_t least = fitted(at, bet, at->t->config.min_cents);
    return make(at, bet, cents, move) || (cents > least && make(at, bet, least, move));
}

static bool bring_down(
    const struct place *at, struct bet_ref bet, bool whole, int64_t cents, struct plan_move *move)
{
    if (table_take_check(at->t, at->player, bet, !whole, cents) != REFUSAL_NONE) {
        return false;
    }
    *move = (struct plan_move){.kind = PLAN_MOVE_TAKE,
        .bet = bet,
        .has_amount = !whole,
        .amount_cents = whole ? 0 : cents};
    return true;
}

/* All of it. Its odds come down first (rule 6.4), and the bet is looked at again then. */
static bool take_whole(const struct place *at, struct bet_ref bet, struct plan_move *move)
{
    if (bring_down(at, bet, true, 0, move)) {
        return true;
    }
    struct bet_ref odds = {(uint8_t)(bet.kind + BET_ODDS_OFFSET), bet.number};
    bool fits = bet_is_base(bet.kind) &&
                table_take_check(at->t, at->player, bet, false, 0) == REFUSAL_ODDS_LIMIT &&
                bring_down(at, odds, true, 0, move);
    at->run->bet -= fits;
    return fits;
}

static bool move_amount(
    const struct place *at, const struct plan_do *act, uint16_t from, struct plan_move *move)
{
    struct bet_ref bet = bet_of_slot(from);
    if (bet_specs[bet.kind].form == BET_NUMBER_TRAVELLED && act->verb == PLAN_BET) {
        bet.number = 0; /* a new one goes to the box */
    }
    int64_t up = layout_amount(at->me, bet);
    int64_t asked = amount_cents(at, &act->amount, bet, from);
    if (act->verb == PLAN_PRESS) {
        int64_t limit = act->limit.form == PLAN_CENTS && act->limit.value == 0
                            ? AMOUNT_CENTS_MAX
                            : amount_cents(at, &act->limit, bet, from);
        int64_t goal = fitted(at, bet, up + asked > limit ? limit : up + asked);
        return up > 0 && make(at, bet, goal - up, move);
    }
    int64_t goal = fitted(at, bet, asked);
    if (up == 0) {
        return act->verb != PLAN_LOWER && make_new(at, bet, goal, move);
    }
    if (goal == 0 || goal == up || act->verb == PLAN_BET) {
        return false;
    }
    return goal < up ? bring_down(at, bet, false, up - goal, move)
                     : act->verb == PLAN_KEEP && make(at, bet, goal - up, move);
}

static bool move_for(
    const struct place *at, const struct plan_do *act, uint16_t slot, struct plan_move *move)
{
    struct bet_ref bet = bet_of_slot(slot);
    if (act->except_point && bet.number != 0 && bet.number == at->t->point) {
        return false;
    }
    switch (act->verb) {
    case PLAN_TAKE:
        return at->me->bet_cents[slot] > 0 && take_whole(at, bet, move);
    case PLAN_MARK:
        if (at->me->bet_cents[slot] == 0 || !bet_specs[bet.kind].markable ||
            layout_mark(at->me, slot) == act->mark) {
            return false;
        }
        *move = (struct plan_move){.kind = PLAN_MOVE_MARK, .mark = act->mark, .bet = bet};
        return true;
    default:
        return move_amount(at, act, slot, move);
    }
}

/* The next slot of an action, from run->bet on; BET_SLOT_COUNT when there is none. */
static uint16_t next_slot(const struct place *at, const struct plan_do *act)
{
    uint16_t slot = at->run->bet;
    if (act->bets.which == PLAN_IT) {
        const struct plan_rule *rule = &at->plan->rules[act->rule];
        return plan_next_of_set(plan_decided(at->run, rule->event), &rule->bets, slot);
    }
    if (act->bets.which == PLAN_EVERY || act->verb == PLAN_TAKE || act->verb == PLAN_MARK) {
        return plan_next_of_set(at->me->live, &act->bets, slot);
    }
    while (slot < BET_SLOT_COUNT && !plan_belongs(&act->bets, bet_of_slot(slot))) {
        slot++;
    }
    return slot;
}

static bool action_moves(const struct place *at, const struct plan_do *act, struct plan_move *move)
{
    for (;;) {
        uint16_t slot = next_slot(at, act);
        if (slot >= BET_SLOT_COUNT) {
            return false;
        }
        at->run->bet = (uint16_t)(slot + 1);
        if (move_for(at, act, slot, move)) {
            return true;
        }
    }
}

static void change_name(const struct place *at, const struct plan_do *act)
{
    const struct plan_name *name = &at->plan->names[act->name];
    uint32_t *value = &at->run->values[act->name];
    uint32_t least = name->rungs > 0, most = name->rungs > 0 ? name->rungs : PLAN_COUNT_MAX;
    uint32_t now = *value;
    uint32_t next = act->verb == PLAN_RAISE_NAME ? now + act->value
                    : act->verb == PLAN_SET_NAME ? act->value
                                                 : now - (act->value < now ? act->value : now);
    *value = next < least ? least : next > most ? most : next;
}

/* With nothing left for the line bet of a come-out, something has to come down, or nobody could throw. */
static bool free_chips(const struct place *at, struct plan_move *move)
{
    const uint64_t line = UINT64_C(1) << BET_PASS | UINT64_C(1) << BET_DONT_PASS;
    if ((at->plan->makes & line) == 0 || at->t->point != 0 ||
        at->me->balance_cents >= at->t->config.min_cents ||
        layout_amount(at->me, (struct bet_ref){BET_PASS, 0}) > 0 ||
        layout_amount(at->me, (struct bet_ref){BET_DONT_PASS, 0}) > 0) {
        return false;
    }
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        if (at->me->bet_cents[slot] > 0 && bring_down(at, bet_of_slot(slot), true, 0, move)) {
            return true;
        }
    }
    return false;
}

/* What stands at run->action; false when it makes no move (any more). */
static bool step(const struct place *at, struct plan_move *move)
{
    struct plan_run *run = at->run;
    const struct plan_do *act = &at->plan->actions[run->action];
    bool first = run->action == 0 || at->plan->actions[run->action - 1].rule != act->rule;
    if (first && !run->entered) {
        run->entered = true;
        run->applies = plan_rule_applies(at, &at->plan->rules[act->rule]);
    }
    if (!run->applies) {
        return false;
    }
    if (act->verb == PLAN_STOP) {
        run->stopped_line = act->line;
        return false;
    }
    if (act->verb >= PLAN_RAISE_NAME) {
        change_name(at, act);
        return false;
    }
    return action_moves(at, act, move);
}

enum plan_step plan_next(struct plan_run *run, const struct plan *plan, const struct table *t,
    uint32_t player, struct plan_move *move)
{
    const struct place at = {run, plan, t, player, &t->players[player]};
    if (run->stopped_line == 0 && run->moves < PLAN_MOVES_MAX && free_chips(&at, move)) {
        run->moves++;
        return PLAN_STEP_MOVE;
    }
    while (
        run->stopped_line == 0 && run->action < plan->action_count && run->moves < PLAN_MOVES_MAX) {
        if (step(&at, move)) {
            run->moves++;
            return PLAN_STEP_MOVE;
        }
        if (run->stopped_line == 0) {
            run->action++;
            run->bet = 0;
            run->entered = false;
        }
    }
    plan_forget(run);
    return run->stopped_line != 0 ? PLAN_STEP_STOPPED : PLAN_STEP_DONE;
}

const char *plan_stop_reason(const struct plan_run *run, const struct plan *plan)
{
    for (unsigned i = 0; i < plan->stop_count; i++) {
        if (plan->stops[i].line == run->stopped_line) {
            return plan->stops[i].text;
        }
    }
    return "";
}
