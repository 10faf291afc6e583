/* craps stats: figures over saved tables. */
#include "src/commands/command.h"

#include "src/commands/stats_text.h"
#include "src/paths.h"
#include "src/player_id.h"
#include "src/record_list.h"
#include "src/record_path.h"
#include "src/stats.h"
#include "src/store.h"

#include <stdlib.h>
#include <sys/stat.h>

enum { FILES_MAX = 1000 };

/* A file that was named must be a record that can be read to its end; one of the folder is counted. */
static int add_file(struct stats *stats, struct figures *f, struct ui_stats *page, const char *path,
    int64_t used_s, const uint8_t *id, bool named)
{
    char problem[STORE_PROBLEM_BYTES], name[128];
    struct figures_order order = {.path = path, .id = id};
    enum err err = figures_read(f, &order, problem);
    stats_file_name(name, sizeof name, path);
    if (err == ERR_OK) {
        stats_add(stats, f, name, used_s);
        if (named && f->found.fault.what != AUDIT_NOTHING) {
            return cli_fail(
                1, "%s does not check: %s; see: craps verify", name, f->found.fault.detail);
        }
    } else if (named) {
        return record_path_fail(err, problem);
    } else {
        page->unread++;
    }
    return 0;
}

static int add_named(struct stats *stats, struct figures *f, struct ui_stats *page,
    struct invocation *in, const uint8_t *id)
{
    int status = 0;
    for (int i = 0; status == 0 && i < in->count; i++) {
        char path[RECORD_PATH_BYTES];
        struct stat st;
        status = record_path_find(path, in->arguments[i], &in->options);
        int64_t used_s = status == 0 && stat(path, &st) == 0 ? (int64_t)st.st_mtime : 0;
        status = status == 0 ? add_file(stats, f, page, path, used_s, id, true) : status;
    }
    return status;
}

static int add_folder(struct stats *stats, struct figures *f, struct ui_stats *page,
    const struct options *o, const uint8_t *id)
{
    char folder[PATH_BYTES_MAX];
    struct record_list list = {0};
    enum err err = paths_sessions(folder, player_data_dir(o));
    err = err == ERR_OK ? record_list_read(&list, folder) : err;
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        add_file(stats, f, page, list.items[i].path, list.items[i].used_s, id, false);
    }
    record_list_free(&list);
    return err == ERR_OK ? 0 : record_path_fail(err, "the folder of records cannot be read");
}

static int run(struct invocation *in)
{
    uint8_t id[LIVE_ID_BYTES];
    const uint8_t *own = player_id_find(id, &in->options) ? id : NULL;
    struct ui_stats *page = malloc(sizeof *page);
    struct figures *f = malloc(sizeof *f);
    struct stats *stats = page == NULL ? NULL : stats_create(page);
    int status = EX_SOFTWARE;
    if (f == NULL || stats == NULL) {
        cli_fail(EX_SOFTWARE, "there is not enough memory for the figures");
    } else {
        status = in->count > 0 ? add_named(stats, f, page, in, own)
                               : add_folder(stats, f, page, &in->options, own);
        stats_finish(stats);
    }
    if (status == 0) {
        (in->options.json ? stats_print_json : stats_print_text)(page);
    }
    stats_destroy(stats);
    free(f);
    free(page);
    return status;
}

const struct command command_stats = {
    .name = "stats",
    .arguments = "[FILE...]",
    .summary = "your rolls, bets and sessions",
    .groups = OPTIONS_EVERYWHERE,
    .arguments_max = FILES_MAX,
    .help = "  craps stats                            over all your tables\n"
            "  craps stats 2026-11-20-friday-table    of one evening\n"
            "  craps stats --json                     one document for a script (cents)\n"
            "\n"
            "usage: craps stats [FILE...] [OPTIONS]\n"
            "  Dice, bets, sessions and players over all records, or over those named: paths,\n"
            "  or names in sessions/. Files are only read; signatures are not looked at,\n"
            "  which craps verify does.\n"
            "\n"
            "  expected   what your decided bets cost on average, by the exact house edge\n"
            "  hand       the rolls up to and including a seven-out; points made: of points\n"
            "             that were made or missed (both without crapless tables)\n"
            "  p          how often fair dice come out at least this far off, in one look\n"
            "  looks fair, or not: holds however often you look. Fair dice are called\n"
            "             unfair in at most one lifetime of rolls in 1,000.\n"
            "\n"
            "Status: 0, 1 something does not check, 65 not a record, 66 no such file.\n"
            "Options of every command: craps help options\n",
    .run = run,
};
