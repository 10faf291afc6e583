/* The coach: which line when, and that a lesson done twice is over. */
#include "tests/unit/ui/pages.h"

#include "ui/coach.h"

#include <stdio.h>
#include <string.h>

static void expect_line(const char *want)
{
    char got[SENTENCE_MAX];
    settle();
    info_coach_line(state, &fake->model, got);
    if (strstr(got, want) == NULL) {
        fail_msg("coach: %s\nnot: %s", got, want);
    }
}

static void test_coach_leads_through_the_lessons_in_order(void **unused)
{
    (void)unused;
    const char *alone[] = {"Ann"};
    fake_port_sit(fake, "Friday Table", alone, 1, 28);
    expect_line("press Enter to bet 5 here, then Space: ready.");
    key(UIKEY_ENTER);
    expect_line("Space: throw the dice.");
    fake_port_roll(fake, 4, 2);
    expect_line("point is 6: now 6 wins your pass line, 7 loses it.");
    fake->now_ms += 7000; /* once read, the next */
    expect_line("odds are the best bet here. o adds 5");
    keys("oo");
    expect_line("Space: throw the dice.");
    state->lessons[LESSON_READY] = LESSON_TIMES;
    expect_line("6 and 8 come often: key 8 places 6 there, edge 1.52%.");
    keys("88");
    expect_line("c bets come: your own pass line");
    keys("cc");
    expect_line("t takes down the bet at the cursor");
    keys("tu");
    expect_line("t takes down");
    keys("t");
    expect_line("");
    fake_port_roll(fake, 4, 3);
    fake->now_ms += 7000;
    expect_line("r puts your last bets back");
    char text[LESSONS_TEXT_MAX];
    assert_string_equal(coach_text(state, text), "12120222");
}

static void test_coach_says_what_holds_the_table_up(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 3, 28);
    settle();
    keys("p ");
    expect_line("you are ready. Waiting for Bo, Cy.");
    keys("k");
    expect_line("you sit out");
    fake->model.live.players[0].balance_cents = 0;
    fake->model.live.players[0].bet_cents[bet_slot((struct bet_ref){BET_PASS, 0})] = 0;
    memset(fake->model.live.players[0].live, 0, sizeof fake->model.live.players[0].live);
    expect_line("your rack is empty");
}

/* A don't bettor is told his side of it. */
static void test_coach_tells_both_sides_of_a_point(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 1, 28);
    settle();
    keys("d");
    fake_port_roll(fake, 4, 4);
    expect_line("point is 8: now 7 wins your don't pass, 8 loses it.");
    fake->now_ms += 7000;
    expect_line("odds are the best bet here");
}

static void test_lessons_survive_as_text(void **unused)
{
    (void)unused;
    char text[LESSONS_TEXT_MAX];
    coach_read(state, "21000012");
    assert_string_equal(coach_text(state, text), "21000012");
    static const char *const bad[] = {"", "2100001", "210000123", "2100001x", "99999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        coach_read(state, bad[i]);
        assert_string_equal(coach_text(state, text), "00000000");
    }
    coach_read(state, NULL);
    assert_string_equal(coach_text(state, text), "00000000");
}

static void test_coach_hides_and_comes_back(void **unused)
{
    (void)unused;
    static char drawn[PAGE_MAX];
    fake_port_sit(fake, "Friday Table", friends, 5, 28);
    page(drawn);
    assert_non_null(strstr(drawn, "Coach: "));
    keys("g");
    page(drawn);
    assert_null(strstr(drawn, "Coach: "));
    keys("g");
    page(drawn);
    assert_non_null(strstr(drawn, "Coach: "));
}

static void test_coach_lines_are_drawn(void **unused)
{
    (void)unused;
    const char *alone[] = {"Ann", "Bo"};
    fake_port_sit(fake, "Friday Table", alone, 2, 28);
    settle();
    keys("p");
    fake->now_ms += 9000; /* the sentence of the bet is gone, the coach goes on */
    expect_page("coach_ready");
    fake_port_roll(fake, 4, 2);
    expect_page("coach_point");
    keys("h6");
    fake->now_ms += 9000;
    expect_page("coach_props");
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        pages_dir = argv[1];
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_coach_leads_through_the_lessons_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coach_says_what_holds_the_table_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coach_tells_both_sides_of_a_point, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lessons_survive_as_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coach_hides_and_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coach_lines_are_drawn, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
