#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

static void horizontal(struct canvas *c, int row, int col, int cols, const char *const part[3])
{
    canvas_text(c, row, col, ROLE_FRAME, part[0]);
    for (int k = 1; k < cols - 1; k++) {
        canvas_text(c, row, col + k, ROLE_FRAME, part[1]);
    }
    canvas_text(c, row, col + cols - 1, ROLE_FRAME, part[2]);
}

static void frame(struct canvas *c, int row, int col, int rows, int cols, bool twice)
{
    static const char *const top[2][3] = {{"┌", "─", "┐"}, {"╔", "═", "╗"}};
    static const char *const bottom[2][3] = {{"└", "─", "┘"}, {"╚", "═", "╝"}};
    canvas_clear(c, row, col, rows, cols, ROLE_NORMAL);
    horizontal(c, row, col, cols, top[twice]);
    horizontal(c, row + rows - 1, col, cols, bottom[twice]);
    for (int r = row + 1; r < row + rows - 1; r++) {
        canvas_text(c, r, col, ROLE_FRAME, twice ? "║" : "│");
        canvas_text(c, r, col + cols - 1, ROLE_FRAME, twice ? "║" : "│");
    }
}

void widget_box(struct canvas *c, int row, int col, int rows, int cols, const char *title)
{
    frame(c, row, col, rows, cols, false);
    if (title != NULL) {
        char text[128];
        snprintf(text, sizeof text, " %s ", title);
        canvas_text_cut(c, row, col + 2, cols - 4, ROLE_TITLE, text);
    }
}

void widget_banner_box(struct canvas *c, int row, int col, int rows, int cols, const char *title)
{
    frame(c, row, col, rows, cols, true);
    if (title != NULL) {
        char text[128];
        snprintf(text, sizeof text, " %s ", title);
        canvas_center(c, row, col + 1, cols - 2, ROLE_TITLE, text);
    }
}

void widget_keys(struct canvas *c, int row, int col, int width, const char *text)
{
    int used = 0;
    bool key = true;
    while (*text != '\0' && used < width) {
        char word[64];
        size_t size = strcspn(text, " ");
        size_t blanks = strspn(text + size, " ");
        snprintf(word, sizeof word, "%.*s", (int)size, text);
        used +=
            canvas_text_cut(c, row, col + used, width - used, key ? ROLE_KEY : ROLE_NORMAL, word);
        used += (int)blanks;
        key = blanks > 1;
        text += size + blanks;
    }
}

void widget_dots(char *out, size_t size, unsigned have, unsigned all)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < all && used + 4 < size; i++) {
        used += (size_t)snprintf(out + used, size - used, "%s", i < have ? "●" : "○");
    }
}
