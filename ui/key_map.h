/* Which key does what for this player: every key of the table has a name for the settings file and may be given to
 * another key, but for those that lead out of everywhere. */
#ifndef UI_KEY_MAP_H
#define UI_KEY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEY_BINDINGS_MAX = 80, KEY_TEXT_MAX = 16, KEY_PROBLEM_MAX = 160 };

/* One thing that a key does; known by the key that usually does it. */
struct key_binding {
    int32_t usual;
    const char *name; /* under [keys] in the settings file */
    const char *what; /* on the page of keys and in sentences */
    bool fixed;       /* always this key: arrows, Enter, Esc, F1 and the Ctrl keys */
};

extern const struct key_binding key_bindings[];
extern const size_t key_binding_count;

/* The player's keys, one a binding; 0 is the usual one. */
struct key_map {
    int32_t key[KEY_BINDINGS_MAX];
};

/* The binding of a name, or -1. */
int key_binding_find(const char *name, size_t length);

/* The key that does it for this player. */
int32_t key_map_key(const struct key_map *map, size_t binding);

/* What the player's key means, as the usual key: table and pages need to know that one only. Keys without a meaning come
 * back as they are, usual keys that mean nothing any more as 0. A letter without an upper-case meaning of its own works
 * with Caps Lock too. */
int32_t key_map_usual(const struct key_map *map, int32_t key);

/* The player's key for a usual one: what a page has to call it. */
int32_t key_map_now(const struct key_map *map, int32_t usual);

/* Gives a binding another key, both by their names in the settings file. False, and one sentence in `problem`: no such
 * name or key, or one that is fixed. Whether something else has that key is not looked at. */
bool key_map_put(
    struct key_map *map, const char *name, const char *key, char problem[KEY_PROBLEM_MAX]);

/* A binding that has the key of this one too, or -1. Aliases (= for +) count as their binding. */
int key_map_conflict(const struct key_map *map, size_t binding);

/* The same with the conflict refused, both named. */
bool key_map_set(
    struct key_map *map, const char *name, const char *key, char problem[KEY_PROBLEM_MAX]);

/* "Space", "PgUp", "p". The text of a key can be read back (key_of_word). */
const char *key_text(int32_t key, char out[KEY_TEXT_MAX]);

/* A key line (widget_keys) as this player's keys are called. */
void key_map_line(const struct key_map *map, const char *line, char *out, size_t size);

/* A sentence of the coach as this player's keys are called: a letter that stands alone (but for "a"), Space, and what
 * follows "key". `out` may not be the sentence. */
const char *key_map_sentence(const struct key_map *map, const char *text, char *out, size_t size);

/* What stands before a line of help: its label, or this player's keys. */
void key_row_label(const struct key_map *map, size_t row, char *out, size_t size);

#endif
