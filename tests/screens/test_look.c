/* What the environment, the options of the command line and the options page make of the look: colours and how many,
 * symbols, background, bell, keys. The real program in a pseudo-terminal: argv[1]. */
#include "tests/screens/tui.h"

#include "ui/canvas.h"
#include "ui/glyph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { ANY, NONE, EIGHT, MANY }; /* colours */

/* The colours that were asked for, SGR 30 to 49 and 90 to 107: none, of the basic eight, of 256. */
static int colours_sent(const struct tui *t)
{
    int most = NONE;
    for (const char *p = t->raw; (p = strstr(p, "\033[")) != NULL; p += 2) {
        size_t size = strspn(p + 2, "0123456789;");
        int last = 0;
        if (p[2 + size] != 'm') {
            continue;
        }
        for (const char *at = p + 2; at < p + 2 + size; at += strcspn(at, ";m") + 1) {
            int value = atoi(at);
            bool own = value == 39 || value == 49;
            bool many = value == 5 && (last == 38 || last == 48);
            bool eight = ((value >= 30 && value <= 49) || (value >= 90 && value <= 107)) && !own;
            most = many ? MANY : eight && most < EIGHT ? EIGHT : most;
            last = value;
        }
    }
    return most;
}

static bool ascii_sent(const struct tui *t)
{
    for (size_t i = 0; i < t->raw_size; i++) {
        if ((unsigned char)t->raw[i] > 127) {
            return false;
        }
    }
    return true;
}

struct look {
    const char *env[4];
    const char *flags[3];
    const char *locale;
    int colours;
    bool ascii;
    const char *sent, *not_sent;
};

static void look_at(const struct look *look)
{
    const char *words[8] = {"solo", "--bots", "0", "--no-animation"};
    const char *env[5] = {NULL};
    memcpy(env, look->env, sizeof look->env);
    for (size_t i = 0; i < 3 && look->flags[i] != NULL; i++) {
        words[4 + i] = look->flags[i];
    }
    struct tui_options o = {.env = env, .words = words, .locale = look->locale};
    struct tui t;
    tui_start(&t, &o);
    tui_until(&t, "PASS LINE");
    tui_type(&t, "p");
    tui_until(&t, "Rack 995");
    tui_type(&t, "?");
    tui_until(&t, "HELP");
    tui_type(&t, "qQ\033");
    tui_until_not(&t, "HELP");
    tui_type(&t, "qQ");
    assert_true(WIFEXITED(tui_finish(&t)));
    bool good = (look->colours == ANY || colours_sent(&t) == look->colours) &&
                ascii_sent(&t) == look->ascii &&
                (look->sent == NULL || strstr(t.raw, look->sent) != NULL) &&
                (look->not_sent == NULL || strstr(t.raw, look->not_sent) == NULL);
    if (!good) {
        fail_msg("%s %s: colours %d, ascii %d", env[0] == NULL ? "" : env[0],
            words[4] == NULL ? "" : words[4], colours_sent(&t), ascii_sent(&t));
    }
    tui_forget(&t);
}

static void test_what_is_asked_for_is_sent_and_nothing_else(void **unused)
{
    (void)unused;
    static const struct look looks[] = {
        {{NULL}, {NULL}, NULL, MANY, false, "38;5;172", "48;5;"},
        {{"NO_COLOR=1", "CRAPS_FELT=classic"}, {NULL}, NULL, NONE, false, NULL, "\033]11"},
        {{"NO_COLOR="}, {NULL}, NULL, MANY, false, NULL, NULL},
        {{"NO_COLOR=1"}, {"--color", "always"}, NULL, MANY, false, NULL, NULL},
        {{"CRAPS_COLOR=always"}, {"--color", "never"}, NULL, NONE, false, NULL, NULL},
        {{"CRAPS_THEME=mono"}, {NULL}, NULL, NONE, false, NULL, NULL},
        {{"TERM=xterm"}, {NULL}, NULL, EIGHT, false, NULL, "\033]11"},
        {{"TERM=xterm", "CRAPS_FELT=classic"}, {NULL}, NULL, EIGHT, false, NULL, "[48"},
        {{"TERM=xterm", "COLORTERM=truecolor"}, {NULL}, NULL, MANY, false, NULL, NULL},
        {{"CRAPS_FELT=classic"}, {NULL}, NULL, MANY, false, "48;5;22", NULL},
        {{"COLORFGBG=0;15"}, {NULL}, NULL, MANY, false, "38;5;130", "38;5;172"},
        {{"COLORFGBG=15;0"}, {NULL}, NULL, MANY, false, "38;5;172", "38;5;130"},
        {{"CRAPS_THEME=contrast"}, {NULL}, NULL, MANY, false, "48;5;16", "[2m"},
        {{"CRAPS_MOUSE=off", "CRAPS_SYMBOLS=ascii"}, {NULL}, NULL, MANY, true, NULL, "1000h"},
        {{"CRAPS_ASCII=1", "CRAPS_SYMBOLS=unicode"}, {NULL}, NULL, MANY, true, NULL, NULL},
        {{"CRAPS_SYMBOLS=unicode"}, {NULL}, "C", MANY, true, NULL, NULL},
        {{"CRAPS_BELL=my-turn", "COLORFGBG=15;0"}, {NULL}, NULL, MANY, false, "\a", NULL},
        {{"CRAPS_BELL=off", "COLORFGBG=15;0"}, {NULL}, NULL, MANY, false, NULL, "\a"},
    };
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        look_at(&looks[i]);
    }
}

/* The same page, but for the table of symbols. */
static void expect_same_meaning(const char *unicode, const char *ascii)
{
    while (*unicode != '\0') {
        static const unsigned char first[] = {0, 0x1f, 0x0f, 0x07};
        unsigned char c = (unsigned char)*unicode;
        int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
        int32_t point = more == 0 ? c : c & first[more];
        for (int i = 1; i <= more; i++) {
            point = point << 6 | (unicode[i] & 0x3f);
        }
        if (glyph_ascii(point) != *ascii) {
            fail_msg("%.200s\n is not \n%.200s", unicode, ascii);
        }
        unicode += more + 1;
        ascii++;
    }
    assert_int_equal(*ascii, '\0');
}

static void test_without_colours_and_symbols_the_meaning_is_the_same(void **unused)
{
    (void)unused;
    static const char *const words[] = {"solo", "--bots", "0", "--no-animation", NULL};
    /* The emulator repeats characters one too few at the edge; this type does not ask it to. */
    static const char *const all[] = {"TERM=tmux-256color", NULL};
    static const char *const none[] = {"TERM=tmux-256color", "NO_COLOR=1", NULL};
    static const struct tui_options looks[3] = {{.words = words, .env = all},
        {.words = words, .env = none}, {.words = words, .env = all, .locale = "C"}};
    static char pages[3][3][TUI_PAGE_MAX];
    for (int i = 0; i < 3; i++) {
        struct tui t;
        tui_start(&t, &looks[i]);
        tui_until(&t, "PASS LINE");
        tui_type(&t, "p");
        tui_until(&t, "You bet pass line 5"); /* agreed */
        tui_until(&t, "Space throw");         /* the last row is drawn last */
        tui_page(&t, false, pages[i][0]);
        tui_type(&t, "?");
        tui_until(&t, "Esc close");
        tui_page(&t, false, pages[i][1]);
        tui_type(&t, "\033");
        tui_until(&t, "Rack 995");
        tui_type(&t, "h");
        tui_until(&t, "Tab numbers");
        tui_page(&t, false, pages[i][2]);
        tui_type(&t, "\033");
        tui_until(&t, "Rack 995");
        tui_leave(&t);
    }
    for (int k = 0; k < 3; k++) {
        assert_string_equal(pages[0][k], pages[1][k]);
        expect_same_meaning(pages[0][k], pages[2][k]);
    }
}

/* The terminal answers when it likes; until then it is taken for a dark one. */
static void test_a_light_window_is_noticed(void **unused)
{
    (void)unused;
    static const char *const words[] = {"solo", "--bots", "0", "--no-animation", NULL};
    static const struct tui_options o = {.words = words};
    struct tui t;
    tui_start(&t, &o);
    tui_until(&t, "PASS LINE");
    assert_non_null(strstr(t.raw, "\033]11;?\033\\"));
    tui_type(&t, "p");
    tui_until(&t, "Rack 995");
    assert_null(strstr(t.raw, "38;5;130"));
    tui_type(&t, "\033]11;rgb:fdfd/f6f6/e3e3\033\\");
    tui_type(&t, "p"); /* the answer is no key, what comes after it is */
    tui_until(&t, "Rack 990");
    assert_non_null(strstr(t.raw, "38;5;130"));
    tui_leave(&t);
}

static void marked_line(struct tui *t, char out[80])
{
    static char page[TUI_PAGE_MAX];
    const char *mark = strstr(tui_page(t, false, page), "\xe2\x96\xb8 ");
    while (mark != NULL && mark[4] == ' ') {
        mark = strstr(mark + 1, "\xe2\x96\xb8 "); /* that was the arrow of a value */
    }
    snprintf(out, 80, "%.60s", mark == NULL ? "" : mark);
}

/* Down to a line of a list: each step is seen before the next. */
static void to_line(struct tui *t, const char *label)
{
    char want[64], before[80], now[80];
    snprintf(want, sizeof want, "\xe2\x96\xb8 %s", label);
    long end = tui_now_us() + TUI_WAIT_MS * 1000L;
    while (!tui_sees(t, want)) {
        marked_line(t, before);
        tui_type(t, "\033[B");
        do {
            if (!tui_pump(t, 20) || tui_now_us() > end) {
                tui_print(t);
                fail_msg("no %s", label);
            }
            marked_line(t, now);
        } while (now[0] == '\0' || strcmp(now, before) == 0);
    }
}

static bool file_says(const char *line)
{
    char path[160], text[256];
    snprintf(path, sizeof path, "%s/.config/craps/config.ini", tui_home);
    FILE *in = fopen(path, "r");
    bool found = false;
    while (in != NULL && fgets(text, sizeof text, in) != NULL) {
        text[strcspn(text, "\n")] = '\0';
        found = found || strcmp(text, line) == 0;
    }
    if (in != NULL) {
        fclose(in);
    }
    return found;
}

static void wait_file(struct tui *t, const char *line)
{
    long end = tui_now_us() + TUI_WAIT_MS * 1000L;
    while (!file_says(line)) {
        assert_true(tui_now_us() < end);
        tui_pump(t, 10);
    }
}

/* What is chosen on the page is in force at once, in the file, and there the next time. */
static void test_options_hold_from_one_time_to_the_next(void **unused)
{
    (void)unused;
    static const char *const words[] = {"solo", "--bots", "0", NULL};
    static const struct tui_options o = {.words = words};
    struct tui t;
    tui_start(&t, &o);
    tui_until(&t, "PASS LINE");
    tui_type(&t, "\033");
    tui_until(&t, "MENU");
    to_line(&t, "Options");
    tui_type(&t, "\r");
    tui_until(&t, "Dice animation");
    to_line(&t, "Felt");
    tui_type(&t, "\033[C");
    tui_until(&t, "classic   ");
    wait_file(&t, "felt = classic");
    to_line(&t, "Default chip");
    tui_type(&t, "\033[C");
    wait_file(&t, "default_chip = 25");
    to_line(&t, "Keys...");
    tui_type(&t, "\r");
    to_line(&t, "bet pass line");
    tui_type(&t, "\r");
    tui_until(&t, "press a key");
    tui_type(&t, "d");
    tui_until(&t, "cannot have it too");
    tui_type(&t, "\rj");
    wait_file(&t, "pass = j");
    tui_type(&t, "\033");
    tui_until(&t, "Dice animation");
    tui_type(&t, "\033");
    tui_until(&t, "PASS LINE");
    assert_non_null(strstr(t.raw, "48;5;22"));
    tui_type(&t, "pj");
    tui_until(&t, "A25");
    tui_until(&t, "Rack 975");
    tui_leave(&t);

    tui_start(&t, &o);
    tui_until(&t, "PASS LINE");
    assert_non_null(strstr(t.raw, "48;5;22"));
    tui_type(&t, "pj");
    tui_until(&t, "A25");
    tui_until(&t, "Rack 975");
    /* Lines from here on, at the same table. */
    tui_type(&t, "\033");
    tui_until(&t, "MENU");
    to_line(&t, "Options");
    tui_type(&t, "\r");
    tui_until(&t, "Dice animation");
    to_line(&t, "Line mode");
    tui_type(&t, "\033[C");
    wait_file(&t, "line = on");
    tui_type(&t, "\033");
    tui_until(&t, "Type a bet, or ready, or help.");
    tui_type(&t, "bets\n");
    tui_until(&t, "Pass 25.");
    tui_expect_restored(&t);
    tui_type(&t, "quit\n");
    assert_true(WIFEXITED(tui_finish(&t)));
    tui_forget(&t);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: test_look PROGRAM\n", stderr);
        return 64;
    }
    if (!tui_open(argv[1])) {
        return 73;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_asked_for_is_sent_and_nothing_else),
        cmocka_unit_test(test_without_colours_and_symbols_the_meaning_is_the_same),
        cmocka_unit_test(test_a_light_window_is_noticed),
        cmocka_unit_test(test_options_hold_from_one_time_to_the_next),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tui_close();
    return failed;
}
