/* The pages of a window of 120x40 and more, as they are drawn over a real table. */
#include "tests/unit/ui/pages.h"

#include "ui/bet_ways.h"

#include <stdio.h>
#include <string.h>

static int setup_wide(void **unused)
{
    setup(unused);
    state->rows = 40;
    state->cols = 120;
    state->feed.minute = 1 + 19 * 60 + 42;
    return 0;
}

static void test_menu_wide_is_drawn(void **unused)
{
    (void)unused;
    fake->model.found_count = 2;
    snprintf(fake->model.last_table, sizeof fake->model.last_table, "Friday Table");
    fake->model.last_table_age_s = 41 * 60;
    expect_page("menu_wide");
}

static void test_lobby_wide_is_drawn(void **unused)
{
    (void)unused;
    struct ui_model *m = &fake->model;
    m->hosting = true;
    snprintf(m->words, sizeof m->words, "otter-canyon-velvet");
    snprintf(m->address, sizeof m->address, "192.168.1.20:7777");
    m->door_count = 1;
    snprintf(m->door[0].name, sizeof m->door[0].name, "Cy");
    fake_port_sit(fake, "Friday Table", friends, 2, 20);
    expect_both("lobby_wide");
}

static void test_join_wide_is_drawn(void **unused)
{
    (void)unused;
    fake->model.found_count = 2;
    fake->model.found[0] = (struct ui_found){.name = "Friday Table",
        .host = "Ann",
        .first_word = "otter",
        .address = "192.168.1.20:7777",
        .seats = 8,
        .seated = 3,
        .min_cents = 500,
        .max_cents = 50000};
    fake->model.found[1] = (struct ui_found){.name = "Office lunch",
        .host = "Raj",
        .first_word = "pepper",
        .address = "192.168.1.33:7777",
        .seats = 8,
        .seated = 8,
        .min_cents = 100,
        .max_cents = 10000,
        .state = 1};
    settle();
    keys("3otter canyon ve");
    expect_page("join_wide");
    fake->model.stage = STAGE_JOINING;
    fake->model.joining = (struct ui_joining){.step = 2,
        .table = "Friday Table",
        .address = "192.168.1.20:7777",
        .host = "Ann",
        .blocks_checked = 29,
        .blocks_known = 37,
        .rolls_checked = 12};
    expect_page("joining_wide");
}

static void test_table_point_wide_is_drawn(void **unused)
{
    (void)unused;
    friday();
    expect_both("table_point_wide");
}

static void test_first_bet_wide_is_drawn(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 28);
    expect_page("table_first_bet_wide");
}

static void test_a_strategy_is_named_wide(void **unused)
{
    (void)unused;
    friday();
    fake->model.autoplay = UI_AUTO_PLAYS;
    snprintf(fake->model.auto_name, sizeof fake->model.auto_name, "three-point-molly");
    expect_page("auto_wide");
}

static void test_payout_wide_is_drawn(void **unused)
{
    (void)unused;
    friday();
    fake_port_roll(fake, 3, 3);
    expect_both("payout_wide");
}

static void test_seven_out_wide_is_drawn(void **unused)
{
    (void)unused;
    friday();
    fake_port_roll(fake, 3, 4);
    expect_page("seven_out_wide");
}

static void test_rolling_wide_is_drawn(void **unused)
{
    (void)unused;
    friday();
    fake->hold_dice = true;
    fake->model.live.phase = LIVE_ROLLING;
    expect_page("rolling_wide");
}

static void test_pause_wide_is_drawn(void **unused)
{
    (void)unused;
    friday();
    struct ui_model *m = &fake->model;
    m->stalled = m->split_offered = true;
    m->stalled_since_ms = fake->now_ms - 31000;
    m->answering = 2;
    m->split_of = 2;
    for (int i = 1; i < 5; i++) {
        m->peers[i].linked = i == 3;
        m->peers[i].away_s = i == 3 ? 0 : (uint32_t)(5 + i);
    }
    snprintf(m->here, sizeof m->here, "Dee");
    snprintf(m->missing, sizeof m->missing, "Bo, Cy and Eli");
    settle();
    expect_page("paused_wide");
    key(UIKEY_ESC);
    expect_page("paused_seen_wide");
}

static void test_popups_wide_are_drawn(void **unused)
{
    (void)unused;
    friday();
    keys("h");
    expect_page("props_wide");
    key(UIKEY_ESC);
    keys("e");
    expect_page("edit_wide");
}

/* More chips than the felt has room for: the own ones first, then as many as fit, then how many
 * more; a click on a player brings his to the front. */
static void test_crowded_felt_is_drawn(void **unused)
{
    (void)unused;
    static const char *const crowd[] = {
        "Ann", "Bo", "Cy", "Dee", "Eli", "Florence the Great", "Gus", "Hal"};
    fake_port_sit(fake, "Friday Table", crowd, 8, 20);
    settle();
    for (unsigned i = 0; i < 8; i++) {
        bet(i, BET_PASS, 0, 100 + (int64_t)i);
    }
    fake_port_roll(fake, 4, 2);
    settle();
    for (unsigned i = 0; i < 8; i++) {
        bet(i, BET_COME, 0, 10);
        bet(i, BET_PLACE, 8, 120);
        bet(i, BET_BUY, 4, 20);
        bet(i, BET_HARD, 8, 5);
        bet(i, BET_YO, 0, 5);
        bet(i, BET_FIELD, 0, 50);
    }
    fake_port_roll(fake, 5, 4);
    settle();
    for (unsigned i = 0; i < 8; i++) {
        bet(i, BET_COME_ODDS, 9, 30);
        bet(i, BET_COME, 0, 10);
        bet(i, BET_LAY, 9, 45);
        bet(i, BET_YO, 0, 5);
    }
    settle();
    fake->now_ms += 10000;
    state->shown_seat = 8;
    expect_page("crowded_wide");
}

/* A larger window: in the middle, with every bet in the list and more talk. */
static void test_table_larger_is_drawn(void **unused)
{
    (void)unused;
    state->rows = 60;
    state->cols = 200;
    friday();
    expect_page("table_point_200x60");
}

static void test_help_wide_is_drawn(void **unused)
{
    (void)unused;
    friday();
    keys("?");
    expect_both("help_wide");
    key(UIKEY_TAB);
    expect_page("help_bets_wide");
    keys("hard");
    expect_page("help_found_wide");
}

/* How the 36 throws divide over some bets, by the rules. */
static void test_ways_are_those_of_the_rules(void **unused)
{
    (void)unused;
    static const struct {
        struct bet_ref bets[2];
        int64_t cents[2];
        unsigned count, point, win, lose, push, moves;
        int64_t least, most;
    } cases[] = {
        {{{BET_PASS, 0}}, {1000}, 1, 0, 8, 4, 0, 0, 1000, 1000},
        {{{BET_DONT_PASS, 0}}, {1000}, 1, 0, 3, 8, 1, 0, 1000, 1000},
        {{{BET_PASS, 0}, {BET_PASS_ODDS, 0}}, {1000, 2000}, 2, 6, 5, 6, 0, 0, 3400, 3400},
        {{{BET_COME, 0}}, {1000}, 1, 6, 8, 4, 0, 24, 1000, 1000},
        {{{BET_COME, 4}, {BET_COME_ODDS, 4}}, {500, 1500}, 2, 6, 3, 6, 0, 0, 3500, 3500},
        {{{BET_FIELD, 0}}, {500}, 1, 0, 16, 20, 0, 0, 500, 1500},
        {{{BET_PLACE, 6}}, {600}, 1, 5, 5, 6, 0, 0, 700, 700},
        {{{BET_PLACE, 6}}, {600}, 1, 0, 0, 0, 0, 0, 0, 0},
        {{{BET_LAY, 4}}, {4000}, 1, 5, 6, 3, 0, 0, 1900, 1900},
        {{{BET_HARD, 6}}, {500}, 1, 5, 1, 10, 0, 0, 4500, 4500},
        {{{BET_ANY_SEVEN, 0}}, {500}, 1, 0, 6, 30, 0, 0, 2000, 2000},
    };
    fake_port_sit(fake, "Friday Table", friends, 1, 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bet_ways w;
        fake->model.live.table.point = (uint8_t)cases[i].point;
        assert_true(
            bet_ways(&fake->model.live, 0, cases[i].bets, cases[i].cents, cases[i].count, &w));
        assert_int_equal(w.win, cases[i].win);
        assert_int_equal(w.lose, cases[i].lose);
        assert_int_equal(w.push, cases[i].push);
        assert_int_equal(w.moves, cases[i].moves);
        assert_int_equal(w.win + w.lose + w.push + w.moves + w.nothing, THROWS);
        assert_int_equal(w.win_least_cents, cases[i].least);
        assert_int_equal(w.win_most_cents, cases[i].most);
    }
    fake->model.live.table.point = 0;
    struct bet_ways w;
    assert_false(bet_ways(&fake->model.live, -1, NULL, NULL, 0, &w));
}

/* The panels call the keys what the player calls them, and a click is that key. */
static void test_panels_name_the_players_keys(void **unused)
{
    (void)unused;
    char problem[KEY_PROBLEM_MAX];
    static char drawn[PAGE_MAX];
    friday();
    page(drawn);
    assert_non_null(strstr(drawn, "│ c  come "));
    assert_true(key_map_set(&state->now.keys, "come", "j", problem));
    page(drawn);
    assert_non_null(strstr(drawn, "│ j  come "));
    int64_t before = act_own_cents(state, &fake->model, (struct bet_ref){BET_COME, 0});
    for (int row = 28; row < 36; row++) {
        if (strcmp(state->canvas.cells[row][2].text, "j") == 0) {
            ui_state_mouse(state, &fake->port, &fake->model, row, 8, 1);
        }
    }
    settle();
    assert_int_equal(
        act_own_cents(state, &fake->model, (struct bet_ref){BET_COME, 0}), before + 500);
    assert_int_equal(state->spot, FELT_COME);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        pages_dir = argv[1];
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_menu_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_lobby_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_join_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_table_point_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_first_bet_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_a_strategy_is_named_wide, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_payout_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_seven_out_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_rolling_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_pause_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_popups_wide_are_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_crowded_felt_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_table_larger_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_ways_are_those_of_the_rules, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_panels_name_the_players_keys, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_help_wide_is_drawn, setup_wide, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
