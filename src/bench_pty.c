#include "src/bench_pty.h"

#include "src/bench_member.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 32 };

double pty_now_ms(void)
{
    return (double)bench_now_us() / 1000;
}

/* In the child. */
static void become(pid_t parent, const char *const arguments[])
{
    char *argv[ARGUMENTS_MAX + 2] = {"craps"};
    for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i] != NULL; i++) {
        argv[i + 1] = (char *)(size_t)arguments[i];
    }
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        _exit(127);
    }
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    unsetenv("COLORTERM");
    execv("/proc/self/exe", argv);
    _exit(127);
}

static void finish(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

double pty_run(const char *const arguments[])
{
    double began = pty_now_ms();
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; fd++) {
            dup2(null, fd);
        }
        become(parent, arguments);
    }
    int status = 1;
    bool ran = pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
    return ran ? pty_now_ms() - began : -1;
}

bool pty_open(struct pty_screen *s, int rows, int cols, const char *const arguments[])
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    pid_t parent = getpid();
    memset(s, 0, sizeof *s);
    s->began_ms = pty_now_ms();
    s->pid = forkpty(&s->fd, NULL, NULL, &size);
    if (s->pid == 0) {
        become(parent, arguments);
    }
    return s->pid > 0;
}

void pty_close(struct pty_screen *s)
{
    finish(s->pid);
    close(s->fd);
}

bool pty_type(struct pty_screen *s, const char *keys)
{
    return write(s->fd, keys, strlen(keys)) == (ssize_t)strlen(keys);
}

bool pty_pump(struct pty_screen *s, int timeout_ms)
{
    char bytes[8192];
    struct pollfd p = {.fd = s->fd, .events = POLLIN};
    ssize_t n = poll(&p, 1, timeout_ms) > 0 ? read(s->fd, bytes, sizeof bytes) : 0;
    for (ssize_t i = 0; i < n; i++) {
        s->kept[s->sent++ % PTY_KEPT_BYTES] = bytes[i];
    }
    return n > 0;
}

void pty_quiet(struct pty_screen *s, int quiet_ms)
{
    while (pty_pump(s, quiet_ms) && !bench_stopped()) {
    }
}

static bool has(const struct pty_screen *s, size_t since, const char *text)
{
    size_t length = text == NULL ? 0 : strlen(text);
    since = s->sent > PTY_KEPT_BYTES && since < s->sent - PTY_KEPT_BYTES ? s->sent - PTY_KEPT_BYTES
                                                                         : since;
    for (size_t at = since; length > 0 && at + length <= s->sent; at++) {
        size_t i = 0;
        while (i < length && s->kept[(at + i) % PTY_KEPT_BYTES] == text[i]) {
            i++;
        }
        if (i == length) {
            return true;
        }
    }
    return false;
}

double pty_wait(
    struct pty_screen *s, size_t since, const char *text, const char *other, int timeout_ms)
{
    double until = pty_now_ms() + timeout_ms;
    while (!has(s, since, text) && !has(s, since, other)) {
        double left = until - pty_now_ms();
        if (left <= 0 || bench_stopped() || (!pty_pump(s, (int)left + 1) && pty_now_ms() < until)) {
            return -1;
        }
    }
    return pty_now_ms();
}

bool pty_start(struct pty_program *p, const char *const arguments[])
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    memset(p, 0, sizeof *p);
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
        return false;
    }
    pid_t parent = getpid();
    p->pid = fork();
    if (p->pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(null, 2);
        become(parent, arguments);
    }
    close(in[0]);
    close(out[1]);
    p->in_fd = in[1];
    p->out_fd = out[0];
    fcntl(p->out_fd, F_SETFL, O_NONBLOCK);
    return p->pid > 0;
}

void pty_end(struct pty_program *p)
{
    finish(p->pid);
    close(p->in_fd);
    close(p->out_fd);
}

/* A whole line taken out of what has come. */
static bool next_line(struct pty_program *p, char *out, size_t size)
{
    char *end = memchr(p->line, '\n', p->size);
    if (end == NULL) {
        p->size = p->size == sizeof p->line ? 0 : p->size; /* longer than any of ours */
        return false;
    }
    size_t length = (size_t)(end - p->line);
    snprintf(out, size, "%.*s", (int)length, p->line);
    p->size -= length + 1;
    memmove(p->line, end + 1, p->size);
    return true;
}

bool pty_line(struct pty_program *p, const char *text, char *out, size_t size, int timeout_ms)
{
    double until = pty_now_ms() + timeout_ms;
    for (;;) {
        while (next_line(p, out, size)) {
            if (strstr(out, text) != NULL) {
                return true;
            }
        }
        double left = until - pty_now_ms();
        struct pollfd waiting = {.fd = p->out_fd, .events = POLLIN};
        if (left <= 0 || bench_stopped() || poll(&waiting, 1, (int)left + 1) < 0) {
            return false;
        }
        ssize_t n = read(p->out_fd, p->line + p->size, sizeof p->line - p->size);
        if (n == 0) {
            return false;
        }
        p->size += n > 0 ? (size_t)n : 0;
    }
}

void pty_drain(struct pty_program *p)
{
    while (read(p->out_fd, p->line, sizeof p->line) > 0) {
    }
    p->size = 0;
}

void pty_value(const char *line, const char *key, char *out, size_t size)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *at = strstr(line, quoted);
    out[0] = '\0';
    if (at != NULL) {
        at += strlen(quoted);
        at += *at == '"';
        snprintf(out, size, "%.*s", (int)strcspn(at, "\",}"), at);
    }
}

double pty_cpu_s(pid_t pid)
{
    struct bench_member m = {.pid = pid};
    return bench_member_cpu_s(&m);
}

double pty_resident_mib(pid_t pid)
{
    char path[64];
    long pages = 0, resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *f = fopen(path, "re");
    if (f != NULL) {
        if (fscanf(f, "%ld %ld", &pages, &resident) != 2) {
            resident = 0;
        }
        fclose(f);
    }
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1048576;
}
