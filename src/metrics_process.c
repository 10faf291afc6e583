#include "src/metrics_process.h"

#include "src/clock.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void read_memory(struct metrics_process *p)
{
    unsigned long long pages = 0, resident = 0;
    long page = sysconf(_SC_PAGESIZE);
    FILE *f = fopen("/proc/self/statm", "re");
    if (f == NULL) {
        return;
    }
    if (fscanf(f, "%llu %llu", &pages, &resident) == 2 && page > 0) {
        p->virtual_bytes = pages * (unsigned long long)page;
        p->resident_bytes = resident * (unsigned long long)page;
    }
    fclose(f);
}

static void count_descriptors(struct metrics_process *p)
{
    struct rlimit limit;
    DIR *d = opendir("/proc/self/fd");
    if (d != NULL) {
        for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
            p->open_fds += e->d_name[0] != '.';
        }
        p->open_fds -= p->open_fds > 0; /* the one that looks */
        closedir(d);
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        p->max_fds = limit.rlim_cur;
    }
}

struct metrics_process metrics_process_now(void)
{
    struct metrics_process p = {0};
    struct timespec cpu;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu) == 0) {
        p.cpu_s = (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9;
    }
    read_memory(&p);
    count_descriptors(&p);
    return p;
}

double metrics_process_start_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9 - (double)clock_now_us() / 1e6;
}
