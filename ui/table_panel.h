/* What both layouts of the table say about players and past rolls. */
#ifndef UI_TABLE_PANEL_H
#define UI_TABLE_PANEL_H

#include "ui/state.h"

/* The seated accounts: the player's own, then who throws, then by seat. Returns how many. */
unsigned players_order(const struct live *l, int me, uint16_t out[LIVE_SEATS_MAX]);

/* Those of them that are shown on `room` rows, the player's own always: where they do not all fit
 * the last row says how many `more` there are, and the others can be scrolled. */
unsigned players_window(const struct ui_state *s, const struct ui_model *m, unsigned room,
    uint16_t out[LIVE_SEATS_MAX], unsigned *more);

/* That row. */
void players_more_draw(struct canvas *c, int row, int col, int cols, unsigned more);

/* The connection of who sits on a seat, or NULL. */
const struct ui_peer *panel_peer(const struct ui_model *m, unsigned seat);

/* What the last roll meant to an account's worth. */
int64_t panel_roll_net(const struct ui_model *m, unsigned account);

/* The last rolls in `width` cells, the newest at the right. */
void history_items_draw(struct canvas *c, const struct ui_model *m, int row, int col, int width);

#endif
