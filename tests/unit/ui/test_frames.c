#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/prng.h"
#include "ui/frames.h"

static void test_frames_come_at_once_when_the_first_or_for_a_key(void **unused)
{
    (void)unused;
    struct frames f = {{0}, 0};
    assert_int_equal(frames_due_ms(&f, false), 0); /* the program is as old as its clock */
    frames_drawn(&f, 5);
    assert_int_equal(frames_due_ms(&f, false), 5 + FRAMES_APART_MS);
    assert_int_equal(frames_due_ms(&f, true), 0);
    frames_drawn(&f, 7);
    assert_int_equal(frames_due_ms(&f, true), 0);
}

/* Whatever is asked for, no second has more than thirty. */
static void test_frames_are_thirty_in_any_second(void **unused)
{
    (void)unused;
    enum { FRAMES = 3000 };
    static uint64_t at_ms[FRAMES];
    struct frames f = {{0}, 0};
    struct prng prng;
    uint64_t now_ms = 3;
    prng_seed(&prng, 11);
    for (int i = 0; i < FRAMES; i++) {
        now_ms += prng_below(&prng, i % 500 < 100 ? 60 : 4);
        uint64_t due_ms = frames_due_ms(&f, prng_below(&prng, 3) != 0);
        now_ms = due_ms > now_ms ? due_ms : now_ms;
        frames_drawn(&f, now_ms);
        at_ms[i] = now_ms;
        if (i >= FRAMES_A_SECOND) {
            assert_true(now_ms - at_ms[i - FRAMES_A_SECOND] >= 1000);
        }
    }
}

static void test_frames_of_their_own_leave_room_for_keys(void **unused)
{
    (void)unused;
    struct frames f = {{0}, 0};
    uint64_t now_ms = 0;
    for (int i = 0; i < 200; i++) {
        uint64_t due_ms = frames_due_ms(&f, false);
        now_ms = due_ms > now_ms ? due_ms : now_ms;
        frames_drawn(&f, now_ms);
    }
    for (int i = 0; i < FRAMES_A_SECOND - FRAMES_BY_ITSELF; i++) {
        assert_true(frames_due_ms(&f, true) <= now_ms);
        frames_drawn(&f, now_ms);
    }
    assert_true(frames_due_ms(&f, true) > now_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_come_at_once_when_the_first_or_for_a_key),
        cmocka_unit_test(test_frames_are_thirty_in_any_second),
        cmocka_unit_test(test_frames_of_their_own_leave_room_for_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
