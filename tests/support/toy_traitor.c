#include "tests/support/toy_net.h"

static const struct digest no_digest;

/* What a traitor makes of a message for one receiver; 0 = nothing. */
size_t toy_betray(
    struct toy_net *net, unsigned from, unsigned to, const uint8_t *data, size_t size, uint8_t *out)
{
    const struct toy_node *node = &net->nodes[from];
    struct reader r = reader_of(data + 1, size - 1);
    struct vote v;
    memcpy(out, data, size);
    bool vote = data[0] >= MSG_PROPOSE && data[0] <= MSG_FINALIZE && vote_decode(&v, &r);
    switch (node->fault) {
    case TOY_SILENT:
        return 0;
    case TOY_SUBSET:
        return to == (from + 1) % net->n ? size : 0;
    case TOY_WITHHOLDS_BLOCK:
        return data[0] == MSG_PROPOSE || data[0] == MSG_FETCH_RESP ? 0 : size;
    case TOY_BAD_SIGNATURES:
        if (vote) {
            out[1 + 47 + 5] ^= 1;
        }
        return size;
    case TOY_EQUIVOCATES:
        if (data[0] == MSG_PROPOSE && to % 3 != 0) {
            if (to % 3 == 2) {
                toy_net_transmit(net, from, to, data, size);
            }
            struct block b;
            struct writer w = writer_of(out, size);
            if (!block_decode(&b, data + 1 + 111, size - 1 - 111)) {
                return 0;
            }
            b.header.log_root.b[0] ^= 1;
            v.digest = block_digest(&b.header);
            vote_sign(net->signer, &v, &net->game_id, node->vote_sk);
            write_u8(&w, MSG_PROPOSE);
            vote_encode(&v, &w);
            block_header_encode(&b.header, &w);
        }
        return size;
    case TOY_BOTH:
        if (vote && v.kind == VOTE_FINALIZE) {
            uint8_t more[256];
            struct writer w = writer_of(more, sizeof more);
            v.kind = VOTE_NULLIFY;
            v.digest = no_digest;
            vote_sign(net->signer, &v, &net->game_id, node->vote_sk);
            write_u8(&w, MSG_NULLIFY);
            vote_encode(&v, &w);
            toy_net_transmit(net, from, to, more, w.size);
        }
        return size;
    default:
        return size;
    }
}
