/* The blocks that a takeover skipped, fetched from others in the background until the record is
 * whole again (E.2). They are not executed: each is next in the chain of digests that begins with
 * our last block below the gap, covered by a certificate of its epoch's members, and the last one
 * must be the block whose state was taken over. */
#include "consensus/engine_internal.h"

#include <stdlib.h>

bool engine_backfill_create(struct engine *e)
{
    e->fill.peer = -1;
    e->fill.data = malloc(MESSAGE_BYTES_MAX);
    return e->fill.data != NULL;
}

void engine_backfill_destroy(struct engine *e)
{
    free(e->fill.data);
}

void engine_restore_gap(struct engine *e, const struct persist *gap, const struct persist *below,
    const struct roster *roster)
{
    struct backfill *b = &e->fill;
    struct block_header h;
    struct reader r =
        reader_of(below == NULL ? NULL : below->data, below == NULL ? 0 : below->size);
    b->high = gap->height;
    b->high_digest = gap->digest;
    b->roster = roster == NULL ? e->first_roster : *roster;
    b->low = 0;
    b->low_digest = e->game_id;
    b->epoch = 0;
    if (below != NULL && block_header_decode(&h, &r)) {
        struct digest members = roster_hash(&b->roster);
        b->low = h.height;
        b->low_digest = block_digest(&h);
        b->epoch = h.epoch;
        b->need_roster = !digest_equal(&h.members_hash, &members);
        /* The block that ended its epoch: the next one begins behind it. */
        b->epoch += b->need_roster ? 1 : 0;
    }
}

static void done(struct engine *e)
{
    struct backfill *b = &e->fill;
    uint8_t height[8];
    struct writer w = writer_of(height, sizeof height);
    write_u64(&w, b->high);
    struct persist *p = engine_persist(e, PERSIST_GAP);
    p->height = b->high;
    p->digest = b->high_digest;
    p->data = engine_keep(e, height, sizeof height);
    p->size = sizeof height;
    b->low = b->high = 0;
    b->size = b->offset = 0;
}

/* ERR_AUTH: a lie. ERR_FULL: in the next step. */
static enum err take_fill(struct engine *e, const struct block_entry *entry, struct reader rest)
{
    struct backfill *b = &e->fill;
    const struct block_header *h = &entry->block.header;
    struct covering from = {.epoch = b->epoch, .height = b->low, .digest = b->low_digest};
    bool lie = false;
    if (h->height != b->low + 1 || !digest_equal(&h->parent, &b->low_digest) ||
        h->epoch != b->epoch || !digest_equal(&h->game_id, &e->game_id) ||
        (h->height == b->high && !digest_equal(&entry->digest, &b->high_digest))) {
        return ERR_AUTH;
    }
    if (h->height > b->covered_height) {
        b->covered_height = engine_cover(e, &b->roster, &from, rest, &lie);
        if (b->covered_height == 0) {
            return ERR_AUTH;
        }
    }
    if (!engine_has_room_for(e, b->covered_height - b->low)) {
        return ERR_FULL;
    }
    bool proven = h->height == b->covered_height;
    struct persist *p = engine_persist(e, PERSIST_FILL);
    p->height = h->height;
    p->epoch = h->epoch;
    p->view = h->view;
    p->digest = entry->digest;
    p->data = engine_keep(e, entry->block.bytes, entry->block.size);
    p->size = entry->block.size;
    p->proof_size = proven ? entry->proof_size : 0;
    p->proof = engine_keep(e, entry->proof, p->proof_size);
    struct digest members = roster_hash(&b->roster);
    b->low = h->height;
    b->low_digest = entry->digest;
    if (!digest_equal(&h->members_hash, &members)) {
        b->epoch++;
        b->need_roster = true;
    }
    return ERR_OK;
}

/* Some blocks of the answer at hand, as many as a step has room for. */
static void take_answer(struct engine *e)
{
    struct backfill *b = &e->fill;
    while (b->offset < b->size && b->low < b->high && !b->need_roster && engine_has_room(e)) {
        struct reader r = reader_of(b->data, b->size);
        struct block_entry entry;
        r.offset = b->offset;
        struct reader rest = r;
        enum err err = engine_read_entry(&r, &entry) ? take_fill(e, &entry, rest) : ERR_FORMAT;
        if (err == ERR_FULL) {
            break;
        }
        if (err != ERR_OK) {
            b->size = b->offset = 0;
            if (b->peer >= 0 && e->peers[b->peer].used) {
                engine_lied(e, &e->peers[b->peer], LIE_BLOCKS);
            }
            return;
        }
        b->offset = r.offset;
    }
    if (b->low == b->high) {
        done(e);
    } else if (b->offset < b->size && !b->need_roster) {
        e->again = true;
    } else {
        b->size = b->offset = 0;
        b->peer = -1;
        b->next_ms = e->now_ms + BACKFILL_PACE_MS;
        engine_due(e, b->next_ms);
    }
}

/* The members of the epoch that begins: their hash is in the header that ended the one before. */
static bool take_roster(struct engine *e, struct reader *r)
{
    struct backfill *b = &e->fill;
    struct block_header h;
    struct roster next;
    bool read = block_header_decode(&h, r);
    read_span(r, read_u32(r));
    if (!read || !roster_decode(&next, r)) {
        return false;
    }
    struct digest digest = block_digest(&h), members = roster_hash(&next);
    if (!digest_equal(&digest, &b->low_digest) || !digest_equal(&h.members_hash, &members)) {
        return false;
    }
    b->roster = next;
    b->need_roster = false;
    return true;
}

bool engine_backfill_answer(
    struct engine *e, struct peer *p, const struct fetch *f, struct reader *r)
{
    struct backfill *b = &e->fill;
    uint8_t kind = b->need_roster ? FETCH_EPOCHS : FETCH_HEIGHTS;
    bool taking = e->sync.asked > 0 && e->sync.peer == (int)(p - e->peers);
    if (b->high == 0 || b->peer != (int)(p - e->peers) || b->size > 0 || f->kind != kind ||
        (kind == FETCH_HEIGHTS && taking)) {
        return false;
    }
    b->next_ms = e->now_ms + BACKFILL_PACE_MS;
    if (kind == FETCH_EPOCHS) {
        b->peer = -1;
        if (reader_left(r) > 0 && !take_roster(e, r)) {
            engine_lied(e, p, LIE_EPOCHS);
        }
        return true;
    }
    uint64_t height = read_u64(r);
    if (r->bad || height != b->low + 1 || reader_left(r) == 0) {
        b->peer = -1;
        b->next_ms = e->now_ms + FETCH_TIMEOUT_MS; /* perhaps it has a gap of its own */
        return true;
    }
    b->size = reader_left(r);
    b->offset = 0;
    b->covered_height = 0;
    memcpy(b->data, r->data + r->offset, b->size);
    return true;
}

static void ask_somebody(struct engine *e)
{
    struct backfill *b = &e->fill;
    for (unsigned k = 0; k < PEERS_MAX; k++) {
        unsigned at = (b->next_peer + k) % PEERS_MAX;
        if (!engine_is_source(e, &e->peers[at])) {
            continue;
        }
        uint64_t left =
            b->high - b->low; /* and its end there, so that the record has a proof at it */
        struct fetch f = {.kind = FETCH_HEIGHTS,
            .height = b->low + 1,
            .view = left < FETCH_BLOCKS ? left : FETCH_BLOCKS};
        if (b->need_roster) {
            f = (struct fetch){.kind = FETCH_EPOCHS, .epoch = b->epoch};
        }
        b->next_peer = at + 1;
        b->peer = (int)at;
        b->asked_ms = e->now_ms;
        engine_ask(e, &e->peers[at], &f);
        engine_due(e, e->now_ms + FETCH_TIMEOUT_MS);
        return;
    }
}

/* Only while we are level with the others: playing comes first. */
void engine_backfill_poll(struct engine *e)
{
    struct backfill *b = &e->fill;
    if (b->high == 0 || e->take.stage != TAKEOVER_NONE || e->sync.asked > 0 ||
        e->sync.answer_count > 0) {
        return;
    }
    if (b->size > 0) {
        take_answer(e);
        return;
    }
    if (b->peer >= 0 && e->now_ms < b->asked_ms + FETCH_TIMEOUT_MS) {
        engine_due(e, b->asked_ms + FETCH_TIMEOUT_MS);
    } else if (e->now_ms < b->next_ms) {
        engine_due(e, b->next_ms);
    } else {
        b->peer = -1;
        ask_somebody(e);
    }
}
