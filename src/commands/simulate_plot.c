#include "src/commands/simulate_report.h"

#include "ui/bet_text.h"

#include <inttypes.h>
#include <string.h>

enum { LABEL_CELLS = 9, BAR_CELLS = 9, EIGHTHS = 8 };

struct marks {
    const char *middle, *half, *most, *none, *axis;
    const char *eighths[EIGHTHS + 1];
};

static const struct marks unicode_marks = {
    "━", "▒", "░", " ", "│", {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"}};
static const struct marks ascii_marks = {
    "=", ":", ".", " ", "|", {"", "#", "#", "#", "#", "#", "#", "#", "#"}};

/* The next of 1, 2, 5, 10, 20 .. that is not below `cents`. */
static int64_t round_step(int64_t cents)
{
    int64_t step = 1;
    for (unsigned i = 0; step < cents; i++) {
        step = i % 3 == 1 ? step / 2 * 5 : step * 2;
    }
    return step;
}

static int64_t floor_to(int64_t cents, int64_t step)
{
    int64_t rest = cents % step;
    return cents - (rest < 0 ? rest + step : rest);
}

static unsigned row_of(const struct simulate_scale *s, int64_t cents)
{
    if (cents < s->low_cents) {
        return 0;
    }
    int64_t row = (cents - s->low_cents) / s->step_cents;
    return row >= (int64_t)s->rows ? s->rows - 1 : (unsigned)row;
}

struct simulate_scale simulate_scale_of(
    const struct simulate_order *order, const struct simulate_report *report)
{
    struct simulate_scale s = {0};
    int64_t low = order->bankroll_cents, high = order->bankroll_cents;
    for (unsigned i = 0; report->sessions > 0 && i <= SIMULATE_FAN_COLUMNS; i++) {
        const int64_t *fan = report->fan_cents[i];
        low = fan[0] < low ? fan[0] : low;
        high = fan[SIMULATE_PERCENTILES - 1] > high ? fan[SIMULATE_PERCENTILES - 1] : high;
    }
    /* One row is lost when `low` is rounded down. */
    s.step_cents = round_step((high - low) / (SIMULATE_SCALE_ROWS - 1) + 1);
    s.low_cents = floor_to(low, s.step_cents);
    s.rows = (unsigned)((high - s.low_cents) / s.step_cents) + 1;
    for (uint64_t i = 0; i < report->sessions; i++) {
        s.sessions[row_of(&s, report->finals_cents[i])]++;
    }
    return s;
}

static void print_label(FILE *out, int64_t cents)
{
    char text[MONEY_TEXT_MAX];
    money_text(cents, text);
    if (strlen(text) > LABEL_CELLS - 1) {
        money_short(cents, text);
    }
    fprintf(out, "%*.*s ", LABEL_CELLS - 1, LABEL_CELLS - 1, text);
}

static const char *mark_of(
    const struct simulate_scale *s, const int64_t *fan, unsigned row, const struct marks *m)
{
    unsigned at[SIMULATE_PERCENTILES];
    for (unsigned i = 0; i < SIMULATE_PERCENTILES; i++) {
        at[i] = row_of(s, fan[i]);
    }
    if (row == at[2]) {
        return m->middle;
    }
    if (row >= at[1] && row <= at[3]) {
        return m->half;
    }
    return row >= at[0] && row <= at[4] ? m->most : m->none;
}

static void print_bar(FILE *out, uint64_t count, uint64_t most, const struct marks *m)
{
    unsigned eighths = most == 0 ? 0 : (unsigned)(count * BAR_CELLS * EIGHTHS / most);
    eighths = count > 0 && eighths == 0 ? 1 : eighths;
    fputs(m->axis, out);
    for (; eighths >= EIGHTHS; eighths -= EIGHTHS) {
        fputs(m->eighths[EIGHTHS], out);
    }
    fputs(m->eighths[eighths], out);
    fputc('\n', out);
}

static void print_axis(FILE *out, uint64_t rolls)
{
    enum { TICKS = 3, WIDTH = SIMULATE_FAN_COLUMNS / TICKS };
    fprintf(out, "%*s0", LABEL_CELLS + 1, "");
    for (uint64_t i = 1; i <= TICKS; i++) {
        char text[MONEY_TEXT_MAX];
        money_text((int64_t)(rolls * i / TICKS) * 100, text);
        fprintf(out, "%*s", WIDTH - (i == 1), text);
    }
    fputs(" rolls\n", out);
}

void simulate_print_plot(
    FILE *out, const struct simulate_order *order, const struct simulate_report *report, bool ascii)
{
    const struct marks *m = ascii ? &ascii_marks : &unicode_marks;
    struct simulate_scale s = simulate_scale_of(order, report);
    uint64_t most = 0;
    for (unsigned i = 0; i < s.rows; i++) {
        most = s.sessions[i] > most ? s.sessions[i] : most;
    }
    fprintf(out, "%*sbankroll: %s half the sessions, %s 90 in 100, %s the middle%*sat the end\n",
        LABEL_CELLS, "", m->half, m->most, m->middle, 5, "");
    for (unsigned row = s.rows; row-- > 0;) {
        print_label(out, s.low_cents + (int64_t)row * s.step_cents);
        for (unsigned i = 0; i <= SIMULATE_FAN_COLUMNS; i++) {
            fputs(mark_of(&s, report->fan_cents[i], row, m), out);
        }
        print_bar(out, s.sessions[row], most, m);
    }
    print_axis(out, order->rolls);
}
