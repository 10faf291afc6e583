#include "src/tape.h"

#include "game/tally.h"
#include "src/clock.h"
#include "src/game_app.h"
#include "src/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATE_BYTES_MAX = 1 << 20, NEWS_MS = 100, PATH_MAX_BYTES = 1400 };

struct frame {
    uint64_t offset;
    uint32_t size, events, rolls; /* rolls so far */
};

struct tape {
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows it */
    struct frame *frames;
    struct tape_roll *rolls;
    uint32_t frame_count, frame_room, roll_count, roll_room;
    struct tape_status status;

    /* The walker's. */
    char path[PATH_MAX_BYTES];
    uint64_t begin, to, bytes, blocks, shown_ms, signatures;
    uint16_t signed_by, members;
    uint8_t point;
    uint32_t hand_rolls;
    bool begun, stopped, out_of_memory;
    uint8_t *state; /* STATE_BYTES_MAX */
    FILE *file;
    int fd;
    atomic_bool stop;
    void (*news)(void *);
    void *self;
    uint8_t *read; /* the reader's, STATE_BYTES_MAX */
};

/* What a watcher sees something of. */
static bool is_shown(const struct event *e)
{
    return e->kind != EVENT_READY && e->kind != EVENT_WINDOW && e->kind != EVENT_SHOOTER &&
           e->kind != EVENT_BALANCE && e->kind != EVENT_PAYOUT && e->kind != EVENT_REFUSED;
}

static bool grow(void **items, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room) {
        return true;
    }
    uint32_t wanted = *room == 0 ? 256 : *room * 2;
    void *grown = realloc(*items, wanted * size);
    if (grown == NULL) {
        return false;
    }
    *items = grown;
    *room = wanted;
    return true;
}

static void read_winner(struct tape_roll *r, const struct event *events, size_t count)
{
    int64_t net[LIVE_ACCOUNTS_MAX] = {0};
    r->winner = EVENT_NOBODY;
    for (size_t i = 0; i < count && events[i].kind == EVENT_PAYOUT; i++) {
        const struct event *e = &events[i];
        if (e->player < LIVE_ACCOUNTS_MAX) {
            net[e->player] += tally_net_cents(e->bet, e->value, e->amount_cents, e->paid_cents);
        }
    }
    for (uint16_t i = 0; i < LIVE_ACCOUNTS_MAX; i++) {
        if (net[i] > r->won_cents) {
            r->won_cents = net[i];
            r->winner = i;
        }
    }
}

/* Under the lock. */
static bool add_roll(struct tape *t, const struct event *e, const struct event *after, size_t count)
{
    unsigned total = e->die1 + e->die2;
    if (!grow((void **)&t->rolls, t->roll_count, &t->roll_room, sizeof *t->rolls)) {
        return false;
    }
    struct tape_roll *r = &t->rolls[t->roll_count++];
    *r = (struct tape_roll){.roll = e->roll,
        .frame = t->frame_count,
        .die1 = e->die1,
        .die2 = e->die2,
        .point_before = t->point,
        .point_after = (uint8_t)e->value,
        .seven_out = e->flag,
        .point_made = t->point != 0 && total == t->point,
        .natural = t->point == 0 && (total == 7 || total == 11) && e->value == 0,
        .craps = t->point == 0 && e->value == 0 && (total == 2 || total == 3 || total == 12),
        .shooter = e->player,
        .hand_rolls = ++t->hand_rolls,
        .signed_by = t->signed_by,
        .members = t->members};
    read_winner(r, after, count);
    t->point = r->point_after;
    t->hand_rolls = e->flag ? 0 : t->hand_rolls;
    t->stopped = t->stopped || (t->to != 0 && e->roll >= t->to);
    return true;
}

/* Into the file first, so that whoever sees the frame can read it. */
static bool add_frame(struct tape *t, const struct live *live, const struct event_sink *events)
{
    struct writer w = writer_of(t->state, STATE_BYTES_MAX);
    live_encode(live, &w);
    size_t listed = events->count * sizeof events->items[0];
    struct frame f = {
        .offset = t->bytes, .size = (uint32_t)w.size, .events = (uint32_t)events->count};
    if (w.bad || pwrite(t->fd, t->state, w.size, (off_t)t->bytes) != (ssize_t)w.size ||
        (listed > 0 &&
            pwrite(t->fd, events->items, listed, (off_t)(t->bytes + w.size)) != (ssize_t)listed)) {
        return false;
    }
    t->bytes += w.size + listed;
    pthread_mutex_lock(&t->lock);
    bool good = grow((void **)&t->frames, t->frame_count, &t->frame_room, sizeof *t->frames);
    for (size_t i = 0; good && i < events->count; i++) {
        const struct event *e = &events->items[i];
        if (e->kind == EVENT_ROLL) {
            good = add_roll(t, e, e + 1, events->count - i - 1);
        } else if (e->kind == EVENT_VOID) {
            t->point = 0;
            t->hand_rolls = 0;
        }
    }
    if (good) {
        f.rolls = t->roll_count;
        t->frames[t->frame_count++] = f;
    }
    pthread_mutex_unlock(&t->lock);
    return good;
}

static bool begins(struct tape *t, const struct audit *a)
{
    bool genesis = audit_effects(a)->height == 0;
    if (t->begun || (t->begin != 0 && genesis)) {
        return false;
    }
    t->begun = true;
    t->point = audit_live(a)->table.point;
    t->hand_rolls = audit_live(a)->table.hand.rolls;
    return true;
}

static void note_signatures(struct tape *t, const struct audit *a)
{
    uint64_t now = audit_counts(a)->certificate_signatures;
    if (now > t->signatures) {
        t->signed_by = (uint16_t)(now - t->signatures);
    }
    t->signatures = now;
    t->members = ledger_protocol(audit_ledger(a), NULL)->roster.count;
    t->signed_by = t->signed_by > t->members ? t->members : t->signed_by;
}

static bool on_block(void *self, const struct audit *a)
{
    struct tape *t = self;
    const struct event_sink *events = game_events_of(audit_effects(a)->events);
    bool first = begins(t, a);
    bool shown = first;
    note_signatures(t, a);
    for (size_t i = 0; t->begun && i < events->count && !shown; i++) {
        shown = is_shown(&events->items[i]);
    }
    static const struct event_sink nothing = {0};
    if (shown && !add_frame(t, audit_live(a), first && t->begin != 0 ? &nothing : events)) {
        t->out_of_memory = true;
        return false;
    }
    uint64_t height = audit_effects(a)->height;
    pthread_mutex_lock(&t->lock);
    t->status.percent =
        (uint8_t)(t->blocks == 0 || height >= t->blocks ? 99 : height * 100 / t->blocks);
    t->status.cut = t->frame_count >= TAPE_FRAMES_MAX || t->roll_count >= TAPE_ROLLS_MAX ||
                    t->bytes >= TAPE_BYTES_MAX;
    bool cut = t->status.cut;
    pthread_mutex_unlock(&t->lock);
    uint64_t now = clock_now_ms();
    if (t->news != NULL && now >= t->shown_ms + NEWS_MS) {
        t->shown_ms = now;
        t->news(t->self);
    }
    return !cut && !t->stopped && !atomic_load(&t->stop);
}

static void finish(
    struct tape *t, enum err err, const struct record_findings *found, const char *problem)
{
    pthread_mutex_lock(&t->lock);
    struct tape_status *s = &t->status;
    s->done = true;
    s->percent = 100;
    s->err = t->out_of_memory ? ERR_IO : err;
    s->checks = s->err == ERR_OK && found->fault.what == AUDIT_NOTHING;
    if (t->out_of_memory) {
        snprintf(s->problem, sizeof s->problem, "There is no room for more of the tape.");
    } else if (err != ERR_OK) {
        snprintf(s->problem, sizeof s->problem, "%.250s", problem);
    } else if (!s->checks) {
        snprintf(s->problem, sizeof s->problem, "What follows does not check: %s: %.180s",
            audit_what_name(found->fault.what), found->fault.detail);
    } else if (s->cut) {
        snprintf(s->problem, sizeof s->problem, "The tape is full; the record goes on.");
    }
    pthread_mutex_unlock(&t->lock);
    if (t->news != NULL) {
        t->news(t->self);
    }
}

static void *run(void *argument)
{
    struct tape *t = argument;
    struct record_findings found;
    char problem[STORE_PROBLEM_BYTES] = "";
    struct store *store = NULL;
    if (store_open_record(&store, t->path, problem) == ERR_OK) {
        t->blocks = store_height(store);
    }
    store_close(store);
    struct record_listener listener = {
        .self = t, .seen = on_block, .begin = t->begin, .prompt = true};
    enum err err = audit_record(t->path, &listener, &found, problem);
    finish(t, err, &found, problem);
    return NULL;
}

enum err tape_create(
    struct tape **out, const struct tape_order *order, void (*news)(void *), void *self)
{
    struct tape *t = calloc(1, sizeof *t);
    *out = NULL;
    if (t == NULL) {
        return ERR_NO_MEMORY;
    }
    pthread_mutex_init(&t->lock, NULL);
    snprintf(t->path, sizeof t->path, "%s", order->path);
    t->begin = order->begin;
    t->to = order->to;
    t->news = news;
    t->self = self;
    t->state = malloc(STATE_BYTES_MAX);
    t->read = malloc(STATE_BYTES_MAX);
    t->file = tmpfile();
    enum err err = t->state == NULL || t->read == NULL ? ERR_NO_MEMORY
                   : t->file == NULL                   ? ERR_IO
                                                       : ERR_OK;
    if (err == ERR_OK) {
        t->fd = fileno(t->file);
        err = pthread_create(&t->thread, NULL, run, t) == 0 ? ERR_OK : ERR_NO_MEMORY;
    }
    if (err != ERR_OK) {
        t->begun = false;
        atomic_store(&t->stop, true);
        t->path[0] = '\0'; /* no thread to wait for */
        tape_destroy(t);
        return err;
    }
    *out = t;
    return ERR_OK;
}

void tape_destroy(struct tape *t)
{
    if (t == NULL) {
        return;
    }
    atomic_store(&t->stop, true);
    if (t->path[0] != '\0') {
        pthread_join(t->thread, NULL);
    }
    if (t->file != NULL) {
        fclose(t->file);
    }
    pthread_mutex_destroy(&t->lock);
    free(t->frames);
    free(t->rolls);
    free(t->state);
    free(t->read);
    free(t);
}

void tape_look(struct tape *t, struct tape_status *out)
{
    pthread_mutex_lock(&t->lock);
    *out = t->status;
    out->frames = t->frame_count;
    out->rolls = t->roll_count;
    pthread_mutex_unlock(&t->lock);
}

bool tape_roll(struct tape *t, uint32_t index, struct tape_roll *out)
{
    pthread_mutex_lock(&t->lock);
    bool there = index < t->roll_count;
    if (there) {
        *out = t->rolls[index];
    }
    pthread_mutex_unlock(&t->lock);
    return there;
}

static bool find_frame(struct tape *t, uint32_t frame, struct frame *out)
{
    pthread_mutex_lock(&t->lock);
    bool there = frame < t->frame_count;
    if (there) {
        *out = t->frames[frame];
    }
    pthread_mutex_unlock(&t->lock);
    return there;
}

uint32_t tape_rolls_at(struct tape *t, uint32_t frame)
{
    struct frame f;
    return find_frame(t, frame, &f) ? f.rolls : 0;
}

bool tape_frame(struct tape *t, uint32_t frame, struct live *live, struct event *events,
    size_t capacity, size_t *count)
{
    struct frame f;
    *count = 0;
    if (!find_frame(t, frame, &f) ||
        pread(t->fd, t->read, f.size, (off_t)f.offset) != (ssize_t)f.size) {
        return false;
    }
    struct reader r = reader_of(t->read, f.size);
    if (!live_decode(live, &r)) {
        return false;
    }
    size_t wanted = f.events < capacity ? f.events : capacity;
    size_t bytes = wanted * sizeof events[0];
    if (bytes > 0 && pread(t->fd, events, bytes, (off_t)(f.offset + f.size)) != (ssize_t)bytes) {
        return false;
    }
    *count = wanted;
    return true;
}
