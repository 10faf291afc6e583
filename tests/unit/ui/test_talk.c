/* Table talk on the screen: order, marks, names, and the message line. argv[1] is the folder of the pages. */
#include "tests/unit/ui/pages.h"

#include "base/prng.h"
#include "ui/talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct notice line(unsigned account, uint64_t lamport, uint32_t number, const char *text)
{
    struct notice n = {.kind = NOTICE_CHAT,
        .seat = fake->model.live.accounts[account].seat,
        .t_ms = fake->now_ms,
        .talk = {.lamport = lamport, .incarnation = 1, .number = number}};
    n.talk.author[0] = (uint8_t)account;
    snprintf(n.who, sizeof n.who, "%s", fake->model.live.players[account].name);
    snprintf(n.text, sizeof n.text, "%s", text);
    return n;
}

static void hear(struct notice n)
{
    ui_state_notice(state, &n, &fake->model);
}

static const char *feed_line_back(unsigned back)
{
    return state->feed.lines[(state->feed.count - 1 - back) % FEED_LINES_MAX].text;
}

/* Every order of arrival shows one order. */
static void test_talk_stands_in_one_order_however_it_comes(void **unused)
{
    (void)unused;
    struct prng random;
    friday();
    prng_seed(&random, 3);
    for (unsigned run = 0; run < 200; run++) {
        struct notice all[6] = {line(1, 1, 1, "one"), line(2, 2, 1, "two"), line(3, 2, 1, "three"),
            line(1, 3, 2, "four"), line(4, 7, 1, "five"), line(1, 8, 3, "six")};
        state->feed.count = 0;
        for (unsigned i = 6; i > 0; i--) {
            unsigned k = (unsigned)prng_below(&random, i);
            hear(all[k]);
            all[k] = all[i - 1];
        }
        static const char *const wanted[] = {"six", "five", "four", "three", "two", "one"};
        for (unsigned i = 0; i < 6; i++) {
            assert_non_null(strstr(feed_line_back(i), wanted[i]));
        }
    }
}

static void test_talk_that_comes_late_says_so_and_stands_where_it_belongs(void **unused)
{
    (void)unused;
    friday();
    hear(line(1, 5, 2, "later"));
    feed_add(&state->feed, FEED_EVENT, 0, "Bo bets pass 5");
    fake->now_ms += 60000;
    hear(line(2, 4, 1, "sooner"));
    assert_string_equal(feed_line_back(0), "Bo bets pass 5");
    assert_string_equal(feed_line_back(1), "Bo: later");
    assert_string_equal(feed_line_back(2), "(late) Cy: sooner");
    /* What was said before we came is no news, and comes with no mark. */
    struct notice before = line(3, 1, 1, "long ago");
    before.talk.history = true;
    hear(before);
    assert_string_equal(feed_line_back(3), "Dee: long ago");
}

static void test_talk_marks_a_gap_until_it_is_filled(void **unused)
{
    (void)unused;
    friday();
    struct notice n = line(1, 9, 4, "and so it was");
    n.talk.gap = true;
    n.talk.missing = 2;
    hear(n);
    assert_string_equal(feed_line_back(0), "(2 missing) Bo: and so it was");
    hear(line(1, 7, 2, "first"));
    assert_string_equal(feed_line_back(0), "(1 missing) Bo: and so it was");
    hear(line(1, 8, 3, "then"));
    assert_string_equal(feed_line_back(0), "Bo: and so it was");
    assert_string_equal(feed_line_back(1), "Bo: then");
    n = line(2, 20, 1, "what he said");
    n.talk.gap = true;
    hear(n);
    assert_string_equal(feed_line_back(0), "(after a gap) Cy: what he said");
}

static void test_talk_is_replaced_in_its_place(void **unused)
{
    (void)unused;
    friday();
    hear(line(1, 5, 1, "six"));
    hear(line(2, 6, 1, "sure?"));
    struct notice n = line(1, 4, 1, "nine");
    n.talk.replaces = n.talk.twice = true;
    hear(n);
    assert_string_equal(feed_line_back(0), "Cy: sure?");
    assert_string_equal(feed_line_back(1), "Bo: nine");
    n.text[0] = '\0';
    hear(n);
    assert_null(strstr(feed_line_back(1), "nine"));
}

/* What is read stays in place, whatever arrives below and above it. */
static void test_talk_that_arrives_leaves_what_is_read(void **unused)
{
    (void)unused;
    friday();
    for (uint32_t i = 0; i < 40; i++) {
        char text[16];
        snprintf(text, sizeof text, "line %u", i);
        hear(line(1, 10 + i, i + 1, text));
    }
    static char before[PAGE_MAX], after[PAGE_MAX];
    key(UIKEY_PAGE_UP);
    key(UIKEY_PAGE_UP);
    page(before);
    hear(line(2, 100, 1, "new"));
    hear(line(3, 1, 1, "old"));
    page(after);
    assert_string_equal(before, after);
}

/* Text of every dangerous kind, longer than any line. */
static void hostile(struct prng *random, char *out, size_t size)
{
    static const char *const parts[] = {"\xe4\xbd\xa0\xe5\xa5\xbd",
        "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
        "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84", "\x1b[2J", "\x1b]0;x\a", "\xe2\x80\xae",
        "\xe2\x80\x8b", "\n", "\r", "\t", "\xf0\x9f\x8e\xb2", "\xf0\x9f\x91\xa8\xe2\x80\x8d",
        "\xef\xbc\xa1", " ", "wwwwwwwwww", "\xcc\x88", "\xff", "\xe0\xb8\x81\xe0\xb8\xb3", "ab"};
    out[0] = '\0';
    while (strlen(out) + 24 < size) {
        strcat(out, parts[prng_below(random, sizeof parts / sizeof parts[0])]);
    }
}

/* Cells outside the talk panel are the same with any talk. */
static void expect_frame_stands(int rows, int cols, int top, int left, int high, int wide)
{
    static struct canvas quiet;
    struct prng random;
    prng_seed(&random, (uint64_t)rows);
    state->rows = rows;
    state->cols = cols;
    state->feed.count = 0;
    settle();
    ui_draw(&quiet, state, &fake->model);
    for (uint32_t i = 0; i < 60; i++) {
        struct notice n = line(i % 5, i + 1, i + 1, "");
        hostile(&random, n.text, sizeof n.text);
        hear(n);
        ui_draw(&state->canvas, state, &fake->model);
        assert_int_equal(state->canvas.outside, quiet.outside);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                bool talk = r >= top && r < top + high && c >= left && c < left + wide;
                if (!talk) {
                    assert_memory_equal(
                        &state->canvas.cells[r][c], &quiet.cells[r][c], sizeof(struct cell));
                }
            }
        }
    }
}

static void test_talk_never_disturbs_the_frame(void **unused)
{
    (void)unused;
    friday();
    expect_frame_stands(24, 80, 15, 56, 4, 24);
    expect_frame_stands(36, 90, 25, 5, 10, 80);
    expect_frame_stands(40, 120, 21, 86, 15, 33);
}

static void name(unsigned account, const char *text)
{
    snprintf(fake->model.live.players[account].name, NAME_BYTES_MAX + 1, "%s", text);
    fake->model.renamed[account] = true;
}

/* Arabic, Chinese, a letter with two marks, the widest that fits. */
static void test_names_of_any_script_keep_the_columns(void **unused)
{
    (void)unused;
    friday();
    name(1, "\xd8\xa8\xd9\x88\xd8\xa8");
    name(2, "\xe5\xbc\xa0\xe4\xbc\x9f\xe6\x98\x8e\xe5\x85\x88\xe7\x94\x9f");
    name(3, "De\xcc\x81\xcc\xa3"
            "e");
    name(4, "WWWWWWWWWWWWWWWWWWWWWWWWWWW");
    snprintf(fake->model.topic, sizeof fake->model.topic, "seven \xe4\xb8\x83 is due");
    struct notice n = line(2, 1, 1, "\xe4\xbd\xa0\xe5\xa5\xbd");
    n.talk.renamed = true;
    hear(n);
    expect_page("talk_names");
    state->rows = 40;
    state->cols = 120;
    expect_page("talk_names_wide");
}

static void test_a_chosen_colour_is_the_players_everywhere(void **unused)
{
    (void)unused;
    friday();
    fake->model.colours[2] = 7;
    assert_int_equal(talk_colour(&fake->model, 2), 7);
    assert_int_equal(talk_colour(&fake->model, 3), 3);
    hear(line(1, 1, 1, "pink now"));
    assert_int_equal(state->feed.lines[(state->feed.count - 1) % FEED_LINES_MAX].seat, 7);
}

static void type(const char *text)
{
    keys("m");
    keys(text);
}

static void test_message_line_says_what_is_typed(void **unused)
{
    (void)unused;
    friday();
    type("hello all");
    expect_page("talk_typing");
    key(UIKEY_ENTER);
    assert_int_equal(state->popup, POPUP_NONE);
    assert_string_equal(fake->other[fake->other_count - 1].text, "hello all");
    type("//shrug");
    key(UIKEY_ENTER);
    assert_string_equal(fake->other[fake->other_count - 1].text, "/shrug");
    type("never mind");
    key(UIKEY_ESC);
    assert_string_equal(fake->other[fake->other_count - 1].text, "/shrug");
}

static void test_message_line_does_what_follows_a_slash(void **unused)
{
    (void)unused;
    friday();
    int64_t before = state->moves.live->players[0].balance_cents;
    type("/field 5");
    key(UIKEY_ENTER);
    assert_int_equal(fake->model.live.players[0].balance_cents, before - 500);
    type("/bets");
    key(UIKEY_ENTER);
    assert_non_null(strstr(state->say, "field"));
    type("/undo");
    key(UIKEY_ENTER);
    assert_int_equal(fake->model.live.players[0].balance_cents, before);
    type("/players");
    key(UIKEY_ENTER);
    assert_non_null(strstr(feed_line_back(4), "Seat A Ann"));
    type("/help");
    key(UIKEY_ENTER);
    assert_int_equal(state->popup, POPUP_HELP);
    key(UIKEY_ESC);
    type("/history");
    key(UIKEY_ENTER);
    assert_int_equal(state->popup, POPUP_HISTORY);
    key(UIKEY_ESC);
    type("/leave");
    key(UIKEY_ENTER);
    assert_int_equal(state->popup, POPUP_QUIT);
}

static void test_message_line_changes_name_colour_and_topic(void **unused)
{
    (void)unused;
    friday();
    type("/name Zo\xc3\xab");
    key(UIKEY_ENTER);
    assert_int_equal(fake->other[fake->other_count - 1].kind, UI_SET_NAME);
    type("/color pink");
    key(UIKEY_ENTER);
    assert_int_equal(fake->other[fake->other_count - 1].kind, UI_COLOUR);
    assert_int_equal(fake->other[fake->other_count - 1].number, 7);
    type("/topic seven is due");
    key(UIKEY_ENTER);
    assert_int_equal(fake->other[fake->other_count - 1].kind, UI_TOPIC);
    assert_string_equal(fake->other[fake->other_count - 1].text, "seven is due");
    unsigned count = fake->other_count;
    type("/color mauve");
    key(UIKEY_ENTER);
    assert_int_equal(fake->other_count, count);
    assert_non_null(strstr(state->say, "orange"));
}

static void test_message_line_names_the_nearest_word(void **unused)
{
    (void)unused;
    friday();
    unsigned count = fake->other_count;
    type("/feild 5");
    key(UIKEY_ENTER);
    assert_non_null(strstr(state->say, "Did you mean field?"));
    assert_int_equal(state->popup, POPUP_CHAT); /* to be put right */
    assert_string_equal(state->field.text, "/feild 5");
    expect_page("talk_wrong_word");
    assert_int_equal(fake->other_count, count);
}

static void test_message_line_completes_commands(void **unused)
{
    (void)unused;
    friday();
    type("/fie");
    key(UIKEY_TAB);
    assert_string_equal(state->field.text, "/field ");
    key(UIKEY_ESC);
    type("/pla");
    key(UIKEY_TAB);
    assert_string_equal(state->field.text, "/pla");
    assert_non_null(strstr(state->say, "place"));
    assert_non_null(strstr(state->say, "players"));
    key(UIKEY_ESC);
    type("/zz");
    key(UIKEY_TAB);
    assert_string_equal(state->field.text, "/zz");
    assert_non_null(strstr(state->say, "No word"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_talk_stands_in_one_order_however_it_comes, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_talk_that_comes_late_says_so_and_stands_where_it_belongs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_talk_marks_a_gap_until_it_is_filled, setup, teardown),
        cmocka_unit_test_setup_teardown(test_talk_is_replaced_in_its_place, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_talk_that_arrives_leaves_what_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_talk_never_disturbs_the_frame, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names_of_any_script_keep_the_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_a_chosen_colour_is_the_players_everywhere, setup, teardown),
        cmocka_unit_test_setup_teardown(test_message_line_says_what_is_typed, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_message_line_does_what_follows_a_slash, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_message_line_changes_name_colour_and_topic, setup, teardown),
        cmocka_unit_test_setup_teardown(test_message_line_names_the_nearest_word, setup, teardown),
        cmocka_unit_test_setup_teardown(test_message_line_completes_commands, setup, teardown),
    };
    pages_dir = argc > 1 ? argv[1] : pages_dir;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
