/* craps verify on what a member saved when an invariant of its own did not hold (src/broken_file.h). */
#ifndef SRC_COMMANDS_VERIFY_BROKEN_H
#define SRC_COMMANDS_VERIFY_BROKEN_H

#include "src/cli.h"

/* Exit status: 1, since something does not check; 65 for a damaged file. */
int verify_broken(const char *path, const struct options *o);

#endif
