#include "game/tally.h"

#include <string.h>

void tally_init(struct tally *t, const uint8_t *id)
{
    memset(t, 0, sizeof *t);
    t->me = -1;
    t->hand.player = t->longest.player = EVENT_NOBODY;
    if (id != NULL) {
        memcpy(t->id, id, LIVE_ID_BYTES);
    }
}

int64_t tally_worth_cents(const struct live *l, uint32_t account)
{
    const struct table_player *p = &l->players[account];
    return p->balance_cents + table_layout_cents(p);
}

/* Who was here before begins with what he had, who is new with what is given out to him. */
static void meet(struct tally *t, const struct live *l, bool begin)
{
    static const uint8_t nobody[LIVE_ID_BYTES];
    for (uint32_t i = 0; i < l->account_count; i++) {
        struct tally_player *p = &t->players[i];
        int64_t issued = l->players[i].issued_cents;
        if (!p->seen && begin) {
            p->base_cents = tally_worth_cents(l, i) - issued;
        }
        p->seen = true;
        p->start_cents = p->base_cents + issued;
        p->end_cents = tally_worth_cents(l, i);
    }
    if (t->me < 0 && memcmp(t->id, nobody, LIVE_ID_BYTES) != 0) {
        t->me = (int16_t)live_find(l, t->id);
    }
}

void tally_begin(struct tally *t, const struct live *l)
{
    meet(t, l, true);
    t->point = l->table.point;
    t->hand.rolls = l->table.hand.rolls;
}

int64_t tally_net_cents(
    struct bet_ref bet, unsigned result, int64_t amount_cents, int64_t paid_cents)
{
    if (result == PAYOUT_TRAVEL || bet.kind >= BET_KIND_COUNT) {
        return 0;
    }
    bool stays = result == PAYOUT_WIN && bet_specs[bet.kind].stays_up;
    return stays ? paid_cents : paid_cents - amount_cents;
}

static void end_roll(struct tally *t)
{
    for (uint32_t i = 0; t->roll != 0 && i < LIVE_ACCOUNTS_MAX; i++) {
        if (t->roll_net_cents[i] > t->players[i].best_cents) {
            t->players[i].best_cents = t->roll_net_cents[i];
            t->players[i].best_roll = t->roll;
        }
    }
    t->roll = 0;
}

static void add_hand(struct tally *t, const struct event *e)
{
    t->hand.rolls++;
    t->hand.player = e->player;
    t->hand.ended = e->roll;
    if (t->hand.rolls > t->longest.rolls) {
        t->longest = t->hand;
    }
    if (e->player < LIVE_ACCOUNTS_MAX) {
        struct tally_player *p = &t->players[e->player];
        p->rolls++;
        p->longest_hand = t->hand.rolls > p->longest_hand ? t->hand.rolls : p->longest_hand;
    }
    if (e->flag) {
        t->hands++;
        t->hand_rolls += t->hand.rolls;
        t->hand.rolls = 0;
    }
}

static void add_roll(struct tally *t, const struct event *e)
{
    unsigned total = e->die1 + e->die2;
    if (e->die1 < 1 || e->die1 > 6 || e->die2 < 1 || e->die2 > 6) {
        return;
    }
    t->faces[e->die1 - 1][e->die2 - 1]++;
    t->last[t->rolls++ % TALLY_LAST_ROLLS] = (uint8_t)total;
    t->points_made += t->point != 0 && total == t->point;
    t->points_missed += t->point != 0 && e->flag;
    t->point = (uint8_t)e->value;
    add_hand(t, e);
    t->roll = e->roll;
    memset(t->roll_net_cents, 0, sizeof t->roll_net_cents);
}

static void add_payout(struct tally *t, const struct event *e)
{
    uint16_t slot = bet_slot(e->bet);
    if (t->roll == 0 || e->player >= LIVE_ACCOUNTS_MAX || slot == BET_SLOT_NONE ||
        e->value == PAYOUT_TRAVEL) {
        return;
    }
    int64_t net = tally_net_cents(e->bet, e->value, e->amount_cents, e->paid_cents);
    struct tally_player *p = &t->players[e->player];
    t->roll_net_cents[e->player] += net;
    p->won += e->value == PAYOUT_WIN;
    p->lost += e->value == PAYOUT_LOSE;
    p->pushed += e->value == PAYOUT_PUSH;
    if (e->player == t->me) {
        struct tally_bet *b = &t->bets[slot];
        b->decided++;
        b->won += e->value == PAYOUT_WIN;
        b->staked_cents += e->amount_cents;
        b->net_cents += net;
    }
}

/* A split voids the throw that was out and begins a new hand (protocol B.5). */
static void add_void(struct tally *t)
{
    t->voided++;
    t->point = 0;
    t->hand.rolls = 0;
}

void tally_add(struct tally *t, const struct live *after, const struct event *events, size_t count)
{
    meet(t, after, false);
    for (size_t i = 0; i < count; i++) {
        const struct event *e = &events[i];
        if (e->kind != EVENT_PAYOUT && e->kind != EVENT_BALANCE) {
            end_roll(t);
        }
        if (e->kind == EVENT_ROLL) {
            add_roll(t, e);
        } else if (e->kind == EVENT_PAYOUT) {
            add_payout(t, e);
        } else if (e->kind == EVENT_VOID) {
            add_void(t);
        }
    }
    end_roll(t);
}

uint64_t tally_total(const struct tally *t, unsigned total)
{
    uint64_t sum = 0;
    for (unsigned d = 1; d <= 6; d++) {
        if (total > d && total - d <= 6) {
            sum += t->faces[d - 1][total - d - 1];
        }
    }
    return sum;
}

int tally_hit_permille(uint32_t won, uint32_t lost)
{
    uint64_t all = (uint64_t)won + lost;
    return all == 0 ? -1 : (int)(((uint64_t)won * 1000 + all / 2) / all);
}
