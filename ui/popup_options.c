/* The options page: what the settings table calls an option is a line here, in force as soon as it is changed. */
#include "ui/bet_text.h"
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/theme.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum {
    FIRST_ROW = 4,
    LABEL_COL = 6,
    VALUE_COL = 24,
    ARROWS_COL = 34,
    HINT_COL = 39,
    BOX_ROWS = 20,
    KEYS_LINE = SETTING_ON_PAGE, /* below the settings */
    LINES,
    SAMPLE_ROWS = 6, /* below the page, where the window has them */
};

/* The page in the middle of the window; its keys are on the window's last row. */
static int page_top(const struct ui_state *s)
{
    int spare = s->rows - UI_ROWS_MIN;
    return spare >= SAMPLE_ROWS + 2 ? (spare - SAMPLE_ROWS) / 2 : 0;
}

static void value_text(const struct ui_state *s, const struct ui_model *m, enum ui_setting setting,
    char out[SETTING_VALUE_MAX])
{
    if (setting == SETTING_NAME) {
        snprintf(out, SETTING_VALUE_MAX, "%s", m->my_name);
        return;
    }
    setting_choice_text(setting, s->now.choice[setting], out);
    for (char *p = out; *p != '\0'; p++) {
        *p = *p == '-' ? ' ' : *p;
    }
}

static void line_draw(
    struct canvas *c, const struct ui_state *s, const struct ui_model *m, int index)
{
    char value[SETTING_VALUE_MAX];
    int row = FIRST_ROW + index;
    bool chosen = index == s->popup_index;
    unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
    canvas_clear(c, row, LABEL_COL - 2, 1, 74, attr);
    canvas_text(c, row, LABEL_COL - 2, attr, chosen ? "▸" : " ");
    canvas_hit(c, row, LABEL_COL - 2, 1, 74, UIHIT_LINE + index);
    if (index == KEYS_LINE) {
        canvas_text(c, row, LABEL_COL, attr, "Keys...");
        canvas_text(c, row, HINT_COL, attr, "change any key, print a card");
        return;
    }
    const struct setting_spec *spec = &setting_specs[index];
    bool name = index == SETTING_NAME;
    value_text(s, m, (enum ui_setting)index, value);
    canvas_text(c, row, LABEL_COL, chosen ? attr : (unsigned)ROLE_NORMAL, spec->label);
    canvas_text_cut(c, row, VALUE_COL, name ? HINT_COL - VALUE_COL - 1 : 10,
        chosen ? attr | CELL_BOLD : (unsigned)ROLE_TITLE, value);
    canvas_text(c, row, HINT_COL, attr, spec->hint);
    if (!name) {
        canvas_text(c, row, ARROWS_COL, chosen ? attr : (unsigned)ROLE_KEY, "◂ ▸");
    }
}

/* What is true about the chosen line here and now, or what it means. */
static void remark(const struct ui_state *s, const struct ui_model *m, char out[SENTENCE_MAX])
{
    int index = s->popup_index;
    bool colours = index == SETTING_THEME || index == SETTING_FELT;
    if (s->say[0] != '\0') {
        snprintf(out, SENTENCE_MAX, "%s", s->say);
    } else if (m->error[0] != '\0') {
        snprintf(out, SENTENCE_MAX, "! %s", m->error);
    } else if (index == KEYS_LINE) {
        snprintf(out, SENTENCE_MAX, "What each key of the table does.");
    } else if (colours && !s->coloured && s->now.choice[SETTING_THEME] != THEME_MONO) {
        snprintf(out, SENTENCE_MAX, "%s",
            s->colours > 0 ? "NO_COLOR or --color says that there are no colours."
                           : "This terminal has no colours.");
    } else if (index == SETTING_FELT && s->colours < 256) {
        snprintf(
            out, SENTENCE_MAX, "This terminal has %d colours: the felt stays plain.", s->colours);
    } else if (index == SETTING_FELT && s->now.choice[SETTING_THEME] == THEME_CONTRAST) {
        snprintf(out, SENTENCE_MAX, "In high contrast everything is on black, the felt too.");
    } else if (index == SETTING_SYMBOLS && s->ascii_only) {
        snprintf(
            out, SENTENCE_MAX, "This terminal's language has no UTF-8: plain characters only.");
    } else if (index == SETTING_NAME && m->stage == STAGE_TABLE) {
        snprintf(out, SENTENCE_MAX,
            "This table knows you by the name you came with; the next takes a new one.");
    } else if (index == SETTING_BIG_NUMBERS && felt_layout_of(s->rows, s->cols) == &felt_compact) {
        snprintf(out, SENTENCE_MAX, "This window is %d × %d: big numbers need 120 × 40.", s->cols,
            s->rows);
    } else if (index == SETTING_LINE && s->now.choice[SETTING_LINE] != 0) {
        snprintf(out, SENTENCE_MAX,
            "Lines begin when you close this page. Back: craps config set line off");
    } else {
        snprintf(out, SENTENCE_MAX, "%s.", setting_specs[index].meaning);
        out[0] = (char)(out[0] >= 'a' && out[0] <= 'z' ? out[0] - 'a' + 'A' : out[0]);
    }
}

/* How the colours look, in a window that has the room. */
static void sample_draw(struct canvas *c, int row)
{
    widget_box(c, row, 1, SAMPLE_ROWS, 78, "this is how it looks");
    int at = 4;
    for (unsigned seat = 1; seat <= 8; seat++) {
        at += 2 + canvas_printf(c, row + 2, at, theme_seat(seat) | (seat == 1 ? CELL_BOLD : 0u),
                      "%s%c%u", seat == 3 ? "~" : "", seat_letter(seat), 5 * seat);
    }
    canvas_text(c, row + 2, at + 2, ROLE_PUCK, "( ON )");
    at = 4;
    at += 3 + canvas_text(c, row + 3, at, ROLE_WIN, "won +34");
    at += 3 + canvas_text(c, row + 3, at, ROLE_LOSE, "lost 10");
    at += 3 + canvas_text(c, row + 3, at, ROLE_WARNING, "! Bo is away");
    at += 3 + canvas_text(c, row + 3, at, ROLE_KEY, "Enter");
    at += 3 + canvas_text(c, row + 3, at, ROLE_SELECTED, "▸PASS LINE");
    canvas_text(c, row + 3, at, ROLE_NORMAL | CELL_DIM, "not now");
    canvas_felt(c, row + 1, 2, SAMPLE_ROWS - 2, 76);
}

void options_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    char text[SENTENCE_MAX];
    int left = c->origin_col, top = page_top(s);
    canvas_origin(c, 0, 0);
    canvas_clear(c, 0, 0, s->rows, s->cols, ROLE_NORMAL);
    canvas_origin(c, top, left);
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    canvas_text(c, 0, 8, ROLE_NORMAL, "options");
    canvas_right(c, 0, 79, ROLE_NORMAL, s->now.file);
    widget_box(c, 2, 1, BOX_ROWS, 78, NULL);
    for (int i = 0; i < LINES; i++) {
        line_draw(c, s, m, i);
    }
    remark(s, m, text);
    canvas_text_cut(c, 22, 2, 77, text[0] == '!' ? (unsigned)ROLE_WARNING : ROLE_NORMAL, text);
    if (top > 0) {
        sample_draw(c, UI_ROWS_MIN);
    }
    canvas_origin(c, 0, left);
    popup_keys(c, s, "arrows change    Enter edit    d default    Esc save and close    ? help");
}

static void step(struct ui_state *s, const struct ui_port *port, int by)
{
    enum ui_setting setting = (enum ui_setting)s->popup_index;
    int count = s->popup_index == KEYS_LINE ? 0 : (int)setting_choice_count(setting);
    if (count > 0) {
        ui_setting_choose(
            s, port, setting, (unsigned)((s->now.choice[setting] + count + by) % count));
    }
}

static void edit_name(struct ui_state *s, const struct ui_model *m)
{
    text_field_set(&s->field, m->my_name);
    s->popup = POPUP_NAME;
    s->popup_under = POPUP_OPTIONS;
}

static void set_default(struct ui_state *s, const struct ui_port *port)
{
    enum ui_setting setting = (enum ui_setting)s->popup_index;
    if (s->popup_index == KEYS_LINE) {
        ui_say(s, false, "Enter shows them all; there d is the usual key.");
        return;
    }
    int choice = setting_choice_find(setting, setting_specs[setting].fallback);
    if (choice >= 0 && setting_choice_count(setting) > 0) {
        ui_setting_choose(s, port, setting, (unsigned)choice);
    } else {
        ui_say(s, false, "A name has no default: Enter changes it.");
    }
}

void options_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    switch (key) {
    case UIKEY_UP:
    case UIKEY_BACK_TAB:
        s->popup_index = (s->popup_index + LINES - 1) % LINES;
        break;
    case UIKEY_DOWN:
    case UIKEY_TAB:
        s->popup_index = (s->popup_index + 1) % LINES;
        break;
    case UIKEY_HOME:
    case UIKEY_PAGE_UP:
        s->popup_index = 0;
        break;
    case UIKEY_END:
    case UIKEY_PAGE_DOWN:
        s->popup_index = LINES - 1;
        break;
    case UIKEY_LEFT:
        step(s, port, -1);
        break;
    case UIKEY_RIGHT:
    case ' ':
        step(s, port, 1);
        break;
    case UIKEY_ENTER:
        if (s->popup_index == SETTING_NAME) {
            edit_name(s, m);
        } else if (s->popup_index == KEYS_LINE) {
            popup_open(s, POPUP_KEYS);
            s->key_asked = false;
        } else {
            step(s, port, 1);
        }
        break;
    case 'd':
    case 'D':
        set_default(s, port);
        break;
    case '?':
    case UIKEY_F1:
        popup_open(s, POPUP_HELP);
        s->popup_under = POPUP_OPTIONS;
        break;
    case UIKEY_ESC:
        s->popup = POPUP_NONE;
        s->want_line = s->now.choice[SETTING_LINE] != 0;
        break;
    default:
        break;
    }
}
