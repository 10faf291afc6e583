#include "consensus/engine_internal.h"

/* A proof is a finalization certificate, of the block itself or of a descendant whose headers then
 * follow, the block's child first. It stands alone: no other block is needed to believe this one
 * (B.1.4, E.2). */
bool proof_check(const struct engine *e, const struct roster *roster,
    const struct block_header *header, const struct digest *digest, const uint8_t *bytes,
    size_t size, struct certificate *certificate)
{
    struct reader r = reader_of(bytes, size);
    struct digest last = *digest;
    if (!certificate_decode(certificate, &r) || certificate->kind != VOTE_FINALIZE ||
        certificate->epoch != header->epoch) {
        return false;
    }
    for (unsigned i = 0; reader_left(&r) > 0; i++) {
        struct block_header next;
        if (i == SEALS_MAX || !block_header_decode(&next, &r) || next.epoch != header->epoch ||
            !digest_equal(&next.parent, &last)) {
            return false;
        }
        last = block_digest(&next);
    }
    return !r.bad && digest_equal(&certificate->digest, &last) &&
           certificate_verify(e->config.signer, certificate, &e->game_id, roster);
}
