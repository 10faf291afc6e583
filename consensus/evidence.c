#include "consensus/evidence.h"

enum { FORM_VOTES = 1, FORM_OPS = 2 };

void evidence_encode_votes(struct writer *w, const struct vote *a, const struct vote *b)
{
    write_u8(w, FORM_VOTES);
    vote_encode(a, w);
    vote_encode(b, w);
}

void evidence_encode_ops(
    struct writer *w, const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    write_u8(w, FORM_OPS);
    write_lp(w, a, a_size);
    write_lp(w, b, b_size);
}

static enum evidence_kind votes_conflict(const struct vote *a, const struct vote *b)
{
    if (a->voter != b->voter || a->epoch != b->epoch || a->view != b->view) {
        return EVIDENCE_NONE;
    }
    if (a->kind != b->kind) {
        bool nullify = a->kind == VOTE_NULLIFY || b->kind == VOTE_NULLIFY;
        bool finalize = a->kind == VOTE_FINALIZE || b->kind == VOTE_FINALIZE;
        return nullify && finalize ? EVIDENCE_NULLIFY_AND_FINALIZE : EVIDENCE_NONE;
    }
    if (a->kind == VOTE_NULLIFY || digest_equal(&a->digest, &b->digest)) {
        return EVIDENCE_NONE;
    }
    return a->kind == VOTE_NOTARIZE ? EVIDENCE_NOTARIZE_TWICE : EVIDENCE_FINALIZE_TWICE;
}

static enum evidence_kind judge_votes(const struct signer *s, const struct digest *game_id,
    uint32_t epoch, const struct roster *roster, struct reader *r, uint8_t culprit[ID_BYTES])
{
    struct vote a, b;
    if (!vote_decode(&a, r) || !vote_decode(&b, r) || !reader_done(r)) {
        return EVIDENCE_NONE;
    }
    enum evidence_kind kind = votes_conflict(&a, &b);
    if (kind == EVIDENCE_NONE || a.epoch != epoch || a.voter >= roster->count) {
        return EVIDENCE_NONE;
    }
    const struct member *m = &roster->members[a.voter];
    if (!vote_verify(s, &a, game_id, m->vote_pk) || !vote_verify(s, &b, game_id, m->vote_pk)) {
        return EVIDENCE_NONE;
    }
    memcpy(culprit, m->id_pk, ID_BYTES);
    return kind;
}

static bool read_op(struct reader *r, struct op *op)
{
    size_t size;
    const uint8_t *bytes = read_lp(r, &size);
    struct reader in = reader_of(bytes, size);
    return bytes != NULL && op_decode(op, &in) && reader_done(&in) && !op_is_block_op(op->kind);
}

static enum evidence_kind judge_ops(const struct signer *s, const struct digest *game_id,
    struct reader *r, uint8_t culprit[ID_BYTES])
{
    struct op a, b;
    if (!read_op(r, &a) || !read_op(r, &b) || !reader_done(r) || a.seq != b.seq ||
        memcmp(a.author, b.author, ID_BYTES) != 0) {
        return EVIDENCE_NONE;
    }
    bool same = a.kind == b.kind && a.payload_size == b.payload_size &&
                memcmp(a.payload, b.payload, a.payload_size) == 0;
    if (same || !op_verify(s, &a, game_id) || !op_verify(s, &b, game_id)) {
        return EVIDENCE_NONE;
    }
    memcpy(culprit, a.author, ID_BYTES);
    return EVIDENCE_OP_TWICE;
}

enum evidence_kind evidence_judge(const struct signer *s, const struct digest *game_id,
    uint32_t epoch, const struct roster *roster, const uint8_t *payload, size_t size,
    uint8_t culprit[ID_BYTES])
{
    struct reader r = reader_of(payload, size);
    switch (read_u8(&r)) {
    case FORM_VOTES:
        return judge_votes(s, game_id, epoch, roster, &r, culprit);
    case FORM_OPS:
        return judge_ops(s, game_id, &r, culprit);
    default:
        return EVIDENCE_NONE;
    }
}
