/* The command line: one table of every option there is, read exactly. A bad one gives one line that
 * names it, what is allowed and the fix, and exit status 64 (cli.md). */
#ifndef SRC_CLI_H
#define SRC_CLI_H

#include "game/live.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sysexits.h>

/* Who takes an option: a command takes the groups it names. */
enum option_group {
    OPTIONS_EVERYWHERE = 1,
    OPTIONS_TABLE = 2,
    OPTIONS_NET = 4,
    OPTIONS_PLAYER = 8,
    OPTIONS_SOLO = 16,
    OPTIONS_HOST = 32,
    OPTIONS_JOIN = 64,
    OPTIONS_DISCOVER = 128,
    OPTIONS_SANDBOX = 256,
    OPTIONS_VERIFY = 512,
    OPTIONS_REPLAY = 1024,
    OPTIONS_ODDS = 2048,
    OPTIONS_EXPORT = 4096,
    OPTIONS_SIMULATE = 8192,
    OPTIONS_BENCH = 16384,
    OPTIONS_DOCTOR = 32768,
};

enum {
    CLI_OPTIONS_MAX = 128,
    CLI_RULES_MAX = 32,
    CLI_RULE_TEXT_BYTES = 24,
    CLI_PROBLEM_BYTES = 512,
    CLI_BOTS_SOLO_MAX = 8,
    CLI_BOTS_HOST_MAX = 15,
};

/* A house rule from a flag, as house_rules_set takes it. */
struct rule_choice {
    const char *key;
    char value[CLI_RULE_TEXT_BYTES];
};

/* What the options said. Text is borrowed from the arguments; NULL and 0 where nothing was said. */
struct options {
    bool help, version, json, headless, quiet, verbose, no_input;
    bool ascii, line, no_mouse, no_animation;
    const char *data_dir, *config_file, *log_file, *color, *metrics, *trace;

    const char *table_name, *rules_file;
    struct rule_choice rules[CLI_RULES_MAX];
    size_t rule_count;

    uint64_t port, discovery_port;
    const char *bind;
    bool no_discovery;

    const char *as, *strategy;
    uint64_t rolls, seconds;

    uint64_t bots;
    const char *invite, *at;
    bool qr, last, watch;
    uint64_t wait_s;
    const char *cheat;
    uint64_t roll, from;
    const char *speed, *from_snapshot, *record;
    const char *format, *output;

    uint64_t members, operations, bench_rate, batch, threads, blocks, count;
    bool crash_leader, lan;

    uint64_t sessions, bankroll, seed;

    bool ask_on_screen; /* no option: `craps join` without words, where there is a screen */

    bool given[CLI_OPTIONS_MAX]; /* by row of option_specs */
};

enum option_kind {
    OPTION_FLAG,       /* bool at `offset` */
    OPTION_NUMBER,     /* uint64_t at `offset`, low..high */
    OPTION_TEXT,       /* const char * at `offset`, judged by `valid` if there is one */
    OPTION_RULE,       /* house rule `rule` */
    OPTION_RULE_MONEY, /* house rule `rule`, MONEY */
    OPTION_RULE_FLAG,  /* house rule `rule` becomes 1 */
};

struct option_spec {
    const char *name;
    char letter; /* or 0 */
    uint8_t kind;
    uint16_t groups;
    const char *value;   /* what stands for the value in help; NULL: takes none */
    const char *allowed; /* completes "must be ..." */
    const char *example; /* a good value */
    const char *rule;
    size_t offset;
    uint64_t low, high;
    bool (*valid)(const char *value);
};

extern const struct option_spec option_specs[];
size_t option_count(void);

/* Prints "craps: " and the sentence on stderr, control characters shown as '?', and returns
 * `status`. */
int cli_fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts the sentence into `problem` and returns `status`. */
int cli_problem(char problem[static CLI_PROBLEM_BYTES], int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A whole number without sign, blank or leading zero, low..high; false otherwise, and *out is left
 * alone. */
bool cli_number_parse(uint64_t *out, const char *text, uint64_t low, uint64_t high);

/* A house rule that this version knows but cannot play. */
bool cli_rule_missing(const char *key, const char *value);

/* The first argument that is neither an option nor an option's value, or NULL: the command. It is
 * taken out of argv. */
char *cli_take_command(int *argc, char **argv);

/* Reads the options in `groups` out of argv (without the program's name) and leaves the other
 * arguments there. `command` is for the sentence. 0, or EX_USAGE with `problem` filled in. */
int cli_parse(struct options *o, unsigned groups, const char *command, int *argc, char **argv,
    char problem[static CLI_PROBLEM_BYTES]);

/* Was that option on the command line. */
bool cli_given(const struct options *o, const char *name);

/* The house rules of --rules FILE, then of the flags, on top of *rules; then what does not fit
 * together is refused. 0, or an exit status with `problem` filled in. */
int cli_house_rules(
    const struct options *o, struct house_rules *rules, char problem[static CLI_PROBLEM_BYTES]);

/* "HOST" or "HOST:PORT" with a name or an IPv4 address. */
bool cli_address_valid(const char *text);

#endif
