/* Writes the Prometheus text exposition format, version 0.0.4: families with HELP and TYPE, samples with labels, histograms.
 * Into memory of the caller; what finds no room is left out whole and said by `full`. */
#ifndef SRC_METRICS_TEXT_H
#define SRC_METRICS_TEXT_H

#include "src/histogram.h"

#include <stdbool.h>
#include <stddef.h>

struct metrics_text {
    char *text;
    size_t size, capacity;
    const char *name; /* of the family that is being written */
    bool full;
};

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

/* `capacity` bytes of the caller; the text is not terminated. */
struct metrics_text metrics_text_of(char *text, size_t capacity);

/* Begins a family. `name` is a literal that keeps to [a-z_:][a-z0-9_:]*; `help` is escaped. */
void metrics_text_family(
    struct metrics_text *t, const char *name, enum metric_type type, const char *help);

/* A sample of the family. `label` NULL: none. The value of a label may be any bytes. */
void metrics_text_count(
    struct metrics_text *t, const char *label, const char *value, uint64_t number);
void metrics_text_number(
    struct metrics_text *t, const char *label, const char *value, double number);

/* Several labels at once, `pairs` of name and value. */
void metrics_text_labels(
    struct metrics_text *t, const char *const (*pairs)[2], size_t count, uint64_t number);

/* Everything of a histogram, in seconds: cumulative buckets up to +Inf, _sum, _count. */
void metrics_text_histogram(struct metrics_text *t, const struct histogram *h);

#endif
