/* Final blocks from others' records: asking for them, checking them, making them final (A.4, E.2). */
#include "consensus/engine_internal.h"

#include <stdlib.h>

/* Nothing more is expected of it. */
static void stop_asking(struct engine *e)
{
    e->sync.peer = -1;
    e->sync.asked = 0;
    e->sync.window = 1;
}

bool engine_catchup_create(struct engine *e)
{
    stop_asking(e);
    for (size_t i = 0; i < SERVES_MAX; i++) {
        e->sync.answers[i].data = malloc(MESSAGE_BYTES_MAX);
        if (e->sync.answers[i].data == NULL) {
            return false;
        }
    }
    return true;
}

void engine_catchup_destroy(struct engine *e)
{
    for (size_t i = 0; i < SERVES_MAX; i++) {
        free(e->sync.answers[i].data);
    }
}

bool engine_is_source(const struct engine *e, const struct peer *p)
{
    return p->used && p->linked && (p->liar_ms == 0 || e->now_ms >= p->liar_ms + LIAR_MS);
}

void engine_lied(struct engine *e, struct peer *p, enum engine_lie lie)
{
    e->lies[lie]++;
    p->liar_ms = e->now_ms > 0 ? e->now_ms : 1;
    p->claims = false;
    if (e->sync.peer == (int)(p - e->peers)) {
        stop_asking(e);
    }
    engine_takeover_unlink(e, p);
    e->rejected[MSG_FETCH_RESP]++;
    e->up->malformed = true;
    e->up->lie = (uint8_t)lie;
    memcpy(e->up->liar, p->id, ID_BYTES);
}

/* It may be slow, or have lied. Asked again a few times, ever later. */
void engine_doubt(struct engine *e, struct peer *p)
{
    p->claims = p->claims && ++p->claim_tries <= CLAIM_TRIES_MAX;
    p->claim_ms = e->now_ms + (500U << p->claim_tries);
    if (!p->claims && p->claim_empty && p->claim_height > ledger_height(e->ledger)) {
        p->claim_height = 0;
        engine_lied(e, p, LIE_HEIGHT);
    }
}

bool engine_read_entry(struct reader *r, struct block_entry *entry)
{
    size_t size = read_u32(r);
    const uint8_t *bytes = read_span(r, size);
    entry->proof_size = read_u32(r);
    entry->proof = read_span(r, entry->proof_size);
    if (r->bad || !block_decode(&entry->block, bytes, size)) {
        return false;
    }
    entry->digest = block_digest(&entry->block.header);
    return true;
}

/* One certificate covers the chain of blocks before it: the last one within COVER_MAX is looked
 * at, and no other. */
uint64_t engine_cover(struct engine *e, const struct roster *roster, const struct covering *from,
    struct reader rest, bool *lie)
{
    struct block_entry entry, best;
    struct digest last = from->digest;
    struct certificate cert;
    bool found = false;
    *lie = false;
    for (uint64_t n = 1; n <= COVER_MAX && reader_left(&rest) > 0; n++) {
        if (!engine_read_entry(&rest, &entry)) {
            break;
        }
        const struct block_header *h = &entry.block.header;
        if (h->epoch != from->epoch || h->height != from->height + n ||
            !digest_equal(&h->parent, &last)) {
            break;
        }
        last = entry.digest;
        if (entry.proof_size > 0) {
            best = entry;
            found = true;
        }
    }
    *lie = found && !proof_check(e, roster, &best.block.header, &best.digest, best.proof,
                        best.proof_size, &cert);
    return found && !*lie ? best.block.header.height : 0;
}

/* Executes it and makes it final; it has been checked that a quorum signed it. */
static enum err accept_block(struct engine *e, const struct block_entry *entry)
{
    struct certificate cert;
    size_t proof_size = 0;
    if (!ledger_executed(e->ledger, &entry->digest)) {
        enum verdict v = ledger_execute(e->ledger, &entry->block, &entry->digest);
        if (v != VERDICT_OK) {
            /* A quorum signed it: our own state must be wrong, or more than f members lie. */
            if (v != VERDICT_MISSING) {
                e->alarm = true;
                ledger_guard_differs(e->ledger);
            }
            engine_guard_act(e);
            return ERR_AGAIN;
        }
    }
    /* Only a proof that was looked at is kept. */
    bool proven = entry->block.header.height == e->sync.covered_height;
    struct reader r = reader_of(entry->proof, entry->proof_size);
    proof_size = proven ? entry->proof_size : 0;
    const uint8_t *proof = engine_keep(e, entry->proof, proof_size);
    if (!engine_finalize(
            e, &entry->digest, entry->block.bytes, entry->block.size, proof, proof_size)) {
        return ERR_AGAIN;
    }
    e->final_cert_valid =
        proven && certificate_decode(&cert, &r) && digest_equal(&cert.digest, &entry->digest);
    if (e->final_cert_valid) {
        e->final_cert = cert;
    }
    if (e->switched) {
        engine_begin_epoch(e);
    } else if (e->final_cert_valid) {
        engine_begin_step(e);
        simplex_advance(e->simplex, &e->final_cert, e->now_ms, &e->step);
        engine_absorb(e);
    }
    return ERR_OK;
}

/* A block, next on our last final one, covered by a proof of its own or of one in the `rest` of the
 * answer, which begins with it. ERR_AUTH: a lie. ERR_AGAIN: not now. ERR_FULL: in the next step. */
static enum err take_block(struct engine *e, const struct block_entry *entry, struct reader rest)
{
    const struct block_header *h = &entry->block.header;
    struct covering from = {.epoch = e->epoch,
        .height = ledger_height(e->ledger),
        .digest = ledger_final_digest(e->ledger)};
    bool lie;
    if (h->height != from.height + 1 || !digest_equal(&h->parent, &from.digest) ||
        h->epoch != e->epoch) {
        return ERR_AUTH;
    }
    if (h->height > e->sync.covered_height) {
        e->sync.covered_height = engine_cover(e, &engine_final(e)->roster, &from, rest, &lie);
        if (e->sync.covered_height == 0) {
            return lie ? ERR_AUTH : ERR_AGAIN;
        }
        e->sync.covered_top = e->sync.covered_height;
    }
    if (!engine_has_room_for(e, e->sync.covered_height - from.height)) {
        return ERR_FULL;
    }
    return accept_block(e, entry);
}

static void drop_answers(struct engine *e)
{
    e->sync.answer_count = 0;
    e->sync.covered_height = 0;
}

static void drop_first_answer(struct engine *e)
{
    struct block_answer *a = e->sync.answers;
    uint8_t *data = a[0].data;
    memmove(&a[0], &a[1], (--e->sync.answer_count) * sizeof a[0]);
    a[e->sync.answer_count].data = data;
    e->sync.covered_height = 0;
}

/* Goes on with the first answer while there is room in the step. */
static void take_blocks(struct engine *e)
{
    while (e->sync.answer_count > 0 && engine_has_room(e)) {
        struct block_answer *a = &e->sync.answers[0];
        struct peer *p = &e->peers[a->peer];
        struct block_entry entry;
        struct reader r = reader_of(a->data, a->size);
        r.offset = a->offset;
        if (reader_left(&r) == 0) {
            drop_first_answer(e);
            continue;
        }
        struct reader rest = r;
        enum err err = engine_read_entry(&r, &entry) ? ERR_OK : ERR_FORMAT;
        if (err == ERR_OK && a->height > ledger_height(e->ledger)) {
            if (a->height > ledger_height(e->ledger) + 1) {
                drop_answers(e); /* what belongs between them did not fit into an answer */
                return;
            }
            err = take_block(e, &entry, rest);
        }
        if (err == ERR_FULL) {
            break;
        }
        a->offset = r.offset;
        a->height++;
        if (err != ERR_OK) {
            drop_answers(e);
            if (err != ERR_AGAIN && p->used) {
                engine_lied(e, p, LIE_BLOCKS);
            }
            return;
        }
    }
    e->again = e->again || e->sync.answer_count > 0;
}

/* How many blocks an answer holds, by their lengths alone; 0 when those do not fit. */
static uint64_t count_blocks(struct reader r)
{
    uint64_t count = 0;
    while (reader_left(&r) > 0) {
        read_span(&r, read_u32(&r));
        read_span(&r, read_u32(&r));
        count++;
    }
    return r.bad ? 0 : count;
}

static bool on_heights(struct engine *e, struct peer *p, struct reader *r)
{
    uint64_t height = read_u64(r);
    bool expected = e->sync.peer == (int)(p - e->peers) && e->sync.asked > 0;
    if (r->bad || (!expected && (e->sync.asked > 0 || e->sync.answer_count > 0))) {
        return !r->bad;
    }
    bool in_turn = !expected || height == e->sync.heights[0];
    bool later = false;
    for (unsigned i = 1; expected && i < e->sync.asked; i++) {
        later = later || height == e->sync.heights[i];
    }
    if (!in_turn && height != 0) {
        if (later) { /* those before it are lost: once more from where we stand, one by one */
            stop_asking(e);
            p->claim_ms = 0;
        }
        return true;
    }
    if (expected) {
        memmove(
            &e->sync.heights[0], &e->sync.heights[1], --e->sync.asked * sizeof e->sync.heights[0]);
        e->sync.asked_ms = e->now_ms;
        e->sync.peer = e->sync.asked == 0 ? -1 : e->sync.peer;
    }
    if (height == 0 || reader_left(r) == 0) {
        p->claim_empty = height != 0;
        p->claim_ms = e->now_ms > 0 ? e->now_ms : 1; /* no more at once */
        if (e->sync.answer_count == 0 && e->sync.asked == 0) {
            engine_doubt(e, p);
        }
        return true;
    }
    p->claim_ms = 0; /* and at once for more */
    p->claim_tries = 0;
    p->claim_empty = false;
    e->sync.window += e->sync.window < SERVES_MAX;
    uint64_t count = count_blocks(*r);
    if (count == 0) {
        engine_lied(e, p, LIE_BLOCKS);
        return true;
    }
    struct block_answer *a = &e->sync.answers[e->sync.answer_count++];
    a->end = height + count;
    a->size = reader_left(r);
    a->offset = 0;
    a->height = height;
    a->peer = (int)(p - e->peers);
    memcpy(a->data, r->data + r->offset, a->size);
    return true;
}

bool engine_on_answer(struct engine *e, struct peer *p, const uint8_t *data, size_t size)
{
    struct fetch f;
    struct reader r = reader_of(data, size);
    if (size == 0 || (data[0] != FETCH_HEIGHTS && data[0] < FETCH_EPOCHS)) {
        return engine_to_simplex(e, p, MSG_FETCH_RESP, data, size);
    }
    if (!fetch_decode(&f, &r)) {
        return false;
    }
    if (engine_backfill_answer(e, p, &f, &r)) {
        return true;
    }
    return f.kind == FETCH_HEIGHTS ? on_heights(e, p, &r) : engine_takeover_answer(e, p, &f, &r);
}

void engine_ask(struct engine *e, const struct peer *p, const struct fetch *f)
{
    struct writer w = outbox_begin(&e->up->outbox);
    write_u8(&w, MSG_FETCH);
    fetch_encode(f, &w);
    outbox_send(&e->up->outbox, &w, p->id, CHANNEL_CONTROL);
}

/* Keeps as many questions out as there is room for their answers. */
static void ask_ahead(struct engine *e, struct peer *p)
{
    uint64_t next = ledger_height(e->ledger) + 1;
    if (e->sync.asked > 0) {
        next = e->sync.heights[e->sync.asked - 1] + FETCH_BLOCKS;
    } else if (e->sync.answer_count > 0) {
        next = e->sync.answers[e->sync.answer_count - 1].end;
    }
    while (e->sync.asked < e->sync.window && e->sync.asked + e->sync.answer_count < SERVES_MAX &&
           (e->sync.asked == 0 || next <= p->claim_height)) {
        struct fetch f = {
            .kind = FETCH_HEIGHTS, .epoch = e->epoch, .height = next, .view = FETCH_BLOCKS};
        engine_ask(e, p, &f);
        e->sync.asked_ms = e->sync.asked == 0 ? e->now_ms : e->sync.asked_ms;
        e->sync.heights[e->sync.asked++] = next;
        next += FETCH_BLOCKS;
    }
    e->sync.peer = (int)(p - e->peers);
}

static void find_peer(struct engine *e)
{
    uint64_t patience = e->voting ? 2 * (uint64_t)e->config.delta_ms : 0;
    for (unsigned k = 0; k < PEERS_MAX; k++) {
        struct peer *p = &e->peers[(e->sync.next + k) % PEERS_MAX];
        if (p->claims && !engine_is_ahead(e, p->claim_epoch, p->claim_view)) {
            p->claims = false;
        }
        if (!p->used || !p->claims || !engine_is_source(e, p)) {
            continue;
        }
        if (e->now_ms >= p->claim_ms + patience) {
            e->sync.next = (unsigned)(p - e->peers) + 1;
            ask_ahead(e, p);
            engine_due(e, e->now_ms + FETCH_TIMEOUT_MS);
            return;
        }
        engine_due(e, p->claim_ms + patience);
    }
}

void engine_take_answers(struct engine *e)
{
    take_blocks(e);
    engine_takeover_poll(e);
}

void engine_catch_up(struct engine *e)
{
    if (e->take.stage != TAKEOVER_NONE || ledger_guard(e->ledger)->fault.kind != 0) {
        return;
    }
    if (e->sync.peer >= 0) {
        struct peer *p = &e->peers[e->sync.peer];
        uint64_t late = e->sync.asked_ms + FETCH_TIMEOUT_MS;
        if (e->now_ms < late) {
            if (p->claim_ms == 0) {
                ask_ahead(e, p);
            }
            engine_due(e, late);
            return;
        }
        p->claim_empty = false;
        engine_doubt(e, p);
        stop_asking(e);
    }
    if (e->sync.answer_count < SERVES_MAX) {
        find_peer(e);
    }
}
