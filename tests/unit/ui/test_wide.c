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
        cmocka_unit_test_setup_teardown(test_payout_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_seven_out_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_rolling_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_pause_wide_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_popups_wide_are_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_table_larger_is_drawn, setup_wide, teardown),
        cmocka_unit_test_setup_teardown(test_help_wide_is_drawn, setup_wide, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
