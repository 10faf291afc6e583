/* Links, who is ahead of whom, and final blocks for those who are behind (A.4, A.8, E.2). */
#include "consensus/engine_internal.h"

struct peer *engine_peer(struct engine *e, const uint8_t id[ID_BYTES], bool add)
{
    struct peer *free_place = NULL;
    for (size_t i = 0; i < PEERS_MAX; i++) {
        struct peer *p = &e->peers[i];
        if (p->used && memcmp(p->id, id, ID_BYTES) == 0) {
            return p;
        }
        if (free_place == NULL && !p->used) {
            free_place = p;
        }
    }
    for (size_t i = 0; add && free_place == NULL && i < PEERS_MAX; i++) {
        if (!e->peers[i].linked) {
            free_place = &e->peers[i];
        }
    }
    if (!add || free_place == NULL) {
        return NULL;
    }
    memset(free_place, 0, sizeof *free_place);
    free_place->used = true;
    memcpy(free_place->id, id, ID_BYTES);
    return free_place;
}

uint8_t *engine_held(const struct engine *e, const struct peer *p)
{
    return e->held + (size_t)(p - e->peers) * HELD_BYTES_MAX;
}

bool engine_is_ahead(const struct engine *e, uint32_t epoch, uint64_t final_view)
{
    return epoch > e->epoch || (epoch == e->epoch && final_view > e->final_view);
}

static void claim(
    struct engine *e, struct peer *p, uint32_t epoch, uint64_t final_view, uint64_t height)
{
    if (!engine_is_ahead(e, epoch, final_view) || !engine_is_source(e, p)) {
        return;
    }
    if (!p->claims) {
        p->claim_ms = e->now_ms;
        p->claim_tries = 0;
    }
    p->claims = true;
    p->claim_epoch = epoch;
    p->claim_view = final_view;
    p->claim_height = height > p->claim_height ? height : p->claim_height;
}

/* At most one every gap_ms to one peer. */
void engine_send_status(struct engine *e, struct peer *p, uint64_t gap_ms)
{
    if (p->status_ms != 0 && e->now_ms < p->status_ms + gap_ms) {
        return;
    }
    struct simplex_view v = simplex_inspect(e->simplex);
    struct status s = {
        .epoch = e->epoch,
        .view = v.view,
        .height = ledger_height(e->ledger),
        .final_view = e->final_view,
        .final = ledger_final_digest(e->ledger),
        .notarized_view = v.notarized_view,
        .notarized = v.notarized,
    };
    struct writer w = outbox_begin(&e->up->outbox);
    write_u8(&w, MSG_STATUS);
    status_encode(&s, &w);
    outbox_send(&e->up->outbox, &w, p->id, CHANNEL_CONTROL);
    p->status_ms = e->now_ms > 0 ? e->now_ms : 1;
}

/* Simplex does not know who asks when it is no member: its answers come without an address. */
static void address_answers(struct engine *e, uint32_t first, const uint8_t id[ID_BYTES])
{
    static const uint8_t nobody[ID_BYTES];
    struct outbox *o = &e->up->outbox;
    for (uint32_t i = first; i < o->count; i++) {
        if (!o->messages[i].to_all && memcmp(o->messages[i].to, nobody, ID_BYTES) == 0) {
            memcpy(o->messages[i].to, id, ID_BYTES);
        }
    }
}

bool engine_to_simplex(
    struct engine *e, const struct peer *p, uint8_t kind, const uint8_t *data, size_t size)
{
    int from = roster_find(&engine_final(e)->roster, p->id);
    engine_begin_step(e);
    uint32_t before = e->up->outbox.count;
    bool good = simplex_message(e->simplex, from, kind, data, size, e->now_ms, &e->step);
    if (from < 0) {
        address_answers(e, before, p->id);
    }
    engine_absorb(e);
    return good;
}

/* Keeps a message of the next epoch for when it has begun here (A.8). */
static void hold(struct engine *e, struct peer *p, uint8_t kind, const uint8_t *data, size_t size)
{
    struct writer w = writer_of(engine_held(e, p) + p->held_size, HELD_BYTES_MAX - p->held_size);
    write_u32(&w, (uint32_t)size);
    write_u8(&w, kind);
    write_bytes(&w, data, size);
    if (!w.bad) {
        p->held_size += w.size;
    }
}

/* PROPOSE, votes and certificates: all start with u8 kind || u32 epoch || u64 view. */
bool engine_on_agreement(
    struct engine *e, struct peer *p, uint8_t kind, const uint8_t *data, size_t size)
{
    struct reader r = reader_of(data, size);
    uint8_t what = read_u8(&r);
    uint32_t epoch = read_u32(&r);
    uint64_t view = read_u64(&r);
    if (r.bad) {
        return false;
    }
    if (kind == MSG_CERT && what == VOTE_FINALIZE) {
        claim(e, p, epoch, view, 0);
    }
    if (epoch == e->epoch) {
        return engine_to_simplex(e, p, kind, data, size);
    }
    if (epoch == e->epoch + 1) {
        hold(e, p, kind, data, size);
    }
    /* Behind: our status tells it where we are. Ahead: its answer tells us. */
    engine_send_status(e, p, STATUS_GAP_MS);
    return true;
}

/* One round: what was held for the epoch that has begun. True when there may be more. */
bool engine_replay_held(struct engine *e)
{
    for (size_t i = 0; i < PEERS_MAX; i++) {
        struct peer *p = &e->peers[i];
        struct reader r = reader_of(engine_held(e, p), p->held_size);
        if (!p->used || p->held_size == 0) {
            continue;
        }
        size_t size = read_u32(&r);
        uint8_t kind = read_u8(&r);
        const uint8_t *data = read_span(&r, size);
        size_t length = 0;
        if (data != NULL) {
            memcpy(e->message, data, size);
            length = r.offset;
            memmove(engine_held(e, p), engine_held(e, p) + length, p->held_size - length);
        }
        p->held_size = data != NULL ? p->held_size - length : 0;
        if (data != NULL && !engine_on_agreement(e, p, kind, e->message, size)) {
            e->rejected[kind]++;
        }
        return true;
    }
    e->replay_due = false;
    return true;
}

bool engine_on_status(struct engine *e, struct peer *p, const uint8_t *data, size_t size)
{
    struct status s;
    struct reader r = reader_of(data, size);
    if (!status_decode(&s, &r) || !reader_done(&r)) {
        return false;
    }
    claim(e, p, s.epoch, s.final_view, s.height);
    bool behind = s.epoch < e->epoch || (s.epoch == e->epoch && s.final_view < e->final_view);
    if (behind) {
        engine_send_status(e, p, STATUS_GAP_MS);
    }
    bool member = roster_find(&engine_final(e)->roster, p->id) >= 0;
    return !member || s.epoch != e->epoch || engine_to_simplex(e, p, MSG_STATUS, data, size);
}

bool engine_on_fetch(struct engine *e, struct peer *p, const uint8_t *data, size_t size)
{
    struct fetch f;
    struct reader r = reader_of(data, size);
    if (!fetch_decode(&f, &r) || !reader_done(&r)) {
        return false;
    }
    if (f.kind == FETCH_SHARES) {
        engine_dice_serve(e, p->id, f.view);
        return true;
    }
    if (f.kind != FETCH_HEIGHTS && f.kind < FETCH_EPOCHS) {
        return f.epoch != e->epoch || engine_to_simplex(e, p, MSG_FETCH, data, size);
    }
    return engine_serve_fetch(p, &f);
}

/* Learners and watchers hear of new blocks by STATUS and fetch them. */
static void sync_push(struct engine *e)
{
    if (!e->sync.push_due || e->config.watcher) {
        return;
    }
    if (e->sync.push_ms != 0 && e->now_ms < e->sync.push_ms + PUSH_GAP_MS) {
        engine_due(e, e->sync.push_ms + PUSH_GAP_MS);
        return;
    }
    for (size_t i = 0; i < PEERS_MAX; i++) {
        struct peer *p = &e->peers[i];
        if (p->used && p->linked && roster_find(&engine_final(e)->roster, p->id) < 0) {
            engine_send_status(e, p, 0);
        }
    }
    e->sync.push_due = false;
    e->sync.push_ms = e->now_ms > 0 ? e->now_ms : 1;
}

void engine_sync_poll(struct engine *e)
{
    engine_serve_poll(e);
    engine_catch_up(e);
    engine_backfill_poll(e);
    sync_push(e);
}
