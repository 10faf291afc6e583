#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/byte_queue.h"

#include <string.h>

enum { CAPACITY = 16 };

static int set_up(void **state)
{
    static struct byte_queue q;
    *state = &q;
    return byte_queue_init(&q, CAPACITY) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    byte_queue_deinit(*state);
    return 0;
}

static void pop_expect(struct byte_queue *q, const char *expected)
{
    size_t size = strlen(expected);
    for (size_t at = 0; at < size;) {
        const uint8_t *run;
        size_t n = byte_queue_peek(q, &run);
        assert_true(n > 0);
        n = n < size - at ? n : size - at;
        assert_memory_equal(run, expected + at, n);
        byte_queue_pop(q, n);
        at += n;
    }
}

/* Every place where a line can lie in the ring, wrapped or not. */
static void test_byte_queue_gives_back_what_went_in_at_every_offset(void **state)
{
    struct byte_queue *q = *state;
    assert_true(byte_queue_push(q, "-", 1, 0));
    for (int i = 0; i < 5 * CAPACITY; i++) {
        assert_true(byte_queue_push(q, "abcde", 5, 0));
        assert_true(byte_queue_push(q, "1234567-", 8, 0));
        assert_int_equal(byte_queue_size(q), 14);
        pop_expect(q, "-abcde1234567");
        assert_int_equal(byte_queue_size(q), 1);
    }
    assert_int_equal(atomic_load(&q->dropped), 0);
}

static void test_byte_queue_starts_over_when_empty(void **state)
{
    struct byte_queue *q = *state;
    const uint8_t *first, *run;
    assert_int_equal(byte_queue_peek(q, &first), 0);
    for (int i = 0; i < 5 * CAPACITY; i++) {
        assert_true(byte_queue_push(q, "abcde", 5, 0));
        assert_int_equal(byte_queue_peek(q, &run), 5);
        assert_ptr_equal(run, first);
        pop_expect(q, "abcde");
        assert_int_equal(byte_queue_peek(q, &run), 0);
    }
}

static void test_byte_queue_drops_the_whole_line_when_it_does_not_fit(void **state)
{
    struct byte_queue *q = *state;
    assert_true(byte_queue_push(q, "0123456789", 10, 0));
    assert_false(byte_queue_push(q, "abcdefg", 7, 0));
    assert_int_equal(byte_queue_size(q), 10);
    assert_int_equal(atomic_load(&q->dropped), 1);
    assert_true(byte_queue_push(q, "abcdef", 6, 0));
    pop_expect(q, "0123456789abcdef");
}

static void test_byte_queue_keeps_room_for_the_last_line(void **state)
{
    struct byte_queue *q = *state;
    assert_false(byte_queue_push(q, "0123456789", 10, 7));
    assert_true(byte_queue_push(q, "0123456789", 10, 6));
    assert_false(byte_queue_push(q, "a", 1, 6));
    assert_true(byte_queue_push(q, "summar", 6, 0));
    assert_false(byte_queue_push(q, "a", 1, 0));
    pop_expect(q, "0123456789summar");
    assert_false(byte_queue_push(q, "a", SIZE_MAX, SIZE_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_byte_queue_gives_back_what_went_in_at_every_offset, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_byte_queue_starts_over_when_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_byte_queue_drops_the_whole_line_when_it_does_not_fit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_byte_queue_keeps_room_for_the_last_line, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
