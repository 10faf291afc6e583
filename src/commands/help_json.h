/* craps help --json: every command and option as one document. */
#ifndef SRC_COMMANDS_HELP_JSON_H
#define SRC_COMMANDS_HELP_JSON_H

#include "src/commands/command.h"

/* `only` NULL: all commands. Exit status. */
int help_print_json(const struct command *only);

#endif
