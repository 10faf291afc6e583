/* Bets and money in the words of the screens: names, pay ratios, house edge, how a bet wins. */
#ifndef UI_BET_TEXT_H
#define UI_BET_TEXT_H

#include "game/table.h"

enum { BET_TEXT_MAX = 96, MONEY_TEXT_MAX = 32 };

/* Chips with thousands marked, cents only where there are some: "1,240", "7.14". */
const char *money_text(int64_t cents, char out[MONEY_TEXT_MAX]);

/* The same with a sign: "+34", "-15", "+0". */
const char *money_signed(int64_t cents, char out[MONEY_TEXT_MAX]);

/* As short as the felt needs it: from 10,000 chips on "12k". */
const char *money_short(int64_t cents, char out[MONEY_TEXT_MAX]);

/* "pass line", "place 6", "hard six", "hop 3-4"; the number of come and don't come is left out in
 * the box. */
const char *bet_text_name(struct bet_ref bet, char out[BET_TEXT_MAX]);

/* "7:6", "2:1 less 5%", "to 999:1". `point` is the table's, for line odds. */
const char *bet_text_pays(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[BET_TEXT_MAX]);

/* House edge in hundredths of a percent, as game/odds.h finds it. */
unsigned bet_edge_hundredths(const struct table_config *config, struct bet_ref bet);

/* "house edge 1.41%" or "no house edge". */
const char *bet_text_edge(
    const struct table_config *config, struct bet_ref bet, char out[BET_TEXT_MAX]);

/* One short sentence: what wins, what loses. */
const char *bet_text_how(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[BET_TEXT_MAX]);

/* The smallest amount from `cents` on that pays in full (rule 1.4's multiples, rule 10.4's units).
 * */
int64_t bet_round_up_cents(struct bet_ref bet, int64_t cents);

/* "four" to "ten", else digits. */
const char *number_word(unsigned number);

#endif
