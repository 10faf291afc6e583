/* Keys, sentences and glyphs: what is promised is there, and nothing from outside disturbs a frame.
 * */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/fake_port.h"
#include "ui/bet_text.h"
#include "ui/glyph.h"
#include "ui/join_words.h"
#include "ui/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

static struct canvas canvas;

static void test_keys_each_do_one_thing(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < key_row_count; i++) {
        for (size_t k = 0; k < KEY_ROW_KEYS_MAX && key_rows[i].keys[k] != 0; k++) {
            assert_int_equal(key_action(key_rows[i].keys[k]), key_rows[i].actions[k]);
            assert_int_not_equal(key_rows[i].actions[k], ACTION_NONE);
            for (size_t j = 0; j < i; j++) {
                for (size_t n = 0; n < KEY_ROW_KEYS_MAX; n++) {
                    assert_true(
                        key_rows[j].keys[n] == 0 || key_rows[j].keys[n] != key_rows[i].keys[k]);
                }
            }
        }
    }
    assert_int_equal(key_action('P'), ACTION_PASS); /* Caps Lock */
    assert_int_equal(key_action('O'), ACTION_ODDS_MAX);
    assert_int_equal(key_action(0x4e2d), ACTION_NONE);
}

static void test_help_names_every_key(void **unused)
{
    (void)unused;
    struct fake_port *fake = fake_port_create();
    struct ui_state *state = calloc(1, sizeof *state);
    struct ui_options options = {0};
    static const char *const names[] = {"Ann", "Bo"};
    static char text[24 * 330];
    ui_state_init(state, &options, false);
    fake_port_sit(fake, "Friday Table", names, 2, 20);
    ui_state_update(state, &fake->model, fake->now_ms);
    ui_state_key(state, &fake->port, &fake->model, '?');
    ui_draw(&canvas, state, &fake->model);
    text[0] = '\0';
    for (int r = 0; r < 24; r++) {
        canvas_row_text(&canvas, r, text + strlen(text));
    }
    for (size_t i = 0; i < key_row_count; i++) {
        assert_non_null(strstr(text, key_rows[i].label));
        assert_non_null(strstr(text, key_rows[i].text));
    }
    fake_port_destroy(fake);
    free(state);
}

static void test_refusals_all_have_plain_sentences(void **unused)
{
    (void)unused;
    static const char *const banned[] = {"error", "node", "quorum", "consensus", "timeout", "_"};
    static struct live live;
    struct house_rules rules = house_rules_default();
    uint8_t id[LIVE_ID_BYTES] = {1};
    live_init(&live, &rules);
    live_seat(&live, id, "Ann", false, NULL, NULL);
    for (unsigned refusal = REFUSAL_BAD_COMMAND; refusal < REFUSAL_COUNT + 3; refusal++) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            char text[SENTENCE_MAX];
            sentence_refusal(refusal, &live, 0, bet_of_slot(slot), text);
            assert_true(strlen(text) > 10);
            assert_int_equal(text[strlen(text) - 1], '.');
            assert_true(text_width(text) <= 76);
            for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++) {
                assert_null(strcasestr(text, banned[i]));
            }
        }
    }
}

static void test_bets_all_have_texts(void **unused)
{
    (void)unused;
    struct table_config config = table_config_default();
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        char text[BET_TEXT_MAX];
        struct bet_ref bet = bet_of_slot(slot);
        assert_true(strlen(bet_text_name(bet, text)) >= 2);
        assert_null(strchr(text, '_'));
        if (bet.number == 2 || bet.number == 3 || bet.number == 11 || bet.number == 12) {
            config.crapless = bet.kind == BET_COME || bet.kind == BET_COME_ODDS ||
                              bet.kind == BET_PUT || bet.kind == BET_PUT_ODDS ||
                              bet.kind == BET_PLACE || bet.kind == BET_BUY;
        }
        assert_true(strlen(bet_text_pays(&config, bet, 6, text)) >= 3);
        assert_true(strlen(bet_text_how(&config, bet, 6, text)) >= 8);
        assert_true(bet_edge_hundredths(&config, bet) < 7200);
        assert_true(bet_round_up_cents(bet, 500) >= 500);
        config.crapless = false;
    }
}

static void test_money_is_written_exactly(void **unused)
{
    (void)unused;
    static const struct {
        int64_t cents;
        const char *full, *sign, *brief;
    } rows[] = {{0, "0", "+0", "0"}, {500, "5", "+5", "5"}, {714, "7.14", "+7.14", "7.14"},
        {100000, "1,000", "+1,000", "1000"}, {-1500, "-15", "-15", "-15"},
        {999900, "9,999", "+9,999", "9999"}, {1000000, "10,000", "+10,000", "10k"},
        {123456789, "1,234,567.89", "+1,234,567.89", "1234k"}, {-5, "-0.05", "-0.05", NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[MONEY_TEXT_MAX];
        assert_string_equal(money_text(rows[i].cents, text), rows[i].full);
        assert_string_equal(money_signed(rows[i].cents, text), rows[i].sign);
        if (rows[i].brief != NULL) {
            assert_string_equal(money_short(rows[i].cents, text), rows[i].brief);
        }
    }
}

/* The row keeps its width whatever is written into it. */
static int row_cells(int row)
{
    int cells = 0;
    for (int k = 0; k < canvas.cols; k++) {
        const char *text = canvas.cells[row][k].text;
        cells += text[0] == '\0' ? 0 : text_width(text);
    }
    return cells;
}

static void test_canvas_keeps_its_width_for_every_code_point(void **unused)
{
    (void)unused;
    for (int ascii = 0; ascii < 2; ascii++) {
        canvas_init(&canvas, 1, 8, ascii == 1);
        for (int32_t point = 1; point <= 0x10ffff; point++) {
            char text[16] = "ab";
            if (point >= 0xd800 && point <= 0xdfff) {
                continue;
            }
            utf8proc_ssize_t size = utf8proc_encode_char(point, (utf8proc_uint8_t *)text + 2);
            memcpy(text + 2 + size, "cd", 3);
            canvas_text(&canvas, 0, (int)(point % 6), ROLE_NORMAL, text);
            if (row_cells(0) != 8) {
                fail_msg("U+%04X breaks the row", (unsigned)point);
            }
            for (int k = 0; k < 8; k++) {
                unsigned char c = (unsigned char)canvas.cells[0][k].text[0];
                assert_true(c == 0 || c >= 0x20);
                assert_true(c != 0x7f && (ascii == 0 || c < 0x80));
            }
        }
    }
}

static void test_canvas_shows_nothing_that_hides_or_turns_text(void **unused)
{
    (void)unused;
    char row[64];
    canvas_init(&canvas, 1, 12, false);
    canvas_text(&canvas, 0, 0, ROLE_NORMAL,
        "a\033[31mb\xe2\x80\xae"
        "c\xe2\x80\x8b"
        "d\xef\xbb\xbf"
        "e\xff\xc0");
    canvas_row_text(&canvas, 0, row);
    assert_string_equal(row, "a[31mbcde");
}

static void test_canvas_refuses_cells_outside(void **unused)
{
    (void)unused;
    canvas_init(&canvas, 3, 5, false);
    canvas_text(&canvas, 1, 3, ROLE_NORMAL, "abcdef");
    canvas_text(&canvas, -1, 0, ROLE_NORMAL, "x");
    canvas_text(&canvas, 3, 0, ROLE_NORMAL, "x");
    canvas_text(&canvas, 0, -2, ROLE_NORMAL, "xyz");
    canvas_clear(&canvas, -5, -5, 20, 20, ROLE_NORMAL);
    canvas_paint(&canvas, 2, 3, 400, ROLE_WIN);
    assert_true(canvas.outside > 0);
    assert_int_equal(row_cells(0), 5);
}

static void test_glyphs_have_an_ascii_form(void **unused)
{
    (void)unused;
    static const char all[] = "┌─┐│└┘├┤┬┴┼╭╮╰╯╔═╗║╚╝╌●○▸◂▪█▇▆▅▄▃▂▁░▒▓×·→";
    size_t size = sizeof all - 1;
    for (const char *p = all; size > 0;) {
        utf8proc_int32_t point = 0;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)p, (utf8proc_ssize_t)size, &point);
        assert_true(used > 0);
        assert_int_not_equal(glyph_ascii(point), '?');
        assert_int_equal(utf8proc_charwidth(point), 1);
        p += used;
        size -= (size_t)used;
    }
    assert_int_equal(glyph_ascii(0xe9), '?');
}

static bool find(const char *text, size_t size, char out[UI_WORD_MAX])
{
    static const char *const words[] = {"otter", "canyon", "velvet"};
    for (int i = 0; i < 3; i++) {
        if (size >= 3 && strncasecmp(words[i], text, size) == 0) {
            strcpy(out, words[i]);
            return true;
        }
    }
    return false;
}

static size_t complete(const char *text, size_t size, char out[][UI_WORD_MAX], size_t capacity)
{
    return capacity > 0 && find(text, size, out[0]) ? 1 : 0;
}

static void nearest(const char *text, size_t size, char out[UI_WORD_MAX])
{
    (void)text;
    (void)size;
    strcpy(out, "canyon");
}

static void test_join_words_take_any_spelling(void **unused)
{
    (void)unused;
    static const struct ui_word_list list = {find, complete, nearest};
    char out[JOIN_TEXT_MAX];
    char problem[SENTENCE_MAX];
    static const char *const good[] = {
        "otter canyon velvet", "OTTER-CANYON-VELVET", " ott  can.vel ", "Otter_Canyon,Velvet"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(join_words_check(good[i], &list, out, problem));
        assert_string_equal(out, "otter-canyon-velvet");
    }
    assert_true(join_words_check("otter canyon velvet@192.168.1.20:7777", &list, out, problem));
    assert_string_equal(out, "otter-canyon-velvet@192.168.1.20:7777");
    assert_false(join_words_check("otter canion velvet", &list, out, problem));
    assert_string_equal(problem, "canion? Did you mean canyon?");
    assert_false(join_words_check("otter velvet", &list, out, problem));
    assert_false(join_words_check("otter canyon velvet otter", &list, out, problem));
    struct text_field field = {0};
    text_field_set(&field, "ott");
    assert_true(join_words_complete(&field, &list));
    assert_string_equal(field.text, "otter-");
    text_field_set(&field, "otter-canyon-vel");
    assert_true(join_words_complete(&field, &list));
    assert_string_equal(field.text, "otter-canyon-velvet");
}

/* Every bet of the standard game can be made with keys alone. */
struct reach {
    struct fake_port *fake;
    struct ui_state *state;
    bool made[BET_SLOT_COUNT];
};

static void press(struct reach *r, int32_t key)
{
    ui_state_update(r->state, &r->fake->model, r->fake->now_ms);
    ui_state_key(r->state, &r->fake->port, &r->fake->model, key);
    for (unsigned i = 0; i < r->fake->held_count; i++) {
        const struct live_command *c = &r->fake->held[i].live;
        if (c->kind == LIVE_BET) {
            r->made[bet_slot(c->bet)] = true;
        }
    }
    fake_port_step(r->fake);
    ui_state_update(r->state, &r->fake->model, r->fake->now_ms);
}

static void all_props(struct reach *r)
{
    press(r, 'h');
    for (int page = 0; page < PROPS_PAGES; page++) {
        for (int line = 0; line < 16; line++) {
            for (int choice = 0; choice < 22; choice++) {
                press(r, UIKEY_ENTER);
                if (r->state->popup == POPUP_CONFIRM) {
                    press(r, UIKEY_ENTER);
                    press(r, 'h');
                    r->state->popup_index = line % 13; /* where the question came up */
                }
                press(r, UIKEY_RIGHT);
            }
            press(r, UIKEY_DOWN);
        }
        r->state->popup_index = 0;
        press(r, UIKEY_TAB);
    }
    press(r, UIKEY_ESC);
}

static void test_every_bet_can_be_made_with_keys(void **unused)
{
    (void)unused;
    static const char *const names[] = {"Ann"};
    static const uint8_t travel[6][2] = {{2, 3}, {4, 2}, {6, 2}, {6, 3}, {6, 4}, {3, 1}};
    struct ui_options options = {0};
    static struct reach r;
    r.fake = fake_port_create();
    r.state = calloc(1, sizeof *r.state);
    ui_state_init(r.state, &options, false);
    fake_port_sit(r.fake, "Friday Table", names, 1, 20);
    r.fake->model.live.players[0].balance_cents = 100000000;
    r.fake->model.live.players[0].issued_cents = 100000000;
    press(&r, 'p');
    press(&r, 'd');
    press(&r, 'f');
    all_props(&r);
    fake_port_roll(r.fake, 2, 2);
    for (int i = 0; i < 6; i++) {
        press(&r, 'c');
        press(&r, 'n');
        if (i == 0) {
            press(&r, 'o');
            r.state->spot = FELT_DONT_PASS;
            press(&r, UIKEY_ENTER);
            all_props(&r);
        }
        fake_port_roll(r.fake, travel[i][0], travel[i][1]);
        all_props(&r);
    }
    for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
        struct bet_ref bet = bet_of_slot(slot);
        const struct bet_spec *spec = &bet_specs[bet.kind];
        bool travelled = spec->form == BET_NUMBER_TRAVELLED && bet.number != 0;
        bool standard = spec->form != BET_NUMBER_POINT || (spec->numbers >> bet.number & 1) != 0;
        if (!travelled && standard && !r.made[slot]) {
            fail_msg("no keys make %s %u", spec->name, bet.number);
        }
    }
    fake_port_destroy(r.fake);
    free(r.state);
}

static void test_letter_and_its_mark_are_one_cell(void **unused)
{
    (void)unused;
    static struct canvas c;
    char row[CANVAS_COLS_MAX * 4 + 1];
    canvas_init(&c, 3, 20, false);
    assert_int_equal(canvas_text(&c, 0, 0, ROLE_NORMAL, "Zoe\u0301!"), 4);
    canvas_row_text(&c, 0, row);
    assert_string_equal(row, "Zo\u00e9!");
    canvas_text(&c, 1, 0, ROLE_NORMAL, "\u0301q\u0301\u0301\u0301 o\u0302\u0301");
    canvas_row_text(&c, 1, row);
    assert_string_equal(row, "q \u1ed1");
    canvas_init(&c, 3, 20, true);
    canvas_text(&c, 0, 0, ROLE_NORMAL, "Zoe\u0301!");
    canvas_row_text(&c, 0, row);
    assert_string_equal(row, "Zoe!");
    assert_int_equal(c.outside, 0);
}

static void test_field_takes_back_a_word_or_everything(void **unused)
{
    (void)unused;
    struct text_field f = {0};
    text_field_set(&f, "say caf\u00e9  ");
    assert_true(text_field_key(&f, UIKEY_CTRL_W, 40));
    assert_string_equal(f.text, "say ");
    assert_true(text_field_key(&f, UIKEY_CTRL_W, 40));
    assert_string_equal(f.text, "");
    assert_true(text_field_key(&f, UIKEY_CTRL_W, 40));
    text_field_set(&f, "root");
    assert_true(text_field_key(&f, UIKEY_CTRL_U, 40));
    assert_int_equal(f.size, 0);
    assert_true(text_field_key(&f, 'A', 40));
    assert_string_equal(f.text, "A");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letter_and_its_mark_are_one_cell),
        cmocka_unit_test(test_field_takes_back_a_word_or_everything),
        cmocka_unit_test(test_keys_each_do_one_thing),
        cmocka_unit_test(test_help_names_every_key),
        cmocka_unit_test(test_refusals_all_have_plain_sentences),
        cmocka_unit_test(test_bets_all_have_texts),
        cmocka_unit_test(test_money_is_written_exactly),
        cmocka_unit_test(test_canvas_keeps_its_width_for_every_code_point),
        cmocka_unit_test(test_canvas_shows_nothing_that_hides_or_turns_text),
        cmocka_unit_test(test_canvas_refuses_cells_outside),
        cmocka_unit_test(test_glyphs_have_an_ascii_form),
        cmocka_unit_test(test_join_words_take_any_spelling),
        cmocka_unit_test(test_every_bet_can_be_made_with_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
