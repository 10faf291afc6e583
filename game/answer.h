/* One line of output being put together in memory that grows. */
#ifndef GAME_ANSWER_H
#define GAME_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised is empty. `failed`: memory ran out and the text is not whole. */
struct answer {
    char *text;
    size_t size;
    size_t capacity;
    bool failed;
};

void answer_deinit(struct answer *a);

/* Empties it and keeps the memory. */
void answer_clear(struct answer *a);

void answer_add(struct answer *a, const char *text);
void answer_add_integer(struct answer *a, int64_t value);

/* `"text"`: for text that needs no escapes. */
void answer_add_quoted(struct answer *a, const char *text);

#endif
