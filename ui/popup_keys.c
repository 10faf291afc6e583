/* Options > Keys...: what every key of the table does for this player, and another key for it. */
#include "ui/mouse.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { TOP = 2, FIRST_ROW = 3, WHAT_COL = 6, KEY_COL = 46, NOTE_COL = 60, NOT_ROWS = 6 };

static int list_rows(const struct ui_state *s)
{
    return (s->rows > UI_ROWS_MIN ? s->rows : UI_ROWS_MIN) - NOT_ROWS;
}

/* The first line in sight, so that the chosen one is. */
static int first_line(const struct ui_state *s)
{
    int rows = list_rows(s), count = (int)key_binding_count;
    int first = s->popup_index - rows / 2;
    int most = count > rows ? count - rows : 0;
    return first < 0 ? 0 : first > most ? most : first;
}

static void line_draw(struct canvas *c, const struct ui_state *s, int index, int row)
{
    const struct key_binding *b = &key_bindings[index];
    int32_t key = key_map_key(&s->now.keys, (size_t)index);
    bool chosen = index == s->popup_index;
    unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
    unsigned soft = chosen ? attr : ROLE_NORMAL | CELL_DIM;
    char text[KEY_TEXT_MAX];
    canvas_clear(c, row, WHAT_COL - 2, 1, 73, attr);
    canvas_text(c, row, WHAT_COL - 2, attr, chosen ? "▸" : " ");
    canvas_text(c, row, WHAT_COL, attr, b->what);
    bool asks = chosen && s->key_asked;
    canvas_text(c, row, KEY_COL, chosen ? attr | CELL_BOLD : (unsigned)ROLE_KEY,
        asks ? "press a key" : key_text(key, text));
    if (b->fixed) {
        canvas_text(c, row, NOTE_COL, soft, "always");
    } else if (key != b->usual) {
        canvas_printf(c, row, NOTE_COL, soft, "usually %s", key_text(b->usual, text));
    }
    canvas_hit(c, row, WHAT_COL - 2, 1, 73, UIHIT_LINE + index);
}

void keys_page_draw(struct canvas *c, const struct ui_state *s)
{
    int left = c->origin_col;
    int first = first_line(s), rows = list_rows(s);
    canvas_origin(c, 0, 0);
    canvas_clear(c, 0, 0, s->rows, s->cols, ROLE_NORMAL);
    canvas_origin(c, 0, left);
    canvas_text(c, 0, 1, ROLE_TITLE, "CRAPS");
    canvas_text(c, 0, 8, ROLE_NORMAL, "options, keys of the table");
    canvas_right(c, 0, 79, ROLE_NORMAL, s->now.file);
    widget_box(c, TOP, 1, rows + 2, 78, NULL);
    for (int i = 0; i < rows && first + i < (int)key_binding_count; i++) {
        line_draw(c, s, first + i, FIRST_ROW + i);
    }
    bool more = first + rows < (int)key_binding_count;
    canvas_text(c, FIRST_ROW + rows, 70, ROLE_NORMAL, more ? " more " : "");
    canvas_text_cut(c, 1, 2, 77, s->say_warning ? (unsigned)ROLE_WARNING : ROLE_NORMAL,
        s->say[0] != '\0' ? s->say : "craps help keys prints them as a card.");
    popup_keys(c, s,
        s->key_asked ? "Esc leave it as it is"
                     : "Enter another key    d usual key    up/down choose    Esc back");
}

static void give(struct ui_state *s, const struct ui_port *port, int32_t key)
{
    struct key_map changed = s->now.keys;
    size_t index = (size_t)s->popup_index;
    const struct key_binding *b = &key_bindings[index];
    char text[KEY_TEXT_MAX];
    char problem[KEY_PROBLEM_MAX];
    char command[SETTING_VALUE_MAX];
    key_text(key, text);
    changed.key[index] = key;
    int other = key_map_conflict(&changed, index);
    if (other >= 0) {
        ui_say(s, true, "%s is \"%s\"; \"%s\" cannot have it too.", text, key_bindings[other].what,
            b->what);
    } else if (!key_map_set(&s->now.keys, b->name, text, problem)) {
        ui_say(s, true, "That key cannot be used here; take another.");
    } else {
        snprintf(command, sizeof command, "keys.%s %s", b->name, text);
        ui_send(s, port, UI_SETTING, 0, command);
    }
}

void keys_page_key(struct ui_state *s, const struct ui_port *port, int32_t key)
{
    int count = (int)key_binding_count;
    if (s->key_asked) {
        s->key_asked = false;
        if (key != UIKEY_ESC) {
            give(s, port, key);
        }
        return;
    }
    int rows = list_rows(s);
    int by = key == UIKEY_UP          ? -1
             : key == UIKEY_DOWN      ? 1
             : key == UIKEY_PAGE_UP   ? -rows
             : key == UIKEY_PAGE_DOWN ? rows
             : key == UIKEY_HOME      ? -count
             : key == UIKEY_END       ? count
                                      : 0;
    int to = s->popup_index + by;
    s->popup_index = to < 0 ? 0 : to >= count ? count - 1 : to;
    if (key == UIKEY_ENTER && key_bindings[s->popup_index].fixed) {
        char text[KEY_TEXT_MAX];
        ui_say(s, false, "%s is always for that, so that nobody is ever locked in.",
            key_text(key_bindings[s->popup_index].usual, text));
    } else if (key == UIKEY_ENTER) {
        s->key_asked = true;
    } else if (key == 'd' || key == 'D') {
        give(s, port, key_bindings[s->popup_index].usual);
    } else if (key == UIKEY_ESC) {
        popup_open(s, POPUP_OPTIONS);
        s->popup_index = SETTING_ON_PAGE;
    }
}
