/* Signals of the terminal: ordinary ones become bits that a loop reads, fatal ones put the terminal
 * back first. */
#ifndef UI_TERMINAL_SIGNAL_H
#define UI_TERMINAL_SIGNAL_H

#include <stdbool.h>

/* Installs the handlers. `reset` is what to write to the terminal before dying; it must stay valid.
 * False when no pipe can be had. */
bool terminal_signal_open(const char *reset);

void terminal_signal_close(void);

#endif
