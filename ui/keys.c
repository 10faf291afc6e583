#include "ui/keys.h"

#include <string.h>

/* Handling, help page and card follow from it. A new key needs a name in ui/key_map.c, and a line in craps.6, which the
 * test of the keys writes with GOLDEN_UPDATE=1. */
const struct key_row key_rows[] = {
    {"MOVE", "arrows", "from spot to spot", {UIKEY_UP, UIKEY_DOWN, UIKEY_LEFT, UIKEY_RIGHT},
        {ACTION_UP, ACTION_DOWN, ACTION_LEFT, ACTION_RIGHT}},
    {"MOVE", "Tab", "next spot you may bet", {UIKEY_TAB, UIKEY_BACK_TAB},
        {ACTION_NEXT, ACTION_PREVIOUS}},
    {"MOVE", "p d", "pass, don't pass", {'p', 'd'}, {ACTION_PASS, ACTION_DONT_PASS}},
    {"MOVE", "c n", "come, don't come", {'c', 'n'}, {ACTION_COME, ACTION_DONT_COME}},
    {"MOVE", "f", "field", {'f'}, {ACTION_FIELD}},
    {"MOVE", "4 5 6 8 9 0", "the numbers (0 is ten)", {'4', '5', '6', '8', '9', '0'},
        {ACTION_NUMBER, ACTION_NUMBER, ACTION_NUMBER, ACTION_NUMBER, ACTION_NUMBER, ACTION_NUMBER}},
    {"MOVE", "h", "all the other bets", {'h'}, {ACTION_PROPS}},
    {"MOVE", "a", "sets: across, inside...", {'a'}, {ACTION_SETS}},
    {"CHIPS", "Enter", "bet one chip here", {UIKEY_ENTER}, {ACTION_BET}},
    {"CHIPS", "Bksp Del", "one chip less", {UIKEY_BACKSPACE, UIKEY_DELETE},
        {ACTION_LESS, ACTION_LESS}},
    {"CHIPS", "+ -", "bigger, smaller chip", {'+', '-', '='},
        {ACTION_CHIP_UP, ACTION_CHIP_DOWN, ACTION_CHIP_UP}},
    {"CHIPS", "e", "edit this bet...", {'e'}, {ACTION_EDIT}},
    {"CHIPS", "o O", "odds: one chip, max", {'o', 'O'}, {ACTION_ODDS, ACTION_ODDS_MAX}},
    {"CHIPS", "x", "press ×2", {'x'}, {ACTION_PRESS}},
    {"CHIPS", "t T", "take down this, all", {'t', 'T'}, {ACTION_TAKE, ACTION_TAKE_ALL}},
    {"CHIPS", "w", "working on/off", {'w'}, {ACTION_WORKING}},
    {"CHIPS", "u U", "undo, undo all", {'u', 'U'}, {ACTION_UNDO, ACTION_UNDO_ALL}},
    {"ROLL", "Space", "ready; shooter: throw", {' '}, {ACTION_READY}},
    {"ROLL", "r R", "repeat bets, doubled", {'r', 'R'}, {ACTION_REPEAT, ACTION_REPEAT_DOUBLE}},
    {"ROLL", "k b A", "sit out, buy in, auto", {'k', 'b', 'A'},
        {ACTION_SIT, ACTION_REBUY, ACTION_AUTO}},
    {"TALK AND LOOK", "m", "say something, or /help", {'m'}, {ACTION_CHAT}},
    {"TALK AND LOOK", "PgUp PgDn", "scroll table talk", {UIKEY_PAGE_UP, UIKEY_PAGE_DOWN},
        {ACTION_SCROLL_UP, ACTION_SCROLL_DOWN}},
    {"TALK AND LOOK", "i", "explain this bet", {'i'}, {ACTION_EXPLAIN}},
    {"TALK AND LOOK", "l v E", "rolls, proof, evidence", {'l', 'v', 'E'},
        {ACTION_HISTORY, ACTION_PROOF, ACTION_EVIDENCE}},
    {"TALK AND LOOK", "z y N", "invite, members, network", {'z', 'y', 'N'},
        {ACTION_INVITE, ACTION_BALLOT, ACTION_NETWORK}},
    {"TALK AND LOOK", "g s S", "coach, stats, figures", {'g', 's', 'S'},
        {ACTION_COACH, ACTION_STATS, ACTION_FIGURES}},
    {"TALK AND LOOK", "? F1", "this help", {'?', UIKEY_F1}, {ACTION_HELP, ACTION_HELP}},
    {"LEAVE", "Esc", "menu, everything", {UIKEY_ESC}, {ACTION_MENU}},
    {"LEAVE", "q Q", "leave the table", {'q', 'Q'}, {ACTION_LEAVE, ACTION_LEAVE}},
    {"LEAVE", "Ctrl-C", "leave; twice: at once", {UIKEY_CTRL_C}, {ACTION_INTERRUPT}},
    {"LEAVE", "Ctrl-Z", "pause program, keep seat", {UIKEY_CTRL_Z}, {ACTION_SUSPEND}},
    {"LEAVE", "Ctrl-L", "draw everything again", {UIKEY_CTRL_L}, {ACTION_REDRAW}},
};

const size_t key_row_count = sizeof key_rows / sizeof key_rows[0];

bool key_section_right(const char *section)
{
    return strcmp(section, "MOVE") != 0 && strcmp(section, "CHIPS") != 0;
}

static enum ui_action exact(int32_t key)
{
    for (size_t i = 0; i < key_row_count; i++) {
        for (size_t k = 0; k < KEY_ROW_KEYS_MAX && key_rows[i].keys[k] != 0; k++) {
            if (key_rows[i].keys[k] == key) {
                return key_rows[i].actions[k];
            }
        }
    }
    return ACTION_NONE;
}

enum ui_action key_action(int32_t key)
{
    enum ui_action action = exact(key);
    if (action == ACTION_NONE && key >= 'A' && key <= 'Z') {
        action = exact(key - 'A' + 'a');
    }
    return action;
}
