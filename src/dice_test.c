#include "src/dice_test.h"

#include "base/prng.h"

#include <math.h>
#include <stdio.h>

/* How many rolls the mixtures' idea of unfair dice is worth: wide enough to meet gross dice soon and slight ones in time. */
#define MIXTURE_WEIGHT 100.0

unsigned dice_ways(unsigned total)
{
    return total < 2 || total > 12 ? 0 : total <= 7 ? total - 1 : 13 - total;
}

double dice_chi_tail(double x, unsigned even_degrees)
{
    double term = 1, sum = 0;
    for (unsigned k = 0; k < even_degrees / 2; k++) {
        sum += term;
        term *= x / 2 / (k + 1);
    }
    return x <= 0 ? 1 : fmin(1, exp(-x / 2) * sum);
}

static double chi_square(const uint64_t totals[13], uint64_t rolls)
{
    double sum = 0;
    for (unsigned t = 2; t <= 12; t++) {
        double expected = (double)rolls * dice_ways(t) / 36;
        double off = (double)totals[t] - expected;
        sum += off * off / expected;
    }
    return sum;
}

/* The share of drawn evenings that are as far off, itself among them. */
static double simulated_p(double chi, uint64_t rolls)
{
    struct prng prng;
    unsigned as_far = 1;
    prng_seed(&prng, rolls);
    for (unsigned i = 0; i < DICE_SIMULATIONS; i++) {
        uint64_t totals[13] = {0};
        for (uint64_t k = 0; k < rolls; k++) {
            totals[2 + prng_below(&prng, 6) + prng_below(&prng, 6)]++;
        }
        as_far += chi_square(totals, rolls) >= chi - 1e-9;
    }
    return (double)as_far / (DICE_SIMULATIONS + 1);
}

static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

/* ln of what betting on a cell of probability `p` has come to, as its part of a Dirichlet mixture. */
static double log_part(double p, uint64_t count)
{
    double weight = MIXTURE_WEIGHT * p;
    return log_gamma(weight + (double)count) - log_gamma(weight) - (double)count * log(p);
}

static double log_whole(uint64_t rolls)
{
    return log_gamma(MIXTURE_WEIGHT) - log_gamma(MIXTURE_WEIGHT + (double)rolls);
}

/* The same for one pair of dice against the other 35. */
static double log_face(uint64_t count, uint64_t rolls)
{
    return log_whole(rolls) + log_part(1.0 / 36, count) + log_part(35.0 / 36, rolls - count);
}

enum { MIXTURES = 4 };

static double log_mean(const double values[MIXTURES])
{
    double high = values[0], sum = 0;
    for (unsigned i = 1; i < MIXTURES; i++) {
        high = fmax(high, values[i]);
    }
    for (unsigned i = 0; i < MIXTURES; i++) {
        sum += exp(values[i] - high);
    }
    return high + log(sum / MIXTURES);
}

struct dice_test dice_test(const uint32_t *faces)
{
    struct dice_test t = {.p = 1, .face_p = 1};
    uint64_t totals[13] = {0};
    for (unsigned i = 0; i < 36; i++) {
        totals[i / 6 + i % 6 + 2] += faces[i];
        t.rolls += faces[i];
    }
    if (t.rolls == 0) {
        return t;
    }
    t.chi_square = chi_square(totals, t.rolls);
    t.simulated = t.rolls < DICE_SIMULATE_BELOW;
    t.p = t.simulated ? simulated_p(t.chi_square, t.rolls) : dice_chi_tail(t.chi_square, 10);
    double whole = log_whole(t.rolls);
    double log_e[MIXTURES] = {whole, whole, whole, whole}; /* totals, pairs, first die, second */
    for (unsigned k = 2; k <= 12; k++) {
        log_e[0] += log_part(dice_ways(k) / 36.0, totals[k]);
    }
    for (unsigned i = 0; i < 36; i++) {
        log_e[1] += log_part(1.0 / 36, faces[i]);
        t.face_p = fmin(t.face_p, 36 * exp(-log_face(faces[i], t.rolls)));
    }
    for (unsigned i = 0; i < 6; i++) {
        uint64_t first = 0, second = 0;
        for (unsigned k = 0; k < 6; k++) {
            first += faces[i * 6 + k];
            second += faces[k * 6 + i];
        }
        log_e[2] += log_part(1.0 / 6, first);
        log_e[3] += log_part(1.0 / 6, second);
    }
    t.log_e = log_mean(log_e);
    t.verdict = t.log_e >= log(DICE_ODD_ONE_IN) ? DICE_ODD : DICE_FAIR;
    return t;
}

const char *dice_test_words(const struct dice_test *t, char *out, unsigned size)
{
    if (t->verdict == DICE_NONE) {
        snprintf(out, size, "no rolls yet");
    } else if (t->verdict == DICE_ODD) {
        snprintf(out, size, "NOT like fair dice");
    } else if (t->rolls < DICE_FEW_BELOW) {
        snprintf(out, size, "too few to tell");
    } else if (t->p < 0.05) {
        snprintf(out, size, "like 1 fair look in %.0f", fmin(1 / t->p, 9999));
    } else {
        snprintf(out, size, "looks fair");
    }
    return out;
}
