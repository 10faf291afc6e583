/* A QR code as the screen draws it: made elsewhere, kept in the picture. Two rows of modules fit one row of cells. Light
 * modules are drawn, dark ones left blank, as on a dark screen; a role with explicit colours makes that true everywhere. */
#ifndef UI_QR_H
#define UI_QR_H

#include "ui/canvas.h"

enum { UI_QR_MAX = 33, UI_QR_LINE_MAX = 4 * (UI_QR_MAX + 2) + 1 };

struct ui_qr {
    uint8_t size; /* modules a side; 0 = none */
    uint8_t dark[UI_QR_MAX][(UI_QR_MAX + 7) / 8];
};

/* Outside the code is light: the border that every reader needs. */
bool qr_dark(const struct ui_qr *qr, int row, int col);

/* Rows and columns of cells with a border of one module; in ASCII a module is two cells wide and one high. */
int qr_rows(const struct ui_qr *qr, bool ascii);
int qr_cols(const struct ui_qr *qr, bool ascii);

/* One row of cells as text; `inverted` swaps light and dark. */
void qr_line(const struct ui_qr *qr, bool ascii, bool inverted, int row, char out[UI_QR_LINE_MAX]);

/* Draws it with its border, and `margin` more cells of light at each side. */
void qr_draw(struct canvas *c, const struct ui_qr *qr, int row, int col, int margin, bool inverted);

#endif
