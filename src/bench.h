/* craps bench: what this machine does, beside the targets. A bench measures real parts and adds one
 * row a figure; the frame prints the rows and decides the exit status. Each bench has a file of its
 * own, src/bench_NAME.c, and one line in the table of src/commands/bench.c. */
#ifndef SRC_BENCH_H
#define SRC_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_RESULTS_MAX = 256, BENCH_NAME_BYTES = 64, BENCH_WHY_BYTES = 160 };

enum bench_sense {
    BENCH_NO_TARGET,
    BENCH_AT_MOST,
    BENCH_AT_LEAST,
};

/* One figure. */
struct bench_result {
    char name[BENCH_NAME_BYTES]; /* lower_case_with_underscores, of the contract where it has one */
    const char *unit;            /* "ms", "us", "1/s", "B", "x", ... */
    bool measured;
    double value;
    uint8_t sense; /* enum bench_sense */
    double target; /* in the same unit; a ratio's target is multiplied with what it is a ratio to */
    bool met;      /* false only where a target was measured and missed */
    const char *goal;          /* the number of the target, "P1", or "" */
    char why[BENCH_WHY_BYTES]; /* why it was not measured */
};

/* What was asked for; 0 and NULL where nothing was said. */
struct bench_settings {
    uint64_t members, operations, rate, batch, threads, blocks, count, seconds;
    bool crash_leader, lan;
    const char *at;    /* --at HOST[:PORT] */
    const char *words; /* of the table of --lan */
    const char *bind;  /* --bind, of --lan */
    bool brief;        /* a part of `craps bench` without WHAT: seconds, not minutes */
};

/* One run of one bench. */
struct bench_run {
    struct bench_settings settings;
    const char *label; /* in the table of all: what is put before names, or "" */
    bool json;         /* nothing but the document goes to standard output */
    struct bench_result results[BENCH_RESULTS_MAX];
    size_t count;
    void (*print)(const struct bench_run *run); /* for people, in place of the rows; or NULL */
};

struct bench {
    const char *name;
    const char *summary; /* one line for the help */
    const char *options; /* the long options it takes, separated by blanks */
    /* Adds rows. 0, or an exit status of the command after a line on standard error. */
    int (*run)(struct bench_run *run);
};

/* A figure without a target. `unit` must be a constant. */
void bench_add(struct bench_run *run, const char *name, double value, const char *unit);

/* A figure with one: `goal` and `unit` must be constants. */
void bench_add_target(struct bench_run *run, const char *goal, const char *name, double value,
    const char *unit, enum bench_sense sense, double target);

/* A figure that could not be had here, and why. Missing is not missed. */
void bench_add_missing(struct bench_run *run, const char *goal, const char *name, const char *unit,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* How it goes, on standard error where somebody looks: "measuring ...". */
void bench_say(const struct bench_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A folder on a real disk for this process's benches, made at the first call: TMPDIR, else /var/tmp.
 * NULL (after a line on standard error) when it cannot be made. Says so once when it lies in
 * memory, where syncing costs nothing. */
const char *bench_folder(void);

/* Removes that folder with all that is in it. */
void bench_folder_remove(void);

/* From now on SIGINT, SIGTERM and SIGHUP only make bench_stopped() true, so that everything is put
 * away; bench_end_by_signal() then ends this process as the signal would have. */
void bench_catch_signals(void);
bool bench_stopped(void);
void bench_end_by_signal(void);

/* Sorts; the smallest value that at least p of 100 are not above. 0 for none. */
double bench_percentile(double *values, size_t count, double p);

/* The machine's cores, and its load of the last minute. */
unsigned bench_cores(void);
double bench_load(void);

/* The rows alone, for who prints more than them. */
void bench_print_rows(const struct bench_run *run);

/* The rows as a table, for people. */
void bench_print_text(const struct bench_run *run, const char *what);

/* The document of cli.md; false when memory ran out. */
bool bench_print_json(const struct bench_run *run, const char *what);

/* No target was missed. */
bool bench_all_met(const struct bench_run *run);

/* src/bench_machine.c: what the machine itself can do, to judge the other figures by. */
int bench_machine(struct bench_run *run);

/* src/bench_snapshot.c: the snapshot store beside locks; --threads writers at once. */
int bench_snapshot(struct bench_run *run);

/* src/bench_rules.c: the rules of the table, and nothing around them. */
int bench_rules_speed(struct bench_run *run);

/* src/bench_ui.c: this program in pseudo-terminals; the idle table for --seconds. */
int bench_ui(struct bench_run *run);

#endif
