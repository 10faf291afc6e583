/* A member that is far behind takes the table's state from others (E.2): the epoch chain, the
 * header of a kept state and its shape, then its pieces, from several peers at once. Every answer is
 * checked against what a quorum signed before anything of it is kept; who sends a wrong one is asked
 * no more, and the others go on. */
#include "consensus/engine_internal.h"

#include <stdlib.h>

bool engine_takeover_create(struct engine *e)
{
    e->take.peer = -1;
    /* Touched only as far as a state reaches. */
    e->take.bytes = malloc(ledger_state_capacity(e->ledger));
    return e->take.bytes != NULL;
}

void engine_takeover_destroy(struct engine *e)
{
    free(e->take.bytes);
}

/* Blocks it is, for a while. */
static void give_up(struct engine *e)
{
    e->take.stage = TAKEOVER_NONE;
    e->take.peer = -1;
    e->take.refused = true;
    e->take.refused_ms = e->now_ms;
}

/* Somebody who has sat at this table: whoever comes for the first time looks at every block. */
static bool may_take_over(const struct engine *e)
{
    const struct protocol_state *p = engine_final(e);
    const struct identity *me = protocol_identity(p, e->self_id);
    bool sat =
        me != NULL && !me->bot && me->standing != STANDING_NONE && me->standing != STANDING_JOINING;
    const struct attempt *a = &p->attempt;
    /* A key generation that we are part of may have made the key of an epoch we vote in: its deals
     * are needed for our share, so its blocks are (C.3). */
    bool dealing = a->phase != ATTEMPT_NONE && a->phase < ATTEMPT_ACK &&
                   roster_find(&a->roster, e->self_id) >= 0;
    return sat && !dealing && !e->config.watcher && !e->alarm && e->fill.high == 0;
}

static bool is_far_ahead(const struct engine *e, const struct peer *p)
{
    return engine_is_source(e, p) && p->claims &&
           p->claim_height > ledger_height(e->ledger) + e->config.takeover_blocks;
}

/* The next peer, in turn, of which `good` holds; NULL when there is none. */
static struct peer *next_peer(
    struct engine *e, bool (*good)(const struct engine *e, const struct peer *p))
{
    for (unsigned k = 0; k < PEERS_MAX; k++) {
        unsigned at = (e->take.next_peer + k) % PEERS_MAX;
        if (good(e, &e->peers[at])) {
            e->take.next_peer = at + 1;
            return &e->peers[at];
        }
    }
    return NULL;
}

static bool is_candidate(const struct engine *e, const struct peer *p)
{
    return is_far_ahead(e, p) && !p->stateless;
}

static bool may_have_piece(const struct engine *e, const struct peer *p)
{
    return engine_is_source(e, p) && !p->stateless && p->asked < SERVES_MAX;
}

static void ask_one(struct engine *e, struct peer *p)
{
    struct takeover *t = &e->take;
    struct fetch f = {.kind = FETCH_STATE, .epoch = t->epoch, .height = ledger_height(e->ledger)};
    if (t->stage == TAKEOVER_EPOCHS) {
        f = (struct fetch){.kind = FETCH_EPOCHS, .epoch = t->epoch + 1};
    }
    t->peer = (int)(p - e->peers);
    t->asked_ms = e->now_ms;
    engine_ask(e, p, &f);
}

static void begin(struct engine *e)
{
    struct takeover *t = &e->take;
    t->stage = TAKEOVER_EPOCHS;
    t->peer = -1;
    t->epoch = e->epoch;
    t->roster = engine_final(e)->roster;
    t->base = e->base;
    for (size_t i = 0; i < PEERS_MAX; i++) {
        e->peers[i].stateless = false;
        e->peers[i].asked = 0;
    }
}

void engine_takeover_unlink(struct engine *e, const struct peer *p)
{
    struct takeover *t = &e->take;
    int index = (int)(p - e->peers);
    t->peer = t->peer == index ? -1 : t->peer;
    for (uint32_t i = 0; t->stage == TAKEOVER_PIECES && i < t->meta.chunks; i++) {
        t->piece[i].peer = t->piece[i].peer == index ? -1 : t->piece[i].peer;
    }
    if (e->fill.peer == index) {
        e->fill.peer = -1;
    }
}

/* The epoch that the chain has reached begins behind this header. False: a lie. */
static bool take_link(struct engine *e, struct reader *r)
{
    struct takeover *t = &e->take;
    struct block_header h;
    struct certificate cert;
    struct roster next;
    bool read = block_header_decode(&h, r);
    size_t proof_size = read_u32(r);
    const uint8_t *proof = read_span(r, proof_size);
    if (!read || proof == NULL || proof_size > PROOF_BYTES_MAX || !roster_decode(&next, r)) {
        return false;
    }
    struct digest digest = block_digest(&h), members = roster_hash(&next);
    struct digest former = roster_hash(&t->roster);
    if (!digest_equal(&h.game_id, &e->game_id) || h.epoch != t->epoch || next.count == 0 ||
        !digest_equal(&h.members_hash, &members) || digest_equal(&members, &former) ||
        !proof_check(e, &t->roster, &h, &digest, proof, proof_size, &cert)) {
        return false;
    }
    engine_persist_epoch(e, &h, &next, proof, proof_size);
    t->roster = next;
    t->base = digest;
    t->epoch++;
    return true;
}

static bool take_links(struct engine *e, struct peer *p, struct reader *r)
{
    struct takeover *t = &e->take;
    uint32_t before = t->epoch;
    while (reader_left(r) > 0 && engine_has_room(e)) {
        if (!take_link(e, r)) {
            engine_lied(e, p, LIE_EPOCHS);
            return true;
        }
    }
    p->stateless = p->stateless || (t->epoch == before && t->epoch < p->claim_epoch);
    return true;
}

/* The header is of the epoch the chain has reached, or the very block that it begins behind; a
 * quorum signed it, and its state root is that of the shape. */
static bool check_state(struct engine *e, struct reader *r, bool *later)
{
    struct takeover *t = &e->take;
    struct certificate cert;
    bool read = block_header_decode(&t->header, r);
    t->proof_size = read_u32(r);
    const uint8_t *proof = read_span(r, t->proof_size);
    if (!read || proof == NULL || t->proof_size > sizeof t->proof ||
        !state_meta_decode(&t->meta, r) || !reader_done(r) ||
        t->meta.size > ledger_state_capacity(e->ledger)) {
        return false;
    }
    const struct block_header *h = &t->header;
    struct digest digest = block_digest(h), root = state_meta_root(&t->meta);
    struct digest members = roster_hash(&t->roster);
    /* It ends the epoch that the chain has reached: the link comes first, the record needs it. */
    bool ends = h->epoch == t->epoch && !digest_equal(&h->members_hash, &members);
    memcpy(t->proof, proof, t->proof_size);
    *later = (h->epoch > t->epoch || ends) && digest_equal(&h->state_root, &root);
    return !*later && digest_equal(&h->game_id, &e->game_id) &&
           h->height > ledger_height(e->ledger) && digest_equal(&h->state_root, &root) &&
           (digest_equal(&digest, &t->base) ||
               (h->epoch == t->epoch &&
                   proof_check(e, &t->roster, h, &digest, proof, t->proof_size, &cert)));
}

static bool take_state(struct engine *e, struct peer *p, struct reader *r)
{
    struct takeover *t = &e->take;
    bool later = false;
    if (reader_left(r) == 0) {
        p->stateless = true;
        return true;
    }
    if (!check_state(e, r, &later)) {
        if (later) { /* another epoch has begun since: it must show how, next */
            p->claim_epoch = t->epoch + 1;
        } else {
            engine_lied(e, p, LIE_STATE);
        }
        return true;
    }
    if (t->header.height < ledger_height(e->ledger) + e->config.takeover_blocks / 2) {
        p->stateless = true; /* the blocks are as near */
        return true;
    }
    t->stage = TAKEOVER_PIECES;
    t->missing = t->meta.chunks;
    for (uint32_t i = 0; i < t->meta.chunks; i++) {
        t->piece[i].here = false;
        t->piece[i].peer = -1;
    }
    return true;
}

static bool take_piece(struct engine *e, struct peer *p, const struct fetch *f, struct reader *r)
{
    struct takeover *t = &e->take;
    if (t->stage != TAKEOVER_PIECES || f->height != t->header.height || f->view >= t->meta.chunks ||
        t->piece[f->view].peer != (int)(p - e->peers)) {
        return true; /* late */
    }
    uint32_t i = (uint32_t)f->view;
    p->asked -= p->asked > 0;
    t->piece[i].peer = -1;
    if (reader_left(r) == 0) {
        p->stateless = true;
        return true;
    }
    if (!state_piece_decode(&t->meta, i, t->bytes + (size_t)i * STATE_CHUNK_BYTES, r)) {
        engine_lied(e, p, LIE_PIECE);
        return true;
    }
    t->piece[i].here = true;
    t->missing--;
    return true;
}

bool engine_takeover_answer(
    struct engine *e, struct peer *p, const struct fetch *f, struct reader *r)
{
    struct takeover *t = &e->take;
    if (f->kind == FETCH_PIECE) {
        return take_piece(e, p, f, r);
    }
    uint8_t stage = f->kind == FETCH_EPOCHS ? TAKEOVER_EPOCHS : TAKEOVER_STATE;
    if (t->stage != stage || t->peer != (int)(p - e->peers)) {
        return true;
    }
    t->peer = -1;
    return f->kind == FETCH_EPOCHS ? take_links(e, p, r) : take_state(e, p, r);
}

/* Questions to one peer after the other: links of the epoch chain until it reaches the epoch that
 * the peer is in, then its newest state. */
static void poll_header(struct engine *e)
{
    struct takeover *t = &e->take;
    if (t->peer >= 0 && e->now_ms < t->asked_ms + FETCH_TIMEOUT_MS) {
        engine_due(e, t->asked_ms + FETCH_TIMEOUT_MS);
        return;
    }
    if (t->peer >= 0) {
        e->peers[t->peer].stateless = true;
        t->peer = -1;
    }
    struct peer *p = next_peer(e, is_candidate);
    if (p == NULL) {
        give_up(e);
        return;
    }
    t->stage = p->claim_epoch > t->epoch ? TAKEOVER_EPOCHS : TAKEOVER_STATE;
    ask_one(e, p);
    engine_due(e, e->now_ms + FETCH_TIMEOUT_MS);
}

static void poll_pieces(struct engine *e)
{
    struct takeover *t = &e->take;
    bool waiting = false;
    for (uint32_t i = 0; i < t->meta.chunks; i++) {
        if (t->piece[i].here) {
            continue;
        }
        if (t->piece[i].peer >= 0 && e->now_ms >= t->piece[i].asked_ms + FETCH_TIMEOUT_MS) {
            struct peer *slow = &e->peers[t->piece[i].peer];
            slow->stateless = true;
            slow->asked -= slow->asked > 0;
            t->piece[i].peer = -1;
        }
        if (t->piece[i].peer < 0) {
            struct peer *p = next_peer(e, may_have_piece);
            if (p == NULL) {
                continue;
            }
            struct fetch f = {.kind = FETCH_PIECE, .height = t->header.height, .view = i};
            t->piece[i].peer = (int)(p - e->peers);
            t->piece[i].asked_ms = e->now_ms;
            p->asked++;
            engine_ask(e, p, &f);
        }
        waiting = true;
        engine_due(e, t->piece[i].asked_ms + FETCH_TIMEOUT_MS);
    }
    if (t->missing == 0 && !engine_has_room(e)) {
        e->again = true;
    } else if (t->missing == 0) {
        t->stage = TAKEOVER_NONE;
        if (!engine_adopt(e)) {
            give_up(e);
        }
    } else if (!waiting) {
        give_up(e);
    }
}

void engine_takeover_poll(struct engine *e)
{
    struct takeover *t = &e->take;
    if (t->refused && e->now_ms >= t->refused_ms + LIAR_MS) {
        t->refused = false;
    }
    if (t->stage == TAKEOVER_NONE && !t->refused && may_take_over(e) &&
        next_peer(e, is_far_ahead) != NULL && e->sync.answer_count == 0) {
        begin(e);
    }
    if (t->stage == TAKEOVER_PIECES) {
        poll_pieces(e);
    } else if (t->stage != TAKEOVER_NONE) {
        poll_header(e);
    }
}
