#include "game/refusal.h"

static const char *const codes[REFUSAL_COUNT] = {
    [REFUSAL_NONE] = "",
    [REFUSAL_BAD_COMMAND] = "bad_command",
    [REFUSAL_SYNTAX] = "syntax",
    [REFUSAL_CONFIG_LOCKED] = "config_locked",
    [REFUSAL_BAD_CONFIG] = "bad_config",
    [REFUSAL_BAD_NAME] = "bad_name",
    [REFUSAL_DUPLICATE_PLAYER] = "duplicate_player",
    [REFUSAL_BAD_AMOUNT] = "bad_amount",
    [REFUSAL_UNKNOWN_PLAYER] = "unknown_player",
    [REFUSAL_UNKNOWN_BET] = "unknown_bet",
    [REFUSAL_BAD_NUMBER] = "bad_number",
    [REFUSAL_NOT_OFFERED] = "not_offered",
    [REFUSAL_POINT_ON] = "point_on",
    [REFUSAL_POINT_OFF] = "point_off",
    [REFUSAL_HAND_STARTED] = "hand_started",
    [REFUSAL_NO_BASE_BET] = "no_base_bet",
    [REFUSAL_NOT_MULTIPLE] = "not_multiple",
    [REFUSAL_BELOW_MIN] = "below_min",
    [REFUSAL_ABOVE_MAX] = "above_max",
    [REFUSAL_ODDS_LIMIT] = "odds_limit",
    [REFUSAL_INSUFFICIENT_FUNDS] = "insufficient_funds",
    [REFUSAL_NO_SUCH_BET] = "no_such_bet",
    [REFUSAL_CONTRACT] = "contract",
    [REFUSAL_TOO_MUCH] = "too_much",
    [REFUSAL_ALWAYS_WORKING] = "always_working",
    [REFUSAL_BAD_DICE] = "bad_dice",
    [REFUSAL_NO_SHOOTER] = "no_shooter",
    [REFUSAL_DICE_OUT] = "dice_out",
    [REFUSAL_NOT_SEATED] = "not_seated",
    [REFUSAL_WINDOW_OPEN] = "window_open",
    [REFUSAL_WAITING_FOR_PLAYERS] = "waiting_for_players",
    [REFUSAL_NO_REBUY] = "no_rebuy",
    [REFUSAL_TABLE_FULL] = "table_full",
    [REFUSAL_RATE_LIMITED] = "rate_limited",
    [REFUSAL_TABLE_WAITS] = "table_waits",
};

const char *refusal_code(unsigned refusal)
{
    return refusal < REFUSAL_COUNT ? codes[refusal] : "unknown";
}
