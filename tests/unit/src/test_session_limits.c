/* What a link may bring before it is cut off, and for how long. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/session_limits.h"

enum { START_MS = 1000000, HONEST_PER_MS = 3, HONEST_BYTES = 700, BULK_BYTES = 60000 };

static void test_a_busy_honest_link_is_never_limited(void **state)
{
    (void)state;
    struct link_limit l = {0};
    for (uint64_t ms = 0; ms < 60000; ms++) {
        for (unsigned i = 0; i < HONEST_PER_MS; i++) {
            assert_int_equal(link_limit_message(&l, HONEST_BYTES, START_MS + ms), LINK_TAKE);
        }
    }
    assert_int_equal(l.peak_messages, 1000 * HONEST_PER_MS);
    /* A record fetched in answers of 60 KB, 20 MB a second. */
    for (uint64_t ms = 60000; ms < 90000; ms += 3) {
        assert_int_equal(link_limit_message(&l, BULK_BYTES, START_MS + ms), LINK_TAKE);
    }
    assert_int_equal(l.dropped, 0);
}

static void test_a_link_that_was_held_back_may_bring_it_all_at_once(void **state)
{
    (void)state;
    struct link_limit l = {0};
    for (unsigned i = 0; i < 4000; i++) {
        assert_int_equal(link_limit_message(&l, HONEST_BYTES, START_MS), LINK_TAKE);
    }
    assert_int_equal(link_limit_message(&l, HONEST_BYTES, START_MS), LINK_DROP);
    assert_int_equal(link_limit_message(&l, HONEST_BYTES, START_MS + 10), LINK_TAKE);
    assert_int_equal(l.dropped, 1);
}

static uint64_t flood_until_cut(struct link_limit *l, size_t size, uint64_t now_ms)
{
    for (unsigned i = 0; i < 100000; i++) {
        if (link_limit_message(l, size, now_ms + i / 100) == LINK_CUT) {
            return now_ms + i / 100;
        }
    }
    fail_msg("a hundred thousand messages in a second are borne");
    return 0;
}

static void test_who_goes_on_is_cut_off_ever_longer(void **state)
{
    (void)state;
    struct link_limit l = {0};
    uint64_t now = START_MS;
    for (uint64_t bar = 30000; bar <= 480000; bar *= 2) {
        uint64_t cut = flood_until_cut(&l, 100, now);
        assert_true(cut - now < 500);
        assert_true(link_limit_barred(&l, cut + bar - 1));
        assert_false(link_limit_barred(&l, cut + bar));
        now = cut + bar;
        l.barred_until_ms = 0;
    }
    uint64_t cut = flood_until_cut(&l, 100, now);
    assert_false(link_limit_barred(&l, cut + 600000));
    assert_true(link_limit_barred(&l, cut + 599999));
}

static void test_big_messages_are_limited_by_their_bytes(void **state)
{
    (void)state;
    struct link_limit l = {0};
    unsigned taken = 0;
    for (unsigned i = 0; i < 1500; i++) {
        taken += link_limit_message(&l, 65536, START_MS) == LINK_TAKE;
    }
    assert_int_equal(taken, 1024); /* 64 MiB at once */
}

static void test_a_little_rubbish_is_borne_and_more_is_not(void **state)
{
    (void)state;
    struct link_limit l = {0};
    for (unsigned i = 0; i < 300; i++) {
        assert_int_equal(link_limit_malformed(&l, START_MS + 1000 * i), LINK_TAKE);
    }
    uint64_t now = START_MS + 300 * 1000;
    unsigned borne = 0;
    while (link_limit_malformed(&l, now) == LINK_TAKE) {
        assert_true(++borne <= 20);
    }
    assert_true(link_limit_barred(&l, now));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_busy_honest_link_is_never_limited),
        cmocka_unit_test(test_a_link_that_was_held_back_may_bring_it_all_at_once),
        cmocka_unit_test(test_who_goes_on_is_cut_off_ever_longer),
        cmocka_unit_test(test_big_messages_are_limited_by_their_bytes),
        cmocka_unit_test(test_a_little_rubbish_is_borne_and_more_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
