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

/* The pays of rule 14, typed here and nowhere in the program's texts. */
static void test_pays_are_those_of_the_rules(void **unused)
{
    (void)unused;
    static const struct {
        const char *config;
        uint8_t kind, number;
        const char *pays;
    } rows[] = {{"", BET_PASS, 0, "1:1"}, {"", BET_DONT_COME, 0, "1:1"}, {"", BET_PUT, 9, "1:1"},
        {"", BET_PASS_ODDS, 0, "6:5"}, {"", BET_DONT_PASS_ODDS, 0, "5:6"},
        {"", BET_COME_ODDS, 4, "2:1"}, {"", BET_COME_ODDS, 9, "3:2"},
        {"", BET_DONT_COME_ODDS, 10, "1:2"}, {"", BET_DONT_COME_ODDS, 5, "2:3"},
        {"", BET_PLACE, 4, "9:5"}, {"", BET_PLACE, 5, "7:5"}, {"", BET_PLACE, 8, "7:6"},
        {"crapless", BET_PLACE, 3, "11:4"}, {"", BET_PLACE, 12, "11:2"},
        {"", BET_PLACE_TO_LOSE, 4, "5:11"}, {"", BET_PLACE_TO_LOSE, 9, "5:8"},
        {"", BET_PLACE_TO_LOSE, 6, "4:5"}, {"", BET_BUY, 4, "2:1 less 5%"},
        {"vig", BET_BUY, 6, "6:5 +5% fee"}, {"", BET_LAY, 8, "5:6 less 5%"},
        {"", BET_HARD, 4, "7:1"}, {"", BET_HARD, 6, "9:1"}, {"", BET_BIG6, 0, "1:1"},
        {"", BET_YES, 2, "5.88:1"}, {"", BET_YES, 6, "1.18:1"}, {"", BET_NO, 3, "0.33:1"},
        {"", BET_NO, 8, "0.82:1"}, {"", BET_NEXT, 2, "34.30:1"}, {"", BET_NEXT, 7, "4.90:1"},
        {"", BET_NEXT, 4, "10.78:1"}, {"", BET_FIELD, 0, "1:1"}, {"", BET_ANY_SEVEN, 0, "4:1"},
        {"", BET_ANY_CRAPS, 0, "7:1"}, {"", BET_ACES, 0, "30:1"}, {"", BET_YO, 0, "15:1"},
        {"", BET_HOP, 33, "30:1"}, {"", BET_HOP, 16, "15:1"}, {"", BET_HORN, 0, "mixed"},
        {"", BET_WORLD, 0, "mixed"}, {"", BET_C_AND_E, 0, "3:1 7:1"}, {"", BET_ALL, 0, "175:1"},
        {"ats", BET_ALL, 0, "150:1"}, {"ats", BET_ALL_TALL, 0, "30:1"},
        {"", BET_REPEATER, 2, "40:1"}, {"", BET_REPEATER, 8, "90:1"},
        {"", BET_DIFFERENT_DOUBLES, 0, "to 100:1"}, {"", BET_FIRE, 0, "to 999:1"},
        {"", BET_RIDE_THE_LINE, 0, "to 50:1"}, {"rtl", BET_RIDE_THE_LINE, 0, "to 150:1"},
        {"", BET_REPLAY, 0, "to 1000:1"}, {"", BET_HOT_SHOOTER, 0, "to 100 for 1"},
        {"", BET_MUGGSY, 0, "2:1 3:1"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct table_config config = table_config_default();
        char text[BET_TEXT_MAX];
        config.crapless = strcmp(rows[i].config, "crapless") == 0;
        config.vig_upfront = strcmp(rows[i].config, "vig") == 0;
        config.ats_30_150 = strcmp(rows[i].config, "ats") == 0;
        config.rtl = strcmp(rows[i].config, "rtl") == 0 ? 7 : 1;
        bet_text_pays(&config, (struct bet_ref){rows[i].kind, rows[i].number}, 6, text);
        if (strcmp(text, rows[i].pays) != 0) {
            fail_msg("%s %u: %s, not %s", bet_specs[rows[i].kind].name, rows[i].number, text,
                rows[i].pays);
        }
    }
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
        cmocka_unit_test(test_pays_are_those_of_the_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
