#include "src/bench.h"

#include "base/check.h"
#include "src/cli.h"

#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <linux/magic.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

enum { SCHEMA = 1, FOLDER_BYTES = 512, DESCRIPTORS = 16 };

static struct bench_result *add(
    struct bench_run *run, const char *goal, const char *name, const char *unit)
{
    CHECK(run->count < BENCH_RESULTS_MAX);
    struct bench_result *r = &run->results[run->count++];
    *r = (struct bench_result){.unit = unit, .goal = goal, .met = true};
    bool labelled = run->label != NULL && run->label[0] != '\0';
    snprintf(
        r->name, sizeof r->name, "%s%s%s", labelled ? run->label : "", labelled ? "/" : "", name);
    return r;
}

void bench_add_target(struct bench_run *run, const char *goal, const char *name, double value,
    const char *unit, enum bench_sense sense, double target)
{
    struct bench_result *r = add(run, goal, name, unit);
    if (!isfinite(value) || !isfinite(target)) { /* too short to divide by */
        snprintf(r->why, sizeof r->why, "nothing was counted in that time");
        return;
    }
    r->measured = true;
    r->value = value;
    r->sense = (uint8_t)sense;
    r->target = target;
    r->met = sense == BENCH_AT_MOST ? value <= target : sense != BENCH_AT_LEAST || value >= target;
}

void bench_add(struct bench_run *run, const char *name, double value, const char *unit)
{
    bench_add_target(run, "", name, value, unit, BENCH_NO_TARGET, 0);
}

void bench_add_missing(struct bench_run *run, const char *goal, const char *name, const char *unit,
    const char *format, ...)
{
    struct bench_result *r = add(run, goal, name, unit);
    va_list args;
    va_start(args, format);
    vsnprintf(r->why, sizeof r->why, format, args);
    va_end(args);
}

void bench_say(const struct bench_run *run, const char *format, ...)
{
    if (run->json && isatty(STDERR_FILENO) != 1) {
        return;
    }
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fprintf(stderr, "%s\n", text);
}

static char folder[FOLDER_BYTES];

const char *bench_folder(void)
{
    if (folder[0] != '\0') {
        return folder;
    }
    const char *base = getenv("TMPDIR");
    base = base == NULL || base[0] == '\0' ? "/var/tmp" : base;
    int n = snprintf(folder, sizeof folder, "%s/craps-bench-XXXXXX", base);
    if (n < 0 || (size_t)n >= sizeof folder || mkdtemp(folder) == NULL) {
        folder[0] = '\0';
        cli_fail(0, "no folder can be made in %.200s (%s); say where with TMPDIR", base,
            strerror(errno));
        return NULL;
    }
    struct statfs fs;
    if (statfs(folder, &fs) == 0 && (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)) {
        cli_fail(0,
            "%.200s lies in memory: syncing costs nothing there; TMPDIR names another place", base);
    }
    return folder;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    (void)!remove(path); /* the rest goes all the same */
    return 0;
}

void bench_folder_remove(void)
{
    if (folder[0] != '\0') {
        nftw(folder, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
        folder[0] = '\0';
    }
}

static volatile sig_atomic_t stopped_by;

static void on_signal(int number)
{
    stopped_by = number;
}

void bench_catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction act = {.sa_handler = on_signal};
    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sigaction(numbers[i], &act, NULL);
    }
}

bool bench_stopped(void)
{
    return stopped_by != 0;
}

void bench_end_by_signal(void)
{
    if (stopped_by != 0) {
        signal(stopped_by, SIG_DFL);
        raise(stopped_by);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_percentile(double *values, size_t count, double p)
{
    if (count == 0) {
        return 0;
    }
    qsort(values, count, sizeof *values, compare_doubles);
    size_t rank = (size_t)ceil(p / 100 * (double)count);
    return values[rank == 0 ? 0 : rank > count ? count - 1 : rank - 1];
}

unsigned bench_cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : (unsigned)n;
}

double bench_load(void)
{
    double load = 0;
    return getloadavg(&load, 1) == 1 ? load : 0;
}

bool bench_all_met(const struct bench_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        if (!run->results[i].met) {
            return false;
        }
    }
    return true;
}

/* Three digits that mean something; thousands in full. */
static void number_text(char *out, size_t capacity, double v)
{
    double size = fabs(v);
    int digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    snprintf(out, capacity, "%.*f", digits, v);
}

static void print_row(const struct bench_result *r)
{
    char value[32] = "-", target[32] = "";
    if (r->measured) {
        number_text(value, sizeof value, r->value);
    }
    if (r->sense != BENCH_NO_TARGET) {
        snprintf(target, sizeof target, "%s ", r->sense == BENCH_AT_MOST ? "<=" : ">=");
        number_text(target + 3, sizeof target - 3, r->target);
    }
    const char *verdict = r->sense == BENCH_NO_TARGET || !r->measured ? ""
                          : r->met                                    ? "met"
                                                                      : "missed";
    printf("  %-4s %-34s %10s %-4s", r->goal, r->name, value, r->unit);
    if (r->sense != BENCH_NO_TARGET) {
        printf("  %-13s %s", target, verdict);
    }
    if (!r->measured) {
        printf("  not measured: %s", r->why);
    }
    putchar('\n');
}

void bench_print_rows(const struct bench_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        print_row(&run->results[i]);
    }
}

void bench_print_text(const struct bench_run *run, const char *what)
{
    unsigned missed = 0, held = 0;
    printf("craps bench%s%s on %u core%s, load %.1f\n", what[0] == '\0' ? "" : " ", what,
        bench_cores(), bench_cores() == 1 ? "" : "s", bench_load());
    for (size_t i = 0; i < run->count; i++) {
        const struct bench_result *r = &run->results[i];
        if (run->print == NULL) {
            print_row(r);
        }
        missed += !r->met;
        held += r->met && r->measured && r->sense != BENCH_NO_TARGET;
    }
    if (run->print != NULL) {
        run->print(run);
    }
    if (held + missed > 0) {
        printf("%u target%s met, %u missed\n", held, held == 1 ? "" : "s", missed);
    }
}

bool bench_print_json(const struct bench_run *run, const char *what)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < run->count; i++) {
        const struct bench_result *r = &run->results[i];
        if (!r->measured) {
            cli_fail(0, "%s not measured: %s", r->name, r->why);
        }
        json_array_append_new(rows,
            json_pack("{s:s, s:o, s:s, s:o, s:b}", "name", r->name, "value",
                r->measured ? json_real(r->value) : json_null(), "unit", r->unit, "target",
                r->sense != BENCH_NO_TARGET ? json_real(r->target) : json_null(), "met", r->met));
    }
    json_t *doc = json_pack("{s:i, s:s, s:{s:i}, s:o}", "schema", SCHEMA, "what", what, "machine",
        "cores", (int)bench_cores(), "results", rows);
    bool whole = doc != NULL && json_array_size(rows) == run->count &&
                 json_dumpf(doc, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) == 0;
    json_decref(doc);
    putchar('\n');
    return whole;
}
