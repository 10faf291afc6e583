/* The list of the records on this computer, as a page of the screen. */
#ifndef SRC_PAGE_RECORDS_H
#define SRC_PAGE_RECORDS_H

#include "src/clerk.h"

/* A clerk_maker of UI_PAGE_RECORDS: every NAME.craps in the folder of records, newest first. What
 * cannot be read is listed as such. */
void page_records_make(struct clerk_job *job);

#endif
