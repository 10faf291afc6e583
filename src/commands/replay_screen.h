/* craps replay on a terminal: the table itself, with a scrubber. */
#ifndef SRC_COMMANDS_REPLAY_SCREEN_H
#define SRC_COMMANDS_REPLAY_SCREEN_H

#include "src/cli.h"

/* 0, or an exit status after saying why: 1 when something does not check. */
int replay_screen(const char *path, const struct options *o);

#endif
