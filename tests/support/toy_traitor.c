#include "tests/support/toy_net.h"

static const struct digest no_digest;

static size_t write_vote(
    const struct toy_net *net, const struct toy_node *node, struct vote *v, uint8_t *out)
{
    struct writer w = writer_of(out, 256);
    vote_sign(net->signer, v, &net->game_id, node->vote_sk);
    write_u8(&w, (uint8_t)(MSG_NOTARIZE + v->kind));
    vote_encode(v, &w);
    return w.size;
}

/* Another block of the same view, for those who get it instead of the real one. */
static size_t write_other_block(const struct toy_net *net, const struct toy_node *node,
    const uint8_t *data, size_t size, struct vote *v, uint8_t *out)
{
    struct block b;
    struct writer w = writer_of(out, size);
    if (!block_decode(&b, data + 1 + 111, size - 1 - 111)) {
        return 0;
    }
    b.header.log_root.b[0] ^= 1;
    v->digest = block_digest(&b.header);
    vote_sign(net->signer, v, &net->game_id, node->vote_sk);
    write_u8(&w, MSG_PROPOSE);
    vote_encode(v, &w);
    block_header_encode(&b.header, &w);
    return size;
}

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
            return write_other_block(net, node, data, size, &v, out);
        }
        return size;
    case TOY_HALVES:
        return data[0] == MSG_PROPOSE && to % 2 != 0
                   ? write_other_block(net, node, data, size, &v, out)
                   : size;
    case TOY_TWICE:
        if (data[0] == MSG_NOTARIZE && to % 2 != 0) {
            v.digest.b[0] ^= 1;
            return write_vote(net, node, &v, out);
        }
        return size;
    case TOY_APART:
        if (data[0] == MSG_FINALIZE && to % 2 != 0) {
            v.kind = VOTE_NULLIFY;
            v.digest = no_digest;
            return write_vote(net, node, &v, out);
        }
        return size;
    case TOY_BOTH:
        if (vote && v.kind == VOTE_FINALIZE) {
            uint8_t more[256];
            v.kind = VOTE_NULLIFY;
            v.digest = no_digest;
            toy_net_transmit(net, from, to, more, write_vote(net, node, &v, more));
        }
        return size;
    default:
        return size;
    }
}
