/* The integers of the script interface (rule 15.1). */
#ifndef GAME_INTEGER_H
#define GAME_INTEGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exactly -?[0-9]{1,15} over `size` bytes; leading zeros and -0 are integers. */
bool integer_parse(const char *text, size_t size, int64_t *out);

#endif
