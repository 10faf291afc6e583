#include "src/strategy_file.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char ending[] = ".plan";

static bool ends_in_plan(const char *value)
{
    size_t size = strlen(value), end = sizeof ending - 1;
    return size > end && strcmp(value + size - end, ending) == 0;
}

static bool is_file(const char *value)
{
    return strchr(value, '/') != NULL || ends_in_plan(value) || access(value, F_OK) == 0;
}

bool strategy_value_valid(const char *value)
{
    return strategy_find(value) >= 0 || (value[0] != '\0' && is_file(value));
}

static void name_of_file(char name[STRATEGY_NAME_MAX + 1], const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash == NULL ? file : slash + 1;
    size_t size = strlen(base) - (ends_in_plan(base) ? sizeof ending - 1 : 0);
    if (text_clean(name, STRATEGY_NAME_MAX, base, size) == 0) {
        snprintf(name, STRATEGY_NAME_MAX + 1, "plan");
    }
}

/* The whole file, at most one byte more than a plan may have; -1 with errno. */
static ssize_t read_file(const char *file, char text[PLAN_BYTES_MAX + 1])
{
    FILE *f = fopen(file, "re");
    if (f == NULL) {
        return -1;
    }
    errno = 0;
    size_t size = fread(text, 1, PLAN_BYTES_MAX + 1, f);
    int e = ferror(f) != 0 ? (errno != 0 ? errno : EIO) : 0;
    fclose(f);
    errno = e;
    return e == 0 ? (ssize_t)size : -1;
}

static int file_problem(const char *file, char problem[static CLI_PROBLEM_BYTES])
{
    if (errno == ENOENT || errno == ENOTDIR) {
        return cli_problem(problem, EX_NOINPUT,
            "there is no file '%.200s' with a strategy; names are shown by: craps help strategies",
            file);
    }
    if (errno == EACCES || errno == EPERM) {
        return cli_problem(
            problem, EX_NOPERM, "the strategy '%.200s' may not be read by you", file);
    }
    return cli_problem(
        problem, EX_IOERR, "the strategy '%.200s' cannot be read: %s", file, strerror(errno));
}

static int read_plan(
    struct strategy_choice *out, const char *file, char problem[static CLI_PROBLEM_BYTES])
{
    static char text[PLAN_BYTES_MAX + 1];
    struct plan_problem p;
    ssize_t size = read_file(file, text);
    if (size < 0) {
        return file_problem(file, problem);
    }
    if (!plan_parse(&out->plan, text, (size_t)size, &p)) {
        return p.line == 0
                   ? cli_problem(problem, EX_DATAERR, "%.200s: %s", file, p.text)
                   : cli_problem(problem, EX_DATAERR, "%.200s, line %u: %s", file, p.line, p.text);
    }
    out->from_file = true;
    name_of_file(out->name, file);
    return 0;
}

int strategy_choose(
    struct strategy_choice *out, const char *value, char problem[static CLI_PROBLEM_BYTES])
{
    *out = (struct strategy_choice){.given = value != NULL};
    if (value == NULL) {
        return 0;
    }
    int kind = strategy_find(value);
    if (kind < 0 && is_file(value)) {
        return read_plan(out, value, problem);
    }
    if (kind < 0) {
        return cli_problem(problem, EX_USAGE,
            "there is no strategy '%.40s'; names are shown by: craps help strategies", value);
    }
    out->kind = (enum strategy_kind)kind;
    snprintf(out->name, sizeof out->name, "%s", value);
    return 0;
}

void strategy_choice_init(struct strategy *s, const struct strategy_choice *choice, uint64_t seed)
{
    if (choice->from_file) {
        strategy_init_plan(s, &choice->plan, seed);
    } else {
        strategy_init(s, choice->kind, seed);
    }
}
