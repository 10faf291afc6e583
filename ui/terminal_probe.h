/* What is known of a terminal without drawing on it: for craps doctor. */
#ifndef UI_TERMINAL_PROBE_H
#define UI_TERMINAL_PROBE_H

#include <stdbool.h>

struct terminal_probe {
    bool known;  /* there is a description of that TERM, and a cursor can be moved */
    int colours; /* 0: none */
    bool mouse;
};

/* `term` is a name of TERM; nothing is written. */
void terminal_probe(struct terminal_probe *out, const char *term);

/* "ncurses 6.4.20221231". */
const char *terminal_library(void);

#endif
