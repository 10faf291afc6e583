/* What both layouts of the help are made of. */
#ifndef UI_HELP_PARTS_H
#define UI_HELP_PARTS_H

#include "ui/state.h"

/* The nth bet of the list of all; numbers that pay alike are one. */
struct bet_ref help_nth_bet(const struct table_config *config, unsigned n, bool *found);

/* "place 6, 8               7:6           1.52". */
void help_bet_line(const struct table_config *config, struct bet_ref bet, char *out, size_t size);

/* One row of the table of keys; a click on it does it. */
void help_key_row_draw(
    struct canvas *c, const struct ui_state *s, size_t i, int row, int col, int label_cols);

/* Keys and bets that what is typed is found in, down to the row before `end`. */
void help_found_draw(
    struct canvas *c, const struct ui_state *s, const struct table_config *config, int end);

/* The page of a window with room for the keys and the bets side by side. */
void help_wide_draw(struct canvas *c, const struct ui_state *s, const struct table_config *config);

/* The rows of the list of bets that are shown at once. */
int help_list_rows(const struct ui_state *s);

#endif
