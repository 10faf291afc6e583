#include "game/invariants_internal.h"

#include <string.h>

/* A roll lists at most so many payouts; with more nothing is asked that needs them all. */
enum { SLOTS_A_WORD = 64, SEVEN = 7, PAYOUTS_LISTED = 4000 };

/* Well below what a bank can hold, a throw is never refused once it is out. */
#define BANK_ROLLS_CENTS (INT64_C(1) << 60)

/* A walk along what one step emitted. */
struct walk {
    const struct live *before, *after;
    const struct event_sink *events;
    struct invariant_fault *fault;
    uint8_t point;
    bool fresh, rolling;
    uint32_t rolls;
    size_t roll_at; /* index behind the last EVENT_ROLL */
    uint8_t point_before_roll;
    unsigned total;
    bool seven_out;
    int64_t moved[LIVE_ACCOUNTS_MAX]; /* what each player's chips have to have changed by */
};

static bool fail(struct walk *w, enum invariant kind, uint32_t player, const struct bet_ref *bet,
    int64_t have, int64_t want)
{
    return invariant_fail(w->fault, kind, player, bet, have, want);
}

static bool bet_made(struct walk *w, const struct event *e)
{
    const struct invariant_kind *k = &invariant_kinds[e->bet.kind];
    bool now = true;
    switch (k->family) {
    case FAMILY_LINE:
    case FAMILY_MUGGSY:
        now = w->point == 0;
        break;
    case FAMILY_BOX:
        now = w->point != 0 && e->bet.number == 0;
        break;
    case FAMILY_PUT:
    case FAMILY_LINE_ODDS:
        now = w->point != 0;
        break;
    case FAMILY_HAND:
        now = w->fresh;
        break;
    default:
        break;
    }
    now = now && e->amount_cents > 0 && e->amount_cents % k->multiple == 0;
    return now || fail(w, INVARIANT_BET, e->player, &e->bet, e->amount_cents, w->point);
}

static bool puck_moved(struct walk *w, const struct event *e)
{
    bool crapless = w->after->table.config.crapless;
    unsigned total = (unsigned)e->die1 + e->die2;
    bool dice = e->die1 >= 1 && e->die1 <= 6 && e->die2 >= 1 && e->die2 <= 6;
    bool box = total != SEVEN && (crapless || (total >= 4 && total <= 10));
    unsigned want = w->point;
    if (w->point == 0) {
        want = box ? total : 0;
    } else if (total == w->point || total == SEVEN) {
        want = 0;
    }
    bool seven_out = w->point != 0 && total == SEVEN;
    if (!dice || e->value != want || e->flag != seven_out || e->player >= w->after->account_count) {
        return fail(w, INVARIANT_DICE, e->player, NULL, e->value, want);
    }
    w->point_before_roll = w->point;
    w->point = (uint8_t)want;
    w->fresh = seven_out;
    w->total = total;
    w->seven_out = seven_out;
    w->rolls++;
    w->rolling = false;
    return e->roll == w->before->roll + w->rolls ||
           fail(w, INVARIANT_ROLLS, e->player, NULL, (int64_t)e->roll,
               (int64_t)(w->before->roll + w->rolls));
}

static bool payout_counted(struct walk *w, const struct event *e)
{
    const struct bet_ref bet = e->bet;
    bool stays = e->value == PAYOUT_TRAVEL ||
                 (e->value == PAYOUT_WIN &&
                     (bet.kind == BET_PLACE || bet.kind == BET_BUY || bet.kind == BET_HARD ||
                         bet.kind == BET_BIG6 || bet.kind == BET_BIG8));
    int64_t down = stays ? 0
                         : e->amount_cents +
                               invariant_vig_cents(&w->after->table.config, bet, e->amount_cents);
    bool fair = e->paid_cents >= 0 && e->amount_cents > 0 &&
                (e->value != PAYOUT_LOSE || e->paid_cents == 0) &&
                (e->value != PAYOUT_TRAVEL || e->paid_cents == 0) &&
                (e->value != PAYOUT_PUSH || e->paid_cents == e->amount_cents);
    w->moved[e->player] += e->paid_cents - down;
    return fair || fail(w, INVARIANT_PAID, e->player, &bet, e->paid_cents, e->amount_cents);
}

static bool walk_one(struct walk *w, const struct event *e)
{
    bool moves = e->kind == EVENT_BET || e->kind == EVENT_TAKE || e->kind == EVENT_MARK ||
                 e->kind == EVENT_REBUY;
    bool about_bet = e->kind == EVENT_PAYOUT || (moves && e->kind != EVENT_REBUY);
    if ((moves || e->kind == EVENT_PAYOUT) &&
        (e->player >= w->after->account_count ||
            (about_bet && bet_slot(e->bet) == BET_SLOT_NONE))) {
        return fail(w, INVARIANT_SHAPE, e->player, NULL, e->player, w->after->account_count);
    }
    if (moves && w->rolling) {
        return fail(
            w, INVARIANT_DICE_OUT, e->player, about_bet ? &e->bet : NULL, e->amount_cents, 0);
    }
    switch (e->kind) {
    case EVENT_SEATED:
        if (e->player < w->after->account_count && !e->flag) {
            w->moved[e->player] += w->after->rules.buy_in_cents;
        }
        return true;
    case EVENT_REBUY:
        w->moved[e->player] += w->after->rules.buy_in_cents;
        return true;
    case EVENT_THROW:
        w->rolling = true;
        return true;
    case EVENT_BET:
        return bet_made(w, e);
    case EVENT_TAKE:
        return !invariant_contract(e->bet, w->point, w->fresh) ||
               fail(w, INVARIANT_CONTRACT, e->player, &e->bet, e->amount_cents, 0);
    case EVENT_ROLL:
        w->roll_at = (size_t)(e - w->events->items) + 1;
        return puck_moved(w, e);
    case EVENT_PAYOUT:
        return payout_counted(w, e);
    default:
        return true;
    }
}

/* All that a player has in play: rack, layout, and the vig that the bank holds for what lies there. */
static int64_t held_cents(const struct live *l, uint32_t i)
{
    const struct table_player *p = &l->players[i];
    int64_t sum = p->balance_cents;
    for (unsigned word = 0; word < BET_SLOT_WORDS; word++) {
        for (uint64_t bits = p->live[word]; bits != 0; bits &= bits - 1) {
            unsigned slot = word * SLOTS_A_WORD + (unsigned)__builtin_ctzll(bits);
            sum += p->bet_cents[slot] + invariant_vig_cents(&l->table.config,
                                            bet_of_slot((uint16_t)slot), p->bet_cents[slot]);
        }
    }
    return sum;
}

static bool money_moved(struct walk *w)
{
    for (uint32_t i = 0; i < w->after->account_count; i++) {
        int64_t was = i < w->before->account_count ? held_cents(w->before, i) : 0;
        int64_t is = held_cents(w->after, i);
        if (is != was + w->moved[i]) {
            return fail(w, INVARIANT_PAID, i, NULL, is, was + w->moved[i]);
        }
    }
    return true;
}

/* Does the last roll leave nothing of such a bet. */
static bool gone_after_roll(const struct walk *w, struct bet_ref bet)
{
    switch (invariant_kinds[bet.kind].family) {
    case FAMILY_ONE_ROLL:
        return true;
    case FAMILY_LINE:
    case FAMILY_LINE_ODDS:
        return w->point == 0;
    case FAMILY_BOX:
        return bet.number == 0 || w->seven_out;
    case FAMILY_PUT:
        return w->seven_out;
    case FAMILY_HAND:
        return w->seven_out;
    case FAMILY_MUGGSY:
        return w->point_before_roll != 0 || w->point == 0;
    default:
        return false;
    }
}

/* What came onto that slot after the last roll. */
static int64_t made_since(const struct walk *w, uint32_t player, struct bet_ref bet)
{
    int64_t sum = 0;
    for (size_t i = w->roll_at; i < w->events->count; i++) {
        const struct event *e = &w->events->items[i];
        if (e->player == player && e->bet.kind == bet.kind && e->bet.number == bet.number) {
            sum += e->kind == EVENT_BET ? e->amount_cents : 0;
            sum -= e->kind == EVENT_TAKE ? e->amount_cents : 0;
        }
    }
    return sum;
}

/* A come bet that has travelled from the box with this very roll is none that the seven took: there is no such roll. */
static bool decided_are_gone(struct walk *w)
{
    for (uint32_t i = 0; i < w->after->account_count; i++) {
        const struct table_player *p = &w->after->players[i];
        for (unsigned word = 0; word < BET_SLOT_WORDS; word++) {
            for (uint64_t bits = p->live[word]; bits != 0; bits &= bits - 1) {
                unsigned slot = word * SLOTS_A_WORD + (unsigned)__builtin_ctzll(bits);
                struct bet_ref bet = bet_of_slot((uint16_t)slot);
                if (gone_after_roll(w, bet) && made_since(w, i, bet) != p->bet_cents[slot]) {
                    return fail(
                        w, INVARIANT_DECIDED, i, &bet, p->bet_cents[slot], made_since(w, i, bet));
                }
            }
        }
    }
    return true;
}

/* Without a roll: contract bets neither shrink nor, where that is not allowed, grow. */
static bool contracts_stand(struct walk *w, uint32_t i)
{
    const struct table_player *was = &w->before->players[i], *is = &w->after->players[i];
    if (memcmp(was->bet_cents, is->bet_cents, sizeof is->bet_cents) == 0) {
        return true;
    }
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        int64_t by = is->bet_cents[slot] - was->bet_cents[slot];
        struct bet_ref bet = bet_of_slot(slot);
        unsigned family = invariant_kinds[bet.kind].family;
        bool flat =
            (family == FAMILY_LINE && w->point != 0) || (family == FAMILY_BOX && bet.number != 0) ||
            (family == FAMILY_HAND && !w->fresh) || (family == FAMILY_MUGGSY && w->point != 0);
        if ((by < 0 && invariant_contract(bet, w->point, w->fresh)) || (by > 0 && flat)) {
            return fail(w, INVARIANT_CONTRACT, i, &bet, is->bet_cents[slot], was->bet_cents[slot]);
        }
    }
    return true;
}

/* What only grows or stays, whatever the step was. */
static bool forever(struct walk *w)
{
    const struct live *b = w->before, *a = w->after;
    if (a->account_count < b->account_count || a->roll < b->roll ||
        a->window_instance < b->window_instance || a->shooter_instance < b->shooter_instance ||
        (b->started && !a->started)) {
        return fail(w, INVARIANT_FOREVER, EVENT_NOBODY, NULL, (int64_t)a->roll, (int64_t)b->roll);
    }
    for (uint32_t i = 0; i < b->account_count; i++) {
        const struct live_account *was = &b->accounts[i], *is = &a->accounts[i];
        if (memcmp(was->id, is->id, LIVE_ID_BYTES) != 0 || is->rebuys < was->rebuys ||
            is->graces < was->graces || a->players[i].issued_cents < b->players[i].issued_cents ||
            memcmp(a->players[i].name, b->players[i].name, NAME_BYTES_MAX) != 0) {
            return fail(w, INVARIANT_FOREVER, i, NULL, a->players[i].issued_cents,
                b->players[i].issued_cents);
        }
    }
    return true;
}

static bool rolls_counted(struct walk *w)
{
    const struct table *b = &w->before->table, *a = &w->after->table;
    bool out = w->after->phase == LIVE_ROLLING;
    bool huge = b->bank_cents > BANK_ROLLS_CENTS || b->bank_cents < -BANK_ROLLS_CENTS;
    if (w->after->roll != w->before->roll + w->rolls || a->point != w->point ||
        (out != w->rolling && (out || !huge))) {
        return fail(w, INVARIANT_ROLLS, EVENT_NOBODY, NULL, (int64_t)w->after->roll,
            (int64_t)(w->before->roll + w->rolls));
    }
    if (w->rolls == 0 && memcmp(&a->hand, &b->hand, sizeof a->hand) != 0) {
        return fail(w, INVARIANT_ROLLS, EVENT_NOBODY, NULL, a->hand.rolls, b->hand.rolls);
    }
    bool counted = a->hand.rolls == (w->seven_out ? 0 : b->hand.rolls + 1);
    return w->rolls != 1 || counted ||
           fail(w, INVARIANT_ROLLS, EVENT_NOBODY, NULL, a->hand.rolls, b->hand.rolls + 1);
}

bool invariants_of_step(const struct live *before, const struct live *after,
    const struct event_sink *events, struct invariant_fault *fault)
{
    struct walk w = {.before = before,
        .after = after,
        .events = events,
        .fault = fault,
        .point = before->table.point,
        .fresh = before->table.hand.rolls == 0,
        .rolling = before->phase == LIVE_ROLLING};
    if (!forever(&w)) {
        return false;
    }
    if (events == NULL || events->dropped > 0 || events->count >= PAYOUTS_LISTED) {
        return true;
    }
    for (size_t i = 0; i < events->count; i++) {
        if (!walk_one(&w, &events->items[i])) {
            return false;
        }
    }
    if (!rolls_counted(&w) || (w.rolls > 0 && !decided_are_gone(&w))) {
        return false;
    }
    for (uint32_t i = 0; w.rolls == 0 && i < before->account_count; i++) {
        if (!contracts_stand(&w, i)) {
            return false;
        }
    }
    return money_moved(&w);
}
