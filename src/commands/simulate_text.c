#include "src/commands/simulate_report.h"

#include "ui/bet_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { ERROR_CELLS = 10 };

/* Chips in at most so many cells: without cents, or to four digits, where they need more. */
static const char *wide_text(sim_cents cents, size_t cells, char out[MONEY_TEXT_MAX])
{
    if (cents <= INT64_MAX && cents >= INT64_MIN) {
        int64_t few = (int64_t)cents;
        if (strlen(money_text(few, out)) > cells) {
            money_text(few / 100 * 100, out);
        }
        if (strlen(out) <= cells) {
            return out;
        }
    }
    snprintf(out, MONEY_TEXT_MAX, "%.4g", (double)cents / 100);
    return out;
}

/* Whole chips from 100 on, and no more than nine cells of them. */
static const char *chips_text(int64_t cents, char out[MONEY_TEXT_MAX])
{
    int64_t half = cents < 0 ? -50 : 50;
    cents = cents >= 10000 || cents <= -10000 ? (cents + half) / 100 * 100 : cents;
    return strlen(money_text(cents, out)) > 9 ? money_short(cents, out) : out;
}

static const char *count_text(uint64_t count, char out[MONEY_TEXT_MAX])
{
    return money_text(count > INT64_MAX / 100 ? INT64_MAX : (int64_t)count * 100, out);
}

const char *simulate_row_name(const struct sim_row *row, char out[SIMULATE_NAME_BYTES])
{
    int used = snprintf(out, SIMULATE_NAME_BYTES, "%s", bet_specs[row->first.kind].name);
    if (row->first.kind == BET_HOP) {
        snprintf(out + used, SIMULATE_NAME_BYTES - (size_t)used, "%s",
            row->first.number % 11 == 0 ? " of a pair" : " of two faces");
        return out;
    }
    for (unsigned n = 2; n < BET_NUMBER_LIMIT && !bet_is_odds(row->first.kind); n++) {
        if ((row->numbers >> n & 1) != 0) {
            used += snprintf(out + used, SIMULATE_NAME_BYTES - (size_t)used, " %u", n);
        }
    }
    return out;
}

static void print_head(
    FILE *out, const struct simulate_order *o, const struct simulate_report *r, const char *name)
{
    char sessions[MONEY_TEXT_MAX], asked[MONEY_TEXT_MAX], rolls[MONEY_TEXT_MAX],
        bankroll[MONEY_TEXT_MAX];
    count_text(r->sessions, sessions);
    count_text(o->rolls, rolls);
    money_text(o->bankroll_cents, bankroll);
    if (r->interrupted) {
        printf("STOPPED EARLY: %s of %s sessions\n", sessions, count_text(o->sessions, asked));
    }
    fprintf(out, "%s: %s session%s of %s roll%s with %s, seed %" PRIu64 "\n", name, sessions,
        r->sessions == 1 ? "" : "s", rolls, o->rolls == 1 ? "" : "s", bankroll, o->seed);
}

static void print_edge(FILE *out, const struct simulate_report *r, const char *plus_minus)
{
    const struct sim_sum *all = &r->tally.sum[SIM_ROWS_MAX];
    double error = sim_edge_error(all, &r->tally.moments[SIM_ROWS_MAX]);
    char staked[MONEY_TEXT_MAX], back[MONEY_TEXT_MAX];
    if (all->staked == 0) {
        fputs("  house edge  nothing was decided\n", out);
        return;
    }
    fprintf(out, "  house edge  %.3f%%", 100 * sim_edge(all));
    if (!isnan(error)) {
        fprintf(out, " %s %.3f", plus_minus, 100 * error);
    }
    fprintf(out, " of %s bet; %s came back\n", wide_text(all->staked, 16, staked),
        wide_text(all->staked + all->net, 16, back));
}

static void print_ends(FILE *out, const struct simulate_order *o, const struct simulate_report *r)
{
    double whole = r->sessions == 0 ? 1 : (double)r->sessions;
    fprintf(out, "  sessions    %.2f%% ruined", 100 * (double)r->ruined / whole);
    for (unsigned i = 0; o->plan != NULL && i < o->plan->stop_count; i++) {
        fprintf(
            out, ", %.2f%% by %s", 100 * (double)r->stopped_by[i] / whole, o->plan->stops[i].text);
    }
    fprintf(out, ", %.2f%% to the last roll\n",
        100 * (whole - (double)r->ruined - (double)r->stopped) / whole);
}

static void print_figures(FILE *out, const struct simulate_order *o,
    const struct simulate_report *r, const char *plus_minus)
{
    char text[MONEY_TEXT_MAX];
    print_edge(out, r, plus_minus);
    if (r->sessions == 0) {
        return;
    }
    fputs("  at the end ", out);
    for (unsigned i = 0; i < SIMULATE_PERCENTILES; i++) {
        fprintf(out, " p%u %s ", simulate_percentiles[i],
            chips_text(
                simulate_percentile(r->finals_cents, r->sessions, simulate_percentiles[i]), text));
    }
    fprintf(out, " mean %s\n", chips_text((int64_t)llround(r->mean_cents), text));
    print_ends(out, o, r);
    fprintf(out, "  worst       %u losing rolls in a row (on average %.1f); a fall of %s",
        r->losing_most, r->losing_mean, chips_text(r->fall_most_cents, text));
    fprintf(out, " (%s)\n", chips_text((int64_t)llround(r->fall_mean_cents), text));
}

static void print_bet(FILE *out, const struct sim_row *row, const struct sim_sum *sum,
    const struct sim_moments *moments, const char *plus_minus)
{
    char name[SIMULATE_NAME_BYTES], decided[MONEY_TEXT_MAX], staked[MONEY_TEXT_MAX];
    char net[MONEY_TEXT_MAX];
    double error = sim_edge_error(sum, moments);
    fprintf(out, "%-18.18s %10s %11s %11s %8.3f", simulate_row_name(row, name),
        wide_text((sim_cents)sum->decided * 100, 10, decided), wide_text(sum->staked, 11, staked),
        wide_text(sum->net, 11, net), 100 * sim_edge(sum));
    if (isnan(error)) {
        fprintf(out, "%*s", ERROR_CELLS, "");
    } else {
        fprintf(out, " %s %-*.3f", plus_minus, ERROR_CELLS - 4, 100 * error);
    }
    fprintf(out, " %6.3f\n", 100 * row->edge.value);
}

static void print_bets(FILE *out, const struct simulate_report *r, const char *plus_minus)
{
    fprintf(out, "\n%-18s %10s %11s %11s %% measured %14s\n", "bet", "decided", "bet", "net",
        "% exact");
    for (unsigned i = 0; i < r->rows.count; i++) {
        if (r->tally.sum[i].decided != 0) {
            print_bet(out, &r->rows.rows[i], &r->tally.sum[i], &r->tally.moments[i], plus_minus);
        }
    }
}

void simulate_print_text(FILE *out, const struct simulate_order *order,
    const struct simulate_report *report, const char *name, bool ascii)
{
    const char *plus_minus = ascii ? "+-" : "±";
    char rolls[MONEY_TEXT_MAX], rate[MONEY_TEXT_MAX];
    print_head(out, order, report, name);
    print_figures(out, order, report, plus_minus);
    if (report->sessions > 0) {
        fputc('\n', out);
        simulate_print_plot(out, order, report, ascii);
    }
    if (report->tally.sum[SIM_ROWS_MAX].decided != 0) {
        print_bets(out, report, plus_minus);
    }
    double per_s = report->seconds > 0 ? (double)report->rolls / report->seconds : 0;
    fprintf(out, "%s rolls in %.2f s, %s a second on %u thread%s\n",
        count_text(report->rolls, rolls), report->seconds, count_text((uint64_t)per_s, rate),
        order->threads, order->threads == 1 ? "" : "s");
}
