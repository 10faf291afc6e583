#include "src/bus.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A slot is written and read word by word, its sequence number around it: 2n + 1 while item n goes
 * in, 2n + 2 when it is there. Words are stored with release and loaded with acquire, so that a
 * reader that saw a word of a newer item also sees the newer number. */
struct slot {
    atomic_uint_fast64_t sequence;
    _Atomic uint64_t words[];
};

enum { SUBSCRIBER_FREE, SUBSCRIBER_TAKEN, SUBSCRIBER_ACTIVE, TRIES_MAX = 4 };

struct subscriber {
    atomic_int state;
    atomic_bool rung; /* its descriptor is readable already: spares the producer a system call */
    int fd;           /* made once, kept until bus_destroy */
    uint64_t cursor;  /* next item; the subscriber's own */
    uint64_t lost;    /* since the last item that was given out */
    atomic_uint_fast64_t taken, lost_ever; /* cursor and all that was lost, for others to see */
};

struct bus {
    size_t item_size, words, stride;
    uint64_t capacity;
    unsigned char *slots;
    _Alignas(64) atomic_uint_fast64_t head; /* items published so far */
    struct subscriber subscribers[BUS_SUBSCRIBERS_MAX];
};

static struct slot *slot_at(const struct bus *b, uint64_t n)
{
    return (struct slot *)(void *)(b->slots + (size_t)(n & (b->capacity - 1)) * b->stride);
}

struct bus *bus_create(size_t item_size, size_t capacity)
{
    if (item_size == 0 || capacity < 2 || (capacity & (capacity - 1)) != 0) {
        return NULL;
    }
    struct bus *b = aligned_alloc(64, (sizeof *b + 63) / 64 * 64);
    if (b == NULL) {
        return NULL;
    }
    memset(b, 0, sizeof *b);
    b->item_size = item_size;
    b->words = (item_size + 7) / 8;
    b->stride = sizeof(struct slot) + b->words * 8;
    b->capacity = capacity;
    b->slots = calloc(capacity, b->stride);
    for (int i = 0; i < BUS_SUBSCRIBERS_MAX; i++) {
        b->subscribers[i].fd = -1;
    }
    if (b->slots == NULL) {
        bus_destroy(b);
        return NULL;
    }
    return b;
}

void bus_destroy(struct bus *b)
{
    if (b == NULL) {
        return;
    }
    for (int i = 0; i < BUS_SUBSCRIBERS_MAX; i++) {
        if (b->subscribers[i].fd >= 0) {
            close(b->subscribers[i].fd);
        }
    }
    free(b->slots);
    free(b);
}

static void ring(struct subscriber *s)
{
    const uint64_t one = 1;
    if (!atomic_exchange(&s->rung, true)) {
        /* Fails only when the counter is full, and then it is readable. */
        (void)!write(s->fd, &one, sizeof one);
    }
}

void bus_publish(struct bus *b, const void *item)
{
    uint64_t n = atomic_load_explicit(&b->head, memory_order_relaxed);
    struct slot *slot = slot_at(b, n);
    atomic_store_explicit(&slot->sequence, 2 * n + 1, memory_order_relaxed);
    for (size_t i = 0; i < b->words; i++) {
        uint64_t word = 0;
        size_t left = b->item_size - 8 * i;
        memcpy(&word, (const unsigned char *)item + 8 * i, left < 8 ? left : 8);
        atomic_store_explicit(&slot->words[i], word, memory_order_release);
    }
    atomic_store_explicit(&slot->sequence, 2 * n + 2, memory_order_release);
    atomic_store(&b->head, n + 1);
    for (int i = 0; i < BUS_SUBSCRIBERS_MAX; i++) {
        if (atomic_load(&b->subscribers[i].state) == SUBSCRIBER_ACTIVE) {
            ring(&b->subscribers[i]);
        }
    }
}

static struct subscriber *active(const struct bus *b, int subscriber)
{
    if (subscriber < 0 || subscriber >= BUS_SUBSCRIBERS_MAX) {
        return NULL;
    }
    struct subscriber *s = (struct subscriber *)(uintptr_t)&b->subscribers[subscriber];
    return atomic_load(&s->state) == SUBSCRIBER_ACTIVE ? s : NULL;
}

static void quiet(struct subscriber *s)
{
    uint64_t count;
    while (read(s->fd, &count, sizeof count) < 0 && errno == EINTR) {
    }
    /* After the read: a publish in between rings again for nothing, which is harmless; the other
     * way round one could go unheard. */
    atomic_exchange(&s->rung, false);
}

int bus_subscribe(struct bus *b)
{
    for (int i = 0; i < BUS_SUBSCRIBERS_MAX; i++) {
        struct subscriber *s = &b->subscribers[i];
        int expected = SUBSCRIBER_FREE;
        if (!atomic_compare_exchange_strong(&s->state, &expected, SUBSCRIBER_TAKEN)) {
            continue;
        }
        if (s->fd < 0) {
            s->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        }
        if (s->fd < 0) {
            atomic_store(&s->state, SUBSCRIBER_FREE);
            return -1;
        }
        quiet(s);
        s->lost = 0;
        s->cursor = atomic_load(&b->head);
        atomic_store_explicit(&s->taken, s->cursor, memory_order_relaxed);
        atomic_store(&s->state, SUBSCRIBER_ACTIVE);
        return i;
    }
    return -1;
}

void bus_unsubscribe(struct bus *b, int subscriber)
{
    struct subscriber *s = active(b, subscriber);
    if (s != NULL) {
        /* The descriptor stays: the producer may be about to write to it. */
        atomic_store(&s->state, SUBSCRIBER_FREE);
    }
}

/* Copies item n out; false when the producer has been there since. */
static bool read_slot(const struct bus *b, uint64_t n, unsigned char *item)
{
    const struct slot *slot = slot_at(b, n);
    if (atomic_load_explicit(&slot->sequence, memory_order_acquire) != 2 * n + 2) {
        return false;
    }
    for (size_t i = 0; i < b->words; i++) {
        uint64_t word = atomic_load_explicit(&slot->words[i], memory_order_acquire);
        size_t left = b->item_size - 8 * i;
        memcpy(item + 8 * i, &word, left < 8 ? left : 8);
    }
    return atomic_load_explicit(&slot->sequence, memory_order_relaxed) == 2 * n + 2;
}

bool bus_next(struct bus *b, int subscriber, void *item, uint64_t *lost)
{
    struct subscriber *s = active(b, subscriber);
    *lost = 0;
    if (s == NULL) {
        return false;
    }
    /* A producer that laps us again and again must not keep us here: what is missed is counted, and
     * told with the next item. */
    for (int i = 0; i < TRIES_MAX; i++) {
        uint64_t head = atomic_load(&b->head);
        if (head == s->cursor) {
            return false;
        }
        uint64_t oldest = head > b->capacity ? head - b->capacity : 0;
        if (s->cursor < oldest) {
            s->lost += oldest - s->cursor;
            s->cursor = oldest;
        }
        bool whole = read_slot(b, s->cursor++, item);
        s->lost += !whole;
        atomic_store_explicit(&s->taken, s->cursor, memory_order_relaxed);
        if (whole) {
            *lost = s->lost;
            atomic_fetch_add_explicit(&s->lost_ever, s->lost, memory_order_relaxed);
            s->lost = 0;
            return true;
        }
    }
    return false;
}

uint64_t bus_waiting(const struct bus *b)
{
    uint64_t most = 0;
    uint64_t head = atomic_load_explicit(&b->head, memory_order_relaxed);
    for (int i = 0; i < BUS_SUBSCRIBERS_MAX; i++) {
        const struct subscriber *s = &b->subscribers[i];
        uint64_t taken = atomic_load_explicit(&s->taken, memory_order_relaxed);
        bool is_active = atomic_load(&s->state) == SUBSCRIBER_ACTIVE;
        most = is_active && head > taken && head - taken > most ? head - taken : most;
    }
    return most < b->capacity ? most : b->capacity;
}

uint64_t bus_lost(const struct bus *b)
{
    uint64_t lost = 0;
    for (int i = 0; i < BUS_SUBSCRIBERS_MAX; i++) {
        lost += atomic_load_explicit(&b->subscribers[i].lost_ever, memory_order_relaxed);
    }
    return lost;
}

int bus_fd(const struct bus *b, int subscriber)
{
    const struct subscriber *s = active(b, subscriber);
    return s == NULL ? -1 : s->fd;
}

void bus_clear(struct bus *b, int subscriber)
{
    struct subscriber *s = active(b, subscriber);
    if (s != NULL) {
        quiet(s);
    }
}

void bus_wake(struct bus *b, int subscriber)
{
    struct subscriber *s = active(b, subscriber);
    if (s != NULL) {
        ring(s);
    }
}
