/* What line mode says: whole sentences, good to hear. */
#ifndef UI_LINE_TEXT_H
#define UI_LINE_TEXT_H

#include "ui/bet_text.h"
#include "ui/sentence.h"

/* Chips without a comma, as they are typed and spoken. */
const char *line_text_money(int64_t cents, char out[MONEY_TEXT_MAX]);

/* "Bo throws. 4 and 2, six. The point is six." */
void line_text_roll(const struct ui_roll *roll, bool own, char out[SENTENCE_MAX]);

/* "You win 35. pass line 5 +5, pass odds 25 +30. Rack 1035." Empty when nothing of one's own was
 * decided. */
void line_text_result(const struct ui_model *model, char out[SENTENCE_MAX]);

/* "Table Friday Table. 5 players. Come-out roll. Your rack is 1000." */
void line_text_table(const struct ui_model *model, char out[SENTENCE_MAX]);

/* Own bets, the total, and what the others have. */
void line_text_bets(const struct live *l, int me, char out[4 * SENTENCE_MAX]);

/* Who sits here, with racks. */
void line_text_players(const struct ui_model *model, char out[4 * SENTENCE_MAX]);

/* The last rolls, the newest last. */
void line_text_history(const struct ui_model *model, char out[4 * SENTENCE_MAX]);

extern const char line_help[];

#endif
