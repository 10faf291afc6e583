#include "tests/unit/game/table_kit.h"

/* Rolls dice written as "11 65 34". */
static void roll_all(struct kit *k, const char *dice)
{
    for (; dice[0] != '\0'; dice += dice[2] == ' ' ? 3 : 2) {
        kit_roll(k, (unsigned)(dice[0] - '0'), (unsigned)(dice[1] - '0'));
    }
}

/* Scripted hands: the dice, and what one cent on the bet has become after the last roll. */
static const struct {
    const char *config;
    uint8_t kind;
    uint8_t number;
    const char *dice;
    const char *result; /* of the last roll; NULL: nothing yet */
    int64_t paid;
} hand_rows[] = {
    {"", BET_ALL_SMALL, 0, "11 12 13 14 15", "win", 35},
    {"", BET_ALL_SMALL, 0, "11 12 13 14 66", NULL, 0},
    {"", BET_ALL_SMALL, 0, "34", "lose", 0},
    {"", BET_ALL_TALL, 0, "66 65 64 63 62", "win", 35},
    {"ats 30_150", BET_ALL_TALL, 0, "66 65 64 63 62", "win", 31},
    {"", BET_ALL, 0, "11 12 13 14 15 66 65 64 63 62", "win", 176},
    {"ats 30_150", BET_ALL, 0, "11 12 13 14 15 66 65 64 63 62", "win", 151},
    {"", BET_ALL, 0, "11 12 13 14 15 66 65 64 63 61", "lose", 0},
    {"crapless 1", BET_ALL, 0, "11 12 13 14 15 66 65 64 63 62", "win", 176},
    {"", BET_REPEATER, 2, "11 66 11", "win", 41},
    {"", BET_REPEATER, 3, "12 12 12", "win", 51},
    {"", BET_REPEATER, 4, "22 13 13 22", "win", 66},
    {"", BET_REPEATER, 5, "14 14 14 14 14", "win", 81},
    {"", BET_REPEATER, 6, "33 15 15 15 15 15", "win", 91},
    {"", BET_REPEATER, 8, "44 44 44 44 44", NULL, 0},
    {"", BET_REPEATER, 8, "44 44 44 44 44 44", "win", 91},
    {"", BET_REPEATER, 9, "54 54 54 54 54", "win", 81},
    {"", BET_REPEATER, 10, "64 64 64 55", "win", 66},
    {"", BET_REPEATER, 11, "65 65 65", "win", 51},
    {"", BET_REPEATER, 12, "66 66", "win", 41},
    {"", BET_REPEATER, 12, "66 61", "lose", 0},
    {"", BET_DIFFERENT_DOUBLES, 0, "11 22 11 34", "lose", 0},
    {"", BET_DIFFERENT_DOUBLES, 0, "11 66 33", NULL, 0},
    {"", BET_DIFFERENT_DOUBLES, 0, "11 66 33 34", "win", 5},
    {"", BET_DIFFERENT_DOUBLES, 0, "11 66 33 22 34", "win", 9},
    {"", BET_DIFFERENT_DOUBLES, 0, "11 66 33 22 44 34", "win", 16},
    {"", BET_DIFFERENT_DOUBLES, 0, "11 66 33 22 44 55", "win", 101},
    {"", BET_FIRE, 0, "34", NULL, 0},
    {"", BET_FIRE, 0, "13 22 32 41 15 33 54 34", "lose", 0},
    {"", BET_FIRE, 0, "13 13 32 32 15 15 13 13 44 44 54 34", "win", 25},
    {"", BET_FIRE, 0, "13 13 32 32 15 15 44 44 54 54 34", NULL, 0},
    {"", BET_FIRE, 0, "13 13 32 32 15 15 44 44 54 54 64 34", "win", 250},
    {"", BET_FIRE, 0, "13 13 32 32 15 15 44 44 54 54 64 64", "win", 1000},
    {"", BET_REPLAY, 0, "13 13 13 13 13 13 13 34", "win", 121},
    {"", BET_REPLAY, 0, "13 13 13 13 13 34", "lose", 0},
    {"", BET_REPLAY, 0, "64 64 64 64 64 64 64 64 64 34", "win", 1001},
    {"", BET_REPLAY, 0, "54 54 54 54 54 54 54 54 64 34", "win", 501},
    {"", BET_REPLAY, 0, "41 41 41 41 41 41 64 34", "win", 96},
    {"", BET_REPLAY, 0, "42 42 42 42 42 42 64 34", "win", 71},
    {"", BET_REPLAY, 0, "44 44 44 44 44 44 44 44 64 34", "win", 101},
    {"", BET_REPLAY, 0, "44 44 44 44 44 44 44 44 64 64 64 64 64 64 54 34", "win", 121},
    {"", BET_REPLAY, 0, "44 44 44 44 44 44 44 44 41 41 41 41 41 41 54 34", "win", 101},
    {"", BET_REPLAY, 0, "34", NULL, 0},
    {"", BET_HOT_SHOOTER, 0, "13 34", "lose", 0},
    {"", BET_HOT_SHOOTER, 0, "11 11 11 11 11 13 34", "lose", 0},
    {"", BET_HOT_SHOOTER, 0, "11 11 11 11 11 11 13 34", "push", 1},
    {"rtl 1", BET_RIDE_THE_LINE, 0, "13 34", "lose", 0},
    {"rtl 1", BET_RIDE_THE_LINE, 0, "34 65 13 34", "push", 1},
    {"rtl 1", BET_RIDE_THE_LINE, 0, "34 65 13 13 13 34", "win", 2},
    {"rtl 6", BET_RIDE_THE_LINE, 0, "34 65 13 13 13 34", "push", 1},
    {"rtl 2", BET_RIDE_THE_LINE, 0, "34 65 13 34", "lose", 0},
};

static const char *result_word(const struct payout *p)
{
    static const char *const words[] = {"lose", "push", "travel", "win"};
    return words[p->result];
}

static void test_hand_bets_follow_scripted_hands(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hand_rows / sizeof hand_rows[0]; i++) {
        struct kit k;
        kit_open(&k, hand_rows[i].config, 1);
        kit_bet(&k, hand_rows[i].kind, hand_rows[i].number, 1);
        roll_all(&k, hand_rows[i].dice);
        const struct payout *p = kit_payout(&k, hand_rows[i].kind, hand_rows[i].number);
        if (hand_rows[i].result == NULL) {
            assert_null(p);
            assert_int_equal(kit_amount(&k, hand_rows[i].kind, hand_rows[i].number), 1);
            continue;
        }
        if (p == NULL) {
            fail_msg("row %zu: %s is not decided", i, bet_specs[hand_rows[i].kind].name);
        }
        assert_string_equal(result_word(p), hand_rows[i].result);
        assert_int_equal(p->paid_cents, hand_rows[i].paid);
    }
}

/* Rule 11.8 at both ends of every line. */
static void test_hot_shooter_pays_for_one_by_rolls(void **state)
{
    (void)state;
    static const struct {
        unsigned from;
        unsigned to;
        int64_t paid;
    } lines[] = {{2, 7, 0}, {8, 15, 1}, {16, 23, 3}, {24, 31, 5}, {32, 39, 7}, {40, 44, 12},
        {45, 50, 30}, {51, 80, 100}};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        for (unsigned rolls = lines[i].from; rolls <= lines[i].to; rolls++) {
            struct kit k;
            kit_open(&k, "", 1);
            kit_bet(&k, BET_HOT_SHOOTER, 0, 1);
            for (unsigned r = 2; r < rolls; r++) {
                kit_roll(&k, 1, 1);
            }
            kit_roll(&k, 1, 3);
            kit_roll(&k, 3, 4);
            assert_int_equal(kit_payout(&k, BET_HOT_SHOOTER, 0)->paid_cents, lines[i].paid);
        }
    }
}

/* Rule 14: all seven tables, 0 to 12 wins. */
static void test_ride_the_line_pays_by_wins(void **state)
{
    (void)state;
    static const int pays[7][12] = {
        {-1, -1, 0, 1, 2, 4, 6, 8, 15, 20, 25, 50},
        {-1, -1, -1, 1, 2, 4, 6, 12, 20, 30, 40, 75},
        {-1, -1, -1, 1, 2, 3, 6, 10, 20, 30, 40, 100},
        {-1, -1, -1, 1, 2, 3, 4, 10, 15, 20, 30, 150},
        {-1, -1, -1, 1, 2, 5, 8, 10, 20, 30, 40, 50},
        {-1, -1, -1, 0, 3, 5, 7, 12, 20, 25, 30, 100},
        {-1, -1, -1, 0, 2, 4, 7, 10, 15, 25, 40, 150},
    };
    for (unsigned table = 1; table <= 7; table++) {
        for (unsigned wins = 0; wins <= 12; wins++) {
            char config[16];
            struct kit k;
            snprintf(config, sizeof config, "rtl %u", table);
            kit_open(&k, config, 1);
            kit_bet(&k, BET_RIDE_THE_LINE, 0, 10);
            for (unsigned i = 0; i < wins; i++) {
                kit_total(&k, i % 2 == 0 ? 7 : 11);
            }
            kit_total(&k, 4);
            kit_total(&k, 7);
            int pay = pays[table - 1][wins < 11 ? wins : 11];
            assert_int_equal(kit_payout(&k, BET_RIDE_THE_LINE, 0)->paid_cents, 10 * (1 + pay));
        }
    }
}

/* Rule 13. */
static void test_hand_counters_are_cleared_by_sevens(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "", 1);
    roll_all(&k, "11 65 22 33 13");
    assert_int_equal(k.t.hand.rolls, 5);
    assert_int_equal(k.t.hand.line_wins, 2);
    assert_int_equal(k.t.hand.made[4], 1);
    assert_int_equal(k.t.hand.fell[4], 2);
    assert_int_equal(k.t.hand.doubles, 7);
    roll_all(&k, "34"); /* a come-out seven ends the second group only */
    assert_int_equal(k.t.hand.rolls, 6);
    assert_int_equal(k.t.hand.line_wins, 3);
    assert_int_equal(k.t.hand.made[4], 1);
    assert_int_equal(k.t.hand.fell[4] + k.t.hand.fell[7] + k.t.hand.doubles, 0);
    roll_all(&k, "22 34");
    struct hand_counters fresh = {0};
    assert_memory_equal(&k.t.hand, &fresh, sizeof fresh);
    kit_open(&k, "crapless 1", 1);
    roll_all(&k, "65 65 34");
    assert_int_equal(k.t.hand.line_wins, 2); /* the point of 11 made, and the seven */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hand_bets_follow_scripted_hands),
        cmocka_unit_test(test_hot_shooter_pays_for_one_by_rolls),
        cmocka_unit_test(test_ride_the_line_pays_by_wins),
        cmocka_unit_test(test_hand_counters_are_cleared_by_sevens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
