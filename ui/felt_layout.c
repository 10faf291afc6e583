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
