/* craps simulate beside a bare loop that knows nothing but pass with single odds: rolls in a second of processor time, by turns, and
 * their ratio. No limits, no plan, no statistics and no other bet in the bare loop: it is how fast dice can be thrown.
 *
 *     cc -O3 -D_GNU_SOURCE -I. tests/bench/simulate_bench.c BUILD/src/libsrc.a BUILD/game/libgame.a BUILD/base/libbase.a \
 *        -lsodium -llz4 -lutf8proc -lm -lpthread -o simulate_bench */
#include "src/simulate.h"
#include "src/simulate_dice.h"

#include <stdio.h>
#include <time.h>

enum { ROLLS = 100000000, TURNS = 5 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Five on the line, five behind it. */
static double bare_rolls_per_s(int64_t *won_cents)
{
    static const int16_t odds_cents[] = {[4] = 1000, 750, 600, [8] = 600, 750, 1000};
    struct sim_dice dice;
    unsigned point = 0;
    double began_s = now_s();
    sim_dice_seed(&dice, 1, 0);
    for (unsigned i = 0; i < ROLLS; i++) {
        struct sim_faces f = sim_faces_of_throw[sim_dice_throw(&dice)];
        unsigned total = (unsigned)f.low + f.high;
        if (point == 0) {
            bool win = total == 7 || total == 11, lose = total < 4 || total == 12;
            *won_cents += win ? 500 : lose ? -500 : 0;
            point = win || lose ? 0 : total;
        } else if (total == point || total == 7) {
            *won_cents += total == 7 ? -1000 : 500 + odds_cents[point];
            point = 0;
        }
    }
    return ROLLS / (now_s() - began_s);
}

int main(void)
{
    int64_t won_cents = 0;
    for (int i = 0; i < TURNS; i++) {
        double bare = bare_rolls_per_s(&won_cents);
        double ours = simulate_rolls_per_s(SIMULATE_PASS_ODDS, 0.7);
        double all = simulate_rolls_per_s(SIMULATE_ALL_BETS, 1.5);
        printf("bare loop %.1f M/s, pass with odds %.1f M/s (%.2f of it), all bets %.2f M/s\n",
            bare / 1e6, ours / 1e6, ours / bare, all / 1e6);
    }
    return won_cents == 0;
}
