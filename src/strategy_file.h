/* What --strategy says: one of the names of cli.md, or a file with a plan (docs/strategies.md). */
#ifndef SRC_STRATEGY_FILE_H
#define SRC_STRATEGY_FILE_H

#include "game/strategy.h"
#include "src/cli.h"

enum { STRATEGY_NAME_MAX = 24 };

struct strategy_choice {
    bool given;
    bool from_file; /* `plan` is what it says; else `kind` */
    enum strategy_kind kind;
    char name
        [STRATEGY_NAME_MAX +
            1]; /* as a player calls it: "pass-odds", or the file's without its folder and ending; clean */
    struct plan plan;
};

/* Could it be a strategy: a name; or a file, because it has a '/', ends in .plan, or is there. */
bool strategy_value_valid(const char *value);

/* Reads it; NULL is no strategy. 0, or an exit status of cli.md with one sentence in `problem`: 64 neither a name nor a file, 66 no
 * such file, 77 no permission, 74 it cannot be read, 65 it is no plan: the sentence names file, line and what to write instead. */
int strategy_choose(
    struct strategy_choice *out, const char *value, char problem[static CLI_PROBLEM_BYTES]);

/* Begins it for one player. */
void strategy_choice_init(struct strategy *s, const struct strategy_choice *choice, uint64_t seed);

#endif
