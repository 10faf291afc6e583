/* Every screen drawn over a real table and compared with its page in golden/. Set GOLDEN_UPDATE=1
 * to write the pages anew, then read the difference. argv[1] is the folder. */
#include "tests/unit/ui/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_first_run_is_drawn(void **unused)
{
    (void)unused;
    fake->model.first_run = true;
    expect_both("first_run");
}

static void test_first_run_leads_to_the_menu(void **unused)
{
    (void)unused;
    fake->model.first_run = true;
    settle();
    key(UIKEY_ENTER);
    settle();
    assert_int_equal(state->screen, SCREEN_MENU);
    assert_int_equal(fake->other[0].kind, UI_SET_NAME);
    assert_string_equal(fake->other[0].text, "Ann");
    key(UIKEY_ENTER);
    assert_int_equal(fake->other[1].kind, UI_SOLO);
}

static void test_menu_is_drawn(void **unused)
{
    (void)unused;
    fake->model.found_count = 2;
    snprintf(fake->model.last_table, sizeof fake->model.last_table, "Friday Table");
    fake->model.last_table_age_s = 41 * 60;
    expect_both("menu");
}

static void test_lobby_is_drawn(void **unused)
{
    (void)unused;
    fake->model.hosting = true;
    snprintf(fake->model.words, sizeof fake->model.words, "otter-canyon-velvet");
    snprintf(fake->model.address, sizeof fake->model.address, "192.168.1.20");
    fake->model.door_count = 1;
    snprintf(fake->model.door[0].name, sizeof fake->model.door[0].name, "Cy");
    fake_port_sit(fake, "Friday Table", friends, 2, 20);
    expect_both("lobby");
    key(' ');
    assert_int_equal(state->screen, SCREEN_TABLE);
}

static void test_join_is_drawn(void **unused)
{
    (void)unused;
    struct ui_found found = {.name = "Friday Table",
        .host = "Ann",
        .first_word = "otter",
        .address = "192.168.1.20",
        .seats = 8,
        .seated = 3,
        .min_cents = 500,
        .max_cents = 50000};
    fake->model.found_count = 2;
    fake->model.found[0] = found;
    fake->model.found[1] = (struct ui_found){.name = "Office lunch",
        .host = "Raj",
        .first_word = "pepper",
        .address = "192.168.1.33",
        .seats = 8,
        .seated = 8,
        .min_cents = 100,
        .max_cents = 10000,
        .state = 1};
    settle();
    keys("3otter can-yon");
    expect_both("join");
}

static void test_joining_is_drawn(void **unused)
{
    (void)unused;
    fake->model.stage = STAGE_JOINING;
    fake->model.joining = (struct ui_joining){.step = 2,
        .table = "Friday Table",
        .address = "192.168.1.20:7777",
        .host = "Ann",
        .blocks_checked = 29,
        .blocks_known = 37,
        .rolls_checked = 12};
    expect_both("joining");
}

/* A long reason is broken between words; whoever comes back is told for whom it waits. */
static void test_joining_says_why_not_and_for_whom_it_waits(void **unused)
{
    (void)unused;
    struct ui_model *m = &fake->model;
    m->stage = STAGE_JOINING;
    fake->now_ms = 40000;
    m->joining = (struct ui_joining){.step = 3,
        .table = "Friday Table",
        .host = "Ann",
        .coming_back = true,
        .since_ms = 17000,
        .blocks_checked = 96,
        .blocks_known = 96,
        .rolls_checked = 1};
    settle();
    m->stage = STAGE_JOINING;
    expect_page("coming_back");
    m->joining.failed = true;
    snprintf(m->joining.error, sizeof m->joining.error,
        "That table speaks version 3 of the protocol, this program 2. Update the older one to "
        "join.");
    expect_page("joining_failed");
}

static void test_table_first_bet_is_drawn(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 28);
    expect_both("table_first_bet");
}

static void test_table_point_is_drawn(void **unused)
{
    (void)unused;
    friday();
    expect_both("table_point");
}

static void test_payout_is_drawn(void **unused)
{
    (void)unused;
    friday();
    fake_port_roll(fake, 3, 3);
    expect_both("payout");
}

static const struct ui_command *last_other(void)
{
    return &fake->other[fake->other_count - 1];
}

/* A strategy plays for the player: that is seen, and one key takes over and gives back. */
static void test_a_strategy_that_plays_is_seen_and_stopped_by_a_key(void **unused)
{
    (void)unused;
    friday();
    keys("A");
    assert_non_null(strstr(state->say, "No strategy was chosen"));
    fake->model.autoplay = UI_AUTO_PLAYS;
    snprintf(fake->model.auto_name, sizeof fake->model.auto_name, "iron-cross");
    expect_both("auto");
    keys("A");
    assert_int_equal(last_other()->kind, UI_AUTO);
    assert_int_equal(last_other()->number, 0);
    fake->model.autoplay = UI_AUTO_STOPPED;
    expect_page("auto_stopped");
    keys("A");
    assert_int_equal(last_other()->number, 1);
}

static void test_props_are_drawn(void **unused)
{
    (void)unused;
    friday();
    keys("h");
    expect_both("props");
    key(UIKEY_TAB);
    expect_page("props_numbers");
    key(UIKEY_TAB);
    expect_page("props_hand");
}

static void test_edit_is_drawn(void **unused)
{
    (void)unused;
    friday();
    keys("e");
    expect_both("edit");
}

static void test_help_is_drawn(void **unused)
{
    (void)unused;
    friday();
    keys("?");
    expect_both("help");
    key(UIKEY_TAB);
    expect_page("help_bets");
}

static void test_menu_over_table_is_drawn(void **unused)
{
    (void)unused;
    friday();
    key(UIKEY_ESC);
    expect_page("table_menu");
}

static void test_away_is_drawn(void **unused)
{
    (void)unused;
    friday();
    fake->model.live.accounts[2].away = true;
    fake->model.answering = 4;
    expect_page("away");
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
    assert_int_equal(state->away_seen, state->away_now);
}

/* A cheat caught stays in sight through rolls, until it is put away; a pause goes before it. */
static void test_alert_stays_until_it_is_put_away(void **unused)
{
    (void)unused;
    friday();
    struct ui_model *m = &fake->model;
    m->alert_count = 1;
    snprintf(m->alert, sizeof m->alert,
        "Cy voted for two different blocks: out at the next round of members.");
    snprintf(m->alert_more, sizeof m->alert_more, "Both of its signatures are kept as proof.");
    expect_both("alert");
    fake_port_roll(fake, 3, 3);
    settle();
    fake->now_ms += 60000;
    settle();
    assert_true(info_alerts(state, m));
    m->stalled = true;
    settle();
    assert_false(info_alerts(state, m));
    m->stalled = false;
    settle();
    assert_true(info_alerts(state, m));
    key(UIKEY_ESC);
    assert_false(info_alerts(state, m));
    assert_int_equal(state->popup, POPUP_NONE);
    m->alert_count++;
    settle();
    assert_true(info_alerts(state, m));
}

static void test_states_that_differ_are_drawn(void **unused)
{
    (void)unused;
    friday();
    fake->model.alarm = true;
    expect_page("differ");
}

static void test_paused_is_drawn(void **unused)
{
    (void)unused;
    friday();
    fake->model.stalled = true;
    fake->model.stalled_since_ms = fake->now_ms - 4000; /* no questions yet */
    fake->model.answering = 2;
    fake->model.peers[1].linked = fake->model.peers[2].linked = fake->model.peers[4].linked = false;
    expect_page("paused");
}

/* It has lasted: the choices open by themselves, say what they do, and go by themselves. */
static void test_pause_offers_its_choices(void **unused)
{
    (void)unused;
    friday();
    struct ui_model *m = &fake->model;
    m->stalled = m->split_offered = true;
    m->stalled_since_ms = fake->now_ms - 31000;
    m->answering = 2;
    m->split_of = 2;
    snprintf(m->here, sizeof m->here, "Dee");
    snprintf(m->missing, sizeof m->missing, "Bo, Cy and Eli");
    settle();
    expect_both("paused_choices");
    unsigned sent = fake->other_count;
    keys("s");
    assert_int_equal(fake->other_count, sent + 1);
    assert_int_equal(fake->other[sent].kind, UI_SPLIT);
    m->split_step = 1;
    m->split_yes = 1;
    expect_page("paused_said");
    keys("w");
    assert_int_equal(fake->other[sent + 1].kind, UI_WAIT);
    assert_int_equal(state->popup, POPUP_NONE);
    settle();
    assert_int_equal(state->popup, POPUP_NONE); /* seen: it does not come back by itself */
    m->stalled_since_ms++;
    m->split_step = 0;
    m->here[0] = '\0';
    m->split_yes = 0;
    m->split_of = 1;
    m->live.phase = LIVE_ROLLING;
    fake->hold_dice = true;
    settle();
    expect_page("paused_alone");
    m->stalled = m->split_offered = false;
    settle();
    assert_int_equal(state->popup, POPUP_NONE);
    m->stalled = m->split_offered = true;
    m->stalled_since_ms++;
    settle();
    keys("l");
    assert_int_equal(fake->other[sent + 2].kind, UI_LEAVE);
}

/* Before the first bet, at a table where everybody's vote is needed. */
static void test_small_tables_say_what_they_are(void **unused)
{
    (void)unused;
    static char drawn[PAGE_MAX];
    for (unsigned n = 1; n <= 4; n++) {
        fake_port_sit(fake, "Friday Table", friends, n, 28);
        fake->model.members = (uint16_t)n;
        fake->model.needed = (uint16_t)(n == 4 ? 3 : n);
        settle();
        fake->model.members = (uint16_t)n;
        fake->model.needed = (uint16_t)(n == 4 ? 3 : n);
        ui_draw(&state->canvas, state, &fake->model);
        page(drawn);
        assert_int_equal(strstr(drawn, "You are two: both must agree") != NULL, n == 2);
        assert_int_equal(strstr(drawn, "You are three: all must agree") != NULL, n == 3);
    }
}

static void test_too_small_is_drawn(void **unused)
{
    (void)unused;
    friday();
    state->rows = 14;
    state->cols = 60;
    expect_both("too_small");
    unsigned sent = fake->other_count;
    keys("p5hxtT\n");
    assert_int_equal(fake->other_count, sent);
    assert_int_equal(state->moves.undo_count, 0);
}

static void test_own_bet_shows_at_once_when_not_agreed(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 28);
    settle();
    fake->hold = true;
    keys("\n");
    static char drawn[PAGE_MAX];
    page(drawn);
    assert_non_null(strstr(drawn, "PASS LINE ~A5"));
    assert_non_null(strstr(drawn, "Rack 995"));
    fake->hold = false;
    page(drawn);
    assert_null(strstr(drawn, "~A5"));
    assert_non_null(strstr(drawn, "PASS LINE A5"));
}

static void test_refused_bet_comes_back_with_a_sentence(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 2, 28);
    settle();
    fake->hold = true;
    keys("\n");
    fake->held[0].live.amount_cents = 10000000; /* what arrives is more than the table takes */
    fake->hold = false;
    static char drawn[PAGE_MAX];
    settle();
    page(drawn);
    assert_non_null(strstr(drawn, "The most on one bet here is 500."));
    assert_non_null(strstr(drawn, "Rack 1,000"));
}

/* What was refused while the table waits goes; what was on its way before stays in sight. */
static void test_refused_bet_leaves_earlier_ones_on_their_way(void **unused)
{
    (void)unused;
    static char drawn[PAGE_MAX];
    fake_port_sit(fake, "Friday Table", friends, 2, 28);
    settle();
    fake->hold = true;
    keys("\n\n");
    assert_int_equal(state->moves.pending_count, 2);
    fake->model.refused_from = fake->model.refused_to = state->moves.pending[1].id;
    page(drawn);
    assert_int_equal(state->moves.pending_count, 1);
    assert_non_null(strstr(drawn, "PASS LINE ~A5 "));
    assert_non_null(strstr(drawn, "Rack 995"));
}

static void test_long_sentence_takes_both_lines(void **unused)
{
    (void)unused;
    static char drawn[PAGE_MAX];
    friday();
    ui_say(state, true,
        "You can wait, split the table without Bo, Cy and Eli (everybody here must agree), or "
        "leave.");
    page(drawn);
    assert_non_null(strstr(drawn, " ! You can wait, split the table without Bo, Cy and Eli"));
    assert_non_null(strstr(drawn, "(everybody here must\n agree), or leave."));
}

static void test_full_queue_says_so_and_sends_nothing(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 2, 28);
    settle();
    fake->refuse = true;
    keys("\n");
    static char drawn[PAGE_MAX];
    page(drawn);
    assert_non_null(strstr(drawn, "Too fast for the table"));
    assert_non_null(strstr(drawn, "Rack 1,000"));
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        pages_dir = argv[1];
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_first_run_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_first_run_leads_to_the_menu, setup, teardown),
        cmocka_unit_test_setup_teardown(test_menu_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lobby_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_join_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_joining_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_joining_says_why_not_and_for_whom_it_waits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_first_bet_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_point_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_payout_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_a_strategy_that_plays_is_seen_and_stopped_by_a_key, setup, teardown),
        cmocka_unit_test_setup_teardown(test_props_are_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_edit_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_help_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_menu_over_table_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_away_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_alert_stays_until_it_is_put_away, setup, teardown),
        cmocka_unit_test_setup_teardown(test_states_that_differ_are_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paused_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pause_offers_its_choices, setup, teardown),
        cmocka_unit_test_setup_teardown(test_small_tables_say_what_they_are, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_small_is_drawn, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_own_bet_shows_at_once_when_not_agreed, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_refused_bet_comes_back_with_a_sentence, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_refused_bet_leaves_earlier_ones_on_their_way, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_sentence_takes_both_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_full_queue_says_so_and_sends_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
