/* Parts of the replay screen. */
#ifndef UI_REPLAY_PARTS_H
#define UI_REPLAY_PARTS_H

#include "ui/state.h"

/* Keys that a click stands for: a moment of the list, a place on the scrubber. */
enum {
    REPLAY_HIT_MOMENT = 0x118300,
    REPLAY_HIT_SCRUB = 0x118400,
    REPLAY_SCRUB_PARTS = 200,
};

/* The line with the place on it, `width` cells long, and below it the numbers of rolls and the moments. */
void replay_scrub_draw(struct canvas *c, const struct ui_model *m, int row, int width);

/* The roll at that part (of REPLAY_SCRUB_PARTS) of the scrubber. */
uint64_t replay_scrub_roll(const struct ui_replay *r, int part);

/* What stands behind the place: who signed it, and that it was checked. */
void replay_record_draw(
    struct canvas *c, const struct ui_model *m, int row, int col, int rows, int cols);

/* What everybody has on the table, a line a player. */
void replay_bets_draw(
    struct canvas *c, const struct ui_model *m, int row, int col, int rows, int cols);

#endif
