/* Plans: the language, its problems by line, what a run does at a real table. */
#include "game/plan.h"
#include "tests/unit/game/table_kit.h"

#include "base/prng.h"

#include <stdlib.h>

static struct plan parsed(const char *text)
{
    struct plan plan;
    struct plan_problem problem;
    if (!plan_parse(&plan, text, strlen(text), &problem)) {
        fail_msg("line %u: %s", problem.line, problem.text);
    }
    return plan;
}

/* Makes the moves of one window; how many there were. */
static unsigned window(struct kit *k, struct plan_run *run, const struct plan *plan)
{
    unsigned moves = 0;
    struct plan_move m;
    while (plan_next(run, plan, &k->t, 0, &m) == PLAN_STEP_MOVE) {
        enum refusal refusal = m.kind == PLAN_MOVE_BET ? table_bet(&k->t, 0, m.bet, m.amount_cents)
                               : m.kind == PLAN_MOVE_TAKE
                                   ? table_take(&k->t, 0, m.bet, m.has_amount, m.amount_cents)
                                   : table_mark(&k->t, 0, m.bet, (enum bet_mark)m.mark);
        assert_int_equal(refusal, REFUSAL_NONE);
        assert_true(table_conserved(&k->t));
        assert_true(++moves <= PLAN_MOVES_MAX);
    }
    return moves;
}

/* Rolls `total` and lets the plan see it. */
static void roll(struct kit *k, struct plan_run *run, unsigned total)
{
    kit_total(k, total);
    plan_saw(run, &k->result, 0);
}

static int64_t chips(const struct kit *k, unsigned kind, unsigned number)
{
    return kit_amount(k, kind, number) / 100;
}

struct game {
    struct kit k;
    struct plan plan;
    struct plan_run run;
};

static struct game *begin(const char *config, const char *text)
{
    struct game *g = malloc(sizeof *g);
    assert_non_null(g);
    kit_open(&g->k, config, 1);
    g->plan = parsed(text);
    plan_begin(&g->run, &g->plan, &g->k.t, 0);
    window(&g->k, &g->run, &g->plan);
    return g;
}

static void next(struct game *g, unsigned total)
{
    roll(&g->k, &g->run, total);
    window(&g->k, &g->run, &g->plan);
}

static void test_bets_are_made_when_they_are_missing_and_only_then(void **state)
{
    (void)state;
    struct game *g = begin("", "when point is off: bet pass 5\n"
                               "when point is on: bet place 6,8 6 except point; odds pass max\n");
    assert_int_equal(chips(&g->k, BET_PASS, 0), 5);
    next(g, 6);
    assert_int_equal(chips(&g->k, BET_PLACE, 6), 0);
    assert_int_equal(chips(&g->k, BET_PLACE, 8), 6);
    assert_int_equal(chips(&g->k, BET_PASS_ODDS, 0), 25);
    assert_int_equal(window(&g->k, &g->run, &g->plan), 0);
    next(g, 8);
    assert_int_equal(chips(&g->k, BET_PLACE, 8), 6);
    next(g, 7);
    assert_int_equal(chips(&g->k, BET_PLACE, 8), 0);
    assert_int_equal(chips(&g->k, BET_PASS, 0), 5);
    free(g);
}

static void test_every_named_strategy_is_a_plan(void **state)
{
    (void)state;
    static const char *const names[] = {"idle", "pass", "pass-odds", "dont-pass", "place-6-8",
        "iron-cross", "three-point-molly", "field"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_string_equal(plan_builtin_name(i), names[i]);
        struct plan plan = parsed(plan_builtin_text(names[i]));
        assert_int_equal(plan.action_count == 0, i == 0);
        assert_int_equal(plan.reads, 0);
    }
    assert_null(plan_builtin_name(sizeof names / sizeof names[0]));
    assert_null(plan_builtin_text("random"));
}

static void test_an_amount_is_fitted_to_the_table(void **state)
{
    (void)state;
    struct game *g = begin("min 1000 max 6000", "unit 5\n"
                                                "bet pass unit; bet place 6 6; bet field 100\n"
                                                "bet horn 1051c; bet any_seven max\n");
    assert_int_equal(chips(&g->k, BET_PASS, 0), 10);
    assert_int_equal(chips(&g->k, BET_PLACE, 6), 12);
    assert_int_equal(chips(&g->k, BET_FIELD, 0), 60);
    assert_int_equal(kit_amount(&g->k, BET_HORN, 0), 1052);
    assert_int_equal(chips(&g->k, BET_ANY_SEVEN, 0), 60);
    free(g);
}

static void test_too_few_chips_make_the_smallest_bet_or_none(void **state)
{
    (void)state;
    struct game *g = begin("min 100", "when point is off: bet pass 50\nbet field 50\n");
    g->k.players[0].issued_cents -= g->k.players[0].balance_cents - 600;
    g->k.players[0].balance_cents = 600;
    roll(&g->k, &g->run, 7);
    g->k.players[0].issued_cents -= g->k.players[0].balance_cents - 150;
    g->k.players[0].balance_cents = 150;
    window(&g->k, &g->run, &g->plan);
    assert_int_equal(chips(&g->k, BET_PASS, 0), 1);
    assert_int_equal(chips(&g->k, BET_FIELD, 0), 0);
    free(g);
}

/* Everything is on a number and nothing is left for the line: then it comes down, or nobody could throw. */
static void test_the_line_of_a_come_out_comes_before_other_bets(void **state)
{
    (void)state;
    struct game *g = begin("min 100", "when point is off: bet pass 5\n"
                                      "when point is on: bet place 5 5 except point\n");
    next(g, 4);
    assert_int_equal(chips(&g->k, BET_PLACE, 5), 5);
    g->k.players[0].issued_cents -= g->k.players[0].balance_cents;
    g->k.players[0].balance_cents = 0;
    roll(&g->k, &g->run, 4);
    g->k.players[0].issued_cents -= g->k.players[0].balance_cents;
    g->k.players[0].balance_cents = 0;
    window(&g->k, &g->run, &g->plan);
    assert_int_equal(chips(&g->k, BET_PLACE, 5), 0);
    assert_int_equal(chips(&g->k, BET_PASS, 0), 5);
    free(g);
}

static void test_a_winner_is_pressed_up_to_its_limit_and_lowered_again(void **state)
{
    (void)state;
    struct game *g = begin("", "when point is off: bet pass 5\n"
                               "when point is on: bet place 6,8 6 except point\n"
                               "after win place 6,8: press it by 6 up to 20\n"
                               "after roll 9: lower place 6,8 to 6\n");
    next(g, 5);
    next(g, 8);
    assert_int_equal(chips(&g->k, BET_PLACE, 6), 6);
    assert_int_equal(chips(&g->k, BET_PLACE, 8), 12);
    next(g, 8);
    next(g, 8);
    assert_int_equal(chips(&g->k, BET_PLACE, 8), 20);
    next(g, 8);
    assert_int_equal(chips(&g->k, BET_PLACE, 8), 20);
    next(g, 9);
    assert_int_equal(chips(&g->k, BET_PLACE, 8), 6);
    free(g);
}

static void test_winnings_go_up_once_more(void **state)
{
    (void)state;
    struct game *g = begin("line_required 0", "after win field: bet field winnings\nbet field 5\n");
    next(g, 12); /* pays three to one */
    assert_int_equal(chips(&g->k, BET_FIELD, 0), 15);
    next(g, 4);
    assert_int_equal(chips(&g->k, BET_FIELD, 0), 15);
    next(g, 6);
    assert_int_equal(chips(&g->k, BET_FIELD, 0), 5);
    free(g);
}

static void test_a_ladder_goes_up_and_stays_at_its_end(void **state)
{
    (void)state;
    struct game *g = begin("", "ladder steps 5 10 20\n"
                               "after lose pass: up steps\n"
                               "after win pass: reset steps\n"
                               "when point is off: bet pass steps\n");
    static const int64_t after_losses[] = {10, 20, 20, 20};
    assert_int_equal(chips(&g->k, BET_PASS, 0), 5);
    for (size_t i = 0; i < 4; i++) {
        next(g, 3);
        assert_int_equal(chips(&g->k, BET_PASS, 0), after_losses[i]);
    }
    next(g, 11);
    assert_int_equal(chips(&g->k, BET_PASS, 0), 5);
    free(g);
}

static void test_a_counter_holds_back_and_lets_go(void **state)
{
    (void)state;
    struct game *g = begin("line_required 0", "counter sevens 1\n"
                                              "after roll 7: up sevens 2\n"
                                              "after roll 2: down sevens 9\n"
                                              "when sevens >= 5: bet field 1; set sevens 0\n");
    next(g, 7);
    assert_int_equal(g->run.values[0], 3);
    next(g, 7);
    assert_int_equal(chips(&g->k, BET_FIELD, 0), 1);
    assert_int_equal(g->run.values[0], 0);
    next(g, 7);
    next(g, 2);
    assert_int_equal(g->run.values[0], 0);
    free(g);
}

/* A window that opens anew without a roll has nothing to tell (rule 16.3). */
static void test_what_a_roll_did_is_told_once(void **state)
{
    (void)state;
    struct game *g = begin("line_required 0", "counter sevens\ncounter windows\n"
                                              "after roll 7: up sevens\nup windows\n");
    next(g, 7);
    assert_int_equal(g->run.values[0], 1);
    assert_int_equal(g->run.values[1], 2);
    plan_window(&g->run);
    window(&g->k, &g->run, &g->plan);
    assert_int_equal(g->run.values[0], 1);
    assert_int_equal(g->run.values[1], 3);
    free(g);
}

static void test_odds_go_behind_every_come_bet_and_come_down_first(void **state)
{
    (void)state;
    struct game *g = begin("", "when point is off: bet dp 5\n"
                               "when point is on and number of dont_come < 2: bet dc 5\n"
                               "odds dc all 2x\n"
                               "after roll 12: take dont_come\n");
    next(g, 4);
    next(g, 6);
    assert_int_equal(chips(&g->k, BET_DONT_COME, 6), 5);
    assert_int_equal(chips(&g->k, BET_DONT_COME_ODDS, 6), 10);
    assert_int_equal(chips(&g->k, BET_DONT_COME, 0), 5);
    next(g, 12); /* pushes the one in the box */
    assert_int_equal(chips(&g->k, BET_DONT_COME, 6), 0);
    assert_int_equal(chips(&g->k, BET_DONT_COME_ODDS, 6), 0);
    free(g);
}

static void test_bets_rest_and_work_as_marked(void **state)
{
    (void)state;
    struct game *g = begin("", "when point is off: bet pass 5; off place\n"
                               "bet place 6 6\n"
                               "when point is on: on place 6\n");
    next(g, 4);
    assert_int_equal(
        table_bet_mark(&g->k.players[0], bet_slot((struct bet_ref){BET_PLACE, 6})), MARK_ON);
    next(g, 4);
    assert_int_equal(
        table_bet_mark(&g->k.players[0], bet_slot((struct bet_ref){BET_PLACE, 6})), MARK_OFF);
    free(g);
}

static void test_keep_brings_a_bet_up_and_down(void **state)
{
    (void)state;
    struct game *g = begin("line_required 0", "ladder steps 6 12 30\n"
                                              "after roll 9: up steps\n"
                                              "after roll 10: down steps\n"
                                              "keep place 8 steps\n");
    static const struct {
        unsigned total;
        int64_t chips;
    } rolls[] = {{9, 12}, {9, 30}, {10, 12}, {5, 12}, {10, 6}};
    assert_int_equal(chips(&g->k, BET_PLACE, 8), 6);
    for (size_t i = 0; i < sizeof rolls / sizeof rolls[0]; i++) {
        next(g, rolls[i].total);
        assert_int_equal(chips(&g->k, BET_PLACE, 8), rolls[i].chips);
    }
    free(g);
}

static void test_a_plan_ends_and_says_why(void **state)
{
    (void)state;
    struct game *g = begin("", "when point is off: bet pass 5\n"
                               "stop when profit >= 10 and hands is not 7\n"
                               "after seven_out when rolls >= 2: take all; stop\n");
    struct plan_move m;
    assert_string_equal(plan_stop_reason(&g->run, &g->plan), "");
    next(g, 7);
    assert_int_equal(g->run.stopped_line, 0);
    next(g, 7);
    assert_int_equal(g->run.stopped_line, 2);
    assert_string_equal(plan_stop_reason(&g->run, &g->plan), "profit >= 10 and hands is not 7");
    next(g, 7);
    assert_int_equal(plan_next(&g->run, &g->plan, &g->k.t, 0, &m), PLAN_STEP_STOPPED);
    assert_int_equal(chips(&g->k, BET_PASS, 0), 0);
    plan_begin(&g->run, &g->plan, &g->k.t, 0); /* what was won is no profit of the next run */
    window(&g->k, &g->run, &g->plan);
    assert_int_equal(g->run.stopped_line, 0);
    next(g, 4);
    next(g, 7);
    assert_int_equal(g->run.stopped_line, 3);
    assert_string_equal(plan_stop_reason(&g->run, &g->plan), "seven_out when rolls >= 2");
    free(g);
}

static void test_a_rule_is_judged_once_for_all_that_it_does(void **state)
{
    (void)state;
    struct game *g = begin("", "when pass is down:\n"
                               "    bet pass 5\n"
                               "    bet field 5\n");
    assert_int_equal(chips(&g->k, BET_FIELD, 0), 5);
    next(g, 4);
    assert_int_equal(chips(&g->k, BET_FIELD, 0), 0);
    free(g);
}

static void test_every_condition_looks_at_the_table(void **state)
{
    (void)state;
    static const struct {
        const char *condition;
        bool holds; /* pass 5 and place 6 12 are up, the point is 4, roll 2 of hand 2 */
    } rows[] = {
        {"point is on", true},
        {"point is off", false},
        {"point is not off", true},
        {"point is 4,10", true},
        {"point is not 4", false},
        {"pass is up", true},
        {"pass is not up", false},
        {"place is up", true},
        {"place 8 is up", false},
        {"place 8 is down", true},
        {"number of place = 1", true},
        {"number of hard > 0", false},
        {"amount of place 6 >= 12", true},
        {"amount of place > 12", false},
        {"amount of place is 2 units", true},
        {"layout is 17", true},
        {"balance < 1", false},
        {"total >= 1", true},
        {"rolls is 4", true},
        {"hands is 2", true},
        {"hands is not 2", false},
        {"hand_rolls <= 1", true},
        {"hand_points > 0", false},
        {"game is standard", true},
        {"game is not standard", false},
        {"game is crapless", false},
        {"wins = 2", true},
        {"loss is 0", false},
        {"point is on and pass is down", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[256];
        snprintf(text, sizeof text,
            "unit 6\ncounter wins\nwhen point is off: bet pass 5\nafter roll 3,4: up wins\n"
            "when rolls = 4: bet place 6 12\nwhen rolls = 4 and %s: bet yo 1\n",
            rows[i].condition);
        struct game *g = begin("", text);
        next(g, 5);
        next(g, 3);
        next(g, 7);
        next(g, 4);
        if ((chips(&g->k, BET_YO, 0) == 1) != rows[i].holds) {
            fail_msg("%s", rows[i].condition);
        }
        free(g);
    }
}

static void test_each_mistake_is_named_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned line;
        const char *says;
    } rows[] = {
        {"bet plase 6 6", 1, "'plase' is not a bet; did you mean 'place'?"},
        {"# fine\n\nbat pass 5", 3, "did you mean 'bet'?"},
        {"bet place 6", 1, "an amount belongs here"},
        {"bet place 5", 1, "an amount belongs here"},
        {"bet place unit", 1, "place needs numbers: 2 3 4 5 6 8 9 10 11 12, or all"},
        {"bet place 7 6", 1, "place goes on"},
        {"bet hop 4 7 1", 1, "two dice"},
        {"bet pass 5 6", 1, "too much here"},
        {"bet pass 2x", 1, "'2x' is for odds"},
        {"bet pass winnings", 1, "only in an 'after win'"},
        {"bet pass 0", 1, "nothing is no amount"},
        {"bet pass -5", 1, "an amount belongs here"},
        {"bet pass 99999999999999", 1, "an amount belongs here"},
        {"bet pass 1.234", 1, "an amount belongs here"},
        {"odds place 6 max", 1, "odds go behind pass"},
        {"odds come max", 1, "come_odds needs numbers"},
        {"press pass by 5", 1, "press belongs behind an 'after'"},
        {"after win pass: press pass 5", 1, "'by' belongs here"},
        {"when point is on: press place 6 by 6", 1, "press belongs behind an 'after'"},
        {"take it", 1, "'it' is the bet"},
        {"after roll 7: take it", 1, "'it' is the bet"},
        {"off pass", 1, "cannot be turned off"},
        {"when point is up: bet pass 5", 1, "the point is on, off, or a number"},
        {"when point is 13: bet pass 5", 1, "the point is on, off, or a number"},
        {"when pass is on: bet field 5", 1, "a bet is up or down"},
        {"when profit 5: bet pass 5", 1, "a comparison belongs here"},
        {"when profit > max: bet pass 5", 1, "compare with chips"},
        {"when rolls > 5c: bet pass 5", 1, "a whole number"},
        {"when number come < 2: bet pass 5", 1, "'of' belongs here"},
        {"when weather is fine: bet pass 5", 1, "is not a condition"},
        {"when point is on", 1, "':' belongs here"},
        {"when point is on:\nbet pass 5", 1, "nothing stands under this line"},
        {"bet pass 5\nwhen point is on:\n# nothing\n", 2, "nothing stands under this line"},
        {"  bet pass 5", 1, "begins with a blank"},
        {"after lunch: bet pass 5", 1, "is not something that can happen"},
        {"after win: bet pass 5", 1, "a bet is missing here"},
        {"up wins", 1, "there is no counter or ladder yet"},
        {"counter wins\nup winz", 2, "did you mean 'wins'?"},
        {"counter pass", 1, "has a meaning already"},
        {"counter a\ncounter a", 2, "has a meaning already"},
        {"counter 3", 1, "a name"},
        {"ladder steps", 1, "an amount belongs here"},
        {"ladder steps 5 max", 1, "chips or cents"},
        {"unit 0", 1, "the unit is a number of chips"},
        {"stop", 1, "'when' belongs here"},
        {"bet pass 5;", 1, "something to do is missing here"},
        {"bet pass 5 \x01", 1, "plain ASCII"},
        {"bet p\xc3\xa4ss 5", 1, "plain ASCII"},
        {"bet abcdefghijklmnopqrstuvwxyz 5", 1, "no word is longer"},
        {"set", 1, "no counter or ladder yet"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct plan plan;
        struct plan_problem problem;
        if (plan_parse(&plan, rows[i].text, strlen(rows[i].text), &problem)) {
            fail_msg("taken: %s", rows[i].text);
        }
        if (problem.line != rows[i].line || strstr(problem.text, rows[i].says) == NULL) {
            fail_msg("%s -> line %u: %s", rows[i].text, problem.line, problem.text);
        }
        assert_int_equal(plan.action_count, 0);
    }
}

static void test_too_much_is_refused_and_nothing_is_written_past_the_end(void **state)
{
    (void)state;
    static const char *const lines[] = {"bet pass 5\n",
        "when point is on: bet pass 5; bet field 5\n",
        "when point is on and point is on and point is on: bet pass 5\n", "stop when rolls > 5\n",
        "when point is on:\n bet pass 5\n bet field 5\n bet yo 5\n"};
    static char text[PLAN_BYTES_MAX + 1];
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        size_t size = 0, length = strlen(lines[i]);
        for (; size + length <= PLAN_BYTES_MAX; size += length) {
            memcpy(text + size, lines[i], length);
        }
        struct plan plan;
        struct plan_problem problem;
        assert_false(plan_parse(&plan, text, size, &problem));
        assert_non_null(strstr(problem.text, "at most"));
    }
    struct plan plan;
    struct plan_problem problem;
    memset(text, ' ', sizeof text);
    assert_true(plan_parse(&plan, text, PLAN_BYTES_MAX, &problem));
    assert_false(plan_parse(&plan, text, PLAN_BYTES_MAX + 1, &problem));
}

/* A file of assets/strategies. */
static const char *example(const char *name, size_t *size)
{
    static char text[PLAN_BYTES_MAX + 1];
    char path[512];
    snprintf(path, sizeof path, "%s/%s.plan", STRATEGIES_DIR, name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    *size = fread(text, 1, sizeof text - 1, f);
    text[*size] = '\0';
    assert_int_equal(fclose(f), 0);
    return text;
}

static const char *const examples[] = {"idle", "pass", "pass-odds", "dont-pass", "place-6-8",
    "iron-cross", "three-point-molly", "field", "martingale", "hedge", "press", "regression",
    "goals", "parlay", "everything"};
enum { EXAMPLES = sizeof examples / sizeof examples[0] };

/* Ten thousand rolls of each at the three kinds of table: every move is taken (window() sees to it), chips are conserved, and
 * whoever bets the line has one on every come-out. */
static void test_every_example_plays_on(void **state)
{
    (void)state;
    enum { ROLLS = 10000 };
    static const char *const tables[] = {
        "min 100 max 50000", "crapless 1 min 500", "min 1000 vig upfront"};
    struct prng p;
    prng_seed(&p, 42);
    for (size_t i = 0; i < EXAMPLES; i++) {
        size_t size;
        const char *text = example(examples[i], &size);
        struct game *g = begin(tables[i % 3], text);
        unsigned moves = 0;
        for (unsigned n = 0; n < ROLLS && g->run.stopped_line == 0; n++) {
            unsigned die1 = (unsigned)prng_below(&p, 6) + 1, die2 = (unsigned)prng_below(&p, 6) + 1;
            bool line = kit_amount(&g->k, BET_PASS, 0) + kit_amount(&g->k, BET_DONT_PASS, 0) > 0;
            if (g->k.t.point == 0 && i > 0) {
                assert_true(line);
            }
            kit_roll(&g->k, die1, die2);
            plan_saw(&g->run, &g->k.result, 0);
            moves += window(&g->k, &g->run, &g->plan);
        }
        assert_int_equal(moves == 0, i == 0);
        if (g->run.stopped_line == 0) {
            assert_int_equal(g->run.rolls, ROLLS);
        }
        free(g);
    }
}

/* In `everything`, every kind of bet goes up at some time. */
static void test_everything_makes_every_bet(void **state)
{
    (void)state;
    size_t size;
    struct plan plan = parsed(example("everything", &size));
    for (unsigned kind = 0; kind < BET_KIND_COUNT; kind++) {
        assert_true((plan.makes >> kind & 1) != 0);
    }
    struct game *g = begin("", example("everything", &size));
    uint64_t seen = 0;
    struct prng p;
    prng_seed(&p, 3);
    for (unsigned n = 0; n < 300; n++) {
        for (uint16_t slot = 0; slot < BET_SLOT_COUNT; slot++) {
            if (g->k.players[0].bet_cents[slot] > 0) {
                seen |= UINT64_C(1) << bet_of_slot(slot).kind;
            }
        }
        kit_roll(&g->k, (unsigned)prng_below(&p, 6) + 1, (unsigned)prng_below(&p, 6) + 1);
        plan_saw(&g->run, &g->k.result, 0);
        window(&g->k, &g->run, &g->plan);
    }
    assert_true(seen == (UINT64_C(1) << BET_KIND_COUNT) - 1);
    free(g);
}

static uint64_t mixed(uint64_t h, const void *data, size_t size)
{
    const uint8_t *p = data;
    for (size_t i = 0; i < size; i++) {
        h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* What a simulator may remember by: the mind, the puck, the hand and the layout with its marks. */
static uint64_t situation(const struct game *g)
{
    uint8_t bytes[PLAN_MIND_BYTES_MAX];
    struct writer w = writer_of(bytes, sizeof bytes);
    plan_mind(&g->run, &g->plan, &w);
    assert_false(w.bad);
    const struct table_player *me = &g->k.players[0];
    uint64_t h = mixed(UINT64_C(0xcbf29ce484222325), bytes, w.size);
    h = mixed(h, &g->k.t.point, 1);
    h = mixed(h, &g->k.t.hand.rolls, sizeof g->k.t.hand.rolls);
    h = mixed(h, me->bet_cents, sizeof me->bet_cents);
    h = mixed(h, me->marked_off, sizeof me->marked_off);
    return mixed(h, me->marked_on, sizeof me->marked_on);
}

enum { SEEN_MAX = 1 << 16 };
struct seen {
    uint64_t key, then;
};

/* The same situation and the same dice lead to the same situation, always. */
static unsigned remember(struct seen *seen, uint64_t key, uint64_t then)
{
    for (uint64_t at = key % SEEN_MAX;; at = (at + 1) % SEEN_MAX) {
        if (seen[at].key == 0) {
            seen[at] = (struct seen){key, then};
            return 0;
        }
        if (seen[at].key == key) {
            assert_true(seen[at].then == then);
            return 1;
        }
    }
}

static void test_equal_minds_behave_equally(void **state)
{
    (void)state;
    static struct seen seen[SEEN_MAX];
    static const char hidden[] = "counter n\nbet pass 5\nafter roll 6: up n\n"
                                 "when n = 3: bet field 1; reset n\n"; /* seen on no layout */
    for (size_t i = 0; i <= EXAMPLES; i++) {
        size_t size;
        struct game *g = begin("min 100", i == EXAMPLES ? hidden : example(examples[i], &size));
        struct prng p;
        prng_seed(&p, 11 + i);
        memset(seen, 0, sizeof seen);
        unsigned again = 0;
        bool alike = !plan_reads_balance(&g->plan); /* profit is no part of the situation above */
        for (unsigned n = 0; alike && n < 4000; n++) {
            unsigned die1 = (unsigned)prng_below(&p, 6) + 1, die2 = (unsigned)prng_below(&p, 6) + 1;
            uint8_t dice[2] = {(uint8_t)die1, (uint8_t)die2};
            uint64_t key = mixed(situation(g), dice, sizeof dice) | 1;
            kit_roll(&g->k, die1, die2);
            plan_saw(&g->run, &g->k.result, 0);
            window(&g->k, &g->run, &g->plan);
            again += remember(seen, key, situation(g));
        }
        assert_true(!alike || again > 100);
        free(g);
    }
}

/* Any bytes: refused with a line, or a plan that plays within its bounds. */
static void test_any_bytes_are_read_or_refused(void **state)
{
    (void)state;
    struct prng p;
    prng_seed(&p, 5);
    for (unsigned n = 0; n < 6000; n++) {
        size_t size;
        static char bytes[PLAN_BYTES_MAX];
        const char *text = example(examples[n % EXAMPLES], &size);
        memcpy(bytes, text, size);
        for (unsigned change = 0; change < 1 + n % 6; change++) {
            size_t at = prng_below(&p, size);
            bytes[at] = n % 3 == 0 ? (char)prng_below(&p, 256) : bytes[prng_below(&p, size)];
        }
        struct plan plan;
        struct plan_problem problem;
        if (!plan_parse(&plan, bytes, size, &problem)) {
            assert_true(problem.text[0] != '\0');
            continue;
        }
        struct game *g = begin("", "");
        g->plan = plan;
        plan_begin(&g->run, &g->plan, &g->k.t, 0);
        for (unsigned total = 2; total <= 12; total++) {
            window(&g->k, &g->run, &g->plan);
            roll(&g->k, &g->run, total);
        }
        free(g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bets_are_made_when_they_are_missing_and_only_then),
        cmocka_unit_test(test_every_named_strategy_is_a_plan),
        cmocka_unit_test(test_an_amount_is_fitted_to_the_table),
        cmocka_unit_test(test_too_few_chips_make_the_smallest_bet_or_none),
        cmocka_unit_test(test_the_line_of_a_come_out_comes_before_other_bets),
        cmocka_unit_test(test_a_winner_is_pressed_up_to_its_limit_and_lowered_again),
        cmocka_unit_test(test_winnings_go_up_once_more),
        cmocka_unit_test(test_a_ladder_goes_up_and_stays_at_its_end),
        cmocka_unit_test(test_a_counter_holds_back_and_lets_go),
        cmocka_unit_test(test_what_a_roll_did_is_told_once),
        cmocka_unit_test(test_odds_go_behind_every_come_bet_and_come_down_first),
        cmocka_unit_test(test_bets_rest_and_work_as_marked),
        cmocka_unit_test(test_keep_brings_a_bet_up_and_down),
        cmocka_unit_test(test_a_plan_ends_and_says_why),
        cmocka_unit_test(test_a_rule_is_judged_once_for_all_that_it_does),
        cmocka_unit_test(test_every_condition_looks_at_the_table),
        cmocka_unit_test(test_each_mistake_is_named_with_its_line),
        cmocka_unit_test(test_too_much_is_refused_and_nothing_is_written_past_the_end),
        cmocka_unit_test(test_every_example_plays_on),
        cmocka_unit_test(test_everything_makes_every_bet),
        cmocka_unit_test(test_equal_minds_behave_equally),
        cmocka_unit_test(test_any_bytes_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
