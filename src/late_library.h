/* Libraries that are loaded when an option asks for them, and not before: what is off must not cost a start its milliseconds and
 * megabytes (docs/metrics.md has the figures). Types come from the library's own header: LATE(function) in a struct. */
#ifndef SRC_LATE_LIBRARY_H
#define SRC_LATE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#define LATE(function) __typeof__(function) *function

struct late_symbol {
    const char *name;
    size_t offset; /* of its pointer in the struct of functions */
};

#define LATE_SYMBOL(type, function)                                                                \
    {                                                                                              \
#function, offsetof(type, function)                                                        \
    }

/* Loads the first of `names` (ended by NULL) that is there, for the life of the process, and fills in `functions`. False: none of
 * them is there, or a function is missing. */
bool late_library_open(
    const char *const names[], const struct late_symbol *symbols, size_t count, void *functions);

#endif
