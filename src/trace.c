#include "src/trace.h"

#include "base/log.h"
#include "base/queue.h"
#include "src/clock.h"
#include "src/trace_json.h"
#include "src/trace_sink.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum {
    SETTLED_MAX = 64, /* between two turns of the manager: a block's worth of own operations */
    RECORDS_MAX = 1024,
    SIGHTS_MAX = 256,
    WAITING_MAX = 256, /* for their picture to be drawn */
    BATCH_MAX = 64,    /* operations a request */
    BATCH_MS = 200,    /* until a request is sent that is not full */
    DRAW_MS = 2000,    /* then nobody draws any more */
    AGAIN_MS = 1000,   /* after a failure, doubling up to: */
    AGAIN_MAX_MS = 30000,
};

struct sight { /* a picture on the terminal */
    uint64_t picture, at_us;
};

struct trace {
    struct trace_sink *sink;
    char target[TRACE_URL_BYTES];
    pthread_t thread;
    bool running;
    int wake_fd;
    atomic_bool stop;
    uint64_t base_ns;
    uint8_t instance[16];
    atomic_ullong operations, dropped, failures;

    /* The screen's. */
    uint64_t key_us, drawn;
    struct queue sights;
    struct sight sight_items[SIGHTS_MAX];

    /* The manager's. */
    size_t settled_count;
    struct trace_record settled[SETTLED_MAX];
    struct queue records;
    struct trace_record record_items[RECORDS_MAX];

    /* The own thread's. */
    size_t waiting_count, batch_count;
    struct trace_record waiting[WAITING_MAX], batch[BATCH_MAX];
    struct sight seen; /* the newest */
    uint64_t batch_us; /* when its first came */
    uint64_t again_ms, pause_ms;
};

bool trace_target_valid(const char *target)
{
    char url[TRACE_URL_BYTES];
    return trace_url(url, target) || (target[0] != '\0' && strstr(target, "://") == NULL);
}

struct trace_counters trace_counters(const struct trace *t)
{
    return (struct trace_counters){
        .operations = atomic_load_explicit(&t->operations, memory_order_relaxed),
        .dropped = atomic_load_explicit(&t->dropped, memory_order_relaxed),
        .failures = atomic_load_explicit(&t->failures, memory_order_relaxed),
    };
}

static void wake(struct trace *t)
{
    const uint64_t one = 1;
    (void)!write(t->wake_fd, &one, sizeof one); /* full means that it is readable already */
}

static void drop(struct trace *t, size_t count)
{
    atomic_fetch_add_explicit(&t->dropped, count, memory_order_relaxed);
}

void trace_key(struct trace *t, bool came)
{
    t->key_us = came ? clock_now_us() : 0;
}

uint64_t trace_key_us(const struct trace *t)
{
    return t->key_us;
}

void trace_drawn(struct trace *t, uint64_t picture)
{
    struct sight s = {.picture = picture, .at_us = clock_now_us()};
    if (picture > t->drawn && queue_push(&t->sights, &s)) {
        t->drawn = picture; /* where the queue was full the next frame speaks for this one, too */
        wake(t);
    }
}

void trace_settled(struct trace *t, const struct trace_record *r)
{
    if (t->settled_count == SETTLED_MAX) {
        drop(t, 1);
        return;
    }
    t->settled[t->settled_count++] = *r;
}

void trace_applied(struct trace *t, uint64_t picture)
{
    uint64_t now = t->settled_count == 0 ? 0 : clock_now_us();
    for (size_t i = 0; i < t->settled_count; i++) {
        struct trace_record *r = &t->settled[i];
        r->at_us[TRACE_SHOWN] = now;
        r->picture = picture;
        if (!queue_push(&t->records, r)) {
            drop(t, 1);
        }
    }
    if (t->settled_count > 0) {
        t->settled_count = 0;
        wake(t);
    }
}

/* After a failure it is tried again later, and later still; until then everything is dropped. */
static void failed(struct trace *t, uint64_t now_ms)
{
    atomic_fetch_add_explicit(&t->failures, 1, memory_order_relaxed);
    if (t->pause_ms == 0) {
        log_warn("spans cannot be taken to %s (%s); they are dropped until they can", t->target,
            trace_sink_fault(t->sink));
    }
    t->pause_ms = t->pause_ms == 0 ? AGAIN_MS : t->pause_ms * 2;
    t->pause_ms = t->pause_ms > AGAIN_MAX_MS ? AGAIN_MAX_MS : t->pause_ms;
    t->again_ms = now_ms + t->pause_ms;
}

static void send_batch(struct trace *t)
{
    size_t count = t->batch_count;
    uint64_t now_ms = clock_now_ms();
    t->batch_count = 0;
    if (count == 0) {
        return;
    }
    if (now_ms < t->again_ms) {
        drop(t, count);
        return;
    }
    char *text = trace_json(t->batch, count, t->base_ns, t->instance);
    if (text == NULL || !trace_sink_write(t->sink, text, strlen(text))) {
        drop(t, count);
        failed(t, clock_now_ms());
    } else {
        if (t->pause_ms != 0) {
            log_info("spans arrive at %s again", t->target);
        }
        t->pause_ms = t->again_ms = 0;
        atomic_fetch_add_explicit(&t->operations, count, memory_order_relaxed);
    }
    free(text);
}

static void finish_record(struct trace *t, const struct trace_record *r)
{
    if (t->batch_count == BATCH_MAX) {
        send_batch(t);
    }
    if (t->batch_count == 0) {
        t->batch_us = clock_now_us();
    }
    t->batch[t->batch_count++] = *r;
}

/* Has the picture been drawn: this one or a later one. Is it in vain to wait for that. */
static bool is_over(const struct trace *t, struct trace_record *r, bool last)
{
    if (r->picture != 0 && t->seen.picture >= r->picture) {
        r->at_us[TRACE_DRAWN] =
            t->seen.at_us > r->at_us[TRACE_SHOWN] ? t->seen.at_us : r->at_us[TRACE_SHOWN];
    }
    return last || r->picture == 0 || r->at_us[TRACE_DRAWN] != 0 ||
           clock_now_us() - r->at_us[TRACE_SHOWN] > (uint64_t)DRAW_MS * 1000;
}

static void look_at_waiting(struct trace *t, bool last)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->waiting_count; i++) {
        if (is_over(t, &t->waiting[i], last)) {
            finish_record(t, &t->waiting[i]);
        } else {
            t->waiting[kept++] = t->waiting[i];
        }
    }
    t->waiting_count = kept;
}

static void take(struct trace *t, bool last)
{
    struct trace_record r;
    struct sight s;
    for (bool more = true; more;) {
        /* Sights one by one: who waits gets the first that shows it. */
        more = queue_pop(&t->sights, &s);
        if (more) {
            t->seen = s;
            look_at_waiting(t, false);
        }
    }
    while (queue_pop(&t->records, &r)) {
        if (t->waiting_count == WAITING_MAX) {
            look_at_waiting(t, true);
        }
        t->waiting[t->waiting_count++] = r;
    }
    look_at_waiting(t, last);
}

static int timeout_ms(const struct trace *t)
{
    uint64_t now = clock_now_us();
    if (t->batch_count > 0) {
        uint64_t due = t->batch_us + (uint64_t)BATCH_MS * 1000;
        return due <= now ? 0 : (int)((due - now) / 1000) + 1;
    }
    return t->waiting_count > 0 ? DRAW_MS : -1;
}

static void *run(void *argument)
{
    struct trace *t = argument;
    while (!atomic_load(&t->stop)) {
        uint64_t ignored;
        struct pollfd fd = {.fd = t->wake_fd, .events = POLLIN};
        if (poll(&fd, 1, timeout_ms(t)) > 0) {
            (void)!read(t->wake_fd, &ignored, sizeof ignored);
        }
        take(t, false);
        if (t->batch_count > 0 && timeout_ms(t) == 0) {
            send_batch(t);
        }
    }
    take(t, true);
    send_batch(t);
    return NULL;
}

static uint64_t base_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t ns = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
    return ns - clock_now_us() * 1000;
}

static int describe(enum err e, const char *target, char *problem)
{
    switch (e) {
    case ERR_IO:
        snprintf(problem, TRACE_PROBLEM_BYTES, "--trace %.150s: cannot be written: %s", target,
            strerror(errno));
        return EX_CANTCREAT;
    case ERR_NOT_FOUND:
        snprintf(problem, TRACE_PROBLEM_BYTES,
            "--trace to a collector needs libcurl; on Debian: apt-get install libcurl3-gnutls");
        return EX_UNAVAILABLE;
    default:
        snprintf(problem, TRACE_PROBLEM_BYTES, "there is not enough memory for --trace");
        return EX_SOFTWARE;
    }
}

int trace_create(struct trace **out, const char *target, char problem[static TRACE_PROBLEM_BYTES])
{
    /* The queues have ends on lines of their own. */
    struct trace *t = aligned_alloc(64, (sizeof *t + 63) / 64 * 64);
    if (t == NULL) {
        return describe(ERR_NO_MEMORY, target, problem);
    }
    memset(t, 0, sizeof *t);
    t->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    t->base_ns = base_ns();
    randombytes_buf(t->instance, sizeof t->instance);
    snprintf(t->target, sizeof t->target, "%s", target);
    queue_init(&t->sights, t->sight_items, sizeof t->sight_items[0], SIGHTS_MAX);
    queue_init(&t->records, t->record_items, sizeof t->record_items[0], RECORDS_MAX);
    enum err e = t->wake_fd < 0 ? ERR_NO_MEMORY : trace_sink_open(&t->sink, target, &t->stop);
    if (e == ERR_OK) {
        t->running = pthread_create(&t->thread, NULL, run, t) == 0;
        e = t->running ? ERR_OK : ERR_NO_MEMORY;
    }
    if (e != ERR_OK) {
        int status = describe(e, target, problem);
        trace_destroy(t);
        return status;
    }
    *out = t;
    return 0;
}

void trace_destroy(struct trace *t)
{
    if (t == NULL) {
        return;
    }
    if (t->running) {
        atomic_store(&t->stop, true);
        wake(t);
        pthread_join(t->thread, NULL);
    }
    unsigned long long dropped = atomic_load(&t->dropped);
    if (dropped > 0) {
        log_warn("the lives of %llu operations were not written to %s", dropped, t->target);
    }
    trace_sink_close(t->sink);
    if (t->wake_fd >= 0) {
        close(t->wake_fd);
    }
    free(t);
}
