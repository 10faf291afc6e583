/* Figures for whoever has asked for them, between two turns. */
#include "src/manager_internal.h"

#include "src/clock.h"
#include "src/metrics.h"
#include "src/metrics_process.h"
#include "src/trace.h"

#include <stdio.h>

static void collect(struct manager *m, struct metrics_values *v)
{
    *v = (struct metrics_values){.at_us = clock_now_us()};
    if (m->session != NULL) {
        session_measure(m->session, v);
    }
    if (m->mesh != NULL) {
        v->net = mesh_counters(m->mesh);
    }
    v->counted = m->counters;
    v->pictures = snapshot_counters(m->snapshots);
    v->commands = queue_length(&m->commands);
    v->commands_refused = atomic_load(&m->commands.refused);
    v->notices = bus_waiting(m->bus);
    v->notices_lost = bus_lost(m->bus);
    if (m->config.trace != NULL) {
        v->trace = trace_counters(m->config.trace);
    }
}

void manager_measure(struct manager *m)
{
    struct metrics_values v;
    if (m->config.metrics == NULL || !metrics_wanted(m->config.metrics)) {
        return;
    }
    collect(m, &v);
    metrics_publish(m->config.metrics, &v);
}

static uint64_t sum(const uint64_t *numbers, size_t count)
{
    uint64_t all = 0;
    for (size_t i = 0; i < count; i++) {
        all += numbers[i];
    }
    return all;
}

/* Of one processor, since the last look, or since the start. */
static void fill_process(struct manager *m, struct ui_figures *f)
{
    struct metrics_process p = metrics_process_now();
    uint64_t now_ms = clock_now_ms();
    uint64_t cpu_ms = (uint64_t)(p.cpu_s * 1000);
    uint64_t passed_ms = now_ms - m->figures_ms;
    if (passed_ms > 0) {
        f->cpu_permille = (uint32_t)((cpu_ms - f->cpu_ms) * 1000 / passed_ms);
    }
    f->cpu_ms = (uint32_t)cpu_ms;
    f->resident_bytes = p.resident_bytes;
    m->figures_ms = now_ms;
}

void manager_figures(struct manager *m)
{
    struct metrics_values v;
    struct ui_figures *f = &m->figures;
    collect(m, &v);
    f->known = true;
    f->tries_lost = v.counted.views_nullified;
    f->refused = sum(v.counted.refused, REFUSAL_COUNT);
    f->checked = v.counted.invariants_checked;
    f->broken = v.counted.invariants_broken;
    f->pending = (uint32_t)v.pending;
    f->received_bytes = v.net.bytes_received;
    f->sent_bytes = v.net.bytes_sent;
    f->received_packets = v.net.packets_received;
    f->sent_packets = v.net.packets_sent;
    f->rejected = sum(v.counted.rejected, MSG_KIND_COUNT) + v.net.records_rejected;
    f->dropped = v.counted.messages_dropped;
    f->commands = (uint32_t)v.commands;
    f->notices = (uint32_t)v.notices;
    f->pool = (uint32_t)v.pool;
    f->queue_lost = v.commands_refused + v.notices_lost;
    f->pictures = v.pictures.swaps;
    f->pictures_again = v.pictures.swaps_failed + v.pictures.gave_up;
    snprintf(f->served, sizeof f->served, "%s", m->config.metrics_at);
    fill_process(m, f);
    f->link_count = 0;
    f->commit = f->roll = (struct ui_times){0};
    if (m->session != NULL) {
        session_figures(m->session, f);
    }
    m->dirty = true;
}
