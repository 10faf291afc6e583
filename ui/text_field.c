#include "ui/text_field.h"

#include "game/name.h"
#include "ui/keys.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

void text_field_set(struct text_field *f, const char *text)
{
    snprintf(f->text, sizeof f->text, "%s", text);
    f->size = strlen(f->text);
}

bool text_field_key(struct text_field *f, int32_t key, size_t bytes_max)
{
    if (key == UIKEY_BACKSPACE || key == UIKEY_DELETE) {
        while (f->size > 0 && ((unsigned char)f->text[f->size - 1] & 0xc0) == 0x80) {
            f->size--;
        }
        f->size -= f->size > 0;
        f->text[f->size] = '\0';
        return true;
    }
    if (key == UIKEY_CTRL_U || key == UIKEY_CTRL_W) {
        bool word = key == UIKEY_CTRL_W;
        while (word && f->size > 0 && f->text[f->size - 1] == ' ') {
            f->size--;
        }
        while (f->size > 0 && !(word && f->text[f->size - 1] == ' ')) {
            f->size--;
        }
        f->text[f->size] = '\0';
        return true;
    }
    if (key < ' ' || key > 0x10ffff || !code_point_printable(key)) {
        return false;
    }
    utf8proc_uint8_t bytes[4];
    size_t size = (size_t)utf8proc_encode_char(key, bytes);
    if (bytes_max > TEXT_FIELD_MAX) {
        bytes_max = TEXT_FIELD_MAX;
    }
    if (f->size + size <= bytes_max) {
        memcpy(f->text + f->size, bytes, size);
        f->size += size;
        f->text[f->size] = '\0';
    }
    return true;
}
