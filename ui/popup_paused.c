/* Too few answer (protocol B.5): what that means, and what the player can do. The safe choice is the first; it closes by itself
 * the moment the table goes on. */
#include "ui/bet_text.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>

enum { CHOICES = 3, TOP = 2, LEFT = 7, HEIGHT = 16, WIDTH = 66, TEXT = LEFT + 3, ROOM = WIDTH - 6 };

static const char choice_keys[CHOICES] = {'w', 's', 'l'};

void paused_update(struct ui_state *s, const struct ui_model *m)
{
    bool asked = m->split_yes > 0 && m->split_step == 0;
    bool due = m->stalled && (m->split_offered || asked) && m->me >= 0 && !m->watching &&
               s->paused_seen_ms != m->stalled_since_ms;
    if (due && s->popup == POPUP_NONE) {
        popup_open(s, POPUP_PAUSED);
    } else if (!m->stalled && s->popup == POPUP_PAUSED) {
        s->popup = POPUP_NONE;
    }
}

static void silent_draw(struct canvas *c, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    if (m->missing[0] == '\0') {
        snprintf(text, sizeof text, "Everybody answers, and still nothing can be agreed.");
    } else if (m->here[0] == '\0') {
        snprintf(text, sizeof text, "You see nobody. Silent: %s.", m->missing);
    } else {
        snprintf(text, sizeof text, "You see %s. Silent: %s.", m->here, m->missing);
    }
    canvas_text_cut(c, TOP + 2, TEXT, ROOM, ROLE_TITLE, text);
    canvas_printf(c, TOP + 3, TEXT, ROLE_NORMAL,
        "A roll needs %u of %u to agree. Until then nothing is rolled", m->needed, m->members);
    canvas_text(c, TOP + 4, TEXT, ROLE_NORMAL, "on either side, and nobody can lose a chip.");
}

static void choice_draw(
    struct canvas *c, const struct ui_state *s, int choice, int row, const char *text)
{
    bool chosen = s->popup_index == choice;
    unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
    canvas_text(c, row, TEXT, attr, chosen ? "▸" : " ");
    canvas_printf(c, row, TEXT + 2, chosen ? attr : (unsigned)ROLE_KEY, "%c", choice_keys[choice]);
    canvas_text_cut(c, row, TEXT + 5, ROOM - 5, attr, text);
    canvas_hit(c, row, TEXT, 1, ROOM, UIHIT_LINE + choice);
}

static void choices_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    char money[MONEY_TEXT_MAX];
    unsigned long long roll = (unsigned long long)m->live.roll;
    choice_draw(c, s, 0, TOP + 6, "Wait: the table goes on by itself when they are back");
    if (m->split_step == 2) {
        snprintf(text, sizeof text, "You have signed the split; waiting for the others here");
    } else if (m->split_step == 1) {
        snprintf(text, sizeof text, "You have said split: %u of %u here have", m->split_yes,
            m->split_of);
    } else if (m->split_yes > 0) {
        snprintf(text, sizeof text, "Split: %u of %u here want it, your word is missing",
            m->split_yes, m->split_of);
    } else {
        snprintf(
            text, sizeof text, "Split off: this table ends at roll %llu, a new one begins", roll);
    }
    choice_draw(c, s, 1, TOP + 7, text);
    if (m->here[0] == '\0') {
        snprintf(text, sizeof text, "with you alone, until somebody comes");
    } else {
        snprintf(text, sizeof text, "with %s; all must say so, the record says it", m->here);
    }
    canvas_text_cut(c, TOP + 8, TEXT + 5, ROOM - 5, ROLE_NORMAL, text);
    snprintf(text, sizeof text, "Leave with a signed receipt for %s",
        m->me < 0 ? "nothing" : money_text(m->live.players[m->me].balance_cents, money));
    choice_draw(c, s, 2, TOP + 9, text);
}

/* What a split does to the bets that are up (rules 16.7, protocol B.5). */
static void bets_draw(struct canvas *c, const struct ui_model *m)
{
    bool out = live_rolling(&m->live);
    canvas_text(c, TOP + 11, TEXT, ROLE_NORMAL,
        out ? "The dice are out. A split makes that roll void: bets of who is"
            : "A split leaves your bets as they are. Who is silent stands up:");
    canvas_text(c, TOP + 12, TEXT, ROLE_NORMAL,
        out ? "here come back, bets of who is silent go to the house. So"
            : "his stack waits for him at the new table, and he can come back");
    canvas_text(c, TOP + 13, TEXT, ROLE_NORMAL,
        out ? "walking away never pays; a friend of his could still gain."
            : "to it with the same words.");
}

void paused_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    widget_banner_box(c, TOP, LEFT, HEIGHT, WIDTH, "TABLE PAUSED");
    silent_draw(c, m);
    choices_draw(c, s, m);
    bets_draw(c, m);
    popup_keys(c, s, "w wait    s split off    l leave with receipt    up/down Enter choose");
}

void paused_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    int chosen = key == UIKEY_ESC ? 0 : key == UIKEY_ENTER ? s->popup_index : -1;
    if (key == UIKEY_UP || key == UIKEY_DOWN) {
        s->popup_index = (s->popup_index + (key == UIKEY_DOWN ? 1 : CHOICES - 1)) % CHOICES;
    }
    for (int i = 0; i < CHOICES; i++) {
        chosen = choice_keys[i] == key ? i : chosen;
    }
    if (chosen < 0) {
        return;
    }
    if (chosen == 1) {
        ui_send(s, port, UI_SPLIT, 0, ""); /* stays open: it shows who is still missing */
        return;
    }
    s->popup = POPUP_NONE;
    s->paused_seen_ms = m->stalled_since_ms;
    ui_send(s, port, chosen == 0 ? UI_WAIT : UI_LEAVE, 0, "");
}
