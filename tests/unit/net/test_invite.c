#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "net/invite.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err parse(struct invite *invite, struct invite_problem *problem, const char *text)
{
    size_t size = strlen(text);
    char *exact = malloc(size > 0 ? size : 1); /* no NUL, so that a read too far is seen */
    memcpy(exact, text, size);
    enum err e = invite_parse(invite, problem, exact, size);
    free(exact);
    return e;
}

static void assert_spoken(const struct invite *invite, const char *text)
{
    char got[INVITE_TEXT_SIZE];
    assert_int_equal(invite->kind, INVITE_SPOKEN);
    assert_int_equal(invite_format(invite, got), strlen(text));
    assert_string_equal(got, text);
}

static void test_parse_accepts_every_spelling(void **state)
{
    (void)state;
    static const char *const rows[] = {"otter-canyon-velvet", "otter canyon velvet",
        "OTTER CANYON VELVET", "Otter.Canyon.Velvet", "  otter --- canyon,\tvelvet \n",
        "ott can vel", "ott-canyo-velv", "ottercanyonvelvet", "OtterCanyonVelvet", "ottcanvel",
        "ottercan velvet", "otter canyonvelvet", "otter_canyon_velvet", "-otter-canyon-velvet-"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct invite invite;
        struct invite_problem problem;
        assert_int_equal(parse(&invite, &problem, rows[i]), ERR_OK);
        assert_int_equal(problem.fault, INVITE_NO_FAULT);
        assert_spoken(&invite, "otter-canyon-velvet");
        assert_string_equal(invite.host, "");
        assert_int_equal(invite.port, 0);
    }
}

/* "asleepotter" could also be cut aslee(p) + potter(y): whole words win, a space left in is obeyed,
 * and letters that fit twice name nothing. */
static void test_parse_run_together_never_guesses(void **state)
{
    (void)state;
    struct invite invite;
    struct invite_problem problem;
    assert_int_equal(parse(&invite, NULL, "velvetasleepotter"), ERR_OK);
    assert_spoken(&invite, "velvet-asleep-otter");
    assert_int_equal(parse(&invite, NULL, "abacusechonest"), ERR_OK);
    assert_spoken(&invite, "abacus-echo-nest");
    assert_int_equal(parse(&invite, &problem, "abacusechonestq"), ERR_FORMAT);
    assert_int_equal(parse(&invite, &problem, "ottercan yonvelvet"), ERR_FORMAT);
    assert_int_equal(problem.fault, INVITE_WORD_UNKNOWN);
    assert_int_equal(parse(&invite, &problem, "airlinealchemyalfalfazzz"), ERR_FORMAT);
    assert_int_equal(parse(&invite, &problem, "airlinealchemyalfalfa"), ERR_OK);
    assert_spoken(&invite, "airline-alchemy-alfalfa");
    assert_int_equal(parse(&invite, &problem, "abacusechones"), ERR_FORMAT);
}

static void test_parse_splits_address_off(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *host;
        unsigned port;
    } rows[] = {
        {"otter-canyon-velvet@192.168.1.20", "192.168.1.20", 0},
        {"otter-canyon-velvet@192.168.1.20:7777", "192.168.1.20", 7777},
        {"ott can vel@my-laptop.local:1", "my-laptop.local", 1},
        {"otter canyon velvet @ host:65535 ", "host", 65535},
        {"otter canyon velvet@10.0.0.1:00080", "10.0.0.1", 80},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct invite invite;
        assert_int_equal(parse(&invite, NULL, rows[i].text), ERR_OK);
        assert_spoken(&invite, "otter-canyon-velvet");
        assert_string_equal(invite.host, rows[i].host);
        assert_int_equal(invite.port, rows[i].port);
    }
    static const char *const bad[] = {"@", "@ ", "@:7", "@host:", "@host:0", "@host:65536",
        "@host:7x", "@host:-7", "@host:123456", "@ho st", "@host@host", "@-host", "@.host",
        "@ho/st", "@fe80::1", "@[::1]:5", "@h\x1b[0m", "@h\xc3\xa9"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[64];
        struct invite invite;
        struct invite_problem problem;
        snprintf(text, sizeof text, "otter-canyon-velvet%s", bad[i]);
        assert_int_equal(parse(&invite, &problem, text), ERR_FORMAT);
        assert_int_equal(problem.fault, INVITE_ADDRESS);
    }
}

static void test_parse_host_is_bounded(void **state)
{
    (void)state;
    for (size_t over = 0; over <= 1; over++) {
        char text[INVITE_INPUT_MAX];
        struct invite invite;
        size_t n = (size_t)snprintf(text, sizeof text, "otter-canyon-velvet@");
        memset(text + n, 'h', INVITE_HOST_MAX + over);
        n += INVITE_HOST_MAX + over;
        assert_int_equal(invite_parse(&invite, NULL, text, n), over ? ERR_FORMAT : ERR_OK);
    }
}

static void test_parse_names_fault_when_text_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum invite_fault fault;
        size_t position;
        const char *typed;
        const char *nearest;
    } rows[] = {
        {"", INVITE_EMPTY, 0, "", NULL},
        {" - . \t", INVITE_EMPTY, 0, "", NULL},
        {"@host", INVITE_EMPTY, 0, "", NULL},
        {"otter", INVITE_WORD_COUNT, 1, "", NULL},
        {"otter canyon", INVITE_WORD_COUNT, 2, "", NULL},
        {"otter canyon velvet venus", INVITE_WORD_COUNT, 4, "", NULL},
        {"otter canion velvet", INVITE_WORD_UNKNOWN, 1, "canion", "canyon"},
        {"oter canyon velvet", INVITE_WORD_UNKNOWN, 0, "oter", "otter"},
        {"otter canyon VELVETT", INVITE_WORD_UNKNOWN, 2, "velvett", "velvet"},
        {"otter ca velvet", INVITE_WORD_SHORT, 1, "ca", NULL},
        {"otter c\xc3\xa1nyon velvet", INVITE_WORD_UNKNOWN, 1, "c??nyon", NULL},
        {"otter \x1b[Jcan velvet", INVITE_WORD_UNKNOWN, 1, "??", NULL},
        {"0123456789ABCDEFGHJKMNPQRS7", INVITE_CODE_LENGTH, 27, "", NULL},
        {"0123456789ABCDEFGHJKMNPQR", INVITE_CODE_LENGTH, 25, "", NULL},
        {"0123456789ABCDEFGHJKMNPQRU", INVITE_CODE_CHAR, 25, "u", NULL},
        {"0123456789ABCDEFGHJKMNPQR*", INVITE_CODE_CHAR, 25, "?", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct invite invite = {.kind = INVITE_LONG, .port = 4321};
        struct invite_problem problem;
        assert_int_equal(parse(&invite, &problem, rows[i].text), ERR_FORMAT);
        assert_int_equal(problem.fault, rows[i].fault);
        if (strcmp(rows[i].typed, "??") != 0) {
            assert_int_equal(problem.position, rows[i].position);
            assert_string_equal(problem.typed, rows[i].typed);
        } else {
            assert_int_equal(problem.typed[0], '?');
        }
        if (rows[i].nearest != NULL) {
            assert_string_equal(words_list[problem.nearest], rows[i].nearest);
            assert_int_equal(problem.edits, 1);
        }
        assert_int_equal(invite.port, 4321); /* untouched */
    }
}

static void test_parse_refuses_when_text_is_too_long(void **state)
{
    (void)state;
    char text[INVITE_INPUT_MAX + 1];
    struct invite invite;
    struct invite_problem problem;
    memset(text, ' ', sizeof text);
    memcpy(text, "otter canyon velvet", 19);
    assert_int_equal(invite_parse(&invite, &problem, text, INVITE_INPUT_MAX), ERR_OK);
    assert_int_equal(invite_parse(&invite, &problem, text, sizeof text), ERR_FORMAT);
    assert_int_equal(problem.fault, INVITE_TOO_LONG);
}

static void test_parse_arguments_joins_them(void **state)
{
    (void)state;
    struct invite invite;
    struct invite_problem problem;
    const char *three[] = {"otter", "CANYON", "velvet@host:9"};
    const char *one[] = {"otter-canyon-velvet@host:9"};
    assert_int_equal(invite_parse_arguments(&invite, NULL, 3, three), ERR_OK);
    assert_spoken(&invite, "otter-canyon-velvet");
    assert_string_equal(invite.host, "host");
    assert_int_equal(invite_parse_arguments(&invite, NULL, 1, one), ERR_OK);
    assert_int_equal(invite.port, 9);
    assert_int_equal(invite_parse_arguments(&invite, &problem, 0, NULL), ERR_FORMAT);
    assert_int_equal(problem.fault, INVITE_EMPTY);
    char *huge = calloc(1, 5000);
    memset(huge, 'a', 4999);
    const char *big[] = {"otter", huge, huge, "velvet"};
    assert_int_equal(invite_parse_arguments(&invite, &problem, 4, big), ERR_FORMAT);
    assert_int_equal(problem.fault, INVITE_TOO_LONG);
    free(huge);
}

static void test_pick_spoken_reaches_every_word_equally(void **state)
{
    (void)state;
    static unsigned times[INVITE_WORDS][WORDS_COUNT];
    for (unsigned v = 0; v < 65536; v++) {
        struct invite invite;
        uint8_t hi = (uint8_t)(v >> 8), lo = (uint8_t)v;
        invite_pick_spoken(&invite, (const uint8_t[6]){hi, lo, hi, lo, hi, lo});
        for (size_t i = 0; i < INVITE_WORDS; i++) {
            times[i][invite.words[i]]++;
        }
    }
    for (size_t i = 0; i < INVITE_WORDS; i++) {
        for (size_t w = 0; w < WORDS_COUNT; w++) {
            assert_int_equal(times[i][w], 65536 / WORDS_COUNT);
        }
    }
}

/* Every word in every place: formatted, shortened to three letters, run together, and read back. */
static void test_parse_reads_back_every_word(void **state)
{
    (void)state;
    for (uint16_t w = 0; w < WORDS_COUNT; w++) {
        struct invite invite = {.kind = INVITE_SPOKEN,
            .words = {w, (uint16_t)((w + 341) % WORDS_COUNT), (uint16_t)((w + 682) % WORDS_COUNT)}};
        struct invite got;
        char text[INVITE_TEXT_SIZE];
        char three[12];
        invite_format(&invite, text);
        assert_int_equal(parse(&got, NULL, text), ERR_OK);
        assert_memory_equal(got.words, invite.words, sizeof got.words);
        snprintf(three, sizeof three, "%.3s %.3s %.3s", words_list[invite.words[0]],
            words_list[invite.words[1]], words_list[invite.words[2]]);
        assert_int_equal(parse(&got, NULL, three), ERR_OK);
        assert_memory_equal(got.words, invite.words, sizeof got.words);
        char joined[INVITE_TEXT_SIZE];
        snprintf(joined, sizeof joined, "%s%s%s", words_list[invite.words[0]],
            words_list[invite.words[1]], words_list[invite.words[2]]);
        assert_int_equal(parse(&got, NULL, joined), ERR_OK);
        assert_memory_equal(got.words, invite.words, sizeof got.words);
    }
}

static void test_prs_is_last_two_words_or_code(void **state)
{
    (void)state;
    struct invite invite;
    uint8_t prs[INVITE_PRS_MAX];
    assert_int_equal(parse(&invite, NULL, "OTT can VEL@host"), ERR_OK);
    size_t size = invite_prs(&invite, prs);
    assert_int_equal(size, 13);
    assert_memory_equal(prs, "canyon-velvet", 13);
    assert_string_equal(invite_table_word(&invite), "otter");

    assert_int_equal(parse(&invite, NULL, "o1il2-34567 89abc defgh-jkmnp-q"), ERR_OK);
    size = invite_prs(&invite, prs);
    assert_int_equal(size, INVITE_CODE_CHARS);
    assert_memory_equal(prs,
        "01112"
        "3456789ABCDEFGHJKMNPQ",
        26);
    assert_null(invite_table_word(&invite));
}

static void test_long_code_reads_back_in_any_spelling(void **state)
{
    (void)state;
    struct invite invite;
    uint8_t random[INVITE_LONG_RANDOM_BYTES];
    memset(random, 0, sizeof random);
    invite_pick_long(&invite, random);
    assert_string_equal(invite.code, "00000000000000000000000000");
    memset(random, 0xff, sizeof random);
    invite_pick_long(&invite, random);
    assert_string_equal(invite.code, "ZZZZZZZZZZZZZZZZZZZZZZZZZZ");
    memset(random, 0, sizeof random);
    random[0] = 0x08;  /* 00001 000.. */
    random[16] = 0x40; /* the last bit that is used */
    invite_pick_long(&invite, random);
    assert_string_equal(invite.code, "10000000000000000000000001");

    struct prng prng;
    prng_seed(&prng, 7);
    for (int round = 0; round < 500; round++) {
        struct invite got;
        char text[64];
        size_t n = 0;
        prng_fill(&prng, random, sizeof random);
        invite_pick_long(&invite, random);
        for (size_t i = 0; i < INVITE_CODE_CHARS; i++) {
            char c = invite.code[i];
            c = c == '0' && prng_chance(&prng, 500) ? 'o' : c;
            c = c == '1' && prng_chance(&prng, 500) ? 'L' : c;
            c = c == '1' && prng_chance(&prng, 500) ? 'i' : c;
            text[n++] = prng_chance(&prng, 500) ? (char)tolower(c) : c;
            if (i % 5 == 4) {
                text[n++] = "- ."[prng_below(&prng, 3)];
            }
        }
        memcpy(text + n, "@10.0.0.1:5", 12);
        assert_int_equal(parse(&got, NULL, text), ERR_OK);
        assert_int_equal(got.kind, INVITE_LONG);
        assert_string_equal(got.code, invite.code);
        assert_string_equal(got.host, "10.0.0.1");
    }
}

/* Read or refused, within bounds, and what is read formats to something that reads back the same. */
static void assert_parse_is_sound(const char *text, size_t size)
{
    struct invite invite, again;
    struct invite_problem problem;
    char *exact = malloc(size > 0 ? size : 1);
    memcpy(exact, text, size);
    enum err e = invite_parse(&invite, &problem, exact, size);
    free(exact);
    assert_true((e == ERR_OK) == (problem.fault == INVITE_NO_FAULT));
    assert_non_null(memchr(problem.typed, '\0', sizeof problem.typed));
    if (e == ERR_OK) {
        char canonical[INVITE_TEXT_SIZE];
        invite_format(&invite, canonical);
        assert_int_equal(parse(&again, NULL, canonical), ERR_OK);
        assert_memory_equal(again.words, invite.words, sizeof again.words);
        assert_string_equal(again.code, invite.code);
    }
}

/* Every truncation, and every third byte value in every place. */
static void test_parse_survives_when_any_byte_changes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "otter-canyon-velvet@10.0.0.1:77", "0123456789ABCDEFGHJKMNPQRS@h:9", "ottercanvelvet"};
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        for (size_t i = 0; texts[t][i] != '\0'; i++) {
            assert_parse_is_sound(texts[t], i);
            for (unsigned value = i % 3; value < 256; value += 3) {
                char text[64];
                strcpy(text, texts[t]);
                text[i] = (char)value;
                assert_parse_is_sound(text, strlen(texts[t]));
            }
        }
    }
}

static void test_wipe_leaves_nothing(void **state)
{
    (void)state;
    struct invite invite, zero;
    assert_int_equal(parse(&invite, NULL, "otter canyon velvet@h"), ERR_OK);
    memset(&zero, 0, sizeof zero);
    invite_wipe(&invite);
    assert_memory_equal(&invite, &zero, sizeof zero);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_accepts_every_spelling),
        cmocka_unit_test(test_parse_run_together_never_guesses),
        cmocka_unit_test(test_parse_splits_address_off),
        cmocka_unit_test(test_parse_host_is_bounded),
        cmocka_unit_test(test_parse_names_fault_when_text_is_wrong),
        cmocka_unit_test(test_parse_refuses_when_text_is_too_long),
        cmocka_unit_test(test_parse_arguments_joins_them),
        cmocka_unit_test(test_pick_spoken_reaches_every_word_equally),
        cmocka_unit_test(test_parse_reads_back_every_word),
        cmocka_unit_test(test_prs_is_last_two_words_or_code),
        cmocka_unit_test(test_long_code_reads_back_in_any_spelling),
        cmocka_unit_test(test_parse_survives_when_any_byte_changes),
        cmocka_unit_test(test_wipe_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
