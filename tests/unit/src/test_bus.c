#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/bus.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { CAPACITY = 8, ITEMS = 100000 };

/* An odd size, so that the last word is a part of one. All bytes say the same number. */
struct item {
    uint8_t bytes[37];
    uint8_t number[4];
};

static struct item item_of(uint32_t n)
{
    struct item i;
    memset(i.bytes, (int)(n * 31 & 0xff), sizeof i.bytes);
    memcpy(i.number, &n, sizeof i.number);
    return i;
}

static uint32_t number_of(const struct item *i)
{
    uint32_t n;
    memcpy(&n, i->number, sizeof n);
    return n;
}

static bool whole(const struct item *i)
{
    struct item want = item_of(number_of(i));
    return memcmp(&want, i, sizeof want) == 0;
}

static bool readable(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

static void publish(struct bus *b, uint32_t n)
{
    struct item i = item_of(n);
    bus_publish(b, &i);
}

static void test_bus_refuses_sizes_it_cannot_have(void **state)
{
    (void)state;
    assert_null(bus_create(0, 8));
    assert_null(bus_create(4, 0));
    assert_null(bus_create(4, 1));
    assert_null(bus_create(4, 12));
    bus_destroy(NULL);
}

static void test_bus_gives_each_subscriber_everything_in_order(void **state)
{
    (void)state;
    struct bus *b = bus_create(sizeof(struct item), CAPACITY);
    struct item item;
    uint64_t lost;
    assert_non_null(b);
    publish(b, 1000); /* nobody listens yet */
    int one = bus_subscribe(b), two;
    publish(b, 0);
    two = bus_subscribe(b);
    for (uint32_t n = 1; n < CAPACITY; n++) {
        publish(b, n);
    }
    for (uint32_t n = 0; n < CAPACITY; n++) {
        assert_true(bus_next(b, one, &item, &lost));
        assert_true(whole(&item) && number_of(&item) == n && lost == 0);
    }
    for (uint32_t n = 1; n < CAPACITY; n++) {
        assert_true(bus_next(b, two, &item, &lost));
        assert_true(whole(&item) && number_of(&item) == n && lost == 0);
    }
    assert_false(bus_next(b, one, &item, &lost));
    assert_false(bus_next(b, two, &item, &lost));
    bus_destroy(b);
}

/* Every backlog from none to three times round. */
static void test_bus_tells_a_slow_subscriber_exactly_what_it_lost(void **state)
{
    (void)state;
    for (uint32_t backlog = 0; backlog <= 3 * CAPACITY; backlog++) {
        struct bus *b = bus_create(sizeof(struct item), CAPACITY);
        struct item item;
        uint64_t lost, sum = 0;
        uint32_t got = 0, last = 0;
        assert_non_null(b);
        int slow = bus_subscribe(b);
        for (uint32_t n = 1; n <= backlog; n++) {
            publish(b, n);
        }
        while (bus_next(b, slow, &item, &lost)) {
            assert_true(whole(&item));
            assert_true(number_of(&item) == last + lost + 1);
            last = number_of(&item);
            sum += lost;
            got++;
        }
        assert_int_equal(last, backlog);
        assert_int_equal(got, backlog < CAPACITY ? backlog : CAPACITY);
        assert_int_equal(sum, backlog - got);
        bus_destroy(b);
    }
}

static void test_bus_rings_once_until_it_is_cleared(void **state)
{
    (void)state;
    struct bus *b = bus_create(sizeof(struct item), CAPACITY);
    assert_non_null(b);
    int id = bus_subscribe(b), fd = bus_fd(b, id);
    assert_true(fd >= 0);
    assert_false(readable(fd));
    publish(b, 1);
    publish(b, 2);
    assert_true(readable(fd));
    bus_clear(b, id);
    assert_false(readable(fd));
    publish(b, 3);
    assert_true(readable(fd));
    bus_clear(b, id);
    bus_wake(b, id);
    assert_true(readable(fd));
    bus_clear(b, id);
    bus_clear(b, id);
    assert_false(readable(fd));
    bus_destroy(b);
}

static void test_bus_has_room_for_so_many_and_no_more(void **state)
{
    (void)state;
    struct bus *b = bus_create(sizeof(struct item), CAPACITY);
    struct item item;
    uint64_t lost;
    assert_non_null(b);
    for (int i = 0; i < BUS_SUBSCRIBERS_MAX; i++) {
        assert_int_equal(bus_subscribe(b), i);
    }
    assert_int_equal(bus_subscribe(b), -1);
    publish(b, 1);
    bus_unsubscribe(b, 3);
    assert_int_equal(bus_fd(b, 3), -1);
    assert_false(bus_next(b, 3, &item, &lost));
    publish(b, 2);
    assert_int_equal(bus_subscribe(b), 3);
    assert_false(readable(bus_fd(b, 3))); /* nothing of the one before */
    assert_false(bus_next(b, 3, &item, &lost));
    static const int strangers[] = {-1, BUS_SUBSCRIBERS_MAX, 1000};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(bus_fd(b, strangers[i]), -1);
        assert_false(bus_next(b, strangers[i], &item, &lost));
        bus_clear(b, strangers[i]);
        bus_wake(b, strangers[i]);
        bus_unsubscribe(b, strangers[i]);
    }
    bus_destroy(b);
}

struct listener {
    pthread_t thread;
    struct bus *bus;
    int id;
    uint64_t got, lost;
    bool torn, out_of_order;
};

static void *listen_all(void *argument)
{
    struct listener *l = argument;
    uint32_t last = 0;
    while (last < ITEMS) {
        struct pollfd p = {.fd = bus_fd(l->bus, l->id), .events = POLLIN};
        poll(&p, 1, -1);
        bus_clear(l->bus, l->id);
        struct item item;
        uint64_t lost;
        while (bus_next(l->bus, l->id, &item, &lost)) {
            l->torn = l->torn || !whole(&item);
            l->out_of_order = l->out_of_order || number_of(&item) != last + lost + 1;
            l->lost += lost;
            l->got++;
            last = number_of(&item);
        }
    }
    return NULL;
}

/* They sleep on their descriptors: a wake-up that is lost would hang this test. */
static void test_bus_never_tears_an_item_nor_loses_one_unseen(void **state)
{
    (void)state;
    struct listener listeners[2];
    struct bus *b = bus_create(sizeof(struct item), 64);
    assert_non_null(b);
    memset(listeners, 0, sizeof listeners);
    for (int i = 0; i < 2; i++) {
        listeners[i].bus = b;
        listeners[i].id = bus_subscribe(b);
        assert_int_equal(pthread_create(&listeners[i].thread, NULL, listen_all, &listeners[i]), 0);
    }
    for (uint32_t n = 1; n <= ITEMS; n++) {
        publish(b, n);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(listeners[i].thread, NULL);
        assert_false(listeners[i].torn);
        assert_false(listeners[i].out_of_order);
        assert_int_equal(listeners[i].got + listeners[i].lost, ITEMS);
    }
    bus_destroy(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bus_refuses_sizes_it_cannot_have),
        cmocka_unit_test(test_bus_gives_each_subscriber_everything_in_order),
        cmocka_unit_test(test_bus_tells_a_slow_subscriber_exactly_what_it_lost),
        cmocka_unit_test(test_bus_rings_once_until_it_is_cleared),
        cmocka_unit_test(test_bus_has_room_for_so_many_and_no_more),
        cmocka_unit_test(test_bus_never_tears_an_item_nor_loses_one_unseen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
