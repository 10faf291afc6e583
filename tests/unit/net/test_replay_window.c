#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/replay_window.h"

#include <stdlib.h>
#include <string.h>

enum { N = REPLAY_WINDOW_COUNTERS };

static void test_accept_keeps_verdicts_when_at_window_edges(void **state)
{
    (void)state;
    static const struct {
        uint64_t counter;
        enum replay_verdict verdict;
    } rows[] = {
        {0, REPLAY_FRESH},
        {0, REPLAY_SEEN},
        {1, REPLAY_FRESH},
        {1, REPLAY_SEEN},
        {63, REPLAY_FRESH},
        {64, REPLAY_FRESH},
        {63, REPLAY_SEEN},
        {9, REPLAY_FRESH},
        {9, REPLAY_SEEN},
        {N - 1, REPLAY_FRESH},
        {0, REPLAY_SEEN}, /* the oldest that is still told */
        {2, REPLAY_FRESH},
        {N, REPLAY_FRESH},
        {0, REPLAY_STALE}, /* one more, and it is not */
        {1, REPLAY_SEEN},
        {3, REPLAY_FRESH},
        {N + 63, REPLAY_FRESH},
        {63, REPLAY_STALE},
        {64, REPLAY_SEEN},
        {65, REPLAY_FRESH},
        {2 * N + 63, REPLAY_FRESH}, /* a whole window on: only the newest is seen */
        {N + 63, REPLAY_STALE},
        {N + 64, REPLAY_FRESH},
        {2 * N + 63, REPLAY_SEEN},
        {2 * N + 62, REPLAY_FRESH},
        {UINT64_C(1) << 40, REPLAY_FRESH},
        {2 * N + 63, REPLAY_STALE},
        {(UINT64_C(1) << 40) - N, REPLAY_STALE},
        {(UINT64_C(1) << 40) - N + 1, REPLAY_FRESH},
        {(UINT64_C(1) << 40) - N + 1, REPLAY_SEEN},
        {UINT64_MAX, REPLAY_STALE},
        {UINT64_MAX - 1, REPLAY_FRESH},
        {UINT64_MAX - 1, REPLAY_SEEN},
        {UINT64_MAX - N, REPLAY_FRESH},
        {UINT64_MAX - N - 1, REPLAY_STALE},
        {UINT64_MAX, REPLAY_STALE},
    };
    struct replay_window w = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(replay_window_check(&w, rows[i].counter), rows[i].verdict);
        assert_int_equal(replay_window_accept(&w, rows[i].counter), rows[i].verdict);
    }
}

static void test_accept_takes_each_once_when_swept_upward(void **state)
{
    (void)state;
    struct replay_window w = {0};
    for (uint64_t c = 0; c < 4 * N; c++) {
        assert_int_equal(replay_window_accept(&w, c), REPLAY_FRESH);
    }
    for (uint64_t c = 0; c < 4 * N; c++) {
        assert_int_equal(replay_window_accept(&w, c), c < 3 * N ? REPLAY_STALE : REPLAY_SEEN);
    }
}

static void test_accept_takes_each_once_when_swept_downward(void **state)
{
    (void)state;
    for (uint64_t top = 4 * N; top < 4 * N + 64; top++) {
        struct replay_window w = {0};
        for (uint64_t back = 0; back < N + 64; back++) {
            enum replay_verdict v = back < N ? REPLAY_FRESH : REPLAY_STALE;
            assert_int_equal(replay_window_accept(&w, top - back), v);
        }
        for (uint64_t back = 0; back < N; back++) {
            assert_int_equal(replay_window_accept(&w, top - back), REPLAY_SEEN);
        }
    }
}

/* Every jump from 1 to beyond two windows, against a plain array of what was seen. */
static void test_accept_agrees_with_plain_array_when_jumping(void **state)
{
    (void)state;
    for (uint64_t jump = 1; jump < 2 * N + 130; jump += jump < 130 ? 1 : 61) {
        static uint8_t seen[16 * N];
        struct replay_window w = {0};
        memset(seen, 0, sizeof seen);
        for (uint64_t top = 0; top < 8 * N; top += jump) {
            assert_int_equal(replay_window_accept(&w, top), REPLAY_FRESH);
            seen[top] = 1;
            for (uint64_t back = 0; back <= top && back < N + 2; back += 7) {
                uint64_t c = top - back;
                enum replay_verdict v = back >= N ? REPLAY_STALE
                                        : seen[c] ? REPLAY_SEEN
                                                  : REPLAY_FRESH;
                assert_int_equal(replay_window_accept(&w, c), v);
                seen[c] = seen[c] || v == REPLAY_FRESH;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accept_keeps_verdicts_when_at_window_edges),
        cmocka_unit_test(test_accept_takes_each_once_when_swept_upward),
        cmocka_unit_test(test_accept_takes_each_once_when_swept_downward),
        cmocka_unit_test(test_accept_agrees_with_plain_array_when_jumping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
