#include "consensus/engine_internal.h"

/* A proof is a finalization certificate, of the block itself or of a descendant whose headers then
 * follow, the block's child first. It stands alone: no other block is needed to believe this one
 * (B.1.4, E.2). */
bool proof_check(const struct engine *e, const struct roster *roster,
    const struct block_header *header, const struct digest *digest, const uint8_t *bytes,
    size_t size, struct certificate *certificate)
{
    struct reader r = reader_of(bytes, size);
    struct block_header last = *header;
    struct digest last_digest = *digest;
    if (!certificate_decode(certificate, &r) || certificate->kind != VOTE_FINALIZE ||
        certificate->epoch != header->epoch) {
        return false;
    }
    for (unsigned i = 0; reader_left(&r) > 0; i++) {
        struct block_header next;
        if (i == SEALS_MAX || !block_header_decode(&next, &r) ||
            !block_header_follows(&next, &last, &last_digest)) {
            return false;
        }
        last = next;
        last_digest = block_digest(&next);
    }
    return !r.bad && certificate->view == last.view &&
           digest_equal(&certificate->digest, &last_digest) &&
           certificate_verify(e->config.signer, certificate, &e->game_id, roster);
}
