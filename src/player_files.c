#include "src/player_files.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int cannot_create(const char *path, enum err e)
{
    if (e == ERR_PERMISSION) {
        return cli_fail(EX_NOPERM,
            "%s may not be written to; give yourself the right or use --data-dir DIR", path);
    }
    if (e == ERR_NO_SPACE) {
        return cli_fail(EX_CANTCREAT,
            "%s cannot be made: the disk is full; free some space or use --data-dir DIR", path);
    }
    return cli_fail(EX_CANTCREAT, "%s cannot be made (%s); use another folder with --data-dir DIR",
        path, err_name(e));
}

int player_files_find(struct player_files *f, const struct options *o)
{
    char where[PATH_BYTES_MAX] = "";
    *f = (struct player_files){0};
    const char *variable = getenv("CRAPS_DATA_DIR");
    const char *dir = o->data_dir;
    if (dir == NULL && variable != NULL && variable[0] != '\0') {
        dir = variable;
    }
    enum err e = paths_resolve(&f->paths, dir, where);
    if (e != ERR_OK) {
        return cannot_create(where[0] == '\0' ? "the data directory" : where, e);
    }
    if (o->config_file != NULL) {
        int n = snprintf(f->paths.config_file, sizeof f->paths.config_file, "%s", o->config_file);
        if (n < 0 || (size_t)n >= sizeof f->paths.config_file) {
            return cli_fail(EX_USAGE,
                "--config: the name is longer than %d bytes; use a shorter one",
                PATH_BYTES_MAX - 1);
        }
    }
    return 0;
}

int player_files_lock(const struct player_files *f)
{
    long owner = 0;
    enum err e = paths_lock(&f->paths, &owner);
    if (e == ERR_BUSY) {
        return cli_fail(EX_TEMPFAIL,
            "this player's files are in use by process %ld (%s); close it, or use another "
            "--data-dir",
            owner, f->paths.lock_file);
    }
    return e == ERR_OK ? 0 : cannot_create(f->paths.lock_file, e);
}

int player_files_settings(struct player_files *f)
{
    char problem[256] = "";
    enum err e = settings_load(&f->settings, f->paths.config_file, &f->settings_exist, problem);
    if (e == ERR_OK) {
        return 0;
    }
    if (e == ERR_FORMAT) {
        return cli_fail(EX_CONFIG, "%s", problem);
    }
    return cli_fail(e == ERR_PERMISSION ? EX_NOPERM : EX_IOERR, "%s cannot be read (%s)%s%s",
        f->paths.config_file, err_name(e), problem[0] == '\0' ? "" : ": ", problem);
}

int player_files_log(const struct player_files *f, const struct options *o)
{
    const char *path = o->log_file != NULL ? o->log_file : f->paths.log_file;
    enum log_level level = o->verbose ? LOG_DEBUG : o->quiet ? LOG_ERROR : LOG_INFO;
    enum err e = log_open(path, level);
    return e == ERR_OK ? 0 : cannot_create(path, e);
}

int player_files_identity(const struct player_files *f, struct identity_keys *keys)
{
    const char *path = f->paths.identity_file;
    enum err e = identity_load(path, keys);
    if (e == ERR_FORMAT || e == ERR_VERSION) {
        return cli_fail(EX_DATAERR,
            "%s is damaged; put your copy back, or move it away to become a new player", path);
    }
    if (e == ERR_PERMISSION) {
        return cli_fail(
            EX_NOPERM, "%s cannot be used: only you may read it; run: chmod 600 %s", path, path);
    }
    return e == ERR_OK ? 0 : cannot_create(path, e);
}

void player_files_close(struct player_files *f)
{
    settings_free(f->settings);
    f->settings = NULL;
    log_close();
    paths_unlock();
}
