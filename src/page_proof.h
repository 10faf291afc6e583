/* How a roll came about, and whether a whole record checks, as pages of the screen (src/proof_walk.h). */
#ifndef SRC_PAGE_PROOF_H
#define SRC_PAGE_PROOF_H

#include "src/clerk.h"

/* A clerk_maker of UI_PAGE_PROOF: begins at the newest kept state from before that roll, else at the first block, and says which. */
void page_proof_make(struct clerk_job *job);

/* A clerk_maker of UI_PAGE_AUDIT: `craps verify` of the record. */
void page_audit_make(struct clerk_job *job);

/* A clerk_maker of UI_PAGE_EXPORT: a copy of the record, whole by itself, also beside a live table. */
void page_export_make(struct clerk_job *job);

#endif
