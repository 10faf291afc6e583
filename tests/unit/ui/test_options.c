/* The options page, and that every option does what it says. */
#include "tests/unit/ui/pages.h"

#include "ui/dice_animation.h"
#include "ui/theme.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int setup_options(void **unused)
{
    setup(unused);
    setting_values_init(&state->now);
    snprintf(state->now.file, sizeof state->now.file, "~/.config/craps/config.ini");
    for (int i = 0; i < SETTING_ON_PAGE; i++) {
        ui_setting_apply(state, (enum ui_setting)i);
    }
    state->colours = 256;
    state->coloured = true;
    snprintf(fake->model.my_name, sizeof fake->model.my_name, "Ann");
    return 0;
}

static void open_page(void)
{
    settle();
    popup_open(state, POPUP_OPTIONS);
}

static void choose(enum ui_setting setting, unsigned choice)
{
    ui_setting_choose(state, &fake->port, setting, choice);
}

static const struct ui_command *last_command(void)
{
    return &fake->other[fake->other_count - 1];
}

static void test_options_page_is_drawn(void **unused)
{
    (void)unused;
    open_page();
    key(UIKEY_DOWN);
    key(UIKEY_DOWN);
    expect_both("options");
    state->rows = 40;
    state->cols = 120;
    expect_page("options_wide");
}

/* Each line can be stepped through all its values; each step is in force at once, and told to the manager in the words
 * of the settings file. */
static void test_options_change_by_arrows_and_are_kept(void **unused)
{
    (void)unused;
    open_page();
    for (int i = 0; i < SETTING_ON_PAGE; i++) {
        enum ui_setting setting = (enum ui_setting)i;
        unsigned count = setting_choice_count(setting);
        assert_int_equal(state->popup_index, i);
        for (unsigned k = 0; k < count; k++) {
            unsigned before = state->now.choice[i];
            char value[SETTING_VALUE_MAX], want[160], written[SETTING_VALUE_MAX];
            key(k % 2 == 0 ? UIKEY_RIGHT : UIKEY_ENTER);
            assert_int_equal(state->now.choice[i], (before + 1) % count);
            setting_choice_text(setting, state->now.choice[i], value);
            snprintf(want, sizeof want, "%s %s", setting_specs[i].key, value);
            assert_int_equal(last_command()->kind, UI_SETTING);
            assert_string_equal(last_command()->text, want);
            assert_true(setting_parse(setting, value, written));
            assert_string_equal(written, value);
        }
        if (count > 0) {
            unsigned before = state->now.choice[i];
            key(UIKEY_LEFT);
            assert_int_equal(state->now.choice[i], (before + count - 1) % count);
            key('d');
            assert_int_equal(
                state->now.choice[i], setting_choice_find(setting, setting_specs[i].fallback));
        }
        key(UIKEY_DOWN);
    }
    unsigned sent = fake->other_count;
    key(UIKEY_RIGHT); /* Keys... has no values */
    assert_int_equal(fake->other_count, sent);
    key(UIKEY_DOWN);
    assert_int_equal(state->popup_index, 0);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_NONE);
    assert_false(state->want_line);
}

static void test_options_say_when_they_cannot_be_sent(void **unused)
{
    (void)unused;
    open_page();
    fake->refuse = true;
    key(UIKEY_DOWN);
    key(UIKEY_DOWN);
    key(UIKEY_RIGHT);
    assert_int_equal(state->now.choice[SETTING_THEME], THEME_AUTO);
    assert_true(state->say_warning);
}

/* The page says what is true here: why there are no colours, why a felt or large dice are not to be seen. */
static void test_options_say_what_cannot_be_seen_here(void **unused)
{
    (void)unused;
    static char drawn[PAGE_MAX];
    open_page();
    state->popup_index = SETTING_FELT;
    state->colours = 8;
    page(drawn);
    assert_non_null(strstr(drawn, "This terminal has 8 colours: the felt stays plain."));
    state->coloured = false;
    page(drawn);
    assert_non_null(strstr(drawn, "NO_COLOR or --color says that there are no colours."));
    state->colours = 0;
    page(drawn);
    assert_non_null(strstr(drawn, "This terminal has no colours."));
    state->popup_index = SETTING_BIG_NUMBERS;
    page(drawn);
    assert_non_null(strstr(drawn, "This window is 80 × 24: big numbers need 120 × 40."));
    state->ascii_only = true;
    state->popup_index = SETTING_SYMBOLS;
    page(drawn);
    assert_non_null(strstr(drawn, "plain characters only"));
    state->now.environment[SETTING_COACH] = true;
    choose(SETTING_COACH, 0);
    page(drawn);
    assert_non_null(strstr(drawn, "goes before the file next time"));
}

static void test_options_change_the_name(void **unused)
{
    (void)unused;
    open_page();
    key(UIKEY_ENTER);
    keys("a");
    key(UIKEY_ENTER);
    assert_int_equal(state->popup, POPUP_OPTIONS);
    assert_int_equal(last_command()->kind, UI_SET_NAME);
    assert_string_equal(last_command()->text, "Anna");
    key(UIKEY_ENTER);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_OPTIONS);
    key('?');
    assert_int_equal(state->popup, POPUP_HELP);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_OPTIONS);
}

static void test_options_are_reached_from_both_menus(void **unused)
{
    (void)unused;
    fake->model.first_run = false;
    settle();
    key(UIKEY_END);
    key(UIKEY_ENTER);
    assert_int_equal(state->popup, POPUP_OPTIONS);
    key(UIKEY_ESC);
    friday();
    key(UIKEY_ESC);
    for (int i = 0; i < 20 && state->popup == POPUP_MENU; i++) {
        static char drawn[PAGE_MAX];
        page(drawn);
        if (strstr(drawn, "▸ Options") != NULL) {
            key(UIKEY_ENTER);
            break;
        }
        key(UIKEY_DOWN);
    }
    assert_int_equal(state->popup, POPUP_OPTIONS);
    key(UIKEY_ESC);
    assert_int_equal(state->screen, SCREEN_TABLE);
    assert_int_equal(state->popup, POPUP_NONE);
}

static void test_lines_begin_when_the_page_is_left(void **unused)
{
    (void)unused;
    open_page();
    state->popup_index = SETTING_LINE;
    key(UIKEY_RIGHT);
    assert_false(state->want_line);
    key(UIKEY_ESC);
    assert_true(state->want_line);
}

static void test_symbols_follow_the_option_and_the_terminal(void **unused)
{
    (void)unused;
    state->ascii_auto = true;
    choose(SETTING_SYMBOLS, SYMBOLS_AUTO);
    assert_true(state->ascii);
    choose(SETTING_SYMBOLS, SYMBOLS_UNICODE);
    assert_false(state->ascii);
    state->ascii_only = true;
    choose(SETTING_SYMBOLS, SYMBOLS_UNICODE);
    assert_true(state->ascii);
    state->ascii_auto = state->ascii_only = false;
    choose(SETTING_SYMBOLS, SYMBOLS_ASCII);
    assert_true(state->ascii);
}

/* WCAG contrast of two colours of the 256. */
static double luminance(int colour)
{
    static const double eight[8][3] = {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0},
        {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229}};
    static const double steps[6] = {0, 95, 135, 175, 215, 255};
    static const double weights[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        static const int divide[3] = {36, 6, 1};
        double c = colour < 8      ? eight[colour][i]
                   : colour >= 232 ? 8 + 10 * (colour - 232)
                                   : steps[(colour - 16) / divide[i] % 6];
        c /= 255;
        sum += weights[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(int a, int b)
{
    double la = luminance(a), lb = luminance(b);
    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

/* On the darkest and a dark grey window, on a white and a cream one, on black and on each felt: whatever is drawn can
 * be read, and dark blue is never what something is written in. */
static void test_every_look_can_be_read_on_its_background(void **unused)
{
    (void)unused;
    enum { BLACK = 16, DARK_GREY = 236, WHITE = 231, CREAM = 230 };
    static const int own[][2] = {[THEME_AUTO] = {BLACK, DARK_GREY},
        [THEME_DARK] = {BLACK, DARK_GREY},
        [THEME_LIGHT] = {WHITE, CREAM},
        [THEME_CONTRAST] = {BLACK, BLACK}};
    for (int theme = THEME_AUTO; theme <= THEME_CONTRAST; theme++) {
        for (int cloth = CLOTH_PLAIN; cloth <= CLOTH_PAPER; cloth++) {
            for (unsigned i = 0; i < 2 * ROLE_COUNT; i++) {
                bool felt = i >= ROLE_COUNT;
                if (i % ROLE_COUNT == ROLE_QR_LIGHT) {
                    continue; /* a white cell, nothing written in it */
                }
                struct theme_look look = theme_look(
                    (enum setting_theme)theme, (enum setting_cloth)cloth, i % ROLE_COUNT, felt);
                bool painted = felt && cloth != CLOTH_PLAIN;
                assert_true(!painted || (look.fg256 >= 16 && look.bg256 >= 16));
                for (int k = 0; k < 2; k++) {
                    int bg = look.bg256 >= 0 ? look.bg256 : own[theme][k];
                    int fg = look.fg256;
                    assert_true(fg < 0 || fg == BLACK || contrast(fg, bg) >= 3.3);
                    assert_true(fg != BLACK || contrast(fg, bg) >= 7);
                    double least = theme == THEME_CONTRAST ? 7 : 0;
                    assert_true(fg < 0 || contrast(fg, bg) >= least);
                    int bg8 = look.bg8 >= 0 ? look.bg8 : theme == THEME_LIGHT ? 7 : 0;
                    assert_true(look.fg8 < 0 || contrast(look.fg8, bg8) >= 2.9);
                }
                assert_true(look.fg8 != 4 && (look.fg256 < 17 || look.fg256 > 21));
            }
        }
    }
}

/* The puck is no part of its background: black on white, or the other way round where that is white. */
static void test_the_puck_stands_out(void **unused)
{
    (void)unused;
    assert_int_equal(theme_look(THEME_AUTO, CLOTH_PLAIN, ROLE_PUCK, true).bg256, 231);
    assert_int_equal(theme_look(THEME_LIGHT, CLOTH_PLAIN, ROLE_PUCK, true).bg256, 16);
    assert_int_equal(theme_look(THEME_LIGHT, CLOTH_CLASSIC, ROLE_PUCK, true).bg256, 231);
    assert_int_equal(theme_look(THEME_AUTO, CLOTH_PAPER, ROLE_PUCK, true).bg256, 16);
}

static void test_the_seats_have_the_colours_of_the_design(void **unused)
{
    (void)unused;
    static const int16_t want[8] = {208, 39, 35, 178, 68, 166, 175, 245};
    for (unsigned seat = 1; seat <= 50; seat++) {
        struct theme_look look = theme_look(THEME_AUTO, CLOTH_PLAIN, theme_seat(seat), true);
        assert_int_equal(look.fg256, want[(seat - 1) % 8]);
        assert_int_equal(look.bg256, -1);
    }
    assert_int_equal(theme_look(THEME_AUTO, CLOTH_CLASSIC, ROLE_NORMAL, true).bg256, 22);
    assert_int_equal(theme_look(THEME_AUTO, CLOTH_CLASSIC, ROLE_NORMAL, true).bg8, -1);
    assert_int_equal(theme_look(THEME_AUTO, CLOTH_CLASSIC, ROLE_NORMAL, false).bg256, -1);
}

/* The felt is painted where it is drawn, and nowhere else. */
static void test_the_felt_is_its_frame_and_no_more(void **unused)
{
    (void)unused;
    friday();
    ui_draw(&state->canvas, state, &fake->model);
    for (int r = 0; r < UI_ROWS_MIN; r++) {
        for (int c = 0; c < UI_COLS_MIN; c++) {
            bool felt = (state->canvas.cells[r][c].attr & CELL_FELT) != 0;
            assert_int_equal(felt, r >= 1 && r <= 18 && c < 55);
        }
    }
    popup_open(state, POPUP_QUIT);
    ui_draw(&state->canvas, state, &fake->model);
    assert_int_equal(state->canvas.cells[10][20].attr & CELL_FELT, 0);
}

static void test_a_big_bet_is_asked_about_first(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 20);
    settle();
    state->chip = 4; /* 500 of 1,000 */
    keys("p");
    assert_int_equal(state->popup, POPUP_CONFIRM);
    expect_page("big_bet");
    key(UIKEY_ESC);
    assert_int_equal(moves_own_cents(&fake->model.live, 0, (struct bet_ref){BET_PASS, 0}), 0);
    keys("p");
    key(UIKEY_ENTER);
    assert_int_equal(state->popup, POPUP_NONE);
    assert_int_equal(moves_own_cents(&fake->model.live, 0, (struct bet_ref){BET_PASS, 0}), 50000);
    keys("U");
    state->chip = 3; /* 100 each: the third goes over a quarter, the fourth is over it already */
    keys("ppp");
    assert_int_equal(state->popup, POPUP_CONFIRM);
    key(UIKEY_ENTER);
    keys("p");
    assert_int_equal(state->popup, POPUP_NONE);
    assert_int_equal(moves_own_cents(&fake->model.live, 0, (struct bet_ref){BET_PASS, 0}), 40000);
    keys("U");
    choose(SETTING_CONFIRM, 0);
    state->chip = 4;
    keys("p");
    assert_int_equal(state->popup, POPUP_NONE);
    assert_int_equal(moves_own_cents(&fake->model.live, 0, (struct bet_ref){BET_PASS, 0}), 50000);
}

/* Bets that are made together are asked about together, and an answer does them all or none. */
static void test_a_set_of_bets_is_asked_about_as_one(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 20);
    settle();
    bet(0, BET_PASS, 0, 5);
    fake_port_roll(fake, 2, 2);
    settle();
    state->chip = 3;
    keys("aa"); /* across: six times 100 and a little */
    assert_int_equal(state->popup, POPUP_CONFIRM);
    key(UIKEY_ESC);
    assert_int_equal(moves_own_cents(&fake->model.live, 0, (struct bet_ref){BET_PLACE, 5}), 0);
    keys("aa");
    key(UIKEY_ENTER);
    for (unsigned number = 4; number <= 10; number++) {
        int64_t cents =
            moves_own_cents(&fake->model.live, 0, (struct bet_ref){BET_PLACE, (uint8_t)number});
        assert_true(number == 7 || cents >= 10000);
    }
    assert_int_equal(state->popup, POPUP_NONE);
}

static void test_bets_doubled_are_asked_about(void **unused)
{
    (void)unused;
    fake_port_sit(fake, "Friday Table", friends, 5, 20);
    settle();
    bet(0, BET_PASS, 0, 200);
    fake_port_roll(fake, 3, 4);
    settle();
    fake->now_ms += 10000;
    settle();
    keys("R");
    assert_int_equal(state->popup, POPUP_CONFIRM);
    key(UIKEY_ENTER);
    assert_int_equal(moves_own_cents(&fake->model.live, 0, (struct bet_ref){BET_PASS, 0}), 40000);
    keys("U");
    keys("r");
    assert_int_equal(state->popup, POPUP_NONE);
    assert_int_equal(moves_own_cents(&fake->model.live, 0, (struct bet_ref){BET_PASS, 0}), 20000);
}

static bool rings(void)
{
    bool rang = state->want_bell;
    state->want_bell = false;
    return rang;
}

static void test_the_bell_rings_when_it_was_asked_to(void **unused)
{
    (void)unused;
    friday();
    assert_false(rings());
    choose(SETTING_BELL, BELL_SEVEN);
    fake_port_roll(fake, 2, 2);
    settle();
    assert_false(rings());
    fake_port_roll(fake, 3, 4);
    settle();
    settle();
    assert_true(rings());
    settle();
    assert_false(rings());
    choose(SETTING_BELL, BELL_MY_TURN);
    unsigned turns = 0, rang = 0;
    bool mine = fake->model.live.thrower == 0;
    for (int i = 0; i < 12; i++) {
        for (unsigned p = 0; p < 5; p++) {
            fake_port_apply(fake, p, move_bet((struct bet_ref){BET_PASS, 0}, 500));
        }
        settle();
        rang += rings();
        turns += fake->model.live.thrower == 0 && !mine;
        mine = fake->model.live.thrower == 0;
        fake_port_roll(fake, 3, 3);
        settle();
        fake_port_roll(fake, 3, 4);
        settle();
        rang += rings();
        turns += fake->model.live.thrower == 0 && !mine;
        mine = fake->model.live.thrower == 0;
    }
    assert_true(turns >= 2);
    assert_int_equal(rang, turns);
}

static void test_the_chip_letter_is_the_players_own_where_it_is_free(void **unused)
{
    (void)unused;
    friday();
    assert_int_equal(chip_letter(state, &fake->model, 0), 'A');
    choose(SETTING_CHIP, 'Q' - 'A' + 1);
    assert_int_equal(chip_letter(state, &fake->model, 0), 'Q');
    assert_int_equal(chip_letter(state, &fake->model, 1), 'B');
    choose(SETTING_CHIP, 'B' - 'A' + 1); /* Bo's */
    assert_int_equal(chip_letter(state, &fake->model, 0), 'A');
    assert_int_equal(chip_letter(state, &fake->model, 1), 'B');
    choose(SETTING_CHIP, 'Q' - 'A' + 1);
    expect_page("own_letter");
}

static void test_default_chip_and_coach_act_at_once(void **unused)
{
    (void)unused;
    choose(SETTING_DEFAULT_CHIP, 2);
    assert_int_equal(ui_chip_cents[state->chip], 2500);
    choose(SETTING_COACH, 0);
    assert_false(state->coach);
    choose(SETTING_MOUSE, 0);
    assert_false(state->mouse);
    assert_true(state->want_look);
}

/* At every moment of the roll-out both faces are the true ones; with reduced motion it is one picture. */
static void test_dice_roll_out_for_as_long_as_was_chosen(void **unused)
{
    (void)unused;
    static const uint32_t want[] = {0, 800, 2000};
    static struct canvas a, b;
    for (unsigned i = 0; i < 3; i++) {
        choose(SETTING_ANIMATION, i);
        assert_int_equal(state->animation_ms, want[i]);
        canvas_init(&b, 5, 25, false);
        dice_known_draw(&b, 0, 0, 4, 2, 10000, state->animation_ms);
        unsigned pictures = 0;
        for (uint64_t age = 0; age <= 2500; age += 20) {
            canvas_init(&a, 5, 25, false);
            dice_known_draw(&a, 0, 0, 4, 2, age, state->animation_ms);
            unsigned pips = 0;
            for (int r = 0; r < 5; r++) {
                for (int c = 0; c < 25; c++) {
                    pips += strcmp(a.cells[r][c].text, "●") == 0;
                }
            }
            assert_int_equal(pips, 6);
            assert_int_equal(a.outside, 0);
            bool still = memcmp(a.cells, b.cells, sizeof a.cells) == 0;
            assert_true(still || age < want[i]);
            pictures += !still;
        }
        assert_int_equal(pictures > 0, i > 0);
    }
    choose(SETTING_REDUCE_MOTION, 1);
    assert_int_equal(state->animation_ms, 0);
    assert_false(state->animate);
}

static void test_big_numbers_are_for_large_windows(void **unused)
{
    (void)unused;
    static char small[PAGE_MAX], drawn[PAGE_MAX];
    friday();
    page(small);
    choose(SETTING_BIG_NUMBERS, 1);
    page(drawn);
    assert_string_equal(drawn, small);
    state->rows = 40;
    state->cols = 120;
    expect_page("big_numbers_wide");
    fake_port_roll(fake, 6, 6);
    settle();
    expect_page("big_numbers_twelve_wide");
    /* At every size of the wide table and at every moment nothing lies outside. */
    for (int ms = 0; ms < 3000; ms += 50) {
        fake->now_ms += 50;
        page(drawn);
        assert_int_equal(state->canvas.outside, 0);
    }
    fake->hold_dice = true;
    for (unsigned p = 0; p < 5; p++) {
        fake_port_apply(fake, p, move_bet((struct bet_ref){BET_PASS, 0}, 500));
        fake_port_apply(fake, p, move_kind(LIVE_READY, 1));
    }
    settle();
    assert_true(state->rolling);
    for (int ms = 0; ms < 1000; ms += 50) {
        fake->now_ms += 50;
        page(drawn);
        assert_int_equal(state->canvas.outside, 0);
        assert_null(strstr(drawn, "██")); /* no frame can be taken for a result */
        assert_non_null(strstr(drawn, "▒▒"));
    }
}

int main(int argc, char **argv)
{
    pages_dir = argc > 1 ? argv[1] : pages_dir;
#define OPTIONS_TEST(name) cmocka_unit_test_setup_teardown(name, setup_options, teardown)
    const struct CMUnitTest tests[] = {
        OPTIONS_TEST(test_options_page_is_drawn),
        OPTIONS_TEST(test_options_change_by_arrows_and_are_kept),
        OPTIONS_TEST(test_options_say_when_they_cannot_be_sent),
        OPTIONS_TEST(test_options_say_what_cannot_be_seen_here),
        OPTIONS_TEST(test_options_change_the_name),
        OPTIONS_TEST(test_options_are_reached_from_both_menus),
        OPTIONS_TEST(test_lines_begin_when_the_page_is_left),
        OPTIONS_TEST(test_symbols_follow_the_option_and_the_terminal),
        OPTIONS_TEST(test_every_look_can_be_read_on_its_background),
        OPTIONS_TEST(test_the_puck_stands_out),
        OPTIONS_TEST(test_the_seats_have_the_colours_of_the_design),
        OPTIONS_TEST(test_the_felt_is_its_frame_and_no_more),
        OPTIONS_TEST(test_a_big_bet_is_asked_about_first),
        OPTIONS_TEST(test_a_set_of_bets_is_asked_about_as_one),
        OPTIONS_TEST(test_bets_doubled_are_asked_about),
        OPTIONS_TEST(test_the_bell_rings_when_it_was_asked_to),
        OPTIONS_TEST(test_the_chip_letter_is_the_players_own_where_it_is_free),
        OPTIONS_TEST(test_default_chip_and_coach_act_at_once),
        OPTIONS_TEST(test_big_numbers_are_for_large_windows),
        OPTIONS_TEST(test_dice_roll_out_for_as_long_as_was_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
