#include "game/plan_parts.h"

#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* An action's bets: it, any (everything that is up), or a kind with numbers. */
static bool which_bets(struct plan_parser *p, bool to_make, struct plan_bets *bets)
{
    if (plan_word_is(p, "it")) {
        if (!p->event) {
            p->at--;
            return plan_refuse(
                p, "'it' is the bet of an 'after win', 'after lose' or 'after push'");
        }
        *bets = (struct plan_bets){.which = PLAN_IT};
        return true;
    }
    if (!to_make && plan_word_is(p, "all")) {
        *bets = (struct plan_bets){.which = PLAN_EVERY};
        return true;
    }
    return plan_bets(p, to_make, bets);
}

/* Kinds that a plan may make, for whoever asks (plan->makes); `it` makes only what has been made. */
static void note_made(struct plan *plan, const struct plan_bets *bets)
{
    if (bets->which == PLAN_THESE) {
        plan->makes |= UINT64_C(1) << bets->kind;
        if (bet_specs[bets->kind].hand_bet) {
            plan->reads |= PLAN_READS_HAND_ROLLS;
        }
    }
}

static bool amount_of(struct plan_parser *p, struct plan_do *act)
{
    unsigned at = p->at;
    if (!plan_amount(p, &act->amount)) {
        return false;
    }
    const struct plan_bets *b = &act->bets;
    bool odds = b->which == PLAN_THESE && bet_is_odds(b->kind);
    if (act->amount.form == PLAN_TIMES && !odds && b->which != PLAN_IT) {
        p->at = at;
        return plan_refuse(p, "'2x' is for odds: twice the bet that they are behind");
    }
    if (act->amount.form == PLAN_WINNINGS && !p->event) {
        p->at = at;
        return plan_refuse(p, "winnings are known only in an 'after win'");
    }
    if (act->amount.form <= PLAN_UNITS && act->amount.value == 0) {
        p->at = at;
        return plan_refuse(p, "nothing is no amount; to take a bet down write: take place 6");
    }
    return true;
}

static bool act_bet(struct plan_parser *p, struct plan_do *act)
{
    if (!which_bets(p, true, &act->bets) || !amount_of(p, act)) {
        return false;
    }
    note_made(p->plan, &act->bets);
    if (plan_word_is(p, "except")) {
        act->except_point = true;
        return plan_word_is(p, "point") || plan_refuse(p, "'except point' is meant");
    }
    return true;
}

/* odds pass max; odds come all 2x */
static bool act_odds(struct plan_parser *p, struct plan_do *act)
{
    uint8_t kind;
    unsigned at = p->at;
    if (!plan_kind(p, &kind)) {
        return false;
    }
    p->at = at;
    if (!bet_is_base(kind)) {
        return plan_refuse(p, "odds go behind pass, dont_pass, come, dont_come or put");
    }
    snprintf(
        p->line.words[at], sizeof p->line.words[at], "%s", bet_specs[kind + BET_ODDS_OFFSET].name);
    return act_bet(p, act);
}

static bool act_press(struct plan_parser *p, struct plan_do *act)
{
    if (p->plan->rules[act->rule].event == PLAN_ALWAYS) {
        p->at--;
        return plan_refuse(p, "press belongs behind an 'after', or it would press in every window");
    }
    if (!which_bets(p, true, &act->bets)) {
        return false;
    }
    if (!plan_word_is(p, "by")) {
        return plan_refuse(p, "'by' belongs here, as in: press place 6 by 6");
    }
    if (!amount_of(p, act)) {
        return false;
    }
    if (plan_word_is(p, "up")) {
        return (plan_word_is(p, "to") || plan_refuse(p, "'up to' is meant")) &&
               plan_amount(p, &act->limit);
    }
    return true;
}

static bool act_lower(struct plan_parser *p, struct plan_do *act)
{
    return which_bets(p, true, &act->bets) &&
           (plan_word_is(p, "to") || plan_refuse(p, "'to' belongs here: lower place 6 to 6")) &&
           amount_of(p, act);
}

static bool act_take(struct plan_parser *p, struct plan_do *act)
{
    return which_bets(p, false, &act->bets);
}

static bool act_mark(struct plan_parser *p, struct plan_do *act)
{
    unsigned at = p->at;
    if (!which_bets(p, false, &act->bets)) {
        return false;
    }
    if (act->bets.which == PLAN_THESE && !bet_specs[act->bets.kind].markable) {
        p->at = at;
        return plan_refuse(p, "this bet always works: it cannot be turned off or on");
    }
    return true;
}

static bool act_step(struct plan_parser *p, struct plan_do *act)
{
    act->value = 1;
    return plan_named(p, &act->name) &&
           (strspn(plan_word(p), "0123456789") == 0 || plan_number(p, PLAN_COUNT_MAX, &act->value));
}

static bool act_set(struct plan_parser *p, struct plan_do *act)
{
    return plan_named(p, &act->name) && plan_number(p, PLAN_COUNT_MAX, &act->value);
}

static bool act_reset(struct plan_parser *p, struct plan_do *act)
{
    if (!plan_named(p, &act->name)) {
        return false;
    }
    act->value = p->plan->names[act->name].start;
    return true;
}

bool plan_act_stop(struct plan_parser *p, struct plan_do *act)
{
    (void)act;
    struct plan *plan = p->plan;
    if (plan->stop_count == PLAN_STOPS_MAX) {
        return plan_refuse(p, "a plan has at most 8 stops");
    }
    struct plan_stop *stop = &plan->stops[plan->stop_count++];
    stop->line = (uint16_t)p->line.number;
    memcpy(stop->text, p->reason, sizeof stop->text);
    return true;
}

static const struct {
    const char *word;
    uint8_t verb;
    uint8_t mark;
    bool (*read)(struct plan_parser *p, struct plan_do *act);
} verbs[] = {
    {"bet", PLAN_BET, 0, act_bet},
    {"odds", PLAN_BET, 0, act_odds},
    {"keep", PLAN_KEEP, 0, act_bet},
    {"press", PLAN_PRESS, 0, act_press},
    {"lower", PLAN_LOWER, 0, act_lower},
    {"take", PLAN_TAKE, 0, act_take},
    {"off", PLAN_MARK, MARK_OFF, act_mark},
    {"on", PLAN_MARK, MARK_ON, act_mark},
    {"default", PLAN_MARK, MARK_DEFAULT, act_mark},
    {"up", PLAN_RAISE_NAME, 0, act_step},
    {"down", PLAN_SINK_NAME, 0, act_step},
    {"set", PLAN_SET_NAME, 0, act_set},
    {"reset", PLAN_SET_NAME, 0, act_reset},
    {"stop", PLAN_STOP, 0, plan_act_stop},
};

/* Every word that may begin a line. */
static bool unknown_beginning(struct plan_parser *p)
{
    static const char *const others[] = {"unit", "counter", "ladder", "when", "after"};
    const char *near[COUNT(others) + COUNT(verbs)];
    for (size_t i = 0; i < COUNT(verbs); i++) {
        near[i] = verbs[i].word;
    }
    memcpy(near + COUNT(verbs), others, sizeof others);
    return plan_refuse_unknown(p, "something to do", near, COUNT(near));
}

bool plan_action(struct plan_parser *p, uint8_t rule)
{
    struct plan *plan = p->plan;
    if (plan->action_count == PLAN_ACTIONS_MAX) {
        return plan_refuse(p, "a plan does at most 96 things; make it two plans");
    }
    struct plan_do *act = &plan->actions[plan->action_count];
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (plan_word_is(p, verbs[i].word)) {
            *act = (struct plan_do){.verb = verbs[i].verb, .rule = rule, .mark = verbs[i].mark};
            act->line = (uint16_t)p->line.number;
            plan->action_count++;
            return verbs[i].read(p, act);
        }
    }
    return unknown_beginning(p);
}
