#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "game/invariants.h"

#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 8192, PLAYERS = 6, OPS_A_RUN = 6000, PLANT_CENTS = 1200 };

static struct event events[EVENTS_MAX];

struct game {
    struct live live;
    struct live_context ctx;
    struct event_sink sink;
};

static void id_of(uint8_t id[LIVE_ID_BYTES], unsigned k)
{
    memset(id, 0, LIVE_ID_BYTES);
    id[0] = (uint8_t)(k + 1);
}

static struct game *begin(const struct house_rules *rules, unsigned players)
{
    struct game *g = calloc(1, sizeof *g);
    assert_non_null(g);
    g->sink = (struct event_sink){.items = events, .capacity = EVENTS_MAX};
    g->ctx = (struct live_context){
        .author_member = true, .members = (uint16_t)players, .faulty = 1, .dice_allowed = true};
    live_init(&g->live, rules);
    for (unsigned k = 0; k < players; k++) {
        uint8_t id[LIVE_ID_BYTES];
        id_of(id, k);
        assert_int_equal(live_seat(&g->live, id, "Ann", false, NULL, &g->sink), REFUSAL_NONE);
    }
    return g;
}

static enum refusal act(struct game *g, unsigned player, struct live_command c)
{
    id_of(g->ctx.author, player);
    return live_apply(&g->live, &g->ctx, &c, &g->sink);
}

static void bet(struct game *g, unsigned player, unsigned kind, unsigned number, int64_t cents)
{
    assert_int_equal(act(g, player,
                         (struct live_command){.kind = LIVE_BET,
                             .bet = {(uint8_t)kind, (uint8_t)number},
                             .has_amount = true,
                             .amount_cents = cents}),
        REFUSAL_NONE);
}

static void throw_dice(struct game *g, unsigned die1, unsigned die2)
{
    for (unsigned k = 0; k < g->live.account_count; k++) {
        act(g, k, (struct live_command){.kind = LIVE_READY, .amount_cents = 1});
    }
    assert_true(live_rolling(&g->live));
    live_dice(&g->live, &g->ctx, die1, die2, &g->sink);
}

static void assert_holds(const struct live *before, const struct game *g)
{
    struct invariant_fault f;
    if (!invariants_hold(before, &g->live, &g->sink, &f)) {
        fail_msg("%s does not hold: player %u, bet %u %u, %lld and %lld", invariant_name(f.kind),
            f.player, f.bet.kind, f.bet.number, (long long)f.have, (long long)f.want);
    }
}

/* Everything a live table can be told, legal or not. */
static void random_op(struct game *g, struct prng *prng)
{
    unsigned player = (unsigned)prng_below(prng, PLAYERS);
    uint8_t id[LIVE_ID_BYTES];
    struct live_command c = {.bet = bet_of_slot((uint16_t)prng_below(prng, BET_SLOT_COUNT)),
        .mark = (uint8_t)prng_below(prng, 3),
        .has_amount = true,
        .amount_cents = 60 * (1 + (int64_t)prng_below(prng, 60))};
    id_of(id, player);
    switch (prng_below(prng, 24)) {
    case 0:
        c.kind = LIVE_TAKE;
        c.has_amount = prng_chance(prng, 500);
        break;
    case 1:
        c.kind = LIVE_MARK;
        break;
    case 2:
        c.kind = prng_chance(prng, 300) ? LIVE_SIT_OUT : LIVE_SIT_IN;
        break;
    case 3:
        c.kind = LIVE_AWAY;
        id_of(c.subject, (unsigned)prng_below(prng, PLAYERS));
        break;
    case 4:
        c.kind = LIVE_REBUY;
        break;
    case 5:
        c.kind = LIVE_ELAPSED;
        c.timer = (uint8_t)(1 + prng_below(prng, 3));
        id_of(c.subject, (unsigned)prng_below(prng, PLAYERS));
        c.instance = live_timer_instance(
            &g->live, (enum live_timer)c.timer, (uint32_t)prng_below(prng, PLAYERS));
        break;
    case 6:
        if (live_rolling(&g->live)) {
            return; /* who comes and goes waits for the result, see membership.c */
        }
        if (prng_chance(prng, 100)) {
            live_leave(&g->live, id, &g->ctx, &g->sink);
        }
        live_seat(&g->live, id, "Ann", false, NULL, &g->sink);
        return;
    case 7:
    case 8:
    case 9:
        for (unsigned k = 0; k < PLAYERS; k++) {
            act(g, k, (struct live_command){.kind = LIVE_READY, .amount_cents = 1});
        }
        return;
    case 10:
    case 11:
        c.kind = LIVE_BET;
        c.bet = (struct bet_ref){(uint8_t)prng_below(prng, BET_PLACE), c.bet.number};
        break;
    case 12:
    case 13:
        c.kind = LIVE_BET;
        c.bet = (struct bet_ref){BET_PASS, 0};
        break;
    default:
        c.kind = LIVE_BET;
        break;
    }
    if (live_rolling(&g->live) && prng_chance(prng, 500)) {
        live_dice(&g->live, &g->ctx, 1 + (unsigned)prng_below(prng, 6),
            1 + (unsigned)prng_below(prng, 6), &g->sink);
        return;
    }
    act(g, player, c);
}

/* No move of any kind, and no block of several moves, breaks one. */
static void test_invariants_hold_whatever_is_played(void **state)
{
    (void)state;
    static const char *const tables[][8] = {
        {NULL},
        {"crapless", "1", "odds", "20", NULL},
        {"vig", "upfront", "vig_min", "25", "odds", "1", NULL},
        {"line_required", "0", "odds", "100", "max", "1000000", NULL},
        {"rebuys", "any", "buy_in", "2000", "rtl", "7", NULL},
        {"seats", "4", "start", "3", "ats", "30_150", NULL},
    };
    static struct live before;
    uint64_t rolls = 0;
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        struct house_rules rules = house_rules_default();
        for (unsigned k = 0; tables[t][k] != NULL; k += 2) {
            assert_int_equal(house_rules_set(&rules, tables[t][k], tables[t][k + 1]), REFUSAL_NONE);
        }
        struct game *g = begin(&rules, rules.seats < PLAYERS ? rules.seats : PLAYERS);
        struct prng prng;
        prng_seed(&prng, 77 + t);
        for (unsigned k = 0; k < OPS_A_RUN; k++) {
            live_copy(&before, &g->live);
            g->sink.count = g->sink.dropped = 0;
            for (uint64_t ops = 1 + prng_below(&prng, 3); ops > 0; ops--) {
                random_op(g, &prng);
            }
            assert_holds(&before, g);
            assert_holds(NULL, g);
        }
        rolls += g->live.roll;
        free(g);
    }
    assert_true(rolls > 2000);
}

/* A table in the middle of a hand, point 6: Ann has line, odds, come bets with odds, a number, a hardway and a split bet; Bo has the
 * dont side; Cy has left with a pass bet standing. */
static struct game *middle(void)
{
    struct house_rules rules = house_rules_default();
    struct game *g = begin(&rules, 3);
    bet(g, 0, BET_PASS, 0, PLANT_CENTS);
    bet(g, 0, BET_FIRE, 0, 500);
    bet(g, 1, BET_DONT_PASS, 0, PLANT_CENTS);
    bet(g, 2, BET_PASS, 0, PLANT_CENTS);
    throw_dice(g, 2, 4);
    bet(g, 0, BET_COME, 0, PLANT_CENTS);
    bet(g, 1, BET_DONT_COME, 0, PLANT_CENTS);
    throw_dice(g, 4, 5);
    bet(g, 0, BET_PASS_ODDS, 0, PLANT_CENTS);
    bet(g, 0, BET_COME_ODDS, 9, PLANT_CENTS);
    bet(g, 0, BET_COME, 0, 300);
    bet(g, 0, BET_PLACE, 8, PLANT_CENTS);
    bet(g, 0, BET_HARD, 8, 500);
    bet(g, 0, BET_HORN, 0, 400);
    bet(g, 1, BET_DONT_PASS_ODDS, 0, PLANT_CENTS);
    uint8_t cy[LIVE_ID_BYTES];
    id_of(cy, 2);
    live_leave(&g->live, cy, &g->ctx, &g->sink);
    return g;
}

static int64_t *slot_of(struct live *l, unsigned player, unsigned kind, unsigned number)
{
    uint16_t slot = bet_slot((struct bet_ref){(uint8_t)kind, (uint8_t)number});
    assert_int_not_equal(slot, BET_SLOT_NONE);
    return &l->players[player].bet_cents[slot];
}

/* Puts an amount there as nobody may, and pays for it, so that only this one thing is wrong. */
static void force(struct live *l, unsigned player, unsigned kind, unsigned number, int64_t cents)
{
    uint16_t slot = bet_slot((struct bet_ref){(uint8_t)kind, (uint8_t)number});
    int64_t *at = slot_of(l, player, kind, number);
    uint64_t bit = UINT64_C(1) << slot % 64;
    l->players[player].balance_cents += *at - cents;
    *at = cents;
    l->players[player].live[slot / 64] &= ~bit;
    l->players[player].live[slot / 64] |= cents != 0 ? bit : 0;
}

static void push(struct game *g, struct event e)
{
    event_emit(&g->sink, e);
}

static void roll_unsaid(struct game *g, unsigned die1, unsigned die2)
{
    throw_dice(g, die1, die2);
}

/* What is broken, and how. `g->live` is the state after, the sink what the step said. */
static void plant(struct game *g, enum invariant kind, unsigned way)
{
    struct live *l = &g->live;
    struct table *t = &l->table;
    struct bet_ref none = {0};
    switch (kind) {
    case INVARIANT_SHAPE:
        if (way == 0) {
            t->player_count++;
        } else {
            push(g, (struct event){.kind = EVENT_BET, .player = 99, .bet = none});
        }
        break;
    case INVARIANT_CHIPS:
        if (way == 0) {
            l->players[1].balance_cents += 1;
        } else {
            t->bank_cents -= 1;
        }
        break;
    case INVARIANT_BALANCE:
        t->bank_cents += l->players[1].balance_cents + 1;
        l->players[1].balance_cents = -1;
        break;
    case INVARIANT_ISSUED:
        if (way == 0) {
            l->players[1].issued_cents += 100;
            l->players[1].balance_cents += 100;
        } else {
            l->accounts[1].rebuys = (uint16_t)(l->rules.rebuys + 1);
        }
        break;
    case INVARIANT_AMOUNT:
        if (way == 0) {
            *slot_of(l, 0, BET_HARD, 4) = 500; /* nothing says that it is there */
        } else if (way == 1) {
            *slot_of(l, 0, BET_HARD, 8) = 0;
        } else {
            *slot_of(l, 0, BET_HARD, 8) = -500;
        }
        break;
    case INVARIANT_OFFERED:
        force(l, 0, way == 0 ? BET_PLACE : BET_COME, way == 0 ? 11 : 2, 500);
        break;
    case INVARIANT_MIN:
        force(l, 0, BET_HARD, 8, t->config.min_cents - 1);
        break;
    case INVARIANT_MAX:
        force(l, 0, BET_HARD, 8, t->config.max_cents + 1);
        break;
    case INVARIANT_MULTIPLE:
        force(l, 0, BET_HORN, 0, 402);
        break;
    case INVARIANT_MARK:
        if (way == 0) {
            l->players[0].marked_on[0] = l->players[0].marked_off[0] = l->players[0].live[0];
        } else {
            l->players[0].marked_off[0] |= ~l->players[0].live[0];
        }
        break;
    case INVARIANT_PHASE:
        t->point = 0;
        break;
    case INVARIANT_BASE:
        force(l, 0, BET_COME, 9, 0);
        break;
    case INVARIANT_ODDS_CAP:
        if (way == 0) {
            force(l, 0, BET_PASS_ODDS, 0, 5 * PLANT_CENTS + 1);
        } else if (way == 1) {
            force(l, 0, BET_COME_ODDS, 9, 4 * PLANT_CENTS + 1);
        } else {
            force(l, 1, BET_DONT_PASS_ODDS, 0, 6 * PLANT_CENTS + 1);
        }
        break;
    case INVARIANT_LEFT_BEHIND:
        force(l, 2, way == 0 ? BET_PLACE : BET_DONT_PASS, way == 0 ? 8 : 0, 500);
        break;
    case INVARIANT_PUCK:
        t->point = way == 0 ? 7 : way == 1 ? 3 : 13;
        break;
    case INVARIANT_HAND:
        if (way == 0) {
            t->hand.rolls = 0;
        } else if (way == 1) {
            t->hand.line_wins = t->hand.rolls + 1;
        } else {
            t->hand.made[4] = 9;
        }
        break;
    case INVARIANT_SEAT:
        if (way == 0) {
            l->accounts[1].seat = l->accounts[0].seat;
        } else if (way == 1) {
            l->accounts[0].seat = (uint8_t)(l->rules.seats + 1);
        } else if (way == 2) {
            l->players[1].may_throw = false;
        } else {
            l->accounts[2].ready = true;
        }
        break;
    case INVARIANT_NAME:
        if (way == 0) {
            memcpy(l->accounts[1].id, l->accounts[0].id, LIVE_ID_BYTES);
        } else {
            memcpy(l->players[1].name, l->players[0].name, sizeof l->players[1].name);
        }
        break;
    case INVARIANT_BOT:
        l->accounts[1].bot = true;
        if (way == 1) {
            memcpy(l->accounts[1].sponsor, l->accounts[1].id, LIVE_ID_BYTES);
        }
        break;
    case INVARIANT_THROWER:
        l->thrower = way == 0 ? 1 : way == 1 ? 2 : 77;
        break;
    case INVARIANT_STARTED:
        l->started = false;
        break;
    case INVARIANT_FOREVER:
        if (way == 0) {
            l->window_instance--;
        } else if (way == 1) {
            l->accounts[1].id[9] = 1;
        } else {
            l->players[1].name[0] = 'Z';
        }
        break;
    case INVARIANT_ROLLS:
        if (way == 0) {
            l->roll++;
        } else if (way == 1) {
            t->point = 8;
        } else if (way == 2) {
            t->hand.rolls++;
        } else {
            roll_unsaid(g, 1, 2);
            g->sink.count = 0;
        }
        break;
    case INVARIANT_DICE:
        roll_unsaid(g, 1, 2);
        for (size_t i = 0; i < g->sink.count; i++) {
            if (events[i].kind == EVENT_ROLL) {
                events[i].die1 = way == 0 ? 7 : 5; /* with the other a six or a seven */
            }
        }
        break;
    case INVARIANT_DICE_OUT:
        push(g, (struct event){.kind = EVENT_THROW, .player = 0});
        push(g, (struct event){.kind = EVENT_BET, .bet = {BET_FIELD, 0}, .amount_cents = 500});
        break;
    case INVARIANT_BET:
        push(g, (struct event){.kind = EVENT_BET,
                    .bet = {way == 0   ? BET_PASS
                            : way == 1 ? BET_FIRE
                            : way == 2 ? BET_COME
                                       : BET_HORN,
                        way == 2 ? 9 : 0},
                    .amount_cents = 401});
        break;
    case INVARIANT_CONTRACT:
        if (way == 0) {
            force(l, 0, BET_PASS, 0, PLANT_CENTS - 100);
            force(l, 0, BET_PASS_ODDS, 0, 0);
        } else if (way == 1) {
            force(l, 1, BET_DONT_PASS, 0, PLANT_CENTS + 100);
        } else {
            push(g, (struct event){.kind = EVENT_TAKE, .bet = {BET_PASS, 0}, .amount_cents = 100});
        }
        break;
    case INVARIANT_DECIDED:
        roll_unsaid(g, 1, 3);
        if (way == 0) {
            force(l, 0, BET_HORN, 0, 400);
        } else {
            force(l, 0, BET_COME, 0, 300);
        }
        break;
    case INVARIANT_PAID:
        if (way == 0) { /* from one rack to another: the sum is right */
            l->players[0].balance_cents -= 700;
            l->players[1].balance_cents += 700;
        } else {
            roll_unsaid(g, 1, 1); /* the horn wins */
            l->players[0].balance_cents += 100;
            t->bank_cents -= 100;
        }
        break;
    case INVARIANT_NONE:
    case INVARIANT_COUNT:
        break;
    }
}

/* Each of them is broken by hand in every way listed, and it is that one which is named. */
static void test_invariants_each_broken_one_is_named(void **state)
{
    (void)state;
    static const uint8_t ways[INVARIANT_COUNT] = {[INVARIANT_SHAPE] = 2,
        [INVARIANT_CHIPS] = 2,
        [INVARIANT_BALANCE] = 1,
        [INVARIANT_ISSUED] = 2,
        [INVARIANT_AMOUNT] = 3,
        [INVARIANT_OFFERED] = 2,
        [INVARIANT_MIN] = 1,
        [INVARIANT_MAX] = 1,
        [INVARIANT_MULTIPLE] = 1,
        [INVARIANT_MARK] = 2,
        [INVARIANT_PHASE] = 1,
        [INVARIANT_BASE] = 1,
        [INVARIANT_ODDS_CAP] = 3,
        [INVARIANT_LEFT_BEHIND] = 2,
        [INVARIANT_PUCK] = 3,
        [INVARIANT_HAND] = 3,
        [INVARIANT_SEAT] = 4,
        [INVARIANT_NAME] = 2,
        [INVARIANT_BOT] = 2,
        [INVARIANT_THROWER] = 3,
        [INVARIANT_STARTED] = 1,
        [INVARIANT_FOREVER] = 3,
        [INVARIANT_ROLLS] = 4,
        [INVARIANT_DICE] = 2,
        [INVARIANT_DICE_OUT] = 1,
        [INVARIANT_BET] = 4,
        [INVARIANT_CONTRACT] = 3,
        [INVARIANT_DECIDED] = 2,
        [INVARIANT_PAID] = 2};
    static struct live before;
    for (unsigned kind = 1; kind < INVARIANT_COUNT; kind++) {
        assert_true(ways[kind] > 0);
        for (unsigned way = 0; way < ways[kind]; way++) {
            struct game *g = middle();
            struct invariant_fault f;
            live_copy(&before, &g->live);
            g->sink.count = 0;
            assert_holds(&before, g);
            plant(g, (enum invariant)kind, way);
            const struct live *from = kind == INVARIANT_NAME ? NULL : &before;
            if (invariants_hold(from, &g->live, &g->sink, &f) || f.kind != kind) {
                fail_msg("%s, way %u: found %s (%lld, %lld)", invariant_name(kind), way,
                    invariant_name(f.kind), (long long)f.have, (long long)f.want);
            }
            free(g);
        }
    }
}

/* Numbers that a person can use: whose bet, which, how much, and what would be right. */
static void test_invariants_a_fault_says_who_and_how_much(void **state)
{
    (void)state;
    struct game *g = middle();
    struct invariant_fault f;
    force(&g->live, 1, BET_DONT_PASS_ODDS, 0, 6 * PLANT_CENTS + 5);
    assert_false(invariants_hold(NULL, &g->live, NULL, &f));
    assert_int_equal(f.kind, INVARIANT_ODDS_CAP);
    assert_int_equal(f.player, 1);
    assert_int_equal(f.bet.kind, BET_DONT_PASS_ODDS);
    assert_int_equal(f.have, 6 * PLANT_CENTS + 5);
    assert_int_equal(f.want, 6 * PLANT_CENTS);
    free(g);
}

/* Every kind has a word and a sentence of its own. */
static void test_invariants_all_have_words(void **state)
{
    (void)state;
    for (unsigned a = 0; a < INVARIANT_COUNT; a++) {
        assert_non_null(invariant_name(a));
        assert_true(strlen(invariant_rule(a)) > 10);
        for (unsigned b = 0; b < a; b++) {
            assert_string_not_equal(invariant_name(a), invariant_name(b));
        }
    }
    assert_string_equal(invariant_name(INVARIANT_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_invariants_hold_whatever_is_played),
        cmocka_unit_test(test_invariants_each_broken_one_is_named),
        cmocka_unit_test(test_invariants_a_fault_says_who_and_how_much),
        cmocka_unit_test(test_invariants_all_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
