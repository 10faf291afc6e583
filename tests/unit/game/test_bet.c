#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "game/bet.h"
#include "game/refusal.h"

#include <stdio.h>
#include <string.h>

static void test_slots_are_a_bijection_in_the_order_of_names(void **state)
{
    (void)state;
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        struct bet_ref bet = bet_of_slot(slot);
        assert_int_equal(bet_slot(bet), slot);
        if (slot > 0) {
            struct bet_ref before = bet_of_slot((uint16_t)(slot - 1));
            int order = strcmp(bet_specs[before.kind].name, bet_specs[bet.kind].name);
            assert_true(order < 0 || (order == 0 && before.number < bet.number));
        }
    }
}

static void test_slot_exists_exactly_for_bets_that_can_lie(void **state)
{
    (void)state;
    unsigned slots = 0;
    for (unsigned kind = 0; kind < 256; kind++) {
        for (unsigned number = 0; number < 256; number++) {
            struct bet_ref bet = {(uint8_t)kind, (uint8_t)number};
            bool can = kind < BET_KIND_COUNT &&
                       (bet_number_allowed(bet, false) || bet_number_allowed(bet, true));
            assert_int_equal(bet_slot(bet) != BET_SLOT_NONE, can);
            slots += can;
        }
    }
    assert_int_equal(slots, BET_SLOT_COUNT);
}

/* Rule 15.10, one row a group of kinds; numbers as a list. */
static const struct {
    int kinds[6];
    const char *standard;
    const char *crapless;
} numbers_rows[] = {
    {{BET_COME_ODDS, BET_PLACE, BET_BUY, BET_PUT, BET_PUT_ODDS, -1}, "4 5 6 8 9 10 ",
        "2 3 4 5 6 8 9 10 11 12 "},
    {{BET_DONT_COME_ODDS, BET_PLACE_TO_LOSE, BET_LAY, -1}, "4 5 6 8 9 10 ", "4 5 6 8 9 10 "},
    {{BET_HARD, -1}, "4 6 8 10 ", "4 6 8 10 "},
    {{BET_REPEATER, BET_YES, BET_NO, -1}, "2 3 4 5 6 8 9 10 11 12 ", "2 3 4 5 6 8 9 10 11 12 "},
    {{BET_NEXT, -1}, "2 3 4 5 6 7 8 9 10 11 12 ", "2 3 4 5 6 7 8 9 10 11 12 "},
    {{BET_COME, -1}, "0 4 5 6 8 9 10 ", "0 2 3 4 5 6 8 9 10 11 12 "},
    {{BET_DONT_COME, -1}, "0 4 5 6 8 9 10 ", "0 4 5 6 8 9 10 "},
    {{BET_PASS, BET_BIG6, BET_WORLD, BET_FIRE, BET_MUGGSY, -1}, "0 ", "0 "},
    {{BET_HOP, -1}, "11 12 13 14 15 16 22 23 24 25 26 33 34 35 36 44 45 46 55 56 66 ",
        "11 12 13 14 15 16 22 23 24 25 26 33 34 35 36 44 45 46 55 56 66 "},
};

static void assert_numbers(unsigned kind, bool crapless, const char *want)
{
    char got[256] = "";
    for (unsigned number = 0; number < 256; number++) {
        if (bet_number_allowed((struct bet_ref){(uint8_t)kind, (uint8_t)number}, crapless)) {
            size_t size = strlen(got);
            snprintf(got + size, sizeof got - size, "%u ", number);
        }
    }
    assert_string_equal(got, want);
}

static void test_numbers_are_those_of_the_variant(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof numbers_rows / sizeof numbers_rows[0]; i++) {
        for (const int *kind = numbers_rows[i].kinds; *kind >= 0; kind++) {
            assert_numbers((unsigned)*kind, false, numbers_rows[i].standard);
            assert_numbers((unsigned)*kind, true, numbers_rows[i].crapless);
        }
    }
}

static void test_hop_number_sorts_the_dice_and_refuses_others(void **state)
{
    (void)state;
    for (int64_t a = -1; a <= 8; a++) {
        for (int64_t b = -1; b <= 8; b++) {
            bool dice = a >= 1 && a <= 6 && b >= 1 && b <= 6;
            int64_t want = a < b ? 10 * a + b : 10 * b + a;
            assert_int_equal(bet_hop_number(a, b), dice ? want : BET_NUMBER_INVALID);
        }
    }
}

static void test_kind_find_knows_every_name_and_nothing_else(void **state)
{
    (void)state;
    for (int kind = 0; kind < BET_KIND_COUNT; kind++) {
        const char *name = bet_specs[kind].name;
        assert_int_equal(bet_kind_find(name, strlen(name)), kind);
        assert_int_equal(bet_kind_find(name, strlen(name) + 1), -1);
    }
    assert_int_equal(bet_kind_find("", 0), -1);
    assert_int_equal(bet_kind_find("Pass", 4), -1);
    assert_int_equal(bet_kind_find("pas", 3), -1);
    assert_int_equal(bet_kind_find("pass\0x", 6), -1);
}

static void test_not_offered_kinds_are_those_of_rule_2_5(void **state)
{
    (void)state;
    static const char missing[] = " dont_pass dont_come dont_pass_odds dont_come_odds fire "
                                  "ride_the_line replay muggsy hot_shooter ";
    for (int kind = 0; kind < BET_KIND_COUNT; kind++) {
        char word[40];
        snprintf(word, sizeof word, " %s ", bet_specs[kind].name);
        assert_int_equal(bet_specs[kind].crapless == 0, strstr(missing, word) != NULL);
    }
}

static void test_refusal_codes_are_distinct_and_total(void **state)
{
    (void)state;
    for (unsigned a = 1; a < REFUSAL_COUNT; a++) {
        assert_true(strlen(refusal_code(a)) > 0);
        for (unsigned b = 1; b < a; b++) {
            assert_string_not_equal(refusal_code(a), refusal_code(b));
        }
    }
    assert_string_equal(refusal_code(REFUSAL_NONE), "");
    assert_string_equal(refusal_code(REFUSAL_COUNT), "unknown");
    assert_string_equal(refusal_code(UINT32_MAX), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots_are_a_bijection_in_the_order_of_names),
        cmocka_unit_test(test_slot_exists_exactly_for_bets_that_can_lie),
        cmocka_unit_test(test_numbers_are_those_of_the_variant),
        cmocka_unit_test(test_hop_number_sorts_the_dice_and_refuses_others),
        cmocka_unit_test(test_kind_find_knows_every_name_and_nothing_else),
        cmocka_unit_test(test_not_offered_kinds_are_those_of_rule_2_5),
        cmocka_unit_test(test_refusal_codes_are_distinct_and_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
