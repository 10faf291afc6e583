/* Who comes and who goes: the members say yes or no to who asks to come in, and may want one of them
 * to leave. What is said is on every screen; the answer that decides is the one that makes enough. */
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { TOP = 3, LEFT = 7, WIDTH = 66, ROOM = WIDTH - 6, TEXT = LEFT + 3, ROWS = 9, NAME_COLS = 18 };

static int row_count(const struct ui_model *m)
{
    return m->ballot_count < UI_BALLOTS_MAX ? m->ballot_count : UI_BALLOTS_MAX;
}

/* "yes 1 of 2, no 1", and what we have said. */
static void stand_text(const struct ui_ballot *b, char text[SENTENCE_MAX])
{
    const char *own = b->own_yes             ? (b->asks ? "; you: yes" : "; you too")
                      : b->own_no && b->asks ? "; you: no"
                                             : "";
    if (b->asks) {
        snprintf(text, SENTENCE_MAX, "asks to come in    yes %u of %u, no %u%s", b->yes, b->needed,
            b->no, own);
    } else if (b->yes > 0) {
        snprintf(text, SENTENCE_MAX, "%u of the %u needed say: go%s", b->yes, b->needed, own);
    } else {
        snprintf(text, SENTENCE_MAX, "at the table");
    }
}

void ballot_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    int rows = row_count(m);
    int first = s->popup_index >= ROWS ? s->popup_index - ROWS + 1 : 0;
    widget_box(c, TOP, LEFT, ROWS + 7, WIDTH, "WHO COMES, WHO GOES   Esc close");
    for (int i = first; i < rows && i < first + ROWS; i++) {
        char text[SENTENCE_MAX];
        const struct ui_ballot *b = &m->ballots[i];
        int row = TOP + 2 + i - first;
        bool chosen = i == s->popup_index;
        unsigned attr = chosen ? (unsigned)ROLE_SELECTED : b->asks ? ROLE_WARNING : ROLE_NORMAL;
        stand_text(b, text);
        canvas_clear(c, row, TEXT, 1, ROOM, attr);
        canvas_text(c, row, TEXT, attr, chosen ? "▸" : " ");
        canvas_text_cut(c, row, TEXT + 2, NAME_COLS - 2, attr, b->name);
        canvas_text_cut(c, row, TEXT + 2 + NAME_COLS, ROOM - 2 - NAME_COLS, attr, text);
        canvas_hit(c, row, TEXT, 1, ROOM, UIHIT_LINE + i);
    }
    if (rows == 0) {
        canvas_text(c, TOP + 2, TEXT, ROLE_NORMAL, "Nobody else is at this table.");
    }
    widget_wrapped(c, TOP + ROWS + 3, TEXT, 3, ROOM, ROLE_NORMAL,
        m->members < 3
            ? "Of two nobody can send the other away: leave, or open another table. Who knows the "
              "words comes in unless the house rule asks the members (admission vote)."
            : "The chips of who is sent away stay with the table; the way back is by new words "
              "only. Bets that may be taken down go back to the rack.");
    popup_keys(c, s, "y let in   n keep out   x should go, or stay after all   Esc close");
}

static void answer(struct ui_state *s, const struct ui_port *port, const struct ui_ballot *b,
    enum ui_ballot_answer what)
{
    struct ui_command command = {.kind = UI_BALLOT, .number = what};
    memcpy(command.live.subject, b->id, sizeof command.live.subject);
    if (!port->command(port->self, &command)) {
        ui_say(s, true, "That could not be sent just now. Try again.");
    }
}

void ballot_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    int rows = row_count(m);
    s->popup_index = s->popup_index < rows ? s->popup_index : rows > 0 ? rows - 1 : 0;
    const struct ui_ballot *b = rows > 0 ? &m->ballots[s->popup_index] : NULL;
    switch (key) {
    case UIKEY_UP:
    case UIKEY_DOWN:
        if (rows > 0) {
            s->popup_index = (s->popup_index + (key == UIKEY_DOWN ? 1 : rows - 1)) % rows;
        }
        break;
    case 'y':
    case 'n':
        if (b != NULL && b->asks) {
            answer(s, port, b, key == 'y' ? UI_LET_IN : UI_KEEP_OUT);
        } else {
            ui_say(s, true,
                b == NULL ? "Nobody asks to come in."
                          : "Only who asks to come in is let in or kept out; x is for "
                            "who sits here.");
        }
        break;
    case 'x':
        if (b == NULL || b->asks) {
            ui_say(s, true, "Who has no seat yet is kept out with n.");
        } else if (b->needed > m->members) {
            ui_say(s, true, "Of two nobody can send the other away.");
        } else {
            answer(s, port, b, b->own_yes ? UI_KEEP_HERE : UI_SEND_AWAY);
        }
        break;
    case UIKEY_ESC:
    case 'q':
        s->popup = POPUP_NONE;
        break;
    default:
        break;
    }
}

void ballot_open(struct ui_state *s, const struct ui_model *m)
{
    if (m->practice) {
        ui_say(s, true, "This table is practice, on this computer only: nobody comes or goes.");
    } else {
        popup_open(s, POPUP_BALLOT);
    }
}
