/* Simulated sessions: looked up rolls are the rolls of the rules, edges are those of craps odds, threads change nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/simulate.h"
#include "src/simulate_walk.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
enum { SLOWER = 4 };
#else
enum { SLOWER = 1 };
#endif

static struct plan parsed(const char *text)
{
    struct plan plan;
    struct plan_problem problem;
    if (!plan_parse(&plan, text, strlen(text), &problem)) {
        fail_msg("line %u: %s", problem.line, problem.text);
    }
    return plan;
}

static struct table_config config_of(const char *text)
{
    struct table_config config = table_config_default();
    char key[16], value[16];
    int used = 0;
    config.min_cents = 100;
    for (; sscanf(text, "%15s %15s%n", key, value, &used) == 2; text += used) {
        assert_int_equal(table_config_set(&config, key, value), REFUSAL_NONE);
    }
    return config;
}

static void test_each_of_36_rolls_is_left_as_many_values(void **state)
{
    (void)state;
    unsigned weight[SIM_THROWS] = {0};
    for (uint64_t roll = 0; roll < SIM_ROLLS; roll++) {
        /* x with roll x 2^32 + 4 <= 36 x < (roll + 1) x 2^32. */
        uint64_t first = ((roll << 32) + 4 + 35) / 36, end = (((roll + 1) << 32) + 35) / 36;
        uint64_t low = (first * 36) & UINT32_MAX;
        assert_true(low >= 4 && first * 36 >> 32 == roll && (first - 1) * 36 < (roll << 32) + 4);
        assert_int_equal(end - first, (UINT64_C(1) << 32) / 36);
        struct sim_faces f = sim_faces_of_throw[sim_throw_of_roll[roll]];
        unsigned a = (unsigned)roll / 6 + 1, b = (unsigned)roll % 6 + 1;
        assert_int_equal(f.low, a < b ? a : b);
        assert_int_equal(f.high, a < b ? b : a);
        weight[sim_throw_of_roll[roll]]++;
    }
    for (unsigned i = 0; i < SIM_THROWS; i++) {
        struct sim_faces f = sim_faces_of_throw[i];
        assert_int_equal(weight[i], f.low == f.high ? 1 : 2);
    }
}

static void test_sessions_have_dice_of_their_own_and_they_are_fair(void **state)
{
    (void)state;
    enum { ROLLS = 360000 };
    struct sim_dice a, b;
    unsigned counts[SIM_THROWS] = {0}, same = 0;
    sim_dice_seed(&a, 1, 0);
    sim_dice_seed(&b, 1, 1);
    for (unsigned i = 0; i < ROLLS; i++) {
        unsigned throw = sim_dice_throw(&a);
        counts[throw]++;
        same += throw == sim_dice_throw(&b);
    }
    double chi_square = 0;
    for (unsigned i = 0; i < SIM_THROWS; i++) {
        double ways = sim_faces_of_throw[i].low == sim_faces_of_throw[i].high ? 1 : 2;
        double expected = ways * ROLLS / 36;
        chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    assert_true(chi_square < 50); /* 20 degrees of freedom: 1 in 4,000 */
    /* 6 x (1/36)^2 + 15 x (2/36)^2 of independent throws are the same. */
    assert_true(fabs(same - ROLLS * 66.0 / 1296) < 4 * sqrt(ROLLS * 66.0 / 1296));
}

/* Two walks over the same sessions, by what is remembered and by the rules alone. */
struct pair {
    struct sim_game game[2];
    struct sim_walk walk[2];
};

static struct pair *pair_of(const struct plan *plan, const char *config, int64_t bankroll_cents)
{
    struct pair *p = malloc(sizeof *p);
    struct table_config c = config_of(config);
    assert_non_null(p);
    for (int i = 0; i < 2; i++) {
        sim_game_init(&p->game[i], &c, plan, bankroll_cents, 11, i == 1, false);
        assert_int_equal(sim_walk_init(&p->walk[i], &p->game[i], 4096), ERR_OK);
    }
    return p;
}

static void pair_free(struct pair *p)
{
    sim_walk_deinit(&p->walk[0]);
    sim_walk_deinit(&p->walk[1]);
    free(p);
}

static bool same_now(const struct pair *p)
{
    const struct sim_walk *a = &p->walk[0], *b = &p->walk[1];
    return sim_walk_cents(a) == sim_walk_cents(b) && a->end == b->end && a->rolled == b->rolled &&
           a->losing == b->losing && a->losing_most == b->losing_most &&
           a->fall_cents == b->fall_cents && a->over == b->over &&
           (a->end != SIM_STOPPED || a->stopped_line == b->stopped_line);
}

/* Plays the sessions roll by roll; the number of the roll at which the walks came apart, or -1. */
static long first_difference(struct pair *p, unsigned sessions, unsigned rolls)
{
    long played = 0;
    for (unsigned s = 0; s < sessions; s++) {
        sim_walk_begin(&p->walk[0], s);
        sim_walk_begin(&p->walk[1], s);
        for (unsigned r = 0; r < rolls; r++, played++) {
            if (sim_walk_roll(&p->walk[0], 1) != sim_walk_roll(&p->walk[1], 1) || !same_now(p)) {
                return played;
            }
        }
        sim_walk_leave(&p->walk[0]);
        sim_walk_leave(&p->walk[1]);
        if (!same_now(p)) {
            return played;
        }
        sim_walk_end_unit(&p->walk[0]);
        sim_walk_end_unit(&p->walk[1]);
    }
    const struct sim_tally *a = &p->walk[0].tally, *b = &p->walk[1].tally;
    bool sums = memcmp(a->sum, b->sum, sizeof a->sum) == 0 &&
                memcmp(a->moments, b->moments, sizeof a->moments) == 0;
    return sums ? -1 : played;
}

static void expect_same(const char *name, const char *text, unsigned sessions)
{
    static const char *const configs[] = {
        "", "crapless 1", "vig upfront odds 2", "crapless 1 vig upfront"};
    static const int64_t bankrolls[] = {700, 3000, 25000, 1000000};
    struct plan plan = parsed(text);
    for (unsigned i = 0; i < 16; i++) {
        struct pair *p = pair_of(&plan, configs[i % 4], bankrolls[i / 4]);
        long at = first_difference(p, sessions, 120);
        if (at >= 0) {
            fail_msg("%s, %s, %ld cents: differs at roll %ld", name, configs[i % 4],
                (long)bankrolls[i / 4], at);
        }
        pair_free(p);
    }
}

static void test_looked_up_rolls_are_those_of_the_rules_for_every_strategy(void **state)
{
    (void)state;
    for (size_t i = 0; plan_builtin_name(i) != NULL; i++) {
        expect_same(plan_builtin_name(i), plan_builtin_text(plan_builtin_name(i)), 20 / SLOWER);
    }
}

static void test_looked_up_rolls_are_those_of_the_rules_for_the_example_plans(void **state)
{
    (void)state;
    DIR *folder = opendir(STRATEGIES_DIR);
    struct dirent *entry;
    unsigned plans = 0;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        char path[512], text[PLAN_BYTES_MAX + 1];
        if (strstr(entry->d_name, ".plan") == NULL) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", STRATEGIES_DIR, entry->d_name);
        FILE *in = fopen(path, "rb");
        assert_non_null(in);
        text[fread(text, 1, PLAN_BYTES_MAX, in)] = '\0';
        fclose(in);
        expect_same(entry->d_name, text, 4 / SLOWER);
        plans++;
    }
    closedir(folder);
    assert_true(plans >= 8);
}

static void test_looked_up_rolls_are_those_of_the_rules_where_plans_look_around(void **state)
{
    (void)state;
    static const char *const plans[] = {
        "bet pass 5\nstop when profit >= 30\nstop when loss > 40\n",
        "when balance > 40: bet field 10\nwhen balance <= 40: bet field 1\n",
        "when total = 50: bet any_seven 1\nbet pass 1\nbet big6 3\n",
        "when hand_rolls = 0: bet fire 1; bet all_small 2; bet hot_shooter 1\nbet pass 2\n",
        "when hand_rolls > 3: bet place 6,8 6\nwhen hand_points >= 1: take place\nbet pass 1\n",
        "bet fire 1\nwhen fire is up: bet field 1\nbet pass 2\n",
        "bet repeater 6 1\nafter lose repeater 6: bet yo 1\nbet pass 1\n",
        "when hands = 2: bet place all 6\nwhen rolls >= 20: take place\nbet pass 1\n",
        "bet pass 1\nwhen rolls = 20: bet field 2\nwhen rolls > 50: bet place 6,8 6\n"
        "when rolls >= 60: take place\nwhen rolls < 3: bet yo 1\nstop when rolls >= 100\n",
        "bet buy all 20\nwhen point is off: on buy\nwhen point is on: off buy 4\nbet come 5\nodds "
        "come all max\n",
        "bet lay all 24\nafter win lay all: press lay all by winnings up to 60\nbet hard all 1\n",
        "when point is off: bet pass 1\nwhen layout >= 30: take place\nbet place all 6\n",
    };
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        expect_same(plans[i], plans[i], 12 / SLOWER);
    }
    struct plan all = parsed(simulate_all_bets);
    struct pair *p = pair_of(&all, "", AMOUNT_CENTS_MAX);
    assert_true(p->game[0].hand_apart);
    assert_int_equal(first_difference(p, 4, 1500 / SLOWER), -1);
    pair_free(p);
}

/* A fault in what is remembered is found: a step that leads elsewhere, pays a cent more, is held for good with too few
 * chips, or is forgotten in the sums. */
static void test_a_wrong_step_is_found(void **state)
{
    (void)state;
    struct plan plan = parsed(plan_builtin_text("three-point-molly"));
    for (unsigned fault = 0; fault < 4; fault++) {
        struct pair *p = pair_of(&plan, "", fault == 2 ? 1500 : 1000000);
        assert_int_equal(first_difference(p, 20, 200), -1);
        struct sim_states *s = &p->walk[0].states;
        for (uint32_t i = 0; i < s->count * SIM_THROWS; i++) {
            if (s->steps[i].span_cents == 0) {
                continue;
            }
            s->steps[i].next = fault == 0 ? (s->steps[i].next + 1) % s->count : s->steps[i].next;
            s->steps[i].delta_cents += fault == 1;
            s->steps[i].low_cents = fault == 2 ? 0 : s->steps[i].low_cents;
            s->step_items[i].count = fault == 3 ? 0 : s->step_items[i].count;
        }
        assert_true(first_difference(p, 20, 200) >= 0);
        pair_free(p);
    }
}

static struct simulate_order order_of(
    const struct plan *plan, const char *config, uint64_t sessions, uint64_t rolls)
{
    return (struct simulate_order){
        .config = config_of(config),
        .plan = plan,
        .bankroll_cents = 100000,
        .rolls = rolls,
        .sessions = sessions,
        .seed = 3,
        .threads = 2,
    };
}

static void same_report(const struct simulate_report *a, const struct simulate_report *b)
{
    assert_int_equal(a->sessions, b->sessions);
    assert_int_equal(a->rolls, b->rolls);
    assert_int_equal(a->ruined, b->ruined);
    assert_int_equal(a->stopped, b->stopped);
    assert_memory_equal(a->stopped_by, b->stopped_by, sizeof a->stopped_by);
    assert_memory_equal(a->tally.sum, b->tally.sum, sizeof a->tally.sum);
    assert_memory_equal(a->tally.moments, b->tally.moments, sizeof a->tally.moments);
    assert_memory_equal(a->finals_cents, b->finals_cents, a->sessions * sizeof *a->finals_cents);
    assert_memory_equal(a->fan_cents, b->fan_cents, sizeof a->fan_cents);
    assert_int_equal(a->losing_most, b->losing_most);
    assert_int_equal(a->fall_most_cents, b->fall_most_cents);
}

static void test_threads_and_memory_change_nothing(void **state)
{
    (void)state;
    static const struct {
        uint64_t sessions, rolls;
    } sizes[] = {{500, 60}, {3, 4000}, {1000, 7}};
    struct plan plan =
        parsed("bet pass 5\nbet field 3\nbet place 6,8 12\nstop when profit >= 200\n");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct simulate_report first, other;
        struct simulate_order o = order_of(&plan, "", sizes[i].sessions, sizes[i].rolls);
        o.bankroll_cents = 20000;
        o.threads = 1;
        assert_int_equal(simulate_run(&o, &first), ERR_OK);
        assert_true(first.sessions == sizes[i].sessions && !first.interrupted);
        for (unsigned threads = 2; threads <= 8; threads++) {
            o.threads = threads;
            o.engine_only = threads == 8;
            assert_int_equal(simulate_run(&o, &other), ERR_OK);
            same_report(&first, &other);
            simulate_report_free(&other);
        }
        simulate_report_free(&first);
    }
}

static void test_what_bets_brought_is_what_racks_gained(void **state)
{
    (void)state;
    static const char *const configs[] = {"", "vig upfront", "crapless 1"};
    for (unsigned i = 0; i < 6; i++) {
        struct plan all = parsed(simulate_all_bets);
        struct simulate_report r;
        struct simulate_order o = order_of(&all, configs[i % 3], 40, 100);
        o.plan = i < 3 ? &all : NULL;
        o.bankroll_cents = i < 3 ? 300000000 : 20000;
        assert_int_equal(simulate_run(&o, &r), ERR_OK);
        sim_cents gained = 0;
        for (uint64_t s = 0; s < r.sessions; s++) {
            gained += r.finals_cents[s] - o.bankroll_cents;
        }
        assert_true(gained == r.tally.sum[SIM_ROWS_MAX].net && gained != 0);
        simulate_report_free(&r);
    }
}

/* Bets whose measured edge is more than four standard errors from the exact one under `config`. Every one of `least` rows was
 * measured. */
static unsigned edges_off_in(uint64_t sessions, const char *played, const char *config,
    const char *text, uint64_t rolls, unsigned least)
{
    struct plan plan = parsed(text);
    struct simulate_order o = order_of(&plan, played, sessions, rolls);
    struct simulate_report r;
    struct sim_rows exact;
    struct table_config c = config_of(config);
    unsigned off = 0, measured = 0;
    o.bankroll_cents = AMOUNT_CENTS_MAX;
    o.every_number = true;
    o.threads = 1;
    assert_int_equal(simulate_run(&o, &r), ERR_OK);
    sim_rows_make(&exact, &c, plan.makes, true);
    assert_int_equal(exact.count, r.rows.count);
    for (unsigned i = 0; i < exact.count; i++) {
        double edge = sim_edge(&r.tally.sum[i]);
        double error = sim_edge_error(&r.tally.sum[i], &r.tally.moments[i]);
        measured += r.tally.moments[i].units >= 30;
        if (r.tally.moments[i].units >= 30 && fabs(edge - exact.rows[i].edge.value) > 4 * error) {
            off++;
            if (strcmp(played, config) == 0) {
                print_error("%s %u: measured %.4f%% +- %.4f, exact %.4f%%\n",
                    bet_specs[exact.rows[i].first.kind].name, exact.rows[i].first.number,
                    100 * edge, 100 * error, 100 * exact.rows[i].edge.value);
            }
        }
    }
    if (measured < least) {
        fail_msg("%s: only %u of %u bets were measured", played, measured, least);
    }
    simulate_report_free(&r);
    return off;
}

static unsigned edges_off(
    const char *played, const char *config, const char *text, uint64_t rolls, unsigned least)
{
    return edges_off_in(1, played, config, text, rolls, least);
}

/* A difference needs its rolls; that there is none can be seen in fewer where they are slow. */
enum { EDGE_ROLLS_FEW = 1000000, EDGE_ROLLS = EDGE_ROLLS_FEW / (SLOWER * SLOWER) };

static void test_every_bet_costs_what_the_exact_odds_say(void **state)
{
    (void)state;
    const char *all = simulate_all_bets;
    assert_int_equal(edges_off("", "", all, EDGE_ROLLS, 120), 0);
    if (SLOWER > 1) {
        return; /* other pays are no other code */
    }
    assert_int_equal(edges_off("crapless 1", "crapless 1", all, EDGE_ROLLS / 3, 110), 0);
    const char *other = "vig upfront field2 3 field12 2 ats 30_150 rtl 2";
    assert_int_equal(edges_off(other, other, all, EDGE_ROLLS / 3, 120), 0);
    for (char rtl = '3'; rtl <= '7'; rtl++) {
        char config[] = "rtl 0";
        config[4] = rtl;
        assert_int_equal(edges_off(config, config, "bet ride_the_line 1\n", EDGE_ROLLS / 4, 1), 0);
    }
}

/* Were bets cut off after a few rolls, those that win at once would be counted too often. */
static void test_short_sessions_measure_the_same_edges(void **state)
{
    (void)state;
    const char *plan = "when point is off: bet pass 66; bet dont_pass 66; bet muggsy 66\n"
                       "when point is on: bet come 66; bet dont_come 66; bet put 4,6 66\n"
                       "bet place 6,8 66; bet lay 4 66; bet hard all 66; bet all_small 66\n"
                       "odds pass 66; odds dont_pass 66; odds come all 66; odds dont_come all 66\n";
    for (uint64_t rolls = 1; rolls <= 8; rolls += rolls == 1 ? 2 : 5) {
        assert_int_equal(
            edges_off_in(EDGE_ROLLS / 20, "", "", plan, rolls, rolls == 1 ? 3 : 12), 0);
    }
}

static void test_a_table_that_pays_otherwise_is_found(void **state)
{
    (void)state;
    assert_true(edges_off("field12 2", "", "bet field 1\n", EDGE_ROLLS_FEW, 1) == 1);
    assert_true(edges_off("ats 30_150", "", "bet all_tall 1\n", EDGE_ROLLS_FEW, 1) == 1);
    assert_true(edges_off("vig upfront", "", "bet buy 4 20\n", EDGE_ROLLS_FEW, 1) == 1);
    /* 5 cents on the six are paid 5: chips that do not pay in full cost more. */
    assert_true(edges_off("min 1", "", "bet place 6 5c\n", EDGE_ROLLS_FEW, 1) == 1);
}

static void test_sessions_end_when_they_should(void **state)
{
    (void)state;
    static const struct {
        const char *plan;
        int64_t bankroll_cents;
        uint64_t ruined, stopped;
    } cases[] = {
        {"bet any_seven 5\n", 500, 100, 0},                  /* sooner or later */
        {"when point is on: bet field 1\n", 10000000, 0, 0}, /* waits without being ruined */
        {"bet horn 8\n", 50, 100, 0},                        /* less than the least bet */
        {"stop when rolls >= 10\nbet pass 1\n", 10000000, 0, 100},
        {"stop when profit >= 0\nbet pass 1\n", 1000, 0, 100},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct plan plan = parsed(cases[i].plan);
        struct simulate_order o = order_of(&plan, "", 100, 5000);
        struct simulate_report r;
        o.bankroll_cents = cases[i].bankroll_cents;
        assert_int_equal(simulate_run(&o, &r), ERR_OK);
        assert_int_equal(r.ruined, cases[i].ruined);
        assert_int_equal(r.stopped, cases[i].stopped);
        assert_int_equal(r.stopped_by[0], cases[i].stopped);
        assert_true(i != 2 || r.rolls == 0);
        assert_true(i != 3 || (r.rolls >= 1000 && r.rolls < 2000)); /* what lies is played out */
        simulate_report_free(&r);
    }
}

static void test_a_stopped_simulation_says_so(void **state)
{
    (void)state;
    struct plan plan = parsed("bet pass 1\n");
    struct simulate_order o = order_of(&plan, "", 1000, 1000);
    struct simulate_report r;
    atomic_bool stop = true;
    o.stop = &stop;
    assert_int_equal(simulate_run(&o, &r), ERR_OK);
    assert_true(r.interrupted && r.sessions == 0 && isnan(sim_edge(&r.tally.sum[SIM_ROWS_MAX])));
    simulate_report_free(&r);
}

static void test_sums_go_beyond_64_bits(void **state)
{
    (void)state;
    struct sim_tally *t = calloc(1, sizeof *t);
    assert_non_null(t);
    for (unsigned i = 0; i < 3; i++) {
        sim_tally_add(t, 0, UINT32_MAX, 1, 0, AMOUNT_CENTS_MAX, -AMOUNT_CENTS_MAX * 1000);
        sim_tally_end_unit(t, 1);
    }
    sim_cents staked = (sim_cents)AMOUNT_CENTS_MAX * UINT32_MAX * 3;
    assert_true(t->sum[0].staked == staked && t->sum[SIM_ROWS_MAX].net == -1000 * staked);
    assert_true(fabs(sim_edge(&t->sum[0]) - 1000) < 1e-9);
    assert_true(sim_edge_error(&t->sum[0], &t->moments[0]) < 1e-3);
    free(t);
}

/* Units of 1 staked and -1, 1 won: the ratio is 0, its error 1 / sqrt(m - 1). */
static void test_the_error_is_that_of_a_ratio(void **state)
{
    (void)state;
    struct sim_tally *t = calloc(1, sizeof *t);
    assert_non_null(t);
    for (unsigned i = 0; i < 10; i++) {
        sim_tally_add(t, 0, 1, 1, i % 2, 100, i % 2 ? 100 : -100);
        sim_tally_end_unit(t, 1);
    }
    assert_true(sim_edge(&t->sum[0]) == 0);
    assert_true(fabs(sim_edge_error(&t->sum[0], &t->moments[0]) - 1.0 / 3) < 1e-12);
    free(t);
}

static void test_percentiles_are_of_the_nearest_rank(void **state)
{
    (void)state;
    const int64_t values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    assert_int_equal(simulate_percentile(values, 10, 5), 1);
    assert_int_equal(simulate_percentile(values, 10, 25), 3);
    assert_int_equal(simulate_percentile(values, 10, 50), 5);
    assert_int_equal(simulate_percentile(values, 10, 95), 10);
    assert_int_equal(simulate_percentile(values, 1, 5), 1);
    assert_int_equal(simulate_percentile(values, 0, 50), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_of_36_rolls_is_left_as_many_values),
        cmocka_unit_test(test_sessions_have_dice_of_their_own_and_they_are_fair),
        cmocka_unit_test(test_looked_up_rolls_are_those_of_the_rules_for_every_strategy),
        cmocka_unit_test(test_looked_up_rolls_are_those_of_the_rules_for_the_example_plans),
        cmocka_unit_test(test_looked_up_rolls_are_those_of_the_rules_where_plans_look_around),
        cmocka_unit_test(test_a_wrong_step_is_found),
        cmocka_unit_test(test_threads_and_memory_change_nothing),
        cmocka_unit_test(test_what_bets_brought_is_what_racks_gained),
        cmocka_unit_test(test_every_bet_costs_what_the_exact_odds_say),
        cmocka_unit_test(test_short_sessions_measure_the_same_edges),
        cmocka_unit_test(test_a_table_that_pays_otherwise_is_found),
        cmocka_unit_test(test_sessions_end_when_they_should),
        cmocka_unit_test(test_a_stopped_simulation_says_so),
        cmocka_unit_test(test_sums_go_beyond_64_bits),
        cmocka_unit_test(test_the_error_is_that_of_a_ratio),
        cmocka_unit_test(test_percentiles_are_of_the_nearest_rank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
