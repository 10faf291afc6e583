/* Beginning an audit in the middle: nothing is believed but what a quorum signed, and of a quorum only what the one before it signed. */
#include "consensus/audit_internal.h"

#include "base/check.h"

#include <inttypes.h>

/* A header with its proof, as the record keeps them beside its blocks. */
static bool read_certified(
    struct audit *a, struct block_header *h, const uint8_t *bytes, size_t size)
{
    struct reader r = reader_of(bytes, size);
    if (!block_header_decode(h, &r)) {
        return audit_fail(a, a->linked_height, AUDIT_SNAPSHOT, "what is kept has no block header");
    }
    struct digest digest = block_digest(h);
    if (!digest_equal(&h->game_id, &a->ledger->game_id)) {
        return audit_fail(a, h->height, AUDIT_TABLE, "what is kept is of another table");
    }
    if (h->epoch != a->linked_epoch || h->height <= a->linked_height) {
        return audit_fail(a, h->height, AUDIT_EPOCH,
            "what is kept is of epoch %u, but the chain leads to epoch %u", h->epoch,
            a->linked_epoch);
    }
    const uint8_t *proof = bytes + BLOCK_HEADER_BYTES;
    size_t proof_size = size - BLOCK_HEADER_BYTES;
    if (!audit_proof(a, &a->linked, h, &digest, proof, proof_size)) {
        return false;
    }
    a->own = (struct audit_check){.signer = a->signer,
        .game_id = a->ledger->game_id,
        .height = h->height,
        .proof = proof,
        .proof_size = proof_size,
        .roster = a->linked};
    audit_check_run(&a->own);
    return audit_block_end(a, &a->own);
}

static void begin_chain(struct audit *a)
{
    CHECK(ledger_height(a->ledger) == 0);
    a->looking_at = 0;
    if (a->linked.count == 0) {
        a->linked = ledger_protocol(a->ledger, NULL)->roster;
    }
}

bool audit_link(struct audit *a, const struct roster *members, const uint8_t *bytes, size_t size)
{
    struct block_header h;
    begin_chain(a);
    if (a->fault.what != AUDIT_NOTHING || !read_certified(a, &h, bytes, size)) {
        return false;
    }
    struct digest hash = roster_hash(members);
    if (!digest_equal(&hash, &h.members_hash)) {
        return audit_fail(
            a, h.height, AUDIT_MEMBERS, "the epoch chain has other members than its block names");
    }
    a->linked = *members;
    a->linked_epoch = h.epoch + 1;
    a->linked_height = h.height;
    return true;
}

bool audit_adopt(
    struct audit *a, const uint8_t *bytes, size_t size, const uint8_t *state, size_t state_size)
{
    struct block_header h;
    begin_chain(a);
    if (a->fault.what != AUDIT_NOTHING || !read_certified(a, &h, bytes, size)) {
        return false;
    }
    if (!ledger_adopt(a->ledger, &h, state, state_size)) {
        return audit_fail(
            a, h.height, AUDIT_SNAPSHOT, "the state kept here is not what its block's header says");
    }
    const struct slot *slot = a->ledger->slots.final;
    a->unproven = 0;
    if (slot->state->p.closed) { /* the headers behind it only seal the epoch's end */
        a->expects = false;
        a->behind = 0;
    }
    a->effects = (struct final_effects){
        .height = h.height, .epoch = h.epoch, .view = h.view, .events = slot->state->events};
    return true;
}
