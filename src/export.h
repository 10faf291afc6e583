/* A record in other forms, for `craps export`: written as it is read and checked (src/replay.h), so that nothing goes out that does not
 * check. */
#ifndef SRC_EXPORT_H
#define SRC_EXPORT_H

#include "src/replay.h"

#include <stdio.h>

enum export_format { EXPORT_CSV, EXPORT_JSON, EXPORT_JSONL, EXPORT_ASCIICAST, EXPORT_FORMATS };

/* By its name; EXPORT_FORMATS when there is none. */
enum export_format export_format_find(const char *name);
const char *export_format_name(enum export_format format);

/* csv: one row an event, payout and balance; text that a spreadsheet would take for a formula begins with an apostrophe. jsonl: the
 * events of cli.md, one a line. json: one document with them in "events". Amounts in cents, "t_ms" 0: a record has no clock. Errors and
 * findings as replay_run; whether `out` took everything is the caller's to look at (ferror). */
enum err export_events(FILE *out, enum export_format format, const char *path,
    const struct replay_options *options, struct record_findings *found, char *problem);

/* The replayed table on a terminal of 80x24 as an asciicast (version 2), in the time that it takes at that speed. */
struct cast_order {
    const char *path;
    const uint8_t *id; /* whose seat it is looked from, of LIVE_ID_BYTES; NULL: nobody's */
    uint64_t from, to; /* rolls; 0 = the first, the last */
    double speed;
    bool ascii;
    bool (*go_on)(void);
};
/* ERR_OK, and *problem "" or a sentence about what does not check; others with a sentence. */
enum err export_cast(FILE *out, const struct cast_order *order, char *problem, size_t size);

#endif
