/* What a click on a place of the screen means when it is no key (see canvas_hit). */
#ifndef UI_MOUSE_H
#define UI_MOUSE_H

enum ui_hit {
    UIHIT_CHIP = 0x120000, /* + index: choose that chip */
    UIHIT_SEAT = 0x120100, /* + seat: show that player's bets */
    UIHIT_LINE = 0x120200, /* + index: choose that line of the popup, and do it */
    UIHIT_BET = 0x120400,  /* + slot: one chip on that bet */
    UIHIT_TALK = 0x120800, /* the wheel scrolls table talk */
};

#endif
