/* The words that key lines use for keys: "Enter", "PgUp", "o". */
#ifndef UI_KEY_WORDS_H
#define UI_KEY_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* The key (a code point or enum ui_key) that a word of `size` bytes names; 0 when it names none. A
 * character names itself. */
int32_t key_of_word(const char *word, size_t size);

#endif
