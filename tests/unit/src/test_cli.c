#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "game/name.h"
#include "src/commands/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const unsigned every_group = 0xff;

/* Parses copies of up to eight arguments. */
static int parse(unsigned groups, struct options *o, char *problem, int count, ...)
{
    static char text[8][128];
    char *argv[8];
    va_list args;
    va_start(args, count);
    for (int i = 0; i < count; i++) {
        snprintf(text[i], sizeof text[i], "%s", va_arg(args, const char *));
        argv[i] = text[i];
    }
    va_end(args);
    *o = (struct options){0};
    problem[0] = '\0';
    int left = count;
    int status = cli_parse(o, groups, "solo", &left, argv, problem);
    return status != 0 ? status : left;
}

static void test_cli_parse_takes_every_option_with_its_example(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_count(); i++) {
        const struct option_spec *s = &option_specs[i];
        char long_form[128], problem[CLI_PROBLEM_BYTES], quoted[64];
        struct options o;
        if (s->value == NULL) {
            snprintf(long_form, sizeof long_form, "--%s", s->name);
            assert_int_equal(parse(s->groups, &o, problem, 1, long_form), 0);
        } else {
            assert_non_null(s->allowed);
            assert_non_null(s->example);
            snprintf(quoted, sizeof quoted, "%s", s->example + (s->example[0] == '"'));
            quoted[strcspn(quoted, "\"")] = '\0';
            snprintf(long_form, sizeof long_form, "--%s=%s", s->name, quoted);
            assert_int_equal(parse(s->groups, &o, problem, 1, long_form), 0);
            snprintf(long_form, sizeof long_form, "--%s", s->name);
            assert_int_equal(parse(s->groups, &o, problem, 2, long_form, quoted), 0);
        }
        assert_true(cli_given(&o, s->name));
    }
}

static void test_cli_parse_refuses_and_names_what_is_allowed_when_a_value_is_bad(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
    } rows[] = {
        {"bots", "9"},
        {"bots", "-1"},
        {"bots", "03"},
        {"bots", "3 "},
        {"bots", ""},
        {"bots", "x"},
        {"seats", "0"},
        {"seats", "51"},
        {"start", "0"},
        {"start", "51"},
        {"min", "0"},
        {"min", "1.5"},
        {"max", "10000000001"},
        {"buy-in", "-5"},
        {"odds", "3"},
        {"odds", "0345"},
        {"field2", "1"},
        {"field12", "4"},
        {"vig", "later"},
        {"ats", "35_175"},
        {"rtl", "0"},
        {"rtl", "8"},
        {"window", "3601"},
        {"window", "-1"},
        {"shooter-clock", "0"},
        {"grace", "0"},
        {"rebuys", "60001"},
        {"rebuys", "none"},
        {"rate", "0"},
        {"rate", "many"},
        {"name", ""},
        {"name", "12345678901234567890123456789012345678901"},
        {"name", "a\x1b[0m"},
        {"name", "a\xe2\x80\xae"},
        {"as", ""},
        {"as", "1234567890123456789012345678"},
        {"strategy", "martingale"},
        {"rolls", "0"},
        {"rolls", "1000000001"},
        {"seconds", "0"},
        {"port", "65536"},
        {"port", "http"},
        {"discovery-port", "0"},
        {"color", "green"},
        {"at", "host:0"},
        {"at", "host:65536"},
        {"at", ":7777"},
        {"at", "a b"},
        {"at", "-x"},
        {"wait", "0"},
        {"wait", "3601"},
        {"invite", "short"},
        {"data-dir", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[64], problem[CLI_PROBLEM_BYTES];
        struct options o;
        snprintf(name, sizeof name, "--%s", rows[i].name);
        unsigned groups = every_group & ~(unsigned)OPTIONS_HOST;
        groups = strcmp(rows[i].name, "invite") == 0 ? every_group : groups;
        assert_int_equal(parse(groups, &o, problem, 2, name, rows[i].value), EX_USAGE);
        assert_non_null(strstr(problem, name));
        assert_non_null(strstr(problem, "must be"));
        assert_true(strstr(problem, "for example --") || strstr(problem, "did you mean --"));
    }
}

static void test_cli_parse_refuses_when_a_feature_is_not_built(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
    } rows[] = {{"--engine", "raft"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char problem[CLI_PROBLEM_BYTES];
        struct options o;
        int count = rows[i].value == NULL ? 1 : 2;
        assert_int_equal(
            parse(every_group, &o, problem, count, rows[i].name, rows[i].value), EX_USAGE);
        assert_non_null(strstr(problem, rows[i].name));
        assert_non_null(strstr(problem, "not available in this version"));
    }
}

static void test_cli_parse_proposes_the_nearest_when_an_option_is_unknown(void **state)
{
    (void)state;
    char problem[CLI_PROBLEM_BYTES];
    struct options o;
    unsigned solo = OPTIONS_EVERYWHERE | OPTIONS_TABLE | OPTIONS_PLAYER | OPTIONS_SOLO;
    assert_int_equal(parse(solo, &o, problem, 1, "--bost=3"), EX_USAGE);
    assert_non_null(strstr(problem, "unknown option --bost"));
    assert_non_null(strstr(problem, "did you mean --bots"));
    assert_int_equal(parse(solo, &o, problem, 1, "--headles"), EX_USAGE);
    assert_non_null(strstr(problem, "--headless"));
    assert_int_equal(parse(solo, &o, problem, 1, "--watch"), EX_USAGE);
    assert_non_null(strstr(problem, "does not belong to"));
    assert_int_equal(parse(solo, &o, problem, 1, "-x"), EX_USAGE);
    assert_non_null(strstr(problem, "-x"));
}

static void test_cli_parse_refuses_when_a_value_is_missing_or_too_much(void **state)
{
    (void)state;
    char problem[CLI_PROBLEM_BYTES];
    struct options o;
    assert_int_equal(parse(every_group, &o, problem, 1, "--rolls"), EX_USAGE);
    assert_non_null(strstr(problem, "--rolls needs a value"));
    assert_int_equal(parse(every_group, &o, problem, 2, "--rolls", "--json"), EX_USAGE);
    assert_non_null(strstr(problem, "--rolls needs a value"));
    assert_int_equal(parse(every_group, &o, problem, 1, "--json=yes"), EX_USAGE);
    assert_non_null(strstr(problem, "takes no value"));
}

static void test_cli_parse_keeps_arguments_and_stops_at_two_dashes(void **state)
{
    (void)state;
    char problem[CLI_PROBLEM_BYTES];
    struct options o;
    assert_int_equal(
        parse(every_group, &o, problem, 7, "a", "--json", "-", "-qv", "--", "--x", "-y"), 4);
    assert_true(o.json && o.quiet && o.verbose);
}

static void test_cli_take_command_skips_options_and_their_values(void **state)
{
    (void)state;
    char a[] = "--data-dir", b[] = "host", c[] = "-q", d[] = "solo", e[] = "--bots";
    char *argv[] = {a, b, c, d, e};
    int argc = 5;
    assert_string_equal(cli_take_command(&argc, argv), "solo");
    assert_int_equal(argc, 4);
    assert_string_equal(argv[3], "--bots");
    assert_null(cli_take_command(&argc, argv));
}

static void test_cli_house_rules_follow_flags_over_the_file(void **state)
{
    (void)state;
    char path[] = "/tmp/craps-test-XXXXXX", problem[CLI_PROBLEM_BYTES];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    static const char text[] = "# house rules\n\nodds 10\nmin 500\nbuy_in 20000\r\nwindow 0\n";
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    struct options o;
    assert_int_equal(parse(every_group, &o, problem, 6, "--rules", path, "--odds", "20",
                         "--max=600c", "--crapless"),
        0);
    struct house_rules rules = house_rules_default();
    assert_int_equal(cli_house_rules(&o, &rules, problem), 0);
    assert_int_equal(rules.table.odds, 20);
    assert_int_equal(rules.table.min_cents, 500);
    assert_int_equal(rules.table.max_cents, 600);
    assert_int_equal(rules.buy_in_cents, 20000);
    assert_int_equal(rules.window_s, 0);
    assert_true(rules.table.crapless);
    unlink(path);
}

static int house_rules_of_file(const char *text, char *problem)
{
    char path[] = "/tmp/craps-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    struct options o = {.rules_file = path};
    struct house_rules rules = house_rules_default();
    int status = cli_house_rules(&o, &rules, problem);
    unlink(path);
    return status;
}

static void test_cli_house_rules_name_the_line_when_the_file_is_bad(void **state)
{
    (void)state;
    char problem[CLI_PROBLEM_BYTES];
    assert_int_equal(house_rules_of_file("odds 345\nodd 7\n", problem), EX_CONFIG);
    assert_non_null(strstr(problem, "line 2: there is no rule 'odd'; did you mean odds"));
    assert_int_equal(house_rules_of_file("odds 7\n", problem), EX_CONFIG);
    assert_non_null(strstr(problem, "345, 1, 2, 5, 10, 20 or 100"));
    assert_int_equal(house_rules_of_file("odds\n", problem), EX_CONFIG);
    assert_int_equal(house_rules_of_file("odds 1 2\n", problem), EX_CONFIG);
    assert_int_equal(house_rules_of_file("min 5c\n", problem), EX_CONFIG);
    assert_non_null(strstr(problem, "cents"));
    assert_int_equal(house_rules_of_file("engine raft\n", problem), EX_USAGE);
    assert_non_null(strstr(problem, "not available in this version"));
    struct options o = {.rules_file = "/nonexistent/rules"};
    struct house_rules rules = house_rules_default();
    assert_int_equal(cli_house_rules(&o, &rules, problem), EX_NOINPUT);
}

static void test_cli_house_rules_refuse_when_they_do_not_fit_together(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b, *word;
    } rows[] = {
        {"--min=10", "--max=5", "--max"},
        {"--min=10", "--buy-in=9", "--buy-in"},
        {"--seats=3", "--start=4", "--start"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char problem[CLI_PROBLEM_BYTES];
        struct options o;
        struct house_rules rules = house_rules_default();
        assert_int_equal(parse(every_group, &o, problem, 2, rows[i].a, rows[i].b), 0);
        assert_int_equal(cli_house_rules(&o, &rules, problem), EX_USAGE);
        assert_non_null(strstr(problem, rows[i].word));
    }
}

/* Examples first, every own option named, and no larger than a terminal. */
static void test_help_of_every_command_fits_and_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_list[i];
        assert_ptr_equal(command_find(c->name), c);
        assert_memory_equal(c->help, "  ", 2);
        char example[64];
        snprintf(example, sizeof example, "craps %s", c->name);
        assert_non_null(strstr(c->help, example));
        unsigned lines = 0;
        for (const char *p = c->help; *p != '\0'; p += strcspn(p, "\n") + 1) {
            assert_true(strcspn(p, "\n") <= 80);
            lines++;
        }
        assert_true(lines <= 24);
        for (size_t k = 0; k < option_count(); k++) {
            const struct option_spec *s = &option_specs[k];
            bool own = (s->groups & c->groups & ~(unsigned)OPTIONS_EVERYWHERE) != 0;
            bool useless = (s->groups & OPTIONS_NET) != 0 && strcmp(c->name, "solo") == 0;
            char flag[64];
            snprintf(flag, sizeof flag, "--%s", s->name);
            if (own && !useless && strstr(c->help, flag) == NULL) {
                fail_msg("craps help %s does not mention %s", c->name, flag);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cli_parse_takes_every_option_with_its_example),
        cmocka_unit_test(test_cli_parse_refuses_and_names_what_is_allowed_when_a_value_is_bad),
        cmocka_unit_test(test_cli_parse_refuses_when_a_feature_is_not_built),
        cmocka_unit_test(test_cli_parse_proposes_the_nearest_when_an_option_is_unknown),
        cmocka_unit_test(test_cli_parse_refuses_when_a_value_is_missing_or_too_much),
        cmocka_unit_test(test_cli_parse_keeps_arguments_and_stops_at_two_dashes),
        cmocka_unit_test(test_cli_take_command_skips_options_and_their_values),
        cmocka_unit_test(test_cli_house_rules_follow_flags_over_the_file),
        cmocka_unit_test(test_cli_house_rules_name_the_line_when_the_file_is_bad),
        cmocka_unit_test(test_cli_house_rules_refuse_when_they_do_not_fit_together),
        cmocka_unit_test(test_help_of_every_command_fits_and_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
