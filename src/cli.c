#include "src/cli.h"

#include "base/nearest.h"
#include "base/text.h"

#include "src/money.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cli_fail(int status, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text_mask(text, strlen(text));
    fprintf(stderr, "craps: %s\n", text);
    return status;
}

int cli_problem(char problem[static CLI_PROBLEM_BYTES], int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(problem, CLI_PROBLEM_BYTES, format, args);
    va_end(args);
    return status;
}

/* The row with that name (`size` bytes) in one of the groups, or -1. */
static int find_row(const char *name, size_t size, unsigned groups)
{
    for (int i = 0; i < (int)option_count(); i++) {
        const struct option_spec *s = &option_specs[i];
        if ((s->groups & groups) != 0 && strlen(s->name) == size &&
            memcmp(s->name, name, size) == 0) {
            return i;
        }
    }
    return -1;
}

static int find_letter(char letter)
{
    for (int i = 0; i < (int)option_count(); i++) {
        if (option_specs[i].letter == letter) {
            return i;
        }
    }
    return -1;
}

bool cli_rule_missing(const char *key, const char *value)
{
    return strcmp(key, "engine") == 0 && strcmp(value, "raft") == 0;
}

bool cli_number_parse(uint64_t *out, const char *text, uint64_t low, uint64_t high)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 15 || text[digits] != '\0' || (digits > 1 && text[0] == '0')) {
        return false;
    }
    uint64_t v = strtoull(text, NULL, 10);
    if (v < low || v > high) {
        return false;
    }
    *out = v;
    return true;
}

static bool set_rule(struct options *o, const struct option_spec *s, const char *value)
{
    struct house_rules scratch = house_rules_default();
    int64_t cents = 0;
    char text[CLI_RULE_TEXT_BYTES];
    if (s->kind == OPTION_RULE_MONEY) {
        if (!money_parse(&cents, value)) {
            return false;
        }
        snprintf(text, sizeof text, "%" PRId64, cents);
    } else if (strlen(value) >= sizeof text) {
        return false;
    } else {
        snprintf(text, sizeof text, "%s", value);
    }
    if (house_rules_set(&scratch, s->rule, text) != REFUSAL_NONE ||
        o->rule_count == CLI_RULES_MAX) {
        return false;
    }
    struct rule_choice *to = &o->rules[o->rule_count];
    for (size_t i = 0; i < o->rule_count; i++) {
        to = strcmp(o->rules[i].key, s->rule) == 0 ? &o->rules[i] : to;
    }
    o->rule_count += to == &o->rules[o->rule_count];
    to->key = s->rule;
    memcpy(to->value, text, sizeof text);
    return true;
}

static bool set_value(struct options *o, const struct option_spec *s, const char *value)
{
    char *field = (char *)o + s->offset;
    switch ((enum option_kind)s->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return true;
    case OPTION_NUMBER:
        return cli_number_parse((uint64_t *)field, value, s->low, s->high);
    case OPTION_TEXT:
        if (s->valid != NULL && !s->valid(value)) {
            return false;
        }
        *(const char **)field = value;
        return true;
    case OPTION_RULE:
    case OPTION_RULE_MONEY:
        return set_rule(o, s, value);
    case OPTION_RULE_FLAG:
        return set_rule(o, s, "1");
    }
    return false;
}

/* Sets row `row`; the sentence when it cannot be. */
static int apply_row(struct options *o, int row, const char *value, char *problem)
{
    const struct option_spec *s = &option_specs[row];
    if (s->rule != NULL && value != NULL && cli_rule_missing(s->rule, value)) {
        return cli_problem(problem, EX_USAGE,
            "--%s %s is not available in this version; use --%s %s", s->name, value, s->name,
            s->example);
    }
    if (!set_value(o, s, value)) {
        char near[NEAREST_WORD_BYTES];
        if ((s->kind == OPTION_TEXT || s->kind == OPTION_RULE) &&
            nearest_in(s->allowed, value, near)) {
            return cli_problem(problem, EX_USAGE, "--%s %.80s: must be %s; did you mean --%s %s?",
                s->name, value, s->allowed, s->name, near);
        }
        return cli_problem(problem, EX_USAGE, "--%s %.80s: must be %s, for example --%s %s",
            s->name, value, s->allowed, s->name, s->example);
    }
    o->given[row] = true;
    return 0;
}

static int unknown_option(
    const char *text, size_t size, unsigned groups, const char *command, char *problem)
{
    const char *in = *command == '\0' ? "craps" : command;
    const char *space = *command == '\0' ? "" : "craps ";
    if (find_row(text, size, ~0U) >= 0) {
        return cli_problem(problem, EX_USAGE, "--%.*s does not belong to '%s%s'; see: %s%s --help",
            (int)size, text, space, in, space, in);
    }
    char typed[33];
    snprintf(typed, sizeof typed, "%.*s", (int)(size < 32 ? size : 32), text);
    struct nearest near = {.typed = typed};
    for (size_t i = 0; i < option_count(); i++) {
        if ((option_specs[i].groups & groups) != 0) {
            nearest_offer(&near, option_specs[i].name);
        }
    }
    return cli_problem(problem, EX_USAGE,
        "unknown option --%.40s; did you mean --%s? See: %s%s --help", typed, near.name, space, in);
}

/* A long option at argv[*at]; *at moves past its value. */
static int parse_long(struct options *o, unsigned groups, const char *command, int argc,
    char **argv, int *at, char *problem)
{
    const char *text = argv[*at] + 2;
    size_t size = strcspn(text, "=");
    int row = find_row(text, size, groups);
    if (row < 0) {
        return unknown_option(text, size, groups, command, problem);
    }
    const struct option_spec *s = &option_specs[row];
    const char *value = text[size] == '=' ? text + size + 1 : NULL;
    if (s->value == NULL && value != NULL) {
        return cli_problem(
            problem, EX_USAGE, "--%s takes no value; write it as --%s", s->name, s->name);
    }
    if (s->value != NULL && value == NULL) {
        if (*at + 1 >= argc || strncmp(argv[*at + 1], "--", 2) == 0) {
            return cli_problem(problem, EX_USAGE, "--%s needs a value: %s, for example --%s %s",
                s->name, s->allowed, s->name, s->example);
        }
        value = argv[++*at];
    }
    return apply_row(o, row, value, problem);
}

/* "-h", "-qv"; the last letter may take a value, behind it or as the next argument. */
static int parse_letters(struct options *o, unsigned groups, const char *command, int argc,
    char **argv, int *at, char *problem)
{
    for (const char *p = argv[*at] + 1; *p != '\0'; p++) {
        int row = find_letter(*p);
        if (row >= 0 && option_specs[row].value != NULL &&
            (option_specs[row].groups & groups) != 0) {
            const struct option_spec *s = &option_specs[row];
            if (p[1] == '\0' && *at + 1 >= argc) {
                return cli_problem(problem, EX_USAGE, "-%c needs a value: %s, for example -%c %s",
                    *p, s->allowed, *p, s->example);
            }
            return apply_row(o, row, p[1] != '\0' ? p + 1 : argv[++*at], problem);
        }
        if (row < 0 || option_specs[row].value != NULL) {
            return cli_problem(problem, EX_USAGE, "unknown option -%c; see: craps%s%s --help",
                isprint((unsigned char)*p) ? *p : '?', *command == '\0' ? "" : " ", command);
        }
        int status = apply_row(o, row, NULL, problem);
        if (status != 0) {
            return status;
        }
    }
    return 0;
}

int cli_parse(struct options *o, unsigned groups, const char *command, int *argc, char **argv,
    char problem[static CLI_PROBLEM_BYTES])
{
    int kept = 0;
    bool options = true;
    for (int i = 0; i < *argc; i++) {
        int status = 0;
        if (!options || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[kept++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (argv[i][1] == '-') {
            status = parse_long(o, groups, command, *argc, argv, &i, problem);
        } else {
            status = parse_letters(o, groups, command, *argc, argv, &i, problem);
        }
        if (status != 0) {
            return status;
        }
    }
    *argc = kept;
    return 0;
}

char *cli_take_command(int *argc, char **argv)
{
    for (int i = 0; i < *argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            return NULL;
        }
        if (argv[i][0] == '-' && argv[i][1] == '-') {
            int row = find_row(argv[i] + 2, strlen(argv[i] + 2), ~0U);
            i += row >= 0 && option_specs[row].value != NULL;
        } else if (argv[i][0] == '-' && argv[i][1] != '\0' && argv[i][2] == '\0') {
            int row = find_letter(argv[i][1]);
            i += row >= 0 && option_specs[row].value != NULL;
        } else if (argv[i][0] != '-') {
            char *command = argv[i];
            memmove(argv + i, argv + i + 1, (size_t)(*argc - i - 1) * sizeof *argv);
            --*argc;
            return command;
        }
    }
    return NULL;
}

bool cli_given(const struct options *o, const char *name)
{
    for (size_t i = 0; i < option_count(); i++) {
        if (strcmp(option_specs[i].name, name) == 0 && o->given[i]) {
            return true;
        }
    }
    return false;
}
