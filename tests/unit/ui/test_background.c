/* What terminals answer about their background, in whatever pieces, and what is no answer. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "ui/terminal_background.h"

#include <string.h>

static void test_colorfgbg_says_it_without_a_question(void **unused)
{
    (void)unused;
    static const struct {
        const char *value;
        bool known, light;
    } rows[] = {{"15;0", true, false}, {"0;15", true, true}, {"0;7", true, true},
        {"0;default;15", true, true}, {"15;default", false, false}, {"", false, false},
        {"0;8", true, false}, {NULL, false, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct background b = {.known = false};
        const char *ask = background_ask(&b, rows[i].value);
        assert_int_equal(b.known, rows[i].known);
        assert_int_equal(b.light, rows[i].light);
        assert_int_equal(ask == NULL, rows[i].known);
        assert_int_equal(b.listening, !rows[i].known);
        assert_null(background_ask(&b, rows[i].value)); /* once */
    }
}

static void test_answers_are_taken_and_nothing_else(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool known, light;
    } rows[] = {{"11;rgb:ffff/ffff/ffff\033\\", true, true},
        {"11;rgb:0000/0000/0000\a", true, false}, {"11;rgb:fdfd/f6f6/e3e3\033\\", true, true},
        {"11;rgb:00/2b/36\033\\", true, false}, {"11;rgba:ffff/ffff/ffff/8000\033\\", true, true},
        {"11;rgb:f/f/f\a", true, true}, {"11;rgb:\a", false, false},
        {"11;rgb:zz/00/00\a", false, false}, {"11;rgb:-1/00/00\a", false, false},
        {"11;rgb:fffff/ffff/ffff\a", false, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct background b = {.known = false};
        enum background_answer last = BACKGROUND_MORE;
        background_ask(&b, NULL);
        for (const char *p = rows[i].text; *p != '\0'; p++) {
            assert_int_equal(last, BACKGROUND_MORE);
            last = background_take(&b, *p);
        }
        assert_int_equal(last, BACKGROUND_DONE);
        assert_int_equal(b.known, rows[i].known);
        assert_int_equal(b.light, rows[i].light);
        assert_false(b.listening);
    }
    /* Alt-] and keys after it: each ends the matter at once. */
    struct background b = {.known = false};
    background_ask(&b, NULL);
    for (int32_t code = 0; code < 0x300; code++) {
        assert_int_equal(
            background_take(&b, code), code == '1' ? BACKGROUND_MORE : BACKGROUND_NOT_MINE);
        b.size = 0;
    }
    /* An answer without an end is no answer. */
    unsigned taken = 0;
    for (const char *p = "11;rgb:"; *p != '\0'; p++) {
        background_take(&b, *p);
    }
    while (background_take(&b, 'f') == BACKGROUND_MORE && taken < 1000) {
        taken++;
    }
    assert_true(taken < 60);
    assert_true(b.listening);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_colorfgbg_says_it_without_a_question),
        cmocka_unit_test(test_answers_are_taken_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
