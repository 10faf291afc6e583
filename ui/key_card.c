#include "ui/key_card.h"

#include "base/text.h"
#include "ui/canvas.h"
#include "ui/glyph.h"
#include "ui/keys.h"

#include <stdio.h>
#include <string.h>

enum { COLUMN_CELLS = 40, LABEL_CELLS = 12 };

static void add_text(char *row, bool ascii, const char *text)
{
    size_t used = strlen(row);
    size_t size = strlen(text);
    while (size > 0) {
        size_t bytes = 0;
        int32_t point = utf8_next(text, size, &bytes);
        if (used + bytes + 1 < KEY_CARD_ROW_BYTES) {
            memcpy(row + used, text, bytes);
            row[used] = ascii && point > 127 ? (char)glyph_ascii(point) : row[used];
            used += ascii && point > 127 ? 1 : bytes;
            row[used] = '\0';
        }
        text += bytes;
        size -= bytes;
    }
}

static void pad(char *row, int cells)
{
    for (int wide = text_width(row); wide < cells; wide++) {
        add_text(row, true, " ");
    }
}

unsigned key_card_make(
    const struct key_map *map, bool ascii, char rows[KEY_CARD_ROWS][KEY_CARD_ROW_BYTES])
{
    unsigned at[2] = {0, 0};
    const char *section = "";
    memset(rows, 0, sizeof(char[KEY_CARD_ROWS][KEY_CARD_ROW_BYTES]));
    for (int right = 0; right < 2; right++) {
        for (size_t i = 0; i < key_row_count; i++) {
            if (key_section_right(key_rows[i].section) != (right == 1)) {
                continue;
            }
            bool head = strcmp(section, key_rows[i].section) != 0;
            at[right] += head && at[right] > 0 ? 1 : 0;
            if (at[right] + (head ? 2 : 1) > KEY_CARD_ROWS) {
                break;
            }
            if (head) {
                section = key_rows[i].section;
                pad(rows[at[right]], right * COLUMN_CELLS);
                add_text(rows[at[right]++], ascii, section);
            }
            char label[64];
            char *row = rows[at[right]++];
            key_row_label(map, i, label, sizeof label);
            pad(row, right * COLUMN_CELLS + 2);
            add_text(row, ascii, label);
            pad(row, right * COLUMN_CELLS + 2 + LABEL_CELLS);
            add_text(row, ascii, key_rows[i].text);
        }
    }
    return at[0] > at[1] ? at[0] : at[1];
}
