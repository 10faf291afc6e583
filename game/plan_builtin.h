/* The texts of the strategies that have a name, embedded at build time from assets/strategies. */
#ifndef GAME_PLAN_BUILTIN_H
#define GAME_PLAN_BUILTIN_H

#include <stddef.h>

struct plan_text {
    const char *name;
    const char *text;
};

extern const struct plan_text plan_texts[];
extern const size_t plan_text_count;

#endif
