#include "src/simulate_tally.h"

#include "game/pay.h"

#include <math.h>
#include <string.h>

/* The number by which a bet's exact odds are asked for: what lies on a number came from the box, line odds cost nothing on any
 * point. */
static bool exact_edge(
    const struct table_config *config, struct bet_ref bet, struct odds_value *edge)
{
    struct odds odds;
    bool line_odds = bet.kind == BET_PASS_ODDS || bet.kind == BET_DONT_PASS_ODDS;
    if (bet_specs[bet.kind].form == BET_NUMBER_TRAVELLED) {
        bet.number = 0;
    }
    if (!odds_of(config, bet, line_odds ? 6 : 0, &odds)) {
        return false;
    }
    *edge = odds.edge;
    return true;
}

static bool same_value(const struct odds_value *a, const struct odds_value *b)
{
    return a->num == b->num && a->den == b->den &&
           (a->text == b->text ||
               (a->text != NULL && b->text != NULL && strcmp(a->text, b->text) == 0));
}

static bool same_row(const struct sim_row *row, struct bet_ref bet, const struct odds_value *edge)
{
    if (row->first.kind != bet.kind) {
        return false;
    }
    return bet_is_odds(bet.kind) || bet_specs[bet.kind].form == BET_NUMBER_TRAVELLED ||
           same_value(&row->edge, edge);
}

void sim_rows_make(
    struct sim_rows *rows, const struct table_config *config, uint64_t makes, bool every_number)
{
    memset(rows, 0, sizeof *rows);
    for (unsigned kind = 0; kind < BET_KIND_COUNT; kind++) {
        unsigned first = rows->count;
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            struct bet_ref bet = bet_of_slot(slot);
            struct odds_value edge;
            if (bet.kind != kind || (makes >> kind & 1) == 0 || !exact_edge(config, bet, &edge)) {
                continue;
            }
            unsigned row = first;
            bool apart = every_number && bet_specs[kind].form != BET_NUMBER_TRAVELLED;
            while (row < rows->count && (apart || !same_row(&rows->rows[row], bet, &edge))) {
                row++;
            }
            if (row == rows->count) {
                rows->rows[rows->count++] = (struct sim_row){bet, 0, edge};
            }
            if (bet_specs[kind].form == BET_NUMBER_POINT) {
                rows->rows[row].numbers |= (uint16_t)(1u << bet.number);
            }
            rows->row_of_slot[slot] = (uint8_t)row;
        }
    }
}

bool sim_item_of(struct sim_item *item, const struct sim_rows *rows,
    const struct table_config *config, const struct payout *payout)
{
    if (payout->result == PAYOUT_TRAVEL) {
        return false;
    }
    /* A buy that stays up has paid the vig of its next decision out of the winnings; what it cost for this one is gone. */
    int64_t vig = pay_upfront_cents(config, payout->bet, payout->amount_cents);
    bool up = payout->result == PAYOUT_WIN && bet_specs[payout->bet.kind].stays_up;
    int64_t staked = payout->amount_cents + vig;
    *item = (struct sim_item){
        .row = rows->row_of_slot[bet_slot(payout->bet)],
        .decided = 1,
        .won = payout->result == PAYOUT_WIN,
        .staked_cents = staked,
        .net_cents = payout->paid_cents - (up ? 0 : staked),
    };
    return true;
}

static void add_sum(struct sim_sum *to, const struct sim_sum *s)
{
    to->staked += s->staked;
    to->net += s->net;
    to->decided += s->decided;
    to->won += s->won;
}

static void add_unit(struct sim_tally *t, unsigned row, const struct sim_sum *unit)
{
    double w = (double)unit->staked, n = (double)unit->net;
    add_sum(&t->sum[row], unit);
    t->moments[row].staked2 += w * w;
    t->moments[row].staked_net += w * n;
    t->moments[row].net2 += n * n;
    t->moments[row].units++;
}

void sim_tally_end_unit(struct sim_tally *t, unsigned rows)
{
    struct sim_sum all = {0};
    for (unsigned row = 0; row < rows; row++) {
        if (t->unit[row].decided != 0) {
            add_sum(&all, &t->unit[row]);
            add_unit(t, row, &t->unit[row]);
            t->unit[row] = (struct sim_sum){0};
        }
    }
    if (all.decided != 0) {
        add_unit(t, SIM_ROWS_MAX, &all);
    }
}

void sim_tally_merge(struct sim_tally *t, const struct sim_tally *more, unsigned rows)
{
    for (unsigned i = 0; i <= rows; i++) {
        unsigned row = i == rows ? SIM_ROWS_MAX : i;
        const struct sim_moments *m = &more->moments[row];
        add_sum(&t->sum[row], &more->sum[row]);
        t->moments[row].staked2 += m->staked2;
        t->moments[row].staked_net += m->staked_net;
        t->moments[row].net2 += m->net2;
        t->moments[row].units += m->units;
    }
}

double sim_edge(const struct sim_sum *sum)
{
    return sum->staked == 0 ? (double)NAN : (double)-sum->net / (double)sum->staked;
}

double sim_edge_error(const struct sim_sum *sum, const struct sim_moments *moments)
{
    if (moments->units < 2 || sum->staked == 0) {
        return (double)NAN;
    }
    double r = -sim_edge(sum), m = (double)moments->units;
    double squares = moments->net2 - 2 * r * moments->staked_net + r * r * moments->staked2;
    return sqrt(squares > 0 ? squares * m / (m - 1) : 0) / (double)sum->staked;
}
