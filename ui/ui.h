/* The screen's loop: draws the manager's pictures, turns keys into commands, and ends when the
 * player does. */
#ifndef UI_UI_H
#define UI_UI_H

#include "ui/state.h"

/* Runs until the player quits, the manager says STAGE_ENDED, or a signal ends it. Plays in lines
 * instead when asked for or when the terminal can do no more. Returns the exit status of the
 * program. */
int ui_run(struct ui_port *port, const struct ui_options *options);

#endif
