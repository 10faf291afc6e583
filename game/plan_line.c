#include "game/plan_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool plan_fail(
    struct plan_problem *problem, unsigned line, const char *word, const char *format, ...)
{
    va_list arguments;
    problem->line = line;
    snprintf(problem->word, sizeof problem->word, "%s", word == NULL ? "" : word);
    va_start(arguments, format);
    vsnprintf(problem->text, sizeof problem->text, format, arguments);
    va_end(arguments);
    return false;
}

/* How many bytes at `text` are a word by themselves. */
static size_t mark_size(const char *text, size_t left)
{
    if (strchr(",:;=", text[0]) != NULL) {
        return 1;
    }
    if (text[0] != '<' && text[0] != '>') {
        return 0;
    }
    return left > 1 && text[1] == '=' ? 2 : 1;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool word_add(
    struct plan_line *line, const char *text, size_t size, struct plan_problem *problem)
{
    char shown[PLAN_WORD_BYTES + 1];
    snprintf(shown, sizeof shown, "%.*s", (int)size, text);
    if (size > PLAN_WORD_BYTES) {
        return plan_fail(
            problem, line->number, shown, "no word is longer than %d letters", PLAN_WORD_BYTES);
    }
    if (line->count == PLAN_WORDS_MAX) {
        return plan_fail(problem, line->number, shown,
            "a line has at most %d words; write two lines", PLAN_WORDS_MAX);
    }
    char *word = line->words[line->count++];
    for (size_t i = 0; i < size; i++) {
        char c = shown[i];
        word[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c == '-' && i > 0 ? '_' : c);
    }
    word[size] = '\0';
    return true;
}

/* How many bytes at `text`, which is no blank, are one word; 0 when a byte cannot be in one. */
static size_t word_size(const char *text, size_t left)
{
    size_t size = mark_size(text, left);
    if (size > 0) {
        return size;
    }
    while (size < left && !blank(text[size]) && text[size] != '#' &&
           mark_size(text + size, left - size) == 0) {
        if (text[size] < '!' || text[size] > '~') {
            return 0;
        }
        size++;
    }
    return size;
}

/* The words of one line; false when one of them cannot be. */
static bool words_of(
    struct plan_line *line, const char *text, size_t size, struct plan_problem *problem)
{
    for (size_t i = 0; i < size && text[i] != '#';) {
        if (blank(text[i])) {
            i++;
            continue;
        }
        size_t word = word_size(text + i, size - i);
        if (word == 0) {
            return plan_fail(problem, line->number, NULL,
                "there is a character that no word has; outside comments a plan is plain ASCII");
        }
        if (!word_add(line, text + i, word, problem)) {
            return false;
        }
        i += word;
    }
    return true;
}

bool plan_line_next(struct plan_line *line, struct plan_problem *problem)
{
    line->count = 0;
    while (line->at < line->size && line->count == 0) {
        const char *text = line->text + line->at;
        const char *end = memchr(text, '\n', line->size - line->at);
        size_t size = end == NULL ? line->size - line->at : (size_t)(end - text);
        line->begin = line->at;
        line->at += size + (end != NULL);
        line->number++;
        line->indented = size > 0 && blank(text[0]);
        if (memchr(text, '\0', size) != NULL) {
            return plan_fail(
                problem, line->number, NULL, "this is no text; a plan is plain ASCII text");
        }
        if (!words_of(line, text, size, problem)) {
            return false;
        }
    }
    return line->count > 0;
}
