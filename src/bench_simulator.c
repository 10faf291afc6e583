/* bench simulator: how fast the simulator of a build (tests/sim) plays whole tables, with its stand-in for signatures. */
#include "src/bench_consensus.h"

#include "src/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TABLES_DEFAULT = 60, TABLES_BRIEF = 12, COMMITS = 50, TICK_MS = 200, LINE_BYTES = 512 };

static bool find(char path[static 4096])
{
    char own[2048];
    ssize_t size = readlink("/proc/self/exe", own, sizeof own - 1);
    own[size < 0 ? 0 : size] = '\0';
    char *slash = strrchr(own, '/');
    if (slash == NULL) {
        return false;
    }
    *slash = '\0';
    snprintf(path, 4096, "%s/../tests/sim/sim", own);
    return access(path, X_OK) == 0;
}

static pid_t start(const char *path, unsigned tables, int *from)
{
    char seeds[32];
    int out[2];
    snprintf(seeds, sizeof seeds, "0-%u", tables - 1);
    if (pipe2(out, O_CLOEXEC) != 0) {
        return -1;
    }
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent && dup2(out[1], STDOUT_FILENO) >= 0) {
            execl(path, path, "--seeds", seeds, "--verbose", (char *)NULL);
        }
        _exit(127);
    }
    close(out[1]);
    *from = out[0];
    return pid;
}

/* The blocks that the tables of these lines have agreed on. */
static double read_blocks(int fd)
{
    FILE *lines = fdopen(fd, "r");
    char line[LINE_BYTES];
    double blocks = 0;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    while (lines != NULL && !bench_stopped()) {
        if (poll(&wait, 1, TICK_MS) <= 0) {
            continue;
        }
        if (fgets(line, sizeof line, lines) == NULL) {
            break;
        }
        const char *height = strstr(line, "height ");
        blocks += height == NULL ? 0 : strtod(height + strlen("height "), NULL);
    }
    if (lines != NULL) {
        fclose(lines);
    }
    return blocks;
}

int bench_simulator(struct bench_run *run)
{
    char path[4096];
    const struct bench_settings *s = &run->settings;
    unsigned tables = s->count != 0 ? (unsigned)s->count : s->brief ? TABLES_BRIEF : TABLES_DEFAULT;
    int from = -1, status = 0;
    struct rusage used;
    if (!find(path)) {
        bench_add_missing(
            run, "P13", "tables_per_s", "1/s", "tests/sim/sim is built with the tests only");
        return 0;
    }
    pid_t pid = start(path, tables, &from);
    if (pid < 0) {
        return cli_fail(EX_OSERR, "the simulator cannot be started (%s)", strerror(errno));
    }
    double blocks = read_blocks(from);
    if (bench_stopped()) {
        kill(pid, SIGKILL);
    }
    while (wait4(pid, &status, 0, &used) < 0 && errno == EINTR) {
    }
    if (bench_stopped()) {
        return EX_TEMPFAIL;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || blocks <= 0) {
        return cli_fail(
            EX_SOFTWARE, "the simulator found a fault; see: %s --seeds 0-%u", path, tables - 1);
    }
    double cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    bench_add_target(
        run, "P13", "tables_per_s", blocks / COMMITS / cpu_s, "1/s", BENCH_AT_LEAST, 100);
    bench_add(run, "seeds", tables, "1");
    bench_add(run, "blocks", blocks, "1");
    return 0;
}
