/* Too few answer (protocol B.5): what that means, and what the player can do. The safe choice is the first; it closes by itself
 * the moment the table goes on. */
#include "ui/bet_text.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/state_text.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum {
    CHOICES = 4,
    TOP = 2,
    LEFT = 7,
    HEIGHT = 17,
    WIDTH = 66,
    TEXT = LEFT + 3,
    ROOM = WIDTH - 6,
    OPEN_MS = 5000 /* a short silence is no reason for questions */
};

enum choice { CHOICE_WAIT, CHOICE_RETRY, CHOICE_SPLIT, CHOICE_LEAVE };

static const char choice_keys[CHOICES] = {'w', 'r', 's', 'l'};

void paused_update(struct ui_state *s, const struct ui_model *m)
{
    bool asked = m->split_yes > 0 && m->split_step == 0;
    bool lasts = m->stalled_since_ms != 0 && s->now_ms >= m->stalled_since_ms + OPEN_MS;
    bool due = m->stalled && (m->split_offered || asked || lasts) && m->me >= 0 && !m->watching &&
               s->paused_seen_ms != m->stalled_since_ms;
    if (due && s->popup == POPUP_NONE) {
        popup_open(s, POPUP_PAUSED);
    } else if (!m->stalled && s->popup == POPUP_PAUSED) {
        s->popup = POPUP_NONE;
    }
    if (m->split_offered && !s->split_was_offered) {
        s->paused_seen_ms = 0; /* there is a choice more than before: asked once again */
    }
    s->split_was_offered = m->split_offered;
}

static void who_text(const struct ui_model *m, char out[SENTENCE_MAX])
{
    bool several = strstr(m->missing, " and ") != NULL;
    const char *silent = several ? "are silent" : "is silent";
    if (m->missing[0] == '\0') {
        snprintf(out, SENTENCE_MAX, "Everybody answers, and still nothing can be agreed.");
        return;
    }
    if (m->here[0] == '\0') {
        snprintf(out, SENTENCE_MAX, "You see nobody. %s %s.", m->missing, silent);
    } else {
        snprintf(out, SENTENCE_MAX, "You%s %s see each other. %s %s.",
            strstr(m->here, " and ") != NULL ? "," : " and", m->here, m->missing, silent);
    }
    if (text_width(out) > ROOM) {
        snprintf(out, SENTENCE_MAX, "Here: %s. Silent: %s.", m->here[0] != '\0' ? m->here : "you",
            m->missing);
    }
}

static void silent_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    if (state_text_piece(s, m, text)) {
        int rows = widget_wrapped(c, TOP + 2, TEXT, 2, ROOM, ROLE_TITLE, text);
        canvas_text(c, TOP + 2 + rows, TEXT, ROLE_NORMAL,
            "Without it nothing is rolled, and nobody can lose a chip.");
        return;
    }
    who_text(m, text);
    canvas_text_cut(c, TOP + 2, TEXT, ROOM, ROLE_TITLE, text);
    if (m->members - m->answering >= m->needed) {
        snprintf(text, sizeof text,
            "A roll needs %u of %u to agree. The others may still be playing; your bets stand as "
            "agreed at roll %llu.",
            m->needed, m->members, (unsigned long long)m->live.roll);
    } else {
        snprintf(text, sizeof text,
            "A roll needs %u of %u to agree. Until %u meet again nothing is rolled on either "
            "side, and nobody can lose a chip.",
            m->needed, m->members, m->needed);
    }
    widget_wrapped(c, TOP + 3, TEXT, 2, ROOM, ROLE_NORMAL, text);
}

static void choice_draw(
    struct canvas *c, const struct ui_state *s, int choice, int row, bool open, const char *text)
{
    bool chosen = s->popup_index == choice;
    unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL | (open ? 0u : CELL_DIM);
    canvas_text(c, row, TEXT, attr, chosen ? "▸" : " ");
    canvas_printf(
        c, row, TEXT + 2, chosen || !open ? attr : (unsigned)ROLE_KEY, "%c", choice_keys[choice]);
    canvas_text_cut(c, row, TEXT + 5, ROOM - 5, attr, text);
    canvas_hit(c, row, TEXT, 1, ROOM, UIHIT_LINE + choice);
}

static void split_text(const struct ui_model *m, char *text, size_t size)
{
    if (m->split_step == 2) {
        snprintf(text, size, "You have signed the split; waiting for the others here");
    } else if (m->split_step == 1) {
        snprintf(text, size, "You have said split: %u of %u here have", m->split_yes, m->split_of);
    } else if (m->split_yes > 0) {
        snprintf(text, size, "Split: %u of %u here want it, your word is missing", m->split_yes,
            m->split_of);
    } else if (!m->split_offered) {
        snprintf(text, size, "Split off: offered after half a minute of silence");
    } else {
        snprintf(text, size, "Split off: close this table at roll %llu, start a new",
            (unsigned long long)m->live.roll);
    }
}

static void choices_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    char money[MONEY_TEXT_MAX];
    bool split = m->split_offered || m->split_yes > 0 || m->split_step > 0;
    choice_draw(c, s, CHOICE_WAIT, TOP + 6, true, "Wait and keep trying");
    if (m->retry_at_ms > s->now_ms + 1000) {
        snprintf(text, sizeof text, "next try in %llu s",
            (unsigned long long)(m->retry_at_ms - s->now_ms) / 1000);
        canvas_right(c, TOP + 6, TEXT + ROOM, ROLE_NORMAL, text);
    } else if (m->retry_at_ms != 0) {
        canvas_right(c, TOP + 6, TEXT + ROOM, ROLE_NORMAL, "trying twice a second");
    }
    choice_draw(
        c, s, CHOICE_RETRY, TOP + 7, true, "Try again now, on every address they were seen at");
    split_text(m, text, sizeof text);
    choice_draw(c, s, CHOICE_SPLIT, TOP + 8, split, text);
    if (m->here[0] == '\0') {
        snprintf(text, sizeof text, "one, with you alone until somebody comes");
    } else {
        snprintf(text, sizeof text, "one with %s (all must agree, the record says so)", m->here);
    }
    canvas_text_cut(c, TOP + 9, TEXT + 5, ROOM - 5, ROLE_NORMAL | (split ? 0u : CELL_DIM), text);
    snprintf(text, sizeof text, "Leave with a signed receipt for %s",
        m->me < 0 ? "nothing" : money_text(m->live.players[m->me].balance_cents, money));
    choice_draw(c, s, CHOICE_LEAVE, TOP + 10, true, text);
}

/* What a split does to the bets that are up (rules 16.7, protocol B.5). */
static void bets_draw(struct canvas *c, const struct ui_model *m)
{
    char text[2 * SENTENCE_MAX];
    char forfeit[SENTENCE_MAX];
    if (live_rolling(&m->live)) {
        bool any = state_text_forfeit(m, forfeit);
        snprintf(text, sizeof text,
            "The dice are out. A split makes that roll void: bets of who is here come back, bets "
            "of who is silent go to the house%s%s%s. So walking away never pays; a friend of his "
            "could still gain.",
            any ? " (" : "", any ? forfeit : "", any ? ")" : "");
    } else {
        snprintf(text, sizeof text,
            "A split leaves your bets as they are. Who is silent stands up: his stack waits for "
            "him at the new table, and he can come back to it with the same words.");
    }
    widget_wrapped(c, TOP + 12, TEXT, 4, ROOM, ROLE_NORMAL, text);
}

void paused_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    static const char motto[] = " the game waits, it never guesses ";
    widget_banner_box(c, TOP, LEFT, HEIGHT, WIDTH, "TABLE PAUSED");
    canvas_right(c, TOP + HEIGHT - 1, LEFT + WIDTH - 2, ROLE_NORMAL, motto);
    silent_draw(c, s, m);
    choices_draw(c, s, m);
    bets_draw(c, m);
    popup_keys(
        c, s, "w wait   r reconnect now   s split off   l leave with receipt   Enter choose");
}

void paused_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    int chosen = key == UIKEY_ESC ? CHOICE_WAIT : key == UIKEY_ENTER ? s->popup_index : -1;
    if (key == UIKEY_UP || key == UIKEY_DOWN) {
        s->popup_index = (s->popup_index + (key == UIKEY_DOWN ? 1 : CHOICES - 1)) % CHOICES;
    }
    for (int i = 0; i < CHOICES; i++) {
        chosen = choice_keys[i] == key ? i : chosen;
    }
    switch (chosen) {
    case CHOICE_RETRY: /* stays open, as split does: it shows who is still missing */
        ui_send(s, port, UI_RETRY, 0, "");
        break;
    case CHOICE_SPLIT:
        if (m->split_offered || m->split_yes > 0) {
            ui_send(s, port, UI_SPLIT, 0, "");
        }
        break;
    case CHOICE_WAIT:
    case CHOICE_LEAVE:
        s->popup = POPUP_NONE;
        s->paused_seen_ms = m->stalled_since_ms;
        ui_send(s, port, chosen == CHOICE_WAIT ? UI_WAIT : UI_LEAVE, 0, "");
        break;
    default:
        break;
    }
}
