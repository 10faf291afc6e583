/* The replay screen: the table of the examples as a saved one, and where its keys lead. */
#include "tests/unit/ui/pages.h"
#include "ui/book.h"
#include "ui/replay_parts.h"

#include <stdio.h>
#include <string.h>

/* The evening of the examples as the 37th of 112 rolls. */
static void saved(void)
{
    friday();
    struct ui_model *m = &fake->model;
    static const struct ui_moment moments[] = {{23, "longest hand: 23, Bo"}, {38, "Eli +50"},
        {67, "Ann +58"}, {81, "Bo +240"}, {97, "Eli +110"}, {112, "last roll"}};
    m->stage = STAGE_REPLAY;
    m->watching = true;
    m->window_closes_ms = 0;
    for (unsigned i = 0; i < m->history_kept; i++) {
        m->history[i].roll = 37 - m->history_kept + 1 + i;
    }
    m->replay = (struct ui_replay){.roll = 37,
        .first = 1,
        .last = 112,
        .done = true,
        .checks = true,
        .percent = 100,
        .speed_percent = 200,
        .signed_by = 5,
        .members = 5,
        .seat_view = 1,
        .date = "2026-11-20",
        .moment_count = 6};
    memcpy(m->replay.moments, moments, sizeof moments);
    snprintf(m->record, sizeof m->record, "/s/2026-11-20-friday-table.craps");
    settle();
}

static void test_replay_is_drawn(void **unused)
{
    (void)unused;
    saved();
    assert_int_equal(state->screen, SCREEN_REPLAY);
    expect_both("replay");
    state->rows = 40;
    state->cols = 120;
    expect_page("replay_wide");
    state->rows = 60;
    state->cols = 200;
    expect_page("replay_large");
}

static void test_replay_says_what_does_not_check(void **unused)
{
    (void)unused;
    saved();
    fake->model.replay.checks = false;
    snprintf(fake->model.replay.problem, sizeof fake->model.replay.problem,
        "What follows does not check: dice: its shares do not give the value");
    expect_page("replay_fault");
    fake->model.me = -1;
    fake->model.replay.checks = true;
    fake->model.replay.done = false;
    fake->model.replay.playing = true;
    fake->model.replay.percent = 40;
    expect_page("replay_reading");
}

/* The last command that was sent. */
static const struct ui_command *sent(void)
{
    assert_true(fake->other_count > 0);
    return &fake->other[fake->other_count - 1];
}

static void test_keys_of_the_replay_move_it(void **unused)
{
    (void)unused;
    static const struct {
        int32_t key;
        enum ui_replay_move move;
        const char *argument;
    } rows[] = {{' ', REPLAY_PLAY, "0"}, {UIKEY_LEFT, REPLAY_ROLLS, "-1"},
        {UIKEY_RIGHT, REPLAY_ROLLS, "1"}, {UIKEY_PAGE_UP, REPLAY_HANDS, "-1"},
        {']', REPLAY_HANDS, "1"}, {'+', REPLAY_SPEED, "1"}, {'-', REPLAY_SPEED, "-1"},
        {'s', REPLAY_SEAT, "1"}, {'a', REPLAY_SEAT, "0"}, {UIKEY_DOWN, REPLAY_STEPS, "1"},
        {REPLAY_HIT_MOMENT + 3, REPLAY_GO, "81"}, {REPLAY_HIT_SCRUB, REPLAY_GO, "0"},
        {REPLAY_HIT_SCRUB + REPLAY_SCRUB_PARTS, REPLAY_GO, "112"}, {UIKEY_ESC, REPLAY_LEAVE, "0"}};
    saved();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        key(rows[i].key);
        assert_int_equal(sent()->kind, UI_REPLAY);
        assert_int_equal(sent()->number, rows[i].move);
        assert_string_equal(sent()->text, rows[i].argument);
    }
}

static void test_go_to_takes_the_number_of_a_roll(void **unused)
{
    (void)unused;
    saved();
    keys("g37");
    key(UIKEY_ENTER);
    assert_int_equal(sent()->number, REPLAY_GO);
    assert_string_equal(sent()->text, "37");
    unsigned count = fake->other_count;
    keys("g3x");
    key(UIKEY_ENTER);
    assert_int_equal(fake->other_count, count + 1); /* only the pause */
    assert_true(state->say[0] != '\0');
}

/* No bet can be made on a table that is over, by whatever key. */
static void test_no_key_bets_on_a_saved_table(void **unused)
{
    (void)unused;
    saved();
    for (int32_t k = ' '; k < 127; k++) {
        key(k);
        key(UIKEY_ENTER);
        state->popup = POPUP_NONE;
    }
    assert_true(fake->other_count > 10);
    for (unsigned i = 0; i < fake->other_count; i++) {
        assert_int_equal(fake->other[i].kind, UI_REPLAY);
    }
    assert_int_equal(fake->held_count, 0);
}

static void test_proof_of_the_roll_that_is_shown_is_asked_for(void **unused)
{
    (void)unused;
    saved();
    keys("v");
    assert_int_equal(state->popup, POPUP_PROOF);
    assert_int_equal(fake->asked[0].page, UI_PAGE_PROOF);
    assert_int_equal(fake->asked[0].number, 37);
    assert_string_equal(fake->asked[0].path, "/s/2026-11-20-friday-table.craps");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_replay_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_replay_says_what_does_not_check, setup, teardown),
        cmocka_unit_test_setup_teardown(test_keys_of_the_replay_move_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_go_to_takes_the_number_of_a_roll, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_key_bets_on_a_saved_table, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_proof_of_the_roll_that_is_shown_is_asked_for, setup, teardown),
    };
    pages_dir = argc > 1 ? argv[1] : "golden";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
