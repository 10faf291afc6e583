/* The felt as data: which bet each spot takes, what lies beside it, and for each layout of the
 * screen where it lies. Drawing, arrows and the mouse all read these tables. */
#ifndef UI_FELT_H
#define UI_FELT_H

#include "game/live.h"

enum felt_name {
    FELT_BOX4,
    FELT_BOX5,
    FELT_BOX6,
    FELT_BOX8,
    FELT_BOX9,
    FELT_BOX10,
    FELT_COME,
    FELT_DONT_COME,
    FELT_FIELD,
    FELT_PASS,
    FELT_DONT_PASS,
    FELT_HARD4,
    FELT_HARD6,
    FELT_HARD8,
    FELT_HARD10,
    FELT_ACES,
    FELT_ACE_DEUCE,
    FELT_YO,
    FELT_BOXCARS,
    FELT_ANY_SEVEN,
    FELT_ANY_CRAPS,
    FELT_SPOTS
};

/* The same in every layout. */
struct felt_spot {
    struct bet_ref bet;
    uint8_t up, down, left, right; /* enum felt_name */
};

extern const struct felt_spot felt_spots[FELT_SPOTS];

/* Where a spot lies, inside the frame. */
struct felt_place {
    const char *label; /* as it stands on the felt; "" where the screen writes its own */
    uint8_t row, col, width, rows;
};

struct felt_layout {
    uint8_t window_cols; /* the columns this layout fills; a wider window has it in the middle */
    uint8_t frame_row, frame_rows, frame_cols;
    const char *const *frame;
    struct felt_place places[FELT_SPOTS];
};

extern const struct felt_layout felt_compact, felt_wide;

/* The least window that has room for the wide layout. */
enum { FELT_WIDE_ROWS = 40, FELT_WIDE_COLS = 120 };

/* The layout of a window, and the column of the window where it begins. */
const struct felt_layout *felt_layout_of(int rows, int cols);
int felt_left(const struct felt_layout *layout, int cols);

/* The bet that one chip on the spot makes now: the odds where the flat bet is already decided by
 * the point. */
struct bet_ref felt_bet(unsigned spot, const struct live *l);

/* The spot that a bet lies on, or -1 when it has none of its own. */
int felt_spot_of(struct bet_ref bet);

/* The spot at a cell of the layout, or -1. */
int felt_spot_at(const struct felt_layout *layout, int row, int col);

/* The bets that concern a spot, the player's own first: what the edit popup turns through. Returns
 * how many of at most `capacity`. */
unsigned felt_bets(
    unsigned spot, const struct live *l, int me, struct bet_ref *out, unsigned capacity);

#endif
