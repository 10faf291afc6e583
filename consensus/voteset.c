#include "consensus/voteset.h"

#include "base/check.h"

void voteset_reset(struct voteset *set, uint64_t view)
{
    set->view = view;
    set->convicted = 0;
    for (unsigned i = 0; i < VOTE_KIND_COUNT * (unsigned)set->members; i++) {
        set->entries[i].state = VOTE_ABSENT;
    }
}

struct voteset_entry *voteset_at(const struct voteset *set, unsigned kind, unsigned voter)
{
    CHECK(kind < VOTE_KIND_COUNT && voter < set->members);
    return &set->entries[kind * set->members + voter];
}

enum voteset_result voteset_add(struct voteset *set, const struct vote *v, bool verified)
{
    struct voteset_entry *e = voteset_at(set, v->kind, v->voter);
    if (e->state != VOTE_ABSENT && !digest_equal(&e->digest, &v->digest)) {
        return VOTESET_CONFLICT;
    }
    bool replaces = e->state == VOTE_COUNTED && verified;
    if (e->state != VOTE_ABSENT && !replaces) {
        return VOTESET_DUPLICATE;
    }
    e->state = verified ? VOTE_VERIFIED : VOTE_COUNTED;
    e->digest = v->digest;
    memcpy(e->sig, v->sig, SIG_BYTES);
    return replaces ? VOTESET_DUPLICATE : VOTESET_ADDED;
}

struct vote voteset_vote(const struct voteset *set, uint32_t epoch, unsigned kind, unsigned voter)
{
    const struct voteset_entry *e = voteset_at(set, kind, voter);
    struct vote v = {
        .kind = (uint8_t)kind,
        .epoch = epoch,
        .view = set->view,
        .digest = e->digest,
        .voter = (uint16_t)voter,
    };
    memcpy(v.sig, e->sig, SIG_BYTES);
    return v;
}

static bool entry_matches(const struct voteset_entry *e, const struct digest *digest)
{
    return e->state != VOTE_ABSENT && digest_equal(&e->digest, digest);
}

unsigned voteset_count(const struct voteset *set, unsigned kind, const struct digest *digest)
{
    unsigned count = 0;
    for (unsigned i = 0; i < set->members; i++) {
        count += entry_matches(voteset_at(set, kind, i), digest);
    }
    return count;
}

bool voteset_verify_one(
    struct voteset *set, const struct vote_context *ctx, unsigned kind, unsigned voter)
{
    struct voteset_entry *e = voteset_at(set, kind, voter);
    if (e->state == VOTE_COUNTED) {
        struct vote v = voteset_vote(set, ctx->epoch, kind, voter);
        bool good = vote_verify(ctx->signer, &v, ctx->game_id, ctx->roster->members[voter].vote_pk);
        e->state = good ? VOTE_VERIFIED : VOTE_ABSENT;
    }
    return e->state == VOTE_VERIFIED;
}

uint64_t voteset_verify(
    struct voteset *set, const struct vote_context *ctx, unsigned kind, const struct digest *digest)
{
    uint64_t bad = 0;
    for (unsigned i = 0; i < set->members; i++) {
        if (entry_matches(voteset_at(set, kind, i), digest) &&
            !voteset_verify_one(set, ctx, kind, i)) {
            bad |= UINT64_C(1) << i;
        }
    }
    return bad;
}

bool voteset_certificate(const struct voteset *set, const struct vote_context *ctx, unsigned kind,
    const struct digest *digest, unsigned quorum, struct certificate *out)
{
    out->kind = (uint8_t)kind;
    out->epoch = ctx->epoch;
    out->view = set->view;
    out->digest = *digest;
    out->signers = 0;
    unsigned count = 0;
    for (unsigned i = 0; i < set->members && count < quorum; i++) {
        const struct voteset_entry *e = voteset_at(set, kind, i);
        if (e->state == VOTE_VERIFIED && digest_equal(&e->digest, digest)) {
            out->signers |= UINT64_C(1) << i;
            memcpy(out->sigs[count++], e->sig, SIG_BYTES);
        }
    }
    return count == quorum;
}
