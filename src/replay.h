/* A record as the stream of events that its table's members saw: executes it again, checking everything on the way (src/audit_record.h), so
 * that nothing is shown that does not check. Blocks carry no clock: time goes by the roll. */
#ifndef SRC_REPLAY_H
#define SRC_REPLAY_H

#include "src/audit_record.h"
#include "src/report.h"

struct replay_options {
    uint64_t begin; /* 0, or the height of a kept state to begin at, or RECORD_LAST_STATE */
    uint64_t from;  /* roll to begin with; 0 or 1 = the genesis */
    uint64_t
        to; /* ends with this roll's block, as `--rolls` at the table; 0 = the end of the record */
    double speed;        /* 1 = a roll every few seconds, 2 = twice as fast; 0 = at once */
    bool (*go_on)(void); /* asked between events: false ends it here, as if the record did */
};

/* Reports table_open, then everything from that roll or state on, then summary. Errors and findings as audit_record; a fault ends it before the
 * block that has it, with no summary. */
enum err replay_run(const char *path, const struct replay_options *options,
    const struct reporter *to, struct record_findings *found, char *problem);

#endif
