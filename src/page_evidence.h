/* The proofs of lies at a table, as a page of the screen (src/evidence_file.h). */
#ifndef SRC_PAGE_EVIDENCE_H
#define SRC_PAGE_EVIDENCE_H

#include "src/clerk.h"

/* A clerk_maker of UI_PAGE_EVIDENCE: every proof beside the record, judged as `craps verify` judges it. */
void page_evidence_make(struct clerk_job *job);

#endif
