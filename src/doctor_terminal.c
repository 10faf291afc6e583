#include "src/doctor.h"

#include "ui/terminal_probe.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { ROWS_LEAST = 24, COLS_LEAST = 80 };

static void look_at_size(struct doctor *d)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) {
        doctor_add(d, "terminal", "size", DOCTOR_NOTE, 0, "the screen takes it for 80x24",
            "if lines come out wrong: stty rows 24 cols 80",
            "the terminal does not say how large it is");
    } else if (size.ws_row < ROWS_LEAST || size.ws_col < COLS_LEAST) {
        doctor_add(d, "terminal", "size", DOCTOR_NOTE, 0,
            "the screen needs 80 columns and 24 rows; below that it asks for more or goes on as "
            "lines",
            "enlarge the window or use a smaller font, or: craps --line", "%u columns, %u rows",
            size.ws_col, size.ws_row);
    } else {
        doctor_add(d, "terminal", "size", DOCTOR_OK, 0, NULL, NULL, "%u columns, %u rows",
            size.ws_col, size.ws_row);
    }
}

void doctor_terminal(struct doctor *d)
{
    const char *term = getenv("TERM");
    struct terminal_probe p;
    if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1) {
        doctor_add(d, "terminal", "tty", DOCTOR_NOTE, 0, "without one there is no screen",
            "run it in a terminal window, or play with --line or --headless",
            "standard %s is no terminal", isatty(STDIN_FILENO) == 1 ? "output" : "input");
    } else {
        doctor_add(d, "terminal", "tty", DOCTOR_OK, 0, NULL, NULL, "input and output are one");
        look_at_size(d);
    }
    if (term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0) {
        doctor_add(d, "terminal", "type", DOCTOR_NOTE, 0, "it is played in lines of text",
            "export TERM=xterm-256color, if the terminal is one",
            term == NULL || term[0] == '\0' ? "TERM is not set" : "TERM is dumb");
        return;
    }
    terminal_probe(&p, term);
    if (!p.known) {
        doctor_add(d, "terminal", "type", DOCTOR_FAULT, EX_CONFIG,
            "the screen cannot be drawn on a terminal that nobody describes",
            "export TERM=xterm-256color, install ncurses-term, or play with --line",
            "TERM is %.60s, which is not known here", term);
        return;
    }
    doctor_add(d, "terminal", "type", DOCTOR_OK, 0, NULL, NULL, "TERM is %.60s", term);
    const char *no_color = getenv("NO_COLOR");
    bool off = no_color != NULL && no_color[0] != '\0';
    if (p.colours < 8 || off) {
        doctor_add(d, "terminal", "colours", DOCTOR_NOTE, 0,
            "players are told apart by letters alone",
            off ? "unset NO_COLOR, or --color always" : "try TERM=xterm-256color",
            off ? "NO_COLOR is set" : "%d", p.colours);
    } else {
        doctor_add(d, "terminal", "colours", DOCTOR_OK, 0, NULL, NULL, "%d", p.colours);
    }
    doctor_add(d, "terminal", "mouse", p.mouse ? DOCTOR_OK : DOCTOR_NOTE, 0,
        p.mouse ? NULL : "everything is done with the keys", p.mouse ? NULL : "none is needed",
        p.mouse ? "is reported" : "is not reported");
}

void doctor_locale(struct doctor *d)
{
    const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"}, *name = "LANG", *value = "";
    for (size_t i = 3; i > 0; i--) {
        const char *set = getenv(names[i - 1]);
        if (set != NULL && set[0] != '\0') {
            name = names[i - 1];
            value = set;
        }
    }
    bool known = setlocale(LC_CTYPE, "") != NULL;
    if (!known) {
        doctor_add(d, "locale", "language", DOCTOR_NOTE, 0,
            "symbols are drawn with ASCII characters",
            "export LC_ALL=C.UTF-8, or a name that `locale -a` lists",
            "%s is %.60s, which this system does not have", name, value);
        return;
    }
    const char *codeset = nl_langinfo(CODESET);
    if (strcmp(codeset, "UTF-8") != 0) {
        doctor_add(d, "locale", "characters", DOCTOR_NOTE, 0,
            "symbols are drawn with ASCII characters", "export LC_ALL=C.UTF-8", "%.40s, not UTF-8",
            codeset);
    } else {
        doctor_add(d, "locale", "characters", DOCTOR_OK, 0, NULL, NULL, "UTF-8");
    }
}
