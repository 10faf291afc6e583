/* Final blocks from others' records: asking for them, checking them, making them final (A.4, E.2). */
#include "consensus/engine_internal.h"

struct entry {
    struct block block;
    struct digest digest;
    const uint8_t *proof;
    size_t proof_size;
};

static bool read_entry(struct reader *r, struct entry *entry)
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

/* A block without a proof of its own is covered by the next one in the answer that has one. */
static bool covered_later(struct engine *e, struct reader rest, const struct entry *entry)
{
    struct entry next;
    struct digest last = entry->digest;
    uint32_t epoch = entry->block.header.epoch;
    struct certificate cert;
    if (entry->block.header.height <= e->sync.covered_height) {
        return true;
    }
    while (reader_left(&rest) > 0 && read_entry(&rest, &next)) {
        const struct block_header *h = &next.block.header;
        if (h->epoch != epoch || !digest_equal(&h->parent, &last)) {
            return false;
        }
        if (next.proof_size > 0) {
            if (!proof_check(e, &engine_final(e)->roster, h, &next.digest, next.proof,
                    next.proof_size, &cert)) {
                return false;
            }
            e->sync.covered_height = h->height - 1;
            return true;
        }
        last = next.digest;
    }
    return false;
}

/* A block, next on our last final one, with its proof or covered by one in the `rest` of the
 * answer. ERR_AUTH: a lie. ERR_AGAIN: not now. */
static enum err take_block(struct engine *e, const struct entry *entry, struct reader rest)
{
    const struct block_header *h = &entry->block.header;
    struct digest final = ledger_final_digest(e->ledger);
    struct certificate cert;
    bool proven = entry->proof_size > 0;
    if (h->height != ledger_height(e->ledger) + 1 || !digest_equal(&h->parent, &final) ||
        h->epoch != e->epoch) {
        return ERR_AUTH;
    }
    if (proven ? !proof_check(e, &engine_final(e)->roster, h, &entry->digest, entry->proof,
                     entry->proof_size, &cert)
               : !covered_later(e, rest, entry)) {
        return ERR_AUTH;
    }
    if (!ledger_executed(e->ledger, &entry->digest)) {
        enum verdict v = ledger_execute(e->ledger, &entry->block, &entry->digest);
        if (v != VERDICT_OK) {
            /* A quorum signed it: our own state must be wrong, or more than f members lie. */
            e->alarm = e->alarm || v != VERDICT_MISSING;
            return ERR_AGAIN;
        }
    }
    const uint8_t *proof = engine_keep(e, entry->proof, entry->proof_size);
    if (!engine_finalize(
            e, &entry->digest, entry->block.bytes, entry->block.size, proof, entry->proof_size)) {
        return ERR_AGAIN;
    }
    e->final_cert_valid = proven && digest_equal(&cert.digest, &entry->digest);
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

/* A peer that claims to be ahead gave nothing: it may be slow, or have lied. Asked again a few
 * times, ever later. */
static void doubt(struct engine *e, struct peer *p)
{
    p->claims = p->claims && ++p->claim_tries <= CLAIM_TRIES_MAX;
    p->claim_ms = e->now_ms + (500U << p->claim_tries);
}

static bool take_blocks(struct engine *e, struct peer *p, struct reader *r)
{
    uint64_t height = read_u64(r);
    uint64_t before = ledger_height(e->ledger);
    enum err err = ERR_OK;
    e->sync.covered_height = 0;
    while (err == ERR_OK && reader_left(r) > 0 && engine_has_room(e)) {
        struct entry entry;
        if (!read_entry(r, &entry)) {
            err = ERR_FORMAT;
        } else if (height++ > ledger_height(e->ledger)) {
            err = take_block(e, &entry, *r);
        }
    }
    if (ledger_height(e->ledger) == before) {
        doubt(e, p);
    } else {
        p->claim_ms = 0; /* and at once for more */
        p->claim_tries = 0;
    }
    return err == ERR_OK || err == ERR_AGAIN;
}

bool engine_on_answer(struct engine *e, struct peer *p, const uint8_t *data, size_t size)
{
    struct fetch f;
    struct reader r = reader_of(data, size);
    if (size == 0 || data[0] != FETCH_HEIGHTS) {
        return engine_to_simplex(e, p, MSG_FETCH_RESP, data, size);
    }
    if (!fetch_decode(&f, &r)) {
        return false;
    }
    if (e->sync.peer == (int)(p - e->peers)) {
        e->sync.peer = -1;
    }
    return take_blocks(e, p, &r);
}

static void ask(struct engine *e, struct peer *p)
{
    struct fetch f = {
        .kind = FETCH_HEIGHTS, .epoch = e->epoch, .height = ledger_height(e->ledger) + 1};
    struct writer w = outbox_begin(&e->up->outbox);
    write_u8(&w, MSG_FETCH);
    fetch_encode(&f, &w);
    outbox_send(&e->up->outbox, &w, p->id, CHANNEL_CONTROL);
    e->sync.peer = (int)(p - e->peers);
    e->sync.asked_ms = e->now_ms;
    e->sync.height = f.height;
}

void engine_catch_up(struct engine *e)
{
    uint64_t patience = e->voting ? 2 * (uint64_t)e->config.delta_ms : 0;
    if (e->sync.peer >= 0) {
        uint64_t late = e->sync.asked_ms + FETCH_TIMEOUT_MS;
        if (e->now_ms < late) {
            engine_due(e, late);
            return;
        }
        doubt(e, &e->peers[e->sync.peer]);
        e->sync.peer = -1;
    }
    for (unsigned k = 0; k < PEERS_MAX; k++) {
        struct peer *p = &e->peers[(e->sync.next + k) % PEERS_MAX];
        if (p->claims && !engine_is_ahead(e, p->claim_epoch, p->claim_view)) {
            p->claims = false;
        }
        if (!p->used || !p->claims) {
            continue;
        }
        if (e->now_ms >= p->claim_ms + patience) {
            e->sync.next = (unsigned)(p - e->peers) + 1;
            ask(e, p);
            engine_due(e, e->now_ms + FETCH_TIMEOUT_MS);
            return;
        }
        engine_due(e, p->claim_ms + patience);
    }
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
