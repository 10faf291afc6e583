#include "ui/canvas.h"

#include "game/name.h"
#include "ui/glyph.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static struct cell *at(struct canvas *c, int row, int col)
{
    row += c->origin_row;
    col += c->origin_col;
    if (row < 0 || col < 0 || row >= c->rows || col >= c->cols) {
        c->outside++;
        return NULL;
    }
    return &c->cells[row][col];
}

static void put(struct cell *cell, int32_t point, unsigned attr)
{
    *cell = (struct cell){.attr = (uint16_t)attr};
    if (point < 0x80) {
        cell->text[0] = (char)point;
    } else {
        utf8proc_encode_char(point, (utf8proc_uint8_t *)cell->text);
    }
}

void canvas_init(struct canvas *c, int rows, int cols, bool ascii)
{
    c->rows = clamp(rows, 1, CANVAS_ROWS_MAX);
    c->cols = clamp(cols, 1, CANVAS_COLS_MAX);
    c->ascii = ascii;
    c->outside = 0;
    c->hit_count = 0;
    c->picture = 0;
    canvas_origin(c, 0, 0);
    for (int r = 0; r < c->rows; r++) {
        for (int k = 0; k < c->cols; k++) {
            put(&c->cells[r][k], ' ', ROLE_NORMAL);
        }
    }
}

void canvas_origin(struct canvas *c, int row, int col)
{
    c->origin_row = row;
    c->origin_col = col;
}

/* The code point as it may be shown, and its cells; 0 cells: leave it out. */
static int32_t shown(const struct canvas *c, int32_t point, int *cells)
{
    *cells = 0;
    if (point < 0 || !code_point_printable(point)) {
        return 0;
    }
    if (point < 0x80) {
        *cells = 1;
        return point;
    }
    *cells = utf8proc_charwidth(point);
    if (c != NULL && c->ascii && *cells > 0) {
        *cells = 1;
        return glyph_ascii(point);
    }
    /* Terminals disagree about the width of symbols and emoji beyond the basic plane. */
    if (point >= 0x1f000 && point < 0x20000) {
        *cells = *cells > 0 ? 1 : 0;
        return '?';
    }
    return point;
}

/* Before a cell of the sheet is written: what is left of a wide character that it was half of
 * becomes a blank, or the row would be pushed. */
static void break_wide(struct canvas *c, struct cell *cell)
{
    ptrdiff_t col = (cell - &c->cells[0][0]) % CANVAS_COLS_MAX;
    if (cell->text[0] == '\0' && col > 0) {
        put(cell - 1, ' ', cell[-1].attr);
    } else if ((unsigned char)cell->text[0] >= 0xe0 && col + 1 < c->cols &&
               cell[1].text[0] == '\0') {
        put(cell + 1, ' ', cell[1].attr);
    }
}

/* A mark that comes after its letter: both become one code point where there is one (e and an acute
 * accent), since a cell holds no more; else the mark is left out. */
static void compose(const struct canvas *c, struct cell *cell, int32_t *point, int32_t mark)
{
    utf8proc_int32_t pair[2] = {*point, mark};
    if (cell == NULL || c->ascii || mark <= 0 ||
        utf8proc_normalize_utf32(pair, 2, UTF8PROC_COMPOSE) != 1 ||
        utf8proc_charwidth(pair[0]) != utf8proc_charwidth(*point)) {
        return;
    }
    *point = pair[0];
    put(cell, pair[0], cell->attr);
}

int canvas_text_cut(struct canvas *c, int row, int col, int width, unsigned attr, const char *text)
{
    int used = 0;
    struct cell *last = NULL;
    int32_t last_point = 0;
    size_t size = strlen(text);
    while (size > 0) {
        size_t bytes = 0;
        int cells = 0;
        int32_t raw = utf8_next(text, size, &bytes);
        int32_t point = shown(c, raw, &cells);
        text += bytes;
        size -= bytes;
        if (cells == 0) {
            compose(c, last, &last_point, raw);
            continue;
        }
        if (used + cells > width) {
            break;
        }
        struct cell *cell = at(c, row, col + used);
        if (cell == NULL || (cells == 2 && at(c, row, col + used + 1) == NULL)) {
            break;
        }
        break_wide(c, cell);
        put(cell, point, attr);
        last = cell;
        last_point = point;
        if (cells == 2) {
            break_wide(c, cell + 1);
            cell[1] = (struct cell){.attr = (uint16_t)attr};
        }
        used += cells;
    }
    return used;
}

/* What a cleared rectangle touches no longer answers to the mouse. */
static void hits_cover(struct canvas *c, int row, int col, int rows, int cols)
{
    unsigned kept = 0;
    row += c->origin_row;
    col += c->origin_col;
    for (unsigned i = 0; i < c->hit_count; i++) {
        const struct canvas_hit h = c->hits[i];
        bool apart = h.row + h.rows <= row || row + rows <= h.row || h.col + h.cols <= col ||
                     col + cols <= h.col;
        if (apart) {
            c->hits[kept++] = h;
        }
    }
    c->hit_count = kept;
}

int canvas_text(struct canvas *c, int row, int col, unsigned attr, const char *text)
{
    return canvas_text_cut(c, row, col, CANVAS_COLS_MAX, attr, text);
}

int canvas_printf(struct canvas *c, int row, int col, unsigned attr, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return canvas_text(c, row, col, attr, text);
}

void canvas_right(struct canvas *c, int row, int end, unsigned attr, const char *text)
{
    canvas_text(c, row, end - text_width(text), attr, text);
}

void canvas_center(struct canvas *c, int row, int col, int width, unsigned attr, const char *text)
{
    int wide = text_width(text);
    int pad = wide < width ? (width - wide) / 2 : 0;
    canvas_text_cut(c, row, col + pad, width - pad, attr, text);
}

void canvas_clear(struct canvas *c, int row, int col, int rows, int cols, unsigned attr)
{
    hits_cover(c, row, col, rows, cols);
    for (int r = row; r < row + rows; r++) {
        for (int k = col; k < col + cols; k++) {
            struct cell *cell = at(c, r, k);
            if (cell != NULL) {
                break_wide(c, cell);
                put(cell, ' ', attr);
            }
        }
    }
}

void canvas_hit(struct canvas *c, int row, int col, int rows, int cols, int32_t code)
{
    if (c->hit_count == CANVAS_HITS_MAX || rows <= 0 || cols <= 0) {
        return;
    }
    c->hits[c->hit_count++] = (struct canvas_hit){(int16_t)(c->origin_row + row),
        (int16_t)(c->origin_col + col), (int16_t)rows, (int16_t)cols, code};
}

int32_t canvas_hit_at(const struct canvas *c, int row, int col)
{
    for (unsigned i = c->hit_count; i-- > 0;) {
        const struct canvas_hit *h = &c->hits[i];
        if (row >= h->row && row < h->row + h->rows && col >= h->col && col < h->col + h->cols) {
            return h->code;
        }
    }
    return 0;
}

void canvas_hits_forget(struct canvas *c)
{
    c->hit_count = 0;
}

void canvas_paint(struct canvas *c, int row, int col, int width, unsigned attr)
{
    for (int k = col; k < col + width; k++) {
        struct cell *cell = at(c, row, k);
        if (cell != NULL) {
            cell->attr = (uint16_t)attr;
        }
    }
}

void canvas_felt(struct canvas *c, int row, int col, int rows, int cols)
{
    for (int r = row; r < row + rows; r++) {
        for (int k = col; k < col + cols; k++) {
            struct cell *cell = at(c, r, k);
            if (cell != NULL) {
                cell->attr |= CELL_FELT;
            }
        }
    }
}

int text_width(const char *text)
{
    int used = 0;
    size_t size = strlen(text);
    while (size > 0) {
        size_t bytes = 0;
        int cells = 0;
        shown(NULL, utf8_next(text, size, &bytes), &cells);
        used += cells;
        text += bytes;
        size -= bytes;
    }
    return used;
}

void canvas_row_text(const struct canvas *c, int row, char *out)
{
    size_t size = 0;
    size_t end = 0;
    for (int k = 0; k < c->cols; k++) {
        const char *text = c->cells[row][k].text;
        size_t bytes = strlen(text);
        memcpy(out + size, text, bytes);
        size += bytes;
        if (bytes > 0 && text[0] != ' ') {
            end = size;
        }
    }
    out[end] = '\0';
}
