#include "src/audit_pays.h"

enum { LOST = 0, NUMBERS = 13 };

static unsigned total_of(const struct pay_roll *r)
{
    return r->die1 + r->die2;
}

static struct pay_decision lies_on(void)
{
    return (struct pay_decision){.known = true};
}

static struct pay_decision loses(void)
{
    return (struct pay_decision){.known = true, .decided = true, .result = PAYOUT_LOSE};
}

static struct pay_decision pushes(int64_t amount_cents)
{
    return (struct pay_decision){
        .known = true, .decided = true, .result = PAYOUT_PUSH, .paid_cents = amount_cents};
}

static struct pay_decision wins(int64_t paid_cents)
{
    return (struct pay_decision){
        .known = true, .decided = true, .result = PAYOUT_WIN, .paid_cents = paid_cents};
}

/* Ways to roll a number, and a seven: true odds are sevens to ways (rule 6.2). */
static int64_t ways(unsigned number)
{
    return number < 7 ? number - 1 : 13 - (int64_t)number;
}

static int64_t true_odds(unsigned number, int64_t amount_cents)
{
    return amount_cents * 6 / ways(number);
}

static int64_t true_dont_odds(unsigned number, int64_t amount_cents)
{
    return amount_cents * ways(number) / 6;
}

int64_t pays_vig_cents(const struct table_config *config, struct bet_ref bet, int64_t amount_cents)
{
    if ((bet.kind != BET_BUY && bet.kind != BET_LAY) || amount_cents == 0) {
        return 0;
    }
    int64_t of = bet.kind == BET_BUY ? amount_cents : true_dont_odds(bet.number, amount_cents);
    int64_t vig = of / 20 + (of % 20 != 0);
    return vig < config->vig_min_cents ? config->vig_min_cents : vig;
}

bool pays_works(const struct pay_roll *r, struct bet_ref bet, unsigned mark)
{
    switch (bet.kind) {
    case BET_PLACE:
    case BET_BUY:
    case BET_HARD:
    case BET_COME_ODDS:
    case BET_PUT_ODDS:
        return mark == MARK_ON || (mark == MARK_DEFAULT && r->point != 0);
    case BET_PLACE_TO_LOSE:
    case BET_LAY:
    case BET_BIG6:
    case BET_BIG8:
    case BET_PASS_ODDS:
    case BET_DONT_PASS_ODDS:
    case BET_DONT_COME_ODDS:
        return mark != MARK_OFF;
    default:
        return true;
    }
}

/* The winnings of the bets of rules 6 and 7, per cent of stake as a fraction. */
static int64_t winnings(const struct pay_roll *r, struct bet_ref bet, int64_t amount_cents)
{
    static const int64_t place[NUMBERS][2] = {[2] = {11, 2},
        [3] = {11, 4},
        [4] = {9, 5},
        [5] = {7, 5},
        [6] = {7, 6},
        [8] = {7, 6},
        [9] = {7, 5},
        [10] = {9, 5},
        [11] = {11, 4},
        [12] = {11, 2}};
    static const int64_t to_lose[NUMBERS][2] = {
        [4] = {5, 11}, [5] = {5, 8}, [6] = {4, 5}, [8] = {4, 5}, [9] = {5, 8}, [10] = {5, 11}};
    static const int64_t yes[NUMBERS] = {0, 0, 588, 294, 196, 147, 118, 0, 118, 147, 196, 294, 588};
    static const int64_t no[NUMBERS] = {0, 0, 16, 33, 49, 65, 82, 0, 82, 65, 49, 33, 16};
    unsigned number = bet.number != 0 ? bet.number : r->point;
    int64_t won = amount_cents;
    switch (bet.kind) {
    case BET_PASS_ODDS:
    case BET_COME_ODDS:
    case BET_PUT_ODDS:
        return true_odds(number, amount_cents);
    case BET_DONT_PASS_ODDS:
    case BET_DONT_COME_ODDS:
        return true_dont_odds(number, amount_cents);
    case BET_BUY:
        won = true_odds(number, amount_cents) - pays_vig_cents(r->config, bet, amount_cents);
        return won < 0 ? 0 : won;
    case BET_LAY:
        won = true_dont_odds(number, amount_cents);
        won -= r->config->vig_upfront ? 0 : pays_vig_cents(r->config, bet, amount_cents);
        return won < 0 ? 0 : won;
    case BET_PLACE:
        return place[number][1] == 0 ? 0 : amount_cents * place[number][0] / place[number][1];
    case BET_PLACE_TO_LOSE:
        return to_lose[number][1] == 0 ? 0 : amount_cents * to_lose[number][0] / to_lose[number][1];
    case BET_HARD:
        return amount_cents * (number == 4 || number == 10 ? 7 : 9);
    case BET_YES:
        return amount_cents * yes[number] / 100;
    case BET_NO:
        return amount_cents * no[number] / 100;
    default:
        return amount_cents; /* the line bets, big6, big8: even money */
    }
}

/* Rule 1.6. */
static bool stays_up(unsigned kind)
{
    return kind == BET_PLACE || kind == BET_BUY || kind == BET_HARD || kind == BET_BIG6 ||
           kind == BET_BIG8;
}

static struct pay_decision race(
    const struct pay_roll *r, struct bet_ref bet, int64_t amount_cents, unsigned good, unsigned bad)
{
    unsigned total = total_of(r);
    if (total == good) {
        int64_t won = winnings(r, bet, amount_cents);
        return wins(stays_up(bet.kind) ? won : won + amount_cents);
    }
    return total == bad ? loses() : lies_on();
}

/* A first roll of rules 5.1 to 5.4; `lies_on` also for what travels. */
static struct pay_decision first_roll(const struct pay_roll *r, bool dont, int64_t amount_cents)
{
    unsigned total = total_of(r);
    bool craps = total == 2 || total == 3 || total == 12;
    bool natural = total == 7 || (total == 11 && !r->config->crapless);
    if (natural) {
        return dont ? loses() : wins(2 * amount_cents);
    }
    if (!craps || r->config->crapless) {
        return lies_on();
    }
    if (!dont) {
        return loses();
    }
    return total == 12 ? pushes(amount_cents) : wins(2 * amount_cents);
}

static struct pay_decision hard(const struct pay_roll *r, struct bet_ref bet, int64_t amount_cents)
{
    unsigned total = total_of(r);
    bool easy = total == bet.number && r->die1 != r->die2;
    return easy ? loses() : race(r, bet, amount_cents, bet.number, 7);
}

/* What single bets a split bet is made of, in shares of its multiple (10.4). */
struct split {
    uint8_t on2, on3, on7, on11, on12, parts;
};

static struct pay_decision split_bet(const struct pay_roll *r, unsigned kind, int64_t amount_cents)
{
    static const struct split splits[BET_KIND_COUNT] = {
        [BET_HORN] = {1, 1, 0, 1, 1, 4},
        [BET_HORN_HIGH_2] = {2, 1, 0, 1, 1, 5},
        [BET_HORN_HIGH_3] = {1, 2, 0, 1, 1, 5},
        [BET_HORN_HIGH_11] = {1, 1, 0, 2, 1, 5},
        [BET_HORN_HIGH_12] = {1, 1, 0, 1, 2, 5},
        [BET_WORLD] = {1, 1, 1, 1, 1, 5},
    };
    const struct split *s = &splits[kind];
    int64_t unit = amount_cents / s->parts;
    switch (total_of(r)) {
    case 2:
        return wins(unit * s->on2 * 31);
    case 3:
        return wins(unit * s->on3 * 16);
    case 11:
        return wins(unit * s->on11 * 16);
    case 12:
        return wins(unit * s->on12 * 31);
    case 7:
        return s->on7 == 0 ? loses() : pushes(amount_cents);
    default:
        return loses();
    }
}

static struct pay_decision if_it_falls(bool falls, int64_t amount_cents, int64_t hundredths)
{
    return falls ? wins(amount_cents + amount_cents * hundredths / 100) : loses();
}

static struct pay_decision field(const struct pay_roll *r, int64_t amount_cents)
{
    unsigned total = total_of(r);
    if (total >= 5 && total <= 8) {
        return loses();
    }
    int64_t to_one = total == 2 ? r->config->field2 : total == 12 ? r->config->field12 : 1;
    return wins(amount_cents * (1 + to_one));
}

static struct pay_decision one_roll(
    const struct pay_roll *r, struct bet_ref bet, int64_t amount_cents)
{
    static const int64_t next[NUMBERS] = {
        0, 0, 3430, 1666, 1078, 784, 608, 490, 608, 784, 1078, 1666, 3430};
    unsigned total = total_of(r);
    unsigned low = r->die1 < r->die2 ? r->die1 : r->die2;
    bool craps = total == 2 || total == 3 || total == 12;
    switch (bet.kind) {
    case BET_FIELD:
        return field(r, amount_cents);
    case BET_ANY_SEVEN:
        return if_it_falls(total == 7, amount_cents, 400);
    case BET_ANY_CRAPS:
        return if_it_falls(craps, amount_cents, 700);
    case BET_ACES:
        return if_it_falls(total == 2, amount_cents, 3000);
    case BET_ACE_DEUCE:
        return if_it_falls(total == 3, amount_cents, 1500);
    case BET_YO:
        return if_it_falls(total == 11, amount_cents, 1500);
    case BET_BOXCARS:
        return if_it_falls(total == 12, amount_cents, 3000);
    case BET_HOP:
        return if_it_falls(
            bet.number == 10 * low + (total - low), amount_cents, r->die1 == r->die2 ? 3000 : 1500);
    case BET_NEXT:
        return if_it_falls(bet.number == total, amount_cents, next[total]);
    case BET_C_AND_E:
        return craps         ? wins(amount_cents / 2 * 8)
               : total == 11 ? wins(amount_cents / 2 * 16)
                             : loses();
    default:
        return split_bet(r, bet.kind, amount_cents);
    }
}

/* Odds go the way of their base, and come back when they are off (6.5). */
static struct pay_decision odds(
    const struct pay_roll *r, struct bet_ref bet, int64_t amount_cents, bool works)
{
    bool dont = bet.kind == BET_DONT_PASS_ODDS || bet.kind == BET_DONT_COME_ODDS;
    unsigned number = bet.number != 0 ? bet.number : r->point;
    struct pay_decision d =
        dont ? race(r, bet, amount_cents, 7, number) : race(r, bet, amount_cents, number, 7);
    return d.decided && !works ? pushes(amount_cents) : d;
}

struct pay_decision pays_decide(
    const struct pay_roll *r, struct bet_ref bet, int64_t amount_cents, bool works)
{
    bool come_out = r->point == 0;
    switch (bet.kind) {
    case BET_PASS:
        return come_out ? first_roll(r, false, amount_cents)
                        : race(r, bet, amount_cents, r->point, 7);
    case BET_DONT_PASS:
        return come_out ? first_roll(r, true, amount_cents)
                        : race(r, bet, amount_cents, 7, r->point);
    case BET_COME:
        return bet.number == 0 ? first_roll(r, false, amount_cents)
                               : race(r, bet, amount_cents, bet.number, 7);
    case BET_DONT_COME:
        return bet.number == 0 ? first_roll(r, true, amount_cents)
                               : race(r, bet, amount_cents, 7, bet.number);
    case BET_PUT:
        return race(r, bet, amount_cents, bet.number, 7);
    case BET_PASS_ODDS:
    case BET_DONT_PASS_ODDS:
    case BET_COME_ODDS:
    case BET_DONT_COME_ODDS:
    case BET_PUT_ODDS:
        return odds(r, bet, amount_cents, works);
    case BET_BIG6:
        return works ? race(r, bet, amount_cents, 6, 7) : lies_on();
    case BET_BIG8:
        return works ? race(r, bet, amount_cents, 8, 7) : lies_on();
    case BET_PLACE:
    case BET_BUY:
    case BET_YES:
        return works ? race(r, bet, amount_cents, bet.number, 7) : lies_on();
    case BET_PLACE_TO_LOSE:
    case BET_LAY:
    case BET_NO:
        return works ? race(r, bet, amount_cents, 7, bet.number) : lies_on();
    case BET_HARD:
        return works ? hard(r, bet, amount_cents) : lies_on();
    default:
        return bet.kind <= BET_WORLD ? one_roll(r, bet, amount_cents) : (struct pay_decision){0};
    }
}

bool pays_travels(const struct pay_roll *r, struct bet_ref to)
{
    bool come = to.kind == BET_COME, dont = to.kind == BET_DONT_COME;
    return (come || dont) && to.number == total_of(r) && !first_roll(r, dont, 1).decided;
}

/* The pays to one that a bet on a hand may have (rule 11), 0-terminated. */
static const int16_t *hand_pays(unsigned kind)
{
    static const int16_t small[] = {34, 30, 0}, all[] = {175, 150, 0},
                         doubles[] = {4, 8, 15, 100, 0}, repeater[] = {40, 50, 65, 80, 90, 0},
                         fire[] = {24, 249, 999, 0},
                         line[] = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100,
                             150, 0},
                         replay[] = {70, 95, 100, 120, 500, 1000, 0},
                         shooter[] = {2, 4, 6, 11, 29, 99, 0}, muggsy[] = {2, 3, 0}, none[] = {0};
    switch (kind) {
    case BET_ALL_SMALL:
    case BET_ALL_TALL:
        return small;
    case BET_ALL:
        return all;
    case BET_REPEATER:
        return repeater;
    case BET_DIFFERENT_DOUBLES:
        return doubles;
    case BET_FIRE:
        return fire;
    case BET_RIDE_THE_LINE:
        return line;
    case BET_REPLAY:
        return replay;
    case BET_HOT_SHOOTER:
        return shooter;
    case BET_MUGGSY:
        return muggsy;
    default:
        return none;
    }
}

bool pays_plausible(const struct pay_roll *r, const struct event *payout)
{
    (void)r;
    int64_t amount = payout->amount_cents, paid = payout->paid_cents;
    if (payout->value == PAYOUT_LOSE) {
        return paid == LOST;
    }
    if (payout->value == PAYOUT_PUSH) {
        return paid == amount &&
               (payout->bet.kind == BET_RIDE_THE_LINE || payout->bet.kind == BET_HOT_SHOOTER);
    }
    for (const int16_t *pay = hand_pays(payout->bet.kind); *pay != 0; pay++) {
        if (payout->value == PAYOUT_WIN && paid == amount * (1 + *pay)) {
            return true;
        }
    }
    return false;
}
