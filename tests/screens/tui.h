/* The real program in a pseudo-terminal, seen through a terminal emulator. Waits for what is drawn,
 * never for time. Brings cmocka's headers: what does not come fails the test with the screen shown. */
#ifndef TESTS_SCREENS_TUI_H
#define TESTS_SCREENS_TUI_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <sys/types.h>
#include <vterm.h>

enum { TUI_WAIT_MS = 20000, TUI_RAW_MAX = 4 * 1024 * 1024, TUI_PAGE_MAX = 256 * 1024 };

struct tui {
    int fd;
    pid_t pid;
    VTerm *vt;
    VTermScreen *screen;
    bool alternate, cursor;
    size_t raw_size; /* every byte that was sent, as far as there is room */
    char *raw;
};

struct tui_options {
    int rows, cols;           /* 0: 24 and 80 */
    const char *locale;       /* NULL: C.UTF-8 */
    const char *const *env;   /* "NAME=VALUE"s, or NULL; TERM is xterm-256color otherwise */
    const char *const *words; /* after the program's name, or NULL */
};

/* The program, and a home directory of its own for all that this process starts. */
extern const char *tui_program;
extern char tui_home[64];

/* Makes and removes the home. */
bool tui_open(const char *program);
void tui_close(void);

void tui_start(struct tui *t, const struct tui_options *options);

/* Takes what was sent within `ms`. False once the program has closed its side. */
bool tui_pump(struct tui *t, int ms);

/* Is it in a line of the screen; waits for it; waits until it is gone. */
bool tui_sees(struct tui *t, const char *text);
void tui_until(struct tui *t, const char *text);
void tui_until_not(struct tui *t, const char *text);

void tui_type(struct tui *t, const char *keys);
void tui_resize(struct tui *t, int rows, int cols);

/* Past the first run, when it is asked, and "Play now", to the table. */
void tui_to_table(struct tui *t);

/* Reads to the end and returns the wait status; gives back what the emulator took. */
int tui_finish(struct tui *t);
void tui_forget(struct tui *t);

/* Leaves with q and Q, expects status 0 and a terminal that is as it was, and forgets. */
void tui_leave(struct tui *t);

/* Main screen, cursor, no mouse, no paste mode, cooked with echo. */
void tui_expect_restored(struct tui *t);

/* The screen as text, a line a row without the blanks at its end; with `marks`, each line is
 * followed by one that says how its cells look: b bold, r reverse, 0 to 7 and * for a
 * colour of the basic eight or another in front, - for none of these (the emulator does not keep dim). */
const char *tui_page(struct tui *t, bool marks, char out[TUI_PAGE_MAX]);

/* An emulator that knows the modes, and nothing of what was drawn before. */
void tui_fresh_screen(struct tui *t);

void tui_print(struct tui *t);
long tui_now_us(void);

#endif
