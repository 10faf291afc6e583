#include "src/simulate.h"

#include "src/simulate_walk.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

const char simulate_all_bets[] =
    "unit 66\n" /* the least that every bet pays in full */
    "bet all_small unit; bet all_tall unit; bet all unit; bet repeater all unit\n"
    "bet different_doubles unit; bet fire unit; bet ride_the_line unit; bet replay unit\n"
    "bet hot_shooter unit\n"
    "when point is off: bet pass unit; bet dont_pass unit; bet muggsy unit\n"
    "when point is on: bet come unit; bet dont_come unit; bet put all unit\n"
    "when point is on: odds pass unit; odds dont_pass unit\n"
    "odds come all unit; odds dont_come all unit; odds put all unit\n"
    "bet place all unit; bet place_to_lose all unit; bet buy all unit; bet lay all unit\n"
    "bet hard all unit; bet big6 unit; bet big8 unit; bet yes all unit; bet no all unit\n"
    "bet field unit; bet any_seven unit; bet any_craps unit; bet aces unit; bet ace_deuce unit\n"
    "bet yo unit; bet boxcars unit; bet next all unit\n"
    "bet hop 1 1 unit; bet hop 1 2 unit; bet hop 1 3 unit; bet hop 1 4 unit; bet hop 1 5 unit\n"
    "bet hop 1 6 unit; bet hop 2 2 unit; bet hop 2 3 unit; bet hop 2 4 unit; bet hop 2 5 unit\n"
    "bet hop 2 6 unit; bet hop 3 3 unit; bet hop 3 4 unit; bet hop 3 5 unit; bet hop 3 6 unit\n"
    "bet hop 4 4 unit; bet hop 4 5 unit; bet hop 4 6 unit; bet hop 5 5 unit; bet hop 5 6 unit\n"
    "bet hop 6 6 unit\n"
    "bet horn unit; bet horn_high_2 unit; bet horn_high_3 unit; bet horn_high_11 unit\n"
    "bet horn_high_12 unit; bet c_and_e unit; bet world unit\n";

/* Of this thread: what else the machine does is left out. */
static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Pieces of a session without an end, as simulate_run plays it. */
static double measure(struct sim_walk *w, const struct plan *plan, double seconds)
{
    enum { PIECE_ROLLS = 1 << 18 };
    struct table_config config = table_config_default();
    struct sim_game *game = malloc(sizeof *game);
    uint64_t rolls = 0;
    double began_s = now_s(), passed_s = 0;
    if (game == NULL) {
        return 0;
    }
    config.min_cents = 100;
    sim_game_init(game, &config, plan, AMOUNT_CENTS_MAX, 1, false, false);
    if (sim_walk_init(w, game, UINT16_MAX) != ERR_OK) {
        free(game);
        return 0;
    }
    sim_walk_begin(w, 0);
    while (passed_s < seconds) {
        rolls += sim_walk_roll(w, PIECE_ROLLS);
        sim_walk_end_unit(w);
        passed_s = now_s() - began_s;
    }
    sim_walk_deinit(w);
    free(game);
    return (double)rolls / passed_s;
}

double simulate_rolls_per_s(enum simulate_speed what, double seconds)
{
    const char *text =
        what == SIMULATE_ALL_BETS ? simulate_all_bets : plan_builtin_text("pass-odds");
    struct plan_problem problem;
    struct plan *plan = malloc(sizeof *plan);
    struct sim_walk *w = malloc(sizeof *w);
    double rate = 0;
    if (plan != NULL && w != NULL && plan_parse(plan, text, strlen(text), &problem)) {
        rate = measure(w, plan, seconds);
    }
    free(plan);
    free(w);
    return rate;
}
