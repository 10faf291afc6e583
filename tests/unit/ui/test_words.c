#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "game/bet_words.h"
#include "ui/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct live table;
static struct words_action action;
static char error[256];

static int setup(void **unused)
{
    (void)unused;
    struct house_rules rules = house_rules_default();
    struct live_context ctx = {.members = 1, .author_member = true};
    uint8_t id[LIVE_ID_BYTES] = {1};
    live_init(&table, &rules);
    assert_int_equal(live_seat(&table, id, "Ann", false, NULL, NULL), REFUSAL_NONE);
    (void)ctx;
    return 0;
}

static bool parse(const char *line)
{
    return words_parse(&table, 0, line, &action, error, sizeof error);
}

static void expect_bet(const char *line, enum bet_kind kind, unsigned number, int64_t cents)
{
    assert_true(parse(line));
    assert_int_equal(action.kind, WORDS_MOVES);
    assert_int_equal(action.count, 1);
    assert_int_equal(action.commands[0].kind, LIVE_BET);
    assert_int_equal(action.commands[0].bet.kind, kind);
    assert_int_equal(action.commands[0].bet.number, number);
    assert_int_equal(action.commands[0].amount_cents, cents);
    assert_true(action.commands[0].has_amount);
}

static void test_words_read_the_bets_of_the_manual(void **unused)
{
    (void)unused;
    expect_bet("pass 5", BET_PASS, 0, 500);
    expect_bet("dp 5", BET_DONT_PASS, 0, 500);
    expect_bet("come 5", BET_COME, 0, 500);
    expect_bet("dc 5", BET_DONT_COME, 0, 500);
    expect_bet("field 5", BET_FIELD, 0, 500);
    expect_bet("place 6 12", BET_PLACE, 6, 1200);
    expect_bet("buy 4 20", BET_BUY, 4, 2000);
    expect_bet("lay 10 40", BET_LAY, 10, 4000);
    expect_bet("odds 25", BET_PASS_ODDS, 0, 2500);
    expect_bet("odds come 5 20", BET_COME_ODDS, 5, 2000);
    expect_bet("odds dc 5 20", BET_DONT_COME_ODDS, 5, 2000);
    expect_bet("odds put 5 20", BET_PUT_ODDS, 5, 2000);
    expect_bet("odds dp 20", BET_DONT_PASS_ODDS, 0, 2000);
    expect_bet("hard 6 5", BET_HARD, 6, 500);
    expect_bet("any7 1", BET_ANY_SEVEN, 0, 100);
    expect_bet("craps 1", BET_ANY_CRAPS, 0, 100);
    expect_bet("yo 1", BET_YO, 0, 100);
    expect_bet("horn 4", BET_HORN, 0, 400);
    expect_bet("hop 4 4 1", BET_HOP, 44, 100);
    expect_bet("hop 5 2 1", BET_HOP, 25, 100);
    expect_bet("place six 12", BET_PLACE, 6, 1200); /* as it is spoken */
    expect_bet("hop two five 1", BET_HOP, 25, 100);
}

static void test_words_read_every_kind_by_its_own_name(void **unused)
{
    (void)unused;
    for (unsigned kind = 0; kind < BET_KIND_COUNT; kind++) {
        char line[96];
        const struct bet_spec *spec = &bet_specs[kind];
        unsigned number = 0;
        if (spec->form == BET_NUMBER_POINT) {
            while ((spec->numbers >> number & 1) == 0) {
                number++;
            }
            snprintf(line, sizeof line, "bet %s %u 60", spec->name, number);
        } else if (spec->form == BET_NUMBER_DICE) {
            number = 34;
            snprintf(line, sizeof line, "bet %s 3 4 60", spec->name);
        } else {
            snprintf(line, sizeof line, "bet %s 60", spec->name);
        }
        expect_bet(line, (enum bet_kind)kind, number, 6000);
        expect_bet(line + 4, (enum bet_kind)kind, number, 6000);
    }
}

static void test_words_read_amounts_in_chips_and_cents(void **unused)
{
    (void)unused;
    expect_bet("pass 500c", BET_PASS, 0, 500);
    expect_bet("pass 7.50", BET_PASS, 0, 750);
    expect_bet("pass 7.5", BET_PASS, 0, 750);
    expect_bet("PASS 1C", BET_PASS, 0, 1);
    const char *bad[] = {"pass 0", "pass -1", "pass x", "pass 5 5", "pass 5.5.5", "pass 5cc",
        "pass .5", "pass 99999999999999999999", "pass 1000000000001c", "pass"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(parse(bad[i]));
        assert_true(error[0] != '\0');
    }
}

static void test_words_take_unique_beginnings(void **unused)
{
    (void)unused;
    expect_bet("fie 5", BET_FIELD, 0, 500);
    assert_true(parse("rea"));
    assert_int_equal(action.commands[0].kind, LIVE_READY);
    assert_int_equal(action.commands[0].amount_cents, 1);
    assert_false(parse("p 5"));
    assert_non_null(strstr(error, "could be"));
    assert_false(parse("xyz"));
}

static void test_words_do_the_other_words(void **unused)
{
    (void)unused;
    const struct {
        const char *line;
        int kind;
    } rows[] = {{"repeat", WORDS_REPEAT}, {"undo", WORDS_UNDO}, {"bets", WORDS_BETS},
        {"players", WORDS_PLAYERS}, {"history", WORDS_HISTORY}, {"proof", WORDS_PROOF},
        {"stats", WORDS_STATS}, {"leave", WORDS_LEAVE}, {"quit", WORDS_QUIT}, {"help", WORDS_HELP},
        {"", WORDS_NOTHING}, {"   \r\n", WORDS_NOTHING}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(parse(rows[i].line));
        assert_int_equal(action.kind, rows[i].kind);
    }
    assert_true(parse("/say Hello, Bo!\n"));
    assert_int_equal(action.kind, WORDS_SAY);
    assert_string_equal(action.text, "Hello, Bo!");
    const struct {
        const char *line;
        int command;
    } acts[] = {{"throw", LIVE_THROW}, {"sitout", LIVE_SIT_OUT}, {"sitin", LIVE_SIT_IN},
        {"rebuy", LIVE_REBUY}};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        assert_true(parse(acts[i].line));
        assert_int_equal(action.commands[0].kind, acts[i].command);
    }
}

static void test_words_change_what_lies(void **unused)
{
    (void)unused;
    assert_int_equal(table_bet(&table.table, 0, (struct bet_ref){BET_PASS, 0}, 500), REFUSAL_NONE);
    assert_int_equal(
        table_bet(&table.table, 0, (struct bet_ref){BET_PLACE, 6}, 1200), REFUSAL_NONE);
    assert_true(parse("press place 6"));
    assert_int_equal(action.commands[0].amount_cents, 1200);
    assert_false(parse("press place 8"));
    assert_true(parse("off"));
    assert_int_equal(action.count, 1);
    assert_int_equal(action.commands[0].kind, LIVE_MARK);
    assert_int_equal(action.commands[0].mark, MARK_OFF);
    assert_true(parse("on place 6"));
    assert_int_equal(action.commands[0].mark, MARK_ON);
    assert_true(parse("take place 6 6"));
    assert_int_equal(action.commands[0].kind, LIVE_TAKE);
    assert_int_equal(action.commands[0].amount_cents, 600);
    assert_true(parse("take place 6"));
    assert_false(action.commands[0].has_amount);
    assert_true(parse("take come 0"));
    assert_int_equal(action.commands[0].bet.number, 0);
    assert_true(parse("down"));
    assert_int_equal(action.count, 2);
    assert_int_equal(
        table_bet(&table.table, 0, (struct bet_ref){BET_DONT_PASS, 0}, 500), REFUSAL_NONE);
    assert_int_equal(
        table_take(&table.table, 0, (struct bet_ref){BET_PASS, 0}, false, 0), REFUSAL_NONE);
    expect_bet("odds 5", BET_DONT_PASS_ODDS, 0, 500);
}

static void test_words_refuse_numbers_that_no_bet_has(void **unused)
{
    (void)unused;
    const char *bad[] = {"place 7 5", "hard 5 5", "hop 0 4 1", "hop 4 7 1", "next 13 1",
        "place 300 5", "repeater 7 5", "place sex 5", "hop 4 1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(parse(bad[i]));
    }
}

static void expect_error(const char *line, const char *want)
{
    assert_false(parse(line));
    assert_string_equal(error, want);
}

static void test_words_name_the_nearest_when_mistyped(void **unused)
{
    (void)unused;
    expect_error(
        "plce 6 12", "plce is no word of this table. Did you mean place? Type help for all.");
    expect_error("redy", "redy is no word of this table. Did you mean ready? Type help for all.");
    expect_error("xyzzy", "xyzzy is no word of this table. Type help for all.");
    expect_error("bet feild 5", "There is no bet called feild. Did you mean field?");
    expect_error("bet redy 5", "There is no bet called redy.");
    expect_error("pas 5", "pas could be pass, pass_odds.");
}

static void test_words_give_help_its_bet(void **unused)
{
    (void)unused;
    uint8_t kind = 0;
    assert_true(parse("help dp"));
    assert_int_equal(action.kind, WORDS_HELP);
    assert_string_equal(action.text, "dp");
    assert_true(words_bet_kind("dp", &kind, error, sizeof error));
    for (size_t i = 0; i < BET_SHORT_WORDS; i++) { /* a strategy file knows the same ones */
        assert_true(words_bet_kind(bet_short_words[i].word, &kind, error, sizeof error));
        assert_int_equal(kind, bet_short_words[i].kind);
    }
    assert_true(words_bet_kind("dp", &kind, error, sizeof error));
    assert_int_equal(kind, BET_DONT_PASS);
    assert_false(words_bet_kind("ready", &kind, error, sizeof error));
    assert_true(parse("rules window 30"));
    assert_int_equal(action.kind, WORDS_RULES);
    assert_string_equal(action.text, "window 30");
}

static void test_words_survive_any_line(void **unused)
{
    (void)unused;
    struct prng prng;
    static const char letters[] = "abcdefghopst7 /@0123456789.c-\t\xc3\xa9\x01";
    prng_seed(&prng, 99);
    for (int i = 0; i < 20000; i++) {
        char line[64];
        size_t size = (size_t)prng_below(&prng, sizeof line);
        for (size_t k = 0; k < size; k++) {
            line[k] = letters[prng_below(&prng, sizeof letters - 1)];
        }
        line[size < sizeof line ? size : sizeof line - 1] = '\0';
        bool ok = words_parse(&table, i % 2 == 0 ? 0 : -1, line, &action, error, sizeof error);
        assert_true(ok || error[0] != '\0');
        assert_true(action.count <= WORDS_MOVES_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_words_read_the_bets_of_the_manual, setup),
        cmocka_unit_test_setup(test_words_read_every_kind_by_its_own_name, setup),
        cmocka_unit_test_setup(test_words_read_amounts_in_chips_and_cents, setup),
        cmocka_unit_test_setup(test_words_take_unique_beginnings, setup),
        cmocka_unit_test_setup(test_words_do_the_other_words, setup),
        cmocka_unit_test_setup(test_words_change_what_lies, setup),
        cmocka_unit_test_setup(test_words_refuse_numbers_that_no_bet_has, setup),
        cmocka_unit_test_setup(test_words_name_the_nearest_when_mistyped, setup),
        cmocka_unit_test_setup(test_words_give_help_its_bet, setup),
        cmocka_unit_test_setup(test_words_survive_any_line, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
