/* Preloaded into a real process, so that its Nth call of a kind goes wrong:
 *   FAIL_ALLOC_AT=N    the Nth allocation fails          FAIL_ALLOC_FROM=N   every one from it on
 *   FAIL_DISK_AT=N     the Nth disk call fails           FAIL_DISK_FROM=N    every one from it on
 *   FAIL_DISK_HOW      eio (default), enospc, short (half a write, then ENOSPC), kill (half a write,
 *                      then kill -9)
 *   FAIL_DISK_WHEN=FILE  disk calls are counted only from the moment on when that file is there
 *   FAIL_REPORT=FILE   "allocations disk-calls" of the whole run, written at its end
 * glibc only: it gives its own functions a second name. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static struct {
    atomic_ulong count;
    unsigned long at, from;
} allocations, disk_calls;

static const char *when; /* NULL: from the beginning */
static atomic_bool counting;

static enum { EIO_EVERY, ENOSPC_EVERY, SHORT_WRITE, KILL } how;

static unsigned long number(const char *name)
{
    const char *text = getenv(name);
    return text == NULL ? 0 : strtoul(text, NULL, 10);
}

__attribute__((constructor)) static void begin(void)
{
    const char *word = getenv("FAIL_DISK_HOW");
    allocations.at = number("FAIL_ALLOC_AT");
    allocations.from = number("FAIL_ALLOC_FROM");
    disk_calls.at = number("FAIL_DISK_AT");
    disk_calls.from = number("FAIL_DISK_FROM");
    when = getenv("FAIL_DISK_WHEN");
    atomic_store(&counting, when == NULL);
    if (word != NULL) {
        how = strcmp(word, "kill") == 0     ? KILL
              : strcmp(word, "short") == 0  ? SHORT_WRITE
              : strcmp(word, "enospc") == 0 ? ENOSPC_EVERY
                                            : EIO_EVERY;
    }
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAIL_REPORT");
    unsigned long counts[2] = {atomic_load(&allocations.count), atomic_load(&disk_calls.count)};
    int fd = path == NULL
                 ? -1
                 : (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    char text[64];
    if (fd >= 0) {
        int size = snprintf(text, sizeof text, "%lu %lu\n", counts[0], counts[1]);
        syscall(SYS_write, fd, text, (size_t)size);
        close(fd);
    }
}

static bool allocation_fails(void)
{
    unsigned long n = atomic_fetch_add(&allocations.count, 1) + 1;
    if (n == allocations.at || (allocations.from != 0 && n >= allocations.from)) {
        errno = ENOMEM;
        return true;
    }
    return false;
}

void *malloc(size_t size)
{
    return allocation_fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return allocation_fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return allocation_fails() ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return allocation_fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *p = allocation_fails() ? NULL : __libc_memalign(alignment, size);
    *out = p == NULL ? *out : p;
    return p == NULL ? ENOMEM : 0;
}

/* A call that changes what is on disk is about to be made. */
static bool disk_fails(void)
{
    if (!atomic_load(&counting)) {
        if (syscall(SYS_faccessat, AT_FDCWD, when, F_OK) != 0) {
            return false;
        }
        atomic_store(&counting, true);
    }
    unsigned long n = atomic_fetch_add(&disk_calls.count, 1) + 1;
    if (n != disk_calls.at && (disk_calls.from == 0 || n < disk_calls.from)) {
        return false;
    }
    errno = how == EIO_EVERY ? EIO : ENOSPC;
    return true;
}

static void die(void)
{
    if (how == KILL) {
        kill(getpid(), SIGKILL);
    }
}

static bool regular(int fd)
{
    struct stat s;
    return fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    if (disk_fails()) {
        if (how == SHORT_WRITE || how == KILL) {
            syscall(SYS_pwrite64, fd, data, size / 2, offset);
        }
        die();
        errno = how == EIO_EVERY ? EIO : ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, fd, data, size, offset);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    return pwrite64(fd, data, size, offset);
}

ssize_t write(int fd, const void *data, size_t size)
{
    if (regular(fd) && disk_fails()) {
        if (how == SHORT_WRITE || how == KILL) {
            syscall(SYS_write, fd, data, size / 2);
        }
        die();
        errno = how == EIO_EVERY ? EIO : ENOSPC;
        return -1;
    }
    return syscall(SYS_write, fd, data, size);
}

static int sync_call(long call, int fd)
{
    if (disk_fails()) {
        die();
        return -1;
    }
    return (int)syscall(call, fd);
}

int fsync(int fd)
{
    return sync_call(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return sync_call(SYS_fdatasync, fd);
}

int ftruncate64(int fd, off64_t size)
{
    if (disk_fails()) {
        die();
        return -1;
    }
    return (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

int unlink(const char *path)
{
    if (disk_fails()) {
        die();
        return -1;
    }
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int rename(const char *from, const char *to)
{
    if (disk_fails()) {
        die();
        return -1;
    }
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
