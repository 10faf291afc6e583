/* craps simulate: many sessions of one plan, on all cores, with the rules of the table (game/table.h).
 *
 * The same order gives the same report for any number of threads: each session has dice of its own, and what the sessions
 * came to is added up in their order. */
#ifndef SRC_SIMULATE_H
#define SRC_SIMULATE_H

#include "base/err.h"
#include "game/plan.h"
#include "src/simulate_tally.h"

#include <stdatomic.h>

enum {
    SIMULATE_SESSIONS_MAX = 10000000,
    SIMULATE_THREADS_MAX = 64,
    SIMULATE_FAN_COLUMNS = 60,
    SIMULATE_FAN_SESSIONS = 10000, /* the first so many make the fan */
};

/* p5, p25, p50, p75, p95. */
enum { SIMULATE_PERCENTILES = 5 };
extern const unsigned simulate_percentiles[SIMULATE_PERCENTILES];

struct simulate_order {
    struct table_config config;
    const struct plan *plan; /* borrowed; NULL: random moves */
    int64_t bankroll_cents;  /* 1..10^12 */
    uint64_t rolls;          /* of a session, 1..10^9 */
    uint64_t sessions;       /* 1..SIMULATE_SESSIONS_MAX */
    uint64_t seed;
    unsigned threads;        /* 1..SIMULATE_THREADS_MAX */
    bool engine_only;        /* nothing is looked up: for tests and comparisons */
    bool every_number;       /* one row for each number of a bet */
    const atomic_bool *stop; /* or NULL: ends it early when it becomes true */
    void (*progress)(
        void *arg, double part); /* or NULL: several times a second, from the caller's thread */
    void *progress_arg;
};

struct simulate_report {
    uint64_t sessions; /* that came to their end */
    uint64_t rolls;    /* of all sessions, those played out included */
    uint64_t ruined, stopped;
    uint64_t stopped_by[PLAN_STOPS_MAX];
    bool interrupted;
    double seconds;
    struct sim_rows rows;
    struct sim_tally tally; /* the last sum is all bets */
    int64_t *finals_cents;  /* bankrolls at the end, ascending, one a session */
    double mean_cents;
    uint32_t losing_most;
    int64_t fall_most_cents;
    double losing_mean, fall_mean_cents;
    /* Bankrolls after rolls x column / SIMULATE_FAN_COLUMNS rolls; who has ended keeps what is left. */
    int64_t fan_cents[SIMULATE_FAN_COLUMNS + 1][SIMULATE_PERCENTILES];
};

/* ERR_NO_MEMORY: too little memory or no thread. `report` is filled in, and owns memory, only with ERR_OK. */
enum err simulate_run(const struct simulate_order *order, struct simulate_report *report);
void simulate_report_free(struct simulate_report *report);

/* The value that `percent` of `count` ascending ones do not exceed (nearest rank); 0 of none. */
int64_t simulate_percentile(const int64_t *ascending, uint64_t count, unsigned percent);

/* How fast one thread is. */
enum simulate_speed { SIMULATE_PASS_ODDS, SIMULATE_ALL_BETS };

/* Rolls in a second of processor time, of a session that is played for about so long; everything counts, also what is worked out
 * by the rules before it can be looked up. 0 when there is no memory. */
double simulate_rolls_per_s(enum simulate_speed what, double seconds);

/* A plan that has every bet of the standard game up as often as it can be made. */
extern const char simulate_all_bets[];

#endif
