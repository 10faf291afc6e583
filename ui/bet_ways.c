#include "ui/bet_ways.h"

#include <string.h>

enum { PAYOUTS = 4 * BET_WAYS_BETS_MAX };

/* A player with these bets alone, marked as the account's are. */
static void player_set(struct table_player *p, const struct live *l, int account,
    const struct bet_ref *bets, const int64_t *cents, unsigned count)
{
    memset(p, 0, sizeof *p);
    p->seated = p->may_throw = true;
    for (unsigned i = 0; i < count; i++) {
        uint16_t slot = bet_slot(bets[i]);
        if (slot == BET_SLOT_NONE || cents[i] <= 0) {
            continue;
        }
        uint64_t bit = UINT64_C(1) << slot % 64;
        p->bet_cents[slot] = cents[i];
        p->live[slot / 64] |= bit;
        p->issued_cents += cents[i];
        if (account >= 0) {
            p->marked_off[slot / 64] |= l->players[account].marked_off[slot / 64] & bit;
            p->marked_on[slot / 64] |= l->players[account].marked_on[slot / 64] & bit;
        }
    }
}

/* Net of a decided bet: what stays up after a win was not paid back. */
static int64_t net_cents(const struct payout *p)
{
    bool stays = p->result == PAYOUT_WIN && bet_specs[p->bet.kind].stays_up;
    return stays ? p->paid_cents : p->paid_cents - p->amount_cents;
}

static void note(
    struct bet_ways *w, const struct roll_result *r, const struct bet_ref *bets, unsigned count)
{
    int64_t net = 0;
    unsigned decided = 0;
    unsigned moved = 0;
    uint16_t bit = (uint16_t)(1u << (r->die1 + r->die2));
    for (size_t i = 0; i < r->payout_count && i < PAYOUTS; i++) {
        moved += r->payouts[i].result == PAYOUT_TRAVEL;
        decided += r->payouts[i].result != PAYOUT_TRAVEL;
        net += r->payouts[i].result == PAYOUT_TRAVEL ? 0 : net_cents(&r->payouts[i]);
    }
    if (decided == 0) {
        w->moves += moved > 0;
        w->nothing += moved == 0;
    } else if (net > 0) {
        w->win_least_cents = w->win == 0 || net < w->win_least_cents ? net : w->win_least_cents;
        w->win_most_cents = net > w->win_most_cents ? net : w->win_most_cents;
        for (unsigned b = 0; w->win == 0 && b < count; b++) {
            for (size_t i = 0; i < r->payout_count && i < PAYOUTS; i++) {
                bool same = r->payouts[i].bet.kind == bets[b].kind &&
                            r->payouts[i].bet.number == bets[b].number;
                w->each_cents[b] += same ? net_cents(&r->payouts[i]) : 0;
            }
        }
        w->win++;
        w->win_totals |= bit;
    } else if (net < 0) {
        w->lose_least_cents =
            w->lose == 0 || -net < w->lose_least_cents ? -net : w->lose_least_cents;
        w->lose_most_cents = -net > w->lose_most_cents ? -net : w->lose_most_cents;
        w->lose++;
        w->lose_totals |= bit;
    } else {
        w->push++;
        w->push_totals |= bit;
    }
}

bool bet_ways(const struct live *l, int account, const struct bet_ref *bets, const int64_t *cents,
    unsigned count, struct bet_ways *out)
{
    struct payout payouts[PAYOUTS];
    struct table_player player;
    memset(out, 0, sizeof *out);
    count = count < BET_WAYS_BETS_MAX ? count : BET_WAYS_BETS_MAX;
    for (unsigned throw = 0; throw < THROWS; throw ++) {
        struct table t = l->table;
        struct roll_result r = {.payouts = payouts, .payout_capacity = PAYOUTS};
        player_set(&player, l, account, bets, cents, count);
        if (player.issued_cents == 0) {
            return false;
        }
        table_rebase(&t, &player, 1);
        t.player_count = 1;
        t.dice_seat = t.shooter = 0;
        t.bank_cents = 0;
        t.config.line_required = false;
        if (table_roll(&t, throw / 6 + 1, throw % 6 + 1, &r) != REFUSAL_NONE) {
            return false;
        }
        note(out, &r, bets, count);
    }
    return true;
}
