#include "src/qr_code.h"

#include <qrencode.h>
#include <string.h>

bool qr_code_make(struct ui_qr *out, const char *text)
{
    memset(out, 0, sizeof *out);
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
    if (code == NULL) {
        return false;
    }
    if (code->width <= UI_QR_MAX) {
        out->size = (uint8_t)code->width;
        for (int i = 0; i < code->width * code->width; i++) {
            if ((code->data[i] & 1) != 0) {
                int row = i / code->width;
                int col = i % code->width;
                out->dark[row][col / 8] |= (uint8_t)(1u << (col % 8));
            }
        }
    }
    QRcode_free(code);
    return out->size > 0;
}
