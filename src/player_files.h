/* A player's files, opened in the one order that is safe: folders, lock, settings, log, identity.
 * Every failure is one line on standard error and an exit status of cli.md. */
#ifndef SRC_PLAYER_FILES_H
#define SRC_PLAYER_FILES_H

#include "src/cli.h"
#include "src/identity.h"
#include "src/paths.h"
#include "src/settings.h"

struct player_files {
    struct paths paths;
    struct settings *settings;
    bool settings_exist;
};

/* The folders of --data-dir or XDG; --config replaces the settings file. Locks nothing. 0 or an
 * exit status. */
int player_files_find(struct player_files *f, const struct options *o);

/* Takes the data directory for this process. */
int player_files_lock(const struct player_files *f);

/* Reads the settings file (a missing one is fine). */
int player_files_settings(struct player_files *f);

/* Opens the log that the options ask for, or the usual one. */
int player_files_log(const struct player_files *f, const struct options *o);

/* Loads or makes the identity. */
int player_files_identity(const struct player_files *f, struct identity_keys *keys);

void player_files_close(struct player_files *f);

#endif
