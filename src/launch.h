/* Sits down at a table: opens the player's files, starts the manager, and runs the front end that
 * fits the terminal. */
#ifndef SRC_LAUNCH_H
#define SRC_LAUNCH_H

#include "src/cli.h"
#include "src/manager.h"

enum front_end { FRONT_SCREEN, FRONT_LINE, FRONT_HEADLESS };

/* Which front end the options and the terminal call for; -1 (and one line on stderr) when there is
 * neither a terminal nor a word about going without one. `command` is for the sentence. */
int launch_front_end(const struct options *o, const char *command);

/* The screen on a port that is not a manager's, with the player's settings if there are any; makes no files. */
int launch_show(const struct options *o, struct ui_port *port);

/* `config` says what to start (start, rules, bots, words, at, watch, invite_long); everything that
 * comes from the options and the player's files is filled in here. Returns the exit status. */
int launch_run(const struct options *o, enum front_end front, struct manager_config *config);

#endif
