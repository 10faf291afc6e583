/* What somebody probably meant: the name with the fewest edits from what was typed. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

/* Insertions, deletions, replacements and swaps of neighbours between two texts; what lies beyond
 * the 32nd byte is ignored. */
unsigned nearest_edits(const char *a, const char *b);

/* The best so far: begin with {typed}, offer every name, read `name` (NULL when none was offered).
 * Ties go to the first. */
struct nearest {
    const char *typed;
    const char *name;
    unsigned edits;
};

void nearest_offer(struct nearest *n, const char *name);

enum { NEAREST_WORD_BYTES = 33 };

/* Offers every word of a sentence that lists what is allowed ("auto, always or never"); false when none is so near that it was
 * probably meant. */
bool nearest_in(const char *sentence, const char *typed, char word[NEAREST_WORD_BYTES]);

#endif
