#include "game/script_line.h"

#include "game/integer.h"

#include <string.h>

static void add_byte(struct script_line *line, char byte)
{
    if (!line->in_word) {
        line->in_word = true;
        if (line->word_count < LINE_WORDS_MAX) {
            line->words[line->word_count].size = 0;
            line->words[line->word_count].bytes[0] = '\0';
        }
        line->word_count++;
    }
    if (line->word_count > LINE_WORDS_MAX) {
        return;
    }
    struct word *w = &line->words[line->word_count - 1];
    if (w->size < WORD_BYTES_MAX) {
        w->bytes[w->size] = byte;
        w->bytes[w->size + 1] = '\0';
    }
    w->size++;
}

bool script_line_take(struct script_line *line, char byte)
{
    if (byte == '\n') {
        return true;
    }
    if (line->after_cr) { /* no LF followed: the CR belongs to a word */
        line->after_cr = false;
        add_byte(line, '\r');
    }
    if (byte == '\r') {
        line->after_cr = true;
    } else if (byte == ' ' || byte == '\t') {
        line->in_word = false;
    } else {
        add_byte(line, byte);
    }
    return false;
}

void script_line_clear(struct script_line *line)
{
    line->word_count = 0;
    line->in_word = false;
    line->after_cr = false;
}

bool script_line_ignored(const struct script_line *line)
{
    return line->word_count == 0 || line->words[0].bytes[0] == '#';
}

bool word_is(const struct word *w, const char *text)
{
    return w->size <= WORD_BYTES_MAX && strlen(text) == w->size &&
           memcmp(w->bytes, text, w->size) == 0;
}

const char *word_text(const struct word *w)
{
    bool whole = w->size <= WORD_BYTES_MAX && strlen(w->bytes) == w->size;
    return whole ? w->bytes : NULL;
}

bool word_integer(const struct word *w, int64_t *out)
{
    return w->size <= WORD_BYTES_MAX && integer_parse(w->bytes, w->size, out);
}
