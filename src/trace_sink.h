/* Where spans go: a file, a line a request, or an HTTP collector (libcurl, loaded when it is needed). On the thread that calls. */
#ifndef SRC_TRACE_SINK_H
#define SRC_TRACE_SINK_H

#include "base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct trace_sink;

enum { TRACE_URL_BYTES = 512 };

/* ERR_RANGE: no file and no http:// address, ERR_IO: the file cannot be opened (errno says why), ERR_NOT_FOUND: libcurl is
 * missing, ERR_NO_MEMORY. `hurry` is looked at while a collector is waited for. */
enum err trace_sink_open(struct trace_sink **out, const char *target, const atomic_bool *hurry);
void trace_sink_close(struct trace_sink *s);

/* The text as one line, or one POST of at most three seconds; one second once there is hurry. False, with a sentence from trace_sink_fault, when it did
 * not arrive. */
bool trace_sink_write(struct trace_sink *s, const char *text, size_t size);
const char *trace_sink_fault(const struct trace_sink *s);

/* Makes the address whole: http://HOST[:PORT][/PATH] without a path gets OTLP's own. False when it is none. */
bool trace_url(char out[TRACE_URL_BYTES], const char *target);

#endif
