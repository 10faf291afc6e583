/* A report as one line of plain words: what --headless prints without --json. */
#ifndef SRC_TEXT_REPORT_H
#define SRC_TEXT_REPORT_H

#include "src/report.h"

enum { TEXT_REPORT_BYTES = 1024 };

/* Writes the line with its LF and returns its size; 0 for a report that says nothing to a person.
 */
size_t text_report(const struct report *r, char line[static TEXT_REPORT_BYTES]);

#endif
