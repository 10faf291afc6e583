#include "src/record_path.h"

#include "src/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool there(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

int record_path_find(char path[static RECORD_PATH_BYTES], const char *file, const struct options *o)
{
    char dir[PATH_BYTES_MAX];
    const char *variable = getenv("CRAPS_DATA_DIR");
    const char *data_dir = o->data_dir;
    if (data_dir == NULL && variable != NULL && variable[0] != '\0') {
        data_dir = variable;
    }
    if (file[0] == '\0' || strlen(file) >= PATH_BYTES_MAX) {
        return cli_fail(EX_NOINPUT, "'%.60s' is no name of a file", file);
    }
    snprintf(path, RECORD_PATH_BYTES, "%s", file);
    if (there(path) || strchr(file, '/') != NULL) {
        return 0;
    }
    static const char *const endings[] = {".craps", ""};
    if (paths_sessions(dir, data_dir) == ERR_OK) {
        for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
            int n = snprintf(path, RECORD_PATH_BYTES, "%s/%s%s", dir, file, endings[i]);
            if (n > 0 && n < RECORD_PATH_BYTES && there(path)) {
                return 0;
            }
        }
    }
    return cli_fail(
        EX_NOINPUT, "there is no file %.200s, and no table of that name in sessions/", file);
}

int record_path_fail(enum err err, const char *problem)
{
    int status = err == ERR_NOT_FOUND                          ? EX_NOINPUT
                 : err == ERR_FORMAT || err == ERR_VERSION     ? EX_DATAERR
                 : err == ERR_PERMISSION                       ? EX_NOPERM
                 : err == ERR_BUSY                             ? EX_TEMPFAIL
                 : err == ERR_NO_MEMORY || err == ERR_INTERNAL ? EX_SOFTWARE
                                                               : EX_IOERR;
    return cli_fail(status, "%s", problem);
}
