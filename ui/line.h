/* Line mode: the same game as plain lines, for screen readers, slow links and scripts. No cursor,
 * no escape bytes. */
#ifndef UI_LINE_H
#define UI_LINE_H

#include "ui/state.h"

/* Reads stdin, writes stdout, until quit, the end of input or STAGE_ENDED. Returns the exit status.
 * */
int line_run(struct ui_port *port, const struct ui_options *options);

#endif
