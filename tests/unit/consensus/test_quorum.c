#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "consensus/limits.h"
#include "consensus/quorum.h"

static void test_quorum_matches_the_table_of_protocol_0(void **state)
{
    (void)state;
    static const struct {
        unsigned n, f, q;
    } rows[] = {{1, 0, 1}, {2, 0, 2}, {3, 0, 3}, {4, 1, 3}, {5, 1, 4}, {6, 1, 5}, {7, 2, 5},
        {10, 3, 7}, {50, 16, 34}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(quorum_faulty(rows[i].n), rows[i].f);
        assert_int_equal(quorum_size(rows[i].n), rows[i].q);
    }
    assert_int_equal(quorum_faulty(0), 0);
    assert_int_equal(quorum_size(0), 0);
}

static void test_quorum_sets_meet_in_an_honest_member_for_every_n(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= MEMBERS_MAX; n++) {
        unsigned f = quorum_faulty(n), q = quorum_size(n);
        assert_true(n >= 3 * f + 1 && n < 3 * (f + 1) + 1);
        assert_true(2 * q >= n + f + 1);
        assert_true(n - f >= q);
    }
}

static void test_quorum_sets_meet_when_all_are_tried(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 10; n++) {
        unsigned f = quorum_faulty(n), q = quorum_size(n);
        for (unsigned a = 0; a < 1u << n; a++) {
            for (unsigned b = 0; (unsigned)__builtin_popcount(a) == q && b < 1u << n; b++) {
                if ((unsigned)__builtin_popcount(b) == q) {
                    assert_true((unsigned)__builtin_popcount(a & b) >= f + 1);
                }
            }
        }
    }
}

static void test_quorum_witnesses_hold_an_honest_member_and_never_one_alone(void **state)
{
    (void)state;
    assert_int_equal(quorum_witnesses(1), 1);
    for (unsigned n = 2; n <= MEMBERS_MAX; n++) {
        assert_true(quorum_witnesses(n) >= quorum_faulty(n) + 1);
        assert_true(quorum_witnesses(n) >= 2);
        assert_true(quorum_witnesses(n) <= quorum_size(n));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quorum_matches_the_table_of_protocol_0),
        cmocka_unit_test(test_quorum_sets_meet_in_an_honest_member_for_every_n),
        cmocka_unit_test(test_quorum_sets_meet_when_all_are_tried),
        cmocka_unit_test(test_quorum_witnesses_hold_an_honest_member_and_never_one_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
