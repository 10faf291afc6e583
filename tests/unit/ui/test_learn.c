/* The lesson: every step by what the dice do, and that it comes to its end whatever falls. */
#include "tests/unit/ui/pages.h"

#include "ui/learn.h"
#include "ui/widget.h"

#include <stdio.h>
#include <string.h>

enum { PANEL_COLS = 51, PANEL_LINES = 4 };

/* The line of the menu, wherever it stands. */
static void choose_lesson(void)
{
    static char drawn[PAGE_MAX];
    for (unsigned i = 0; i < 12; i++) {
        page(drawn);
        const char *line = strstr(drawn, "▸");
        if (line != NULL && strstr(line, "Learn craps") != NULL &&
            strstr(line, "Learn craps") < strchr(line, '\n')) {
            key(UIKEY_ENTER);
            return;
        }
        key(UIKEY_DOWN);
    }
    fail_msg("the menu offers no lesson:\n%s", drawn);
}

static void begin(void)
{
    fake->solo_starts = true;
    settle();
    choose_lesson();
    assert_true(state->learn.active);
    assert_int_equal(state->learn.step, LEARN_WELCOME);
    fake->bot_count = 0; /* one player, whose dice these are */
    for (unsigned i = 1; i < 4; i++) {
        fake->model.live.accounts[i].ready = true;
    }
}

/* The next roll, as the player makes it. */
static void roll(unsigned die1, unsigned die2)
{
    fake->dice[0][0] = (uint8_t)die1;
    fake->dice[0][1] = (uint8_t)die2;
    fake->dice_count = 1;
    fake->dice_at = 0;
    for (unsigned i = 1; i < 4; i++) {
        struct live_command ready = {.kind = LIVE_READY, .has_amount = true, .amount_cents = 1};
        fake_port_apply(fake, i, ready);
    }
    keys(" ");
    settle();
}

static void expect_step(enum learn_step step, const char *says)
{
    char text[LEARN_TEXT_MAX];
    settle();
    if (state->learn.step != step) {
        fail_msg("step %u, not %d", state->learn.step, step);
    }
    learn_text(&state->learn, &fake->model, state->moves.live, text);
    if (strstr(text, says) == NULL) {
        fail_msg("says: %s\nnot: %s", text, says);
    }
}

static void test_lesson_goes_by_what_falls(void **unused)
{
    (void)unused;
    begin();
    expect_both("learn_welcome");
    state->rows = 40;
    state->cols = 120;
    expect_page("learn_welcome_wide");
    state->rows = UI_ROWS_MIN;
    state->cols = UI_COLS_MIN;
    key(UIKEY_ENTER);
    expect_step(LEARN_FELT, "PASS LINE is where everybody begins");
    key(UIKEY_ENTER);
    expect_step(LEARN_PASS, "come-out roll");
    expect_page("learn_pass");
    key(UIKEY_ENTER); /* here Enter is the bet */
    expect_step(LEARN_ROLL, "Your chips are on the line.");
    roll(6, 5);
    expect_step(LEARN_NATURAL, "6 and 5, 11: the pass line wins at once");
    key(UIKEY_ENTER);
    expect_step(LEARN_PASS, "The pass line again");
    key(UIKEY_ENTER);
    roll(1, 1);
    expect_step(LEARN_CRAPS, "craps. The pass line loses");
    key(UIKEY_ENTER);
    key(UIKEY_ENTER);
    roll(4, 2);
    expect_step(LEARN_POINT, "4 and 2, six: the point is 6");
    expect_both("learn_point");
    key(UIKEY_ENTER);
    expect_step(LEARN_ODDS, "6:5 on 6: no house edge");
    assert_int_equal(state->spot, FELT_PASS);
    key(UIKEY_ENTER);
    expect_step(LEARN_DECIDE, "roll until a 6 or a 7");
    roll(6, 3);
    expect_step(LEARN_DECIDE, "6 and 3, nine: neither the 6 nor a 7");
    roll(3, 3);
    expect_step(LEARN_DECIDED, "the point is made! You: pass line 5: +5, pass odds 5: +6");
    expect_page("learn_made");
    key(UIKEY_ENTER);
    expect_step(LEARN_TO_PLACE, "Bet the pass line, and roll until there is one.");
    key(UIKEY_ENTER);
    roll(2, 2);
    expect_step(LEARN_PLACE, "Place the six: it wins 7:6");
    assert_int_equal(state->spot, FELT_BOX6);
    key(UIKEY_ENTER);
    expect_step(LEARN_PLACE_ROLL, "A 6 pays them, a 7 takes them");
    roll(5, 3);
    expect_step(LEARN_PLACE_ROLL, "nothing for the 6");
    roll(5, 1);
    expect_step(LEARN_PLACED, "that is your number! You: place 6 6: +7.");
    key(UIKEY_ENTER);
    expect_step(LEARN_COME, "a pass line of your own");
    key(UIKEY_ENTER);
    roll(5, 4);
    expect_step(LEARN_COME_DONE, "moved to the 9");
    expect_page("learn_come");
    key(UIKEY_ENTER);
    expect_step(LEARN_SEVEN, "6 times in 36");
    key(UIKEY_ENTER);
    expect_step(LEARN_READING, "A10+20");
    key(UIKEY_ENTER);
    expect_step(LEARN_FAIR, "Nobody, host included");
    expect_page("learn_fair");
    key(UIKEY_ENTER);
    expect_step(LEARN_END, "This table is yours");
    key(UIKEY_ENTER);
    assert_false(state->learn.active);
    assert_int_equal(fake->model.stage, STAGE_TABLE);
}

static void test_lesson_tells_a_seven_out_and_who_goes_without_odds(void **unused)
{
    (void)unused;
    begin();
    keys("\n\n\n");
    roll(4, 4);
    key(UIKEY_ENTER);
    expect_step(LEARN_ODDS, "6:5 on 8");
    roll(6, 6);
    expect_step(LEARN_ODDS, "6 and 6, 12: nothing for you.");
    roll(3, 4);
    expect_step(LEARN_DECIDED, "3 and 4, seven: seven out. You: pass line 5: -5.");
    key(UIKEY_ENTER);
    key(UIKEY_ENTER);
    roll(4, 2); /* the point is six: the eight is placed */
    expect_step(LEARN_PLACE, "Place the eight");
    roll(5, 1); /* made before anything was placed */
    expect_step(LEARN_TO_PLACE, "pass line 5: +5");
    key(UIKEY_ENTER);
    roll(5, 4);
    keys("8");
    expect_step(LEARN_PLACE_ROLL, "An 8 pays them");
}

static void test_lesson_can_be_left_at_any_step(void **unused)
{
    (void)unused;
    begin();
    key(UIKEY_ENTER);
    key(UIKEY_ESC);
    assert_false(state->learn.active);
    assert_int_equal(fake->other[fake->other_count - 1].kind, UI_LEAVE);
    /* The next table is no lesson. */
    settle();
    keys("1");
    assert_int_equal(fake->model.stage, STAGE_TABLE);
    assert_false(state->learn.active);
}

/* Somebody else may throw a point while one has no bet. */
static void test_lesson_waits_for_the_come_out(void **unused)
{
    (void)unused;
    begin();
    key(UIKEY_ENTER);
    key(UIKEY_ENTER);
    bet(1, BET_PASS, 0, 5);
    roll(6, 4);
    expect_step(LEARN_PASS, "The point is 10 already");
    roll(6, 4);
    expect_step(LEARN_PASS, "The pass line again");
}

/* Popups open over it, and their keys are theirs. */
static void test_popups_go_before_the_lesson(void **unused)
{
    (void)unused;
    begin();
    keys("i");
    assert_int_equal(state->popup, POPUP_EXPLAIN);
    key(UIKEY_ESC);
    assert_true(state->learn.active);
    assert_int_equal(state->popup, POPUP_NONE);
}

static void expect_it_fits(void)
{
    char text[LEARN_TEXT_MAX];
    const char *rest = learn_text(&state->learn, &fake->model, state->moves.live, text);
    assert_true(strlen(text) > 20 && strlen(text) < LEARN_TEXT_MAX - 1);
    int lines = 0;
    while (*rest != '\0') {
        size_t next = 0;
        widget_break(rest, PANEL_COLS, &next);
        rest += next;
        lines++;
    }
    if (lines > PANEL_LINES) {
        fail_msg("step %u takes %d lines: %s", state->learn.step, lines, text);
    }
}

static void test_lesson_stays_in_every_window(void **unused)
{
    (void)unused;
    static const int sizes[][2] = {{24, 80}, {24, 81}, {39, 119}, {40, 120}, {60, 200}, {41, 80}};
    begin();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        state->rows = sizes[i][0];
        state->cols = sizes[i][1];
        static char drawn[PAGE_MAX];
        page(drawn);
        assert_int_equal(state->canvas.outside, 0);
        assert_non_null(strstr(drawn, "LEARN CRAPS   1 of 8"));
        assert_non_null(strstr(drawn, "Enter go on    Esc end the lesson    i explain"));
    }
}

/* Whoever does what the panel says gets to the end, with real dice and bots, in a few minutes' keys; every text fits. */
static void test_lesson_ends_whatever_falls(void **unused)
{
    (void)unused;
    unsigned seen[LEARN_STEPS] = {0};
    for (unsigned seed = 1; seed <= 40; seed++) {
        teardown(NULL);
        setup(NULL);
        prng_seed(&fake->prng, seed);
        fake->solo_starts = true;
        settle();
        choose_lesson();
        unsigned presses = 0;
        for (; state->learn.active && presses < 400; presses++) {
            char hint[LEARN_TEXT_MAX];
            settle();
            expect_it_fits();
            seen[state->learn.step]++;
            learn_hint(&state->learn, &fake->model, state->moves.live, 500, false, hint);
            key(hint[0] == 'S' ? ' ' : UIKEY_ENTER);
        }
        if (state->learn.active) {
            fail_msg("seed %u: stays at step %u", seed, state->learn.step);
        }
    }
    for (unsigned step = 0; step < LEARN_STEPS; step++) {
        if (seen[step] == 0) {
            fail_msg("step %u never came", step);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        pages_dir = argv[1];
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lesson_goes_by_what_falls, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_lesson_tells_a_seven_out_and_who_goes_without_odds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lesson_can_be_left_at_any_step, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lesson_waits_for_the_come_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_popups_go_before_the_lesson, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lesson_stays_in_every_window, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lesson_ends_whatever_falls, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
