/* craps solo: play at once with bots. */
#include "src/commands/command.h"
#include "src/launch.h"

#include <inttypes.h>

enum { BOTS_DEFAULT = 3 };

static int run(struct invocation *in)
{
    struct options *o = &in->options;
    int front = launch_front_end(o, "solo");
    if (front < 0) {
        return EX_USAGE;
    }
    struct manager_config config = {.start = START_SOLO, .rules = house_rules_default()};
    struct house_rules *rules = &config.rules;
    config.bots = cli_given(o, "bots") ? (unsigned)o->bots : BOTS_DEFAULT;
    rules->solo = true;
    rules->start = 1;
    rules->rebuys = LIVE_ANY;
    rules->rate = LIVE_ANY;
    uint16_t seats = rules->seats;
    char problem[CLI_PROBLEM_BYTES];
    int status = cli_house_rules(o, rules, problem);
    if (status != 0) {
        return cli_fail(status, "%s", problem);
    }
    if (rules->seats == seats && !cli_given(o, "seats") && config.bots >= rules->seats) {
        rules->seats = (uint16_t)(config.bots + 1);
    }
    if (config.bots >= rules->seats) {
        return cli_fail(EX_USAGE, "--bots %u and you need %u seats; use --seats %u or fewer bots",
            config.bots, config.bots + 1, config.bots + 1);
    }
    return launch_run(o, (enum front_end)front, &config);
}

const struct command command_solo = {
    .name = "solo",
    .arguments = "",
    .summary = "play at once with bots",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_TABLE | OPTIONS_NET | OPTIONS_PLAYER | OPTIONS_SOLO,
    .arguments_max = 0,
    .help = "  craps solo                             you and three bots, at once\n"
            "  craps solo --bots 5 --odds 10          a fuller table, ten times odds\n"
            "  craps solo --headless --json --strategy pass --rolls 100\n"
            "\n"
            "usage: craps solo [OPTIONS]\n"
            "  --bots N                 0 to 8 bots (3)\n"
            "Table (MONEY is 500c for cents or 5 for chips of 100 cents):\n"
            "  --name T  --seats N (8)  --start N (1)  --min MONEY (1)  --max MONEY (500)\n"
            "  --buy-in MONEY (1000)    --rebuys N|any (any)    --rate N|any (any)\n"
            "  --odds 345|1|2|5|10|20|100 (345)    --vig win|upfront (win)\n"
            "  --field2 2|3 (2)  --field12 2|3 (3)  --ats 34_175|30_150  --rtl 1..7 (1)\n"
            "  --crapless               every point but 7\n"
            "  --window SECONDS  --shooter-clock SECONDS  --grace SECONDS\n"
            "  --engine bft  --admission code\n"
            "  --rules FILE             KEY VALUE lines, money in cents\n"
            "Player:\n"
            "  --as NAME  --strategy NAME|FILE  --rolls N  --seconds N\n"
            "  names of strategies, and how to write one: craps help strategies\n"
            "Options of every command: craps help options\n",
    .run = run,
};
