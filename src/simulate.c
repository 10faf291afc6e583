#include "src/simulate.h"

#include "src/simulate_walk.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The states that all threads together remember, and at least so many each. */
enum { STATES_MOST = 65536, STATES_LEAST = 4096 };

/* A unit of the tally is at least so many rolls, unless there would be fewer than UNITS_WANTED units. */
enum { UNIT_ROLLS = 20000, UNITS_WANTED = 200, PIECE_ROLLS_LEAST = 50 };

/* Between two looks at `stop`. */
enum { CHUNK_ROLLS = 1 << 18 };

enum { FAN_ROWS = SIMULATE_FAN_COLUMNS + 1, PROGRESS_NS = 100000000 };

/* No session ends with it. */
#define UNFINISHED INT64_MIN

const unsigned simulate_percentiles[SIMULATE_PERCENTILES] = {5, 25, 50, 75, 95};

/* What the sessions of one item of work came to, beside the tally. */
struct counts {
    uint64_t sessions, rolls, ruined, stopped;
    uint64_t stopped_by[PLAN_STOPS_MAX];
    uint64_t losing_sum;
    sim_cents fall_sum;
    uint32_t losing_most;
    int64_t fall_most_cents;
};

struct simulation {
    const struct simulate_order *order;
    struct sim_game game;
    uint64_t group; /* sessions of an item of work */
    uint64_t piece; /* rolls of a unit */
    uint64_t items;
    uint64_t fan_sessions;
    int64_t *finals_cents; /* by session */
    int64_t *fan_cents;    /* FAN_ROWS x fan_sessions */
    atomic_uint_least64_t next_item, rolls_done;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint64_t merged; /* items, in their order */
    unsigned running;
    struct simulate_report *report;
    struct counts counts;
};

static bool stopping(struct simulation *s)
{
    return s->order->stop != NULL && atomic_load_explicit(s->order->stop, memory_order_relaxed);
}

/* Short sessions are put together, few ones are cut: there are about UNITS_WANTED units, or more. Depends on the order alone. */
static void plan_work(struct simulation *s)
{
    const struct simulate_order *o = s->order;
    s->group = UNIT_ROLLS / o->rolls;
    s->group = s->group > o->sessions / UNITS_WANTED ? o->sessions / UNITS_WANTED : s->group;
    s->group = s->group < 1 ? 1 : s->group;
    s->items = (o->sessions + s->group - 1) / s->group;
    s->piece = o->rolls;
    if (o->sessions < UNITS_WANTED) {
        s->piece = o->rolls * o->sessions / UNITS_WANTED;
        s->piece = s->piece < PIECE_ROLLS_LEAST ? PIECE_ROLLS_LEAST : s->piece;
    }
}

static uint64_t fan_roll(const struct simulation *s, unsigned column)
{
    return s->order->rolls * column / SIMULATE_FAN_COLUMNS;
}

static void note_fan(struct simulation *s, uint64_t session, unsigned column, int64_t cents)
{
    if (session < s->fan_sessions) {
        s->fan_cents[column * s->fan_sessions + session] = cents;
    }
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The rolls of a session; false when it was cut off by `stop`. */
static bool play_rolls(struct simulation *s, struct sim_walk *w, uint64_t session)
{
    uint64_t rolls = s->order->rolls, at = 0, unit_end = s->piece;
    unsigned column = 0;
    while (!stopping(s)) {
        for (; column <= SIMULATE_FAN_COLUMNS && fan_roll(s, column) <= at; column++) {
            note_fan(s, session, column, sim_walk_cents(w));
        }
        if (at == unit_end && at < rolls) {
            sim_walk_end_unit(w);
            unit_end += s->piece;
        }
        uint64_t until = least(least(unit_end, rolls), at + CHUNK_ROLLS);
        until = column <= SIMULATE_FAN_COLUMNS ? least(until, fan_roll(s, column)) : until;
        uint64_t done = sim_walk_roll(w, until - at);
        bool over = at + done < until || until == rolls || w->end != SIM_GOES_ON;
        at += done;
        atomic_fetch_add_explicit(
            &s->rolls_done, over ? rolls - (at - done) : done, memory_order_relaxed);
        if (over) {
            sim_walk_leave(w);
            for (; column <= SIMULATE_FAN_COLUMNS; column++) {
                note_fan(s, session, column, sim_walk_cents(w));
            }
            return true;
        }
    }
    return false;
}

static void count_session(struct simulation *s, const struct sim_walk *w, struct counts *c)
{
    const struct plan *plan = s->order->plan;
    c->sessions++;
    c->ruined += w->end == SIM_RUINED;
    c->stopped += w->end == SIM_STOPPED;
    for (unsigned i = 0; plan != NULL && i < plan->stop_count; i++) {
        c->stopped_by[i] += w->end == SIM_STOPPED && plan->stops[i].line == w->stopped_line;
    }
    c->losing_sum += w->losing_most;
    c->fall_sum += w->fall_cents;
    c->losing_most = w->losing_most > c->losing_most ? w->losing_most : c->losing_most;
    c->fall_most_cents = w->fall_cents > c->fall_most_cents ? w->fall_cents : c->fall_most_cents;
}

static void play_item(struct simulation *s, struct sim_walk *w, uint64_t item, struct counts *c)
{
    uint64_t end = least((item + 1) * s->group, s->order->sessions);
    for (uint64_t session = item * s->group; session < end && !stopping(s); session++) {
        sim_walk_begin(w, session);
        bool finished = play_rolls(s, w, session);
        c->rolls += w->rolled;
        if (finished) {
            s->finals_cents[session] = sim_walk_cents(w);
            count_session(s, w, c);
        }
    }
    sim_walk_end_unit(w);
}

static void merge_item(
    struct simulation *s, uint64_t item, struct sim_walk *w, const struct counts *c)
{
    struct counts *to = &s->counts;
    pthread_mutex_lock(&s->mutex);
    while (s->merged != item) {
        pthread_cond_wait(&s->changed, &s->mutex);
    }
    sim_tally_merge(&s->report->tally, &w->tally, s->game.rows.count);
    to->sessions += c->sessions;
    to->rolls += c->rolls;
    to->ruined += c->ruined;
    to->stopped += c->stopped;
    for (unsigned i = 0; i < PLAN_STOPS_MAX; i++) {
        to->stopped_by[i] += c->stopped_by[i];
    }
    to->losing_sum += c->losing_sum;
    to->fall_sum += c->fall_sum;
    to->losing_most = c->losing_most > to->losing_most ? c->losing_most : to->losing_most;
    to->fall_most_cents =
        c->fall_most_cents > to->fall_most_cents ? c->fall_most_cents : to->fall_most_cents;
    s->merged++;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->mutex);
    memset(&w->tally, 0, sizeof w->tally);
}

static void *work(void *arg)
{
    struct simulation *s = arg;
    struct sim_walk *w = malloc(sizeof *w);
    uint32_t states = STATES_MOST / s->order->threads;
    states = states < STATES_LEAST ? STATES_LEAST : states;
    bool ready = w != NULL && sim_walk_init(w, &s->game, states) == ERR_OK;
    while (ready && !stopping(s)) {
        uint64_t item = atomic_fetch_add(&s->next_item, 1);
        struct counts c = {0};
        if (item >= s->items) {
            break;
        }
        play_item(s, w, item, &c);
        merge_item(s, item, w, &c);
    }
    if (ready) {
        sim_walk_deinit(w);
    }
    free(w);
    pthread_mutex_lock(&s->mutex);
    s->running--;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->mutex);
    return NULL;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void wait_for_all(struct simulation *s)
{
    const struct simulate_order *o = s->order;
    double total = (double)o->rolls * (double)o->sessions;
    pthread_mutex_lock(&s->mutex);
    while (s->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += PROGRESS_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&s->changed, &s->mutex, &until);
        if (o->progress != NULL && s->running > 0) {
            pthread_mutex_unlock(&s->mutex);
            o->progress(o->progress_arg, (double)atomic_load(&s->rolls_done) / total);
            pthread_mutex_lock(&s->mutex);
        }
    }
    pthread_mutex_unlock(&s->mutex);
}

/* At least one thread does all the work. */
static enum err run_threads(struct simulation *s)
{
    pthread_t threads[SIMULATE_THREADS_MAX];
    unsigned started = 0;
    pthread_condattr_t monotonic;
    pthread_mutex_init(&s->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    s->running = s->order->threads;
    while (started < s->order->threads && pthread_create(&threads[started], NULL, work, s) == 0) {
        started++;
    }
    pthread_mutex_lock(&s->mutex);
    s->running -= s->order->threads - started;
    pthread_mutex_unlock(&s->mutex);
    wait_for_all(s);
    for (unsigned i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->mutex);
    bool unfinished = s->merged < s->items && !stopping(s);
    return unfinished ? ERR_NO_MEMORY : ERR_OK;
}

static int by_cents(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

int64_t simulate_percentile(const int64_t *ascending, uint64_t count, unsigned percent)
{
    if (count == 0) {
        return 0;
    }
    uint64_t rank = (count * percent + 99) / 100;
    return ascending[rank == 0 ? 0 : rank - 1];
}

/* Moves the sessions that came to an end to the front; how many. */
static uint64_t finished_first(int64_t *cents, const int64_t *finals_cents, uint64_t count)
{
    uint64_t kept = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (finals_cents[i] != UNFINISHED) {
            cents[kept++] = cents[i];
        }
    }
    return kept;
}

static void report_fan(struct simulation *s, struct simulate_report *r)
{
    for (unsigned column = 0; column < FAN_ROWS; column++) {
        int64_t *cents = s->fan_cents + column * s->fan_sessions;
        uint64_t count = finished_first(cents, s->finals_cents, s->fan_sessions);
        qsort(cents, count, sizeof *cents, by_cents);
        for (unsigned i = 0; i < SIMULATE_PERCENTILES; i++) {
            r->fan_cents[column][i] = simulate_percentile(cents, count, simulate_percentiles[i]);
        }
    }
}

static void report_counts(struct simulation *s, struct simulate_report *r)
{
    const struct counts *c = &s->counts;
    double sessions = c->sessions == 0 ? 1 : (double)c->sessions;
    sim_cents sum = 0;
    report_fan(s, r);
    r->sessions = finished_first(s->finals_cents, s->finals_cents, s->order->sessions);
    qsort(s->finals_cents, r->sessions, sizeof *s->finals_cents, by_cents);
    for (uint64_t i = 0; i < r->sessions; i++) {
        sum += s->finals_cents[i];
    }
    r->mean_cents = (double)sum / sessions;
    r->rolls = c->rolls;
    r->ruined = c->ruined;
    r->stopped = c->stopped;
    memcpy(r->stopped_by, c->stopped_by, sizeof r->stopped_by);
    r->losing_most = c->losing_most;
    r->fall_most_cents = c->fall_most_cents;
    r->losing_mean = (double)c->losing_sum / sessions;
    r->fall_mean_cents = (double)c->fall_sum / sessions;
    r->interrupted = stopping(s) && r->sessions < s->order->sessions;
    r->rows = s->game.rows;
    r->finals_cents = s->finals_cents;
    s->finals_cents = NULL;
}

enum err simulate_run(const struct simulate_order *order, struct simulate_report *report)
{
    struct simulation *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ERR_NO_MEMORY;
    }
    double began_s = now_s();
    memset(report, 0, sizeof *report);
    s->order = order;
    s->report = report;
    sim_game_init(&s->game, &order->config, order->plan, order->bankroll_cents, order->seed,
        order->engine_only, order->every_number);
    plan_work(s);
    s->fan_sessions = least(order->sessions, SIMULATE_FAN_SESSIONS);
    s->finals_cents = malloc(order->sessions * sizeof *s->finals_cents);
    s->fan_cents = calloc(FAN_ROWS * s->fan_sessions, sizeof *s->fan_cents);
    enum err err = s->finals_cents == NULL || s->fan_cents == NULL ? ERR_NO_MEMORY : ERR_OK;
    for (uint64_t i = 0; err == ERR_OK && i < order->sessions; i++) {
        s->finals_cents[i] = UNFINISHED;
    }
    err = err == ERR_OK ? run_threads(s) : err;
    if (err == ERR_OK) {
        report->seconds = now_s() - began_s;
        report_counts(s, report);
    }
    free(s->finals_cents);
    free(s->fan_cents);
    free(s);
    return err;
}

void simulate_report_free(struct simulate_report *report)
{
    free(report->finals_cents);
    report->finals_cents = NULL;
}
