#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/bucket.h"

static void test_bucket_gives_burst_then_rate_when_drained(void **state)
{
    (void)state;
    for (uint32_t per_s = 1; per_s <= 50; per_s++) {
        for (uint32_t burst = 1; burst <= 20; burst++) {
            struct bucket_rate rate = {per_s, burst};
            struct bucket b = {0};
            unsigned taken = 0;
            while (bucket_take(&b, rate, 1, 5000)) {
                taken++;
            }
            assert_int_equal(taken, burst);
            /* The next is there after a whole token's time, not a millisecond earlier. */
            uint64_t wait_ms = (1000 + per_s - 1) / per_s;
            struct bucket early = b;
            assert_false(bucket_take(&early, rate, 1, 5000 + wait_ms - 1));
            assert_true(bucket_take(&b, rate, 1, 5000 + wait_ms));
            taken = 0;
            for (uint64_t ms = 1; ms <= 10000; ms++) {
                taken += bucket_take(&b, rate, 1, 5000 + wait_ms + ms);
            }
            /* A bucket of one has no room for what a token's last millisecond brings too much. */
            uint64_t least = burst == 1 ? 10000 / wait_ms : 10 * (uint64_t)per_s - 1;
            assert_in_range(taken, least, 10 * (uint64_t)per_s + 1);
        }
    }
}

static void test_bucket_keeps_no_more_than_burst_when_idle(void **state)
{
    (void)state;
    struct bucket_rate rate = {10, 20};
    struct bucket b = {0};
    unsigned taken = 0;
    assert_true(bucket_take(&b, rate, 1, 0));
    while (bucket_take(&b, rate, 1, UINT64_MAX - 1)) {
        taken++;
    }
    assert_int_equal(taken, 20);
}

static void test_bucket_fills_nothing_when_clock_goes_back(void **state)
{
    (void)state;
    struct bucket_rate rate = {10, 1};
    struct bucket b = {0};
    assert_true(bucket_take(&b, rate, 1, 10000));
    assert_false(bucket_take(&b, rate, 1, 0));
    assert_false(bucket_take(&b, rate, 1, 10000));
    assert_true(bucket_take(&b, rate, 1, 10100));
}

static void test_bucket_never_gives_more_when_rate_is_nothing(void **state)
{
    (void)state;
    struct bucket_rate none = {0, 0}, once = {0, 1};
    struct bucket a = {0}, b = {0};
    assert_false(bucket_take(&a, none, 1, 1000));
    assert_true(bucket_take(&b, once, 1, 0));
    assert_false(bucket_take(&b, once, 1, 1u << 30));
}

static void test_bucket_takes_all_of_a_cost_or_nothing(void **state)
{
    (void)state;
    struct bucket_rate rate = {1, 10};
    struct bucket b = {0};
    assert_false(bucket_take(&b, rate, 11, 0));
    assert_true(bucket_take(&b, rate, 7, 0));
    assert_false(bucket_take(&b, rate, 4, 0));
    assert_true(bucket_has(&b, rate, 3, 0));
    assert_true(bucket_take(&b, rate, 3, 0));
    assert_false(bucket_has(&b, rate, 1, 999));
    assert_true(bucket_has(&b, rate, 1, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bucket_gives_burst_then_rate_when_drained),
        cmocka_unit_test(test_bucket_keeps_no_more_than_burst_when_idle),
        cmocka_unit_test(test_bucket_fills_nothing_when_clock_goes_back),
        cmocka_unit_test(test_bucket_never_gives_more_when_rate_is_nothing),
        cmocka_unit_test(test_bucket_takes_all_of_a_cost_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
