#include "consensus/message.h"

#include "base/check.h"

static const char *const vote_kind_names[VOTE_KIND_COUNT] = {
    [VOTE_NOTARIZE] = "notarize",
    [VOTE_NULLIFY] = "nullify",
    [VOTE_FINALIZE] = "finalize",
};

static size_t vote_body_size(const struct vote *v)
{
    return v->kind == VOTE_NULLIFY ? 0 : DIGEST_BYTES;
}

void vote_sign(
    const struct signer *s, struct vote *v, const struct digest *game_id, const uint8_t vote_sk[64])
{
    CHECK(v->kind < VOTE_KIND_COUNT);
    sign_message(s, v->sig, vote_kind_names[v->kind], game_id, v->epoch, v->view, v->digest.b,
        vote_body_size(v), vote_sk);
}

bool vote_verify(const struct signer *s, const struct vote *v, const struct digest *game_id,
    const uint8_t vote_pk[32])
{
    return v->kind < VOTE_KIND_COUNT &&
           verify_message(s, v->sig, vote_kind_names[v->kind], game_id, v->epoch, v->view,
               v->digest.b, vote_body_size(v), vote_pk);
}

void vote_encode(const struct vote *v, struct writer *w)
{
    write_u8(w, v->kind);
    write_u32(w, v->epoch);
    write_u64(w, v->view);
    write_bytes(w, v->digest.b, DIGEST_BYTES);
    write_u16(w, v->voter);
    write_bytes(w, v->sig, SIG_BYTES);
}

bool vote_decode(struct vote *v, struct reader *r)
{
    v->kind = read_u8(r);
    v->epoch = read_u32(r);
    v->view = read_u64(r);
    read_bytes(r, v->digest.b, DIGEST_BYTES);
    v->voter = read_u16(r);
    read_bytes(r, v->sig, SIG_BYTES);
    /* One encoding a vote: a nullify names no block, and view 0 is never voted on. */
    if (v->kind >= VOTE_KIND_COUNT || v->view == 0 || v->voter >= MEMBERS_MAX ||
        (v->kind == VOTE_NULLIFY && !digest_is_zero(&v->digest))) {
        r->bad = true;
    }
    return !r->bad;
}

void status_encode(const struct status *s, struct writer *w)
{
    write_u32(w, s->epoch);
    write_u64(w, s->view);
    write_u64(w, s->height);
    write_u64(w, s->final_view);
    write_bytes(w, s->final.b, DIGEST_BYTES);
    write_u64(w, s->notarized_view);
    write_bytes(w, s->notarized.b, DIGEST_BYTES);
}

bool status_decode(struct status *s, struct reader *r)
{
    s->epoch = read_u32(r);
    s->view = read_u64(r);
    s->height = read_u64(r);
    s->final_view = read_u64(r);
    read_bytes(r, s->final.b, DIGEST_BYTES);
    s->notarized_view = read_u64(r);
    read_bytes(r, s->notarized.b, DIGEST_BYTES);
    return !r->bad;
}

void fetch_encode(const struct fetch *f, struct writer *w)
{
    write_u8(w, f->kind);
    write_u32(w, f->epoch);
    write_u64(w, f->view);
    write_u64(w, f->height);
    write_bytes(w, f->digest.b, DIGEST_BYTES);
}

bool fetch_decode(struct fetch *f, struct reader *r)
{
    f->kind = read_u8(r);
    f->epoch = read_u32(r);
    f->view = read_u64(r);
    f->height = read_u64(r);
    read_bytes(r, f->digest.b, DIGEST_BYTES);
    if (f->kind < FETCH_CERT_NULLIFY || f->kind >= FETCH_KIND_COUNT) {
        r->bad = true;
    }
    return !r->bad;
}
