/* Figures for whoever has asked for them, between two turns. */
#include "src/manager_internal.h"

#include "src/clock.h"
#include "src/metrics.h"

void manager_measure(struct manager *m)
{
    if (m->config.metrics == NULL || !metrics_wanted(m->config.metrics)) {
        return;
    }
    struct metrics_values v = {.at_us = clock_now_us()};
    if (m->session != NULL) {
        session_measure(m->session, &v);
    }
    if (m->mesh != NULL) {
        v.net = mesh_counters(m->mesh);
    }
    v.counted = m->counters;
    v.pictures = snapshot_counters(m->snapshots);
    v.commands = queue_length(&m->commands);
    v.commands_refused = atomic_load(&m->commands.refused);
    v.notices = bus_waiting(m->bus);
    v.notices_lost = bus_lost(m->bus);
    metrics_publish(m->config.metrics, &v);
}
