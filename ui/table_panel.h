/* What both layouts of the table say about players and past rolls. */
#ifndef UI_TABLE_PANEL_H
#define UI_TABLE_PANEL_H

#include "ui/state.h"

/* The seated accounts: the player's own, then who throws, then by seat. Returns how many. */
unsigned players_order(const struct live *l, int me, uint16_t out[LIVE_SEATS_MAX]);

/* The connection of who sits on a seat, or NULL. */
const struct ui_peer *panel_peer(const struct ui_model *m, unsigned seat);

/* What the last roll meant to an account's worth. */
int64_t panel_roll_net(const struct ui_model *m, unsigned account);

/* The last rolls in `width` cells, the newest at the right. */
void history_items_draw(struct canvas *c, const struct ui_model *m, int row, int col, int width);

#endif
