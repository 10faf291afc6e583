/* The page that answers "was this roll fair?", at every number of players and when something does not check. */
#include "tests/unit/ui/pages.h"

#include "base/prng.h"

#include <stdio.h>
#include <string.h>

/* What the clerk would have made of the roll that was asked for. */
static struct ui_proof *made(unsigned members, unsigned needed)
{
    struct ui_proof *p = &fake->pages.proof;
    struct prng prng;
    memset(p, 0, sizeof *p);
    prng_seed(&prng, 38);
    *p = (struct ui_proof){.head = {.state = PAGE_READY, .percent = 100},
        .roll = fake->model.live.roll,
        .found = true,
        .members = (uint16_t)members,
        .needed = (uint16_t)needed,
        .steps = {PROOF_OPEN, PROOF_YES, PROOF_YES, PROOF_YES, PROOF_YES},
        .thrower = "Bo",
        .op = 2,
        .epoch = 3,
        .view = 431,
        .lock_height = 412,
        .result_height = 413,
        .lock_signed = (uint16_t)members,
        .result_signed = (uint16_t)needed,
        .begun = 256,
        .piece_count = (uint16_t)members};
    for (unsigned i = 0; i < members; i++) {
        struct ui_piece *piece = &p->pieces[i];
        snprintf(piece->name, sizeof piece->name, "%s%s", friends[i % 5], i < 5 ? "" : "-2");
        piece->id[0] = (uint8_t)(i + 1);
        piece->used = i < needed;
        piece->fits = PROOF_YES;
        piece->signed_lock = true;
        prng_fill(&prng, piece->piece, sizeof piece->piece);
        prng_fill(&prng, piece->challenge, sizeof piece->challenge);
        prng_fill(&prng, piece->response, sizeof piece->response);
    }
    prng_fill(&prng, p->block, sizeof p->block);
    prng_fill(&prng, p->input, sizeof p->input);
    prng_fill(&prng, p->table, sizeof p->table);
    prng_fill(&prng, p->out, sizeof p->out);
    p->out[0] = 0x9e;
    p->die1 = p->die2 = 3;
    fake->pages.version[UI_PAGE_PROOF]++;
    return p;
}

static void open_at_table(void)
{
    friday();
    snprintf(fake->model.record, sizeof fake->model.record,
        "/home/ann/.local/share/craps/sessions/2026-11-20-friday-table.craps");
    settle();
    keys("v");
}

static void wide(bool on)
{
    state->rows = on ? 40 : 24;
    state->cols = on ? 120 : 80;
}

static void expect_text(const char *text)
{
    static char drawn[PAGE_MAX];
    page(drawn);
    if (strstr(drawn, text) == NULL) {
        print_error("\"%s\" is not in\n%s\n", text, drawn);
    }
    assert_non_null(strstr(drawn, text));
}

static void expect_no_text(const char *text)
{
    static char drawn[PAGE_MAX];
    page(drawn);
    assert_null(strstr(drawn, text));
}

static void test_proof_asks_for_the_last_roll_and_shows_its_steps(void **unused)
{
    (void)unused;
    open_at_table();
    assert_int_equal(fake->asked_count, 1);
    assert_int_equal(fake->asked[0].page, UI_PAGE_PROOF);
    assert_int_equal(fake->asked[0].number, fake->model.live.roll);
    assert_string_equal(fake->asked[0].path, fake->model.record);
    expect_text("checking 0%");
    made(5, 4);
    expect_both("proof");
    wide(true);
    expect_both("proof_wide");
    keys("f");
    wide(false);
    expect_both("proof_hex");
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
}

static void test_proof_before_the_first_roll_says_when_it_comes(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 20);
    settle();
    keys("v");
    assert_int_equal(state->popup, POPUP_NONE);
    expect_text("Nothing was rolled yet: the proof comes with the first roll.");
}

/* Never more than is true at that number of players. */
static void test_proof_says_what_the_number_of_players_means(void **unused)
{
    (void)unused;
    open_at_table();
    wide(true);
    made(2, 2);
    expect_page("proof_two_wide");
    expect_no_text("Any 2 pieces");
    made(3, 3);
    expect_text("Three people hold one piece each, and every piece is");
    expect_no_text("any 3 give the same dice");
    made(1, 1);
    expect_text("one player alone held the key");
    expect_no_text("key that nobody has.");
    struct ui_proof *p = made(4, 3);
    p->practice = true;
    expect_page("proof_practice_wide");
    expect_no_text("nobody has");
    wide(false);
    expect_page("proof_practice");
}

static void test_proof_names_the_roll_and_the_step_that_do_not_check(void **unused)
{
    (void)unused;
    open_at_table();
    struct ui_proof *p = made(5, 4);
    unsigned long long roll = (unsigned long long)p->roll;
    char text[64];
    p->fault = (struct ui_fault){.any = true, .step = PROOF_PIECES, .roll = p->roll, .height = 413};
    p->steps[PROOF_PIECES] = PROOF_NO;
    p->steps[PROOF_DICE] = p->steps[PROOF_RESULT] = PROOF_OPEN;
    p->pieces[2].fits = PROOF_NO;
    expect_both("proof_fault");
    snprintf(text, sizeof text, "ROLL %llu DOES NOT CHECK: see step 2", roll);
    expect_text(text);
    expect_no_text("checked here: yes");
    p = made(5, 4);
    p->fault = (struct ui_fault){.any = true, .step = PROOF_DICE, .roll = p->roll, .height = 413};
    p->steps[PROOF_DICE] = PROOF_NO;
    p->steps[PROOF_RESULT] = PROOF_OPEN;
    snprintf(text, sizeof text, "Roll %llu does not match its pieces.", roll);
    expect_text(text);
    p = made(5, 4);
    p->found = false;
    p->fault = (struct ui_fault){.any = true, .step = PROOF_LOCK, .roll = 1, .height = 31};
    memset(p->steps, PROOF_OPEN, sizeof p->steps);
    expect_text("ROLL 1 DOES NOT CHECK: see step 1");
    expect_page("proof_fault_earlier");
    wide(true);
    snprintf(text, sizeof text, "So roll %llu stands on nothing.", roll);
    expect_text(text);
    p->fault = (struct ui_fault){.any = true};
    fake->pages.version[UI_PAGE_PROOF]++;
    expect_text("THE RECORD DOES NOT CHECK");
}

static void test_fault_in_the_running_tables_record_stops_the_seat(void **unused)
{
    (void)unused;
    open_at_table();
    made(5, 4);
    settle();
    assert_int_equal(fake->other_count, 0);
    struct ui_proof *p = made(5, 4);
    p->fault = (struct ui_fault){.any = true, .step = PROOF_DICE, .roll = p->roll, .height = 413};
    p->steps[PROOF_DICE] = PROOF_NO;
    settle();
    settle();
    assert_int_equal(fake->other_count, 1);
    assert_int_equal(fake->other[0].kind, UI_BAD_ROLL);
    assert_int_equal(fake->other[0].number, p->roll);
    key(UIKEY_ESC);
    fake->model.alarm = true;
    fake->model.bad_roll = p->roll;
    expect_text("DICE NOT OK");
    expect_text("! Roll 4 does not check. Your seat is stopped and the evidence is saved.");
    expect_page("dice_not_ok");
}

/* Somebody else's record, or an old one, stops nobody. */
static void test_fault_in_another_record_stops_nobody(void **unused)
{
    (void)unused;
    open_at_table();
    key(UIKEY_ESC);
    proof_open(state, &fake->port, &fake->model, "/home/ann/other.craps", 3);
    struct ui_proof *p = made(5, 4);
    p->roll = 3;
    p->fault = (struct ui_fault){.any = true, .step = PROOF_DICE, .roll = 3, .height = 413};
    expect_text("Compare it with another player's record.");
    assert_int_equal(fake->other_count, 0);
}

static void test_proof_checks_the_whole_record_and_copies_it(void **unused)
{
    (void)unused;
    open_at_table();
    made(5, 4);
    settle();
    keys("a");
    assert_int_equal(fake->asked[fake->asked_count - 1].page, UI_PAGE_AUDIT);
    expect_text("Checking the whole record: 0%");
    fake->pages.audit = (struct ui_audit){.head = {.state = PAGE_READY},
        .blocks = 431,
        .rolls = 37,
        .signatures = 2104,
        .dice_proofs = 148,
        .members = 5};
    fake->pages.version[UI_PAGE_AUDIT]++;
    expect_text("The whole record checks: 431 steps, 37 rolls, 2104 signatures, 148 pieces.");
    keys("e");
    expect_text("Copy the record to: ~/2026-11-20-friday-table.craps_");
    for (int i = 0; i < 40; i++) {
        key(UIKEY_BACKSPACE);
    }
    keys("/tmp/v.craps\n");
    const struct ui_question *q = &fake->asked[fake->asked_count - 1];
    assert_int_equal(q->page, UI_PAGE_EXPORT);
    assert_string_equal(q->to, "/tmp/v.craps");
    fake->pages.export = (struct ui_export){.head = {.state = PAGE_READY}, .to = "/tmp/v.craps"};
    fake->pages.version[UI_PAGE_EXPORT]++;
    expect_text("craps verify /tmp/v.craps --roll ");
}

static void test_proof_goes_from_roll_to_roll_and_scrolls_many_members(void **unused)
{
    (void)unused;
    open_at_table();
    made(12, 9);
    expect_page("proof_twelve");
    key(UIKEY_DOWN);
    expect_text("2 to 5 of 12");
    uint64_t roll = fake->model.live.roll;
    key(UIKEY_RIGHT);
    assert_int_equal(fake->asked_count, 1);
    key(UIKEY_LEFT);
    assert_int_equal(fake->asked_count, 2);
    assert_int_equal(fake->asked[1].number, roll - 1);
    expect_text("checking");
    for (int i = 0; i < 4; i++) {
        key(UIKEY_LEFT);
    }
    assert_int_equal(fake->asked[fake->asked_count - 1].number, 1);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        pages_dir = argv[1];
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_proof_asks_for_the_last_roll_and_shows_its_steps, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_proof_before_the_first_roll_says_when_it_comes, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_proof_says_what_the_number_of_players_means, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_proof_names_the_roll_and_the_step_that_do_not_check, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_fault_in_the_running_tables_record_stops_the_seat, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fault_in_another_record_stops_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_proof_checks_the_whole_record_and_copies_it, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_proof_goes_from_roll_to_roll_and_scrolls_many_members, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
