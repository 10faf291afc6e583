/* A newcomer's history, looked at by all cores before its engine gets it: an auditor (consensus/audit.h) goes through the blocks of every
 * answer, and only of those whose operations and dice wholly check it gives its word to the engine (struct vouching), which then executes them without looking
 * at signatures and dice proofs once more. What does not check here is left to the engine, which looks at it itself as ever: nothing is
 * believed that was not checked, and nobody can do more by a bad answer than make a newcomer slower. */
#ifndef SRC_AHEAD_H
#define SRC_AHEAD_H

#include "consensus/audit.h"

struct ahead;

/* From the genesis on. NULL on no memory, or where there is one core: then it would be the same work in the same time. */
struct ahead *ahead_create(
    const struct app *app, const struct signer *signer, const struct genesis *genesis);
void ahead_destroy(struct ahead *a);

/* An agreement message (kind byte first) before the engine gets it. Looks at blocks that are next here, and at nothing else. Comes back
 * when all of them were looked at. */
void ahead_look(struct ahead *a, const uint8_t *message, size_t size);

/* Did that block's operations and dice check. Of the newest 1,024. */
bool ahead_vouched(const struct ahead *a, uint64_t height, const struct digest *block);

/* Blocks that did. */
uint64_t ahead_count(const struct ahead *a);

#endif
