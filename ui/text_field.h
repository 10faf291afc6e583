/* One line of text being typed: UTF-8, whole code points, no control characters. */
#ifndef UI_TEXT_FIELD_H
#define UI_TEXT_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEXT_FIELD_MAX = 160 };

struct text_field {
    char text[TEXT_FIELD_MAX + 1];
    size_t size;
};

void text_field_set(struct text_field *f, const char *text);

/* True when the key was a character or a deletion and was used. */
bool text_field_key(struct text_field *f, int32_t key, size_t bytes_max);

#endif
