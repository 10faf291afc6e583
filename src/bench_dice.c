/* bench dice: from the throw to the dice on the screen and to the agreed result, and what the proof of a roll costs. */
#include "src/bench_consensus.h"

#include "consensus/beacon.h"
#include "consensus/quorum.h"
#include "src/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MEMBERS_DEFAULT = 4,
    ROLLS_DEFAULT = 100,
    ROLLS_BRIEF = 20,
    ROLL_MS = 60000,
    PROOFS_TIMED = 9,
    SMALL_TABLE = 4, /* P4 names four and ten members */
    LARGE_TABLE = 10,
};

struct rolling {
    const struct bench_counts *counts;
    unsigned wanted;
};

static bool are_rolled(void *context)
{
    const struct rolling *r = context;
    return atomic_load(&r->counts->roll_count) >= r->wanted;
}

static void random_scalar(struct scalar *out)
{
    uint8_t wide[GROUP_WIDE_BYTES];
    randombytes_buf(wide, sizeof wide);
    scalar_reduce(out, wide);
}

/* The key of n members, dealt by one hand: shares are values of one polynomial, as they are after a key generation. */
static bool deal(struct dkg_public *pub, struct dkg_share *shares, uint16_t n)
{
    struct scalar coefficients[DKG_MEMBERS_MAX];
    bool good = true;
    *pub = (struct dkg_public){.n = n, .t = (uint16_t)quorum_size(n), .ready = n};
    for (uint16_t k = 0; k < pub->t; k++) {
        random_scalar(&coefficients[k]);
        good = group_mul_base(&pub->A[k], &coefficients[k]) && good;
    }
    for (uint16_t j = 1; j <= n; j++) {
        struct scalar at = scalar_from_u64(j), x = coefficients[pub->t - 1];
        for (uint16_t k = pub->t - 1; k-- > 0;) {
            scalar_mul(&x, &x, &at);
            scalar_add(&x, &x, &coefficients[k]);
        }
        shares[j - 1] = (struct dkg_share){.member = j, .x = x};
        good = group_mul_base(&pub->X[j - 1], &x) && good;
    }
    return good;
}

/* A RESULT as it stands in a block, and what checking it costs: nobody has seen its pieces before. */
static bool time_proof(struct bench_run *run, uint16_t n)
{
    static struct dkg_public pub;
    static struct dkg_share keys[DKG_MEMBERS_MAX];
    static struct beacon_share shares[DKG_MEMBERS_MAX];
    static uint8_t body[DKG_MEMBERS_MAX * BEACON_SHARE_BYTES];
    struct beacon_roll roll;
    struct beacon_place place = {.epoch = 1, .roll_number = 1};
    double us[PROOFS_TIMED];
    bool good = deal(&pub, keys, n);
    beacon_roll_create(&roll, &place);
    for (uint16_t j = 0; j < n; j++) {
        uint8_t random[DLEQ_RANDOM_BYTES];
        randombytes_buf(random, sizeof random);
        good = beacon_share_create(&shares[j], &roll, &keys[j], &pub.X[j], random) && good;
    }
    struct writer w = writer_of(body, sizeof body);
    beacon_result_write(&w, shares, pub.t);
    for (size_t i = 0; i < PROOFS_TIMED; i++) {
        uint8_t out[BEACON_OUT_BYTES];
        uint64_t begin = bench_now_us();
        good = beacon_result_verify(out, &roll, &pub, body, w.size, NULL, 0) == ERR_OK && good;
        us[i] = (double)(bench_now_us() - begin);
    }
    sodium_memzero(keys, sizeof keys);
    if (good) {
        bench_add(run, "proof_bytes", (double)w.size, "B");
        bench_add(run, "verify_p50", bench_percentile(us, PROOFS_TIMED, 50), "us");
    }
    return good;
}

static size_t take(const float *from, unsigned count, double *to)
{
    size_t n = count < BENCH_SAMPLES_MAX ? count : BENCH_SAMPLES_MAX;
    for (size_t i = 0; i < n; i++) {
        to[i] = (double)from[i];
    }
    return n;
}

static int add_rows(struct bench_run *run, const struct bench_counts *c, unsigned members)
{
    double *v = malloc(BENCH_SAMPLES_MAX * sizeof *v);
    if (v == NULL) {
        return cli_fail(EX_SOFTWARE, "there is not enough memory to measure");
    }
    size_t n = take(c->samples, atomic_load(&c->sample_count), v);
    double commit = bench_percentile(v, n, 50);
    n = take(c->dice_ms, atomic_load(&c->dice_count), v);
    double extra = members <= SMALL_TABLE ? 2 : 5;
    double p50 = bench_percentile(v, n, 50);
    if (members <= LARGE_TABLE) {
        bench_add_target(run, "P4", "dice_p50", p50, "ms", BENCH_AT_MOST, commit + extra);
    } else {
        bench_add(run, "dice_p50", p50, "ms");
    }
    bench_add(run, "dice_p99", bench_percentile(v, n, 99), "ms");
    n = take(c->rolls_ms, atomic_load(&c->roll_count), v);
    bench_add(run, "result_p50", bench_percentile(v, n, 50), "ms");
    bench_add(run, "result_p99", bench_percentile(v, n, 99), "ms");
    bench_add(run, "commit_p50", commit, "ms");
    free(v);
    return 0;
}

int bench_dice(struct bench_run *run)
{
    static struct bench_table table;
    const struct bench_settings *s = &run->settings;
    unsigned members = s->members == 0 ? MEMBERS_DEFAULT : (unsigned)s->members;
    unsigned rolls = s->operations != 0 ? (unsigned)s->operations
                     : s->brief         ? ROLLS_BRIEF
                                        : ROLLS_DEFAULT;
    struct house_rules rules = bench_rules(members);
    int status = bench_table_open(&table, members, &rules);
    if (status == 0) {
        struct bench_counts *c = table.members[0].counts;
        struct rolling r = {c, rolls};
        bench_member_order(&table.members[0], BENCH_ORDER_THROW, rolls, 1);
        bool done = bench_table_wait(&table, ROLL_MS + 1000ULL * rolls, are_rolled, &r);
        status = done              ? add_rows(run, c, members)
                 : bench_stopped() ? EX_TEMPFAIL
                                   : cli_fail(EX_SOFTWARE, "the dice did not come");
        bench_table_close(&table);
    }
    if (status == 0 && !time_proof(run, (uint16_t)members)) {
        status = cli_fail(EX_SOFTWARE, "a proof of a roll does not check");
    }
    return status;
}
