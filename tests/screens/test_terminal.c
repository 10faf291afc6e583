/* How the program behaves in its terminal (a pseudo-terminal): every way out, sizes, keys that begin
 * with an escape, what is pasted, clicked and copied. argv[1] is the program. */
#include "tests/screens/tui.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct tui_options plain = {0};
static const char *const alone_words[] = {"solo", "--bots", "0", "--no-animation", NULL};
static const struct tui_options alone = {.words = alone_words};

static void at_the_table(struct tui *t)
{
    tui_start(t, &alone);
    tui_until(t, "PASS LINE");
    assert_true(t->alternate);
    assert_false(t->cursor);
}

static void expect_left(struct tui *t)
{
    int status = tui_finish(t);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    tui_expect_restored(t);
    tui_forget(t);
}

static void test_signals_that_ask_leave_and_give_the_terminal_back(void **unused)
{
    (void)unused;
    static const int asks[] = {SIGTERM, SIGHUP};
    struct tui t;
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
        at_the_table(&t);
        kill(t.pid, asks[i]);
        expect_left(&t);
    }
    at_the_table(&t);
    kill(t.pid, SIGINT); /* the first one asks */
    tui_until(&t, "LEAVE THE TABLE?");
    kill(t.pid, SIGINT);
    expect_left(&t);
    at_the_table(&t);
    tui_type(&t, "\003\003"); /* as keys, which a terminal without signals sends */
    expect_left(&t);
}

/* Whatever is on the screen: the menu, the table, a page over it. */
static void test_signals_that_kill_give_the_terminal_back_first(void **unused)
{
    (void)unused;
    static const int kills[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof kills / sizeof kills[0]; i++) {
        struct tui t;
        if (i == 0) {
            tui_start(&t, &plain);
            tui_until(&t, "Enter");
        } else {
            at_the_table(&t);
        }
        if (i == 1) {
            tui_type(&t, "?");
            tui_until(&t, "HELP");
        }
        kill(t.pid, kills[i]);
        int status = tui_finish(&t);
        assert_true(WIFSIGNALED(status)); /* told to whoever waits, as always */
        assert_int_equal(WTERMSIG(status), kills[i]);
        tui_expect_restored(&t);
        tui_forget(&t);
    }
}

static void test_a_closed_terminal_ends_the_program(void **unused)
{
    (void)unused;
    struct tui t;
    int status = 0;
    at_the_table(&t);
    close(t.fd);
    assert_int_equal(waitpid(t.pid, &status, 0), t.pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    vterm_free(t.vt);
    free(t.raw);
}

static void until_stopped(struct tui *t)
{
    int status = 0;
    long end = tui_now_us() + TUI_WAIT_MS * 1000L;
    while (waitpid(t->pid, &status, WUNTRACED | WNOHANG) == 0 && tui_now_us() < end) {
        tui_pump(t, 20);
    }
    assert_true(WIFSTOPPED(status));
    while (t->alternate && tui_now_us() < end) {
        tui_pump(t, 20);
    }
    tui_expect_restored(t);
}

/* By the key and by the signal; another size while it slept; keys work afterwards. */
static void test_stop_and_continue_draw_again(void **unused)
{
    (void)unused;
    struct tui t;
    at_the_table(&t);
    tui_type(&t, "\032");
    until_stopped(&t);
    tui_resize(&t, 30, 100);
    kill(t.pid, SIGCONT);
    tui_until(&t, "PASS LINE");
    assert_true(t.alternate);
    assert_false(t.cursor);
    tui_type(&t, "?");
    tui_until(&t, "HELP");
    kill(t.pid, SIGTSTP);
    until_stopped(&t);
    kill(t.pid, SIGCONT);
    tui_until(&t, "HELP");
    tui_type(&t, "\033");
    tui_until_not(&t, "HELP");
    kill(t.pid, SIGTSTP);
    until_stopped(&t);
    kill(t.pid, SIGTERM); /* waits until it runs again */
    kill(t.pid, SIGCONT);
    expect_left(&t);
}

static void storm(struct tui *t, unsigned sizes)
{
    static unsigned seed = 12345;
    for (unsigned i = 0; i < sizes; i++) {
        seed = seed * 1103515245u + 12345u;
        int rows = 1 + (int)(seed >> 16) % 100;
        seed = seed * 1103515245u + 12345u;
        int cols = 1 + (int)(seed >> 16) % 300;
        tui_resize(t, rows, cols);
        tui_pump(t, 0);
    }
    tui_resize(t, 14, 60);
    tui_until(t, "This window is 60");
    tui_resize(t, 24, 80);
    tui_until(t, "Rack ");
}

/* What stands on the screen is what an emulator shows that has only seen it drawn once, whole. What
 * the program itself changed meanwhile (a sentence that has been seen) is no fault: once more then. */
static void expect_as_fresh(struct tui *t, const char *sign)
{
    static char stormy[TUI_PAGE_MAX], fresh[TUI_PAGE_MAX];
    bool same = false;
    for (int i = 0; i < 5 && !same; i++) {
        storm(t, i == 0 ? 0 : 20);
        tui_until(t, sign);
        while (tui_pump(t, 200) && tui_page(t, true, stormy) && !tui_sees(t, sign)) {
        }
        tui_page(t, true, stormy);
        tui_fresh_screen(t);
        tui_type(t, "\014");
        tui_until(t, sign);
        tui_until(t, "? help");
        tui_page(t, true, fresh);
        same = strcmp(stormy, fresh) == 0;
    }
    assert_string_equal(stormy, fresh);
}

static void test_resize_storms_end_in_the_same_table(void **unused)
{
    (void)unused;
    struct tui t;
    tui_start(&t, &alone);
    tui_until(&t, "PASS LINE");
    tui_type(&t, "p");
    tui_until(&t, "Rack 995");
    storm(&t, 100);
    tui_until(&t, "Rack 995     on table 5"); /* nothing was bet by a size */
    expect_as_fresh(&t, "on table 5");
    tui_type(&t, "h");
    tui_until(&t, "PROPS");
    storm(&t, 100);
    tui_until(&t, "PROPS");
    tui_type(&t, "\033");
    tui_until_not(&t, "PROPS");
    tui_type(&t, " ");
    storm(&t, 100); /* the dice fall meanwhile */
    tui_until(&t, "roll 2");
    expect_as_fresh(&t, "roll 2");
    tui_leave(&t);
}

/* When the chosen spot's name grows, the key line behind it is moved by the terminal: what is then on
 * the screen is what a whole page sent anew puts there, in fewer bytes than were ever sent without. */
static void test_a_word_that_grows_moves_the_line_behind_it(void **unused)
{
    (void)unused;
    enum { TIMES = 6, BYTES_MAX = 300 };
    char folder[96]; /* somebody new is told which spot Enter bets on */
    snprintf(folder, sizeof folder, "%s/new", tui_home);
    const char *const words[] = {"solo", "--bots", "0", "--as", "Ann", "--data-dir", folder, NULL};
    static char moved[TUI_PAGE_MAX], anew[TUI_PAGE_MAX];
    struct tui t;
    tui_start(&t, &(struct tui_options){.words = words});
    tui_until(&t, "? help");
    tui_type(&t, "f");
    tui_until(&t, "on FIELD    Space");
    tui_until(&t, "You bet field 5"); /* agreed: nothing else will change */
    tui_until_not(&t, "~A5");
    for (int i = 0; i < TIMES; i++) {
        size_t before = t.raw_size;
        tui_type(&t, i % 2 == 0 ? "\033[B" : "\033[A");
        tui_until(&t, i % 2 == 0 ? "on PASS LINE    Space" : "on FIELD    Space");
        assert_true(t.raw_size - before < BYTES_MAX);
        tui_page(&t, true, moved);
        tui_fresh_screen(&t);
        tui_type(&t, "\014");
        tui_until(&t, "? help");
        tui_page(&t, true, anew);
        assert_string_equal(moved, anew);
    }
    tui_leave(&t);
}

static void test_absurd_sizes_in_the_environment_are_not_believed(void **unused)
{
    (void)unused;
    static const char *const absurd[][3] = {{"LINES=100000", "COLUMNS=-7", NULL},
        {"LINES=1", "COLUMNS=1", NULL}, {"LINES=x", "COLUMNS=99999999999999999999", NULL}};
    for (size_t i = 0; i < sizeof absurd / sizeof absurd[0]; i++) {
        struct tui t;
        struct tui_options o = {.env = absurd[i], .words = alone_words};
        tui_start(&t, &o);
        tui_until(&t, "PASS LINE");
        tui_until(&t, "? help");
        tui_leave(&t);
    }
}

/* A lone escape is one at once, whatever the environment would wait for. */
static void test_escape_waits_for_nothing(void **unused)
{
    (void)unused;
    static const char *const slow[] = {"ESCDELAY=60000", NULL};
    struct tui_options o = {.env = slow, .words = alone_words};
    struct tui t;
    tui_start(&t, &o);
    tui_until(&t, "PASS LINE");
    tui_type(&t, "?");
    tui_until(&t, "HELP");
    tui_type(&t, "\033");
    tui_until_not(&t, "HELP");
    tui_type(&t, "\033OB"); /* an arrow is an arrow */
    tui_until(&t, "DON'T PASS  pays");
    tui_leave(&t);
}

static void test_paste_on_the_felt_is_ignored_and_fills_the_words(void **unused)
{
    (void)unused;
    struct tui t;
    at_the_table(&t);
    tui_type(&t, "\033[200~pppp666\r\r\033[201~");
    tui_type(&t, "\033[B");
    tui_until(&t, "DON'T PASS");
    tui_type(&t, "+");
    tui_until(&t, "\xe2\x96\xb8"
                  "25");
    assert_true(tui_sees(&t, "on table 0"));
    tui_leave(&t);
    static const char *const quiet_words[] = {"--no-discovery", "--bind", "127.0.0.1", NULL};
    struct tui_options quiet = {.words = quiet_words};
    tui_start(&t, &quiet);
    tui_until(&t, "Enter");
    if (!tui_sees(&t, "Play now")) {
        tui_type(&t, "\r");
    }
    tui_until(&t, "Join a table");
    tui_type(&t, "3");
    tui_until(&t, "CRAPS  join a table");
    tui_type(&t, "\033[200~ Otter CANYON\tvelvet\r\n\033[201~");
    tui_until(&t, "otter-canyon-velvet");
    kill(t.pid, SIGTERM);
    expect_left(&t);
}

static void test_the_mouse_is_asked_for_unless_it_is_not_wanted(void **unused)
{
    (void)unused;
    static const char *const no_mouse_words[] = {"solo", "--bots", "0", "--no-mouse", NULL};
    struct tui_options no_mouse = {.words = no_mouse_words};
    struct tui t;
    at_the_table(&t);
    assert_non_null(strstr(t.raw, "1000h"));
    assert_non_null(strstr(t.raw, "1006"));
    tui_type(&t, "\033[<0;21;10M\033[<0;21;10m");
    tui_until(&t, "12\xc3\x97"
                  "3 A5");
    tui_leave(&t);
    tui_start(&t, &no_mouse);
    tui_until(&t, "PASS LINE");
    assert_null(strstr(t.raw, "1000h"));
    assert_null(strstr(t.raw, "1006"));
    tui_leave(&t);
}

/* y hands the join command to the terminal's clipboard (OSC 52). */
static void test_the_words_are_copied_through_the_terminal(void **unused)
{
    (void)unused;
    static const char *const host_words[] = {
        "host", "--port", "0", "--bind", "127.0.0.1", "--no-discovery", NULL};
    struct tui_options host = {.words = host_words};
    struct tui t;
    char text[256];
    size_t size = 0;
    tui_start(&t, &host);
    tui_until(&t, "say these three words");
    tui_type(&t, "y");
    tui_until(&t, "copied");
    const char *begin = strstr(t.raw, "\033]52;c;");
    assert_non_null(begin);
    begin += strlen("\033]52;c;");
    size_t coded = strcspn(begin, "\a\033");
    assert_int_equal(sodium_base642bin((unsigned char *)text, sizeof text - 1, begin, coded, NULL,
                         &size, NULL, sodium_base64_VARIANT_ORIGINAL),
        0);
    text[size] = '\0';
    assert_non_null(strstr(text, "-")); /* three words with dashes, as the screen shows them */
    assert_true(tui_sees(&t, text));
    kill(t.pid, SIGTERM);
    expect_left(&t);
}

/* What stays in the ordinary screen says what was played and how to see it again. */
static void test_the_last_line_tells_the_table_and_its_record(void **unused)
{
    (void)unused;
    struct tui t;
    char command[256];
    tui_start(&t, &alone);
    tui_until(&t, "PASS LINE");
    tui_type(&t, "p ");
    tui_until(&t, "roll 2");
    tui_type(&t, "qQ");
    assert_true(WIFEXITED(tui_finish(&t)));
    tui_expect_restored(&t);
    const char *last = t.raw;
    for (const char *p = last; (p = strstr(p, "\033[?1049l")) != NULL; p++) {
        last = p;
    }
    last = strstr(last, "Practice table: 1 roll, ");
    assert_non_null(last);
    const char *record = strstr(last, "craps replay /");
    assert_non_null(record);
    record += strlen("craps replay ");
    snprintf(command, sizeof command, "%s verify %.*s > /dev/null", tui_program,
        (int)strcspn(record, "\r\n"), record);
    assert_int_equal(system(command), 0);
    tui_forget(&t);
}

/* Terminals of other kinds, and one that nobody knows: that one gets lines. */
static void test_other_terminals_get_a_table_too(void **unused)
{
    (void)unused;
    /* Of the second curses keeps ten bytes for good, which a sanitizer would tell of. */
    static const char *const kinds[][3] = {{"TERM=vt100", NULL},
        {"TERM=linux", "ASAN_OPTIONS=detect_leaks=0", NULL}, {"TERM=screen-256color", NULL},
        {"TERM=vt220", NULL}};
    struct tui t;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct tui_options o = {.env = kinds[i], .words = alone_words};
        tui_start(&t, &o);
        tui_until(&t, "PASS LINE");
        tui_type(&t, "p");
        tui_until(&t, "Rack 995");
        kill(t.pid, SIGTERM);
        int status = tui_finish(&t);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        tui_forget(&t);
    }
    static const char *const unknown[] = {"TERM=nobody-knows-this", NULL};
    struct tui_options o = {.env = unknown, .words = alone_words};
    tui_start(&t, &o);
    tui_until(&t, "Type a bet, or ready, or help.");
    tui_type(&t, "quit\n");
    assert_true(WIFEXITED(tui_finish(&t)));
    tui_forget(&t);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: test_terminal PROGRAM\n", stderr);
        return 64;
    }
    if (sodium_init() < 0 || !tui_open(argv[1])) {
        return 73;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signals_that_ask_leave_and_give_the_terminal_back),
        cmocka_unit_test(test_signals_that_kill_give_the_terminal_back_first),
        cmocka_unit_test(test_a_closed_terminal_ends_the_program),
        cmocka_unit_test(test_stop_and_continue_draw_again),
        cmocka_unit_test(test_resize_storms_end_in_the_same_table),
        cmocka_unit_test(test_a_word_that_grows_moves_the_line_behind_it),
        cmocka_unit_test(test_absurd_sizes_in_the_environment_are_not_believed),
        cmocka_unit_test(test_escape_waits_for_nothing),
        cmocka_unit_test(test_paste_on_the_felt_is_ignored_and_fills_the_words),
        cmocka_unit_test(test_the_mouse_is_asked_for_unless_it_is_not_wanted),
        cmocka_unit_test(test_the_words_are_copied_through_the_terminal),
        cmocka_unit_test(test_the_last_line_tells_the_table_and_its_record),
        cmocka_unit_test(test_other_terminals_get_a_table_too),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tui_close();
    return failed;
}
