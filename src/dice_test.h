/* Are the dice fair? Two answers that mean different things:
 *   chi-square of the eleven totals and its p: how often fair dice come out at least this far off, seen by one who looks
 *     once. Below 180 rolls, where some totals are expected less than five times, p is counted in 2,000 drawn evenings of
 *     fair dice instead of read off the chi-square distribution with 10 degrees of freedom.
 *   the verdict, which stays true for any number of looks: the odds E at which one would have won against fair dice by
 *     betting, roll after roll, on whatever they favoured so far (Dirichlet mixtures over the totals, the pairs and either
 *     die, averaged). By Ville's inequality E ever reaches N with fair dice in at most one lifetime of rolls in N, no
 *     matter how often anybody looks; DICE_ODD needs N = 1,000. */
#ifndef SRC_DICE_TEST_H
#define SRC_DICE_TEST_H

#include <stdbool.h>
#include <stdint.h>

enum dice_verdict { DICE_NONE, DICE_FAIR, DICE_ODD };

enum {
    DICE_ODD_ONE_IN = 1000,
    DICE_SIMULATE_BELOW = 180,
    DICE_FEW_BELOW = 30,
    DICE_SIMULATIONS = 2000
};

struct dice_test {
    uint64_t rolls;
    double chi_square, p;
    bool simulated; /* p was counted, not read off the distribution */
    double log_e;   /* natural logarithm of E */
    double
        face_p; /* the smallest of the 36 pairs', true for any number of looks, times 36; at most 1 */
    uint8_t verdict;
};

/* 36 counts, faces[(die 1 - 1) * 6 + die 2 - 1]. The same faces give the same answer. */
struct dice_test dice_test(const uint32_t *faces);

/* Probability of one total with fair dice, of 36. */
unsigned dice_ways(unsigned total);

/* P(X >= x) of the chi-square distribution with an even number of degrees of freedom. */
double dice_chi_tail(double x, unsigned even_degrees);

/* "looks fair", "too few to tell" below DICE_FEW_BELOW rolls, or what else there is to say; one short phrase. */
const char *dice_test_words(const struct dice_test *t, char *out, unsigned size);

#endif
