#include "tests/unit/game/table_kit.h"

/* The edges of rule 14 as exact fractions: every way a bet can go is walked on the real table, all 36 rolls at every
 * step, and a roll that leaves the bet as it was is divided out. */

struct fraction {
    int64_t num;
    int64_t den;
};

static struct fraction fraction_of(int64_t num, int64_t den)
{
    int64_t a = num < 0 ? -num : num;
    int64_t b = den;
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a == 0 ? (struct fraction){0, 1} : (struct fraction){num / a, den / a};
}

static struct fraction fraction_add(struct fraction x, struct fraction y)
{
    return fraction_of(x.num * y.den + y.num * x.den, x.den * y.den);
}

static struct fraction fraction_divide(struct fraction x, int64_t by)
{
    return fraction_of(x.num, x.den * by);
}

struct row {
    const char *config;
    uint8_t kind;
    uint8_t number;
    uint8_t puck;     /* the point when the bet is made, 0 = come-out */
    uint8_t resolved; /* the edge is per bet resolved: pushes are left out */
    int64_t stake;
    int64_t num, den; /* the published edge */
};

/* What is known of a bet after it has gone all ways: the expected final balance, and how often it is pushed. */
struct outlook {
    struct fraction balance;
    struct fraction pushes;
};

static bool same_bets(const struct kit *a, const struct kit *b)
{
    return memcmp(a->players[0].bet_cents, b->players[0].bet_cents,
               sizeof a->players[0].bet_cents) == 0;
}

/* Line bets look at the puck; all others do not care where it is. */
static bool same_state(const struct row *row, const struct kit *a, const struct kit *b)
{
    bool line = row->kind == BET_PASS || row->kind == BET_DONT_PASS || row->kind == BET_MUGGSY ||
                row->kind == BET_PASS_ODDS || row->kind == BET_DONT_PASS_ODDS;
    return same_bets(a, b) && (!line || a->t.point == b->t.point);
}

/* Takes a winner down, so that the bet is over. */
static void finish(struct kit *k, const struct row *row)
{
    if (k->result.payout_count != 0 && kit_amount(k, row->kind, row->number) != 0) {
        assert_int_equal(kit_take(k, row->kind, row->number, 0), REFUSAL_NONE);
    }
}

static struct outlook look_ahead(const struct kit *from, const struct row *row)
{
    struct outlook sum = {{0, 1}, {0, 1}};
    int64_t leaving = 0;
    for (unsigned roll = 0; roll < 36; roll++) {
        struct kit k;
        kit_copy(&k, from);
        kit_roll(&k, roll / 6 + 1, roll % 6 + 1);
        finish(&k, row);
        struct outlook next = {{k.players[0].balance_cents, 1}, {0, 1}};
        if (table_layout_cents(&k.players[0]) == 0) {
            bool pushed = k.result.payout_count == 1 && k.payouts[0].result == PAYOUT_PUSH;
            next.pushes = (struct fraction){pushed, 1};
        } else if (same_state(row, &k, from)) {
            continue;
        } else {
            next = look_ahead(&k, row);
        }
        sum.balance = fraction_add(sum.balance, next.balance);
        sum.pushes = fraction_add(sum.pushes, next.pushes);
        leaving++;
    }
    sum.balance = fraction_divide(sum.balance, leaving);
    sum.pushes = fraction_divide(sum.pushes, leaving);
    return sum;
}

/* The bet alone on a table that has just enough money; odds come with the smallest base that carries them. */
static int64_t make_bet(struct kit *k, const struct row *row)
{
    bool line = row->kind == BET_PASS || row->kind == BET_DONT_PASS || row->kind == BET_MUGGSY;
    kit_open(k, row->config, 1);
    if (line) {
        kit_bet(k, row->kind, 0, row->stake);
    } else {
        if (row->puck != 0) {
            kit_total(k, row->puck);
        }
        kit_bet(k, row->kind, row->number, row->stake);
        if (bet_specs[row->kind].markable) {
            kit_mark(k, row->kind, row->number, MARK_ON);
        }
    }
    int64_t cost = KIT_BALANCE - k->players[0].balance_cents;
    k->players[0].issued_cents -= k->players[0].balance_cents;
    k->players[0].balance_cents = 0;
    return cost;
}

static void check_row(const struct row *row)
{
    struct kit k;
    int64_t cost = make_bet(&k, row);
    struct outlook all = look_ahead(&k, row);
    struct fraction loss =
        fraction_add((struct fraction){cost, 1}, fraction_of(-all.balance.num, all.balance.den));
    struct fraction edge = fraction_divide(loss, cost);
    if (row->resolved) {
        struct fraction resolved =
            fraction_add((struct fraction){1, 1}, fraction_of(-all.pushes.num, all.pushes.den));
        edge = fraction_of(edge.num * resolved.den, edge.den * resolved.num);
    }
    struct fraction want = fraction_of(row->num, row->den);
    if (edge.num != want.num || edge.den != want.den) {
        fail_msg("%s %u (%s): %lld/%lld, not %lld/%lld", bet_specs[row->kind].name, row->number,
            row->config, (long long)edge.num, (long long)edge.den, (long long)want.num,
            (long long)want.den);
    }
}

/* Pairs of numbers with the same pay. */
#define BOTH(config, kind, low, high, puck, stake, num, den)                                       \
    {config, kind, low, puck, 0, stake, num, den},                                                 \
    {                                                                                              \
        config, kind, high, puck, 0, stake, num, den                                               \
    }

static const struct row rows[] = {
    {"", BET_PASS, 0, 0, 0, 100, 7, 495},
    {"", BET_COME, 0, 4, 0, 100, 7, 495},
    {"", BET_COME, 0, 8, 0, 100, 7, 495},
    {"crapless 1", BET_PASS, 0, 0, 0, 100, 373, 6930},
    {"crapless 1", BET_COME, 0, 11, 0, 100, 373, 6930},
    {"", BET_DONT_PASS, 0, 0, 0, 100, 3, 220},
    {"", BET_DONT_COME, 0, 5, 0, 100, 3, 220},
    {"", BET_DONT_PASS, 0, 0, 1, 100, 27, 1925},
    {"", BET_DONT_COME, 0, 6, 1, 100, 27, 1925},
    BOTH("", BET_PUT, 4, 10, 6, 100, 1, 3),
    BOTH("", BET_PUT, 5, 9, 6, 100, 1, 5),
    BOTH("", BET_PUT, 6, 8, 6, 100, 1, 11),
    BOTH("", BET_PLACE, 4, 10, 0, 100, 1, 15),
    BOTH("", BET_PLACE, 5, 9, 8, 100, 1, 25),
    BOTH("", BET_PLACE, 6, 8, 0, 600, 1, 66),
    BOTH("crapless 1", BET_PLACE, 3, 11, 0, 400, 1, 16),
    BOTH("crapless 1", BET_PLACE, 2, 12, 4, 200, 1, 14),
    BOTH("", BET_PLACE_TO_LOSE, 4, 10, 0, 110, 1, 33),
    BOTH("", BET_PLACE_TO_LOSE, 5, 9, 0, 80, 1, 40),
    BOTH("", BET_PLACE_TO_LOSE, 6, 8, 6, 50, 1, 55),
    BOTH("", BET_BUY, 4, 10, 0, 2000, 1, 60),
    BOTH("", BET_BUY, 5, 9, 0, 2000, 1, 50),
    BOTH("", BET_BUY, 6, 8, 4, 2000, 1, 44),
    BOTH("crapless 1", BET_BUY, 3, 11, 0, 2000, 1, 80),
    BOTH("crapless 1", BET_BUY, 2, 12, 0, 2000, 1, 140),
    BOTH("vig upfront", BET_BUY, 4, 10, 0, 2000, 1, 21),
    BOTH("vig upfront", BET_BUY, 5, 9, 0, 2000, 1, 21),
    BOTH("vig upfront", BET_BUY, 6, 8, 0, 2000, 1, 21),
    BOTH("vig upfront crapless 1", BET_BUY, 3, 11, 0, 2000, 1, 21),
    BOTH("vig upfront crapless 1", BET_BUY, 2, 12, 0, 2000, 1, 21),
    BOTH("", BET_LAY, 4, 10, 0, 4000, 1, 60),
    BOTH("", BET_LAY, 5, 9, 0, 3000, 1, 50),
    BOTH("", BET_LAY, 6, 8, 5, 2400, 1, 44),
    BOTH("vig upfront", BET_LAY, 4, 10, 0, 4000, 1, 41),
    BOTH("vig upfront", BET_LAY, 5, 9, 0, 3000, 1, 31),
    BOTH("vig upfront", BET_LAY, 6, 8, 0, 2400, 1, 25),
    {"", BET_BIG6, 0, 0, 0, 100, 1, 11},
    {"", BET_BIG8, 0, 6, 0, 100, 1, 11},
    BOTH("", BET_HARD, 4, 10, 0, 100, 1, 9),
    BOTH("", BET_HARD, 6, 8, 9, 100, 1, 11),
    {"", BET_FIELD, 0, 0, 0, 100, 1, 36},
    {"field12 2", BET_FIELD, 0, 0, 0, 100, 1, 18},
    {"field2 3 field12 3", BET_FIELD, 0, 6, 0, 100, 0, 1},
    {"", BET_ANY_SEVEN, 0, 0, 0, 100, 1, 6},
    {"", BET_ANY_CRAPS, 0, 0, 0, 100, 1, 9},
    {"", BET_ACES, 0, 0, 0, 100, 5, 36},
    {"", BET_BOXCARS, 0, 0, 0, 100, 5, 36},
    {"", BET_ACE_DEUCE, 0, 0, 0, 100, 1, 9},
    {"", BET_YO, 0, 6, 0, 100, 1, 9},
    {"", BET_HORN, 0, 0, 0, 400, 1, 8},
    {"", BET_HORN_HIGH_2, 0, 0, 0, 500, 23, 180},
    {"", BET_HORN_HIGH_12, 0, 0, 0, 500, 23, 180},
    {"", BET_HORN_HIGH_3, 0, 0, 0, 500, 11, 90},
    {"", BET_HORN_HIGH_11, 0, 0, 0, 500, 11, 90},
    {"", BET_C_AND_E, 0, 0, 0, 200, 1, 9},
    {"", BET_WORLD, 0, 0, 0, 500, 2, 15},
    {"", BET_WORLD, 0, 4, 1, 500, 4, 25},
    BOTH("", BET_YES, 2, 12, 0, 100, 3, 175),
    BOTH("", BET_YES, 3, 11, 0, 100, 3, 200),
    BOTH("", BET_YES, 4, 10, 0, 100, 1, 75),
    BOTH("", BET_YES, 5, 9, 6, 100, 3, 250),
    BOTH("", BET_YES, 6, 8, 0, 100, 1, 110),
    BOTH("", BET_NO, 2, 12, 0, 100, 1, 175),
    BOTH("", BET_NO, 3, 11, 0, 100, 1, 400),
    BOTH("", BET_NO, 4, 10, 0, 100, 1, 150),
    BOTH("", BET_NO, 5, 9, 0, 100, 1, 100),
    BOTH("", BET_NO, 6, 8, 4, 100, 2, 275),
    BOTH("", BET_NEXT, 2, 12, 0, 100, 7, 360),
    BOTH("", BET_NEXT, 3, 11, 0, 100, 17, 900),
    BOTH("", BET_NEXT, 4, 10, 0, 100, 11, 600),
    BOTH("", BET_NEXT, 5, 9, 0, 100, 4, 225),
    BOTH("", BET_NEXT, 6, 8, 0, 100, 1, 60),
    {"", BET_NEXT, 7, 8, 0, 100, 1, 60},
    {"", BET_MUGGSY, 0, 0, 0, 100, 1, 18},
};

static void test_edge_of_every_simple_bet_is_the_published_fraction(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(&rows[i]);
    }
}

static void test_edge_of_every_hop_is_the_published_fraction(void **state)
{
    (void)state;
    for (unsigned low = 1; low <= 6; low++) {
        for (unsigned high = low; high <= 6; high++) {
            struct row row = {"", BET_HOP, (uint8_t)(10 * low + high), 0, 0, 100, 1, 9};
            if (low == high) {
                row.num = 5;
                row.den = 36;
            }
            check_row(&row);
        }
    }
}

/* What the odds win and lose on the deciding number and on the seven, weighed by their ways, is nothing. */
static void check_odds(const char *config, unsigned base, unsigned number, int64_t stake)
{
    bool line = base == BET_PASS || base == BET_DONT_PASS;
    struct kit start;
    kit_open(&start, config, 1);
    if (line) {
        kit_bet(&start, base, 0, stake);
    }
    kit_total(&start, line || base == BET_PUT ? number : number == 6 ? 8 : 6);
    if (!line) {
        kit_bet(&start, base, base == BET_PUT ? number : 0, stake);
    }
    if (base == BET_COME || base == BET_DONT_COME) {
        kit_total(&start, number);
    }
    unsigned odds = base + BET_ODDS_OFFSET;
    kit_bet(&start, odds, line ? 0 : number, stake);
    int64_t sum = 0;
    unsigned decisions = 0;
    for (unsigned roll = 0; roll < 36; roll++) {
        struct kit k;
        kit_copy(&k, &start);
        kit_roll(&k, roll / 6 + 1, roll % 6 + 1);
        const struct payout *p = kit_payout(&k, odds, line ? 0 : number);
        if (p != NULL) {
            sum += p->paid_cents - stake;
            decisions++;
        }
    }
    assert_int_equal(sum, 0);
    assert_int_equal(decisions, 6 + (number < 7 ? number - 1 : 13 - number));
}

static void test_edge_of_all_odds_is_nothing(void **state)
{
    (void)state;
    for (unsigned base = BET_PASS; base <= BET_PUT; base++) {
        for (unsigned n = 4; n <= 10; n += n == 6 ? 2 : 1) {
            check_odds("", base, n, 60);
        }
        for (unsigned n = 2; n <= 12 && base != BET_DONT_PASS && base != BET_DONT_COME;
             n += n == 6 ? 2 : 1) {
            check_odds("crapless 1", base, n, 60);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edge_of_every_simple_bet_is_the_published_fraction),
        cmocka_unit_test(test_edge_of_every_hop_is_the_published_fraction),
        cmocka_unit_test(test_edge_of_all_odds_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
