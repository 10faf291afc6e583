/* The words that key lines use for keys: "Enter", "PgUp", "o". */
#ifndef UI_KEY_WORDS_H
#define UI_KEY_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* The word for a key that has one, or NULL. */
const char *word_of_key(int32_t key);

/* The key (a code point or enum ui_key) that a word of `size` bytes names; 0 when it names none. A
 * character names itself, Ctrl-A to Ctrl-Z the control characters that are no other key. */
int32_t key_of_word(const char *word, size_t size);

#endif
