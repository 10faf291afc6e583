#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[96], problem[SETTINGS_PROBLEM_BYTES];
static bool exists;

static int enter(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/craps-test-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/config.ini", folder);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void spill(const char *text, size_t size)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, size, f), size);
    fclose(f);
}

static void assert_file(const char *want)
{
    char text[4096];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t size = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[size] = '\0';
    assert_string_equal(text, want);
}

static struct settings *load(const char *text, enum err want)
{
    struct settings *s;
    spill(text, strlen(text));
    assert_int_equal(settings_load(&s, path, &exists, problem), want);
    assert_true(exists);
    assert_non_null(s);
    assert_int_equal(strlen(problem) > 0, want != ERR_OK);
    assert_null(strchr(problem, '\n'));
    return s;
}

static void test_settings_gives_defaults_without_a_file(void **state)
{
    (void)state;
    struct settings *s;
    assert_int_equal(settings_load(&s, path, &exists, problem), ERR_OK);
    assert_false(exists);
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        const struct setting_spec *spec = &setting_specs[i];
        char written[SETTING_VALUE_MAX];
        assert_string_equal(settings_get(s, spec->key), spec->fallback);
        /* An empty default means unset; every other one is a value it takes, as it is written. */
        if (spec->fallback[0] != '\0') {
            assert_true(setting_parse((enum ui_setting)i, spec->fallback, written));
            assert_string_equal(written, spec->fallback);
        }
    }
    assert_null(settings_get(s, "colour"));
    assert_null(settings_get(s, ""));
    settings_free(s);
    settings_free(NULL);
}

static void test_settings_reads_every_usual_way_to_write_a_line(void **state)
{
    (void)state;
    struct settings *s =
        load("\xef\xbb\xbf# mine\r\n[player]\n  name=Ann B  \r\n\n;port = 1\n\tport\t=\t81\n"
             "[x]\nport = 82\nchip = Q",
            ERR_OK);
    assert_string_equal(settings_get(s, "name"), "Ann B");
    assert_string_equal(settings_get(s, "port"), "82");
    assert_string_equal(settings_get(s, "chip"), "Q");
    settings_free(s);
}

static void test_settings_keeps_everything_else_when_one_changes(void **state)
{
    (void)state;
    struct settings *s =
        load("# top\n[ui]\nmouse = 0   \nport =\t81 # not a comment\n", ERR_FORMAT);
    settings_free(s);
    s = load("# top\n[ui]\n  mouse = 0   \nport =\t81\nport=82", ERR_OK);
    assert_int_equal(settings_set(s, "mouse", "1"), ERR_OK);
    assert_file("# top\n[ui]\n  mouse = on   \nport =\t81\nport=82");
    assert_int_equal(settings_set(s, "port", "9000"), ERR_OK);
    assert_file("# top\n[ui]\n  mouse = on   \nport =\t81\nport= 9000");
    assert_int_equal(settings_set(s, "color", "never"), ERR_OK);
    assert_file("# top\n[ui]\n  mouse = on   \nport =\t81\nport= 9000\ncolor = never\n");
    assert_string_equal(settings_get(s, "color"), "never");
    settings_free(s);
    assert_int_equal(settings_load(&s, path, &exists, problem), ERR_OK);
    assert_string_equal(settings_get(s, "port"), "9000");
    assert_string_equal(settings_get(s, "mouse"), "on");
    settings_free(s);
}

static void test_settings_makes_the_file_and_keeps_its_mode(void **state)
{
    (void)state;
    struct settings *s;
    struct stat st;
    assert_int_equal(settings_load(&s, path, &exists, problem), ERR_OK);
    assert_int_equal(settings_set(s, "name", "Bo"), ERR_OK);
    assert_file("name = Bo\n");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(settings_set(s, "name", "Bob"), ERR_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    settings_free(s);
}

static void test_settings_changes_the_file_behind_a_link(void **state)
{
    (void)state;
    char real[96];
    struct stat st;
    snprintf(real, sizeof real, "%s/real.ini", folder);
    spill("port = 1\n", 9);
    assert_int_equal(rename(path, real), 0);
    assert_int_equal(symlink(real, path), 0);
    struct settings *s;
    assert_int_equal(settings_load(&s, path, &exists, problem), ERR_OK);
    assert_int_equal(settings_set(s, "port", "2"), ERR_OK);
    settings_free(s);
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_file("port = 2\n");
}

static void test_settings_takes_exactly_its_values(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value;
        bool good;
        const char *written; /* NULL: as it was typed */
    } rows[] = {
        {"name", "Ann", true},
        {"name", "", false},
        {"name", " Ann", false},
        {"name", "a\x1b[1m", false},
        {"name", "abcdefghijklmnopqrstuvwxyz1", true},
        {"name", "abcdefghijklmnopqrstuvwxyz12", false},
        {"name", "a\nport = 1", false},
        {"chip", "A", true},
        {"chip", "Z", true},
        {"chip", "a", false},
        {"chip", "AB", false},
        {"chip", "auto", true},
        {"chip", "", false},
        {"color", "auto", true},
        {"color", "always", true},
        {"color", "never", true},
        {"color", "Auto", false},
        {"symbols", "ascii", true},
        {"symbols", "2", false},
        {"line", "on", true},
        {"line", "1", true, "on"},
        {"line", "no", true, "off"},
        {"line", "01", false},
        {"line", "onn", false},
        {"animation", "long", true},
        {"animation", "0", true, "off"},
        {"animation", "1", true, "short"},
        {"mouse", "", false},
        {"theme", "contrast", true},
        {"theme", "high contrast", false},
        {"bell", "my turn", true, "my-turn"},
        {"confirm_big_bets", "50%", true},
        {"confirm_big_bets", "25", true, "25%"},
        {"confirm_big_bets", "2", false},
        {"confirm_big_bets", "25%%", false},
        {"default_chip", "100", true},
        {"default_chip", "2", false},
        {"keep_records", "0", true},
        {"keep_records", "100000", true},
        {"keep_records", "100001", false},
        {"keep_records", "-1", false},
        {"delta_ms", "20", true},
        {"delta_ms", "1000", true},
        {"delta_ms", "19", false},
        {"delta_ms", "1001", false},
        {"port", "0", true},
        {"port", "65535", true},
        {"port", "65536", false},
        {"port", "+1", false},
        {"port", "99999999999999999999", false},
        {"port", "7 7", false},
    };
    struct settings *s;
    assert_int_equal(settings_load(&s, path, &exists, problem), ERR_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum err err = settings_set(s, rows[i].key, rows[i].value);
        assert_int_equal(err, rows[i].good ? ERR_OK : ERR_RANGE);
        if (rows[i].good) {
            assert_string_equal(settings_get(s, rows[i].key),
                rows[i].written != NULL ? rows[i].written : rows[i].value);
        }
    }
    char longest[SETTING_VALUE_MAX + 1];
    memset(longest, '1', sizeof longest);
    longest[SETTING_VALUE_MAX] = '\0';
    assert_int_equal(settings_set(s, "name", longest), ERR_RANGE);
    assert_int_equal(settings_set(s, "colour", "1"), ERR_NOT_FOUND);
    settings_free(s);
}

static void test_settings_names_what_is_wrong_and_keeps_the_rest(void **state)
{
    (void)state;
    static const struct {
        const char *text, *told;
    } rows[] = {
        {"port = 1\nport = x\nchip = B\n", "line 2: port = x: it takes 0 to 65535"},
        {"chip = B\ncolour = never\n", "line 2: there is no setting \"colour\""},
        {"chip = B\nwhat\n", "line 2: \"what"},
        {"chip = B\n[open\n", "line 2: \"[open"},
        {"chip = B\nname = \x1b[2J\n", "line 2: name = ?[2J"},
        {"chip = B\n = 1\n", "line 2: there is no setting \"\""},
        {"chip = B\nsymbols =\n", "line 2: symbols = : it takes auto, unicode or ascii"},
        {"chip = B\nmouse = of\n", "line 2: mouse = of: it takes off or on"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct settings *s = load(rows[i].text, ERR_FORMAT);
        assert_non_null(strstr(problem, rows[i].told));
        assert_string_equal(settings_get(s, "chip"), "B");
        settings_free(s);
    }
}

/* Keys live in a section of their own, and settings never land in it. */
static void test_settings_keep_keys_in_their_section(void **state)
{
    (void)state;
    struct settings *s;
    assert_int_equal(settings_load(&s, path, &exists, problem), ERR_OK);
    assert_string_equal(settings_get(s, "keys.pass"), "p");
    assert_null(settings_get(s, "keys.nothing"));
    assert_int_equal(settings_set(s, "keys.pass", "j"), ERR_OK);
    assert_file("[keys]\npass = j\n");
    assert_int_equal(settings_set(s, "name", "Ann"), ERR_OK);
    assert_int_equal(settings_set(s, "keys.dont_pass", "p"), ERR_OK);
    assert_int_equal(settings_set(s, "keys.pass", "d"), ERR_OK);
    assert_file("name = Ann\n[keys]\npass = d\ndont_pass = p\n");
    assert_int_equal(settings_set(s, "keys.field", "d"), ERR_RANGE);
    assert_int_equal(settings_set(s, "keys.field", "Enter"), ERR_RANGE);
    assert_int_equal(settings_set(s, "keys.bet", "j"), ERR_RANGE);
    assert_int_equal(settings_set(s, "keys.", "j"), ERR_NOT_FOUND);
    assert_int_equal(settings_set(s, "keys.field", "="), ERR_RANGE);
    assert_int_equal(settings_set(s, "keys.ready", "Home"), ERR_OK);
    settings_free(s);
    assert_int_equal(settings_load(&s, path, &exists, problem), ERR_OK);
    assert_string_equal(settings_get(s, "keys.pass"), "d");
    assert_string_equal(settings_get(s, "keys.ready"), "Home");
    assert_int_equal(key_map_usual(settings_keys(s), 'd'), 'p');
    settings_free(s);

    s = load("[keys]\n# left hand\n  chat = \xc3\xb6\n\n; end\n[more]\nport = 5", ERR_OK);
    assert_int_equal(settings_set(s, "keys.sit", "Ctrl-K"), ERR_OK);
    assert_int_equal(settings_set(s, "name", "Bo"), ERR_OK);
    assert_file("[keys]\n# left hand\n  chat = \xc3\xb6\nsit = Ctrl-K\n\n; end\n[more]\nport = 5\n"
                "name = Bo\n");
    assert_string_equal(settings_get(s, "port"), "5");
    settings_free(s);
}

static void test_settings_name_what_is_wrong_with_a_key(void **state)
{
    (void)state;
    static const struct {
        const char *text, *told;
    } rows[] = {
        {"port = 1\n[keys]\npass = d\n", "line 3, [keys]: d is for pass and for dont_pass"},
        {"[keys]\npass = j\nfield = j\n", "line 2, [keys]: j is for pass and for field"},
        {"[keys]\npass = =\n", "line 2, [keys]: = is for pass and for chip_up"},
        {"[keys]\npass = Foo\n", "line 2, [keys]: pass = Foo: there is no such key"},
        {"[keys]\npass =\n", "line 2, [keys]: pass = : there is no such key"},
        {"[keys]\nport = 5\n", "line 2, [keys]: nothing is called port"},
        {"[keys]\nbet = j\n", "line 2, [keys]: bet is always Enter"},
        {"[keys]\nfield = Esc\n", "line 2, [keys]: field = Esc: that key is always for menu"},
        {"[keys]\nfield = \x1b[2J\n", "line 2, [keys]: field = ?[2J"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct settings *s = load(rows[i].text, ERR_FORMAT);
        if (strstr(problem, rows[i].told) == NULL) {
            fail_msg("%s", problem);
        }
        settings_free(s);
    }
}

static void test_settings_lets_the_environment_win_over_the_file(void **state)
{
    (void)state;
    setenv("CRAPS_PORT", "4000", 1);
    setenv("CRAPS_DELTA_MS", "", 1); /* empty counts as unset */
    struct settings *s = load("port = 81\ndelta_ms = 50\n", ERR_OK);
    assert_string_equal(settings_get(s, "port"), "4000");
    assert_string_equal(settings_get(s, "delta_ms"), "50");
    settings_free(s);
    setenv("CRAPS_PORT", "no", 1);
    s = load("port = 81\n", ERR_FORMAT);
    assert_non_null(strstr(problem, "CRAPS_PORT=no: it takes 0 to 65535"));
    assert_string_equal(settings_get(s, "port"), "81");
    settings_free(s);
    unsetenv("CRAPS_PORT");
    unsetenv("CRAPS_DELTA_MS");
}

static void test_settings_refuses_what_is_no_text_file(void **state)
{
    (void)state;
    struct settings *s;
    spill("port = 1\0\n", 10);
    assert_int_equal(settings_load(&s, path, &exists, problem), ERR_FORMAT);
    assert_string_equal(settings_get(s, "port"), "7777");
    settings_free(s);
    char *big = malloc(SETTINGS_BYTES_MAX + 1);
    assert_non_null(big);
    memset(big, '#', SETTINGS_BYTES_MAX + 1);
    spill(big, SETTINGS_BYTES_MAX + 1);
    assert_int_equal(settings_load(&s, path, &exists, problem), ERR_FORMAT);
    settings_free(s);
    spill(big, SETTINGS_BYTES_MAX);
    assert_int_equal(settings_load(&s, path, &exists, problem), ERR_OK);
    assert_int_equal(settings_set(s, "port", "5"), ERR_FULL);
    settings_free(s);
    free(big);
    assert_int_equal(settings_load(&s, folder, &exists, problem), ERR_FORMAT);
    assert_true(exists);
    settings_free(s);
}

static void test_settings_fails_to_write_where_it_may_not(void **state)
{
    (void)state;
    struct settings *s;
    assert_int_equal(settings_load(&s, "/proc/craps.ini", &exists, problem), ERR_OK);
    assert_false(exists);
    assert_int_not_equal(settings_set(s, "port", "5"), ERR_OK);
    assert_string_equal(settings_get(s, "port"), "7777");
    settings_free(s);
    char below[128];
    spill("port = 1\n", 9);
    snprintf(below, sizeof below, "%s/config.ini", path);
    assert_int_equal(settings_load(&s, below, &exists, problem), ERR_NOT_FOUND);
    settings_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_settings_gives_defaults_without_a_file, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_settings_reads_every_usual_way_to_write_a_line, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_settings_keeps_everything_else_when_one_changes, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_settings_makes_the_file_and_keeps_its_mode, enter, leave),
        cmocka_unit_test_setup_teardown(test_settings_changes_the_file_behind_a_link, enter, leave),
        cmocka_unit_test_setup_teardown(test_settings_takes_exactly_its_values, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_settings_names_what_is_wrong_and_keeps_the_rest, enter, leave),
        cmocka_unit_test_setup_teardown(test_settings_keep_keys_in_their_section, enter, leave),
        cmocka_unit_test_setup_teardown(test_settings_name_what_is_wrong_with_a_key, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_settings_lets_the_environment_win_over_the_file, enter, leave),
        cmocka_unit_test_setup_teardown(test_settings_refuses_what_is_no_text_file, enter, leave),
        cmocka_unit_test_setup_teardown(
            test_settings_fails_to_write_where_it_may_not, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
