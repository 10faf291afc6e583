#include "consensus/message.h"
#include "consensus/quorum.h"

void certificate_encode(const struct certificate *c, struct writer *w)
{
    write_u8(w, c->kind);
    write_u32(w, c->epoch);
    write_u64(w, c->view);
    write_bytes(w, c->digest.b, DIGEST_BYTES);
    write_u64(w, c->signers);
    unsigned count = (unsigned)__builtin_popcountll(c->signers);
    write_bytes(w, c->sigs, (size_t)(count < MEMBERS_MAX ? count : MEMBERS_MAX) * SIG_BYTES);
}

bool certificate_decode(struct certificate *c, struct reader *r)
{
    c->kind = read_u8(r);
    c->epoch = read_u32(r);
    c->view = read_u64(r);
    read_bytes(r, c->digest.b, DIGEST_BYTES);
    c->signers = read_u64(r);
    if (c->kind >= VOTE_KIND_COUNT || c->view == 0 || c->signers >> MEMBERS_MAX != 0 ||
        (c->kind == VOTE_NULLIFY && !digest_is_zero(&c->digest))) {
        r->bad = true;
        return false;
    }
    read_bytes(r, c->sigs, (size_t)__builtin_popcountll(c->signers) * SIG_BYTES);
    return !r->bad;
}

bool certificate_verify(const struct signer *s, const struct certificate *c,
    const struct digest *game_id, const struct roster *roster)
{
    unsigned count = (unsigned)__builtin_popcountll(c->signers);
    if (roster->count == 0 || roster->count > MEMBERS_MAX || c->kind >= VOTE_KIND_COUNT ||
        c->signers >> roster->count != 0 || count < quorum_size(roster->count)) {
        return false;
    }
    struct vote v = {.kind = c->kind, .epoch = c->epoch, .view = c->view, .digest = c->digest};
    unsigned at = 0;
    for (unsigned i = 0; i < roster->count; i++) {
        if ((c->signers >> i & 1) == 0) {
            continue;
        }
        v.voter = (uint16_t)i;
        memcpy(v.sig, c->sigs[at++], SIG_BYTES);
        if (!vote_verify(s, &v, game_id, roster->members[i].vote_pk)) {
            return false;
        }
    }
    return true;
}
