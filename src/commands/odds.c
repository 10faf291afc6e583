/* craps odds: what every bet pays, how often it wins, and what it costs, exactly. */
#include "src/commands/command.h"

#include "base/nearest.h"
#include "ui/odds_text.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SCHEMA = 1, BETS_MAX = 256, BAR_CELLS = 36, NUMBER_TOP = 12 };

/* One bet that the rules offer; for odds on the line also the point. */
struct entry {
    struct bet_ref bet;
    uint8_t point;
};

/* The kinds in the order of rule 14, each with its numbers. */
static size_t list_bets(const struct table_config *config, struct entry out[BETS_MAX])
{
    size_t count = 0;
    for (unsigned kind = 0; kind < BET_KIND_COUNT; kind++) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            struct bet_ref bet = bet_of_slot(slot);
            bool box = bet_specs[kind].form == BET_NUMBER_TRAVELLED && bet.number != 0;
            bool line_odds = kind == BET_PASS_ODDS || kind == BET_DONT_PASS_ODDS;
            struct odds odds;
            if (bet.kind != kind || box) {
                continue;
            }
            for (uint8_t point = line_odds ? 2 : 0; point <= (line_odds ? NUMBER_TOP : 0);
                 point++) {
                if (odds_of(config, bet, point, &odds)) {
                    out[count++] = (struct entry){bet, point};
                }
            }
        }
    }
    return count;
}

static json_t *fraction(const struct odds_value *value)
{
    char text[ODDS_FRACTION_MAX];
    return json_string(odds_text(value, text, sizeof text));
}

/* Percent to a millionth. */
static json_t *percent(const struct odds_value *value)
{
    return json_real(round(value->value * 1e8) / 1e6);
}

static json_t *entry_json(
    const struct table_config *config, const struct entry *e, const char *rule)
{
    struct odds odds;
    char pays[4 * BET_TEXT_MAX];
    if (!odds_of(config, e->bet, e->point, &odds)) {
        return NULL;
    }
    json_t *row = json_pack("{s:s, s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "bet",
        bet_specs[e->bet.kind].name, "number", (int)e->bet.number, "pays",
        odds_text_pays(config, e->bet, e->point, pays), "edge", fraction(&odds.edge),
        "edge_percent", percent(&odds.edge), "win", fraction(&odds.win), "lose",
        fraction(&odds.lose), "push", fraction(&odds.push), "rolls", fraction(&odds.rolls));
    if (odds.push.num != 0 || odds.push.den == 0) {
        json_object_set_new(row, "edge_resolved", fraction(&odds.resolved));
    }
    if (e->point != 0) {
        json_object_set_new(row, "point", json_integer(e->point));
    }
    if (rule != NULL) {
        json_object_set_new(row, "config", json_string(rule));
    }
    return row;
}

static bool same_fraction(const struct odds_value *a, const struct odds_value *b)
{
    char x[ODDS_FRACTION_MAX], y[ODDS_FRACTION_MAX];
    return strcmp(odds_text(a, x, sizeof x), odds_text(b, y, sizeof y)) == 0;
}

/* Does the rule change the bet, so that it is listed again. */
static bool differs(
    const struct table_config *usual, const struct table_config *other, const struct entry *e)
{
    struct odds a, b;
    if (!odds_of(other, e->bet, e->point, &b)) {
        return false;
    }
    return !odds_of(usual, e->bet, e->point, &a) || !same_fraction(&a.edge, &b.edge);
}

/* Every rule that changes a pay or a chance (rule 15.3). */
static const char *const rules[] = {"crapless 1", "vig upfront", "crapless 1 vig upfront",
    "field12 2", "field2 3", "field2 3 field12 2", "ats 30_150", "rtl 2", "rtl 3", "rtl 4", "rtl 5",
    "rtl 6", "rtl 7"};

static bool set_rules(struct table_config *config, const char *text)
{
    char key[16], value[16];
    int used = 0;
    for (; sscanf(text, "%15s %15s%n", key, value, &used) == 2; text += used) {
        if (table_config_set(config, key, value) != REFUSAL_NONE) {
            return false;
        }
    }
    return true;
}

/* A rule of two keys is listed only for what neither key alone says. */
static bool said_before(const struct table_config *usual, size_t rule, const struct entry *e)
{
    for (size_t i = 0; i < rule; i++) {
        struct table_config one = *usual, both = *usual;
        if (strstr(rules[rule], rules[i]) != NULL && set_rules(&one, rules[i]) &&
            set_rules(&both, rules[rule]) && !differs(&one, &both, e)) {
            return true;
        }
    }
    return false;
}

static bool wanted(const struct entry *e, const struct entry *only)
{
    return only->bet.kind == BET_KIND_COUNT ||
           (e->bet.kind == only->bet.kind &&
               (only->bet.number == 0 || e->bet.number == only->bet.number ||
                   e->point == only->bet.number));
}

static int print_json(const struct table_config *config, const struct entry *only)
{
    static struct entry entries[BETS_MAX];
    json_t *bets = json_array();
    size_t count = list_bets(config, entries);
    for (size_t i = 0; i < count; i++) {
        if (wanted(&entries[i], only)) {
            json_array_append_new(bets, entry_json(config, &entries[i], NULL));
        }
    }
    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        struct table_config other = *config;
        if (!set_rules(&other, rules[r])) {
            continue;
        }
        count = list_bets(&other, entries);
        for (size_t i = 0; i < count; i++) {
            if (wanted(&entries[i], only) && differs(config, &other, &entries[i]) &&
                !said_before(config, r, &entries[i])) {
                json_array_append_new(bets, entry_json(&other, &entries[i], rules[r]));
            }
        }
    }
    json_t *document = json_pack("{s:i, s:o}", "schema", SCHEMA, "bets", bets);
    int failed = document == NULL ? -1 : json_dumpf(document, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(document);
    return failed == 0 || ferror(stdout)
               ? 0
               : cli_fail(EX_SOFTWARE, "there is not enough memory for the list");
}

static void bar(double part, double whole)
{
    int cells = whole <= 0 ? 0 : (int)(part / whole * BAR_CELLS + 0.5);
    for (int i = 0; i < cells && i < BAR_CELLS; i++) {
        putchar('#');
    }
}

static bool same_odds(
    const struct table_config *config, const struct entry *a, const struct entry *b)
{
    struct odds x, y;
    return a->bet.kind == b->bet.kind && odds_of(config, a->bet, a->point, &x) &&
           odds_of(config, b->bet, b->point, &y) && same_fraction(&x.edge, &y.edge) &&
           same_fraction(&x.win, &y.win);
}

static bool told_before(const struct table_config *config, const struct entry *entries, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (same_odds(config, &entries[i], &entries[at])) {
            return true;
        }
    }
    return false;
}

/* "place 6 8": all numbers with these odds; hops and points as they are bet. */
static void name_text(const struct table_config *config, const struct entry *entries, size_t count,
    size_t at, char out[BET_TEXT_MAX])
{
    const struct entry *e = &entries[at];
    int used = snprintf(out, BET_TEXT_MAX, "%s", bet_specs[e->bet.kind].name);
    if (e->bet.kind == BET_HOP) {
        snprintf(out + used, BET_TEXT_MAX - (size_t)used, "%s",
            e->bet.number % 11 == 0 ? " of a pair" : " of two faces");
        return;
    }
    for (size_t i = at; i < count; i++) {
        unsigned number = entries[i].point != 0 ? entries[i].point : entries[i].bet.number;
        if (number != 0 && same_odds(config, e, &entries[i])) {
            used += snprintf(out + used, BET_TEXT_MAX - (size_t)used, " %u", number);
        }
    }
}

static void print_list(const struct table_config *config)
{
    static struct entry entries[BETS_MAX];
    size_t count = list_bets(config, entries);
    printf("%-22s %-12s %7s %8s  %s\n", "bet", "pays", "wins", "edge", "what 100 chips cost");
    for (size_t i = 0; i < count; i++) {
        struct odds odds;
        char name[BET_TEXT_MAX], pays[BET_TEXT_MAX], wins[BET_TEXT_MAX], edge[BET_TEXT_MAX];
        if (told_before(config, entries, i) ||
            !odds_of(config, entries[i].bet, entries[i].point, &odds)) {
            continue;
        }
        name_text(config, entries, count, i, name);
        printf("%-22s %-12s %7s %8s  ", name,
            bet_text_pays(config, entries[i].bet, entries[i].point, pays),
            odds_percent(&odds.win, wins),
            odds.edge.value == 0 ? "none" : odds_percent(&odds.edge, edge));
        bar(odds.edge.value, 4.0 / 3);
        putchar('\n');
    }
    puts("More: craps odds place 6, craps odds --json");
}

/* A fraction that fits into a line; the others are in the document. */
static const char *short_text(const struct odds_value *value, char out[ODDS_FRACTION_MAX])
{
    odds_text(value, out, ODDS_FRACTION_MAX);
    return strlen(out) > 20 ? "" : out;
}

static void print_share(const char *what, const struct odds_value *value)
{
    char text[ODDS_FRACTION_MAX], share[BET_TEXT_MAX];
    if (value->value == 0) {
        return;
    }
    printf("  %-8s %7s  %-21s", what, odds_percent(value, share), short_text(value, text));
    bar(value->value, 1);
    putchar('\n');
}

/* A pay table, broken behind its commas. */
static void print_pays(const char *text)
{
    enum { WIDTH = 66 };
    const char *what = "pays";
    while (*text != '\0') {
        size_t size = strlen(text);
        while (size > WIDTH) {
            const char *comma = memrchr(text, ',', size - 1);
            size = comma == NULL ? WIDTH : (size_t)(comma - text) + 1;
        }
        printf("  %-8s %.*s\n", what, (int)size, text);
        text += size + (text[size] == ' ' ? 1 : 0);
        what = "";
    }
}

static void print_bet(const struct table_config *config, const struct entry *e)
{
    struct odds odds;
    struct odds_row rows[ODDS_ROWS_MAX];
    char name[BET_TEXT_MAX], how[BET_TEXT_MAX], pays[4 * BET_TEXT_MAX];
    char text[ODDS_FRACTION_MAX];
    odds_of(config, e->bet, e->point, &odds);
    bet_text_name(e->bet, name);
    printf("%s%s%s: %s\n", name, e->point == 0 ? "" : " on ",
        e->point == 0 ? "" : number_word(e->point), bet_text_how(config, e->bet, e->point, how));
    print_pays(odds_text_pays(config, e->bet, e->point, pays));
    print_share("wins", &odds.win);
    print_share("loses", &odds.lose);
    print_share("pushed", &odds.push);
    if (odds.edge.value == 0) {
        puts("  edge        none  it pays what it should");
    } else {
        printf("  edge     %6.2f%%  %-21sof 100 chips bet the house keeps %.2f\n",
            odds.edge.value * 100, short_text(&odds.edge, text), odds.edge.value * 100);
    }
    printf("  rolls    %7.2f  until it is decided, on average\n", odds.rolls.value);
    unsigned count = odds_rows(config, e->bet, e->point, rows);
    for (unsigned i = 0; i < count; i++) {
        printf("%s  %-12s %-31s %2u of 36  %s\n", i == 0 ? "  next roll:\n" : "", rows[i].what,
            rows[i].ways, rows[i].count, rows[i].does);
    }
}

static bool parse_bet(struct invocation *in, struct entry *only, int *status)
{
    char word[32];
    snprintf(word, sizeof word, "%s", in->arguments[0]);
    for (char *p = word; *p != '\0'; p++) {
        *p = (char)(*p == '-' ? '_' : *p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
    }
    int kind = bet_kind_find(word, strlen(word));
    if (kind < 0) {
        struct nearest near = {.typed = word};
        for (unsigned i = 0; i < BET_KIND_COUNT; i++) {
            nearest_offer(&near, bet_specs[i].name);
        }
        *status = cli_fail(
            EX_USAGE, "there is no bet '%.30s'; did you mean: craps odds %s?", word, near.name);
        return false;
    }
    only->bet.kind = (uint8_t)kind;
    uint64_t number = 0, second = 0;
    bool good = in->count < 2 || cli_number_parse(&number, in->arguments[1], 1, 66);
    good = good && (in->count < 3 ||
                       (kind == BET_HOP && cli_number_parse(&second, in->arguments[2], 1, 6)));
    if (good && in->count == 3) {
        number = bet_hop_number((int64_t)number, (int64_t)second);
    }
    only->bet.number = (uint8_t)number;
    if (!good) {
        *status = cli_fail(EX_USAGE, "%s is no number of %s; see: craps odds %s",
            in->arguments[in->count - 1], word, word);
    }
    return good;
}

static int print_some(const struct table_config *config, const struct entry *only)
{
    static struct entry entries[BETS_MAX];
    size_t count = list_bets(config, entries);
    unsigned told = 0;
    for (size_t i = 0; i < count; i++) {
        if (wanted(&entries[i], only)) {
            if (told++ > 0) {
                putchar('\n');
            }
            print_bet(config, &entries[i]);
        }
    }
    if (told == 0) {
        return cli_fail(EX_USAGE, "%s has no number %u at this table; see: craps odds %s",
            bet_specs[only->bet.kind].name, only->bet.number, bet_specs[only->bet.kind].name);
    }
    return 0;
}

static int run(struct invocation *in)
{
    struct entry only = {{BET_KIND_COUNT, 0}, 0};
    struct house_rules house = house_rules_default();
    char problem[CLI_PROBLEM_BYTES];
    int status = cli_house_rules(&in->options, &house, problem);
    if (status != 0) {
        return cli_fail(status, "%s", problem);
    }
    if (in->count > 0 && !parse_bet(in, &only, &status)) {
        return status;
    }
    if (in->options.json) {
        return print_json(&house.table, &only);
    }
    if (in->count == 0) {
        print_list(&house.table);
        return 0;
    }
    return print_some(&house.table, &only);
}

const struct command command_odds = {
    .name = "odds",
    .arguments = "[BET [NUMBER]]",
    .summary = "pays, ways, exact edge of each bet",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_ODDS,
    .arguments_max = 3,
    .help = "  craps odds                             every bet and what it costs\n"
            "  craps odds place 6                     one bet: the ways, exactly\n"
            "  craps odds hop 3 4                     craps odds pass_odds 8 (the point)\n"
            "  craps odds --vig upfront buy           under a house rule\n"
            "  craps odds --json                      exact fractions, every house rule\n"
            "\n"
            "usage: craps odds [BET [NUMBER]] [OPTIONS]\n"
            "  BET is a word of the rules: pass, dont_pass, come, place, buy, lay, hard,\n"
            "  field, any_seven, hop, horn, all_small, repeater, fire, ...\n"
            "  Nothing is typed in: every way a bet can go is rolled on the real table.\n"
            "  The edge is what the house keeps of each bet made, on average.\n"
            "Rules that change it:\n"
            "  --crapless  --vig win|upfront  --field2 2|3  --field12 2|3\n"
            "  --ats 34_175|30_150  --rtl 1..7  --rules FILE\n"
            "Options of every command: craps help options\n",
    .run = run,
};
