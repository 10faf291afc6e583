#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/ratelimit.h"

static void test_ratelimit_counts_addresses_apart(void **state)
{
    (void)state;
    struct ratelimit r;
    ratelimit_init(&r, (struct bucket_rate){1, 3}, (struct bucket_rate){1000, 1000});
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
    ratelimit_init(&r, (struct bucket_rate){5, 5}, (struct bucket_rate){10, 20});
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
        cmocka_unit_test(test_ratelimit_counts_addresses_apart),
        cmocka_unit_test(test_ratelimit_bounds_invented_addresses_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
