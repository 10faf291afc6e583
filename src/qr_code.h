/* Makes QR codes (ISO/IEC 18004) with libqrencode. */
#ifndef SRC_QR_CODE_H
#define SRC_QR_CODE_H

#include "ui/qr.h"

/* The code of a text, with the lowest error correction, in the smallest version that holds it. False, and size 0, when it
 * would be larger than UI_QR_MAX or memory ran out: then the words have to do. */
bool qr_code_make(struct ui_qr *out, const char *text);

#endif
