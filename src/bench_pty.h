/* This very program as a player has it: in a pseudo-terminal of its own, or without a screen behind a
 * pipe. What the benches of the screen are made of. Everything that is started ends with us. */
#ifndef SRC_BENCH_PTY_H
#define SRC_BENCH_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PTY_KEPT_BYTES = 1 << 16 };

struct pty_screen {
    pid_t pid;
    int fd;
    double began_ms;
    size_t sent;               /* bytes so far */
    char kept[PTY_KEPT_BYTES]; /* the newest of them, byte n at n % PTY_KEPT_BYTES */
};

struct pty_program {
    pid_t pid;
    int in_fd, out_fd;
    size_t size;
    char line[PTY_KEPT_BYTES];
};

double pty_now_ms(void);

/* Runs this program to its end, output thrown away. Milliseconds, or -1. Arguments without the
 * program's name, NULL at the end, here and below. */
double pty_run(const char *const arguments[]);

bool pty_open(struct pty_screen *s, int rows, int cols, const char *const arguments[]);
void pty_close(struct pty_screen *s);
bool pty_type(struct pty_screen *s, const char *keys);
/* Reads what comes within so long; false when nothing came. */
bool pty_pump(struct pty_screen *s, int timeout_ms);
/* Reads until nothing came for so long. */
void pty_quiet(struct pty_screen *s, int quiet_ms);
/* When `text` or `other` (may be NULL) has been sent at or after byte `since`; -1 when it was not in
 * time. */
double pty_wait(
    struct pty_screen *s, size_t since, const char *text, const char *other, int timeout_ms);

bool pty_start(struct pty_program *p, const char *const arguments[]);
void pty_end(struct pty_program *p);
/* The next line of its output that has `text`. */
bool pty_line(struct pty_program *p, const char *text, char *out, size_t size, int timeout_ms);
/* Throws away what it has written. */
void pty_drain(struct pty_program *p);
/* The text or number of `key` in a flat JSON object on one line. */
void pty_value(const char *line, const char *key, char *out, size_t size);

double pty_cpu_s(pid_t pid);
double pty_resident_mib(pid_t pid);

#endif
