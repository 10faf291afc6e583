#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/queue.h"

#include <pthread.h>

static void test_queue_refuses_when_full_and_counts(void **state)
{
    (void)state;
    uint32_t items[4];
    struct queue q;
    queue_init(&q, items, sizeof items[0], 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_true(queue_push(&q, &i));
    }
    uint32_t more = 9;
    assert_false(queue_push(&q, &more));
    assert_int_equal(atomic_load(&q.refused), 1);
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t out;
        assert_true(queue_pop(&q, &out));
        assert_int_equal(out, i);
    }
    assert_false(queue_pop(&q, &more));
}

enum { TRANSFERS = 20000 };

static void *produce(void *arg)
{
    struct queue *q = arg;
    for (uint64_t i = 0; i < TRANSFERS;) {
        if (queue_push(q, &i)) {
            i++;
        }
    }
    return NULL;
}

static void test_queue_keeps_order_between_two_threads(void **state)
{
    (void)state;
    static uint64_t items[64];
    static struct queue q;
    queue_init(&q, items, sizeof items[0], 64);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, produce, &q), 0);
    for (uint64_t want = 0; want < TRANSFERS;) {
        uint64_t got;
        if (queue_pop(&q, &got)) {
            assert_true(got == want);
            want++;
        }
    }
    pthread_join(thread, NULL);
    assert_int_equal(queue_length(&q), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_refuses_when_full_and_counts),
        cmocka_unit_test(test_queue_keeps_order_between_two_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
