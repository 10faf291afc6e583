#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "game/script.h"

#include <stdlib.h>
#include <string.h>

/* What the script printed, and how many answers. */
struct heard {
    char *text;
    size_t size;
    size_t capacity;
    size_t answers;
    bool deaf;
};

static bool hear(void *ctx, const char *bytes, size_t size)
{
    struct heard *h = ctx;
    if (h->deaf) {
        return false;
    }
    assert_true(size > 0 && bytes[size - 1] == '\n');
    assert_null(memchr(bytes, '\n', size - 1));
    if (h->capacity - h->size <= size) {
        h->capacity = (h->capacity + size + 1) * 2;
        h->text = realloc(h->text, h->capacity);
        assert_non_null(h->text);
    }
    memcpy(h->text + h->size, bytes, size);
    h->size += size;
    h->text[h->size] = '\0';
    h->answers++;
    return true;
}

/* Runs the bytes, `step` at a time. The caller frees. */
static char *run_bytes(const char *bytes, size_t size, size_t step)
{
    struct heard h = {.text = calloc(1, 1), .capacity = 1};
    struct script *s = script_create((struct script_sink){hear, &h});
    assert_non_null(s);
    for (size_t i = 0; i < size; i += step) {
        assert_int_equal(script_feed(s, bytes + i, size - i < step ? size - i : step), ERR_OK);
    }
    assert_int_equal(script_finish(s), ERR_OK);
    assert_true(table_conserved(script_table(s)));
    script_destroy(s);
    return h.text;
}

static void assert_prints(const char *script, const char *want)
{
    char *got = run_bytes(script, strlen(script), 7);
    assert_string_equal(got, want);
    free(got);
}

static char *read_file(const char *name, const char *ending, size_t *size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.%s", SCRIPTS_DIR, name, ending);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    *size = fread(text, 1, (1 << 20) - 1, f);
    assert_true(*size > 0);
    fclose(f);
    return text;
}

static void test_script_prints_the_published_answers_byte_for_byte(void **state)
{
    (void)state;
    static const char *const names[] = {
        "come_travel", "place_pays", "world", "refusals", "bank_and_state"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size;
        size_t want_size;
        char *script = read_file(names[i], "txt", &size);
        char *want = read_file(names[i], "json", &want_size);
        for (size_t step = 1; step <= size; step += 13) {
            char *got = run_bytes(script, size, step);
            assert_string_equal(got, want);
            free(got);
        }
        free(script);
        free(want);
    }
}

#define E(code) "{\"error\":\"" code "\"}\n"
#define NOBODY  "{\"shooter\":null}\n"

static void test_script_splits_lines_and_words_as_written(void **state)
{
    (void)state;
    assert_prints("", "");
    assert_prints("\n\r\n  \t \n#x\n  # y z\n", "");
    assert_prints("shooter", NOBODY);
    assert_prints("shooter\r\n", NOBODY);
    assert_prints("shooter \t\r\n\tshooter\n", NOBODY NOBODY);
    assert_prints("shooter\r\r\n", E("bad_command"));
    assert_prints("sho\roter\n", E("bad_command"));
    assert_prints("shooter x\n", E("syntax"));
    assert_prints("shooter #\n", E("syntax"));
    assert_prints("state 1\n", E("syntax"));
    assert_prints("Shooter\nSTATE\nfrob\nrol\nrolls\n",
        E("bad_command") E("bad_command") E("bad_command") E("bad_command") E("bad_command"));
    assert_prints("shooter\vx\nshooter\fx\n\xc2\xa0shooter\n",
        E("bad_command") E("bad_command") E("bad_command"));
}

static void test_script_takes_nul_and_any_byte_as_part_of_a_word(void **state)
{
    (void)state;
    static const char lines[] = "player A\0 5\nplayer A 5\nbet A\0 pass 1\nbet A pass\0 1\n"
                                "bet A pass 1\0\nshooter\0\n\0\nconfig\0 min 1\nroll 1\0 2\n";
    char *got = run_bytes(lines, sizeof lines - 1, 5);
    assert_string_equal(got, E("bad_name") E("unknown_player") E("unknown_bet") E("syntax")
                                 E("bad_command") E("bad_command") E("bad_command") E("syntax"));
    free(got);
    static const char config[] = "config min\0 1\nconfig min 1\0\nconfig odds 5\0\nconfig odds 5\n";
    got = run_bytes(config, sizeof config - 1, 1);
    assert_string_equal(got, E("bad_config") E("bad_config") E("bad_config"));
    free(got);
}

static void test_script_survives_endless_words_and_lines(void **state)
{
    (void)state;
    enum { LONG = 300000 };
    static char text[3 * LONG];
    memset(text, 'a', sizeof text);
    memcpy(text, "player ", 7);
    memcpy(text + LONG, " 5\nplayer A ", 12);
    memset(text + LONG + 12, '0', LONG - 12);
    memcpy(text + 2 * LONG, "\nstate", 6);
    for (size_t i = 2 * LONG + 6; i + 1 < sizeof text; i += 2) {
        text[i] = ' ';
    }
    char *got = run_bytes(text, sizeof text, 4096);
    assert_string_equal(got, E("bad_name") E("syntax") E("syntax"));
    free(got);
}

static void test_script_integers_are_one_to_fifteen_digits(void **state)
{
    (void)state;
    assert_prints(
        "player A 000000000000100\nbet A place 06 010\nbet A place -0 1\n"
        "bet A place 6 -0\nbet A place 6 0000000000000001\nbet A place 6 +5\n"
        "bet A place 6 5.\nbet A place 6 -\nbet A place 0x6 5\nbet A place 999999999999999 5\n"
        "bet A place 6 999999999999999\nbet A place 262 5\nplayer B -0\nplayer C -1\nstate\n",
        E("bad_number") E("bad_amount") E("syntax") E("syntax") E("syntax") E("syntax") E("syntax")
            E("bad_number") E("bad_amount") E("bad_number")
                E("bad_amount") "{\"phase\":\"come_out\",\"point\":0,\"shooter\":null,\"hand_"
                                "rolls\":0,\"bank\":0,"
                                "\"players\":[{\"name\":\"A\",\"balance\":90,\"bets\":[{\"bet\":"
                                "\"place\",\"number\":"
                                "6,\"amount\":10,\"working\":\"default\"}]},{\"name\":\"B\","
                                "\"balance\":0,\"bets\":"
                                "[]}]}\n");
}

/* One row a command; every row is run alone after the same beginning. */
static const struct {
    const char *line;
    const char *code;
} refusal_rows[] = {
    {"frob", "bad_command"},
    {"config", "syntax"},
    {"config odds", "syntax"},
    {"config odds 5 5", "syntax"},
    {"config odds 5", "config_locked"},
    {"config nosuch 5", "config_locked"},
    {"player", "syntax"},
    {"player B", "syntax"},
    {"player B x", "syntax"},
    {"player B! x", "syntax"},
    {"player B 5 5", "syntax"},
    {"player B! 5", "bad_name"},
    {"player 123456789012345678901234567890123 5", "bad_name"},
    {"player B- -5", "bad_name"},
    {"player A -5", "duplicate_player"},
    {"player B -5", "bad_amount"},
    {"player B 1000000000001", "bad_amount"},
    {"bet", "syntax"},
    {"bet Z", "syntax"},
    {"bet Z pass", "syntax"},
    {"bet Z nosuch x", "unknown_player"},
    {"bet A nosuch x", "unknown_bet"},
    {"bet A nosuch 1 2 3 4 5 6 7 8 9", "unknown_bet"},
    {"bet A pass x", "syntax"},
    {"bet A pass 0 1", "syntax"},
    {"bet A come 6 100", "syntax"},
    {"bet A place 100", "syntax"},
    {"bet A place 6 100 1", "syntax"},
    {"bet A place x 100", "syntax"},
    {"bet A hop 7 100", "syntax"},
    {"bet A hop 7 1 x", "syntax"},
    {"bet A hop 7 1 0", "bad_number"},
    {"bet A hop 1 0 0", "bad_number"},
    {"bet A place 7 0", "bad_number"},
    {"bet A place 2 0", "bad_number"},
    {"bet A hard 5 0", "bad_number"},
    {"bet A next 13 0", "bad_number"},
    {"bet A yes 7 0", "bad_number"},
    {"bet A pass 0", "bad_amount"},
    {"bet A pass 1000000000001", "bad_amount"},
    {"bet A pass 1", "point_on"},
    {"bet A dont_pass 1000000000000", "point_on"},
    {"bet A muggsy 1", "point_on"},
    {"bet A fire 1", "hand_started"},
    {"bet A repeater 2 1", "hand_started"},
    {"bet A pass_odds 1", "no_base_bet"},
    {"bet A come_odds 4 1", "no_base_bet"},
    {"bet A put_odds 4 1", "no_base_bet"},
    {"bet A horn 5", "not_multiple"},
    {"bet A c_and_e 4", "below_min"},
    {"bet A world 1000000000", "above_max"},
    {"bet A field 9", "below_min"},
    {"bet A field 50001", "above_max"},
    {"bet A come_odds 6 9", "below_min"},
    {"bet A come_odds 6 50001", "odds_limit"},
    {"bet A come_odds 6 5000", "odds_limit"},
    {"bet A come_odds 6 500", NULL},
    {"bet A field 9261", "insufficient_funds"},
    {"bet A buy 4 8900", "insufficient_funds"},
    {"take", "syntax"},
    {"take Z", "syntax"},
    {"take Z nosuch", "unknown_player"},
    {"take A nosuch", "unknown_bet"},
    {"take A place", "syntax"},
    {"take A place 6 1 1", "syntax"},
    {"take A come", "syntax"},
    {"take A come x", "syntax"},
    {"take A hop 1", "syntax"},
    {"take A come 7 0", "bad_number"},
    {"take A come 2", "bad_number"},
    {"take A dont_come 12", "bad_number"},
    {"take A come 0 0", "bad_amount"},
    {"take A come 0", "no_such_bet"},
    {"take A come 6 5000", "contract"},
    {"take A come 6 0", "bad_amount"},
    {"take A place 5 600", "too_much"},
    {"take A horn 41", "too_much"},
    {"take A horn 5", "not_multiple"},
    {"take A horn 36", "below_min"},
    {"take A place 5 491", "below_min"},
    {"take A place 5 490", NULL},
    {"take A all", "contract"},
    {"off", "syntax"},
    {"off A", "syntax"},
    {"off Z nosuch", "unknown_player"},
    {"on A nosuch 1 2 3", "unknown_bet"},
    {"on A place", "syntax"},
    {"on A place 5 5", "syntax"},
    {"off A come 7", "bad_number"},
    {"off A come 6", "always_working"},
    {"off A yes 6", "always_working"},
    {"off A yes 7", "bad_number"},
    {"off A place 6", "no_such_bet"},
    {"off A big6", "no_such_bet"},
    {"off A place 5", NULL},
    {"roll", "syntax"},
    {"roll 1", "syntax"},
    {"roll 1 x", "syntax"},
    {"roll 1 2 3", "syntax"},
    {"roll 0 9", "bad_dice"},
    {"roll 1 4294967297", "bad_dice"},
    {"roll -1 3", "bad_dice"},
    {"shooter 1", "syntax"},
    {"state 1", "syntax"},
};

static void test_script_stops_at_the_first_refusal_in_order(void **state)
{
    (void)state;
    static const char start[] =
        "config line_required 0\nconfig vig upfront\nconfig min 10\nconfig max 50000\n"
        "player A 10000\nbet A all 100\nroll 2 2\nbet A come 100\nroll 3 3\n"
        "bet A place 5 500\nbet A horn 40\n";
    char *quiet = run_bytes(start, strlen(start), 64);
    for (size_t i = 0; i < sizeof refusal_rows / sizeof refusal_rows[0]; i++) {
        char text[512];
        char want[1024];
        snprintf(text, sizeof text, "%s%s\n", start, refusal_rows[i].line);
        snprintf(want, sizeof want, "%s", quiet);
        if (refusal_rows[i].code != NULL) {
            snprintf(want, sizeof want, "%s{\"error\":\"%s\"}\n", quiet, refusal_rows[i].code);
        }
        char *got = run_bytes(text, strlen(text), 64);
        if (strcmp(got, want) != 0) {
            fail_msg("%s: %s", refusal_rows[i].line, got + strlen(quiet));
        }
        free(got);
    }
    free(quiet);
    assert_prints("roll 1 1\n", E("no_shooter"));
    assert_prints("player A 5\nroll 1 1\nroll 7 7\n", E("no_shooter") E("bad_dice"));
    assert_prints("player A 50\nbet A come 1\nbet A put 4 1\nbet A pass_odds 1\n",
        E("point_off") E("point_off") E("point_off"));
    assert_prints(
        "config crapless 1\nplayer A 50\nbet A dont_pass 0\nbet A dont_pass 1\n"
        "bet A fire 1\nbet A lay 2 1\nbet A dont_come_odds 2 1\nbet A dont_come_odds 4 1\n",
        E("bad_amount") E("not_offered") E("not_offered") E("bad_number") E("bad_number")
            E("not_offered"));
}

static void test_script_config_takes_exactly_the_listed_values(void **state)
{
    (void)state;
    static const char *const good[] = {"odds 345", "odds 1", "odds 2", "odds 5", "odds 10",
        "odds 20", "odds 100", "field2 2", "field2 3", "field12 2", "field12 3", "vig win",
        "vig upfront", "vig_min 1", "min 1000000000000", "max 0005", "ats 34_175", "ats 30_150",
        "rtl 1", "rtl 7", "crapless 0", "crapless 1", "line_required 0", "line_required 1"};
    static const char *const bad[] = {"odds 05", "odds 3", "odds 3450", "field2 1", "field12 4",
        "vig WIN", "vig_min 0", "min 1000000000001", "max x", "max -1", "min 0000000000000001",
        "ats 30", "rtl 0", "rtl 8", "crapless 2", "line_required yes", "Odds 5", "nosuch 1"};
    char line[80];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(line, sizeof line, "config %s\n", good[i]);
        assert_prints(line, "");
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(line, sizeof line, "config %s\n", bad[i]);
        assert_prints(line, E("bad_config"));
    }
}

static void test_script_sorts_payouts_by_player_bet_number_result(void **state)
{
    (void)state;
    assert_prints(
        "config line_required 0\nplayer b 1000\nplayer B 1000\nplayer A_ 1000\nplayer A 1000\n"
        "roll 2 2\nbet b come 10\nbet B come 10\nroll 3 3\nbet b come 20\nbet b field 5\n"
        "bet A_ field 5\nbet A field 5\nbet B hop 2 4 1\nbet B big6 1\nroll 2 4\n",
        "{\"roll\":[2,2],\"phase\":\"point\",\"point\":4,\"shooter\":\"b\",\"payouts\":[],"
        "\"balances\":{\"b\":1000,\"B\":1000,\"A_\":1000,\"A\":1000}}\n"
        "{\"roll\":[3,3],\"phase\":\"point\",\"point\":4,\"shooter\":\"b\",\"payouts\":["
        "{\"player\":\"B\",\"bet\":\"come\",\"number\":6,\"amount\":10,\"result\":\"travel\","
        "\"paid\":0},{\"player\":\"b\",\"bet\":\"come\",\"number\":6,\"amount\":10,\"result\":"
        "\"travel\",\"paid\":0}],\"balances\":{\"b\":990,\"B\":990,\"A_\":1000,\"A\":1000}}\n"
        "{\"roll\":[2,4],\"phase\":\"point\",\"point\":4,\"shooter\":\"b\",\"payouts\":["
        "{\"player\":\"A\",\"bet\":\"field\",\"number\":0,\"amount\":5,\"result\":\"lose\","
        "\"paid\":0},{\"player\":\"A_\",\"bet\":\"field\",\"number\":0,\"amount\":5,\"result\":"
        "\"lose\",\"paid\":0},{\"player\":\"B\",\"bet\":\"big6\",\"number\":0,\"amount\":1,"
        "\"result\":\"win\",\"paid\":1},{\"player\":\"B\",\"bet\":\"come\",\"number\":6,\"amount\":"
        "10,\"result\":\"win\",\"paid\":20},{\"player\":\"B\",\"bet\":\"hop\",\"number\":24,"
        "\"amount\":1,\"result\":\"win\",\"paid\":16},{\"player\":\"b\",\"bet\":\"come\","
        "\"number\":"
        "6,\"amount\":20,\"result\":\"travel\",\"paid\":0},{\"player\":\"b\",\"bet\":\"come\","
        "\"number\":6,\"amount\":10,\"result\":\"win\",\"paid\":20},{\"player\":\"b\",\"bet\":"
        "\"field\",\"number\":0,\"amount\":5,\"result\":\"lose\",\"paid\":0}],\"balances\":{\"b\":"
        "985,\"B\":1025,\"A_\":995,\"A\":995}}\n");
}

static void test_script_seats_thousands(void **state)
{
    (void)state;
    enum { SEATS = 3000 };
    char *text = malloc(SEATS * 40 + 64);
    assert_non_null(text);
    size_t size = 0;
    for (unsigned i = 0; i < SEATS; i++) {
        size += (size_t)sprintf(text + size, "player P%u 1000\nbet P%u pass 10\n", i, i);
    }
    size += (size_t)sprintf(text + size, "player P2999 5\nroll 3 4\nshooter\n");
    char *got = run_bytes(text, size, 4096);
    assert_memory_equal(got, E("duplicate_player"), strlen(E("duplicate_player")));
    unsigned wins = 0;
    for (const char *p = got; (p = strstr(p, "\"result\":\"win\",\"paid\":20}")) != NULL; p++) {
        wins++;
    }
    assert_int_equal(wins, SEATS);
    assert_non_null(strstr(got, "\"P2999\":1010}}\n" NOBODY));
    free(got);
    free(text);
}

static void test_script_reports_a_sink_that_fails(void **state)
{
    (void)state;
    struct heard h = {.deaf = true};
    struct script *s = script_create((struct script_sink){hear, &h});
    assert_non_null(s);
    assert_int_equal(script_feed(s, "player A 5\n", 11), ERR_OK);
    assert_int_equal(script_feed(s, "shooter\nshooter\n", 16), ERR_IO);
    assert_int_equal(script_finish(s), ERR_IO);
    script_destroy(s);
    script_destroy(NULL);
}

static void test_script_run_reads_a_file_and_answers_each_line(void **state)
{
    (void)state;
    char out[64] = "";
    FILE *in = fmemopen("shooter\nfrob", 12, "r");
    FILE *to = fmemopen(out, sizeof out, "w");
    assert_true(in != NULL && to != NULL);
    assert_int_equal(script_run(in, to), 0);
    fclose(in);
    fclose(to);
    assert_string_equal(out, NOBODY E("bad_command"));
    FILE *full = fopen("/dev/full", "w");
    in = fmemopen("shooter\n", 8, "r");
    if (full != NULL && in != NULL) {
        assert_int_equal(script_run(in, full), 74);
        fclose(full);
        fclose(in);
    }
}

static void test_script_survives_random_bytes(void **state)
{
    (void)state;
    static const char *const words[] = {"bet", "take", "off", "on", "roll", "state", "shooter",
        "player", "config", "A", "B", "pass", "come", "dont_come", "hop", "place", "come_odds", "0",
        "1", "2", "3", "4", "5", "6", "7", "100", "1000000000000", "-1", "min", "odds", " ", "\t",
        "\n", "\r\n", "\n", "#", "", "horn", "fire", "buy", "A 100000"};
    struct prng prng;
    prng_seed(&prng, 20);
    for (unsigned round = 0; round < 300; round++) {
        char text[4096];
        size_t size = 0;
        while (size < sizeof text - 32) {
            if (prng_chance(&prng, 100)) {
                text[size++] = (char)prng_below(&prng, 256);
            } else {
                const char *w = words[prng_below(&prng, sizeof words / sizeof words[0])];
                size += (size_t)sprintf(text + size, "%s%s", w, prng_chance(&prng, 900) ? " " : "");
            }
            if (prng_chance(&prng, 200)) {
                text[size++] = '\n';
            }
        }
        char *whole = run_bytes(text, size, size);
        char *parts = run_bytes(text, size, 1 + prng_below(&prng, 50));
        assert_string_equal(whole, parts);
        free(whole);
        free(parts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_script_prints_the_published_answers_byte_for_byte),
        cmocka_unit_test(test_script_splits_lines_and_words_as_written),
        cmocka_unit_test(test_script_takes_nul_and_any_byte_as_part_of_a_word),
        cmocka_unit_test(test_script_survives_endless_words_and_lines),
        cmocka_unit_test(test_script_integers_are_one_to_fifteen_digits),
        cmocka_unit_test(test_script_stops_at_the_first_refusal_in_order),
        cmocka_unit_test(test_script_config_takes_exactly_the_listed_values),
        cmocka_unit_test(test_script_sorts_payouts_by_player_bet_number_result),
        cmocka_unit_test(test_script_seats_thousands),
        cmocka_unit_test(test_script_reports_a_sink_that_fails),
        cmocka_unit_test(test_script_run_reads_a_file_and_answers_each_line),
        cmocka_unit_test(test_script_survives_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
