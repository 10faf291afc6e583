/* Spans as OTLP in JSON: an ExportTraceServiceRequest of opentelemetry-proto, with ids in hex and times as text. */
#ifndef SRC_TRACE_JSON_H
#define SRC_TRACE_JSON_H

#include "src/trace_record.h"

#include <stddef.h>

enum { TRACE_STAGES = TRACE_MARKS - 1 };

/* "key", "queue", "sign", "propose", "notarize", "finalize", "apply", "draw". */
extern const char *const trace_stage_names[TRACE_STAGES];

/* One request on one line, without its end; malloc'ed. NULL on no memory. `base_ns` is what clock_now_us() 0 is in nanoseconds
 * since 1970, `instance` names this run of the program. */
char *trace_json(
    const struct trace_record *records, size_t count, uint64_t base_ns, const uint8_t instance[16]);

#endif
