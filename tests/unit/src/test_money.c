#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/money.h"

#include <stdio.h>

static void test_money_parse_reads_chips_and_cents(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t cents;
    } rows[] = {
        {"1", 100},
        {"5", 500},
        {"1c", 1},
        {"500c", 500},
        {"550c", 550},
        {"10000000000", 1000000000000},
        {"1000000000000c", 1000000000000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t cents = -1;
        assert_true(money_parse(&cents, rows[i].text));
        assert_int_equal(cents, rows[i].cents);
    }
}

static void test_money_parse_refuses_when_it_is_not_exact(void **state)
{
    (void)state;
    static const char *const rows[] = {"", "0", "0c", "c", "05", "05c", "-5", "+5", " 5", "5 ",
        "5.5", "5,0", "5cc", "5C", "5$", "1e3", "10000000001", "1000000000001c", "99999999999999",
        "18446744073709551617", "five", "\xd9\xa5"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t cents = 42;
        assert_false(money_parse(&cents, rows[i]));
        assert_int_equal(cents, 42);
    }
}

static void test_money_format_is_what_parse_reads(void **state)
{
    (void)state;
    for (int64_t cents = 1; cents <= 1000000000000; cents = cents * 3 + 1) {
        char text[MONEY_TEXT_BYTES];
        int64_t back = 0;
        money_format(text, cents);
        assert_true(money_parse(&back, text));
        assert_int_equal(back, cents);
    }
}

static void test_money_format_shows_losses_and_nothing(void **state)
{
    (void)state;
    char text[MONEY_TEXT_BYTES];
    money_format(text, -550);
    assert_string_equal(text, "-550c");
    money_format(text, -500);
    assert_string_equal(text, "-5");
    money_format(text, 0);
    assert_string_equal(text, "0");
    money_format(text, INT64_MIN + 1);
    assert_string_equal(text, "-9223372036854775807c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_parse_reads_chips_and_cents),
        cmocka_unit_test(test_money_parse_refuses_when_it_is_not_exact),
        cmocka_unit_test(test_money_format_is_what_parse_reads),
        cmocka_unit_test(test_money_format_shows_losses_and_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
