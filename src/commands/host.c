/* craps host: open a table and show the words. */
#include "src/commands/command.h"
#include "src/launch.h"

#include <string.h>

static int run(struct invocation *in)
{
    struct options *o = &in->options;
    int front = launch_front_end(o, "host");
    if (front < 0) {
        return EX_USAGE;
    }
    struct manager_config config = {.start = START_HOST, .rules = house_rules_default()};
    config.bots = (unsigned)o->bots;
    config.invite_long = o->invite != NULL && strcmp(o->invite, "long") == 0;
    if (front == FRONT_HEADLESS && o->strategy != NULL) {
        config.rules.rebuys = LIVE_ANY;
        config.rules.rate = LIVE_ANY;
    }
    char problem[CLI_PROBLEM_BYTES];
    int status = cli_house_rules(o, &config.rules, problem);
    if (status != 0) {
        return cli_fail(status, "%s", problem);
    }
    if (config.bots >= config.rules.seats) {
        return cli_fail(EX_USAGE, "--bots %u and you need %u seats; use --seats %u or fewer bots",
            config.bots, config.bots + 1, config.bots + 1);
    }
    return launch_run(o, (enum front_end)front, &config);
}

const struct command command_host = {
    .name = "host",
    .arguments = "",
    .summary = "open a table and show its words",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_TABLE | OPTIONS_NET | OPTIONS_PLAYER | OPTIONS_HOST,
    .arguments_max = 0,
    .help = "  craps host                             a table for friends on this network\n"
            "  craps host --name \"Friday Table\" --seats 6 --min 5 --odds 10\n"
            "  craps host --headless --json --strategy pass-odds --start 4 --rolls 100\n"
            "\n"
            "usage: craps host [OPTIONS]\n"
            "  --bots N  0 to 15 (0)    --invite words|long (words)    --qr  show a QR code\n"
            "Table (MONEY is 500c for cents or 5 for chips of 100 cents):\n"
            "  --name T  --seats N (8)  --start N (2)  --min MONEY (1)  --max MONEY (500)\n"
            "  --buy-in MONEY (1000)    --rebuys N|any (3)    --rate N|any (10)\n"
            "  --odds 345|1|2|5|10|20|100 (345)    --vig win|upfront (win)\n"
            "  --field2 2|3 (2)  --field12 2|3 (3)  --ats 34_175|30_150  --rtl 1..7 (1)\n"
            "  --crapless  --window SECONDS (20)  --shooter-clock SECONDS (45)\n"
            "  --grace SECONDS (600)    --engine bft  --admission code|vote\n"
            "  --rules FILE             KEY VALUE lines, money in cents\n"
            "Network:\n"
            "  --port P (7777, else any free one)  --bind ADDR|IFACE\n"
            "  --discovery-port P (7776)  --no-discovery\n"
            "Player:\n"
            "  --as NAME  --strategy NAME|FILE  --rolls N  --seconds N\n"
            "  names of strategies, and how to write one: craps help strategies\n"
            "Options of every command: craps help options\n",
    .run = run,
};
