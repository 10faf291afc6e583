#include "src/cli.h"

#include "base/nearest.h"
#include "src/money.h"

#include <stdio.h>
#include <string.h>

/* What that house rule may be, for the sentence. */
static const char *rule_allowed(const char *key)
{
    for (size_t i = 0; i < option_count(); i++) {
        const struct option_spec *s = &option_specs[i];
        if (s->rule != NULL && strcmp(s->rule, key) == 0 && s->kind == OPTION_RULE) {
            return s->allowed;
        }
    }
    bool flag = strcmp(key, "crapless") == 0 || strcmp(key, "line_required") == 0;
    return flag ? "0 or 1" : "a whole number of cents from 1 to 1000000000000";
}

static int unknown_rule(const char *file, unsigned line, const char *key, char *problem)
{
    struct nearest near = {.typed = key};
    nearest_offer(&near, "vig_min");
    nearest_offer(&near, "line_required");
    for (size_t i = 0; i < option_count(); i++) {
        if (option_specs[i].rule != NULL) {
            nearest_offer(&near, option_specs[i].rule);
        }
    }
    if (near.edits == 0) {
        return 0;
    }
    return cli_problem(problem, EX_CONFIG,
        "--rules %s, line %u: there is no rule '%.40s'; did you mean %s?", file, line, key,
        near.name);
}

/* One line of a rules file, "KEY VALUE"; blank lines and those that begin with # say nothing. */
static int apply_rule_line(
    const char *file, unsigned line, char *text, struct house_rules *rules, char *problem)
{
    char *rest = NULL;
    char *key = strtok_r(text, " \t\r\n", &rest);
    char *value = strtok_r(NULL, " \t\r\n", &rest);
    if (key == NULL || key[0] == '#') {
        return 0;
    }
    int status = unknown_rule(file, line, key, problem);
    if (status != 0) {
        return status;
    }
    if (value != NULL && cli_rule_missing(key, value)) {
        return cli_problem(problem, EX_USAGE,
            "--rules %s, line %u: %s %s is not available in this version", file, line, key, value);
    }
    if (value == NULL || strtok_r(NULL, " \t\r\n", &rest) != NULL ||
        house_rules_set(rules, key, value) != REFUSAL_NONE) {
        return cli_problem(problem, EX_CONFIG, "--rules %s, line %u: %s must be one value: %s",
            file, line, key, rule_allowed(key));
    }
    return 0;
}

static int apply_rules_file(const char *file, struct house_rules *rules, char *problem)
{
    FILE *in = fopen(file, "re");
    if (in == NULL) {
        return cli_problem(
            problem, EX_NOINPUT, "--rules %s: cannot be opened; check the name", file);
    }
    char text[256];
    int status = 0;
    for (unsigned line = 1; status == 0 && fgets(text, sizeof text, in) != NULL; line++) {
        if (strchr(text, '\n') == NULL && !feof(in)) {
            status = cli_problem(problem, EX_CONFIG,
                "--rules %s, line %u: longer than 254 bytes; write one KEY VALUE a line", file,
                line);
        } else {
            status = apply_rule_line(file, line, text, rules, problem);
        }
    }
    if (status == 0 && ferror(in)) {
        status = cli_problem(problem, EX_IOERR, "--rules %s: cannot be read", file);
    }
    fclose(in);
    return status;
}

int cli_house_rules(
    const struct options *o, struct house_rules *rules, char problem[static CLI_PROBLEM_BYTES])
{
    if (o->rules_file != NULL) {
        int status = apply_rules_file(o->rules_file, rules, problem);
        if (status != 0) {
            return status;
        }
    }
    for (size_t i = 0; i < o->rule_count; i++) {
        if (house_rules_set(rules, o->rules[i].key, o->rules[i].value) != REFUSAL_NONE) {
            return cli_problem(problem, EX_SOFTWARE, "house rule %s: not taken", o->rules[i].key);
        }
    }
    if (o->table_name != NULL) {
        snprintf(rules->name, sizeof rules->name, "%s", o->table_name);
    }
    char min[MONEY_TEXT_BYTES], max[MONEY_TEXT_BYTES];
    money_format(min, rules->table.min_cents);
    money_format(max, rules->table.max_cents);
    if (rules->table.min_cents > rules->table.max_cents) {
        return cli_problem(
            problem, EX_USAGE, "--min %s is above --max %s; make --max at least %s", min, max, min);
    }
    if (rules->buy_in_cents < rules->table.min_cents) {
        return cli_problem(problem, EX_USAGE,
            "--buy-in is below --min %s, so nobody could bet; make --buy-in at least %s", min, min);
    }
    if (rules->start > rules->seats) {
        return cli_problem(problem, EX_USAGE,
            "--start %u can never be reached with --seats %u; make --start at most %u",
            rules->start, rules->seats, rules->seats);
    }
    return 0;
}
