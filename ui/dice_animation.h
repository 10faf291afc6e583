/* The dice as cells. While they are out they tumble with marks that no real face has; once they are
 * known the true faces are drawn at once and only their place still moves, so that nothing ever
 * hides or delays a result. */
#ifndef UI_DICE_ANIMATION_H
#define UI_DICE_ANIMATION_H

#include "ui/canvas.h"

enum { DIE_ROWS = 5, DIE_COLS = 9 };

/* A real face, 1..6; anything else draws an empty die. */
void die_draw(struct canvas *c, int row, int col, unsigned face);

/* Two tumbling dice at `age_ms` since the throw, in the 25 columns from `col` on. Without animation
 * they lie still. */
void dice_tumble_draw(struct canvas *c, int row, int col, uint64_t age_ms, bool animate);

/* So many cells known dice are out of their place: they bounce for `length_ms`, less and less. */
int dice_bounce(uint64_t age_ms, uint64_t length_ms);

/* Two known dice; they roll out for `length_ms`, their faces as they are. */
void dice_known_draw(struct canvas *c, int row, int col, unsigned die1, unsigned die2,
    uint64_t age_ms, uint64_t length_ms);

#endif
