#include "ui/terminal_probe.h"

#include <curses.h>
#include <term.h>
#include <unistd.h>

void terminal_probe(struct terminal_probe *out, const char *term)
{
    int result = 0;
    *out = (struct terminal_probe){0};
    if (setupterm(term, STDOUT_FILENO, &result) != OK || result != 1) {
        return;
    }
    const char *move = tigetstr("cup"), *mouse = tigetstr("kmous"), *extended = tigetstr("XM");
    int colours = tigetnum("colors");
    out->known = move != NULL && move != (const char *)-1;
    out->colours = colours > 0 ? colours : 0;
    out->mouse = (mouse != NULL && mouse != (const char *)-1) ||
                 (extended != NULL && extended != (const char *)-1);
    del_curterm(cur_term);
}

const char *terminal_library(void)
{
    return curses_version();
}
