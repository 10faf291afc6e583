/* The symbols that are not ASCII: one table says which there are and what stands for each where
 * they cannot be shown. */
#ifndef UI_GLYPH_H
#define UI_GLYPH_H

#include <stdbool.h>
#include <stdint.h>

/* The ASCII form of a symbol; '?' for a letter that has none. */
int32_t glyph_ascii(int32_t point);

/* True when `width` (wcwidth in the current locale) gives one cell for every symbol. */
bool glyph_all_narrow(int (*width)(int32_t point));

#endif
