/* The list of invitation words (protocol decision 7): 1,024 words, sorted, unique in their first
 * three letters. The array is generated from assets/words.txt when the program is built. */
#ifndef NET_WORDS_H
#define NET_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WORDS_COUNT = 1024,
    WORDS_LETTERS_MIN = 3, /* so many letters name a word */
    WORDS_LETTERS_MAX = 7,
    WORDS_SIZE = WORDS_LETTERS_MAX + 1 /* with the NUL */
};

/* A uniform 16-bit number taken modulo the count is a uniform word. */
_Static_assert(65536 % WORDS_COUNT == 0, "picking by a 16-bit number would be biased");

extern const char words_list[WORDS_COUNT][WORDS_SIZE];

/* Finds the word that `text` (`size` letters, any case) is, or begins with at least three letters.
 * False when there is none. */
bool words_find(uint16_t *index, const char *text, size_t size);

/* Writes the indexes of the words that begin with `text` (any case) in alphabetical order, at most
 * `capacity` of them, and returns how many there are in all. An empty text matches every word. */
size_t words_complete(uint16_t *out, size_t capacity, const char *text, size_t size);

/* The word with the fewest edits (insert, delete, replace, swap of neighbours) from `text`, ties
 * going to the longer common beginning and then to the alphabet. Letters beyond the sixteenth are
 * ignored. `edits`, if not NULL, takes the number of edits. */
uint16_t words_nearest(const char *text, size_t size, unsigned *edits);

#endif
