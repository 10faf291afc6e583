#include "game/table.h"

#include "game/integer.h"

#include <string.h>

struct table_config table_config_default(void)
{
    return (struct table_config){
        .odds = 345,
        .field2 = 2,
        .field12 = 3,
        .rtl = 1,
        .line_required = true,
        .vig_min_cents = 1,
        .min_cents = 1,
        .max_cents = 100000000,
    };
}

/* Every key whose values are matched as text (rule 15.3), each value on its own row. */
enum key { KEY_ODDS, KEY_FIELD2, KEY_FIELD12, KEY_VIG, KEY_ATS, KEY_RTL, KEY_CRAPLESS, KEY_LINE };

static const struct choice {
    enum key key;
    const char *name;
    const char *text;
    uint16_t value;
} choices[] = {
    {KEY_ODDS, "odds", "345", 345},
    {KEY_ODDS, "odds", "1", 1},
    {KEY_ODDS, "odds", "2", 2},
    {KEY_ODDS, "odds", "5", 5},
    {KEY_ODDS, "odds", "10", 10},
    {KEY_ODDS, "odds", "20", 20},
    {KEY_ODDS, "odds", "100", 100},
    {KEY_FIELD2, "field2", "2", 2},
    {KEY_FIELD2, "field2", "3", 3},
    {KEY_FIELD12, "field12", "2", 2},
    {KEY_FIELD12, "field12", "3", 3},
    {KEY_VIG, "vig", "win", false},
    {KEY_VIG, "vig", "upfront", true},
    {KEY_ATS, "ats", "34_175", false},
    {KEY_ATS, "ats", "30_150", true},
    {KEY_RTL, "rtl", "1", 1},
    {KEY_RTL, "rtl", "2", 2},
    {KEY_RTL, "rtl", "3", 3},
    {KEY_RTL, "rtl", "4", 4},
    {KEY_RTL, "rtl", "5", 5},
    {KEY_RTL, "rtl", "6", 6},
    {KEY_RTL, "rtl", "7", 7},
    {KEY_CRAPLESS, "crapless", "0", false},
    {KEY_CRAPLESS, "crapless", "1", true},
    {KEY_LINE, "line_required", "0", false},
    {KEY_LINE, "line_required", "1", true},
};

static void set_choice(struct table_config *config, enum key key, uint16_t value)
{
    switch (key) {
    case KEY_ODDS:
        config->odds = value;
        break;
    case KEY_FIELD2:
        config->field2 = (uint8_t)value;
        break;
    case KEY_FIELD12:
        config->field12 = (uint8_t)value;
        break;
    case KEY_VIG:
        config->vig_upfront = value != 0;
        break;
    case KEY_ATS:
        config->ats_30_150 = value != 0;
        break;
    case KEY_RTL:
        config->rtl = (uint8_t)value;
        break;
    case KEY_CRAPLESS:
        config->crapless = value != 0;
        break;
    case KEY_LINE:
        config->line_required = value != 0;
        break;
    }
}

static int64_t *money_field(struct table_config *config, const char *key)
{
    if (strcmp(key, "vig_min") == 0) {
        return &config->vig_min_cents;
    }
    if (strcmp(key, "min") == 0) {
        return &config->min_cents;
    }
    return strcmp(key, "max") == 0 ? &config->max_cents : NULL;
}

enum refusal table_config_set(struct table_config *config, const char *key, const char *value)
{
    int64_t *money = money_field(config, key);
    if (money != NULL) {
        int64_t cents;
        if (!integer_parse(value, strlen(value), &cents) || cents < 1 || cents > AMOUNT_CENTS_MAX) {
            return REFUSAL_BAD_CONFIG;
        }
        *money = cents;
        return REFUSAL_NONE;
    }
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        if (strcmp(choices[i].name, key) == 0 && strcmp(choices[i].text, value) == 0) {
            set_choice(config, choices[i].key, choices[i].value);
            return REFUSAL_NONE;
        }
    }
    return REFUSAL_BAD_CONFIG;
}
