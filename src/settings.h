/* The settings file (INI): KEY = VALUE lines under [sections], those of ui/setting.h, and under [keys] those of ui/key_map.h; comments and order are kept
 * when one is changed. Order everywhere: flag, CRAPS_* variable, file, default. */
#ifndef SRC_SETTINGS_H
#define SRC_SETTINGS_H

#include "base/err.h"
#include "ui/setting.h"

#include <stdbool.h>
#include <stddef.h>

enum { SETTINGS_BYTES_MAX = 65536, SETTINGS_PROBLEM_BYTES = 256 };

struct settings; /* the file's lines and values */

/* Reads the file and the CRAPS_* variables; a missing file gives the defaults (*exists false).
 * ERR_FORMAT: `problem` (256 bytes) names the first bad line or variable, what is wrong with it and
 * the fix; `settings` then holds the rest. Other failures of the file likewise; *out is NULL only
 * without memory or for a path that is too long. The last line of a key counts. */
enum err settings_load(struct settings **out, const char *path, bool *exists, char *problem);
void settings_free(struct settings *s);

/* Value as ui/setting.h writes it, the environment's (CRAPS_KEY) before the file's, or NULL for an
 * unknown key. */
const char *settings_get(const struct settings *s, const char *key);

/* Does a variable go before what the file says? */
bool settings_from_environment(const struct settings *s, enum ui_setting setting);

/* The keys of the section [keys]: "keys.pass" and so on for settings_get and settings_set. */
const struct key_map *settings_keys(const struct settings *s);

/* Changes one key and writes the file atomically, comments and everything else kept. ERR_NOT_FOUND
 * unknown key, ERR_RANGE bad value (for keys.NAME, key_map_set says why), ERR_FULL when the file would grow too big. */
enum err settings_set(struct settings *s, const char *key, const char *value);

#endif
