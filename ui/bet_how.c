#include "ui/bet_text.h"

#include <stdio.h>

static const char *const sentences[BET_KIND_COUNT] = {
    [BET_ANY_SEVEN] = "Any 7 on the next roll.",
    [BET_ANY_CRAPS] = "2, 3 or 12 on the next roll.",
    [BET_ACES] = "1+1 on the next roll.",
    [BET_ACE_DEUCE] = "1+2 on the next roll.",
    [BET_YO] = "5+6 on the next roll.",
    [BET_BOXCARS] = "6+6 on the next roll.",
    [BET_HORN] = "A quarter each on 2, 3, 11 and 12.",
    [BET_HORN_HIGH_2] = "2, 3, 11, 12; two fifths on the 2.",
    [BET_HORN_HIGH_3] = "2, 3, 11, 12; two fifths on the 3.",
    [BET_HORN_HIGH_11] = "2, 3, 11, 12; two fifths on the 11.",
    [BET_HORN_HIGH_12] = "2, 3, 11, 12; two fifths on the 12.",
    [BET_C_AND_E] = "Half any craps, half eleven.",
    [BET_WORLD] = "A fifth each on 2, 3, 11, 12; a 7 gives it back.",
    [BET_ALL_SMALL] = "2 3 4 5 6 all fall before any 7.",
    [BET_ALL_TALL] = "8 9 10 11 12 all fall before any 7.",
    [BET_ALL] = "All numbers but the 7 fall before it.",
    [BET_DIFFERENT_DOUBLES] = "3 or more different pairs before any 7.",
    [BET_FIRE] = "4 or more different points made in the hand.",
    [BET_RIDE_THE_LINE] = "Pass line wins in the hand; pays by how many.",
    [BET_REPLAY] = "One point made 3 or 4 times in the hand.",
    [BET_HOT_SHOOTER] = "16 or more rolls in the hand.",
    [BET_MUGGSY] = "7 on the come-out, or a point and then a 7.",
    [BET_BIG6] = "6 before any 7. Place 6 pays more.",
    [BET_BIG8] = "8 before any 7. Place 8 pays more.",
};

static void line_how(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[BET_TEXT_MAX])
{
    bool light = bet.kind == BET_PASS || bet.kind == BET_COME;
    bool first = bet.kind == BET_PASS || bet.kind == BET_DONT_PASS ? point == 0 : bet.number == 0;
    unsigned number = bet.number != 0 ? bet.number : point;
    if (!first) {
        snprintf(out, BET_TEXT_MAX, light ? "%u wins, 7 loses." : "7 wins, %u loses.", number);
    } else if (config->crapless) {
        snprintf(out, BET_TEXT_MAX, "7 wins now, anything else is the point.");
    } else {
        snprintf(out, BET_TEXT_MAX, "%s",
            light ? "7/11 wins now, 2/3/12 loses now."
                  : "2/3 wins now, 7/11 loses now, 12 is a push.");
    }
}

const char *bet_text_how(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[BET_TEXT_MAX])
{
    unsigned n = bet.number;
    switch (bet.kind) {
    case BET_PASS:
    case BET_DONT_PASS:
    case BET_COME:
    case BET_DONT_COME:
        line_how(config, bet, point, out);
        break;
    case BET_PASS_ODDS:
        snprintf(out, BET_TEXT_MAX, "%u wins, 7 loses.", point);
        break;
    case BET_DONT_PASS_ODDS:
        snprintf(out, BET_TEXT_MAX, "7 wins, %u loses.", point);
        break;
    case BET_PLACE:
    case BET_BUY:
    case BET_PUT:
    case BET_PUT_ODDS:
    case BET_COME_ODDS:
    case BET_YES:
        snprintf(out, BET_TEXT_MAX, "%u before any 7.", n);
        break;
    case BET_PLACE_TO_LOSE:
    case BET_LAY:
    case BET_NO:
    case BET_DONT_COME_ODDS:
        snprintf(out, BET_TEXT_MAX, "7 before a %u.", n);
        break;
    case BET_HARD:
        snprintf(out, BET_TEXT_MAX, "%u+%u before any 7 or easy %s. Stays up.", n / 2, n / 2,
            number_word(n));
        break;
    case BET_FIELD:
        snprintf(out, BET_TEXT_MAX, "3 4 9 10 11 1:1, 2 pays %u:1, 12 pays %u:1.", config->field2,
            config->field12);
        break;
    case BET_HOP:
        snprintf(out, BET_TEXT_MAX, "Exactly %u and %u on the next roll.", n / 10, n % 10);
        break;
    case BET_NEXT:
        snprintf(out, BET_TEXT_MAX, "%u on the next roll.", n);
        break;
    case BET_REPEATER: {
        static const uint8_t times[13] = {0, 0, 2, 3, 4, 5, 6, 0, 6, 5, 4, 3, 2};
        snprintf(out, BET_TEXT_MAX, "%u falls %u times before any 7.", n, times[n % 13]);
        break;
    }
    default:
        snprintf(out, BET_TEXT_MAX, "%s",
            bet.kind < BET_KIND_COUNT && sentences[bet.kind] != NULL ? sentences[bet.kind] : "");
    }
    return out;
}
