/* The keys of the table: one table of key, action and help text. The help page, the printed card and the manual page are
 * generated from it; ui/key_map.h says which key a player has for each. */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys that are no character; above every code point. */
enum ui_key {
    UIKEY_UP = 0x110000,
    UIKEY_DOWN,
    UIKEY_LEFT,
    UIKEY_RIGHT,
    UIKEY_PAGE_UP,
    UIKEY_PAGE_DOWN,
    UIKEY_HOME,
    UIKEY_END,
    UIKEY_BACK_TAB,
    UIKEY_DELETE,
    UIKEY_F1,
    UIKEY_PASTE_BEGIN,
    UIKEY_PASTE_END,
    UIKEY_RESIZE,
    UIKEY_MOUSE,
    UIKEY_ENTER = '\n',
    UIKEY_ESC = 27,
    UIKEY_TAB = '\t',
    UIKEY_BACKSPACE = 127,
    UIKEY_CTRL_C = 3,
    UIKEY_CTRL_L = 12,
    UIKEY_CTRL_U = 21,
    UIKEY_CTRL_W = 23,
    UIKEY_CTRL_Z = 26,
};

enum ui_action {
    ACTION_NONE,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_NEXT,
    ACTION_PREVIOUS,
    ACTION_BET,
    ACTION_LESS,
    ACTION_CHIP_UP,
    ACTION_CHIP_DOWN,
    ACTION_EDIT,
    ACTION_PASS,
    ACTION_DONT_PASS,
    ACTION_COME,
    ACTION_DONT_COME,
    ACTION_FIELD,
    ACTION_NUMBER, /* the key says which */
    ACTION_ODDS,
    ACTION_ODDS_MAX,
    ACTION_PROPS,
    ACTION_SETS,
    ACTION_PRESS,
    ACTION_WORKING,
    ACTION_TAKE,
    ACTION_TAKE_ALL,
    ACTION_REPEAT,
    ACTION_REPEAT_DOUBLE,
    ACTION_UNDO,
    ACTION_UNDO_ALL,
    ACTION_READY,
    ACTION_SIT,
    ACTION_REBUY,
    ACTION_AUTO,
    ACTION_CHAT,
    ACTION_SCROLL_UP,
    ACTION_SCROLL_DOWN,
    ACTION_EXPLAIN,
    ACTION_COACH,
    ACTION_HISTORY,
    ACTION_PROOF,
    ACTION_NETWORK,
    ACTION_FIGURES,
    ACTION_EVIDENCE,
    ACTION_BALLOT,
    ACTION_STATS,
    ACTION_INVITE,
    ACTION_HELP,
    ACTION_OPTIONS,
    ACTION_MENU,
    ACTION_LEAVE,
    ACTION_REDRAW,
    ACTION_SUSPEND,
    ACTION_INTERRUPT,
};

enum { KEY_ROW_KEYS_MAX = 6 };

/* One line of help: some keys and what they do. */
struct key_row {
    const char *section;
    const char *label;
    const char *text;
    int32_t keys[KEY_ROW_KEYS_MAX];
    uint8_t actions[KEY_ROW_KEYS_MAX]; /* enum ui_action, one a key */
};

extern const struct key_row key_rows[];
extern const size_t key_row_count;

/* Is the section in the right column of help and card? */
bool key_section_right(const char *section);

/* What a key does at the table; ACTION_NONE when nothing. A letter without an upper-case meaning of
 * its own works with Caps Lock too. */
enum ui_action key_action(int32_t key);

#endif
