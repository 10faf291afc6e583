/* Out of chips: new ones, watching, or leaving. */
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/state_text.h"
#include "ui/widget.h"

#include <stdio.h>

enum {
    CHOICES = 3,
    TOP = 7,
    LEFT = 12,
    WIDTH = 56,
    LOOK_MS = 3000 /* at the roll that took them */
};

static const char choice_keys[CHOICES] = {'b', 'w', 'l'};

void broke_update(struct ui_state *s, const struct ui_model *m)
{
    bool broke = state_is_broke(m) && !m->watching && !m->stalled && !m->cut_off;
    bool looked = !s->result_shown || s->now_ms >= s->result_ms + LOOK_MS;
    if (!broke) {
        s->broke_seen = false;
        s->popup = s->popup == POPUP_BROKE ? POPUP_NONE : s->popup;
    } else if (!s->broke_seen && !s->rolling && looked && s->popup == POPUP_NONE) {
        s->broke_seen = true;
        popup_open(s, POPUP_BROKE);
        s->popup_index = state_may_rebuy(m) ? 0 : 1;
    }
}

void broke_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    static const char *const choices[CHOICES] = {
        "Take new chips", "Watch: sit out, your seat stays", "Leave the table"};
    char text[SENTENCE_MAX];
    widget_box(c, TOP, LEFT, 9, WIDTH, "OUT OF CHIPS");
    state_text_broke(m, text);
    widget_wrapped(c, TOP + 2, LEFT + 3, 2, WIDTH - 6, ROLE_TITLE, text);
    for (int i = 0; i < CHOICES; i++) {
        bool chosen = i == s->popup_index;
        bool open = i > 0 || state_may_rebuy(m);
        unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL | (open ? 0u : CELL_DIM);
        canvas_printf(c, TOP + 5 + i, LEFT + 3, attr, "%s %c  %s", chosen ? "▸" : " ",
            choice_keys[i], choices[i]);
        canvas_hit(c, TOP + 5 + i, LEFT + 3, 1, WIDTH - 6, UIHIT_LINE + i);
    }
    popup_keys(c, s, "b take chips   w watch   l leave   Enter choose   Esc close");
}

void broke_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    int chosen = key == UIKEY_ENTER ? s->popup_index : -1;
    if (key == UIKEY_UP || key == UIKEY_DOWN) {
        s->popup_index = (s->popup_index + (key == UIKEY_DOWN ? 1 : CHOICES - 1)) % CHOICES;
    } else if (key == UIKEY_ESC) {
        s->popup = POPUP_NONE;
    }
    for (int i = 0; i < CHOICES; i++) {
        chosen = choice_keys[i] == key ? i : chosen;
    }
    if (chosen < 0 || (chosen == 0 && !state_may_rebuy(m))) {
        return;
    }
    s->popup = POPUP_NONE;
    if (chosen == 0) {
        table_action(s, port, m, ACTION_REBUY, 'b');
    } else if (chosen == 2) {
        popup_open(s, POPUP_QUIT);
    } else if (!m->live.accounts[m->me].sitting_out) {
        table_action(s, port, m, ACTION_SIT, 'k');
    }
}
