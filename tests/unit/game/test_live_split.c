/* Table split (protocol B.5): where every kind of bet goes, that no chip is lost, and that whoever comes back has its stack. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "game/layout.h"
#include "game/live.h"
#include "game/pay.h"

#include <stdlib.h>

enum { ANN, BO, CY, BOT_OF_ANN, BOT_OF_CY, SITTERS, MEMBERS = 3, STAKE = 600 };

struct fixture {
    struct live live;
    struct live_context ctx;
    uint8_t ids[SITTERS][LIVE_ID_BYTES];
};

static struct fixture *begin(struct house_rules rules)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->ctx = (struct live_context){.author_member = true, .members = MEMBERS, .dice_allowed = true};
    live_init(&f->live, &rules);
    for (unsigned i = 0; i < SITTERS; i++) {
        const uint8_t *sponsor = i < MEMBERS ? NULL : f->ids[i == BOT_OF_ANN ? ANN : CY];
        f->ids[i][0] = (uint8_t)(i + 1);
        assert_int_equal(
            live_seat(&f->live, f->ids[i], "Ann", sponsor != NULL, sponsor, NULL), REFUSAL_NONE);
    }
    return f;
}

/* A bet as if it had been made, whatever the moment: with the vig that is paid upfront. */
static void put(struct fixture *f, unsigned account, uint16_t slot, int64_t cents)
{
    struct table *t = &f->live.table;
    int64_t vig = pay_upfront_cents(&t->config, bet_of_slot(slot), cents);
    t->players[account].balance_cents -= cents + vig;
    t->bank_cents += vig;
    layout_set(&t->players[account], slot, cents);
}

static void split(struct fixture *f)
{
    const uint8_t survivors[2][LIVE_ID_BYTES] = {{ANN + 1}, {BO + 1}};
    assert_true(live_check(&f->live));
    f->ctx.members = 2;
    live_split(&f->live, &f->ctx, survivors, 2, NULL);
    assert_true(live_check(&f->live));
}

static bool stays(unsigned account)
{
    return account == ANN || account == BO || account == BOT_OF_ANN;
}

/* Every bet there is, one after the other, on everybody's layout. */
static void test_void_roll_returns_survivors_bets_and_forfeits_the_absents(void **state)
{
    (void)state;
    for (unsigned upfront = 0; upfront < 2; upfront++) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            struct house_rules rules = house_rules_default();
            rules.table.vig_upfront = upfront != 0;
            struct fixture *f = begin(rules);
            f->live.table.point = 6;
            f->live.table.hand.rolls = 3;
            f->live.phase = LIVE_ROLLING;
            int64_t vig = pay_upfront_cents(&rules.table, bet_of_slot(slot), STAKE);
            for (unsigned i = 0; i < SITTERS; i++) {
                put(f, i, slot, STAKE);
            }
            split(f);
            for (unsigned i = 0; i < SITTERS; i++) {
                int64_t want = rules.buy_in_cents - (stays(i) ? 0 : STAKE + vig);
                assert_int_equal(f->live.players[i].balance_cents, want);
                assert_int_equal(table_layout_cents(&f->live.players[i]), 0);
                assert_int_equal(f->live.accounts[i].seat != 0, stays(i));
            }
            assert_int_equal(f->live.table.bank_cents, 2 * (STAKE + vig));
            assert_int_equal(f->live.table.point, 0);
            assert_int_equal(f->live.table.hand.rolls, 0);
            assert_int_equal(f->live.phase, LIVE_BETTING);
            free(f);
        }
    }
}

/* Without a throw out the absent leave as if they had stood up; nobody forfeits anything. */
static void test_split_without_a_throw_leaves_contract_bets_and_takes_down_the_rest(void **state)
{
    (void)state;
    uint16_t pass = bet_slot((struct bet_ref){BET_PASS, 0});
    uint16_t place = bet_slot((struct bet_ref){BET_PLACE, 8});
    struct fixture *f = begin(house_rules_default());
    f->live.table.point = 6;
    for (unsigned i = 0; i < SITTERS; i++) {
        put(f, i, pass, STAKE);
        put(f, i, place, STAKE);
    }
    split(f);
    for (unsigned i = 0; i < SITTERS; i++) {
        assert_int_equal(f->live.players[i].bet_cents[pass], STAKE);
        assert_int_equal(f->live.players[i].bet_cents[place], stays(i) ? STAKE : 0);
        assert_int_equal(f->live.accounts[i].seat != 0, stays(i));
    }
    assert_int_equal(f->live.table.point, 6);
    assert_int_equal(f->live.table.bank_cents, 0);
    free(f);
}

/* Whoever throws now is somebody who is here, and nothing of the old votes about clocks and absence is left. */
static void test_split_forgets_what_the_old_electorate_had_said(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default());
    struct live *l = &f->live;
    put(f, CY, bet_slot((struct bet_ref){BET_PASS, 0}), STAKE);
    put(f, BO, bet_slot((struct bet_ref){BET_PASS, 0}), STAKE);
    l->table.point = 6;
    l->table.shooter = l->table.dice_seat = CY;
    l->thrower = CY;
    for (unsigned i = 0; i < SITTERS; i++) {
        l->accounts[i].ready = true;
        l->accounts[i].away = i == BO;
        memset(&l->accounts[i].away_votes, 0xff, sizeof l->accounts[i].away_votes);
        memset(&l->accounts[i].grace_votes, 0xff, sizeof l->accounts[i].grace_votes);
    }
    uint64_t window = l->window_instance, shooter = l->shooter_instance;
    split(f);
    assert_int_equal(l->thrower, BO);
    assert_true(l->window_open);
    assert_true(l->window_instance > window && l->shooter_instance > shooter);
    assert_false(live_rolling(l));
    for (unsigned i = 0; i < SITTERS; i++) {
        assert_false(l->accounts[i].ready || l->accounts[i].away);
        assert_false(live_away_voted(l, i, f->ids[ANN]));
        assert_false(live_timer_voted(l, LIVE_TIMER_GRACE, i, f->ids[ANN]));
    }
    free(f);
}

static void test_absent_player_comes_back_to_its_stack(void **state)
{
    (void)state;
    struct fixture *f = begin(house_rules_default());
    put(f, CY, bet_slot((struct bet_ref){BET_FIELD, 0}), STAKE);
    f->live.phase = LIVE_ROLLING;
    split(f);
    int64_t kept = f->live.players[CY].balance_cents;
    assert_int_equal(kept, house_rules_default().buy_in_cents - STAKE);
    assert_int_equal(live_seat(&f->live, f->ids[CY], "Cy", false, NULL, NULL), REFUSAL_NONE);
    assert_int_equal(live_find(&f->live, f->ids[CY]), CY);
    assert_true(f->live.accounts[CY].seat != 0);
    assert_int_equal(f->live.players[CY].balance_cents, kept);
    assert_true(live_check(&f->live));
    free(f);
}

/* Random layouts, throws and survivors: always conserved, always encodable. */
static void test_any_split_conserves_chips_and_survives_its_encoding(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 7);
    uint8_t *bytes = malloc(1 << 18);
    assert_non_null(bytes);
    for (unsigned round = 0; round < 500; round++) {
        struct fixture *f = begin(house_rules_default()), *back = begin(house_rules_default());
        for (unsigned k = 0; k < 20; k++) {
            put(f, (unsigned)prng_below(&prng, SITTERS),
                (uint16_t)prng_below(&prng, BET_SLOT_COUNT), STAKE);
            /* twice in one slot: the first stake comes back before the second goes up */
            for (unsigned i = 0; i < SITTERS; i++) {
                struct table_player *p = &f->live.players[i];
                p->balance_cents = p->issued_cents - table_layout_cents(p);
            }
        }
        f->live.table.bank_cents = 0;
        f->live.table.point = prng_below(&prng, 2) == 0 ? 0 : 8;
        f->live.phase = prng_below(&prng, 2) == 0 ? LIVE_ROLLING : LIVE_BETTING;
        split(f);
        struct writer w = writer_of(bytes, 1 << 18);
        live_encode(&f->live, &w);
        struct reader r = reader_of(bytes, w.size);
        assert_false(w.bad);
        assert_true(live_decode(&back->live, &r) && reader_done(&r));
        free(f);
        free(back);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_void_roll_returns_survivors_bets_and_forfeits_the_absents),
        cmocka_unit_test(test_split_without_a_throw_leaves_contract_bets_and_takes_down_the_rest),
        cmocka_unit_test(test_split_forgets_what_the_old_electorate_had_said),
        cmocka_unit_test(test_absent_player_comes_back_to_its_stack),
        cmocka_unit_test(test_any_split_conserves_chips_and_survives_its_encoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
