#include "ui/terminal_signal.h"

#include "base/check.h"
#include "ui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int pipe_fds[2] = {-1, -1};
static atomic_uint bits;
static const char *reset_text;
static size_t reset_size;
static struct termios cooked;
static bool cooked_known;

static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
static const struct {
    int signal;
    unsigned bit;
} ordinary[] = {
    {SIGTERM, TERMINAL_STOP},
    {SIGHUP, TERMINAL_STOP},
    {SIGINT, TERMINAL_INTERRUPT},
    {SIGTSTP, TERMINAL_SUSPEND},
    {SIGCONT, TERMINAL_REDRAW},
    {SIGWINCH, TERMINAL_RESIZE},
};

enum { FATAL_COUNT = sizeof fatal / sizeof fatal[0] };
enum { ORDINARY_COUNT = sizeof ordinary / sizeof ordinary[0] };

static struct sigaction before_fatal[FATAL_COUNT];
static struct sigaction before_ordinary[ORDINARY_COUNT];

/* Async-signal-safe: write and tcsetattr only. */
static void put_back(void)
{
    if (reset_text != NULL) {
        const char *text = reset_text;
        size_t left = reset_size;
        reset_text = NULL;
        while (left > 0) {
            ssize_t sent = write(STDOUT_FILENO, text, left);
            if (sent <= 0) {
                break;
            }
            text += sent;
            left -= (size_t)sent;
        }
        if (cooked_known) {
            tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
        }
    }
}

static void on_fatal(int signal_number)
{
    put_back();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void on_ordinary(int signal_number)
{
    int saved = errno;
    for (size_t i = 0; i < ORDINARY_COUNT; i++) {
        if (ordinary[i].signal == signal_number) {
            atomic_fetch_or(&bits, ordinary[i].bit);
        }
    }
    ssize_t sent = write(pipe_fds[1], "", 1); /* full is fine: something is waiting then */
    (void)sent;
    errno = saved;
}

bool terminal_signal_open(const char *reset)
{
    struct sigaction action;
    if (pipe2(pipe_fds, O_NONBLOCK | O_CLOEXEC) != 0) {
        return false;
    }
    reset_size = strlen(reset);
    cooked_known = tcgetattr(STDIN_FILENO, &cooked) == 0;
    reset_text = reset;
    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    action.sa_handler = on_ordinary;
    for (size_t i = 0; i < ORDINARY_COUNT; i++) {
        sigaction(ordinary[i].signal, &action, &before_ordinary[i]);
    }
    action.sa_handler = on_fatal;
    for (size_t i = 0; i < FATAL_COUNT; i++) {
        sigaction(fatal[i], &action, &before_fatal[i]);
    }
    check_set_hook(put_back);
    return true;
}

void terminal_signal_close(void)
{
    check_set_hook(NULL);
    reset_text = NULL;
    for (size_t i = 0; i < ORDINARY_COUNT; i++) {
        sigaction(ordinary[i].signal, &before_ordinary[i], NULL);
    }
    for (size_t i = 0; i < FATAL_COUNT; i++) {
        sigaction(fatal[i], &before_fatal[i], NULL);
    }
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    pipe_fds[0] = -1;
    pipe_fds[1] = -1;
}

int terminal_signal_fd(void)
{
    return pipe_fds[0];
}

unsigned terminal_signals(void)
{
    char drain[64];
    while (read(pipe_fds[0], drain, sizeof drain) > 0) {
    }
    return atomic_exchange(&bits, 0);
}
