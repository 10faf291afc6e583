/* What `craps verify` says of a record that is not one whole: where a split table comes from, and what is left on both sides of blocks
 * that are missing. */
#ifndef SRC_COMMANDS_VERIFY_PARTS_H
#define SRC_COMMANDS_VERIFY_PARTS_H

#include "src/audit_record.h"

#include <jansson.h>

/* Prints nothing, or JSON null, for a founder's table. */
void verify_print_lineage(const struct lineage *l);
json_t *verify_lineage_json(const struct lineage *l);

/* `found` ended at a missing height. Looks at what stands behind it, from the first state on that is kept there, for the same listener;
 * false: none is, or it cannot be read. */
bool verify_rest(const char *path, const struct record_listener *to,
    const struct record_findings *found, struct record_findings *rest);

void verify_print_rest(const struct record_findings *found, const struct record_findings *rest);
json_t *verify_rest_json(const struct record_findings *rest);

#endif
