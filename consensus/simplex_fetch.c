#include "consensus/simplex_internal.h"

static void want(
    struct simplex *s, uint8_t kind, uint64_t view, const struct digest *digest, unsigned first)
{
    static const struct digest none;
    const struct digest *d = digest != NULL ? digest : &none;
    struct want *free_place = NULL;
    for (unsigned i = 0; i < WANTS_MAX; i++) {
        struct want *w = &s->wants[i];
        if (!w->used) {
            free_place = free_place == NULL ? w : free_place;
        } else if (w->kind == kind && w->view == view && digest_equal(&w->digest, d)) {
            w->needed = true;
            return;
        }
    }
    if (free_place != NULL) {
        /* A block travels on another channel than the votes for it and may just be late. */
        uint64_t patience = kind == FETCH_BLOCK ? s->params.delta_ms / 4 : 0;
        *free_place = (struct want){
            .used = true,
            .needed = true,
            .kind = kind,
            .view = view,
            .digest = *d,
            .first = first,
            .peer = -1,
            .next_ms = s->now_ms + patience,
        };
    }
}

bool fetch_wants_block(const struct simplex *s, uint64_t view, const struct digest *digest)
{
    for (unsigned i = 0; i < WANTS_MAX; i++) {
        const struct want *w = &s->wants[i];
        if (w->used && w->kind == FETCH_BLOCK && w->view == view &&
            digest_equal(&w->digest, digest)) {
            return true;
        }
    }
    return false;
}

static void want_blocks(struct simplex *s)
{
    uint64_t view;
    struct digest digest;
    if (chain_gap(s, &view, &digest)) {
        want(s, FETCH_BLOCK, view, &digest, simplex_leader(s, view));
    }
    unsigned wanted = 0;
    for (uint64_t v = s->final_view + 1; v <= s->highest_notarized && wanted < WANTS_MAX / 2; v++) {
        const struct view_record *rec = record_find(s, v);
        if (rec != NULL && rec->held[VOTE_NOTARIZE].held &&
            block_store_find(&s->blocks, v, &rec->held[VOTE_NOTARIZE].digest) == NULL) {
            want(s, FETCH_BLOCK, v, &rec->held[VOTE_NOTARIZE].digest, simplex_leader(s, v));
            wanted++;
        }
    }
}

/* The proposal of this view rests on certificates that we lack: its proposer must have them
 * (A.4). */
static void want_for_proposal(struct simplex *s, const struct view_record *rec)
{
    const struct block_slot *slot = block_store_find(&s->blocks, rec->view, &rec->proposal);
    uint64_t missing;
    if (slot == NULL || views_parent_of(s, &slot->block.header, &missing) != PARENT_UNKNOWN) {
        return;
    }
    unsigned leader = simplex_leader(s, rec->view), wanted = 0;
    uint64_t parent = slot->block.header.parent_view;
    for (uint64_t v = missing; v > parent && wanted < ASKS_PER_PEER; v--) {
        const struct view_record *between = record_find(s, v);
        if (between == NULL || !between->held[VOTE_NULLIFY].held) {
            want(s, FETCH_CERT_NULLIFY, v, NULL, leader);
            wanted++;
        }
    }
    const struct view_record *at = record_find(s, parent);
    if (parent > s->final_view && (at == NULL || !at->held[VOTE_NOTARIZE].held)) {
        want(s, FETCH_CERT_NOTARIZE, parent, NULL, leader);
    }
}

static void want_certificates(struct simplex *s)
{
    const struct view_record *rec = record_find(s, s->cur_view);
    uint64_t parent_view, missing;
    struct digest parent;
    if (!simplex_active(s)) {
        return;
    }
    if (simplex_leads(s, s->cur_view)) {
        bool open = rec == NULL || vote_permitted(s, rec, VOTE_NOTARIZE);
        if (open && s->work && !views_parent(s, s->cur_view, &parent_view, &parent, &missing)) {
            want(s, FETCH_CERT_NULLIFY, missing, NULL, ((unsigned)s->params.self + 1) % s->n);
        }
    } else if (rec != NULL && rec->has_proposal && vote_permitted(s, rec, VOTE_NOTARIZE)) {
        want_for_proposal(s, rec);
    }
}

static unsigned outstanding(const struct simplex *s, unsigned peer)
{
    unsigned count = 0;
    for (unsigned i = 0; i < WANTS_MAX; i++) {
        const struct want *w = &s->wants[i];
        count += w->used && w->peer == (int)peer && w->next_ms > s->now_ms;
    }
    return count;
}

/* The next one to ask, going round from the first; -1 when nobody can take a question now. */
static int choose_peer(const struct simplex *s, const struct want *w)
{
    for (unsigned i = 0; i < s->n; i++) {
        unsigned peer = (w->first + w->asked + i) % s->n;
        if ((int)peer != s->params.self && !s->peers[peer].down &&
            outstanding(s, peer) < ASKS_PER_PEER) {
            return (int)peer;
        }
    }
    return -1;
}

static void ask(struct simplex *s, struct want *w, struct simplex_step *step)
{
    unsigned rounds = w->asked / s->n;
    uint64_t wait = (uint64_t)s->params.delta_ms * 2 << (rounds < 6 ? rounds : 6);
    int peer = choose_peer(s, w);
    w->asked++;
    w->next_ms = s->now_ms + (wait < BACKOFF_MAX_MS ? wait : BACKOFF_MAX_MS);
    w->peer = peer;
    if (peer < 0) {
        return;
    }
    struct fetch f = {
        .kind = w->kind,
        .epoch = s->params.epoch,
        .view = w->view,
        .digest = w->digest,
    };
    struct writer out = outbox_begin(step->outbox);
    write_u8(&out, MSG_FETCH);
    fetch_encode(&f, &out);
    sync_send(s, step, &out, peer, CHANNEL_CONTROL);
}

void fetch_update(struct simplex *s, struct simplex_step *step)
{
    for (unsigned i = 0; i < WANTS_MAX; i++) {
        s->wants[i].needed = false;
    }
    if (!s->stopped && s->n > 1) {
        want_blocks(s);
        want_certificates(s);
    }
    for (unsigned i = 0; i < WANTS_MAX; i++) {
        struct want *w = &s->wants[i];
        w->used = w->used && w->needed;
        if (w->used && s->now_ms >= w->next_ms) {
            ask(s, w, step);
        }
    }
}

uint64_t fetch_deadline(const struct simplex *s)
{
    uint64_t deadline = UINT64_MAX;
    for (unsigned i = 0; i < WANTS_MAX; i++) {
        if (s->wants[i].used && s->wants[i].next_ms < deadline) {
            deadline = s->wants[i].next_ms;
        }
    }
    return deadline;
}

/* Answers cost us more bytes than the question: so many a window and peer. */
static bool may_serve(struct simplex *s, int from)
{
    struct peer_state *peer = sync_peer(s, from);
    if (s->now_ms - peer->serve_ms >= SERVE_WINDOW_MS) {
        peer->serve_ms = s->now_ms;
        peer->served = 0;
    }
    return peer->served++ < SERVES_PER_WINDOW;
}

/* The certificate asked for, else another that leaves the same view, else the finalization above
 * it. */
static bool find_certificate(struct simplex *s, const struct fetch *f, struct certificate *out)
{
    if (f->view <= s->final_view) {
        *out = s->final_cert;
        return s->has_final_cert;
    }
    const struct view_record *rec = record_find(s, f->view);
    unsigned asked = f->kind == FETCH_CERT_NULLIFY ? VOTE_NULLIFY : VOTE_NOTARIZE;
    for (unsigned i = 0; rec != NULL && i < 2; i++) {
        unsigned kind = i == 0 ? asked : VOTE_NULLIFY - asked;
        if (rec->held[kind].held) {
            certificate_held(s, rec, kind, out);
            return true;
        }
    }
    return false;
}

bool fetch_serve(struct simplex *s, int from, const struct fetch *f, struct simplex_step *step)
{
    if (f->kind > FETCH_BLOCK || f->epoch != s->params.epoch || !may_serve(s, from)) {
        return true;
    }
    struct writer w = outbox_begin(step->outbox);
    write_u8(&w, MSG_FETCH_RESP);
    fetch_encode(f, &w);
    if (f->kind == FETCH_BLOCK) {
        const struct block_slot *slot = block_store_find(&s->blocks, f->view, &f->digest);
        if (slot == NULL) {
            return true;
        }
        write_bytes(&w, slot->bytes, slot->block.size);
        sync_send(s, step, &w, sync_back(from), CHANNEL_BULK);
        return true;
    }
    if (find_certificate(s, f, &s->scratch_cert)) {
        certificate_encode(&s->scratch_cert, &w);
        sync_send(s, step, &w, sync_back(from), CHANNEL_VOTES);
    }
    return true;
}

static struct want *find_want(struct simplex *s, int from, const struct fetch *f)
{
    for (unsigned i = 0; i < WANTS_MAX; i++) {
        struct want *w = &s->wants[i];
        if (w->used && w->peer == from && w->kind == f->kind && w->view == f->view &&
            digest_equal(&w->digest, &f->digest)) {
            return w;
        }
    }
    return NULL;
}

/* The bytes must be the block asked for: nothing else finds a place. */
static bool receive_block(
    struct simplex *s, const struct fetch *f, const uint8_t *bytes, size_t size)
{
    struct block_header header;
    struct reader r = reader_of(bytes, size);
    if (!block_header_decode(&header, &r)) {
        return false;
    }
    struct digest digest = block_digest(&header);
    if (!digest_equal(&digest, &f->digest) || header.view != f->view ||
        header.epoch != s->params.epoch || header.parent_view >= header.view) {
        return false;
    }
    struct block malformed;
    return chain_store(s, bytes, size) != NULL || block_decode(&malformed, bytes, size);
}

bool fetch_receive(
    struct simplex *s, int from, const uint8_t *data, size_t size, struct simplex_step *step)
{
    struct reader r = reader_of(data, size);
    struct fetch f;
    if (!fetch_decode(&f, &r)) {
        return false;
    }
    if (f.kind > FETCH_BLOCK || f.epoch != s->params.epoch || from < 0) {
        return true;
    }
    struct want *w = find_want(s, from, &f);
    if (w == NULL) {
        return true; /* late, or never asked for */
    }
    /* Answered: if that did not help, the next one is asked, more slowly with every round. */
    bool first_round = w->asked < s->n;
    w->next_ms = first_round ? s->now_ms : w->next_ms;
    if (f.kind == FETCH_BLOCK) {
        size_t block_size = reader_left(&r);
        const uint8_t *block = read_span(&r, block_size);
        return receive_block(s, &f, block, block_size);
    }
    certificate_decode(&s->received_cert, &r);
    return reader_done(&r) && votes_receive_certificate(s, from, &s->received_cert, step);
}
