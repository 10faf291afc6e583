/* One table of keys: what it says is what the keys do, what help and card show, and what can be changed. */
#include "tests/unit/ui/pages.h"

#include "ui/key_card.h"
#include "ui/key_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that a key may do: what is seen, what is sent, what is wished. */
struct effect {
    char page[PAGE_MAX];
    unsigned sent;
    uint32_t moves;
    bool quit, suspend, redraw;
};

static struct effect before, usual_effect, new_effect;

/* A table where every key has something to do: bets to undo, bets to repeat, talk to scroll. */
static void busy_table(void)
{
    friday();
    for (int i = 0; i < 12; i++) {
        char line[32];
        snprintf(line, sizeof line, "line %d", i);
        feed_add(&state->feed, FEED_EVENT, 0, line);
    }
    fake_port_roll(fake, 3, 4);
    settle();
    fake->now_ms += 10000;
    settle();
    keys("fp");
    state->spot = FELT_HARD6; /* a neighbour on each side */
    key(UIKEY_ENTER);
    key(UIKEY_PAGE_UP);
    key(UIKEY_PAGE_UP);
    state->say[0] = '\0';
}

static void take(struct effect *e)
{
    memset(e, 0, sizeof *e);
    page(e->page);
    e->sent = fake->other_count;
    e->moves = state->moves.last_id;
    e->quit = state->want_quit;
    e->suspend = state->want_suspend;
    e->redraw = state->want_redraw;
}

static void effect_of(int32_t code, const struct key_map *map, struct effect *e)
{
    void *unused = NULL;
    setup(&unused);
    busy_table();
    state->now.keys = *map;
    take(&before);
    key(code);
    take(e);
    teardown(&unused);
}

static bool did_something(const struct effect *e)
{
    return memcmp(e, &before, sizeof *e) != 0;
}

static bool in_help(const struct key_map *map, const char *text)
{
    void *unused = NULL;
    char drawn[PAGE_MAX];
    setup(&unused);
    busy_table();
    state->now.keys = *map;
    key(UIKEY_F1);
    page(drawn);
    teardown(&unused);
    return strstr(drawn, text) != NULL;
}

static void test_every_key_is_in_help_and_works(void **unused)
{
    (void)unused;
    static const struct key_map usual;
    for (size_t i = 0; i < key_row_count; i++) {
        char label[64];
        key_row_label(&usual, i, label, sizeof label);
        assert_string_equal(label, key_rows[i].label);
        assert_true(in_help(&usual, key_rows[i].label));
        assert_true(in_help(&usual, key_rows[i].text));
        for (size_t k = 0; k < KEY_ROW_KEYS_MAX && key_rows[i].keys[k] != 0; k++) {
            effect_of(key_rows[i].keys[k], &usual, &usual_effect);
            if (!did_something(&usual_effect)) {
                fail_msg("%s: key %d does nothing", key_rows[i].text, key_rows[i].keys[k]);
            }
        }
    }
}

/* Each key of the table has a name that the settings file can use, or is one more key for a named one. */
static void test_every_key_has_a_name(void **unused)
{
    (void)unused;
    static const struct key_map usual;
    for (size_t i = 0; i < key_row_count; i++) {
        for (size_t k = 0; k < KEY_ROW_KEYS_MAX && key_rows[i].keys[k] != 0; k++) {
            int32_t meant = key_map_usual(&usual, key_rows[i].keys[k]);
            bool named = false;
            for (size_t b = 0; b < key_binding_count; b++) {
                named = named || key_bindings[b].usual == meant;
            }
            assert_true(named);
            assert_int_equal(key_action(meant), key_rows[i].actions[k]);
        }
    }
    for (size_t b = 0; b < key_binding_count; b++) {
        char text[KEY_TEXT_MAX];
        assert_int_not_equal(key_action(key_bindings[b].usual), ACTION_NONE);
        key_text(key_bindings[b].usual, text);
        assert_int_equal(key_of_word(text, strlen(text)), key_bindings[b].usual);
        assert_int_equal(
            key_binding_find(key_bindings[b].name, strlen(key_bindings[b].name)), (int)b);
        assert_true(text_width(key_bindings[b].what) <= 36);
        assert_true(strlen(setting_specs[0].key) > 0 && strlen(key_bindings[b].name) <= 20);
    }
}

/* Any key that is not a way out can be given another one, which then does exactly the same; the old one does nothing,
 * and help shows the new one. */
static void test_every_key_can_be_changed(void **unused)
{
    (void)unused;
    static const struct key_map usual;
    for (size_t b = 0; b < key_binding_count; b++) {
        struct key_map map = usual;
        char problem[KEY_PROBLEM_MAX] = "";
        bool done = key_map_set(&map, key_bindings[b].name, "é", problem);
        assert_int_equal(done, !key_bindings[b].fixed);
        assert_int_equal(problem[0] == '\0', done);
        if (!done) {
            continue;
        }
        effect_of(key_bindings[b].usual, &usual, &usual_effect);
        effect_of(0xe9, &map, &new_effect);
        if (!did_something(&new_effect)) {
            fail_msg("%s does nothing with its new key", key_bindings[b].name);
        }
        /* Pages call the keys by other names, and are otherwise the same. */
        assert_int_equal(new_effect.sent, usual_effect.sent);
        assert_int_equal(new_effect.moves, usual_effect.moves);
        effect_of(key_bindings[b].usual, &map, &new_effect);
        bool capital = key_bindings[b].usual >= 'A' && key_bindings[b].usual <= 'Z';
        assert_true(capital || !did_something(&new_effect)); /* a capital is Caps Lock now */
        assert_true(in_help(&map, "é"));
    }
}

static void test_a_conflict_is_refused_with_both_names(void **unused)
{
    (void)unused;
    static const struct key_map usual;
    for (size_t a = 0; a < key_binding_count; a++) {
        for (size_t b = 0; b < key_binding_count; b++) {
            struct key_map map = usual;
            char problem[KEY_PROBLEM_MAX] = "";
            char text[KEY_TEXT_MAX];
            key_text(key_bindings[b].usual, text);
            bool done = key_map_set(&map, key_bindings[a].name, text, problem);
            assert_int_equal(done, a == b && !key_bindings[a].fixed);
            assert_memory_equal(&map, &usual, sizeof map);
            if (a != b) {
                assert_non_null(strstr(problem, key_bindings[a].name));
                assert_true(key_bindings[a].fixed || strstr(problem, key_bindings[b].name) != NULL);
            }
        }
    }
    struct key_map map = usual;
    char problem[KEY_PROBLEM_MAX];
    /* Another key for the same counts too, and what was given away is free. */
    assert_false(key_map_set(&map, "pass", "=", problem));
    assert_non_null(strstr(problem, "chip_up"));
    assert_false(key_map_set(&map, "pass", "Del", problem));
    assert_true(key_map_set(&map, "dont_pass", "D", problem));
    assert_true(key_map_set(&map, "pass", "d", problem));
    assert_int_equal(key_map_usual(&map, 'd'), 'p');
    assert_int_equal(key_map_usual(&map, 'D'), 'd');
    assert_int_equal(key_map_usual(&map, 'p'), 0);
    assert_int_equal(key_map_usual(&map, '='), '+');
    static const char *const bad[] = {
        "", "  ", "Foo", "ab", "Ctrl-M", "Ctrl-I", "Ctrl-1", "F13", "\x7f"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(key_map_set(&map, "field", bad[i], problem));
    }
    assert_false(key_map_set(&map, "nothing", "j", problem));
}

/* Nobody is locked in: whatever is tried, Esc, Enter, Ctrl-C and the arrows do what they always do. */
static void test_the_ways_out_stay(void **unused)
{
    (void)unused;
    static const int32_t out[] = {UIKEY_ESC, UIKEY_ENTER, UIKEY_CTRL_C, UIKEY_CTRL_Z, UIKEY_CTRL_L,
        UIKEY_UP, UIKEY_DOWN, UIKEY_LEFT, UIKEY_RIGHT, UIKEY_F1};
    struct key_map map = {.key = {0}};
    char problem[KEY_PROBLEM_MAX];
    for (size_t b = 0; b < key_binding_count; b++) {
        for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
            char text[KEY_TEXT_MAX];
            key_text(out[i], text);
            bool own = key_bindings[b].usual == out[i];
            assert_true(own || !key_map_put(&map, key_bindings[b].name, text, problem));
        }
        key_map_put(&map, key_bindings[b].name, "j", problem);
    }
    for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
        assert_int_equal(key_map_usual(&map, out[i]), out[i]);
    }
}

static void test_caps_lock_is_harmless(void **unused)
{
    (void)unused;
    struct key_map map = {.key = {0}};
    char problem[KEY_PROBLEM_MAX];
    assert_int_equal(key_map_usual(&map, 'P'), 'p');
    assert_int_equal(key_map_usual(&map, 'O'), 'O');
    assert_int_equal(key_map_usual(&map, 'J'), 'J'); /* means nothing, as j */
    assert_true(key_map_set(&map, "pass", "j", problem));
    assert_int_equal(key_map_usual(&map, 'J'), 'p');
    assert_int_equal(key_map_usual(&map, 'P'), 0);
}

static void test_key_lines_and_sentences_use_the_players_keys(void **unused)
{
    (void)unused;
    struct key_map map = {.key = {0}};
    char problem[KEY_PROBLEM_MAX];
    char text[160];
    static const char line[] = "m chat    PgUp PgDn scroll    Esc menu    q leave    ? help";
    key_map_line(&map, line, text, sizeof text);
    assert_string_equal(text, line);
    assert_true(key_map_set(&map, "chat", "Ctrl-T", problem));
    assert_true(key_map_set(&map, "scroll_down", "End", problem));
    assert_true(key_map_set(&map, "help", "é", problem));
    key_map_line(&map, line, text, sizeof text);
    assert_string_equal(text, "Ctrl-T chat    PgUp End scroll    Esc menu    q leave    é help");
    key_map_line(&map, line, text, 12);
    assert_true(strlen(text) < 12);
    struct key_map other = {.key = {0}};
    static const char said[] =
        "odds are a good bet. o adds 5, O all. Then Space: throw; key 6, 6 chips.";
    assert_string_equal(key_map_sentence(&other, said, text, sizeof text), said);
    assert_true(key_map_set(&other, "odds", "j", problem));
    assert_true(key_map_set(&other, "ready", "Tab", problem) == false);
    assert_true(key_map_set(&other, "ready", "Home", problem));
    assert_true(key_map_set(&other, "six", "ü", problem));
    assert_true(key_map_set(&other, "sets", "ä", problem));
    assert_string_equal(key_map_sentence(&other, said, text, sizeof text),
        "odds are a good bet. j adds 5, O all. Then Home: throw; key ü, 6 chips.");
}

/* Wherever a key of the table is named, it is the player's. */
static void test_screens_name_the_players_keys(void **unused)
{
    (void)unused;
    static char drawn[PAGE_MAX];
    char problem[KEY_PROBLEM_MAX];
    busy_table();
    assert_true(key_map_set(&state->now.keys, "ready", "Home", problem));
    assert_true(key_map_set(&state->now.keys, "props", "Ctrl-T", problem));
    assert_true(key_map_set(&state->now.keys, "coach", "é", problem));
    for (int wide = 0; wide < 2; wide++) {
        state->rows = wide ? 40 : 24;
        state->cols = wide ? 120 : 80;
        page(drawn);
        assert_non_null(strstr(drawn, "Home "));
        assert_non_null(strstr(drawn, "Ctrl-T props"));
        assert_null(strstr(drawn, "Space "));
        assert_null(strstr(drawn, " g hides"));
    }
    state->rows = 24;
    state->cols = 80;
    key(UIKEY_ESC);
    page(drawn);
    assert_non_null(strstr(drawn, "  Ctrl-T │"));
    state->rows = 14;
    state->cols = 60;
    page(drawn);
    assert_non_null(strstr(drawn, "Home ready"));
}

static void test_the_card_fits_and_has_every_key(void **unused)
{
    (void)unused;
    static char rows[KEY_CARD_ROWS][KEY_CARD_ROW_BYTES];
    static char all[KEY_CARD_ROWS * KEY_CARD_ROW_BYTES];
    struct key_map map = {.key = {0}};
    char problem[KEY_PROBLEM_MAX];
    assert_true(key_map_set(&map, "pass", "é", problem));
    for (int ascii = 0; ascii < 2; ascii++) {
        unsigned count = key_card_make(&map, ascii != 0, rows);
        assert_true(count <= KEY_CARD_ROWS);
        all[0] = '\0';
        for (unsigned i = 0; i < count; i++) {
            assert_true(text_width(rows[i]) <= 80);
            strcat(strcat(all, rows[i]), "\n");
            for (const char *p = rows[i]; *p != '\0'; p++) {
                assert_true(ascii == 0 || (unsigned char)*p < 128);
            }
        }
        for (size_t i = 0; ascii == 0 && i < key_row_count; i++) {
            char label[64];
            key_row_label(&map, i, label, sizeof label);
            assert_non_null(strstr(all, label));
            assert_non_null(strstr(all, key_rows[i].text));
        }
    }
}

static void test_keys_page_changes_a_key(void **unused)
{
    (void)unused;
    snprintf(state->now.file, sizeof state->now.file, "~/.config/craps/config.ini");
    settle();
    popup_open(state, POPUP_OPTIONS);
    key(UIKEY_END);
    key(UIKEY_ENTER);
    assert_int_equal(state->popup, POPUP_KEYS);
    state->popup_index = key_binding_find("pass", 4);
    expect_both("keys");
    key(UIKEY_ENTER);
    keys("d"); /* has a meaning */
    expect_page("keys_conflict");
    unsigned sent = fake->other_count;
    key(UIKEY_ENTER);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_KEYS);
    assert_int_equal(fake->other_count, sent);
    key(UIKEY_ENTER);
    keys("j");
    assert_int_equal(fake->other_count, sent + 1);
    assert_int_equal(fake->other[sent].kind, UI_SETTING);
    assert_string_equal(fake->other[sent].text, "keys.pass j");
    assert_int_equal(key_map_usual(&state->now.keys, 'j'), 'p');
    state->rows = 40;
    state->cols = 120;
    expect_page("keys_wide");
    keys("d");
    assert_string_equal(fake->other[sent + 1].text, "keys.pass p");
    assert_int_equal(key_map_usual(&state->now.keys, 'j'), 'j');
    key(UIKEY_HOME);
    key(UIKEY_ENTER); /* an arrow */
    assert_false(state->key_asked);
    key(UIKEY_ESC);
    assert_int_equal(state->popup, POPUP_OPTIONS);
}

/* The manual page's sections between two lines, as the tables say; GOLDEN_UPDATE writes them. */
static void expect_section(const char *begin, const char *end, const char *want)
{
    static char text[256 * 1024];
    char path[600];
    snprintf(path, sizeof path, "%s/../../../../craps.6", pages_dir);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    char *from = strstr(text, begin);
    assert_non_null(from);
    from += strlen(begin);
    char *to = strstr(from, end);
    assert_non_null(to);
    if (getenv("GOLDEN_UPDATE") != NULL) {
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        fprintf(out, "%.*s%s%s", (int)(from - text), text, want, to);
        fclose(out);
        return;
    }
    *to = '\0';
    assert_string_equal(from, want);
}

static void test_the_manual_page_has_the_keys_and_the_settings(void **unused)
{
    (void)unused;
    static char want[64 * 1024];
    size_t used = 0;
    static const struct key_map usual;
    want[0] = '\0';
#define ADD(...) used += (size_t)snprintf(want + used, sizeof want - used, __VA_ARGS__)
    for (size_t i = 0; i < key_row_count; i++) {
        char names[160] = "";
        size_t size = 0;
        for (size_t k = 0; k < KEY_ROW_KEYS_MAX && key_rows[i].keys[k] != 0; k++) {
            for (size_t b = 0; b < key_binding_count; b++) {
                if (key_bindings[b].usual == key_rows[i].keys[k] && !key_bindings[b].fixed) {
                    size += (size_t)snprintf(names + size, sizeof names - size, "%s%s",
                        size > 0 ? " " : "", key_bindings[b].name);
                }
            }
        }
        char label[64];
        char ascii[64] = "";
        key_row_label(&usual, i, label, sizeof label);
        for (size_t n = 0, at = 0; label[n] != '\0' && at < 60; n++) {
            /* A dot or a dash alone is markup. */
            at += (size_t)snprintf(
                ascii + at, sizeof ascii - at, label[n] == '-' ? "\\-" : "%c", label[n]);
        }
        const char *times = strstr(key_rows[i].text, "×");
        ADD(".It Ic %s\n", ascii);
        ADD("%.*s%s%s\n", times == NULL ? 1000 : (int)(times - key_rows[i].text), key_rows[i].text,
            times == NULL ? "" : "\\(mu", times == NULL ? "" : times + strlen("×"));
        if (names[0] != '\0') {
            ADD(".Pq Li %s\n", names);
        }
    }
    expect_section(".\\\" The keys, from the table in ui/keys.c.\n", ".El\n", want);
    used = 0;
    for (int i = 0; i < SETTING_COUNT; i++) {
        char allowed[SETTING_ALLOWED_MAX];
        const struct setting_spec *spec = &setting_specs[i];
        ADD(".It Cm %s\n%s:\n%s", spec->key, spec->meaning,
            setting_allowed((enum ui_setting)i, allowed));
        ADD(spec->fallback[0] == '\0' ? ".\n" : " (%s).\n", spec->fallback);
    }
    expect_section(".\\\" The settings, from the table in ui/setting.c.\n", ".El\n", want);
}

int main(int argc, char **argv)
{
    pages_dir = argc > 1 ? argv[1] : pages_dir;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_is_in_help_and_works),
        cmocka_unit_test(test_every_key_has_a_name),
        cmocka_unit_test(test_every_key_can_be_changed),
        cmocka_unit_test(test_a_conflict_is_refused_with_both_names),
        cmocka_unit_test(test_the_ways_out_stay),
        cmocka_unit_test(test_caps_lock_is_harmless),
        cmocka_unit_test(test_key_lines_and_sentences_use_the_players_keys),
        cmocka_unit_test_setup_teardown(test_screens_name_the_players_keys, setup, teardown),
        cmocka_unit_test(test_the_card_fits_and_has_every_key),
        cmocka_unit_test_setup_teardown(test_keys_page_changes_a_key, setup, teardown),
        cmocka_unit_test(test_the_manual_page_has_the_keys_and_the_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
