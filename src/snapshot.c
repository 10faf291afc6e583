#include "src/snapshot_internal.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum {
    BATCH_BYTES =
        32 *
        1024, /* values a thread gathers before it waits for a grace period: they stay in its cache */
    BATCH_MIN = 2,
    BATCH_MAX = 64,
    STORES_MAX = 8, /* that one thread is registered with */
};

struct registration {
    struct snapshot_store *store;
    uint64_t id;
    struct snapshot_member *member;
};

static _Thread_local struct registration registrations[STORES_MAX];
static _Thread_local unsigned registered; /* with liburcu while above 0 */
static _Thread_local unsigned online;
static atomic_ullong next_id = 1;

static struct snapshot_member *find(struct snapshot_store *s)
{
    for (unsigned i = 0; i < STORES_MAX; i++) {
        if (registrations[i].store == s && registrations[i].id == s->id) {
            return registrations[i].member;
        }
    }
    return NULL;
}

struct snapshot_member *snapshot_self(struct snapshot_store *s)
{
    struct snapshot_member *m = find(s);
    CHECK(m != NULL);
    return m;
}

void snapshot_go_online(void)
{
    if (online++ == 0) {
        urcu_qsbr_thread_online();
    }
}

void snapshot_go_offline(struct snapshot_store *s)
{
    READ_ENDS(s);
    if (--online == 0) {
        urcu_qsbr_thread_offline();
    }
}

unsigned snapshot_online(void)
{
    return online;
}

/* All zeroes, on lines of its own. `bytes` is a multiple of SNAPSHOT_APART, as its members are. */
static void *apart(size_t bytes)
{
    void *p = aligned_alloc(SNAPSHOT_APART, bytes);
    if (p != NULL) {
        memset(p, 0, bytes);
    }
    return p;
}

struct snapshot_store *snapshot_create(size_t size, const void *initial, snapshot_copy *copy)
{
    struct snapshot_store *s = apart(sizeof *s);
    if (s == NULL) {
        return NULL;
    }
    s->size = size;
    s->copy = copy;
    size_t batch = BATCH_BYTES / (size + 1);
    s->batch = batch < BATCH_MIN ? BATCH_MIN : batch > BATCH_MAX ? BATCH_MAX : (unsigned)batch;
    s->id = atomic_fetch_add(&next_id, 1);
    struct snapshot_value *first = snapshot_value_new(s);
    if (first == NULL || pthread_mutex_init(&s->lock, NULL) != 0) {
        free(first);
        free(s);
        return NULL;
    }
    snapshot_value_copy(s, first, initial);
    first->version = 1;
    atomic_store(&s->epoch, 1);
    atomic_store_explicit(&s->latest.value, first, memory_order_release);
    return s;
}

void snapshot_destroy(struct snapshot_store *s)
{
    if (s == NULL) {
        return;
    }
    for (struct snapshot_member *m = s->members, *next; m != NULL; m = next) {
        next = m->next;
        snapshot_values_free(m->free);
        snapshot_values_free(m->limbo);
        snapshot_values_free(m->closed);
        free(m);
    }
    snapshot_values_free(s->spare);
    snapshot_values_free(s->orphans);
    free(atomic_load(&s->latest.value));
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static int take_slot(struct snapshot_store *s)
{
    for (int i = 0; i < SNAPSHOT_SLOTS; i++) {
        if (!s->slot_taken[i]) {
            s->slot_taken[i] = true;
            if ((unsigned)i >= atomic_load(&s->slots_known)) {
                atomic_store(&s->slots_known, (unsigned)i + 1);
            }
            return i;
        }
    }
    return -1;
}

bool snapshot_thread_begin(struct snapshot_store *s)
{
    struct registration *place = NULL;
    for (unsigned i = 0; i < STORES_MAX && place == NULL; i++) {
        struct registration *r = &registrations[i];
        place = r->store == NULL || r->store == s ? r : NULL;
    }
    CHECK(place != NULL && find(s) == NULL);
    struct snapshot_member *m = apart(sizeof *m);
    if (m == NULL) {
        return false;
    }
    m->random = (uint32_t)(uintptr_t)m >> 4 | 1;
    /* A store that was destroyed without this thread's end left its place behind, and the thread
     * known to liburcu. */
    if (place->store == NULL && registered++ == 0) {
        urcu_qsbr_register_thread();
        urcu_qsbr_thread_offline();
    }
    *place = (struct registration){.store = s, .id = s->id, .member = m};
    pthread_mutex_lock(&s->lock);
    m->next = s->members;
    s->members = m;
    m->slot = take_slot(s);
    pthread_mutex_unlock(&s->lock);
    return true;
}

static uint64_t read_counter(const atomic_ullong *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void add_counters(struct snapshot_counters *to, const struct snapshot_figures *f)
{
    to->swaps += read_counter(&f->swaps);
    to->swaps_failed += read_counter(&f->failed);
    to->combined += read_counter(&f->combined);
    to->waited_in_vain += read_counter(&f->in_vain);
    to->gave_up += read_counter(&f->gave_up);
    to->update_ns_sum += read_counter(&f->sum_ns);
    to->updates_timed += read_counter(&f->timed);
    to->reclaimed += read_counter(&f->reclaimed);
    for (unsigned i = 0; i < SNAPSHOT_RETRY_BUCKETS; i++) {
        to->retries[i] += read_counter(&f->retries[i]);
    }
    for (unsigned i = 0; i < SNAPSHOT_NS_BUCKETS; i++) {
        to->update_ns_log2[i] += read_counter(&f->ns_log2[i]);
    }
    uint64_t last = read_counter(&f->last_ns), max = read_counter(&f->max_ns),
             retries = read_counter(&f->retries_max);
    to->update_ns_last = last != 0 ? last : to->update_ns_last;
    to->update_ns_max = max > to->update_ns_max ? max : to->update_ns_max;
    to->retries_max = retries > to->retries_max ? retries : to->retries_max;
}

void snapshot_thread_end(struct snapshot_store *s)
{
    struct snapshot_member *m = snapshot_self(s);
    CHECK(!m->burst && atomic_load_explicit(&m->inside, memory_order_relaxed) == 0);
    pthread_mutex_lock(&s->lock);
    struct snapshot_member **link = &s->members;
    while (*link != m) {
        link = &(*link)->next;
    }
    *link = m->next;
    add_counters(&s->ended, &m->figures);
    if (m->slot >= 0) {
        s->slot_taken[m->slot] = false;
    }
    snapshot_put(&s->spare, m->free);
    snapshot_put(&s->orphans, m->limbo);
    snapshot_put(&s->orphans, m->closed);
    s->orphans_closing = atomic_fetch_add(&s->epoch, 1) + 1;
    pthread_mutex_unlock(&s->lock);
    for (unsigned i = 0; i < STORES_MAX; i++) {
        if (registrations[i].store == s) {
            registrations[i] = (struct registration){0};
        }
    }
    free(m);
    if (--registered == 0) {
        urcu_qsbr_unregister_thread();
    }
}

const void *snapshot_acquire(struct snapshot_store *s, uint64_t *version)
{
    struct snapshot_member *m = snapshot_self(s);
    CHECK(atomic_load_explicit(&m->inside, memory_order_relaxed) == 0);
    snapshot_come_in(s, m);
    const struct snapshot_value *value = atomic_load(&s->latest.value);
    if (version != NULL) {
        *version = value->version;
    }
    return value->bytes;
}

void snapshot_release(struct snapshot_store *s)
{
    struct snapshot_member *m = snapshot_self(s);
    CHECK(atomic_load_explicit(&m->inside, memory_order_relaxed) != 0);
    snapshot_leave(m);
}

void snapshot_burst_begin(struct snapshot_store *s)
{
    struct snapshot_member *m = snapshot_self(s);
    CHECK(!m->burst);
    m->burst = true;
    snapshot_go_online();
}

void snapshot_burst_step(struct snapshot_store *s)
{
    READ_ENDS(s);
    urcu_qsbr_quiescent_state();
}

void snapshot_burst_end(struct snapshot_store *s)
{
    struct snapshot_member *m = snapshot_self(s);
    CHECK(m->burst);
    m->burst = false;
    snapshot_go_offline(s);
}

struct snapshot_counters snapshot_counters(const struct snapshot_store *s)
{
    struct snapshot_store *open = (struct snapshot_store *)(uintptr_t)s;
    pthread_mutex_lock(&open->lock);
    struct snapshot_counters c = open->ended;
    for (const struct snapshot_member *m = open->members; m != NULL; m = m->next) {
        add_counters(&c, &m->figures);
    }
    pthread_mutex_unlock(&open->lock);
    c.version = c.swaps + 1;
    return c;
}
