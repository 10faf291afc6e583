/* The words field of the join screen: words in any case with any blanks or dashes between, then
 * perhaps @HOST[:PORT]. Typos are caught here, so that none ever burns an attempt. */
#ifndef UI_JOIN_WORDS_H
#define UI_JOIN_WORDS_H

#include "ui/state.h"

enum { JOIN_WORDS = 3, JOIN_TEXT_MAX = 128 };

struct join_words {
    unsigned count; /* words begun */
    char word[JOIN_WORDS][UI_WORD_MAX];
    const char *address; /* after the @, or NULL */
};

void join_words_split(struct join_words *w, const char *text);

/* The text to send, "a-b-c" or "a-b-c@host"; false with a sentence in `problem`. Without a list
 * words are not checked. */
bool join_words_check(const char *text, const struct ui_word_list *list, char out[JOIN_TEXT_MAX],
    char problem[SENTENCE_MAX]);

/* Completes the last word in the field; false when the letters fit none. */
bool join_words_complete(struct text_field *field, const struct ui_word_list *list);

#endif
