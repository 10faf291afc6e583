/* UI_PAGE_CSV: a record in another form (src/export.h) in a new file; question.path = record, to = where, whose ending says which form. */
#ifndef SRC_PAGE_CSV_H
#define SRC_PAGE_CSV_H

#include "src/clerk.h"

void page_csv_make(struct clerk_job *job);

#endif
