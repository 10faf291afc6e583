/* What each role looks like: plain data, so that a test can read it and one file can map it to
 * curses. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "ui/canvas.h"

struct theme_look {
    int16_t fg256, bg256; /* -1: the terminal's own */
    int16_t fg8, bg8;
    bool bold, dim, reverse;
    bool mono_bold, mono_reverse; /* without colours */
};

extern const struct theme_look theme_looks[ROLE_COUNT];

/* The role of a seat's colour (1 is A); seats beyond H start again. */
unsigned theme_seat(unsigned seat);

#endif
