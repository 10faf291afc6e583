#include "ui/learn_panel.h"

#include "ui/learn.h"
#include "ui/screen.h"
#include "ui/table_wide.h"
#include "ui/widget.h"

#include <stdio.h>

enum { TOP = 12, COLS = 55, ROWS = 7, WIDE_ROWS = 9 };

static void place_cursor(struct ui_state *s)
{
    struct bet_ref bet = learn_bet(&s->learn, s->moves.live);
    int spot = bet.kind == BET_KIND_COUNT ? -1 : felt_spot_of(bet);
    if (spot >= 0) {
        s->spot = (uint8_t)spot;
    }
}

void learn_panel_update(struct ui_state *s, const struct ui_model *m)
{
    if (learn_update(&s->learn, m, s->moves.live) && s->learn.active) {
        place_cursor(s);
    }
}

void learn_panel_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    if (!s->learn.active || s->screen != SCREEN_TABLE) {
        return;
    }
    const struct felt_layout *layout = felt_layout_of(s->rows, s->cols);
    bool wide = layout == &felt_wide;
    int top = wide ? WIDE_LISTS_ROW : TOP;
    int cols = wide ? layout->frame_cols : COLS;
    int rows = wide ? WIDE_ROWS : ROWS;
    char title[96];
    char text[LEARN_TEXT_MAX], own[LEARN_TEXT_MAX]; /* own: in this player's keys */
    const char *name = "";
    unsigned chapter = learn_chapter(&s->learn, &name);
    canvas_origin(c, 0, felt_left(layout, s->cols));
    snprintf(title, sizeof title, "LEARN CRAPS   %u of %u: %s", chapter, LEARN_CHAPTERS, name);
    widget_banner_box(c, top, 0, rows, cols, title);
    learn_text(&s->learn, m, s->moves.live, text);
    widget_wrapped(c, top + 1, 2, rows - 3, cols - 4, ROLE_NORMAL,
        key_map_sentence(&s->now.keys, text, own, sizeof own));
    learn_hint(&s->learn, m, s->moves.live, ui_chip_cents[s->chip], false, text);
    canvas_hit(
        c, top, 0, rows - 2, cols, text[0] == 'S' ? key_map_now(&s->now.keys, ' ') : UIKEY_ENTER);
    key_map_line(&s->now.keys, text, own, sizeof own);
    widget_keys(c, top + rows - 2, 2, cols - 4, own);
    if (learn_reads(&s->learn) && s->popup == POPUP_NONE) {
        int row = s->rows - 1;
        canvas_clear(c, row, 0, 1, layout->window_cols, ROLE_NORMAL);
        widget_keys(c, row, 1, layout->window_cols - 2,
            "Enter go on    Esc end the lesson    i explain    ? help");
    }
    canvas_origin(c, 0, 0);
}

bool learn_panel_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    if (!s->learn.active) {
        return false;
    }
    if (key == UIKEY_ESC) {
        s->learn.active = false;
        ui_send(s, port, UI_LEAVE, 0, "");
        return true;
    }
    if (!learn_reads(&s->learn) || (key != UIKEY_ENTER && key != ' ')) {
        return false;
    }
    learn_next(&s->learn, m);
    place_cursor(s);
    s->result_shown = false;
    if (!s->learn.active) {
        ui_say(s, false, "The lesson is over, the table is yours. Esc: menu, q: leave.");
    }
    return true;
}
