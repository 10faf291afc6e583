/* The words once more, with a QR code of the join command where the window has room for one. */
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

/* The box adds a frame, a blank line above, the words between two blank lines below. */
enum { AROUND_ROWS = 6, AROUND_COLS = 6, MARGIN = 2 };

bool invite_qr_fits(const struct ui_state *s, const struct ui_model *m)
{
    bool made = m->qr.size > 0 && m->words[0] != '\0';
    return made && qr_rows(&m->qr, s->ascii) + AROUND_ROWS <= s->rows - 1 &&
           qr_cols(&m->qr, s->ascii) + AROUND_COLS <= s->cols;
}

static void command_text(const struct ui_model *m, char *out, size_t size)
{
    snprintf(
        out, size, "craps join %s%s%s", m->words, m->address[0] != '\0' ? "@" : "", m->address);
}

static void words_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char text[160];
    if (m->words[0] == '\0') {
        widget_box(c, 8, 13, 6, 54, "invite");
        canvas_text(c, 10, 16, ROLE_NORMAL, "The words are shown at the computer where the door");
        canvas_text(c, 11, 16, ROLE_NORMAL, "is: that of the first seat. Ask there.");
        popup_keys(c, s, "Esc close");
        return;
    }
    widget_banner_box(c, 7, 11, 7, 58, "say these three words");
    canvas_center(c, 9, 12, 56, ROLE_TITLE, m->words);
    command_text(m, text, sizeof text);
    if (text_width(text) <= 52) {
        char or_send[176];
        snprintf(or_send, sizeof or_send, "or:  %s", text);
        canvas_center(c, 11, 12, 56, ROLE_NORMAL, or_send);
    } else {
        canvas_center(c, 11, 12, 56, ROLE_NORMAL, text);
    }
    popup_keys(c, s, "y copy    Esc close");
}

void invite_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    if (!invite_qr_fits(s, m)) {
        words_draw(c, s, m);
    } else {
        int rows = qr_rows(&m->qr, s->ascii) + AROUND_ROWS;
        int cols = qr_cols(&m->qr, s->ascii) + AROUND_COLS;
        int words = text_width(m->words) + AROUND_COLS;
        int width = cols > words ? cols : words;
        int left = width <= UI_COLS_MIN ? (UI_COLS_MIN - width) / 2 : 0;
        int top = rows < UI_ROWS_MIN - 2 ? 1 : 0;
        if (s->rows > rows + 2 * (UI_ROWS_MIN - rows)) {
            top = (s->rows - rows) / 3;
        }
        widget_box(c, top, left, rows, width, "scan and forward");
        qr_draw(c, &m->qr, top + 2, left + (width - cols) / 2 + AROUND_COLS / 2, MARGIN,
            s->qr_inverted);
        canvas_center(c, top + rows - 3, left + 1, width - 2, ROLE_TITLE, m->words);
        popup_keys(c, s, "Esc close   y copy   i swap light and dark   it holds the join command");
    }
    if (s->say[0] != '\0') {
        canvas_clear(c, popup_bottom_row(s) - 1, 0, 1, UI_COLS_MIN, ROLE_NORMAL);
        canvas_text_cut(c, popup_bottom_row(s) - 1, 1, 78, ROLE_NORMAL, s->say);
    }
}

void invite_copy(struct ui_state *s, const struct ui_model *m)
{
    if (m->words[0] == '\0') {
        return;
    }
    snprintf(s->want_copy, sizeof s->want_copy, "craps join %s", m->words);
    ui_say(s, false,
        s->copies ? "copied: craps join %s  (not there? hold Shift and drag)"
                  : "your terminal may not allow copying: hold Shift and drag over %s",
        m->words);
}

void invite_key(struct ui_state *s, const struct ui_model *m, int32_t key)
{
    if (key == 'y' || key == 'Y') {
        invite_copy(s, m);
    } else if (key == 'i' || key == 'I') {
        s->qr_inverted = !s->qr_inverted;
    } else if (key == UIKEY_ESC || key == UIKEY_ENTER || key == 'z') {
        s->popup = POPUP_NONE;
    }
}
