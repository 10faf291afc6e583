#include "ui/explain_text.h"

#include "ui/odds_text.h"

#include <stdio.h>
#include <string.h>

enum { CENTS = 100 };

/* "a six", "an eight", "an 11". */
static const char *a_number(unsigned number, char out[BET_TEXT_MAX])
{
    bool vowel = number == 8 || number == 11;
    snprintf(out, BET_TEXT_MAX, "%s %s", vowel ? "an" : "a", number_word(number));
    return out;
}

/* "place six", "hop 3-4", "come": as one says it. */
static const char *spoken(struct bet_ref bet, char out[BET_TEXT_MAX])
{
    struct bet_ref bare = {bet.kind, 0};
    char name[BET_TEXT_MAX];
    if (bet.kind == BET_HOP || bet.kind == BET_HARD || bet.number == 0) {
        return bet_text_name(bet, out);
    }
    snprintf(out, BET_TEXT_MAX, "%.60s %s", bet_text_name(bare, name), number_word(bet.number));
    return out;
}

const char *explain_title(struct bet_ref bet, char out[SENTENCE_MAX])
{
    char name[BET_TEXT_MAX];
    snprintf(out, SENTENCE_MAX, "%s", spoken(bet, name));
    for (char *p = out; *p != '\0'; p++) {
        *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
    }
    return out;
}

static void wins_line(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[SENTENCE_MAX])
{
    bool light = bet.kind == BET_PASS || bet.kind == BET_COME;
    bool line = bet.kind == BET_PASS || bet.kind == BET_DONT_PASS;
    unsigned number = bet.number != 0 ? bet.number : line ? point : 0;
    char text[BET_TEXT_MAX];
    if (number != 0) {
        snprintf(out, SENTENCE_MAX,
            light ? "You win when %s comes before a seven."
                  : "You win when a seven comes before %s.",
            a_number(number, text));
        return;
    }
    const char *other = line ? "is the point" : "takes the bet";
    if (config->crapless && light) {
        snprintf(out, SENTENCE_MAX,
            "On the first roll 7 wins. Any other number %s: it must come again before a 7.", other);
    } else if (light) {
        snprintf(out, SENTENCE_MAX,
            "On the first roll 7 and 11 win, 2, 3 and 12 lose. Any other number %s and must come "
            "again before a 7.",
            other);
    } else {
        snprintf(out, SENTENCE_MAX,
            "First roll: 2 and 3 win, 7 and 11 lose, 12 gives it back. Any other number %s: then a "
            "7 must come first.",
            other);
    }
}

static const char *const hand_wins[BET_KIND_COUNT] = {
    [BET_ALL_SMALL] = "You win when 2, 3, 4, 5 and 6 have all come before any 7.",
    [BET_ALL_TALL] = "You win when 8, 9, 10, 11 and 12 have all come before any 7.",
    [BET_ALL] = "You win when every number but 7 has come before any 7.",
    [BET_DIFFERENT_DOUBLES] = "You win by how many different pairs come before any 7.",
    [BET_FIRE] = "You win by how many different points are made before the seven-out.",
    [BET_RIDE_THE_LINE] = "You win by how often the pass line wins before the seven-out.",
    [BET_REPLAY] = "You win when one point is made three times or more before the seven-out.",
    [BET_HOT_SHOOTER] = "You win by how many rolls the hand has when it ends.",
    [BET_MUGGSY] = "A 7 on the come-out wins 2:1; if a point comes, a 7 on the very next roll wins "
                   "3:1. All else loses.",
    [BET_HORN] = "A quarter each on 2, 3, 11 and 12, for one roll.",
    [BET_HORN_HIGH_2] = "2, 3, 11 and 12 for one roll, with two of five parts on the 2.",
    [BET_HORN_HIGH_3] = "2, 3, 11 and 12 for one roll, with two of five parts on the 3.",
    [BET_HORN_HIGH_11] = "2, 3, 11 and 12 for one roll, with two of five parts on the 11.",
    [BET_HORN_HIGH_12] = "2, 3, 11 and 12 for one roll, with two of five parts on the 12.",
    [BET_C_AND_E] = "Half on any craps, half on the 11, for one roll.",
    [BET_WORLD] = "A fifth each on 2, 3, 7, 11 and 12, for one roll.",
    [BET_FIELD] = "You win when the next roll is 2, 3, 4, 9, 10, 11 or 12.",
    [BET_ANY_SEVEN] = "You win when the next roll is a seven.",
    [BET_ANY_CRAPS] = "You win when the next roll is 2, 3 or 12.",
    [BET_ACES] = "You win when the next roll is 1 and 1.",
    [BET_ACE_DEUCE] = "You win when the next roll is 1 and 2.",
    [BET_YO] = "You win when the next roll is 5 and 6.",
    [BET_BOXCARS] = "You win when the next roll is 6 and 6.",
};

static unsigned times_of(unsigned number)
{
    static const uint8_t times[13] = {0, 0, 2, 3, 4, 5, 6, 0, 6, 5, 4, 3, 2};
    return times[number % 13];
}

const char *explain_wins(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[SENTENCE_MAX])
{
    char text[BET_TEXT_MAX];
    unsigned number = bet.number;
    switch (bet.kind) {
    case BET_PASS:
    case BET_DONT_PASS:
    case BET_COME:
    case BET_DONT_COME:
        wins_line(config, bet, point, out);
        break;
    case BET_PASS_ODDS:
    case BET_DONT_PASS_ODDS:
        if (point == 0) {
            snprintf(out, SENTENCE_MAX, "An extra bet behind the line, once there is a point.");
            break;
        }
        wins_line(config, (struct bet_ref){(uint8_t)(bet.kind - BET_ODDS_OFFSET), 0}, point, out);
        break;
    case BET_PLACE_TO_LOSE:
    case BET_LAY:
    case BET_NO:
    case BET_DONT_COME_ODDS:
        snprintf(
            out, SENTENCE_MAX, "You win when a seven comes before %s.", a_number(number, text));
        break;
    case BET_HARD:
        snprintf(out, SENTENCE_MAX, "You win when %u and %u come before any 7 or easy %s.",
            number / 2, number / 2, number_word(number));
        break;
    case BET_HOP:
        snprintf(out, SENTENCE_MAX, "You win when the next roll is %u and %u.", number / 10,
            number % 10);
        break;
    case BET_NEXT:
        snprintf(out, SENTENCE_MAX, "You win when the next roll is %s.", a_number(number, text));
        break;
    case BET_REPEATER:
        snprintf(out, SENTENCE_MAX, "You win when %s comes %u times before any 7.",
            a_number(number, text), times_of(number));
        break;
    default:
        if (bet.kind < BET_KIND_COUNT && hand_wins[bet.kind] != NULL) {
            snprintf(out, SENTENCE_MAX, "%s", hand_wins[bet.kind]);
        } else {
            number = bet.kind == BET_BIG6 ? 6 : bet.kind == BET_BIG8 ? 8 : number;
            snprintf(
                out, SENTENCE_MAX, "You win when %s comes before a seven.", a_number(number, text));
        }
    }
    return out;
}

/* "18 cents", "1.36 chips", "less than a cent". */
static void cost_text(double cents, char out[BET_TEXT_MAX])
{
    if (cents < 0.5) {
        snprintf(out, BET_TEXT_MAX, "less than a cent");
    } else if (cents < CENTS) {
        snprintf(out, BET_TEXT_MAX, "%.0f cent%s", cents, cents < 1.5 ? "" : "s");
    } else {
        snprintf(out, BET_TEXT_MAX, "%.2f chips", cents / CENTS);
    }
}

const char *explain_edge(const struct table_config *config, struct bet_ref bet, uint8_t point,
    int64_t cents, char out[SENTENCE_MAX])
{
    struct odds odds;
    char name[BET_TEXT_MAX];
    char cost[BET_TEXT_MAX];
    char percent[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    out[0] = '\0';
    if (!odds_before(config, bet, point, &odds)) {
        return out;
    }
    if (odds.edge.value == 0) {
        snprintf(out, SENTENCE_MAX, "none: it pays exactly what it should.");
        return out;
    }
    struct bet_ref made = {
        bet.kind, bet.kind == BET_COME || bet.kind == BET_DONT_COME ? 0 : bet.number};
    bool place = bet.kind == BET_PASS || bet.kind == BET_FIELD; /* a place has an article */
    cost_text((double)cents * odds.edge.value, cost);
    sentence_add(out, "%s: %s on %s%s costs %s ", odds_percent(&odds.edge, percent),
        money_text(cents, money), place ? "the " : "", spoken(made, name), cost);
    const struct bet_spec *spec = &bet_specs[bet.kind];
    if (spec->one_roll) {
        sentence_add(out, "each roll, on average.");
    } else if (spec->hand_bet) {
        sentence_add(out, "each hand, on average. It wins one time in %.0f.", 1 / odds.win.value);
    } else {
        sentence_add(out, "each time it is decided, about every %.0f rolls.", odds.rolls.value);
    }
    return out;
}

const char *explain_come_out(
    const struct table_config *config, struct bet_ref bet, char out[SENTENCE_MAX])
{
    const struct bet_spec *spec = &bet_specs[bet.kind % BET_KIND_COUNT];
    const char *text = "works on every roll, come-out rolls too";
    (void)config;
    if (spec->one_roll) {
        text = "the next roll decides it, whatever it is";
    } else if (bet.kind == BET_ALL_SMALL || bet.kind == BET_ALL_TALL || bet.kind == BET_ALL ||
               bet.kind == BET_REPEATER || bet.kind == BET_DIFFERENT_DOUBLES) {
        text = "a 7 on the come-out ends it, too";
    } else if (spec->hand_bet) {
        text = "a 7 on the come-out does not end it";
    } else if (bet.kind == BET_PASS || bet.kind == BET_DONT_PASS || bet.kind == BET_MUGGSY) {
        text = "this is when it is made";
    } else if (bet.kind == BET_PASS_ODDS || bet.kind == BET_DONT_PASS_ODDS) {
        text = "none then: odds need a point";
    } else if (spec->off_on_come_out && bet_is_odds(bet.kind)) {
        text = "off unless you press w: then it comes back";
    } else if (spec->off_on_come_out) {
        text = "off unless you press w: nothing happens to it";
    }
    snprintf(out, SENTENCE_MAX, "%s", text);
    return out;
}

/* Bets that win on the same rolls. */
static unsigned alike(struct bet_ref bet, struct bet_ref out[4])
{
    static const uint8_t light[] = {BET_PLACE, BET_BUY, BET_YES};
    static const uint8_t dont[] = {BET_LAY, BET_PLACE_TO_LOSE, BET_NO};
    unsigned count = 0;
    switch (bet.kind) {
    case BET_PLACE:
    case BET_BUY:
    case BET_YES:
    case BET_BIG6:
    case BET_BIG8:
    case BET_PUT:
        bet.number = bet.kind == BET_BIG6 ? 6 : bet.kind == BET_BIG8 ? 8 : bet.number;
        for (; count < sizeof light; count++) {
            out[count] = (struct bet_ref){light[count], bet.number};
        }
        break;
    case BET_LAY:
    case BET_PLACE_TO_LOSE:
    case BET_NO:
        for (; count < sizeof dont; count++) {
            out[count] = (struct bet_ref){dont[count], bet.number};
        }
        break;
    case BET_ANY_SEVEN:
        out[count++] = (struct bet_ref){BET_NEXT, 7};
        break;
    case BET_ACES:
        out[count++] = (struct bet_ref){BET_NEXT, 2};
        break;
    case BET_ACE_DEUCE:
        out[count++] = (struct bet_ref){BET_NEXT, 3};
        break;
    case BET_YO:
        out[count++] = (struct bet_ref){BET_NEXT, 11};
        break;
    case BET_BOXCARS:
        out[count++] = (struct bet_ref){BET_NEXT, 12};
        break;
    default:
        break;
    }
    return count;
}

const char *explain_better(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[SENTENCE_MAX])
{
    struct bet_ref others[4];
    struct bet_ref best = bet;
    struct odds own;
    char name[BET_TEXT_MAX];
    char percent[BET_TEXT_MAX];
    out[0] = '\0';
    if (!odds_before(config, bet, point, &own) || own.edge.value <= 0) {
        return out;
    }
    double edge = own.edge.value;
    unsigned count = alike(bet, others);
    for (unsigned i = 0; i < count; i++) {
        struct odds odds;
        if (odds_of(config, others[i], 0, &odds) && odds.edge.value < edge) {
            edge = odds.edge.value;
            best = others[i];
        }
    }
    if (edge * 2 <= own.edge.value) {
        struct odds_value value = {.value = edge};
        snprintf(out, SENTENCE_MAX, "%s wins on the same rolls, edge %s", spoken(best, name),
            odds_percent(&value, percent));
    } else {
        snprintf(out, SENTENCE_MAX, "odds behind your pass line: no edge at all");
    }
    return out;
}
