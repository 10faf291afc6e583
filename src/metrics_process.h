/* What the system says about this process, under the names that monitoring uses for every program. */
#ifndef SRC_METRICS_PROCESS_H
#define SRC_METRICS_PROCESS_H

#include <stdint.h>

struct metrics_process {
    double cpu_s;
    uint64_t resident_bytes, virtual_bytes;
    uint64_t open_fds, max_fds; /* max_fds 0: no limit */
};

/* What cannot be read is 0. A few system calls and files of /proc: not for the manager's thread at every turn. */
struct metrics_process metrics_process_now(void);

/* When this process began, in seconds since 1970. */
double metrics_process_start_s(void);

#endif
