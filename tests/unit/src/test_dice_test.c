#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "src/dice_test.h"

#include <math.h>
#include <string.h>

/* Tables of the chi-square distribution, 10 degrees of freedom. */
static void test_tail_is_that_of_the_tables(void **unused)
{
    (void)unused;
    static const struct {
        double x, p;
    } rows[] = {{0, 1}, {3.940, 0.95}, {9.342, 0.50}, {15.987, 0.10}, {18.307, 0.05},
        {23.209, 0.01}, {29.588, 0.001}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(fabs(dice_chi_tail(rows[i].x, 10) - rows[i].p) < 0.0005);
    }
}

/* 36 rolls with every total as often as it should be, and once as wrong as it can be. */
static void test_chi_square_is_that_worked_out_by_hand(void **unused)
{
    (void)unused;
    uint32_t faces[36];
    for (unsigned i = 0; i < 36; i++) {
        faces[i] = 10;
    }
    struct dice_test t = dice_test(faces);
    assert_true(t.chi_square < 1e-9 && t.p > 0.9999);
    assert_int_equal(t.verdict, DICE_FAIR);
    memset(faces, 0, sizeof faces);
    faces[0] = 36; /* 36 times 1 and 1: (36 - 1)^2 / 1 + 35, what the others should have come to */
    t = dice_test(faces);
    assert_true(fabs(t.chi_square - 1260) < 1e-6);
    assert_true(t.simulated && t.p < 0.001);
    assert_int_equal(t.verdict, DICE_ODD);
    assert_true(t.face_p < 1e-6);
}

static void throw(uint32_t * faces, struct prng *prng, unsigned loaded_permille)
{
    uint64_t a = prng_chance(prng, loaded_permille) ? 5 : prng_below(prng, 6);
    faces[a * 6 + prng_below(prng, 6)]++;
}

/* Fair dice, looked at after every hundredth roll of 20,000, in 100 lifetimes: one look in twenty has a p below 0.05, as it
 * must, and still nobody is told that the dice are odd. */
static void test_fair_dice_are_never_called_odd_however_often_one_looks(void **unused)
{
    (void)unused;
    unsigned low = 0, looks = 0;
    for (unsigned life = 0; life < 100; life++) {
        uint32_t faces[36] = {0};
        struct prng prng;
        prng_seed(&prng, 1000 + life);
        for (unsigned i = 1; i <= 20000; i++) {
            throw(faces, &prng, 0);
            if (i % 100 == 0 && i >= DICE_SIMULATE_BELOW) {
                struct dice_test t = dice_test(faces);
                assert_int_equal(t.verdict, DICE_FAIR);
                low += t.p < 0.05;
                looks++;
            }
        }
    }
    assert_in_range(low, looks / 100, looks / 8);
}

/* A first die that shows six every fourth time instead of every sixth is found out. */
static void test_loaded_dice_are_found_out(void **unused)
{
    (void)unused;
    for (unsigned life = 0; life < 10; life++) {
        uint32_t faces[36] = {0};
        struct prng prng;
        prng_seed(&prng, life);
        for (unsigned i = 0; i < 3000; i++) {
            throw(faces, &prng, 100);
        }
        assert_int_equal(dice_test(faces).verdict, DICE_ODD);
    }
}

/* The p that is counted and the one that is read off meet where one takes over from the other. */
static void test_both_ways_to_p_agree(void **unused)
{
    (void)unused;
    for (unsigned life = 0; life < 5; life++) {
        uint32_t faces[36] = {0};
        struct prng prng;
        prng_seed(&prng, 50 + life);
        for (unsigned i = 0; i < DICE_SIMULATE_BELOW - 1; i++) {
            throw(faces, &prng, 0);
        }
        struct dice_test t = dice_test(faces);
        assert_true(t.simulated);
        assert_true(fabs(t.p - dice_chi_tail(t.chi_square, 10)) < 0.06);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tail_is_that_of_the_tables),
        cmocka_unit_test(test_chi_square_is_that_worked_out_by_hand),
        cmocka_unit_test(test_fair_dice_are_never_called_odd_however_often_one_looks),
        cmocka_unit_test(test_loaded_dice_are_found_out),
        cmocka_unit_test(test_both_ways_to_p_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
