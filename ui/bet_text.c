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

static const char *odds_ratio(unsigned number, bool light)
{
    static const char *const with[6] = {"", "6:5", "3:2", "2:1", "3:1", "6:1"};
    static const char *const against[6] = {"", "5:6", "2:3", "1:2", "1:3", "1:6"};
    return light ? with[from_seven(number)] : against[from_seven(number)];
}

static const char *pays_fixed(const struct table_config *config, struct bet_ref bet)
{
    static const char *const place[6] = {"", "7:6", "7:5", "9:5", "11:4", "11:2"};
    static const char *const lose[6] = {"", "4:5", "5:8", "5:11", "", ""};
    static const char *const yes[6] = {"", "1.18:1", "1.47:1", "1.96:1", "2.94:1", "5.88:1"};
    static const char *const no[6] = {"", "0.82:1", "0.65:1", "0.49:1", "0.33:1", "0.16:1"};
    static const char *const next[6] = {
        "4.90:1", "6.08:1", "7.84:1", "10.78:1", "16.66:1", "34.30:1"};
    static const char *const repeater[6] = {"", "90:1", "80:1", "65:1", "50:1", "40:1"};
    static const char *const ride[8] = {
        "", "to 50:1", "to 75:1", "to 100:1", "to 150:1", "to 50:1", "to 100:1", "to 150:1"};
    unsigned far = from_seven(bet.number);
    switch (bet.kind) {
    case BET_PLACE:
        return place[far];
    case BET_PLACE_TO_LOSE:
        return lose[far];
    case BET_HARD:
        return far == 1 ? "9:1" : "7:1";
    case BET_YES:
        return yes[far];
    case BET_NO:
        return no[far];
    case BET_NEXT:
        return next[far];
    case BET_ANY_SEVEN:
        return "4:1";
    case BET_ANY_CRAPS:
        return "7:1";
    case BET_ACES:
    case BET_BOXCARS:
        return "30:1";
    case BET_ACE_DEUCE:
    case BET_YO:
        return "15:1";
    case BET_HOP:
        return bet.number / 10 == bet.number % 10 ? "30:1" : "15:1";
    case BET_HORN:
    case BET_HORN_HIGH_2:
    case BET_HORN_HIGH_3:
    case BET_HORN_HIGH_11:
    case BET_HORN_HIGH_12:
    case BET_WORLD:
        return "mixed";
    case BET_C_AND_E:
        return "3:1 7:1";
    case BET_ALL_SMALL:
    case BET_ALL_TALL:
        return config->ats_30_150 ? "30:1" : "34:1";
    case BET_ALL:
        return config->ats_30_150 ? "150:1" : "175:1";
    case BET_REPEATER:
        return repeater[far];
    case BET_DIFFERENT_DOUBLES:
        return "to 100:1";
    case BET_FIRE:
        return "to 999:1";
    case BET_RIDE_THE_LINE:
        return ride[config->rtl % 8];
    case BET_REPLAY:
        return "to 1000:1";
    case BET_HOT_SHOOTER:
        return "to 100 for 1";
    case BET_MUGGSY:
        return "2:1 3:1";
    default:
        return "1:1";
    }
}

const char *bet_text_pays(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[BET_TEXT_MAX])
{
    const char *fee = config->vig_upfront ? "+5% fee" : "less 5%";
    switch (bet.kind) {
    case BET_PASS_ODDS:
    case BET_DONT_PASS_ODDS:
        snprintf(out, BET_TEXT_MAX, "%s",
            point == 0 ? "true odds" : odds_ratio(point, bet.kind == BET_PASS_ODDS));
        break;
    case BET_COME_ODDS:
    case BET_PUT_ODDS:
        snprintf(out, BET_TEXT_MAX, "%s", odds_ratio(bet.number, true));
        break;
    case BET_DONT_COME_ODDS:
        snprintf(out, BET_TEXT_MAX, "%s", odds_ratio(bet.number, false));
        break;
    case BET_BUY:
    case BET_LAY:
        snprintf(out, BET_TEXT_MAX, "%s %s", odds_ratio(bet.number, bet.kind == BET_BUY), fee);
        break;
    default:
        snprintf(out, BET_TEXT_MAX, "%s", pays_fixed(config, bet));
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
