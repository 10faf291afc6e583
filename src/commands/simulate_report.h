/* How craps simulate prints what it found. */
#ifndef SRC_COMMANDS_SIMULATE_REPORT_H
#define SRC_COMMANDS_SIMULATE_REPORT_H

#include "src/simulate.h"

#include <stdio.h>

enum { SIMULATE_NAME_BYTES = 96 };

/* Figures, plot and bets, 80 columns wide. `name`: of the strategy, clean. */
void simulate_print_text(FILE *out, const struct simulate_order *order,
    const struct simulate_report *report, const char *name, bool ascii);

/* Bankrolls over time, and beside it where the sessions ended, on the same scale. */
void simulate_print_plot(FILE *out, const struct simulate_order *order,
    const struct simulate_report *report, bool ascii);

/* The document of cli.md. False when there is not enough memory. */
bool simulate_print_json(FILE *out, const struct simulate_order *order,
    const struct simulate_report *report, const char *name);

/* The scale that the plot and the document's histogram share: rows of `step_cents` from `low_cents` upwards. What lies
 * above or below is counted in the last row on its side. */
enum { SIMULATE_SCALE_ROWS = 10 };
struct simulate_scale {
    int64_t low_cents, step_cents;
    unsigned rows;
    uint64_t sessions[SIMULATE_SCALE_ROWS];
};
struct simulate_scale simulate_scale_of(
    const struct simulate_order *order, const struct simulate_report *report);

/* "place 6 8", "hop of a pair". */
const char *simulate_row_name(const struct sim_row *row, char out[SIMULATE_NAME_BYTES]);

#endif
