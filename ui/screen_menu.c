/* The first run, the menu, and the moments between screens. */
#include "ui/book.h"
#include "ui/dice_animation.h"
#include "ui/screen.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

static const char *const logo[4] = {
    "  ___ ___    _   ___  ___ ",
    " / __| _ \\  /_\\ | _ \\/ __|",
    "| (__|   / / _ \\|  _/\\__ \\",
    " \\___|_|_\\/_/ \\_\\_|  |___/",
};

enum menu_entry {
    MENU_PLAY,
    MENU_HOST,
    MENU_JOIN,
    MENU_REPLAY,
    MENU_STATS,
    MENU_LEARN,
    MENU_OPTIONS,
    MENU_ENTRIES
};

static void centre(struct canvas *c, const struct ui_state *s, int *bottom)
{
    int down = s->rows > UI_ROWS_MIN ? (s->rows - UI_ROWS_MIN) / 4 : 0;
    int right = s->cols > UI_COLS_MIN ? (s->cols - UI_COLS_MIN) / 2 : 0;
    canvas_origin(c, down, right);
    *bottom = s->rows - 1 - down;
}

void screen_first_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    int bottom = 0;
    (void)m;
    centre(c, s, &bottom);
    widget_box(c, 5, 12, 13, 56, "Welcome to craps");
    canvas_text(c, 7, 15, ROLE_NORMAL, "What should the table call you?");
    canvas_text(c, 9, 18, ROLE_NORMAL, "Name");
    int at = 25 + canvas_text_cut(c, 9, 25, 28, ROLE_TITLE, s->name.text);
    canvas_text(c, 9, at, ROLE_SELECTED, "_");
    canvas_text(c, 10, 18, ROLE_NORMAL, "Chips  A    on the felt this looks like ");
    canvas_text(c, 10, 58, ROLE_SEAT | CELL_BOLD, "A25");
    canvas_text(c, 10, 25, ROLE_SEAT | CELL_BOLD, "A");
    canvas_text(c, 12, 15, ROLE_NORMAL, "Play chips only. Nothing leaves this computer");
    canvas_text(c, 13, 15, ROLE_NORMAL, "until you host or join a table.");
    canvas_text(c, 15, 18, ROLE_KEY, "Enter");
    canvas_text(c, 15, 25, ROLE_NORMAL, "take me to the menu");
    widget_keys(c, bottom, 1, 79, "type a name    Enter next    Esc skip (you will be Player)");
}

void screen_first_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    (void)m;
    if (key == UIKEY_ENTER || key == UIKEY_ESC) {
        if (key == UIKEY_ESC || s->name.size == 0) {
            text_field_set(&s->name, "Player");
        }
        if (ui_send(s, port, UI_SET_NAME, 0, s->name.text)) {
            s->first_done = true;
        }
    } else if (text_field_key(&s->name, key, 27)) {
        s->name_touched = true;
    }
}

/* The menu where there is room for it: lower, and a blank row between its lines. */
static bool menu_wide(const struct ui_state *s)
{
    return felt_layout_of(s->rows, s->cols) == &felt_wide;
}

static int entry_row(const struct ui_state *s, int i)
{
    return 9 + i * (menu_wide(s) ? 2 : 1);
}

static void entry_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m, int i)
{
    static const char *const names[MENU_ENTRIES] = {"Play now", "Host a table", "Join a table",
        "Watch a replay", "Statistics", "Learn craps", "Options"};
    char text[96];
    switch (i) {
    case MENU_PLAY:
        snprintf(text, sizeof text, "alone, with 3 bots, no network");
        break;
    case MENU_HOST:
        snprintf(text, sizeof text, "friends join with three spoken words");
        break;
    case MENU_JOIN:
        if (m->found_count > 0) {
            snprintf(text, sizeof text, "%u found on this network", m->found_count);
        } else {
            snprintf(text, sizeof text, "with the three words from your host");
        }
        break;
    case MENU_REPLAY:
        snprintf(text, sizeof text, "any saved table, step by step");
        break;
    case MENU_STATS:
        snprintf(text, sizeof text, "your rolls, bets and sessions");
        break;
    case MENU_LEARN:
        snprintf(text, sizeof text, "5 minutes, with real dice and fake money");
        break;
    default:
        snprintf(text, sizeof text, "name, colours, speed, keys, sound");
        break;
    }
    int row = entry_row(s, i);
    bool chosen = i == s->menu_index;
    unsigned attr = chosen ? (unsigned)ROLE_SELECTED : ROLE_NORMAL;
    canvas_text(c, row, 10, attr, chosen ? "▸" : " ");
    if (chosen) {
        canvas_clear(c, row, 11, 1, 58, attr);
    }
    canvas_printf(c, row, 12, chosen ? attr : (unsigned)ROLE_KEY, "%d", i + 1);
    canvas_text(c, row, 15, chosen ? attr | CELL_BOLD : (unsigned)ROLE_TITLE, names[i]);
    canvas_text_cut(c, row, 34, 40, attr, text);
    canvas_hit(c, row, 10, 1, 64, '1' + i);
}

void screen_menu_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    enum { FOOT_ROWS = 5 }; /* who you are, the last table, the keys */
    int bottom = 0;
    centre(c, s, &bottom);
    bool wide = menu_wide(s);
    int down = s->rows - 1 - bottom;
    int foot = wide ? s->rows - down - FOOT_ROWS : 19;
    for (int i = 0; i < 4; i++) {
        canvas_text(c, 1 + i, 12, ROLE_TITLE, logo[i]);
    }
    die_draw(c, 1, 48, 6);
    die_draw(c, 1, 59, 5);
    canvas_text(c, 6, 12, ROLE_NORMAL,
        wide ? "Craps with friends on your own network. Nobody owns the dice."
             : "Craps with friends. Nobody owns the dice.");
    for (int i = 0; i < MENU_ENTRIES; i++) {
        entry_draw(c, s, m, i);
    }
    canvas_printf(c, foot, 10, ROLE_NORMAL, "You are %s.   Play chips only: no money, no prizes.",
        m->my_name[0] != '\0' ? m->my_name : "Player");
    if (m->last_table[0] != '\0') {
        char text[128];
        unsigned long long minutes = (unsigned long long)(m->last_table_age_s / 60);
        snprintf(text, sizeof text, "Last table: %.24s, %llu %s ago.", m->last_table,
            minutes < 120 ? minutes : minutes / 60, minutes < 120 ? "min" : "hours");
        int at = 10 + canvas_text(c, foot + 2, 10, ROLE_NORMAL, text) + 2;
        canvas_text(c, foot + 2, at, ROLE_KEY, "c");
        canvas_text(c, foot + 2, at + 3, ROLE_NORMAL, "come back to it");
        canvas_hit(c, foot + 2, 10, 1, at + 8, 'c');
    }
    if (s->say[0] != '\0' || m->error[0] != '\0') {
        char text[SENTENCE_MAX + 2];
        snprintf(text, sizeof text, "! %s", s->say[0] != '\0' ? s->say : m->error);
        canvas_text_cut(c, wide ? foot - 2 : 17, 10, 69, ROLE_WARNING, text);
    }
    if (s->popup == POPUP_NONE) {
        const struct felt_layout *layout = felt_layout_of(s->rows, s->cols);
        canvas_origin(c, down, felt_left(layout, s->cols));
        widget_keys(c, bottom, 1, layout->window_cols - 16,
            "arrows or 1-7 choose    Enter go    ? help    q quit");
        canvas_right(
            c, bottom, layout->window_cols - 1, ROLE_NORMAL | CELL_DIM, "craps " CRAPS_VERSION);
    }
}

static void go(struct ui_state *s, const struct ui_port *port)
{
    s->learn.wanted = s->menu_index == MENU_LEARN;
    switch (s->menu_index) {
    case MENU_PLAY:
        ui_send(s, port, UI_SOLO, 3, "");
        break;
    case MENU_LEARN:
        ui_send(s, port, UI_SOLO, LEARN_BOTS, LEARN_TABLE);
        break;
    case MENU_HOST:
        ui_send(s, port, UI_HOST, 0, "");
        break;
    case MENU_JOIN:
        screen_join_open(s, port);
        break;
    case MENU_REPLAY:
        book_open(s, port, BOOK_RECORDS, "");
        break;
    case MENU_STATS:
        book_open(s, port, BOOK_STATS, "");
        break;
    default:
        popup_open(s, POPUP_OPTIONS);
        break;
    }
}

void screen_menu_key(
    struct ui_state *s, const struct ui_port *port, const struct ui_model *m, int32_t key)
{
    switch (key) {
    case UIKEY_UP:
    case UIKEY_BACK_TAB:
        s->menu_index = (uint8_t)((s->menu_index + MENU_ENTRIES - 1) % MENU_ENTRIES);
        break;
    case UIKEY_DOWN:
    case UIKEY_TAB:
        s->menu_index = (uint8_t)((s->menu_index + 1) % MENU_ENTRIES);
        break;
    case UIKEY_HOME:
        s->menu_index = 0;
        break;
    case UIKEY_END:
        s->menu_index = MENU_ENTRIES - 1;
        break;
    case UIKEY_ENTER:
    case ' ':
        go(s, port);
        break;
    case 'n':
    case 'N':
        check_open(s, port, POPUP_NONE);
        break;
    case 'c':
    case 'C':
        if (m->last_table[0] != '\0') {
            s->learn.wanted = false;
            ui_send(s, port, UI_REJOIN, 0, "");
        }
        break;
    case '?':
    case UIKEY_F1:
        popup_open(s, POPUP_HELP);
        break;
    case 'q':
    case 'Q':
    case UIKEY_ESC:
        popup_open(s, POPUP_QUIT);
        break;
    default:
        if (key >= '1' && key < '1' + MENU_ENTRIES) {
            s->menu_index = (uint8_t)(key - '1');
            go(s, port);
        }
        break;
    }
}

void screen_wait_draw(struct canvas *c, const struct ui_state *s, const struct ui_model *m)
{
    int bottom = 0;
    centre(c, s, &bottom);
    bool leaving = s->screen == SCREEN_LEAVING;
    widget_box(c, 8, 15, 6, 50, NULL);
    canvas_center(c, 10, 16, 48, ROLE_TITLE,
        leaving ? "Leaving the table properly ..." : "Opening the table ...");
    canvas_center(c, 11, 16, 48, ROLE_NORMAL,
        leaving      ? "your chips are handed back first"
        : m->hosting ? "making the words and the first key of the dice"
                     : "shuffling the seats, polishing the dice");
    widget_keys(c, bottom, 1, 79, "Ctrl-C twice  ends at once");
}
