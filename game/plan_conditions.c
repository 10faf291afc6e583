#include "game/bet_words.h"
#include "game/plan_parts.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* What can be compared with a number, and what reads it. */
static const struct {
    const char *word;
    uint8_t subject;
    bool money;
    uint8_t reads;
} figures[] = {
    {"balance", PLAN_BALANCE, true, PLAN_READS_BALANCE},
    {"layout", PLAN_LAYOUT, true, 0},
    {"total", PLAN_TOTAL, true, PLAN_READS_BALANCE},
    {"profit", PLAN_PROFIT, true, PLAN_READS_BALANCE},
    {"loss", PLAN_LOSS, true, PLAN_READS_BALANCE},
    {"rolls", PLAN_ROLLS, false, PLAN_READS_ROLLS},
    {"hands", PLAN_HANDS, false, PLAN_READS_HANDS},
    {"hand_rolls", PLAN_HAND_ROLLS, false, PLAN_READS_HAND_ROLLS},
    {"hand_points", PLAN_HAND_POINTS, false, PLAN_READS_HAND_ROLLS},
};

static const struct {
    const char *word;
    uint8_t compare;
} comparisons[] = {
    {">=", PLAN_AT_LEAST},
    {"<=", PLAN_AT_MOST},
    {">", PLAN_MORE},
    {"<", PLAN_LESS},
    {"=", PLAN_EQUAL},
    {"is", PLAN_EQUAL},
};

static bool comparison(struct plan_parser *p, struct plan_condition *c)
{
    for (size_t i = 0; i < COUNT(comparisons); i++) {
        if (plan_word_is(p, comparisons[i].word)) {
            c->compare = comparisons[i].compare;
            if (c->compare == PLAN_EQUAL && plan_word_is(p, "not")) {
                c->compare = PLAN_UNEQUAL;
            }
            return true;
        }
    }
    return plan_refuse(p, "a comparison belongs here: >= <= > < or =");
}

static bool count_value(struct plan_parser *p, struct plan_condition *c)
{
    uint32_t value;
    if (!comparison(p, c) || !plan_number(p, PLAN_COUNT_MAX, &value)) {
        return false;
    }
    c->value = (struct plan_amount){.form = PLAN_CENTS, .value = value};
    return true;
}

static bool money_value(struct plan_parser *p, struct plan_condition *c)
{
    unsigned at = p->at + 1;
    if (!comparison(p, c) || !plan_amount(p, &c->value)) {
        return false;
    }
    if (c->value.form != PLAN_CENTS && c->value.form != PLAN_UNITS) {
        p->at = at;
        return plan_refuse(p, "compare with chips, cents or units: 500, 50000c, 100 units");
    }
    return true;
}

/* The word after "is" or "is not". */
static bool is_what(struct plan_parser *p, bool *negated)
{
    if (!plan_word_is(p, "is")) {
        return plan_refuse(p, "'is' belongs here");
    }
    *negated = plan_word_is(p, "not");
    return true;
}

static bool point_condition(struct plan_parser *p, struct plan_condition *c)
{
    enum { ANY = 0x1fff };
    bool negated = false;
    c->subject = PLAN_POINT;
    if (!is_what(p, &negated)) {
        return false;
    }
    if (plan_word_is(p, "off")) {
        c->numbers = 1;
    } else if (plan_word_is(p, "on")) {
        c->numbers = ANY & ~1;
    } else if (!plan_numbers(p, 2, &c->numbers)) {
        p->problem->text[0] = '\0';
        return plan_refuse(p, "the point is on, off, or a number such as 6 or 6,8");
    }
    c->numbers = negated ? (uint16_t)(ANY & ~c->numbers) : c->numbers;
    return true;
}

static bool game_condition(struct plan_parser *p, struct plan_condition *c)
{
    bool negated = false;
    c->subject = PLAN_CRAPLESS;
    if (!is_what(p, &negated)) {
        return false;
    }
    bool crapless = plan_word_is(p, "crapless");
    if (!crapless && !plan_word_is(p, "standard")) {
        return plan_refuse(p, "the game is crapless or standard");
    }
    c->value.value = crapless != negated;
    return true;
}

static bool bet_condition(struct plan_parser *p, struct plan_condition *c)
{
    bool negated = false;
    c->subject = PLAN_UP;
    if (!plan_bets(p, false, &c->bets) || !is_what(p, &negated)) {
        return false;
    }
    bool up = plan_word_is(p, "up");
    if (!up && !plan_word_is(p, "down")) {
        return plan_refuse(p, "a bet is up or down");
    }
    c->value.value = up != negated;
    return true;
}

/* Beyond the largest number that it is compared with, a count that only grows says nothing new. */
static void tell_apart(struct plan *plan, const struct plan_condition *c)
{
    uint64_t *told = c->subject == PLAN_ROLLS   ? &plan->rolls_told
                     : c->subject == PLAN_HANDS ? &plan->hands_told
                                                : NULL;
    if (told != NULL && (uint64_t)c->value.value + 1 > *told) {
        *told = (uint64_t)c->value.value + 1;
    }
}

static bool figure_condition(struct plan_parser *p, struct plan_condition *c)
{
    for (size_t i = 0; i < COUNT(figures); i++) {
        if (plan_word_is(p, figures[i].word)) {
            c->subject = figures[i].subject;
            p->plan->reads |= figures[i].reads;
            if (!(figures[i].money ? money_value(p, c) : count_value(p, c))) {
                return false;
            }
            tell_apart(p->plan, c);
            return true;
        }
    }
    if (plan_name_find(p->plan, plan_word(p)) >= 0) {
        c->subject = PLAN_NAMED;
        return plan_named(p, &c->name) && count_value(p, c);
    }
    return bet_word_find(plan_word(p)) >= 0 && bet_condition(p, c);
}

static bool condition(struct plan_parser *p, struct plan_condition *c)
{
    static const char *const near[] = {"point", "game", "number", "amount", "balance", "layout",
        "total", "profit", "loss", "rolls", "hands", "hand_rolls", "hand_points"};
    *c = (struct plan_condition){.subject = PLAN_POINT};
    if (plan_word_is(p, "point")) {
        return point_condition(p, c);
    }
    if (plan_word_is(p, "game")) {
        return game_condition(p, c);
    }
    bool number = plan_word_is(p, "number");
    if (number || plan_word_is(p, "amount")) {
        c->subject = number ? PLAN_NUMBER_OF : PLAN_AMOUNT_OF;
        if (!plan_word_is(p, "of")) {
            return plan_refuse(p, "'of' belongs here, as in: number of come < 2");
        }
        return plan_bets(p, false, &c->bets) && (number ? count_value(p, c) : money_value(p, c));
    }
    if (figure_condition(p, c)) {
        return true;
    }
    return p->problem->text[0] == '\0' && plan_refuse_unknown(p, "a condition", near, COUNT(near));
}

bool plan_conditions(struct plan_parser *p, struct plan_rule *rule)
{
    rule->first_condition = p->plan->condition_count;
    do {
        if (p->plan->condition_count == PLAN_CONDITIONS_MAX) {
            return plan_refuse(
                p, "a plan has at most %d conditions; make it two plans", PLAN_CONDITIONS_MAX);
        }
        if (!condition(p, &p->plan->conditions[p->plan->condition_count])) {
            return false;
        }
        p->plan->condition_count++;
        rule->conditions++;
    } while (plan_word_is(p, "and"));
    return true;
}
