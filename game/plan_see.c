#include "game/plan_place.h"

void plan_window(struct plan_run *run)
{
    run->action = 0;
    run->entered = false;
    run->applies = false;
    run->bet = 0;
    run->moves = 0;
}

int64_t plan_total_cents(const struct table_player *p)
{
    return p->balance_cents + table_layout_cents(p) - p->issued_cents;
}

void plan_begin(
    struct plan_run *run, const struct plan *plan, const struct table *t, uint32_t player)
{
    *run = (struct plan_run){.unit_cents = plan->unit_cents, .hands = 1};
    run->base_cents = plan_total_cents(&t->players[player]);
    for (unsigned i = 0; i < plan->name_count; i++) {
        run->values[i] = plan->names[i].start;
    }
}

void plan_forget(struct plan_run *run)
{
    run->seen = false;
    run->seven_out = false;
    run->point_made = false;
    run->point_set = false;
    run->total = 0;
    memset(run->won, 0, sizeof run->won);
    memset(run->lost, 0, sizeof run->lost);
    memset(run->pushed, 0, sizeof run->pushed);
}

void plan_saw_roll(struct plan_run *run, const struct plan_roll *roll)
{
    plan_forget(run);
    plan_window(run);
    run->seen = true;
    run->total = roll->total;
    run->seven_out = roll->seven_out;
    run->point_made = roll->point_made;
    run->point_set = roll->point_set;
    run->rolls++;
    run->hands += roll->seven_out;
}

void plan_saw_payout(struct plan_run *run, struct bet_ref bet, enum payout_result result,
    int64_t stake_cents, int64_t paid_cents)
{
    uint16_t slot = bet_slot(bet);
    uint64_t *set = result == PAYOUT_WIN    ? run->won
                    : result == PAYOUT_LOSE ? run->lost
                    : result == PAYOUT_PUSH ? run->pushed
                                            : NULL;
    if (slot == BET_SLOT_NONE || set == NULL) {
        return;
    }
    set[slot / 64] |= slot_bit(slot);
    if (result == PAYOUT_WIN) {
        run->won_cents[slot] = bet_specs[bet.kind].stays_up ? paid_cents : paid_cents - stake_cents;
    }
}

void plan_saw(struct plan_run *run, const struct roll_result *result, uint32_t player)
{
    struct plan_roll roll = {
        .total = (uint8_t)(result->die1 + result->die2),
        .seven_out = result->seven_out,
        .point_made = result->point_made,
        .point_set = result->point_before == 0 && result->point_after != 0,
    };
    plan_saw_roll(run, &roll);
    size_t count = result->payout_count < result->payout_capacity ? result->payout_count
                                                                  : result->payout_capacity;
    for (size_t i = 0; i < count; i++) {
        const struct payout *p = &result->payouts[i];
        if (p->player == player) {
            plan_saw_payout(
                run, p->bet, (enum payout_result)p->result, p->amount_cents, p->paid_cents);
        }
    }
}

static void write_set(struct writer *w, const uint64_t set[BET_SLOT_WORDS])
{
    for (unsigned i = 0; i < BET_SLOT_WORDS; i++) {
        write_u64(w, set[i]);
    }
}

/* What the last roll did, as far as the plan can tell. */
static void write_events(const struct plan_run *run, const struct plan *plan, struct writer *w)
{
    write_u8(w, run->total);
    write_u8(w, (uint8_t)(run->seven_out | run->point_made << 1 | run->point_set << 2));
    write_set(w, run->won);
    write_set(w, run->lost);
    write_set(w, run->pushed);
    for (uint16_t slot = 0; (plan->reads & PLAN_READS_WINNINGS) != 0 && slot < BET_SLOT_COUNT;
         slot++) {
        if (plan_in_set(run->won, slot)) {
            write_u64(w, (uint64_t)run->won_cents[slot]);
        }
    }
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void plan_mind(const struct plan_run *run, const struct plan *plan, struct writer *w)
{
    bool done =
        run->stopped_line != 0 || run->action >= plan->action_count || run->moves >= PLAN_MOVES_MAX;
    write_u8(w, run->stopped_line != 0);
    write_u8(w, done);
    write_u64(w, (uint64_t)run->unit_cents);
    write_u64(w, plan_reads_balance(plan) ? (uint64_t)run->base_cents : 0);
    write_u64(w, least(run->rolls, plan->rolls_told));
    write_u64(w, least(run->hands, plan->hands_told));
    for (unsigned i = 0; i < plan->name_count; i++) {
        write_u32(w, run->values[i]);
    }
    if (!done) {
        write_u8(w, run->action);
        write_u8(w, (uint8_t)(run->entered | run->applies << 1));
        write_u16(w, run->bet);
        write_u16(w, run->moves);
        write_u8(w, run->seen);
        write_events(run, plan, w);
    }
}
