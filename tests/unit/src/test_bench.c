#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/bench.h"

#include <math.h>
#include <stdio.h>
#include <sys/stat.h>

static struct bench_run run;

static void test_bench_met_is_what_the_target_says(void **state)
{
    (void)state;
    static const struct {
        enum bench_sense sense;
        double value, target;
        bool met;
    } rows[] = {
        {BENCH_AT_MOST, 1, 2, true},
        {BENCH_AT_MOST, 2, 2, true},
        {BENCH_AT_MOST, 2.1, 2, false},
        {BENCH_AT_LEAST, 2, 2, true},
        {BENCH_AT_LEAST, 1.9, 2, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        run = (struct bench_run){.label = ""};
        bench_add(&run, "free", 1e9, "ms");
        bench_add_missing(&run, "P1", "gone", "ms", "there is no %s", "floor");
        assert_true(bench_all_met(&run)); /* what was not measured was not missed */
        bench_add_target(&run, "P1", "row", rows[i].value, "ms", rows[i].sense, rows[i].target);
        assert_int_equal(bench_all_met(&run), rows[i].met);
        assert_string_equal(run.results[1].why, "there is no floor");
    }
}

static void test_bench_figure_is_missing_when_it_is_no_number(void **state)
{
    (void)state;
    run = (struct bench_run){.label = ""};
    bench_add_target(&run, "P3", "rate", (double)INFINITY, "1/s", BENCH_AT_MOST, 1);
    bench_add(&run, "ratio", (double)NAN, "x");
    assert_false(run.results[0].measured);
    assert_false(run.results[1].measured);
    assert_true(bench_all_met(&run));
    assert_true(run.results[0].why[0] != '\0');
}

static void test_bench_name_has_its_label(void **state)
{
    (void)state;
    run = (struct bench_run){.label = "consensus-4"};
    bench_add(&run, "commit_p50", 1, "ms");
    assert_string_equal(run.results[0].name, "consensus-4/commit_p50");
}

static void test_bench_percentile_is_one_of_the_values(void **state)
{
    (void)state;
    double values[200];
    for (size_t count = 1; count <= 200; count++) {
        for (size_t i = 0; i < count; i++) {
            values[i] = (double)((i * 7919 + 3) % count); /* some order */
        }
        double p50 = bench_percentile(values, count, 50), p99 = bench_percentile(values, count, 99);
        assert_true(values[0] <= p50 && p50 <= p99 && p99 <= values[count - 1]);
        size_t below = 0;
        for (size_t i = 0; i < count; i++) {
            below += values[i] <= p50;
        }
        assert_true(2 * below >= count);
    }
    double hundred[100];
    for (int i = 0; i < 100; i++) {
        hundred[i] = 100 - i;
    }
    assert_true(bench_percentile(hundred, 100, 99) == 99);
    assert_true(bench_percentile(hundred, 100, 50) == 50);
    assert_true(bench_percentile(hundred, 0, 50) == 0);
}

static void test_bench_folder_is_gone_with_all_in_it(void **state)
{
    (void)state;
    char path[600], copy[600];
    struct stat st;
    const char *folder = bench_folder();
    assert_non_null(folder);
    assert_ptr_equal(folder, bench_folder());
    snprintf(copy, sizeof copy, "%s", folder);
    snprintf(path, sizeof path, "%s/a", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/a/b", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
    bench_folder_remove();
    assert_int_not_equal(stat(copy, &st), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bench_met_is_what_the_target_says),
        cmocka_unit_test(test_bench_figure_is_missing_when_it_is_no_number),
        cmocka_unit_test(test_bench_name_has_its_label),
        cmocka_unit_test(test_bench_percentile_is_one_of_the_values),
        cmocka_unit_test(test_bench_folder_is_gone_with_all_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
