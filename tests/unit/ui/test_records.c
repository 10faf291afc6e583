/* Statistics, summary and the list of saved tables, with the figures of the examples. */
#include "tests/unit/ui/pages.h"
#include "ui/book.h"

#include <stdio.h>
#include <string.h>

/* The clerk has made a page. */
static void made(enum ui_page page)
{
    size_t size;
    struct ui_page_head *head = ui_pages_place(&fake->pages, page, &size);
    head->state = PAGE_READY;
    fake->pages.version[page]++;
    settle();
}

static void wide(void)
{
    state->rows = 40;
    state->cols = 120;
}

static void compact(void)
{
    state->rows = 24;
    state->cols = 80;
}

static void expect_all(const char *name)
{
    char big[64];
    expect_both(name);
    wide();
    snprintf(big, sizeof big, "%s_wide", name);
    expect_page(big);
    compact();
}

static void bet_row(struct ui_bet_row *row, const char *name, uint32_t times, int64_t staked,
    int64_t net, int64_t expected)
{
    snprintf(row->name, sizeof row->name, "%s", name);
    row->times = times;
    row->won = times / 2;
    row->staked_cents = staked * 100;
    row->net_cents = net * 100;
    row->expected_cents = expected;
}

static uint8_t fill_bets(struct ui_bet_row *rows)
{
    bet_row(&rows[0], "pass line", 31, 310, 70, -438);
    bet_row(&rows[1], "come", 18, 180, 30, -255);
    bet_row(&rows[2], "odds", 40, 980, 166, 0);
    bet_row(&rows[3], "place 6 and 8", 52, 624, 18, -945);
    bet_row(&rows[4], "field", 3, 15, -10, -42);
    return 5;
}

static void fill_stats(void)
{
    static const uint32_t faces[36] = {24, 34, 36, 29, 30, 38, 38, 36, 32, 37, 20, 33, 34, 36, 29,
        23, 40, 31, 26, 28, 34, 22, 35, 34, 27, 35, 28, 27, 34, 33, 26, 35, 39, 23, 33, 29};
    static const uint8_t last[] = {6, 8, 5, 7, 4, 9, 6, 6, 11, 7, 10, 8, 5, 9, 7, 3, 6, 8, 2, 7};
    struct ui_stats *p = &fake->pages.stats;
    memcpy(p->faces, faces, sizeof faces);
    p->sessions = 11;
    p->rolls = 1128;
    p->dice = (struct ui_dice_test){6.5, 0.77, 1, 1, "looks fair"};
    p->hands = 132;
    p->hand_rolls = 1096;
    p->points_made = 130;
    p->points_missed = 187;
    p->longest_rolls = 31;
    snprintf(p->longest_name, sizeof p->longest_name, "Bo");
    snprintf(p->longest_date, sizeof p->longest_date, "2026-11-06");
    p->last_count = sizeof last;
    memcpy(p->last, last, sizeof last);
    p->bet_count = fill_bets(p->bets);
    p->session_count = 2;
    p->items[0] = (struct ui_stats_session){.file = "2026-11-20-friday-table",
        .table = "Friday Table",
        .date = "2026-11-20",
        .own = true,
        .rolls = 112,
        .net_cents = 27400,
        .expected_cents = -1680,
        .hit_permille = 487};
    p->items[1] = (struct ui_stats_session){.file = "2026-11-06-practice-table",
        .table = "Practice table",
        .date = "2026-11-06",
        .practice = true,
        .rolls = 1016,
        .hit_permille = -1};
    p->player_count = 2;
    p->players[0] = (struct ui_stats_player){.name = "Ann",
        .self = true,
        .tables = 11,
        .longest_hand = 14,
        .rolls = 240,
        .net_cents = 27450,
        .won = 487,
        .lost = 513};
    p->players[1] = (struct ui_stats_player){.name = "Bo",
        .tables = 4,
        .longest_hand = 31,
        .rolls = 155,
        .net_cents = -12150,
        .won = 40,
        .lost = 50};
}

static void fill_summary(void)
{
    static const struct ui_summary_player players[] = {
        {.name = "Bo",
            .seat = 2,
            .start_cents = 100000,
            .end_cents = 210000,
            .best_cents = 24000,
            .best_roll = 81,
            .hit_permille = 520},
        {.name = "Ann",
            .seat = 1,
            .self = true,
            .start_cents = 100000,
            .end_cents = 127400,
            .best_cents = 5800,
            .best_roll = 67,
            .hit_permille = 490},
        {.name = "Dee",
            .seat = 4,
            .start_cents = 100000,
            .end_cents = 110500,
            .best_cents = 9600,
            .best_roll = 12,
            .hit_permille = 470},
        {.name = "Cy",
            .seat = 3,
            .start_cents = 100000,
            .end_cents = 96500,
            .best_cents = 4500,
            .best_roll = 90,
            .hit_permille = 440},
        {.name = "Eli",
            .start_cents = 100000,
            .end_cents = 69000,
            .best_cents = 11000,
            .best_roll = 38,
            .hit_permille = 310},
    };
    struct ui_summary *p = &fake->pages.summary;
    snprintf(p->path, sizeof p->path, "/home/ann/sessions/2026-11-20-friday-table.craps");
    snprintf(p->file, sizeof p->file, "2026-11-20-friday-table");
    snprintf(p->table, sizeof p->table, "Friday Table");
    p->checks = p->own = true;
    p->bytes = 61 * 1024;
    p->rolls = 112;
    p->members = 5;
    p->needed = 4;
    p->player_count = 5;
    memcpy(p->players, players, sizeof players);
    p->longest_rolls = 23;
    snprintf(p->longest_name, sizeof p->longest_name, "Bo");
    p->sevens = 19;
    p->dice = (struct ui_dice_test){10.4, 0.41, 1, 1, "looks fair"};
    p->start_cents = 100000;
    p->end_cents = 127400;
    p->net_cents = 27400;
    p->expected_cents = -1680;
    p->low_cents = 95100;
    p->high_cents = 127900;
    p->chart_from = 1;
    p->chart_count = 112;
    for (unsigned i = 0; i < 112; i++) {
        p->chart_cents[i] = 95100 + (int64_t)i * 290 + (i % 7 == 3 ? 600 : 0);
    }
    p->bet_count = fill_bets(p->bets);
}

static void test_statistics_are_drawn(void **unused)
{
    (void)unused;
    settle();
    keys("5");
    assert_int_equal(state->screen, SCREEN_STATS);
    assert_int_equal(fake->asked[0].page, UI_PAGE_STATS);
    assert_string_equal(fake->asked[0].path, "");
    fill_stats();
    made(UI_PAGE_STATS);
    expect_all("stats_dice");
    key(UIKEY_TAB);
    expect_all("stats_bets");
    key(UIKEY_TAB);
    expect_all("stats_sessions");
    key(UIKEY_TAB);
    expect_all("stats_players");
    key(UIKEY_TAB);
    assert_int_equal(state->book_page, STATS_DICE);
    key(UIKEY_ESC);
    assert_int_equal(state->screen, SCREEN_MENU);
}

static void test_statistics_of_one_session_are_asked_for(void **unused)
{
    (void)unused;
    settle();
    keys("5");
    fill_stats();
    made(UI_PAGE_STATS);
    keys("1");
    assert_string_equal(fake->asked[1].path, "2026-11-20-friday-table");
    keys("2");
    assert_string_equal(fake->asked[2].path, "");
    key(UIKEY_TAB);
    key(UIKEY_TAB);
    key(UIKEY_DOWN);
    key(UIKEY_ENTER);
    assert_string_equal(fake->asked[3].path, "2026-11-06-practice-table");
    key(UIKEY_DOWN);
    keys("w");
    assert_string_equal(state->want_replay, "2026-11-06-practice-table");
}

/* Leaving a table leads to what it came to; q leads to the menu. */
static void test_summary_is_shown_when_a_table_is_left(void **unused)
{
    (void)unused;
    friday();
    snprintf(fake->model.record, sizeof fake->model.record, "/s/2026-11-20-friday-table.craps");
    settle();
    assert_int_equal(state->screen, SCREEN_TABLE);
    fake->now_ms += 3840 * 1000;
    fake_port_roll(fake, 3, 3);
    settle();
    fake->model.stage = STAGE_LEAVING;
    settle();
    fake->model.stage = STAGE_MENU;
    settle();
    assert_int_equal(state->screen, SCREEN_SUMMARY);
    assert_int_equal(fake->asked[0].page, UI_PAGE_SUMMARY);
    assert_string_equal(fake->asked[0].path, "/s/2026-11-20-friday-table.craps");
    expect_page("summary_making");
    fill_summary();
    made(UI_PAGE_SUMMARY);
    expect_all("summary");
    keys("w");
    assert_string_equal(state->want_replay, "/home/ann/sessions/2026-11-20-friday-table.craps");
    keys("v");
    assert_int_equal(fake->asked_count, 2);
    made(UI_PAGE_SUMMARY);
    keys("q");
    assert_int_equal(state->screen, SCREEN_MENU);
    assert_false(state->want_quit);
}

/* A table without a roll has no summary, and one that was begun from the shell ends the program. */
static void test_summary_ends_the_program_when_there_is_no_menu(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 20);
    snprintf(fake->model.record, sizeof fake->model.record, "/s/friday.craps");
    settle();
    fake->model.stage = STAGE_MENU;
    settle();
    assert_int_equal(state->screen, SCREEN_MENU);
    fake->model.stage = STAGE_TABLE;
    settle();
    bet(0, BET_PASS, 0, 10);
    fake_port_roll(fake, 4, 4);
    settle();
    fake->model.stage = STAGE_ENDED;
    settle();
    assert_int_equal(state->screen, SCREEN_SUMMARY);
    key(UIKEY_ESC);
    assert_true(state->want_quit);
}

static void test_summary_says_what_does_not_check(void **unused)
{
    (void)unused;
    state->book = BOOK_SUMMARY;
    fill_summary();
    fake->pages.summary.checks = false;
    snprintf(fake->pages.summary.fault, sizeof fake->pages.summary.fault,
        "height 38: dice: its shares do not give the value that was played");
    fake->pages.summary.own = false;
    made(UI_PAGE_SUMMARY);
    expect_page("summary_fault");
}

static void test_saved_tables_are_listed(void **unused)
{
    (void)unused;
    settle();
    keys("4");
    assert_int_equal(state->screen, SCREEN_RECORDS);
    assert_int_equal(fake->asked[0].page, UI_PAGE_RECORDS);
    struct ui_records *p = &fake->pages.records;
    p->count = 40;
    for (int i = 0; i < 40; i++) {
        p->items[i] = (struct ui_record){.bytes = 61000 + (uint64_t)i * 100000,
            .practice = i % 3 == 1,
            .open = i == 0,
            .whole = i != 5,
            .blocks = 300};
        snprintf(p->items[i].file, sizeof p->items[i].file, "2026-11-%02d-friday-table", 40 - i);
        snprintf(p->items[i].table, sizeof p->items[i].table, "Friday Table");
    }
    made(UI_PAGE_RECORDS);
    expect_all("records");
    for (int i = 0; i < 20; i++) {
        key(UIKEY_DOWN);
    }
    expect_page("records_further");
    key(UIKEY_ENTER);
    assert_string_equal(state->want_replay, "2026-11-20-friday-table");
    keys("s");
    assert_int_equal(state->screen, SCREEN_SUMMARY);
    assert_string_equal(fake->asked[1].path, "2026-11-20-friday-table");
}

static void test_export_asks_where_to_and_says_when_it_is_there(void **unused)
{
    (void)unused;
    state->book = BOOK_SUMMARY;
    fill_summary();
    made(UI_PAGE_SUMMARY);
    keys("e");
    expect_page("summary_export");
    key(UIKEY_ENTER);
    assert_int_equal(fake->asked_count, 1);
    assert_int_equal(fake->asked[0].page, UI_PAGE_CSV);
    assert_string_equal(fake->asked[0].path, fake->pages.summary.path);
    assert_string_equal(fake->asked[0].to, "~/2026-11-20-friday-table.csv");
    snprintf(fake->pages.csv.to, sizeof fake->pages.csv.to, "/home/ann/x.csv");
    made(UI_PAGE_CSV);
    settle();
    assert_string_equal(state->say, "Written: /home/ann/x.csv");
    keys("e");
    key(UIKEY_ESC);
    assert_int_equal(fake->asked_count, 1);
    assert_int_equal(state->screen, SCREEN_SUMMARY);
}

/* At every size, in both symbol sets, nothing is drawn outside the window. */
static void test_pages_stay_inside_the_window(void **unused)
{
    (void)unused;
    static const int sizes[][2] = {{24, 80}, {24, 81}, {39, 119}, {40, 120}, {60, 200}, {25, 300}};
    settle();
    fill_stats();
    fill_summary();
    fake->pages.records.count = 200;
    for (unsigned book = BOOK_RECORDS; book <= BOOK_SUMMARY; book++) {
        state->book = (uint8_t)book;
        made(UI_PAGE_STATS);
        made(UI_PAGE_SUMMARY);
        made(UI_PAGE_RECORDS);
        for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0] * 2 * STATS_PAGES; i++) {
            state->rows = sizes[i / 2 / STATS_PAGES][0];
            state->cols = sizes[i / 2 / STATS_PAGES][1];
            state->ascii = i % 2 != 0;
            state->book_page = (uint8_t)(i / 2 % STATS_PAGES);
            state->book_index = (int)i;
            settle();
            ui_draw(&state->canvas, state, &fake->model);
            assert_int_equal(state->canvas.outside, 0);
        }
    }
}

/* At the table, which goes on meanwhile. */
static void test_statistics_open_at_the_table_and_close_again(void **unused)
{
    (void)unused;
    friday();
    keys("s");
    assert_int_equal(state->screen, SCREEN_STATS);
    assert_int_equal(fake->asked[0].page, UI_PAGE_STATS);
    unsigned held = fake->held_count;
    keys("p6 ");
    assert_int_equal(fake->held_count, held);
    key(UIKEY_ESC);
    assert_int_equal(state->screen, SCREEN_TABLE);
}

static void test_help_is_about_the_page_one_came_from(void **unused)
{
    (void)unused;
    static char drawn[PAGE_MAX];
    static const struct {
        const char *key, *title;
    } pages[] = {{"4", "HELP: watching a replay"}, {"5", "HELP: statistics"}};
    settle();
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        keys(pages[i].key);
        keys("?");
        page(drawn);
        assert_non_null(strstr(drawn, pages[i].title));
        key(UIKEY_ESC);
        page(drawn);
        assert_null(strstr(drawn, "HELP: "));
        key(UIKEY_ESC);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_help_is_about_the_page_one_came_from, setup, teardown),
        cmocka_unit_test_setup_teardown(test_statistics_are_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_statistics_of_one_session_are_asked_for, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_summary_is_shown_when_a_table_is_left, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_summary_ends_the_program_when_there_is_no_menu, setup, teardown),
        cmocka_unit_test_setup_teardown(test_summary_says_what_does_not_check, setup, teardown),
        cmocka_unit_test_setup_teardown(test_saved_tables_are_listed, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_export_asks_where_to_and_says_when_it_is_there, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pages_stay_inside_the_window, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_statistics_open_at_the_table_and_close_again, setup, teardown),
    };
    pages_dir = argc > 1 ? argv[1] : "golden";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
