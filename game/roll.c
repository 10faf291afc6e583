#include "game/table.h"

#include "game/hand.h"
#include "game/layout.h"
#include "game/resolve.h"
#include "game/slot_sets.h"
#include "game/slots.h"

/* A table whose bank has won or lost more than this rolls no more; it leaves room for one roll. One player's bets pay
 * less than 2^58 on a roll (181 slots; odds of at most 2 x 10^14 pay less than 10^15, every other bet at most 1000 x
 * 10^12), so a few players stay below 2^61 without a look at their layouts. */
#define BANK_CENTS_MAX (INT64_C(1) << 61)
enum { FEW_PLAYERS = 8 };

__extension__ typedef __int128 wide_cents;

static inline bool has_line_bet(const struct table_player *p)
{
    return (p->bet_cents[FIRST_BET_PASS] | p->bet_cents[FIRST_BET_DONT_PASS]) != 0;
}

/* The first who may throw among `count` seats from `start` on, wrapping round; -1 for nobody. */
static int64_t next_seat(const struct table *t, uint32_t start, uint32_t count, bool line_bet)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t seat = start + i;
        seat -= seat >= t->player_count ? t->player_count : 0;
        const struct table_player *p = &t->players[seat];
        if (p->seated && p->may_throw && (!line_bet || has_line_bet(p))) {
            return seat;
        }
    }
    return -1;
}

/* Rule 16.4's order: in the point phase a line bet is not needed when nobody else has one. */
static int64_t next_thrower(const struct table *t, uint32_t start, uint32_t count)
{
    if (t->point == 0) {
        return next_seat(t, start, count, t->config.line_required);
    }
    int64_t seat = next_seat(t, start, count, true);
    return seat >= 0 ? seat : next_seat(t, start, count, false);
}

int64_t table_thrower(const struct table *t)
{
    if (t->player_count == 0) {
        return -1;
    }
    if (t->point != 0 && t->players[t->shooter].seated && t->players[t->shooter].may_throw) {
        return t->shooter;
    }
    return next_thrower(t, t->point != 0 ? t->shooter : t->dice_seat, t->player_count);
}

bool table_pass_dice(struct table *t)
{
    if (t->player_count == 0) {
        return false;
    }
    uint32_t from = t->shooter;
    if (t->point == 0) {
        int64_t thrower = table_thrower(t);
        from = thrower >= 0 ? (uint32_t)thrower : t->dice_seat;
    }
    int64_t next = next_thrower(t, (from + 1) % t->player_count, t->player_count - 1);
    if (next < 0) {
        return false;
    }
    t->dice_seat = (uint32_t)next;
    if (t->point != 0) {
        t->shooter = (uint32_t)next;
    }
    return true;
}

static bool bank_has_room(const struct table *t)
{
    if (t->bank_cents > BANK_CENTS_MAX || t->bank_cents < -BANK_CENTS_MAX) {
        return false;
    }
    if (t->player_count <= FEW_PLAYERS) {
        return true;
    }
    wide_cents layouts = 0;
    for (uint32_t i = 0; i < t->player_count; i++) {
        layouts += table_layout_cents(&t->players[i]);
    }
    return layouts * PAY_TO_ONE_MAX <= 2 * BANK_CENTS_MAX;
}

static inline void list_payout(struct roll_result *result, uint32_t player, struct bet_ref bet,
    enum payout_result what, int64_t amount_cents, int64_t paid_cents)
{
    if (result->payout_count < result->payout_capacity) {
        result->payouts[result->payout_count] =
            (struct payout){player, bet, (uint8_t)what, amount_cents, paid_cents};
    }
    result->payout_count++;
}

static enum payout_result result_of(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_PUSH:
        return PAYOUT_PUSH;
    case VERDICT_TRAVEL:
        return PAYOUT_TRAVEL;
    case VERDICT_WIN:
        return PAYOUT_WIN;
    default:
        return PAYOUT_LOSE;
    }
}

/* Resolves one bet; true when it lies in the box and goes to the total. */
static bool settle_bet(struct table *t, uint32_t player, uint16_t slot,
    const struct roll_view *view, struct roll_result *result)
{
    struct table_player *p = &t->players[player];
    struct bet_ref bet = bet_of_slot(slot);
    int64_t amount = p->bet_cents[slot];
    struct decision d =
        resolve_bet(view, bet, amount, layout_works(p, slot, bet.kind, view->point));
    if (d.verdict == VERDICT_NONE || d.verdict == VERDICT_TRAVEL) {
        return d.verdict == VERDICT_TRAVEL;
    }
    p->balance_cents += d.paid_cents;
    t->bank_cents -= d.paid_cents;
    if (!d.stays_up) {
        t->bank_cents += amount;
        layout_set(p, slot, 0);
    }
    list_payout(result, player, bet, result_of(d.verdict), amount, d.paid_cents);
    return false;
}

/* Rule 4.4: after the old bet on that number has come down (5.6). */
static void travel(struct table *t, uint32_t player, uint8_t kind, const struct roll_view *view,
    struct roll_result *result)
{
    struct table_player *p = &t->players[player];
    uint16_t box = bet_slot((struct bet_ref){kind, 0});
    struct bet_ref to = {kind, view->total};
    int64_t amount = p->bet_cents[box];
    layout_set(p, box, 0);
    layout_set(p, bet_slot(to), amount);
    list_payout(result, player, to, PAYOUT_TRAVEL, amount, 0);
}

/* The slots that one roll looks at. */
struct roll_sets {
    uint64_t lost[BET_SLOT_WORDS]; /* one-roll bets that get nothing back */
    uint64_t rest[BET_SLOT_WORDS]; /* everything else that it may decide or move */
};

static struct roll_sets sets_of(const struct roll_view *view)
{
    struct roll_sets sets;
    uint16_t hop = bet_slots_by_hop[view->hop_number];
    for (unsigned w = 0; w < BET_SLOT_WORDS; w++) {
        uint64_t paid = slots_paid_on[view->total][w] | (hop / 64 == w ? slot_bit(hop) : 0);
        sets.lost[w] = slots_one_roll[w] & ~paid;
        sets.rest[w] = slots_touched_by[view->total][w] | paid;
    }
    return sets;
}

/* Most bets of a full layout are one-roll bets that lose: they go to the bank together. */
static void lose_all(
    struct table *t, uint32_t player, unsigned word, uint64_t lost, struct roll_result *result)
{
    struct table_player *p = &t->players[player];
    int64_t sum = 0;
    for (uint64_t bits = lost; bits != 0; bits &= bits - 1) {
        uint16_t slot = (uint16_t)(word * 64 + (unsigned)__builtin_ctzll(bits));
        int64_t amount = p->bet_cents[slot];
        sum += amount;
        p->bet_cents[slot] = 0;
        list_payout(result, player, bet_of_slot(slot), PAYOUT_LOSE, amount, 0);
    }
    p->live[word] &= ~lost; /* one-roll bets have no marks */
    t->bank_cents += sum;
}

static void settle_player(struct table *t, uint32_t player, const struct roll_view *view,
    const struct roll_sets *sets, struct roll_result *result)
{
    bool come = false;
    bool dont_come = false;
    for (unsigned word = 0; word < BET_SLOT_WORDS; word++) {
        uint64_t live = t->players[player].live[word];
        if ((live & sets->lost[word]) != 0) {
            lose_all(t, player, word, live & sets->lost[word], result);
        }
        for (uint64_t bits = live & sets->rest[word]; bits != 0; bits &= bits - 1) {
            uint16_t slot = (uint16_t)(word * 64 + (unsigned)__builtin_ctzll(bits));
            if (settle_bet(t, player, slot, view, result)) {
                come = come || slot == FIRST_BET_COME;
                dont_come = dont_come || slot == FIRST_BET_DONT_COME;
            }
        }
    }
    if (come) {
        travel(t, player, BET_COME, view, result);
    }
    if (dont_come) {
        travel(t, player, BET_DONT_COME, view, result);
    }
}

/* Rules 2.2, 2.3, 2.5. */
static bool becomes_point(const struct table *t, unsigned total)
{
    return bet_number_allowed((struct bet_ref){BET_PLACE, (uint8_t)total}, t->config.crapless);
}

/* Rules 4.5 and 4.6. */
static void move_puck(struct table *t, uint32_t thrower, const struct roll_view *view)
{
    if (view->seven_out) {
        t->dice_seat = (thrower + 1) % t->player_count;
        t->point = 0;
    } else if (view->point_made) {
        t->point = 0;
    } else if (t->point == 0 && becomes_point(t, view->total)) {
        t->point = view->total;
    }
}

enum refusal table_roll(struct table *t, unsigned die1, unsigned die2, struct roll_result *result)
{
    if (die1 < 1 || die1 > 6 || die2 < 1 || die2 > 6) {
        return REFUSAL_BAD_DICE;
    }
    int64_t thrower = table_thrower(t);
    if (thrower < 0) {
        return REFUSAL_NO_SHOOTER;
    }
    if (!bank_has_room(t)) {
        return REFUSAL_ABOVE_MAX;
    }
    t->dice_seat = (uint32_t)thrower;
    t->shooter = (uint32_t)thrower;
    hand_count_roll(&t->hand, &t->config, die1, die2, t->point);
    struct roll_view view = roll_view_of(&t->config, &t->hand, die1, die2, t->point);
    result->die1 = (uint8_t)die1;
    result->die2 = (uint8_t)die2;
    result->shooter = (uint32_t)thrower;
    result->payout_count = 0;
    struct roll_sets sets = sets_of(&view);
    for (uint32_t i = 0; i < t->player_count; i++) {
        settle_player(t, i, &view, &sets, result);
    }
    result->point_before = view.point;
    result->seven_out = view.seven_out;
    result->point_made = view.point_made;
    result->natural =
        view.point == 0 && (view.total == 7 || (view.total == 11 && !t->config.crapless));
    move_puck(t, (uint32_t)thrower, &view);
    hand_finish_roll(&t->hand, view.total, view.seven_out);
    result->point_after = t->point;
    return REFUSAL_NONE;
}
