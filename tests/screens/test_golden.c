/* Whole pages of the real program in a pseudo-terminal, cell by cell: golden/NAME.txt. The table is
 * that of a fixed record (evening.craps), so its dice are always the same. Each page is drawn in both
 * symbol sets, with colour and without, and what may differ is checked, not written down again.
 * argv: the program, the folder of the pages, the record. GOLDEN_UPDATE=1 writes pages anew. */
#include "tests/screens/tui.h"

#include "base/text.h"
#include "ui/glyph.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *folder;
static char record[128];

enum { WORDS_MAX = 8, STEPS_MAX = 4 };

/* How a page is come to: the sign that tells that the program is ready, then what is typed. */
struct shot {
    const char *name;
    const char *words[WORDS_MAX]; /* "RECORD" stands for the record */
    const char *sign;
    const char *keys[STEPS_MAX];
    const char *signs[STEPS_MAX]; /* after each */
};

#define REPLAY(number)                                                                             \
    {                                                                                              \
        "replay", "RECORD", "--from", number                                                       \
    }

static const struct shot shots[] = {
    {"first_run", {"--as", "Ann"}, "Enter", {0}, {0}},
    {"menu", {"--as", "Ann"}, "Enter", {"\r"}, {"Play now"}},
    {"replay", REPLAY("5"), "roll 5 of 6", {0}, {0}},
    {"replay_last", REPLAY("6"), "roll 6 of 6", {0}, {0}},
    {"replay_proof", REPLAY("4"), "roll 4 of 6", {"v"}, {"was roll 4 fair?"}},
};

enum { SHOTS = sizeof shots / sizeof shots[0] };

/* How the program is asked to draw. */
struct manner {
    int rows, cols;
    const char *locale;
    const char *env[4];
};

static const struct manner plain = {24, 80, "C.UTF-8", {"TZ=UTC"}};
static const struct manner wide = {40, 120, "C.UTF-8", {"TZ=UTC"}};
/* The emulator repeats an ASCII character wrongly up to a line's end (REP): a terminal type without. */
#define NO_REP "TERM=screen-256color"
static const struct manner old_locale = {24, 80, "C", {"TZ=UTC", NO_REP}};
static const struct manner wide_old_locale = {40, 120, "C", {"TZ=UTC", NO_REP}};
static const struct manner ascii = {24, 80, "C.UTF-8", {"TZ=UTC", NO_REP, "CRAPS_ASCII=1"}};
static const struct manner no_color = {24, 80, "C.UTF-8", {"TZ=UTC", "NO_COLOR=1"}};

static char page[TUI_PAGE_MAX], wanted[TUI_PAGE_MAX], other[TUI_PAGE_MAX];

static void forget_settings(void)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s/.config %s/.local", tui_home, tui_home);
    assert_int_equal(system(command), 0);
}

static void come_to(struct tui *t, const struct shot *shot, const struct manner *m)
{
    const char *words[WORDS_MAX + 1] = {0};
    struct tui_options o = {m->rows, m->cols, m->locale, m->env, words};
    for (int i = 0; i < WORDS_MAX && shot->words[i] != NULL; i++) {
        words[i] = strcmp(shot->words[i], "RECORD") == 0 ? record : shot->words[i];
    }
    forget_settings();
    tui_start(t, &o);
    tui_until(t, shot->sign);
    for (int i = 0; i < STEPS_MAX && shot->keys[i] != NULL; i++) {
        tui_type(t, shot->keys[i]);
        tui_until(t, shot->signs[i]);
    }
}

static void leave(struct tui *t)
{
    kill(t->pid, SIGTERM);
    tui_finish(t);
    tui_expect_restored(t);
    tui_forget(t);
}

static void path_of(const char *name, char path[512])
{
    snprintf(path, 512, "%s/%s.txt", folder, name);
}

static void write_page(const char *name)
{
    char path[512];
    path_of(name, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(page, f);
    fclose(f);
}

static void read_page(const char *name)
{
    char path[512];
    path_of(name, path);
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        fail_msg("there is no %s: GOLDEN_UPDATE=1 writes it", path);
    }
    wanted[fread(wanted, 1, sizeof wanted - 1, f)] = '\0';
    fclose(f);
}

/* Until the screen is as `wanted` says: the last of it may still be on its way. */
static void expect_wanted(struct tui *t, const char *name, bool marks)
{
    long end = tui_now_us() + TUI_WAIT_MS * 1000L;
    while (strcmp(tui_page(t, marks, page), wanted) != 0) {
        if (!tui_pump(t, 50) || tui_now_us() > end) {
            fprintf(stderr, "not as %s says, but so:\n%s", name, page);
            assert_string_equal(page, wanted);
        }
    }
}

static void expect_golden(struct tui *t, const char *name, bool marks)
{
    if (getenv("GOLDEN_UPDATE") != NULL) {
        size_t before = 0;
        while (before != t->raw_size) { /* whoever writes a page reads it, too */
            before = t->raw_size;
            tui_pump(t, 1000);
        }
        tui_page(t, marks, page);
        write_page(name);
    }
    read_page(name);
    expect_wanted(t, name, marks);
}

/* What the symbol table makes of a page. */
static void in_ascii(const char *text, char out[TUI_PAGE_MAX])
{
    size_t size = strlen(text), used = 0;
    while (size > 0) {
        size_t bytes = 0;
        int32_t point = utf8_next(text, size, &bytes);
        out[used++] = (char)(point < 128 ? point : glyph_ascii(point));
        text += bytes;
        size -= bytes;
    }
    out[used] = '\0';
}

static void test_pages_are_as_drawn_in_the_book(void **unused)
{
    (void)unused;
    char name[64];
    for (size_t i = 0; i < SHOTS; i++) {
        struct tui t;
        come_to(&t, &shots[i], &plain);
        expect_golden(&t, shots[i].name, false);
        leave(&t);
        snprintf(name, sizeof name, "%s_wide", shots[i].name);
        come_to(&t, &shots[i], &wide);
        expect_golden(&t, name, false);
        leave(&t);
    }
}

/* In ASCII each symbol is another, and nothing else is; no byte above 127 where the locale has none. */
static void expect_ascii_twin(const struct shot *shot, const char *name, const struct manner *m)
{
    struct tui t;
    read_page(name);
    strcpy(other, wanted);
    in_ascii(other, wanted);
    come_to(&t, shot, m);
    expect_wanted(&t, name, false);
    for (size_t i = 0; i < t.raw_size; i++) {
        assert_true((unsigned char)t.raw[i] < 128);
    }
    leave(&t);
}

static void test_ascii_pages_differ_by_the_symbol_table_alone(void **unused)
{
    (void)unused;
    char name[64];
    for (size_t i = 0; i < SHOTS; i++) {
        snprintf(name, sizeof name, "%s_wide", shots[i].name);
        expect_ascii_twin(&shots[i], shots[i].name, &old_locale);
        expect_ascii_twin(&shots[i], name, &wide_old_locale);
    }
    expect_ascii_twin(&shots[2], shots[2].name, &ascii); /* asked for */
}

/* How the table looks: which cells are bold, reverse and coloured. Without colour the same words. */
static void test_colour_is_additive(void **unused)
{
    (void)unused;
    const struct shot *table = &shots[2];
    struct tui t;
    come_to(&t, table, &plain);
    expect_golden(&t, "replay_colour", true);
    leave(&t);
    come_to(&t, table, &no_color);
    expect_golden(&t, "replay_mono", true);
    read_page(table->name);
    expect_wanted(&t, table->name, false);
    leave(&t);
}

/* At every size the window's cells are written and no others: the emulator is larger than the window
 * that the program was told of. */
static void test_nothing_is_written_outside_of_the_window(void **unused)
{
    (void)unused;
    static const int sizes[][2] = {{24, 80}, {24, 81}, {39, 119}, {40, 120}, {60, 200}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct manner m = {sizes[i][0], sizes[i][1], "C.UTF-8", {"TZ=UTC"}};
        struct tui t;
        come_to(&t, &shots[2], &m);
        vterm_set_size(t.vt, m.rows + 9, m.cols + 20);
        tui_fresh_screen(&t);
        tui_type(&t, "\014");
        tui_until(&t, "roll 5 of 6");
        tui_until(&t, "Esc leave");
        for (int r = 0; r < m.rows + 9; r++) {
            for (int c = 0; c < m.cols + 20; c++) {
                VTermScreenCell cell;
                vterm_screen_get_cell(t.screen, (VTermPos){r, c}, &cell);
                bool blank = cell.chars[0] == 0 || cell.chars[0] == ' ';
                if ((r >= m.rows || c >= m.cols) && !blank) {
                    fail_msg("row %d column %d of a window of %dx%d", r, c, m.cols, m.rows);
                }
            }
        }
        leave(&t);
    }
}

/* With a date that does not depend on when the sources were unpacked. */
static bool copy_record(const char *from)
{
    char command[512];
    snprintf(record, sizeof record, "%s/2026-11-20-friday-table.craps", tui_home);
    snprintf(command, sizeof command, "cp '%s' %s && touch -d 2026-11-20T19:40:00Z %s", from,
        record, record);
    return system(command) == 0;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: test_golden PROGRAM PAGES RECORD\n", stderr);
        return 64;
    }
    folder = argv[2];
    if (!tui_open(argv[1]) || !copy_record(argv[3])) {
        return 73;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_are_as_drawn_in_the_book),
        cmocka_unit_test(test_ascii_pages_differ_by_the_symbol_table_alone),
        cmocka_unit_test(test_colour_is_additive),
        cmocka_unit_test(test_nothing_is_written_outside_of_the_window),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tui_close();
    return failed;
}
