#include "game/invariants_internal.h"

#include <string.h>

enum { SLOTS_A_WORD = 64, SEVEN = 7, BETS_NONE = BET_KIND_COUNT };

#define N(n)   (1u << (n))
#define POINTS (N(4) | N(5) | N(6) | N(8) | N(9) | N(10))
#define OTHERS (N(2) | N(3) | N(11) | N(12))
#define BOXES  (POINTS | OTHERS)
#define HARDS  (N(4) | N(6) | N(8) | N(10))
#define ALONE  N(0)
#define ONE(by)                                                                                    \
    {                                                                                              \
        FAMILY_ONE_ROLL, by, false, ALONE, ALONE                                                   \
    }
#define HAND_BET                                                                                   \
    {                                                                                              \
        FAMILY_HAND, 1, false, ALONE, ALONE                                                        \
    }
#define HAND_BET_STANDARD                                                                          \
    {                                                                                              \
        FAMILY_HAND, 1, false, ALONE, 0                                                            \
    }

const struct invariant_kind invariant_kinds[BET_KIND_COUNT] = {
    [BET_PASS] = {FAMILY_LINE, 1, false, ALONE, ALONE},
    [BET_DONT_PASS] = {FAMILY_LINE, 1, false, ALONE, 0},
    [BET_COME] = {FAMILY_BOX, 1, false, ALONE | POINTS, ALONE | BOXES},
    [BET_DONT_COME] = {FAMILY_BOX, 1, false, ALONE | POINTS, 0},
    [BET_PUT] = {FAMILY_PUT, 1, false, POINTS, BOXES},
    [BET_PASS_ODDS] = {FAMILY_LINE_ODDS, 1, true, ALONE, ALONE},
    [BET_DONT_PASS_ODDS] = {FAMILY_LINE_ODDS, 1, true, ALONE, 0},
    [BET_COME_ODDS] = {FAMILY_ODDS, 1, true, POINTS, BOXES},
    [BET_DONT_COME_ODDS] = {FAMILY_ODDS, 1, true, POINTS, 0},
    [BET_PUT_ODDS] = {FAMILY_ODDS, 1, true, POINTS, BOXES},
    [BET_PLACE] = {FAMILY_NUMBER, 1, true, POINTS, BOXES},
    [BET_PLACE_TO_LOSE] = {FAMILY_NUMBER, 1, true, POINTS, POINTS},
    [BET_BUY] = {FAMILY_NUMBER, 1, true, POINTS, BOXES},
    [BET_LAY] = {FAMILY_NUMBER, 1, true, POINTS, POINTS},
    [BET_HARD] = {FAMILY_NUMBER, 1, true, HARDS, HARDS},
    [BET_BIG6] = {FAMILY_NUMBER, 1, true, ALONE, ALONE},
    [BET_BIG8] = {FAMILY_NUMBER, 1, true, ALONE, ALONE},
    [BET_YES] = {FAMILY_NUMBER, 1, false, BOXES, BOXES},
    [BET_NO] = {FAMILY_NUMBER, 1, false, BOXES, BOXES},
    [BET_FIELD] = ONE(1),
    [BET_ANY_SEVEN] = ONE(1),
    [BET_ANY_CRAPS] = ONE(1),
    [BET_ACES] = ONE(1),
    [BET_ACE_DEUCE] = ONE(1),
    [BET_YO] = ONE(1),
    [BET_BOXCARS] = ONE(1),
    [BET_HOP] = {FAMILY_ONE_ROLL, 1, false, 0, ALONE},
    [BET_NEXT] = {FAMILY_ONE_ROLL, 1, false, BOXES | N(SEVEN), BOXES | N(SEVEN)},
    [BET_HORN] = ONE(4),
    [BET_HORN_HIGH_2] = ONE(5),
    [BET_HORN_HIGH_3] = ONE(5),
    [BET_HORN_HIGH_11] = ONE(5),
    [BET_HORN_HIGH_12] = ONE(5),
    [BET_C_AND_E] = ONE(2),
    [BET_WORLD] = ONE(5),
    [BET_ALL_SMALL] = HAND_BET,
    [BET_ALL_TALL] = HAND_BET,
    [BET_ALL] = HAND_BET,
    [BET_REPEATER] = {FAMILY_HAND, 1, false, BOXES, BOXES},
    [BET_DIFFERENT_DOUBLES] = HAND_BET,
    [BET_FIRE] = HAND_BET_STANDARD,
    [BET_RIDE_THE_LINE] = HAND_BET_STANDARD,
    [BET_REPLAY] = HAND_BET_STANDARD,
    [BET_HOT_SHOOTER] = HAND_BET_STANDARD,
    [BET_MUGGSY] = {FAMILY_MUGGSY, 1, false, ALONE, 0},
};

static const struct {
    const char *name, *rule;
} words[INVARIANT_COUNT] = {
    [INVARIANT_NONE] = {"none", "nothing is broken"},
    [INVARIANT_SHAPE] = {"shape", "every number of the state is inside its range"},
    [INVARIANT_CHIPS] = {"chips", "racks, layout and bank are all chips that were given out"},
    [INVARIANT_BALANCE] = {"balance", "nobody owes chips"},
    [INVARIANT_ISSUED] = {"issued", "chips come from sitting down and from rebuys alone"},
    [INVARIANT_AMOUNT] = {"amount", "every bet has an amount, and every amount is a bet's"},
    [INVARIANT_OFFERED] = {"offered", "only bets and numbers of this table lie on the layout"},
    [INVARIANT_MIN] = {"min", "no bet is below the table's minimum"},
    [INVARIANT_MAX] = {"max", "no bet is above the table's maximum"},
    [INVARIANT_MULTIPLE] = {"multiple", "a split bet can be split"},
    [INVARIANT_MARK] = {"mark", "only bets that can be off are marked, and one way"},
    [INVARIANT_PHASE] = {"phase", "come box and line odds are empty with the puck off"},
    [INVARIANT_BASE] = {"base", "odds have their bet under them"},
    [INVARIANT_ODDS_CAP] = {"odds_cap", "odds are within the table's multiple"},
    [INVARIANT_LEFT_BEHIND] = {"left_behind", "who left has only bets there that cannot be taken"},
    [INVARIANT_PUCK] = {"puck", "the puck is off or on a point number"},
    [INVARIANT_HAND] = {"hand", "the counters of the hand fit each other"},
    [INVARIANT_SEAT] = {"seat", "one player a seat, one seat a player"},
    [INVARIANT_NAME] = {"name", "identities and names are each one player's"},
    [INVARIANT_BOT] = {"bot", "another player signs for each bot"},
    [INVARIANT_THROWER] = {"thrower", "one player has the dice, and the right one"},
    [INVARIANT_STARTED] = {"started", "the table has begun once enough have sat down"},
    [INVARIANT_FOREVER] = {"forever", "identities, names and counts never go back"},
    [INVARIANT_ROLLS] = {"rolls", "every roll has the next number, and only a roll moves the puck"},
    [INVARIANT_DICE] = {"dice", "the puck moves as the dice say"},
    [INVARIANT_DICE_OUT] = {"dice_out", "nothing moves while the dice are out"},
    [INVARIANT_BET] = {"bet", "a bet is made when it may be made"},
    [INVARIANT_CONTRACT] = {"contract", "contract bets stay as they are"},
    [INVARIANT_DECIDED] = {"decided", "what a roll decides is gone from the layout"},
    [INVARIANT_PAID] = {"paid", "everybody's chips move by what was paid"},
};

const char *invariant_name(unsigned kind)
{
    return kind < INVARIANT_COUNT ? words[kind].name : "unknown";
}

const char *invariant_rule(unsigned kind)
{
    return kind < INVARIANT_COUNT ? words[kind].rule : "unknown";
}

bool invariant_fail(struct invariant_fault *fault, enum invariant kind, uint32_t player,
    const struct bet_ref *bet, int64_t have, int64_t want)
{
    *fault = (struct invariant_fault){.kind = (uint16_t)kind,
        .player = (uint16_t)player,
        .bet = bet == NULL ? (struct bet_ref){BETS_NONE, 0} : *bet,
        .have = have,
        .want = want};
    return false;
}

/* True odds of rule 6.2, light side, to one: num to den. */
static void true_odds(unsigned number, int64_t *num, int64_t *den)
{
    unsigned ways = number < SEVEN ? number - 1 : 13 - number; /* of 36; a seven has six */
    *num = 6;
    *den = ways;
}

int64_t invariant_vig_cents(const struct table_config *c, struct bet_ref bet, int64_t amount_cents)
{
    if (!c->vig_upfront || amount_cents == 0 || (bet.kind != BET_BUY && bet.kind != BET_LAY)) {
        return 0;
    }
    int64_t num, den;
    true_odds(bet.number, &num, &den);
    int64_t of = bet.kind == BET_BUY ? amount_cents : amount_cents * den / num;
    int64_t vig = of / 20 + (of % 20 != 0);
    return vig < c->vig_min_cents ? c->vig_min_cents : vig;
}

bool invariant_contract(struct bet_ref bet, uint8_t point, bool fresh_hand)
{
    switch (invariant_kinds[bet.kind].family) {
    case FAMILY_LINE:
        return bet.kind == BET_PASS && point != 0;
    case FAMILY_BOX:
        return bet.kind == BET_COME && bet.number != 0;
    case FAMILY_PUT:
        return true;
    case FAMILY_MUGGSY:
        return point != 0;
    case FAMILY_HAND:
        return !fresh_hand;
    default:
        return false;
    }
}

static bool is_offered(struct bet_ref bet, bool crapless)
{
    const struct invariant_kind *k = &invariant_kinds[bet.kind];
    if (bet.kind == BET_HOP) {
        unsigned low = bet.number / 10, high = bet.number % 10;
        return low >= 1 && high >= low && high <= 6;
    }
    return bet.number <= 12 && ((crapless ? k->crapless : k->numbers) >> bet.number & 1) != 0;
}

static int64_t multiple_of(const struct table_config *c, unsigned number)
{
    static const uint8_t steps[13] = {[2] = 1,
        [3] = 2,
        [4] = 3,
        [5] = 4,
        [6] = 5,
        [8] = 5,
        [9] = 4,
        [10] = 3,
        [11] = 2,
        [12] = 1};
    return c->odds == 345 ? steps[number] : c->odds;
}

/* Rule 6.3. */
static bool odds_hold(const struct live *l, uint32_t i, struct bet_ref bet, int64_t amount,
    struct invariant_fault *fault)
{
    const struct table *t = &l->table;
    struct bet_ref base = {(uint8_t)(bet.kind - BET_ODDS_OFFSET), bet.number};
    uint16_t slot = bet_slot(base);
    int64_t under = slot == BET_SLOT_NONE ? 0 : l->players[i].bet_cents[slot];
    if (under <= 0) {
        return invariant_fail(fault, INVARIANT_BASE, i, &bet, 0, 1);
    }
    bool dont = bet.kind == BET_DONT_PASS_ODDS || bet.kind == BET_DONT_COME_ODDS;
    unsigned number = bet.number == 0 ? t->point : bet.number;
    int64_t num = 1, den = 1;
    if (dont) {
        true_odds(number, &num, &den);
    }
    invariant_sum most = (invariant_sum)multiple_of(&t->config, number) * under * num;
    return (invariant_sum)amount * den <= most ||
           invariant_fail(fault, INVARIANT_ODDS_CAP, i, &bet, amount, (int64_t)(most / den));
}

static bool bet_holds(
    const struct live *l, uint32_t i, uint16_t slot, struct invariant_fault *fault)
{
    const struct table *t = &l->table;
    const struct table_config *c = &t->config;
    const struct table_player *p = &l->players[i];
    struct bet_ref bet = bet_of_slot(slot);
    const struct invariant_kind *k = &invariant_kinds[bet.kind];
    int64_t amount = p->bet_cents[slot];
    uint64_t bit = UINT64_C(1) << slot % SLOTS_A_WORD;
    bool odds = k->family == FAMILY_LINE_ODDS || k->family == FAMILY_ODDS;
    if (amount <= 0) {
        return invariant_fail(fault, INVARIANT_AMOUNT, i, &bet, amount, 1);
    }
    if (!is_offered(bet, c->crapless)) {
        return invariant_fail(fault, INVARIANT_OFFERED, i, &bet, bet.number, 0);
    }
    if (amount < c->min_cents) {
        return invariant_fail(fault, INVARIANT_MIN, i, &bet, amount, c->min_cents);
    }
    if (!odds && amount > c->max_cents) {
        return invariant_fail(fault, INVARIANT_MAX, i, &bet, amount, c->max_cents);
    }
    if (amount % k->multiple != 0) {
        return invariant_fail(fault, INVARIANT_MULTIPLE, i, &bet, amount, k->multiple);
    }
    bool box = k->family == FAMILY_BOX && bet.number == 0;
    if (t->point == 0 && (box || k->family == FAMILY_LINE_ODDS)) {
        return invariant_fail(fault, INVARIANT_PHASE, i, &bet, amount, 0);
    }
    uint64_t off = p->marked_off[slot / SLOTS_A_WORD] & bit,
             on = p->marked_on[slot / SLOTS_A_WORD] & bit;
    if ((off | on) != 0 && (!k->markable || off == on)) {
        return invariant_fail(fault, INVARIANT_MARK, i, &bet, off == on ? 2 : 1, k->markable);
    }
    if (l->accounts[i].seat == 0 && !invariant_contract(bet, t->point, t->hand.rolls == 0)) {
        return invariant_fail(fault, INVARIANT_LEFT_BEHIND, i, &bet, amount, 0);
    }
    return !odds || odds_hold(l, i, bet, amount, fault);
}

/* Everything on one layout; its sum goes to *sum. */
static bool layout_holds(
    const struct live *l, uint32_t i, invariant_sum *sum, struct invariant_fault *fault)
{
    const struct table_player *p = &l->players[i];
    int64_t all = 0, listed = 0, signs = 0;
    for (unsigned slot = 0; slot < BET_SLOT_COUNT; slot++) {
        all += p->bet_cents[slot];
        signs |= p->bet_cents[slot];
    }
    for (unsigned word = 0; word < BET_SLOT_WORDS; word++) {
        uint64_t live = p->live[word];
        if (((p->marked_off[word] | p->marked_on[word]) & ~live) != 0) {
            return invariant_fail(fault, INVARIANT_MARK, i, NULL, 1, 0);
        }
        for (uint64_t bits = live; bits != 0; bits &= bits - 1) {
            unsigned slot = word * SLOTS_A_WORD + (unsigned)__builtin_ctzll(bits);
            if (slot >= BET_SLOT_COUNT) {
                return invariant_fail(fault, INVARIANT_AMOUNT, i, NULL, slot, BET_SLOT_COUNT - 1);
            }
            if (!bet_holds(l, i, (uint16_t)slot, fault)) {
                return false;
            }
            listed += p->bet_cents[slot];
        }
    }
    if (signs < 0 || all != listed) {
        return invariant_fail(fault, INVARIANT_AMOUNT, i, NULL, all, listed);
    }
    *sum += listed;
    return true;
}

static bool account_holds(
    const struct live *l, uint32_t i, uint64_t *seats, struct invariant_fault *fault)
{
    static const uint8_t nobody[LIVE_ID_BYTES];
    const struct live_account *a = &l->accounts[i];
    const struct table_player *p = &l->players[i];
    bool sits = a->seat != 0;
    bool taken = sits && a->seat <= LIVE_SEATS_MAX && (*seats >> a->seat & 1) != 0;
    if (a->seat > l->rules.seats || a->seat > LIVE_SEATS_MAX || taken || p->seated != sits ||
        (!sits && (a->ready || a->away || a->sitting_out)) ||
        p->may_throw != (sits && !a->away && !a->sitting_out)) {
        return invariant_fail(fault, INVARIANT_SEAT, i, NULL, a->seat, l->rules.seats);
    }
    *seats |= sits ? UINT64_C(1) << a->seat : 0;
    if (a->bot && (memcmp(a->sponsor, nobody, LIVE_ID_BYTES) == 0 ||
                      memcmp(a->sponsor, a->id, LIVE_ID_BYTES) == 0)) {
        return invariant_fail(fault, INVARIANT_BOT, i, NULL, 0, 1);
    }
    if (p->balance_cents < 0) {
        return invariant_fail(fault, INVARIANT_BALANCE, i, NULL, p->balance_cents, 0);
    }
    invariant_sum issued = (invariant_sum)l->rules.buy_in_cents * (1 + a->rebuys);
    bool counted = a->rebuys < UINT16_MAX; /* the counter stops there */
    if ((counted && p->issued_cents != issued) ||
        (l->rules.rebuys != LIVE_ANY && a->rebuys > l->rules.rebuys)) {
        return invariant_fail(fault, INVARIANT_ISSUED, i, NULL, p->issued_cents, (int64_t)issued);
    }
    return true;
}

static bool names_hold(const struct live *l, uint32_t from, struct invariant_fault *fault)
{
    for (uint32_t i = from; i < l->account_count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (memcmp(l->accounts[i].id, l->accounts[k].id, LIVE_ID_BYTES) == 0 ||
                strncmp(l->players[i].name, l->players[k].name, NAME_BYTES_MAX) == 0) {
                return invariant_fail(fault, INVARIANT_NAME, i, NULL, k, i);
            }
        }
        if (l->players[i].name[0] == '\0' || l->players[i].name[NAME_BYTES_MAX] != '\0') {
            return invariant_fail(fault, INVARIANT_NAME, i, NULL, 0, 1);
        }
    }
    return true;
}

static bool hand_holds(const struct live *l, struct invariant_fault *fault)
{
    const struct hand_counters *h = &l->table.hand;
    uint64_t fell = 0, made = 0;
    for (unsigned i = 0; i < sizeof h->fell / sizeof h->fell[0]; i++) {
        fell += h->fell[i];
    }
    for (unsigned i = 0; i < sizeof h->made / sizeof h->made[0]; i++) {
        made += h->made[i];
    }
    bool right = fell <= h->rolls && made <= h->line_wins && h->line_wins <= h->rolls &&
                 h->doubles < 64 && h->fell[SEVEN] == 0 && (l->table.point == 0 || h->rolls > 0);
    return right ||
           invariant_fail(fault, INVARIANT_HAND, EVENT_NOBODY, NULL, (int64_t)fell, h->rolls);
}

static bool has_line_bet(const struct live *l, uint32_t i)
{
    const int64_t *up = l->players[i].bet_cents;
    return up[bet_slot((struct bet_ref){BET_PASS, 0})] > 0 ||
           up[bet_slot((struct bet_ref){BET_DONT_PASS, 0})] > 0;
}

/* Rule 3.2 with 16.4: on the come-out the first from the dice on who has a line bet. Without that rule it is not asked: who
 * has just sat down counts from the next move on. */
static uint32_t come_out_thrower(const struct live *l)
{
    for (uint32_t k = 0; k < l->account_count; k++) {
        uint32_t i = (l->table.dice_seat + k) % l->account_count;
        if (l->players[i].may_throw && has_line_bet(l, i)) {
            return i;
        }
    }
    return EVENT_NOBODY;
}

static bool thrower_holds(const struct live *l, struct invariant_fault *fault)
{
    uint32_t thrower = l->thrower, want = thrower;
    if (thrower != EVENT_NOBODY &&
        (thrower >= l->account_count || !l->players[thrower].may_throw)) {
        return invariant_fail(fault, INVARIANT_THROWER, thrower, NULL, thrower, EVENT_NOBODY);
    }
    if (l->phase == LIVE_ROLLING && thrower == EVENT_NOBODY) {
        return invariant_fail(fault, INVARIANT_THROWER, thrower, NULL, thrower, 0);
    }
    if (l->account_count > 0 && l->table.point == 0 && l->table.config.line_required) {
        want = come_out_thrower(l);
    } else if (l->table.point != 0 && thrower != EVENT_NOBODY) {
        want = l->table.shooter;
    }
    return thrower == want ||
           invariant_fail(fault, INVARIANT_THROWER, thrower, NULL, thrower, want);
}

static bool shape_holds(const struct live *l, struct invariant_fault *fault)
{
    const struct table *t = &l->table;
    uint32_t n = l->account_count;
    bool inside = n == t->player_count && n <= LIVE_ACCOUNTS_MAX && l->phase <= LIVE_ROLLING &&
                  (n == 0 || t->dice_seat < n) && (t->point == 0 || t->shooter < n);
    if (!inside) {
        return invariant_fail(fault, INVARIANT_SHAPE, EVENT_NOBODY, NULL, n, LIVE_ACCOUNTS_MAX);
    }
    unsigned numbers = t->config.crapless ? BOXES : POINTS;
    if (t->point != 0 && (t->point > 12 || (numbers >> t->point & 1) == 0)) {
        return invariant_fail(fault, INVARIANT_PUCK, EVENT_NOBODY, NULL, t->point, 0);
    }
    return hand_holds(l, fault);
}

bool invariants_of_state(const struct live *l, uint32_t new_from, struct invariant_fault *fault)
{
    invariant_sum chips = l->table.bank_cents, layouts = 0;
    uint64_t seats = 0;
    if (!shape_holds(l, fault)) {
        return false;
    }
    for (uint32_t i = 0; i < l->account_count; i++) {
        if (!account_holds(l, i, &seats, fault) || !layout_holds(l, i, &layouts, fault)) {
            return false;
        }
        chips += (invariant_sum)l->players[i].balance_cents - l->players[i].issued_cents;
    }
    if (chips + layouts != 0) {
        return invariant_fail(
            fault, INVARIANT_CHIPS, EVENT_NOBODY, NULL, (int64_t)(chips + layouts), 0);
    }
    unsigned seated = (unsigned)__builtin_popcountll(seats);
    if (!l->started && seated > 0 && seated >= l->rules.start) {
        return invariant_fail(fault, INVARIANT_STARTED, EVENT_NOBODY, NULL, seated, l->rules.start);
    }
    return names_hold(l, new_from, fault) && thrower_holds(l, fault);
}

bool invariants_hold(const struct live *before, const struct live *after,
    const struct event_sink *events, struct invariant_fault *fault)
{
    *fault = (struct invariant_fault){.player = EVENT_NOBODY, .bet = {BETS_NONE, 0}};
    uint32_t known = before == NULL ? 0 : before->account_count;
    if (!invariants_of_state(after, known <= after->account_count ? known : 0, fault)) {
        return false;
    }
    return before == NULL || invariants_of_step(before, after, events, fault);
}
