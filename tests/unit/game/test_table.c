#include "tests/unit/game/table_kit.h"

static void test_add_player_judges_name_then_balance(void **state)
{
    (void)state;
    struct table t;
    struct table_player players[2];
    struct table_config c = table_config_default();
    table_init(&t, &c, players, 2);
    for (unsigned byte = 1; byte < 256; byte++) {
        char name[2] = {(char)byte, '\0'};
        bool word = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                    (byte >= '0' && byte <= '9') || byte == '_';
        assert_int_equal(table_name_valid(name, 1), word);
    }
    assert_int_equal(table_add_player(&t, "", 0), REFUSAL_BAD_NAME);
    assert_int_equal(table_add_player(&t, "A", -1), REFUSAL_BAD_AMOUNT);
    assert_int_equal(table_add_player(&t, "A", AMOUNT_CENTS_MAX + 1), REFUSAL_BAD_AMOUNT);
    assert_int_equal(table_add_player(&t, "A", AMOUNT_CENTS_MAX), REFUSAL_NONE);
    assert_int_equal(table_add_player(&t, "A", -1), REFUSAL_DUPLICATE_PLAYER);
    assert_int_equal(table_add_player(&t, "a2345678901234567890123456789012", 0), REFUSAL_NONE);
    assert_int_equal(table_add_player(&t, "C", 0), REFUSAL_TABLE_FULL);
    assert_int_equal(table_find_player(&t, "a2345678901234567890123456789012"), 1);
    assert_int_equal(table_find_player(&t, "a"), -1);
    assert_true(table_conserved(&t));
}

/* Rule 6.3 for every multiple and number, both sides: the cap fits and one cent more does not. */
static void test_odds_cap_is_exact_on_every_number(void **state)
{
    (void)state;
    static const unsigned multiples[] = {345, 1, 2, 5, 10, 20, 100};
    static const struct {
        unsigned number;
        int64_t num, den, m345;
    } numbers[] = {{4, 2, 1, 3}, {5, 3, 2, 4}, {6, 6, 5, 5}, {8, 6, 5, 5}, {9, 3, 2, 4},
        {10, 2, 1, 3}, {2, 6, 1, 1}, {3, 3, 1, 2}, {11, 3, 1, 2}, {12, 6, 1, 1}};
    for (size_t i = 0; i < sizeof multiples / sizeof multiples[0]; i++) {
        for (size_t j = 0; j < sizeof numbers / sizeof numbers[0]; j++) {
            for (int64_t base = 1; base <= 21; base += 4) {
                char config[40];
                unsigned n = numbers[j].number;
                bool crapless = n < 4 || n > 10;
                snprintf(config, sizeof config, "odds %u crapless %u", multiples[i], crapless);
                int64_t m = multiples[i] == 345 ? numbers[j].m345 : multiples[i];
                struct kit k;
                kit_open(&k, config, 1);
                kit_bet(&k, BET_PASS, 0, base);
                if (!crapless) {
                    kit_bet(&k, BET_DONT_PASS, 0, base);
                }
                kit_total(&k, n);
                kit_bet(&k, BET_PUT, n, base);
                assert_int_equal(
                    table_odds_cap_cents(&k.t, 0, (struct bet_ref){BET_PASS_ODDS, 0}), m * base);
                assert_int_equal(kit_try(&k, BET_PASS_ODDS, 0, m * base + 1), REFUSAL_ODDS_LIMIT);
                kit_bet(&k, BET_PASS_ODDS, 0, m * base);
                assert_int_equal(kit_try(&k, BET_PASS_ODDS, 0, 1), REFUSAL_ODDS_LIMIT);
                kit_bet(&k, BET_PUT_ODDS, n, m * base);
                assert_int_equal(kit_try(&k, BET_PUT_ODDS, n, 1), REFUSAL_ODDS_LIMIT);
                if (crapless) {
                    continue;
                }
                int64_t most = m * base * numbers[j].num / numbers[j].den;
                assert_int_equal(kit_try(&k, BET_DONT_PASS_ODDS, 0, most + 1), REFUSAL_ODDS_LIMIT);
                kit_bet(&k, BET_DONT_PASS_ODDS, 0, most);
                assert_true(multiples[i] != 345 || most == 6 * base);
            }
        }
    }
}

static void test_take_leaves_no_odds_without_their_base(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "", 1);
    kit_bet(&k, BET_DONT_PASS, 0, 100);
    kit_total(&k, 4);
    kit_bet(&k, BET_DONT_COME, 0, 100);
    kit_total(&k, 5);
    kit_bet(&k, BET_DONT_PASS_ODDS, 0, 300);
    kit_bet(&k, BET_DONT_COME_ODDS, 5, 300);
    for (unsigned i = 0; i < 2; i++) {
        unsigned base = i == 0 ? BET_DONT_PASS : BET_DONT_COME;
        unsigned number = i == 0 ? 0 : 5;
        assert_int_equal(kit_take(&k, base, number, 0), REFUSAL_ODDS_LIMIT);
        assert_int_equal(kit_take(&k, base, number, 51), REFUSAL_ODDS_LIMIT);
        assert_int_equal(kit_take(&k, base, number, 50), REFUSAL_NONE);
        assert_int_equal(kit_take(&k, base + BET_ODDS_OFFSET, number, 0), REFUSAL_NONE);
        assert_int_equal(kit_take(&k, base, number, 0), REFUSAL_NONE);
    }
    assert_int_equal(k.players[0].balance_cents, KIT_BALANCE);
}

static void test_contract_bets_stay(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "", 1);
    kit_bet(&k, BET_PASS, 0, 100);
    kit_bet(&k, BET_MUGGSY, 0, 100);
    kit_bet(&k, BET_FIRE, 0, 100);
    assert_int_equal(kit_take(&k, BET_PASS, 0, 40), REFUSAL_NONE);
    assert_int_equal(kit_take(&k, BET_MUGGSY, 0, 40), REFUSAL_NONE);
    assert_int_equal(kit_take(&k, BET_FIRE, 0, 40), REFUSAL_NONE);
    kit_total(&k, 4);
    assert_int_equal(kit_take(&k, BET_PASS, 0, 1), REFUSAL_CONTRACT);
    assert_int_equal(kit_take(&k, BET_MUGGSY, 0, 0), REFUSAL_CONTRACT);
    assert_int_equal(kit_take(&k, BET_FIRE, 0, 0), REFUSAL_CONTRACT);
    kit_bet(&k, BET_PUT, 4, 100);
    kit_bet(&k, BET_COME, 0, 100);
    assert_int_equal(kit_take(&k, BET_PUT, 4, 0), REFUSAL_CONTRACT);
    assert_int_equal(kit_take(&k, BET_COME, 0, 30), REFUSAL_NONE);
    kit_total(&k, 5);
    assert_int_equal(kit_take(&k, BET_COME, 5, 0), REFUSAL_CONTRACT);
    kit_total(&k, 4);
    assert_int_equal(kit_take(&k, BET_COME, 5, 0), REFUSAL_CONTRACT);
    assert_int_equal(kit_try(&k, BET_FIRE, 0, 1), REFUSAL_HAND_STARTED);
    kit_total(&k, 4);
    kit_total(&k, 7);
    kit_bet(&k, BET_FIRE, 0, 100);
}

static void test_upfront_vig_follows_the_amount(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "vig upfront vig_min 3", 1);
    int64_t left = KIT_BALANCE;
    kit_bet(&k, BET_BUY, 4, 101); /* 5.05 -> 6 */
    assert_int_equal(k.players[0].balance_cents, left -= 107);
    kit_bet(&k, BET_BUY, 4, 19); /* 120: 6, nothing more */
    assert_int_equal(k.players[0].balance_cents, left -= 19);
    assert_int_equal(kit_take(&k, BET_BUY, 4, 80), REFUSAL_NONE); /* 40: the minimum of 3 */
    assert_int_equal(k.players[0].balance_cents, left += 83);
    kit_bet(&k, BET_LAY, 4, 101); /* wins 50: 3 */
    assert_int_equal(k.players[0].balance_cents, left -= 104);
    assert_int_equal(k.t.bank_cents, 6);
    kit_total(&k, 6);
    kit_total(&k, 4); /* the buy pays 80 - 3 and stays, the lay is lost */
    assert_int_equal(k.players[0].balance_cents, left += 77);
    assert_int_equal(kit_take(&k, BET_BUY, 4, 0), REFUSAL_NONE);
    assert_int_equal(k.players[0].balance_cents, left += 43);
    kit_bet(&k, BET_LAY, 4, 101);
    kit_total(&k, 7); /* full winnings; the vig is gone */
    assert_int_equal(k.players[0].balance_cents, left += 50 - 3);
    k.players[0].issued_cents -= k.players[0].balance_cents - 106;
    k.players[0].balance_cents = 106;
    assert_int_equal(kit_try(&k, BET_BUY, 4, 101), REFUSAL_INSUFFICIENT_FUNDS);
    assert_int_equal(kit_try(&k, BET_BUY, 4, 100), REFUSAL_NONE);
}

static void bet_of(struct kit *k, uint32_t player, unsigned kind)
{
    struct bet_ref bet = {(uint8_t)kind, 0};
    assert_int_equal(table_bet(&k->t, player, bet, 10), REFUSAL_NONE);
}

static void test_thrower_is_the_next_seat_with_a_line_bet(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "line_required 1", 3);
    assert_int_equal(table_thrower(&k.t), -1);
    assert_int_equal(table_roll(&k.t, 1, 1, &k.result), REFUSAL_NO_SHOOTER);
    bet_of(&k, 2, BET_DONT_PASS);
    assert_int_equal(table_thrower(&k.t), 2);
    bet_of(&k, 1, BET_PASS);
    assert_int_equal(table_thrower(&k.t), 1);
    kit_total(&k, 11); /* B wins and keeps the dice, but has no line bet any more; C's loses */
    bet_of(&k, 0, BET_PASS);
    assert_int_equal(table_thrower(&k.t), 0);
    bet_of(&k, 1, BET_PASS);
    assert_int_equal(table_thrower(&k.t), 1);
    kit_total(&k, 4);
    assert_int_equal(k.result.shooter, 1);
    kit_total(&k, 4); /* point made: the dice stay with B, who is skipped without a bet */
    bet_of(&k, 0, BET_PASS);
    bet_of(&k, 2, BET_PASS);
    assert_int_equal(table_thrower(&k.t), 2);
    kit_total(&k, 5);
    kit_total(&k, 7);
    bet_of(&k, 1, BET_PASS);
    assert_int_equal(table_thrower(&k.t), 1);
    bet_of(&k, 0, BET_PASS);
    assert_int_equal(table_thrower(&k.t), 0); /* C sevened out: the dice wrap round to A */
}

static void test_dice_wrap_among_those_seated_at_the_seven_out(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "", 2);
    kit_total(&k, 4);
    kit_total(&k, 7);
    assert_int_equal(table_thrower(&k.t), 1);
    kit_total(&k, 4);
    kit_total(&k, 7);
    assert_int_equal(table_add_player(&k.t, "C", 5), REFUSAL_NONE);
    assert_int_equal(table_thrower(&k.t), 0);
    kit_total(&k, 7); /* a natural passes nothing */
    assert_int_equal(table_thrower(&k.t), 0);
}

static void test_pass_dice_goes_to_who_may_throw(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "line_required 1", 3);
    assert_false(table_pass_dice(&k.t));
    bet_of(&k, 0, BET_PASS);
    assert_false(table_pass_dice(&k.t));
    bet_of(&k, 2, BET_PASS);
    assert_true(table_pass_dice(&k.t));
    assert_int_equal(table_thrower(&k.t), 2);
    kit_total(&k, 4);
    k.players[2].may_throw = false;
    assert_true(table_pass_dice(&k.t));
    assert_int_equal(table_thrower(&k.t), 0);
    k.players[0].may_throw = false; /* nobody with a line bet is left: B may */
    assert_int_equal(table_thrower(&k.t), 1);
    assert_true(table_pass_dice(&k.t));
    assert_int_equal(k.t.shooter, 1);
    k.players[1].may_throw = false;
    assert_false(table_pass_dice(&k.t));
    assert_int_equal(table_thrower(&k.t), -1);
}

static void test_refused_command_changes_nothing(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "min 10 max 100", 1);
    struct kit before;
    memcpy(&before, &k, sizeof k);
    assert_int_equal(kit_try(&k, BET_FIELD, 0, 101), REFUSAL_ABOVE_MAX);
    assert_int_equal(kit_try(&k, BET_FIELD, 0, 9), REFUSAL_BELOW_MIN);
    assert_int_equal(kit_take(&k, BET_FIELD, 0, 0), REFUSAL_NO_SUCH_BET);
    assert_int_equal(kit_try(&k, BET_KIND_COUNT, 0, 10), REFUSAL_UNKNOWN_BET);
    assert_int_equal(kit_try(&k, BET_COME, 6, 10), REFUSAL_BAD_NUMBER);
    assert_int_equal(table_roll(&k.t, 0, 7, &k.result), REFUSAL_BAD_DICE);
    assert_memory_equal(&before, &k, sizeof k);
}

static void test_max_does_not_bind_odds(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "max 100 odds 100", 1);
    kit_bet(&k, BET_PASS, 0, 100);
    kit_total(&k, 6);
    kit_bet(&k, BET_PASS_ODDS, 0, 10000);
    assert_int_equal(kit_try(&k, BET_FIELD, 0, 101), REFUSAL_ABOVE_MAX);
}

/* The largest stakes of rule 1.8 at the largest pays, again and again. */
static void test_largest_amounts_stay_in_range(void **state)
{
    (void)state;
    struct kit k;
    kit_open(&k, "max 1000000000000 odds 100", 1);
    k.players[0].balance_cents = k.players[0].issued_cents = AMOUNT_CENTS_MAX;
    for (unsigned hand = 0; hand < 3000; hand++) {
        enum refusal refusal = kit_try(&k, BET_REPLAY, 0, AMOUNT_CENTS_MAX);
        assert_int_equal(refusal, REFUSAL_NONE);
        k.result.payouts = NULL;
        k.result.payout_capacity = 0;
        for (unsigned i = 0; i < 10; i++) {
            refusal = table_roll(&k.t, i == 9 ? 3 : 2, i == 9 ? 4 : 2, &k.result);
            if (refusal != REFUSAL_NONE) {
                break;
            }
            if (i == 8 && hand > 0) {
                kit_bet(&k, BET_NEXT, 7, AMOUNT_CENTS_MAX);
            }
        }
        if (refusal != REFUSAL_NONE) {
            assert_int_equal(refusal, REFUSAL_ABOVE_MAX);
            assert_true(hand > 2000 && k.t.bank_cents < -(INT64_C(1) << 61));
            return;
        }
        assert_int_equal(k.t.point, 0);
    }
    fail_msg("the bank never ran out of room");
}

static void test_winnings_for_hints(void **state)
{
    (void)state;
    struct table_config c = table_config_default();
    static const struct {
        uint8_t kind, number, point;
        int64_t cents, want;
    } rows[] = {
        {BET_PASS, 0, 0, 100, 100},
        {BET_PASS_ODDS, 0, 6, 100, 120},
        {BET_PASS_ODDS, 0, 0, 100, 0},
        {BET_DONT_COME_ODDS, 4, 0, 100, 50},
        {BET_BUY, 4, 0, 100, 195},
        {BET_FIELD, 0, 0, 100, 100},
        {BET_HOP, 33, 0, 100, 3000},
        {BET_HOP, 34, 0, 100, 1500},
        {BET_NEXT, 7, 0, 100, 490},
        {BET_HORN, 0, 0, 400, 2700},
        {BET_WORLD, 0, 0, 500, 2600},
        {BET_HORN_HIGH_3, 0, 0, 500, 2700},
        {BET_ALL, 0, 0, 1, 175},
        {BET_REPEATER, 6, 0, 1, 90},
        {BET_DIFFERENT_DOUBLES, 0, 0, 1, 4},
        {BET_FIRE, 0, 0, 1, 24},
        {BET_REPLAY, 0, 0, 1, 70},
        {BET_HOT_SHOOTER, 0, 0, 1, 2},
        {BET_RIDE_THE_LINE, 0, 0, 1, 1},
        {BET_MUGGSY, 0, 0, 1, 2},
        {BET_MUGGSY, 0, 4, 1, 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bet_ref bet = {rows[i].kind, rows[i].number};
        assert_int_equal(bet_winnings_cents(&c, bet, rows[i].point, rows[i].cents), rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_player_judges_name_then_balance),
        cmocka_unit_test(test_odds_cap_is_exact_on_every_number),
        cmocka_unit_test(test_take_leaves_no_odds_without_their_base),
        cmocka_unit_test(test_contract_bets_stay),
        cmocka_unit_test(test_upfront_vig_follows_the_amount),
        cmocka_unit_test(test_thrower_is_the_next_seat_with_a_line_bet),
        cmocka_unit_test(test_dice_wrap_among_those_seated_at_the_seven_out),
        cmocka_unit_test(test_pass_dice_goes_to_who_may_throw),
        cmocka_unit_test(test_refused_command_changes_nothing),
        cmocka_unit_test(test_max_does_not_bind_odds),
        cmocka_unit_test(test_largest_amounts_stay_in_range),
        cmocka_unit_test(test_winnings_for_hints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
