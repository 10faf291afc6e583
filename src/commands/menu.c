/* craps without a command: the menu. */
#include "src/commands/command.h"
#include "src/launch.h"

static int run(struct invocation *in)
{
    if (in->options.headless || in->options.json) {
        return cli_fail(EX_USAGE,
            "--headless needs to know what to play, for example: craps solo --headless --json");
    }
    int front = launch_front_end(&in->options, "");
    if (front < 0) {
        return EX_USAGE;
    }
    struct manager_config config = {.start = START_MENU, .rules = house_rules_default()};
    return launch_run(&in->options, (enum front_end)front, &config);
}

const struct command command_menu = {
    .name = "",
    .arguments = "",
    .summary = "the menu: play alone, host, join, look around",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_NET | OPTIONS_PLAYER,
    .arguments_max = 0,
    .run = run,
};
