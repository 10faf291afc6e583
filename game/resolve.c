#include "game/resolve.h"

#include "game/hand.h"
#include "game/pay.h"

/* Units that a hop returns, the stake included (rule 10.2). */
enum { HOP_PAIR_UNITS = 31, HOP_EASY_UNITS = 16 };

struct roll_view roll_view_of(const struct table_config *config, const struct hand_counters *hand,
    unsigned die1, unsigned die2, unsigned point)
{
    unsigned total = die1 + die2;
    return (struct roll_view){
        .config = config,
        .hand = hand,
        .total = (uint8_t)total,
        .point = (uint8_t)point,
        .hop_number = bet_hop_number(die1, die2),
        .pair = die1 == die2,
        .seven_out = point != 0 && total == 7,
        .point_made = point != 0 && total == point,
    };
}

/* The number before the seven. */
static enum verdict number_first(unsigned total, unsigned number)
{
    return total == number ? VERDICT_WIN : total == 7 ? VERDICT_LOSE : VERDICT_NONE;
}

/* The seven before the number. */
static enum verdict seven_first(unsigned total, unsigned number)
{
    return total == 7 ? VERDICT_WIN : total == number ? VERDICT_LOSE : VERDICT_NONE;
}

/* The first roll of pass and come (rules 2.5, 5.1, 5.3). */
static enum verdict first_roll(const struct roll_view *view)
{
    switch (view->total) {
    case 7:
        return VERDICT_WIN;
    case 11:
        return view->config->crapless ? VERDICT_NONE : VERDICT_WIN;
    case 2:
    case 3:
    case 12:
        return view->config->crapless ? VERDICT_NONE : VERDICT_LOSE;
    default:
        return VERDICT_NONE;
    }
}

/* The first roll of dont_pass and dont_come (rules 5.2, 5.4). */
static enum verdict first_roll_dont(unsigned total)
{
    switch (total) {
    case 2:
    case 3:
        return VERDICT_WIN;
    case 12:
        return VERDICT_PUSH;
    case 7:
    case 11:
        return VERDICT_LOSE;
    default:
        return VERDICT_NONE;
    }
}

/* A come bet in the box that is not decided goes to the total. */
static enum verdict or_travel(enum verdict verdict)
{
    return verdict == VERDICT_NONE ? VERDICT_TRAVEL : verdict;
}

static enum verdict judge_hard(const struct roll_view *view, unsigned number)
{
    if (view->total == number) {
        return view->pair ? VERDICT_WIN : VERDICT_LOSE;
    }
    return view->total == 7 ? VERDICT_LOSE : VERDICT_NONE;
}

static enum verdict judge_race(const struct roll_view *view, struct bet_ref bet)
{
    unsigned total = view->total;
    switch (bet.kind) {
    case BET_PASS:
        return view->point == 0 ? first_roll(view) : number_first(total, view->point);
    case BET_DONT_PASS:
        return view->point == 0 ? first_roll_dont(total) : seven_first(total, view->point);
    case BET_COME:
        return bet.number == 0 ? or_travel(first_roll(view)) : number_first(total, bet.number);
    case BET_DONT_COME:
        return bet.number == 0 ? or_travel(first_roll_dont(total)) : seven_first(total, bet.number);
    case BET_PASS_ODDS:
        return number_first(total, view->point);
    case BET_DONT_PASS_ODDS:
        return seven_first(total, view->point);
    case BET_DONT_COME_ODDS:
    case BET_PLACE_TO_LOSE:
    case BET_LAY:
    case BET_NO:
        return seven_first(total, bet.number);
    case BET_BIG6:
        return number_first(total, 6);
    case BET_BIG8:
        return number_first(total, 8);
    case BET_HARD:
        return judge_hard(view, bet.number);
    default: /* put, come_odds, put_odds, place, buy, yes */
        return number_first(total, bet.number);
    }
}

static struct decision decide(
    enum verdict verdict, bool stays_up, int64_t amount_cents, int64_t winnings_cents)
{
    struct decision d = {.verdict = verdict};
    if (verdict == VERDICT_WIN) {
        d.stays_up = stays_up;
        d.paid_cents = stays_up ? winnings_cents : amount_cents + winnings_cents;
    } else if (verdict == VERDICT_PUSH) {
        d.paid_cents = amount_cents;
    }
    return d;
}

static struct decision resolve_race(
    const struct roll_view *view, struct bet_ref bet, int64_t amount_cents, bool works)
{
    const struct bet_spec *spec = &bet_specs[bet.kind];
    enum verdict verdict = judge_race(view, bet);
    if (spec->markable && !works && verdict != VERDICT_NONE) {
        /* Odds go with their base and come back; a bet of rule 7 ignores the roll. */
        verdict = bet_is_odds(bet.kind) ? VERDICT_PUSH : VERDICT_NONE;
    }
    int64_t winnings = 0;
    if (verdict == VERDICT_WIN) {
        winnings = pay_race_winnings_cents(view->config, bet, view->point, amount_cents);
    }
    return decide(verdict, spec->stays_up, amount_cents, winnings);
}

/* What a one-roll bet gets back, the stake of its winning units included. */
static int64_t one_roll_returns(
    const struct roll_view *view, struct bet_ref bet, int64_t amount_cents)
{
    if (bet.kind == BET_HOP) {
        int64_t units = view->pair ? HOP_PAIR_UNITS : HOP_EASY_UNITS;
        return bet.number == view->hop_number ? amount_cents * units : 0;
    }
    if (bet.kind == BET_NEXT) {
        bool won = bet.number == view->total;
        return won ? amount_cents + pay_of_ratio(pay_ratio(bet, 0), amount_cents) : 0;
    }
    int64_t units = pay_returned_units(view->config, bet.kind, view->total);
    return units == 0 ? 0 : amount_cents / bet_specs[bet.kind].multiple * units;
}

static struct decision resolve_one_roll(
    const struct roll_view *view, struct bet_ref bet, int64_t amount_cents)
{
    struct decision d = {.paid_cents = one_roll_returns(view, bet, amount_cents)};
    if (d.paid_cents == 0) {
        d.verdict = VERDICT_LOSE;
    } else if (bet.kind == BET_WORLD && view->total == 7) {
        d.verdict = VERDICT_PUSH;
    } else {
        d.verdict = VERDICT_WIN;
    }
    return d;
}

struct decision resolve_bet(
    const struct roll_view *view, struct bet_ref bet, int64_t amount_cents, bool works)
{
    if (bet.kind <= BET_NO) {
        return resolve_race(view, bet, amount_cents, works);
    }
    if (bet_specs[bet.kind].one_roll) {
        return resolve_one_roll(view, bet, amount_cents);
    }
    int32_t pays = 0;
    enum verdict verdict = hand_judge(view, bet, &pays);
    return decide(verdict, false, amount_cents, verdict == VERDICT_WIN ? amount_cents * pays : 0);
}
