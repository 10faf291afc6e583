/* The figures of an evening against ones that were worked out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "game/tally.h"

#include <stdlib.h>
#include <string.h>

enum { ANN, BO, PLAYERS, EVENTS = 256 };

static struct live *live;
static struct tally *tally;
static struct live_context ctx;
static uint8_t ids[PLAYERS][LIVE_ID_BYTES];
static struct event items[EVENTS];
static struct event_sink sink;

static void add(void)
{
    tally_add(tally, live, sink.items, sink.count);
    sink.count = 0;
}

static void say(unsigned player, struct live_command c)
{
    memcpy(ctx.author, ids[player], LIVE_ID_BYTES);
    assert_int_equal(live_apply(live, &ctx, &c, &sink), REFUSAL_NONE);
    add();
}

static void bet(unsigned player, enum bet_kind kind, unsigned number, int64_t chips)
{
    say(player, (struct live_command){.kind = LIVE_BET,
                    .bet = {(uint8_t)kind, (uint8_t)number},
                    .has_amount = true,
                    .amount_cents = chips * 100});
}

static void roll(unsigned die1, unsigned die2)
{
    unsigned thrower = live->thrower;
    struct live_command ready = {.kind = LIVE_READY, .has_amount = true, .amount_cents = 1};
    for (unsigned i = 0; i < PLAYERS && !live_rolling(live); i++) {
        if (i != thrower) {
            say(i, ready);
        }
    }
    if (!live_rolling(live)) {
        say(thrower, (struct live_command){.kind = LIVE_THROW});
    }
    assert_true(live_rolling(live));
    live_dice(live, &ctx, die1, die2, &sink);
    add();
}

static int begin(void **unused)
{
    (void)unused;
    struct house_rules rules = house_rules_default();
    static const char *const names[PLAYERS] = {"Ann", "Bo"};
    live = calloc(1, sizeof *live);
    tally = calloc(1, sizeof *tally);
    sink = (struct event_sink){.items = items, .capacity = EVENTS};
    ctx = (struct live_context){.author_member = true, .members = PLAYERS, .dice_allowed = true};
    live_init(live, &rules);
    ids[ANN][0] = 1;
    ids[BO][0] = 2;
    tally_init(tally, ids[ANN]);
    tally_begin(tally, live);
    for (unsigned i = 0; i < PLAYERS; i++) {
        assert_int_equal(live_seat(live, ids[i], names[i], false, NULL, &sink), REFUSAL_NONE);
        add();
    }
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    free(live);
    free(tally);
    return 0;
}

/* A point is made with odds behind it, a natural, a point missed: six rolls, one hand. */
static void play_a_hand(void)
{
    bet(ANN, BET_PASS, 0, 10);
    bet(BO, BET_DONT_PASS, 0, 10);
    roll(4, 4);
    bet(ANN, BET_PASS_ODDS, 0, 20);
    bet(ANN, BET_PLACE, 6, 12);
    roll(3, 3); /* +14, and the 12 stay up */
    roll(5, 3); /* Ann +10 and +24, Bo -10 */
    bet(ANN, BET_PASS, 0, 10);
    roll(6, 5); /* +10 */
    bet(ANN, BET_PASS, 0, 10);
    roll(2, 2);
    roll(3, 4); /* -10, -12 */
}

static void test_figures_are_those_worked_out_by_hand(void **unused)
{
    (void)unused;
    play_a_hand();
    const struct tally_player *ann = &tally->players[ANN], *bo = &tally->players[BO];
    assert_int_equal(tally->rolls, 6);
    assert_int_equal(tally->me, ANN);
    assert_int_equal(ann->start_cents, 100000);
    assert_int_equal(ann->end_cents, 103600);
    assert_int_equal(ann->best_cents, 3400);
    assert_int_equal(ann->best_roll, 3);
    assert_int_equal(ann->won, 4);
    assert_int_equal(ann->lost, 2);
    assert_int_equal(tally_hit_permille(ann->won, ann->lost), 667);
    assert_int_equal(bo->end_cents - bo->start_cents, -1000);
    assert_int_equal(bo->best_cents, 0);
    assert_int_equal(tally_hit_permille(bo->won, bo->lost), 0);
    assert_int_equal(tally->hands, 1);
    assert_int_equal(tally->hand_rolls, 6);
    assert_int_equal(tally->longest.rolls, 6);
    assert_int_equal(tally->longest.player, ANN);
    assert_int_equal(tally->points_made, 1);
    assert_int_equal(tally->points_missed, 1);
    assert_int_equal(tally_total(tally, 8), 2);
    assert_int_equal(tally_total(tally, 7), 1);
    assert_int_equal(tally_total(tally, 12), 0);
    assert_int_equal(tally->faces[5][4], 1);
    assert_int_equal(tally->faces[4][5], 0);
}

static void test_bets_are_counted_one_by_one(void **unused)
{
    (void)unused;
    play_a_hand();
    static const struct {
        struct bet_ref bet;
        uint32_t decided, won;
        int64_t staked, net;
    } rows[] = {
        {{BET_PASS, 0}, 3, 2, 3000, 1000}, {{BET_PASS_ODDS, 0}, 1, 1, 2000, 2400},
        {{BET_PLACE, 6}, 2, 1, 2400, 200}, {{BET_DONT_PASS, 0}, 0, 0, 0, 0}, /* Bo's */
    };
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tally_bet *b = &tally->bets[bet_slot(rows[i].bet)];
        assert_int_equal(b->decided, rows[i].decided);
        assert_int_equal(b->won, rows[i].won);
        assert_int_equal(b->staked_cents, rows[i].staked);
        assert_int_equal(b->net_cents, rows[i].net);
        sum += b->net_cents;
    }
    assert_int_equal(sum, tally->players[ANN].end_cents - tally->players[ANN].start_cents);
}

/* A rebuy is no gain, the hand that goes on counts as the longest so far, and its rolls not yet in the average. */
static void test_a_rebuy_is_no_gain_and_an_open_hand_is_not_averaged(void **unused)
{
    (void)unused;
    play_a_hand();
    bet(BO, BET_PASS, 0, 10);
    bet(BO, BET_FIELD, 0, 490);
    roll(4, 4);
    bet(BO, BET_FIELD, 0, 490);
    roll(3, 3);
    assert_int_equal(tally->players[BO].end_cents, 1000);
    roll(4, 3); /* the 10 on pass are gone, too, and this hand of three */
    assert_int_equal(tally->hand_rolls, 9);
    say(BO, (struct live_command){.kind = LIVE_REBUY});
    bet(BO, BET_PASS, 0, 10);
    assert_int_equal(tally->players[BO].start_cents, 200000);
    assert_int_equal(tally->players[BO].end_cents, 100000);
    bet(ANN, BET_PASS, 0, 10);
    unsigned thrower = EVENT_NOBODY;
    for (unsigned i = 0; i < 7; i++) {
        thrower = live->thrower;
        roll(i == 0 ? 4 : 6, i == 0 ? 5 : 2); /* nine is the point, eights go by */
    }
    assert_int_equal(tally->hands, 2);
    assert_int_equal(tally->hand_rolls, 9);
    assert_int_equal(tally->longest.rolls, 7);
    assert_int_equal(tally->longest.player, thrower);
    assert_int_equal(tally->longest.ended, 16);
}

/* Who is followed from the middle on starts with what he has then. */
static void test_a_table_that_is_followed_from_the_middle_starts_there(void **unused)
{
    (void)unused;
    play_a_hand();
    struct tally *late = calloc(1, sizeof *late);
    tally_init(late, NULL);
    tally_begin(late, live);
    assert_int_equal(late->me, -1);
    assert_int_equal(late->players[ANN].start_cents, 103600);
    assert_int_equal(late->players[ANN].end_cents, 103600);
    free(late);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_figures_are_those_worked_out_by_hand, begin, end),
        cmocka_unit_test_setup_teardown(test_bets_are_counted_one_by_one, begin, end),
        cmocka_unit_test_setup_teardown(
            test_a_rebuy_is_no_gain_and_an_open_hand_is_not_averaged, begin, end),
        cmocka_unit_test_setup_teardown(
            test_a_table_that_is_followed_from_the_middle_starts_there, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
