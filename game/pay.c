#include "game/pay.h"

enum { NUMBER_LIMIT = 13, VIG_DIVISOR = 20 };

/* Tables by number; a place that is not filled in has no pay. */
#define BY_NUMBER(n2, n3, n4, n5, n6)                                                              \
    {                                                                                              \
        [2] = n2, [3] = n3, [4] = n4, [5] = n5, [6] = n6, [8] = n6, [9] = n5, [10] = n4,           \
        [11] = n3, [12] = n2                                                                       \
    }
#define TO(num, den)                                                                               \
    {                                                                                              \
        num, den                                                                                   \
    }

static const struct ratio even = TO(1, 1);
static const struct ratio true_odds[NUMBER_LIMIT] =
    BY_NUMBER(TO(6, 1), TO(3, 1), TO(2, 1), TO(3, 2), TO(6, 5));
static const struct ratio true_dont_odds[NUMBER_LIMIT] =
    BY_NUMBER(TO(1, 6), TO(1, 3), TO(1, 2), TO(2, 3), TO(5, 6));
static const struct ratio place[NUMBER_LIMIT] =
    BY_NUMBER(TO(11, 2), TO(11, 4), TO(9, 5), TO(7, 5), TO(7, 6));
static const struct ratio place_to_lose[NUMBER_LIMIT] =
    BY_NUMBER(TO(0, 1), TO(0, 1), TO(5, 11), TO(5, 8), TO(4, 5));
static const struct ratio hard[NUMBER_LIMIT] =
    BY_NUMBER(TO(0, 1), TO(0, 1), TO(7, 1), TO(0, 1), TO(9, 1));
static const struct ratio yes[NUMBER_LIMIT] =
    BY_NUMBER(TO(588, 100), TO(294, 100), TO(196, 100), TO(147, 100), TO(118, 100));
static const struct ratio no[NUMBER_LIMIT] =
    BY_NUMBER(TO(16, 100), TO(33, 100), TO(49, 100), TO(65, 100), TO(82, 100));
static const struct ratio next[NUMBER_LIMIT] = {
    [2] = TO(3430, 100),
    [3] = TO(1666, 100),
    [4] = TO(1078, 100),
    [5] = TO(784, 100),
    [6] = TO(608, 100),
    [7] = TO(490, 100),
    [8] = TO(608, 100),
    [9] = TO(784, 100),
    [10] = TO(1078, 100),
    [11] = TO(1666, 100),
    [12] = TO(3430, 100),
};

static const struct ratio *const ratios[BET_KIND_COUNT] = {
    [BET_PASS_ODDS] = true_odds,
    [BET_DONT_PASS_ODDS] = true_dont_odds,
    [BET_COME_ODDS] = true_odds,
    [BET_DONT_COME_ODDS] = true_dont_odds,
    [BET_PUT_ODDS] = true_odds,
    [BET_PLACE] = place,
    [BET_PLACE_TO_LOSE] = place_to_lose,
    [BET_BUY] = true_odds,
    [BET_LAY] = true_dont_odds,
    [BET_HARD] = hard,
    [BET_YES] = yes,
    [BET_NO] = no,
    [BET_NEXT] = next,
};

struct ratio pay_ratio(struct bet_ref bet, unsigned point)
{
    const struct ratio *table = ratios[bet.kind];
    if (table == NULL) {
        return even;
    }
    unsigned number = bet.number != 0 ? bet.number : point;
    bool pays = number < NUMBER_LIMIT && table[number].den != 0;
    return pays ? table[number] : (struct ratio){0, 1};
}

/* Units returned by total, the unit being amount / multiple: 31 = the stake and 30 to one. The field's 2 and 12 are
 * the config's. */
static const uint8_t returned_units[BET_KIND_COUNT][NUMBER_LIMIT] = {
    [BET_FIELD] = {[3] = 2, [4] = 2, [9] = 2, [10] = 2, [11] = 2},
    [BET_ANY_SEVEN] = {[7] = 5},
    [BET_ANY_CRAPS] = {[2] = 8, [3] = 8, [12] = 8},
    [BET_ACES] = {[2] = 31},
    [BET_ACE_DEUCE] = {[3] = 16},
    [BET_YO] = {[11] = 16},
    [BET_BOXCARS] = {[12] = 31},
    [BET_HORN] = {[2] = 31, [3] = 16, [11] = 16, [12] = 31},
    [BET_HORN_HIGH_2] = {[2] = 62, [3] = 16, [11] = 16, [12] = 31},
    [BET_HORN_HIGH_3] = {[2] = 31, [3] = 32, [11] = 16, [12] = 31},
    [BET_HORN_HIGH_11] = {[2] = 31, [3] = 16, [11] = 32, [12] = 31},
    [BET_HORN_HIGH_12] = {[2] = 31, [3] = 16, [11] = 16, [12] = 62},
    [BET_C_AND_E] = {[2] = 8, [3] = 8, [11] = 16, [12] = 8},
    [BET_WORLD] = {[2] = 31, [3] = 16, [7] = 5, [11] = 16, [12] = 31},
};

unsigned pay_returned_units(const struct table_config *config, unsigned kind, unsigned total)
{
    if (kind == BET_FIELD && total == 2) {
        return config->field2 + 1u;
    }
    if (kind == BET_FIELD && total == 12) {
        return config->field12 + 1u;
    }
    return returned_units[kind][total];
}

int64_t pay_vig_cents(const struct table_config *config, struct bet_ref bet, int64_t amount_cents)
{
    int64_t base;
    if (amount_cents == 0) {
        return 0;
    }
    if (bet.kind == BET_BUY) {
        base = amount_cents;
    } else if (bet.kind == BET_LAY) {
        base = pay_of_ratio(pay_ratio(bet, 0), amount_cents);
    } else {
        return 0;
    }
    int64_t vig = (base + VIG_DIVISOR - 1) / VIG_DIVISOR;
    return vig > config->vig_min_cents ? vig : config->vig_min_cents;
}

int64_t pay_race_winnings_cents(
    const struct table_config *config, struct bet_ref bet, unsigned point, int64_t amount_cents)
{
    int64_t winnings = pay_of_ratio(pay_ratio(bet, point), amount_cents);
    /* An upfront lay has paid its vig; an upfront buy stays up and pays the vig of its next decision (8.3). */
    if (bet.kind == BET_BUY || (bet.kind == BET_LAY && !config->vig_upfront)) {
        winnings -= pay_vig_cents(config, bet, amount_cents);
    }
    return winnings > 0 ? winnings : 0;
}

static unsigned odds_multiple(const struct table_config *config, unsigned number)
{
    static const uint8_t multiples_345[NUMBER_LIMIT] = BY_NUMBER(1, 2, 3, 4, 5);
    return config->odds == 345 ? multiples_345[number] : config->odds;
}

int64_t pay_odds_cap_cents(
    const struct table_config *config, struct bet_ref odds, unsigned point, int64_t base_cents)
{
    unsigned number = odds.number != 0 ? odds.number : point;
    if (number >= NUMBER_LIMIT || true_odds[number].num == 0) {
        return 0;
    }
    int64_t most = base_cents * odds_multiple(config, number);
    bool dont = odds.kind == BET_DONT_PASS_ODDS || odds.kind == BET_DONT_COME_ODDS;
    /* odds x d <= m x B x n, so the largest whole number of cents is the quotient rounded down. */
    return dont ? pay_of_ratio(true_odds[number], most) : most;
}
