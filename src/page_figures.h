/* The pages of figures: UI_PAGE_SUMMARY of one record, UI_PAGE_STATS over all (question.path "") or one. */
#ifndef SRC_PAGE_FIGURES_H
#define SRC_PAGE_FIGURES_H

#include "src/clerk.h"

void page_summary_make(struct clerk_job *job);
void page_stats_make(struct clerk_job *job);

#endif
