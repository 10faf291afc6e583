#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "game/resolve.h"
#include "src/audit_pays.h"

/* The two copies of the rules, bet by bet and roll by roll. */

static const int64_t amounts[] = {1, 5, 7, 20, 30, 99, 100, 12345, 1000000000000};

static struct table_config configs[5];

static void set_configs(void)
{
    for (size_t i = 0; i < 5; i++) {
        configs[i] = table_config_default();
    }
    configs[1].crapless = true;
    configs[2].vig_upfront = true;
    configs[2].vig_min_cents = 25;
    configs[3].vig_min_cents = 100;
    configs[4].field2 = configs[4].field2 == 2 ? 3 : 2;
    configs[4].field12 = configs[4].field12 == 2 ? 3 : 2;
}

static uint64_t compared;

static void compare(const struct table_config *config, const unsigned place[3], struct bet_ref bet,
    int64_t amount, bool works)
{
    struct hand_counters hand = {0};
    unsigned die1 = place[0], die2 = place[1], point = place[2];
    struct roll_view view = roll_view_of(config, &hand, die1, die2, point);
    struct pay_roll roll = {.config = config, .die1 = die1, .die2 = die2, .point = point};
    struct decision theirs = resolve_bet(&view, bet, amount, works);
    struct pay_decision ours = pays_decide(&roll, bet, amount, works);
    static const uint8_t results[] = {
        [VERDICT_LOSE] = PAYOUT_LOSE, [VERDICT_PUSH] = PAYOUT_PUSH, [VERDICT_WIN] = PAYOUT_WIN};
    bool decided = theirs.verdict != VERDICT_NONE && theirs.verdict != VERDICT_TRAVEL;
    struct bet_ref to = {bet.kind, (uint8_t)(die1 + die2)};
    compared++;
    if (!ours.known || ours.decided != decided || ours.paid_cents != theirs.paid_cents ||
        (decided && ours.result != results[theirs.verdict]) ||
        (theirs.verdict == VERDICT_TRAVEL && !pays_travels(&roll, to))) {
        fail_msg("%s %u, %u %u on point %u, %lld: %lld against %lld", bet_specs[bet.kind].name,
            bet.number, die1, die2, point, (long long)amount, (long long)ours.paid_cents,
            (long long)theirs.paid_cents);
    }
}

static bool offered(const struct table_config *config, struct bet_ref bet, unsigned point)
{
    bool line_odds = bet.kind == BET_PASS_ODDS || bet.kind == BET_DONT_PASS_ODDS;
    if (config->crapless && (bet.kind == BET_DONT_PASS || bet.kind == BET_DONT_COME ||
                                bet.kind == BET_DONT_PASS_ODDS || bet.kind == BET_DONT_COME_ODDS)) {
        return false;
    }
    bool travelled = (bet.kind == BET_COME || bet.kind == BET_DONT_COME) && bet.number == 0;
    return !(line_odds && point == 0) && !(travelled && point == 0) &&
           (bet.number == 0 || bet_number_allowed(bet, config->crapless));
}

static void compare_bet(const struct table_config *config, struct bet_ref bet, unsigned point)
{
    for (unsigned dice = 0; dice < 36; dice++) {
        const unsigned place[3] = {1 + dice / 6, 1 + dice % 6, point};
        for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
            int64_t amount = amounts[i] * bet_specs[bet.kind].multiple;
            compare(config, place, bet, amount, true);
            if (bet_specs[bet.kind].markable) {
                compare(config, place, bet, amount, false);
            }
        }
    }
}

static void test_pays_agree_with_the_table_on_every_bet_and_roll(void **state)
{
    (void)state;
    set_configs();
    for (size_t c = 0; c < 5; c++) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            struct bet_ref bet = bet_of_slot(slot);
            for (unsigned point = 0; point <= 12 && bet.kind <= BET_WORLD; point++) {
                bool is_point = point == 0 || (point >= 4 && point <= 10 && point != 7) ||
                                (configs[c].crapless && point >= 2 && point != 7);
                if (is_point && offered(&configs[c], bet, point)) {
                    compare_bet(&configs[c], bet, point);
                }
            }
        }
    }
    assert_true(compared > 500000);
}

static void test_pays_know_which_bets_are_off(void **state)
{
    (void)state;
    set_configs();
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        struct bet_ref bet = bet_of_slot(slot);
        const struct bet_spec *spec = &bet_specs[bet.kind];
        for (unsigned point = 0; point <= 6; point += 6) {
            struct pay_roll roll = {.config = &configs[0], .die1 = 1, .die2 = 2, .point = point};
            bool off = spec->markable && spec->off_on_come_out && point == 0;
            assert_int_equal(pays_works(&roll, bet, MARK_DEFAULT), !off);
            assert_int_equal(pays_works(&roll, bet, MARK_OFF), !spec->markable);
            assert_true(pays_works(&roll, bet, MARK_ON));
        }
    }
}

static void test_pays_refuse_a_hand_bet_that_its_table_does_not_have(void **state)
{
    (void)state;
    struct pay_roll roll = {.die1 = 3, .die2 = 4};
    struct event e = {.kind = EVENT_PAYOUT, .bet = {BET_FIRE, 0}, .value = PAYOUT_WIN};
    e.amount_cents = 100;
    e.paid_cents = 2500;
    assert_true(pays_plausible(&roll, &e));
    e.paid_cents = 2600;
    assert_false(pays_plausible(&roll, &e));
    e.value = PAYOUT_LOSE;
    assert_false(pays_plausible(&roll, &e));
    e.paid_cents = 0;
    assert_true(pays_plausible(&roll, &e));
    e.value = PAYOUT_PUSH;
    e.paid_cents = 100;
    assert_false(pays_plausible(&roll, &e));
    e.bet.kind = BET_HOT_SHOOTER;
    assert_true(pays_plausible(&roll, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pays_agree_with_the_table_on_every_bet_and_roll),
        cmocka_unit_test(test_pays_know_which_bets_are_off),
        cmocka_unit_test(test_pays_refuse_a_hand_bet_that_its_table_does_not_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
