/* Which screen is drawn. */
#include "ui/bet_text.h"
#include "ui/book.h"
#include "ui/learn_panel.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>

/* Too small: what the table needs, and that nothing is lost while it waits. */
static void too_small_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char text[128];
    int row = c->rows > 10 ? (c->rows - 6) / 2 : 0;
    snprintf(text, sizeof text, "The table needs %d × %d. This window is %d × %d.", UI_COLS_MIN,
        UI_ROWS_MIN, s->cols, s->rows);
    canvas_center(c, row, 0, c->cols, ROLE_TITLE, text);
    if (c->rows >= 3) {
        canvas_center(c, row + 2, 0, c->cols, ROLE_NORMAL, "Make it bigger or use a smaller font.");
    }
    if (m->stage != STAGE_TABLE) {
        if (c->rows >= 5) {
            canvas_center(c, row + 4, 0, c->cols, ROLE_NORMAL, "q quit");
        }
        return;
    }
    if (c->rows >= 5) {
        if (m->stalled || m->cut_off) {
            snprintf(text, sizeof text, "The table is paused: nobody can lose a chip.");
        } else if (m->window_closes_ms > s->now_ms) {
            unsigned long long left = (m->window_closes_ms - s->now_ms + 999) / 1000;
            snprintf(text, sizeof text,
                "Your seat and bets are safe; time runs: bets close in %llu:%02llu", left / 60,
                left % 60);
        } else {
            snprintf(text, sizeof text, "Your seat and bets are safe.");
        }
        canvas_center(c, row + 4, 0, c->cols, ROLE_NORMAL, text);
    }
    if (c->rows >= 7) {
        canvas_center(c, row + 6, 0, c->cols, ROLE_KEY, "Space ready    q leave");
    }
}

void ui_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    canvas_init(c, s->rows, s->cols, s->ascii);
    if (s->rows < UI_ROWS_MIN || s->cols < UI_COLS_MIN) {
        too_small_draw(c, s, m);
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
