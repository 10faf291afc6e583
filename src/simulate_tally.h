/* What a simulation counts: for every kind of bet what was staked and what came of it, and how far that may be off.
 *
 * A bet counts when it is decided: its stake (and the vig paid for it in advance, rule 8.3), and what it won or lost. A bet that
 * stays up after a win is staked anew; one that comes down undecided was no bet.
 *
 * The edge is a ratio of two sums, -net / staked. Its standard error is that of a ratio estimator (Cochran, Sampling
 * Techniques, 6.4): with units i of n_i won and w_i staked and r = sum n / sum w,
 *     se = sqrt(m / (m - 1) x sum (n_i - r w_i)^2) / sum w.
 * Units are sessions, groups of short ones or pieces of long ones, so that bets that hang together (come bets that one seven
 * takes) lie in one unit. */
#ifndef SRC_SIMULATE_TALLY_H
#define SRC_SIMULATE_TALLY_H

#include "game/odds.h"

enum { SIM_ROWS_MAX = BET_SLOT_COUNT };

__extension__ typedef __int128 sim_cents;

/* Bets of one kind with the same exact odds; of come and don't come, and of odds, all numbers. */
struct sim_row {
    struct bet_ref first;
    uint16_t numbers; /* bit N; 0 for kinds without numbers and for hops */
    struct odds_value edge;
};

struct sim_rows {
    uint8_t row_of_slot[BET_SLOT_COUNT];
    unsigned count;
    struct sim_row rows[SIM_ROWS_MAX];
};

/* The rows of the kinds in `makes` (bit K: kind K) under these rules; `every_number`: other numbers are other rows. */
void sim_rows_make(
    struct sim_rows *rows, const struct table_config *config, uint64_t makes, bool every_number);

struct sim_sum {
    sim_cents staked, net;
    uint64_t decided, won;
};

struct sim_moments {
    double staked2, staked_net, net2;
    uint64_t units; /* in which anything was staked */
};

/* One more than there are rows: the last is all bets together. */
struct sim_tally {
    struct sim_sum unit[SIM_ROWS_MAX];
    struct sim_sum sum[SIM_ROWS_MAX + 1];
    struct sim_moments moments[SIM_ROWS_MAX + 1];
};

static inline void sim_tally_add(struct sim_tally *t, unsigned row, uint64_t times,
    uint64_t decided, uint64_t won, int64_t staked_cents, int64_t net_cents)
{
    struct sim_sum *s = &t->unit[row];
    int64_t staked, net;
    if (__builtin_mul_overflow(staked_cents, (int64_t)times, &staked) ||
        __builtin_mul_overflow(net_cents, (int64_t)times, &net)) {
        s->staked += (sim_cents)staked_cents * (int64_t)times;
        s->net += (sim_cents)net_cents * (int64_t)times;
    } else {
        s->staked += staked;
        s->net += net;
    }
    s->decided += decided * times;
    s->won += won * times;
}

/* What one payout of table_roll adds; a travel adds nothing. */
struct sim_item {
    uint8_t row;
    uint16_t decided, won;
    int64_t staked_cents, net_cents;
};
bool sim_item_of(struct sim_item *item, const struct sim_rows *rows,
    const struct table_config *config, const struct payout *payout);

/* The unit is over. */
void sim_tally_end_unit(struct sim_tally *t, unsigned rows);

/* Adds `more` to `t`; the order of calls decides the last bits of the moments. */
void sim_tally_merge(struct sim_tally *t, const struct sim_tally *more, unsigned rows);

/* Edge and its standard error, as parts of 1. NAN where nothing was staked, or the error of a single unit. */
double sim_edge(const struct sim_sum *sum);
double sim_edge_error(const struct sim_sum *sum, const struct sim_moments *moments);

#endif
