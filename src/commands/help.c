/* craps help and craps version, and the table of all commands. */
#include "src/commands/command.h"

#include "base/nearest.h"
#include "consensus/genesis.h"
#include "src/commands/help_json.h"
#include "src/player_files.h"
#include "ui/key_card.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA = 1 };

const struct command *const command_list[] = {
    &command_solo,
    &command_host,
    &command_join,
    &command_discover,
    &command_verify,
    &command_replay,
    &command_odds,
    &command_simulate,
    &command_stats,
    &command_export,
    &command_script,
    &command_sandbox,
    &command_bench,
    &command_doctor,
    &command_config,
    &command_completion,
    &command_help,
    &command_version,
};

size_t command_count(void)
{
    return sizeof command_list / sizeof command_list[0];
}

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count(); i++) {
        if (strcmp(command_list[i]->name, name) == 0) {
            return command_list[i];
        }
    }
    return NULL;
}

int command_unknown(const char *name)
{
    struct nearest near = {.typed = name};
    for (size_t i = 0; i < command_count(); i++) {
        nearest_offer(&near, command_list[i]->name);
    }
    return cli_fail(EX_USAGE,
        "there is no command '%.40s'; did you mean: craps %s? See: craps help", name, near.name);
}

static const char options_help[] =
    "  craps solo --data-dir ./second         a second player on this computer\n"
    "  craps host --headless --json           events as JSON, one a line\n"
    "  craps --line                           plain lines instead of a screen\n"
    "\n"
    "Options of every command:\n"
    "  --data-dir DIR    identity, records and settings of one player live there\n"
    "  --config FILE     another settings file\n"
    "  --log FILE        another log; - is standard error\n"
    "  --headless        no screen: events on stdout, commands on stdin, one a line\n"
    "  --json            events and documents as JSON\n"
    "  --line            lines of text, for speech, braille and slow links\n"
    "  --ascii           no characters beyond ASCII      --no-mouse  --no-animation\n"
    "  --color WHEN      auto, always or never\n"
    "  --metrics PORT    figures for Prometheus, for this computer (or ADDR:PORT)\n"
    "  --trace FILE|URL  the life of your moves as OTLP: a file, or an http collector\n"
    "  --no-input        never ask anything              --version\n"
    "  -q --quiet        say and log less                -v --verbose  log more\n"
    "  -h --help         help for the command\n"
    "\n"
    "Status: 0 done, 1 none found or does not check, 64 bad usage, 65 damaged file,\n"
    "66 no such file, 68 host unknown, 69 unreachable or port busy,\n"
    "70 internal fault, 73 cannot create, 74 input or output, 75 try later,\n"
    "76 version or rules differ, or cheating proven,\n"
    "77 words refused or no permission, 78 bad configuration.\n";

static const char strategies_help[] =
    "  craps solo --strategy iron-cross       one of: idle pass pass-odds dont-pass\n"
    "                place-6-8 iron-cross three-point-molly field random\n"
    "  craps solo --strategy ./mine.plan      a file of your own\n"
    "\n"
    "A file is read from top to bottom after every roll; # begins a comment:\n"
    "  unit 5                                 what one unit is, in chips\n"
    "  when point is off: bet pass unit       made when it is not there\n"
    "  when point is on: odds pass max; bet place 6,8 6 except point\n"
    "  after win place 6,8: press it by 6 up to 30\n"
    "  stop when profit >= 300\n"
    "To do:      bet BET AMOUNT   keep BET AMOUNT   lower BET to AMOUNT   take BET\n"
    "            press BET by AMOUNT [up to AMOUNT]   odds pass AMOUNT   off/on BET\n"
    "Amounts:    5 (chips)  500c  2 units  max  2x (odds)  winnings  a ladder\n"
    "Conditions: point is on|off|6,8   game is crapless   BET is up|down\n"
    "            number of come < 2   amount of BET >= 30   and more with: and\n"
    "            balance  total  profit  loss  layout  rolls  hands  hand_rolls  > 5\n"
    "Events:     after win|lose|push BET   after roll 7   after seven_out,\n"
    "            point_made or point_set   it: the bet that was decided\n"
    "Memory:     counter NAME   ladder NAME 5 10 20   up, down, reset, set NAME\n"
    "Bets have the names of craps odds. All of it, with examples:\n"
    "docs/strategies.md, assets/strategies\n";

static void print_overview(void)
{
    fputs("  craps                            the menu\n"
          "  craps join otter canyon velvet   sit down at a friend's table\n"
          "usage: craps [COMMAND] [OPTIONS]\n",
        stdout);
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_list[i];
        char left[64];
        snprintf(left, sizeof left, "%s %s", c->name, c->arguments);
        printf("  %-32s %s\n", left, c->summary);
    }
    fputs("More: craps help COMMAND | options | keys | strategies\n", stdout);
}

static bool ascii_only(const struct options *o)
{
    const char *env = getenv("CRAPS_ASCII");
    setlocale(LC_CTYPE, "");
    return o->ascii || (env != NULL && strcmp(env, "1") == 0) ||
           strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

/* The card in the player's own keys. */
static int print_keys(const struct options *o)
{
    struct player_files files;
    static char rows[KEY_CARD_ROWS][KEY_CARD_ROW_BYTES];
    int status = player_files_find(&files, o);
    status = status == 0 ? player_files_settings(&files) : status;
    if (status == 0) {
        unsigned count = key_card_make(settings_keys(files.settings), ascii_only(o), rows);
        for (unsigned i = 0; i < count; i++) {
            puts(rows[i]);
        }
    }
    player_files_close(&files);
    return status;
}

static int run_help(struct invocation *in)
{
    if (in->options.json && (in->count == 0 || command_find(in->arguments[0]) != NULL)) {
        return help_print_json(in->count == 0 ? NULL : command_find(in->arguments[0]));
    }
    if (in->count == 0) {
        print_overview();
        return 0;
    }
    if (strcmp(in->arguments[0], "options") == 0) {
        fputs(options_help, stdout);
        return 0;
    }
    if (strcmp(in->arguments[0], "strategies") == 0 || strcmp(in->arguments[0], "strategy") == 0) {
        fputs(strategies_help, stdout);
        return 0;
    }
    if (strcmp(in->arguments[0], "keys") == 0) {
        return print_keys(&in->options);
    }
    const struct command *c = command_find(in->arguments[0]);
    if (c == NULL) {
        return command_unknown(in->arguments[0]);
    }
    fputs(c->help, stdout);
    return 0;
}

static int run_version(struct invocation *in)
{
    if (in->options.json) {
        printf("{\"schema\":%d,\"version\":\"%s\",\"protocol\":%d}\n", SCHEMA, CRAPS_VERSION,
            PROTOCOL_VERSION);
    } else {
        puts("craps " CRAPS_VERSION);
    }
    return 0;
}

const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = "help for a command",
    .groups = OPTIONS_EVERYWHERE,
    .arguments_max = 1,
    .help = "  craps help                             every command\n"
            "  craps help join                        one command with its options\n"
            "  craps help options                     the options of every command\n"
            "  craps help keys                        the keys of the table, as a card\n"
            "  craps help strategies                  how to write a strategy of your own\n"
            "\n"
            "usage: craps help [COMMAND | options | keys | strategies]\n"
            "\n"
            "Keys can be changed: in the options (Keys...), by craps config set keys.NAME KEY\n"
            "or under [keys] in the settings file. craps config list shows the names.\n",
    .run = run_help,
};

const struct command command_version = {
    .name = "version",
    .arguments = "",
    .summary = "the version of this program",
    .groups = OPTIONS_EVERYWHERE,
    .arguments_max = 0,
    .help = "  craps version                          the version of this program\n"
            "\n"
            "usage: craps version\n",
    .run = run_version,
};
