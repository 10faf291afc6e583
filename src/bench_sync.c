/* bench sync: how long a newcomer takes from its words to its seat while the table plays on, against the length of the night. */
#include "src/bench_history.h"

#include "src/cli.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    BLOCKS_DEFAULT = 10000,
    BLOCKS_BRIEF = 400,
    JOINS = 3,
    JOINS_BRIEF = 1,
    STEPS = 3,
    JOIN_MS = 120000,
    PLOT_WIDTH = 48,
    ROLLS_OF_P7 = 1000,
    P7_MS = 3000,
};

struct step {
    uint64_t blocks, rolls;
    double join_ms, bytes, record_bytes;
};

static struct step steps[STEPS];
static unsigned step_count;

static void print_steps(const struct bench_run *run)
{
    double high = 0;
    (void)run;
    printf("  %8s  %6s  %10s  %10s  %12s  %10s\n", "blocks", "rolls", "seated ms", "blocks/s",
        "received KiB", "record KiB");
    for (unsigned i = 0; i < step_count; i++) {
        const struct step *s = &steps[i];
        printf("  %8llu  %6llu  %10.0f  %10.0f  %12.0f  %10.0f\n", (unsigned long long)s->blocks,
            (unsigned long long)s->rolls, s->join_ms, (double)s->blocks / s->join_ms * 1000,
            s->bytes / 1024, s->record_bytes / 1024);
        high = fmax(high, s->join_ms);
    }
    printf("\nseated (ms) against blocks\n");
    for (unsigned i = 0; i < step_count; i++) {
        printf("  %8llu  ", (unsigned long long)steps[i].blocks);
        for (int k = 0; k < (int)ceil(steps[i].join_ms / high * PLOT_WIDTH); k++) {
            putchar('#');
        }
        printf(" %.0f\n", steps[i].join_ms);
    }
    putchar('\n');
    bench_print_rows(run);
}

/* The median of some newcomers, who leave again one after the other. */
static int measure(struct bench_run *run, struct bench_table *t, struct step *s)
{
    double ms[JOINS], bytes[JOINS];
    unsigned joins = run->settings.brief ? JOINS_BRIEF : JOINS;
    const struct bench_counts *host = t->members[0].counts;
    s->blocks = atomic_load(&host->height);
    s->rolls = atomic_load(&host->rolls);
    s->record_bytes = bench_history_bytes(t);
    for (unsigned i = 0; i < joins; i++) {
        int status = bench_table_newcomer(t, JOIN_MS, &ms[i], &bytes[i]);
        if (status != 0) {
            return status;
        }
    }
    s->join_ms = bench_percentile(ms, joins, 50);
    s->bytes = bench_percentile(bytes, joins, 50);
    return 0;
}

static void add_rows(struct bench_run *run)
{
    const struct step *last = &steps[step_count - 1];
    for (unsigned i = 0; i < step_count; i++) {
        char name[BENCH_NAME_BYTES];
        snprintf(name, sizeof name, "blocks_%llu/join_ms", (unsigned long long)steps[i].blocks);
        bench_add(run, name, steps[i].join_ms, "ms");
        snprintf(name, sizeof name, "blocks_%llu/record", (unsigned long long)steps[i].blocks);
        bench_add(run, name, steps[i].record_bytes, "B");
    }
    bench_add(run, "blocks", (double)last->blocks, "1");
    bench_add(run, "rolls", (double)last->rolls, "1");
    if (last->rolls >= ROLLS_OF_P7) {
        double limit = P7_MS * (double)last->rolls / ROLLS_OF_P7;
        bench_add_target(run, "P7", "join_ms", last->join_ms, "ms", BENCH_AT_MOST, limit);
    } else {
        bench_add(run, "join_ms", last->join_ms, "ms");
    }
    bench_add(run, "join_bytes", last->bytes, "B");
    bench_add(run, "join_blocks_per_s", (double)last->blocks / last->join_ms * 1000, "1/s");
}

int bench_sync(struct bench_run *run)
{
    static struct bench_table table;
    const struct bench_settings *s = &run->settings;
    uint64_t blocks = s->blocks != 0 ? s->blocks : s->brief ? BLOCKS_BRIEF : BLOCKS_DEFAULT;
    int status = bench_history_open(&table);
    if (status != 0) {
        return status;
    }
    step_count = 0;
    for (unsigned i = 0; i < STEPS && status == 0; i++) {
        uint64_t at = blocks >> (STEPS - 1 - i);
        if (!bench_history_wait(run, &table, at)) {
            status = bench_stopped() ? EX_TEMPFAIL : cli_fail(EX_SOFTWARE, "the table stood still");
        } else {
            status = measure(run, &table, &steps[i]);
            step_count += status == 0;
        }
    }
    bench_table_close(&table);
    if (status == 0) {
        add_rows(run);
        run->print = print_steps;
    }
    return status;
}
