#include "game/live.h"

#include <stdlib.h>

struct house_rules house_rules_default(void)
{
    struct house_rules rules = {
        .table = table_config_default(),
        .name = "Craps table",
        .window_s = 20,
        .shooter_clock_s = 45,
        .grace_s = 600,
        .seats = 8,
        .buy_in_cents = 100000,
        .rebuys = 3,
        .rate = 10,
        .start = 2,
    };
    rules.table.min_cents = 100;
    rules.table.max_cents = 50000;
    return rules;
}

/* A decimal in low..high without sign, blank or leading zero. */
static bool parse_number(const char *text, uint64_t low, uint64_t high, uint64_t *out)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 13 || text[digits] != '\0' || (text[0] == '0' && digits > 1)) {
        return false;
    }
    *out = strtoull(text, NULL, 10);
    return *out >= low && *out <= high;
}

enum { ANY_ALLOWED = 1 };

static const struct number_rule {
    const char *key;
    size_t offset;
    uint16_t low, high;
    int any;
} number_rules[] = {
    {"window", offsetof(struct house_rules, window_s), 0, 3600, 0},
    {"shooter_clock", offsetof(struct house_rules, shooter_clock_s), 1, 3600, 0},
    {"grace", offsetof(struct house_rules, grace_s), 1, 36000, 0},
    {"seats", offsetof(struct house_rules, seats), 1, LIVE_SEATS_MAX, 0},
    {"rebuys", offsetof(struct house_rules, rebuys), 0, 60000, ANY_ALLOWED},
    {"rate", offsetof(struct house_rules, rate), 1, 60000, ANY_ALLOWED},
    {"start", offsetof(struct house_rules, start), 1, LIVE_SEATS_MAX, 0},
};

static enum refusal set_number(
    struct house_rules *rules, const struct number_rule *rule, const char *value)
{
    uint64_t number;
    uint16_t *field = (uint16_t *)((uint8_t *)rules + rule->offset);
    if (rule->any == ANY_ALLOWED && strcmp(value, "any") == 0) {
        *field = LIVE_ANY;
        return REFUSAL_NONE;
    }
    if (!parse_number(value, rule->low, rule->high, &number)) {
        return REFUSAL_BAD_CONFIG;
    }
    *field = (uint16_t)number;
    return REFUSAL_NONE;
}

static enum refusal set_choice(
    uint8_t *field, const char *value, const char *first, const char *second)
{
    if (strcmp(value, first) == 0) {
        *field = 0;
    } else if (strcmp(value, second) == 0) {
        *field = 1;
    } else {
        return REFUSAL_BAD_CONFIG;
    }
    return REFUSAL_NONE;
}

enum refusal house_rules_set(struct house_rules *rules, const char *key, const char *value)
{
    for (size_t i = 0; i < sizeof number_rules / sizeof number_rules[0]; i++) {
        if (strcmp(key, number_rules[i].key) == 0) {
            return set_number(rules, &number_rules[i], value);
        }
    }
    if (strcmp(key, "engine") == 0) {
        return set_choice(&rules->engine, value, "bft", "raft");
    }
    if (strcmp(key, "admission") == 0) {
        return set_choice(&rules->admission, value, "code", "vote");
    }
    if (strcmp(key, "buy_in") == 0) {
        uint64_t cents;
        if (!parse_number(value, 1, AMOUNT_CENTS_MAX, &cents)) {
            return REFUSAL_BAD_CONFIG;
        }
        rules->buy_in_cents = (int64_t)cents;
        return REFUSAL_NONE;
    }
    return table_config_set(&rules->table, key, value);
}

void house_rules_encode(const struct house_rules *rules, struct writer *w)
{
    const struct table_config *t = &rules->table;
    write_u16(w, t->odds);
    write_u8(w, t->field2);
    write_u8(w, t->field12);
    write_u8(w, t->vig_upfront);
    write_u8(w, t->ats_30_150);
    write_u8(w, t->rtl);
    write_u8(w, t->crapless);
    write_u8(w, t->line_required);
    write_u64(w, (uint64_t)t->vig_min_cents);
    write_u64(w, (uint64_t)t->min_cents);
    write_u64(w, (uint64_t)t->max_cents);
    write_lp(w, rules->name, strlen(rules->name));
    write_u16(w, rules->window_s);
    write_u16(w, rules->shooter_clock_s);
    write_u16(w, rules->grace_s);
    write_u16(w, rules->seats);
    write_u64(w, (uint64_t)rules->buy_in_cents);
    write_u16(w, rules->rebuys);
    write_u16(w, rules->rate);
    write_u16(w, rules->start);
    write_u8(w, rules->engine);
    write_u8(w, rules->admission);
    write_u8(w, rules->solo);
}

static bool one_of(unsigned v, const uint16_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (v == values[i]) {
            return true;
        }
    }
    return false;
}

static bool amount_valid(int64_t cents)
{
    return cents >= 1 && cents <= AMOUNT_CENTS_MAX;
}

static bool rules_valid(const struct house_rules *rules)
{
    static const uint16_t odds[] = {345, 1, 2, 5, 10, 20, 100};
    const struct table_config *t = &rules->table;
    return one_of(t->odds, odds, 7) && (t->field2 == 2 || t->field2 == 3) &&
           (t->field12 == 2 || t->field12 == 3) && t->rtl >= 1 && t->rtl <= 7 &&
           amount_valid(t->vig_min_cents) && amount_valid(t->min_cents) &&
           amount_valid(t->max_cents) && rules->window_s <= 3600 && rules->shooter_clock_s >= 1 &&
           rules->shooter_clock_s <= 3600 && rules->grace_s >= 1 && rules->grace_s <= 36000 &&
           rules->seats >= 1 && rules->seats <= LIVE_SEATS_MAX && rules->start >= 1 &&
           rules->start <= LIVE_SEATS_MAX && amount_valid(rules->buy_in_cents) &&
           rules->engine <= 1 && rules->admission <= 1;
}

/* A boolean byte; anything but 0 and 1 makes the encoding not canonical. */
bool house_rules_decode(struct house_rules *out, struct reader *r)
{
    struct house_rules rules = {0};
    struct table_config *t = &rules.table;
    t->odds = read_u16(r);
    t->field2 = read_u8(r);
    t->field12 = read_u8(r);
    t->vig_upfront = read_flag(r);
    t->ats_30_150 = read_flag(r);
    t->rtl = read_u8(r);
    t->crapless = read_flag(r);
    t->line_required = read_flag(r);
    t->vig_min_cents = (int64_t)read_u64(r);
    t->min_cents = (int64_t)read_u64(r);
    t->max_cents = (int64_t)read_u64(r);
    size_t size;
    const uint8_t *name = read_lp(r, &size);
    if (name == NULL || size > TABLE_NAME_BYTES_MAX || memchr(name, 0, size) != NULL) {
        r->bad = true;
        return false;
    }
    memcpy(rules.name, name, size);
    rules.window_s = read_u16(r);
    rules.shooter_clock_s = read_u16(r);
    rules.grace_s = read_u16(r);
    rules.seats = read_u16(r);
    rules.buy_in_cents = (int64_t)read_u64(r);
    rules.rebuys = read_u16(r);
    rules.rate = read_u16(r);
    rules.start = read_u16(r);
    rules.engine = read_u8(r);
    rules.admission = read_u8(r);
    rules.solo = read_flag(r);
    if (r->bad || !rules_valid(&rules)) {
        return false;
    }
    *out = rules;
    return true;
}
