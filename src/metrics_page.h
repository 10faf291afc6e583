/* The page that is served under /metrics: every figure there is, by name. docs/metrics.md says what each means. */
#ifndef SRC_METRICS_PAGE_H
#define SRC_METRICS_PAGE_H

#include "src/metrics.h"
#include "src/metrics_process.h"
#include "src/metrics_text.h"

enum { METRICS_PAGE_BYTES = 64 * 1024 }; /* far more than all of it needs */

struct metrics_page {
    struct metrics_values values;
    struct metrics_process process;
    double start_s; /* of the process, seconds since 1970 */
    uint64_t now_us;
};

void metrics_page_write(struct metrics_text *t, const struct metrics_page *page);

#endif
