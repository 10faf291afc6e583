#include "src/bench_history.h"

#include "src/cli.h"
#include "src/db.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

enum { MS_A_BLOCK = 100, PATIENCE_MS = 60000, TOLD_BLOCKS = 1000 };

int bench_history_open(struct bench_table *t)
{
    struct house_rules rules = bench_rules(HISTORY_MEMBERS);
    rules.seats += 1; /* for who comes later */
    return bench_table_open_playing(t, HISTORY_MEMBERS, &rules, "random");
}

struct reaching {
    const struct bench_counts *counts;
    uint64_t height;
};

static bool is_reached(void *context)
{
    const struct reaching *r = context;
    return atomic_load(&r->counts->height) >= r->height;
}

bool bench_history_wait(struct bench_run *run, struct bench_table *t, uint64_t blocks)
{
    struct reaching r = {t->members[0].counts, atomic_load(&t->members[0].counts->height)};
    while (r.height < blocks) {
        uint64_t step = blocks - r.height < TOLD_BLOCKS ? blocks - r.height : TOLD_BLOCKS;
        r.height += step;
        if (!bench_table_wait(t, PATIENCE_MS + MS_A_BLOCK * step, is_reached, &r)) {
            return false;
        }
        bench_say(run, "%llu of %llu blocks are played", (unsigned long long)r.height,
            (unsigned long long)blocks);
    }
    return true;
}

bool bench_history_path(const struct bench_table *t, char path[HISTORY_PATH_BYTES])
{
    glob_t found;
    snprintf(path, HISTORY_PATH_BYTES, "%s/sessions/*.craps", t->members[0].folder);
    bool good = glob(path, GLOB_NOSORT, NULL, &found) == 0;
    if (good) {
        snprintf(path, HISTORY_PATH_BYTES, "%s", found.gl_pathv[0]);
        globfree(&found);
    }
    return good;
}

double bench_history_bytes(const struct bench_table *t)
{
    char path[HISTORY_PATH_BYTES];
    struct db *d = NULL;
    double bytes = 0;
    bool row = false;
    if (!bench_history_path(t, path) || db_open(&d, path, DB_READ_LIVE, 0, false) != ERR_OK) {
        return 0;
    }
    struct statement *sum =
        db_prepare(d, "SELECT sum(length(bytes) + ifnull(length(proof), 0)) FROM blocks");
    if (sum != NULL && statement_step(sum, &row) == ERR_OK && row) {
        bytes = (double)statement_int(sum, 0);
    }
    if (sum != NULL) {
        statement_reset(sum);
    }
    db_close(d, true);
    return bytes;
}
