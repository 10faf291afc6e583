#include "consensus/audit_internal.h"
#include "consensus/quorum.h"
#include "consensus/rolls.h"

#include <inttypes.h>

/* Enough of them, and all of this epoch. */
static bool check_signers(
    struct audit *a, uint64_t height, const struct roster *roster, const struct certificate *c)
{
    unsigned count = (unsigned)__builtin_popcountll(c->signers);
    unsigned needed = quorum_size(roster->count);
    a->signers = c->signers;
    if (c->signers >> roster->count != 0) {
        return audit_fail(a, height, AUDIT_CERTIFICATE,
            "signed by somebody beyond the epoch's %u members", roster->count);
    }
    return count >= needed ||
           audit_fail(a, height, AUDIT_CERTIFICATE, "%u signatures, %u needed", count, needed);
}

/* The next header on the way to the certified block. */
static bool check_step(struct audit *a, uint64_t height, const struct block_header *before,
    const struct digest *before_digest, const struct block_header *next)
{
    bool grows = next->height == before->height || next->height == before->height + 1;
    if (!digest_equal(&next->game_id, &before->game_id) || next->epoch != before->epoch ||
        !digest_equal(&next->parent, before_digest) || next->parent_view != before->view ||
        next->view <= before->view || !grows) {
        return audit_fail(a, height, AUDIT_CERTIFICATE,
            "the headers between it and the block that was certified are no chain");
    }
    return true;
}

bool audit_proof(struct audit *a, const struct roster *voters, const struct block_header *header,
    const struct digest *digest, const uint8_t *bytes, size_t size)
{
    struct certificate c;
    struct reader r = reader_of(bytes, size);
    struct block_header last = *header;
    struct digest last_digest = *digest;
    uint64_t height = header->height;
    if (!certificate_decode(&c, &r)) {
        return audit_fail(a, height, AUDIT_CERTIFICATE, "its bytes are no certificate");
    }
    a->expects = false;
    a->behind = 0;
    while (reader_left(&r) > 0) {
        struct block_header next;
        if (!block_header_decode(&next, &r)) {
            return audit_fail(a, height, AUDIT_CERTIFICATE, "ends in bytes that are no header");
        }
        if (!check_step(a, height, &last, &last_digest, &next)) {
            return false;
        }
        last_digest = block_digest(&next);
        if (!a->expects) {
            a->expects = true;
            a->expected = last_digest;
        }
        last = next;
    }
    a->behind = last.height - height;
    if (c.kind != VOTE_FINALIZE || c.epoch != last.epoch || c.view != last.view ||
        !digest_equal(&c.digest, &last_digest)) {
        return audit_fail(a, height, AUDIT_CERTIFICATE, "it certifies something else");
    }
    return check_signers(a, height, voters, &c);
}

static bool read_shares(
    struct audit *a, uint64_t height, const struct dkg_public *dice, struct reader *r)
{
    uint64_t seen = 0;
    for (size_t i = 0; i < dice->t; i++) {
        struct beacon_share *share = &a->roll.shares[i];
        beacon_share_read(r, share);
        if (r->bad || share->member < 1 || share->member > dice->n) {
            return audit_fail(a, height, AUDIT_DICE, "share %zu of %u is cut off or out of range",
                i + 1, dice->t);
        }
        if ((seen >> share->member & 1) != 0) {
            return audit_fail(
                a, height, AUDIT_DICE, "member %u's share counts twice", share->member);
        }
        seen |= UINT64_C(1) << share->member;
    }
    return reader_done(r) || audit_fail(a, height, AUDIT_DICE, "more than %u shares", dice->t);
}

bool audit_result(struct audit *a, uint64_t height, const struct execution *x, const struct op *op)
{
    const struct protocol_state *p = x->p;
    struct reader r = reader_of(op->payload, op->payload_size);
    uint64_t number = read_u64(&r);
    if (!p->has_dice || !p->roll.active || !p->roll.bound) {
        return audit_fail(a, height, AUDIT_DICE, "a result, but no dice are out");
    }
    if (r.bad || number != p->roll.roll) {
        return audit_fail(a, height, AUDIT_DICE,
            "a result of roll %" PRIu64 ", but roll %" PRIu64 " is out", number, p->roll.roll);
    }
    struct beacon_place place = rolls_place(&p->roll, x->game_id);
    struct audit_check *check = a->check;
    beacon_roll_create(&check->input, &place);
    check->dice = p->dice;
    check->result_place = a->looking_at;
    a->roll = (struct audit_roll){.roll = number,
        .place = p->roll,
        .throw_height = a->throw_height,
        .result_height = height,
        .members = p->roster.count,
        .needed = p->dice.t,
        .roster = p->roster,
        .input = hash_tagged("craps/v1/roll", check->input.m, check->input.m_size)};
    memcpy(a->roll.thrower, a->thrower, ID_BYTES);
    return read_shares(a, height, &p->dice, &r);
}

void audit_result_played(struct audit *a)
{
    memcpy(a->roll.out, a->ledger->memo.result_out, BEACON_OUT_BYTES);
    beacon_dice(a->roll.out, &a->roll.die1, &a->roll.die2);
    a->check->counts.rolls++;
}
