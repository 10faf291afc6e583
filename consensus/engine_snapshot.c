/* States kept at certain heights: for others that are far behind, and for our own restart (E.2). */
#include "consensus/engine_internal.h"

#include "base/check.h"

#include <stdlib.h>

bool engine_snapshots_create(struct engine *e)
{
    for (size_t i = 0; i < SNAPSHOTS_KEPT; i++) {
        /* Touched only as far as a state reaches. */
        e->kept[i].bytes = malloc(ledger_state_capacity(e->ledger));
        if (e->kept[i].bytes == NULL) {
            return false;
        }
    }
    return true;
}

void engine_snapshots_destroy(struct engine *e)
{
    for (size_t i = 0; i < SNAPSHOTS_KEPT; i++) {
        free(e->kept[i].bytes);
    }
}

const struct kept_state *engine_kept_last(const struct engine *e)
{
    const struct kept_state *newest = NULL;
    for (size_t i = 0; i < SNAPSHOTS_KEPT; i++) {
        const struct kept_state *k = &e->kept[i];
        if (k->used && (newest == NULL || k->header.height > newest->header.height)) {
            newest = k;
        }
    }
    return newest;
}

void engine_kept_measure(struct kept_state *k)
{
    if (!k->measured) {
        state_meta_of(&k->meta, k->leaves, k->bytes, k->size);
        k->measured = true;
    }
}

/* The place of the older one. */
static struct kept_state *next_place(struct engine *e)
{
    struct kept_state *oldest = &e->kept[0];
    for (size_t i = 1; i < SNAPSHOTS_KEPT && oldest->used; i++) {
        struct kept_state *k = &e->kept[i];
        if (!k->used || k->header.height < oldest->header.height) {
            oldest = k;
        }
    }
    return oldest;
}

struct kept_state *engine_keep_state(struct engine *e, const struct block_header *header,
    const uint8_t *proof, size_t proof_size, const uint8_t *bytes, size_t size)
{
    struct kept_state *k = next_place(e);
    if (size == 0 || size > STATE_BYTES_MAX || size > ledger_state_capacity(e->ledger) ||
        proof_size > sizeof k->proof) {
        return NULL;
    }
    k->used = true;
    k->saved = k->measured = false;
    k->header = *header;
    k->digest = block_digest(header);
    k->proof_size = proof_size;
    memcpy(k->proof, proof, proof_size);
    k->size = size;
    memcpy(k->bytes, bytes, size);
    return k;
}

/* A block's own certificate and nothing behind it: whoever takes the state over can go on from
 * there in the same epoch. */
static bool is_direct(const struct digest *digest, const uint8_t *proof, size_t proof_size)
{
    struct certificate cert;
    struct reader r = reader_of(proof, proof_size);
    return certificate_decode(&cert, &r) && reader_done(&r) && digest_equal(&cert.digest, digest);
}

/* Only a copy: this runs before the step's votes leave. The rest is done when somebody asks, and by
 * whoever stores it, after the sending. */
void engine_snapshot_take(struct engine *e, const struct block_header *header,
    const struct digest *digest, const uint8_t *proof, size_t proof_size, bool boundary)
{
    const struct kept_state *last = engine_kept_last(e);
    uint64_t former = last == NULL ? 0 : last->header.height;
    bool due =
        boundary || header->height / e->config.snapshot_blocks > former / e->config.snapshot_blocks;
    if (!due || proof_size == 0 || (!boundary && !is_direct(digest, proof, proof_size))) {
        return;
    }
    size_t size;
    const uint8_t *bytes = ledger_state_bytes(e->ledger, &size);
    engine_keep_state(e, header, proof, proof_size, bytes, size);
}

static const uint8_t *header_and_proof(struct engine *e, const struct block_header *header,
    const uint8_t *proof, size_t proof_size, size_t *size)
{
    uint8_t *at = e->arena + e->arena_used;
    struct writer w = writer_of(at, ARENA_BYTES - e->arena_used);
    block_header_encode(header, &w);
    write_bytes(&w, proof, proof_size);
    CHECK(!w.bad);
    e->arena_used += w.size;
    *size = w.size;
    return at;
}

/* The newest state that is not on disk yet goes with this step's blocks, after the sending. */
void engine_snapshot_save(struct engine *e)
{
    struct kept_state *k = (struct kept_state *)engine_kept_last(e);
    if (k == NULL || k->saved) {
        return;
    }
    struct persist *p = engine_persist(e, PERSIST_SNAPSHOT);
    p->height = k->header.height;
    p->epoch = k->header.epoch;
    p->view = k->header.view;
    p->digest = k->digest;
    p->data = k->bytes;
    p->size = k->size;
    p->proof = header_and_proof(e, &k->header, k->proof, k->proof_size, &p->proof_size);
    k->saved = true;
}

void engine_persist_epoch(struct engine *e, const struct block_header *boundary,
    const struct roster *roster, const uint8_t *proof, size_t proof_size)
{
    struct persist *p = engine_persist(e, PERSIST_EPOCH);
    struct writer w = writer_of(e->arena + e->arena_used, ARENA_BYTES - e->arena_used);
    p->epoch = boundary->epoch + 1;
    p->height = boundary->height;
    p->view = boundary->view;
    p->digest = block_digest(boundary);
    p->data = w.data;
    roster_encode(roster, &w);
    CHECK(!w.bad);
    p->size = w.size;
    e->arena_used += w.size;
    p->proof = header_and_proof(e, boundary, proof, proof_size, &p->proof_size);
}

void engine_persist_deals(struct engine *e, uint32_t epoch)
{
    const struct deals *d = &e->deals;
    struct writer w = writer_of(e->arena + e->arena_used, ARENA_BYTES - e->arena_used);
    if (!d->valid) {
        return;
    }
    write_u32(&w, d->params.dkg_id);
    write_u16(&w, d->params.n);
    for (unsigned i = 0; i < d->params.n; i++) {
        write_bytes(&w, d->params.EK[i].b, GROUP_POINT_BYTES);
    }
    for (unsigned i = 0; i < d->params.n; i++) {
        write_u16(&w, (uint16_t)dkg_deal_size(&d->params));
        dkg_deal_write(&w, &d->params, &d->dealings.deal[i]);
    }
    CHECK(!w.bad);
    struct persist *p = engine_persist(e, PERSIST_DEALS);
    p->epoch = epoch;
    p->dkg_id = d->params.dkg_id;
    p->data = w.data;
    p->size = w.size;
    e->arena_used += w.size;
}

/* Are these the deals that made this state's key: dkg_hash covers every byte of them. */
static bool deals_belong(const struct engine *e, const struct digest digests[MEMBERS_MAX])
{
    const struct protocol_state *p = engine_final(e);
    const struct dkg_params *params = &e->deals.params;
    struct digest hash = dkg_hash(params->dkg_id, &p->members_hash, digests, params->n);
    return p->has_dice && p->roster.count == params->n && digest_equal(&hash, &p->dkg_hash);
}

bool engine_deals_right(const struct engine *e)
{
    struct digest digests[MEMBERS_MAX];
    for (unsigned i = 0; e->deals.valid && i < e->deals.params.n; i++) {
        digests[i] = dkg_deal_digest(&e->deals.params, &e->deals.dealings.deal[i]);
    }
    return e->deals.valid && deals_belong(e, digests);
}

/* The deals as engine_persist_deals wrote them. */
static bool deals_decode(struct engine *e, const uint8_t *bytes, size_t size)
{
    struct deals *d = &e->deals;
    struct dkg_params *params = &d->params;
    struct reader r = reader_of(bytes, size);
    d->valid = false;
    params->game_id = e->game_id;
    params->dkg_id = read_u32(&r);
    params->n = read_u16(&r);
    if (r.bad || params->n == 0 || params->n > MEMBERS_MAX) {
        return false;
    }
    params->t = (uint16_t)quorum_size(params->n);
    for (unsigned i = 0; i < params->n; i++) {
        read_bytes(&r, params->EK[i].b, GROUP_POINT_BYTES);
    }
    if (r.bad || !dkg_params_valid(params)) {
        return false;
    }
    for (unsigned i = 0; i < params->n; i++) {
        size_t deal_size;
        const uint8_t *deal = read_lp(&r, &deal_size);
        if (deal == NULL ||
            dkg_deal_read(&d->dealings.deal[i], params, deal, deal_size) != ERR_OK) {
            return false;
        }
    }
    d->dealings.present = (1ULL << params->n) - 1;
    d->valid = reader_done(&r);
    return d->valid;
}

/* What the adopted state and the block that it stands behind say of the epoch. */
void engine_follow_state(struct engine *e, const struct block_header *header,
    const struct digest *base, const uint8_t *proof, size_t proof_size)
{
    const struct protocol_state *p = engine_final(e);
    struct digest digest = block_digest(header);
    struct certificate cert;
    struct reader r = reader_of(proof, proof_size);
    e->base = p->closed ? digest : *base;
    e->final_view = p->closed ? 0 : header->view;
    e->guard.last.known = false;
    e->unproven = 0;
    e->final_cert_valid = !p->closed && certificate_decode(&cert, &r) && reader_done(&r) &&
                          digest_equal(&cert.digest, &digest);
    if (e->final_cert_valid) {
        e->final_cert = cert;
    }
}

bool engine_restore_snapshot(struct engine *e, const struct persist *snapshot,
    const struct persist *epoch, const struct persist *deals)
{
    struct block_header header, boundary;
    struct reader r = reader_of(snapshot->proof, snapshot->proof_size);
    struct digest base = e->game_id;
    bool read = block_header_decode(&header, &r);
    struct digest digest = block_digest(&header);
    if (e->started || !read || !digest_equal(&digest, &snapshot->digest) ||
        header.height != snapshot->height || header.height <= ledger_height(e->ledger)) {
        return false;
    }
    const uint8_t *proof = r.data + r.offset;
    size_t proof_size = reader_left(&r);
    if (epoch != NULL) {
        struct reader b = reader_of(epoch->proof, epoch->proof_size);
        if (!block_header_decode(&boundary, &b)) {
            return false;
        }
        base = block_digest(&boundary);
    }
    /* The base of the state's epoch must be known: that is the block itself when it ended one. */
    bool inside = epoch != NULL && boundary.height < header.height;
    bool known = header.epoch == 0 || (inside && boundary.epoch + 1 == header.epoch) ||
                 digest_equal(&base, &digest);
    if (!known || !ledger_adopt(e->ledger, &header, snapshot->data, snapshot->size)) {
        return false;
    }
    e->epoch = engine_final(e)->epoch;
    engine_follow_state(e, &header, &base, proof, proof_size);
    if (deals != NULL && (!deals_decode(e, deals->data, deals->size) || !engine_deals_right(e))) {
        e->deals.valid = false;
    }
    struct kept_state *k =
        engine_keep_state(e, &header, proof, proof_size, snapshot->data, snapshot->size);
    if (k != NULL) {
        k->saved = true;
    }
    return true;
}
