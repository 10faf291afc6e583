/* A line of the script interface taken apart into words as its bytes arrive (rule 15.1). Memory does not grow with the
 * line: of a longer word only the beginning is kept and of more words only their count. */
#ifndef GAME_SCRIPT_LINE_H
#define GAME_SCRIPT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nothing that a word can mean is longer than a name; no command has more words. */
enum { WORD_BYTES_MAX = 40, LINE_WORDS_MAX = 8 };

struct word {
    char bytes[WORD_BYTES_MAX + 1]; /* NUL after the bytes that are kept */
    size_t size;                    /* of the word in the line */
};

/* Zero-initialised is an empty line. */
struct script_line {
    struct word words[LINE_WORDS_MAX];
    size_t word_count;
    bool in_word;
    bool after_cr;
};

/* Takes one byte; true when it ended the line, which is then to be read and cleared. */
bool script_line_take(struct script_line *line, char byte);

void script_line_clear(struct script_line *line);

/* No words, or a comment. */
bool script_line_ignored(const struct script_line *line);

bool word_is(const struct word *w, const char *text);

/* The word as a C string, or NULL when it was cut or holds a NUL byte. */
const char *word_text(const struct word *w);

/* -?[0-9]{1,15} */
bool word_integer(const struct word *w, int64_t *out);

#endif
