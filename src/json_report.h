/* A report as one JSON object: the events of cli.md, name by name and key by key. */
#ifndef SRC_JSON_REPORT_H
#define SRC_JSON_REPORT_H

#include "src/report.h"

#include <jansson.h>

/* A new object; NULL for a report that is no event of the contract, or when memory ran out. */
json_t *json_report(const struct report *r);

/* The object and a LF as compact text, to be freed; NULL like json_report: *size is 0 when it is no
 * event, and not 0 when memory ran out. */
char *json_report_line(const struct report *r, size_t *size);

#endif
