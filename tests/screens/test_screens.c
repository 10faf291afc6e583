/* The real program in a real pseudo-terminal, seen through a terminal emulator: argv[1] is the
 * program. Waits for what is drawn last, never for time. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <stdbool.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

enum { WAIT_MS = 20000, RAW_MAX = 4 * 1024 * 1024 };

static const char *program;
static char home[64];

struct tui {
    int fd;
    pid_t pid;
    VTerm *vt;
    VTermScreen *screen;
    bool alternate, cursor;
    size_t raw_size;
    char *raw;
};

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

static void start(struct tui *t, int rows, int cols, const char *locale, const char *extra)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    memset(t, 0, sizeof *t);
    t->cursor = true;
    t->raw = calloc(1, RAW_MAX);
    assert_non_null(t->raw);
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    assert_true(t->pid >= 0);
    if (t->pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        setenv("LC_ALL", locale, 1);
        setenv("HOME", home, 1);
        setenv("USER", "ann", 1);
        unsetenv("NO_COLOR");
        unsetenv("XDG_CONFIG_HOME");
        unsetenv("XDG_STATE_HOME");
        unsetenv("XDG_DATA_HOME");
        if (extra != NULL) {
            setenv(extra, "1", 1);
        }
        execl(program, program, (char *)NULL);
        _exit(127);
    }
    t->vt = vterm_new(rows, cols);
    vterm_set_utf8(t->vt, 1);
    vterm_output_set_callback(t->vt, reply, t);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
}

/* False once the program has closed its side. */
static bool pump(struct tui *t, int ms)
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
    if (t->raw_size + (size_t)got < RAW_MAX) {
        memcpy(t->raw + t->raw_size, bytes, (size_t)got);
        t->raw_size += (size_t)got;
    }
    vterm_input_write(t->vt, bytes, (size_t)got);
    return true;
}

static bool on_screen(struct tui *t, const char *want)
{
    int rows;
    int cols;
    static char text[4096];
    vterm_get_size(t->vt, &rows, &cols);
    for (int r = 0; r < rows; r++) {
        size_t size =
            vterm_screen_get_text(t->screen, text, sizeof text - 1, (VTermRect){r, r + 1, 0, cols});
        text[size] = '\0';
        if (strstr(text, want) != NULL) {
            return true;
        }
    }
    return false;
}

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void print_screen(struct tui *t)
{
    int rows;
    int cols;
    static char text[4096];
    vterm_get_size(t->vt, &rows, &cols);
    for (int r = 0; r < rows; r++) {
        size_t size =
            vterm_screen_get_text(t->screen, text, sizeof text - 1, (VTermRect){r, r + 1, 0, cols});
        fprintf(stderr, "%.*s\n", (int)size, text);
    }
}

static void until(struct tui *t, const char *want)
{
    long end = now_ms() + WAIT_MS;
    while (!on_screen(t, want)) {
        if (!pump(t, 50) || now_ms() > end) {
            if (on_screen(t, want)) {
                return;
            }
            fprintf(stderr, "never saw: %s\n", want);
            print_screen(t);
            fail();
        }
    }
}

static void type(struct tui *t, const char *keys)
{
    assert_int_equal(write(t->fd, keys, strlen(keys)), (ssize_t)strlen(keys));
}

static void resize(struct tui *t, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    vterm_set_size(t->vt, rows, cols);
    ioctl(t->fd, TIOCSWINSZ, &size);
}

/* Reads to the end and returns the wait status. */
static int finish(struct tui *t)
{
    int status = 0;
    long end = now_ms() + WAIT_MS;
    while (pump(t, 100)) {
        if (now_ms() > end) {
            kill(t->pid, SIGKILL);
        }
    }
    assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
    return status;
}

static void forget(struct tui *t)
{
    close(t->fd);
    vterm_free(t->vt);
    free(t->raw);
}

static void to_table(struct tui *t)
{
    static bool named;
    if (!named) {
        until(t, "What should the table call you?");
        type(t, "\r");
        named = true;
    } else {
        /* A program without settings asks every time. */
        long end = now_ms() + WAIT_MS;
        while (!on_screen(t, "What should the table call you?") && !on_screen(t, "Play now")) {
            assert_true(pump(t, 50) && now_ms() < end);
        }
        if (!on_screen(t, "Play now")) {
            type(t, "\r");
        }
    }
    until(t, "Play now");
    type(t, "\r");
    until(t, "PASS LINE");
    until(t, "Space ");
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

static void expect_restored(struct tui *t)
{
    struct termios settings;
    assert_false(t->alternate);
    assert_true(t->cursor);
    assert_false(mode_left_on(t, "1000h", "1000l"));
    assert_false(mode_left_on(t, "\033[?2004h", "\033[?2004l"));
    assert_int_equal(tcgetattr(t->fd, &settings), 0);
    assert_true((settings.c_lflag & ECHO) != 0);
    assert_true((settings.c_lflag & ICANON) != 0);
}

static void test_four_keys_lead_to_a_roll(void **unused)
{
    (void)unused;
    struct tui t;
    start(&t, 24, 80, "C.UTF-8", NULL);
    to_table(&t);
    until(&t, "Enter bet 5 on PASS LINE");
    type(&t, "\r");
    until(&t, "A5");
    type(&t, " ");
    until(&t, "roll 2");
    type(&t, "qQ");
    int status = finish(&t);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    expect_restored(&t);
    forget(&t);
}

/* Only the program itself has a record: the demo's dice prove nothing. */
static void test_proof_of_a_real_roll_checks(void **unused)
{
    (void)unused;
    struct tui t;
    const char *name = strrchr(program, '/');
    if (strcmp(name == NULL ? program : name + 1, "craps") != 0) {
        skip();
    }
    start(&t, 24, 80, "C.UTF-8", NULL);
    to_table(&t);
    type(&t, "\r ");
    until(&t, "roll 2");
    type(&t, "v");
    until(&t, "was roll 1 fair?");
    until(&t, "checked here: yes");
    type(&t, "a");
    until(&t, "The whole record checks: ");
    type(&t, "\033");
    until(&t, "PASS LINE");
    type(&t, "N");
    until(&t, "roll 1 is ");
    until(&t, "3 needed, ");
    until(&t, "3 of 4 signed");
    type(&t, "\033");
    until(&t, "PASS LINE");
    type(&t, "qQ");
    assert_true(WIFEXITED(finish(&t)));
    forget(&t);
}

static void test_resize_storm_ends_in_a_whole_table(void **unused)
{
    (void)unused;
    struct tui t;
    start(&t, 24, 80, "C.UTF-8", NULL);
    to_table(&t);
    unsigned seed = 12345;
    for (int i = 0; i < 200; i++) {
        seed = seed * 1103515245u + 12345u;
        int rows = 1 + (int)(seed >> 16) % 100;
        seed = seed * 1103515245u + 12345u;
        int cols = 1 + (int)(seed >> 16) % 300;
        resize(&t, rows, cols);
        pump(&t, 0);
    }
    resize(&t, 14, 60);
    until(&t, "This window is 60");
    resize(&t, 24, 80);
    until(&t, "PASS LINE");
    until(&t, "? help");
    until(&t, "table talk");
    type(&t, "qQ");
    assert_true(WIFEXITED(finish(&t)));
    expect_restored(&t);
    forget(&t);
}

static void end_by(int signal_number, bool twice)
{
    struct tui t;
    start(&t, 24, 80, "C.UTF-8", NULL);
    to_table(&t);
    assert_true(t.alternate);
    assert_false(t.cursor);
    kill(t.pid, signal_number);
    if (twice) {
        until(&t, "LEAVE THE TABLE?");
        kill(t.pid, signal_number);
    }
    int status = finish(&t);
    if (signal_number == SIGTERM || signal_number == SIGHUP || signal_number == SIGINT) {
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    expect_restored(&t);
    forget(&t);
}

static void test_every_signal_gives_the_terminal_back(void **unused)
{
    (void)unused;
    end_by(SIGTERM, false);
    end_by(SIGHUP, false);
    end_by(SIGINT, true);
    end_by(SIGSEGV, false);
    end_by(SIGABRT, false);
    end_by(SIGBUS, false);
    end_by(SIGFPE, false);
    end_by(SIGILL, false);
}

static void test_stop_and_continue_draw_again(void **unused)
{
    (void)unused;
    struct tui t;
    int status = 0;
    start(&t, 24, 80, "C.UTF-8", NULL);
    to_table(&t);
    type(&t, "\032");
    long end = now_ms() + WAIT_MS;
    while (waitpid(t.pid, &status, WUNTRACED | WNOHANG) == 0 && now_ms() < end) {
        pump(&t, 20);
    }
    assert_true(WIFSTOPPED(status));
    while (t.alternate && now_ms() < end) {
        pump(&t, 20);
    }
    expect_restored(&t);
    kill(t.pid, SIGCONT);
    until(&t, "PASS LINE");
    assert_true(t.alternate);
    type(&t, "qQ");
    assert_true(WIFEXITED(finish(&t)));
    expect_restored(&t);
    forget(&t);
}

/* True when a colour is asked for: SGR 30-49 or 90-107. */
static bool has_colour(const struct tui *t)
{
    for (size_t i = 0; i + 2 < t->raw_size; i++) {
        if (t->raw[i] != '\033' || t->raw[i + 1] != '[') {
            continue;
        }
        size_t k = i + 2;
        int value = 0;
        bool colour = false;
        for (; k < t->raw_size && ((t->raw[k] >= '0' && t->raw[k] <= '9') || t->raw[k] == ';');
             k++) {
            if (t->raw[k] == ';') {
                value = 0;
                continue;
            }
            value = value * 10 + (t->raw[k] - '0');
            colour = colour || (value >= 30 && value <= 49 && value != 39 && value != 49) ||
                     (value >= 90 && value <= 107);
        }
        if (k < t->raw_size && t->raw[k] == 'm' && colour) {
            return true;
        }
    }
    return false;
}

static void test_no_color_sends_none(void **unused)
{
    (void)unused;
    for (int with = 0; with < 2; with++) {
        struct tui t;
        start(&t, 24, 80, "C.UTF-8", with == 0 ? "NO_COLOR" : NULL);
        to_table(&t);
        type(&t, "qQ");
        assert_true(WIFEXITED(finish(&t)));
        assert_int_equal(has_colour(&t), with == 1);
        forget(&t);
    }
}

static void test_c_locale_sends_ascii_only(void **unused)
{
    (void)unused;
    struct tui t;
    start(&t, 24, 80, "C", NULL);
    to_table(&t);
    until(&t, "+--------+");
    type(&t, "?");
    until(&t, "HELP");
    type(&t, "\033");
    until(&t, "Space ");
    type(&t, "qQ");
    assert_true(WIFEXITED(finish(&t)));
    for (size_t i = 0; i < t.raw_size; i++) {
        assert_true((unsigned char)t.raw[i] < 128);
    }
    forget(&t);
}

static void test_paste_on_the_felt_is_ignored(void **unused)
{
    (void)unused;
    struct tui t;
    start(&t, 24, 80, "C.UTF-8", NULL);
    to_table(&t);
    type(&t, "\033[200~pppp666\r\r\033[201~");
    type(&t, "\033[B");
    until(&t, "DON'T PASS");
    type(&t, "+");
    until(&t, "\xe2\x96\xb8"
              "25");
    assert_true(on_screen(&t, "on table 0"));
    type(&t, "qQ");
    assert_true(WIFEXITED(finish(&t)));
    forget(&t);
}

static void test_mouse_click_bets(void **unused)
{
    (void)unused;
    struct tui t;
    start(&t, 24, 80, "C.UTF-8", NULL);
    to_table(&t);
    assert_non_null(strstr(t.raw, "1000h"));
    type(&t, "\033[<0;21;10M\033[<0;21;10m");
    until(&t, "12\xc3\x97"
              "3 A5");
    type(&t, "qQ");
    assert_true(WIFEXITED(finish(&t)));
    forget(&t);
}

static void test_line_mode_sends_no_escape(void **unused)
{
    (void)unused;
    static char out[65536];
    int in[2];
    int back[2];
    size_t size = 0;
    static const char script[] =
        "name Ann\nsolo\npass 5\nbets\nready\nhistory\nodds 5\nxyzzy\nquit\n";
    assert_int_equal(pipe(in) | pipe(back), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], 0);
        dup2(back[1], 1);
        close(in[1]);
        close(back[0]);
        setenv("TERM", "dumb", 1);
        setenv("HOME", home, 1);
        execl(program, program, "--line", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(back[1]);
    assert_int_equal(write(in[1], script, sizeof script - 1), (ssize_t)sizeof script - 1);
    close(in[1]);
    for (ssize_t got; (got = read(back[0], out + size, sizeof out - 1 - size)) > 0;) {
        size += (size_t)got;
    }
    int status = 0;
    waitpid(pid, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_null(memchr(out, '\033', size));
    assert_non_null(strstr(out, "Rack 995"));
    assert_non_null(strstr(out, " throw"));
    assert_non_null(strstr(out, "xyzzy is no word"));
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: test_screens PROGRAM\n", stderr);
        return 64;
    }
    program = argv[1];
    snprintf(home, sizeof home, "/tmp/craps-screens-XXXXXX");
    if (mkdtemp(home) == NULL) {
        return 73;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_four_keys_lead_to_a_roll),
        cmocka_unit_test(test_proof_of_a_real_roll_checks),
        cmocka_unit_test(test_resize_storm_ends_in_a_whole_table),
        cmocka_unit_test(test_every_signal_gives_the_terminal_back),
        cmocka_unit_test(test_stop_and_continue_draw_again),
        cmocka_unit_test(test_no_color_sends_none),
        cmocka_unit_test(test_c_locale_sends_ascii_only),
        cmocka_unit_test(test_paste_on_the_felt_is_ignored),
        cmocka_unit_test(test_mouse_click_bets),
        cmocka_unit_test(test_line_mode_sends_no_escape),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", home);
    if (system(command) != 0) {
        fputs("could not remove the test's home\n", stderr);
    }
    return failed;
}
