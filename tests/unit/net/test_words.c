#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/words.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_list_has_sorted_words_of_4_to_7_letters(void **state)
{
    (void)state;
    for (size_t i = 0; i < WORDS_COUNT; i++) {
        size_t length = strlen(words_list[i]);
        assert_in_range(length, 4, WORDS_LETTERS_MAX);
        assert_int_equal(strspn(words_list[i], "abcdefghijklmnopqrstuvwxyz"), length);
        /* Sorted by three letters that are never the same: unique beginnings. */
        assert_true(i == 0 || strncmp(words_list[i - 1], words_list[i], 3) < 0);
    }
}

/* One insertion, deletion, replacement or swap of neighbours apart, by trying them: written apart
 * from the distance in net/words.c. */
static bool within_one_edit(const char *a, const char *b)
{
    size_t la = strlen(a);
    size_t lb = strlen(b);
    if (la > lb) {
        return within_one_edit(b, a);
    }
    size_t i = 0;
    while (i < la && a[i] == b[i]) {
        i++;
    }
    if (la == lb) {
        bool replaced = strcmp(a + i + (i < la), b + i + (i < la)) == 0;
        bool swapped =
            i + 1 < la && a[i] == b[i + 1] && a[i + 1] == b[i] && strcmp(a + i + 2, b + i + 2) == 0;
        return replaced || swapped;
    }
    return lb == la + 1 && strcmp(a + i, b + i + 1) == 0;
}

static void test_list_has_no_two_words_within_one_edit(void **state)
{
    (void)state;
    assert_true(within_one_edit("bell", "cell") && within_one_edit("angel", "angle"));
    assert_true(within_one_edit("star", "stair") && within_one_edit("word", "sword"));
    assert_false(within_one_edit("canyon", "candle") || within_one_edit("otter", "outfit"));
    for (size_t i = 0; i < WORDS_COUNT; i++) {
        for (size_t j = i + 1; j < WORDS_COUNT; j++) {
            if (within_one_edit(words_list[i], words_list[j])) {
                fail_msg("%s and %s are within one edit", words_list[i], words_list[j]);
            }
        }
    }
}

static bool is_vowel(char c)
{
    return c != '\0' && strchr("aeiouy", c) != NULL;
}

/* What the letter at `i` sounds like, '\0' when silent; moves over a digraph. */
static char sound_of(const char *w, size_t *i)
{
    char c = w[*i];
    char next = w[*i + 1];
    bool soft = next == 'e' || next == 'i' || next == 'y';
    if ((c == 'c' || c == 's' || c == 't') && next == 'h') {
        ++*i;
        return c == 'c' ? 'C' : c == 's' ? 'S' : 'T';
    }
    if (c == 'p' && next == 'h') {
        ++*i;
        return 'f';
    }
    if (c == 'g' && next == 'h') {
        ++*i;
        return '\0';
    }
    if (*i == 0 && ((c == 'k' && next == 'n') || (c == 'w' && next == 'r') ||
                       (c == 'g' && next == 'n') || (c == 'p' && next == 's'))) {
        return '\0';
    }
    switch (c) {
    case 'c':
        return soft ? 's' : 'k';
    case 'g':
        return next == 'e' || next == 'i' ? 'j' : 'g';
    case 'q':
        return 'k';
    case 'z':
        return 's';
    case 'h':
        return *i == 0 ? 'h' : '\0';
    case 'w':
        return *i > 0 && is_vowel(w[*i - 1]) ? '\0' : 'w';
    default:
        return c;
    }
}

/* A word with every run of vowels made one, a last silent e dropped, and consonants that sound
 * alike made equal: words with one key may be mistaken for each other when read aloud. Stricter
 * than the ear. */
static void sound_key(char key[static 2 * WORDS_SIZE], const char *w)
{
    size_t n = 0;
    size_t length = strlen(w);
    for (size_t i = 0; i < length; i++) {
        bool glide = (i == 0 && w[i] == 'y') || (i > 0 && w[i - 1] == 'q' && w[i] == 'u');
        bool vowel = is_vowel(w[i]) && !glide;
        if (vowel && w[i] == 'e' && i + 1 == length) {
            break;
        }
        char s = vowel ? 'a' : w[i] == 'x' ? 'k' : w[i] == 'u' ? 'w' : sound_of(w, &i);
        if (s != '\0' && (n == 0 || key[n - 1] != s)) {
            key[n++] = s;
        }
        if (w[i] == 'x') {
            key[n++] = 's';
        }
    }
    key[n] = '\0';
}

static void test_list_has_no_two_words_alike_in_sound(void **state)
{
    (void)state;
    static const char *const alike[][2] = {{"night", "knight"}, {"cereal", "serial"},
        {"write", "rite"}, {"phase", "faze"}, {"cellar", "seller"}, {"steel", "steal"},
        {"quart", "kwart"}, {"packs", "pax"}, {"flower", "flour"}, {"peace", "piece"}};
    static char keys[WORDS_COUNT][2 * WORDS_SIZE];
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        char a[2 * WORDS_SIZE], b[2 * WORDS_SIZE];
        sound_key(a, alike[i][0]);
        sound_key(b, alike[i][1]);
        assert_string_equal(a, b);
    }
    for (size_t i = 0; i < WORDS_COUNT; i++) {
        sound_key(keys[i], words_list[i]);
        for (size_t j = 0; j < i; j++) {
            if (strcmp(keys[i], keys[j]) == 0) {
                fail_msg("%s sounds like %s (%s)", words_list[i], words_list[j], keys[i]);
            }
        }
    }
}

static void test_list_has_words_of_the_documentation(void **state)
{
    (void)state;
    static const char *const named[] = {"otter", "canyon", "velvet", "venus", "maple", "coral"};
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        uint16_t index;
        assert_true(words_find(&index, named[i], strlen(named[i])));
        assert_string_equal(words_list[index], named[i]);
    }
}

static void test_find_names_word_when_three_letters_or_more_are_given(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < WORDS_COUNT; i++) {
        size_t length = strlen(words_list[i]);
        for (size_t size = 0; size <= length; size++) {
            uint16_t found = UINT16_MAX;
            assert_int_equal(words_find(&found, words_list[i], size), size >= 3);
            assert_int_equal(found, size >= 3 ? i : UINT16_MAX);
        }
        char longer[WORDS_SIZE + 1];
        uint16_t found;
        snprintf(longer, sizeof longer, "%sq", words_list[i]);
        assert_false(words_find(&found, longer, length + 1));
    }
    uint16_t found;
    assert_true(words_find(&found, "OtTeR", 5));
    assert_false(words_find(&found, "ott\0er", 6));
}

static void test_complete_lists_matches_in_order(void **state)
{
    (void)state;
    uint16_t out[4] = {0};
    assert_int_equal(words_complete(out, 4, "", 0), WORDS_COUNT);
    assert_int_equal(out[0], 0);
    assert_int_equal(out[3], 3);
    assert_int_equal(words_complete(out, 4, "qqq", 3), 0);
    size_t total = words_complete(out, 2, "VE", 2);
    assert_true(total > 2);
    assert_true(strncmp(words_list[out[0]], "ve", 2) == 0 && out[1] == out[0] + 1);
    assert_int_equal(words_complete(NULL, 0, "ve", 2), total);
    assert_int_equal(words_complete(out, 4, "otterx", 6), 0);
}

/* Every word with every single mistyped letter leads back to it: no two are within one edit. A
 * letter too few, too many or wrong may be as near to one other word only if that is two off. */
static void test_nearest_proposes_word_when_one_letter_is_wrong(void **state)
{
    (void)state;
    struct {
        const char *typed;
        const char *word;
        unsigned edits;
    } rows[] = {{"canion", "canyon", 1}, {"CANYONN", "canyon", 1}, {"ottr", "otter", 1},
        {"toter", "otter", 2}, {"otetr", "otter", 1}, {"velwet", "velvet", 1},
        {"velvet", "velvet", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned edits = 99;
        uint16_t index = words_nearest(rows[i].typed, strlen(rows[i].typed), &edits);
        if (rows[i].edits < 2) {
            assert_string_equal(words_list[index], rows[i].word);
        }
        assert_int_equal(edits <= rows[i].edits, 1);
    }
    for (uint16_t w = 0; w < WORDS_COUNT; w += 31) {
        char typed[WORDS_SIZE];
        for (size_t at = 3; at < strlen(words_list[w]); at++) {
            memcpy(typed, words_list[w], sizeof typed);
            typed[at] = typed[at] == 'q' ? 'j' : 'q';
            unsigned edits;
            assert_int_equal(words_nearest(typed, strlen(typed), &edits), w);
            assert_int_equal(edits, 1);
        }
    }
}

static void test_nearest_stays_in_bounds_when_text_is_anything(void **state)
{
    (void)state;
    char text[300];
    for (int fill = 0; fill < 256; fill += 5) {
        memset(text, fill, sizeof text);
        for (size_t size = 0; size <= sizeof text; size += size < 20 ? 1 : 70) {
            assert_true(words_nearest(text, size, NULL) < WORDS_COUNT);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list_has_sorted_words_of_4_to_7_letters),
        cmocka_unit_test(test_list_has_no_two_words_within_one_edit),
        cmocka_unit_test(test_list_has_no_two_words_alike_in_sound),
        cmocka_unit_test(test_list_has_words_of_the_documentation),
        cmocka_unit_test(test_find_names_word_when_three_letters_or_more_are_given),
        cmocka_unit_test(test_complete_lists_matches_in_order),
        cmocka_unit_test(test_nearest_proposes_word_when_one_letter_is_wrong),
        cmocka_unit_test(test_nearest_stays_in_bounds_when_text_is_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
