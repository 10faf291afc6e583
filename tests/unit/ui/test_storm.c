/* Sizes and keys at random over a real table: nothing leaves the window, nothing crashes, no chip
 * is lost, and what is drawn after a storm is what a fresh draw gives. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/fake_port.h"
#include "ui/screen.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    "Ann", "Bo", "Cy", "Dee", "Eli", "Flo", "Gus", "Hal", "Ivy", "Joe"};

struct storm {
    struct fake_port *fake;
    struct ui_state *state;
    struct prng prng;
};

static void begin(struct storm *s, uint64_t seed)
{
    struct ui_options options = {0};
    s->fake = fake_port_create();
    s->state = calloc(1, sizeof *s->state);
    ui_state_init(s->state, &options, false);
    prng_seed(&s->prng, seed);
    s->fake->solo_starts = true;
    s->fake->model.found_count = 1;
    strcpy(s->fake->model.words, "otter-canyon-velvet");
}

static void end(struct storm *s)
{
    fake_port_destroy(s->fake);
    free(s->state);
}

static void draw(struct storm *s)
{
    ui_state_update(s->state, &s->fake->model, s->fake->now_ms);
    ui_draw(&s->state->canvas, s->state, &s->fake->model);
    const struct canvas *c = &s->state->canvas;
    for (int r = 0; r < c->rows; r++) {
        int cells = 0;
        for (int k = 0; k < c->cols; k++) {
            const char *text = c->cells[r][k].text;
            assert_true(strlen(text) < CELL_BYTES);
            cells += text[0] == '\0' ? 0 : text_width(text);
            assert_false((unsigned char)text[0] < 0x20 && text[0] != '\0');
        }
        assert_int_equal(cells, c->cols);
    }
}

static int32_t random_key(struct storm *s)
{
    static const int32_t special[] = {UIKEY_UP, UIKEY_DOWN, UIKEY_LEFT, UIKEY_RIGHT, UIKEY_ENTER,
        ' ', UIKEY_ESC, UIKEY_TAB, UIKEY_BACKSPACE, UIKEY_PAGE_UP, UIKEY_PAGE_DOWN, UIKEY_HOME,
        UIKEY_END, UIKEY_F1, UIKEY_BACK_TAB, UIKEY_DELETE, 0x20ac, 0x202e, 0x4e2d, 0x1f3b2,
        UIKEY_PASTE_BEGIN, UIKEY_PASTE_END, UIKEY_CTRL_L};
    if (prng_chance(&s->prng, 500)) {
        return special[prng_below(&s->prng, sizeof special / sizeof special[0])];
    }
    return (int32_t)(33 + prng_below(&s->prng, 94));
}

static void press(struct storm *s, int32_t key)
{
    struct notice n;
    uint64_t lost;
    fake_port_step(s->fake);
    ui_state_update(s->state, &s->fake->model, s->fake->now_ms);
    ui_state_key(s->state, &s->fake->port, &s->fake->model, key);
    while (s->fake->port.notice(s->fake, &n, &lost)) {
        ui_state_notice(s->state, &n, &s->fake->model);
    }
}

static void test_draw_fits_at_every_size_that_matters(void **unused)
{
    (void)unused;
    static const int sizes[][2] = {{24, 80}, {24, 81}, {39, 119}, {40, 120}, {60, 200}, {1, 1},
        {1, 300}, {100, 1}, {23, 80}, {24, 79}, {2, 2}, {5, 40}, {30, 80}, {29, 80}, {120, 320},
        {5000, 5000}, {0, 0}, {-3, -7}};
    struct storm s;
    begin(&s, 1);
    fake_port_sit(s.fake, "A table with a very long name, forty by", names, 10, 20);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int popup = POPUP_NONE; popup <= POPUP_RULES; popup++) {
            for (int screen = 0; screen < 3; screen++) {
                s.fake->model.stage = screen == 0   ? STAGE_TABLE
                                      : screen == 1 ? STAGE_MENU
                                                    : STAGE_JOINING;
                s.fake->model.me = screen == 0 ? 0 : -1;
                ui_state_update(s.state, &s.fake->model, s.fake->now_ms);
                s.state->rows = sizes[i][0];
                s.state->cols = sizes[i][1];
                bool table_popup = popup >= POPUP_PROPS && popup <= POPUP_MENU;
                s.state->popup = screen != 0 && table_popup ? POPUP_NONE : (uint8_t)popup;
                s.state->edit_count = 1;
                draw(&s);
                bool table_fits = s.state->rows >= UI_ROWS_MIN && s.state->cols >= UI_COLS_MIN;
                bool canvas_fits =
                    s.state->rows <= CANVAS_ROWS_MAX && s.state->cols <= CANVAS_COLS_MAX;
                if (table_fits && canvas_fits) {
                    assert_int_equal(s.state->canvas.outside, 0);
                }
            }
        }
    }
    end(&s);
}

/* Sizes that come and go: whatever is open, what the player did stays, and the last screen is what a
 * fresh one would be. */
static void test_resizing_changes_nothing_but_the_drawing(void **unused)
{
    (void)unused;
    static const int popups[] = {POPUP_NONE, POPUP_PROPS, POPUP_EDIT, POPUP_CHAT, POPUP_HELP};
    static struct ui_state kept;
    struct storm s;
    begin(&s, 9);
    s.state->animate = false;
    fake_port_sit(s.fake, "Friday Table", names, 8, 20);
    press(&s, 'p');
    fake_port_roll(s.fake, 4, 2);
    press(&s, '5');
    for (int turn = 0; turn < 10; turn++) {
        s.state->popup = (uint8_t)popups[turn % 5];
        s.state->edit_count = 1;
        s.fake->hold_dice = turn >= 5;
        s.fake->model.live.phase = turn >= 5 ? LIVE_ROLLING : LIVE_BETTING;
        s.state->rows = 40;
        s.state->cols = 120;
        draw(&s);
        memcpy(&kept, s.state, sizeof kept);
        for (int i = 0; i < 20; i++) {
            s.state->rows = 1 + (int)prng_below(&s.prng, 100);
            s.state->cols = 1 + (int)prng_below(&s.prng, 300);
            draw(&s);
            if (s.state->rows >= UI_ROWS_MIN && s.state->cols >= UI_COLS_MIN) {
                assert_int_equal(s.state->canvas.outside, 0);
            }
        }
        s.state->rows = 40;
        s.state->cols = 120;
        draw(&s);
        for (int r = 0; r < 40; r++) {
            assert_memory_equal(s.state->canvas.cells[r], kept.canvas.cells[r],
                sizeof kept.canvas.cells[r][0] * 120);
        }
        s.state->canvas = kept.canvas;
        assert_memory_equal(s.state, &kept, sizeof kept);
    }
    end(&s);
}

static void test_keys_never_break_the_table(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct storm s;
        begin(&s, seed);
        for (int i = 0; i < 1500; i++) {
            if (prng_chance(&s.prng, 20)) {
                s.state->rows = 1 + (int)prng_below(&s.prng, 100);
                s.state->cols = 1 + (int)prng_below(&s.prng, 300);
            } else if (prng_chance(&s.prng, 50)) {
                s.state->rows = 24;
                s.state->cols = 80;
            }
            s.fake->hold = prng_chance(&s.prng, 300);
            s.fake->hold_dice = prng_chance(&s.prng, 200);
            s.fake->refuse = prng_chance(&s.prng, 20);
            s.fake->now_ms += prng_below(&s.prng, 3000);
            if (s.fake->model.stage == STAGE_ENDED) {
                s.fake->model.stage = STAGE_MENU;
            }
            press(&s, random_key(&s));
            if (prng_chance(&s.prng, 200)) {
                static const int buttons[] = {1, 1, 3, 4, 5};
                ui_state_mouse(s.state, &s.fake->port, &s.fake->model,
                    (int)prng_below(&s.prng, (unsigned)s.state->rows),
                    (int)prng_below(&s.prng, (unsigned)s.state->cols),
                    buttons[prng_below(&s.prng, 5)]);
            }
            assert_true(live_check(&s.fake->model.live));
            if (i % 7 == 0) {
                draw(&s);
            }
        }
        static struct canvas storm;
        draw(&s);
        memcpy(&storm, &s.state->canvas, sizeof storm);
        memset(&s.state->canvas, 0, sizeof s.state->canvas);
        draw(&s);
        for (int r = 0; r < storm.rows; r++) {
            assert_memory_equal(storm.cells[r], s.state->canvas.cells[r],
                sizeof storm.cells[r][0] * (size_t)storm.cols);
        }
        end(&s);
    }
}

/* A bet, its undo, taking it down and repeating it lead back to the same rack. */
static void test_bet_undo_take_and_repeat_return_to_the_same_rack(void **unused)
{
    (void)unused;
    struct storm s;
    begin(&s, 5);
    fake_port_sit(s.fake, "Friday Table", names, 2, 20);
    const struct table_player *ann = &s.fake->model.live.players[0];
    static const char bets[] = "pdf4568 90h";
    for (const char *k = bets; *k != '\0'; k++) {
        int64_t before = ann->balance_cents;
        press(&s, *k == ' ' ? 'x' : *k);
        press(&s, UIKEY_ESC);
        s.state->popup = POPUP_NONE;
        fake_port_step(s.fake);
        if (ann->balance_cents != before) {
            press(&s, 'u');
            fake_port_step(s.fake);
            assert_int_equal(ann->balance_cents, before);
        }
    }
    press(&s, '6');
    press(&s, '8');
    press(&s, 'T');
    fake_port_step(s.fake);
    assert_int_equal(ann->balance_cents, 100000);
    press(&s, 'p');
    fake_port_step(s.fake);
    fake_port_roll(s.fake, 6, 1);
    press(&s, 'r');
    fake_port_step(s.fake);
    assert_int_equal(ann->balance_cents, 100000);
    assert_int_equal(ann->bet_cents[bet_slot((struct bet_ref){BET_PASS, 0})], 500);
    end(&s);
}

/* Arrows, Enter, Space, Esc and Backspace alone reach a resolved roll and a way out. */
static void test_five_keys_play_a_game(void **unused)
{
    (void)unused;
    struct storm s;
    begin(&s, 6);
    s.fake->model.first_run = true;
    press(&s, UIKEY_ENTER);
    press(&s, UIKEY_ENTER);
    press(&s, UIKEY_ENTER);
    fake_port_step(s.fake);
    assert_int_equal(s.fake->model.live.players[0].balance_cents, 99500);
    press(&s, ' ');
    fake_port_step(s.fake);
    assert_int_equal(s.fake->model.history_count, 1);
    press(&s, UIKEY_ESC);
    assert_int_equal(s.state->popup, POPUP_MENU);
    press(&s, UIKEY_UP);
    press(&s, UIKEY_ENTER);
    assert_int_equal(s.state->popup, POPUP_QUIT);
    press(&s, UIKEY_ENTER);
    assert_int_equal(s.fake->model.stage, STAGE_MENU);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draw_fits_at_every_size_that_matters),
        cmocka_unit_test(test_resizing_changes_nothing_but_the_drawing),
        cmocka_unit_test(test_keys_never_break_the_table),
        cmocka_unit_test(test_bet_undo_take_and_repeat_return_to_the_same_rack),
        cmocka_unit_test(test_five_keys_play_a_game),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
