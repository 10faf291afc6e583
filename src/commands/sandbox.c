/* craps sandbox: four players in one terminal, one of them cheating. */
#include "src/cheat.h"
#include "src/commands/command.h"

#include "base/nearest.h"
#include "src/launch.h"

#include <stdio.h>

enum { SANDBOX_BOTS = 3 };

static int refuse_kind(const char *typed)
{
    char names[512];
    struct nearest near = {.typed = typed};
    size_t used = 0;
    for (int i = CHEAT_NONE + 1; i < CHEAT_KIND_COUNT; i++) {
        nearest_offer(&near, cheat_name((enum cheat_kind)i));
        int n = snprintf(names + used, sizeof names - used, "%s%s", used == 0 ? "" : ", ",
            cheat_name((enum cheat_kind)i));
        used += n > 0 && (size_t)n < sizeof names - used ? (size_t)n : 0;
    }
    return cli_fail(EX_USAGE, "--cheat %.40s: must be one of %s; did you mean --cheat %s?", typed,
        names, near.name);
}

static int run(struct invocation *in)
{
    struct options *o = &in->options;
    int front = launch_front_end(o, "sandbox");
    if (front < 0) {
        return EX_USAGE;
    }
    int kind = o->cheat == NULL ? CHEAT_DOUBLE_VOTE : cheat_find(o->cheat);
    if (kind < 0) {
        return refuse_kind(o->cheat);
    }
    struct manager_config config = {
        .start = START_SOLO, .rules = house_rules_default(), .bots = SANDBOX_BOTS};
    config.cheat = (uint8_t)kind;
    config.rules.solo = true;
    config.rules.start = 1;
    config.rules.rebuys = LIVE_ANY;
    config.rules.rate = LIVE_ANY;
    snprintf(config.rules.name, sizeof config.rules.name, "Sandbox");
    return launch_run(o, (enum front_end)front, &config);
}

const struct command command_sandbox = {
    .name = "sandbox",
    .arguments = "",
    .summary = "watch a cheat being caught",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_PLAYER | OPTIONS_SANDBOX,
    .arguments_max = 0,
    .help = "  craps sandbox                          Dee votes twice; watch the feed\n"
            "  craps sandbox --cheat bad-share        false shares of the dice\n"
            "  craps sandbox --cheat double-bet --headless --json --strategy pass --rolls 20\n"
            "\n"
            "usage: craps sandbox [--cheat KIND] [OPTIONS]\n"
            "You, two honest bots and one that cheats, all with real votes, keys and proofs.\n"
            "The first roll is honest. KIND:\n"
            "  proven, and out at the next round of members:\n"
            "    equivocating-leader  double-vote (default)  nullify-and-finalize\n"
            "    double-bet  bad-deal\n"
            "  harmless, and dropped or waited out:\n"
            "    bad-share  withheld-share  withheld-block  votes-to-a-subset\n"
            "    future-views  impersonation  invalid-bet  garbage\n"
            "Player:\n"
            "  --as NAME  --strategy NAME|FILE  --rolls N  --seconds N\n"
            "Options of every command: craps help options\n",
    .run = run,
};
