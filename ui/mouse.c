/* Clicks and the wheel. What was drawn last says what lies where: keys and panels by their hits,
 * the felt by its layout. */
#include "ui/mouse.h"

#include "ui/screen.h"

enum { LEFT_BUTTON = 1, RIGHT_BUTTON = 3, WHEEL_UP = 4, WHEEL_DOWN = 5 };

static void spot_click(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    unsigned spot, int button)
{
    s->spot = (uint8_t)spot;
    enum ui_action action = button == RIGHT_BUTTON                        ? ACTION_EDIT
                            : button == LEFT_BUTTON || button == WHEEL_UP ? ACTION_BET
                                                                          : ACTION_LESS;
    table_action(s, port, m, action, 0);
}

/* The wheel over the players: down the list, or up. */
static void players_scroll(struct ui_state *s, int step)
{
    int most = (int)live_seated(s->moves.live);
    int to = s->players_down + step;
    s->players_down = (uint8_t)(to < 0 ? 0 : to > most ? most : to);
}

/* A player's bets stand out until the next click on him. */
static void seat_click(struct ui_state *s, unsigned seat)
{
    const struct live *l = s->moves.live;
    char bets[SENTENCE_MAX];
    if (seat == 0 || s->shown_seat == seat) {
        players_scroll(s, seat == 0 ? 1 : 0);
        s->shown_seat = seat == 0 ? s->shown_seat : 0;
        return;
    }
    for (uint32_t i = 0; i < l->account_count; i++) {
        if (l->accounts[i].seat == seat) {
            s->shown_seat = (uint8_t)seat;
            bool any = sentence_bets(l, (int)i, bets);
            ui_say(s, false, "%s: %.200s.", l->players[i].name, any ? bets : "no bets");
        }
    }
}

/* A line of a popup's list: chosen, and done what its keys do. */
static void line_click(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int index, int button)
{
    if (s->popup != POPUP_PROPS && button != LEFT_BUTTON) {
        return;
    }
    s->popup_index = index;
    if (button == LEFT_BUTTON) {
        ui_state_key(s, port, m, UIKEY_ENTER);
    } else {
        ui_state_key(s, port, m,
            button == RIGHT_BUTTON ? 'E'
            : button == WHEEL_UP   ? UIKEY_ENTER
                                   : UIKEY_BACKSPACE);
    }
}

/* Up and down mean something else where a line is typed. */
static bool typing(const struct ui_state *s)
{
    return s->popup == POPUP_CHAT || s->popup == POPUP_NAME || s->popup == POPUP_AMOUNT ||
           s->popup == POPUP_RULES;
}

uint32_t ui_picture(const struct ui_state *s)
{
    return 1u << 31 | (uint32_t)(s->popup_page & 0xff) << 16 | (uint32_t)s->screen << 8 | s->popup;
}

/* Several keys may come before the next drawing: what the player saw is another screen then. */
static bool drawn(const struct ui_state *s)
{
    return s->canvas.picture == ui_picture(s) && s->canvas.rows == s->rows &&
           s->canvas.cols == s->cols;
}

void ui_state_mouse(struct ui_state *s, const struct ui_port *port, const struct ui_model *m,
    int row, int col, int button)
{
    if (s->rows < UI_ROWS_MIN || s->cols < UI_COLS_MIN || !drawn(s)) {
        return;
    }
    int32_t code = canvas_hit_at(&s->canvas, row, col);
    bool table = s->screen == SCREEN_TABLE && s->popup == POPUP_NONE;
    if (code != 0 && code < UIHIT_CHIP) {
        if (button == LEFT_BUTTON) {
            ui_state_key(s, port, m, code);
        }
        return;
    }
    bool wheel = button >= WHEEL_UP;
    bool props_line = s->popup == POPUP_PROPS && code >= UIHIT_LINE && code < UIHIT_BET;
    bool list = s->popup != POPUP_NONE ? !props_line : s->screen != SCREEN_TABLE;
    if (wheel && list) {
        if (!typing(s)) {
            ui_state_key(s, port, m, button == WHEEL_UP ? UIKEY_UP : UIKEY_DOWN);
        }
        return;
    }
    if (code >= UIHIT_LINE && code < UIHIT_BET && s->popup != POPUP_NONE) {
        line_click(s, port, m, code - UIHIT_LINE, button);
        return;
    }
    const struct felt_layout *layout = felt_layout_of(s->rows, s->cols);
    int spot = felt_spot_at(layout, row, col - felt_left(layout, s->cols));
    if (!table || (code == 0 && spot < 0)) {
        return;
    }
    s->say[0] = '\0';
    if (code >= UIHIT_BET && code < UIHIT_BET + BET_SLOT_COUNT && button == LEFT_BUTTON) {
        struct bet_ref bet = bet_of_slot((uint16_t)(code - UIHIT_BET));
        int at = felt_spot_of(bet);
        s->spot = at >= 0 ? (uint8_t)at : s->spot;
        moves_begin(&s->moves);
        act_chip(s, port, m, bet);
    } else if (code == UIHIT_TALK && button >= WHEEL_UP) {
        table_action(s, port, m, button == WHEEL_UP ? ACTION_SCROLL_UP : ACTION_SCROLL_DOWN, 0);
    } else if (code >= UIHIT_SEAT && code < UIHIT_LINE && wheel) {
        players_scroll(s, button == WHEEL_UP ? -1 : 1);
    } else if (code >= UIHIT_SEAT && code < UIHIT_LINE && button == LEFT_BUTTON) {
        seat_click(s, (unsigned)(code - UIHIT_SEAT));
    } else if (code >= UIHIT_CHIP && code < UIHIT_CHIP + UI_CHIPS && button == LEFT_BUTTON) {
        s->chip = (uint8_t)(code - UIHIT_CHIP);
    } else if (code == 0) {
        spot_click(s, port, m, (unsigned)spot, button);
    }
}
