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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
