/* The odds of a bet in words and numbers: for the page that explains it and for `craps odds`. All numbers come from
 * game/odds.h. */
#ifndef UI_ODDS_TEXT_H
#define UI_ODDS_TEXT_H

#include "game/odds.h"
#include "ui/bet_text.h"

enum { ODDS_ROWS_MAX = 8, ODDS_WHAT_MAX = 40, ODDS_WAYS_MAX = 40, ODDS_PAYS_MAX = 24 };

/* Some of the 36 rolls that do the same to the bet. */
struct odds_row {
    uint8_t result;           /* enum odds_result */
    uint8_t count;            /* of 36 */
    char what[ODDS_WHAT_MAX]; /* "six", "easy six", "2 3 12", "anything else" */
    char ways[ODDS_WAYS_MAX]; /* "1-5 2-4 3-3 4-2 5-1", or "" when they are too many */
    char does[ODDS_WHAT_MAX]; /* "wins 7:6", "loses", "sets the point", ... */
};

/* The next roll in rows, wins first; 0 for a bet on a whole hand. `point` as for odds_next. */
unsigned odds_rows(const struct table_config *config, struct bet_ref bet, uint8_t point,
    struct odds_row rows[ODDS_ROWS_MAX]);

/* What a bet on a whole hand pays: "4 points 24:1, 5 249:1, 6 999:1". Empty for every other bet. */
const char *odds_text_hand(
    const struct table_config *config, struct bet_ref bet, char out[4 * BET_TEXT_MAX]);

/* The pay of the usual win, "7:6", "1.18:1"; also of a bet that only the other variant (crapless or not) offers. Empty for a
 * bet on a whole hand. */
const char *odds_text_ratio(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[ODDS_PAYS_MAX]);

/* Everything that it pays: "1:1, 2:1, 3:1" where the felt has no room for more than "1:1" or "mixed". */
const char *odds_text_pays(const struct table_config *config, struct bet_ref bet, uint8_t point,
    char out[4 * BET_TEXT_MAX]);

/* "1.52%". */
const char *odds_percent(const struct odds_value *value, char out[BET_TEXT_MAX]);

/* The odds by which a bet is judged before it is made: come and don't come from the box, line odds on `point` (or on six
 * while there is none), a bet that the crapless table does not offer by the usual rules. False only for what is no bet. */
bool odds_before(
    const struct table_config *config, struct bet_ref bet, uint8_t point, struct odds *out);

#endif
