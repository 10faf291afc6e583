#include "ui/felt.h"

static const char *const compact_frame[] = {
    "┌────────┬────────┬────────┬────────┬────────┬────────┐",
    "│        │        │        │        │        │        │",
    "│        │        │        │        │        │        │",
    "│        │        │        │        │        │        │",
    "│        │        │        │        │        │        │",
    "├────────┴────────┴────────┴────────┼────────┴────────┤",
    "│                                   │                 │",
    "├───────────────────────────────────┴─────────────────┤",
    "│                                                     │",
    "├─────────────────────────────────────────────────────┤",
    "│                                                     │",
    "│                                                     │",
    "├─────────────┬────────────┬────────────┬─────────────┤",
    "│             │            │            │             │",
    "├────────┬────┴───┬────────┼────────┬───┴────┬────────┤",
    "│        │        │        │        │        │        │",
    "│        │        │        │        │        │        │",
    "└────────┴────────┴────────┴────────┴────────┴────────┘",
};

static const char *const wide_frame[] = {
    "┌─────────────┬─────────────┬─────────────┬─────────────┬─────────────┬─────────────┐",
    "│             │             │             │             │             │             │",
    "│             │             │             │             │             │             │",
    "│             │             │             │             │             │             │",
    "│             │             │             │             │             │             │",
    "│             │             │             │             │             │             │",
    "│             │             │             │             │             │             │",
    "├─────────────┴─────────────┴─────────────┴─────────────┼─────────────┴─────────────┤",
    "│                                                       │                           │",
    "│                                                       │                           │",
    "├───────────────────────────────────────────────────────┴───────────────────────────┤",
    "│                                                                                   │",
    "│                                                                                   │",
    "├───────────────────────────────────────────────────────────────────────────────────┤",
    "│                                                                                   │",
    "│                                                                                   │",
    "├───────────────────────────────────────────────────────────────────────────────────┤",
    "│                                                                                   │",
    "├────────────────────┬────────────────────┬────────────────────┬────────────────────┤",
    "│                    │                    │                    │                    │",
    "│                    │                    │                    │                    │",
    "├─────────────┬──────┴──────┬─────────────┼─────────────┬──────┴──────┬─────────────┤",
    "│             │             │             │             │             │             │",
    "│             │             │             │             │             │             │",
    "└─────────────┴─────────────┴─────────────┴─────────────┴─────────────┴─────────────┘",
};

const struct felt_layout felt_compact =
    {
        .window_cols = 80,
        .frame_row = 1,
        .frame_rows = sizeof compact_frame / sizeof compact_frame[0],
        .frame_cols = 55,
        .frame = compact_frame,
        .places =
            {
                [FELT_BOX4] = {"   4", 2, 1, 8, 4},
                [FELT_BOX5] = {"   5", 2, 10, 8, 4},
                [FELT_BOX6] = {"  SIX", 2, 19, 8, 4},
                [FELT_BOX8] = {"   8", 2, 28, 8, 4},
                [FELT_BOX9] = {"  NINE", 2, 37, 8, 4},
                [FELT_BOX10] = {"   10", 2, 46, 8, 4},
                [FELT_COME] = {" COME", 7, 1, 35, 1},
                [FELT_DONT_COME] = {" DON'T COME", 7, 37, 17, 1},
                [FELT_FIELD] = {"", 9, 1, 53, 1},
                [FELT_PASS] = {" PASS LINE", 11, 1, 53, 1},
                [FELT_DONT_PASS] = {" DON'T PASS", 12, 1, 53, 1},
                [FELT_HARD4] = {" HARD4 ", 14, 1, 13, 1},
                [FELT_HARD6] = {" HARD6 ", 14, 15, 12, 1},
                [FELT_HARD8] = {" HARD8 ", 14, 28, 12, 1},
                [FELT_HARD10] = {" HARD10 ", 14, 41, 13, 1},
                [FELT_ACES] = {"   2", 16, 1, 8, 2},
                [FELT_ACE_DEUCE] = {"   3", 16, 10, 8, 2},
                [FELT_YO] = {"   11", 16, 19, 8, 2},
                [FELT_BOXCARS] = {"   12", 16, 28, 8, 2},
                [FELT_ANY_SEVEN] = {" any 7", 16, 37, 8, 2},
                [FELT_ANY_CRAPS] = {" craps", 16, 46, 8, 2},
            },
};

const struct felt_layout felt_wide =
    {
        .window_cols = FELT_WIDE_COLS,
        .frame_row = 2,
        .frame_rows = sizeof wide_frame / sizeof wide_frame[0],
        .frame_cols = 85,
        .frame = wide_frame,
        .places =
            {
                [FELT_BOX4] = {"      4", 3, 1, 13, 6},
                [FELT_BOX5] = {"      5", 3, 15, 13, 6},
                [FELT_BOX6] = {"    S I X", 3, 29, 13, 6},
                [FELT_BOX8] = {"      8", 3, 43, 13, 6},
                [FELT_BOX9] = {"   N I N E", 3, 57, 13, 6},
                [FELT_BOX10] = {"     10", 3, 71, 13, 6},
                [FELT_COME] = {" C O M E", 10, 1, 55, 2},
                [FELT_DONT_COME] = {" DON'T COME", 10, 57, 27, 2},
                [FELT_FIELD] = {" F I E L D", 13, 1, 83, 2},
                [FELT_PASS] = {" P A S S   L I N E", 16, 1, 83, 2},
                [FELT_DONT_PASS] = {" DON'T PASS", 19, 1, 83, 1},
                [FELT_HARD4] = {"   HARD FOUR", 21, 1, 20, 2},
                [FELT_HARD6] = {"   HARD SIX", 21, 22, 20, 2},
                [FELT_HARD8] = {"  HARD EIGHT", 21, 43, 20, 2},
                [FELT_HARD10] = {"   HARD TEN", 21, 64, 20, 2},
                [FELT_ACES] = {"    ACES", 24, 1, 13, 2},
                [FELT_ACE_DEUCE] = {"  ACE-DEUCE", 24, 15, 13, 2},
                [FELT_YO] = {"     YO", 24, 29, 13, 2},
                [FELT_BOXCARS] = {"   BOXCARS", 24, 43, 13, 2},
                [FELT_ANY_SEVEN] = {"  ANY SEVEN", 24, 57, 13, 2},
                [FELT_ANY_CRAPS] = {"  ANY CRAPS", 24, 71, 13, 2},
            },
};

const struct felt_layout *felt_layout_of(int rows, int cols)
{
    return rows >= FELT_WIDE_ROWS && cols >= FELT_WIDE_COLS ? &felt_wide : &felt_compact;
}

int felt_left(const struct felt_layout *layout, int cols)
{
    return cols > layout->window_cols ? (cols - layout->window_cols) / 2 : 0;
}

int felt_spot_at(const struct felt_layout *layout, int row, int col)
{
    for (int i = 0; i < FELT_SPOTS; i++) {
        const struct felt_place *p = &layout->places[i];
        if (row >= p->row && row < p->row + p->rows && col >= p->col && col < p->col + p->width) {
            return i;
        }
    }
    return -1;
}
