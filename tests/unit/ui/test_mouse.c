/* What the mouse does: keys of every key line, spots of either layout, chips, players, lists. A
 * click goes to the screen that was drawn last. */
#include "tests/unit/ui/pages.h"

#include "ui/key_words.h"
#include "ui/mouse.h"
#include "ui/widget.h"

#include <stdlib.h>
#include <string.h>

static void draw(void)
{
    settle();
    ui_draw(&state->canvas, state, &fake->model);
}

static void click(int row, int col, int button)
{
    ui_state_update(state, &fake->model, fake->now_ms);
    ui_state_mouse(state, &fake->port, &fake->model, row, col, button);
    draw();
}

/* Where a text stands in a row of the drawn screen, in cells; -1 when it does not. */
static int find(int row, const char *text)
{
    const struct canvas *c = &state->canvas;
    for (int col = 0; col < c->cols; col++) {
        char rest[CANVAS_COLS_MAX * 4 + 1] = "";
        size_t used = 0;
        for (int k = col; k < c->cols; k++) {
            used += strlen(strcpy(rest + used, c->cells[row][k].text));
        }
        if (strncmp(rest, text, strlen(text)) == 0) {
            return col;
        }
    }
    return -1;
}

static void test_key_words_name_their_keys(void **unused)
{
    (void)unused;
    static const struct {
        const char *word;
        int32_t key;
    } cases[] = {{"Enter", UIKEY_ENTER}, {"Space", ' '}, {"Esc", UIKEY_ESC}, {"o", 'o'}, {"O", 'O'},
        {"+", '+'}, {"PgUp", UIKEY_PAGE_UP}, {"PgDn", UIKEY_PAGE_DOWN}, {"Tab", UIKEY_TAB},
        {"Bksp", UIKEY_BACKSPACE}, {"?", '?'}, {"F1", UIKEY_F1}, {"arrows", 0}, {"type", 0},
        {"", 0}, {"En", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(key_of_word(cases[i].word, strlen(cases[i].word)), cases[i].key);
    }
}

/* Every cell of an item answers with its key, the blanks between items with none. */
static void test_key_line_answers_cell_by_cell(void **unused)
{
    (void)unused;
    static struct canvas c;
    static const char line[] =
        "Enter bet it    up/down choose    + - chip    PgUp PgDn scroll    letter = do    q leave";
    static const char want[] =
        "EEEEEEEEEEEE    ^^ vvvv           + ------    <<<< >>>>>>>>>>>                   qqqqqqq";
    canvas_init(&c, 2, 120, false);
    widget_keys(&c, 1, 3, 110, line);
    for (int i = 0; line[i] != '\0'; i++) {
        int32_t code = canvas_hit_at(&c, 1, 3 + i);
        char got = (char)(code == UIKEY_ENTER       ? 'E'
                          : code == UIKEY_UP        ? '^'
                          : code == UIKEY_DOWN      ? 'v'
                          : code == UIKEY_PAGE_UP   ? '<'
                          : code == UIKEY_PAGE_DOWN ? '>'
                          : code == 0               ? ' '
                                                    : code);
        assert_int_equal(got, want[i]);
    }
    assert_int_equal(canvas_hit_at(&c, 0, 3), 0);
    assert_int_equal(canvas_hit_at(&c, 1, 2), 0);
    canvas_clear(&c, 1, 0, 1, 120, ROLE_NORMAL);
    assert_int_equal(canvas_hit_at(&c, 1, 3), 0);
}

static void test_menu_and_its_key_line_are_clicked(void **unused)
{
    (void)unused;
    draw();
    int row = 0;
    while (row < state->rows && find(row, "Host a table") < 0) {
        row++;
    }
    click(row, find(row, "Host a table"), 1);
    assert_int_equal(fake->other[0].kind, UI_HOST);
    fake->model.stage = STAGE_MENU;
    draw();
    click(state->rows - 1, find(state->rows - 1, "quit"), 1);
    assert_int_equal(state->popup, POPUP_QUIT);
    row = 0;
    while (row < state->rows && find(row, "stay") < 0) {
        row++;
    }
    click(row, find(row, "stay"), 1);
    assert_int_equal(state->popup, POPUP_NONE);
}

/* Every spot of the layout takes a chip where it lies, and nothing else moves. */
static void spots_take_chips(int rows, int cols)
{
    state->rows = rows;
    state->cols = cols;
    const struct felt_layout *layout = felt_layout_of(rows, cols);
    for (unsigned i = 0; i < FELT_SPOTS; i++) {
        const struct felt_place *p = &layout->places[i];
        struct bet_ref bet = felt_bet(i, &fake->model.live);
        draw();
        if (bet_closed(state, &fake->model, bet) != REFUSAL_NONE) {
            continue;
        }
        int64_t before = act_own_cents(state, &fake->model, bet);
        int col = felt_left(layout, cols) + p->col + p->width - 1;
        click(p->row + p->rows - 1, col, 1);
        assert_int_equal(state->spot, i);
        assert_true(act_own_cents(state, &fake->model, bet) > before);
        click(p->row, col, 5);
        assert_int_equal(act_own_cents(state, &fake->model, bet), before);
    }
}

static void test_spots_take_chips_in_every_layout(void **unused)
{
    (void)unused;
    friday();
    spots_take_chips(24, 80);
    spots_take_chips(39, 119);
    spots_take_chips(40, 120);
    spots_take_chips(60, 200);
}

static void test_right_click_edits_and_popup_hides_the_felt(void **unused)
{
    (void)unused;
    friday();
    draw();
    const struct felt_place *p = &felt_compact.places[FELT_PASS];
    click(p->row, p->col, 3);
    assert_int_equal(state->popup, POPUP_EDIT);
    int64_t rack = act_balance_cents(state, &fake->model);
    click(felt_compact.places[FELT_YO].row, felt_compact.places[FELT_YO].col, 1);
    assert_int_equal(act_balance_cents(state, &fake->model), rack);
    assert_int_equal(state->popup, POPUP_EDIT);
    click(state->rows - 1, find(state->rows - 1, "Esc"), 1);
    assert_int_equal(state->popup, POPUP_NONE);
}

/* What was drawn before the last key is not what is clicked on. */
static void test_click_on_an_old_screen_does_nothing(void **unused)
{
    (void)unused;
    friday();
    key(UIKEY_ESC);
    draw();
    int row = 0;
    while (find(row, "Leave the table") < 0) {
        row++;
    }
    int col = find(row, "Leave the table");
    ui_state_key(state, &fake->port, &fake->model, UIKEY_ESC);
    ui_state_key(state, &fake->port, &fake->model, 'e');
    assert_int_equal(state->popup, POPUP_EDIT);
    int chosen = state->popup_index;
    ui_state_mouse(state, &fake->port, &fake->model, row, col, 1);
    assert_int_equal(state->popup, POPUP_EDIT);
    assert_int_equal(state->popup_index, chosen);
    draw();
    state->rows = 40;
    state->cols = 120;
    int64_t rack = act_balance_cents(state, &fake->model);
    ui_state_mouse(state, &fake->port, &fake->model, 16, 5, 1);
    assert_int_equal(act_balance_cents(state, &fake->model), rack);
}

static void test_chips_and_players_are_clicked(void **unused)
{
    (void)unused;
    friday();
    static const int sizes[][2] = {{24, 80}, {60, 200}};
    for (size_t i = 0; i < 2; i++) {
        state->rows = sizes[i][0];
        state->cols = sizes[i][1];
        draw();
        int row = state->rows - 1;
        while (row > 0 && find(row, "chips ") < 0) {
            row--;
        }
        click(row, find(row, "100"), 1);
        assert_int_equal(ui_chip_cents[state->chip], 10000);
        click(row, find(row, "25 "), 1);
        assert_int_equal(ui_chip_cents[state->chip], 2500);
        row = 0;
        while (find(row, "B Bo") < 0) {
            row++;
        }
        click(row, find(row, "B Bo"), 1);
        assert_int_equal(state->shown_seat, 2);
        const struct felt_layout *layout = felt_layout_of(state->rows, state->cols);
        int spot_row = layout->places[FELT_PASS].row + layout->places[FELT_PASS].rows - 1;
        int at = find(spot_row, "B25");
        assert_true(at > 0);
        assert_true((state->canvas.cells[spot_row][at].attr & CELL_REVERSE) != 0);
        at = find(spot_row, "A10");
        assert_true((state->canvas.cells[spot_row][at].attr & CELL_REVERSE) == 0);
        assert_non_null(strstr(state->say, "Bo: pass line 25"));
        click(row, find(row, "B Bo"), 1);
        assert_int_equal(state->shown_seat, 0);
    }
}

static void test_lines_of_popups_are_clicked(void **unused)
{
    (void)unused;
    friday();
    keys("h");
    draw();
    int row = 0;
    while (find(row, "yo 11") < 0) {
        row++;
    }
    click(row, find(row, "yo 11"), 1);
    assert_int_equal(act_own_cents(state, &fake->model, (struct bet_ref){BET_YO, 0}), 500);
    click(row, find(row, "yo 11"), 5);
    assert_int_equal(act_own_cents(state, &fake->model, (struct bet_ref){BET_YO, 0}), 0);
    key(UIKEY_ESC);
    key(UIKEY_ESC);
    draw();
    row = 0;
    while (find(row, "Roll history") < 0) {
        row++;
    }
    click(row, find(row, "Roll history"), 1);
    assert_int_equal(state->popup, POPUP_HISTORY);
}

static void test_wheel_scrolls_the_talk_it_is_over(void **unused)
{
    (void)unused;
    friday();
    static const int sizes[][2] = {{24, 80}, {30, 80}, {40, 120}};
    for (size_t i = 0; i < 3; i++) {
        state->rows = sizes[i][0];
        state->cols = sizes[i][1];
        state->feed.scroll = 0;
        draw();
        int row = 0;
        while (find(row, "table talk") < 0) {
            row++;
        }
        click(row + 2, find(row, "table talk") + 3, 4);
        assert_true(state->feed.scroll > 0);
        click(row + 2, find(row, "talk, earlier") + 3, 5);
        assert_int_equal(state->feed.scroll, 0);
    }
}

/* More players than rows: the wheel goes through them, the player's own row stays. */
static void test_wheel_scrolls_the_players(void **unused)
{
    (void)unused;
    static const char *const many[] = {
        "Ann", "Bo", "Cy", "Dee", "Eli", "Flo", "Gus", "Hal", "Ivy", "Joe", "Kim", "Lea"};
    static const int sizes[][2] = {{24, 80}, {40, 120}};
    fake_port_sit(fake, "Friday Table", many, 8, 28);
    for (size_t i = 0; i < 2; i++) {
        state->rows = sizes[i][0];
        state->cols = sizes[i][1];
        state->players_down = 0;
        draw();
        int row = 0;
        while (find(row, "A Ann") < 0) {
            row++;
        }
        int col = find(row, "A Ann");
        bool fits = find(row + 7, "H Hal") == col;
        assert_int_equal(fits, i == 1);
        click(row + 1, col + 3, 5);
        assert_int_equal(find(row, "A Ann"), col);
        assert_int_equal(find(row + 1, fits ? "B Bo" : "C Cy"), col);
        for (int k = 0; k < 20; k++) {
            click(row + 1, col + 3, 5);
        }
        assert_int_equal(find(row + (fits ? 7 : 3), "H Hal"), col);
        for (int k = 0; k < 20; k++) {
            click(row + 1, col + 3, 4);
        }
        assert_int_equal(find(row + 1, "B Bo"), col);
    }
}

/* Over a list the wheel is up and down; over what is typed it is nothing. */
static void test_wheel_moves_through_lists(void **unused)
{
    (void)unused;
    friday();
    key(UIKEY_ESC);
    draw();
    int before = state->popup_index;
    click(10, 30, 5);
    assert_int_equal(state->popup, POPUP_MENU);
    assert_int_not_equal(state->popup_index, before);
    click(10, 30, 4);
    assert_int_equal(state->popup_index, before);
    key(UIKEY_ESC);
    keys("mhello");
    draw();
    click(10, 30, 4);
    assert_int_equal(state->popup, POPUP_CHAT);
    assert_string_equal(state->field.text, "hello");
}

/* No two spots share a cell, every spot lies inside the frame of its layout, and what an arrow
 * leads to lies that way. */
static void test_layouts_agree_with_their_frames_and_arrows(void **unused)
{
    (void)unused;
    const struct felt_layout *const layouts[] = {&felt_compact, &felt_wide};
    static struct canvas c;
    for (size_t k = 0; k < 2; k++) {
        const struct felt_layout *l = layouts[k];
        canvas_init(&c, 60, 120, false);
        for (int r = 0; r < l->frame_rows; r++) {
            assert_int_equal(text_width(l->frame[r]), l->frame_cols);
            canvas_text(&c, l->frame_row + r, 0, ROLE_FRAME, l->frame[r]);
        }
        for (unsigned i = 0; i < FELT_SPOTS; i++) {
            const struct felt_place *p = &l->places[i];
            assert_true(text_width(p->label) <= p->width);
            for (int r = p->row; r < p->row + p->rows; r++) {
                for (int col = p->col; col < p->col + p->width; col++) {
                    assert_string_equal(c.cells[r][col].text, " ");
                    assert_int_equal(felt_spot_at(l, r, col), i);
                }
                assert_string_not_equal(c.cells[r][p->col - 1].text, " ");
                assert_string_not_equal(c.cells[r][p->col + p->width].text, " ");
            }
            const struct felt_spot *spot = &felt_spots[i];
            const struct felt_place *up = &l->places[spot->up];
            const struct felt_place *down = &l->places[spot->down];
            assert_true(spot->up == i || (up->row < p->row && up->col < p->col + p->width &&
                                             p->col < up->col + up->width));
            assert_true(spot->down == i || (down->row > p->row && down->col < p->col + p->width &&
                                               p->col < down->col + down->width));
            assert_true(spot->left == i || l->places[spot->left].col < p->col);
            assert_true(spot->right == i || l->places[spot->right].col > p->col);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_words_name_their_keys),
        cmocka_unit_test(test_key_line_answers_cell_by_cell),
        cmocka_unit_test(test_layouts_agree_with_their_frames_and_arrows),
        cmocka_unit_test_setup_teardown(test_menu_and_its_key_line_are_clicked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_spots_take_chips_in_every_layout, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_right_click_edits_and_popup_hides_the_felt, setup, teardown),
        cmocka_unit_test_setup_teardown(test_click_on_an_old_screen_does_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_chips_and_players_are_clicked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lines_of_popups_are_clicked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wheel_scrolls_the_players, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wheel_moves_through_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wheel_scrolls_the_talk_it_is_over, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
