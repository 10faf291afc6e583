#include "base/log.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_int log_fd = -1;
static atomic_int log_max = LOG_INFO;

enum err log_open(const char *path, enum log_level level)
{
    int fd = STDERR_FILENO;
    if (path != NULL && strcmp(path, "-") != 0) {
        fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (fd < 0) {
            return err_from_errno(errno);
        }
    }
    log_close();
    atomic_store(&log_max, (int)level);
    atomic_store(&log_fd, fd);
    return ERR_OK;
}

void log_close(void)
{
    int fd = atomic_exchange(&log_fd, -1);
    if (fd > STDERR_FILENO) {
        close(fd);
    }
}

void log_write(enum log_level level, const char *format, ...)
{
    static const char names[] = "EWID";
    int fd = atomic_load(&log_fd);
    if (fd < 0 || (int)level > atomic_load(&log_max)) {
        return;
    }
    char line[1024];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int head = snprintf(line, sizeof line, "%lld.%03ld %c ", (long long)now.tv_sec,
        now.tv_nsec / 1000000, names[level]);
    va_list args;
    va_start(args, format);
    int body = vsnprintf(line + head, sizeof line - (size_t)head - 1, format, args);
    va_end(args);
    size_t size = strlen(line);
    if (body < 0) {
        return;
    }
    text_mask(line, size); /* a hostile name must not move the reader's cursor */
    line[size++] = '\n';
    bool written = write(fd, line, size) == (ssize_t)size;
    (void)written; /* there is nobody to tell that the log is full */
}
