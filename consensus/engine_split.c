/* What a table split needs of one member's state (protocol B.5). */
#include "consensus/engine_internal.h"
#include "consensus/execution.h"

bool split_tip_above(const struct split_tip *a, const struct split_tip *b)
{
    return a->epoch > b->epoch || (a->epoch == b->epoch && a->view > b->view);
}

void engine_split_tip(const struct engine *e, struct split_tip *tip)
{
    struct block_place final;
    uint64_t view;
    struct digest digest;
    ledger_place(e->ledger, NULL, &final);
    *tip = (struct split_tip){final.epoch, final.view, ledger_final_digest(e->ledger)};
    if (simplex_voted_final(e->simplex, &view, &digest)) {
        struct split_tip voted = {e->epoch, view, digest};
        *tip = split_tip_above(&voted, tip) ? voted : *tip;
    }
}

/* The header and the proof of a final block, from the record. */
static enum err fill_final(
    const struct split_record *record, uint64_t height, struct recover *r, struct writer *out)
{
    struct persist p;
    if (height == 0 || !record->block(record->self, height, &p) || p.proof_size == 0) {
        return ERR_NOT_FOUND;
    }
    struct reader in = reader_of(p.data, p.size);
    if (!block_header_decode(&r->header, &in)) {
        return ERR_NOT_FOUND;
    }
    write_bytes(out, p.proof, p.proof_size);
    return ERR_OK;
}

static enum err fill_block(struct engine *e, const struct digest *block,
    const struct split_record *record, struct recover *r, struct writer *out)
{
    struct block_place place;
    struct digest final = ledger_final_digest(e->ledger);
    if (!ledger_place(e->ledger, block, &place)) {
        return ERR_NOT_FOUND;
    }
    if (digest_equal(&final, block)) {
        return fill_final(record, place.height, r, out);
    }
    bool held = simplex_header(e->simplex, place.view, block, &r->header) &&
                simplex_notarization(e->simplex, place.view, block, out);
    return held ? ERR_OK : ERR_NOT_FOUND;
}

/* The header of the parent, from the agreement's memory or the record: behind a switch block heights stand still. */
static bool parent_header(
    const struct engine *e, const struct split_record *record, struct block_header *h)
{
    struct block_header found;
    for (uint64_t back = 0; back <= 1; back++) {
        struct persist p;
        if (back == 0 && h->parent_view > 0 &&
            simplex_header(e->simplex, h->parent_view, &h->parent, &found)) {
            *h = found;
            return true;
        }
        if (h->height <= back || !record->block(record->self, h->height - back, &p)) {
            continue;
        }
        struct reader in = reader_of(p.data, p.size);
        if (block_header_decode(&found, &in)) {
            struct digest digest = block_digest(&found);
            if (digest_equal(&digest, &h->parent)) {
                *h = found;
                return true;
            }
        }
    }
    return false;
}

/* A block that closes its epoch: the state after it knows only the new members. */
static bool fill_electorate(struct engine *e, const struct split_record *record,
    const struct recover *r, struct writer *out)
{
    struct digest final = ledger_final_digest(e->ledger);
    struct block_header h = r->header;
    roster_encode(digest_equal(&final, &r->block) ? &e->former : &engine_final(e)->roster, out);
    for (unsigned i = 0; i < RECOVER_HEADERS_MAX; i++) {
        if (!parent_header(e, record, &h)) {
            return false;
        }
        block_header_encode(&h, out);
        if (!digest_equal(&h.members_hash, &r->header.members_hash)) {
            return true;
        }
    }
    return false;
}

enum err engine_split_fill(struct engine *e, const struct digest *block,
    const struct split_record *record, struct recover *r, struct writer *out)
{
    size_t at = out->size;
    enum err err = fill_block(e, block, record, r, out);
    if (err != ERR_OK) {
        return out->bad ? ERR_NO_SPACE : err;
    }
    r->proof = out->data + at;
    r->proof_size = out->size - at;
    r->game_id = e->game_id;
    r->epoch = r->header.epoch;
    r->view = r->header.view;
    r->height = r->header.height;
    r->block = *block;
    const struct protocol_state *p = ledger_protocol(e->ledger, block);
    r->void_roll = p->roll.active ? p->roll.roll : 0;
    at = out->size;
    if (p->closed && !fill_electorate(e, record, r, out)) {
        return out->bad ? ERR_NO_SPACE : ERR_NOT_FOUND;
    }
    r->electorate = out->data + at;
    r->electorate_size = out->size - at;
    at = out->size;
    bool written = ledger_write_state(e->ledger, block, out);
    r->state = out->data + at;
    r->state_size = out->size - at;
    if (!written) {
        return ERR_NO_SPACE;
    }
    /* After a restart from a kept state the electorate of a block that closed its epoch is not known here. */
    return recover_certified(e->config.signer, r, &p->roster) ? ERR_OK : ERR_NOT_FOUND;
}

bool engine_split_accepts(struct engine *e, const struct recover *r)
{
    struct block_place place;
    struct digest root = state_root_of(r->state, r->state_size);
    if (!digest_equal(&r->game_id, &e->game_id) || !digest_equal(&root, &r->header.state_root)) {
        return false;
    }
    if (ledger_place(e->ledger, &r->block, &place)) {
        return true;
    }
    const struct roster *own = &engine_final(e)->roster;
    return r->epoch == e->epoch && recover_certified(e->config.signer, r, own);
}
