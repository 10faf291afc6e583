/* The page of who comes and who goes. argv[1] is the folder of the pages. */
#include "tests/unit/ui/pages.h"

#include <stdio.h>
#include <string.h>

static void add(const char *name, bool asks, unsigned yes, unsigned no, unsigned needed)
{
    struct ui_model *m = &fake->model;
    struct ui_ballot *b = &m->ballots[m->ballot_count++];
    *b = (struct ui_ballot){
        .asks = asks, .yes = (uint16_t)yes, .no = (uint16_t)no, .needed = (uint16_t)needed};
    memset(b->id, (int)m->ballot_count, sizeof b->id);
    snprintf(b->name, sizeof b->name, "%s", name);
    m->asking += asks;
}

/* Friday's table, at which Fay asks to come in and two of the needed four want Eli to go. */
static void asked(void)
{
    friday();
    fake->model.members = 5;
    add("Fay", true, 1, 1, 3);
    add("Bo", false, 0, 0, 4);
    add("Cy", false, 0, 0, 4);
    add("Dee", false, 0, 0, 4);
    add("Eli", false, 2, 0, 4);
    fake->model.ballots[4].own_yes = true;
    settle();
    key('y');
    settle();
}

static const struct ui_command *last_sent(void)
{
    assert_true(fake->other_count > 0);
    return &fake->other[fake->other_count - 1];
}

static void test_page_says_how_it_stands(void **unused)
{
    (void)unused;
    asked();
    assert_int_equal(state->popup, POPUP_BALLOT);
    expect_both("ballot");
    state->rows = 40;
    state->cols = 120;
    expect_page("ballot_wide");
}

static void test_each_key_sends_its_answer_about_the_chosen_one(void **unused)
{
    uint8_t about_fay[32], about_eli[32];
    (void)unused;
    memset(about_fay, 1, sizeof about_fay);
    memset(about_eli, 5, sizeof about_eli);
    asked();
    key('y');
    assert_int_equal(last_sent()->kind, UI_BALLOT);
    assert_int_equal(last_sent()->number, UI_LET_IN);
    assert_memory_equal(last_sent()->live.subject, about_fay, 32);
    key('n');
    assert_int_equal(last_sent()->number, UI_KEEP_OUT);
    key(UIKEY_UP);
    key('x');
    assert_int_equal(last_sent()->number, UI_KEEP_HERE);
    assert_memory_equal(last_sent()->live.subject, about_eli, 32);
    key(UIKEY_UP);
    key('x');
    assert_int_equal(last_sent()->number, UI_SEND_AWAY);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
}

/* A wrong key says what is meant, and sends nothing. */
static void test_wrong_keys_send_nothing(void **unused)
{
    (void)unused;
    asked();
    unsigned sent = fake->other_count;
    key('x');
    assert_non_null(strstr(state->say, "kept out with n"));
    key(UIKEY_DOWN);
    key('y');
    assert_non_null(strstr(state->say, "x is for who sits here"));
    fake->model.ballot_count = 0;
    key('x');
    key('y');
    assert_non_null(strstr(state->say, "Nobody asks"));
    assert_int_equal(fake->other_count, sent);
}

static void test_of_two_nobody_goes(void **unused)
{
    (void)unused;
    friday();
    fake->model.members = 2;
    add("Bo", false, 0, 0, 3);
    settle();
    key('y');
    unsigned sent = fake->other_count;
    key('x');
    assert_int_equal(fake->other_count, sent);
    assert_non_null(strstr(state->say, "Of two nobody"));
    expect_page("ballot_two");
}

static void test_practice_has_nobody_to_ask(void **unused)
{
    (void)unused;
    friday();
    fake->model.practice = true;
    key('y');
    assert_int_equal(state->popup, POPUP_NONE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_page_says_how_it_stands, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_each_key_sends_its_answer_about_the_chosen_one, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_keys_send_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_of_two_nobody_goes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_practice_has_nobody_to_ask, setup, teardown),
    };
    pages_dir = argc > 1 ? argv[1] : ".";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
