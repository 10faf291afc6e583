#include "consensus/audit.h"

static bool fail(struct audit_check *c, enum audit_what what, unsigned place, unsigned detail)
{
    c->what = what;
    c->place = place;
    c->detail = detail;
    return false;
}

/* Every signature, also those beyond the quorum: a proof says of each signer that it signed. */
static bool check_certificate(struct audit_check *c)
{
    struct certificate cert;
    struct reader r = reader_of(c->proof, c->proof_size);
    if (c->proof_size == 0) {
        return true;
    }
    if (!certificate_decode(&cert, &r)) {
        return fail(c, AUDIT_CERTIFICATE, 0, 0);
    }
    struct vote v = {
        .kind = cert.kind, .epoch = cert.epoch, .view = cert.view, .digest = cert.digest};
    unsigned at = 0;
    for (unsigned i = 0; i < c->roster.count; i++) {
        if ((cert.signers >> i & 1) == 0) {
            continue;
        }
        v.voter = (uint16_t)i;
        memcpy(v.sig, cert.sigs[at++], SIG_BYTES);
        if (!vote_verify(c->signer, &v, &c->game_id, c->roster.members[i].vote_pk)) {
            return fail(c, AUDIT_CERTIFICATE, 0, i + 1);
        }
        c->counts.certificate_signatures++;
    }
    return true;
}

/* The proof of each share; what value they give together, execution has found. */
static bool check_result(struct audit_check *c, const struct op *op)
{
    struct beacon_share share;
    struct reader r = reader_of(op->payload, op->payload_size);
    (void)read_u64(&r);
    for (size_t i = 0; i < c->dice.t; i++) {
        beacon_share_read(&r, &share);
        if (r.bad || !beacon_share_verify(&c->input, &c->dice, &share)) {
            return fail(c, AUDIT_DICE, c->result_place, share.member);
        }
        c->counts.dice_proofs++;
    }
    return true;
}

static bool check_op(struct audit_check *c, const struct op *op, unsigned place)
{
    if (place == c->result_place) {
        return check_result(c, op);
    }
    if (op_is_block_op(op->kind)) {
        return true;
    }
    c->counts.operation_signatures++;
    return op_verify(c->signer, op, &c->game_id) || fail(c, AUDIT_SIGNATURE, place, 0);
}

void audit_check_run(struct audit_check *c)
{
    struct op op;
    size_t offset = 0;
    bool good = check_certificate(c);
    for (unsigned place = 1; good && block_next_op(&c->block, &offset, &op); place++) {
        good = check_op(c, &op, place);
    }
}
