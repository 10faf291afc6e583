#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/ratelimit.h"

#include <string.h>

static void test_bucket_gives_burst_then_rate_when_drained(void **state)
{
    (void)state;
    for (uint32_t per_second = 1; per_second <= 50; per_second++) {
        for (uint32_t burst = 1; burst <= 20; burst++) {
            struct rate rate = {per_second, burst};
            struct token_bucket b;
            unsigned taken = 0;
            bucket_init(&b, rate, 5000);
            while (bucket_take(&b, rate, 5000)) {
                taken++;
            }
            assert_int_equal(taken, burst);
            /* exactly when bucket_wait_ms says, not a millisecond earlier */
            uint64_t wait_ms = bucket_wait_ms(&b, rate, 5000);
            assert_int_equal(wait_ms, (1000 + per_second - 1) / per_second);
            struct token_bucket early = b;
            assert_false(bucket_take(&early, rate, 5000 + wait_ms - 1));
            assert_true(bucket_take(&b, rate, 5000 + wait_ms));
            /* ten seconds of asking every millisecond */
            for (unsigned ms = 1; ms <= 10000; ms++) {
                taken += bucket_take(&b, rate, 5000 + wait_ms + ms);
            }
            /* a bucket of one token loses the fractions that do not fit */
            assert_in_range(
                taken, burst + (burst > 1 ? 10 : 9) * per_second - 1, burst + 10 * per_second);
        }
    }
}

static void test_bucket_keeps_no_more_than_burst_when_idle(void **state)
{
    (void)state;
    struct rate rate = {10, 20};
    struct token_bucket b;
    bucket_init(&b, rate, 0);
    unsigned taken = 0;
    while (bucket_take(&b, rate, UINT64_MAX - 1)) {
        taken++;
    }
    assert_int_equal(taken, 20);
}

static void test_bucket_fills_nothing_when_clock_goes_back(void **state)
{
    (void)state;
    struct rate rate = {10, 1};
    struct token_bucket b;
    bucket_init(&b, rate, 10000);
    assert_true(bucket_take(&b, rate, 10000));
    assert_false(bucket_take(&b, rate, 0));
    assert_false(bucket_take(&b, rate, 10000));
    assert_true(bucket_take(&b, rate, 10100));
}

static void test_bucket_never_gives_when_rate_is_nothing(void **state)
{
    (void)state;
    struct rate none = {0, 0};
    struct rate once = {0, 1};
    struct token_bucket b;
    bucket_init(&b, none, 0);
    assert_false(bucket_take(&b, none, 1000));
    assert_true(bucket_wait_ms(&b, none, 1000) == UINT64_MAX);
    bucket_init(&b, once, 0);
    assert_int_equal(bucket_wait_ms(&b, once, 0), 0);
    assert_true(bucket_take(&b, once, 0));
    assert_false(bucket_take(&b, once, 1u << 30));
    assert_true(bucket_wait_ms(&b, once, 1u << 30) == UINT64_MAX);
}

static void test_ratelimit_counts_addresses_apart(void **state)
{
    (void)state;
    struct ratelimit r;
    ratelimit_init(&r, (struct rate){1, 3}, (struct rate){1000, 1000}, 0);
    for (uint32_t ip = 1; ip <= RATELIMIT_ADDRESSES; ip++) {
        for (unsigned i = 0; i < 5; i++) {
            assert_int_equal(ratelimit_admit(&r, ip, 0), i < 3);
        }
    }
    assert_true(ratelimit_admit(&r, 7, 1000));
    assert_false(ratelimit_admit(&r, 7, 1000));
}

static void test_ratelimit_bounds_invented_addresses_as_a_whole(void **state)
{
    (void)state;
    struct ratelimit r;
    unsigned admitted = 0;
    ratelimit_init(&r, (struct rate){5, 5}, (struct rate){10, 20}, 0);
    assert_true(ratelimit_admit(&r, 42, 0));
    for (uint32_t i = 0; i < 100000; i++) {
        uint64_t now_ms = i / 100; /* one second in all */
        admitted += ratelimit_admit(&r, 1000 + i, now_ms);
        if (i % 30000 == 0) {
            assert_true(ratelimit_admit(&r, 42, now_ms)); /* who was there before stays */
        }
    }
    assert_in_range(admitted, 25, 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bucket_gives_burst_then_rate_when_drained),
        cmocka_unit_test(test_bucket_keeps_no_more_than_burst_when_idle),
        cmocka_unit_test(test_bucket_fills_nothing_when_clock_goes_back),
        cmocka_unit_test(test_bucket_never_gives_when_rate_is_nothing),
        cmocka_unit_test(test_ratelimit_counts_addresses_apart),
        cmocka_unit_test(test_ratelimit_bounds_invented_addresses_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
