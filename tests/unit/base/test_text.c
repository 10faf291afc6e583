#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

enum { LAST = 0x10ffff };

/* UTF-8 of any number below 2^21, well-formed or not. */
static size_t encode(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)((0xf00 >> length & 0xff) | c);
    return length;
}

static void test_clean_keeps_what_draws_itself_of_every_code_point(void **state)
{
    (void)state;
    unsigned kept = 0;
    for (uint32_t c = 1; c <= LAST + 0x1000; c++) {
        char in[8] = "a", out[9];
        size_t length = 1 + encode(in + 1, c);
        in[length++] = 'b';
        size_t size = text_clean(out, sizeof out - 1, in, length);
        bool whole = size == length && memcmp(in, out, size) == 0;
        bool left_out = strcmp(out, "ab") == 0, blank = strcmp(out, "a b") == 0;
        assert_true(whole || left_out || blank);
        kept += whole;
        if (c < 0x20 && c != '\t') {
            assert_true(left_out);
        }
        if (c > ' ' && c < 0x7f) {
            assert_true(whole);
        }
        if ((c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000) || c > LAST) {
            assert_true(left_out);
        }
    }
    assert_true(kept > 500000); /* planes 0 to 13 are for writing */
}

static void test_clean_gives_what_a_reader_expects(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {{"Ann", "Ann"}, {"", ""}, {"  Ann \t Lee ", "Ann Lee"},
        {"J\xc3\xbcrgen \xe6\xa3\xae \xf0\x9f\x8e\xb2",
            "J\xc3\xbcrgen \xe6\xa3\xae \xf0\x9f\x8e\xb2"},
        {"a\x1b[31mb\x07\n", "a[31mb"},                      /* escape, bell, line */
        {"a\x7f\xc2\x85z\xc2\x9b", "az"},                    /* DEL, C1 */
        {"a\xe2\x80\xae\x62", "ab"},                         /* U+202E turns a line around */
        {"a\xe2\x80\x8b\xe2\x80\x8d\xef\xbb\xbf\x62", "ab"}, /* zero width */
        {"a\xe2\x81\xa6\x62", "ab"},                         /* isolate */
        {"a\xcd\x8f\xe3\x85\xa4\xe1\x85\x9f\xef\xbe\xa0\xe2\xa0\x80\x62", "ab"}, /* fillers */
        {"a\xe3\x80\x80\xe2\x80\x83\x62", "a b"},                     /* wide and thin blanks */
        {"e\xcc\x81", "e\xcc\x81"},                                   /* a mark */
        {"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81z", "e\xcc\x81\xcc\x81z"}, /* a heap of marks */
        {"\xcc\x81 \xcc\x81x", "x"},                                  /* a mark on nothing */
        {"\xc0\xafx", "x"}, {"\xe0\x80\xafx", "x"}, {"\xf0\x80\x80\xafx", "x"}, /* overlong */
        {"\xed\xa0\x80x", "x"},                                                 /* surrogate */
        {"\xf4\x90\x80\x80x", "x"}, {"\xfe\xffx", "x"},                         /* no code point */
        {"x\xe2\x82", "x"}, {"\xf3\xa0\x81\x81x", "x"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[64];
        text_clean(out, sizeof out - 1, rows[i].in, strlen(rows[i].in));
        assert_string_equal(out, rows[i].out);
    }
}

static void test_clean_cuts_between_characters(void **state)
{
    (void)state;
    for (size_t most = 0; most < 8; most++) {
        char out[9];
        assert_int_equal(text_clean(out, most, "\xe6\xa3\xae\xe6\xa3\xae", 6), most / 3 * 3);
        assert_int_equal(text_clean(out, most, "ab", 1), most > 0);
    }
}

static void test_mask_leaves_nothing_that_moves_a_cursor(void **state)
{
    (void)state;
    char line[] = "a\x1b[31m \xe2\x80\xae"
                  "b\xc2\x9b z\xc3\xab\n\xff";
    text_mask(line, sizeof line - 1);
    assert_string_equal(line, "a?[31m ???b?? z\xc3\xab??");
    char heap[] = "e\xcc\x81\xcc\x81\xcc\x81z";
    text_mask(heap, sizeof heap - 1);
    assert_string_equal(heap, "e\xcc\x81\xcc\x81??z");
    for (uint32_t c = 1; c <= LAST; c++) {
        char one[5] = "";
        size_t used, size = encode(one, c);
        text_mask(one, size);
        for (size_t i = 0; i < size; i += used) {
            assert_true(code_point_printable(utf8_next(one + i, size - i, &used)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean_keeps_what_draws_itself_of_every_code_point),
        cmocka_unit_test(test_clean_gives_what_a_reader_expects),
        cmocka_unit_test(test_mask_leaves_nothing_that_moves_a_cursor),
        cmocka_unit_test(test_clean_cuts_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
