/* Where a player's files live (cli.md): one --data-dir, or the XDG folders. */
#ifndef SRC_PATHS_H
#define SRC_PATHS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { PATH_BYTES_MAX = 1024 };

struct paths {
    char config_file[PATH_BYTES_MAX];   /* config.ini */
    char identity_file[PATH_BYTES_MAX]; /* identity, 0600 */
    char sessions_dir[PATH_BYTES_MAX];  /* NAME.craps and NAME.keys */
    char log_file[PATH_BYTES_MAX];
    char lock_file[PATH_BYTES_MAX];
};

/* `data_dir` NULL: XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_DATA_HOME with their defaults under HOME.
 * Creates the folders (0700). On failure `where` (PATH_BYTES_MAX bytes) names the folder that could
 * not be made. */
enum err paths_resolve(struct paths *p, const char *data_dir, char *where);

/* The same names; makes nothing and asks nothing. */
enum err paths_find(struct paths *p, const char *data_dir);

/* Only where sessions_dir is or would be; makes nothing. */
enum err paths_sessions(char sessions_dir[PATH_BYTES_MAX], const char *data_dir);

/* The same of the identity. */
enum err paths_identity(char identity_file[PATH_BYTES_MAX], const char *data_dir);

/* Takes the data directory for this process (flock). ERR_BUSY with *owner_pid filled in when
 * another process has it. The lock lasts until the process ends or paths_unlock. */
enum err paths_lock(const struct paths *p, long *owner_pid);
void paths_unlock(void);

#endif
