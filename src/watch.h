/* What looks at a running table from outside, when options ask for it: figures served over HTTP (--metrics), and the lives of
 * own operations as spans (--trace). */
#ifndef SRC_WATCH_H
#define SRC_WATCH_H

#include "src/cli.h"
#include "src/manager.h"
#include "src/metrics_server.h"

struct watch {
    struct metrics *metrics;
    struct metrics_server *server;
    struct trace *trace;
};

/* Begins what the options ask for and says so on standard error; fills in what the manager needs. Returns an exit status; what is
 * wrong has been said then. */
int watch_begin(struct watch *w, const struct options *o, struct manager_config *config);

/* The manager is there, and who asks can wake it. */
void watch_manager(struct watch *w, struct manager *m);

/* Ends the looking: before the manager is destroyed. */
void watch_end(struct watch *w);

/* After that. */
void watch_free(struct watch *w);

#endif
