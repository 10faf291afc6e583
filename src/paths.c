#include "src/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PID_TRIES = 20, PID_WAIT_US = 1000 };

static int lock_fd = -1;

static enum err set(char out[PATH_BYTES_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum err set(char out[PATH_BYTES_MAX], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(out, PATH_BYTES_MAX, format, args);
    va_end(args);
    return n < 0 || n >= PATH_BYTES_MAX ? ERR_RANGE : ERR_OK;
}

/* Makes the folder and those above it, 0700; what is there already keeps its mode. */
static enum err make_folders(const char *folder)
{
    char path[PATH_BYTES_MAX];
    enum err err = set(path, "%s", folder);
    if (err != ERR_OK) {
        return err;
    }
    for (char *p = path + 1;; p++) {
        if (*p != '/' && *p != '\0') {
            continue;
        }
        char kept = *p;
        struct stat st;
        *p = '\0';
        /* Asked before it is made: mkdir would say "read-only" of a folder that is there. */
        if (stat(path, &st) != 0 && mkdir(path, 0700) != 0 && errno != EEXIST) {
            return err_from_errno(errno);
        }
        if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
            return ERR_NOT_FOUND;
        }
        *p = kept;
        if (kept == '\0') {
            return ERR_OK;
        }
    }
}

static const char *home(void)
{
    const char *value = getenv("HOME");
    if (value != NULL && value[0] == '/') {
        return value;
    }
    const struct passwd *user = getpwuid(getuid());
    return user != NULL && user->pw_dir != NULL && user->pw_dir[0] == '/' ? user->pw_dir : "/";
}

/* $variable/craps, or ~/fallback/craps; the XDG specification ignores a relative path. */
static enum err xdg(char out[PATH_BYTES_MAX], const char *variable, const char *fallback)
{
    const char *value = getenv(variable);
    if (value != NULL && value[0] == '/') {
        return set(out, "%s/craps", value);
    }
    return set(out, "%s/%s/craps", home(), fallback);
}

/* An absolute path, so that it means the same wherever the program goes. */
static enum err absolute(char out[PATH_BYTES_MAX], const char *folder)
{
    char here[PATH_BYTES_MAX];
    if (folder[0] == '/') {
        return set(out, "%s", folder);
    }
    if (getcwd(here, sizeof here) == NULL) {
        return err_from_errno(errno);
    }
    return set(out, "%s/%s", here, folder);
}

struct folders {
    char config[PATH_BYTES_MAX], state[PATH_BYTES_MAX], data[PATH_BYTES_MAX];
};

static enum err find_folders(struct folders *f, const char *data_dir)
{
    if (data_dir != NULL) {
        enum err err = data_dir[0] == '\0' ? ERR_NOT_FOUND : absolute(f->config, data_dir);
        memcpy(f->state, f->config, sizeof f->state);
        memcpy(f->data, f->config, sizeof f->data);
        return err;
    }
    enum err err = xdg(f->config, "XDG_CONFIG_HOME", ".config");
    err = err == ERR_OK ? xdg(f->state, "XDG_STATE_HOME", ".local/state") : err;
    return err == ERR_OK ? xdg(f->data, "XDG_DATA_HOME", ".local/share") : err;
}

enum err paths_sessions(char sessions_dir[PATH_BYTES_MAX], const char *data_dir)
{
    struct folders f = {{0}, {0}, {0}};
    enum err err = find_folders(&f, data_dir);
    return err == ERR_OK ? set(sessions_dir, "%s/sessions", f.state) : err;
}

enum err paths_identity(char identity_file[PATH_BYTES_MAX], const char *data_dir)
{
    struct folders f = {{0}, {0}, {0}};
    enum err err = find_folders(&f, data_dir);
    return err == ERR_OK ? set(identity_file, "%s/identity", f.data) : err;
}

static enum err name_files(struct paths *p, struct folders *f, const char *data_dir)
{
    memset(p, 0, sizeof *p);
    enum err err = find_folders(f, data_dir);
    err = err == ERR_OK ? set(p->config_file, "%s/config.ini", f->config) : err;
    err = err == ERR_OK ? set(p->identity_file, "%s/identity", f->data) : err;
    err = err == ERR_OK ? set(p->sessions_dir, "%s/sessions", f->state) : err;
    err = err == ERR_OK ? set(p->log_file, "%s/craps.log", f->state) : err;
    return err == ERR_OK ? set(p->lock_file, "%s/lock", f->state) : err;
}

enum err paths_find(struct paths *p, const char *data_dir)
{
    struct folders f = {{0}, {0}, {0}};
    return name_files(p, &f, data_dir);
}

enum err paths_resolve(struct paths *p, const char *data_dir, char *where)
{
    struct folders f = {{0}, {0}, {0}};
    enum err err = name_files(p, &f, data_dir);
    snprintf(where, PATH_BYTES_MAX, "%s", data_dir != NULL ? data_dir : f.config);
    const char *const needed[] = {f.config, f.data, p->sessions_dir};
    for (size_t i = 0; err == ERR_OK && i < sizeof needed / sizeof needed[0]; i++) {
        snprintf(where, PATH_BYTES_MAX, "%s", needed[i]);
        err = make_folders(needed[i]);
        if (err == ERR_OK && access(needed[i], W_OK | X_OK) != 0) {
            err = err_from_errno(errno);
        }
    }
    if (err == ERR_OK) {
        where[0] = '\0';
    }
    return err;
}

static long read_pid(int fd)
{
    char text[24];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    return strtol(text, NULL, 10);
}

/* The owner writes its pid right after it has the lock: between the two there is nothing to read
 * yet. */
static long wait_for_pid(int fd)
{
    long pid = read_pid(fd);
    for (int i = 0; pid <= 0 && i < PID_TRIES; i++) {
        usleep(PID_WAIT_US);
        pid = read_pid(fd);
    }
    return pid;
}

enum err paths_lock(const struct paths *p, long *owner_pid)
{
    *owner_pid = 0;
    if (lock_fd >= 0) {
        *owner_pid = (long)getpid();
        return ERR_BUSY;
    }
    int fd = open(p->lock_file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_from_errno(errno);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        enum err err = errno == EWOULDBLOCK ? ERR_BUSY : err_from_errno(errno);
        if (err == ERR_BUSY) {
            *owner_pid = wait_for_pid(fd);
        }
        close(fd);
        return err;
    }
    char text[24];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n) {
        enum err err = errno == 0 ? ERR_IO : err_from_errno(errno);
        close(fd);
        return err;
    }
    lock_fd = fd;
    return ERR_OK;
}

void paths_unlock(void)
{
    if (lock_fd >= 0) {
        /* Emptied first, so that a later reader never takes an old pid for the owner. */
        (void)!ftruncate(lock_fd, 0);
        close(lock_fd);
        lock_fd = -1;
    }
}
