/* Text from outside: names, chat, what other hosts call themselves. Deterministic: every member cleans it the same way. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies `size` bytes of hostile text up to a NUL: valid UTF-8 only, without controls, line or bidi overrides, invisible and
 * private characters; runs of blanks become one space, ends are trimmed, a letter keeps two combining marks; cut at a code point.
 * At most `most` bytes, `out` holds one more; empty when nothing is left. Returns its length. */
size_t text_clean(char *out, size_t most, const char *text, size_t size);

/* Overwrites in place every byte of what may not be shown (not even a line's end or a tab, nor a third mark on one letter)
 * with '?'. */
void text_mask(char *text, size_t size);

/* The next code point of UTF-8 text, or -1 for a bad byte; *used is how many bytes it took (at least 1 of `size` > 0). */
int32_t utf8_next(const char *text, size_t size, size_t *used);

/* Is it harmless in a terminal, a log and a name. */
bool code_point_printable(int32_t c);

/* Does it stand on the letter before it (the marks that are written in heaps to disturb others). */
bool code_point_mark(int32_t c);

#endif
