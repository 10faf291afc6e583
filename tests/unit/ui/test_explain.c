/* The page that explains a bet: pages of several kinds, and that its numbers are the engine's. */
#include "tests/unit/ui/pages.h"

#include "ui/explain_text.h"
#include "ui/odds_text.h"

#include <stdio.h>
#include <string.h>

static void explain(unsigned kind, unsigned number)
{
    settle();
    edit_open_bet(state, (struct bet_ref){(uint8_t)kind, (uint8_t)number});
    state->popup = POPUP_EXPLAIN;
}

static void test_explain_is_drawn(void **unused)
{
    (void)unused;
    friday();
    explain(BET_PLACE, 6);
    expect_both("explain_place");
    explain(BET_PASS_ODDS, 0);
    expect_page("explain_odds");
    explain(BET_HOP, 34);
    expect_page("explain_hop");
    explain(BET_REPEATER, 8);
    expect_page("explain_repeater");
    explain(BET_DONT_COME, 0);
    expect_page("explain_dont_come");
    explain(BET_HARD, 6);
    expect_page("explain_hard");
    explain(BET_RIDE_THE_LINE, 0);
    expect_page("explain_ride");
    explain(BET_FIELD, 0);
    expect_page("explain_field");
}

static void test_explain_on_the_come_out_is_drawn(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 28);
    explain(BET_PASS, 0);
    expect_both("explain_pass");
    explain(BET_LAY, 4);
    expect_page("explain_lay");
}

/* No bet has more to say than there is room for: what is said last is on the page of each. */
static void test_explain_has_room_for_every_bet(void **unused)
{
    (void)unused;
    static char drawn[PAGE_MAX];
    for (unsigned point = 0; point < 2; point++) {
        fake_port_sit(fake, "Friday Table", friends, 5, 28);
        settle();
        bet(0, BET_PASS, 0, 5);
        if (point != 0) {
            fake_port_roll(fake, 4, 2);
        }
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            struct bet_ref ref = bet_of_slot(slot);
            struct odds odds;
            if (!bet_number_allowed(ref, false) ||
                !odds_before(&fake->model.live.table.config, ref, 0, &odds)) {
                continue;
            }
            explain(ref.kind, ref.number);
            page(drawn);
            if (strstr(drawn, "come-out  ") == NULL ||
                (strstr(drawn, " better ") == NULL && odds.edge.num != 0) ||
                strstr(drawn, "edge  ") == NULL) {
                fail_msg("%s %u:\n%s", bet_specs[ref.kind].name, ref.number, drawn);
            }
        }
    }
}

static void test_explain_turns_through_every_bet(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 2, 28);
    settle();
    keys("i");
    assert_int_equal(state->popup, POPUP_EXPLAIN);
    struct bet_ref first = state->edit[0];
    unsigned bets = 0;
    unsigned kinds = 0;
    do {
        key(UIKEY_RIGHT);
        bets++;
    } while (state->edit[0].kind != first.kind && bets < 500);
    do {
        key(UIKEY_DOWN);
        kinds++;
    } while (state->edit[0].kind != first.kind && kinds < 500);
    assert_int_equal(kinds, BET_KIND_COUNT);
    assert_true(bets > 140 && bets < 181);
    key(UIKEY_DOWN);
    assert_int_equal(state->edit[0].kind, BET_DONT_PASS);
    key(UIKEY_UP);
    assert_int_equal(state->edit[0].kind, BET_PASS);
    key(UIKEY_ENTER);
    assert_int_equal(state->popup, POPUP_NONE);
    assert_int_equal(moves_own_cents(&fake->model.live, 0, first), 500);
    keys("h");
    keys("i");
    assert_int_equal(state->popup, POPUP_EXPLAIN);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_PROPS);
}

/* The short pay of the felt, where it is one ratio, is the one that the table pays. */
static void test_pays_on_the_felt_are_what_the_table_pays(void **unused)
{
    (void)unused;
    struct table_config config = table_config_default();
    unsigned checked = 0;
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        struct bet_ref ref = bet_of_slot(slot);
        struct odds_roll next[6][6];
        char text[BET_TEXT_MAX];
        double num = 0;
        double den = 0;
        char more = 0;
        if (ref.kind == BET_FIELD || !odds_next(&config, ref, 8, next) ||
            sscanf(bet_text_pays(&config, ref, 8, text), "%lf:%lf%c", &num, &den, &more) != 2) {
            continue;
        }
        for (unsigned die = 0; die < 36; die++) {
            const struct odds_roll *r = &next[die / 6][die % 6];
            if (r->result == ODDS_WIN) {
                double pays = (double)r->won / (double)r->of;
                assert_true(pays - num / den < 1e-9 && num / den - pays < 1e-9);
                checked++;
            }
        }
    }
    assert_true(checked > 200);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        pages_dir = argv[1];
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_explain_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_explain_on_the_come_out_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_explain_has_room_for_every_bet, setup, teardown),
        cmocka_unit_test_setup_teardown(test_explain_turns_through_every_bet, setup, teardown),
        cmocka_unit_test(test_pays_on_the_felt_are_what_the_table_pays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
