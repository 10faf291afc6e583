/* Names of players: the only free text of the agreed state. */
#ifndef GAME_NAME_H
#define GAME_NAME_H

#include "game/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest cleaned name, so that "-128" still fits into NAME_BYTES_MAX. */
enum { NAME_CLEAN_BYTES_MAX = 27 };

/* Copies `size` bytes of hostile text as a name: valid UTF-8 only, without controls, line or bidi overrides, zero-width and
 * private characters; runs of blanks become one space, ends are trimmed, cut at a code point. "Player" when nothing is
 * left. Deterministic: every member computes the same. `out` holds NAME_BYTES_MAX + 1. */
void name_clean(char *out, const char *text, size_t size);

/* The same cleaning for other text: at most `most` bytes, `out` holds one more; empty when nothing is left. Returns its
 * length. */
size_t text_clean(char *out, size_t most, const char *text, size_t size);

/* The next code point of UTF-8 text, or -1 for a bad byte; *used is how many bytes it took (at least 1 of `size` > 0). */
int32_t utf8_next(const char *text, size_t size, size_t *used);

/* Is it harmless in a terminal, a log and a name. */
bool code_point_printable(int32_t c);

#endif
