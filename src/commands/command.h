/* A command is a descriptor in a table: name, usage, flags, function. */
#ifndef SRC_COMMANDS_COMMAND_H
#define SRC_COMMANDS_COMMAND_H

#include "src/cli.h"

#include <stddef.h>

struct command;

/* One run of a command: its options, and the arguments that are none. */
struct invocation {
    const struct command *command;
    struct options options;
    int count;
    char **arguments;
};

struct command {
    const char *name;      /* "" is the menu */
    const char *arguments; /* for the overview, e.g. "[WORDS]" */
    const char *summary;   /* one line for the overview */
    unsigned groups;       /* the options it takes */
    int arguments_max;
    const char *help;                  /* begins with examples, fits 80x24 */
    int (*run)(struct invocation *in); /* returns the exit status */
};

extern const struct command command_menu, command_solo, command_host, command_join,
    command_discover, command_verify, command_replay, command_odds, command_stats, command_export,
    command_sandbox, command_script, command_bench, command_config, command_doctor,
    command_completion, command_help, command_version;

extern const struct command command_simulate;

/* Every command of this version, in the order of the overview; the menu is not among them. */
extern const struct command *const command_list[];
size_t command_count(void);

/* By its name, or NULL. */
const struct command *command_find(const char *name);

/* Says that there is no such command and proposes the nearest; returns EX_USAGE. */
int command_unknown(const char *name);

#endif
