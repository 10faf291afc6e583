/* What somebody probably meant: the name with the fewest edits from what was typed. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

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

#endif
