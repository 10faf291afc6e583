/* A bet explained in whole sentences; numbers come from game/odds.h and the table's own rules. */
#ifndef UI_EXPLAIN_TEXT_H
#define UI_EXPLAIN_TEXT_H

#include "game/live.h"
#include "ui/sentence.h"

/* "PLACE SIX". */
const char *explain_title(struct bet_ref bet, char out[SENTENCE_MAX]);

/* "You win when a six comes before a seven." `point` is the table's: a line bet is told as it lies now. */
const char *explain_wins(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[SENTENCE_MAX]);

/* "1.52%: 12 on place six costs 18 cents each time it is decided, about every 3 rolls." */
const char *explain_edge(const struct table_config *config, struct bet_ref bet, uint8_t point,
    int64_t cents, char out[SENTENCE_MAX]);

/* What it does on come-out rolls. */
const char *explain_come_out(
    const struct table_config *config, struct bet_ref bet, char out[SENTENCE_MAX]);

/* What costs less: the same rolls by another name, else the odds. Empty when nothing does. */
const char *explain_better(
    const struct table_config *config, struct bet_ref bet, uint8_t point, char out[SENTENCE_MAX]);

#endif
