#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/snapshot.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

enum { WORDS = 128, UPDATES = 2000, WRITERS = 3, READERS = 2, BIG_WORDS = 1 << 16 };

/* Every word is the same number: a reader that sees two has seen a value while it was changed or
 * reused. */
struct value {
    uint64_t words[WORDS];
};

static bool add_one(void *value, void *argument)
{
    (void)argument;
    struct value *v = value;
    for (size_t i = 0; i < WORDS; i++) {
        v->words[i]++;
    }
    return true;
}

static bool even(const struct value *v)
{
    for (size_t i = 1; i < WORDS; i++) {
        if (v->words[i] != v->words[0]) {
            return false;
        }
    }
    return true;
}

static uint64_t now(struct snapshot_store *s, uint64_t *version)
{
    const struct value *v = snapshot_acquire(s, version);
    uint64_t number = even(v) ? v->words[0] : UINT64_MAX;
    snapshot_release(s);
    return number;
}

static void test_snapshot_starts_with_a_copy_and_counts_versions(void **state)
{
    (void)state;
    struct value first;
    uint64_t version;
    memset(&first, 7, sizeof first);
    struct snapshot_store *s = snapshot_create(sizeof first, &first, NULL);
    assert_non_null(s);
    uint64_t began = first.words[0];
    memset(&first, 0, sizeof first);
    assert_true(snapshot_thread_begin(s));
    assert_true(now(s, &version) == began && version == 1);
    for (uint64_t i = 1; i <= 1000; i++) {
        assert_int_equal(snapshot_update(s, add_one, NULL), ERR_OK);
        assert_true(now(s, &version) == began + i && version == i + 1);
        assert_true(now(s, NULL) == began + i);
    }
    struct snapshot_counters c = snapshot_counters(s);
    assert_int_equal(c.version, 1001);
    assert_int_equal(c.swaps, 1000);
    assert_int_equal(c.swaps_failed + c.gave_up, 0);
    assert_int_equal(c.updates_timed, 1000);
    assert_true(c.update_ns_max >= c.update_ns_last && c.update_ns_sum >= c.update_ns_max);
    assert_true(c.reclaimed >= 900);
    snapshot_thread_end(s);
    assert_int_equal(snapshot_counters(s).swaps, 1000);
    snapshot_destroy(s);
    snapshot_destroy(NULL);
}

static bool refuse(void *value, void *argument)
{
    add_one(value, NULL);
    ++*(unsigned *)argument;
    return false;
}

static void test_snapshot_changes_nothing_when_the_change_gives_up(void **state)
{
    (void)state;
    struct value first = {{0}};
    unsigned calls = 0;
    uint64_t version;
    struct snapshot_store *s = snapshot_create(sizeof first, &first, NULL);
    assert_true(snapshot_thread_begin(s));
    for (int i = 0; i < 300; i++) {
        assert_int_equal(snapshot_update(s, refuse, &calls), ERR_OK);
    }
    assert_int_equal(calls, 300);
    assert_true(now(s, &version) == 0 && version == 1);
    snapshot_thread_end(s);
    snapshot_destroy(s);
}

static unsigned copies;

static void copy_some(void *to, const void *from)
{
    copies++;
    memcpy(to, from, sizeof(struct value));
}

static void test_snapshot_uses_the_copy_it_was_given(void **state)
{
    (void)state;
    struct value first = {{0}};
    copies = 0;
    struct snapshot_store *s = snapshot_create(sizeof first, &first, copy_some);
    assert_true(snapshot_thread_begin(s));
    assert_int_equal(snapshot_update(s, add_one, NULL), ERR_OK);
    assert_int_equal(copies, 2);
    snapshot_thread_end(s);
    snapshot_destroy(s);
}

struct held {
    struct snapshot_store *store;
    uint64_t updates, refused;
};

static void *update_until_refused(void *argument)
{
    struct held *h = argument;
    snapshot_thread_begin(h->store);
    while (h->refused == 0 && h->updates < UPDATES) {
        enum err err = snapshot_update(h->store, add_one, NULL);
        h->updates += err == ERR_OK;
        h->refused += err == ERR_AGAIN;
    }
    snapshot_thread_end(h->store);
    return NULL;
}

/* A reader that stays inside keeps its value, the updater goes on with spare ones, is told when they
 * are used up, and ends, all without waiting. */
static void test_snapshot_update_does_not_wait_for_a_reader(void **state)
{
    (void)state;
    struct value first = {{0}};
    struct held h = {0};
    pthread_t thread;
    h.store = snapshot_create(sizeof first, &first, NULL);
    assert_true(snapshot_thread_begin(h.store));
    const struct value *held = snapshot_acquire(h.store, NULL);
    assert_int_equal(pthread_create(&thread, NULL, update_until_refused, &h), 0);
    pthread_join(thread, NULL);
    assert_int_equal(h.refused, 1);
    assert_true(h.updates >= 64);
    assert_true(even(held) && held->words[0] == 0);
    /* Nor are the values of a thread that ended used again before that. */
    uint64_t updates = h.updates;
    h.refused = 0;
    assert_int_equal(pthread_create(&thread, NULL, update_until_refused, &h), 0);
    pthread_join(thread, NULL);
    assert_true(h.refused == 1 && h.updates >= updates + 32);
    assert_true(even(held) && held->words[0] == 0);
    snapshot_release(h.store);
    assert_true(now(h.store, NULL) == h.updates);
    /* And afterwards everything goes on. */
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(snapshot_update(h.store, add_one, NULL), ERR_OK);
    }
    snapshot_thread_end(h.store);
    snapshot_destroy(h.store);
}

/* Two readers of whom one is always inside. */
struct relay {
    struct snapshot_store *store;
    atomic_uint round, entered;
    unsigned rounds;
    atomic_uint me;
};

static void *take_turns(void *argument)
{
    struct relay *r = argument;
    unsigned me = atomic_fetch_add(&r->me, 1) % 2;
    snapshot_thread_begin(r->store);
    for (unsigned n = me; n < r->rounds; n += 2) {
        while (atomic_load(&r->round) < n) {
            sched_yield();
        }
        const struct value *v = snapshot_acquire(r->store, NULL);
        uint64_t number = v->words[0];
        atomic_store(&r->entered, n + 1); /* the other one may leave */
        while (atomic_load(&r->entered) < n + 2 && n + 1 < r->rounds) {
            sched_yield();
        }
        assert_true(even(v) && v->words[0] == number);
        snapshot_release(r->store);
    }
    snapshot_thread_end(r->store);
    return NULL;
}

static void test_snapshot_updates_go_on_when_somebody_else_is_always_inside(void **state)
{
    (void)state;
    struct value first = {{0}};
    struct relay r = {.rounds = 300};
    pthread_t threads[2];
    r.store = snapshot_create(sizeof first, &first, NULL);
    assert_true(snapshot_thread_begin(r.store));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, take_turns, &r), 0);
    }
    for (unsigned n = 0; n < r.rounds; n++) {
        atomic_store(&r.round, n);
        while (atomic_load(&r.entered) < n + 1) {
            sched_yield();
        }
        for (int i = 0; i < 5; i++) {
            assert_int_equal(snapshot_update(r.store, add_one, NULL), ERR_OK);
        }
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_true(now(r.store, NULL) == 1500);
    snapshot_thread_end(r.store);
    snapshot_destroy(r.store);
}

struct worker {
    pthread_t thread;
    struct snapshot_store *store;
    bool burst;
    atomic_bool *stop;
    uint64_t done, given_up;
    bool uneven, backwards;
};

static void *write_many(void *argument)
{
    struct worker *w = argument;
    snapshot_thread_begin(w->store);
    if (w->burst) {
        snapshot_burst_begin(w->store);
    }
    while (w->done < UPDATES) {
        if (snapshot_update(w->store, add_one, NULL) == ERR_OK) {
            w->done++;
        } else {
            w->given_up++; /* a reader was stopped inside: let it go on */
            sched_yield();
        }
    }
    if (w->burst) {
        snapshot_burst_end(w->store);
    }
    snapshot_thread_end(w->store);
    return NULL;
}

static void *read_many(void *argument)
{
    struct worker *w = argument;
    uint64_t last = 0, version;
    snapshot_thread_begin(w->store);
    if (w->burst) {
        snapshot_burst_begin(w->store);
    }
    while (!atomic_load(w->stop)) {
        const struct value *v =
            w->burst ? snapshot_peek(w->store, &version) : snapshot_acquire(w->store, &version);
        w->uneven = w->uneven || !even(v) || v->words[0] + 1 != version;
        w->backwards = w->backwards || version < last;
        last = version;
        w->done++;
        if (w->burst) {
            snapshot_burst_step(w->store);
        } else {
            snapshot_release(w->store);
        }
    }
    if (w->burst) {
        snapshot_burst_end(w->store);
    }
    snapshot_thread_end(w->store);
    return NULL;
}

static void test_snapshot_loses_no_update_and_shows_no_torn_value(void **state)
{
    (void)state;
    for (int burst = 0; burst < 2; burst++) {
        struct value first = {{0}};
        atomic_bool stop = false;
        struct worker workers[WRITERS + READERS];
        memset(workers, 0, sizeof workers);
        struct snapshot_store *s = snapshot_create(sizeof first, &first, NULL);
        for (int i = 0; i < WRITERS + READERS; i++) {
            workers[i].store = s;
            workers[i].stop = &stop;
            workers[i].burst = burst == 1;
            void *(*run)(void *) = i < WRITERS ? write_many : read_many;
            assert_int_equal(pthread_create(&workers[i].thread, NULL, run, &workers[i]), 0);
        }
        uint64_t given_up = 0;
        for (int i = 0; i < WRITERS + READERS; i++) {
            if (i == WRITERS) {
                atomic_store(&stop, true);
            }
            pthread_join(workers[i].thread, NULL);
            assert_false(workers[i].uneven);
            assert_false(workers[i].backwards);
            given_up += workers[i].given_up;
        }
        struct snapshot_counters c = snapshot_counters(s);
        assert_int_equal(c.swaps, WRITERS * UPDATES);
        assert_int_equal(c.gave_up, given_up);
        assert_true(snapshot_thread_begin(s));
        assert_true(now(s, NULL) == WRITERS * UPDATES);
        snapshot_thread_end(s);
        snapshot_destroy(s);
    }
}

enum { SPINS = 20000 };

static void *update_some(void *argument)
{
    struct held *h = argument;
    snapshot_thread_begin(h->store);
    while (h->updates < 500) {
        h->updates += snapshot_update(h->store, add_one, NULL) == ERR_OK;
    }
    snapshot_thread_end(h->store);
    return NULL;
}

/* The updater has spare values for a while; then it has to wait for our step before it may reuse
 * what we look at. */
static void test_snapshot_keeps_a_peeked_value_until_the_step(void **state)
{
    (void)state;
    struct value first = {{0}};
    struct held h = {0};
    pthread_t thread;
    h.store = snapshot_create(sizeof first, &first, NULL);
    assert_true(snapshot_thread_begin(h.store));
    snapshot_burst_begin(h.store);
    const struct value *held = snapshot_peek(h.store, NULL);
    assert_int_equal(pthread_create(&thread, NULL, update_some, &h), 0);
    while (snapshot_counters(h.store).swaps < 30) {
        assert_true(even(held) && held->words[0] == 0);
    }
    for (int i = 0; i < SPINS; i++) {
        assert_true(even(held) && held->words[0] == 0);
    }
    snapshot_burst_end(h.store);
    pthread_join(thread, NULL);
    assert_true(now(h.store, NULL) == 500);
    snapshot_thread_end(h.store);
    snapshot_destroy(h.store);
}

static bool touch(void *value, void *argument)
{
    (void)argument;
    ((uint64_t *)value)[BIG_WORDS - 1]++;
    return true;
}

static void test_snapshot_recycles_big_values_and_knows_two_stores(void **state)
{
    (void)state;
    static uint64_t big[BIG_WORDS];
    uint64_t small = 5;
    struct snapshot_store *a = snapshot_create(sizeof big, big, NULL);
    struct snapshot_store *b = snapshot_create(sizeof small, &small, NULL);
    assert_true(snapshot_thread_begin(a));
    assert_true(snapshot_thread_begin(b));
    for (int i = 0; i < 200; i++) {
        assert_int_equal(snapshot_update(a, touch, NULL), ERR_OK);
    }
    /* All but the values that are out now came back. */
    assert_true(snapshot_counters(a).reclaimed >= 190);
    const uint64_t *in_a = snapshot_acquire(a, NULL);
    const uint64_t *in_b = snapshot_acquire(b, NULL);
    assert_true(in_a[BIG_WORDS - 1] == 200 && *in_b == 5);
    snapshot_release(b);
    assert_true(in_a[BIG_WORDS - 1] == 200);
    snapshot_release(a);
    snapshot_thread_end(a);
    snapshot_thread_end(b);
    snapshot_destroy(a);
    snapshot_destroy(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snapshot_starts_with_a_copy_and_counts_versions),
        cmocka_unit_test(test_snapshot_changes_nothing_when_the_change_gives_up),
        cmocka_unit_test(test_snapshot_uses_the_copy_it_was_given),
        cmocka_unit_test(test_snapshot_update_does_not_wait_for_a_reader),
        cmocka_unit_test(test_snapshot_updates_go_on_when_somebody_else_is_always_inside),
        cmocka_unit_test(test_snapshot_keeps_a_peeked_value_until_the_step),
        cmocka_unit_test(test_snapshot_loses_no_update_and_shows_no_torn_value),
        cmocka_unit_test(test_snapshot_recycles_big_values_and_knows_two_stores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
