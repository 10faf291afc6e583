#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/metrics_address.h"
#include "src/metrics_page.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

enum { ROOM = 4096 };

static char text[ROOM + 1];

static void expect_text(struct metrics_text *t, const char *expected)
{
    assert_false(t->full);
    t->text[t->size] = '\0';
    assert_string_equal(t->text, expected);
}

static void test_histogram_add_counts_at_each_bound(void **state)
{
    (void)state;
    for (unsigned i = 0; i < HISTOGRAM_BOUNDS; i++) {
        struct histogram h = {0};
        histogram_add(&h, histogram_bounds_us[i]);     /* inclusive */
        histogram_add(&h, histogram_bounds_us[i] + 1); /* the next one */
        assert_int_equal(h.buckets[i], 1);
        assert_int_equal(h.buckets[i + 1], 1);
        assert_int_equal(h.count, 2);
        assert_int_equal(h.sum_us, 2 * (uint64_t)histogram_bounds_us[i] + 1);
    }
    struct histogram h = {0};
    histogram_add(&h, 0);
    histogram_add(&h, UINT32_MAX);
    assert_int_equal(h.buckets[0], 1);
    assert_int_equal(h.buckets[HISTOGRAM_BOUNDS], 1);
}

static void test_metrics_text_histogram_is_cumulative_and_in_seconds(void **state)
{
    (void)state;
    struct histogram h = {0};
    struct metrics_text t = metrics_text_of(text, ROOM);
    histogram_add(&h, 400);
    histogram_add(&h, 1500);
    histogram_add(&h, 1500);
    histogram_add(&h, 20000000);
    metrics_text_family(&t, "a_seconds", METRIC_HISTOGRAM, "x");
    metrics_text_histogram(&t, &h);
    expect_text(&t, "# HELP a_seconds x\n# TYPE a_seconds histogram\n"
                    "a_seconds_bucket{le=\"0.0005\"} 1\na_seconds_bucket{le=\"0.001\"} 1\n"
                    "a_seconds_bucket{le=\"0.002\"} 3\na_seconds_bucket{le=\"0.005\"} 3\n"
                    "a_seconds_bucket{le=\"0.01\"} 3\na_seconds_bucket{le=\"0.02\"} 3\n"
                    "a_seconds_bucket{le=\"0.05\"} 3\na_seconds_bucket{le=\"0.1\"} 3\n"
                    "a_seconds_bucket{le=\"0.2\"} 3\na_seconds_bucket{le=\"0.5\"} 3\n"
                    "a_seconds_bucket{le=\"1\"} 3\na_seconds_bucket{le=\"2\"} 3\n"
                    "a_seconds_bucket{le=\"5\"} 3\na_seconds_bucket{le=\"10\"} 3\n"
                    "a_seconds_bucket{le=\"+Inf\"} 4\na_seconds_sum 20.0034\na_seconds_count 4\n");
}

static void test_metrics_text_escapes_labels_and_help(void **state)
{
    (void)state;
    struct metrics_text t = metrics_text_of(text, ROOM);
    metrics_text_family(&t, "a_total", METRIC_COUNTER, "\"quoted\" \\ and\nmore");
    metrics_text_count(&t, "k", "\"a\\b\n\xc3\xa4\xff", 7);
    expect_text(&t, "# HELP a_total \"quoted\" \\\\ and\\nmore\n# TYPE a_total counter\n"
                    "a_total{k=\"\\\"a\\\\b\\n\xc3\xa4?\"} 7\n");
}

static void test_metrics_text_writes_numbers_exactly(void **state)
{
    (void)state;
    static const struct {
        double number;
        const char *text;
    } rows[] = {{0, "a 0\n"}, {0.1, "a 0.1\n"}, {1e-9, "a 1e-09\n"}, {-2.5, "a -2.5\n"},
        {1795293890.024, "a 1795293890.024\n"}, {1e300, "a 1e+300\n"}, {INFINITY, "a +Inf\n"},
        {-INFINITY, "a -Inf\n"}, {NAN, "a NaN\n"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct metrics_text t = metrics_text_of(text, ROOM);
        t.name = "a";
        metrics_text_number(&t, NULL, NULL, rows[i].number);
        expect_text(&t, rows[i].text);
    }
    struct metrics_text t = metrics_text_of(text, ROOM);
    t.name = "a";
    metrics_text_count(&t, NULL, NULL, UINT64_MAX);
    expect_text(&t, "a 18446744073709551615\n");
}

static void test_metrics_text_leaves_out_what_finds_no_room(void **state)
{
    (void)state;
    for (size_t room = 0; room < 60; room++) {
        struct metrics_text t = metrics_text_of(text, room);
        memset(text, 'z', sizeof text);
        metrics_text_family(&t, "a", METRIC_GAUGE, "x");
        metrics_text_count(&t, "k", "v", 1);
        metrics_text_count(&t, "k", "w", 2);
        assert_int_equal(t.full, room < 48);
        assert_true(t.size == 0 || text[t.size - 1] == '\n'); /* whole lines */
        assert_int_equal(text[room], 'z');
    }
}

static void test_metrics_page_has_room_for_the_largest_numbers(void **state)
{
    (void)state;
    static char page_text[METRICS_PAGE_BYTES];
    static struct metrics_page page;
    memset(&page.values, 0xff, sizeof page.values);
    memset(&page.process, 0x7f, sizeof page.process);
    struct metrics_text t = metrics_text_of(page_text, sizeof page_text);
    metrics_page_write(&t, &page);
    assert_false(t.full);
    assert_true(t.size < METRICS_PAGE_BYTES / 2);
    assert_int_equal(page_text[t.size - 1], '\n');
    assert_null(memchr(page_text, '\0', t.size));
}

static void test_metrics_address_parse_is_local_unless_told_otherwise(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where;
        bool loopback;
    } rows[] = {
        {"9100", "127.0.0.1:9100", true},
        {":9100", "127.0.0.1:9100", true},
        {"localhost:0", "127.0.0.1:0", true},
        {"127.0.0.2:65535", "127.0.0.2:65535", true},
        {"0.0.0.0:9100", "0.0.0.0:9100", false},
        {"192.168.1.20:9100", "192.168.1.20:9100", false},
        {"[::1]:9100", "[::1]:9100", true},
        {"[::]:9100", "[::]:9100", false},
        {"[fe80::1]:1", "[fe80::1]:1", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct metrics_address a;
        char where[METRICS_ADDRESS_TEXT];
        assert_true(metrics_address_parse(&a, rows[i].text));
        metrics_address_text(&a, where);
        assert_string_equal(where, rows[i].where);
        assert_int_equal(a.loopback, rows[i].loopback);
    }
    static const char *const bad[] = {"", ":", "x", "65536", "-1", "09100", "1.2.3:9100",
        "1.2.3.4.5:9100", "127.0.0.1", "127.0.0.1:", "[::1]", "[::1]:", "[::1:9100", "::1:9100",
        "[]:1", "[:1", "]:1", "[127.0.0.1]:9100", "example.org:9100", "127.0.0.1:9100 ",
        "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct metrics_address a;
        assert_false(metrics_address_parse(&a, bad[i]));
    }
}

struct asker {
    struct metrics *metrics;
    pthread_t writer;
    atomic_bool asked, done;
    struct metrics_values got;
};

static void on_wake(void *self)
{
    struct asker *a = self;
    atomic_store(&a->asked, true);
}

/* The part of the manager: answers when it is asked, and not before. */
static void *write_values(void *argument)
{
    struct asker *a = argument;
    uint64_t answers = 0;
    assert_true(metrics_writer_begin(a->metrics));
    assert_false(metrics_wanted(a->metrics));
    metrics_set_wake(a->metrics, on_wake, a);
    while (!atomic_load(&a->done)) {
        if (metrics_wanted(a->metrics)) {
            struct metrics_values v = {.at_us = ++answers, .height = 100 * answers};
            metrics_publish(a->metrics, &v);
        }
    }
    metrics_writer_end(a->metrics);
    return NULL;
}

static void test_metrics_read_gives_what_was_published_after_the_question(void **state)
{
    (void)state;
    struct asker a = {.metrics = metrics_create()};
    assert_non_null(a.metrics);
    assert_true(metrics_reader_begin(a.metrics));
    metrics_read(a.metrics, &a.got); /* nobody is there yet */
    assert_int_equal(a.got.at_us, 0);
    assert_int_equal(pthread_create(&a.writer, NULL, write_values, &a), 0);
    uint64_t last = 0;
    while (last < 100) {
        metrics_read(a.metrics, &a.got);
        assert_int_equal(a.got.height, 100 * a.got.at_us); /* of one moment */
        assert_true(a.got.at_us >= last);
        last = a.got.at_us;
    }
    assert_true(atomic_load(&a.asked)); /* it was woken */
    atomic_store(&a.done, true);
    pthread_join(a.writer, NULL);
    metrics_read(a.metrics, &a.got); /* it does not answer any more: the newest that is there */
    assert_int_equal(a.got.at_us, last);
    metrics_reader_end(a.metrics);
    metrics_destroy(a.metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_histogram_add_counts_at_each_bound),
        cmocka_unit_test(test_metrics_text_histogram_is_cumulative_and_in_seconds),
        cmocka_unit_test(test_metrics_text_escapes_labels_and_help),
        cmocka_unit_test(test_metrics_text_writes_numbers_exactly),
        cmocka_unit_test(test_metrics_text_leaves_out_what_finds_no_room),
        cmocka_unit_test(test_metrics_page_has_room_for_the_largest_numbers),
        cmocka_unit_test(test_metrics_address_parse_is_local_unless_told_otherwise),
        cmocka_unit_test(test_metrics_read_gives_what_was_published_after_the_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
