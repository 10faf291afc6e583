/* bench verify: craps verify on records of tables that were played for it: what one core checks, what all of them do, and how much of
 * the time the signatures alone would take. */
#include "src/bench_history.h"

#include "src/audit_record.h"
#include "src/bench_consensus.h"
#include "src/cli.h"
#include "src/store.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    BLOCKS_DEFAULT = 2000,
    BLOCKS_BRIEF = 300,
    FULL_FOR_BLOCK = 4, /* operations of the record with full blocks, for a block of play */
    FULL_DEPTH = 64,    /* of each of four on their way at once */
    FULL_MS = 120000,
    TURNS = 3,
    SIGNATURES_TIMED = 300,
    P14_OPERATIONS_S = 10000,
};

static bool go_on(void *self, const struct audit *a)
{
    (void)self, (void)a;
    return true;
}

static double processor_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds of a core for one signature, over messages as long as votes are. */
static double signature_s(void)
{
    uint8_t pk[crypto_sign_PUBLICKEYBYTES], sk[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES], message[96] = {1};
    int wrong = 0;
    crypto_sign_keypair(pk, sk);
    crypto_sign_detached(signature, NULL, message, sizeof message, sk);
    double begin = processor_s();
    for (unsigned i = 0; i < SIGNATURES_TIMED; i++) {
        wrong += crypto_sign_verify_detached(signature, message, sizeof message, pk);
    }
    sodium_memzero(sk, sizeof sk);
    return wrong == 0 ? (processor_s() - begin) / SIGNATURES_TIMED : 0;
}

static int check(const char *path, bool alone, struct record_findings *found)
{
    struct record_listener one = {.seen = go_on, .prompt = true};
    char problem[STORE_PROBLEM_BYTES];
    if (audit_record(path, alone ? &one : NULL, found, problem) != ERR_OK) {
        return cli_fail(EX_SOFTWARE, "%s", problem);
    }
    if (found->fault.what != AUDIT_NOTHING) {
        return cli_fail(EX_SOFTWARE, "the record does not check: %s", found->fault.detail);
    }
    return 0;
}

static void add(
    struct bench_run *run, const char *kind, const char *name, double v, const char *unit)
{
    char text[BENCH_NAME_BYTES];
    snprintf(text, sizeof text, "%s_%s", kind, name);
    bench_add(run, text, v, unit);
}

/* One core, all cores and signatures alone in turns; medians. */
static int measure(struct bench_run *run, const char *kind, const char *path, double bytes)
{
    double alone[TURNS], all[TURNS], signature[TURNS];
    char name[BENCH_NAME_BYTES];
    static struct record_findings found;
    int status = 0;
    for (unsigned i = 0; i < TURNS && status == 0 && !bench_stopped(); i++) {
        double begin = processor_s();
        status = check(path, true, &found);
        alone[i] = processor_s() - begin;
        status = status == 0 ? check(path, false, &found) : status;
        all[i] = found.seconds;
        signature[i] = signature_s();
    }
    if (status != 0 || bench_stopped()) {
        return status == 0 ? EX_TEMPFAIL : status;
    }
    const struct audit_counts *c = &found.counts;
    double operations = (double)c->operations;
    double signatures = (double)(c->operation_signatures + c->certificate_signatures);
    double core_s = bench_percentile(alone, TURNS, 50);
    snprintf(name, sizeof name, "%s_operations_per_s_core", kind);
    bench_add_target(
        run, "P14", name, operations / core_s, "1/s", BENCH_AT_LEAST, P14_OPERATIONS_S);
    add(run, kind, "operations_per_s_all_cores", operations / bench_percentile(all, TURNS, 50),
        "1/s");
    add(run, kind, "signatures_alone_per_s_core",
        operations / (signatures * bench_percentile(signature, TURNS, 50)), "1/s");
    add(run, kind, "blocks_per_s_core", (double)c->blocks / core_s, "1/s");
    add(run, kind, "operations_per_block", operations / (double)c->blocks, "1");
    add(run, kind, "signatures_per_operation", signatures / operations, "1");
    add(run, kind, "dice_proofs_per_operation", (double)c->dice_proofs / operations, "1");
    add(run, kind, "bytes_per_block", bytes / (double)c->blocks, "B");
    return 0;
}

/* The members are killed first: nobody plays on beside the measurement. */
static int close_and_measure(struct bench_run *run, const char *kind, struct bench_table *t)
{
    char path[HISTORY_PATH_BYTES];
    bool there = bench_history_path(t, path);
    double bytes = bench_history_bytes(t);
    bench_table_close(t);
    return there ? measure(run, kind, path, bytes) : cli_fail(EX_SOFTWARE, "there is no record");
}

int bench_verify(struct bench_run *run)
{
    static struct bench_table table;
    const struct bench_settings *s = &run->settings;
    uint64_t blocks = s->blocks != 0 ? s->blocks : s->brief ? BLOCKS_BRIEF : BLOCKS_DEFAULT;
    uint64_t full = FULL_FOR_BLOCK * blocks;
    int status = bench_history_open(&table);
    if (status == 0 && !bench_history_wait(run, &table, blocks)) {
        bench_table_close(&table);
        return bench_stopped() ? EX_TEMPFAIL : cli_fail(EX_SOFTWARE, "the table stood still");
    }
    status = status == 0 ? close_and_measure(run, "play", &table) : status;
    struct house_rules rules = bench_rules(HISTORY_MEMBERS);
    status = status == 0 ? bench_table_open(&table, HISTORY_MEMBERS, &rules) : status;
    if (status == 0 && !bench_operations(&table, full / HISTORY_MEMBERS, FULL_DEPTH, FULL_MS)) {
        bench_table_close(&table);
        return bench_stopped() ? EX_TEMPFAIL : cli_fail(EX_SOFTWARE, "the table stood still");
    }
    return status == 0 ? close_and_measure(run, "full", &table) : status;
}
