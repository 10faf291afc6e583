/* Frames and the small parts that every screen is made of. */
#ifndef UI_WIDGET_H
#define UI_WIDGET_H

#include "ui/canvas.h"

/* A frame with blank inside; title may be NULL. */
void widget_box(struct canvas *c, int row, int col, int rows, int cols, const char *title);

/* The same with double lines, the title in the middle of the top. */
void widget_banner_box(struct canvas *c, int row, int col, int rows, int cols, const char *title);

/* A key line: words after a double blank are keys. "Enter bet   Esc back" shows Enter and Esc as
 * keys, and a click on either item is that key. "up/down", "PgUp PgDn" and "+ -" are two keys. */
void widget_keys(struct canvas *c, int row, int col, int width, const char *text);

/* Where to break a line so that at most `width` cells stay before it: bytes to show; `next`: bytes to
 * go on after. */
size_t widget_break(const char *text, int width, size_t *next);

/* Text over several rows, broken between words; returns how many rows it took. */
int widget_wrapped(
    struct canvas *c, int row, int col, int rows, int cols, unsigned attr, const char *text);

/* Filled and empty dots: `have` of `all`. */
void widget_dots(char *out, size_t size, unsigned have, unsigned all);

#endif
