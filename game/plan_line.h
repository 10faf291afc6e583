/* A plan's text as lines of words. */
#ifndef GAME_PLAN_LINE_H
#define GAME_PLAN_LINE_H

#include "game/plan.h"

enum { PLAN_WORDS_MAX = 64, PLAN_WORD_BYTES = 24 };

struct plan_line {
    const char *text; /* the file; borrowed */
    size_t size, at;  /* `at` is behind the line */
    size_t begin;     /* where the line's bytes begin */
    unsigned number;
    bool indented; /* it begins with a blank */
    unsigned count;
    char words[PLAN_WORDS_MAX][PLAN_WORD_BYTES + 1];
};

/* The next line with words on it: letters in lower case, '-' inside a word as '_', comments left out; , : ; and comparisons are words of
 * their own. False at the end of the text, or with problem->text filled in. */
bool plan_line_next(struct plan_line *line, struct plan_problem *problem);

/* Fills in a problem; `word` may be hostile, or NULL. Always false. */
bool plan_fail(struct plan_problem *problem, unsigned line, const char *word, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

#endif
