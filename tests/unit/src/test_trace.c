#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/clock.h"
#include "src/trace.h"
#include "src/trace_json.h"
#include "src/trace_sink.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint8_t instance[16] = {0xab, 1};

static struct trace_record record(void)
{
    struct trace_record r = {.kind = "bet", .refusal = "", .member = 2, .epoch = 3, .height = 40};
    for (unsigned i = 0; i < TRACE_MARKS; i++) {
        r.at_us[i] = 1000 + 10 * i;
    }
    for (unsigned i = 0; i < sizeof r.id; i++) {
        r.id[i] = (uint8_t)(i + 1);
    }
    return r;
}

/* The spans of the only scope; *root keeps them. */
static json_t *spans_of(const char *text, json_t **root)
{
    *root = json_loads(text, 0, NULL);
    json_t *spans = NULL;
    assert_non_null(*root);
    assert_int_equal(
        json_unpack(*root, "{s:[{s:[{s:o}]}]}", "resourceSpans", "scopeSpans", "spans", &spans), 0);
    return spans;
}

static const char *text_of(const json_t *span, const char *key)
{
    const char *text = json_string_value(json_object_get(span, key));
    assert_non_null(text);
    return text;
}

static void test_trace_json_makes_a_span_of_each_stage(void **state)
{
    (void)state;
    json_t *root;
    const struct trace_record r = record();
    char *text = trace_json(&r, 1, 5000000000, instance);
    assert_non_null(text);
    json_t *spans = spans_of(text, &root);
    assert_int_equal(json_array_size(spans), 1 + TRACE_STAGES);
    const json_t *first = json_array_get(spans, 0);
    assert_string_equal(text_of(first, "traceId"), "0102030405060708090a0b0c0d0e0f10");
    assert_string_equal(text_of(first, "spanId"), "1112131415161718");
    assert_string_equal(text_of(first, "startTimeUnixNano"), "5001000000");
    assert_string_equal(text_of(first, "endTimeUnixNano"), "5001080000");
    for (unsigned i = 0; i < TRACE_STAGES; i++) {
        const json_t *span = json_array_get(spans, 1 + i);
        char from[24], to[24];
        snprintf(from, sizeof from, "%" PRIu64, 5000000000 + r.at_us[i] * 1000);
        snprintf(to, sizeof to, "%" PRIu64, 5000000000 + r.at_us[i + 1] * 1000);
        assert_string_equal(text_of(span, "name"), trace_stage_names[i]);
        assert_string_equal(text_of(span, "traceId"), text_of(first, "traceId"));
        assert_string_equal(text_of(span, "parentSpanId"), text_of(first, "spanId"));
        assert_string_equal(text_of(span, "startTimeUnixNano"), from);
        assert_string_equal(text_of(span, "endTimeUnixNano"), to);
        for (unsigned k = 0; k <= i; k++) {
            assert_string_not_equal(
                text_of(span, "spanId"), text_of(json_array_get(spans, k), "spanId"));
        }
    }
    assert_null(strchr(text, '\n'));
    json_decref(root);
    free(text);
}

static void test_trace_json_leaves_out_stages_that_did_not_happen(void **state)
{
    (void)state;
    json_t *root;
    struct trace_record r = record();
    r.at_us[TRACE_PRESSED] = r.at_us[TRACE_PUSHED] = r.at_us[TRACE_DRAWN] = 0;
    r.refusal = "odds_limit";
    char *text = trace_json(&r, 1, 0, instance);
    json_t *spans = spans_of(text, &root);
    assert_int_equal(json_array_size(spans), 1 + TRACE_STAGES - 3);
    assert_string_equal(text_of(json_array_get(spans, 0), "startTimeUnixNano"), "1020000");
    assert_string_equal(text_of(json_array_get(spans, 0), "endTimeUnixNano"), "1070000");
    assert_string_equal(text_of(json_array_get(spans, 1), "name"), "sign");
    const char *message = NULL;
    int code = 0;
    assert_int_equal(json_unpack(json_array_get(spans, 0), "{s:{s:i, s:s}}", "status", "code",
                         &code, "message", &message),
        0);
    assert_int_equal(code, 2);
    assert_string_equal(message, "odds_limit");
    json_decref(root);
    free(text);
}

static void test_trace_url_takes_http_alone(void **state)
{
    (void)state;
    char url[TRACE_URL_BYTES];
    assert_true(trace_url(url, "http://127.0.0.1:4318"));
    assert_string_equal(url, "http://127.0.0.1:4318/v1/traces");
    assert_true(trace_url(url, "http://host/"));
    assert_string_equal(url, "http://host/v1/traces");
    assert_true(trace_url(url, "http://host:1/x/y?z"));
    assert_string_equal(url, "http://host:1/x/y?z");
    static const char *const bad[] = {"", "file", "http://", "http:///v1", "https://host/v1/traces",
        "http://user:word@host/", "http://host/a b", "http://host/\r\nX: y", "ftp://host"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(trace_url(url, bad[i]));
    }
    assert_true(trace_target_valid("file"));
    assert_true(trace_target_valid("/tmp/a:b"));
    assert_false(trace_target_valid(""));
    assert_false(trace_target_valid("https://host/v1/traces"));
    assert_false(trace_target_valid("http://user@host/"));
    char much[2 * TRACE_URL_BYTES];
    memset(much, 'x', sizeof much);
    much[sizeof much - 1] = '\0';
    memcpy(much, "http://", 7);
    assert_false(trace_url(url, much));
}

/* Everything in the file, by name of span; *lines is how many requests there are. */
static size_t count_spans(const char *path, const char *name, size_t *lines)
{
    static char line[1 << 20];
    size_t count = 0;
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    *lines = 0;
    while (fgets(line, sizeof line, f) != NULL) {
        json_t *root;
        json_t *spans = spans_of(line, &root);
        size_t i;
        json_t *span;
        json_array_foreach(spans, i, span)
        {
            count += strcmp(text_of(span, "name"), name) == 0;
        }
        ++*lines;
        json_decref(root);
    }
    fclose(f);
    return count;
}

static void test_trace_writes_every_operation_and_waits_for_its_picture(void **state)
{
    (void)state;
    char path[] = "/tmp/craps-trace-XXXXXX", problem[TRACE_PROBLEM_BYTES];
    int fd = mkstemp(path);
    struct trace *t = NULL;
    size_t lines;
    assert_true(fd >= 0);
    assert_int_equal(trace_create(&t, path, problem), 0);
    struct trace_record r = record();
    for (unsigned i = 0; i < TRACE_MARKS; i++) {
        r.at_us[i] = i < TRACE_SHOWN ? clock_now_us() : 0;
    }
    for (unsigned i = 1; i <= 200; i++) {
        trace_settled(t, &r);
        trace_applied(t, i % 2 == 0 ? i : 0); /* every other one without a screen */
    }
    trace_drawn(t, 100); /* shows all up to there; nobody sees the later ones */
    trace_destroy(t);
    assert_int_equal(count_spans(path, "operation", &lines), 200);
    assert_true(lines >= 4); /* a request has at most 64 */
    assert_int_equal(count_spans(path, "apply", &lines), 200);
    size_t drawn = count_spans(path, "draw", &lines);
    assert_true(drawn == 50);
    unlink(path);
    close(fd);
}

static void test_trace_drops_and_counts_when_the_disk_is_full(void **state)
{
    (void)state;
    char problem[TRACE_PROBLEM_BYTES];
    struct trace *t = NULL;
    if (access("/dev/full", W_OK) != 0) {
        skip();
    }
    assert_int_equal(trace_create(&t, "/dev/full", problem), 0);
    struct trace_record r = record();
    struct trace_counters c;
    trace_settled(t, &r);
    trace_applied(t, 0);
    do {
        c = trace_counters(t);
    } while (c.failures == 0);
    assert_int_equal(c.operations, 0);
    assert_int_equal(c.failures, 1);
    for (unsigned i = 0; i < 100; i++) {
        trace_settled(t, &r); /* more than a turn holds: dropped where they come */
    }
    trace_applied(t, 0);
    do {
        c = trace_counters(t);
    } while (c.dropped < 101);
    assert_int_equal(c.dropped, 101);
    assert_int_equal(c.failures, 1); /* not tried again at once */
    trace_destroy(t);
}

static void test_trace_create_refuses_where_it_cannot_write(void **state)
{
    (void)state;
    char problem[TRACE_PROBLEM_BYTES];
    struct trace *t = NULL;
    assert_int_equal(trace_create(&t, "/nowhere/at/all", problem), 73);
    assert_non_null(strstr(problem, "/nowhere/at/all"));
    assert_null(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trace_json_makes_a_span_of_each_stage),
        cmocka_unit_test(test_trace_json_leaves_out_stages_that_did_not_happen),
        cmocka_unit_test(test_trace_url_takes_http_alone),
        cmocka_unit_test(test_trace_writes_every_operation_and_waits_for_its_picture),
        cmocka_unit_test(test_trace_drops_and_counts_when_the_disk_is_full),
        cmocka_unit_test(test_trace_create_refuses_where_it_cannot_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
