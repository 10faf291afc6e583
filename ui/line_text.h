/* What line mode says: whole sentences, good to hear. */
#ifndef UI_LINE_TEXT_H
#define UI_LINE_TEXT_H

#include "ui/bet_text.h"
#include "ui/sentence.h"

enum { LINE_TEXT_MAX = 4 * SENTENCE_MAX };

/* Chips without a comma, as they are typed and spoken. */
const char *line_text_money(int64_t cents, char out[MONEY_TEXT_MAX]);

/* "two" to "twelve" as dice are called; digits beyond. */
const char *line_text_number(unsigned number);

/* "pass", "place six", "come on five", "odds on pass", "hop four four". */
const char *line_text_bet(struct bet_ref bet, char out[BET_TEXT_MAX]);

/* Adds to the end, cut at LINE_TEXT_MAX. */
void line_text_add(char out[LINE_TEXT_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The first letter made large. */
void line_text_begin(char *text);

/* "Bo throws. 4 and 2, six. The point is six." */
void line_text_roll(const struct ui_roll *roll, bool own, char out[SENTENCE_MAX]);

/* "You win 35. Pass 5, odds 30. Rack 1035." Empty when nothing of one's own was decided. */
void line_text_result(const struct ui_model *model, char out[LINE_TEXT_MAX]);

/* After the roll that set a point: "You: pass 5 stays. Odds up to 25 pay 6 to 5 with no house edge."
 * Empty without a line bet. */
void line_text_odds(const struct ui_model *model, char out[SENTENCE_MAX]);

/* An own bet that is agreed: "Pass line 5. Wins 5. Rack 995. Agreed by 5 of 5." `live` is the state
 * with the moves that are on their way. */
void line_text_own_bet(const struct live *live, const struct ui_model *model, struct bet_ref bet,
    int64_t cents, char out[SENTENCE_MAX]);

/* "Table Friday Table. Five players. Come-out roll. Your rack is 1000." */
void line_text_table(const struct ui_model *model, char out[SENTENCE_MAX]);

/* Own bets, the total, and what the others have. */
void line_text_bets(const struct live *l, int me, char out[LINE_TEXT_MAX]);

/* Who sits here, with racks; a line each. */
void line_text_players(const struct ui_model *model, char out[LINE_TEXT_MAX]);

/* The last rolls, the newest last. */
void line_text_history(const struct ui_model *model, char out[LINE_TEXT_MAX]);

/* Why nothing is rolled yet though we are ready: "Waiting for Bo, Cy." Empty when nothing is in the
 * way. */
void line_text_waiting(const struct live *l, int me, char out[SENTENCE_MAX]);

/* The words of the table; one bet: what wins it, what it pays, its house edge; every bet, a line
 * each. */
extern const char line_help[];
void line_help_bet(const struct table_config *config, uint8_t kind, char out[LINE_TEXT_MAX]);

/* The house rules of a table, and how to change one while alone. */
void line_help_rules(const struct ui_model *model, char out[LINE_TEXT_MAX]);

#endif
