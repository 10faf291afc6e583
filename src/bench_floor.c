#include "src/bench_floor.h"

#include "src/bench_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEGIN_MS = 90000, SILENT_MS = 90000, TICK_MS = 200, LINE_BYTES = 64 };

static bool refuse(struct bench_floor *f, const char *why)
{
    snprintf(f->why, sizeof f->why, "%s", why);
    bench_floor_stop(f);
    return false;
}

static bool find(char path[static 4096])
{
    char own[2048];
    ssize_t size = readlink("/proc/self/exe", own, sizeof own - 1);
    own[size < 0 ? 0 : size] = '\0';
    char *slash = strrchr(own, '/');
    if (slash != NULL) {
        *slash = '\0';
        snprintf(path, 4096, "%s/../tests/bench/craps-bench-floor", own);
        if (access(path, X_OK) == 0) {
            return true;
        }
    }
    snprintf(path, 4096, "%s/craps-bench-floor", BENCH_LIBEXECDIR);
    return access(path, X_OK) == 0;
}

static void become_floor(
    pid_t parent, const char *path, unsigned members, const int in[2], const int out[2])
{
    char count[16];
    snprintf(count, sizeof count, "%u", members);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    if (getppid() == parent && dup2(in[0], STDIN_FILENO) >= 0 && dup2(out[1], STDOUT_FILENO) >= 0) {
        execl(path, path, count, bench_folder(), (char *)NULL);
    }
    _exit(127);
}

/* A whole line, or false: the end, silence, or the bench is to stop. */
static bool read_line(struct bench_floor *f, char line[static LINE_BYTES], unsigned wait_ms)
{
    size_t size = 0;
    for (unsigned waited = 0; waited < wait_ms && !bench_stopped();) {
        struct pollfd fd = {.fd = f->from, .events = POLLIN};
        int ready = poll(&fd, 1, TICK_MS);
        if (ready <= 0) {
            waited += TICK_MS;
            continue;
        }
        char c;
        if (read(f->from, &c, 1) != 1) {
            return false;
        }
        if (c == '\n') {
            line[size] = '\0';
            return true;
        }
        size -= size == LINE_BYTES - 1;
        line[size++] = c;
    }
    return false;
}

static void hold(const struct bench_floor *f, bool still)
{
    kill(-f->pid, still ? SIGSTOP : SIGCONT);
}

bool bench_floor_start(struct bench_floor *f, unsigned members)
{
    char path[4096], line[LINE_BYTES];
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    *f = (struct bench_floor){.to = -1, .from = -1};
    if (!find(path)) {
        return refuse(f, "craps-bench-floor is not there: it is built with the tests or by ./play");
    }
    if (bench_folder() == NULL || pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
        return refuse(f, "the floor cannot be started");
    }
    pid_t parent = getpid();
    f->pid = fork();
    if (f->pid == 0) {
        become_floor(parent, path, members, in, out);
    }
    close(in[0]);
    close(out[1]);
    f->to = in[1];
    f->from = out[0];
    if (f->pid < 0) {
        f->pid = 0;
        return refuse(f, "the floor cannot be started");
    }
    setpgid(f->pid, f->pid); /* both sides: whoever comes first */
    if (!read_line(f, line, BEGIN_MS) || strcmp(line, "ready") != 0) {
        return refuse(f, "the floor did not begin");
    }
    hold(f, true);
    return true;
}

bool bench_floor_run(struct bench_floor *f, unsigned rounds, unsigned batch, unsigned rate,
    double *us, double *seconds)
{
    char line[LINE_BYTES];
    if (f->pid == 0) {
        return false;
    }
    hold(f, false);
    int n = snprintf(line, sizeof line, "%u %u %u\n", rounds, batch, rate);
    bool good = write(f->to, line, (size_t)n) == n;
    for (unsigned i = 0; i < rounds && good; i++) {
        good = read_line(f, line, SILENT_MS) && sscanf(line, "%lf", &us[i]) == 1;
    }
    good = good && read_line(f, line, SILENT_MS) && sscanf(line, "end %lf", seconds) == 1;
    if (!good) {
        return refuse(f, "the floor stopped answering");
    }
    hold(f, true);
    return true;
}

void bench_floor_stop(struct bench_floor *f)
{
    if (f->pid > 0) {
        kill(-f->pid, SIGKILL);
        kill(f->pid, SIGKILL); /* if it was too early for a group */
        while (waitpid(f->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        f->pid = 0;
    }
    if (f->to >= 0) {
        close(f->to);
        close(f->from);
    }
    f->to = f->from = -1;
}
