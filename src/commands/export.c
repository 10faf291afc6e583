/* craps export: a record in other forms. */
#include "src/commands/command.h"

#include "src/export.h"
#include "src/paths.h"
#include "src/player_id.h"
#include "src/record_path.h"
#include "src/store.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

static bool go_on(void)
{
    return !interrupted;
}

/* --format, else what the name of the file ends with, else csv. */
static enum export_format format_of(const struct options *o)
{
    const char *dot = o->output == NULL ? NULL : strrchr(o->output, '.');
    if (o->format != NULL) {
        return export_format_find(o->format);
    }
    enum export_format by_name = dot == NULL                 ? EXPORT_FORMATS
                                 : strcmp(dot, ".cast") == 0 ? EXPORT_ASCIICAST
                                                             : export_format_find(dot + 1);
    return by_name == EXPORT_FORMATS ? EXPORT_CSV : by_name;
}

static int export_as_cast(FILE *out, const char *path, const struct options *o)
{
    char problem[TABLE_NAME_BYTES_MAX + 512];
    uint8_t id[LIVE_ID_BYTES];
    struct cast_order order = {.path = path,
        .id = player_id_find(id, o) ? id : NULL,
        .from = cli_given(o, "from") ? o->from - 1 : 0,
        .to = cli_given(o, "rolls") ? o->rolls : 0,
        .speed = o->speed != NULL ? strtod(o->speed, NULL) : 1,
        .ascii = o->ascii,
        .go_on = go_on};
    enum err err = export_cast(out, &order, problem, sizeof problem);
    if (err != ERR_OK) {
        return record_path_fail(err, problem);
    }
    return problem[0] == '\0' ? 0 : cli_fail(1, "%s See: craps verify", problem);
}

static int export_as_events(
    FILE *out, const char *path, enum export_format format, const struct options *o)
{
    struct record_findings found;
    char problem[STORE_PROBLEM_BYTES];
    struct replay_options options = {.from = cli_given(o, "from") ? o->from : 0,
        .to = cli_given(o, "rolls") ? o->rolls : 0,
        .go_on = go_on};
    enum err err = export_events(out, format, path, &options, &found, problem);
    if (err != ERR_OK) {
        return record_path_fail(err, problem);
    }
    if (found.fault.what != AUDIT_NOTHING) {
        return cli_fail(1,
            "the record does not check at height %" PRIu64 ": %s: %s; see: craps verify",
            found.fault.height, audit_what_name(found.fault.what), found.fault.detail);
    }
    return 0;
}

/* Where it is written: a new file beside OUT that takes its place when all of it is there; OUT itself when that is no file. */
struct target {
    FILE *out;
    const char *name; /* NULL: standard output */
    char part[PATH_BYTES_MAX + 8];
};

static int open_target(struct target *t, const char *name)
{
    struct stat st;
    *t = (struct target){.out = stdout};
    if (name == NULL || strcmp(name, "-") == 0) {
        return 0;
    }
    bool device = stat(name, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
    int n = snprintf(t->part, sizeof t->part, "%s%s", name, device ? "" : ".part");
    errno = ENAMETOOLONG;
    t->out = n > 0 && (size_t)n < sizeof t->part ? fopen(t->part, "w") : NULL;
    t->name = name;
    return t->out != NULL
               ? 0
               : cli_fail(EX_CANTCREAT, "%.200s cannot be made: %s", name, strerror(errno));
}

/* What was begun and could not be finished is not left lying about. */
static int finish(struct target *t, int status)
{
    bool file = t->name != NULL;
    bool device = file && strcmp(t->name, t->part) == 0;
    bool good = fflush(t->out) == 0 && !ferror(t->out);
    good = (!file || fclose(t->out) == 0) && good;
    if (status == 0 && !good) {
        status = cli_fail(EX_IOERR, "%.200s cannot be written", file ? t->name : "standard output");
    }
    if (status == 0 && interrupted) {
        status = cli_fail(EX_TEMPFAIL, "stopped before the end");
    }
    if (status == 0 && file && !device && rename(t->part, t->name) != 0) {
        status = cli_fail(EX_CANTCREAT, "%.200s cannot be made: %s", t->name, strerror(errno));
    }
    if (status != 0 && file && !device) {
        unlink(t->part);
    }
    return status;
}

static int export_to(struct target *t, const char *path, const struct options *o)
{
    enum export_format format = format_of(o);
    return format == EXPORT_ASCIICAST ? export_as_cast(t->out, path, o)
                                      : export_as_events(t->out, path, format, o);
}

static void catch_signals(void)
{
    struct sigaction act = {.sa_handler = on_signal};
    sigemptyset(&act.sa_mask);
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
}

static int run(struct invocation *in)
{
    const struct options *o = &in->options;
    char path[RECORD_PATH_BYTES];
    if (in->count != 1) {
        return cli_fail(EX_USAGE,
            "export which record? Name a file or one of sessions/, for example: craps export "
            "2026-11-20-friday-table --format csv -o friday.csv");
    }
    int status = record_path_find(path, in->arguments[0], o);
    if (status != 0) {
        return status;
    }
    if (cli_given(o, "rolls") && cli_given(o, "from") && o->rolls < o->from) {
        return cli_fail(
            EX_USAGE, "--rolls %" PRIu64 " ends before --from %" PRIu64, o->rolls, o->from);
    }
    struct target target;
    status = open_target(&target, o->output);
    if (status != 0) {
        return status;
    }
    catch_signals();
    return finish(&target, export_to(&target, path, o));
}

const struct command command_export = {
    .name = "export",
    .arguments = "FILE",
    .summary = "a saved table as csv, json or cast",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_EXPORT,
    .arguments_max = 1,
    .help = "  craps export 2026-11-20-friday-table -o friday.csv   for a spreadsheet\n"
            "  craps export ./friday.craps --format jsonl           events, one a line\n"
            "  craps export ./friday.craps --rolls 20 -o demo.cast  to play in a terminal\n"
            "\n"
            "usage: craps export FILE [OPTIONS]\n"
            "  Writes a record in another form. Everything is checked on the way as by craps\n"
            "  verify; what does not check is not written. FILE is only read.\n"
            "  --format F           csv, json, jsonl or asciicast (by OUT, else csv)\n"
            "  -o --output OUT      the file; without it, or with -, standard output\n"
            "  --from N             begin with roll N\n"
            "  --rolls N            end with roll N\n"
            "  --speed X            of an asciicast: 2 is twice as fast\n"
            "\n"
            "  csv        one row an event, payout and balance; what is bet before a roll has\n"
            "             its number. Text that would be a formula begins with '\n"
            "  json       one document with the events; jsonl: one event a line\n"
            "  asciicast  the replayed table on 80x24 (asciinema play OUT); --ascii\n"
            "  Amounts are cents.\n"
            "\n"
            "Status: 0, 1 something does not check, 65 not a record, 66 no such file,\n"
            "73 OUT cannot be made.\n"
            "Options of every command: craps help options\n",
    .run = run,
};
