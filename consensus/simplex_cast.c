#include "consensus/simplex_internal.h"

bool vote_permitted(const struct simplex *s, const struct view_record *rec, unsigned kind)
{
    if (!simplex_active(s) || rec->view <= s->final_view || rec->voted[kind]) {
        return false;
    }
    switch (kind) {
    case VOTE_NOTARIZE:
        return !rec->voted[VOTE_NULLIFY];
    case VOTE_NULLIFY:
        return !rec->voted[VOTE_FINALIZE];
    default:
        return !rec->voted[VOTE_NULLIFY] && !rec->equivocated;
    }
}

static struct vote sign_own(const struct simplex *s, const struct view_record *rec, unsigned kind)
{
    struct vote v = {
        .kind = (uint8_t)kind,
        .epoch = s->params.epoch,
        .view = rec->view,
        .digest = rec->own[kind],
        .voter = (uint16_t)s->params.self,
    };
    vote_sign(s->params.signer, &v, &s->params.game_id, s->params.vote_sk);
    return v;
}

static void send_vote(struct simplex *s, const struct vote *v, int to, struct simplex_step *step)
{
    struct writer w = outbox_begin(step->outbox);
    const struct block_slot *block = NULL;
    if (v->kind == VOTE_NOTARIZE && simplex_leads(s, v->view) && v->view >= s->cur_view) {
        block = block_store_find(&s->blocks, v->view, &v->digest);
    }
    write_u8(&w, block != NULL ? MSG_PROPOSE : (uint8_t)(MSG_NOTARIZE + v->kind));
    vote_encode(v, &w);
    if (block != NULL) {
        write_bytes(&w, block->bytes, block->block.size);
    }
    if (v->kind == VOTE_FINALIZE) {
        uint8_t trailer[TRAILER_BYTES_MAX];
        size_t size = s->params.chain.finalize_trailer == NULL
                          ? 0
                          : s->params.chain.finalize_trailer(
                                s->params.chain.self, &v->digest, trailer, sizeof trailer);
        write_lp(&w, trailer, size);
    }
    sync_send(s, step, &w, to, block != NULL ? CHANNEL_BLOCKS : CHANNEL_VOTES);
}

/* The own vote in the tally, signed at most once a view. */
static struct vote own_vote(struct simplex *s, const struct view_record *rec, unsigned kind)
{
    struct voteset *set = votes_of(s, rec->view);
    if (set != NULL) {
        const struct voteset_entry *e = voteset_at(set, kind, (unsigned)s->params.self);
        if (e->state == VOTE_VERIFIED && digest_equal(&e->digest, &rec->own[kind])) {
            return voteset_vote(set, s->params.epoch, kind, (unsigned)s->params.self);
        }
    }
    struct vote v = sign_own(s, rec, kind);
    if (set != NULL) {
        voteset_add(set, &v, true);
    }
    return v;
}

static void journal(
    struct simplex *s, const struct view_record *rec, unsigned kind, struct simplex_step *step)
{
    uint8_t *proof = s->proofs[step->journal_count];
    struct journal_record *r = &step->journal[step->journal_count++];
    *r = (struct journal_record){
        .kind = (uint8_t)kind,
        .epoch = s->params.epoch,
        .view = rec->view,
        .digest = rec->own[kind],
    };
    if (kind == VOTE_FINALIZE) {
        struct writer w = writer_of(proof, CERT_BYTES_MAX);
        certificate_held(s, rec, VOTE_NOTARIZE, &s->scratch_cert);
        certificate_encode(&s->scratch_cert, &w);
        r->proof = proof;
        r->proof_size = w.size;
    }
}

bool vote_cast(struct simplex *s, unsigned kind, struct view_record *rec,
    const struct digest *digest, struct simplex_step *step)
{
    if (!vote_permitted(s, rec, kind)) {
        return false;
    }
    if (step->journal_count == JOURNAL_RECORDS_MAX) {
        s->unsettled = true;
        return false;
    }
    rec->voted[kind] = true;
    rec->own[kind] = *digest;
    s->top_own_view = rec->view > s->top_own_view ? rec->view : s->top_own_view;
    journal(s, rec, kind, step);
    struct vote v = own_vote(s, rec, kind);
    send_vote(s, &v, TO_ALL, step);
    struct voteset *set = votes_of(s, rec->view);
    if (set != NULL) {
        votes_try_certificate(s, set, kind, digest, step);
    }
    return true;
}

void vote_resend(struct simplex *s, const struct view_record *rec, unsigned kind, int to,
    struct simplex_step *step)
{
    if (rec->voted[kind] && simplex_active(s)) {
        struct vote v = own_vote(s, rec, kind);
        send_vote(s, &v, to, step);
    }
}

void votes_recount_own(struct simplex *s, struct simplex_step *step)
{
    if (!s->recount || s->params.self < 0) {
        return;
    }
    s->recount = false;
    for (uint64_t view = s->final_view + 1; view <= s->cur_view + VIEWS_AHEAD; view++) {
        const struct view_record *rec = record_find(s, view);
        struct voteset *set = rec == NULL ? NULL : votes_of(s, view);
        for (unsigned kind = 0; set != NULL && kind < VOTE_KIND_COUNT; kind++) {
            if (rec->voted[kind]) {
                own_vote(s, rec, kind);
                votes_try_certificate(s, set, kind, &rec->own[kind], step);
            }
        }
    }
}
