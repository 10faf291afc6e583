/* The parts of the wide table (120x40 and up). Extra rows of a larger window go to table talk and to
 * the lists at the bottom. */
#ifndef UI_TABLE_WIDE_H
#define UI_TABLE_WIDE_H

#include "ui/state.h"

enum {
    WIDE_COLS = FELT_WIDE_COLS,
    WIDE_HISTORY_ROW = 27,
    WIDE_LISTS_ROW = 28,
    WIDE_BETS_COLS = 44,
    WIDE_SPOT_COL = 45,
    WIDE_SPOT_COLS = 40,
    WIDE_PANEL_COL = 86,
    WIDE_PANEL_COLS = 33,
    WIDE_PANEL_ROW = 9, /* under the dice */
};

/* Dice, players, agreement and table talk, down to the row before `end`. */
void wide_side_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int end);

/* What may be bet now: at most `rows` rows with the frame. */
void wide_bets_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int rows);

/* What the last roll did to the player's bets. */
void wide_result_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int rows);

/* The selected spot, or after a roll what it did to the player's bets. */
void wide_spot_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int row, int rows);

#endif
