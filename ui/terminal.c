#include "ui/terminal.h"

#include "ui/glyph.h"
#include "ui/terminal_signal.h"
#include "ui/theme.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;
static bool coloured;
static bool shown_whole;
static struct canvas shown;
static char reset_text[256];
static bool mouse_wanted;

enum { KEY_PASTE_ON = KEY_MAX + 1, KEY_PASTE_OFF };

static int width_in_locale(int32_t point)
{
    return wcwidth((wchar_t)point);
}

static void clamp_size(int *rows, int *cols)
{
    struct winsize size = {0};
    *rows = 24;
    *cols = 80;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        *rows = size.ws_row;
        *cols = size.ws_col;
    }
    *rows = *rows > CANVAS_ROWS_MAX ? CANVAS_ROWS_MAX : *rows;
    *cols = *cols > CANVAS_COLS_MAX ? CANVAS_COLS_MAX : *cols;
}

static void colours_open(enum ui_color color)
{
    const char *no_color = getenv("NO_COLOR");
    bool wanted = color == UI_COLOR_ALWAYS ||
                  (color == UI_COLOR_AUTO && (no_color == NULL || no_color[0] == '\0'));
    coloured = wanted && has_colors();
    if (!coloured) {
        return;
    }
    start_color();
    use_default_colors();
    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct theme_look *look = &theme_looks[role];
        bool many = COLORS >= 256;
        init_pair(
            (short)(role + 1), many ? look->fg256 : look->fg8, many ? look->bg256 : look->bg8);
    }
}

static attr_t attr_of(unsigned attr)
{
    unsigned role = attr & CELL_ROLE_MASK;
    const struct theme_look *look = &theme_looks[role < ROLE_COUNT ? role : ROLE_NORMAL];
    attr_t out = A_NORMAL;
    if (coloured) {
        out |= look->fg256 < 0 && look->bg256 < 0 ? 0 : COLOR_PAIR(role + 1);
        out |= look->bold ? A_BOLD : 0;
        out |= look->reverse ? A_REVERSE : 0;
    } else {
        out |= look->mono_bold ? A_BOLD : 0;
        out |= look->mono_reverse ? A_REVERSE : 0;
    }
    out |= (attr & CELL_BOLD) != 0 ? A_BOLD : 0;
    out |= (attr & CELL_DIM) != 0 ? A_DIM : 0;
    out |= (attr & CELL_REVERSE) != 0 ? A_REVERSE : 0;
    return out;
}

static void send(const char *text)
{
    fputs(text, stdout);
    fflush(stdout);
}

/* What curses does not switch by itself. */
static void extras(bool on)
{
    send(on ? "\033[?2004h" : "\033[?2004l");
    if (mouse_wanted) {
        mousemask(
            on ? BUTTON1_PRESSED | BUTTON3_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
    }
}

bool terminal_open(const struct ui_options *options, bool *ascii)
{
    const char *env = getenv("CRAPS_ASCII");
    setlocale(LC_ALL, "");
    *ascii = options->ascii || (env != NULL && strcmp(env, "1") == 0) ||
             strcmp(nl_langinfo(CODESET), "UTF-8") != 0 || !glyph_all_narrow(width_in_locale);
    mouse_wanted = !options->no_mouse;
    shown_whole = false;
    use_env(FALSE);
    int rows = 0;
    int cols = 0;
    clamp_size(&rows, &cols);
    snprintf(reset_text, sizeof reset_text,
        "\033[?1l\033>\033[?2004l\033[?1006l\033[?1003l\033[?1002l\033[?1000l\033[0m\033[?25h\033[?"
        "1049l\r\n");
    if (!terminal_signal_open(reset_text)) {
        return false;
    }
    use_extended_names(TRUE);
    screen = newterm(NULL, stdout, stdin);
    if (screen == NULL) {
        terminal_signal_close();
        return false;
    }
    set_term(screen);
    resizeterm(rows, cols);
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    meta(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    mouseinterval(0);
    define_key("\033[200~", KEY_PASTE_ON);
    define_key("\033[201~", KEY_PASTE_OFF);
    /* Arrows of terminals that stay in their plain mode. */
    define_key("\033[A", KEY_UP);
    define_key("\033[B", KEY_DOWN);
    define_key("\033[C", KEY_RIGHT);
    define_key("\033[D", KEY_LEFT);
    colours_open(options->color);
    extras(true);
    return true;
}

void terminal_close(void)
{
    if (screen == NULL) {
        return;
    }
    extras(false);
    curs_set(1);
    endwin();
    delscreen(screen);
    screen = NULL;
    terminal_signal_close();
}

void terminal_size(int *rows, int *cols)
{
    clamp_size(rows, cols);
    if (screen != NULL && (LINES != *rows || COLS != *cols)) {
        resizeterm(*rows, *cols);
        terminal_forget();
    }
}

void terminal_forget(void)
{
    shown_whole = false;
}

static bool same(const struct cell *a, const struct cell *b)
{
    return a->attr == b->attr && strcmp(a->text, b->text) == 0;
}

void terminal_show(const struct canvas *c)
{
    if (!shown_whole || shown.rows != c->rows || shown.cols != c->cols) {
        clear();
        shown_whole = false;
    }
    for (int r = 0; r < c->rows && r < LINES; r++) {
        for (int k = 0; k < c->cols && k < COLS; k++) {
            const struct cell *cell = &c->cells[r][k];
            if (shown_whole && same(cell, &shown.cells[r][k])) {
                continue;
            }
            shown.cells[r][k] = *cell;
            if (cell->text[0] == '\0') {
                continue;
            }
            attrset(attr_of(cell->attr));
            mvaddstr(r, k, cell->text);
        }
    }
    shown.rows = c->rows;
    shown.cols = c->cols;
    shown_whole = true;
    refresh();
}

static int32_t special(int code)
{
    static const struct {
        int code;
        int32_t key;
    } map[] = {{KEY_UP, UIKEY_UP}, {KEY_DOWN, UIKEY_DOWN}, {KEY_LEFT, UIKEY_LEFT},
        {KEY_RIGHT, UIKEY_RIGHT}, {KEY_PPAGE, UIKEY_PAGE_UP}, {KEY_NPAGE, UIKEY_PAGE_DOWN},
        {KEY_HOME, UIKEY_HOME}, {KEY_END, UIKEY_END}, {KEY_BTAB, UIKEY_BACK_TAB},
        {KEY_DC, UIKEY_DELETE}, {KEY_BACKSPACE, UIKEY_BACKSPACE}, {KEY_ENTER, UIKEY_ENTER},
        {KEY_F(1), UIKEY_F1}, {KEY_PASTE_ON, UIKEY_PASTE_BEGIN}, {KEY_PASTE_OFF, UIKEY_PASTE_END},
        {KEY_RESIZE, UIKEY_RESIZE}, {KEY_MOUSE, UIKEY_MOUSE}};
    for (size_t i = 0; i < sizeof map / sizeof map[0]; i++) {
        if (map[i].code == code) {
            return map[i].key;
        }
    }
    return 0;
}

struct terminal_event terminal_next(void)
{
    struct terminal_event event = {.key = -1};
    wint_t code = 0;
    int kind = get_wch(&code);
    if (kind == ERR) {
        return event;
    }
    if (kind != KEY_CODE_YES) {
        event.key = code == '\r' ? UIKEY_ENTER : code == 8 ? UIKEY_BACKSPACE : (int32_t)code;
        return event;
    }
    event.key = special((int)code);
    MEVENT mouse;
    if (event.key == UIKEY_MOUSE && getmouse(&mouse) == OK) {
        event.row = mouse.y;
        event.col = mouse.x;
        event.button = (mouse.bstate & BUTTON1_PRESSED) != 0   ? 1
                       : (mouse.bstate & BUTTON3_PRESSED) != 0 ? 3
                       : (mouse.bstate & BUTTON4_PRESSED) != 0 ? 4
                       : (mouse.bstate & BUTTON5_PRESSED) != 0 ? 5
                                                               : 0;
    }
    return event;
}

void terminal_suspend(void)
{
    extras(false);
    endwin();
    raise(SIGSTOP);
    refresh();
    extras(true);
    terminal_forget();
}

bool terminal_copies(void)
{
    const char *ms = screen == NULL ? NULL : tigetstr("Ms");
    return ms != NULL && (intptr_t)ms != -1;
}

void terminal_copy(const char *text)
{
    char coded[256];
    size_t size = strlen(text);
    if (sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL) > sizeof coded) {
        return;
    }
    sodium_bin2base64(
        coded, sizeof coded, (const unsigned char *)text, size, sodium_base64_VARIANT_ORIGINAL);
    printf("\033]52;c;%s\a", coded);
    fflush(stdout);
}
