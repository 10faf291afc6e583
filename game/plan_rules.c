#include "game/plan_place.h"

bool plan_belongs(const struct plan_bets *bets, struct bet_ref bet)
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

const uint64_t *plan_decided(const struct plan_run *run, unsigned event)
{
    return event == PLAN_WIN    ? run->won
           : event == PLAN_LOSE ? run->lost
           : event == PLAN_PUSH ? run->pushed
                                : NULL;
}

uint16_t plan_next_of_set(
    const uint64_t set[BET_SLOT_WORDS], const struct plan_bets *bets, uint16_t slot)
{
    for (; slot < BET_SLOT_COUNT; slot++) {
        uint64_t rest = set[slot / 64] >> slot % 64;
        if (rest == 0) {
            slot = (uint16_t)(slot / 64 * 64 + 63);
            continue;
        }
        slot = (uint16_t)(slot + (unsigned)__builtin_ctzll(rest));
        if (plan_belongs(bets, bet_of_slot(slot))) {
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
        return plan_next_of_set(plan_decided(run, rule->event), &rule->bets, 0) < BET_SLOT_COUNT;
    }
}

static int64_t sum_of(const struct place *at, const struct plan_bets *bets, bool count)
{
    int64_t sum = 0;
    uint16_t slot = plan_next_of_set(at->me->live, bets, 0);
    for (; slot < BET_SLOT_COUNT;
         slot = plan_next_of_set(at->me->live, bets, (uint16_t)(slot + 1))) {
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
        return plan_total_cents(at->me) - at->run->base_cents;
    case PLAN_LOSS:
        return at->run->base_cents - plan_total_cents(at->me);
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
        bool up = plan_next_of_set(at->me->live, &c->bets, 0) < BET_SLOT_COUNT;
        return up == (c->value.value != 0);
    }
    default:
        break;
    }
    int64_t value =
        c->value.form == PLAN_UNITS ? c->value.value * at->run->unit_cents : c->value.value;
    return compares(figure(at, c), c->compare, value);
}

bool plan_rule_applies(const struct place *at, const struct plan_rule *rule)
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
