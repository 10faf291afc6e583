/* bench rules: rolls a second of processor time. The simulation (src/simulate.h) of pass with odds and
 * of all bets; the rules themselves (game/table.h) with every seat
 * taken and every bet up that can be, beside a bare loop that knows one pass line bet and nothing else. */
#include "src/bench.h"

#include "base/prng.h"
#include "game/table.h"
#include "src/cli.h"
#include "src/simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PLAYERS_MAX = LIVE_SEATS_MAX, PAYOUTS_MAX = PLAYERS_MAX * BET_SLOT_COUNT, A_LOOK = 1 << 16 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void throw_dice(struct prng *p, unsigned dice[2])
{
    unsigned way = (unsigned)prng_below(p, 36);
    dice[0] = way / 6 + 1;
    dice[1] = way % 6 + 1;
}

/* As if the house had no rules but one. */
static double bare_rolls_per_s(double seconds)
{
    struct prng p;
    prng_seed(&p, 1);
    unsigned point = 0;
    uint64_t rolls = 0;
    volatile int64_t rack = 0;
    double began = cpu_s(), took;
    do {
        for (unsigned i = 0; i < A_LOOK; i++) {
            unsigned dice[2];
            throw_dice(&p, dice);
            unsigned total = dice[0] + dice[1];
            bool come_out = point == 0;
            bool won = come_out ? total == 7 || total == 11 : total == point;
            bool lost = come_out ? total == 2 || total == 3 || total == 12 : total == 7;
            rack = rack + won - lost;
            point = won || lost ? 0 : come_out ? total : point;
        }
        rolls += A_LOOK;
        took = cpu_s() - began;
    } while (took < seconds);
    return (double)rolls / took;
}

struct full {
    struct table table;
    struct table_player players[PLAYERS_MAX];
    struct payout payouts[PAYOUTS_MAX];
    struct prng prng;
    uint64_t rolls, bets, paid;
};

/* Every bet that is not up and may be made now, with 60: a multiple of all that rules ask for. */
static void bet_everything(struct full *f, uint32_t player)
{
    const struct table_player *p = &f->players[player];
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        if ((p->live[slot / 64] >> slot % 64 & 1) == 0) {
            f->bets += table_bet(&f->table, player, bet_of_slot(slot), 6000) == REFUSAL_NONE;
        }
    }
}

static bool play(struct full *f)
{
    for (uint32_t i = 0; i < f->table.player_count; i++) {
        bet_everything(f, i);
    }
    unsigned dice[2];
    struct roll_result result = {.payouts = f->payouts, .payout_capacity = PAYOUTS_MAX};
    throw_dice(&f->prng, dice);
    bool rolled = table_roll(&f->table, dice[0], dice[1], &result) == REFUSAL_NONE;
    f->rolls += rolled;
    f->paid += result.payout_count;
    return rolled;
}

static bool measure_full(struct bench_run *run, struct full *f, uint32_t players, double seconds)
{
    struct table_config config = table_config_default();
    char name[BENCH_NAME_BYTES];
    *f = (struct full){.rolls = 0};
    prng_seed(&f->prng, 1);
    config.max_cents = AMOUNT_CENTS_MAX;
    table_init(&f->table, &config, f->players, PLAYERS_MAX);
    bool good = true;
    for (uint32_t i = 0; i < players && good; i++) {
        snprintf(name, sizeof name, "p%u", i + 1);
        good = table_add_player(&f->table, name, AMOUNT_CENTS_MAX) == REFUSAL_NONE;
    }
    double began = cpu_s(), took = 0;
    while (good && took < seconds && !bench_stopped()) {
        for (unsigned i = 0; i < 16 && good; i++) {
            good = play(f);
        }
        took = cpu_s() - began;
    }
    good = good && table_conserved(&f->table);
    snprintf(name, sizeof name, "full_table_%u_rolls", players);
    bench_add(run, name, (double)f->rolls / took, "1/s");
    snprintf(name, sizeof name, "full_table_%u_bets", players);
    bench_add(run, name, (double)f->bets / took, "1/s");
    snprintf(name, sizeof name, "full_table_%u_payouts", players);
    bench_add(run, name, (double)f->paid / took, "1/s");
    return good;
}

int bench_rules_speed(struct bench_run *run)
{
    double seconds = run->settings.brief ? 0.5 : 3;
    struct full *f = malloc(sizeof *f);
    if (f == NULL) {
        return cli_fail(EX_OSERR, "there is not enough memory for a full table");
    }
    bench_add(run, "bare_pass_line_rolls", bare_rolls_per_s(seconds), "1/s");
    bench_add_target(run, "P11", "pass_odds_rolls",
        simulate_rolls_per_s(SIMULATE_PASS_ODDS, seconds), "1/s", BENCH_AT_LEAST, 40e6);
    bench_add_target(run, "P11", "all_bets_rolls", simulate_rolls_per_s(SIMULATE_ALL_BETS, seconds),
        "1/s", BENCH_AT_LEAST, 3e6);
    bool good = measure_full(run, f, 8, seconds) && measure_full(run, f, PLAYERS_MAX, seconds);
    free(f);
    return good ? 0 : cli_fail(EX_SOFTWARE, "the full table came to an end or lost chips");
}
