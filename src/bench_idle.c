/* bench idle: what a table costs while nobody bets: messages, processor time, memory. */
#include "src/bench_consensus.h"

#include "src/cli.h"

#include <stdio.h>

enum {
    MEMBERS_DEFAULT = 8,
    SECONDS_DEFAULT = 60,
    SECONDS_BRIEF = 5,
    SETTLE_MS = 60000,
    REST_MS = 1000
};

struct used {
    double cpu_s[BENCH_MEMBERS_MAX];
    uint64_t messages;
    uint64_t at_us;
};

static struct used look(const struct bench_table *t)
{
    struct used u = {.at_us = bench_now_us()};
    for (unsigned i = 0; i < t->count; i++) {
        u.cpu_s[i] = bench_member_cpu_s(&t->members[i]);
        u.messages += atomic_load(&t->members[i].counts->messages);
    }
    return u;
}

static void add_rows(struct bench_run *run, const struct bench_table *t, const struct used *before,
    const struct used *after)
{
    double wall_s = (double)(after->at_us - before->at_us) / 1e6, cpu = 0, resident = 0;
    for (unsigned i = 0; i < t->count; i++) {
        double percent = 100 * (after->cpu_s[i] - before->cpu_s[i]) / wall_s;
        double mib = bench_member_resident_mib(&t->members[i]);
        cpu = percent > cpu ? percent : cpu;
        resident = mib > resident ? mib : resident;
    }
    bench_add_target(
        run, "P8", "messages", (double)(after->messages - before->messages), "1", BENCH_AT_MOST, 0);
    bench_add_target(run, "P8", "cpu_percent", cpu, "%", BENCH_AT_MOST, 0.5);
    bench_add_target(run, "P8", "resident", resident, "MiB", BENCH_AT_MOST, 16);
    bench_add(run, "measured_for", wall_s, "s");
}

int bench_idle(struct bench_run *run)
{
    static struct bench_table table;
    const struct bench_settings *s = &run->settings;
    unsigned members = s->members == 0 ? MEMBERS_DEFAULT : (unsigned)s->members;
    uint64_t seconds = s->seconds != 0 ? s->seconds : s->brief ? SECONDS_BRIEF : SECONDS_DEFAULT;
    struct house_rules rules = bench_rules(members);
    int status = bench_table_open(&table, members, &rules);
    if (status != 0) {
        return status;
    }
    /* Twice: what a slow machine still has to say comes late. */
    if (!bench_table_settle(&table, SETTLE_MS) || !bench_table_rest(&table, REST_MS) ||
        !bench_table_settle(&table, SETTLE_MS)) {
        status = bench_stopped() ? EX_TEMPFAIL
                                 : cli_fail(EX_SOFTWARE, "the table does not become quiet");
    }
    if (status == 0) {
        struct used before = look(&table);
        bool ended = !bench_table_rest(&table, seconds * 1000);
        struct used after = look(&table);
        status = !ended || bench_stopped() ? (bench_stopped() ? EX_TEMPFAIL : 0) : EX_SOFTWARE;
        if (status == 0) {
            add_rows(run, &table, &before, &after);
        }
    }
    bench_table_close(&table);
    return status;
}
