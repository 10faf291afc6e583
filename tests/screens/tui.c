#include "tests/screens/tui.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

const char *tui_program;
char tui_home[64];
static pid_t running; /* of a test that failed: its files are locked until it is gone */

bool tui_open(const char *program)
{
    tui_program = program;
    snprintf(tui_home, sizeof tui_home, "/tmp/craps-screens-XXXXXX");
    return mkdtemp(tui_home) != NULL;
}

void tui_close(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", tui_home);
    if (system(command) != 0) {
        fputs("could not remove the test's home\n", stderr);
    }
}

long tui_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void reply(const char *bytes, size_t size, void *user)
{
    struct tui *t = user;
    ssize_t sent = write(t->fd, bytes, size);
    (void)sent;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct tui *t = user;
    if (property == VTERM_PROP_ALTSCREEN) {
        t->alternate = value->boolean;
    } else if (property == VTERM_PROP_CURSORVISIBLE) {
        t->cursor = value->boolean;
    }
    return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

static void emulator_open(struct tui *t, int rows, int cols)
{
    t->vt = vterm_new(rows, cols);
    vterm_set_utf8(t->vt, 1);
    vterm_output_set_callback(t->vt, reply, t);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
}

void tui_fresh_screen(struct tui *t)
{
    int rows, cols;
    vterm_get_size(t->vt, &rows, &cols);
    vterm_free(t->vt);
    emulator_open(t, rows, cols);
    static const char modes[] =
        "\033[?1049h\033[?25l"; /* what the program asked for at its start */
    vterm_input_write(t->vt, modes, sizeof modes - 1);
}

static void run_program(const struct tui_options *o)
{
    char *words[16] = {(char *)tui_program};
    const char *const gone[] = {"NO_COLOR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME",
        "COLORTERM", "LINES", "COLUMNS", "ESCDELAY", "CRAPS_ASCII", "LANG", "LC_CTYPE"};
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        unsetenv(gone[i]);
    }
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", o->locale == NULL ? "C.UTF-8" : o->locale, 1);
    setenv("HOME", tui_home, 1);
    setenv("USER", "ann", 1);
    for (size_t i = 0; o->env != NULL && o->env[i] != NULL; i++) {
        putenv((char *)o->env[i]);
    }
    for (size_t i = 0; o->words != NULL && o->words[i] != NULL && i < 14; i++) {
        words[i + 1] = (char *)o->words[i];
    }
    execv(tui_program, words);
    _exit(127);
}

void tui_start(struct tui *t, const struct tui_options *o)
{
    struct winsize size = {.ws_row = (unsigned short)(o->rows == 0 ? 24 : o->rows),
        .ws_col = (unsigned short)(o->cols == 0 ? 80 : o->cols)};
    if (running > 0) {
        kill(running, SIGKILL);
        waitpid(running, NULL, 0);
    }
    memset(t, 0, sizeof *t);
    t->cursor = true;
    t->raw = calloc(1, TUI_RAW_MAX);
    assert_non_null(t->raw);
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    assert_true(t->pid >= 0);
    if (t->pid == 0) {
        run_program(o);
    }
    running = t->pid;
    emulator_open(t, size.ws_row, size.ws_col);
}

bool tui_pump(struct tui *t, int ms)
{
    struct pollfd p = {t->fd, POLLIN, 0};
    char bytes[8192];
    if (poll(&p, 1, ms) <= 0) {
        return true;
    }
    ssize_t got = read(t->fd, bytes, sizeof bytes);
    if (got <= 0) {
        return got < 0 && errno == EINTR;
    }
    if (t->raw_size + (size_t)got < TUI_RAW_MAX) {
        memcpy(t->raw + t->raw_size, bytes, (size_t)got);
        t->raw_size += (size_t)got;
    }
    vterm_input_write(t->vt, bytes, (size_t)got);
    return true;
}

static size_t row_text(struct tui *t, int row, char text[4096])
{
    int rows, cols;
    vterm_get_size(t->vt, &rows, &cols);
    size_t size = vterm_screen_get_text(t->screen, text, 4095, (VTermRect){row, row + 1, 0, cols});
    while (size > 0 && text[size - 1] == ' ') {
        size--;
    }
    text[size] = '\0';
    return size;
}

bool tui_sees(struct tui *t, const char *want)
{
    int rows, cols;
    char text[4096];
    vterm_get_size(t->vt, &rows, &cols);
    for (int r = 0; r < rows; r++) {
        row_text(t, r, text);
        if (strstr(text, want) != NULL) {
            return true;
        }
    }
    return false;
}

void tui_print(struct tui *t)
{
    int rows, cols;
    char text[4096];
    vterm_get_size(t->vt, &rows, &cols);
    for (int r = 0; r < rows; r++) {
        row_text(t, r, text);
        fprintf(stderr, "%s\n", text);
    }
}

static void until(struct tui *t, const char *want, bool there)
{
    long end = tui_now_us() + TUI_WAIT_MS * 1000L;
    while (tui_sees(t, want) != there) {
        if (!tui_pump(t, 50) || tui_now_us() > end) {
            if (tui_sees(t, want) == there) {
                return;
            }
            fprintf(stderr, "%s: %s\n", there ? "never saw" : "still there", want);
            tui_print(t);
            fail();
        }
    }
}

void tui_until(struct tui *t, const char *want)
{
    until(t, want, true);
}

void tui_until_not(struct tui *t, const char *want)
{
    until(t, want, false);
}

void tui_type(struct tui *t, const char *keys)
{
    assert_int_equal(write(t->fd, keys, strlen(keys)), (ssize_t)strlen(keys));
}

void tui_resize(struct tui *t, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    vterm_set_size(t->vt, rows, cols);
    ioctl(t->fd, TIOCSWINSZ, &size);
}

void tui_to_table(struct tui *t)
{
    /* A program without settings asks every time. */
    long end = tui_now_us() + TUI_WAIT_MS * 1000L;
    while (!tui_sees(t, "What should the table call you?") && !tui_sees(t, "Play now")) {
        assert_true(tui_pump(t, 50) && tui_now_us() < end);
    }
    if (!tui_sees(t, "Play now")) {
        tui_type(t, "\r");
    }
    tui_until(t, "Play now");
    tui_type(t, "\r");
    tui_until(t, "PASS LINE");
    tui_until(t, "Space ");
}

int tui_finish(struct tui *t)
{
    int status = 0;
    long end = tui_now_us() + TUI_WAIT_MS * 1000L;
    while (tui_pump(t, 100)) {
        if (tui_now_us() > end) {
            kill(t->pid, SIGKILL);
        }
    }
    assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
    running = 0;
    return status;
}

void tui_forget(struct tui *t)
{
    close(t->fd);
    vterm_free(t->vt);
    free(t->raw);
}

void tui_leave(struct tui *t)
{
    tui_type(t, "qQ");
    int status = tui_finish(t);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    tui_expect_restored(t);
    tui_forget(t);
}

/* The bytes after the last time a mode was switched say whether it is on. */
static bool mode_left_on(const struct tui *t, const char *on, const char *off)
{
    const char *last_on = NULL;
    const char *last_off = NULL;
    for (const char *p = t->raw; (p = strstr(p, on)) != NULL; p++) {
        last_on = p;
    }
    for (const char *p = t->raw; (p = strstr(p, off)) != NULL; p++) {
        last_off = p;
    }
    return last_on != NULL && (last_off == NULL || last_off < last_on);
}

void tui_expect_restored(struct tui *t)
{
    struct termios settings;
    assert_false(t->alternate);
    assert_true(t->cursor);
    assert_false(mode_left_on(t, "1000h", "1000l"));
    assert_false(mode_left_on(t, "\033[?2004h", "\033[?2004l"));
    assert_int_equal(tcgetattr(t->fd, &settings), 0);
    assert_true((settings.c_lflag & ECHO) != 0);
    assert_true((settings.c_lflag & ICANON) != 0);
    assert_true((settings.c_lflag & ISIG) != 0);
    assert_true((settings.c_oflag & OPOST) != 0);
}

static char colour_mark(const VTermScreenCell *cell)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(&cell->fg)) {
        return VTERM_COLOR_IS_DEFAULT_BG(&cell->bg) ? '-' : '*';
    }
    bool basic = VTERM_COLOR_IS_INDEXED(&cell->fg) && cell->fg.indexed.idx < 8;
    return (char)(basic ? '0' + cell->fg.indexed.idx : '*');
}

static char cell_mark(const VTermScreenCell *cell)
{
    return (char)(cell->attrs.reverse ? 'r' : cell->attrs.bold ? 'b' : colour_mark(cell));
}

static void row_marks(struct tui *t, int row, int cols, char out[4096])
{
    int used = 0;
    for (int c = 0; c < cols && c < 4095; c++) {
        VTermScreenCell cell;
        vterm_screen_get_cell(t->screen, (VTermPos){row, c}, &cell);
        out[c] = cell_mark(&cell);
        used = out[c] != '-' ? c + 1 : used;
    }
    out[used] = '\0';
}

const char *tui_page(struct tui *t, bool marks, char out[TUI_PAGE_MAX])
{
    int rows, cols;
    char text[4096];
    size_t used = 0;
    vterm_get_size(t->vt, &rows, &cols);
    for (int r = 0; r < rows; r++) {
        row_text(t, r, text);
        used += (size_t)snprintf(out + used, TUI_PAGE_MAX - used, "%s\n", text);
        if (marks) {
            row_marks(t, r, cols, text);
            used += (size_t)snprintf(out + used, TUI_PAGE_MAX - used, "%s\n", text);
        }
        assert_true(used < TUI_PAGE_MAX);
    }
    return out;
}
