#include "src/metrics.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct metrics {
    struct snapshot_store *store;
    atomic_bool wanted, answered;
    int fresh_fd; /* readable after a publish */
    void (*wake)(void *self);
    _Atomic(void *) self; /* NULL: there is no manager yet */
};

struct metrics *metrics_create(void)
{
    struct metrics *m = calloc(1, sizeof *m);
    if (m == NULL) {
        return NULL;
    }
    const struct metrics_values none = {0};
    m->fresh_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    m->store = snapshot_create(sizeof none, &none, NULL);
    if (m->fresh_fd < 0 || m->store == NULL) {
        metrics_destroy(m);
        return NULL;
    }
    return m;
}

void metrics_destroy(struct metrics *m)
{
    if (m == NULL) {
        return;
    }
    snapshot_destroy(m->store);
    if (m->fresh_fd >= 0) {
        close(m->fresh_fd);
    }
    free(m);
}

void metrics_set_wake(struct metrics *m, void (*wake)(void *self), void *self)
{
    m->wake = wake;
    atomic_store(&m->self, self);
}

bool metrics_writer_begin(struct metrics *m)
{
    return snapshot_thread_begin(m->store);
}

void metrics_writer_end(struct metrics *m)
{
    snapshot_thread_end(m->store);
}

bool metrics_wanted(const struct metrics *m)
{
    return atomic_load_explicit(&m->wanted, memory_order_relaxed);
}

static bool replace(void *value, void *argument)
{
    memcpy(value, argument, sizeof(struct metrics_values));
    return true;
}

void metrics_publish(struct metrics *m, const struct metrics_values *values)
{
    const uint64_t one = 1;
    atomic_store(&m->wanted, false);
    if (snapshot_update(m->store, replace, (void *)(uintptr_t)values) != ERR_OK) {
        atomic_store(&m->wanted, true); /* a reader is slow: with the next turn */
        return;
    }
    atomic_store(&m->answered, true);
    (void)!write(m->fresh_fd, &one, sizeof one); /* full means that it is readable already */
}

bool metrics_reader_begin(struct metrics *m)
{
    return snapshot_thread_begin(m->store);
}

void metrics_reader_end(struct metrics *m)
{
    snapshot_thread_end(m->store);
}

void metrics_read(struct metrics *m, struct metrics_values *out)
{
    uint64_t ignored;
    struct pollfd fresh = {.fd = m->fresh_fd, .events = POLLIN};
    (void)!read(m->fresh_fd, &ignored, sizeof ignored); /* of a question that was given up */
    void *self = atomic_load(&m->self);
    if (self != NULL) {
        atomic_store(&m->wanted, true);
        m->wake(self);
        (void)poll(&fresh, 1, atomic_load(&m->answered) ? METRICS_WAIT_MS : METRICS_FIRST_MS);
    }
    memcpy(out, snapshot_acquire(m->store, NULL), sizeof *out);
    snapshot_release(m->store);
}
