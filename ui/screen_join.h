/* Parts of the join screen that both layouts share. */
#ifndef UI_SCREEN_JOIN_H
#define UI_SCREEN_JOIN_H

#include "ui/state.h"

/* The table that the cursor or the first word picks; found_count for the line below them, -1 for
 * none. */
int join_picked(const struct ui_state *s, const struct ui_model *m);

/* What stands in the list while nothing is in it. */
const char *join_nothing_text(const struct ui_model *m);

/* The line below the tables. */
void join_again_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int col);

/* The tables and what happens next, in a wide window; the words stand between them. */
void join_wide_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m);

#endif
