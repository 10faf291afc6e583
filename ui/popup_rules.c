/* House rules of a table that nobody else sits at yet (rule 16.8): each with the values that are usual. The table is founded
 * anew under the same words. */
#include "ui/bet_text.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { TOP = 4, LEFT = 15, WIDTH = 50, TEXT = LEFT + 3, VALUES_MAX = 8 };

static int64_t chips(int64_t cents)
{
    return cents / 100;
}

static int64_t rule_min(const struct house_rules *r)
{
    return chips(r->table.min_cents);
}

static int64_t rule_max(const struct house_rules *r)
{
    return chips(r->table.max_cents);
}

static int64_t rule_odds(const struct house_rules *r)
{
    return r->table.odds;
}

static int64_t rule_buy_in(const struct house_rules *r)
{
    return chips(r->buy_in_cents);
}

static int64_t rule_rebuys(const struct house_rules *r)
{
    return r->rebuys;
}

static int64_t rule_field(const struct house_rules *r)
{
    return r->table.field12;
}

static int64_t rule_window(const struct house_rules *r)
{
    return r->window_s;
}

static int64_t rule_seats(const struct house_rules *r)
{
    return r->seats;
}

static int64_t rule_start(const struct house_rules *r)
{
    return r->start;
}

static int64_t rule_crapless(const struct house_rules *r)
{
    return r->table.crapless;
}

/* Values in chips, seconds or as they are; 0 ends a list that does not begin with it. */
static const struct rule {
    const char *name, *key;
    bool money; /* the key takes cents */
    int64_t (*value)(const struct house_rules *r);
    uint8_t count;
    int64_t values[VALUES_MAX];
} rules[] = {
    {"smallest bet", "min", true, rule_min, 5, {1, 2, 5, 10, 25}},
    {"largest bet", "max", true, rule_max, 6, {50, 100, 200, 500, 1000, 5000}},
    {"odds", "odds", false, rule_odds, 7, {345, 1, 2, 5, 10, 20, 100}},
    {"buy-in", "buy_in", true, rule_buy_in, 5, {200, 500, 1000, 2000, 5000}},
    {"new chips", "rebuys", false, rule_rebuys, 5, {0, 1, 3, 10, LIVE_ANY}},
    {"field", "field12", false, rule_field, 2, {2, 3}},
    {"bet time", "window", false, rule_window, 6, {0, 10, 20, 30, 60, 120}},
    {"seats", "seats", false, rule_seats, 7, {2, 3, 4, 6, 8, 12, 16}},
    {"dice from", "start", false, rule_start, 4, {1, 2, 3, 4}},
    {"crapless", "crapless", false, rule_crapless, 2, {0, 1}},
};

enum { RULES = sizeof rules / sizeof rules[0] };

static void value_text(const struct rule *r, int64_t value, char out[48])
{
    char money[MONEY_TEXT_MAX];
    if (r->money) {
        snprintf(out, 48, "%s", money_text(value * 100, money));
    } else if (r->value == rule_odds) {
        snprintf(out, 48, value == 345 ? "3-4-5×" : "%lld×", (long long)value);
    } else if (r->value == rule_rebuys) {
        snprintf(out, 48,
            value == 0          ? "none"
            : value == LIVE_ANY ? "any number of times"
            : value == 1        ? "once"
                                : "%lld times",
            (long long)value);
    } else if (r->value == rule_field) {
        snprintf(out, 48, "12 pays %lld:1", (long long)value);
    } else if (r->value == rule_window) {
        snprintf(out, 48, value == 0 ? "no limit" : "%lld s or all ready", (long long)value);
    } else if (r->value == rule_start) {
        snprintf(out, 48, value == 1 ? "the first player on" : "%lld players on", (long long)value);
    } else if (r->value == rule_crapless) {
        snprintf(out, 48, "%s", value != 0 ? "yes: only 7 loses on the come-out" : "no");
    } else {
        snprintf(out, 48, "%lld", (long long)value);
    }
}

void rules_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    widget_box(c, TOP, LEFT, RULES + 6, WIDTH, "TABLE RULES");
    for (int i = 0; i < RULES; i++) {
        char text[48];
        bool chosen = i == s->popup_index;
        unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
        value_text(&rules[i], rules[i].value(&m->live.rules), text);
        canvas_clear(c, TOP + 2 + i, TEXT - 1, 1, WIDTH - 4, attr);
        canvas_text(c, TOP + 2 + i, TEXT - 1, attr, chosen ? "▸" : " ");
        canvas_text(c, TOP + 2 + i, TEXT + 1, attr, rules[i].name);
        canvas_text_cut(c, TOP + 2 + i, TEXT + 16, WIDTH - 21, attr, text);
        canvas_hit(c, TOP + 2 + i, TEXT - 1, 1, WIDTH - 4, UIHIT_LINE + i);
    }
    canvas_text(
        c, TOP + RULES + 3, TEXT, ROLE_NORMAL, "The words stay. Fixed when a friend sits down.");
    canvas_text(
        c, TOP + RULES + 4, TEXT, ROLE_NORMAL | CELL_DIM, "All the others: craps help host");
    popup_keys(c, s, "up/down choose    left/right change    Enter next value    Esc done");
}

/* Values that are not in the list count as before the first. */
static void change(struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int by)
{
    const struct rule *r = &rules[s->popup_index % RULES];
    const struct house_rules *now = &m->live.rules;
    int at = by > 0 ? -1 : r->count;
    for (int i = 0; i < r->count; i++) {
        at = r->values[i] == r->value(now) ? i : at;
    }
    at = (at + by + r->count) % r->count;
    int64_t value = r->values[at];
    struct house_rules to = *now;
    char text[64], digits[24];
    snprintf(digits, sizeof digits, value == LIVE_ANY ? "any" : "%lld",
        (long long)(r->money ? value * 100 : value));
    if (house_rules_set(&to, r->key, digits) != REFUSAL_NONE || to.start > to.seats ||
        to.table.min_cents > to.table.max_cents || to.buy_in_cents < to.table.min_cents) {
        ui_say(s, true, "That does not go with the other rules.");
        return;
    }
    snprintf(text, sizeof text, "%s %s", r->key, digits);
    ui_send(s, port, UI_RULE, 0, text);
}

void rules_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    switch (key) {
    case UIKEY_UP:
        s->popup_index = (s->popup_index + RULES - 1) % RULES;
        break;
    case UIKEY_DOWN:
        s->popup_index = (s->popup_index + 1) % RULES;
        break;
    case UIKEY_LEFT:
    case '-':
        change(s, port, m, -1);
        break;
    case UIKEY_RIGHT:
    case UIKEY_ENTER:
    case '+':
        change(s, port, m, 1);
        break;
    case UIKEY_ESC:
    case 'e':
        s->popup = POPUP_NONE;
        break;
    default:
        break;
    }
    if (live_seated(&m->live) > 1) {
        s->popup = POPUP_NONE;
        ui_say(s, true, "The rules are fixed once somebody else sits here.");
    }
}
