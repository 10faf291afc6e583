#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "game/live.h"
#include "game/strategy.h"

#include <stdlib.h>

enum { EVENTS_MAX = 4096, STATE_BYTES = 1 << 18 };

struct fixture {
    struct live live;
    struct live_context ctx;
    struct event events[EVENTS_MAX];
    struct event_sink sink;
};

static void id_of(uint8_t id[LIVE_ID_BYTES], unsigned k)
{
    memset(id, 0, LIVE_ID_BYTES);
    id[0] = (uint8_t)(k + 1);
}

static struct fixture *begin(struct house_rules rules, unsigned players)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->sink = (struct event_sink){.items = f->events, .capacity = EVENTS_MAX};
    f->ctx = (struct live_context){.author_member = true,
        .members = (uint16_t)players,
        .faulty = (uint16_t)((players - 1) / 3),
        .dice_allowed = true};
    live_init(&f->live, &rules);
    for (unsigned k = 0; k < players; k++) {
        uint8_t id[LIVE_ID_BYTES];
        id_of(id, k);
        assert_int_equal(live_seat(&f->live, id, "Ann", false, NULL, &f->sink), REFUSAL_NONE);
    }
    return f;
}

static enum refusal act(struct fixture *f, unsigned player, struct live_command c)
{
    id_of(f->ctx.author, player);
    enum refusal r = live_apply(&f->live, &f->ctx, &c, &f->sink);
    assert_true(live_check(&f->live));
    return r;
}

static enum refusal bet(
    struct fixture *f, unsigned player, enum bet_kind kind, unsigned number, int64_t cents)
{
    return act(f, player,
        (struct live_command){
            .kind = LIVE_BET,
            .bet = {.kind = (uint8_t)kind, .number = (uint8_t)number},
            .has_amount = true,
            .amount_cents = cents,
        });
}

static enum refusal ready(struct fixture *f, unsigned player)
{
    return act(f, player, (struct live_command){.kind = LIVE_READY, .amount_cents = 1});
}

static void dice(struct fixture *f, unsigned a, unsigned b)
{
    assert_true(live_rolling(&f->live));
    live_dice(&f->live, &f->ctx, a, b, &f->sink);
    assert_true(live_check(&f->live));
}

static enum refusal elapsed(
    struct fixture *f, unsigned voter, enum live_timer timer, unsigned subject)
{
    struct live_command c = {.kind = LIVE_ELAPSED, .timer = (uint8_t)timer};
    c.instance = live_timer_instance(&f->live, timer, subject);
    if (timer == LIVE_TIMER_GRACE) {
        id_of(c.subject, subject);
    }
    return act(f, voter, c);
}

static void test_names_are_made_unique(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default(), 3);
    assert_string_equal(f->live.players[0].name, "Ann");
    assert_string_equal(f->live.players[1].name, "Ann-2");
    assert_string_equal(f->live.players[2].name, "Ann-3");
    assert_int_equal(seat_letter(f->live.accounts[2].seat), 'C');
    free(f);
}

static void test_a_full_table_refuses_and_a_leaver_makes_room(void **state)
{
    (void)state;
    struct house_rules rules = house_rules_default();
    rules.seats = 2;
    struct fixture *f = begin(rules, 2);
    uint8_t id[LIVE_ID_BYTES];
    id_of(id, 7);
    assert_int_equal(live_seat(&f->live, id, "Zoe", false, NULL, NULL), REFUSAL_TABLE_FULL);
    uint8_t first[LIVE_ID_BYTES];
    id_of(first, 0);
    live_leave(&f->live, first, &f->ctx, &f->sink);
    assert_int_equal(live_seat(&f->live, id, "Zoe", false, NULL, NULL), REFUSAL_NONE);
    assert_int_equal(live_seat(&f->live, first, "Ann", false, NULL, NULL), REFUSAL_TABLE_FULL);
    free(f);
}

static void test_the_throwers_ready_is_carried_out_when_all_are_ready(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default(), 3);
    assert_int_equal(bet(f, 1, BET_PASS, 0, 500), REFUSAL_NONE);
    assert_int_equal(f->live.thrower, 1);
    assert_int_equal(ready(f, 1), REFUSAL_NONE);
    assert_int_equal(ready(f, 0), REFUSAL_NONE);
    assert_false(live_rolling(&f->live));
    assert_int_equal(ready(f, 2), REFUSAL_NONE);
    assert_true(live_rolling(&f->live));
    assert_int_equal(bet(f, 0, BET_FIELD, 0, 500), REFUSAL_DICE_OUT);
    dice(f, 3, 1);
    assert_int_equal(f->live.table.point, 4);
    assert_int_equal(f->live.roll, 1);
    assert_true(f->live.window_open);
    free(f);
}

static void test_nobody_throws_before_start_players_sit(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default(), 1);
    bet(f, 0, BET_PASS, 0, 500);
    assert_int_equal(
        act(f, 0, (struct live_command){.kind = LIVE_THROW}), REFUSAL_WAITING_FOR_PLAYERS);
    ready(f, 0);
    assert_false(live_rolling(&f->live));
    uint8_t id[LIVE_ID_BYTES];
    id_of(id, 1);
    live_seat(&f->live, id, "Bo", false, NULL, NULL);
    f->ctx.members = 2;
    live_context_changed(&f->live, &f->ctx, NULL);
    assert_false(live_rolling(&f->live)); /* Bo is not ready */
    ready(f, 1);
    assert_true(live_rolling(&f->live));
    free(f);
}

static void test_the_window_closes_by_two_witnesses_and_opens_without_a_line_bet(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default(), 3);
    assert_false(live_timer_runs(&f->live, &f->ctx, LIVE_TIMER_WINDOW, 0));
    bet(f, 0, BET_PASS, 0, 500);
    assert_true(live_timer_runs(&f->live, &f->ctx, LIVE_TIMER_WINDOW, 0));
    assert_int_equal(elapsed(f, 0, LIVE_TIMER_WINDOW, 0), REFUSAL_NONE);
    assert_true(f->live.window_open);
    assert_int_equal(elapsed(f, 0, LIVE_TIMER_WINDOW, 0), REFUSAL_NONE); /* once a member */
    assert_true(f->live.window_open);
    assert_int_equal(elapsed(f, 1, LIVE_TIMER_WINDOW, 0), REFUSAL_NONE);
    assert_false(f->live.window_open);
    uint64_t instance = f->live.window_instance;
    act(f, 0, (struct live_command){.kind = LIVE_TAKE, .bet = {.kind = BET_PASS}});
    assert_true(f->live.window_open);
    assert_int_equal(f->live.window_instance, instance + 1);
    free(f);
}

static void test_a_silent_thrower_is_passed_over_and_sits_out_the_second_time(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default(), 3);
    bet(f, 0, BET_PASS, 0, 500);
    bet(f, 1, BET_PASS, 0, 500);
    elapsed(f, 0, LIVE_TIMER_WINDOW, 0);
    elapsed(f, 1, LIVE_TIMER_WINDOW, 0);
    assert_int_equal(f->live.thrower, 0);
    elapsed(f, 1, LIVE_TIMER_SHOOTER, 0);
    elapsed(f, 2, LIVE_TIMER_SHOOTER, 0);
    assert_int_equal(f->live.thrower, 1);
    assert_int_equal(f->live.accounts[0].passed_over, 1);
    elapsed(f, 0, LIVE_TIMER_SHOOTER, 0);
    elapsed(f, 2, LIVE_TIMER_SHOOTER, 0);
    assert_int_equal(f->live.thrower, 0);
    elapsed(f, 1, LIVE_TIMER_SHOOTER, 0);
    elapsed(f, 2, LIVE_TIMER_SHOOTER, 0);
    assert_true(f->live.accounts[0].sitting_out);
    assert_int_equal(f->live.thrower, 1);
    ready(f, 0);
    assert_false(f->live.accounts[0].sitting_out);
    free(f);
}

static void test_the_point_moves_on_when_its_shooter_is_away(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default(), 4);
    bet(f, 0, BET_PASS, 0, 500);
    for (unsigned k = 0; k < 4; k++) {
        ready(f, k);
    }
    dice(f, 2, 2);
    assert_int_equal(f->live.thrower, 0);
    struct live_command away = {.kind = LIVE_AWAY};
    id_of(away.subject, 0);
    assert_int_equal(act(f, 1, away), REFUSAL_NONE);
    assert_false(f->live.accounts[0].away);
    assert_int_equal(act(f, 2, away), REFUSAL_NONE);
    assert_true(f->live.accounts[0].away);
    assert_int_equal(f->live.thrower, 1); /* a line bet is not needed when nobody else has one */
    assert_int_equal(act(f, 0, (struct live_command){.kind = LIVE_BACK}), REFUSAL_NONE);
    assert_false(f->live.accounts[0].away);
    free(f);
}

static void test_the_grace_timer_empties_a_seat_and_keeps_the_stack(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default(), 3);
    bet(f, 0, BET_FIELD, 0, 500);
    struct live_command away = {.kind = LIVE_AWAY};
    id_of(away.subject, 0);
    act(f, 1, away);
    act(f, 2, away);
    assert_true(live_timer_runs(&f->live, &f->ctx, LIVE_TIMER_GRACE, 0));
    elapsed(f, 1, LIVE_TIMER_GRACE, 0);
    elapsed(f, 2, LIVE_TIMER_GRACE, 0);
    assert_int_equal(f->live.accounts[0].seat, 0);
    assert_int_equal(f->live.players[0].balance_cents, 100000);
    uint8_t id[LIVE_ID_BYTES];
    id_of(id, 0);
    assert_int_equal(live_seat(&f->live, id, "Other", false, NULL, NULL), REFUSAL_NONE);
    assert_int_equal(f->live.account_count, 3);
    assert_string_equal(f->live.players[0].name, "Ann"); /* it never changes at that table */
    free(f);
}

static void test_a_leaver_keeps_contract_bets_working_for_the_stack(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default(), 2);
    bet(f, 0, BET_PASS, 0, 500);
    bet(f, 1, BET_PASS, 0, 500);
    ready(f, 0);
    ready(f, 1);
    dice(f, 2, 2);
    bet(f, 0, BET_PASS_ODDS, 0, 500);
    uint8_t id[LIVE_ID_BYTES];
    id_of(id, 0);
    live_leave(&f->live, id, &f->ctx, &f->sink);
    assert_int_equal(f->live.players[0].balance_cents, 99500); /* the odds came down, pass stays */
    ready(f, 1);
    dice(f, 1, 3);
    assert_int_equal(f->live.players[0].balance_cents, 100500);
    free(f);
}

static void test_rebuys_only_for_the_broke_and_only_so_many(void **state)
{
    (void)state;
    struct house_rules rules = house_rules_default();
    rules.buy_in_cents = 100;
    rules.rebuys = 1;
    struct fixture *f = begin(rules, 2);
    assert_int_equal(act(f, 0, (struct live_command){.kind = LIVE_REBUY}), REFUSAL_NO_REBUY);
    for (int round = 0; round < 2; round++) {
        bet(f, 0, BET_ANY_SEVEN, 0, 100);
        bet(f, 1, BET_PASS, 0, 100);
        ready(f, 0);
        ready(f, 1);
        dice(f, 2, 2);
        enum refusal want = round == 0 ? REFUSAL_NONE : REFUSAL_NO_REBUY;
        assert_int_equal(act(f, 0, (struct live_command){.kind = LIVE_REBUY}), want);
        ready(f, 0);
        ready(f, 1);
        dice(f, 2, 2);
    }
    free(f);
}

static void test_refused_commands_change_nothing(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default(), 2);
    static uint8_t before[STATE_BYTES], after[STATE_BYTES];
    struct writer w1 = writer_of(before, sizeof before);
    live_encode(&f->live, &w1);
    assert_int_equal(bet(f, 0, BET_PASS, 0, 1), REFUSAL_BELOW_MIN);
    assert_int_equal(bet(f, 0, BET_PASS, 0, 60000), REFUSAL_ABOVE_MAX);
    assert_int_equal(bet(f, 0, BET_COME, 0, 500), REFUSAL_POINT_OFF);
    assert_int_equal(act(f, 5, (struct live_command){.kind = LIVE_BACK}), REFUSAL_NOT_SEATED);
    struct writer w2 = writer_of(after, sizeof after);
    live_encode(&f->live, &w2);
    assert_int_equal(w1.size, w2.size);
    assert_memory_equal(before, after, w1.size);
    free(f);
}

static void check_round_trip(const struct live *l)
{
    static uint8_t bytes[STATE_BYTES], again[STATE_BYTES];
    static struct live copy;
    struct writer w = writer_of(bytes, sizeof bytes);
    live_encode(l, &w);
    assert_false(w.bad);
    struct reader r = reader_of(bytes, w.size);
    assert_true(live_decode(&copy, &r));
    assert_true(reader_done(&r));
    struct writer w2 = writer_of(again, sizeof again);
    live_encode(&copy, &w2);
    assert_int_equal(w.size, w2.size);
    assert_memory_equal(bytes, again, w.size);
}

/* All strategies at one table for hundreds of rolls: it never stands still, chips are conserved after every command, and
 * the state survives its own encoding. */
static void test_strategies_play_on_and_chips_are_conserved(void **state)
{
    (void)state;
    enum { ROLLS = 600, PLAYERS = STRATEGY_COUNT };
    struct house_rules rules = house_rules_default();
    rules.rebuys = LIVE_ANY;
    rules.seats = PLAYERS;
    struct fixture *f = begin(rules, PLAYERS);
    static struct strategy plans[PLAYERS];
    struct prng p;
    prng_seed(&p, 7);
    for (unsigned k = 0; k < PLAYERS; k++) {
        strategy_init(&plans[k], (enum strategy_kind)k, k + 1);
    }
    unsigned idle = 0;
    while (f->live.roll < ROLLS) {
        f->sink.count = 0;
        if (live_rolling(&f->live)) {
            dice(f, (unsigned)prng_below(&p, 6) + 1, (unsigned)prng_below(&p, 6) + 1);
            check_round_trip(&f->live);
            for (unsigned k = 0; k < PLAYERS; k++) {
                strategy_saw(&plans[k], f->sink.items, f->sink.count, k);
            }
            idle = 0;
        }
        for (unsigned k = 0; k < PLAYERS; k++) {
            struct live_command c;
            if (strategy_next(&plans[k], &f->live, k, &c)) {
                act(f, k, c);
            }
        }
        assert_true(++idle < 200);
        assert_int_equal(f->sink.dropped, 0);
    }
    free(f);
}

static void test_decode_refuses_every_truncation_and_survives_every_byte(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default(), 2);
    bet(f, 0, BET_PASS, 0, 500);
    bet(f, 1, BET_PLACE, 6, 600);
    static uint8_t bytes[STATE_BYTES];
    static struct live copy;
    struct writer w = writer_of(bytes, sizeof bytes);
    live_encode(&f->live, &w);
    for (size_t size = 0; size < w.size; size++) {
        struct reader r = reader_of(bytes, size);
        assert_false(live_decode(&copy, &r));
    }
    for (size_t i = 0; i < w.size; i++) {
        bytes[i] ^= 0x41;
        struct reader r = reader_of(bytes, w.size);
        if (live_decode(&copy, &r)) {
            assert_true(live_check(&copy));
        }
        bytes[i] ^= 0x41;
    }
    free(f);
}

static void test_commands_decode_only_what_was_encoded(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 256; kind++) {
        struct live_command c = {.kind = (uint8_t)kind, .bet = {.kind = BET_PLACE, .number = 6}};
        uint8_t bytes[LIVE_COMMAND_BYTES_MAX];
        struct writer w = writer_of(bytes, sizeof bytes);
        live_command_encode(&c, &w);
        struct reader r = reader_of(bytes, w.size);
        struct live_command out;
        bool known = kind >= LIVE_BET && kind < LIVE_COMMAND_KIND_COUNT;
        assert_int_equal(live_command_decode(&out, &r), known);
        for (size_t cut = 0; known && cut < w.size; cut++) {
            r = reader_of(bytes, cut);
            assert_false(live_command_decode(&out, &r));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_made_unique),
        cmocka_unit_test(test_a_full_table_refuses_and_a_leaver_makes_room),
        cmocka_unit_test(test_the_throwers_ready_is_carried_out_when_all_are_ready),
        cmocka_unit_test(test_nobody_throws_before_start_players_sit),
        cmocka_unit_test(test_the_window_closes_by_two_witnesses_and_opens_without_a_line_bet),
        cmocka_unit_test(test_a_silent_thrower_is_passed_over_and_sits_out_the_second_time),
        cmocka_unit_test(test_the_point_moves_on_when_its_shooter_is_away),
        cmocka_unit_test(test_the_grace_timer_empties_a_seat_and_keeps_the_stack),
        cmocka_unit_test(test_a_leaver_keeps_contract_bets_working_for_the_stack),
        cmocka_unit_test(test_rebuys_only_for_the_broke_and_only_so_many),
        cmocka_unit_test(test_refused_commands_change_nothing),
        cmocka_unit_test(test_strategies_play_on_and_chips_are_conserved),
        cmocka_unit_test(test_decode_refuses_every_truncation_and_survives_every_byte),
        cmocka_unit_test(test_commands_decode_only_what_was_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
