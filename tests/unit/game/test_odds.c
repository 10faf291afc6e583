#include "tests/unit/game/table_kit.h"

#include "game/odds.h"

#include <math.h>

static struct table_config config_of(const char *text)
{
    struct kit k;
    kit_open(&k, text, 0);
    return k.t.config;
}

static struct odds odds_in(const char *text, unsigned kind, unsigned number, unsigned point)
{
    struct table_config config = config_of(text);
    struct odds odds;
    assert_true(
        odds_of(&config, (struct bet_ref){(uint8_t)kind, (uint8_t)number}, (uint8_t)point, &odds));
    return odds;
}

static void assert_value(struct odds_value v, const char *want)
{
    char text[ODDS_FRACTION_MAX];
    assert_string_equal(odds_text(&v, text, sizeof text), want);
}

/* Win, lose, push, rolls as the books have them. */
static const struct {
    const char *config;
    uint8_t kind, number, point;
    const char *win, *lose, *push, *rolls;
} known[] = {
    {"", BET_PASS, 0, 0, "244/495", "251/495", "0", "557/165"},
    {"", BET_DONT_PASS, 0, 0, "949/1980", "244/495", "1/36", "557/165"},
    {"", BET_COME, 0, 0, "244/495", "251/495", "0", "557/165"},
    {"", BET_COME, 6, 0, "5/11", "6/11", "0", "36/11"},
    {"", BET_DONT_COME, 0, 0, "949/1980", "244/495", "1/36", "557/165"},
    {"", BET_PASS_ODDS, 0, 6, "5/11", "6/11", "0", "36/11"},
    {"", BET_PASS_ODDS, 0, 4, "1/3", "2/3", "0", "4"},
    {"", BET_DONT_PASS_ODDS, 0, 9, "3/5", "2/5", "0", "18/5"},
    {"", BET_COME_ODDS, 8, 0, "5/11", "6/11", "0", "36/11"},
    {"", BET_DONT_COME_ODDS, 10, 0, "2/3", "1/3", "0", "4"},
    {"", BET_PUT_ODDS, 5, 0, "2/5", "3/5", "0", "18/5"},
    {"crapless 1", BET_PASS_ODDS, 0, 2, "1/7", "6/7", "0", "36/7"},
    {"", BET_PLACE, 6, 0, "5/11", "6/11", "0", "36/11"},
    {"", BET_HARD, 8, 0, "1/11", "10/11", "0", "36/11"},
    {"", BET_FIELD, 0, 0, "4/9", "5/9", "0", "1"},
    {"", BET_WORLD, 0, 0, "1/6", "2/3", "1/6", "1"},
    {"", BET_HOP, 34, 0, "1/18", "17/18", "0", "1"},
    {"", BET_MUGGSY, 0, 0, "5/18", "13/18", "0", "5/3"},
    {"", BET_REPEATER, 2, 0, "1/49", "48/49", "0", "288/49"},
    {"", BET_DIFFERENT_DOUBLES, 0, 0, NULL, NULL, "0", NULL},
    {"", BET_HOT_SHOOTER, 0, 0, NULL, NULL, NULL, "1671/196"},
};

static void test_odds_are_those_of_the_books(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct odds o = odds_in(known[i].config, known[i].kind, known[i].number, known[i].point);
        const struct {
            struct odds_value got;
            const char *want;
        } pairs[] = {{o.win, known[i].win}, {o.lose, known[i].lose}, {o.push, known[i].push},
            {o.rolls, known[i].rolls}};
        for (size_t k = 0; k < 4; k++) {
            if (pairs[k].want != NULL) {
                assert_value(pairs[k].got, pairs[k].want);
            }
        }
    }
}

/* Every bet that the rules offer has odds, no other has, and its chances are all there are. */
static void test_odds_of_every_bet_add_up(void **state)
{
    (void)state;
    static const char *const configs[] = {"", "crapless 1", "vig upfront", "ats 30_150 rtl 5"};
    for (size_t k = 0; k < sizeof configs / sizeof configs[0]; k++) {
        struct table_config config = config_of(configs[k]);
        unsigned found = 0;
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            struct bet_ref bet = bet_of_slot(slot);
            struct odds o;
            bool offered = bet_number_allowed(bet, config.crapless) &&
                           (!config.crapless || bet_specs[bet.kind].crapless != 0);
            assert_int_equal(odds_of(&config, bet, 6, &o), offered);
            if (offered) {
                assert_true(fabs(o.win.value + o.lose.value + o.push.value - 1) < 1e-12);
                assert_true(o.win.value > 0 && o.lose.value > 0 && o.push.value >= 0);
                assert_true(o.rolls.value >= 1 && o.edge.value < 1);
                assert_true(o.resolved.value >= o.edge.value);
                found++;
            }
        }
        assert_true(found > 100);
    }
}

static void test_odds_refuse_what_is_no_bet(void **state)
{
    (void)state;
    struct table_config config = config_of("");
    struct odds o;
    struct odds_roll next[6][6];
    static const struct bet_ref bad[] = {{BET_PLACE, 7}, {BET_PLACE, 0}, {BET_PASS, 6},
        {BET_HOP, 70}, {BET_KIND_COUNT, 0}, {255, 255}, {BET_COME, 7}, {BET_REPEATER, 7}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(odds_of(&config, bad[i], 6, &o));
        assert_false(odds_next(&config, bad[i], 6, next));
    }
    assert_false(odds_of(&config, (struct bet_ref){BET_PASS_ODDS, 0}, 0, &o));
    assert_false(odds_next(&config, (struct bet_ref){BET_FIRE, 0}, 0, next));
}

static unsigned count_rolls(struct odds_roll next[6][6], enum odds_result result)
{
    unsigned count = 0;
    for (unsigned die = 0; die < 36; die++) {
        count += next[die / 6][die % 6].result == result;
    }
    return count;
}

static void test_next_roll_of_a_bet_is_what_the_table_does(void **state)
{
    (void)state;
    struct table_config config = config_of("");
    struct odds_roll next[6][6];
    assert_true(odds_next(&config, (struct bet_ref){BET_PLACE, 6}, 0, next));
    assert_int_equal(count_rolls(next, ODDS_WIN), 5);
    assert_int_equal(count_rolls(next, ODDS_LOSE), 6);
    assert_int_equal(count_rolls(next, ODDS_NOTHING), 25);
    assert_true(next[2][2].won == 7 && next[2][2].of == 6);
    assert_true(odds_next(&config, (struct bet_ref){BET_PASS, 0}, 0, next));
    assert_int_equal(count_rolls(next, ODDS_WIN), 8);
    assert_int_equal(count_rolls(next, ODDS_LOSE), 4);
    assert_true(odds_next(&config, (struct bet_ref){BET_PASS, 0}, 4, next));
    assert_int_equal(count_rolls(next, ODDS_WIN), 3);
    assert_int_equal(count_rolls(next, ODDS_LOSE), 6);
    assert_true(odds_next(&config, (struct bet_ref){BET_COME, 0}, 0, next));
    assert_int_equal(count_rolls(next, ODDS_TRAVEL), 24);
    assert_true(odds_next(&config, (struct bet_ref){BET_DONT_COME, 9}, 0, next));
    assert_int_equal(count_rolls(next, ODDS_WIN), 6);
    assert_int_equal(count_rolls(next, ODDS_LOSE), 4);
    assert_true(odds_next(&config, (struct bet_ref){BET_FIELD, 0}, 0, next));
    assert_true(next[0][0].won == 2 && next[0][0].of == 1);
    assert_true(next[5][5].won == 3 && next[5][5].of == 1);
    assert_true(odds_next(&config, (struct bet_ref){BET_BUY, 4}, 0, next));
    assert_true(next[1][1].won == 39 && next[1][1].of == 20);
}

static void test_hand_bets_pay_by_their_count(void **state)
{
    (void)state;
    struct table_config config = config_of("");
    static const struct {
        enum bet_kind kind;
        unsigned number, count;
        int32_t pays;
    } rows[] = {{BET_FIRE, 0, 3, -1}, {BET_FIRE, 0, 4, 24}, {BET_FIRE, 0, 6, 999},
        {BET_DIFFERENT_DOUBLES, 0, 2, -1}, {BET_DIFFERENT_DOUBLES, 0, 6, 100},
        {BET_RIDE_THE_LINE, 0, 2, 0}, {BET_RIDE_THE_LINE, 0, 11, 50}, {BET_HOT_SHOOTER, 0, 7, -1},
        {BET_HOT_SHOOTER, 0, 8, 0}, {BET_HOT_SHOOTER, 0, 51, 99}, {BET_REPLAY, 4, 4, 1000},
        {BET_REPLAY, 6, 3, 70}, {BET_REPLAY, 6, 2, -1}, {BET_ALL, 0, 0, 175},
        {BET_REPEATER, 8, 0, 90}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            odds_hand_pays(&config, rows[i].kind, rows[i].number, rows[i].count), rows[i].pays);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_odds_are_those_of_the_books),
        cmocka_unit_test(test_odds_of_every_bet_add_up),
        cmocka_unit_test(test_odds_refuse_what_is_no_bet),
        cmocka_unit_test(test_next_roll_of_a_bet_is_what_the_table_does),
        cmocka_unit_test(test_hand_bets_pay_by_their_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
