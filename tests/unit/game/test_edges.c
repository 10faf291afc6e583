#include "tests/unit/game/table_kit.h"

#include "game/odds.h"

/* The edges of rule 14, typed here and nowhere else, against those that odds.c finds by rolling every way a bet can go on
 * the real table. The hand bets are in test_hand_edges.c. */

struct row {
    const char *config;
    uint8_t kind;
    uint8_t number;
    uint8_t resolved; /* the edge is per bet resolved: pushes are left out */
    int64_t num, den; /* the published edge */
};

static struct table_config config_of(const char *text)
{
    struct kit k;
    kit_open(&k, text, 0);
    return k.t.config;
}

static void check_row(const struct row *row)
{
    struct table_config config = config_of(row->config);
    struct odds odds;
    assert_true(odds_of(&config, (struct bet_ref){row->kind, row->number}, 0, &odds));
    struct odds_value edge = row->resolved ? odds.resolved : odds.edge;
    if (edge.num != row->num || edge.den != row->den) {
        fail_msg("%s %u (%s): %lld/%lld, not %lld/%lld", bet_specs[row->kind].name, row->number,
            row->config, (long long)edge.num, (long long)edge.den, (long long)row->num,
            (long long)row->den);
    }
}

/* Pairs of numbers with the same pay. */
#define BOTH(config, kind, low, high, num, den)                                                    \
    {config, kind, low, 0, num, den},                                                              \
    {                                                                                              \
        config, kind, high, 0, num, den                                                            \
    }

static const struct row rows[] = {
    {"", BET_PASS, 0, 0, 7, 495},
    {"", BET_COME, 0, 0, 7, 495},
    {"", BET_COME, 0, 0, 7, 495},
    {"crapless 1", BET_PASS, 0, 0, 373, 6930},
    {"crapless 1", BET_COME, 0, 0, 373, 6930},
    {"", BET_DONT_PASS, 0, 0, 3, 220},
    {"", BET_DONT_COME, 0, 0, 3, 220},
    {"", BET_DONT_PASS, 0, 1, 27, 1925},
    {"", BET_DONT_COME, 0, 1, 27, 1925},
    BOTH("", BET_PUT, 4, 10, 1, 3),
    BOTH("", BET_PUT, 5, 9, 1, 5),
    BOTH("", BET_PUT, 6, 8, 1, 11),
    BOTH("", BET_PLACE, 4, 10, 1, 15),
    BOTH("", BET_PLACE, 5, 9, 1, 25),
    BOTH("", BET_PLACE, 6, 8, 1, 66),
    BOTH("crapless 1", BET_PLACE, 3, 11, 1, 16),
    BOTH("crapless 1", BET_PLACE, 2, 12, 1, 14),
    BOTH("", BET_PLACE_TO_LOSE, 4, 10, 1, 33),
    BOTH("", BET_PLACE_TO_LOSE, 5, 9, 1, 40),
    BOTH("", BET_PLACE_TO_LOSE, 6, 8, 1, 55),
    BOTH("", BET_BUY, 4, 10, 1, 60),
    BOTH("", BET_BUY, 5, 9, 1, 50),
    BOTH("", BET_BUY, 6, 8, 1, 44),
    BOTH("crapless 1", BET_BUY, 3, 11, 1, 80),
    BOTH("crapless 1", BET_BUY, 2, 12, 1, 140),
    BOTH("vig upfront", BET_BUY, 4, 10, 1, 21),
    BOTH("vig upfront", BET_BUY, 5, 9, 1, 21),
    BOTH("vig upfront", BET_BUY, 6, 8, 1, 21),
    BOTH("vig upfront crapless 1", BET_BUY, 3, 11, 1, 21),
    BOTH("vig upfront crapless 1", BET_BUY, 2, 12, 1, 21),
    BOTH("", BET_LAY, 4, 10, 1, 60),
    BOTH("", BET_LAY, 5, 9, 1, 50),
    BOTH("", BET_LAY, 6, 8, 1, 44),
    BOTH("vig upfront", BET_LAY, 4, 10, 1, 41),
    BOTH("vig upfront", BET_LAY, 5, 9, 1, 31),
    BOTH("vig upfront", BET_LAY, 6, 8, 1, 25),
    {"", BET_BIG6, 0, 0, 1, 11},
    {"", BET_BIG8, 0, 0, 1, 11},
    BOTH("", BET_HARD, 4, 10, 1, 9),
    BOTH("", BET_HARD, 6, 8, 1, 11),
    {"", BET_FIELD, 0, 0, 1, 36},
    {"field12 2", BET_FIELD, 0, 0, 1, 18},
    {"field2 3 field12 3", BET_FIELD, 0, 0, 0, 1},
    {"", BET_ANY_SEVEN, 0, 0, 1, 6},
    {"", BET_ANY_CRAPS, 0, 0, 1, 9},
    {"", BET_ACES, 0, 0, 5, 36},
    {"", BET_BOXCARS, 0, 0, 5, 36},
    {"", BET_ACE_DEUCE, 0, 0, 1, 9},
    {"", BET_YO, 0, 0, 1, 9},
    {"", BET_HORN, 0, 0, 1, 8},
    {"", BET_HORN_HIGH_2, 0, 0, 23, 180},
    {"", BET_HORN_HIGH_12, 0, 0, 23, 180},
    {"", BET_HORN_HIGH_3, 0, 0, 11, 90},
    {"", BET_HORN_HIGH_11, 0, 0, 11, 90},
    {"", BET_C_AND_E, 0, 0, 1, 9},
    {"", BET_WORLD, 0, 0, 2, 15},
    {"", BET_WORLD, 0, 1, 4, 25},
    BOTH("", BET_YES, 2, 12, 3, 175),
    BOTH("", BET_YES, 3, 11, 3, 200),
    BOTH("", BET_YES, 4, 10, 1, 75),
    BOTH("", BET_YES, 5, 9, 3, 250),
    BOTH("", BET_YES, 6, 8, 1, 110),
    BOTH("", BET_NO, 2, 12, 1, 175),
    BOTH("", BET_NO, 3, 11, 1, 400),
    BOTH("", BET_NO, 4, 10, 1, 150),
    BOTH("", BET_NO, 5, 9, 1, 100),
    BOTH("", BET_NO, 6, 8, 2, 275),
    BOTH("", BET_NEXT, 2, 12, 7, 360),
    BOTH("", BET_NEXT, 3, 11, 17, 900),
    BOTH("", BET_NEXT, 4, 10, 11, 600),
    BOTH("", BET_NEXT, 5, 9, 4, 225),
    BOTH("", BET_NEXT, 6, 8, 1, 60),
    {"", BET_NEXT, 7, 0, 1, 60},
    {"", BET_MUGGSY, 0, 0, 1, 18},
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
            struct row row = {"", BET_HOP, (uint8_t)(10 * low + high), 0, 1, 9};
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
