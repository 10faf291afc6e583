/* Every state of a table that is not as usual, and the words for it: each is provoked in the picture, and the screen says
 * exactly its sentence. argv[1] is the folder of the pages. */
#include "tests/unit/ui/pages.h"

#include "ui/state_text.h"

#include <stdio.h>
#include <string.h>

static char drawn[PAGE_MAX];

static void says(const char *text)
{
    page(drawn);
    if (strstr(drawn, text) == NULL) {
        print_error("not said: %s\n%s", text, drawn);
        fail();
    }
}

static void does_not_say(const char *text)
{
    page(drawn);
    assert_null(strstr(drawn, text));
}

static void test_all_well_says_nothing(void **unused)
{
    (void)unused;
    friday();
    says("5/5 agree  12 ms  dice OK");
    does_not_say(" ! ");
}

static void test_slow_peer_is_named_once(void **unused)
{
    (void)unused;
    friday();
    struct ui_model *m = &fake->model;
    m->worst_ping_us = 410000;
    snprintf(m->slow_name, sizeof m->slow_name, "Eli");
    settle();
    says("5/5 agree  410 ms");
    says("Eli's network is slow (410 ms)");
    key(UIKEY_RIGHT); /* the next key puts it away, and it is not said again */
    does_not_say("! Eli's network is slow");
    m->worst_ping_us = 9000;
    settle();
    m->worst_ping_us = 300000;
    settle();
    says("! Eli's network is slow (300 ms)");
}

static void test_away_says_what_it_means(void **unused)
{
    (void)unused;
    friday();
    fake->model.live.accounts[2].away = true;
    fake->model.answering = 4;
    settle();
    says("4/5 agree");
    says("! Cy is away. The table plays on: 4 of 5 here, need 4. One more pauses it.");
    says("Cy's bets are paid as rolled. The same words bring Cy back.");
    key(UIKEY_ESC);
    does_not_say("Cy is away. The table");
    says("4/5 agree");
    struct notice n = {
        .kind = NOTICE_GAME, .who = "Cy", .game = {.kind = EVENT_AWAY, .player = 2, .seat = 3}};
    char text[SENTENCE_MAX];
    assert_true(sentence_notice(&n, &fake->model, text));
    assert_string_equal(text, "Cy is away, seat C held 10:00");
}

static void pause_table(unsigned answering, const char *here, const char *missing)
{
    struct ui_model *m = &fake->model;
    m->stalled = true;
    m->stalled_since_ms = fake->now_ms - 6000;
    m->answering = (uint16_t)answering;
    snprintf(m->here, sizeof m->here, "%s", here);
    snprintf(m->missing, sizeof m->missing, "%s", missing);
    settle();
}

static void test_too_few_opens_the_choices(void **unused)
{
    (void)unused;
    friday();
    unsigned sent = fake->other_count;
    pause_table(2, "Dee", "Bo, Cy and Eli");
    says("PAUSED");
    says("2/5 agree  need 4");
    says("TABLE PAUSED");
    says("You and Dee see each other. Bo, Cy and Eli are silent.");
    says("A roll needs 4 of 5 to agree. Until 4 meet again nothing is");
    says("rolled on either side, and nobody can lose a chip.");
    says("Wait and keep trying");
    says("Try again now, on every address they were seen at");
    says("Leave with a signed receipt for");
    says("the game waits, it never guesses");
    /* The safe choice is chosen; a split is not there yet. */
    assert_int_equal(state->popup_index, 0);
    keys("s");
    assert_int_equal(fake->other_count, sent);
    keys("r");
    assert_int_equal(fake->other_count, sent + 1);
    assert_int_equal(fake->other[sent].kind, UI_RETRY);
    assert_int_equal(state->popup, POPUP_PAUSED);
    fake->model.split_offered = true;
    settle();
    says("Split off: close this table at roll 4, start a new");
    keys("s");
    assert_int_equal(fake->other[sent + 1].kind, UI_SPLIT);
    fake->model.stalled = false;
    fake->model.answering = 5;
    settle();
    assert_int_equal(state->popup, POPUP_NONE);
}

static void test_seen_choices_come_back_with_the_split(void **unused)
{
    (void)unused;
    friday();
    pause_table(2, "Dee", "Bo, Cy and Eli");
    keys("w");
    assert_int_equal(state->popup, POPUP_NONE);
    settle();
    assert_int_equal(state->popup, POPUP_NONE);
    fake->model.split_offered = true;
    settle();
    settle();
    assert_int_equal(state->popup, POPUP_PAUSED);
}

static void test_pause_says_so_where_the_others_may_go_on(void **unused)
{
    (void)unused;
    friday();
    fake->model.needed = 3; /* of 4: the other three are enough without us */
    fake->model.members = 4;
    pause_table(1, "", "Bo, Cy and Dee");
    fake->model.needed = 3;
    fake->model.members = 4;
    ui_draw(&state->canvas, state, &fake->model);
    says("The others may");
    says("agreed at roll 4.");
    does_not_say("nobody can lose a chip.  ");
}

static void test_cut_off_says_what_stands(void **unused)
{
    (void)unused;
    friday();
    struct ui_model *m = &fake->model;
    m->cut_off = true;
    m->cut_off_since_ms = fake->now_ms - 4000;
    m->answering = 1;
    settle();
    says("alone");
    says("reconnecting 0:04");
    says("! You cannot reach anyone. The others may still be playing;");
    says("your bets stand as agreed at roll 4.");
}

static void three(void)
{
    fake_port_sit(fake, "Friday Table", friends, 3, 20);
    settle();
    bet(0, BET_PASS, 0, 10);
    bet(2, BET_PASS, 0, 35);
    struct ui_model *m = &fake->model;
    m->live.phase = LIVE_ROLLING;
    fake->hold_dice = true;
    m->peers[1].share_in = true;
    settle();
    fake->now_ms += 12000;
    settle();
}

static void test_missing_piece_is_waited_for_by_name_at_three(void **unused)
{
    (void)unused;
    three();
    fake->model.peers[1].share_in = true;
    page(drawn);
    says("! Cy has not handed in a piece of the dice. Waiting for Cy 0:12.");
    says("At a table of 3 every piece is needed. Nobody can lose a chip meanwhile.");
    fake->model.peers[2].linked = false;
    pause_table(2, "Bo", "Cy");
    fake->model.split_offered = true;
    settle();
    says("Cy has not handed in a piece of the dice. Waiting for Cy");
    says("(Cy's 35)"); /* what a split would cost him */
}

static void test_missing_piece_is_nothing_where_others_are_enough(void **unused)
{
    (void)unused;
    friday();
    fake->model.live.phase = LIVE_ROLLING;
    fake->hold_dice = true;
    settle();
    fake->now_ms += 12000;
    settle();
    does_not_say("has not handed in");
    says("dice OK");
}

static void test_dice_that_do_not_fit_stop_the_table(void **unused)
{
    (void)unused;
    friday();
    fake->model.alarm = fake->model.dice_bad = true;
    says("DICE NOT OK");
    says("! Roll 5 does not match its pieces. The table is stopped, the record is kept.");
    fake->model.dice_bad = false;
    says("TABLES DIFFER");
    says("! Your table and the others' differ since roll 4. Your seat votes no more.");
}

static void test_the_own_mistake_stops_the_seat_and_is_said_in_both_layouts(void **unused)
{
    (void)unused;
    friday();
    fake->model.alarm = fake->model.broken = true;
    says("SEAT STOPPED");
    says("! Your seat is stopped after roll 4: this copy of craps made a mistake.");
    says("  Your chips stand as the others count them. Leave; what was found is kept.");
    does_not_say("TABLES DIFFER");
    state->rows = 40;
    state->cols = 120;
    says("SEAT STOPPED at roll 4");
}

static void test_caught_cheat_stays_until_put_away_even_when_small(void **unused)
{
    (void)unused;
    friday();
    struct ui_model *m = &fake->model;
    m->alert_count = 1;
    snprintf(m->alert, sizeof m->alert,
        "Cy sent two different answers to two players. Both are in the record. Cy is out.");
    says("! Cy sent two different answers to two players. Both are in the record. Cy is");
    state->rows = 14;
    state->cols = 60;
    says("! Cy sent two different answers to two players. Both are in");
    says("l line mode");
    expect_page("too_small_alert");
    state->rows = 5;
    state->cols = 30;
    says("l line mode");
    keys("l");
    assert_true(state->want_line);
}

static void test_sleep_is_told_with_what_was_checked(void **unused)
{
    (void)unused;
    friday();
    struct ui_model *m = &fake->model;
    m->slept_s = 12 * 60;
    m->slept_rolls = 9;
    m->slept_until_ms = fake->now_ms + 5000;
    says("! This computer slept for 12 min. Catching up: 9 rolls checked.");
    fake->now_ms += 6000;
    does_not_say("slept");
}

static void test_empty_rack_is_asked_about(void **unused)
{
    (void)unused;
    friday();
    struct ui_model *m = &fake->model;
    for (unsigned i = 0; i < BET_SLOT_COUNT; i++) {
        m->live.table.bank_cents += m->live.players[0].bet_cents[i];
        m->live.players[0].bet_cents[i] = 0;
    }
    m->live.table.bank_cents += m->live.players[0].balance_cents;
    m->live.players[0].balance_cents = 0;
    fake->now_ms += 10000;
    settle();
    assert_int_equal(state->popup, POPUP_BROKE);
    expect_page("broke");
    says("Your rack is empty. The table can give 1,000 more,");
    says("everyone sees it.");
    keys("b");
    settle();
    assert_int_equal(state->popup, POPUP_NONE);
    assert_int_equal(m->live.players[0].balance_cents, 100000);
    m->live.accounts[0].rebuys = m->live.rules.rebuys;
    m->live.table.bank_cents += m->live.players[0].balance_cents;
    m->live.players[0].balance_cents = 0;
    settle();
    says("Your rack is empty, and this table gives new chips");
    says("3 times, no more.");
    keys("w");
    assert_true(m->live.accounts[0].sitting_out);
}

static void test_host_leaves_and_the_table_goes_on(void **unused)
{
    (void)unused;
    friday();
    fake->model.hosting = true;
    keys("q");
    says("You started this table, but it does not need");
    says("you. It goes on with 4.");
}

static void test_coming_in_has_its_sentences(void **unused)
{
    (void)unused;
    char text[SENTENCE_MAX];
    state_text_version(2, 1, text, sizeof text);
    assert_string_equal(text, "That table runs protocol 2, you run 1. Update to join.");
    state_text_version(1, 2, text, sizeof text);
    assert_string_equal(text, "That table runs protocol 1, you run 2. Its players have to update.");
    state_text_wrong_words("Friday Table", text, sizeof text);
    assert_string_equal(text,
        "Those words are spelled right but do not open Friday Table. Another table in the list, "
        "or ask the host to read them again?");
    state_text_silent_host("192.168.1.20", text, sizeof text);
    assert_string_equal(
        text, "The words are spelled right but 192.168.1.20 does not answer. Same Wi-Fi?");
    state_text_full(8, text, sizeof text);
    assert_string_equal(text, "All 8 seats are taken. Watch until one is free?");
    state_text_together(37, 31, text, sizeof text);
    assert_string_equal(text, "back together at roll 37, 0:31 lost");
}

static void test_full_table_is_offered_for_watching(void **unused)
{
    (void)unused;
    fake->model.stage = STAGE_MENU;
    state->joining_open = true;
    state_text_full(8, fake->model.error, sizeof fake->model.error);
    fake->model.full_count = 1;
    settle();
    assert_int_equal(state->popup, POPUP_FULL);
    expect_page("join_full");
    unsigned sent = fake->other_count;
    key(UIKEY_ENTER);
    assert_int_equal(fake->other[sent].kind, UI_WATCH);
    settle();
    assert_int_equal(state->popup, POPUP_NONE);
}

static void test_help_is_about_the_screen_one_came_from(void **unused)
{
    (void)unused;
    settle();
    keys("?");
    expect_page("help_menu");
    key(UIKEY_TAB);
    says("HELP: the table");
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
    friday();
    keys("?");
    says("HELP: the table");
}

int main(int argc, char **argv)
{
    pages_dir = argc > 1 ? argv[1] : "golden";
#define STATE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        STATE_TEST(test_all_well_says_nothing),
        STATE_TEST(test_slow_peer_is_named_once),
        STATE_TEST(test_away_says_what_it_means),
        STATE_TEST(test_too_few_opens_the_choices),
        STATE_TEST(test_seen_choices_come_back_with_the_split),
        STATE_TEST(test_pause_says_so_where_the_others_may_go_on),
        STATE_TEST(test_cut_off_says_what_stands),
        STATE_TEST(test_missing_piece_is_waited_for_by_name_at_three),
        STATE_TEST(test_missing_piece_is_nothing_where_others_are_enough),
        STATE_TEST(test_dice_that_do_not_fit_stop_the_table),
        STATE_TEST(test_the_own_mistake_stops_the_seat_and_is_said_in_both_layouts),
        STATE_TEST(test_caught_cheat_stays_until_put_away_even_when_small),
        STATE_TEST(test_sleep_is_told_with_what_was_checked),
        STATE_TEST(test_empty_rack_is_asked_about),
        STATE_TEST(test_host_leaves_and_the_table_goes_on),
        STATE_TEST(test_coming_in_has_its_sentences),
        STATE_TEST(test_full_table_is_offered_for_watching),
        STATE_TEST(test_help_is_about_the_screen_one_came_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
