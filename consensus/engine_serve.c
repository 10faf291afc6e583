/* What others ask of our record and of the states kept here (A.8, E.2): a few questions a peer at a
 * time, so many bytes a second, and all of it on the bulk channel, where no vote travels. */
#include "consensus/engine_internal.h"

static void refill(struct engine *e, struct peer *p)
{
    uint64_t passed = e->now_ms - p->credit_ms;
    if (p->credit_ms == 0 || passed > 1000) {
        passed = 1000;
    }
    p->credit += (int64_t)(passed * SERVE_BYTES_S / 1000);
    p->credit = p->credit > SERVE_BURST_BYTES ? SERVE_BURST_BYTES : p->credit;
    p->credit_ms = e->now_ms > 0 ? e->now_ms : 1;
}

static struct writer begin_answer(struct engine *e, const struct fetch *f)
{
    struct writer w = outbox_begin(&e->up->outbox);
    write_u8(&w, MSG_FETCH_RESP);
    fetch_encode(f, &w);
    return w;
}

static void end_answer(struct engine *e, struct peer *p, const struct writer *w)
{
    p->credit -= (int64_t)w->size;
    p->serving -= p->serving > 0;
    outbox_send(&e->up->outbox, w, p->id, CHANNEL_BULK);
}

static void serve_state(struct engine *e, struct peer *p, const struct fetch *f)
{
    struct kept_state *k = (struct kept_state *)engine_kept_last(e);
    struct writer w = begin_answer(e, f);
    if (k != NULL && k->header.height > f->height) {
        engine_kept_measure(k);
        block_header_encode(&k->header, &w);
        write_u32(&w, (uint32_t)k->proof_size);
        write_bytes(&w, k->proof, k->proof_size);
        state_meta_encode(&k->meta, &w);
    }
    end_answer(e, p, &w);
}

static void serve_piece(struct engine *e, struct peer *p, const struct fetch *f)
{
    struct writer w = begin_answer(e, f);
    for (size_t i = 0; i < SNAPSHOTS_KEPT; i++) {
        struct kept_state *k = &e->kept[i];
        if (!k->used || k->header.height != f->height) {
            continue;
        }
        engine_kept_measure(k);
        if (f->view < k->meta.chunks) {
            state_piece_encode(&k->meta, k->leaves, k->bytes, (uint32_t)f->view, &w);
        }
    }
    end_answer(e, p, &w);
}

/* From the record: its owner answers. */
static void serve_record(struct engine *e, struct peer *p, const struct fetch *f)
{
    if (f->kind == FETCH_HEIGHTS && (f->height > ledger_height(e->ledger) || f->height == 0)) {
        struct writer w = begin_answer(e, f);
        blocks_answer_begin(&w, f->height); /* nothing: it need not wait for us */
        end_answer(e, p, &w);
        return;
    }
    struct engine_serve *s = &e->up->serve[e->up->serve_count++];
    memcpy(s->to, p->id, ID_BYTES);
    s->kind = f->kind;
    s->height = f->height;
    s->count = f->view > UINT32_MAX ? UINT32_MAX : (uint32_t)f->view;
    s->epoch = f->epoch;
}

static bool serve_next(struct engine *e, struct peer *p)
{
    size_t max = sizeof e->up->serve / sizeof e->up->serve[0];
    refill(e, p);
    if (p->queued == 0 || e->up->serve_count == max) {
        return false;
    }
    if (p->credit <= 0) {
        engine_due(e, e->now_ms + 1 + (uint64_t)-p->credit * 1000 / SERVE_BYTES_S);
        return false;
    }
    struct fetch f = p->queue[0];
    memmove(&p->queue[0], &p->queue[1], --p->queued * sizeof p->queue[0]);
    if (f.kind == FETCH_STATE) {
        serve_state(e, p, &f);
    } else if (f.kind == FETCH_PIECE) {
        serve_piece(e, p, &f);
    } else {
        serve_record(e, p, &f);
    }
    return true;
}

void engine_serve_poll(struct engine *e)
{
    for (size_t i = 0; i < PEERS_MAX; i++) {
        struct peer *p = &e->peers[i];
        if (p->used && p->queued > 0 && e->passing) {
            e->again = true; /* whoever brings an answer does not look for questions */
        }
        while (p->used && p->queued > 0 && !e->passing && serve_next(e, p)) {
        }
    }
}

/* More than SERVES_MAX at once are not answered. */
bool engine_serve_fetch(struct peer *p, const struct fetch *f)
{
    if (p->serving >= SERVES_MAX || p->queued == SERVES_MAX) {
        return true;
    }
    p->serving++;
    p->queue[p->queued++] = *f;
    return true;
}

/* The record's answer, on to the peer that asked. */
void engine_pass_blocks(
    struct engine *e, const uint8_t to[ID_BYTES], uint8_t kind, const uint8_t *data, size_t size)
{
    struct peer *p = engine_peer(e, to, false);
    struct fetch f = {
        .kind = kind == FETCH_EPOCHS ? FETCH_EPOCHS : FETCH_HEIGHTS, .epoch = e->epoch};
    if (p == NULL) {
        return;
    }
    struct writer w = begin_answer(e, &f);
    write_bytes(&w, data, size);
    end_answer(e, p, &w);
}

void blocks_answer_begin(struct writer *w, uint64_t first_height)
{
    write_u64(w, first_height);
}

bool blocks_answer_add(
    struct writer *w, const uint8_t *block, size_t size, const uint8_t *proof, size_t proof_size)
{
    /* Room for the message around it; the first block always fits. */
    size_t limit = w->size <= 8 ? MESSAGE_BYTES_MAX - 64 : FETCH_BYTES_MAX;
    if (w->bad || w->size + 8 + size + proof_size > limit ||
        w->capacity - w->size < 8 + size + proof_size) {
        return false;
    }
    write_u32(w, (uint32_t)size);
    write_bytes(w, block, size);
    write_u32(w, (uint32_t)proof_size);
    write_bytes(w, proof, proof_size);
    return true;
}

bool epochs_answer_add(struct writer *w, const struct persist *link)
{
    if (w->bad || link->proof_size < BLOCK_HEADER_BYTES) {
        return false;
    }
    size_t proof_size = link->proof_size - BLOCK_HEADER_BYTES;
    size_t size = link->proof_size + 4 + link->size;
    if (w->size + size > FETCH_BYTES_MAX || w->capacity - w->size < size) {
        return false;
    }
    write_bytes(w, link->proof, BLOCK_HEADER_BYTES);
    write_u32(w, (uint32_t)proof_size);
    write_bytes(w, link->proof + BLOCK_HEADER_BYTES, proof_size);
    write_bytes(w, link->data, link->size);
    return true;
}
