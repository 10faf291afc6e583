/* Which file a person means by FILE: a path, or the bare name of a table in sessions/ (cli.md). Makes nothing. */
#ifndef SRC_RECORD_PATH_H
#define SRC_RECORD_PATH_H

#include "base/err.h"
#include "src/cli.h"

enum { RECORD_PATH_BYTES = 1200 };

/* 0, or an exit status after saying why. */
int record_path_find(
    char path[static RECORD_PATH_BYTES], const char *file, const struct options *o);

/* Says `problem` and gives the exit status of an error in opening a record. */
int record_path_fail(enum err err, const char *problem);

#endif
