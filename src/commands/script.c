/* craps script: the rules' script interface (rules 15). */
#include "src/commands/command.h"

#include "game/script.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* An answer that could not be written, said once. */
static int told(int status)
{
    return ferror(stdout) ? cli_fail(EX_IOERR, "standard output cannot be written") : status;
}

static int run(struct invocation *in)
{
    const char *file = in->count == 0 ? "-" : in->arguments[0];
    if (strcmp(file, "-") == 0) {
        return told(script_run(stdin, stdout));
    }
    FILE *input = fopen(file, "re");
    if (input == NULL) {
        return cli_fail(EX_NOINPUT, "%s cannot be opened: %s", file, strerror(errno));
    }
    int status = told(script_run(input, stdout));
    fclose(input);
    return status;
}

const struct command command_script = {
    .name = "script",
    .arguments = "[FILE]",
    .summary = "run a file of table commands",
    .groups = OPTIONS_EVERYWHERE,
    .arguments_max = 1,
    .help = "  craps script night.txt                 answers on standard output\n"
            "  printf 'player ann 1000\\nbet ann pass 100\\nroll 5 2\\n' | craps script\n"
            "\n"
            "usage: craps script [FILE]\n"
            "  Reads one command a line from FILE, or from standard input when FILE is\n"
            "  absent or -. Amounts are cents.\n"
            "    config KEY VALUE          before the first player\n"
            "    player NAME BALANCE\n"
            "    bet NAME KIND [NUMBER | D1 D2] AMOUNT\n"
            "    take NAME KIND [NUMBER | D1 D2] [AMOUNT]\n"
            "    off NAME KIND [NUMBER | D1 D2]      on NAME KIND [NUMBER | D1 D2]\n"
            "    roll D1 D2       shooter       state\n"
            "  A refused command changes nothing and answers {\"error\":\"CODE\"}.\n"
            "  The status is 0 whatever was refused, 66 when FILE cannot be opened.\n"
            "Options of every command: craps help options\n",
    .run = run,
};
