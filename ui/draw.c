/* Which screen is drawn. */
#include "ui/bet_text.h"
#include "ui/book.h"
#include "ui/learn_panel.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>

void ui_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    canvas_init(c, s->rows, s->cols, s->ascii);
    c->picture = ui_picture(s);
    if (s->rows < UI_ROWS_MIN || s->cols < UI_COLS_MIN) {
        screen_small_draw(c, s, m);
        return;
    }
    switch (s->screen) {
    case SCREEN_FIRST:
        screen_first_draw(c, s, m);
        break;
    case SCREEN_MENU:
        screen_menu_draw(c, s, m);
        break;
    case SCREEN_JOIN:
        screen_join_draw(c, s, m);
        break;
    case SCREEN_LOBBY:
        screen_lobby_draw(c, s, m);
        break;
    case SCREEN_TABLE:
        screen_table_draw(c, s, m);
        break;
    case SCREEN_RECORDS:
        screen_records_draw(c, s, m);
        break;
    case SCREEN_STATS:
        screen_stats_draw(c, s, m);
        break;
    case SCREEN_SUMMARY:
        screen_summary_draw(c, s, m);
        break;
    case SCREEN_REPLAY:
        screen_replay_draw(c, s, m);
        break;
    default:
        screen_wait_draw(c, s, m);
        break;
    }
    learn_panel_draw(c, s, m);
    int row = 0;
    int col = 0;
    popup_origin(s, &row, &col);
    canvas_origin(c, row, col);
    if (s->popup != POPUP_NONE) {
        canvas_hits_forget(c); /* the mouse is for what is on top */
    }
    popup_draw(c, s, m);
}
