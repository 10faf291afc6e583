#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "src/snapshot.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

/* Updates of several threads at once: deterministic meetings first, then a race whose every outcome
 * is checked. */
enum { WRITERS_MAX = SNAPSHOT_SLOTS + 3, READERS = 2, WORDS = 128, HELPERS = 4 };

static unsigned updates_each = 4000;

/* In the race, threads lose their core where it hurts. */
static _Thread_local uint32_t random_state;

static void stumble(void)
{
    if (random_state == 0) {
        return;
    }
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    if (random_state % 16 == 0) {
        sched_yield();
    }
}

/* Writer w's change is its nth one exactly when counts[w] is n - 1. */
struct value {
    uint64_t counts[WRITERS_MAX];
    uint64_t total;
    uint64_t faults;       /* changes out of order, lost or twice */
    uint64_t words[WORDS]; /* all like `total`: a torn value has two */
};

struct step {
    uint64_t writer, number;
    bool unwanted;
};

static bool count_step(void *value, void *argument)
{
    struct value *v = value;
    const struct step *step = argument;
    v->faults += v->counts[step->writer] + 1 != step->number;
    stumble();
    v->counts[step->writer] = step->number;
    v->total++;
    for (size_t i = 0; i < WORDS; i++) {
        v->words[i]++;
    }
    return !step->unwanted;
}

static bool whole(const struct value *v)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < WRITERS_MAX; i++) {
        sum += v->counts[i];
    }
    for (size_t i = 0; i < WORDS; i++) {
        if (v->words[i] != v->total) {
            return false;
        }
    }
    return v->faults == 0 && sum == v->total;
}

static struct snapshot_store *new_store(void)
{
    static const struct value nothing;
    struct snapshot_store *s = snapshot_create(sizeof nothing, &nothing, NULL);
    assert_non_null(s);
    return s;
}

static uint64_t total(struct snapshot_store *s)
{
    const struct value *v = snapshot_acquire(s, NULL);
    uint64_t n = whole(v) ? v->total : UINT64_MAX;
    snapshot_release(s);
    return n;
}

static void test_snapshot_combine_is_an_update_when_nobody_else_writes(void **state)
{
    (void)state;
    struct snapshot_store *s = new_store();
    uint64_t version;
    assert_true(snapshot_thread_begin(s));
    for (uint64_t i = 1; i <= 500; i++) {
        struct step step = {.number = i};
        assert_int_equal(snapshot_combine(s, count_step, &step, sizeof step), ERR_OK);
        assert_int_equal(total(s), i);
        step.unwanted = true;
        step.number++;
        assert_int_equal(snapshot_combine(s, count_step, &step, sizeof step), ERR_OK);
        assert_int_equal(total(s), i);
    }
    snapshot_acquire(s, &version);
    snapshot_release(s);
    assert_int_equal(version, 501);
    struct snapshot_counters c = snapshot_counters(s);
    assert_true(c.swaps == 500 && c.version == 501);
    assert_true(c.swaps_failed + c.combined + c.waited_in_vain + c.gave_up + c.retries_max == 0);
    assert_int_equal(c.retries[0], 1000);
    uint64_t timed = 0;
    for (int i = 0; i < SNAPSHOT_NS_BUCKETS; i++) {
        timed += c.update_ns_log2[i];
    }
    assert_true(timed == 1000 && c.updates_timed == 1000);
    snapshot_thread_end(s);
    snapshot_destroy(s);
}

/* Meetings. Each thread that plays a part asks for its next step from another one's change. */
static _Thread_local int part;
struct meeting {
    struct snapshot_store *store;
    atomic_uint asked, done; /* of the helpers: so many updates */
    unsigned updates;        /* that a helper does before it ends */
    atomic_uint runs;        /* of the change, on its own thread */
    atomic_bool inside, leave;
};
static struct meeting *meeting;

static void wait_until(atomic_uint *what, unsigned least)
{
    while (atomic_load(what) < least) {
        sched_yield();
    }
}

static void have_one_done(struct meeting *m)
{
    unsigned asked = atomic_fetch_add(&m->asked, 1) + 1;
    if (asked <= m->updates) { /* more are not expected, and the counts will say so */
        wait_until(&m->done, asked);
    }
}

/* Takes its turns until all were asked for; a few of these share them, so that none runs out of
 * values while the one that asks is looking on. */
static void *do_what_is_asked(void *argument)
{
    struct meeting *m = argument;
    static atomic_uint helpers;
    unsigned mine = atomic_fetch_add(&helpers, 1) % HELPERS;
    snapshot_thread_begin(m->store);
    for (unsigned n = 1; n <= m->updates; n++) {
        if (n % HELPERS != mine) {
            continue;
        }
        wait_until(&m->asked, n);
        struct step step = {.writer = 1, .number = n};
        if (snapshot_update(m->store, count_step, &step) != ERR_OK) {
            break;
        }
        atomic_store(&m->done, n);
    }
    snapshot_thread_end(m->store);
    return NULL;
}

/* Loses its race each time it runs on its own thread. */
static bool lose(void *value, void *argument)
{
    (void)count_step(value, argument);
    if (part == 1) {
        atomic_fetch_add(&meeting->runs, 1);
        have_one_done(meeting);
    }
    return true;
}

static void meet(struct meeting *m, pthread_t helpers[HELPERS])
{
    m->store = new_store();
    meeting = m;
    part = 1;
    assert_true(snapshot_thread_begin(m->store));
    for (int i = 0; i < HELPERS; i++) {
        assert_int_equal(pthread_create(&helpers[i], NULL, do_what_is_asked, m), 0);
    }
}

static void part_from(struct meeting *m, pthread_t helpers[HELPERS])
{
    part = 0;
    for (int i = 0; i < HELPERS; i++) {
        pthread_join(helpers[i], NULL);
    }
    snapshot_thread_end(m->store);
    snapshot_destroy(m->store);
}

static void test_snapshot_update_gives_up_after_so_many_lost_races(void **state)
{
    (void)state;
    struct meeting m = {.updates = SNAPSHOT_RETRIES_MAX + 1};
    pthread_t helpers[HELPERS];
    struct step step = {.number = 1};
    meet(&m, helpers);
    assert_int_equal(snapshot_update(m.store, lose, &step), ERR_AGAIN);
    assert_int_equal(atomic_load(&m.runs), SNAPSHOT_RETRIES_MAX + 1);
    assert_int_equal(total(m.store), SNAPSHOT_RETRIES_MAX + 1);
    struct snapshot_counters c = snapshot_counters(m.store);
    assert_true(c.gave_up == 1 && c.swaps_failed == SNAPSHOT_RETRIES_MAX + 1);
    assert_int_equal(snapshot_update(m.store, count_step, &step), ERR_OK);
    part_from(&m, helpers);
}

/* The first race is lost before anything is published; the second to a helper that takes the change
 * along. The third attempt finds it done. */
static void test_snapshot_combine_is_done_by_another_swap_and_once(void **state)
{
    (void)state;
    struct meeting m = {.updates = 2};
    pthread_t helpers[HELPERS];
    struct step step = {.number = 1};
    meet(&m, helpers);
    assert_int_equal(snapshot_combine(m.store, lose, &step, sizeof step), ERR_OK);
    memset(&step, 0xff, sizeof step); /* nobody needs it any more */
    assert_int_equal(atomic_load(&m.runs), 2);
    assert_int_equal(total(m.store), 3);
    struct snapshot_counters c = snapshot_counters(m.store);
    assert_true(c.swaps == 2 && c.combined == 1 && c.swaps_failed == 2);
    assert_true(c.waited_in_vain == 1 && c.retries_max == 2 && c.gave_up == 0);
    assert_true(c.retries[0] == 2 && c.retries[2] == 1);
    part_from(&m, helpers);
}

/* A helper that has a published change in its hands and is stopped there holds up nobody. */
static void *stop_in_it(void *argument)
{
    struct meeting *m = argument;
    part = 2;
    snapshot_thread_begin(m->store);
    wait_until(&m->asked, 2);
    struct step step = {.writer = 2, .number = 1};
    (void)snapshot_update(m->store, count_step, &step);
    snapshot_thread_end(m->store);
    return NULL;
}

static bool stop_the_helper(void *value, void *argument)
{
    (void)count_step(value, argument);
    unsigned runs = part == 1 ? atomic_fetch_add(&meeting->runs, 1) + 1 : 0;
    if (runs == 1) { /* lose, and publish */
        have_one_done(meeting);
    } else if (runs == 2) { /* the other one begins, and finds this change */
        atomic_fetch_add(&meeting->asked, 1);
        while (!atomic_load(&meeting->inside)) {
            sched_yield();
        }
    } else if (part == 2 && !atomic_load(&meeting->leave)) {
        atomic_store(&meeting->inside, true);
        while (!atomic_load(&meeting->leave)) {
            sched_yield();
        }
    }
    return true;
}

static void test_snapshot_combine_does_not_wait_for_a_stopped_helper(void **state)
{
    (void)state;
    struct meeting m = {.updates = 1};
    pthread_t helpers[HELPERS], stopped;
    struct step step = {.number = 1};
    meet(&m, helpers);
    assert_int_equal(pthread_create(&stopped, NULL, stop_in_it, &m), 0);
    assert_int_equal(snapshot_combine(m.store, stop_the_helper, &step, sizeof step), ERR_OK);
    /* It is stopped, and we go on, as long as there are values. */
    for (uint64_t n = 2; n <= 5; n++) {
        struct step next = {.number = n};
        assert_int_equal(snapshot_combine(m.store, count_step, &next, sizeof next), ERR_OK);
        assert_int_equal(total(m.store), n + 1);
    }
    assert_true(atomic_load(&m.inside));
    atomic_store(&m.leave, true);
    pthread_join(stopped, NULL);
    assert_int_equal(total(m.store), 7);
    part_from(&m, helpers);
}

/* The same meeting, but the change that is taken along is not wanted: the helper's copy is spoilt,
 * and it makes another one. */
static bool lose_and_refuse(void *value, void *argument)
{
    (void)lose(value, argument);
    return part == 1;
}

static void test_snapshot_combine_leaves_no_trace_of_an_unwanted_change(void **state)
{
    (void)state;
    struct meeting m = {.updates = 2};
    pthread_t helpers[HELPERS];
    struct step step = {.number = 1};
    meet(&m, helpers);
    assert_int_equal(snapshot_combine(m.store, lose_and_refuse, &step, sizeof step), ERR_OK);
    assert_int_equal(total(m.store), 2);
    assert_int_equal(snapshot_combine(m.store, count_step, &step, sizeof step), ERR_OK);
    assert_int_equal(total(m.store), 3);
    part_from(&m, helpers);
}

/* The race. */
struct writer {
    pthread_t thread;
    struct snapshot_store *store;
    uint64_t id, given_up;
    bool combine, burst, wrong;
    _Alignas(128) atomic_ullong begun, done;
};
static struct writer writers[WRITERS_MAX];
static atomic_bool stop;
static pthread_barrier_t start;
static unsigned writer_count;

/* Between what was done before it looked and what was begun before it had looked. */
static bool in_its_time(const struct value *v, const uint64_t *done)
{
    for (unsigned w = 0; w < writer_count; w++) {
        if (v->counts[w] < done[w] || v->counts[w] > atomic_load(&writers[w].begun)) {
            return false;
        }
    }
    return whole(v);
}

static enum err write_step(struct writer *w, uint64_t number, bool unwanted)
{
    struct step step = {.writer = w->id, .number = number, .unwanted = unwanted};
    return w->combine ? snapshot_combine(w->store, count_step, &step, sizeof step)
                      : snapshot_update(w->store, count_step, &step);
}

static void *write_steps(void *argument)
{
    struct writer *w = argument;
    random_state = (uint32_t)w->id + 1;
    snapshot_thread_begin(w->store);
    pthread_barrier_wait(&start);
    if (w->burst) {
        snapshot_burst_begin(w->store);
    }
    for (uint64_t n = 1; n <= updates_each;) {
        atomic_store(&w->begun, n);
        if (n % 16 == 0) {
            (void)write_step(w, n, true);
        }
        if (write_step(w, n, false) != ERR_OK) {
            w->given_up++; /* a reader was stopped inside: let it go on */
            sched_yield();
            continue;
        }
        atomic_store(&w->done, n);
        const struct value *v =
            w->burst ? snapshot_peek(w->store, NULL) : snapshot_acquire(w->store, NULL);
        w->wrong = w->wrong || v->counts[w->id] != n; /* it sees its own */
        if (!w->burst) {
            snapshot_release(w->store);
        }
        n++;
    }
    if (w->burst) {
        snapshot_burst_end(w->store);
    }
    snapshot_thread_end(w->store);
    return NULL;
}

struct reader {
    pthread_t thread;
    struct snapshot_store *store;
    bool burst, wrong;
    uint64_t reads;
};

static void *read_steps(void *argument)
{
    struct reader *r = argument;
    uint64_t last = 0, last_total = 0, version, done[WRITERS_MAX] = {0};
    random_state = 99;
    snapshot_thread_begin(r->store);
    pthread_barrier_wait(&start);
    if (r->burst) {
        snapshot_burst_begin(r->store);
    }
    for (; !atomic_load(&stop); r->reads++) {
        for (unsigned w = 0; w < writer_count; w++) {
            done[w] = atomic_load(&writers[w].done);
        }
        const struct value *v =
            r->burst ? snapshot_peek(r->store, &version) : snapshot_acquire(r->store, &version);
        r->wrong = r->wrong || !in_its_time(v, done) || version < last || v->total < last_total ||
                   (version == last && v->total != last_total);
        uint64_t before = v->total;
        stumble();
        r->wrong = r->wrong || !whole(v) || v->total != before; /* still there */
        last = version;
        last_total = v->total;
        if (r->burst) {
            snapshot_burst_step(r->store);
        } else {
            snapshot_release(r->store);
        }
    }
    if (r->burst) {
        snapshot_burst_end(r->store);
    }
    snapshot_thread_end(r->store);
    return NULL;
}

/* `mix`: every other writer does not combine, or is in a burst. */
static struct snapshot_counters race(unsigned count, bool burst, bool mix)
{
    struct snapshot_store *s = new_store();
    struct reader readers[READERS] = {{.burst = burst}, {.burst = burst != mix}};
    atomic_store(&stop, false);
    writer_count = count;
    pthread_barrier_init(&start, NULL, count + READERS);
    for (unsigned i = 0; i < count; i++) {
        struct writer *w = &writers[i];
        w->store = s;
        w->id = i;
        w->given_up = 0;
        w->wrong = false;
        w->combine = !mix || i % 2 == 0;
        w->burst = burst != (mix && i / 2 % 2 == 0);
        atomic_store(&w->begun, 0);
        atomic_store(&w->done, 0);
    }
    for (unsigned i = 0; i < READERS; i++) {
        readers[i].store = s;
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_steps, &readers[i]), 0);
    }
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_steps, &writers[i]), 0);
    }
    for (unsigned i = 0; i < count; i++) {
        pthread_join(writers[i].thread, NULL);
        assert_false(writers[i].wrong);
    }
    atomic_store(&stop, true);
    for (unsigned i = 0; i < READERS; i++) {
        pthread_join(readers[i].thread, NULL);
        assert_false(readers[i].wrong);
    }
    assert_true(snapshot_thread_begin(s));
    assert_int_equal(total(s), (uint64_t)count * updates_each);
    snapshot_thread_end(s);
    struct snapshot_counters c = snapshot_counters(s);
    assert_int_equal(c.version, c.swaps + 1);
    snapshot_destroy(s);
    pthread_barrier_destroy(&start);
    return c;
}

static void test_snapshot_applies_every_update_once_and_in_its_time(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct snapshot_counters c = race(i < 2 ? 2 : 4, i % 2 == 1, false);
        assert_true(c.retries_max <= 3);
    }
    race(4, false, true);
    race(4, true, true);
}

static void test_snapshot_has_slots_for_some_and_goes_on_without(void **state)
{
    (void)state;
    updates_each = 500;
    race(WRITERS_MAX, false, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snapshot_combine_is_an_update_when_nobody_else_writes),
        cmocka_unit_test(test_snapshot_update_gives_up_after_so_many_lost_races),
        cmocka_unit_test(test_snapshot_combine_is_done_by_another_swap_and_once),
        cmocka_unit_test(test_snapshot_combine_does_not_wait_for_a_stopped_helper),
        cmocka_unit_test(test_snapshot_combine_leaves_no_trace_of_an_unwanted_change),
        cmocka_unit_test(test_snapshot_applies_every_update_once_and_in_its_time),
        cmocka_unit_test(test_snapshot_has_slots_for_some_and_goes_on_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
