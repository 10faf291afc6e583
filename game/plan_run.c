#include "game/layout.h"
#include "game/pay.h"
#include "game/plan.h"

void plan_window(struct plan_run *run)
{
    run->action = 0;
    run->entered = false;
    run->applies = false;
    run->bet = 0;
    run->moves = 0;
}

static int64_t total_cents(const struct table_player *p)
{
    return p->balance_cents + table_layout_cents(p) - p->issued_cents;
}

void plan_begin(
    struct plan_run *run, const struct plan *plan, const struct table *t, uint32_t player)
{
    *run = (struct plan_run){.unit_cents = plan->unit_cents, .hands = 1};
    run->base_cents = total_cents(&t->players[player]);
    for (unsigned i = 0; i < plan->name_count; i++) {
        run->values[i] = plan->names[i].start;
    }
}

/* What the last roll did is told once, in the window after it. */
static void forget(struct plan_run *run)
{
    run->seen = false;
    run->seven_out = false;
    run->point_made = false;
    run->point_set = false;
    run->total = 0;
    memset(run->won, 0, sizeof run->won);
    memset(run->lost, 0, sizeof run->lost);
    memset(run->pushed, 0, sizeof run->pushed);
}

void plan_saw_roll(struct plan_run *run, const struct plan_roll *roll)
{
    forget(run);
    plan_window(run);
    run->seen = true;
    run->total = roll->total;
    run->seven_out = roll->seven_out;
    run->point_made = roll->point_made;
    run->point_set = roll->point_set;
    run->rolls++;
    run->hands += roll->seven_out;
}

void plan_saw_payout(struct plan_run *run, struct bet_ref bet, enum payout_result result,
    int64_t stake_cents, int64_t paid_cents)
{
    uint16_t slot = bet_slot(bet);
    uint64_t *set = result == PAYOUT_WIN    ? run->won
                    : result == PAYOUT_LOSE ? run->lost
                    : result == PAYOUT_PUSH ? run->pushed
                                            : NULL;
    if (slot == BET_SLOT_NONE || set == NULL) {
        return;
    }
    set[slot / 64] |= slot_bit(slot);
    if (result == PAYOUT_WIN) {
        run->won_cents[slot] = bet_specs[bet.kind].stays_up ? paid_cents : paid_cents - stake_cents;
    }
}

void plan_saw(struct plan_run *run, const struct roll_result *result, uint32_t player)
{
    struct plan_roll roll = {
        .total = (uint8_t)(result->die1 + result->die2),
        .seven_out = result->seven_out,
        .point_made = result->point_made,
        .point_set = result->point_before == 0 && result->point_after != 0,
    };
    plan_saw_roll(run, &roll);
    size_t count = result->payout_count < result->payout_capacity ? result->payout_count
                                                                  : result->payout_capacity;
    for (size_t i = 0; i < count; i++) {
        const struct payout *p = &result->payouts[i];
        if (p->player == player) {
            plan_saw_payout(
                run, p->bet, (enum payout_result)p->result, p->amount_cents, p->paid_cents);
        }
    }
}

/* A run at its table, for the functions below. */
struct place {
    struct plan_run *run;
    const struct plan *plan;
    const struct table *t;
    uint32_t player;
    const struct table_player *me;
};

static bool in_set(const uint64_t set[BET_SLOT_WORDS], uint16_t slot)
{
    return (set[slot / 64] & slot_bit(slot)) != 0;
}

static bool belongs(const struct plan_bets *bets, struct bet_ref bet)
{
    if (bets->which != PLAN_THESE) {
        return true;
    }
    if (bets->kind != bet.kind) {
        return false;
    }
    return bet.kind == BET_HOP ? bets->hop == 0 || bets->hop == bet.number
                               : (bets->numbers >> bet.number & 1) != 0;
}

/* What an event's bets were, or NULL when the event is about none. */
static const uint64_t *decided(const struct plan_run *run, unsigned event)
{
    return event == PLAN_WIN    ? run->won
           : event == PLAN_LOSE ? run->lost
           : event == PLAN_PUSH ? run->pushed
                                : NULL;
}

/* The first slot from `slot` on that is in the set and belongs to the bets; BET_SLOT_COUNT when there is none. */
static uint16_t next_of_set(
    const uint64_t set[BET_SLOT_WORDS], const struct plan_bets *bets, uint16_t slot)
{
    for (; slot < BET_SLOT_COUNT; slot++) {
        uint64_t rest = set[slot / 64] >> slot % 64;
        if (rest == 0) {
            slot = (uint16_t)(slot / 64 * 64 + 63);
            continue;
        }
        slot = (uint16_t)(slot + (unsigned)__builtin_ctzll(rest));
        if (belongs(bets, bet_of_slot(slot))) {
            return slot;
        }
    }
    return BET_SLOT_COUNT;
}

static bool event_holds(const struct plan_run *run, const struct plan_rule *rule)
{
    switch (rule->event) {
    case PLAN_ALWAYS:
        return true;
    case PLAN_ROLL:
        return run->seen && (rule->totals >> run->total & 1) != 0;
    case PLAN_SEVEN_OUT:
        return run->seven_out;
    case PLAN_POINT_MADE:
        return run->point_made;
    case PLAN_POINT_SET:
        return run->point_set;
    default:
        return next_of_set(decided(run, rule->event), &rule->bets, 0) < BET_SLOT_COUNT;
    }
}

static int64_t sum_of(const struct place *at, const struct plan_bets *bets, bool count)
{
    int64_t sum = 0;
    uint16_t slot = next_of_set(at->me->live, bets, 0);
    for (; slot < BET_SLOT_COUNT; slot = next_of_set(at->me->live, bets, (uint16_t)(slot + 1))) {
        sum += count ? 1 : at->me->bet_cents[slot];
    }
    return sum;
}

static int64_t points_in_hand(const struct table *t)
{
    int64_t made = 0;
    for (size_t i = 0; i < sizeof t->hand.made / sizeof t->hand.made[0]; i++) {
        made += t->hand.made[i];
    }
    return made;
}

static int64_t figure(const struct place *at, const struct plan_condition *c)
{
    switch (c->subject) {
    case PLAN_NUMBER_OF:
        return sum_of(at, &c->bets, true);
    case PLAN_AMOUNT_OF:
        return sum_of(at, &c->bets, false);
    case PLAN_BALANCE:
        return at->me->balance_cents;
    case PLAN_LAYOUT:
        return table_layout_cents(at->me);
    case PLAN_TOTAL:
        return at->me->balance_cents + table_layout_cents(at->me);
    case PLAN_PROFIT:
        return total_cents(at->me) - at->run->base_cents;
    case PLAN_LOSS:
        return at->run->base_cents - total_cents(at->me);
    case PLAN_ROLLS:
        return (int64_t)at->run->rolls;
    case PLAN_HANDS:
        return (int64_t)at->run->hands;
    case PLAN_HAND_ROLLS:
        return at->t->hand.rolls;
    case PLAN_HAND_POINTS:
        return points_in_hand(at->t);
    default:
        return at->run->values[c->name];
    }
}

static bool compares(int64_t a, unsigned compare, int64_t b)
{
    switch (compare) {
    case PLAN_LESS:
        return a < b;
    case PLAN_AT_MOST:
        return a <= b;
    case PLAN_EQUAL:
        return a == b;
    case PLAN_UNEQUAL:
        return a != b;
    case PLAN_AT_LEAST:
        return a >= b;
    default:
        return a > b;
    }
}

static bool condition_holds(const struct place *at, const struct plan_condition *c)
{
    switch (c->subject) {
    case PLAN_POINT:
        return (c->numbers >> at->t->point & 1) != 0;
    case PLAN_CRAPLESS:
        return at->t->config.crapless == (c->value.value != 0);
    case PLAN_UP: {
        bool up = next_of_set(at->me->live, &c->bets, 0) < BET_SLOT_COUNT;
        return up == (c->value.value != 0);
    }
    default:
        break;
    }
    int64_t value =
        c->value.form == PLAN_UNITS ? c->value.value * at->run->unit_cents : c->value.value;
    return compares(figure(at, c), c->compare, value);
}

static bool rule_applies(const struct place *at, const struct plan_rule *rule)
{
    if (!event_holds(at->run, rule)) {
        return false;
    }
    for (unsigned i = 0; i < rule->conditions; i++) {
        if (!condition_holds(at, &at->plan->conditions[rule->first_condition + i])) {
            return false;
        }
    }
    return true;
}

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
        return in_set(at->run->won, from) ? at->run->won_cents[from] : 0;
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
        return next_of_set(decided(at->run, rule->event), &rule->bets, slot);
    }
    if (act->bets.which == PLAN_EVERY || act->verb == PLAN_TAKE || act->verb == PLAN_MARK) {
        return next_of_set(at->me->live, &act->bets, slot);
    }
    while (slot < BET_SLOT_COUNT && !belongs(&act->bets, bet_of_slot(slot))) {
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
        run->applies = rule_applies(at, &at->plan->rules[act->rule]);
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
    forget(run);
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

static void write_set(struct writer *w, const uint64_t set[BET_SLOT_WORDS])
{
    for (unsigned i = 0; i < BET_SLOT_WORDS; i++) {
        write_u64(w, set[i]);
    }
}

/* What the last roll did, as far as the plan can tell. */
static void write_events(const struct plan_run *run, const struct plan *plan, struct writer *w)
{
    write_u8(w, run->total);
    write_u8(w, (uint8_t)(run->seven_out | run->point_made << 1 | run->point_set << 2));
    write_set(w, run->won);
    write_set(w, run->lost);
    write_set(w, run->pushed);
    for (uint16_t slot = 0; (plan->reads & PLAN_READS_WINNINGS) != 0 && slot < BET_SLOT_COUNT;
         slot++) {
        if (in_set(run->won, slot)) {
            write_u64(w, (uint64_t)run->won_cents[slot]);
        }
    }
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void plan_mind(const struct plan_run *run, const struct plan *plan, struct writer *w)
{
    bool done =
        run->stopped_line != 0 || run->action >= plan->action_count || run->moves >= PLAN_MOVES_MAX;
    write_u8(w, run->stopped_line != 0);
    write_u8(w, done);
    write_u64(w, (uint64_t)run->unit_cents);
    write_u64(w, plan_reads_balance(plan) ? (uint64_t)run->base_cents : 0);
    write_u64(w, least(run->rolls, plan->rolls_told));
    write_u64(w, least(run->hands, plan->hands_told));
    for (unsigned i = 0; i < plan->name_count; i++) {
        write_u32(w, run->values[i]);
    }
    if (!done) {
        write_u8(w, run->action);
        write_u8(w, (uint8_t)(run->entered | run->applies << 1));
        write_u16(w, run->bet);
        write_u16(w, run->moves);
        write_u8(w, run->seen);
        write_events(run, plan, w);
    }
}
