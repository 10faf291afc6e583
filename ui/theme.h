/* What each role looks like: plain data, so that a test can read it and one file can map it to
 * curses. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "ui/canvas.h"
#include "ui/setting.h"

/* On the terminal's own background (bg -1) or on the felt's. */
struct theme_look {
    int16_t fg256, bg256; /* -1: the terminal's own */
    int16_t fg8, bg8;
    bool bold, reverse;
    bool mono_bold, mono_reverse; /* without colours */
};

/* The look of a role. `felt`: as a part of the felt, which is painted only where there are 256 colours; a theme of high
 * contrast is its own background, and paints no felt. */
struct theme_look theme_look(
    enum setting_theme theme, enum setting_cloth cloth, unsigned role, bool felt);

/* The role of a seat's colour (1 is A); seats beyond H start again. */
unsigned theme_seat(unsigned seat);

#endif
