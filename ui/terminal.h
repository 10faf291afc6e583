/* The terminal: the one place that knows curses. It is put back as it was found on every way out,
 * fatal signals too. */
#ifndef UI_TERMINAL_H
#define UI_TERMINAL_H

#include "ui/canvas.h"
#include "ui/state.h"

/* Signals since the last call of terminal_signals. */
enum {
    TERMINAL_STOP = 1,      /* SIGTERM, SIGHUP: leave properly and end */
    TERMINAL_INTERRUPT = 2, /* SIGINT: the same as Ctrl-C */
    TERMINAL_SUSPEND = 4,   /* SIGTSTP */
    TERMINAL_REDRAW = 8,    /* SIGCONT */
    TERMINAL_RESIZE = 16,   /* SIGWINCH */
};

struct terminal_event {
    int32_t key;          /* a code point, enum ui_key, or -1 when nothing waits */
    int row, col, button; /* of UIKEY_MOUSE */
};

/* Which symbols the terminal can show: all, all but with doubts (one is not a cell wide), or ASCII only. */
enum terminal_symbols { TERMINAL_SYMBOLS, TERMINAL_DOUBTFUL, TERMINAL_ASCII };

/* Takes over the terminal. False when it cannot (no such terminal type): nothing is changed then. Colours and mouse
 * come with terminal_look. */
bool terminal_open(enum terminal_symbols *symbols);

/* Colours, felt and mouse as the settings say: at the beginning, and whenever they change. `color` goes before NO_COLOR
 * where it is not auto. */
void terminal_look(const struct setting_values *values);

/* Are there colours now, and how many could there be? */
bool terminal_coloured(void);
int terminal_colours(void);

/* One ring. */
void terminal_bell(void);

/* Gives it back; harmless when not open. */
void terminal_close(void);

/* The size in cells, clamped to what a canvas holds. */
void terminal_size(int *rows, int *cols);

/* Shows a canvas: only cells that differ from the last one are sent. */
void terminal_show(const struct canvas *c);

/* Forgets what the terminal shows: the next canvas is sent whole. */
void terminal_forget(void);

/* The next key or click; never waits. */
struct terminal_event terminal_next(void);

/* Becomes readable when a signal came; what it was, taken once. */
int terminal_signal_fd(void);
unsigned terminal_signals(void);

/* Stops the program like Ctrl-Z does elsewhere, and takes the terminal back afterwards. */
void terminal_suspend(void);

/* Does the terminal's description say that it takes text for the clipboard? Many do without saying so. */
bool terminal_copies(void);

/* Hands text to the terminal's clipboard (OSC 52). */
void terminal_copy(const char *text);

#endif
