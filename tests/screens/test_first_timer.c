/* Somebody who has never played, with the real program and real dice: from the shell to the first resolved roll with four
 * keys, and a whole game with arrows, Enter, Space, Esc and Backspace only. argv[1] is the program. */
#include "tests/screens/tui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define UP    "\033[A"
#define DOWN  "\033[B"
#define ENTER "\r"
#define SPACE " "
#define ESC   "\033"
#define BKSP  "\177"

static const char *program;
static const char *const still_env[] = {"CRAPS_REDUCE_MOTION=1", NULL};
static const struct tui_options still = {.env = still_env};

static int new_home(void **unused)
{
    (void)unused;
    return !tui_open(program);
}

static int end_home(void **unused)
{
    (void)unused;
    tui_close();
    return 0;
}

/* Waits until one of two texts is there; which. */
static int until_either(struct tui *t, const char *a, const char *b)
{
    long end = tui_now_us() + TUI_WAIT_MS * 1000L;
    while (!tui_sees(t, a) && !tui_sees(t, b)) {
        if (!tui_pump(t, 50) || tui_now_us() > end) {
            fprintf(stderr, "never saw %s, nor %s\n", a, b);
            tui_print(t);
            fail();
        }
    }
    return tui_sees(t, a) ? 0 : 1;
}

static void to_first_table(struct tui *t)
{
    tui_start(t, &still);
    tui_until(t, "What should the table call you?");
    tui_type(t, ENTER);
    tui_until(t, "▸ 1  Play now");
    tui_type(t, ENTER);
    tui_until(t, "Coach: press Enter to bet 5 here, then Space: ready.");
    tui_until(t, "▸PASS LINE");
}

static void expect_clean_end(struct tui *t)
{
    int status = tui_finish(t);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    tui_forget(t);
}

static void test_enter_enter_enter_space_is_a_resolved_roll(void **unused)
{
    (void)unused;
    struct tui t;
    char path[128];
    char text[512] = "";
    to_first_table(&t);
    tui_until(&t, "Enter bet 5 on PASS LINE");
    tui_type(&t, ENTER);
    tui_until(&t, "You bet 5 on pass line, wins 5. Rack 995.");
    tui_until(&t, "▸PASS LINE A5");
    tui_until(&t, "Coach: your bet is up. Space: ");
    tui_type(&t, SPACE);
    tui_until(&t, "roll 2 ");
    /* A point, or what became of the five chips, in words. */
    if (until_either(&t, "( ON )", "You  pass 5") == 0) {
        tui_until(&t, "Coach: point is ");
    } else {
        tui_until(&t, "total  ");
    }
    tui_type(&t, "qQ");
    expect_clean_end(&t);
    /* The coach will not begin again from nothing. */
    snprintf(path, sizeof path, "%s/.config/craps/config.ini", tui_home);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    const char *lessons = strstr(text, "lessons = 11");
    assert_non_null(lessons);
    tui_start(&t, &still);
    tui_until(&t, "Play now"); /* the name is known */
    tui_type(&t, ESC);
    tui_until(&t, "Leave craps?");
    tui_type(&t, ENTER);
    expect_clean_end(&t);
}

/* Reads on until the window has been drawn to its end. */
static void settle(struct tui *t)
{
    size_t before;
    do {
        before = t->raw_size;
        assert_true(tui_pump(t, 60));
    } while (t->raw_size != before);
}

/* One key that changes the window. */
static void press(struct tui *t, const char *key)
{
    size_t before = t->raw_size;
    long end = tui_now_us() + TUI_WAIT_MS * 1000L;
    tui_type(t, key);
    while (t->raw_size == before) {
        assert_true(tui_pump(t, 50) && tui_now_us() < end);
    }
    settle(t);
}

static unsigned long roll_number(struct tui *t)
{
    static char text[1024];
    size_t size = vterm_screen_get_text(t->screen, text, sizeof text - 1, (VTermRect){0, 1, 0, 80});
    text[size] = '\0';
    const char *at = strstr(text, "roll ");
    assert_non_null(at);
    return strtoul(at + 5, NULL, 10);
}

static void roll(struct tui *t)
{
    char next[32];
    snprintf(next, sizeof next, "roll %lu ", roll_number(t) + 1);
    tui_type(t, SPACE);
    tui_until(t, next);
    settle(t);
}

/* In a list that is open: down to that line, then Enter. */
static void choose(struct tui *t, const char *line)
{
    char marked[64];
    snprintf(marked, sizeof marked, "▸ %s", line);
    for (int i = 0; i < 24 && !tui_sees(t, marked); i++) {
        press(t, DOWN);
    }
    tui_until(t, marked);
    tui_type(t, ENTER);
}

static void from_menu(struct tui *t, const char *line)
{
    tui_type(t, ESC);
    tui_until(t, "MENU   Esc back to the table");
    choose(t, line);
}

static void roll_to_a_point(struct tui *t)
{
    for (int i = 0; i < 100 && !tui_sees(t, "( ON )"); i++) {
        if (tui_sees(t, "on table 0 ")) {
            tui_type(t, ENTER);
            tui_until(t, "on table 5 ");
        }
        roll(t);
        until_either(t, "( ON )", "(OFF)");
    }
    tui_until(t, "( ON )");
}

/* By way of what the table came to. */
static void to_menu(struct tui *t)
{
    if (until_either(t, "Play now", "q menu") == 1) {
        tui_type(t, ESC);
    }
    tui_until(t, "Play now");
}

static void test_a_whole_game_needs_no_letter(void **unused)
{
    (void)unused;
    struct tui t;
    to_first_table(&t);
    tui_type(&t, ENTER);
    tui_until(&t, "▸PASS LINE A5");
    tui_type(&t, BKSP);
    tui_until(&t, "on table 0 ");
    tui_type(&t, ENTER);
    tui_until(&t, "on table 5 ");
    roll_to_a_point(&t);
    tui_type(&t, ENTER); /* the line takes odds now */
    tui_until(&t, "▸PASS LINE A5+5");
    tui_type(&t, UP UP UP); /* field, come, six */
    tui_until(&t, "▸PLACE 6");
    tui_type(&t, ENTER);
    tui_until(&t, "on table 16 ");
    tui_type(&t, BKSP);
    tui_until(&t, "on table 10 ");
    from_menu(&t, "Props, numbers, whole hand");
    tui_until(&t, "PROPS AND HARDWAYS");
    tui_type(&t, UP); /* beyond the first line is the last page */
    tui_until(&t, "THE WHOLE HAND");
    tui_type(&t, DOWN);
    tui_until(&t, "PROPS AND HARDWAYS");
    tui_type(&t, ENTER);
    tui_until(&t, "on table 15 ");
    tui_type(&t, BKSP);
    tui_until(&t, "on table 10 ");
    tui_type(&t, ESC);
    tui_until(&t, "table talk");
    from_menu(&t, "Change the bet here");
    tui_until(&t, "PLACE 6   yours: none");
    tui_type(&t, ESC);
    until_either(&t, "Space throw", "Space ready");
    for (int i = 0; i < 200 && tui_sees(&t, "( ON )"); i++) {
        roll(&t);
        until_either(&t, "( ON )", "(OFF)");
    }
    tui_until(&t, "(OFF)");
    from_menu(&t, "Repeat the last bets");
    tui_until(&t, "Repeated. On the table: pass line 5.");
    from_menu(&t, "Leave the table");
    tui_until(&t, "LEAVE THE TABLE?");
    tui_type(&t, ENTER);
    to_menu(&t);
    tui_type(&t, ESC);
    tui_until(&t, "Leave craps?");
    tui_type(&t, ENTER);
    expect_clean_end(&t);
}

/* The lesson, by its own hints, until a point was decided; then away. */
static void test_the_lesson_leads_a_beginner_by_enter_and_space(void **unused)
{
    (void)unused;
    struct tui t;
    tui_start(&t, &still);
    tui_until(&t, "What should the table call you?");
    tui_type(&t, ENTER);
    tui_until(&t, "Play now");
    for (int i = 0;
         i < 12 && !tui_sees(&t, "▸ 5  Learn craps") && !tui_sees(&t, "▸ 6  Learn craps"); i++) {
        press(&t, DOWN);
    }
    tui_type(&t, ENTER);
    tui_until(&t, "LEARN CRAPS   1 of 8: the table");
    tui_type(&t, ENTER);
    tui_until(&t, "This is the felt.");
    tui_type(&t, ENTER);
    tui_until(&t, "Enter bet 5 on the PASS LINE");
    for (int i = 0; i < 400 && !tui_sees(&t, "LEARN CRAPS   5 of 8"); i++) {
        if (until_either(&t, "║ Space ", "║ Enter ") == 0) {
            roll(&t);
        } else {
            press(&t, ENTER);
        }
    }
    tui_until(&t, "LEARN CRAPS   5 of 8: place bets");
    tui_type(&t, ESC);
    to_menu(&t);
    tui_type(&t, ESC);
    tui_until(&t, "Leave craps?");
    tui_type(&t, ENTER);
    expect_clean_end(&t);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: test_first_timer PROGRAM\n", stderr);
        return 64;
    }
    program = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_enter_enter_enter_space_is_a_resolved_roll, new_home, end_home),
        cmocka_unit_test_setup_teardown(test_a_whole_game_needs_no_letter, new_home, end_home),
        cmocka_unit_test_setup_teardown(
            test_the_lesson_leads_a_beginner_by_enter_and_space, new_home, end_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
