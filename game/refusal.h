/* Why a command was refused: the codes of rules 15.9 and 16.9. */
#ifndef GAME_REFUSAL_H
#define GAME_REFUSAL_H

enum refusal {
    REFUSAL_NONE = 0,
    REFUSAL_BAD_COMMAND,
    REFUSAL_SYNTAX,
    REFUSAL_CONFIG_LOCKED,
    REFUSAL_BAD_CONFIG,
    REFUSAL_BAD_NAME,
    REFUSAL_DUPLICATE_PLAYER,
    REFUSAL_BAD_AMOUNT,
    REFUSAL_UNKNOWN_PLAYER,
    REFUSAL_UNKNOWN_BET,
    REFUSAL_BAD_NUMBER,
    REFUSAL_NOT_OFFERED,
    REFUSAL_POINT_ON,
    REFUSAL_POINT_OFF,
    REFUSAL_HAND_STARTED,
    REFUSAL_NO_BASE_BET,
    REFUSAL_NOT_MULTIPLE,
    REFUSAL_BELOW_MIN,
    REFUSAL_ABOVE_MAX,
    REFUSAL_ODDS_LIMIT,
    REFUSAL_INSUFFICIENT_FUNDS,
    REFUSAL_NO_SUCH_BET,
    REFUSAL_CONTRACT,
    REFUSAL_TOO_MUCH,
    REFUSAL_ALWAYS_WORKING,
    REFUSAL_BAD_DICE,
    REFUSAL_NO_SHOOTER,
    /* rule 16.9, live table only */
    REFUSAL_DICE_OUT,
    REFUSAL_NOT_SEATED,
    REFUSAL_WINDOW_OPEN,
    REFUSAL_WAITING_FOR_PLAYERS,
    REFUSAL_NO_REBUY,
    REFUSAL_TABLE_FULL,
    REFUSAL_RATE_LIMITED,
    REFUSAL_TABLE_WAITS, /* said by the own program: too few answer, nothing was sent */
    REFUSAL_COUNT
};

/* The code as written in rules 15.9 and 16.9, e.g. "odds_limit"; "" for REFUSAL_NONE, and "unknown"
 * for values outside the enum (they may come from a peer). */
const char *refusal_code(unsigned refusal);

#endif
