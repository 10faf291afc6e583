/* Names of players: the only free text of the agreed state. */
#ifndef GAME_NAME_H
#define GAME_NAME_H

#include "base/text.h"
#include "game/limits.h"

/* Longest cleaned name, so that "-128" still fits into NAME_BYTES_MAX. */
enum { NAME_CLEAN_BYTES_MAX = 27 };

/* Copies `size` bytes of hostile text as a name (text_clean); "Player" when nothing is left. `out` holds
 * NAME_BYTES_MAX + 1. */
void name_clean(char *out, const char *text, size_t size);

#endif
