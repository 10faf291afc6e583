#include "ui/sentence.h"

#include "game/refusal.h"
#include "ui/bet_text.h"

#include <stdio.h>

static const char *const plain[REFUSAL_COUNT] = {
    [REFUSAL_BAD_COMMAND] = "The table does not know that move.",
    [REFUSAL_SYNTAX] = "Part of that is missing. An example: place 6 12.",
    [REFUSAL_CONFIG_LOCKED] = "The rules are fixed once somebody else sits here.",
    [REFUSAL_BAD_CONFIG] = "The table has no such rule or value.",
    [REFUSAL_BAD_NAME] = "That name cannot be used. Letters and digits do.",
    [REFUSAL_DUPLICATE_PLAYER] = "Somebody has that name already.",
    [REFUSAL_BAD_AMOUNT] = "The amount must be a number of chips above zero.",
    [REFUSAL_UNKNOWN_PLAYER] = "Nobody of that name sits here.",
    [REFUSAL_UNKNOWN_BET] = "There is no such bet. Help lists them all.",
    [REFUSAL_BAD_NUMBER] = "That bet does not go on that number.",
    [REFUSAL_NOT_OFFERED] = "This table does not offer that bet.",
    [REFUSAL_HAND_STARTED] = "Hand bets are made before a hand's first roll. Wait for a seven-out.",
    [REFUSAL_NO_BASE_BET] = "Odds go behind a bet of yours, and there is none here yet.",
    [REFUSAL_INSUFFICIENT_FUNDS] = "Your rack does not cover that. Choose a smaller chip.",
    [REFUSAL_NO_SUCH_BET] = "You have no such bet to change.",
    [REFUSAL_CONTRACT] = "Contract bet: it stays until it wins or loses.",
    [REFUSAL_TOO_MUCH] = "You have less than that on it.",
    [REFUSAL_ALWAYS_WORKING] = "That bet always works, it cannot be turned off.",
    [REFUSAL_BAD_DICE] = "Dice show one to six.",
    [REFUSAL_NO_SHOOTER] = "Nobody can throw yet: a shooter needs a pass or don't pass bet.",
    [REFUSAL_DICE_OUT] = "The dice are out: bets are locked until they stop.",
    [REFUSAL_NOT_SEATED] = "You have no seat yet. You can watch until one is free.",
    [REFUSAL_WINDOW_OPEN] = "Others are still betting. You throw when they are ready or time is "
                            "up.",
    [REFUSAL_WAITING_FOR_PLAYERS] = "The first roll waits for more players. Bets are open.",
    [REFUSAL_NO_REBUY] = "New chips are for an empty rack, and only so many times.",
    [REFUSAL_TABLE_FULL] = "All seats are taken. Watch until one is free.",
    [REFUSAL_TABLE_WAITS] = "The table waits for somebody: that was not sent.",
};

static void about_point(
    unsigned refusal, const struct live *live, const char *name, char out[SENTENCE_MAX])
{
    if (refusal == REFUSAL_POINT_ON) {
        snprintf(
            out, SENTENCE_MAX, "Point is %u: %s opens at the come-out.", live->table.point, name);
    } else {
        snprintf(out, SENTENCE_MAX, "No point yet: %s opens once the come-out has set one.", name);
    }
}

/* Where the house has no limit, a queue of this program was full. */
static void about_rate(uint16_t rate, char out[SENTENCE_MAX])
{
    if (rate == LIVE_ANY) {
        snprintf(out, SENTENCE_MAX, "Too fast for the table: that one was not sent. Try again.");
    } else {
        snprintf(out, SENTENCE_MAX,
            "Too fast for the table (%u moves a second): that was not sent.", rate);
    }
}

const char *sentence_refusal(
    unsigned refusal, const struct live *live, int me, struct bet_ref bet, char out[SENTENCE_MAX])
{
    char name[BET_TEXT_MAX];
    char money[MONEY_TEXT_MAX];
    const struct table_config *config = &live->table.config;
    bet_text_name(bet, name);
    switch (refusal) {
    case REFUSAL_RATE_LIMITED:
        about_rate(live->rules.rate, out);
        break;
    case REFUSAL_NO_SHOOTER:
        if (live->thrower < live->account_count && live->thrower != me) {
            snprintf(out, SENTENCE_MAX, "%s has the dice.", live->players[live->thrower].name);
        } else {
            snprintf(out, SENTENCE_MAX, "%s", plain[refusal]);
        }
        break;
    case REFUSAL_POINT_ON:
    case REFUSAL_POINT_OFF:
        about_point(refusal, live, name, out);
        break;
    case REFUSAL_NOT_MULTIPLE:
        snprintf(out, SENTENCE_MAX, "%s is split in equal parts: bet a multiple of %u.", name,
            bet.kind < BET_KIND_COUNT ? bet_specs[bet.kind].multiple : 1);
        break;
    case REFUSAL_BELOW_MIN:
        snprintf(out, SENTENCE_MAX, "The smallest bet here is %s.",
            money_text(config->min_cents, money));
        break;
    case REFUSAL_ABOVE_MAX:
        snprintf(out, SENTENCE_MAX, "The most on one bet here is %s.",
            money_text(config->max_cents, money));
        break;
    case REFUSAL_ODDS_LIMIT:
        if (me >= 0 && bet.kind >= BET_PASS_ODDS && bet.kind <= BET_PUT_ODDS) {
            snprintf(out, SENTENCE_MAX, "The most odds here now are %s.",
                money_text(table_odds_cap_cents(&live->table, (uint32_t)me, bet), money));
        } else {
            snprintf(out, SENTENCE_MAX, "Take the odds down first, they need this bet.");
        }
        break;
    default:
        snprintf(out, SENTENCE_MAX, "%s",
            refusal < REFUSAL_COUNT && plain[refusal] != NULL ? plain[refusal]
                                                              : "The table did not accept that.");
    }
    return out;
}
