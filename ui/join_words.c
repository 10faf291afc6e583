#include "ui/join_words.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void join_words_split(struct join_words *w, const char *text)
{
    memset(w, 0, sizeof *w);
    /* What a host copied: the whole command. */
    static const char command[] = "craps join ";
    text += strncasecmp(text, command, strlen(command)) == 0 ? strlen(command) : 0;
    bool inside = false;
    size_t size = 0;
    for (; *text != '\0' && *text != '@'; text++) {
        if (!letter(*text)) {
            inside = false;
            continue;
        }
        if (!inside) {
            inside = true;
            size = 0;
            w->count++;
        }
        if (w->count <= JOIN_WORDS && size + 1 < UI_WORD_MAX) {
            w->word[w->count - 1][size++] = (char)(*text | 0x20);
        }
    }
    w->address = *text == '@' ? text + 1 : NULL;
}

bool join_words_check(const char *text, const struct ui_word_list *list, char out[JOIN_TEXT_MAX],
    char problem[SENTENCE_MAX])
{
    struct join_words w;
    char found[JOIN_WORDS][UI_WORD_MAX] = {{0}};
    join_words_split(&w, text);
    if (w.count != JOIN_WORDS) {
        snprintf(problem, SENTENCE_MAX, "Three words are needed, these are %u.", w.count);
        return false;
    }
    for (int i = 0; i < JOIN_WORDS; i++) {
        if (list == NULL) {
            snprintf(found[i], UI_WORD_MAX, "%s", w.word[i]);
        } else if (!list->find(w.word[i], strlen(w.word[i]), found[i])) {
            char near[UI_WORD_MAX];
            list->nearest(w.word[i], strlen(w.word[i]), near);
            snprintf(problem, SENTENCE_MAX, "%s? Did you mean %s?", w.word[i], near);
            return false;
        }
    }
    int used = snprintf(out, JOIN_TEXT_MAX, "%s-%s-%s", found[0], found[1], found[2]);
    if (w.address != NULL && w.address[0] != '\0') {
        snprintf(out + used, JOIN_TEXT_MAX - (size_t)used, "@%.64s", w.address);
    }
    return true;
}

bool join_words_complete(struct text_field *field, const struct ui_word_list *list)
{
    struct join_words w;
    char words[1][UI_WORD_MAX];
    join_words_split(&w, field->text);
    if (list == NULL || w.count == 0 || w.count > JOIN_WORDS || w.address != NULL) {
        return false;
    }
    const char *part = w.word[w.count - 1];
    if (list->complete(part, strlen(part), words, 1) == 0) {
        return false;
    }
    char text[TEXT_FIELD_MAX + 1] = "";
    for (unsigned i = 0; i + 1 < w.count; i++) {
        strncat(text, w.word[i], UI_WORD_MAX);
        strncat(text, "-", 2);
    }
    strncat(text, words[0], UI_WORD_MAX);
    if (w.count < JOIN_WORDS) {
        strncat(text, "-", 2);
    }
    text_field_set(field, text);
    return true;
}
