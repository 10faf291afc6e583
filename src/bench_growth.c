/* bench growth: how the cost of one agreed operation grows with the members, as a table and a plot. */
#include "src/bench_consensus.h"

#include "src/cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MEMBERS_DEFAULT = 10,
    MEMBERS_BRIEF = 4,
    OPERATIONS_DEFAULT = 60,
    OPERATIONS_BRIEF = 20,
    SIZES = 7,
    PLOT_WIDTH = 48,
};

static const unsigned sizes[SIZES] = {1, 2, 4, 7, 10, 25, 50};

/* What is told of each size, by the names of bench consensus. */
static const struct {
    const char *name, *unit, *title;
} figures[] = {
    {"commit_p50", "ms", "commit"},
    {"floor_p50", "ms", "floor"},
    {"messages_per_operation", "1", "messages"},
    {"bytes_per_operation", "B", "bytes"},
    {"resident", "MiB", "memory"},
};

enum { FIGURES = sizeof figures / sizeof figures[0], COMMIT = 0, FLOOR = 1, MESSAGES = 2 };

static const struct bench_result *row(
    const struct bench_run *run, unsigned members, const char *name)
{
    char wanted[BENCH_NAME_BYTES];
    int size = snprintf(wanted, sizeof wanted, "members_%u/%s", members, name);
    for (size_t i = 0; i < run->count; i++) {
        const char *found = run->results[i].name;
        size_t length = strlen(found);
        if (length >= (size_t)size && strcmp(found + length - (size_t)size, wanted) == 0) {
            return run->results[i].measured ? &run->results[i] : NULL;
        }
    }
    return NULL;
}

static void print_cell(const struct bench_result *r, const char *unit)
{
    if (r == NULL) {
        printf("  %9s", "-");
    } else {
        printf("  %9.*f", strcmp(unit, "ms") == 0 || strcmp(unit, "MiB") == 0 ? 2 : 0, r->value);
    }
}

/* A bar on a logarithmic scale from the smallest value on: twice as much is the same step everywhere. */
static void plot(const struct bench_run *run, unsigned figure)
{
    double low = INFINITY, high = 0;
    for (unsigned i = 0; i < SIZES; i++) {
        const struct bench_result *r = row(run, sizes[i], figures[figure].name);
        if (r != NULL && r->value > 0) {
            low = fmin(low, r->value);
            high = fmax(high, r->value);
        }
    }
    printf("\n%s (%s), a bar twice as far is the square\n", figures[figure].title,
        figures[figure].unit);
    for (unsigned i = 0; i < SIZES; i++) {
        const struct bench_result *r = row(run, sizes[i], figures[figure].name);
        if (r == NULL || r->value <= 0) {
            continue;
        }
        double part = high > low ? log(r->value / low) / log(high / low) : 0;
        int bar = 1 + (int)(part * (PLOT_WIDTH - 1));
        printf("  %3u  ", sizes[i]);
        for (int k = 0; k < bar; k++) {
            putchar('#');
        }
        printf(" %.3g\n", r->value);
    }
}

static void print_growth(const struct bench_run *run)
{
    printf("  members");
    for (unsigned k = 0; k < FIGURES; k++) {
        char head[32];
        snprintf(head, sizeof head, "%s %s", figures[k].title,
            strcmp(figures[k].unit, "1") == 0 ? "" : figures[k].unit);
        printf("  %9s", head);
    }
    printf("  x floor\n");
    for (unsigned i = 0; i < SIZES; i++) {
        const struct bench_result *commit = row(run, sizes[i], figures[COMMIT].name);
        const struct bench_result *floor = row(run, sizes[i], figures[FLOOR].name);
        if (commit == NULL) {
            continue;
        }
        printf("  %7u", sizes[i]);
        for (unsigned k = 0; k < FIGURES; k++) {
            print_cell(row(run, sizes[i], figures[k].name), figures[k].unit);
        }
        if (floor != NULL && floor->value > 0) {
            printf("  %7.2f", commit->value / floor->value);
        }
        putchar('\n');
    }
    plot(run, COMMIT);
    plot(run, MESSAGES);
}

static void copy_rows(struct bench_run *run, const struct bench_run *of, unsigned members)
{
    for (unsigned k = 0; k < FIGURES; k++) {
        char name[BENCH_NAME_BYTES];
        snprintf(name, sizeof name, "members_%u/%s", members, figures[k].name);
        for (size_t i = 0; i < of->count; i++) {
            const struct bench_result *r = &of->results[i];
            if (strcmp(r->name, figures[k].name) == 0 && r->measured) {
                bench_add(run, name, r->value, figures[k].unit);
            } else if (strcmp(r->name, figures[k].name) == 0) {
                bench_add_missing(run, "", name, figures[k].unit, "%s", r->why);
            }
        }
    }
}

int bench_growth(struct bench_run *run)
{
    const struct bench_settings *s = &run->settings;
    unsigned top = s->members != 0 ? (unsigned)s->members
                   : s->brief      ? MEMBERS_BRIEF
                                   : MEMBERS_DEFAULT;
    struct bench_run *one = malloc(sizeof *one);
    int status = one == NULL ? cli_fail(EX_SOFTWARE, "there is not enough memory to measure") : 0;
    for (unsigned i = 0; i < SIZES && sizes[i] <= top && status == 0 && !bench_stopped(); i++) {
        *one = (struct bench_run){.label = "", .json = run->json};
        one->settings.members = sizes[i];
        one->settings.rate = s->rate;
        one->settings.operations = s->operations != 0 ? s->operations
                                   : s->brief         ? OPERATIONS_BRIEF
                                                      : OPERATIONS_DEFAULT;
        bench_say(run, "%u member%s ...", sizes[i], sizes[i] == 1 ? "" : "s");
        status = bench_consensus(one);
        copy_rows(run, one, sizes[i]);
    }
    run->print = print_growth;
    free(one);
    return status;
}
