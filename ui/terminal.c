#include "ui/terminal.h"

#include "base/text.h"
#include "ui/glyph.h"
#include "ui/terminal_background.h"
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
static bool coloured, colours_begun;
static struct setting_values look_values;
static enum setting_theme look_theme; /* never THEME_AUTO */
static bool shown_whole;
static struct canvas shown;
static char reset_text[256];
static bool mouse_wanted;
static struct background background;
static bool in_answer; /* between ESC ] and its end */

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

/* Dim is the opposite of what that theme is for. */
static bool strong_contrast(void)
{
    return coloured && look_theme == THEME_CONTRAST;
}

static bool colours_wanted(const struct setting_values *v)
{
    const char *no_color = getenv("NO_COLOR");
    bool none = v->choice[SETTING_COLOR] == COLOR_NEVER || v->choice[SETTING_THEME] == THEME_MONO ||
                (v->choice[SETTING_COLOR] == COLOR_AUTO && no_color != NULL && no_color[0] != '\0');
    return !none && has_colors();
}

static struct theme_look look_of(unsigned role, bool felt)
{
    return theme_look(look_theme, look_values.choice[SETTING_FELT], role, felt);
}

static short pair_of(unsigned role, bool felt)
{
    return (short)(1 + role + (felt ? (unsigned)ROLE_COUNT : 0));
}

static void colours_set(void)
{
    bool many = COLORS >= 256;
    for (unsigned i = 0; i < 2 * ROLE_COUNT; i++) {
        bool felt = i >= ROLE_COUNT;
        struct theme_look look = look_of(i % ROLE_COUNT, felt && many);
        init_pair(pair_of(i % ROLE_COUNT, felt), many ? look.fg256 : look.fg8,
            many ? look.bg256 : look.bg8);
    }
}

static attr_t attr_of(unsigned attr)
{
    unsigned role = attr & CELL_ROLE_MASK;
    role = role < ROLE_COUNT ? role : ROLE_NORMAL;
    bool felt = (attr & CELL_FELT) != 0;
    struct theme_look look = look_of(role, felt);
    attr_t out = A_NORMAL;
    if (coloured) {
        short fg = -1, bg = -1;
        pair_content(pair_of(role, felt), &fg, &bg);
        out |= fg < 0 && bg < 0 ? 0 : COLOR_PAIR(pair_of(role, felt));
        out |= look.bold ? A_BOLD : 0;
        out |= look.reverse ? A_REVERSE : 0;
    } else {
        out |= look.mono_bold ? A_BOLD : 0;
        out |= look.mono_reverse ? A_REVERSE : 0;
    }
    out |= (attr & CELL_BOLD) != 0 ? A_BOLD : 0;
    out |= (attr & CELL_DIM) != 0 && !strong_contrast() ? A_DIM : 0;
    out |= (attr & CELL_REVERSE) != 0 ? A_REVERSE : 0;
    return out;
}

static void send(const char *text)
{
    fputs(text, stdout);
    fflush(stdout);
}

static void mouse_switch(bool on)
{
    mousemask(on ? BUTTON1_PRESSED | BUTTON3_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

static void mouse_set(bool wanted)
{
    if (wanted != mouse_wanted) {
        mouse_wanted = wanted;
        mouse_switch(wanted);
    }
}

/* What curses does not switch by itself. */
static void extras(bool on)
{
    send(on ? "\033[?2004h" : "\033[?2004l");
    if (mouse_wanted) {
        mouse_switch(on);
    }
}

/* Where COLORTERM says that there are many colours and TERM does not know, the terminal type of 256 colours is tried
 * first. */
static SCREEN *open_screen(void)
{
    const char *term = getenv("TERM"), *color_term = getenv("COLORTERM");
    char many[64];
    bool more = color_term != NULL &&
                (strcmp(color_term, "truecolor") == 0 || strcmp(color_term, "24bit") == 0);
    if (more && term != NULL && strstr(term, "color") == NULL &&
        snprintf(many, sizeof many, "%s-256color", term) < (int)sizeof many) {
        SCREEN *opened = newterm(many, stdout, stdin);
        if (opened != NULL) {
            return opened;
        }
    }
    return newterm(NULL, stdout, stdin);
}

/* A terminal that claims to be larger than any is, is opened as large as we draw: curses makes room for every cell. */
static SCREEN *open_screen_of(int rows, int cols)
{
    struct winsize size = {0};
    bool absurd =
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && (size.ws_row > rows || size.ws_col > cols);
    if (!absurd) {
        return open_screen();
    }
    char high[16], wide[16];
    snprintf(high, sizeof high, "%d", rows);
    snprintf(wide, sizeof wide, "%d", cols);
    setenv("LINES", high, 1);
    setenv("COLUMNS", wide, 1);
    use_env(TRUE);
    use_tioctl(FALSE);
    SCREEN *opened = open_screen();
    use_env(FALSE);
    use_tioctl(TRUE);
    return opened;
}

void terminal_look(const struct setting_values *values)
{
    look_values = *values;
    coloured = colours_wanted(values);
    look_theme = values->choice[SETTING_THEME];
    if (look_theme == THEME_AUTO) {
        /* The Linux console and its like would write the question on the screen. */
        const char *ask = coloured && tigetnum("colors") >= 256
                              ? background_ask(&background, getenv("COLORFGBG"))
                              : NULL;
        if (ask != NULL) {
            send(ask);
        }
        look_theme = background.known && background.light ? THEME_LIGHT : THEME_DARK;
    }
    if (coloured && !colours_begun) {
        start_color();
        use_default_colors();
        colours_begun = true;
    }
    if (coloured) {
        colours_set();
    }
    mouse_set(values->choice[SETTING_MOUSE] != 0);
    terminal_forget();
}

bool terminal_coloured(void)
{
    return coloured;
}

int terminal_colours(void)
{
    int most = tigetnum("colors");
    return most > 0 ? most : 0;
}

void terminal_bell(void)
{
    beep();
}

bool terminal_open(enum terminal_symbols *symbols)
{
    setlocale(LC_ALL, "");
    *symbols = strcmp(nl_langinfo(CODESET), "UTF-8") != 0 ? TERMINAL_ASCII
               : !glyph_all_narrow(width_in_locale)       ? TERMINAL_DOUBTFUL
                                                          : TERMINAL_SYMBOLS;
    mouse_wanted = colours_begun = coloured = in_answer = false;
    background = (struct background){.known = false};
    shown_whole = false;
    /* The size is what the terminal says, never LINES and COLUMNS; many a terminfo entry has none. */
    use_env(FALSE);
    use_tioctl(TRUE);
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
    screen = open_screen_of(rows, cols);
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

static int length_of(const struct cell *row, int cols)
{
    while (cols > 0 && strcmp(row[cols - 1].text, " ") == 0 && row[cols - 1].attr == ROLE_NORMAL) {
        cols--;
    }
    return cols;
}

/* Rows in which a word has become longer: what stands behind it moves to the right. Curses sends all
 * of that again; the terminal can do it in a few bytes, and curses' own idea of the screen (curscr)
 * is told. */
static void move_tail(int row, const struct cell *from, const struct cell *to, int cols)
{
    enum { MOVED_MIN = 16, WIDER_MAX = 16 };
    int before = length_of(from, cols), after = length_of(to, cols), wider = after - before,
        tail = 0;
    while (tail < before && same(&from[before - 1 - tail], &to[after - 1 - tail]) &&
           from[before - 1 - tail].text[0] != '\0') {
        tail++;
    }
    if (wider <= 0 || wider > WIDER_MAX || tail < MOVED_MIN || parm_ich == NULL ||
        cursor_address == NULL) {
        return;
    }
    int at = before - tail;
    int cursor_row = getcury(curscr), cursor_col = getcurx(curscr);
    putp(tparm(cursor_address, row, at, 0, 0, 0, 0, 0, 0, 0));
    putp(tparm(parm_ich, wider, 0, 0, 0, 0, 0, 0, 0, 0));
    putp(tparm(cursor_address, cursor_row, cursor_col, 0, 0, 0, 0, 0, 0, 0));
    fflush(stdout); /* before what curses sends */
    for (int i = 0; i < wider; i++) {
        mvwinsch(curscr, row, at, ' ');
    }
    wmove(curscr, cursor_row, cursor_col);
}

void terminal_show(const struct canvas *c)
{
    for (int r = 0; shown_whole && shown.cols == c->cols && r < c->rows && r < shown.rows; r++) {
        move_tail(r, shown.cells[r], c->cells[r], c->cols < COLS ? c->cols : COLS);
    }
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

/* Where the locale knows ASCII alone, get_wch keeps a byte that is none and the keys after it for ever: there letters
 * arrive as the UTF-8 that the terminal sends, and are put together here. */
static int next_code(wint_t *code)
{
    if (strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") != 0) {
        return get_wch(code);
    }
    int byte = getch();
    *code = (wint_t)byte;
    if (byte == ERR || byte < 0x80 || byte > 0xff) {
        return byte == ERR ? ERR : byte > 0xff ? KEY_CODE_YES : OK;
    }
    char text[4] = {(char)byte};
    size_t used = 0, size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    for (size_t i = 1; i < size; i++) {
        int next = getch();
        if (next == ERR || (next & ~0x3f) != 0x80) {
            if (next != ERR) {
                ungetch(next);
            }
            size = i;
        } else {
            text[i] = (char)next;
        }
    }
    int32_t point = utf8_next(text, size, &used);
    *code = point > 0 ? (wint_t)point : 0;
    return OK;
}

/* The answer about the background, taken out of the keys. True: `code` was part of it. */
static bool answered(wint_t code)
{
    wint_t next = 0;
    if (!in_answer) {
        if (code != UIKEY_ESC || !background.listening) {
            return false;
        }
        int kind = next_code(&next);
        in_answer = kind == OK && next == ']';
        if (!in_answer && kind != ERR) {
            kind == KEY_CODE_YES ? ungetch((int)next) : unget_wch((wchar_t)next);
        }
        return in_answer;
    }
    enum background_answer answer = background_take(&background, (int32_t)code);
    in_answer = answer == BACKGROUND_MORE;
    if (answer == BACKGROUND_DONE) {
        struct setting_values values = look_values;
        terminal_look(&values);
    }
    return true;
}

struct terminal_event terminal_next(void)
{
    struct terminal_event event = {.key = -1};
    wint_t code = 0;
    int kind = next_code(&code);
    if (kind == ERR) {
        return event;
    }
    if (kind == OK && answered(code)) {
        event.key = 0;
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
