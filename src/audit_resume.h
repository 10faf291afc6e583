/* Beginning with a state that a record keeps instead of its first block: the epoch chain up to it, link by link from the genesis on, then
 * its own certificate and the root in its header (consensus/audit.h, protocol E.2). */
#ifndef SRC_AUDIT_RESUME_H
#define SRC_AUDIT_RESUME_H

#include "consensus/audit.h"
#include "src/store.h"

/* Puts `a`, which has taken no block yet, behind the block at that height. ERR_NOT_FOUND: no state is kept there. What does not check is
 * an audit_fault and ERR_OK. */
enum err audit_resume(struct audit *a, struct store *s, uint64_t height);

#endif
