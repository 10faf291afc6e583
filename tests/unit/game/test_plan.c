/* Plans: the language, its problems by line, what a run does at a real table. */
#include "game/plan.h"
#include "game/bet_words.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bets_are_made_when_they_are_missing_and_only_then),
        cmocka_unit_test(test_every_named_strategy_is_a_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
