#include "src/commands/command.h"

#include "src/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "craps help" behaves as "craps --help" and "craps join --help" as "craps help join". */
static int run_help_for(const struct command *command, const struct options *o)
{
    char name[16];
    snprintf(name, sizeof name, "%s", command->name);
    char *arguments[] = {name};
    struct invocation in = {.command = &command_help,
        .options = *o,
        .count = name[0] == '\0' ? 0 : 1,
        .arguments = arguments};
    return command_help.run(&in);
}

static int run_command(const struct command *command, int count, char **arguments)
{
    struct invocation in = {.command = command, .count = count, .arguments = arguments};
    char problem[CLI_PROBLEM_BYTES];
    int status =
        cli_parse(&in.options, command->groups, command->name, &in.count, in.arguments, problem);
    if (status != 0) {
        return cli_fail(status, "%s", problem);
    }
    if (in.options.help) {
        return run_help_for(command, &in.options);
    }
    if (in.options.version) {
        return command_version.run(&in);
    }
    if (in.count > command->arguments_max) {
        bool any = command->arguments_max > 0;
        return cli_fail(EX_USAGE, "craps %s takes %s%d argument%s, not %d; see: craps help %s",
            command->name, any ? "at most " : "", command->arguments_max,
            command->arguments_max == 1 ? "" : "s", in.count, command->name);
    }
    bool watched = in.options.metrics != NULL || in.options.trace != NULL;
    if (watched && (command->groups & OPTIONS_PLAYER) == 0 && !in.options.quiet) {
        cli_fail(
            0, "craps %s sits at no table: --metrics and --trace do nothing here", command->name);
    }
    return command->run(&in);
}

/* What was printed must have arrived. */
static int flush_output(int status)
{
    bool failed = fflush(stdout) != 0 || ferror(stdout);
    return failed && status == 0 ? cli_fail(EX_IOERR, "standard output cannot be written") : status;
}

/* A descriptor that was closed for us would be taken by the next file, and what is printed would go into it. A write to what
 * stands in for standard output still fails. */
static void keep_descriptors(void)
{
    static const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) < 0) {
            abort(); /* nobody could be told */
        }
    }
}

int main(int argc, char **argv)
{
    keep_descriptors();
    clock_now_us(); /* time begins now */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk */
    if (sodium_init() < 0) {
        return cli_fail(EX_SOFTWARE, "the cryptography library cannot start");
    }
    int count = argc > 0 ? argc - 1 : 0;
    char **arguments = argv + (argc > 0);
    const char *name = cli_take_command(&count, arguments);
    const struct command *command = name == NULL ? &command_menu : command_find(name);
    if (command == NULL) {
        return command_unknown(name);
    }
    return flush_output(run_command(command, count, arguments));
}
