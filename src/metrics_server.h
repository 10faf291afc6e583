/* Serves the figures over HTTP: GET /metrics and nothing else, from a thread of its own that only reads. libmicrohttpd does the
 * protocol; it is loaded when it is asked for. What a stranger can make it hold: CONNECTIONS connections of a few kilobytes, each
 * for a few seconds. */
#ifndef SRC_METRICS_SERVER_H
#define SRC_METRICS_SERVER_H

#include "src/metrics.h"
#include "src/metrics_address.h"

struct metrics_server;

enum { METRICS_PROBLEM_BYTES = 200 };

/* Binds and begins to serve. Returns an exit status of cli.md: 0, or 69 (busy, no such address, no library), 77 (not permitted), 70
 * (no memory) with a sentence in `problem`. `metrics` is borrowed; it must not be published to before metrics_set_wake. */
int metrics_server_start(struct metrics_server **out, struct metrics *metrics,
    const struct metrics_address *address, char problem[static METRICS_PROBLEM_BYTES]);

/* Ends all connections and the thread. NULL is fine. */
void metrics_server_stop(struct metrics_server *s);

/* Where it listens, with the port that was chosen. */
const struct metrics_address *metrics_server_address(const struct metrics_server *s);

#endif
