/* The statistics of `craps stats`, as text and as JSON. Amounts in the document are cents. */
#ifndef SRC_COMMANDS_STATS_TEXT_H
#define SRC_COMMANDS_STATS_TEXT_H

#include "ui/pages.h"

void stats_print_text(const struct ui_stats *page);
void stats_print_json(const struct ui_stats *page);

#endif
