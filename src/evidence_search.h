/* Where in a table's record the culprit named the vote key that two conflicting votes are signed
 * with: what makes an evidence file (src/evidence_file.h) stand alone. */
#ifndef SRC_EVIDENCE_SEARCH_H
#define SRC_EVIDENCE_SEARCH_H

#include "src/evidence_file.h"
#include "src/store.h"

enum { EVIDENCE_NAMED_BYTES_MAX = 4096 };

/* Fills in everything of the file from a proof as the engine gives it (engine.h struct proven_lie);
 * `named` keeps the naming bytes, the rest points into the lie. ERR_NOT_FOUND when the record does
 * not say whose key it is, and for E5. */
enum err evidence_collect(struct evidence_file *f, struct store *s, const struct digest *game_id,
    const struct proven_lie *lie, uint8_t named[static EVIDENCE_NAMED_BYTES_MAX]);

#endif
