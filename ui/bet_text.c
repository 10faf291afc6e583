#include "ui/bet_text.h"

#include "ui/odds_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *plain_names[BET_KIND_COUNT] = {
    [BET_PASS] = "pass line",
    [BET_DONT_PASS] = "don't pass",
    [BET_COME] = "come",
    [BET_DONT_COME] = "don't come",
    [BET_PUT] = "put",
    [BET_PASS_ODDS] = "pass odds",
    [BET_DONT_PASS_ODDS] = "don't pass odds",
    [BET_COME_ODDS] = "odds on come",
    [BET_DONT_COME_ODDS] = "odds on don't come",
    [BET_PUT_ODDS] = "odds on put",
    [BET_PLACE] = "place",
    [BET_PLACE_TO_LOSE] = "place to lose",
    [BET_BUY] = "buy",
    [BET_LAY] = "lay",
    [BET_HARD] = "hard",
    [BET_BIG6] = "big 6",
    [BET_BIG8] = "big 8",
    [BET_YES] = "yes",
    [BET_NO] = "no",
    [BET_FIELD] = "field",
    [BET_ANY_SEVEN] = "any seven",
    [BET_ANY_CRAPS] = "any craps",
    [BET_ACES] = "aces",
    [BET_ACE_DEUCE] = "ace-deuce",
    [BET_YO] = "yo 11",
    [BET_BOXCARS] = "boxcars",
    [BET_HOP] = "hop",
    [BET_NEXT] = "next",
    [BET_HORN] = "horn",
    [BET_HORN_HIGH_2] = "horn high 2",
    [BET_HORN_HIGH_3] = "horn high 3",
    [BET_HORN_HIGH_11] = "horn high 11",
    [BET_HORN_HIGH_12] = "horn high 12",
    [BET_C_AND_E] = "C & E",
    [BET_WORLD] = "world",
    [BET_ALL_SMALL] = "all small",
    [BET_ALL_TALL] = "all tall",
    [BET_ALL] = "all",
    [BET_REPEATER] = "repeater",
    [BET_DIFFERENT_DOUBLES] = "different doubles",
    [BET_FIRE] = "fire",
    [BET_RIDE_THE_LINE] = "ride the line",
    [BET_REPLAY] = "replay",
    [BET_HOT_SHOOTER] = "hot shooter",
    [BET_MUGGSY] = "muggsy",
};

const char *number_word(unsigned number)
{
    static const char *const words[13] = {
        "0", "1", "2", "3", "four", "five", "six", "seven", "eight", "nine", "ten", "11", "12"};
    return number < 13 ? words[number] : "?";
}

static void with_thousands(uint64_t chips, char *out, size_t size)
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)chips);
    size_t used = 0;
    for (int i = 0; i < count && used + 2 < size; i++) {
        if (i > 0 && (count - i) % 3 == 0) {
            out[used++] = ',';
        }
        out[used++] = digits[i];
    }
    out[used] = '\0';
}

const char *money_text(int64_t cents, char out[MONEY_TEXT_MAX])
{
    uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    char chips[28];
    with_thousands(size / 100, chips, sizeof chips);
    if (size % 100 != 0) {
        snprintf(
            out, MONEY_TEXT_MAX, "%s%s.%02u", cents < 0 ? "-" : "", chips, (unsigned)(size % 100));
    } else {
        snprintf(out, MONEY_TEXT_MAX, "%s%s", cents < 0 ? "-" : "", chips);
    }
    return out;
}

const char *money_signed(int64_t cents, char out[MONEY_TEXT_MAX])
{
    char text[MONEY_TEXT_MAX];
    snprintf(out, MONEY_TEXT_MAX, "%s%.*s", cents < 0 ? "" : "+", MONEY_TEXT_MAX - 2,
        money_text(cents, text));
    return out;
}

const char *money_short(int64_t cents, char out[MONEY_TEXT_MAX])
{
    int64_t chips = cents / 100;
    if (chips >= 10000000) {
        snprintf(out, MONEY_TEXT_MAX, "%lldM", (long long)(chips / 1000000));
    } else if (chips >= 10000) {
        snprintf(out, MONEY_TEXT_MAX, "%lldk", (long long)(chips / 1000));
    } else if (cents % 100 == 0) {
        snprintf(out, MONEY_TEXT_MAX, "%lld", (long long)chips);
    } else {
        snprintf(out, MONEY_TEXT_MAX, "%lld.%02d", (long long)chips, (int)(cents % 100));
    }
    return out;
}

const char *bet_text_name(struct bet_ref bet, char out[BET_TEXT_MAX])
{
    const char *name = bet.kind < BET_KIND_COUNT ? plain_names[bet.kind] : "bet";
    if (bet.kind == BET_HOP) {
        snprintf(out, BET_TEXT_MAX, "hop %u-%u", bet.number / 10, bet.number % 10);
    } else if (bet.kind == BET_HARD) {
        snprintf(out, BET_TEXT_MAX, "hard %s", number_word(bet.number));
    } else if (bet.number != 0) {
        snprintf(out, BET_TEXT_MAX, "%s %u", name, bet.number);
    } else {
        snprintf(out, BET_TEXT_MAX, "%s", name);
    }
    return out;
}

/* How far a number lies from the seven: 1 for 6 and 8 to 5 for 2 and 12. */
static unsigned from_seven(unsigned number)
{
    return (unsigned)abs((int)number - 7) % 6;
}

enum { ANY_POINT = 6 };

/* The most that a bet on a whole hand pays, to one. */
static void hand_pays(const struct table_config *config, struct bet_ref bet, char out[BET_TEXT_MAX])
{
    static const uint8_t most[BET_KIND_COUNT] = {[BET_DIFFERENT_DOUBLES] = 6,
        [BET_FIRE] = 6,
        [BET_RIDE_THE_LINE] = 11,
        [BET_REPLAY] = 4,
        [BET_HOT_SHOOTER] = 51};
    enum bet_kind kind = (enum bet_kind)bet.kind;
    unsigned number = kind == BET_REPLAY ? 4 : bet.number;
    int pays = odds_hand_pays(config, kind, number, most[kind]);
    if (kind == BET_HOT_SHOOTER) {
        snprintf(out, BET_TEXT_MAX, "to %d for 1", pays + 1);
    } else {
        snprintf(out, BET_TEXT_MAX, "%s%d:1", most[kind] != 0 ? "to " : "", pays);
    }
}

/* The odds that pay what a buy or lay pays before the fee. */
static struct bet_ref true_odds_of(struct bet_ref bet)
{
    return (struct bet_ref){bet.kind == BET_BUY   ? (uint8_t)BET_COME_ODDS
                            : bet.kind == BET_LAY ? (uint8_t)BET_DONT_COME_ODDS
                                                  : bet.kind,
        bet.number};
}

const char *bet_text_pays(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[BET_TEXT_MAX])
{
    bool vig = bet.kind == BET_BUY || bet.kind == BET_LAY;
    bool line = bet.kind == BET_PASS_ODDS || bet.kind == BET_DONT_PASS_ODDS;
    char ratio[ODDS_PAYS_MAX];
    char later[ODDS_PAYS_MAX];
    if (line && point == 0) {
        snprintf(out, BET_TEXT_MAX, "true odds");
    } else if (bet.kind >= BET_KIND_COUNT) {
        out[0] = '\0';
    } else if (bet_specs[bet.kind].hand_bet) {
        hand_pays(config, bet, out);
    } else if (bet_specs[bet.kind].multiple > 2) {
        snprintf(out, BET_TEXT_MAX, "mixed");
    } else if (bet.kind == BET_MUGGSY) {
        snprintf(out, BET_TEXT_MAX, "%s %s", odds_text_ratio(config, bet, 0, ratio),
            odds_text_ratio(config, bet, ANY_POINT, later));
    } else if (bet.kind == BET_C_AND_E) {
        char all[4 * BET_TEXT_MAX];
        odds_text_pays(config, bet, 0, all);
        char *comma = strchr(all, ',');
        snprintf(out, BET_TEXT_MAX, "%.*s%.20s", (int)strcspn(all, ","), all,
            comma != NULL ? comma + 1 : "");
    } else {
        struct bet_ref from = true_odds_of(bet);
        snprintf(out, BET_TEXT_MAX, "%s%s", odds_text_ratio(config, from, line ? point : 0, ratio),
            !vig                  ? ""
            : config->vig_upfront ? " +5% fee"
                                  : " less 5%");
    }
    return out;
}

unsigned bet_edge_hundredths(const struct table_config *config, struct bet_ref bet)
{
    struct odds odds;
    return odds_before(config, bet, 0, &odds) ? (unsigned)(odds.edge.value * 10000 + 0.5) : 0;
}

const char *bet_text_edge(
    const struct table_config *config, struct bet_ref bet, char out[BET_TEXT_MAX])
{
    unsigned edge = bet_edge_hundredths(config, bet);
    if (edge == 0) {
        snprintf(out, BET_TEXT_MAX, "no house edge");
    } else {
        snprintf(out, BET_TEXT_MAX, "house edge %u.%02u%%", edge / 100, edge % 100);
    }
    return out;
}

int64_t bet_round_up_cents(struct bet_ref bet, int64_t cents)
{
    int64_t step = 1;
    if (bet.kind < BET_KIND_COUNT && bet_specs[bet.kind].multiple > 1) {
        step = bet_specs[bet.kind].multiple * 100;
    } else if (bet.kind == BET_PLACE) {
        step = bet.number == 6 || bet.number == 8 ? 600 : 500;
        if (bet.number < 4 || bet.number > 10) {
            step = from_seven(bet.number) == 5 ? 200 : 400;
        }
    }
    return (cents + step - 1) / step * step;
}
