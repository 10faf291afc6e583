#include "game/bet_words.h"
#include "game/plan_parts.h"

#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { UNIT_CENTS_DEFAULT = 500 };

/* Words that a counter or ladder may not be called by, because they mean something in the same place. */
static bool reserved(const char *word)
{
    static const char *const words[] = {"point", "game", "number", "amount", "balance", "layout",
        "total", "profit", "loss", "rolls", "hands", "hand_rolls", "hand_points", "unit", "units",
        "max", "winnings", "all", "any", "it", "and", "not", "is", "of", "to", "by", "up", "down"};
    for (size_t i = 0; i < COUNT(words); i++) {
        if (strcmp(word, words[i]) == 0) {
            return true;
        }
    }
    return bet_word_find(word) >= 0;
}

static bool new_name(struct plan_parser *p, struct plan_name **name)
{
    const char *word = plan_word(p);
    size_t size = strlen(word);
    bool letters = word[0] >= 'a' && word[0] <= 'z' &&
                   strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_") == size;
    if (!letters || size > PLAN_NAME_BYTES) {
        return plan_refuse(p, "a name of up to 16 letters and digits belongs here, such as: wins");
    }
    if (reserved(word) || plan_name_find(p->plan, word) >= 0) {
        return plan_refuse(p, "this word has a meaning already; choose another name");
    }
    if (p->plan->name_count == PLAN_NAMES_MAX) {
        return plan_refuse(p, "a plan has at most 16 counters and ladders");
    }
    *name = &p->plan->names[p->plan->name_count];
    **name = (struct plan_name){.rungs = 0};
    memcpy((*name)->text, word, size);
    p->at++;
    return true;
}

static bool line_unit(struct plan_parser *p)
{
    struct plan_amount amount;
    if (!plan_amount(p, &amount)) {
        return false;
    }
    if (amount.form != PLAN_CENTS || amount.value == 0) {
        p->at = 1;
        return plan_refuse(p, "the unit is a number of chips or cents, such as: unit 5");
    }
    p->plan->unit_cents = amount.value;
    return true;
}

static bool line_counter(struct plan_parser *p)
{
    struct plan_name *name = NULL;
    if (!new_name(p, &name) ||
        (p->at < p->line.count && !plan_number(p, PLAN_COUNT_MAX, &name->start))) {
        return false;
    }
    p->plan->name_count++;
    return true;
}

static bool line_ladder(struct plan_parser *p)
{
    struct plan_name *name = NULL;
    if (!new_name(p, &name)) {
        return false;
    }
    name->start = 1;
    while (p->at < p->line.count || name->rungs == 0) {
        struct plan_amount amount;
        if (name->rungs == PLAN_RUNGS_MAX) {
            return plan_refuse(p, "a ladder has at most 16 steps");
        }
        unsigned at = p->at;
        if (!plan_amount(p, &amount)) {
            return false;
        }
        if (amount.form != PLAN_CENTS || amount.value == 0) {
            p->at = at;
            return plan_refuse(p, "the steps of a ladder are chips or cents: ladder steps 5 10 20");
        }
        name->rung_cents[name->rungs++] = amount.value;
    }
    p->plan->name_count++;
    return true;
}

/* What a rule does, up to the end of the line. */
static bool actions(struct plan_parser *p, uint8_t rule)
{
    do {
        if (!plan_action(p, rule)) {
            return false;
        }
    } while (plan_word_is(p, ";"));
    return p->at == p->line.count ||
           plan_refuse(p, "this is too much here; a second thing to do comes after ';'");
}

static bool new_rule(struct plan_parser *p, struct plan_rule **rule)
{
    struct plan *plan = p->plan;
    if (plan->rule_count == PLAN_RULES_MAX) {
        return plan_refuse(p, "a plan has at most 64 rules; make it two plans");
    }
    *rule = &plan->rules[plan->rule_count++];
    **rule = (struct plan_rule){.line = (uint16_t)p->line.number, .bets = {.which = PLAN_EVERY}};
    p->event = false;
    p->reason[0] = '\0';
    return true;
}

static bool event(struct plan_parser *p, struct plan_rule *rule)
{
    static const char *const words[] = {
        "win", "lose", "push", "roll", "seven_out", "point_made", "point_set"};
    for (size_t i = 0; i < COUNT(words); i++) {
        if (!plan_word_is(p, words[i])) {
            continue;
        }
        rule->event = (uint8_t)(PLAN_WIN + i);
        if (rule->event <= PLAN_PUSH) {
            p->event = true;
            return plan_word_is(p, "any") || plan_bets(p, false, &rule->bets);
        }
        rule->totals = 0x1fff;
        bool numbered = rule->event == PLAN_ROLL && strspn(plan_word(p), "0123456789") > 0;
        return !numbered || plan_numbers(p, 2, &rule->totals);
    }
    return plan_refuse_unknown(p, "something that can happen", words, COUNT(words));
}

/* The words up to a ':' are what a notice says when the rule stops the plan. */
static void keep_reason(struct plan_parser *p)
{
    size_t used = 0;
    for (unsigned i = p->at; i < p->line.count && strcmp(p->line.words[i], ":") != 0; i++) {
        if (used < sizeof p->reason) {
            used += (size_t)snprintf(p->reason + used, sizeof p->reason - used, "%s%s",
                used > 0 ? " " : "", p->line.words[i]);
        }
    }
}

/* after EVENT [when CONDITIONS]: and when CONDITIONS: with what to do behind it, or below it. */
static bool guarded(struct plan_parser *p, bool after)
{
    struct plan_rule *rule = NULL;
    if (!new_rule(p, &rule)) {
        return false;
    }
    keep_reason(p);
    if (after && !event(p, rule)) {
        return false;
    }
    if ((!after || plan_word_is(p, "when")) && !plan_conditions(p, rule)) {
        return false;
    }
    if (!plan_word_is(p, ":")) {
        return plan_refuse(p, after ? "':' belongs here, or 'when' with a condition"
                                    : "':' belongs here, or 'and' with another condition");
    }
    if (p->at == p->line.count) {
        p->block = true;
        p->empty = true;
        return true;
    }
    return actions(p, (uint8_t)(p->plan->rule_count - 1));
}

static bool line_stop(struct plan_parser *p)
{
    struct plan_rule *rule = NULL;
    if (!plan_word_is(p, "when")) {
        return plan_refuse(p, "'when' belongs here, as in: stop when profit >= 500");
    }
    if (!new_rule(p, &rule)) {
        return false;
    }
    keep_reason(p);
    if (!plan_conditions(p, rule)) {
        return false;
    }
    if (p->plan->action_count == PLAN_ACTIONS_MAX) {
        return plan_refuse(p, "a plan does at most 96 things; make it two plans");
    }
    p->plan->actions[p->plan->action_count] = (struct plan_do){.verb = PLAN_STOP,
        .rule = (uint8_t)(p->plan->rule_count - 1),
        .line = (uint16_t)p->line.number};
    if (!plan_act_stop(p, &p->plan->actions[p->plan->action_count++])) {
        return false;
    }
    return p->at == p->line.count || plan_refuse(p, "this is too much here");
}

static bool plain(struct plan_parser *p)
{
    struct plan_rule *rule = NULL;
    return new_rule(p, &rule) && actions(p, (uint8_t)(p->plan->rule_count - 1));
}

static bool settings_line(struct plan_parser *p, bool (*read)(struct plan_parser *))
{
    return read(p) && (p->at == p->line.count || plan_refuse(p, "this is too much here"));
}

/* A rule that does nothing is a slip. */
static bool block_ends(struct plan_parser *p)
{
    if (p->block && p->empty) {
        const struct plan_rule *rule = &p->plan->rules[p->plan->rule_count - 1];
        return plan_fail(p->problem, rule->line, NULL,
            "nothing stands under this line: what to do comes behind the ':' or on lines that "
            "begin "
            "with a blank");
    }
    p->block = false;
    return true;
}

static bool one_line(struct plan_parser *p)
{
    p->at = 0;
    if (p->line.indented) {
        p->empty = false;
        return p->block
                   ? actions(p, (uint8_t)(p->plan->rule_count - 1))
                   : plan_refuse(p, "only what belongs to a line that ends with ':' begins with "
                                    "a blank");
    }
    if (!block_ends(p)) {
        return false;
    }
    if (plan_word_is(p, "unit")) {
        return settings_line(p, line_unit);
    }
    if (plan_word_is(p, "counter")) {
        return settings_line(p, line_counter);
    }
    if (plan_word_is(p, "ladder")) {
        return settings_line(p, line_ladder);
    }
    if (plan_word_is(p, "after")) {
        return guarded(p, true);
    }
    if (plan_word_is(p, "when")) {
        return guarded(p, false);
    }
    return plan_word_is(p, "stop") ? line_stop(p) : plain(p);
}

bool plan_parse(struct plan *plan, const char *text, size_t size, struct plan_problem *problem)
{
    struct plan_parser p = {.plan = plan, .problem = problem, .line = {.text = text, .size = size}};
    *plan = (struct plan){.unit_cents = UNIT_CENTS_DEFAULT};
    *problem = (struct plan_problem){.line = 0};
    bool good = size <= PLAN_BYTES_MAX ||
                plan_fail(problem, 0, NULL, "a plan has at most %d bytes", PLAN_BYTES_MAX);
    while (good && plan_line_next(&p.line, problem)) {
        good = one_line(&p);
    }
    good = good && problem->text[0] == '\0' && block_ends(&p);
    if (!good) {
        *plan = (struct plan){.unit_cents = UNIT_CENTS_DEFAULT};
    }
    return good;
}
