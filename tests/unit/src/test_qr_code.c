/* QR codes of the join command, and the table's fingerprint. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/words.h"
#include "src/fingerprint.h"
#include "src/qr_code.h"

#include <string.h>

static const char longest[] = "craps join velvet-velvet-velvet";

static void test_qr_code_has_finders_when_made(void **state)
{
    (void)state;
    struct ui_qr qr;
    assert_true(qr_code_make(&qr, longest));
    assert_int_equal(qr.size, 25); /* 54 columns and 27 rows in ASCII */
    /* The three corners: a dark square of 7 with a light ring in it (ISO/IEC 18004, 6.3.3). */
    static const int corners[3][2] = {{0, 0}, {0, 18}, {18, 0}};
    for (int k = 0; k < 3; k++) {
        for (int row = 0; row < 7; row++) {
            for (int col = 0; col < 7; col++) {
                bool ring = row == 0 || row == 6 || col == 0 || col == 6;
                bool heart = row >= 2 && row <= 4 && col >= 2 && col <= 4;
                assert_int_equal(
                    qr_dark(&qr, corners[k][0] + row, corners[k][1] + col), ring || heart);
            }
        }
    }
    assert_false(qr_dark(&qr, -1, 0));
    assert_false(qr_dark(&qr, 0, 25));
}

static void test_qr_code_is_none_when_the_text_is_too_long(void **state)
{
    (void)state;
    char text[512];
    struct ui_qr qr;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(qr_code_make(&qr, text));
    assert_int_equal(qr.size, 0);
}

static void test_fingerprint_is_words_of_the_list_and_differs(void **state)
{
    (void)state;
    struct digest a = {{1}}, b = {{2}};
    char first[FINGERPRINT_SIZE], again[FINGERPRINT_SIZE], other[FINGERPRINT_SIZE];
    fingerprint_text(first, &a);
    fingerprint_text(again, &a);
    fingerprint_text(other, &b);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    char copy[FINGERPRINT_SIZE];
    strcpy(copy, first);
    unsigned words = 0, numbers = 0;
    for (char *part = strtok(copy, " "); part != NULL; part = strtok(NULL, " ")) {
        uint16_t index;
        if (part[0] >= '1' && part[0] <= '9') {
            assert_int_equal(strlen(part), 2);
            numbers++;
        } else {
            assert_true(words_find(&index, part, strlen(part)));
            assert_string_equal(words_list[index], part);
            words++;
        }
    }
    assert_int_equal(words, 3);
    assert_int_equal(numbers, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qr_code_has_finders_when_made),
        cmocka_unit_test(test_qr_code_is_none_when_the_text_is_too_long),
        cmocka_unit_test(test_fingerprint_is_words_of_the_list_and_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
