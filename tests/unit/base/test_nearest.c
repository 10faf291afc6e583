#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/nearest.h"

#include <string.h>

static void test_nearest_in_finds_the_word_that_was_meant(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *typed, *want; /* NULL: none is near */
    } rows[] = {
        {"auto, always or never", "alwys", "always"},
        {"auto, always or never", "nver", "never"},
        {"auto, always or never", "green", NULL},
        {"345, 1, 2, 5, 10, 20 or 100", "3450", "345"},
        {"34_175 or 30_150", "34-175", "34_175"},
        {"idle, pass, pass-odds or a file", "pass-ods", "pass-odds"},
        {"idle, pass, pass-odds or a file", "psas", "pass"},
        {"idle, pass, pass-odds or a file", "", NULL},
        {"idle, pass", "martingale", NULL},
        {"", "pass", NULL},
        {"... , ; ", "pass", NULL},
        {"a-word-that-is-longer-than-any-that-is-meant, pass", "pas", "pass"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char word[NEAREST_WORD_BYTES] = "";
        assert_int_equal(nearest_in(rows[i].sentence, rows[i].typed, word), rows[i].want != NULL);
        if (rows[i].want != NULL) {
            assert_string_equal(word, rows[i].want);
        }
    }
}

static void test_nearest_offer_keeps_the_first_of_the_nearest(void **state)
{
    (void)state;
    struct nearest near = {.typed = "hsot"};
    assert_null(near.name);
    nearest_offer(&near, "verify");
    nearest_offer(&near, "host");
    nearest_offer(&near, "hst");
    assert_string_equal(near.name, "host");
    assert_int_equal(nearest_edits("host", "hsot"), 1);
    assert_int_equal(nearest_edits("", "abc"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest_in_finds_the_word_that_was_meant),
        cmocka_unit_test(test_nearest_offer_keeps_the_first_of_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
