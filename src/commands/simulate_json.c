#include "src/commands/simulate_report.h"

#include <jansson.h>
#include <math.h>

enum { SCHEMA = 1 };

/* Percent to a millionth; null where there is none. */
static json_t *percent(double part)
{
    return isnan(part) ? json_null() : json_real(round(part * 1e8) / 1e6);
}

static json_t *share(uint64_t count, uint64_t whole)
{
    return percent(whole == 0 ? 0 : (double)count / (double)whole);
}

/* A whole number as long as it fits. */
static json_t *cents(sim_cents value)
{
    return value <= INT64_MAX && value >= INT64_MIN ? json_integer((json_int_t)value)
                                                    : json_real((double)value);
}

static json_t *bankroll_json(const struct simulate_order *o, const struct simulate_report *r)
{
    json_t *b = json_pack("{s:I}", "start", (json_int_t)o->bankroll_cents);
    for (unsigned i = 0; i < SIMULATE_PERCENTILES; i++) {
        char name[8];
        snprintf(name, sizeof name, "p%u", simulate_percentiles[i]);
        json_object_set_new(b, name,
            json_integer(
                simulate_percentile(r->finals_cents, r->sessions, simulate_percentiles[i])));
    }
    json_object_set_new(b, "mean", json_real(round(r->mean_cents * 100) / 100));
    return b;
}

static json_t *bets_json(const struct simulate_report *r)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < r->rows.count; i++) {
        const struct sim_row *row = &r->rows.rows[i];
        const struct sim_sum *sum = &r->tally.sum[i];
        char name[SIMULATE_NAME_BYTES], exact[ODDS_FRACTION_MAX];
        if (sum->decided == 0) {
            continue;
        }
        json_array_append_new(list,
            json_pack("{s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:s, s:o}", "bet",
                bet_specs[row->first.kind].name, "name", simulate_row_name(row, name), "decided",
                (json_int_t)sum->decided, "won", (json_int_t)sum->won, "wagered",
                cents(sum->staked), "net", cents(sum->net), "edge_percent", percent(sim_edge(sum)),
                "stderr_percent", percent(sim_edge_error(sum, &r->tally.moments[i])), "exact",
                odds_text(&row->edge, exact, sizeof exact), "exact_percent",
                percent(row->edge.value)));
    }
    return list;
}

static json_t *fan_json(const struct simulate_order *o, const struct simulate_report *r)
{
    json_t *list = json_array();
    for (unsigned i = 0; i <= SIMULATE_FAN_COLUMNS; i++) {
        const int64_t *fan = r->fan_cents[i];
        json_array_append_new(
            list, json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "roll",
                      (json_int_t)(o->rolls * i / SIMULATE_FAN_COLUMNS), "p5", (json_int_t)fan[0],
                      "p25", (json_int_t)fan[1], "p50", (json_int_t)fan[2], "p75",
                      (json_int_t)fan[3], "p95", (json_int_t)fan[4]));
    }
    return list;
}

static json_t *histogram_json(const struct simulate_order *o, const struct simulate_report *r)
{
    struct simulate_scale s = simulate_scale_of(o, r);
    json_t *list = json_array();
    for (unsigned i = 0; i < s.rows; i++) {
        json_array_append_new(list,
            json_pack("{s:I, s:I}", "from", (json_int_t)(s.low_cents + (int64_t)i * s.step_cents),
                "sessions", (json_int_t)s.sessions[i]));
    }
    return list;
}

static json_t *stops_json(const struct simulate_order *o, const struct simulate_report *r)
{
    json_t *list = json_array();
    for (unsigned i = 0; o->plan != NULL && i < o->plan->stop_count; i++) {
        json_array_append_new(list, json_pack("{s:s, s:I}", "when", o->plan->stops[i].text,
                                        "sessions", (json_int_t)r->stopped_by[i]));
    }
    return list;
}

bool simulate_print_json(
    FILE *out, const struct simulate_order *o, const struct simulate_report *r, const char *name)
{
    const struct sim_sum *all = &r->tally.sum[SIM_ROWS_MAX];
    double error = sim_edge_error(all, &r->tally.moments[SIM_ROWS_MAX]);
    json_t *d = json_pack("{s:i, s:s, s:I, s:I, s:i, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o}",
        "schema", SCHEMA, "strategy", name, "rolls", (json_int_t)o->rolls, "seed",
        (json_int_t)o->seed, "threads", (int)o->threads, "wagered", cents(all->staked), "returned",
        cents(all->staked + all->net), "edge_percent", percent(sim_edge(all)), "stderr_percent",
        percent(error), "sessions", (json_int_t)r->sessions, "bankroll", bankroll_json(o, r),
        "ruin_percent", share(r->ruined, r->sessions), "stopped_percent",
        share(r->stopped, r->sessions));
    json_t *more = json_pack("{s:f, s:I, s:b, s:{s:I, s:f}, s:{s:I, s:f}, s:o, s:o, s:o, s:o}",
        "rolls_per_s", r->seconds > 0 ? round((double)r->rolls / r->seconds) : 0.0, "rolls_played",
        (json_int_t)r->rolls, "interrupted", r->interrupted, "losing_run", "longest",
        (json_int_t)r->losing_most, "mean", round(r->losing_mean * 100) / 100, "drawdown",
        "deepest", (json_int_t)r->fall_most_cents, "mean", round(r->fall_mean_cents * 100) / 100,
        "stops", stops_json(o, r), "bets", bets_json(r), "fan", fan_json(o, r), "histogram",
        histogram_json(o, r));
    bool good = d != NULL && more != NULL && json_object_update(d, more) == 0 &&
                json_dumpf(d, out, JSON_COMPACT | JSON_REAL_PRECISION(12)) == 0;
    if (good) {
        fputc('\n', out);
    }
    json_decref(more);
    json_decref(d);
    return good;
}
