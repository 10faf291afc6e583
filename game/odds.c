#include "game/odds.h"

#include "game/hand.h"
#include "game/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PAYOUTS_MAX = 8, DICE = 36, OTHER_POINT = 6 };

/* Divided in full by every pay, every split and every vig. */
#define STAKE_CENTS INT64_C(792000)

struct fraction {
    int64_t num, den;
};

/* One bet on a table of its own. */
struct walk {
    struct table t;
    struct table_player p;
    struct bet_ref bet;
    struct payout payouts[PAYOUTS_MAX];
    int64_t cost_cents; /* stake and upfront vig */
};

/* What becomes of a bet from where it lies. */
struct outlook {
    struct fraction back; /* cents */
    struct fraction win, push, rolls;
};

static struct fraction fraction_of(int64_t num, int64_t den)
{
    int64_t a = num < 0 ? -num : num;
    int64_t b = den;
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a == 0 ? (struct fraction){0, 1} : (struct fraction){num / a, den / a};
}

static struct fraction plus(struct fraction x, struct fraction y)
{
    return fraction_of(x.num * y.den + y.num * x.den, x.den * y.den);
}

static struct fraction times(struct fraction x, int64_t num, int64_t den)
{
    struct fraction y = fraction_of(num, x.den);
    x = fraction_of(x.num, den);
    return (struct fraction){x.num * y.num, x.den * y.den};
}

static struct fraction one_less(struct fraction x)
{
    return fraction_of(x.den - x.num, x.den);
}

static bool is_line(unsigned kind)
{
    return kind == BET_PASS || kind == BET_DONT_PASS || kind == BET_MUGGSY;
}

static bool is_line_odds(unsigned kind)
{
    return kind == BET_PASS_ODDS || kind == BET_DONT_PASS_ODDS;
}

static void copy(struct walk *to, const struct walk *from)
{
    *to = *from;
    table_rebase(&to->t, &to->p, 1);
}

static bool put_up(struct walk *w, unsigned kind, unsigned number)
{
    struct bet_ref bet = {(uint8_t)kind, (uint8_t)number};
    return table_bet(&w->t, 0, bet, STAKE_CENTS) == REFUSAL_NONE;
}

static void roll(struct walk *w, unsigned die1, unsigned die2, struct roll_result *result)
{
    *result = (struct roll_result){.payouts = w->payouts, .payout_capacity = PAYOUTS_MAX};
    table_roll(&w->t, die1, die2, result);
}

static void open_table(struct walk *w, const struct table_config *config)
{
    struct table_config c = *config;
    c.line_required = false;
    c.min_cents = c.vig_min_cents = 1;
    c.max_cents = AMOUNT_CENTS_MAX;
    memset(w, 0, sizeof *w);
    table_init(&w->t, &c, &w->p, 1);
    table_append_player(&w->t, "A", 1, AMOUNT_CENTS_MAX);
}

/* The bet that the odds need, on their number. */
static bool put_up_base(struct walk *w, struct bet_ref odds, unsigned point)
{
    unsigned base = odds.kind - BET_ODDS_OFFSET;
    if (is_line_odds(odds.kind)) {
        bool made = put_up(w, base, 0);
        w->t.point = (uint8_t)point;
        return made && bet_number_allowed(
                           (struct bet_ref){BET_PLACE, (uint8_t)point}, w->t.config.crapless);
    }
    w->t.point = OTHER_POINT;
    if (base == BET_PUT) {
        return put_up(w, base, odds.number);
    }
    struct roll_result result;
    unsigned die1 = odds.number > 7 ? odds.number - 6u : 1;
    bool made = put_up(w, base, 0);
    roll(w, die1, odds.number - die1, &result);
    w->t.point = OTHER_POINT;
    return made;
}

/* The bet alone (odds: with what carries them) as it is made; a come bet with a number lies there already. */
static bool make(
    struct walk *w, const struct table_config *config, struct bet_ref bet, uint8_t point)
{
    open_table(w, config);
    w->bet = bet;
    if (bet.kind >= BET_KIND_COUNT || !bet_number_allowed(bet, config->crapless) ||
        (config->crapless && bet_specs[bet.kind].crapless == 0)) {
        return false;
    }
    if (bet_is_odds(bet.kind) && !put_up_base(w, bet, point)) {
        return false;
    }
    const struct bet_spec *spec = &bet_specs[bet.kind];
    if (spec->when == BET_ON_POINT && !bet_is_odds(bet.kind)) {
        w->t.point = OTHER_POINT;
    }
    int64_t before = w->p.balance_cents;
    bool travelled = spec->form == BET_NUMBER_TRAVELLED && bet.number != 0;
    if (!put_up(w, bet.kind, travelled ? 0 : bet.number)) {
        return false;
    }
    w->cost_cents = before - w->p.balance_cents;
    if (travelled) {
        layout_set(&w->p, bet_slot((struct bet_ref){bet.kind, 0}), 0);
        layout_set(&w->p, bet_slot(bet), STAKE_CENTS);
    }
    if (spec->markable) {
        table_mark(&w->t, 0, bet, MARK_ON);
    }
    return true;
}

/* What the roll did to the bet; a bet that stays up is taken down. `back_cents` is all that came back. */
static enum odds_result settle(
    struct walk *w, const struct roll_result *result, int64_t *back_cents)
{
    const struct payout *found = NULL;
    *back_cents = 0;
    for (size_t i = 0; i < result->payout_count && i < PAYOUTS_MAX; i++) {
        const struct payout *p = &w->payouts[i];
        bool moves = p->result == PAYOUT_TRAVEL && p->bet.kind == w->bet.kind;
        if (moves || (p->bet.kind == w->bet.kind && p->bet.number == w->bet.number)) {
            found = p;
        }
    }
    if (found == NULL) {
        return ODDS_NOTHING;
    }
    if (found->result == PAYOUT_TRAVEL) {
        w->bet = found->bet;
        return ODDS_TRAVEL;
    }
    int64_t rack = w->p.balance_cents;
    if (w->p.bet_cents[bet_slot(w->bet)] != 0) {
        table_take(&w->t, 0, w->bet, false, 0);
    }
    *back_cents = found->paid_cents + w->p.balance_cents - rack;
    return found->result == PAYOUT_WIN    ? ODDS_WIN
           : found->result == PAYOUT_PUSH ? ODDS_PUSH
                                          : ODDS_LOSE;
}

/* Is the bet where it was; only line bets look at the puck. */
static bool same_place(const struct walk *a, const struct walk *b)
{
    return a->bet.number == b->bet.number && (!is_line(a->bet.kind) || a->t.point == b->t.point);
}

static struct outlook look_ahead(const struct walk *from)
{
    struct outlook sum = {{0, 1}, {0, 1}, {0, 1}, {DICE, 1}};
    int64_t leaving = 0;
    for (unsigned die1 = 1; die1 <= 6; die1++) {
        for (unsigned die2 = die1; die2 <= 6; die2++) {
            int64_t ways = die1 == die2 ? 1 : 2;
            int64_t back = 0;
            struct walk w;
            struct roll_result result;
            copy(&w, from);
            roll(&w, die1, die2, &result);
            enum odds_result r = settle(&w, &result, &back);
            struct outlook next = {{back, 1}, {r == ODDS_WIN, 1}, {r == ODDS_PUSH, 1}, {0, 1}};
            if (r == ODDS_NOTHING || r == ODDS_TRAVEL) {
                if (same_place(&w, from)) {
                    continue;
                }
                next = look_ahead(&w);
            }
            sum.back = plus(sum.back, times(next.back, ways, 1));
            sum.win = plus(sum.win, times(next.win, ways, 1));
            sum.push = plus(sum.push, times(next.push, ways, 1));
            sum.rolls = plus(sum.rolls, times(next.rolls, ways, 1));
            leaving += ways;
        }
    }
    sum.back = times(sum.back, 1, leaving);
    sum.win = times(sum.win, 1, leaving);
    sum.push = times(sum.push, 1, leaving);
    sum.rolls = times(sum.rolls, 1, leaving);
    return sum;
}

static struct odds_value value_of(struct fraction f)
{
    return (struct odds_value){f.num, f.den, NULL, (double)f.num / (double)f.den};
}

/* One row of odds_hands.inc: which table rule it is for (ride_the_line: its table; all_small, all_tall, all: 1 for
 * 30_150; else 0), then the fractions and their nearest numbers. */
struct hand_row {
    uint8_t kind, number, rule;
    struct hand_value {
        const char *text;
        double value;
    } win, lose, push, edge, resolved, rolls;
};

static const struct hand_row hand_rows[] = {
#include "game/odds_hands.inc"
};

/* A fraction of up to 18 digits is also two numbers. */
static struct odds_value value_of_text(struct hand_value v)
{
    struct odds_value out = {.text = v.text, .value = v.value};
    int64_t num, den = 1;
    int read = sscanf(v.text, "%" SCNd64 "/%" SCNd64, &num, &den);
    if (read >= 1 && strlen(v.text) <= 18) {
        out.num = num;
        out.den = den;
        out.text = NULL;
    }
    return out;
}

static unsigned hand_rule(const struct table_config *config, unsigned kind)
{
    if (kind == BET_RIDE_THE_LINE) {
        return config->rtl;
    }
    bool all = kind == BET_ALL_SMALL || kind == BET_ALL_TALL || kind == BET_ALL;
    return all && config->ats_30_150;
}

static bool odds_of_hand(const struct table_config *config, struct bet_ref bet, struct odds *out)
{
    unsigned rule = hand_rule(config, bet.kind);
    for (size_t i = 0; i < sizeof hand_rows / sizeof hand_rows[0]; i++) {
        const struct hand_row *row = &hand_rows[i];
        if (row->kind == bet.kind && row->number == bet.number && row->rule == rule) {
            *out = (struct odds){value_of_text(row->win), value_of_text(row->lose),
                value_of_text(row->push), value_of_text(row->edge), value_of_text(row->resolved),
                value_of_text(row->rolls)};
            return true;
        }
    }
    return false;
}

bool odds_of(const struct table_config *config, struct bet_ref bet, uint8_t point, struct odds *out)
{
    struct walk w;
    if (!make(&w, config, bet, point)) {
        return false;
    }
    if (bet_specs[bet.kind].hand_bet) {
        return odds_of_hand(config, bet, out);
    }
    struct outlook all = look_ahead(&w);
    struct fraction edge = one_less(times(all.back, 1, w.cost_cents));
    struct fraction resolved = one_less(all.push);
    *out = (struct odds){
        .win = value_of(all.win),
        .lose = value_of(one_less(plus(all.win, all.push))),
        .push = value_of(all.push),
        .edge = value_of(edge),
        .resolved = value_of(times(edge, resolved.den, resolved.num)),
        .rolls = value_of(all.rolls),
    };
    return true;
}

bool odds_next(const struct table_config *config, struct bet_ref bet, uint8_t point,
    struct odds_roll out[6][6])
{
    struct walk w, after;
    if (!make(&w, config, bet, point) || bet_specs[bet.kind].hand_bet) {
        return false;
    }
    if (is_line(bet.kind)) {
        w.t.point = point;
    }
    for (unsigned die = 0; die < DICE; die++) {
        struct odds_roll *o = &out[die / 6][die % 6];
        struct roll_result result;
        int64_t back;
        copy(&after, &w);
        roll(&after, die / 6 + 1, die % 6 + 1, &result);
        enum odds_result r = settle(&after, &result, &back);
        struct fraction won = {0, 1};
        if (r == ODDS_WIN) {
            won = fraction_of(back - w.cost_cents, STAKE_CENTS);
        }
        *o = (struct odds_roll){(uint8_t)r, won.num, won.den};
    }
    return true;
}

int32_t odds_hand_pays(
    const struct table_config *config, enum bet_kind kind, unsigned number, unsigned count)
{
    static const uint8_t points[6] = {4, 5, 6, 8, 9, 10};
    struct hand_counters hand = {.rolls = count, .line_wins = count};
    struct bet_ref bet = {(uint8_t)kind, (uint8_t)number};
    if (kind == BET_ALL_SMALL || kind == BET_ALL_TALL || kind == BET_ALL || kind == BET_REPEATER) {
        return hand_usual_pay(config, bet, 0);
    }
    hand.doubles = (uint8_t)((1u << (count < 6 ? count : 6)) - 1);
    for (unsigned i = 0; kind != BET_REPLAY && i < count && i < 6; i++) {
        hand.made[points[i]] = 1;
    }
    if (kind == BET_REPLAY && number <= 10) {
        hand.made[number] = (uint16_t)count;
    }
    struct roll_view view = roll_view_of(config, &hand, 1, 6, OTHER_POINT);
    int32_t pays = 0;
    enum verdict verdict = hand_judge(&view, bet, &pays);
    return verdict == VERDICT_WIN ? pays : verdict == VERDICT_PUSH ? 0 : -1;
}

const char *odds_text(const struct odds_value *v, char *out, size_t size)
{
    if (v->text != NULL) {
        snprintf(out, size, "%s", v->text);
    } else if (v->den == 1) {
        snprintf(out, size, "%" PRId64, v->num);
    } else {
        snprintf(out, size, "%" PRId64 "/%" PRId64, v->num, v->den);
    }
    return out;
}
