/* The dice and their total large enough to be seen from across the room: the panel of the wide table with the option
 * "big numbers". */
#ifndef UI_BIG_DICE_H
#define UI_BIG_DICE_H

#include "ui/screen.h"

enum { BIG_PANEL_ROWS = 8, BIG_PANEL_COLS = 33 };

/* Is it for this table now? Before the first roll the usual panel has more to say. */
bool big_dice_wanted(const struct ui_state *s, const struct ui_model *m);

/* Draws the panel from `row`, `col` on. */
void big_dice_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int col);

#endif
