#include "src/metrics_page.h"

#include "consensus/genesis.h"

#include <stdio.h>

/* A family of one sample: a number of struct metrics_values. */
struct row {
    const char *name;
    uint8_t type; /* enum metric_type */
    const char *help;
    size_t offset;
};

#define COUNTER(name, field, help)                                                                 \
    {                                                                                              \
        name, METRIC_COUNTER, help, offsetof(struct metrics_values, field)                         \
    }
#define GAUGE(name, field, help)                                                                   \
    {                                                                                              \
        name, METRIC_GAUGE, help, offsetof(struct metrics_values, field)                           \
    }

static const struct row rows[] = {
    COUNTER("craps_operations_submitted_total", counted.submitted,
        "Operations that this program signed and sent."),
    COUNTER("craps_operations_committed_total", counted.committed,
        "Own operations that became final, whether the rules took or refused them."),
    GAUGE("craps_operations_pending", pending, "Own operations that are not final yet."),
    COUNTER("craps_operations_limited_total", counted.operations_limited,
        "Operations of others that came faster than the house rule allows."),
    COUNTER("craps_invariants_checked_total", counted.invariants_checked,
        "Blocks after which everything that must hold was looked at."),
    COUNTER("craps_invariants_broken_total", counted.invariants_broken,
        "Blocks after which something did not hold: this seat has stopped."),
    COUNTER("craps_blocks_total", counted.blocks, "Blocks that became final here."),
    COUNTER("craps_block_operations_total", counted.operations,
        "Operations of everybody in the blocks that became final here."),
    COUNTER("craps_rolls_total", counted.rolls, "Rolls of the dice that became final here."),
    COUNTER("craps_epochs_total", counted.epochs, "Changes of the members that became final here."),
    COUNTER("craps_views_total", counted.views, "Views of the agreement that were entered."),
    COUNTER("craps_views_nullified_total", counted.views_nullified,
        "Views that were given up without a block."),
    COUNTER("craps_states_adopted_total", counted.states_adopted,
        "States that were taken over from others instead of executing their blocks."),
    GAUGE("craps_at_table", at_table, "1 while seated at a table, or watching one."),
    GAUGE("craps_voting", voting, "1 while this member votes."),
    GAUGE("craps_stalled", stalled, "1 while the table waits because too few answer."),
    GAUGE("craps_catching_up", catching_up, "1 while blocks of others are being fetched."),
    GAUGE("craps_epoch", epoch, "Number of the present set of members."),
    GAUGE("craps_height", height, "Height of the last final block."),
    GAUGE("craps_known_height", known_height, "Highest final block that any peer has shown."),
    GAUGE("craps_view", view, "View of the agreement within the epoch."),
    GAUGE("craps_roll", roll, "Number of the table's last roll."),
    GAUGE("craps_members", members, "Members of the table (n)."),
    GAUGE("craps_members_faulty_tolerated", faulty, "Members that may fail or lie (f)."),
    GAUGE("craps_quorum_members", quorum, "Members whose signatures make a step count (q)."),
    GAUGE("craps_members_away", away, "Members that do not answer here."),
    GAUGE("craps_players_seated", seated, "Players with a seat, bots included."),
    GAUGE("craps_links_up", links, "Links to other players that are up."),
    COUNTER("craps_links_lost_total", net.links_lost, "Links that ended without our wish."),
    COUNTER("craps_links_cut_total", counted.links_cut,
        "Links that were cut off for sending far too much, or rubbish."),
    COUNTER("craps_handshakes_failed_total", net.handshakes_failed,
        "Handshakes and proofs of the words that failed."),
    COUNTER("craps_network_received_bytes_total", net.bytes_received, "Bytes received on links."),
    COUNTER("craps_network_sent_bytes_total", net.bytes_sent, "Bytes sent on links."),
    COUNTER("craps_network_received_packets_total", net.packets_received, "Datagrams received."),
    COUNTER("craps_network_sent_packets_total", net.packets_sent, "Datagrams sent."),
    COUNTER("craps_network_received_messages_total", net.messages_received,
        "Sealed messages received on links."),
    COUNTER(
        "craps_network_sent_messages_total", net.messages_sent, "Sealed messages sent on links."),
    COUNTER("craps_network_sends_refused_total", net.sends_refused,
        "Messages that were not sent because the window of a link was full."),
    COUNTER("craps_trace_operations_total", trace.operations,
        "Operations whose spans were written or sent."),
    COUNTER("craps_trace_dropped_total", trace.dropped,
        "Operations whose spans were dropped: nobody took them, or a queue was full."),
    COUNTER("craps_trace_failures_total", trace.failures,
        "Times that spans could not be written or sent."),
    COUNTER("craps_snapshot_swaps_total", pictures.swaps,
        "Pictures put in the place of the last one for the screen."),
    COUNTER("craps_snapshot_swaps_failed_total", pictures.swaps_failed,
        "Swaps of a picture that lost a race and were tried again."),
    COUNTER("craps_snapshot_updates_abandoned_total", pictures.gave_up,
        "Pictures that found no room and came with the next turn."),
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static void write_rows(struct metrics_text *t, const struct metrics_values *v)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct row *r = &rows[i];
        metrics_text_family(t, r->name, (enum metric_type)r->type, r->help);
        metrics_text_count(
            t, NULL, NULL, *(const uint64_t *)(const void *)((const char *)v + r->offset));
    }
}

static void write_latencies(struct metrics_text *t, const struct counters *c)
{
    metrics_text_family(t, "craps_commit_latency_seconds", METRIC_HISTOGRAM,
        "Own operations: from signing to final.");
    metrics_text_histogram(t, &c->commit);
    metrics_text_family(
        t, "craps_roll_latency_seconds", METRIC_HISTOGRAM, "Rolls: from the throw to the dice.");
    metrics_text_histogram(t, &c->roll);
}

static void write_refusals(struct metrics_text *t, const struct counters *c)
{
    metrics_text_family(t, "craps_operations_refused_total", METRIC_COUNTER,
        "Own operations that the rules refused, or that were not even sent, by reason.");
    for (unsigned i = 0; i < REFUSAL_COUNT; i++) {
        metrics_text_count(
            t, "reason", i == REFUSAL_NONE ? "other" : refusal_code(i), c->refused[i]);
    }
}

static void write_rubbish(struct metrics_text *t, const struct metrics_values *v)
{
    static const char *const kinds[MSG_KIND_COUNT] = {"unknown", "op", "propose", "notarize",
        "nullify", "finalize", "certificate", "status", "fetch", "answer", "share", "evidence"};
    static const char *const lies[LIE_COUNT] = {
        NULL, "height", "blocks", "epochs", "state", "piece"};
    static const char *const proofs[EVIDENCE_KIND_COUNT] = {NULL, "notarize_twice",
        "finalize_twice", "nullify_and_finalize", "operation_twice", "bad_deal"};
    metrics_text_family(t, "craps_messages_rejected_total", METRIC_COUNTER,
        "Messages of members that were malformed or did not check, by kind.");
    for (unsigned i = 0; i < MSG_KIND_COUNT; i++) {
        metrics_text_count(t, "kind", kinds[i], v->counted.rejected[i]);
    }
    metrics_text_family(t, "craps_messages_dropped_total", METRIC_COUNTER,
        "Messages that were not looked at, by reason.");
    metrics_text_count(t, "reason", "too_many", v->counted.messages_dropped);
    metrics_text_count(t, "reason", "unauthentic", v->net.records_rejected);
    metrics_text_family(t, "craps_datagrams_dropped_total", METRIC_COUNTER,
        "Datagrams of strangers that were not answered, by reason.");
    metrics_text_count(t, "reason", "checksum", v->net.datagrams_bad_checksum);
    metrics_text_count(t, "reason", "cookie", v->net.datagrams_bad_cookie);
    metrics_text_count(t, "reason", "too_many", v->net.datagrams_rate_limited);
    metrics_text_family(t, "craps_peers_lied_total", METRIC_COUNTER,
        "Times that a peer sent what cannot be while we fetched from it, by what.");
    for (unsigned i = 1; i < LIE_COUNT; i++) {
        metrics_text_count(t, "about", lies[i], v->counted.lied[i]);
    }
    metrics_text_family(
        t, "craps_evidence_total", METRIC_COUNTER, "Lies that were proven here, by kind.");
    for (unsigned i = 1; i < EVIDENCE_KIND_COUNT; i++) {
        metrics_text_count(t, "kind", proofs[i], v->counted.lies[i]);
    }
}

static void write_queues(struct metrics_text *t, const struct metrics_values *v)
{
    metrics_text_family(t, "craps_queue_length", METRIC_GAUGE,
        "What waits: commands of the screen, notices for their slowest reader, operations in the "
        "pool.");
    metrics_text_count(t, "queue", "commands", v->commands);
    metrics_text_count(t, "queue", "notices", v->notices);
    metrics_text_count(t, "queue", "pool", v->pool);
    metrics_text_family(t, "craps_queue_lost_total", METRIC_COUNTER,
        "Commands that found their queue full, notices that were overwritten unread.");
    metrics_text_count(t, "queue", "commands", v->commands_refused);
    metrics_text_count(t, "queue", "notices", v->notices_lost);
}

static void write_pictures(struct metrics_text *t, const struct snapshot_counters *c)
{
    metrics_text_family(t, "craps_snapshot_update_seconds_total", METRIC_COUNTER,
        "Time spent in making pictures for the screen.");
    metrics_text_number(t, NULL, NULL, (double)c->update_ns_sum / 1e9);
    metrics_text_family(t, "craps_snapshot_update_max_seconds", METRIC_GAUGE,
        "The longest time that one picture took.");
    metrics_text_number(t, NULL, NULL, (double)c->update_ns_max / 1e9);
}

static void gauge(struct metrics_text *t, const char *name, const char *help, double value)
{
    metrics_text_family(t, name, METRIC_GAUGE, help);
    metrics_text_number(t, NULL, NULL, value);
}

static void write_process(struct metrics_text *t, const struct metrics_page *page)
{
    const struct metrics_process *p = &page->process;
    uint64_t at_us = page->values.at_us;
    metrics_text_family(t, "process_cpu_seconds_total", METRIC_COUNTER,
        "Processor time of this process, user and system.");
    metrics_text_number(t, NULL, NULL, p->cpu_s);
    gauge(t, "process_resident_memory_bytes", "Resident memory.", (double)p->resident_bytes);
    gauge(t, "process_virtual_memory_bytes", "Virtual memory.", (double)p->virtual_bytes);
    gauge(t, "process_start_time_seconds", "When this process began, since 1970.", page->start_s);
    gauge(t, "process_open_fds", "Open descriptors.", (double)p->open_fds);
    gauge(t, "process_max_fds", "Descriptors that may be open.", (double)p->max_fds);
    gauge(t, "craps_metrics_age_seconds",
        "How old these figures are: so long ago the manager copied them.",
        page->now_us < at_us ? 0 : (double)(page->now_us - at_us) / 1e6);
}

static void write_build(struct metrics_text *t)
{
    char protocol[12];
    snprintf(protocol, sizeof protocol, "%u", (unsigned)PROTOCOL_VERSION);
    const char *const pairs[][2] = {{"version", CRAPS_VERSION}, {"protocol", protocol}};
    metrics_text_family(
        t, "craps_build_info", METRIC_GAUGE, "Always 1; what runs is in the labels.");
    metrics_text_labels(t, pairs, sizeof pairs / sizeof pairs[0], 1);
}

void metrics_page_write(struct metrics_text *t, const struct metrics_page *page)
{
    const struct metrics_values *v = &page->values;
    write_build(t);
    write_latencies(t, &v->counted);
    write_rows(t, v);
    write_refusals(t, &v->counted);
    write_rubbish(t, v);
    write_queues(t, v);
    write_pictures(t, &v->pictures);
    write_process(t, page);
}
