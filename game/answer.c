#include "game/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_BYTES_MIN = 1024 };

void answer_deinit(struct answer *a)
{
    free(a->text);
    *a = (struct answer){0};
}

void answer_clear(struct answer *a)
{
    a->size = 0;
}

static bool reserve(struct answer *a, size_t more)
{
    if (more <= a->capacity - a->size) {
        return true;
    }
    size_t capacity = a->capacity != 0 ? a->capacity : ANSWER_BYTES_MIN;
    while (capacity - a->size < more) {
        capacity *= 2;
    }
    char *text = realloc(a->text, capacity);
    if (text == NULL) {
        a->failed = true;
        return false;
    }
    a->text = text;
    a->capacity = capacity;
    return true;
}

static void add_bytes(struct answer *a, const char *bytes, size_t size)
{
    if (!a->failed && reserve(a, size)) {
        memcpy(a->text + a->size, bytes, size);
        a->size += size;
    }
}

void answer_add(struct answer *a, const char *text)
{
    add_bytes(a, text, strlen(text));
}

void answer_add_integer(struct answer *a, int64_t value)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    answer_add(a, digits);
}

void answer_add_quoted(struct answer *a, const char *text)
{
    add_bytes(a, "\"", 1);
    answer_add(a, text);
    add_bytes(a, "\"", 1);
}
