#include "src/watch.h"

#include "base/log.h"
#include "src/trace.h"

#include <stdio.h>

static void wake_manager(void *self)
{
    manager_wake(self);
}

static int begin_metrics(struct watch *w, const struct options *o, struct manager_config *config)
{
    struct metrics_address address;
    char problem[METRICS_PROBLEM_BYTES], where[METRICS_ADDRESS_TEXT];
    if (o->metrics == NULL || !metrics_address_parse(&address, o->metrics)) {
        return 0;
    }
    w->metrics = metrics_create();
    if (w->metrics == NULL) {
        return cli_fail(EX_SOFTWARE, "there is not enough memory for --metrics");
    }
    int status = metrics_server_start(&w->server, w->metrics, &address, problem);
    if (status != 0) {
        return cli_fail(status, "%s", problem);
    }
    const struct metrics_address *at = metrics_server_address(w->server);
    metrics_address_text(at, where);
    const char *who =
        at->loopback ? "" : ", and everybody who can reach that address can read them";
    log_info("figures are served on http://%s/metrics%s", where, who);
    if (!o->quiet || !at->loopback) {
        cli_fail(0, "figures are served on http://%s/metrics%s", where, who);
    }
    config->metrics = w->metrics;
    snprintf(config->metrics_at, sizeof config->metrics_at, "http://%s/metrics", where);
    return 0;
}

static int begin_trace(struct watch *w, const struct options *o, struct manager_config *config)
{
    char problem[TRACE_PROBLEM_BYTES];
    if (o->trace == NULL) {
        return 0;
    }
    int status = trace_create(&w->trace, o->trace, problem);
    if (status != 0) {
        return cli_fail(status, "%s", problem);
    }
    config->trace = w->trace;
    return 0;
}

int watch_begin(struct watch *w, const struct options *o, struct manager_config *config)
{
    *w = (struct watch){0};
    int status = begin_metrics(w, o, config);
    return status == 0 ? begin_trace(w, o, config) : status;
}

void watch_manager(struct watch *w, struct manager *m)
{
    if (w->metrics != NULL) {
        metrics_set_wake(w->metrics, wake_manager, m);
    }
}

void watch_end(struct watch *w)
{
    metrics_server_stop(w->server);
    w->server = NULL;
}

void watch_free(struct watch *w)
{
    watch_end(w);
    metrics_destroy(w->metrics);
    w->metrics = NULL;
    trace_destroy(w->trace);
    w->trace = NULL;
}
