#include "src/snapshot_internal.h"

#include "base/check.h"

#include <sched.h>
#include <string.h>
#include <time.h>

enum {
    BACK_OFF_MAX = 12, /* a change of one's own: up to 2^BACK_OFF_MAX pauses after a lost race */
    BACK_OFF_YIELD = 10,
    CALM_SWAPS = 32, /* successful swaps in a row until the back-off shrinks again */
    PATIENCE_MIN = 32,
    PATIENCE_MAX = 1024,
    PAUSES_A_STEP = 16, /* of those who wait: others may wait for them */
    PUBLISHED_TRIES = 2,
};

static void pause_once(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#else
    __asm__ __volatile__("" ::: "memory");
#endif
}

/* While a thread waits it looks at no value, and keeps none from being used again. */
static void let_go(struct snapshot_store *s, struct snapshot_member *m)
{
    if (m->burst) {
        snapshot_burst_step(s);
    } else {
        snapshot_leave(m);
    }
}

static void take_hold(struct snapshot_store *s, struct snapshot_member *m)
{
    if (!m->burst) {
        snapshot_come_in(s, m);
    }
}

/* A lost race: leave the line alone for a while, longer each time; the winner then runs undisturbed
 * instead of dragging the value from core to core. */
static void back_off(struct snapshot_store *s, struct snapshot_member *m)
{
    m->calm = 0;
    m->back_off += m->back_off < BACK_OFF_MAX;
    m->random ^= m->random << 13;
    m->random ^= m->random >> 17;
    m->random ^= m->random << 5;
    unsigned pauses = (1u << m->back_off) / 2 + m->random % (1u << m->back_off);
    let_go(s, m);
    for (unsigned i = 0; i < pauses; i++) {
        pause_once();
        if (i % PAUSES_A_STEP == PAUSES_A_STEP - 1) {
            let_go(s, m);
        }
    }
    if (m->back_off >= BACK_OFF_YIELD) {
        sched_yield();
    }
    take_hold(s, m);
}

/* The caller's change; `shared` = it may be published. */
struct own {
    snapshot_change *change;
    void *argument;
    size_t size;
    bool shared;
};

struct request {
    snapshot_change *change;
    uint64_t words[SNAPSHOT_WORDS];
};

/* Number `number` of a slot; false if it is not there any more. Then a newer value holds it, and
 * whoever asks here is about to lose its race. The loads are acquire, so that the last one of the
 * number cannot come before them (Boehm, "Can seqlocks get along with programming language memory
 * models?", MSPC 2012). */
static bool read_request(struct snapshot_slot *slot, unsigned number, struct request *out)
{
    unsigned words = (atomic_load_explicit(&slot->size, memory_order_acquire) + 7) / 8;
    out->change = atomic_load_explicit(&slot->change, memory_order_acquire);
    for (unsigned i = 0; i < words; i++) {
        out->words[i] = atomic_load_explicit(&slot->words[i], memory_order_acquire);
    }
    return atomic_load_explicit(&slot->number, memory_order_relaxed) == number;
}

static unsigned publish(struct snapshot_slot *slot, const struct own *own)
{
    unsigned number = atomic_load_explicit(&slot->number, memory_order_relaxed) + 1;
    number += number == 0;
    uint64_t words[SNAPSHOT_WORDS] = {0};
    if (own->size != 0) {
        memcpy(words, own->argument, own->size);
    }
    atomic_store_explicit(&slot->number, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->size, (unsigned)own->size, memory_order_release);
    atomic_store_explicit(&slot->change, own->change, memory_order_release);
    for (size_t i = 0; i < (own->size + 7) / 8; i++) {
        atomic_store_explicit(&slot->words[i], words[i], memory_order_release);
    }
    atomic_store(&slot->number, number);
    return number;
}

/* Applies to `fresh` what the slots ask for and it does not hold yet. `refused` are those known to
 * be unwanted in this value; when another one turns out to be so, it is added, and false: the copy
 * is spoilt. */
static bool apply_requests(
    struct snapshot_store *s, struct snapshot_value *fresh, uint32_t *refused, uint32_t *served)
{
    unsigned known = atomic_load(&s->slots_known);
    for (unsigned i = 0; i < known && i < SNAPSHOT_SLOTS; i++) {
        struct request r;
        unsigned number = atomic_load(&s->slots[i].number);
        if (number == 0 || number == fresh->applied[i] || !read_request(&s->slots[i], number, &r)) {
            continue;
        }
        if ((*refused >> i & 1) == 0 && !r.change(fresh->bytes, r.words)) {
            *refused |= 1u << i;
            return false;
        }
        fresh->applied[i] = number;
        *served |= 1u << i;
    }
    return true;
}

static void answer(struct snapshot_store *s, struct snapshot_member *m,
    const struct snapshot_value *swapped_in, uint32_t served)
{
    uint32_t others = m->slot < 0 ? served : served & ~(1u << m->slot);
    for (; others != 0; others &= others - 1) {
        int i = __builtin_ctz(others);
        atomic_store_explicit(&s->slots[i].answered, swapped_in->applied[i], memory_order_release);
        snapshot_bump(&m->figures.combined, 1);
    }
}

enum outcome { SWAPPED, LOST, UNWANTED };

/* One attempt: the newest value `old` with `own` (may be NULL) and all that is published. */
static inline enum outcome try_swap(struct snapshot_store *s, struct snapshot_member *m,
    struct snapshot_value *old, struct snapshot_value *fresh, const struct own *own)
{
    uint32_t refused = 0, served = 0;
    do {
        served = 0;
        snapshot_value_copy(s, fresh, old->bytes);
        memcpy(fresh->applied, old->applied, sizeof fresh->applied);
        if (own != NULL && !own->change(fresh->bytes, own->argument)) {
            return UNWANTED;
        }
    } while (!apply_requests(s, fresh, &refused, &served));
    fresh->version = old->version + 1;
    if (!atomic_compare_exchange_strong(&s->latest.value, &old, fresh)) {
        snapshot_bump(&m->figures.failed, 1);
        return LOST;
    }
    /* `fresh` may be swapped out from here on, but not reused: we are online. */
    answer(s, m, fresh, served);
    snapshot_retire(m, old);
    snapshot_bump(&m->figures.swaps, 1);
    return SWAPPED;
}

static void count_retries(struct snapshot_member *m, unsigned retries)
{
    unsigned bucket = retries == 0 ? 0 : 32 - (unsigned)__builtin_clz(retries);
    snapshot_bump(&m->figures.retries[bucket], 1);
    if (retries > atomic_load_explicit(&m->figures.retries_max, memory_order_relaxed)) {
        atomic_store_explicit(&m->figures.retries_max, retries, memory_order_relaxed);
    }
}

static enum err give_up(struct snapshot_member *m, struct snapshot_value *fresh)
{
    if (fresh != NULL) {
        snapshot_return(m, fresh);
    }
    snapshot_bump(&m->figures.gave_up, 1);
    return ERR_AGAIN;
}

static enum err update(struct snapshot_store *s, struct snapshot_member *m, const struct own *own)
{
    struct snapshot_value *fresh = snapshot_obtain(s, m);
    for (unsigned i = 0; fresh != NULL && i <= SNAPSHOT_RETRIES_MAX; i++) {
        enum outcome outcome = try_swap(s, m, atomic_load(&s->latest.value), fresh, own);
        if (outcome == LOST) {
            back_off(s, m);
            continue;
        }
        count_retries(m, i);
        if (outcome == UNWANTED) {
            snapshot_return(m, fresh);
        } else if (m->back_off > 0 && ++m->calm >= CALM_SWAPS) {
            m->back_off--;
            m->calm = 0;
        }
        return ERR_OK;
    }
    return give_up(m, fresh);
}

/* Waits for somebody to take request `number` along, and learns from it how long to wait: whoever
 * is answered waits longer next time, whoever is not tries at once before long. So of several
 * writers one keeps swapping, with the value in its own cache, and the others' changes come to it. */
static bool wait_for_answer(struct snapshot_store *s, struct snapshot_member *m, unsigned number)
{
    struct snapshot_slot *slot = &s->slots[m->slot];
    let_go(s, m);
    for (unsigned i = 0; i < m->patience; i++) {
        if (atomic_load_explicit(&slot->answered, memory_order_acquire) == number) {
            m->patience = m->patience * 2 < PATIENCE_MAX ? m->patience * 2 : PATIENCE_MAX;
            return true;
        }
        pause_once();
        if (i % PAUSES_A_STEP == PAUSES_A_STEP - 1) {
            let_go(s, m); /* who swaps may wait for memory */
        }
    }
    take_hold(s, m);
    m->patience = m->patience / 2 < PATIENCE_MIN ? 0 : m->patience / 2;
    snapshot_bump(&m->figures.in_vain, 1);
    return false;
}

/* After publishing: each lost race is another thread's swap, and the second of those began after our
 * number could be seen, so that it holds our change. All loads and stores of that argument are
 * sequentially consistent. */
static unsigned finish(struct snapshot_store *s, struct snapshot_member *m,
    struct snapshot_value *fresh, unsigned number)
{
    for (unsigned lost = 0;; lost++) {
        struct snapshot_value *old = atomic_load(&s->latest.value);
        if (old->applied[m->slot] == number) {
            snapshot_return(m, fresh);
            return lost;
        }
        CHECK(lost < PUBLISHED_TRIES);
        if (try_swap(s, m, old, fresh, NULL) == SWAPPED) {
            return lost;
        }
    }
}

static enum err combine(struct snapshot_store *s, struct snapshot_member *m, const struct own *own)
{
    struct snapshot_value *fresh = snapshot_obtain(s, m);
    if (fresh == NULL) {
        return give_up(m, NULL);
    }
    unsigned lost = 0;
    if (m->patience == 0) {
        enum outcome outcome = try_swap(s, m, atomic_load(&s->latest.value), fresh, own);
        if (outcome != LOST) {
            if (outcome == UNWANTED) {
                snapshot_return(m, fresh);
            }
            count_retries(m, 0);
            return ERR_OK;
        }
        m->patience = PATIENCE_MIN;
        lost = 1;
    }
    unsigned number = publish(&s->slots[m->slot], own);
    if (wait_for_answer(s, m, number)) {
        snapshot_return(m, fresh);
    } else {
        lost += finish(s, m, fresh, number);
    }
    count_retries(m, lost);
    return ERR_OK;
}

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void count_time(struct snapshot_member *m, uint64_t ns)
{
    struct snapshot_figures *f = &m->figures;
    unsigned bucket = ns == 0 ? 0 : 64 - (unsigned)__builtin_clzll(ns);
    snapshot_bump(&f->ns_log2[bucket < SNAPSHOT_NS_BUCKETS ? bucket : SNAPSHOT_NS_BUCKETS - 1], 1);
    atomic_store_explicit(&f->last_ns, ns, memory_order_relaxed);
    if (ns > atomic_load_explicit(&f->max_ns, memory_order_relaxed)) {
        atomic_store_explicit(&f->max_ns, ns, memory_order_relaxed);
    }
    snapshot_bump(&f->sum_ns, ns);
    snapshot_bump(&f->timed, 1);
}

static enum err enter(struct snapshot_store *s, struct snapshot_member *m, const struct own *own)
{
    CHECK(atomic_load_explicit(&m->inside, memory_order_relaxed) == 0);
    if (m->burst) {
        enum err err = (own->shared ? combine(s, m, own) : update(s, m, own));
        snapshot_burst_step(s);
        return err;
    }
    CHECK(snapshot_online() == 0); /* waiting ends what a burst of this thread has read, anywhere */
    uint64_t began = now_ns();
    snapshot_come_in(s, m);
    enum err err = (own->shared ? combine(s, m, own) : update(s, m, own));
    snapshot_leave(m);
    if (err == ERR_OK) {
        count_time(m, now_ns() - began);
    }
    return err;
}

enum err snapshot_update(struct snapshot_store *s, snapshot_change *change, void *argument)
{
    struct own own = {.change = change, .argument = argument};
    return enter(s, snapshot_self(s), &own);
}

enum err snapshot_combine(
    struct snapshot_store *s, snapshot_change *change, const void *argument, size_t size)
{
    CHECK(size <= SNAPSHOT_ARGUMENT_MAX);
    struct snapshot_member *m = snapshot_self(s);
    struct own own = {change, (void *)(uintptr_t)argument, size, m->slot >= 0};
    return enter(s, m, &own);
}
