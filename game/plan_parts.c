#include "game/plan_parts.h"

#include "base/nearest.h"
#include "game/bet_words.h"

#include <stdarg.h>
#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

const char *plan_word(const struct plan_parser *p)
{
    return p->at < p->line.count ? p->line.words[p->at] : "";
}

bool plan_word_is(struct plan_parser *p, const char *word)
{
    bool is = strcmp(plan_word(p), word) == 0;
    p->at += is;
    return is;
}

bool plan_refuse(struct plan_parser *p, const char *format, ...)
{
    char sentence[sizeof p->problem->text - PLAN_WORD_BYTES - 8];
    const char *word = plan_word(p);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return word[0] == '\0'
               ? plan_fail(p->problem, p->line.number, NULL, "at the end: %s", sentence)
               : plan_fail(p->problem, p->line.number, word, "at '%s': %s", word, sentence);
}

bool plan_refuse_unknown(
    struct plan_parser *p, const char *what, const char *const *near, size_t count)
{
    const char *word = plan_word(p);
    struct nearest nearest = {.typed = word};
    for (size_t i = 0; i < count; i++) {
        nearest_offer(&nearest, near[i]);
    }
    if (word[0] == '\0' || strchr(",:;<>=", word[0]) != NULL) {
        return plan_fail(
            p->problem, p->line.number, NULL, "%s is missing here, such as '%s'", what, near[0]);
    }
    return plan_fail(p->problem, p->line.number, word, "'%s' is not %s; did you mean '%s'?", word,
        what, nearest.name);
}

/* Digits alone, up to `most`. */
static bool number_of(const char *word, uint32_t most, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; word[i] != '\0'; i++) {
        if (word[i] < '0' || word[i] > '9' || i >= 9) {
            return false;
        }
        *value = *value * 10 + (uint32_t)(word[i] - '0');
    }
    return word[0] != '\0' && *value <= most;
}

bool plan_number(struct plan_parser *p, uint32_t most, uint32_t *value)
{
    if (!number_of(plan_word(p), most, value)) {
        return plan_refuse(p, "a whole number from 0 to %u belongs here", (unsigned)most);
    }
    p->at++;
    return true;
}

int plan_name_find(const struct plan *plan, const char *word)
{
    for (int i = 0; i < plan->name_count; i++) {
        if (strcmp(plan->names[i].text, word) == 0) {
            return i;
        }
    }
    return -1;
}

bool plan_named(struct plan_parser *p, uint8_t *name)
{
    int found = plan_name_find(p->plan, plan_word(p));
    if (found < 0) {
        const char *names[PLAN_NAMES_MAX];
        for (unsigned i = 0; i < p->plan->name_count; i++) {
            names[i] = p->plan->names[i].text;
        }
        if (p->plan->name_count == 0) {
            return plan_refuse(p, "there is no counter or ladder yet; begin with: counter wins");
        }
        return plan_refuse_unknown(p, "a counter or ladder", names, p->plan->name_count);
    }
    *name = (uint8_t)found;
    p->at++;
    return true;
}

/* "5", "7.50", "500c" in cents. */
static bool cents_of(const char *word, int64_t *cents)
{
    size_t digits = strspn(word, "0123456789");
    const char *rest = word + digits;
    int64_t value = 0;
    if (digits == 0 || digits > 13) {
        return false;
    }
    for (size_t i = 0; i < digits; i++) {
        value = value * 10 + (word[i] - '0');
    }
    if (strcmp(rest, "c") != 0) {
        value *= 100;
        if (rest[0] == '.') {
            size_t places = strspn(rest + 1, "0123456789");
            if (places < 1 || places > 2) {
                return false;
            }
            value += (rest[1] - '0') * 10 + (places == 2 ? rest[2] - '0' : 0);
            rest += places + 1;
        }
        if (rest[0] != '\0') {
            return false;
        }
    }
    *cents = value;
    return value <= AMOUNT_CENTS_MAX;
}

/* Number, then perhaps "units" or "chips". */
static bool plain_amount(struct plan_parser *p, struct plan_amount *amount)
{
    uint32_t units;
    const char *word = plan_word(p);
    const char *next = p->at + 1 < p->line.count ? p->line.words[p->at + 1] : "";
    if (strcmp(next, "unit") == 0 || strcmp(next, "units") == 0) {
        if (!number_of(word, PLAN_COUNT_MAX, &units)) {
            return plan_refuse(p, "units are counted in whole numbers up to 1000000");
        }
        *amount = (struct plan_amount){.form = PLAN_UNITS, .value = units};
        p->at += 2;
        return true;
    }
    int64_t cents;
    if (!cents_of(word, &cents)) {
        return plan_refuse(p, "an amount belongs here: 5 (chips), 500c (cents), 2 units, max, 2x, "
                              "winnings or a ladder");
    }
    *amount = (struct plan_amount){.form = PLAN_CENTS, .value = cents};
    p->at++;
    if (!plan_word_is(p, "chips")) {
        plan_word_is(p, "chip");
    }
    return true;
}

bool plan_amount(struct plan_parser *p, struct plan_amount *amount)
{
    const char *word = plan_word(p);
    size_t digits = strspn(word, "0123456789");
    if (plan_word_is(p, "max")) {
        *amount = (struct plan_amount){.form = PLAN_MOST};
        return true;
    }
    if (plan_word_is(p, "unit")) {
        *amount = (struct plan_amount){.form = PLAN_UNITS, .value = 1};
        return true;
    }
    if (plan_word_is(p, "winnings")) {
        *amount = (struct plan_amount){.form = PLAN_WINNINGS};
        p->plan->reads |= PLAN_READS_WINNINGS;
        return true;
    }
    if (digits > 0 && digits <= 3 && strcmp(word + digits, "x") == 0) {
        int64_t times = 0;
        for (size_t i = 0; i < digits; i++) {
            times = times * 10 + (word[i] - '0');
        }
        *amount = (struct plan_amount){.form = PLAN_TIMES, .value = times};
        p->at++;
        return true;
    }
    int name = plan_name_find(p->plan, word);
    if (name >= 0 && p->plan->names[name].rungs > 0) {
        *amount = (struct plan_amount){.form = PLAN_RUNG, .name = (uint8_t)name};
        p->at++;
        return true;
    }
    return plain_amount(p, amount);
}

bool plan_kind(struct plan_parser *p, uint8_t *kind)
{
    int found = bet_word_find(plan_word(p));
    if (found < 0) {
        const char *names[BET_KIND_COUNT + BET_SHORT_WORDS];
        for (size_t i = 0; i < BET_KIND_COUNT; i++) {
            names[i] = bet_specs[i].name;
        }
        for (size_t i = 0; i < BET_SHORT_WORDS; i++) {
            names[BET_KIND_COUNT + i] = bet_short_words[i].word;
        }
        return plan_refuse_unknown(p, "a bet", names, COUNT(names));
    }
    *kind = (uint8_t)found;
    p->at++;
    return true;
}

bool plan_numbers(struct plan_parser *p, unsigned low, uint16_t *numbers)
{
    *numbers = 0;
    do {
        uint32_t n;
        if (!number_of(plan_word(p), 12, &n) || n < low) {
            return plan_refuse(
                p, "a number from %u to 12 belongs here, or several with commas: 6,8", low);
        }
        *numbers |= (uint16_t)(1u << n);
        p->at++;
    } while (plan_word_is(p, ","));
    return true;
}

static bool hop_dice(struct plan_parser *p, bool to_make, struct plan_bets *bets)
{
    uint32_t die1, die2;
    if (!to_make && !number_of(plan_word(p), 6, &die1)) {
        return true;
    }
    if (!number_of(plan_word(p), 6, &die1) || p->at + 1 >= p->line.count ||
        !number_of(p->line.words[p->at + 1], 6, &die2) || die1 == 0 || die2 == 0) {
        return plan_refuse(p, "a hop needs two dice from 1 to 6, such as: hop 4 4");
    }
    bets->hop = bet_hop_number(die1, die2);
    p->at += 2;
    return true;
}

bool plan_bets(struct plan_parser *p, bool to_make, struct plan_bets *bets)
{
    uint8_t kind = 0;
    if (!plan_kind(p, &kind)) {
        return false;
    }
    const struct bet_spec *spec = &bet_specs[kind];
    uint16_t offered = spec->numbers | spec->crapless;
    *bets = (struct plan_bets){.which = PLAN_THESE, .kind = kind, .numbers = offered};
    if (spec->form == BET_NUMBER_DICE) {
        return hop_dice(p, to_make, bets);
    }
    if (spec->form == BET_NUMBER_NONE) {
        return true;
    }
    if (spec->form == BET_NUMBER_TRAVELLED && to_make) {
        bets->numbers = 1;
        return true;
    }
    if (plan_word_is(p, "all")) {
        return true;
    }
    uint32_t first;
    bool number = number_of(plan_word(p), 12, &first);
    if (!number && !to_make) {
        return true;
    }
    char text[40];
    bet_numbers_text(kind, text, sizeof text);
    if (!number) {
        return plan_refuse(p, "%s needs numbers: %s, or all", spec->name, text);
    }
    unsigned at = p->at;
    if (!plan_numbers(p, 0, &bets->numbers)) {
        return false;
    }
    if ((bets->numbers & ~offered) != 0) {
        p->at = at;
        return plan_refuse(p, "%s goes on %s and no other number", spec->name, text);
    }
    return true;
}
