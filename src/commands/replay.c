/* craps replay: a saved table once more. */
#include "src/commands/command.h"

#include "src/commands/replay_screen.h"
#include "src/json_report.h"
#include "src/record_path.h"
#include "src/replay.h"
#include "src/store.h"
#include "src/text_report.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

static bool go_on(void)
{
    return !interrupted && !ferror(stdout);
}

static void write_line(const char *line, size_t size)
{
    fwrite(line, 1, size, stdout);
    fflush(stdout);
}

static void write_json(void *self, const struct report *r)
{
    (void)self;
    size_t size = 0;
    char *line = json_report_line(r, &size);
    if (line != NULL) {
        write_line(line, size);
    }
    free(line);
}

static void write_text(void *self, const struct report *r)
{
    (void)self;
    char line[TEXT_REPORT_BYTES];
    if (r->kind == REPORT_TABLE_OPEN) {
        /* The port it had is of no use any more. */
        printf("table %s\n", r->table_name);
        fflush(stdout);
        return;
    }
    write_line(line, text_report(r, line));
}

static void catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction act = {.sa_handler = on_signal};
    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sigaction(numbers[i], &act, NULL);
    }
}

/* 0: from the first block on. */
static uint64_t begin_of(const struct options *o)
{
    uint64_t height = 0;
    if (o->from_snapshot != NULL && !cli_number_parse(&height, o->from_snapshot, 1, INT64_MAX)) {
        height = RECORD_LAST_STATE;
    }
    return height;
}

static int replay(const char *path, const struct options *o)
{
    struct record_findings found;
    char problem[STORE_PROBLEM_BYTES];
    bool pace = !o->json && isatty(STDOUT_FILENO) == 1;
    struct replay_options options = {
        .begin = begin_of(o),
        .from = cli_given(o, "from") ? o->from : 0,
        .to = cli_given(o, "rolls") ? o->rolls : 0,
        .speed = o->speed != NULL ? strtod(o->speed, NULL)
                 : pace           ? 1
                                  : 0,
        .go_on = go_on,
    };
    struct reporter to = {.report = o->json ? write_json : write_text};
    if (options.to > 0 && options.to < options.from) {
        return cli_fail(
            EX_USAGE, "--rolls %" PRIu64 " ends before --from %" PRIu64, options.to, options.from);
    }
    catch_signals();
    enum err err = replay_run(path, &options, &to, &found, problem);
    if (err == ERR_RANGE && options.begin > 0) {
        return cli_fail(EX_USAGE, "--from-snapshot %s: %s", o->from_snapshot, problem);
    }
    if (err != ERR_OK) {
        return record_path_fail(err, problem);
    }
    if (found.fault.what != AUDIT_NOTHING) {
        return cli_fail(1,
            "the record does not check at height %" PRIu64 ": %s: %s; see: craps verify",
            found.fault.height, audit_what_name(found.fault.what), found.fault.detail);
    }
    if (options.from > found.rolls && !interrupted) {
        return cli_fail(EX_USAGE,
            "--from %" PRIu64 " is not in this record; it holds %" PRIu64 " roll%s", options.from,
            found.rolls, found.rolls == 1 ? "" : "s");
    }
    return 0;
}

/* On a terminal, when nobody asked for lines. */
static bool wants_screen(const struct options *o)
{
    const char *term = getenv("TERM");
    return !o->json && !o->headless && !o->line && isatty(STDIN_FILENO) == 1 &&
           isatty(STDOUT_FILENO) == 1 && term != NULL && term[0] != '\0' &&
           strcmp(term, "dumb") != 0;
}

static int run(struct invocation *in)
{
    char path[RECORD_PATH_BYTES];
    if (in->count != 1) {
        return cli_fail(EX_USAGE,
            "replay which record? Name a file or one of sessions/, for example: craps replay "
            "2026-11-20-friday-table");
    }
    int status = record_path_find(path, in->arguments[0], &in->options);
    if (status != 0) {
        return status;
    }
    return wants_screen(&in->options) ? replay_screen(path, &in->options)
                                      : replay(path, &in->options);
}

const struct command command_replay = {
    .name = "replay",
    .arguments = "FILE",
    .summary = "watch a saved table",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_REPLAY,
    .arguments_max = 1,
    .help = "  craps replay 2026-11-20-friday-table   the whole night, roll by roll\n"
            "  craps replay ./friday.craps --from 40 --speed 4\n"
            "  craps replay ./friday.craps --json     the events as the players saw them\n"
            "\n"
            "usage: craps replay FILE [OPTIONS]\n"
            "  Plays a record again: on a terminal as the table it was, with a scrubber,\n"
            "  elsewhere (and with --line) line by line; the last line has the hash of the\n"
            "  state that the table had then. Everything is checked on the way as by craps\n"
            "  verify: it ends before the first block that does not check.\n"
            "  --from N             begin with roll N (the first)\n"
            "  --rolls N            end with roll N, as a table with --rolls N does\n"
            "  --from-snapshot HEIGHT  begin with the state that the record keeps at HEIGHT,\n"
            "                       or with its last one: last. It must be signed by a quorum\n"
            "                       whose keys go back to the genesis, but what was done\n"
            "                       before it is not looked at (see craps verify -v)\n"
            "  --speed X            2 is twice as fast, 0 at once (1 on a terminal, else 0)\n"
            "\n"
            "Status: 0, 1 something does not check, 65 not a record, 66 no such file.\n"
            "Options of every command: craps help options\n",
    .run = run,
};
