/* The real program in a real pseudo-terminal: argv[1] is the program. */
#include "tests/screens/tui.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct tui_options plain = {0};
static const char *const no_color_env[] = {"NO_COLOR=1", NULL};
static const struct tui_options no_color = {.env = no_color_env};
static const struct tui_options c_locale = {.locale = "C"};

static void test_four_keys_lead_to_a_roll(void **unused)
{
    (void)unused;
    struct tui t;
    tui_start(&t, &plain);
    tui_to_table(&t);
    tui_until(&t, "Enter bet 5 on PASS LINE");
    tui_type(&t, "\r");
    tui_until(&t, "A5");
    tui_type(&t, " ");
    tui_until(&t, "roll 2");
    tui_leave(&t);
}

/* Only the program itself has a record: the demo's dice prove nothing. */
static bool has_records(void)
{
    const char *name = strrchr(tui_program, '/');
    return strcmp(name == NULL ? tui_program : name + 1, "craps") == 0;
}

static void test_proof_of_a_real_roll_checks(void **unused)
{
    (void)unused;
    struct tui t;
    if (!has_records()) {
        skip();
    }
    tui_start(&t, &plain);
    tui_to_table(&t);
    tui_type(&t, "\r ");
    tui_until(&t, "roll 2");
    tui_type(&t, "v");
    tui_until(&t, "was roll 1 fair?");
    tui_until(&t, "checked here: yes");
    tui_type(&t, "a");
    tui_until(&t, "The whole record checks: ");
    tui_type(&t, "\033");
    tui_until(&t, "PASS LINE");
    tui_type(&t, "N");
    tui_until(&t, "roll 1 is ");
    tui_until(&t, "3 needed, ");
    tui_until(&t, "3 of 4 signed");
    tui_type(&t, "\033");
    tui_until(&t, "PASS LINE");
    tui_leave(&t);
}

/* A strategy plays, is seen to, and stops for a key; one with an end of its own says why it ended. */
static void test_a_strategy_is_seen_and_stopped(void **unused)
{
    (void)unused;
    char file[128];
    if (!has_records()) {
        skip();
    }
    snprintf(file, sizeof file, "%s/short.plan", tui_home);
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    fputs("when point is off: bet pass 5\nstop when rolls >= 1\n", f);
    assert_int_equal(fclose(f), 0);
    const char *const named[] = {"solo", "--as", "Ann", "--strategy", "pass", NULL};
    const char *const own[] = {"solo", "--as", "Ann", "--strategy", file, NULL};
    struct tui t;
    tui_start(&t, &(struct tui_options){.words = named});
    tui_until(&t, "auto Practice");
    tui_until(&t, "A stop pass");
    tui_until(&t, "roll 2");
    tui_type(&t, "A");
    tui_until(&t, "A auto");
    tui_until_not(&t, "auto Practice");
    tui_type(&t, "A");
    tui_until(&t, "A stop pass");
    tui_until(&t, "roll 4");
    tui_leave(&t);
    tui_start(&t, &(struct tui_options){.words = own});
    tui_until(&t, "A stop short");
    tui_until(&t, "rolls >= 1");
    tui_until(&t, "A auto");
    tui_leave(&t);
}

/* `craps join` alone: the page with the tables and the words, and Esc is the menu. */
static void test_join_without_words_asks_on_its_page(void **unused)
{
    (void)unused;
    struct tui t;
    static const char *const words[] = {
        "join", "--as", "Ann", "--bind", "127.0.0.1", "--discovery-port", "17903", NULL};
    const struct tui_options options = {.words = words};
    const char *name = strrchr(tui_program, '/');
    if (strcmp(name == NULL ? tui_program : name + 1, "craps") != 0) {
        skip();
    }
    tui_start(&t, &options);
    tui_until(&t, "the three words from your host");
    tui_type(&t, "canion");
    tui_until(&t, "canyon");
    tui_type(&t, "\033");
    tui_until(&t, "Join a table");
    tui_leave(&t);
}

/* In the newest record of this home, behind the program's back. */
static void damage_record(void)
{
    char command[256], path[256] = "";
    snprintf(command, sizeof command, "find %s -name '*.craps' | xargs ls -t", tui_home);
    FILE *list = popen(command, "r");
    assert_non_null(list);
    assert_non_null(fgets(path, sizeof path, list));
    pclose(list);
    path[strcspn(path, "\n")] = '\0';
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    assert_int_equal(
        sqlite3_exec(db, "UPDATE blocks SET votes = votes + 1", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void test_record_that_does_not_check_stops_the_seat(void **unused)
{
    (void)unused;
    struct tui t;
    if (!has_records()) {
        skip();
    }
    tui_start(&t, &plain);
    tui_to_table(&t);
    tui_type(&t, "\r ");
    tui_until(&t, "roll 2");
    damage_record();
    tui_type(&t, "v");
    tui_until(&t, "ROLL 1 DOES NOT CHECK: see step 1");
    tui_until(&t, "stopped and the evidence is saved.");
    tui_type(&t, "\033");
    tui_until(&t, "DICE NOT OK");
    tui_leave(&t);
}

/* True when a colour is asked for: SGR 30-49 or 90-107. */
static bool has_colour(const struct tui *t)
{
    for (size_t i = 0; i + 2 < t->raw_size; i++) {
        if (t->raw[i] != '\033' || t->raw[i + 1] != '[') {
            continue;
        }
        size_t k = i + 2;
        int value = 0;
        bool colour = false;
        for (; k < t->raw_size && ((t->raw[k] >= '0' && t->raw[k] <= '9') || t->raw[k] == ';');
             k++) {
            if (t->raw[k] == ';') {
                value = 0;
                continue;
            }
            value = value * 10 + (t->raw[k] - '0');
            colour = colour || (value >= 30 && value <= 49 && value != 39 && value != 49) ||
                     (value >= 90 && value <= 107);
        }
        if (k < t->raw_size && t->raw[k] == 'm' && colour) {
            return true;
        }
    }
    return false;
}

static void test_no_color_sends_none(void **unused)
{
    (void)unused;
    for (int with = 0; with < 2; with++) {
        struct tui t;
        tui_start(&t, with == 0 ? &no_color : &plain);
        tui_to_table(&t);
        tui_type(&t, "qQ");
        assert_true(WIFEXITED(tui_finish(&t)));
        assert_int_equal(has_colour(&t), with == 1);
        tui_forget(&t);
    }
}

static void test_c_locale_sends_ascii_only(void **unused)
{
    (void)unused;
    struct tui t;
    tui_start(&t, &c_locale);
    tui_to_table(&t);
    tui_until(&t, "+--------+");
    /* Letters that the locale does not know are typed all the same, and swallow no key. */
    tui_type(&t, "mna\xc3\xafve \xe4\xb8\x83 dice");
    tui_until(&t, "Say: na?ve ? dice");
    tui_type(&t, "\r");
    tui_until_not(&t, "Say:");
    tui_type(&t, "?");
    tui_until(&t, "HELP");
    tui_type(&t, "\033");
    tui_until(&t, "Space ");
    tui_type(&t, "qQ");
    assert_true(WIFEXITED(tui_finish(&t)));
    for (size_t i = 0; i < t.raw_size; i++) {
        assert_true((unsigned char)t.raw[i] < 128);
    }
    tui_forget(&t);
}

static void test_line_mode_sends_no_escape(void **unused)
{
    (void)unused;
    static char out[65536];
    int in[2];
    int back[2];
    size_t size = 0;
    static const char script[] =
        "name Ann\nsolo\npass 5\nbets\nready\nhistory\nodds 5\nxyzzy\nquit\n";
    assert_int_equal(pipe(in) | pipe(back), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], 0);
        dup2(back[1], 1);
        close(in[1]);
        close(back[0]);
        setenv("TERM", "dumb", 1);
        setenv("HOME", tui_home, 1);
        execl(tui_program, tui_program, "--line", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(back[1]);
    assert_int_equal(write(in[1], script, sizeof script - 1), (ssize_t)sizeof script - 1);
    close(in[1]);
    for (ssize_t got; (got = read(back[0], out + size, sizeof out - 1 - size)) > 0;) {
        size += (size_t)got;
    }
    int status = 0;
    waitpid(pid, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_null(memchr(out, '\033', size));
    assert_non_null(strstr(out, "Rack 995"));
    assert_non_null(strstr(out, " throw"));
    assert_non_null(strstr(out, "xyzzy is no word"));
}

/* The left button where this text stands. */
static void click(struct tui *t, const char *text)
{
    static char page[TUI_PAGE_MAX];
    char keys[80];
    tui_until(t, text);
    const char *at = strstr(tui_page(t, false, page), text);
    assert_non_null(at);
    int row = 1;
    int col = 1;
    for (const char *p = page; p < at; p++) {
        row += *p == '\n';
        col = *p == '\n' ? 1 : col + ((*p & 0xc0) != 0x80);
    }
    snprintf(keys, sizeof keys, "\033[<0;%d;%dM\033[<0;%d;%dm", col, row, col, row);
    tui_type(t, keys);
}

/* 120x40 shows more, takes clicks where things stand, and keeps the spot when the window changes. */
static void test_wide_table_is_played_by_mouse(void **unused)
{
    (void)unused;
    static const struct tui_options wide = {.rows = 40, .cols = 120};
    struct tui t;
    tui_start(&t, &wide);
    tui_to_table(&t);
    tui_until(&t, "you may bet now");
    tui_until(&t, "win     5  on 7 11,  8 in 36");
    click(&t, "P A S S   L I N E");
    tui_until(&t, "A5");
    tui_until(&t, "yours   5 flat");
    click(&t, "DON'T PASS");
    tui_until(&t, "\u25b8DON'T PASS");
    tui_resize(&t, 24, 80);
    tui_until(&t, "PASS LINE A5");
    tui_until(&t, "\u25b8DON'T PASS");
    tui_type(&t, "\033[A");
    tui_until(&t, "\u25b8PASS LINE");
    tui_resize(&t, 40, 120);
    tui_until(&t, "\u25b8P A S S   L I N E");
    click(&t, "Space ");
    tui_until(&t, "roll 2");
    tui_leave(&t);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: test_screens PROGRAM\n", stderr);
        return 64;
    }
    if (!tui_open(argv[1])) {
        return 73;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_four_keys_lead_to_a_roll),
        cmocka_unit_test(test_proof_of_a_real_roll_checks),
        cmocka_unit_test(test_a_strategy_is_seen_and_stopped),
        cmocka_unit_test(test_join_without_words_asks_on_its_page),
        cmocka_unit_test(test_wide_table_is_played_by_mouse),
        cmocka_unit_test(test_record_that_does_not_check_stops_the_seat),
        cmocka_unit_test(test_no_color_sends_none),
        cmocka_unit_test(test_c_locale_sends_ascii_only),
        cmocka_unit_test(test_line_mode_sends_no_escape),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tui_close();
    return failed;
}
