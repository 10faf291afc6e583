#include "ui/qr.h"

#include <string.h>

bool qr_dark(const struct ui_qr *qr, int row, int col)
{
    if (row < 0 || col < 0 || row >= qr->size || col >= qr->size) {
        return false;
    }
    return (qr->dark[row][col / 8] >> (col % 8) & 1) != 0;
}

int qr_rows(const struct ui_qr *qr, bool ascii)
{
    return ascii ? qr->size + 2 : (qr->size + 3) / 2;
}

int qr_cols(const struct ui_qr *qr, bool ascii)
{
    return ascii ? 2 * (qr->size + 2) : qr->size + 2;
}

void qr_line(const struct ui_qr *qr, bool ascii, bool inverted, int row, char out[UI_QR_LINE_MAX])
{
    static const char *const halves[4] = {" ", "▄", "▀", "█"};
    out[0] = '\0';
    for (int col = -1; col <= qr->size; col++) {
        if (ascii) {
            strcat(out, qr_dark(qr, row - 1, col) == inverted ? "##" : "  ");
            continue;
        }
        int top = 2 * row - 1;
        bool upper = qr_dark(qr, top, col) == inverted;
        bool lower = qr_dark(qr, top + 1, col) == inverted;
        strcat(out, halves[2 * upper + lower]);
    }
}

void qr_draw(struct canvas *c, const struct ui_qr *qr, int row, int col, int margin, bool inverted)
{
    char line[UI_QR_LINE_MAX];
    int rows = qr_rows(qr, c->ascii);
    int cols = qr_cols(qr, c->ascii);
    unsigned light = inverted ? (unsigned)ROLE_QR : ROLE_QR | CELL_REVERSE;
    canvas_clear(c, row - 1, col - margin, rows + 2, cols + 2 * margin, light);
    for (int i = 0; i < rows; i++) {
        qr_line(qr, c->ascii, inverted, i, line);
        if (!c->ascii) {
            canvas_text(c, row + i, col, ROLE_QR, line);
            continue;
        }
        /* A '#' is thin: whatever is light is painted besides. */
        for (int k = 0; k < cols; k++) {
            char cell[2] = {line[k], '\0'};
            canvas_text(
                c, row + i, col + k, line[k] == '#' ? (unsigned)ROLE_QR_LIGHT : ROLE_QR, cell);
        }
    }
}
