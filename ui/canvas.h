/* A sheet of terminal cells. Every screen is drawn into one; the terminal gets only what changed.
 * Text from outside is made harmless here: what is not printable never becomes a cell, and nothing
 * is ever written outside the sheet. */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a cell means; the theme decides what that looks like. */
enum role {
    ROLE_NORMAL,
    ROLE_TITLE,
    ROLE_FRAME,
    ROLE_KEY,
    ROLE_SELECTED,
    ROLE_WIN,
    ROLE_LOSE,
    ROLE_WARNING,
    ROLE_BANNER,
    ROLE_PUCK,
    ROLE_DICE,
    ROLE_QR,       /* light on dark, whatever the terminal's own colours are */
    ROLE_QR_LIGHT, /* light on light */
    ROLE_SEAT,     /* ROLE_SEAT + 0..7: the colours of the seats */
    ROLE_COUNT = ROLE_SEAT + 8
};

/* May be added to a role. */
enum {
    CELL_BOLD = 0x100,
    CELL_DIM = 0x200,
    CELL_REVERSE = 0x400,
    CELL_FELT = 0x800, /* lies on the felt, which may be painted */
    CELL_ROLE_MASK = 0xff
};

enum { CANVAS_ROWS_MAX = 120, CANVAS_COLS_MAX = 320, CELL_BYTES = 5, CANVAS_HITS_MAX = 192 };

struct cell {
    char text[CELL_BYTES]; /* one code point; "" is the right half of a wide one */
    uint16_t attr;
};

/* A place that answers to the mouse: what is drawn says itself what a click on it means. */
struct canvas_hit {
    int16_t row, col, rows, cols; /* on the sheet, not from the origin */
    int32_t code;                 /* a key of ui/keys.h, or enum ui_hit of ui/mouse.h */
};

struct canvas {
    int rows, cols; /* never above the limits */
    int origin_row; /* where row 0, column 0 of the calls below lies */
    int origin_col;
    bool ascii;       /* every glyph is replaced by its ASCII form */
    unsigned outside; /* cells that were refused because they lay outside */
    uint32_t picture; /* what was drawn, so that a click can tell whether it is still that */
    unsigned hit_count;
    struct canvas_hit hits[CANVAS_HITS_MAX];
    struct cell cells[CANVAS_ROWS_MAX][CANVAS_COLS_MAX];
};

/* Blanks the sheet and sets its size (clamped to 1..max) and symbol set; the origin goes to 0, 0.
 * */
void canvas_init(struct canvas *c, int rows, int cols, bool ascii);

void canvas_origin(struct canvas *c, int row, int col);

/* Writes text from a cell on and returns how many cells it took. */
int canvas_text(struct canvas *c, int row, int col, unsigned attr, const char *text);

/* The same, cut to `width` cells. */
int canvas_text_cut(struct canvas *c, int row, int col, int width, unsigned attr, const char *text);

int canvas_printf(struct canvas *c, int row, int col, unsigned attr, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Text that ends just before column `end`. */
void canvas_right(struct canvas *c, int row, int end, unsigned attr, const char *text);

/* Text in the middle of `width` cells. */
void canvas_center(struct canvas *c, int row, int col, int width, unsigned attr, const char *text);

/* Blanks a rectangle; what it covers answers to the mouse no more. */
void canvas_clear(struct canvas *c, int row, int col, int rows, int cols, unsigned attr);

/* Changes the attributes of `width` cells, keeping the text. */
void canvas_paint(struct canvas *c, int row, int col, int width, unsigned attr);

/* The rectangle answers to the mouse with this code; the last one noted at a cell counts. More than
 * CANVAS_HITS_MAX are left out. */
void canvas_hit(struct canvas *c, int row, int col, int rows, int cols, int32_t code);

/* The code at a cell of the sheet (not from the origin); 0 when nothing answers there. */
int32_t canvas_hit_at(const struct canvas *c, int row, int col);

/* Nothing that was drawn so far answers any more. */
void canvas_hits_forget(struct canvas *c);

/* Makes a rectangle part of the felt, whatever is written there. */
void canvas_felt(struct canvas *c, int row, int col, int rows, int cols);

/* Cells that the text takes. */
int text_width(const char *text);

/* One row as UTF-8 text without the blanks at its end; `out` holds at least CANVAS_COLS_MAX * 4 +
 * 1. */
void canvas_row_text(const struct canvas *c, int row, char *out);

#endif
