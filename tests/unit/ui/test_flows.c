/* Ways in and out: the lobby with its words and QR code, joining, the network check, and what is said when the table cannot
 * go on as usual. argv[1] is the folder of the pages. */
#include "tests/unit/ui/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A pattern that is no code, with a size of real words; the real one is made by src/qr_code.c. */
static void pattern(struct ui_qr *qr, uint8_t size)
{
    memset(qr, 0, sizeof *qr);
    qr->size = size;
    for (int row = 0; row < size; row++) {
        for (int col = 0; col < size; col++) {
            bool dark = (row * col + row / 3 + col / 2) % 3 == 0;
            qr->dark[row][col / 8] |= (uint8_t)(dark << (col % 8));
        }
    }
}

static void lobby(unsigned players)
{
    struct ui_model *m = &fake->model;
    m->hosting = true;
    snprintf(m->words, sizeof m->words, "otter-canyon-velvet");
    snprintf(m->address, sizeof m->address, "192.168.1.20");
    snprintf(m->fingerprint, sizeof m->fingerprint, "maple drum 42 coral");
    pattern(&m->qr, 25);
    fake_port_sit(fake, "Friday Table", friends, players, 20);
    settle();
}

static void test_lobby_shows_the_code_of_the_words(void **unused)
{
    (void)unused;
    lobby(2);
    key('z');
    assert_int_equal(state->popup, POPUP_INVITE);
    expect_page("lobby_qr");
    static char drawn[PAGE_MAX], swapped[PAGE_MAX];
    page(drawn);
    key('i');
    page(swapped);
    assert_string_not_equal(drawn, swapped);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
}

static void test_lobby_code_in_ascii_needs_room(void **unused)
{
    (void)unused;
    static char drawn[PAGE_MAX];
    lobby(1);
    state->ascii = true;
    page(drawn);
    assert_null(strstr(drawn, "z QR"));
    key('z');
    assert_int_equal(state->popup, POPUP_NONE);
    assert_non_null(strstr(state->say, "larger window"));
    state->rows = 40;
    state->cols = 80;
    page(drawn);
    assert_non_null(strstr(drawn, "z QR"));
    key('z');
    page(drawn);
    assert_non_null(strstr(drawn, "######"));
    assert_int_equal(state->canvas.outside, 0);
}

static void test_lobby_code_is_light_on_dark_with_a_border(void **unused)
{
    (void)unused;
    char line[UI_QR_LINE_MAX];
    struct ui_qr qr;
    pattern(&qr, 25);
    assert_int_equal(qr_rows(&qr, false), 14);
    assert_int_equal(qr_cols(&qr, false), 27);
    assert_int_equal(qr_rows(&qr, true), 27);
    assert_int_equal(qr_cols(&qr, true), 54);
    qr_line(&qr, true, false, 0, line);
    for (int i = 0; i < 54; i++) {
        assert_int_equal(line[i], '#');
    }
    /* Every module, from both ways to draw it. */
    for (int row = -1; row <= 25; row++) {
        qr_line(&qr, true, false, row + 1, line);
        for (int col = -1; col <= 25; col++) {
            assert_int_equal(line[2 * (col + 1)], qr_dark(&qr, row, col) ? ' ' : '#');
        }
        char half[UI_QR_LINE_MAX];
        qr_line(&qr, false, false, (row + 1) / 2, half);
        const char *at = half;
        for (int col = -1; col <= 25; col++) {
            size_t bytes = 0;
            static const char *const cells[4] = {" ", "▄", "▀", "█"};
            int which = 0;
            for (int k = 0; k < 4; k++) {
                if (strncmp(at, cells[k], strlen(cells[k])) == 0) {
                    which = k;
                    bytes = strlen(cells[k]);
                }
            }
            at += bytes;
            bool upper = (row + 1) % 2 == 0;
            bool light = upper ? (which & 2) != 0 : (which & 1) != 0;
            assert_true(light != qr_dark(&qr, row, col));
        }
    }
}

static void test_lobby_copies_the_join_command(void **unused)
{
    (void)unused;
    lobby(1);
    state->copies = true;
    key('y');
    assert_string_equal(state->want_copy, "craps join otter-canyon-velvet");
    assert_non_null(strstr(state->say, "copied"));
    state->copies = false;
    key('y');
    assert_non_null(strstr(state->say, "hold Shift and drag"));
}

static void test_lobby_says_the_fingerprint_and_what_bots_are(void **unused)
{
    (void)unused;
    lobby(1);
    key('f');
    assert_non_null(strstr(state->say, "maple drum 42 coral"));
    unsigned sent = fake->other_count;
    key('+');
    assert_int_equal(fake->other_count, sent + 1);
    assert_int_equal(fake->other[sent].kind, UI_ADD_BOT);
    assert_non_null(strstr(state->say, "no vote and no share"));
}

static void test_lobby_opens_the_code_at_once_when_asked(void **unused)
{
    (void)unused;
    state->qr_wanted = true;
    lobby(1);
    assert_int_equal(state->popup, POPUP_INVITE);
    key(UIKEY_ESC);
    settle();
    assert_int_equal(state->popup, POPUP_NONE);
}

static void fill_check(struct ui_check *k)
{
    *k = (struct ui_check){.done = true,
        .way_count = 2,
        .ways = {{"wlan0", "192.168.1.20", "192.168.1.255", false, true, false},
            {"lo", "127.0.0.1", "127.255.255.255", true, true, false}},
        .member_port = 28755,
        .discovery_port = 7776};
}

static void says(const char *text)
{
    static char drawn[PAGE_MAX];
    page(drawn);
    if (strstr(drawn, text) == NULL) {
        print_error("not said: %s\n%s", text, drawn);
        fail();
    }
}

static void test_check_says_what_it_knows_and_what_to_do(void **unused)
{
    (void)unused;
    struct ui_check *k = &fake->model.check;
    lobby(1);
    unsigned sent = fake->other_count;
    key('n');
    assert_int_equal(state->popup, POPUP_CHECK);
    assert_int_equal(fake->other[sent].kind, UI_CHECK);
    says("Looking ...");
    fill_check(k);
    k->lobby_port = 7777;
    k->listening = true;
    expect_page("check_host");
    k->questions = 2;
    says("they can find this table");
    k->listening = false;
    says("taken by another program");
    k->ways[0].refused = true;
    says("Questions cannot leave this computer.");
    k->way_count = 0;
    says("Connect to the Wi-Fi or");
    k->bound = true;
    says("--bind");
    k->discovery_port = 0;
    says("Finding is off");
    key('r');
    assert_int_equal(fake->other[sent + 1].kind, UI_CHECK);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
}

static void test_rules_are_edited_while_alone(void **unused)
{
    (void)unused;
    lobby(1);
    unsigned sent = fake->other_count;
    key('e');
    assert_int_equal(state->popup, POPUP_RULES);
    expect_page("lobby_rules");
    key(UIKEY_RIGHT);
    assert_int_equal(fake->other[sent].kind, UI_RULE);
    assert_string_equal(fake->other[sent].text, "min 1000");
    key(UIKEY_DOWN);
    key(UIKEY_LEFT);
    assert_string_equal(fake->other[sent + 1].text, "max 20000");
    key(UIKEY_DOWN);
    key(UIKEY_LEFT); /* from the first to the last */
    assert_string_equal(fake->other[sent + 2].text, "odds 100");
    key(UIKEY_DOWN);
    key(UIKEY_DOWN);
    key(UIKEY_RIGHT);
    assert_string_equal(fake->other[sent + 3].text, "rebuys 10");
    key(UIKEY_RIGHT);
    fake->model.live.rules.rebuys = 10;
    key(UIKEY_RIGHT);
    assert_string_equal(fake->other[sent + 5].text, "rebuys any");
    /* What does not fit the other rules is said here and never sent. */
    fake->model.live.rules.table.max_cents = 100;
    key(UIKEY_UP);
    key(UIKEY_UP);
    key(UIKEY_UP);
    key(UIKEY_UP);
    key(UIKEY_RIGHT);
    assert_int_equal(fake->other_count, sent + 6);
    assert_non_null(strstr(state->say, "does not go with"));
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
    fake_port_sit(fake, "Friday Table", friends, 2, 20);
    state->in_lobby = true;
    settle();
    key('e');
    assert_int_equal(state->popup, POPUP_NONE);
}

static struct ui_found table(const char *name, const char *word, const char *address)
{
    struct ui_found f = {.seats = 8,
        .seated = 3,
        .min_cents = 500,
        .max_cents = 50000,
        .version = 1,
        .our_version = 1};
    snprintf(f.name, sizeof f.name, "%s", name);
    snprintf(f.host, sizeof f.host, "Ann");
    snprintf(f.first_word, sizeof f.first_word, "%s", word);
    snprintf(f.address, sizeof f.address, "%s", address);
    f.rtt_ms = 9;
    return f;
}

static void join_page(void)
{
    struct ui_model *m = &fake->model;
    m->found_count = 2;
    m->found[0] = table("Friday Table", "otter", "192.168.1.20:7777");
    m->found[1] = table("old-laptop", "maple", "192.168.1.33:7777");
    m->found[1].version = 2;
    state->joining_open = true;
    state->join_index = -1;
    settle();
}

static void test_join_has_actions_below_the_list(void **unused)
{
    (void)unused;
    join_page();
    unsigned sent = fake->other_count;
    keys("otter canyon velvet ");
    for (int i = 0; i < 4; i++) {
        key(UIKEY_DOWN); /* past both tables, and no further than the actions */
    }
    expect_both("join_actions");
    key(UIKEY_ENTER);
    keys("192.168.1.20");
    key(UIKEY_ENTER);
    assert_int_equal(fake->other[sent].kind, UI_JOIN);
    assert_string_equal(fake->other[sent].text, "otter-canyon-velvet@192.168.1.20");
    for (int i = 0; i < 3; i++) {
        key(UIKEY_DOWN);
    }
    key(UIKEY_RIGHT);
    key(UIKEY_ENTER);
    assert_int_equal(state->popup, POPUP_CHECK);
    key(UIKEY_ESC);
    for (int i = 0; i < 3; i++) {
        key(UIKEY_DOWN);
    }
    key(UIKEY_LEFT);
    key(UIKEY_ENTER);
    assert_int_equal(fake->other[sent + 2].kind, UI_SEARCH);
}

static void test_join_needs_words_before_an_address(void **unused)
{
    (void)unused;
    join_page();
    for (int i = 0; i < 3; i++) {
        key(UIKEY_DOWN);
    }
    key(UIKEY_ENTER);
    says("First the three words");
}

static void test_join_tells_another_version_before_sending(void **unused)
{
    (void)unused;
    join_page();
    unsigned sent = fake->other_count;
    keys("maple canyon velvet");
    says("old-laptop is at 192.168.1.33:7777"); /* the first word has picked it */
    says("protocol 2, you 1");
    key(UIKEY_ENTER);
    says("That table runs protocol 2, you run 1. Update to join.");
    assert_int_equal(fake->other_count, sent);
}

static void test_join_takes_the_whole_command_as_it_was_copied(void **unused)
{
    (void)unused;
    join_page();
    unsigned sent = fake->other_count;
    key(UIKEY_PASTE_BEGIN);
    keys("craps join otter-canyon-velvet@192.168.1.20\n");
    key(UIKEY_PASTE_END);
    assert_int_equal(fake->other_count, sent); /* a pasted line end is no Enter */
    key(UIKEY_ENTER);
    assert_string_equal(fake->other[sent].text, "otter-canyon-velvet@192.168.1.20");
}

static void test_joining_has_details(void **unused)
{
    (void)unused;
    struct ui_model *m = &fake->model;
    fake_port_sit(fake, "Friday Table", friends, 5, 20);
    m->stage = STAGE_JOINING;
    m->me = -1;
    m->joining = (struct ui_joining){
        .step = 3, .heard = true, .blocks_checked = 29, .blocks_known = 37, .rolls_checked = 37};
    snprintf(m->joining.table, sizeof m->joining.table, "Friday Table");
    snprintf(m->joining.host, sizeof m->joining.host, "Ann");
    snprintf(m->joining.address, sizeof m->joining.address, "192.168.1.20:7777");
    snprintf(m->fingerprint, sizeof m->fingerprint, "maple drum 42 coral");
    m->live.phase = LIVE_ROLLING;
    fake->hold_dice = true;
    says("a roll is under way: you sit down after it");
    says("37 rolls, 5 players, no problem so far");
    key('i');
    expect_page("joining_details");
    m->me = 3;
    says("4, chips D, rack 1,000");
    unsigned sent = fake->other_count;
    key(UIKEY_ESC);
    assert_int_equal(fake->other[sent].kind, UI_CANCEL);
}

int main(int argc, char **argv)
{
    pages_dir = argc > 1 ? argv[1] : "golden";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lobby_shows_the_code_of_the_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lobby_code_in_ascii_needs_room, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_lobby_code_is_light_on_dark_with_a_border, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lobby_copies_the_join_command, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_lobby_says_the_fingerprint_and_what_bots_are, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_lobby_opens_the_code_at_once_when_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_check_says_what_it_knows_and_what_to_do, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rules_are_edited_while_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_join_has_actions_below_the_list, setup, teardown),
        cmocka_unit_test_setup_teardown(test_join_needs_words_before_an_address, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_join_tells_another_version_before_sending, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_join_takes_the_whole_command_as_it_was_copied, setup, teardown),
        cmocka_unit_test_setup_teardown(test_joining_has_details, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
