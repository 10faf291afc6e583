#include "ui/widget.h"

#include "ui/key_words.h"
#include "ui/sentence.h"

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

/* Another key of the same item: "PgUp PgDn scroll", "+ - chip". A letter is a word of its own only
 * as the first. */
static int32_t further_key(const char *word, size_t size)
{
    bool letter = size == 1 && ((*word | 32) >= 'a' && (*word | 32) <= 'z');
    return letter ? 0 : key_of_word(word, size);
}

/* The places of "up/down"; false when the word is no pair. */
static bool pair_hits(struct canvas *c, int row, int col, const char *word, size_t size)
{
    const char *slash = size > 1 ? memchr(word + 1, '/', size - 1) : NULL;
    if (slash == NULL) {
        return false;
    }
    size_t first = (size_t)(slash - word);
    int32_t keys[2] = {key_of_word(word, first), key_of_word(slash + 1, size - first - 1)};
    if (keys[0] != 0 && keys[1] != 0) {
        canvas_hit(c, row, col, 1, (int)first, keys[0]);
        canvas_hit(c, row, col + (int)first + 1, 1, (int)(size - first) - 1, keys[1]);
    }
    return true;
}

void widget_keys(struct canvas *c, int row, int col, int width, const char *text)
{
    int used = 0;
    bool key = true;
    bool names = true; /* no word but keys so far in this item */
    int32_t code = 0;  /* what a click on the item is, from this cell on */
    int from = 0;
    while (*text != '\0' && used < width) {
        char word[64];
        size_t size = strcspn(text, " ");
        size_t blanks = strspn(text + size, " ");
        int32_t next = key ? key_of_word(text, size) : names ? further_key(text, size) : 0;
        bool pair = false;
        if (key || next != 0) {
            canvas_hit(c, row, col + from, 1, code != 0 ? used - from - 1 : 0, code);
            pair = pair_hits(c, row, col + used, text, size);
            code = pair ? 0 : next;
            from = used;
        }
        names = pair || next != 0;
        snprintf(word, sizeof word, "%.*s", (int)size, text);
        used +=
            canvas_text_cut(c, row, col + used, width - used, key ? ROLE_KEY : ROLE_NORMAL, word);
        key = blanks > 1;
        if (code != 0 && (key || text[size + blanks] == '\0')) {
            canvas_hit(c, row, col + from, 1, used - from, code);
            code = 0;
        }
        used += (int)blanks;
        text += size + blanks;
    }
    if (code != 0) {
        canvas_hit(c, row, col + from, 1, width - from, code);
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

size_t widget_break(const char *text, int width, size_t *next)
{
    char part[SENTENCE_MAX];
    size_t size = strlen(text);
    size_t fits = 0;
    size_t blank = 0;
    for (size_t i = 1; i <= size; i++) {
        if ((text[i] & 0xc0) == 0x80) {
            continue;
        }
        snprintf(part, sizeof part, "%.*s", (int)i, text);
        if (text_width(part) > width) {
            break;
        }
        fits = i;
        if (text[i] == ' ' || text[i] == '\0') {
            blank = i;
        }
    }
    if (fits == size) {
        *next = size;
        return size;
    }
    if (blank > 0) {
        *next = blank + 1;
        return blank;
    }
    *next = fits > 0 ? fits : size;
    return *next;
}

int widget_wrapped(
    struct canvas *c, int row, int col, int rows, int cols, unsigned attr, const char *text)
{
    int used = 0;
    while (*text != '\0' && used < rows) {
        char part[SENTENCE_MAX];
        size_t next = 0;
        size_t size = widget_break(text, cols, &next);
        bool last = used == rows - 1;
        snprintf(part, sizeof part, "%.*s", (int)(last ? strlen(text) : size), text);
        canvas_text_cut(c, row + used, col, cols, attr, part);
        text += next;
        used++;
    }
    return used;
}
