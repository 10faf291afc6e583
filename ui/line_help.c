#include "ui/line_text.h"

#include <stdio.h>
#include <string.h>

const char line_help[] =
    "Bets: pass 5, dp 5, come 5, dc 5, field 5, place 6 12, buy 4 20, lay 10 40, odds 25,\n"
    "odds come 5 20, hard 6 5, any7 1, craps 1, yo 1, horn 4, hop 4 4 1; any other bet:\n"
    "bet KIND NUMBER AMOUNT, for example bet yes 4 10. Amounts are chips; 500c is cents.\n"
    "Change: down, down place 6, take place 6 6, press place 6, off place 6, on place 6,\n"
    "repeat, undo. Roll: ready, throw, sitout, sitin, rebuy, auto (strategy off, on).\n"
    "Look: bets, players, history, proof, stats, rules. Go: leave, quit.\n"
    "Talk: say TEXT; at this table: name NEW, color sky (or own), topic TEXT.\n"
    "At your own table: invite says the words for friends, bot seats a bot.\n"
    "Who comes, who goes: admit NAME, refuse NAME; expel NAME, keep NAME. Enough votes decide.\n"
    "While the table waits for somebody: wait, split (go on without, if all here agree), leave.\n"
    "help place tells about one bet, help bets lists them all.\n"
    "The beginning of a word is enough when only one word begins so.\n";

/* What the screens write short is heard in words: 6:5, 7/11, 3+3. */
static void add_spoken(char out[LINE_TEXT_MAX], const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == ':') {
            line_text_add(out, " to ");
        } else if (*p == '/') {
            line_text_add(out, " or ");
        } else if (*p == '+') {
            line_text_add(out, " and ");
        } else {
            line_text_add(out, "%c", *p);
        }
    }
}

static void add_pays(const struct table_config *config, struct bet_ref bet, char out[LINE_TEXT_MAX])
{
    char pays[BET_TEXT_MAX];
    add_spoken(out, bet_text_pays(config, bet, 6, pays));
}

static bool has_number(uint8_t kind, unsigned number)
{
    return bet_specs[kind].form == BET_NUMBER_POINT && (bet_specs[kind].numbers >> number & 1) != 0;
}

/* The number that stands for all of a bet's numbers. */
static uint8_t sample(uint8_t kind)
{
    uint8_t number = has_number(kind, 6) ? 6 : 0;
    for (uint8_t n = 12; n >= 2 && number != 6; n--) {
        number = has_number(kind, n) ? n : number;
    }
    return kind == BET_HOP ? 34 : number;
}

void line_help_bet(const struct table_config *config, uint8_t kind, char out[LINE_TEXT_MAX])
{
    char text[BET_TEXT_MAX];
    struct bet_ref bet = {kind, sample(kind)};
    uint8_t point = bet_is_odds(kind) ? 6 : 0;
    bool any = false;
    snprintf(out, LINE_TEXT_MAX, "%s", line_text_bet(bet, text));
    line_text_begin(out);
    line_text_add(out, ": ");
    add_spoken(out, bet_text_how(config, bet, point, text));
    line_text_add(out, " Pays ");
    for (uint8_t n = 2; n <= 12; n++) {
        if (has_number(kind, n)) {
            bet.number = n;
            line_text_add(out, "%s%s ", any ? ", " : "", line_text_number(n));
            add_pays(config, bet, out);
            line_text_add(out, " (%s)", bet_text_edge(config, bet, text));
            any = true;
        }
    }
    if (!any) {
        add_pays(config, bet, out);
        line_text_add(out, ", %s", bet_text_edge(config, bet, text));
    }
    line_text_add(out, ".");
}

void line_help_rules(const struct ui_model *m, char out[LINE_TEXT_MAX])
{
    const struct house_rules *r = &m->live.rules;
    const struct table_config *t = &r->table;
    char a[MONEY_TEXT_MAX], b[MONEY_TEXT_MAX];
    out[0] = '\0';
    line_text_add(out, "Bets %s to %s chips.", line_text_money(t->min_cents, a),
        line_text_money(t->max_cents, b));
    if (t->odds == 345) {
        line_text_add(out, " Odds: three times the bet on four and ten, four times on five and "
                           "nine, five times on six and eight.");
    } else {
        line_text_add(out, " Odds: %u times the bet.", t->odds);
    }
    line_text_add(out, " Field: two pays %u to 1, twelve %u to 1.", t->field2, t->field12);
    line_text_add(out, " Everybody begins with %s chips.", line_text_money(r->buy_in_cents, a));
    if (r->window_s > 0 && !r->solo) {
        line_text_add(
            out, " Bets close %u seconds after a roll, or when all are ready.", r->window_s);
    }
    line_text_add(out, " %u seats.", r->seats);
    if (m->hosting && !m->practice && m->members <= 1) {
        line_text_add(out, " While you are alone here you may change them: rules window 30.");
    }
}
