/* Reading the parts of a plan's line: amounts, bets, conditions. Internal to the plan's parser. */
#ifndef GAME_PLAN_PARTS_H
#define GAME_PLAN_PARTS_H

#include "game/plan_line.h"

struct plan_parser {
    struct plan *plan;
    struct plan_problem *problem;
    struct plan_line line;
    unsigned at;                    /* the next word */
    bool block;                     /* indented lines belong to the last rule */
    bool empty;                     /* and there was none yet */
    bool event;                     /* the rule that is read is about a bet that was decided */
    char reason[PLAN_REASON_BYTES]; /* when the rule that is read applies, in its own words */
};

/* The next word, or "" at the end of the line. */
const char *plan_word(const struct plan_parser *p);

/* Steps over the next word when it is this one. */
bool plan_word_is(struct plan_parser *p, const char *word);

/* A problem with the next word: what should be there, or the words that could be. Always false. */
bool plan_refuse(struct plan_parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool plan_refuse_unknown(
    struct plan_parser *p, const char *what, const char *const *near, size_t count);

/* A whole number up to `most`. */
bool plan_number(struct plan_parser *p, uint32_t most, uint32_t *value);

/* A counter or ladder by its name, or -1. */
int plan_name_find(const struct plan *plan, const char *word);
bool plan_named(struct plan_parser *p, uint8_t *name);

bool plan_amount(struct plan_parser *p, struct plan_amount *amount);

/* The kind of the next word. */
bool plan_kind(struct plan_parser *p, uint8_t *kind);

/* A kind and its numbers. To make a bet, a kind with numbers needs them; elsewhere none means all, and come and dont_come take
 * numbers too (0 is the box). */
bool plan_bets(struct plan_parser *p, bool to_make, struct plan_bets *bets);

/* "6", "6,8": a set of numbers from `low` to 12. */
bool plan_numbers(struct plan_parser *p, unsigned low, uint16_t *numbers);

/* CONDITION [and CONDITION]..., up to a word that is neither. */
bool plan_conditions(struct plan_parser *p, struct plan_rule *rule);

/* One thing to do, as part of a rule; and the end of the run, whose line is noted. */
bool plan_action(struct plan_parser *p, uint8_t rule);
bool plan_act_stop(struct plan_parser *p, struct plan_do *act);

#endif
