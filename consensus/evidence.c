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

static bool read_votes(struct reader *r, struct vote *a, struct vote *b)
{
    return vote_decode(a, r) && vote_decode(b, r) && reader_done(r);
}

static enum evidence_kind judge_votes(const struct signer *s, const struct digest *game_id,
    const uint8_t vote_pk[32], const struct vote *a, const struct vote *b)
{
    enum evidence_kind kind = votes_conflict(a, b);
    bool signed_both = kind != EVIDENCE_NONE && vote_verify(s, a, game_id, vote_pk) &&
                       vote_verify(s, b, game_id, vote_pk);
    return signed_both ? kind : EVIDENCE_NONE;
}

static bool read_op(struct reader *r, struct op *op)
{
    size_t size;
    const uint8_t *bytes = read_lp(r, &size);
    struct reader in = reader_of(bytes, size);
    return bytes != NULL && op_decode(op, &in) && reader_done(&in) && !op_is_block_op(op->kind);
}

static bool read_ops(struct reader *r, struct op *a, struct op *b)
{
    return read_op(r, a) && read_op(r, b) && reader_done(r) && a->seq == b->seq &&
           memcmp(a->author, b->author, ID_BYTES) == 0;
}

static bool ops_conflict(const struct op *a, const struct op *b)
{
    bool same = a->kind == b->kind && a->payload_size == b->payload_size &&
                (a->payload_size == 0 || memcmp(a->payload, b->payload, a->payload_size) == 0);
    return !same && !(a->kind == OP_JOIN && b->kind == OP_JOIN);
}

enum evidence_kind evidence_judge_key(const struct signer *s, const struct digest *game_id,
    const uint8_t vote_pk[32], const uint8_t *payload, size_t size, struct vote *a, struct vote *b)
{
    struct reader r = reader_of(payload, size);
    if (read_u8(&r) != FORM_VOTES || !read_votes(&r, a, b)) {
        return EVIDENCE_NONE;
    }
    return judge_votes(s, game_id, vote_pk, a, b);
}

enum evidence_kind evidence_judge_ops(const struct signer *s, const struct digest *game_id,
    const uint8_t *payload, size_t size, uint8_t culprit[ID_BYTES])
{
    struct reader r = reader_of(payload, size);
    struct op a, b;
    if (read_u8(&r) != FORM_OPS || !read_ops(&r, &a, &b) || !ops_conflict(&a, &b) ||
        !op_verify(s, &a, game_id) || !op_verify(s, &b, game_id)) {
        return EVIDENCE_NONE;
    }
    memcpy(culprit, a.author, ID_BYTES);
    return EVIDENCE_OP_TWICE;
}

bool evidence_claims(uint32_t epoch, const struct roster *roster, const uint8_t *payload,
    size_t size, uint8_t culprit[ID_BYTES])
{
    struct reader r = reader_of(payload, size);
    uint8_t form = read_u8(&r);
    struct vote x, y;
    struct op a, b;
    if (form == FORM_VOTES && read_votes(&r, &x, &y) && votes_conflict(&x, &y) != EVIDENCE_NONE &&
        x.epoch == epoch && x.voter < roster->count) {
        memcpy(culprit, roster->members[x.voter].id_pk, ID_BYTES);
        return true;
    }
    if (form == FORM_OPS && read_ops(&r, &a, &b) && ops_conflict(&a, &b)) {
        memcpy(culprit, a.author, ID_BYTES);
        return true;
    }
    return false;
}

enum evidence_kind evidence_judge(const struct signer *s, const struct digest *game_id,
    uint32_t epoch, const struct roster *roster, const uint8_t *payload, size_t size,
    uint8_t culprit[ID_BYTES])
{
    struct vote a, b;
    if (!evidence_claims(epoch, roster, payload, size, culprit)) {
        return EVIDENCE_NONE;
    }
    if (payload[0] == FORM_OPS) {
        return evidence_judge_ops(s, game_id, payload, size, culprit);
    }
    int i = roster_find(roster, culprit);
    return evidence_judge_key(s, game_id, roster->members[i].vote_pk, payload, size, &a, &b);
}
