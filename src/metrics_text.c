#include "src/metrics_text.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct metrics_text metrics_text_of(char *text, size_t capacity)
{
    return (struct metrics_text){.text = text, .capacity = capacity};
}

/* Once something found no room, nothing more is written: a cut line would be another number. */
static void put(struct metrics_text *t, const char *bytes, size_t size)
{
    if (t->full || size > t->capacity - t->size) {
        t->full = true;
        return;
    }
    memcpy(t->text + t->size, bytes, size);
    t->size += size;
}

static void put_text(struct metrics_text *t, const char *text)
{
    put(t, text, strlen(text));
}

/* Backslash and line feed, and quotes inside a label; what is no UTF-8 becomes a question mark. */
static void put_escaped(struct metrics_text *t, const char *text, bool label)
{
    size_t size = strlen(text);
    for (size_t at = 0, used = 1; at < size; at += used) {
        int32_t c = utf8_next(text + at, size - at, &used);
        if (c < 0) {
            put(t, "?", 1);
        } else if (c == '\n') {
            put(t, "\\n", 2);
        } else if (c == '\\' || (label && c == '"')) {
            put(t, "\\", 1);
            put(t, text + at, 1);
        } else {
            put(t, text + at, used);
        }
    }
}

void metrics_text_family(
    struct metrics_text *t, const char *name, enum metric_type type, const char *help)
{
    static const char *const types[] = {
        [METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_HISTOGRAM] = "histogram"};
    size_t begun = t->size;
    t->name = name;
    put_text(t, "# HELP ");
    put_text(t, name);
    put_text(t, " ");
    put_escaped(t, help, false);
    put_text(t, "\n# TYPE ");
    put_text(t, name);
    put_text(t, " ");
    put_text(t, types[type]);
    put_text(t, "\n");
    t->size = t->full ? begun : t->size;
}

static void sample(struct metrics_text *t, const char *suffix, const char *const (*pairs)[2],
    size_t count, const char *number)
{
    size_t begun = t->size;
    put_text(t, t->name);
    put_text(t, suffix);
    for (size_t i = 0; i < count; i++) {
        put_text(t, i == 0 ? "{" : ",");
        put_text(t, pairs[i][0]);
        put_text(t, "=\"");
        put_escaped(t, pairs[i][1], true);
        put_text(t, "\"");
    }
    put_text(t, count > 0 ? "} " : " ");
    put_text(t, number);
    put_text(t, "\n");
    t->size = t->full ? begun : t->size;
}

static void format_count(char text[32], uint64_t number)
{
    snprintf(text, 32, "%" PRIu64, number);
}

/* Seventeen digits are a double again; the locale has no say in the point. */
static void format_number(char text[40], double number)
{
    if (isnan(number) || isinf(number)) {
        snprintf(text, 40, "%s", isnan(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf");
        return;
    }
    snprintf(text, 40, "%.15g", number);
    for (char *p = text; *p != '\0'; p++) {
        *p = *p == ',' ? '.' : *p;
    }
}

void metrics_text_labels(
    struct metrics_text *t, const char *const (*pairs)[2], size_t count, uint64_t number)
{
    char text[32];
    format_count(text, number);
    sample(t, "", pairs, count, text);
}

void metrics_text_count(
    struct metrics_text *t, const char *label, const char *value, uint64_t number)
{
    const char *const pair[1][2] = {{label, value}};
    metrics_text_labels(t, pair, label != NULL, number);
}

void metrics_text_number(
    struct metrics_text *t, const char *label, const char *value, double number)
{
    const char *const pair[1][2] = {{label, value}};
    char text[40];
    format_number(text, number);
    sample(t, "", pair, label != NULL, text);
}

void metrics_text_histogram(struct metrics_text *t, const struct histogram *h)
{
    uint64_t below = 0;
    char bound[40], text[40];
    for (unsigned i = 0; i < HISTOGRAM_BOUNDS + 1; i++) {
        const char *const le[1][2] = {{"le", bound}};
        below += h->buckets[i];
        format_number(
            bound, i < HISTOGRAM_BOUNDS ? (double)histogram_bounds_us[i] / 1e6 : (double)INFINITY);
        format_count(text, below);
        sample(t, "_bucket", le, 1, text);
    }
    format_number(text, (double)h->sum_us / 1e6);
    sample(t, "_sum", NULL, 0, text);
    format_count(text, h->count);
    sample(t, "_count", NULL, 0, text);
}
