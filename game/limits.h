/* Every named limit of the game layer. */
#ifndef GAME_LIMITS_H
#define GAME_LIMITS_H

enum {
    NAME_BYTES_MAX = 32,     /* rule 15.4; a name field holds one more for the NUL */
    POINT_NUMBERS_MAX = 10,  /* 2-6, 8-12 in the crapless variant (rule 2.5) */
    LIVE_SEATS_MAX = 50,     /* rule 16.2 */
    LIVE_ACCOUNTS_MAX = 128, /* identities with a stack in the life of one live table (rule 16.7) */
};

#define AMOUNT_CENTS_MAX 1000000000000 /* rule 1.8 */

/* Keeps the sum of all starting balances under 2^61 cents. */
#define TABLE_PLAYERS_MAX 2000000

/* Highest pay of any bet, to one (rule 11.7). */
#define PAY_TO_ONE_MAX 1000

#endif
