#include "game/table.h"

#include "base/check.h"
#include "game/hand.h"
#include "game/layout.h"
#include "game/pay.h"

#include <string.h>

/* Sums of money of the whole table may pass 64 bits on the way. */
__extension__ typedef __int128 wide_cents;

void table_init(struct table *t, const struct table_config *config, struct table_player *players,
    uint32_t capacity)
{
    memset(t, 0, sizeof *t);
    t->config = *config;
    table_rebase(t, players, capacity);
}

void table_rebase(struct table *t, struct table_player *players, uint32_t capacity)
{
    t->players = players;
    t->capacity = capacity;
}

bool table_name_valid(const char *name, size_t size)
{
    if (size < 1 || size > NAME_BYTES_MAX) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_') {
            return false;
        }
    }
    return true;
}

int64_t table_find_player(const struct table *t, const char *name)
{
    for (uint32_t i = 0; i < t->player_count; i++) {
        if (strcmp(t->players[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

enum refusal table_append_player(
    struct table *t, const char *name, size_t size, int64_t balance_cents)
{
    CHECK(size <= NAME_BYTES_MAX);
    if (balance_cents < 0 || balance_cents > AMOUNT_CENTS_MAX) {
        return REFUSAL_BAD_AMOUNT;
    }
    if (t->player_count == t->capacity || t->player_count == TABLE_PLAYERS_MAX) {
        return REFUSAL_TABLE_FULL;
    }
    struct table_player *p = &t->players[t->player_count++];
    memset(p, 0, sizeof *p);
    memcpy(p->name, name, size);
    p->balance_cents = balance_cents;
    p->issued_cents = balance_cents;
    p->seated = true;
    p->may_throw = true;
    return REFUSAL_NONE;
}

enum refusal table_add_player(struct table *t, const char *name, int64_t balance_cents)
{
    size_t size = strlen(name);
    if (!table_name_valid(name, size)) {
        return REFUSAL_BAD_NAME;
    }
    if (table_find_player(t, name) >= 0) {
        return REFUSAL_DUPLICATE_PLAYER;
    }
    return table_append_player(t, name, size, balance_cents);
}

/* Rule 15.10, and that the kind exists. */
static inline enum refusal check_bet(const struct table *t, struct bet_ref bet)
{
    if (bet.kind >= BET_KIND_COUNT) {
        return REFUSAL_UNKNOWN_BET;
    }
    return bet_number_allowed(bet, t->config.crapless) ? REFUSAL_NONE : REFUSAL_BAD_NUMBER;
}

static bool amount_valid(int64_t amount_cents)
{
    return amount_cents >= 1 && amount_cents <= AMOUNT_CENTS_MAX;
}

static bool is_multiple(const struct bet_spec *spec, int64_t amount_cents)
{
    return spec->multiple == 1 || amount_cents % spec->multiple == 0;
}

/* Whether the bet can be made at this moment (rules 2.5, 5, 6.1, 11.1). */
static inline enum refusal check_moment(const struct table *t, const struct bet_spec *spec)
{
    if (t->config.crapless && spec->crapless == 0) {
        return REFUSAL_NOT_OFFERED;
    }
    switch (spec->when) {
    case BET_ON_COME_OUT:
        return t->point != 0 ? REFUSAL_POINT_ON : REFUSAL_NONE;
    case BET_ON_POINT:
        return t->point == 0 ? REFUSAL_POINT_OFF : REFUSAL_NONE;
    case BET_ON_FRESH_HAND:
        return t->hand.rolls != 0 ? REFUSAL_HAND_STARTED : REFUSAL_NONE;
    case BET_ANY_TIME:
        break;
    }
    return REFUSAL_NONE;
}

static struct bet_ref base_of(struct bet_ref odds)
{
    return (struct bet_ref){(uint8_t)(odds.kind - BET_ODDS_OFFSET), odds.number};
}

int64_t table_odds_cap_cents(const struct table *t, uint32_t player, struct bet_ref odds)
{
    if (!bet_is_odds(odds.kind)) {
        return 0;
    }
    int64_t base = layout_amount(&t->players[player], base_of(odds));
    return pay_odds_cap_cents(&t->config, odds, t->point, base);
}

static inline enum refusal check_total(const struct table *t, uint32_t player, struct bet_ref bet,
    int64_t before_cents, int64_t amount_cents)
{
    const struct table_config *c = &t->config;
    int64_t total = before_cents + amount_cents;
    if (total < c->min_cents) {
        return REFUSAL_BELOW_MIN;
    }
    if (!bet_is_odds(bet.kind)) {
        if (total > c->max_cents) {
            return REFUSAL_ABOVE_MAX;
        }
    } else if (total > table_odds_cap_cents(t, player, bet)) {
        return REFUSAL_ODDS_LIMIT;
    }
    int64_t vig = pay_upfront_cents(c, bet, total) - pay_upfront_cents(c, bet, before_cents);
    bool covered = amount_cents + vig <= t->players[player].balance_cents;
    return covered ? REFUSAL_NONE : REFUSAL_INSUFFICIENT_FUNDS;
}

static inline enum refusal judge_bet(
    const struct table *t, uint32_t player, struct bet_ref bet, int64_t amount_cents)
{
    enum refusal refusal = check_bet(t, bet);
    if (refusal != REFUSAL_NONE) {
        return refusal;
    }
    const struct bet_spec *spec = &bet_specs[bet.kind];
    if (spec->form == BET_NUMBER_TRAVELLED && bet.number != 0) {
        return REFUSAL_BAD_NUMBER;
    }
    if (!amount_valid(amount_cents)) {
        return REFUSAL_BAD_AMOUNT;
    }
    refusal = check_moment(t, spec);
    if (refusal != REFUSAL_NONE) {
        return refusal;
    }
    const struct table_player *p = &t->players[player];
    if (bet_is_odds(bet.kind) && layout_amount(p, base_of(bet)) == 0) {
        return REFUSAL_NO_BASE_BET;
    }
    if (!is_multiple(spec, amount_cents)) {
        return REFUSAL_NOT_MULTIPLE;
    }
    return check_total(t, player, bet, p->bet_cents[bet_slot(bet)], amount_cents);
}

enum refusal table_bet_check(
    const struct table *t, uint32_t player, struct bet_ref bet, int64_t amount_cents)
{
    return judge_bet(t, player, bet, amount_cents);
}

/* Moves money between balance and layout, and the upfront vig that goes with it (rules 1.2, 8.3). */
static inline void change_bet(
    struct table *t, uint32_t player, struct bet_ref bet, int64_t by_cents)
{
    struct table_player *p = &t->players[player];
    uint16_t slot = bet_slot(bet);
    int64_t before = p->bet_cents[slot];
    int64_t after = before + by_cents;
    int64_t vig =
        pay_upfront_cents(&t->config, bet, after) - pay_upfront_cents(&t->config, bet, before);
    p->balance_cents -= by_cents + vig;
    t->bank_cents += vig;
    layout_set(p, slot, after);
}

enum refusal table_bet(struct table *t, uint32_t player, struct bet_ref bet, int64_t amount_cents)
{
    enum refusal refusal = judge_bet(t, player, bet, amount_cents);
    if (refusal == REFUSAL_NONE) {
        change_bet(t, player, bet, amount_cents);
    }
    return refusal;
}

/* Rules 5.10, 11.1, 12.2. */
static bool is_contract(const struct table *t, struct bet_ref bet)
{
    switch (bet.kind) {
    case BET_PASS:
    case BET_MUGGSY:
        return t->point != 0;
    case BET_COME:
        return bet.number != 0;
    case BET_PUT:
        return true;
    default:
        return bet_specs[bet.kind].hand_bet && t->hand.rolls != 0;
    }
}

/* Rule 6.4: the odds of a base bet still fit when it is `left_cents`. */
static bool odds_still_fit(
    const struct table *t, uint32_t player, struct bet_ref bet, int64_t left_cents)
{
    if (!bet_is_base(bet.kind)) {
        return true;
    }
    struct bet_ref odds = {(uint8_t)(bet.kind + BET_ODDS_OFFSET), bet.number};
    int64_t up = layout_amount(&t->players[player], odds);
    return up == 0 || up <= pay_odds_cap_cents(&t->config, odds, t->point, left_cents);
}

enum refusal table_take_check(const struct table *t, uint32_t player, struct bet_ref bet,
    bool has_amount, int64_t amount_cents)
{
    enum refusal refusal = check_bet(t, bet);
    if (refusal != REFUSAL_NONE) {
        return refusal;
    }
    if (has_amount && !amount_valid(amount_cents)) {
        return REFUSAL_BAD_AMOUNT;
    }
    int64_t up = layout_amount(&t->players[player], bet);
    if (up == 0) {
        return REFUSAL_NO_SUCH_BET;
    }
    if (is_contract(t, bet)) {
        return REFUSAL_CONTRACT;
    }
    int64_t left = has_amount ? up - amount_cents : 0;
    if (left < 0) {
        return REFUSAL_TOO_MUCH;
    }
    if (!is_multiple(&bet_specs[bet.kind], left)) { /* what is up is a multiple */
        return REFUSAL_NOT_MULTIPLE;
    }
    if (left != 0 && left < t->config.min_cents) {
        return REFUSAL_BELOW_MIN;
    }
    return odds_still_fit(t, player, bet, left) ? REFUSAL_NONE : REFUSAL_ODDS_LIMIT;
}

enum refusal table_take(
    struct table *t, uint32_t player, struct bet_ref bet, bool has_amount, int64_t amount_cents)
{
    enum refusal refusal = table_take_check(t, player, bet, has_amount, amount_cents);
    if (refusal == REFUSAL_NONE) {
        int64_t up = layout_amount(&t->players[player], bet);
        change_bet(t, player, bet, has_amount ? -amount_cents : -up);
    }
    return refusal;
}

enum refusal table_mark(struct table *t, uint32_t player, struct bet_ref bet, enum bet_mark mark)
{
    enum refusal refusal = check_bet(t, bet);
    if (refusal != REFUSAL_NONE) {
        return refusal;
    }
    if (!bet_specs[bet.kind].markable) {
        return REFUSAL_ALWAYS_WORKING;
    }
    struct table_player *p = &t->players[player];
    if (layout_amount(p, bet) == 0) {
        return REFUSAL_NO_SUCH_BET;
    }
    uint16_t slot = bet_slot(bet);
    uint64_t bit = slot_bit(slot);
    p->marked_off[slot / 64] &= ~bit;
    p->marked_on[slot / 64] &= ~bit;
    if (mark == MARK_OFF) {
        p->marked_off[slot / 64] |= bit;
    } else if (mark == MARK_ON) {
        p->marked_on[slot / 64] |= bit;
    }
    return REFUSAL_NONE;
}

int64_t table_layout_cents(const struct table_player *p)
{
    int64_t sum = 0;
    for (unsigned word = 0; word < BET_SLOT_WORDS; word++) {
        for (uint64_t bits = p->live[word]; bits != 0; bits &= bits - 1) {
            sum += p->bet_cents[word * 64 + (unsigned)__builtin_ctzll(bits)];
        }
    }
    return sum;
}

bool table_conserved(const struct table *t)
{
    wide_cents sum = t->bank_cents;
    for (uint32_t i = 0; i < t->player_count; i++) {
        const struct table_player *p = &t->players[i];
        sum += (wide_cents)p->balance_cents + table_layout_cents(p) - p->issued_cents;
        if (p->balance_cents < 0) {
            return false;
        }
    }
    return sum == 0;
}

int64_t bet_winnings_cents(
    const struct table_config *config, struct bet_ref bet, uint8_t point, int64_t amount_cents)
{
    const struct bet_spec *spec = &bet_specs[bet.kind];
    if (bet.kind <= BET_NO) {
        return pay_race_winnings_cents(config, bet, point, amount_cents);
    }
    if (!spec->one_roll) {
        return amount_cents * hand_usual_pay(config, bet, point);
    }
    if (bet.kind == BET_NEXT) {
        return pay_of_ratio(pay_ratio(bet, 0), amount_cents);
    }
    if (bet.kind == BET_HOP) {
        return amount_cents * (bet.number % 11 == 0 ? 30 : 15);
    }
    if (bet.kind == BET_FIELD) {
        return amount_cents;
    }
    int64_t most = 0;
    for (unsigned total = 2; total <= 12; total++) {
        int64_t units = pay_returned_units(config, bet.kind, total);
        int64_t winnings = amount_cents / spec->multiple * units - amount_cents;
        most = winnings > most ? winnings : most;
    }
    return most;
}

enum bet_mark table_bet_mark(const struct table_player *p, uint16_t slot)
{
    return layout_mark(p, slot);
}

bool table_bet_works(const struct table *t, const struct table_player *p, uint16_t slot)
{
    return layout_works(p, slot, bet_of_slot(slot).kind, t->point);
}
