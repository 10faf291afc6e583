#include "ui/dice_animation.h"

enum { FRAME_MS = 60 };

static const char *const faces[7][3] = {
    {"       ", "       ", "       "},
    {"       ", "   ●   ", "       "},
    {" ●     ", "       ", "     ● "},
    {" ●     ", "   ●   ", "     ● "},
    {" ●   ● ", "       ", " ●   ● "},
    {" ●   ● ", "   ●   ", " ●   ● "},
    {" ●   ● ", " ●   ● ", " ●   ● "},
};

/* Every frame has a mark and an order of pips that no face has. */
static const char *const tumbling[4][3] = {
    {" ●  ▪  ", "  ●  ● ", " ▪  ●  "},
    {"  ▪    ", " ●   ▪ ", "   ●   "},
    {"    ▪  ", " ▪ ●   ", "   ▪ ● "},
    {" ▪   ● ", "   ▪   ", "  ●  ▪ "},
};

static void body(struct canvas *c, int row, int col, const char *const pips[3], unsigned attr)
{
    canvas_text(c, row, col, attr, "╭───────╮");
    for (int r = 0; r < 3; r++) {
        canvas_text(c, row + 1 + r, col, attr, "│");
        canvas_text(c, row + 1 + r, col + 1, attr, pips[r]);
        canvas_text(c, row + 1 + r, col + 8, attr, "│");
    }
    canvas_text(c, row + 4, col, attr, "╰───────╯");
}

void die_draw(struct canvas *c, int row, int col, unsigned face)
{
    body(c, row, col, faces[face <= 6 ? face : 0], ROLE_DICE);
}

void dice_tumble_draw(struct canvas *c, int row, int col, uint64_t age_ms, bool animate)
{
    uint64_t frame = animate ? age_ms / FRAME_MS : 0;
    int drift = animate && frame % 2 == 1 ? 1 : 0;
    body(c, row, col + 2 - drift, tumbling[frame % 4], ROLE_NORMAL);
    body(c, row, col + 14 + drift, tumbling[(frame + 1) % 4], ROLE_NORMAL);
    for (int r = 1; r < 4; r++) {
        canvas_text(c, row + r, col + 12, ROLE_FRAME, (r + (int)frame) % 2 == 1 ? "╌╌" : "╌");
    }
}

int dice_bounce(uint64_t age_ms, uint64_t length_ms)
{
    static const uint8_t apart[8] = {2, 1, 0, 1, 0, 1, 0, 0}; /* one an eighth of the time */
    return age_ms < length_ms ? apart[age_ms * 8 / length_ms] : 0;
}

void dice_known_draw(struct canvas *c, int row, int col, unsigned die1, unsigned die2,
    uint64_t age_ms, uint64_t length_ms)
{
    int off = dice_bounce(age_ms, length_ms);
    die_draw(c, row, col + 3 - off, die1);
    die_draw(c, row, col + 14 + off, die2);
}
