/* What line mode says, sentence by sentence, over the evening of the examples. */
#include "tests/unit/ui/pages.h"

#include "ui/line_text.h"
#include "ui/moves.h"

#include <string.h>

static char text[LINE_TEXT_MAX];

static struct bet_ref ref(enum bet_kind kind, unsigned number)
{
    return (struct bet_ref){(uint8_t)kind, (uint8_t)number};
}

static void test_line_says_the_table_and_the_bets(void **unused)
{
    (void)unused;
    line_text_bets(&fake->model.live, -1, text);
    assert_string_equal(text, "Nobody has a bet.");
    friday();
    line_text_table(&fake->model, text);
    assert_string_equal(
        text, "Table Friday Table. Five players. The point is six. Your rack is 938.");
    line_text_bets(&fake->model.live, 0, text);
    assert_string_equal(text,
        "Pass 10 with odds 20 and come on five 10 with odds 20 and place eight 12. Total on table "
        "72. Others: Bo pass 25 with odds 50, Cy don't pass 15, Dee come 10 and place eight 6, Eli "
        "pass 10 and hard six 5 and field 5.");
    line_text_history(&fake->model, text);
    assert_string_equal(text, "Rolls, the newest last: eight point, five, eight made, six point.");
}

static void test_line_says_an_own_bet_as_the_manual_does(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 20);
    fake->model.answering = fake->model.members = 5;
    bet(0, BET_PASS, 0, 5);
    line_text_own_bet(&fake->model.live, &fake->model, ref(BET_PASS, 0), 500, text);
    assert_string_equal(text, "Pass line 5. Wins 5. Rack 995. Agreed by 5 of 5.");
    fake_port_roll(fake, 4, 2);
    settle();
    line_text_odds(&fake->model, text);
    assert_string_equal(text, "You: pass 5 stays. Odds up to 25 pay 6 to 5 with no house edge.");
    bet(0, BET_PASS_ODDS, 0, 25);
    line_text_own_bet(&fake->model.live, &fake->model, ref(BET_PASS_ODDS, 0), 2500, text);
    assert_string_equal(text, "Odds 25 on pass. Rack 970. Agreed by 5 of 5.");
    line_text_odds(&fake->model, text);
    assert_string_equal(text, "");
    bet(0, BET_PLACE, 8, 6);
    bet(0, BET_PLACE, 8, 6);
    line_text_own_bet(&fake->model.live, &fake->model, ref(BET_PLACE, 8), 600, text);
    assert_string_equal(
        text, "Place eight 6 more, 12 in all. Wins 14. Rack 958. Agreed by 5 of 5.");
    bet(0, BET_HOP, 34, 5);
    line_text_own_bet(&fake->model.live, &fake->model, ref(BET_HOP, 34), 500, text);
    assert_string_equal(text, "Hop three four 5. Wins 75. Rack 953. Agreed by 5 of 5.");
}

static void test_line_says_a_roll_and_what_it_paid(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 20);
    bet(1, BET_PASS, 0, 25);
    bet(0, BET_PASS, 0, 5);
    fake_port_roll(fake, 4, 2);
    settle();
    const struct ui_roll *roll = &fake->model.history[0];
    line_text_roll(roll, false, text);
    assert_non_null(strstr(text, " throws. 4 and 2, six. The point is six."));
    line_text_result(&fake->model, text);
    assert_string_equal(text, "");
    bet(0, BET_PASS_ODDS, 0, 25);
    bet(0, BET_FIELD, 0, 5);
    fake_port_roll(fake, 3, 3);
    settle();
    line_text_roll(&fake->model.history[1], true, text);
    assert_string_equal(text, "You throw. 3 and 3, hard six. Point made.");
    line_text_result(&fake->model, text);
    assert_string_equal(text, "You win 30. Field 5 lost, pass 5, odds 30. Rack 1030.");
    bet(0, BET_DONT_PASS, 0, 5);
    bet(0, BET_HOP, 66, 5);
    fake_port_roll(fake, 6, 6);
    settle();
    line_text_result(&fake->model, text);
    assert_string_equal(text, "You win 150. Don't pass 5 back, hop six six 150. Rack 1180.");
}

static void test_line_says_whom_a_roll_waits_for(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 3, 20);
    line_text_waiting(&fake->model.live, 0, text);
    assert_string_equal(text, "A shooter needs a bet on pass or don't pass.");
    bet(0, BET_PASS, 0, 5);
    line_text_waiting(&fake->model.live, 0, text);
    assert_string_equal(text, "Waiting for Bo, Cy.");
    fake_port_apply(fake, 1, move_kind(LIVE_READY, 1));
    line_text_waiting(&fake->model.live, 0, text);
    assert_string_equal(text, "Waiting for Cy.");
}

static void test_line_tells_about_every_bet(void **unused)
{
    (void)unused;
    struct table_config config = house_rules_default().table;
    line_help_bet(&config, BET_PLACE, text);
    assert_string_equal(text,
        "Place six: 6 before any 7. Pays four 9 to 5 (house edge 6.67%), five 7 to 5 (house edge "
        "4.00%), six 7 to 6 (house edge 1.52%), eight 7 to 6 (house edge 1.52%), nine 7 to 5 "
        "(house edge 4.00%), ten 9 to 5 (house edge 6.67%).");
    line_help_bet(&config, BET_PASS, text);
    assert_string_equal(
        text, "Pass: 7 or 11 wins now, 2 or 3 or 12 loses now. Pays 1 to 1, house edge 1.41%.");
    for (uint8_t kind = 0; kind < BET_KIND_COUNT; kind++) {
        line_help_bet(&config, kind, text);
        assert_non_null(strstr(text, ". Pays "));
        assert_non_null(strstr(text, "edge"));
        assert_null(strpbrk(text, "/+:") != NULL ? strstr(strchr(text, ':') + 1, ":") : NULL);
        assert_in_range(strlen(text), 40, LINE_TEXT_MAX - 2);
    }
}

int main(int argc, char **argv)
{
    pages_dir = argc > 1 ? argv[1] : pages_dir;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_line_says_the_table_and_the_bets, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_line_says_an_own_bet_as_the_manual_does, setup, teardown),
        cmocka_unit_test_setup_teardown(test_line_says_a_roll_and_what_it_paid, setup, teardown),
        cmocka_unit_test_setup_teardown(test_line_says_whom_a_roll_waits_for, setup, teardown),
        cmocka_unit_test(test_line_tells_about_every_bet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
