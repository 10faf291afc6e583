/* craps bench: measures on this machine and compares with the targets. */
#include "src/commands/command.h"

#include "base/nearest.h"
#include "src/bench_consensus.h"
#include "src/bench_history.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct bench benches[] = {
    {"consensus", "one agreed operation among N members",
        "members operations rate batch crash-leader blocks lan at bind", bench_consensus},
    {"dice", "from the throw to the dice, and their proof", "members operations", bench_dice},
    {"etcd", "three nodes of etcd beside it, where it is installed", "", bench_etcd},
    {"growth", "how that grows with the members", "members operations rate", bench_growth},
    {"idle", "a table where nobody bets", "members seconds", bench_idle},
    {"machine", "syncing, signing, a datagram there and back", "", bench_machine},
    {"rules", "rolls a second of a table with every bet up", "", bench_rules_speed},
    {"simulator", "tables of the simulator, where it was built", "count", bench_simulator},
    {"snapshot", "the snapshot store beside mutex, rwlock and seqlock", "threads", bench_snapshot},
    {"sync", "a newcomer, from its words to its seat", "blocks", bench_sync},
    {"tables", "many tables on one node", "count members operations rate", bench_tables},
    {"ui", "what the screen costs", "seconds", bench_ui},
    {"verify", "checking a record", "blocks", bench_verify},
};

enum { BENCHES = sizeof benches / sizeof benches[0] };

/* What `craps bench` alone measures, in this order: a part of every bench, each for some seconds. */
static const struct {
    const char *bench, *label;
    struct bench_settings settings;
} overview[] = {
    {"machine", "machine", {0}},
    {"consensus", "consensus-4", {.members = 4, .crash_leader = true}},
    {"consensus", "batch-4", {.members = 4, .batch = 256}},
    {"consensus", "consensus-10", {.members = 10}},
    {"consensus", "consensus-50", {.members = 50}},
    {"dice", "dice-4", {.members = 4}},
    {"dice", "dice-10", {.members = 10}},
    {"idle", "idle-8", {0}},
    {"tables", "tables-100", {0}},
    {"growth", "growth", {0}},
    {"sync", "sync", {0}},
    {"verify", "verify", {0}},
    {"simulator", "simulator", {0}},
    {"etcd", "etcd-3", {0}},
    {"snapshot", "snapshot", {.threads = 2}},
    {"rules", "rules", {0}},
    {"ui", "ui", {0}},
};

static const struct bench *find(const char *name)
{
    for (size_t i = 0; i < BENCHES; i++) {
        if (strcmp(benches[i].name, name) == 0) {
            return &benches[i];
        }
    }
    return NULL;
}

static int unknown(const char *name)
{
    struct nearest near = {.typed = name};
    for (size_t i = 0; i < BENCHES; i++) {
        nearest_offer(&near, benches[i].name);
    }
    return cli_fail(EX_USAGE,
        "there is nothing called '%.40s' to measure; did you mean: craps bench %s?", name,
        near.name);
}

static bool listed(const char *list, const char *name)
{
    size_t size = strlen(name);
    for (const char *p = list; (p = strstr(p, name)) != NULL; p += size) {
        bool begins = p == list || p[-1] == ' ';
        if (begins && (p[size] == '\0' || p[size] == ' ')) {
            return true;
        }
    }
    return false;
}

/* An option that this bench does not take is a mistake, not a wish to ignore. */
static int check_options(const struct options *o, const struct bench *bench)
{
    for (size_t i = 0; i < option_count(); i++) {
        bool ours = (option_specs[i].groups & OPTIONS_EVERYWHERE) == 0;
        const char *name = option_specs[i].name;
        if (o->given[i] && ours && (bench == NULL || !listed(bench->options, name))) {
            return cli_fail(EX_USAGE,
                "--%s does not belong to 'craps bench%s%s'; see: craps help bench", name,
                bench == NULL ? "" : " ", bench == NULL ? "" : bench->name);
        }
    }
    return 0;
}

static struct bench_settings settings_of(const struct options *o)
{
    return (struct bench_settings){
        .members = o->members,
        .operations = o->operations,
        .rate = o->bench_rate,
        .batch = o->batch,
        .threads = o->threads,
        .blocks = o->blocks,
        .count = o->count,
        .crash_leader = o->crash_leader,
        .lan = o->lan,
        .at = o->at,
        .bind = o->bind,
        .seconds = o->seconds,
    };
}

static int run_all(struct bench_run *run)
{
    int status = 0;
    for (size_t i = 0; i < sizeof overview / sizeof overview[0] && status == 0 && !bench_stopped();
         i++) {
        run->settings = overview[i].settings;
        run->settings.brief = true;
        run->label = overview[i].label;
        bench_say(run, "measuring %s ...", run->label);
        status = find(overview[i].bench)->run(run);
        run->print = NULL; /* rows, like all others */
    }
    return status;
}

static int run_one(
    struct bench_run *run, const struct bench *bench, const struct options *o, const char *words)
{
    run->settings = settings_of(o);
    run->settings.words = words;
    run->label = "";
    return bench->run(run);
}

static int print(const struct bench_run *run, const char *what)
{
    if (!run->json) {
        bench_print_text(run, what);
    } else if (!bench_print_json(run, what)) {
        return cli_fail(EX_SOFTWARE, "there is not enough memory for the document");
    }
    return bench_all_met(run) ? 0 : 1;
}

static int run(struct invocation *in)
{
    const char *what = in->count > 0 ? in->arguments[0] : "";
    const struct bench *bench = find(what);
    if (what[0] != '\0' && bench == NULL) {
        return unknown(what);
    }
    char words[INVITE_INPUT_MAX + 1] = "";
    int status = check_options(&in->options, bench);
    if (status == 0 && in->count > 1 && !in->options.lan) {
        status = cli_fail(
            EX_USAGE, "craps bench takes one argument, not %d; see: craps help bench", in->count);
    }
    for (int i = 1; i < in->count; i++) { /* blotted out for whoever lists processes */
        size_t used = strlen(words);
        snprintf(words + used, sizeof words - used, "%s%s", used == 0 ? "" : " ", in->arguments[i]);
        sodium_memzero(in->arguments[i], strlen(in->arguments[i]));
    }
    struct bench_run *run = status == 0 ? calloc(1, sizeof *run) : NULL;
    if (run == NULL) {
        return status != 0 ? status
                           : cli_fail(EX_SOFTWARE, "there is not enough memory to measure");
    }
    run->json = in->options.json;
    bench_catch_signals();
    status = bench != NULL ? run_one(run, bench, &in->options, words) : run_all(run);
    sodium_memzero(words, sizeof words);
    bench_folder_remove();
    bench_end_by_signal();
    status = status == 0 ? print(run, bench == NULL ? "all" : what) : status;
    free(run);
    return status;
}

const struct command command_bench = {
    .name = "bench",
    .arguments = "[WHAT]",
    .summary = "measure this machine beside the targets",
    .groups = OPTIONS_EVERYWHERE | OPTIONS_BENCH,
    .arguments_max = 4,
    .help = "  craps bench                            a short look at everything\n"
            "  craps bench consensus --members 10     what one agreed bet costs among ten\n"
            "\n"
            "usage: craps bench [WHAT] [OPTIONS]\n"
            "  One row a figure, measured with the real parts, beside its target. A ratio is\n"
            "  one to a figure of the same run. Files lie in TMPDIR, else in /var/tmp.\n"
            "  consensus  one operation among --members N (4) processes, --operations K of\n"
            "             them, --rate R (20) a second; --batch B: as many at once as fit\n"
            "             into blocks of B; --crash-leader [--blocks K]: without its leader\n"
            "             --lan WORDS [--at HOST] [--bind ADDR]: at a table that is open\n"
            "  dice       from the throw to the dice, and their proof; --members N (4)\n"
            "  growth     consensus of 1, 2, 4, 7, 10, 25, 50 up to --members N (10)\n"
            "  idle       a table where nobody bets; --members N (8)  --seconds N (60)\n"
            "  machine    syncing, signing, a datagram; etcd: a put on three nodes, if there\n"
            "  rules      rolls with every bet up; simulator: its tables, --count N (60)\n"
            "  snapshot   one value shared by --threads T (2), beside locks\n"
            "  sync       a newcomer's way to its seat; --blocks K (10000) of history\n"
            "  tables     --count N (100) tables on one node\n"
            "  ui         the screen: start, bytes, key to chip, idle for --seconds N (20)\n"
            "  verify     checking a record; --blocks K (2000) of play, and full blocks\n"
            "Status: 0 nothing was missed, 1 a target was missed.\n"
            "Options of every command: craps help options\n",
    .run = run,
};
