#include "consensus/simplex_internal.h"

bool simplex_voted_final(const struct simplex *s, uint64_t *view, struct digest *digest)
{
    for (uint64_t v = s->top_own_view; v > s->done_view; v--) {
        const struct view_record *rec = record_find(s, v);
        if (rec != NULL && rec->voted[VOTE_FINALIZE]) {
            *view = v;
            *digest = rec->own[VOTE_FINALIZE];
            return true;
        }
    }
    return false;
}

bool simplex_header(const struct simplex *s, uint64_t view, const struct digest *digest,
    struct block_header *header)
{
    const struct block_slot *slot = block_store_find(&s->blocks, view, digest);
    if (slot != NULL) {
        *header = slot->block.header;
    }
    return slot != NULL;
}

bool simplex_notarization(
    const struct simplex *s, uint64_t view, const struct digest *digest, struct writer *w)
{
    const struct view_record *rec = record_find(s, view);
    struct certificate c;
    if (rec == NULL || !rec->held[VOTE_NOTARIZE].held ||
        !digest_equal(&rec->held[VOTE_NOTARIZE].digest, digest)) {
        return false;
    }
    certificate_held(s, rec, VOTE_NOTARIZE, &c);
    certificate_encode(&c, w);
    return !w->bad;
}
