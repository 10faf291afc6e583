#include "src/snapshot_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    SPARE_BATCHES = 4
}; /* times the batch: how many values a thread may have out for slow readers */

struct snapshot_value *snapshot_value_new(const struct snapshot_store *s)
{
    size_t bytes = (sizeof(struct snapshot_value) + s->size + 63) / 64 * 64;
    struct snapshot_value *v = aligned_alloc(64, bytes);
    if (v != NULL) {
        memset(v, 0, bytes);
    }
    return v;
}

void snapshot_values_free(struct snapshot_value *list)
{
    while (list != NULL) {
        struct snapshot_value *next = list->next;
        free(list);
        list = next;
    }
}

/* Has a thread been inside since before this epoch? Not this one: it holds nothing. */
static bool somebody_inside(
    struct snapshot_store *s, const struct snapshot_member *but, uint64_t epoch)
{
    bool found = false;
    pthread_mutex_lock(&s->lock);
    for (const struct snapshot_member *m = s->members; m != NULL; m = m->next) {
        uint64_t since = atomic_load(&m->inside);
        found = found || (m != but && since != 0 && since < epoch);
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

static void wait_for_bursts(struct snapshot_store *s)
{
    READ_ENDS(s);
    urcu_qsbr_synchronize_rcu();
    REUSE_BEGINS(s);
}

static struct snapshot_value *take_spare(struct snapshot_store *s, const struct snapshot_member *m)
{
    pthread_mutex_lock(&s->lock);
    struct snapshot_value *v = s->spare, *orphans = s->orphans;
    uint64_t closing = s->orphans_closing;
    s->spare = v != NULL ? v->next : NULL;
    s->orphans = v != NULL ? orphans : NULL;
    pthread_mutex_unlock(&s->lock);
    if (v != NULL || orphans == NULL) {
        return v;
    }
    bool held = somebody_inside(s, m, closing);
    if (!held) {
        wait_for_bursts(s); /* without the lock: who is in a burst may be about to take it */
        v = orphans;
        orphans = v->next;
    }
    pthread_mutex_lock(&s->lock);
    snapshot_put(held ? &s->orphans : &s->spare, orphans);
    pthread_mutex_unlock(&s->lock);
    return v;
}

void snapshot_put(struct snapshot_value **list, struct snapshot_value *values)
{
    while (values != NULL) {
        struct snapshot_value *next = values->next;
        values->next = *list;
        *list = values;
        values = next;
    }
}

static void close_limbo(struct snapshot_store *s, struct snapshot_member *m, unsigned least)
{
    if (m->closed == NULL && m->limbo_count >= least) {
        m->closed = m->limbo;
        m->closed_count = m->limbo_count;
        m->closing = atomic_fetch_add(&s->epoch, 1) + 1;
        m->limbo = NULL;
        m->limbo_count = 0;
    }
}

struct snapshot_value *snapshot_reclaim(struct snapshot_store *s, struct snapshot_member *m)
{
    close_limbo(s, m, s->batch);
    if (m->closed != NULL && !somebody_inside(s, m, m->closing)) {
        wait_for_bursts(s);
        snapshot_bump(&m->figures.reclaimed, m->closed_count);
        m->free = m->closed;
        m->closed = NULL;
        close_limbo(s, m, 1); /* its readers leave while these are used */
        return snapshot_obtain(s, m);
    }
    unsigned limit = m->closed != NULL ? s->batch * SPARE_BATCHES : s->batch;
    struct snapshot_value *v = take_spare(s, m);
    if (v == NULL && m->made <= limit) {
        v = snapshot_value_new(s);
        m->made += v != NULL;
    }
    return v;
}
