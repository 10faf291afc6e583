/* The settings file (INI): KEY = VALUE lines under [sections]; comments and unknown lines are kept
 * when one is changed. Order everywhere: flag, CRAPS_* variable, file, default. */
#ifndef SRC_SETTINGS_H
#define SRC_SETTINGS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { SETTING_VALUE_MAX = 128, SETTINGS_BYTES_MAX = 65536, SETTINGS_PROBLEM_BYTES = 256 };

/* One row a setting: name as `config get` knows it, default, what it may be. */
struct setting_spec {
    const char *key;      /* "name", "chip", "color", "animation", "keep_records", ... */
    const char *fallback; /* default text */
    const char *help;     /* allowed values, one line */
    bool (*valid)(const char *value);
};

extern const struct setting_spec setting_specs[];
size_t setting_count(void);

struct settings; /* the file's lines and values */

/* Reads the file and the CRAPS_* variables; a missing file gives the defaults (*exists false).
 * ERR_FORMAT: `problem` (256 bytes) names the first bad line or variable, what is wrong with it and
 * the fix; `settings` then holds the rest. Other failures of the file likewise; *out is NULL only
 * without memory or for a path that is too long. The last line of a key counts. */
enum err settings_load(struct settings **out, const char *path, bool *exists, char *problem);
void settings_free(struct settings *s);

/* Value by the order of cli.md (CRAPS_KEY in the environment before the file), or NULL for an
 * unknown key. */
const char *settings_get(const struct settings *s, const char *key);

/* Changes one key and writes the file atomically, comments and everything else kept. ERR_NOT_FOUND
 * unknown key, ERR_RANGE bad value, ERR_FULL when the file would grow too big. */
enum err settings_set(struct settings *s, const char *key, const char *value);

#endif
